//! Texts: types, records of them, lists of exports, rules.

use anyhow::Result;
use testkit::files::read_below;

use super::Seed;
use crate::run::product::workspace;

/// Where there are some.
const FOLDERS: [&str; 3] = ["testdata/formats", "testdata/symtypes", "testdata/abi-diff"];

/// Kinds that are nowhere in those folders, and larger ones.
const MORE: [(&str, &str); 8] = [
    (
        "SUSE's rules",
        "# reason\nkmalloc FAIL\ndrivers/usb/* PASS\nSYMBOL k* PASS\nUSB_* PASS # no\n",
    ),
    (
        "our rules",
        "[[rule]]\nsymbol = ['open', 'k*']\nmodule = 'vmlinux'\nnamespace = 'PUMP'\n\
         lint = ['crc-changed', 'crc-lost']\naction = 'note'\nreason = 'agreed'\nowner = 'me'\n\
         expires = 2026-07-01\n\n[[rule]]\ntype = 'struct device'\naction = 'keep'\nreason = 'no'\n",
    ),
    ("a stable list", "[rhel_x86_64_stablelist]\n\topen\n0x00000002\tclose\tvmlinux # why\n"),
    ("lines of genksyms", "#SYMVER open 0x12345678\n__crc_close = 0x9abcdef0;\n"),
    (
        "types of every kind",
        "E#SLOW 0\ne#mode enum mode { SLOW , FAST = ( E#SLOW + 2 ) }\n\
         s#device struct device { const char * name ; u#word word ; e#mode mode ; \
         unsigned int a : 3 , b : 5 ; struct { int x ; union { char c [ 2 ] ; } ; } \
         __attribute__ ( ( packed , aligned ( 8 ) ) ) inner ; int ( * call ) ( s#device * ) ; }\n\
         s#hidden struct hidden { UNKNOWN }\nt#device_t typedef s#device device_t\n\
         u#word union word { long int whole ; int half [ 2 ] ; t#device_t * next ; }\n\
         open extern int open ( t#device_t * , s#hidden * , ... )\n\
         close extern void close ( s#device * )\n",
    ),
    (
        "consolidated types",
        "/* lib/one.o */\ns#pump struct pump { int width ; }\nopen int open ( s#pump * )\n\n\
         /* lib/two.o */\ns#pump struct pump { long int width ; }\nclose int close ( s#pump * )\n",
    ),
    (
        "exports.symvers",
        "0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n\
         0x00000002\topen\tvmlinux\tEXPORT_SYMBOL_GPL\tPUMP\n",
    ),
    (
        "a configuration",
        "CONFIG_X86_64=y\nCONFIG_64BIT=y\n# CONFIG_SMP is not set\nCONFIG_A=\"b\"\n",
    ),
];

/// All of them.
pub fn all() -> Result<Vec<Seed>> {
    let mut seeds: Vec<Seed> = MORE.iter().map(|(name, text)| Seed::new(*name, *text)).collect();
    for folder in FOLDERS {
        let files = read_below(&workspace().join(folder))?;
        seeds.extend(files.into_iter().map(|(path, bytes)| Seed::new(path, bytes)));
    }
    Ok(seeds)
}
