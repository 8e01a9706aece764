//! How the tasks run programs: ours, any other, in a directory of their own, with their cost
//! measured, and a kernel in an emulated machine.

pub mod files;
pub mod limits;
pub mod machine;
pub mod measured;
pub mod process;
pub mod product;
pub mod working_copy;
