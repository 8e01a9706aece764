//! Whose loader it is: what distributions change in it.

use super::load::{Load, Unlisted, VersionEntries};

/// Whose loader it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// The kernel as it is released.
    Mainline,
    /// Debian's.
    Debian,
    /// Ubuntu's, before 6.14: with a form of `__versions` that is its own.
    Ubuntu,
}

/// A profile's name, and what it does otherwise than the release that it is of.
struct ProfileRow {
    profile: Profile,
    name: &'static str,
    apply: fn(&mut Load),
}

/// All profiles.
const PROFILES: &[ProfileRow] = &[
    ProfileRow { profile: Profile::Mainline, name: "mainline", apply: |_| {} },
    // As before 4.10. Booted: 6.1.192 and 6.12.117.
    ProfileRow {
        profile: Profile::Debian,
        name: "debian",
        apply: |load| load.unlisted = Unlisted::Refused,
    },
    // Read in the sources of Ubuntu's 6.5.3 and 6.8.0-31.
    ProfileRow {
        profile: Profile::Ubuntu,
        name: "ubuntu",
        apply: |load| load.version_entries = VersionEntries::Linked,
    },
];

/// What Debian has in the names of its kernels, and others do not.
const DEBIAN_RELEASES: &[&str] = &[
    "+deb",
    "+bpo",
    "-amd64",
    "-arm64",
    "-armmp",
    "-686",
    "-riscv64",
    "-powerpc64le",
    "-s390x",
    "-loong64",
    "-mips64el",
    "-rpi",
];

impl Profile {
    /// The profile of this name.
    pub fn named(name: &str) -> Option<Self> {
        PROFILES.iter().find(|row| row.name == name).map(|row| row.profile)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        PROFILES.iter().find(|row| row.profile == self).map_or("", |row| row.name)
    }

    /// The profile of a kernel by its release and by who made it, as its banner has them; none if
    /// neither shows it.
    pub fn of_maker(release: Option<&[u8]>, maker: Option<&[u8]>) -> Option<Self> {
        let has =
            |text: &[u8], word: &str| text.windows(word.len()).any(|it| it == word.as_bytes());
        if let Some(maker) = maker {
            let is_debian = has(maker, "debian-kernel");
            return Some(if is_debian { Self::Debian } else { Self::Mainline });
        }
        let is_debian = release.is_some_and(|it| DEBIAN_RELEASES.iter().any(|word| has(it, word)));
        is_debian.then_some(Self::Debian)
    }

    /// The loader of this profile, for a release's.
    pub fn applied(self, mut load: Load) -> Load {
        if let Some(row) = PROFILES.iter().find(|row| row.profile == self) {
            (row.apply)(&mut load);
        }
        load
    }
}
