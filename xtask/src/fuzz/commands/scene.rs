//! One input: a command and its files, and what is done to these.

use std::collections::BTreeMap;

use fastrand::Rng;
use modversions::elf::RawElf;
use testkit::packed::{PACKS, boot_image, debian, rpm};
use testkit::run::Input;

use super::files::Files;
use super::table::{COMMANDS, NAMES, SLOTS, TREE};
use crate::fuzz::mixed;
use crate::fuzz::modpost::{mutate_bytes, mutate_elf, mutate_text};

/// What begins an object.
const MAGIC: &[u8] = b"\x7fELF";

/// A command and its files, and what is done to these.
#[derive(Clone)]
pub struct Scene<'a> {
    files: &'a Files,
    /// The source of chance of the command and its files.
    number: u64,
    /// The source of chance of each change. So some can be left out, and the others stay.
    pub changes: Vec<u64>,
}

impl<'a> Scene<'a> {
    /// The scene that `number` stands for.
    pub fn new(files: &'a Files, number: u64) -> Scene<'a> {
        let mut rng = Rng::with_seed(mixed(number));
        let changes = (0..rng.u64(..=5)).map(|change| mixed(number ^ mixed(change))).collect();
        Scene { files, number, changes }
    }

    /// What the program is run on, and a line for each change.
    pub fn input(&self) -> (Input, Vec<String>) {
        let mut rng = Rng::with_seed(self.number);
        let mut set = Set { files: self.files, made: BTreeMap::new(), lines: Vec::new() };
        let command = COMMANDS[rng.usize(..COMMANDS.len())];
        let arguments = command.split(' ').map(|word| set.argument(word, &mut rng)).collect();
        self.changes.iter().for_each(|&change| set.change(change));
        let Set { made, lines, .. } = set;
        (Input { arguments, stdin: Vec::new(), files: made }, lines)
    }
}

/// The files of a scene, as they are made.
struct Set<'a> {
    files: &'a Files,
    made: BTreeMap<String, Vec<u8>>,
    lines: Vec<String>,
}

impl Set<'_> {
    /// What a word of a command becomes; the files that it stands for are made.
    fn argument(&mut self, word: &str, rng: &mut Rng) -> String {
        if word == "{name}" {
            return NAMES[rng.usize(..NAMES.len())].to_owned();
        }
        let Some(slot) = SLOTS.iter().position(|slot| slot.word == word) else {
            return word.to_owned();
        };
        let number = self.made.len();
        if SLOTS[slot].may_be_tree && rng.u32(..4) == 0 {
            return self.tree(format!("tree{number}"), rng);
        }
        let odd = if rng.u32(..16) == 0 { "\x1b[31m\nx" } else { "" };
        let path = format!("file{number}{odd}{}", SLOTS[slot].ending);
        let bytes = self.packed(&path, slot, rng);
        self.made.insert(path.clone(), bytes);
        path
    }

    /// A directory with some of the files of [`TREE`].
    fn tree(&mut self, folder: String, rng: &mut Rng) -> String {
        // So that it is there, whatever else is.
        self.made.insert(format!("{folder}/README"), b"nothing\n".to_vec());
        for (path, word) in TREE {
            let slot = SLOTS.iter().position(|slot| slot.word == *word);
            if let Some(slot) = slot.filter(|_| rng.bool()) {
                let bytes = self.files.choose(slot, rng).bytes.clone();
                self.made.insert(format!("{folder}/{path}"), bytes);
            }
        }
        folder
    }

    /// A file for a slot, sometimes changed first, and then compressed or in a package or an image.
    fn packed(&mut self, path: &str, slot: usize, rng: &mut Rng) -> Vec<u8> {
        let seed = self.files.choose(slot, rng);
        let mut bytes = seed.bytes.clone();
        self.lines.push(format!("{path}: {}", seed.name));
        if rng.u32(..5) > 0 {
            return bytes;
        }
        let change = changed(&mut bytes, rng);
        let (ending, pack) = PACKS[rng.usize(..PACKS.len())];
        let inside = format!("lib/modules/6.12.1/kernel/pump.ko{ending}");
        let other = self.files.any(rng).bytes.clone();
        let files: [(&str, &[u8]); 4] = [
            ("lib/modules/6.12.1/build/Module.symvers", &bytes),
            ("boot/vmlinuz-6.12.1", &other),
            (&inside, &pack(&bytes)),
            ("lib/modules/6.12.1/kernel/two.ko", &other),
        ];
        let files = &files[rng.usize(..4)..];
        let (what, bytes) = match rng.u32(..4) {
            0 => ("an image", boot_image(&pack(&bytes))),
            1 => ("a package of Debian", debian(files, ending, pack)),
            2 => ("a package of RPM", rpm(files, pack)),
            _ => ("compressed", pack(&bytes)),
        };
        self.lines.extend(change.map(|change| format!("{path}: {change}")));
        self.lines.push(format!("{path}: {what}{ending}"));
        bytes
    }

    /// Makes one change to a file.
    fn change(&mut self, change: u64) {
        let rng = &mut Rng::with_seed(change);
        let Some((path, bytes)) = rng.choice(self.made.iter_mut()) else { return };
        let change = changed(bytes, rng);
        self.lines.extend(change.map(|change| format!("{path}: {change}")));
    }
}

/// Changes a file by what it is; says how.
fn changed(bytes: &mut Vec<u8>, rng: &mut Rng) -> Option<String> {
    let target = bytes.starts_with(MAGIC).then(|| RawElf::stated_target(bytes)).flatten();
    let is_text = !bytes.contains(&0);
    match (target, rng.u32(..10)) {
        (Some(target), 0..4) => mutate_elf::field(bytes, target, rng),
        (Some(target), 4..6) => mutate_elf::data(bytes, target, rng),
        (Some(target), 6) => mutate_elf::name(bytes, target, rng),
        (Some(target), 7) => mutate_elf::records_moved(bytes, target, rng),
        (None, 0..8) if is_text => mutate_text::text(bytes, rng),
        _ => mutate_bytes::bytes(bytes, rng),
    }
}
