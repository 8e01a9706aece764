//! `cargo xtask conformance layout`: layouts that are computed from declarations, against those in
//! the BTF of the kernel that Debian built from the same sources.

mod debian_btf;

use anyhow::Result;

use self::debian_btf::DebianBtf;
use crate::upstream::Kernel;

/// Compares on one kernel's sample.
pub fn compare_kernel(kernel: Kernel, every: usize) -> Result<Option<usize>> {
    let Some(btf) = DebianBtf::obtain(kernel)? else {
        return Ok(None);
    };
    let (names, layouts) = btf.count();
    println!(
        "BTF of linux {}: {} structs and unions in the kernel (found in {:.2} s, read in {:.2} s); \
         with {} modules {names} names, {layouts} layouts",
        btf.version,
        btf.in_kernel,
        btf.unpacking.as_secs_f64(),
        btf.reading.as_secs_f64(),
        btf.modules,
    );
    Ok(Some(0))
}
