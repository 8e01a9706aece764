//! How distributions name members that are there to be used later.

/// Beginnings and parts of the names of members that are there to be used later, or to hide what
/// others took over, and whose way of doing so it is.
const IDIOMS: &[(&str, &str)] = &[
    ("rh_kabi_", "RH_KABI"),
    ("rh_reserved", "RH_KABI"),
    ("__rh_kabi", "RH_KABI"),
    ("android_kabi_", "ANDROID_KABI"),
    ("android_vendor_data", "ANDROID_VENDOR_DATA"),
    ("android_oem_data", "ANDROID_OEM_DATA"),
    ("android_backport_reserved", "ANDROID_BACKPORT_RESERVE"),
    ("__kabi_", "KABI"),
    ("kabi_reserved", "KABI"),
    ("suse_kabi_padding", "SUSE padding"),
    ("__uniqueid_rh_kabi_hide", "RH_KABI"),
    ("reserved", "reserved"),
    ("rsvd", "reserved"),
    ("resv", "reserved"),
    ("padding", "padding"),
    ("pad", "padding"),
    ("spare", "reserved"),
    ("unused", "reserved"),
    ("filler", "padding"),
];

/// What a member is kept for, if its name says that it is for nothing yet.
pub(super) fn idiom(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let plain = name.trim_start_matches('_');
    let found = IDIOMS.iter().find(|(word, _)| {
        name.starts_with(word) || plain.strip_prefix(word).is_some_and(is_number)
    });
    found.map(|(_, idiom)| *idiom)
}

/// Whether a name has but a number after its word.
fn is_number(rest: &str) -> bool {
    rest.trim_matches('_').bytes().all(|byte| byte.is_ascii_digit())
}
