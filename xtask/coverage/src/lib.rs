//! The readers that the programs beside this file hand bytes to.

#[path = "../../../src/tests/readers/mod.rs"]
pub mod readers;
