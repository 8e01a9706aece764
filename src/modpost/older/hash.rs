//! The order of exports until 5.18: that of a hash table.

/// How many lists the table has.
const LISTS: u32 = 1024;

/// The list of the table that an export of this name is in; within a list the newest comes first.
pub(in crate::modpost) fn list_of(name: &[u8]) -> u32 {
    let start = 0x238f_13af_u32.wrapping_mul(name.len() as u32);
    let sum = (0_u32..).zip(name).fold(start, |sum, (index, &byte)| {
        sum.wrapping_add(u32::from(byte) << (index.wrapping_mul(5) % 24))
    });
    1_103_515_243_u32.wrapping_mul(sum).wrapping_add(12345) % LISTS
}
