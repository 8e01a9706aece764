//! The memory of this process, as the system tells it.

use std::fs;

/// The memory that this process has now, in bytes; 0 where the system does not tell.
pub fn resident() -> u64 {
    told("VmRSS:")
}

/// The most memory that this process has had, in bytes; 0 where the system does not tell.
pub fn most_resident() -> u64 {
    told("VmHWM:")
}

/// What a line about this process says, in bytes.
fn told(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = status.lines().find_map(|it| it.strip_prefix(line)).unwrap_or_default();
    let value: u64 = value.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    value << 10
}
