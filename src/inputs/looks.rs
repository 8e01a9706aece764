//! What a file looks like that is nothing of a kernel: a row for each, to say it in an error.

use crate::shown::Shown;

/// How much of a file is read to know what it is.
pub(super) const HEAD: usize = 4096;

/// Whether a content looks like that.
type Looks = fn(head: &[u8]) -> bool;

/// What files look like that are given by mistake; the first that fits counts.
const LOOKS: &[(&str, Looks)] = &[
    ("an empty file", <[u8]>::is_empty),
    ("only blank lines", |head| head.trim_ascii().is_empty()),
    ("an HTML page", |head| begins(head, b"<!doctype html") || begins(head, b"<html")),
    ("XML", |head| begins(head, b"<?xml")),
    ("JSON", |head| matches!(head.trim_ascii_start(), [b'{' | b'[', rest @ ..] if is_json(rest))),
    ("a script", |head| head.starts_with(b"#!")),
    ("a System.map", is_system_map),
    ("a pointer of Git LFS to a file that is not there", |head| {
        head.starts_with(b"version https://git-lfs")
    }),
    ("a zip archive", |head| head.starts_with(b"PK\x03\x04")),
    ("a tar archive", |head| head.get(257..262) == Some(b"ustar")),
    ("a PDF document", |head| head.starts_with(b"%PDF-")),
    ("binary data", |head| head.contains(&0)),
];

/// How much of the first line of a text is shown.
const MOST_TEXT: usize = 40;

/// What a content with this beginning looks like, in words; control bytes are escaped.
pub(super) fn looks(head: &[u8]) -> String {
    let head = &head[..head.len().min(HEAD)];
    match LOOKS.iter().find(|(_, looks)| looks(head)) {
        Some((words, _)) => (*words).to_owned(),
        None => {
            let first = head.trim_ascii_start().split(|&byte| byte == b'\n').next();
            let first = first.unwrap_or_default().trim_ascii_end();
            format!("a text that begins with `{}`", Shown(&first[..first.len().min(MOST_TEXT)]))
        }
    }
}

/// Whether a content is known for something else, so that no line of it is worth naming.
pub(super) fn is_known(head: &[u8]) -> bool {
    let head = &head[..head.len().min(HEAD)];
    LOOKS.iter().any(|(_, looks)| looks(head))
}

/// Whether a text begins with a word, in letters of either size.
fn begins(head: &[u8], word: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    head.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Whether a bracket is followed by what JSON has there.
fn is_json(rest: &[u8]) -> bool {
    matches!(rest.trim_ascii_start(), [b'"' | b'{' | b'[' | b'}' | b']', ..])
}

/// Whether a text begins with an address, the letter of a kind of symbol, and a name.
fn is_system_map(head: &[u8]) -> bool {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let words: Vec<&[u8]> = line.split(|&byte| byte == b' ').collect();
    let [address, [letter], _] = words[..] else { return false };
    let is_address = matches!(address.len(), 8 | 16) && address.iter().all(u8::is_ascii_hexdigit);
    is_address && letter.is_ascii_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_by_mistake_is_known() {
        for (content, expected) in [
            (&b""[..], "an empty file"),
            (b"\n \n", "only blank lines"),
            (b"\n<!DOCTYPE html>\n<title>404 Not Found</title>", "an HTML page"),
            (b"<HTML><body>", "an HTML page"),
            (b"{\n  \"message\": \"Not Found\" }", "JSON"),
            (b"#!/bin/sh\n", "a script"),
            (b"ffffffff81000000 T _text\n", "a System.map"),
            (b"c0100000 A phys_start\n", "a System.map"),
            (b"\x01\0\x02", "binary data"),
            (b"hello\x1b[31m\nworld", "a text that begins with `hello\\x1b[31m`"),
        ] {
            assert_eq!(looks(content), expected);
        }
    }
}
