//! The CRCs of what a module uses, for the kernel that loads it.

use super::context::Context;
use crate::crc::hex_digits;
use crate::modpost::check::Checked;
use crate::modpost::messages::{self, Message};
use crate::modpost::object_facts::ModuleFacts;
use crate::modpost::text::{Fatal, Text};
use crate::release::VersionTables;

/// Appends the tables that were asked for: up to 6.13 the basic one with `-m`, then that with `-b`
/// and the extended ones, whose names have no limit, with `-x`.
pub(super) fn append(
    out: &mut Text,
    facts: &ModuleFacts,
    checked: &Checked<'_>,
    context: Context<'_>,
    messages: &mut Vec<Message>,
) -> Result<(), Fatal> {
    let (has_basic, has_extended) = match context.release.version_tables {
        VersionTables::Padded | VersionTables::Linked => (context.options.modversions, false),
        VersionTables::ByOption => {
            (context.options.basic_versions, context.options.extended_versions)
        }
    };
    let versions = Versions { facts, checked, context };
    if has_basic && context.release.version_tables == VersionTables::Linked {
        versions.append_linked(out, messages)?;
    } else if has_basic {
        versions.append_basic(out, has_extended, messages)?;
    }
    if has_extended {
        versions.append_extended(out, messages)?;
    }
    Ok(())
}

/// What a module uses.
struct Versions<'a> {
    facts: &'a ModuleFacts,
    checked: &'a Checked<'a>,
    context: Context<'a>,
}

impl Versions<'_> {
    /// The name and the CRC of each symbol that something exports, in order.
    fn used(&self) -> impl Iterator<Item = (&[u8], Option<u32>)> {
        let undefined = self.facts.undefined.iter().zip(&self.checked.uses);
        undefined.filter_map(|(undefined, used)| {
            let export = self.context.set.export((*used)?);
            Some((self.facts.text(undefined.name), export.crc))
        })
    }

    /// The message about a symbol without a CRC.
    fn without_crc(&self, name: &[u8]) -> Message {
        messages::use_without_crc(self.context.release.wording, name, &self.facts.name)
    }

    fn append_basic(
        &self,
        out: &mut Text,
        has_extended: bool,
        messages: &mut Vec<Message>,
    ) -> Result<(), Fatal> {
        let release = self.context.release;
        out.print(&[
            b"\nstatic const struct modversion_info ____versions[]\n",
            self.context.used_section("__versions").as_bytes(),
            b" = {\n",
        ])?;
        for (name, crc) in self.used() {
            let Some(crc) = crc else {
                messages.push(self.without_crc(name));
                continue;
            };
            if name.len() >= self.facts.name_room {
                if has_extended {
                    continue;
                }
                messages.push(messages::symbol_too_long(release.wording, name, &self.facts.name));
                // Upstream gives up on the rest, too.
                break;
            }
            let crc = match release.version_tables {
                VersionTables::Padded | VersionTables::Linked => alternate(&hex_digits(crc)),
                VersionTables::ByOption => [b"0x", &hex_digits(crc)[..]].concat(),
            };
            out.print(&[b"\t{ ", &crc, b", \"", name, b"\" },\n"])?;
        }
        out.print(&[b"};\n"])
    }

    /// Ubuntu's form, which has room for names of any length: each entry is the distance to the next,
    /// the CRC and the name.
    fn append_linked(&self, out: &mut Text, messages: &mut Vec<Message>) -> Result<(), Fatal> {
        let section = self.context.section("__versions");
        out.print(&[b"\nstatic const char ____versions[]\n__used ", section.as_bytes(), b" =\n"])?;
        for (name, crc) in self.used() {
            let Some(crc) = crc else {
                messages.push(self.without_crc(name));
                continue;
            };
            let padding = 4 - name.len() % 4;
            let distance = (8 + name.len() + padding) as u32;
            let numbers = [self.escaped(distance), self.escaped(crc)].concat();
            out.print(&[b"\t\"", &numbers, b"\"\n"])?;
            out.print(&[b"\t\"", name, &b"\\0\\0\\0\\0"[..2 * padding], b"\"\n"])?;
        }
        out.print(&[b"\t\"", &self.escaped(0).repeat(2), b"\";\n"])
    }

    /// The bytes of a number as the target has them, in a string of C.
    fn escaped(&self, number: u32) -> Vec<u8> {
        let bytes = match self.facts.is_big_endian {
            true => number.to_be_bytes(),
            false => number.to_le_bytes(),
        };
        bytes.iter().flat_map(|byte| format!("\\x{byte:02x}").into_bytes()).collect()
    }

    fn append_extended(&self, out: &mut Text, messages: &mut Vec<Message>) -> Result<(), Fatal> {
        out.print(&[b"\nstatic const u32 ____version_ext_crcs[]\n\
            __used __section(\"__version_ext_crcs\") = {\n"])?;
        for (name, crc) in self.used() {
            match crc {
                Some(crc) => out.print(&[b"\t0x", &hex_digits(crc), b",\n"])?,
                None => messages.push(self.without_crc(name)),
            }
        }
        out.print(&[b"};\nstatic const char ____version_ext_names[]\n\
            __used __section(\"__version_ext_names\") =\n"])?;
        for (name, _) in self.used().filter(|(_, crc)| crc.is_some()) {
            out.print(&[b"\t\"", name, b"\\0\"\n"])?;
        }
        out.print(&[b";\n"])
    }
}

/// A number as C's `%#8x` has it: without zeros in front, at least eight bytes wide, and a mere 0
/// for zero.
fn alternate(digits: &[u8; 8]) -> Vec<u8> {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    let text = if zeros == 8 { b"0".to_vec() } else { [b"0x", &digits[zeros..]].concat() };
    let blanks = 8_usize.saturating_sub(text.len());
    [&b"        "[..blanks], &text].concat()
}
