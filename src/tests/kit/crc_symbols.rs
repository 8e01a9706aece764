//! What genksyms gave the objects of older releases: the CRC of each export, as a symbol. The objects of
//! the cases are of newer releases, for which the CRCs are in `.cmd` files.

use std::fmt::Write;

/// Adds to each object text among `files`, whose paths end in `object_text`, `__crc_X` for each
/// export X whose CRC a `.cmd` file has. That of the object itself counts most, then the first one.
pub fn add(files: &mut [(String, Vec<u8>)], object_text: &str) {
    let mut commands: Vec<(String, Vec<(String, u32)>)> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".cmd"))
        .map(|(path, bytes)| (path.clone(), crcs(bytes)))
        .collect();
    commands.sort();
    for (path, bytes) in files {
        let (Some(object), Ok(text)) = (path.strip_suffix(object_text), std::str::from_utf8(bytes))
        else {
            continue;
        };
        let (folder, name) = object.rsplit_once('/').map_or(("", object), |(f, n)| (f, n));
        let separator = if folder.is_empty() { "" } else { "/" };
        let own = format!("{folder}{separator}.{name}.cmd");
        let (own, others): (Vec<_>, Vec<_>) = commands.iter().partition(|(path, _)| *path == own);
        let mut symbols = String::new();
        let mut seen: Vec<&str> = Vec::new();
        for (export, crc) in own.into_iter().chain(others).flat_map(|(_, crcs)| crcs) {
            if !seen.contains(&&**export) && exports(text, export) {
                // Writing to a string cannot fail.
                let _ = write!(symbols, "\nsymbol __crc_{export} abs at={crc} global");
            }
            seen.push(export);
        }
        bytes.extend_from_slice(symbols.as_bytes());
    }
}

/// The CRCs that a `.cmd` file has, in lines after its first one.
fn crcs(bytes: &[u8]) -> Vec<(String, u32)> {
    let text = String::from_utf8_lossy(bytes);
    let Some((text, _)) = text.rsplit_once('\n') else { return Vec::new() };
    let crc = |line: &str| {
        let (name, crc) = line.strip_prefix("#SYMVER ")?.split_once(' ')?;
        let digits = crc.strip_prefix("0x")?;
        let is_plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
        let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        // Only the last eight digits count.
        let digits = &digits[digits.len().saturating_sub(8)..];
        let crc = u32::from_str_radix(digits, 16).ok()?;
        (is_plain && is_number).then(|| (name.to_owned(), crc))
    };
    text.split('\n').skip(1).filter_map(crc).collect()
}

/// Whether an object text has an export of this name.
fn exports(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let mut words = line.split_whitespace();
        words.next() == Some("export")
            && words.next().is_some_and(|word| word.trim_matches('"') == name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_objects_own_crc_counts_most() {
        let object = b"elf 64 little x86-64\nexport foo\n";
        let file = |path: &str, bytes: &[u8]| (path.to_owned(), bytes.to_vec());
        let mut files = [
            file("a.o.elf.txt", object),
            file(".0.o.cmd", b"x\n#SYMVER foo 0x1\n#SYMVER bar 0x2\n"),
            file(".a.o.cmd", b"x\n#SYMVER foo 0x00000003\n"),
        ];
        add(&mut files, ".elf.txt");
        let expected = [&object[..], b"\nsymbol __crc_foo abs at=3 global"].concat();
        assert_eq!(files[0].1, expected);
    }
}
