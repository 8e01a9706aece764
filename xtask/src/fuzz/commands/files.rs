//! The seeds, by what they may be in a command.

use anyhow::Result;
use fastrand::Rng;

use super::table::{SLOTS, Slot};
use crate::fuzz::seeds::{KINDS, Seed};

/// All seeds.
pub struct Files {
    all: Vec<Seed>,
    /// For each row of [`SLOTS`] and each of what it may be: the seeds, by number.
    of_slots: Vec<Vec<Vec<usize>>>,
}

impl Files {
    /// Makes them.
    pub fn all() -> Result<Files> {
        let mut all = Vec::new();
        let mut readers = Vec::new();
        for kind in KINDS {
            let seeds = kind.seeds()?;
            readers.resize(readers.len() + seeds.len(), kind.reader);
            all.extend(seeds);
        }
        let numbers = |(reader, end): &(&str, &str)| {
            let fits =
                |number: &usize| readers[*number] == *reader && all[*number].name.ends_with(end);
            (0..all.len()).filter(fits).collect()
        };
        let of_slot = |slot: &Slot| slot.of.iter().map(numbers).collect();
        Ok(Files { of_slots: SLOTS.iter().map(of_slot).collect(), all })
    }

    /// A seed for a row of [`SLOTS`]; sometimes any other.
    pub fn choose(&self, slot: usize, rng: &mut Rng) -> &Seed {
        let kinds = &self.of_slots[slot];
        let fitting = &kinds[rng.usize(..kinds.len())];
        match rng.u32(..12) {
            0 => &self.all[rng.usize(..self.all.len())],
            _ => &self.all[fitting[rng.usize(..fitting.len())]],
        }
    }

    /// Any seed.
    pub fn any(&self, rng: &mut Rng) -> &Seed {
        &self.all[rng.usize(..self.all.len())]
    }
}
