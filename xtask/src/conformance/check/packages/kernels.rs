//! The kernels as Debian packages them: a row for each series and architecture. Adding one is
//! adding a row. Names of packages follow from the series; versions are never named, since they
//! vanish.

use crate::obtain::debian::Suite;

/// How the packages of a series are called.
#[derive(Debug, PartialEq, Eq)]
struct Series {
    /// The series: `6.12`.
    name: &'static str,
    /// What stands for its release in names, with a `*`.
    release: &'static str,
    /// The packages that an installed kernel is made of, the one with the image first.
    image: &'static [&'static str],
}

/// The image and its modules are one package.
const WHOLE: &[&str] = &["linux-image"];

/// From 6.19 on they are two, and `linux-image` has nothing but dependencies.
const SPLIT: &[&str] = &["linux-binary", "linux-modules"];

const L5_10: &Series = &Series { name: "5.10", release: "5.10.0-*", image: WHOLE };
const L6_1: &Series = &Series { name: "6.1", release: "6.1.0-*", image: WHOLE };
const L6_12: &Series = &Series { name: "6.12", release: "6.12.*", image: WHOLE };
const L7_2: &Series = &Series { name: "7.2", release: "7.2.*", image: SPLIT };
const L7_3: &Series = &Series { name: "7.3", release: "7.3.*", image: SPLIT };

/// The flavours of amd64.
const AMD64: &[&str] = &["amd64", "rt-amd64", "cloud-amd64"];

/// One series on one architecture, and its flavours there: what stands last in the packages' names.
type Row = (&'static Series, Suite, &'static str, &'static [&'static str]);

/// All of them. Debian no longer has 5.10 for the architectures that are missing here, nor i386
/// from 6.12 on, and mips64el only up to backports for bookworm.
const ROWS: &[Row] = &[
    (L5_10, Suite::Bullseye, "amd64", AMD64),
    (L5_10, Suite::Bullseye, "arm64", &["arm64"]),
    (L5_10, Suite::Bullseye, "armhf", &["armmp"]),
    (L5_10, Suite::Bullseye, "i386", &["686"]),
    (L6_1, Suite::Bookworm, "amd64", AMD64),
    (L6_1, Suite::Bookworm, "arm64", &["arm64"]),
    (L6_1, Suite::Bookworm, "armhf", &["armmp"]),
    (L6_1, Suite::Bookworm, "i386", &["686-pae"]),
    (L6_1, Suite::Bookworm, "mips64el", &["5kc-malta", "octeon"]),
    (L6_1, Suite::Bookworm, "ppc64el", &["powerpc64le"]),
    (L6_1, Suite::Bookworm, "s390x", &["s390x"]),
    (L6_12, Suite::Trixie, "amd64", AMD64),
    (L6_12, Suite::Trixie, "arm64", &["arm64"]),
    (L6_12, Suite::Trixie, "armhf", &["armmp"]),
    (L6_12, Suite::Bookworm, "mips64el", &["loongson-3"]),
    (L6_12, Suite::Trixie, "ppc64el", &["powerpc64le"]),
    (L6_12, Suite::Trixie, "riscv64", &["riscv64"]),
    (L6_12, Suite::Trixie, "s390x", &["s390x"]),
    (L7_2, Suite::Sid, "amd64", AMD64),
    (L7_2, Suite::Sid, "arm64", &["arm64"]),
    (L7_2, Suite::Sid, "armhf", &["armmp"]),
    (L7_2, Suite::Sid, "loong64", &["loong64"]),
    (L7_2, Suite::Sid, "ppc64el", &["powerpc64le"]),
    (L7_2, Suite::Sid, "riscv64", &["riscv64"]),
    (L7_2, Suite::Sid, "s390x", &["s390x"]),
    (L7_3, Suite::Trixie, "amd64", AMD64),
    (L7_3, Suite::Trixie, "arm64", &["arm64"]),
];

/// What CI takes: small ones, of a release of Debian that no longer moves much. One is of another
/// architecture and byte order.
const SAMPLE: &[&str] = &["6.1 amd64 cloud-amd64", "6.1 s390x s390x"];

/// A kernel that Debian packages.
#[derive(Clone, Copy, Debug)]
pub struct PackagedKernel {
    series: &'static Series,
    /// Where its packages are.
    pub suite: Suite,
    /// The machine, as Debian calls it.
    pub architecture: &'static str,
    flavour: &'static str,
}

/// All kernels, oldest first.
pub fn packaged_kernels() -> impl Iterator<Item = PackagedKernel> {
    ROWS.iter().flat_map(|&(series, suite, architecture, flavours)| {
        flavours.iter().map(move |flavour| PackagedKernel { series, suite, architecture, flavour })
    })
}

impl PackagedKernel {
    /// Series, architecture and flavour.
    pub fn name(&self) -> String {
        format!("{} {} {}", self.series.name, self.architecture, self.flavour)
    }

    /// Whether its name has all these words.
    pub fn is_called(&self, words: &str) -> bool {
        let name = self.name();
        words.split_whitespace().all(|word| name.split(' ').any(|it| it == word))
    }

    /// Whether CI takes it.
    pub fn is_in_sample(&self) -> bool {
        SAMPLE.contains(&&*self.name())
    }

    /// The name of its headers, with a `*`.
    pub fn headers(&self) -> String {
        self.package("linux-headers")
    }

    /// The names of the packages that it is installed from, each with a `*`, the one with the image
    /// first.
    pub fn image(&self) -> Vec<String> {
        self.series.image.iter().map(|prefix| self.package(prefix)).collect()
    }

    fn package(&self, prefix: &str) -> String {
        format!("{prefix}-{}-{}", self.series.release, self.flavour)
    }

    /// A kernel of another series for the same machine, and of the same flavour if there is one.
    pub fn neighbour(&self) -> Option<PackagedKernel> {
        let is_other =
            |it: &PackagedKernel| it.architecture == self.architecture && it.series != self.series;
        let others = || packaged_kernels().filter(is_other);
        others().find(|it| it.flavour == self.flavour).or_else(|| others().next())
    }
}

#[cfg(test)]
mod tests {
    use super::{SAMPLE, packaged_kernels};

    #[test]
    fn the_sample_names_kernels_that_have_a_neighbour() {
        let taken: Vec<_> = packaged_kernels().filter(|kernel| kernel.is_in_sample()).collect();
        assert_eq!(taken.len(), SAMPLE.len());
        assert!(taken.iter().all(|kernel| kernel.neighbour().is_some()));
    }

    #[test]
    fn packages_are_named_by_series_and_flavour() {
        let named =
            |words: &str| packaged_kernels().find(|kernel| kernel.is_called(words)).unwrap();
        assert_eq!(named("5.10 cloud-amd64").headers(), "linux-headers-5.10.0-*-cloud-amd64");
        let split = ["linux-binary-7.2.*-loong64", "linux-modules-7.2.*-loong64"];
        assert_eq!(named("7.2 loong64").image(), split);
    }
}
