//! Where apt finds each release of Debian, whatever the system itself is configured for.

use std::process::Command;

use crate::run::process::read;

/// Where packages are taken from when the system's own apt names no Debian mirror.
const DEFAULT_MIRROR: &str = "http://deb.debian.org/debian";

/// Where security updates are.
const SECURITY: &str = "http://deb.debian.org/debian-security";

/// What the sources are signed by.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// A release of Debian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// Debian 11, of which only some architectures are left.
    Bullseye,
    /// Debian 12.
    Bookworm,
    /// Debian 13.
    Trixie,
    /// The newest.
    Sid,
}

impl Suite {
    /// Its name in the archive.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bullseye => "bullseye",
            Self::Bookworm => "bookworm",
            Self::Trixie => "trixie",
            Self::Sid => "sid",
        }
    }

    /// Its `sources.list`: with security updates and backports, where it has these.
    pub(super) fn sources(self) -> String {
        let (name, mirror) = (self.name(), mirror());
        let line =
            |site: &str, suite: String| format!("deb [signed-by={KEYRING}] {site} {suite} main\n");
        let own = line(&mirror, name.to_owned());
        let security = || line(SECURITY, format!("{name}-security"));
        match self {
            Self::Sid => own,
            Self::Bullseye => own + &security(),
            Self::Bookworm | Self::Trixie => {
                own + &security() + &line(&mirror, format!("{name}-backports"))
            }
        }
    }
}

/// The Debian mirror the system itself uses.
fn mirror() -> String {
    let query = ["indextargets", "--format", "$(SITE)", "Created-By: Packages", "Label: Debian"];
    read(Command::new("apt-get").args(query))
        .ok()
        .and_then(|sites| sites.lines().next().map(str::to_string))
        .filter(|site| !site.is_empty())
        .unwrap_or_else(|| DEFAULT_MIRROR.to_string())
}
