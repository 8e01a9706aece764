//! One input of the fuzzer: a case or a device table of `testdata`, and what is done to it.

use anyhow::{Result, anyhow};
use fastrand::Rng;
use modversions::elf::Target;
use testkit::case::Case;
use testkit::releases::Tool;
use testkit::run::Input;

use super::{device_seeds, mutate_bytes, mutate_elf, mutate_options, mutate_text, turned_round};
use crate::fuzz::mixed;
use crate::reference::elf_target;
use crate::run::product::workspace;

/// Larger cases are left out: they are about large files, and every run would write them anew.
const LARGEST: usize = 256 << 10;

/// What begins an object.
const MAGIC: &[u8] = b"\x7fELF";

/// Where cases are: those with expectations, and those that are only good for this.
const FOLDERS: [&str; 2] = ["testdata/modpost", "testdata/fuzz/modpost"];

/// A case that inputs are made of.
pub struct Seed {
    pub name: String,
    /// What kind of objects it has: upstream has a program for each.
    pub target: Target,
    pub input: Input,
}

impl Seed {
    /// All of them, with the arguments for `release`.
    pub fn all(release: &str) -> Result<Vec<Seed>> {
        let cases =
            FOLDERS.iter().flat_map(|folder| Case::below(&workspace().join(folder), Tool::Modpost));
        let seed = |case: Case| {
            let named = |error: String| anyhow!("{}: {error}", case.name);
            let input = case.input(release).map_err(named)?;
            let target = elf_target(case.target().map_err(named)?);
            Ok(Seed { name: case.name, target, input })
        };
        let mut seeds = cases.map(seed).collect::<Result<Vec<Seed>>>()?;
        seeds.extend(device_seeds::all(release)?);
        seeds.retain(|seed| seed.input.files.values().map(Vec::len).sum::<usize>() <= LARGEST);
        Ok(seeds)
    }
}

/// A seed, and what is done to it.
#[derive(Clone)]
pub struct Situation<'a> {
    pub seeds: &'a [Seed],
    seed: usize,
    /// The source of chance of each change. So some can be left out, and the others stay.
    pub changes: Vec<u64>,
    /// How many threads ours uses.
    pub threads: usize,
}

impl<'a> Situation<'a> {
    /// The situation that `number` stands for.
    pub fn new(seeds: &'a [Seed], number: u64) -> Situation<'a> {
        let mut rng = Rng::with_seed(number);
        let count = rng.u64(1..=4);
        let changes = (0..count).map(|change| mixed(number ^ mixed(change))).collect();
        let threads = if rng.bool() { 1 } else { 3 };
        Situation { seeds, seed: rng.usize(..seeds.len()), changes, threads }
    }

    /// The seed.
    pub fn seed(&self) -> &'a Seed {
        &self.seeds[self.seed]
    }

    /// What the programs are run on, and a line for each change to the seed.
    pub fn input(&self) -> (Input, Vec<String>) {
        let mut input = self.seed().input.clone();
        let changes = self.changes.iter().filter_map(|&change| self.change(&mut input, change));
        let lines = changes.collect();
        input.files.values_mut().for_each(|bytes| keep_target(bytes, self.seed().target));
        (input, lines)
    }

    /// Whether upstream may read one of the objects otherwise than it stands in its file.
    pub fn is_turned_round(&self) -> bool {
        let (input, _) = self.input();
        let mut files = input.files.values().filter(|bytes| bytes.starts_with(MAGIC));
        files.any(|bytes| turned_round::is_turned_round(bytes, self.seed().target))
    }

    /// Makes one change; says which.
    fn change(&self, input: &mut Input, change: u64) -> Option<String> {
        let rng = &mut Rng::with_seed(change);
        match rng.u32(..20) {
            0..2 => mutate_options::options(input, rng),
            2 => self.object_of_another(input, rng),
            3 if !input.stdin.is_empty() => {
                mutate_text::text(&mut input.stdin, rng).map(|change| format!("stdin: {change}"))
            }
            _ => {
                let path = rng.choice(input.files.keys())?.clone();
                let change = self.change_file(input.files.get_mut(&path)?, rng)?;
                Some(format!("{path}: {change}"))
            }
        }
    }

    /// Changes one file.
    fn change_file(&self, bytes: &mut Vec<u8>, rng: &mut Rng) -> Option<String> {
        let target = self.seed().target;
        match (bytes.starts_with(MAGIC), rng.u32(..10)) {
            (true, 0..4) => mutate_elf::field(bytes, target, rng),
            (true, 4..6) => mutate_elf::data(bytes, target, rng),
            (true, 6) => mutate_elf::name(bytes, target, rng),
            (true, 7) => mutate_elf::records_moved(bytes, target, rng),
            (true, _) => mutate_bytes::bytes(bytes, rng),
            (false, 0..8) => mutate_text::text(bytes, rng),
            (false, _) => mutate_bytes::bytes(bytes, rng),
        }
    }

    /// Puts an object of another seed in the place of one.
    fn object_of_another(&self, input: &mut Input, rng: &mut Rng) -> Option<String> {
        let target = self.seed().target;
        let others = self.seeds.iter().filter(|seed| seed.target == target);
        let others: Vec<&Seed> = others.collect();
        let other = rng.choice(others)?;
        let is_object = |(_, bytes): &(&String, &Vec<u8>)| bytes.starts_with(MAGIC);
        let (_, object) =
            rng.choice(other.input.files.iter().filter(is_object).collect::<Vec<_>>())?;
        let paths = input.files.iter().filter(is_object).map(|(path, _)| path.clone());
        let path = rng.choice(paths.collect::<Vec<_>>())?;
        let change = format!("{path}: an object of {}", other.name);
        input.files.insert(path, object.clone());
        Some(change)
    }
}

/// Sets the class and byte order of an object to what they were: upstream is a program for one of
/// each. Only the byte order may be none of the two, which the little-endian programs take as ours.
fn keep_target(bytes: &mut [u8], target: Target) {
    if !bytes.starts_with(MAGIC) || bytes.len() < 6 {
        return;
    }
    bytes[4] = if target.is_64_bit { 2 } else { 1 };
    if target.is_big_endian || bytes[5] == 2 {
        bytes[5] = if target.is_big_endian { 2 } else { 1 };
    }
}
