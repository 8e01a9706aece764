//! The types of a release: which declarations each of its files has, each held once, and what can be
//! asked of them alone.

mod all_types;
mod btf_text;
mod by_btf;
mod consolidated;
mod damage;
pub(crate) mod declaration;
mod files;
mod layouts;
mod layouts_from;
mod places;
mod proof_document;
mod show;
mod texts;
mod type_string_lines;
mod types;
mod verify;
mod whole_files;

pub use all_types::{SizedType, all_types};
pub use by_btf::{BtfPair, by_btf, last_alone};
pub use consolidated::{Trouble, Unfit, What, consolidate, split};
pub use damage::Damage;
pub(crate) use files::ByName;
pub use files::{BadLine, Corpus, FileText, Language, ReadError, TypesFile};
pub(crate) use layouts::Declarations;
pub use layouts::{Variant, layouts};
pub use layouts_from::LayoutsFrom;
pub use places::{Place, SourceId};
pub use proof_document::document as proof_document;
pub use show::{ShownAs, show};
pub use types::{Line, LineId, NameId, Types};
pub use verify::{Computed, Difference, Verification, report as proof_report, verify};

use crate::btf::KernelBtf;
use crate::kernel::Exports;

/// What is known of one release.
#[derive(Debug)]
pub struct Release {
    /// How the user named it.
    pub title: Vec<u8>,
    /// Its exports; none if it says nothing of CRCs.
    pub exports: Option<Exports>,
    /// Its types; none if it says nothing of these.
    pub corpus: Option<Corpus>,
    /// How its build laid types out; none if it does not say.
    pub btf: Option<KernelBtf>,
}
