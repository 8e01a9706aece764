//! Types of two kernels: the one before, and with `new` the one after.

/// What a leaf does.
pub enum Event {
    Rain,
    Wind(u32),
    #[cfg(not(new))]
    Sun { degrees: u8, hours: u16 },
    #[cfg(new)]
    Sun { degrees: u32, hours: u16 },
    #[cfg(new)]
    Fog,
}

/// Only what is in a variant differs.
pub enum Shade {
    None,
    #[cfg(not(new))]
    Some(i32),
    #[cfg(new)]
    Some(u32),
}

#[repr(u8)]
pub enum Colour {
    Green = 1,
    #[cfg(new)]
    Yellow = 2,
    Red = 5,
}

pub struct Leaf {
    pub area: u64,
    pub count: u16,
    #[cfg(new)]
    pub is_dry: bool,
    pub colour: Colour,
}

pub fn grow(leaf: &mut Leaf, event: &Event) -> Result<u8, i32> {
    leaf.area += matches!(event, Event::Rain) as u64;
    Ok(1)
}

pub fn shade(of: &Shade) -> bool {
    matches!(of, Shade::None)
}

pub fn same(words: &[&str], pair: (u8, i32)) -> Option<core::num::NonZeroU8> {
    core::num::NonZeroU8::new(words.len() as u8 + pair.0)
}

#[unsafe(no_mangle)]
pub static LEAVES: [Leaf; 2] = [
    Leaf { area: 1, count: 1, #[cfg(new)] is_dry: false, colour: Colour::Green },
    Leaf { area: 2, count: 1, #[cfg(new)] is_dry: true, colour: Colour::Red },
];
