//! `modversions show`: what a module or a kernel contains.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;
use tempfile::TempDir;

use crate::in_folder::{put, run};
use crate::pump::{pump, vmlinux};

#[test]
fn a_file_is_shown_for_people_and_for_programs() {
    let folder = TempDir::new().unwrap();
    let extended = "section __version_ext_crcs alloc\nu32 8\n\
        section __version_ext_names alloc\nstring printk\nsymbol maybe weak\n";
    put(folder.path(), "pump.ko", pump().exports("pump_start", 0x20).with(extended).bytes());
    put(folder.path(), "vmlinux.elf", vmlinux());
    put(folder.path(), "odd.txt", "odd");
    let mut said = String::new();
    for words in ["pump.ko", "pump.ko --format json", "vmlinux.elf", "odd.txt"] {
        let (status, text) = run(folder.path(), &format!("show {words}"));
        said += &format!("$ show {words}\n{text}status: {status}\n\n");
    }
    assert_snapshot!("show", said);
}

/// A module with the signature of this file of `testdata/signatures`.
fn signed(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures").join(name);
    let hex: String = fs::read_to_string(path).unwrap().split_whitespace().collect();
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    let message: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
    let trailer = [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, u8::try_from(message.len()).unwrap()];
    [&pump().bytes()[..], &message, &trailer, b"~Module signature appended~\n"].concat()
}

#[test]
fn who_signed_a_module_is_shown() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "pump.ko", signed("by-serial-number.hex"));
    put(folder.path(), "key.ko", signed("by-key-identifier.hex"));
    put(folder.path(), "plain.ko", pump().bytes());
    let (_, text) = run(folder.path(), "show pump.ko");
    let lines = "signature:      appended\nsigner:         Pump works signing key\n\
        sig_key:        C0:FF:EE:01:02\nsig_hashalgo:   sha256\n";
    assert!(text.contains(lines), "{text}");
    let (_, text) = run(folder.path(), "show pump.ko --format json");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["signer"]["key"], "C0:FF:EE:01:02");
    for (words, expected) in [
        ("pump.ko -F signer", "Pump works signing key\n"),
        ("pump.ko -F sig_key", "C0:FF:EE:01:02\n"),
        ("pump.ko -F sig_hashalgo", "sha256\n"),
        ("pump.ko -F sig_id", "PKCS#7\n"),
        ("pump.ko --field license", "GPL\n"),
        ("pump.ko -F filename", "DIR/pump.ko\n"),
        ("pump.ko -F nothing", ""),
        ("key.ko -F signer", ""),
        ("key.ko -F sig_hashalgo", "sha512\n"),
        ("plain.ko -F sig_key", ""),
    ] {
        let said = run(folder.path(), &format!("show {words}"));
        assert_eq!(said, (0, expected.to_owned()), "{words}");
    }
}
