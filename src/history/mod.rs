//! A memory of many kernels: which symbols each exports, how its types lie in memory, and what it asks of
//! modules; in tables that engines for SQL read, too.
//!
//! ```text
//! a kernel ─→ facts ─→ part, on top of a base ─→ files                              add
//! a data set of parts ─→ dataset ─→ symbols, types, kernels ─→ runs ─→ answer       questions
//! ```
//!
//! `schema` has the tables, and `place` the folders that a part lies in. docs/history.md says why they are
//! as they are.

mod answer;
mod base;
mod dataset;
mod facts;
mod kernels;
mod page;
mod part;
mod place;
mod questions;
mod schema;
mod symbols;
mod timeline;
mod types;
mod written;

pub use answer::{Answer, Strip, Value};
pub use dataset::{Dataset, Folder, Trouble};
pub use facts::{
    Export, Facts, Field, Loading, MemberOf, NotText, Symbol, Type, built_on, exports, loading,
    type_of,
};
pub use kernels::{About, kernel};
pub use part::{Base, Files, files, overlap};
pub use place::{Place, compare, series};
pub use questions::{Verdict, check, churn, kernels, member, symbol, type_named};
pub use schema::{TableName, VERSION};
pub use symbols::Exported;
pub use timeline::{Run, runs};
pub use types::{LayoutOf, MemberAt, Seen};
pub use written::{Format, write};
