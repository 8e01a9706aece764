//! What is kept of a kernel, from wherever it was read.

use std::fmt::Display;

use crate::check;
use crate::elf::Target;
use crate::kernel::{self, Coverage, Exports};
use crate::layout::{Definition, Layout, Member};
use crate::module::Machine;
use crate::release::Profile;
use crate::report::digest;

use super::place::Place;

/// What is known of a kernel.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What it is told apart by.
    pub place: Place,
    /// The date on which it was built, as `2026-05-08`, if that is known.
    pub built: Option<String>,
    /// What loading a module asks of it; none if nothing but types is known.
    pub loading: Option<Loading>,
    /// Its exports, sorted by symbol; none if they are not known.
    pub exports: Option<Vec<Export>>,
    /// Its types, sorted by name and digest; none if they are not known.
    pub types: Option<Vec<Type>>,
    /// What the types were read from: `BTF`.
    pub types_from: Option<String>,
}

/// What loading a module asks of a kernel besides its exports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loading {
    /// What it asks of `vermagic`.
    pub vermagic: Option<String>,
    /// The machine.
    pub machine: Option<Machine>,
    /// Whose loader it has.
    pub loader: Option<Profile>,
    /// The word for what it does with modules without a good signature.
    pub signatures: &'static str,
    /// How large its `struct module` is.
    pub module_size: Option<u64>,
    /// The lines of its configuration that matter; none if it is not known.
    pub options: Option<String>,
    /// What its exports cover: `everything`; `all modules`; or `modules` and their names.
    pub cover: String,
}

/// An export.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Export {
    /// What is exported, but for the CRC.
    pub symbol: Symbol,
    /// The CRC; none if there is none.
    pub crc: Option<u32>,
}

/// What is exported, but for the CRC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// The module that has it, as `Module.symvers` does.
    pub module: String,
    /// `EXPORT_SYMBOL` or `EXPORT_SYMBOL_GPL`; none if that is not known.
    pub license: Option<String>,
    /// Its namespace; empty if it is in none, and none if that is not known.
    pub namespace: Option<String>,
    /// If it is only known since modules import it: the one that does, or empty if several do.
    pub imported_by: Option<String>,
}

/// The words for licenses.
pub(super) const ANY: &str = "EXPORT_SYMBOL";
pub(super) const GPL: &str = "EXPORT_SYMBOL_GPL";

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// What it is called in C: `struct page`, `atomic_t`.
    pub name: String,
    /// Its size in bytes; none if it has none.
    pub size: Option<u64>,
    /// Its alignment in bytes; none where the source does not say.
    pub align: Option<u64>,
    /// A number for all that is known of it.
    pub digest: u64,
    /// Of a struct or union: its members, with those of unnamed ones in it.
    pub members: Vec<MemberOf>,
}

/// A member, but for its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// How it is reached from the outermost type: `a.b`.
    pub path: String,
    /// How long it is, in bits.
    pub bits: u64,
    /// Whether it is a bit-field.
    pub is_bit_field: bool,
    /// Its type, as C.
    pub of_type: String,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberOf {
    /// What it is.
    pub field: Field,
    /// Where it begins, in bits.
    pub bit_offset: u64,
}

/// That a name is none that a table can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotText(pub Vec<u8>);

fn text(bytes: &[u8]) -> Result<String, NotText> {
    String::from_utf8(bytes.to_vec()).map_err(|error| NotText(error.into_bytes()))
}

fn texts(bytes: Option<&[u8]>) -> Result<Option<String>, NotText> {
    bytes.map(text).transpose()
}

/// The exports of a kernel, as they are kept.
///
/// # Errors
/// A name is not UTF-8.
pub fn exports(of: &Exports) -> Result<Vec<Export>, NotText> {
    let export = |(symbol, export): (&[u8], &kernel::Export)| {
        let word = |is_gpl: bool| if is_gpl { GPL } else { ANY }.to_owned();
        let importer = || export.sole_importer.as_deref().unwrap_or_default();
        let symbol = Symbol {
            name: text(symbol)?,
            module: text(&export.module)?,
            license: export.is_gpl.map(word),
            namespace: texts(export.namespace.as_deref())?,
            imported_by: texts(export.is_import.then(importer))?,
        };
        Ok(Export { symbol, crc: export.crc })
    };
    let mut exports = of.iter().map(export).collect::<Result<Vec<Export>, NotText>>()?;
    exports.sort_unstable();
    Ok(exports)
}

/// The words for what exports cover, as in [`Loading`].
pub(super) fn cover(of: &Coverage) -> Result<String, NotText> {
    Ok(match of {
        Coverage::Everything => "everything".to_owned(),
        Coverage::AllModules => "all modules".to_owned(),
        Coverage::Modules(names) => {
            let names = names.iter().map(|name| text(name)).collect::<Result<Vec<_>, _>>()?;
            format!("modules {}", names.join(" ")).trim_end().to_owned()
        }
    })
}

/// What exports cover, by these words; none if they are none.
pub(super) fn covered(words: &str) -> Option<Coverage> {
    match words.split_once(' ').unwrap_or((words, "")) {
        ("everything", "") => Some(Coverage::Everything),
        ("all", "modules") => Some(Coverage::AllModules),
        ("modules", names) => {
            let names = names.split(' ').filter(|name| !name.is_empty());
            Some(Coverage::Modules(names.map(|name| name.as_bytes().to_vec()).collect()))
        }
        _ => None,
    }
}

/// The words for what becomes of modules without a good signature.
pub(super) const SIGNATURES: [(check::Signatures, &str); 3] = [
    (check::Signatures::NotEnforced, "not enforced"),
    (check::Signatures::Enforced, "enforced"),
    (check::Signatures::LockedDown, "locked down"),
];

/// What loading asks of this kernel.
///
/// # Errors
/// A text is not UTF-8.
pub fn loading(of: &check::Kernel) -> Result<Loading, NotText> {
    let signatures = SIGNATURES.iter().find(|(is, _)| *is == of.signatures);
    let options = (!of.config.is_empty()).then(|| of.config.for_loading());
    Ok(Loading {
        vermagic: texts(of.vermagic.as_deref())?,
        machine: of.machine,
        loader: of.profile,
        signatures: signatures.map_or("", |(_, word)| word),
        module_size: of.struct_size,
        options: texts(options.as_deref())?,
        cover: cover(&of.exports.origin.coverage)?,
    })
}

/// The number of a machine's row: class and byte order as columns have them.
pub(super) fn machine_words(machine: Machine) -> (u64, u64, &'static str) {
    let Target { is_64_bit, is_big_endian } = machine.target;
    let order = if is_big_endian { "big" } else { "little" };
    (u64::from(machine.number), if is_64_bit { 64 } else { 32 }, order)
}

/// The machine that these are; none if they are none.
pub(super) fn machine_of(number: u64, bits: u64, order: &str) -> Option<Machine> {
    let is_64_bit = [(32, false), (64, true)].into_iter().find(|(it, _)| *it == bits)?.1;
    let is_big_endian = [("little", false), ("big", true)].into_iter().find(|it| it.0 == order)?.1;
    let number = u16::try_from(number).ok()?;
    Some(Machine { target: Target { is_64_bit, is_big_endian }, number })
}

/// A type of this name, as it is kept; none if a size or an offset is larger than any that is kept.
///
/// # Errors
/// A name is not UTF-8.
pub fn type_of(name: &[u8], definition: &Definition) -> Result<Option<Type>, NotText> {
    let mut members = Vec::new();
    let mut rest = Vec::new();
    match definition {
        Definition::Record(layout) => flatten("", layout, &mut members)?,
        Definition::Enumeration(of) => {
            rest.push(known(of.is_signed).into_bytes());
            for (name, value) in &of.enumerators {
                rest.extend([name.clone(), value.to_string().into_bytes()]);
            }
        }
        Definition::Alias(alias) => rest.extend(alias.declarations.iter().cloned()),
    }
    let name = text(name)?;
    let (size, align) = (definition.size(), definition.align());
    let number = |it: Option<u64>| it.map_or(String::new(), |it| it.to_string()).into_bytes();
    let mut parts = vec![name.clone().into_bytes(), number(size), number(align)];
    for member in &members {
        let MemberOf { field, bit_offset } = member;
        let places = [*bit_offset, field.bits, u64::from(field.is_bit_field)];
        parts.push(field.path.clone().into_bytes());
        parts.push(places.map(|it| it.to_string()).join(" ").into_bytes());
        parts.push(field.of_type.clone().into_bytes());
    }
    parts.extend(rest);
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let fits = |number: u64| u32::try_from(number).is_ok();
    let numbers = members.iter().flat_map(|it| [it.bit_offset, it.field.bits]);
    let is_kept = numbers.chain(size).chain(align).all(fits);
    Ok(is_kept.then(|| Type { name, size, align, digest: digest(&parts), members }))
}

/// The members of a struct or union, with those of unnamed ones inside.
fn flatten(prefix: &str, layout: &Layout, so_far: &mut Vec<MemberOf>) -> Result<(), NotText> {
    fn all(prefix: &str, members: &[Member], so_far: &mut Vec<MemberOf>) -> Result<(), NotText> {
        for member in members {
            let inner = match &member.name {
                Some(name) => {
                    let path = format!("{prefix}{}", text(name)?);
                    let field = Field {
                        path: path.clone(),
                        bits: member.bit_size,
                        is_bit_field: member.is_bit_field,
                        of_type: text(&member.of_type)?,
                    };
                    so_far.push(MemberOf { field, bit_offset: member.bit_offset });
                    format!("{path}.")
                }
                None => prefix.to_owned(),
            };
            all(&inner, &member.inner, so_far)?;
        }
        Ok(())
    }
    all(prefix, &layout.members, so_far)
}

/// The date on which a kernel was built, by its banner: `(2026-05-08)` as Debian has it, or
/// `Tue Dec  1 09:19:36 UTC 2026` at its end.
pub fn built_on(banner: &[u8]) -> Option<String> {
    let banner = std::str::from_utf8(banner).ok()?;
    let is_date = |text: &&str| {
        let parts: Vec<&str> = text.split('-').collect();
        let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        parts.iter().map(|it| it.len()).eq([4, 2, 2]) && parts.iter().all(is_number)
    };
    let in_brackets = banner.split(['(', ')']).rfind(is_date);
    if let Some(date) = in_brackets {
        return Some(date.to_owned());
    }
    let words: Vec<&str> = banner.split_whitespace().collect();
    let [.., month, day, time, _, year] = words[..] else { return None };
    let month = MONTHS.iter().position(|it| *it == month)? + 1;
    let day: u8 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
    let year: u16 = year.parse().ok().filter(|year| (1991..=9999).contains(year))?;
    time.contains(':').then(|| format!("{year}-{month:02}-{day:02}"))
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// What goes into a digest for something: nothing if it is not known, which an empty text is not.
fn known(it: Option<impl Display>) -> String {
    it.map_or(String::new(), |it| format!("={it}"))
}

impl Facts {
    /// A number for all that is known: two kernels with one are the same.
    ///
    /// Parts have it on the disk, so nothing goes into it that another version of this program or of its
    /// compiler would write otherwise.
    pub fn digest(&self) -> u64 {
        let mut parts: Vec<String> = Vec::new();
        match &self.loading {
            None => parts.push("no loading".to_owned()),
            Some(of) => {
                let machine = of.machine.map(machine_words);
                parts.extend([
                    known(of.vermagic.as_deref()),
                    known(machine.map(|(number, bits, order)| format!("{number} {bits} {order}"))),
                    known(of.loader.map(Profile::name)),
                    of.signatures.to_owned(),
                    known(of.module_size),
                    known(of.options.as_deref()),
                    of.cover.clone(),
                ]);
            }
        }
        for Export { symbol, crc } in self.exports.iter().flatten() {
            parts.extend([
                symbol.name.clone(),
                symbol.module.clone(),
                known(symbol.license.as_deref()),
                known(symbol.namespace.as_deref()),
                known(symbol.imported_by.as_deref()),
                known(*crc),
            ]);
        }
        parts.push(known(self.types_from.as_deref()));
        let types = self.types.iter().flatten();
        parts.extend(types.map(|it| format!("{} {:x}", it.name, it.digest)));
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        digest(&parts)
    }
}

#[cfg(test)]
mod tests {
    use super::built_on;

    #[test]
    fn a_banner_says_when_a_kernel_was_built() {
        let debian = "Linux version 6.1.0-47-amd64 (debian-kernel@lists.debian.org) (gcc-12 12.2.0) #1 SMP \
            PREEMPT_DYNAMIC Debian 6.1.170-3 (2026-05-08)\n";
        assert_eq!(built_on(debian.as_bytes()).as_deref(), Some("2026-05-08"));
        let plain =
            b"Linux version 6.12.0 (a@b) (gcc) #1 SMP PREEMPT_DYNAMIC Tue Dec  1 09:19:36 UTC 2026";
        assert_eq!(built_on(plain).as_deref(), Some("2026-12-01"));
        for other in
            [&b""[..], b"Linux version 6.12.0", b"(2026-5-8)", b"Tue Foo 1 09:19:36 UTC 2026"]
        {
            assert_eq!(built_on(other), None);
        }
    }
}
