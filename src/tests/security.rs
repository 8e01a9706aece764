//! The limits in docs/security.md are those of the code.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fs;
use std::path::Path;

/// A file of the repository.
fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The number that a row of the table has: `64 KiB`, `16`.
fn stated(text: &str) -> u64 {
    let (number, unit) = text.split_once(' ').unwrap_or((text, "bytes"));
    let shift = match unit {
        "bytes" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        _ => panic!("{text}"),
    };
    number.parse::<u64>().unwrap() << shift
}

/// The value of a constant in the text of a file: a number, or one that is shifted.
fn constant(text: &str, name: &str) -> u64 {
    let start = format!("const {name}: ");
    let line = text.lines().find(|line| line.contains(&start));
    let line = line.unwrap_or_else(|| panic!("there is no {name}"));
    let value = line.split_once(" = ").unwrap().1.trim_end_matches(';').replace('_', "");
    let number = |text: &str| match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).unwrap(),
        None => text.parse().unwrap(),
    };
    match value.split_once(" << ") {
        Some((number_text, shift)) => number(number_text) << number(shift),
        None => number(&value),
    }
}

#[test]
fn the_limits_of_the_page_are_those_of_the_code() {
    let page = read("docs/security.md");
    // Each row: what, the limit, and `NAME` in `FILE`.
    let rows = page.lines().filter(|line| line.contains("` in `src/"));
    let mut count = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, _, limit, place, _] = cells[..] else { panic!("{row}") };
        let (name, file) = place.trim_matches('`').split_once("` in `").unwrap();
        assert_eq!(stated(limit), constant(&read(file), name), "{row}");
        count += 1;
    }
    assert!(count > 10, "{count} rows");
}
