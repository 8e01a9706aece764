//! What lintian and rpmlint find, apart from what is known.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

/// Tags that are no faults of these packages, and why.
const KNOWN: &[(&str, &str)] = &[
    ("initial-upload-closes-no-bugs", "nobody has asked Debian for the package"),
    (
        "invalid-license",
        "rpmlint does not know parentheses; the test `licenses` knows all licenses",
    ),
    (
        "invalid-license-exception",
        "it is one of two licenses of rustix, and the other one is taken",
    ),
    ("manpage-not-compressed", "rpmlint wants bzip2; they are compressed with gzip, as Fedora's"),
    ("no-group-tag", "groups are no more"),
    ("no-manual-page-for-binary", "there is modversions.1.gz; rpmlint looks for bzip2"),
    ("no-signature", "who publishes a package signs it"),
    ("no-url-tag", "the project has no published address"),
    ("only-non-binary-in-usr-lib", "links to the program, by the names that Kbuild calls"),
];

/// What is found, a line each. A program that is not installed finds nothing, and that is printed.
pub fn of_packages(packages: &[PathBuf]) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for package in packages {
        match package.extension().and_then(|it| it.to_str()) {
            Some("deb") => faults.extend(found("lintian", &["--tag-display-limit", "0"], package)?),
            Some("rpm") => faults.extend(found("rpmlint", &[], package)?),
            _ => {}
        }
    }
    Ok(faults)
}

/// The lines with a tag that is not known.
fn found(linter: &str, options: &[&str], package: &Path) -> Result<Vec<String>> {
    let output = Command::new(linter).args(options).arg(package).output();
    let Ok(output) = output else {
        println!("package: {linter} is not installed and was not asked");
        return Ok(Vec::new());
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let is_fault = |line: &&str| {
        // `W: modversions: TAG …`, or `modversions.x86_64: W: TAG …`.
        let is_finding = ["W: ", "E: "].iter().any(|it| line.contains(it));
        is_finding && !KNOWN.iter().any(|(tag, _)| line.split_whitespace().any(|word| word == *tag))
    };
    Ok(text.lines().filter(is_fault).map(|line| format!("{linter}: {line}")).collect())
}
