//! What the small files of a kernel say of it, each by its name: lists of exports, configurations, and
//! what headers have. What is found first counts.

use std::path::Path;

use super::error::Result;
use super::{exports, names};
use crate::kernel::{Config, Exports};
use crate::release::VersionEntries;

/// A file of a tree or a package that says something of its kernel.
pub(super) struct Row {
    /// What it is called, with the folders above it.
    pub(super) names: &'static [&'static str],
    /// How its name begins in `boot`, where the kernel's release follows.
    begins: &'static [&'static str],
    /// What is taken from it.
    pub(super) take: fn(&mut Facts, &Path, &[u8]) -> Result<()>,
}

/// All such files, the more telling ones first.
pub(super) const FILES: &[Row] = &[
    Row { names: names::SYMVERS, begins: names::SYMVERS_BEGIN, take: Facts::take_symvers },
    Row { names: &["include/generated/utsrelease.h"], begins: &[], take: Facts::take_utsrelease },
    Row { names: &["include/generated/compile.h"], begins: &[], take: Facts::take_compile },
    Row { names: &["include/config/kernel.release"], begins: &[], take: Facts::take_release },
    Row { names: &["include/linux/module.h"], begins: &[], take: Facts::take_module_header },
    Row { names: &[".config", "config"], begins: &["config-"], take: Facts::take_config },
];

impl Row {
    /// The row for a file in a package, and how telling the file is: the less, the more.
    pub(super) fn of(path: &[u8]) -> Option<(&'static Row, (usize, bool))> {
        let name = names::file_name(path);
        FILES.iter().enumerate().find_map(|(index, row)| {
            let is_named = row.names.iter().any(|end| names::is_at_end(path, end));
            let is_in_boot = row.begins.iter().any(|it| name.starts_with(it.as_bytes()));
            (is_named || is_in_boot).then_some((row, (index, !is_named)))
        })
    }
}

/// What they say.
#[derive(Default)]
pub(super) struct Facts {
    /// The first list of all exports.
    pub(super) list: Option<Exports>,
    /// What the piece that is being read says of its release.
    pub(super) release: Release,
    /// The first configuration; empty if there is none.
    pub(super) config: Config,
    /// Whoever made it.
    pub(super) maker: Option<Vec<u8>>,
    /// The form of `__versions`, by its headers.
    pub(super) version_entries: VersionEntries,
}

/// What one piece says of its release, the more telling first.
#[derive(Default)]
pub(super) struct Release {
    /// By the kernel itself.
    pub(super) of_image: Option<Vec<u8>>,
    /// By its headers.
    of_headers: Option<Vec<u8>>,
    /// By the name of its folder or file.
    pub(super) of_name: Option<Vec<u8>>,
}

impl Release {
    /// The most telling.
    pub(super) fn best(&self) -> Option<&[u8]> {
        let all = [&self.of_image, &self.of_headers, &self.of_name];
        all.into_iter().flatten().next().map(Vec::as_slice)
    }
}

impl Facts {
    /// Takes a list of all exports.
    pub(super) fn take_symvers(&mut self, path: &Path, text: &[u8]) -> Result<()> {
        if self.list.is_none() {
            self.list = Some(exports::of_text(path, text.to_vec())?);
        }
        Ok(())
    }

    fn take_utsrelease(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        let of_headers = &mut self.release.of_headers;
        *of_headers = of_headers.take().or_else(|| quoted_after(text, b"UTS_RELEASE"));
        Ok(())
    }

    fn take_compile(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        self.maker = self.maker.take().or_else(|| quoted_after(text, b"LINUX_COMPILE_BY"));
        Ok(())
    }

    /// Takes the header that has the form of `__versions`.
    fn take_module_header(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        if has_linked_versions(text) {
            self.version_entries = VersionEntries::Linked;
        }
        Ok(())
    }

    fn take_release(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        let of_headers = &mut self.release.of_headers;
        *of_headers = of_headers.take().or_else(|| Some(text.trim_ascii().to_owned()));
        Ok(())
    }

    /// Takes a configuration.
    pub(super) fn take_config(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        if self.config.is_empty() {
            self.config = Config::read(text);
        }
        Ok(())
    }
}

/// Whether `struct modversion_info` of a `module.h` has a member `next`.
fn has_linked_versions(text: &[u8]) -> bool {
    let Some(start) = memchr::memmem::find(text, b"struct modversion_info {") else {
        return false;
    };
    let members = text[start..].split(|&byte| byte == b'}').next().unwrap_or_default();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    members.split(|byte| !is_word(byte)).any(|word| word == b"next")
}

/// The text between the quotes that follow a word.
fn quoted_after(text: &[u8], word: &[u8]) -> Option<Vec<u8>> {
    let rest = &text[memchr::memmem::find(text, word)?..];
    let mut parts = rest.split(|&byte| byte == b'"');
    parts.nth(1).map(<[u8]>::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{has_linked_versions, quoted_after};

    #[test]
    fn the_form_of_versions_is_in_the_header() {
        let mainline = b"struct modversion_info {\n\tunsigned long crc;\n\tchar name[8];\n};\nnext";
        let ubuntu = b"struct modversion_info {\n\tu32 next;\n\tu32 crc;\n\tchar name[0];\n};\n";
        assert!(!has_linked_versions(mainline) && has_linked_versions(ubuntu));
        assert!(!has_linked_versions(b""));
    }

    #[test]
    fn the_text_between_quotes_is_found() {
        let text = b"#define UTS_RELEASE \"6.1.0-56-amd64\"\n";
        assert_eq!(quoted_after(text, b"UTS_RELEASE").unwrap(), b"6.1.0-56-amd64");
        assert_eq!(quoted_after(b"nothing", b"UTS_RELEASE"), None);
    }
}
