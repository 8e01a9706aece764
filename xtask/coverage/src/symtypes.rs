//! The reader `symtypes`, for cargo-fuzz.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| coverage::readers::symtypes::read(bytes));
