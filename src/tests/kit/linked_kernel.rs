//! A kernel as its build links it.

#![allow(clippy::unwrap_used, reason = "only tests use it, and a test's panic is its report")]

use crate::elf_text::assemble;

/// A linked kernel, of these words that it asks of modules and with more sections. It exports
/// `module_layout` with the CRC 7, `printk` with 8, `kfree` with 9 for the GPL, and `flow` with 10 in
/// the namespace `PUMP`.
pub fn linked_kernel(vermagic: &str, more: &str) -> Vec<u8> {
    let strings = "string \"\" module_layout printk flow PUMP kfree";
    let place = |name: &str| match name {
        "" => 0,
        "module_layout" => 1,
        "printk" => 15,
        "flow" => 22,
        "PUMP" => 27,
        _ => 32,
    };
    // The distance from each field to its text.
    let (strings_at, plain_at, gpl_at) = (0x1000_i64, 0x2000_i64, 0x3000_i64);
    let entry = |table: i64, number: i64, name: &str, namespace: &str| {
        let field = |index: i64, text: &str| {
            let at = table + number * 12 + index * 4;
            (strings_at + place(text) - at) as u32
        };
        format!("u32 0 {} {}\n", field(1, name), field(2, namespace))
    };
    let text = format!(
        "elf 64 little x86_64 2\n\
         section .rodata alloc\nstring \"Linux version 6.12.1 (somebody@somewhere) #1\"\n\
         string \"{vermagic}\"\n\
         section __ksymtab_strings alloc addr={strings_at}\n{strings}\n\
         section __ksymtab alloc addr={plain_at}\n{}{}{}\
         section __kcrctab alloc\nu32 7 8 10\n\
         section __ksymtab_gpl alloc addr={gpl_at}\n{}\
         section __kcrctab_gpl alloc\nu32 9\n{more}",
        entry(plain_at, 0, "module_layout", ""),
        entry(plain_at, 1, "printk", ""),
        entry(plain_at, 2, "flow", "PUMP"),
        entry(gpl_at, 0, "kfree", ""),
    );
    assemble(&text).unwrap()
}
