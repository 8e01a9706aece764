//! The reader of BTF, on types of our own: what it tells of them, and what it says of broken ones.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fs;
use std::path::Path;
use std::time::Instant;

use modversions::abi_diff::compare;
use modversions::btf::{Btf, ByName, KernelBtf, Type, TypeId};
use modversions::corpus::{Release, Types};
use modversions::inputs;
use modversions::inputs::btf::{self, Found, Kernel, Which, read_kernel};
use modversions::inputs::limits::Limits;
use modversions::kernel::Exports;
use modversions::layout::data_model::X86_64;
use modversions::layout::{Kind, Member};
use testkit::btf_file::*;
use testkit::elf_text::assemble;
use testkit::packed::{PACKS, boot_image, debian, gzip, plain, rpm, xz, xz_of_kernel};

/// One type of each kind.
fn sample(is_big_endian: bool) -> Writer {
    let mut to = Writer::new(is_big_endian);
    let int = to.int("int", 4);
    let long = to.int("long unsigned int", 8);
    let character = to.int("char", 1);
    let list = to.list("list_head", STRUCT, 16, &[("next", &[5, 0]), ("prev", &[5, 64])]);
    assert_eq!(to.add("", POINTER, 0, list, &[]), 5);
    let name = to.add("", ARRAY, 0, 0, &[character, int, 16]);
    let rest = to.add("", ARRAY, 0, 0, &[long, int, 0]);
    let word = to.add("u32", TYPEDEF, 0, int, &[]);
    let tight = to.add("", CONST, 0, word, &[]);
    let halves = to.list("", UNION, 8, &[("whole", &[long, 0]), ("half", &[word, 0])]);
    let inner = [("", &[halves, 0][..]), ("after", &[int, 64])];
    let unnamed = to.list("", STRUCT, 16, &inner);
    let slot = to.list("", STRUCT, 2, &[("on", &[character, 0]), ("of", &[character, 8])]);
    let slots = to.add("", ARRAY, 0, 0, &[slot, int, 2]);
    let mode: [(&str, &[u32]); 2] = [("MODE_OFF", &[0]), ("MODE_LOST", &[-1i32 as u32])];
    let mode = to.list("mode", ENUM | FLAG, 4, &mode);
    let wide: [(&str, &[u32]); 2] = [("LOW", &[7, 0]), ("HIGH", &[1, 1 << 31])];
    to.list("wide", ENUM64, 8, &wide);
    to.list("wide_signed", ENUM64 | FLAG, 8, &wide);
    let bits = |width: u32, offset: u32| width << 24 | offset;
    let members: &[(&str, &[u32])] = &[
        ("link", &[list, bits(0, 0)]),
        ("first", &[tight, bits(3, 128)]),
        ("second", &[tight, bits(1, 131)]),
        ("", &[unnamed, bits(0, 192)]),
        ("mode", &[mode, bits(0, 320)]),
        ("name", &[name, bits(0, 352)]),
        ("slots", &[slots, bits(0, 480)]),
        ("rest", &[rest, bits(0, 512)]),
    ];
    let device = to.list("device", STRUCT | FLAG, 64, members);
    let pointer = to.add("", POINTER, 0, device, &[]);
    let forward = to.add("secret", FORWARD, 0, 0, &[]);
    let constant = to.add("", CONST, 0, forward, &[]);
    let secret = to.add("", POINTER, 0, constant, &[]);
    let user = to.add("user", TYPE_TAG, 0, character, &[]);
    let buffer = to.add("", POINTER, 0, user, &[]);
    let fixed = to.add("", CONST, 0, buffer, &[]);
    let parameters: [(&str, &[u32]); 2] = [("of", &[secret]), ("into", &[fixed])];
    let call = to.list("", PROTOTYPE, 0, &parameters);
    let call = to.add("", POINTER, 0, call, &[]);
    let parameters: [(&str, &[u32]); 3] = [("device", &[pointer]), ("call", &[call]), ("", &[0])];
    let open = to.list("", PROTOTYPE, int, &parameters);
    let open = to.add("device_open", FUNCTION, 1, open, &[]);
    let table = to.add("", ARRAY, 0, 0, &[call, int, 4]);
    let table = to.add("calls", VARIABLE, 0, table, &[1]);
    to.add(".data", SECTION, 1, 32, &[table, 0, 32]);
    to.add("double", FLOAT, 0, 8, &[]);
    to.add("tag", DECLARATION_TAG, 0, open, &[u32::MAX]);
    let nothing = to.list("", PROTOTYPE, 0, &[]);
    to.add("device_stop", FUNCTION, 1, nothing, &[]);
    to
}

/// The first struct or union of this name.
fn record(btf: &Btf<'_>, name: &str) -> TypeId {
    ByName::records(btf).get(name.as_bytes()).next().unwrap()
}

/// The first type of this name.
fn named(btf: &Btf<'_>, name: &str) -> TypeId {
    ByName::of(btf, |_| true).get(name.as_bytes()).next().unwrap()
}

/// Members as lines: where, how many bits, what.
fn lines(members: &[Member], indent: &str) -> String {
    let line = |member: &Member| {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let name = member.name.as_deref().map_or("-".to_owned(), text);
        let colon = if member.is_bit_field { ":" } else { "" };
        let (offset, size) = (member.bit_offset, member.bit_size);
        let of = text(&member.of_type);
        let inner = lines(&member.inner, &format!("{indent}  "));
        format!("{indent}{offset} {colon}{size} {name} {of}\n{inner}")
    };
    members.iter().map(line).collect()
}

#[test]
fn members_lie_where_btf_says_in_both_byte_orders() {
    for is_big_endian in [false, true] {
        let bytes = sample(is_big_endian).bytes();
        let btf = Btf::parse(&bytes).unwrap();
        let layout = btf.layout(record(&btf, "device")).unwrap();
        assert_eq!((layout.kind, layout.size, layout.align), (Kind::Struct, 64, None));
        let expected = "\
0 128 link struct list_head
128 :3 first const u32
131 :1 second const u32
192 128 - struct { ... }
  192 64 - union { ... }
    192 64 whole long unsigned int
    192 32 half u32
  256 32 after int
320 32 mode enum mode
352 128 name char[16]
480 32 slots struct { ... }[2]
  480 8 on char
  488 8 of char
512 0 rest long unsigned int[]
";
        assert_eq!(lines(&layout.members, ""), expected);
        let list = btf.layout(record(&btf, "list_head")).unwrap();
        let expected = "0 64 next struct list_head *\n64 64 prev struct list_head *\n";
        assert_eq!(lines(&list.members, ""), expected);
    }
}

/// A kind that nobody knows yet: two words, and one for each of its entries.
const NEW_KIND: u32 = 40;

/// A struct before a type of that kind, and one after it.
fn with_a_new_kind(is_big_endian: bool) -> Writer {
    let mut to = Writer::new(is_big_endian);
    let int = to.int("int", 4);
    to.list("before", STRUCT, 4, &[("of", &[int, 0])]);
    // Numbers that would be no type and no name.
    to.add("new", NEW_KIND, 3, u32::MAX, &[u32::MAX; 5]);
    to.list("after", STRUCT, 4, &[("of", &[int, 0])]);
    to.kind_layouts = [0, 0, 0, 0].repeat(NEW_KIND as usize);
    to.kind_layouts.extend([8, 4, 0, 0]);
    to
}

#[test]
fn types_of_a_new_kind_are_passed_over_as_the_file_says() {
    for is_big_endian in [false, true] {
        let mut base = with_a_new_kind(is_big_endian);
        let bytes = base.bytes();
        let btf = Btf::parse(&bytes).unwrap();
        let new = btf.ids().nth(2).unwrap();
        assert!(matches!(btf.get(new), Type::Unknown(NEW_KIND)));
        assert_eq!(btf.layout(record(&btf, "after")).unwrap().size, 4);
        let said = btf.size(new).unwrap_err().to_string();
        assert!(said.contains("40"), "{said}");
        // A module's goes by its kernel's.
        let mut module = Writer::on(&base);
        module.add("", NEW_KIND, 0, 0, &[0, 0]);
        module.list("own", STRUCT, 4, &[("of", &[1, 0])]);
        let own = module.bytes();
        let own = Btf::parse_split(&own, &btf).unwrap();
        assert_eq!(own.layout(record(&own, "own")).unwrap().size, 4);
        // Without the section, or with one that ends before, the kind is an error.
        let fault = |base: &Writer| Btf::parse(&base.bytes()).unwrap_err().to_string();
        base.kind_layouts.truncate(NEW_KIND as usize * 4);
        assert!(fault(&base).contains("40"), "{}", fault(&base));
        base.kind_layouts.extend([6, 4, 0, 0]);
        assert!(fault(&base).contains("40"), "{}", fault(&base));
        base.kind_layouts.pop();
        assert!(fault(&base).contains("kind layouts"), "{}", fault(&base));
        base.kind_layouts.clear();
        assert!(fault(&base).contains("40"), "{}", fault(&base));
    }
}

#[test]
fn a_bit_field_of_an_older_encoder_has_an_integer_of_its_own() {
    let mut to = Writer::new(false);
    let bits = to.add("unsigned int", INT, 0, 4, &[5 << 16 | 3]);
    to.list("old", STRUCT, 4, &[("three", &[bits, 0])]);
    let bytes = to.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    let layout = btf.layout(record(&btf, "old")).unwrap();
    assert_eq!(lines(&layout.members, ""), "5 :3 three unsigned int\n");
}

#[test]
fn types_are_spelled_as_in_c() {
    let bytes = sample(false).bytes();
    let btf = Btf::parse(&bytes).unwrap();
    let spelled = |name| String::from_utf8(btf.spelling(named(&btf, name)).unwrap()).unwrap();
    let open = "int device_open(struct device *, \
                void (*)(const struct secret *, char __user *const), ...)";
    assert_eq!(spelled("device_open"), open);
    assert_eq!(spelled("device_stop"), "void device_stop(void)");
    assert_eq!(spelled("calls"), "void (*calls[4])(const struct secret *, char __user *const)");
    assert_eq!(spelled("u32"), "u32");
    assert_eq!(spelled("double"), "double");
    let declared = btf.declaration(named(&btf, "mode"), b"now").unwrap();
    assert_eq!(String::from_utf8(declared).unwrap(), "enum mode now");
    let data = named(&btf, ".data");
    let error = btf.spelling(data).unwrap_err().to_string();
    assert_eq!(error, format!("type {} of the BTF cannot be declared in C", data.number()));
}

#[test]
fn enumerators_have_values_of_their_width_and_sign() {
    let bytes = sample(true).bytes();
    let btf = Btf::parse(&bytes).unwrap();
    let values = |name| match btf.get(named(&btf, name)) {
        Type::Enumeration(of) => of.enumerators().map(|one| one.value).collect::<Vec<i128>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(values("mode"), [0, -1]);
    assert_eq!(values("wide"), [7, (1 << 63) + 1]);
    assert_eq!(values("wide_signed"), [7, 1 - (1 << 63)]);
}

#[test]
fn a_modules_types_go_on_from_its_kernels() {
    let kernel = sample(false);
    let mut module = Writer::on(&kernel);
    let list = 4;
    module.list("pump", STRUCT, 24, &[("link", &[list, 0]), ("speed", &[1, 128])]);
    module.list("device", STRUCT, 4, &[("mine", &[1, 0])]);
    let (kernel, module) = (kernel.bytes(), module.bytes());
    let error = Btf::parse(&module).unwrap_err().to_string();
    assert_eq!(error, "this is the BTF of a module, which needs that of its kernel");
    let kernel = Btf::parse(&kernel).unwrap();
    let module = Btf::parse_split(&module, &kernel).unwrap();
    let layout = module.layout(record(&module, "pump")).unwrap();
    assert_eq!(lines(&layout.members, ""), "0 128 link struct list_head\n128 32 speed int\n");
    let names: Vec<&[u8]> = ByName::records(&module).iter().map(|(name, _)| name).collect();
    assert_eq!(names, [&b"device"[..], b"pump"]);
    assert_eq!(module.layout(record(&module, "device")).unwrap().size, 4);
    assert_eq!(module.layout(record(&kernel, "device")).unwrap().size, 64);
}

#[test]
fn several_types_of_one_name_come_in_order() {
    let mut to = Writer::new(false);
    let int = to.int("int", 4);
    let first = to.list("two", STRUCT, 4, &[("one", &[int, 0])]);
    to.list("other", STRUCT, 4, &[("one", &[int, 0])]);
    let second = to.list("two", UNION, 4, &[("one", &[int, 0])]);
    let bytes = to.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    let numbers: Vec<u32> = ByName::records(&btf).get(b"two").map(TypeId::number).collect();
    assert_eq!(numbers, [first, second]);
}

/// What is said of the file that this makes.
fn complaint(make: impl FnOnce(&mut Writer)) -> String {
    let mut to = Writer::new(false);
    to.int("int", 4);
    make(&mut to);
    let bytes = to.bytes();
    match Btf::parse(&bytes) {
        Err(error) => error.to_string(),
        Ok(btf) => {
            let last = btf.ids().next_back().unwrap();
            let errors = [btf.layout(last).err(), btf.spelling(last).err()];
            errors.into_iter().flatten().map(|error| format!("{error}; ")).collect()
        }
    }
}

#[test]
fn each_fault_has_a_message() {
    let said = |make: fn(&mut Writer) -> u32| {
        complaint(|to| {
            make(to);
        })
    };
    let of = |words: &'static [u32]| complaint(move |to| to.words.extend_from_slice(words));
    assert_eq!(Btf::parse(b"").unwrap_err().to_string(), "this is not BTF: wrong magic number");
    let error = Btf::parse(&[0x9f, 0xeb, 2, 0]).unwrap_err().to_string();
    assert_eq!(error, "BTF version 2 is not supported");
    let error = Btf::parse(&[0x9f, 0xeb, 1, 0, 24, 0]).unwrap_err().to_string();
    assert_eq!(error, "the header of the BTF is truncated");
    let whole = sample(false).bytes();
    let error = Btf::parse(&whole[..whole.len() - 1]).unwrap_err().to_string();
    assert_eq!(error, "the names of the BTF are truncated");
    let error = Btf::parse(&whole[..100]).unwrap_err().to_string();
    assert_eq!(error, "the types of the BTF are truncated");
    assert_eq!(of(&[0, 4 << 24 | 2, 0, 0, 1, 0]), "type 2 of the BTF is truncated");
    assert_eq!(of(&[0, 0, 0]), "type 2 of the BTF is of the unknown kind 0");
    assert_eq!(of(&[0, 20 << 24, 0]), "type 2 of the BTF is of the unknown kind 20");
    assert_eq!(of(&[99, 2 << 24, 0]), "type 2 of the BTF has a name at 99, where there is none");
    assert_eq!(of(&[0, 2 << 24, 3]), "type 2 of the BTF refers to type 3, which does not exist");
    assert_eq!(
        complaint(|to| to.names.extend([&[b'x'; 2000][..], b"\0"].concat())),
        "a name in the BTF is too long"
    );
    let no_record = "type 2 of the BTF is neither a struct nor a union; ";
    let endless = "type 2 of the BTF contains itself, or is nested too deeply; ";
    assert_eq!(said(|to| to.add("", CONST, 0, 2, &[])), format!("{no_record}{endless}"));
    assert_eq!(said(|to| to.add("", ARRAY, 0, 0, &[2, 1, 1])), format!("{no_record}{endless}"));
    assert_eq!(said(|to| to.list("", STRUCT, 4, &[("", &[2, 0])])), endless);
    let too_large = "type 5 of the BTF is too large; ";
    let huge = |to: &mut Writer| {
        for element in [1, 2, 3] {
            to.add("", ARRAY, 0, 0, &[element, 1, u32::MAX]);
        }
        to.list("huge", STRUCT, 4, &[("all", &[4, 0])]);
    };
    assert_eq!(complaint(huge), too_large.replace('5', "4"));
    assert_eq!(
        said(|to| {
            to.add("", POINTER, 0, 1, &[]);
            to.list("p", STRUCT, 4, &[("p", &[2, 0])])
        }),
        "type 2 of the BTF is a pointer, and the size of pointers is unknown; "
    );
    assert_eq!(
        said(|to| {
            to.add("f", FORWARD, 0, 0, &[]);
            to.list("p", STRUCT, 4, &[("p", &[2, 0])])
        }),
        "type 2 of the BTF has no size; "
    );
}

#[test]
fn what_nests_without_end_ends_soon() {
    let start = Instant::now();
    // Each has two of the one before.
    let doubled = complaint(|to| {
        let mut last = to.list("", STRUCT, 4, &[("one", &[1, 0])]);
        for _ in 0..50 {
            last = to.list("", STRUCT, 4, &[("", &[last, 0]), ("", &[last, 0])]);
        }
    });
    assert_eq!(doubled, "type 52 of the BTF contains itself, or is nested too deeply; ");
    let doubled = complaint(|to| {
        let mut last = 1;
        for _ in 0..50 {
            last = to.list("", PROTOTYPE, last, &[("", &[last]), ("", &[last])]);
            last = to.add("", POINTER, 0, last, &[]);
        }
    });
    assert!(doubled.ends_with("contains itself, or is nested too deeply; "), "{doubled}");
    let many = complaint(|to| {
        let long = to.int("long int", 8);
        let numbers = [long, 0];
        let entries = vec![("x", &numbers[..]); 0xffff];
        let wide = to.list("wide", STRUCT, 4, &entries);
        let numbers = [wide, 0];
        let entries = vec![("y", &numbers[..]); 0xffff];
        to.list("wider", STRUCT, 4, &entries);
    });
    assert_eq!(many, "");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// Asks all there is to ask.
fn ask_everything(btf: &Btf<'_>) -> usize {
    let mut answers = ByName::records(btf).iter().count();
    for (id, of) in btf.types() {
        answers += usize::from(btf.layout(id).is_ok());
        answers += usize::from(btf.spelling(id).is_ok());
        answers += usize::from(btf.size(id).is_ok());
        answers += match of {
            Type::Enumeration(of) => of.enumerators().count(),
            Type::Prototype(of) => of.parameters().count(),
            Type::Record(of) => of.fields().count(),
            _ => 0,
        };
    }
    answers
}

#[test]
fn broken_files_end_with_an_error_or_an_answer() {
    let whole = [sample(false).bytes(), sample(true).bytes()];
    // A generator by Knuth, so that every run is the same.
    let mut state: u64 = 1;
    let mut chance = |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    let (mut read, mut refused) = (0, 0);
    for round in 0..6000 {
        let mut bytes = whole[round % 2].clone();
        for _ in 0..=chance(4) {
            let place = chance(bytes.len());
            match chance(4) {
                0 => bytes[place] = chance(256) as u8,
                1 => bytes[place] ^= 1 << chance(8),
                2 => bytes[place] = chance(40) as u8,
                _ => bytes.truncate(place.max(1)),
            }
        }
        match Btf::parse(&bytes) {
            Ok(btf) => {
                ask_everything(&btf);
                compare_everything(&bytes, &whole[round % 2]);
                read += 1;
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
            }
        }
    }
    assert!(read > 500 && refused > 500, "{read} {refused}");
}

/// Compares two kernels of which one may be broken.
fn compare_everything(old: &[u8], new: &[u8]) {
    let exported = [&b"device_open"[..], b"calls"]
        .map(|symbol| [b"0x00000001\t", symbol, b"\tvmlinux\tEXPORT_SYMBOL\t\n"].concat());
    let release = |btf: &[u8]| Release {
        title: b"kernel".to_vec(),
        exports: Some(Exports::read(&exported.concat().into()).unwrap()),
        corpus: None,
        btf: KernelBtf::new(btf.to_vec(), Vec::new()).ok().map(|(btf, _)| btf),
    };
    compare(&mut Types::default(), &release(old), &release(new), &X86_64);
}

/// A kernel's BTF, told by the struct that it has of each task.
fn of_kernel() -> Vec<u8> {
    let mut to = sample(false);
    to.list("task_struct", STRUCT, 8, &[("state", &[2, 0])]);
    to.bytes()
}

/// A linked kernel or module with these sections.
fn linked(sections: &[(&str, &[u8])]) -> Vec<u8> {
    let mut text = "elf 64 little x86_64\nsection .text alloc exec\nzeros 64\n".to_owned();
    for (name, bytes) in sections {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        text += &format!("section {name} alloc\nhex {digits}\n");
    }
    assemble(&text).unwrap()
}

/// What a processor gets: code, a program for BPF with BTF of its own, and that of the kernel.
fn image() -> Vec<u8> {
    let mut program = sample(false);
    program.list("task_struct", STRUCT, 8, &[("state", &[2, 0])]);
    program.add("license", SECTION, 0, 4, &[]);
    let broken = &of_kernel()[..24];
    let mut image = vec![0x90; 3000];
    for part in [&program.bytes(), broken, &vec![0x91; (2 << 20) - 7], &of_kernel(), &[0; 5000]] {
        image.extend_from_slice(part);
    }
    image
}

/// As the kernel packs itself: a frame of lz4 without an end.
fn old_lz4(bytes: &[u8]) -> Vec<u8> {
    let block = lz4_flex::block::compress(bytes);
    [&[0x02, 0x21, 0x4c, 0x18], &(block.len() as u32).to_le_bytes()[..], &block].concat()
}

#[test]
fn btf_is_found_in_whatever_it_is_in() {
    let btf = of_kernel();
    let found = Found { btf: btf.clone(), base: None };
    let find =
        |bytes: &[u8]| btf::find(bytes, Limits::default()).map_err(|cause| cause.to_string());
    assert_eq!(find(&btf), Ok(found.clone()));
    let vmlinux = linked(&[(".BTF", &btf), (".BTF_ids", b"1234")]);
    let payload = [xz_of_kernel(&image()), b"size".to_vec()].concat();
    let kernel = [("boot/config", &b"y"[..]), ("boot/vmlinuz-6.1", &boot_image(&payload))];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("package");
    for (ending, pack) in PACKS {
        assert_eq!(find(&pack(&vmlinux)), Ok(found.clone()), "vmlinux{ending}");
        assert_eq!(find(&pack(&image())), Ok(found.clone()), "image{ending}");
        // Behind what is packed stands its size; gzip has that itself.
        let size: &[u8] = if ending == ".gz" { b"" } else { b"size" };
        let payload = [pack(&image()), size.to_vec()].concat();
        assert_eq!(find(&boot_image(&payload)), Ok(found.clone()), "vmlinuz of {ending}");
        for package in [debian(&kernel, ending, pack), rpm(&kernel, pack)] {
            fs::write(&path, package).unwrap();
            let read = btf::read(&path, Limits::default()).map_err(|error| error.to_string());
            assert_eq!(read, Ok(found.clone()), "package of {ending}");
        }
    }
    let payload = [old_lz4(&image()), b"size".to_vec()].concat();
    assert_eq!(find(&boot_image(&payload)), Ok(found));
    // A module that is built apart brings what its BTF goes on from.
    let module = linked(&[(".BTF", b"split"), (".BTF.base", b"base")]);
    let found = Found { btf: b"split".to_vec(), base: Some(b"base".to_vec()) };
    assert_eq!(find(&module), Ok(found));
}

#[test]
fn where_no_btf_is_the_message_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let said = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let message = btf::read(&path, Limits::default()).unwrap_err().to_string();
        message.replace(folder.path().to_str().unwrap(), "DIR")
    };
    let none = "it has no BTF of a kernel";
    assert_eq!(said("empty", b""), format!("DIR/empty: {none}"));
    assert_eq!(said("note", b"a note"), format!("DIR/note: {none}"));
    assert_eq!(said("vmlinuz", &boot_image(&gzip(b"a note"))), format!("DIR/vmlinuz: {none}"));
    let built_without = "DIR/vmlinux: it has no BTF (CONFIG_DEBUG_INFO_BTF)";
    assert_eq!(said("vmlinux", &linked(&[])), built_without);
    let cut_off = &linked(&[(".BTF", &of_kernel())])[..200];
    assert_eq!(said("cut", cut_off), "DIR/cut: this ELF file is truncated or damaged");
    let lzo = "DIR/lzo: it cannot be unpacked (lzo is not supported)";
    assert_eq!(said("lzo", b"\x89LZO\0\r\n"), lzo);
    let package = debian(&[("etc/motd", b"hello")], "", plain);
    assert_eq!(said("motd.deb", &package), "DIR/motd.deb: it has no kernel");
    for (ending, pack) in &PACKS[1..] {
        let half = pack(&image());
        let message = said("half", &half[..half.len() / 2]);
        assert!(message.starts_with("DIR/half: "), "{ending}: {message}");
    }
    let missing =
        btf::read(&folder.path().join("none"), Limits::default()).unwrap_err().to_string();
    assert!(missing.ends_with("/none: No such file or directory"));
}

/// The BTF of a module of the kernel that [`of_kernel`] is of, with a struct of its own; and of one
/// of another kernel, which names what is not there.
fn of_module(record: &str) -> Vec<u8> {
    let mut kernel = sample(false);
    kernel.list("task_struct", STRUCT, 8, &[("state", &[2, 0])]);
    let mut to = Writer::on(&kernel);
    to.list(record, STRUCT, 4, &[("mine", &[if record == "misfit" { 999 } else { 1 }, 0])]);
    to.bytes()
}

/// What is found of a kernel: the records of the kernel's own that are called so, then the modules,
/// each with its records; and the remark.
fn told(found: inputs::Result<Kernel>) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let found = match found {
        Ok(found) => found,
        Err(error) => return error.to_string(),
    };
    let own = found.btf.kernel();
    assert_eq!(own.is_kernels(), found.has_kernel);
    let mut lines = String::new();
    for (name, btf) in found.btf.modules(&own) {
        let records = ByName::records(&btf);
        let records: Vec<String> = records.iter().map(|(name, _)| text(name)).collect();
        lines += &format!("{}: {}\n", text(name), records.join(" "));
    }
    lines + &found.remark.unwrap_or_default()
}

#[test]
fn a_kernel_is_found_with_its_modules() {
    let folder = tempfile::tempdir().unwrap();
    let exporting = |record| {
        linked(&[(".BTF", &of_module(record)), ("__ksymtab_strings", b"start\0"), (".text", b"x")])
    };
    let silent = linked(&[(".BTF", &of_module("silent"))]);
    let apart = linked(&[(".BTF", &of_module("apart")), (".BTF.base", &of_kernel())]);
    let without = linked(&[]);
    let misfit = exporting("misfit");
    let payload = [xz(&image()), b"size".to_vec()].concat();
    let files: &[(&str, &[u8])] = &[
        ("boot/vmlinuz-6.1", &boot_image(&payload)),
        ("lib/modules/6.1/kernel/drivers/pump-station.ko", &exporting("pump")),
        ("lib/modules/6.1/kernel/fs/silent.ko.xz", &xz(&silent)),
        ("lib/modules/6.1/kernel/fs/without.ko", &without),
        ("lib/modules/6.1/updates/apart.ko", &apart),
        ("lib/modules/6.1/updates/misfit.ko", &misfit),
        ("lib/modules/6.1/updates/pump-station.ko", &exporting("later")),
    ];
    for (name, content) in files {
        let path = folder.path().join("root").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let put = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    };
    let remark = "the BTF of these modules does not match the kernel's and is ignored: misfit \
                  (type 37 of the BTF refers to type 999, which does not exist)";
    let all = format!("pump_station: pump\nsilent: silent\n{remark}");
    let exporting_ones = format!("pump_station: pump\n{remark}");
    let places = [
        folder.path().join("root"),
        folder.path().join("root/lib/modules/6.1"),
        put("kernel.deb", &debian(files, ".xz", xz)),
        put("kernel.rpm", &rpm(files, gzip)),
    ];
    for path in &places {
        assert_eq!(
            told(read_kernel(path, None, Which::All, Limits::default())),
            all,
            "{}",
            path.display()
        );
        assert_eq!(
            told(read_kernel(path, None, Which::Exporting, Limits::default())),
            exporting_ones
        );
    }
    // Where several files may be the kernel, the first counts that has BTF: a linked one.
    put("root/vmlinux", &linked(&[]));
    assert_eq!(told(read_kernel(&places[0], None, Which::All, Limits::default())), all);
    put("root/vmlinux", &linked(&[(".BTF", &sample(false).bytes())]));
    assert!(
        !read_kernel(&places[0], None, Which::All, Limits::default())
            .unwrap()
            .btf
            .kernel()
            .is_kernels()
    );
    // As in /sys/kernel/btf.
    put("btf/vmlinux", &of_kernel());
    put("btf/pump_station", &of_module("pump"));
    put("btf/note", b"a note");
    let raw = folder.path().join("btf");
    assert_eq!(
        told(read_kernel(&raw, None, Which::All, Limits::default())),
        "pump_station: pump\n"
    );
}

#[test]
fn a_module_alone_needs_the_btf_of_its_kernel() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let said = |path: &Path, base: Option<&Path>| {
        told(read_kernel(path, base, Which::All, Limits::default()))
            .replace(folder.path().to_str().unwrap(), "DIR")
    };
    let kernel = put("kernel.btf", &of_kernel());
    let pump = put("pump-station.ko.gz", &gzip(&linked(&[(".BTF", &of_module("pump"))])));
    assert_eq!(said(&kernel, None), "");
    assert_eq!(
        said(&pump, None),
        "DIR/pump-station.ko.gz: this is a module, and the BTF of its kernel is needed to read its \
         own (`modversions layout` has --btf-base for that)"
    );
    assert_eq!(said(&pump, Some(&kernel)), "pump_station: pump\n");
    assert_eq!(
        said(&pump, Some(&pump)),
        "DIR/pump-station.ko.gz: this is the BTF of a module, which needs that of its kernel"
    );
    let misfit = put("misfit", &of_module("misfit"));
    let words = "DIR/misfit: the BTF of these modules does not match the kernel's and is ignored: ";
    assert!(said(&misfit, Some(&kernel)).starts_with(words));
    // One that is built apart brings what it needs, which is no kernel's.
    let base = sample(false).bytes();
    let mut own = Writer::on(&sample(false));
    own.list("own", STRUCT, 4, &[("mine", &[1, 0])]);
    let apart = put("apart.ko", &linked(&[(".BTF", &own.bytes()), (".BTF.base", &base)]));
    assert_eq!(said(&apart, None), "apart: own\n");
    fs::create_dir(folder.path().join("empty")).unwrap();
    let empty = folder.path().join("empty");
    assert_eq!(said(&empty, None), "DIR/empty: it has no kernel");
    let package = put("motd.deb", &debian(&[("etc/motd", b"hello")], "", plain));
    assert_eq!(said(&package, None), "DIR/motd.deb: it has no kernel");
    let modules =
        put("modules.deb", &debian(&[("lib/a.ko", &fs::read(&pump).unwrap())], "", plain));
    assert_eq!(said(&modules, Some(&kernel)), "a: pump\n");
}
