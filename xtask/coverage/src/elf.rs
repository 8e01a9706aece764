//! The reader `elf`, for cargo-fuzz.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| coverage::readers::elf::read(bytes));
