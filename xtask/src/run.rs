//! How the tasks run programs: ours and any other, in a directory of their own, within limits, with
//! their cost measured; and where they keep what takes long. Nothing here knows of a kernel.

pub mod cache;
pub mod files;
pub mod limits;
pub mod measured;
pub mod process;
pub mod product;
pub mod working_copy;
