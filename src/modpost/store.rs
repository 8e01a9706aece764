//! How many texts become files: made ready in parallel, put in their places in order.

use rayon::prelude::*;

use super::files::{FileError, Staged};

/// How many files are made ready before the first of them appears: enough to keep threads busy, and
/// no more than one would like to remove by hand after a run was killed.
const BATCH: usize = 64;

/// Puts every text in its place, in order; `stage` makes one ready.
///
/// # Errors
/// The first text, in order, that cannot be written. Those before it are in their places then, and
/// nothing is left of those behind it.
pub fn store<T: Sync>(
    texts: &[T],
    stage: impl Fn(&T) -> Result<Staged, FileError> + Sync,
) -> Result<(), (&T, FileError)> {
    for batch in texts.chunks(BATCH) {
        let mut staged = batch.par_iter().map(&stage).collect::<Vec<_>>().into_iter();
        for text in batch {
            let at_once = staged.next().unwrap_or_else(|| stage(text));
            // The room on a disk may have gone to a later text, which upstream does not come to:
            // without those that are ready, this one is tried again, and the rest one by one.
            let ready = at_once.or_else(|_| {
                staged.by_ref().for_each(drop);
                stage(text)
            });
            ready.and_then(Staged::commit).map_err(|error| (text, error))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::sync::{Arc, Mutex};

    use super::super::files::Commit;
    use super::*;

    /// A disk with room for some files.
    #[derive(Default)]
    struct Disk {
        room: AtomicUsize,
        placed: Mutex<Vec<usize>>,
    }

    /// A file that takes room until it is dropped, or for good.
    struct Ready(Arc<Disk>, usize);

    impl Disk {
        fn stage(self: &Arc<Self>, file: usize) -> Result<Staged, FileError> {
            let less = |room: usize| room.checked_sub(1);
            let full = |_| FileError("No space left on device".to_owned());
            self.room.fetch_update(SeqCst, SeqCst, less).map_err(full)?;
            Ok(Staged::Ready(Box::new(Ready(Arc::clone(self), file))))
        }
    }

    impl Commit for Ready {
        fn commit(self: Box<Self>) -> Result<(), FileError> {
            self.0.room.fetch_sub(1, SeqCst);
            self.0.placed.lock().unwrap().push(self.1);
            Ok(())
        }
    }

    impl Drop for Ready {
        fn drop(&mut self) {
            self.0.room.fetch_add(1, SeqCst);
        }
    }

    /// Stores three files on a disk with room for so many; the first finds none at its first try,
    /// as if the others had been faster.
    fn stored(room: usize) -> (Vec<usize>, Option<usize>) {
        let disk = Arc::new(Disk { room: room.into(), ..Disk::default() });
        let tries = AtomicUsize::new(0);
        let stage = |&file: &usize| match file {
            0 if tries.fetch_add(1, SeqCst) == 0 => Err(FileError(String::new())),
            _ => disk.stage(file),
        };
        let failed = store(&[0, 1, 2], stage).err().map(|(&file, _)| file);
        let placed = disk.placed.lock().unwrap().clone();
        assert_eq!(disk.room.load(SeqCst), room - placed.len(), "what is ready is dropped");
        (placed, failed)
    }

    #[test]
    fn the_first_in_order_gets_what_room_there_is() {
        assert_eq!(stored(0), (vec![], Some(0)));
        assert_eq!(stored(1), (vec![0], Some(1)));
        assert_eq!(stored(2), (vec![0, 1], Some(2)));
        assert_eq!(stored(3), (vec![0, 1, 2], None));
    }
}
