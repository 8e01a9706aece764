//! Parquet files, as far as the tables of a history need them: written so that engines for SQL read
//! them, and read again here.
//!
//! ```text
//! rows ─→ columns ─→ encodings ─→ pages, compressed ─→ a file, its footer last      write
//! footer ─→ row groups whose bounds fit ─→ pages ─→ columns                          read
//! ```
//!
//! The libraries that there are for it (`parquet`, `arrow`, `polars-parquet`) are under Apache-2.0, which
//! does not go with GPL-2.0-only; so this is our own, by the format's specification, and small: tables are
//! flat, numbers are unsigned, texts are UTF-8. A row group is what is read at once: it has one page of each
//! column, and the footer has the least and the greatest value of each, so that whoever asks for a few
//! values reads a few pages.

mod columns;
mod encodings;
mod footer;
mod packed;
mod read;
mod thrift;
mod write;

pub use columns::{Column, Entry, Kind, column, optional};
pub use read::{Cells, Fault, Groups, Source, Table};
pub use write::{Writer, write};
