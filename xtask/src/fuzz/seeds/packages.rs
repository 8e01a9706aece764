//! Packages, images, and files that are compressed, each in every way.

use anyhow::Result;
use testkit::packed::{PACKS, boot_image, debian, rpm, xz_of_kernel};

use super::{Seed, objects};

/// A list of exports, as packages have it.
const SYMVERS: &[u8] = b"0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n";

/// A configuration.
const CONFIG: &[u8] = b"CONFIG_X86_64=y\nCONFIG_64BIT=y\nCONFIG_SMP=y\nCONFIG_MODVERSIONS=y\n";

/// All of them.
pub fn all() -> Result<Vec<Seed>> {
    let kernel = objects::kernel();
    let modules = objects::modules()?;
    let module = &modules[0].bytes;
    let image = boot_image(&xz_of_kernel(&kernel));
    let mut seeds = vec![Seed::new("an image with xz", image.clone())];
    for (ending, pack) in PACKS {
        let packed = pack(module);
        let path = format!("lib/modules/6.12.1/kernel/pump.ko{ending}");
        let files: [(&str, &[u8]); 4] = [
            ("boot/vmlinuz-6.12.1", &image),
            ("boot/config-6.12.1", CONFIG),
            (&path, &packed),
            ("lib/modules/6.12.1/build/Module.symvers", SYMVERS),
        ];
        seeds.extend([
            Seed::new(format!("a kernel{ending}"), pack(&kernel)),
            Seed::new(format!("a list{ending}"), pack(SYMVERS)),
            Seed::new(format!("an image{ending}"), boot_image(&pack(&kernel))),
            Seed::new(format!("a package of Debian{ending}"), debian(&files, ending, pack)),
            Seed::new(format!("a package of RPM{ending}"), rpm(&files, pack)),
        ]);
    }
    Ok(seeds)
}
