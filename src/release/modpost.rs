//! What differs between the modposts of kernel releases: a field each, in the files of this folder
//! with its values and their timelines.

mod checks;
mod device_tables;
mod exports;
mod mod_c;
mod options;
mod section_mismatch;

use super::timeline::behaviour;
pub use checks::{ByteOrderCheck, CheckOrder, DescriptionCheck, ExpolineThunks, FatalPrefix};
pub use device_tables::{AcpiClass, DeviceTypes};
pub use exports::ExportEncoding;
pub use mod_c::ModCTemplate;
pub use options::{FileListDash, ModpostOptions};
pub use section_mismatch::SectionMismatch;

behaviour! {
    /// How modpost of one kernel release behaves, wherever releases differ.
    Modpost {
        /// Which options there are.
        options: ModpostOptions = options::OPTIONS,
        /// What `-` as the argument of `-T` means.
        file_list_dash: FileListDash = options::FILE_LIST_DASH,
        /// How objects mark what they export.
        exports: ExportEncoding = exports::EXPORTS,
        /// When a module without `MODULE_DESCRIPTION` is warned about.
        description: DescriptionCheck = checks::DESCRIPTION,
        /// Whether an object's byte order is checked.
        byte_order: ByteOrderCheck = checks::BYTE_ORDER,
        /// When modules are checked.
        checks: CheckOrder = checks::CHECKS,
        /// How a message that ends the run begins.
        fatal_prefix: FatalPrefix = checks::FATAL_PREFIX,
        /// What `<mod>.mod.c` contains besides the facts of the module itself.
        mod_c: ModCTemplate = mod_c::MOD_C,
        /// Which references between sections are wrong, and how that is said.
        section_mismatch: SectionMismatch = section_mismatch::SECTION_MISMATCH,
        /// Whether references to the s390 thunks are left to the final link.
        expoline_thunks: ExpolineThunks = checks::EXPOLINE_THUNKS,
        /// How the class of an ACPI device is read.
        acpi_class: AcpiClass = device_tables::ACPI_CLASS,
        /// Which device tables are understood.
        device_types: DeviceTypes = device_tables::DEVICE_TYPES,
    }
}
