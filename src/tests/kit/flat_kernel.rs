//! A kernel as a processor loads it: code, texts and tables, and no sections that lead to them.

use crate::Target;

/// A small kernel. It says the release `6.12.1`, and exports [`PLAIN`] and [`GPL_ONLY`].
#[derive(Clone, Copy, Debug)]
pub struct FlatKernel {
    /// The class and byte order of its data.
    pub target: Target,
    /// The address that its first byte is linked to; none if its tables have distances.
    pub base: Option<u64>,
    /// How many fields an export has: three with its namespace, else two.
    pub fields: usize,
    /// How it has the CRCs.
    pub crcs: Crcs,
    /// Whether it has one table of exports with flags for each, as from 7.1 on.
    pub has_flags: bool,
}

/// How a kernel has the CRCs of its exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crcs {
    /// Not at all.
    None,
    /// In a table.
    InTable,
    /// Elsewhere: in a table are the distances to them.
    Elsewhere,
}

/// An export: its name, CRC and namespace.
pub type Export = (&'static str, u32, &'static str);

/// What such a kernel exports to everybody, in order.
pub const PLAIN: [Export; 6] = [
    ("close_valve", 0x8765_4321, ""),
    ("flow", 0xfeed_0001, "PUMP"),
    ("module_layout", 0x1111_2222, ""),
    ("open_valve", 0xabcd_0123, ""),
    ("printk", 0x9242_9d24, ""),
    ("valve", 0xc0ff_ee11, ""),
];

/// What it exports to modules under the GPL only, in order.
pub const GPL_ONLY: [Export; 4] = [
    ("gauge_read", 0x0bad_cafe, "PUMP"),
    ("kfree", 0xdead_0009, ""),
    ("kmalloc", 0x7777_8888, ""),
    ("pump_start", 0x5a5a_a5a5, ""),
];

/// Where the tables of a kernel begin, after its code and texts.
const TABLES: usize = 0x1400;

impl FlatKernel {
    /// One with distances, CRCs and two tables, as most are.
    pub fn new(target: Target) -> Self {
        Self { target, base: None, fields: 3, crcs: Crcs::InTable, has_flags: false }
    }

    /// The exports in the order of the tables, each with whether it is for the GPL only.
    pub fn exports(&self) -> Vec<(Export, bool)> {
        let gpl_only = GPL_ONLY.map(|export| (export, true));
        let mut exports = [&PLAIN.map(|export| (export, false))[..], &gpl_only].concat();
        if self.has_flags {
            exports.sort();
        }
        exports
    }

    /// The image.
    pub fn bytes(&self) -> Vec<u8> {
        let mut image = vec![0x90; 0x1000];
        image.extend(b"Linux version 6.12.1 (somebody@somewhere) #1\0");
        image.extend(b"6.12.1 SMP mod_unload modversions \0");
        // Names in no order, which something else lists by distances.
        for text in [100, 90, 80, 70, 60, 50, 40, 30, 20, 10] {
            image.resize(image.len().next_multiple_of(4), 0);
            let distance = (0x1000_u32).wrapping_add(text).wrapping_sub(image.len() as u32);
            image.extend([number(0, 4, self.target), self.word(distance - 4), vec![0; 4]].concat());
        }
        image.resize(TABLES - 40, 0);
        self.exports().iter().for_each(|((_, crc, _), _)| image.extend(self.word(*crc)));
        image.extend(self.tables());
        image.resize(image.len().next_multiple_of(16) + 3000, 0x90);
        image
    }

    fn word(&self, word: u32) -> Vec<u8> {
        number(word.into(), 4, self.target)
    }

    /// The tables and the texts.
    fn tables(&self) -> Vec<u8> {
        let exports = self.exports();
        let field = if self.base.is_some() { self.target.address_size() } else { 4 };
        let size = exports.len() * field * self.fields;
        let crcs = if self.crcs == Crcs::None { 0 } else { 4 * exports.len() };
        let flags = if self.has_flags { exports.len() } else { 0 };
        let (texts, places) = texts(&exports);
        let texts_at = TABLES + size + crcs + flags;
        let mut bytes = Vec::new();
        for (index, _) in exports.iter().enumerate() {
            for text in [0x40, places[index].0 + texts_at, places[index].1 + texts_at]
                .into_iter()
                .take(self.fields)
            {
                let here = TABLES + bytes.len();
                bytes.extend(match self.base {
                    Some(base) => number(base + text as u64, field, self.target),
                    None => self.word((text as u32).wrapping_sub(here as u32)),
                });
            }
        }
        for ((_, crc, _), _) in exports.iter().filter(|_| self.crcs != Crcs::None) {
            // The CRCs themselves are before the tables, one for each.
            let distance = -(40 + size as i64);
            bytes.extend(self.word(match self.crcs {
                Crcs::Elsewhere => distance as u32,
                _ => *crc,
            }));
        }
        let flag = |(_, is_gpl): &(Export, bool)| u8::from(*is_gpl);
        bytes.extend(exports.iter().filter(|_| self.has_flags).map(flag));
        [bytes, texts].concat()
    }
}

/// A number of `size` bytes.
fn number(number: u64, size: usize, target: Target) -> Vec<u8> {
    match target.is_big_endian {
        true => number.to_be_bytes()[8 - size..].to_vec(),
        false => number.to_le_bytes()[..size].to_vec(),
    }
}

/// The texts, and where in them each export's name and namespace begin. As linkers do, a text that
/// another ends with is a part of that.
fn texts(exports: &[(Export, bool)]) -> (Vec<u8>, Vec<(usize, usize)>) {
    let names = exports.iter().map(|((name, ..), _)| *name).rev();
    let texts: String =
        names.filter(|name| *name != "valve").chain(["PUMP"]).map(|it| format!("{it}\0")).collect();
    let place = |text: &str| texts.find(&format!("{text}\0")).unwrap_or_default();
    let places = exports.iter().map(|((name, _, namespace), _)| (place(name), place(namespace)));
    let places = places.collect();
    (texts.into_bytes(), places)
}
