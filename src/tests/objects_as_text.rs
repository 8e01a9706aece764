//! The text form of ELF objects, against an independent reader of ELF.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use object::read::elf::{ElfFile32, ElfFile64};
use object::{Endianness, Object, ObjectSection, ObjectSymbol};

use testkit::elf_text::{assemble, target};

const BODY: &str = r#"
section .text alloc exec
  zeros 8
section .data alloc write
  string "a b" c
  u16 0x0102
symbol foo in=.text at=4 size=2 global func
symbol xfoo global # not here
rela .text
  reloc 2 7 xfoo -1
"#;

#[test]
fn both_classes_and_orders_are_read_back() {
    for (header, order) in
        [("32 little", [2, 1]), ("32 big", [1, 2]), ("64 little", [2, 1]), ("64 big", [1, 2])]
    {
        let text = format!("elf {header} x86_64\n{BODY}");
        let is_64_bit = header.starts_with("64");
        assert_eq!(target(&text).unwrap().is_64_bit, is_64_bit);
        let bytes = assemble(&text).unwrap();
        let expected = [&b"a b\0c\0"[..], &order].concat();
        if !is_64_bit {
            let file = ElfFile32::<Endianness>::parse(&*bytes).unwrap();
            assert_eq!(read_back(&file), (expected, 4, "xfoo".to_owned(), 2, -1));
        } else {
            let file = ElfFile64::<Endianness>::parse(&*bytes).unwrap();
            assert_eq!(read_back(&file), (expected, 4, "xfoo".to_owned(), 2, -1));
        }
    }
}

/// The data, where `foo` is, and the relocation.
fn read_back<'a>(file: &impl Object<'a>) -> (Vec<u8>, u64, String, u64, i64) {
    let data = file.section_by_name(".data").unwrap().data().unwrap().to_vec();
    let address = file.symbol_by_name("foo").unwrap().address();
    let (offset, relocation) = file.section_by_name(".text").unwrap().relocations().next().unwrap();
    let object::RelocationTarget::Symbol(target) = relocation.target() else {
        panic!("the relocation is against a symbol");
    };
    let target = file.symbol_by_index(target).unwrap().name().unwrap().to_owned();
    (data, address, target, offset, relocation.addend())
}

#[test]
fn strings_share_their_ends() {
    let bytes = assemble(&format!("elf 64 little x86_64\n{BODY}")).unwrap();
    let count = bytes.windows(3).filter(|window| window == b"foo").count();
    assert_eq!(count, 1);
}

#[test]
fn more_sections_than_16_bits_count() {
    let text = "elf 64 little x86_64\nsection .x times=65400\nsection .last alloc\n\
                symbol here in=.last at=9 global";
    let bytes = assemble(text).unwrap();
    let file = ElfFile64::<Endianness>::parse(&*bytes).unwrap();
    let symbol = file.symbol_by_name("here").unwrap();
    let section = file.section_by_index(symbol.section_index().unwrap()).unwrap();
    assert_eq!(section.name(), Ok(".last"));
}

#[test]
fn patches_reach_named_fields() {
    let text = "elf 32 big 386\nsection .a alloc\nsymbol s in=.a\n\
                patch section .a sh_size 0x01020304\npatch 0 00\ntruncate 60";
    let bytes = assemble(text).unwrap();
    assert_eq!((bytes.len(), bytes[0]), (60, 0));
    let whole = assemble(text.split("\npatch 0").next().unwrap()).unwrap();
    assert!(whole.windows(4).any(|window| window == [1, 2, 3, 4]));
}

#[test]
fn an_error_names_its_line() {
    let error = assemble("elf 64 little x86_64\n\nsymbol a in=.nowhere\nfoo").unwrap_err();
    assert_eq!(error, "line 4: \"foo\" is no statement");
    let error = assemble("elf 64 little x86_64\nsymbol a in=.nowhere").unwrap_err();
    assert_eq!(error, "there is no section \".nowhere\"");
}
