//! The steps about the module as a whole: its symbol versions, `vermagic`, taints.

use super::{Attempt, Effect, Why};
use crate::check::candidate::{Facts, LAYOUT, Recorded};
use crate::check::errors::Error;
use crate::check::kernel::has_word;
use crate::check::loader::Step;
use crate::check::messages as say;
use crate::check::taints::Taint;
use crate::module::{Signature, SignatureFault};
use crate::release::{ExtendedVersions, TaintStep, TestModules, Unlisted};

/// How a symbol's CRC compares to what a module has recorded.
pub(super) enum Compared {
    /// It is the same, or there is none to compare with.
    Same,
    /// They differ; this is the module's.
    Other(u32),
    /// It is not among the module's versions.
    Unlisted,
    /// It is not among the extended ones, which the kernel warns of and takes.
    NotExtended,
    /// The module has no versions at all.
    Unversioned,
}

impl Attempt<'_, '_> {
    /// Compares a CRC. Of the two tables the extended one counts, where the kernel reads it.
    pub(super) fn compare(&self, facts: &Facts, own: Recorded, crc: Option<u32>) -> Compared {
        if self.loader.has_modversions == Some(false) {
            return Compared::Same;
        }
        let Some(crc) = crc else { return Compared::Same };
        let reads_extended = self.kernel().load.extended_versions == ExtendedVersions::Read;
        let is_extended = reads_extended && facts.has_extended;
        if !is_extended && !facts.has_basic {
            return Compared::Unversioned;
        }
        match if is_extended { own.extended } else { own.basic } {
            Some(own) if own == crc => Compared::Same,
            Some(own) => Compared::Other(own),
            None if is_extended => Compared::NotExtended,
            None => Compared::Unlisted,
        }
    }

    /// The line about a symbol that is not listed; some kernels say it once only.
    pub(super) fn unlisted_line(&mut self, symbol: &[u8]) -> Vec<Vec<u8>> {
        let is_once = self.kernel().load.unlisted == Unlisted::Passes;
        if is_once && std::mem::replace(&mut self.marks.has_told_unlisted, true) {
            return Vec::new();
        }
        vec![say::no_version(self.name, symbol)]
    }

    /// The line about a symbol that is not in the extended tables.
    pub(super) fn no_extended_line(&mut self, symbol: &[u8]) -> Vec<Vec<u8>> {
        if std::mem::replace(&mut self.marks.has_told_no_extended, true) {
            return Vec::new();
        }
        vec![say::no_extended_version(self.name, symbol)]
    }

    pub(super) fn layout(&mut self, facts: &Facts) {
        self.begin(Step::Layout);
        if self.loader.has_modversions == Some(false) {
            return;
        }
        let Some(export) = self.own_export(LAYOUT) else {
            let words = "the CRC of module_layout (the kernel's is not known)";
            self.outcome.unchecked.push(words.to_owned());
            return;
        };
        let crc = export.crc;
        match self.compare(facts, facts.layout, crc) {
            Compared::Same => {}
            Compared::Other(own) => {
                let why = Why::Layout(own, crc.unwrap_or_default());
                self.refuse(Error::NoExec, why, vec![say::disagrees(self.name, LAYOUT)]);
            }
            Compared::Unlisted => {
                let lines = self.unlisted_line(LAYOUT);
                match self.kernel().load.unlisted {
                    Unlisted::Passes => self.note(lines),
                    Unlisted::Refused => {
                        self.refuse(Error::NoExec, Why::LayoutUnlisted, lines);
                    }
                }
            }
            Compared::NotExtended => {
                let lines = self.no_extended_line(LAYOUT);
                self.note(lines);
            }
            Compared::Unversioned => self.force(LAYOUT, Why::NoVersions),
        }
    }

    pub(super) fn vermagic(&mut self, facts: &Facts) {
        self.begin(Step::Vermagic);
        let Some(own) = &facts.vermagic else {
            return self.force(b"bad vermagic", Why::NoVermagic);
        };
        let skips_release = facts.has_basic && self.loader.has_modversions != Some(false);
        let Some(kernel) = self.kernel().vermagic.clone() else {
            let words =
                "the flags in vermagic: SMP, preempt and so on (the kernel's are not known)";
            self.outcome.unchecked.push(words.to_owned());
            return self.vermagic_in_part(own, skips_release);
        };
        let compared = |text: &[u8]| -> Vec<u8> {
            let blank = memchr::memchr(b' ', text).unwrap_or(text.len());
            text[if skips_release { blank } else { 0 }..].to_owned()
        };
        if compared(own) != compared(&kernel) {
            let line = say::bad_vermagic(self.name, own, &kernel);
            let why = Why::Vermagic { own: own.clone(), kernel, skips_release };
            self.refuse(Error::NoExec, why, vec![line]);
        }
    }

    /// Compares what is known of the kernel's `vermagic` without its text: whether it has symbol
    /// versions, and the release.
    fn vermagic_in_part(&mut self, own: &[u8], skips_release: bool) {
        let release = self.kernel().release.clone();
        let known = [release.as_deref().unwrap_or_default(), " …".as_bytes()].concat();
        let line = say::bad_vermagic(self.name, own, known.trim_ascii_start());
        let own_release = own.split(|&byte| byte == b' ').next().unwrap_or_default();
        match (self.loader.has_modversions, release) {
            (Some(kernel), _) if kernel != has_word(own, b"modversions") => {
                self.refuse(Error::NoExec, Why::Modversions { kernel }, vec![line]);
            }
            _ if skips_release => {}
            (_, Some(kernel)) if kernel != own_release => {
                let why = Why::Release { own: own_release.to_owned(), kernel };
                self.refuse(Error::NoExec, why, vec![line]);
            }
            (_, Some(_)) => {}
            (_, None) => self.undetermined(format!(
                "whether the kernel is {}, which the module was built for: without symbol versions \
                 it takes no other; give its headers, its package or /lib/modules/RELEASE instead",
                String::from_utf8_lossy(own_release)
            )),
        }
    }

    pub(super) fn livepatch(&mut self, facts: &Facts) {
        if !facts.has("livepatch") {
            return;
        }
        self.begin(Step::Livepatch);
        match self.kernel().config.is_set("CONFIG_LIVEPATCH") {
            Some(true) if self.kernel().load.taints == TaintStep::WithModinfo => {
                self.taint_livepatch(facts);
            }
            Some(true) => {}
            Some(false) => {
                let line = say::no_livepatch(self.name);
                self.refuse(Error::NoExec, Why::NoLivepatch, vec![line]);
            }
            None => self.undetermined("whether the kernel has CONFIG_LIVEPATCH".to_owned()),
        }
    }

    pub(super) fn taint_livepatch(&mut self, facts: &Facts) {
        if !facts.has("livepatch") {
            return;
        }
        let is_new = !std::mem::replace(&mut self.marks.has_told_livepatch, true);
        let lines = is_new.then(|| say::livepatch(self.name)).into_iter().collect();
        self.taint(Taint::Livepatch, lines);
    }

    /// Taints by where the module is from.
    pub(super) fn taint_by_origin(&mut self, facts: &Facts) {
        if !facts.has("intree") {
            let is_new = !self.marks.taints.has(Taint::OutOfTree);
            let lines = is_new.then(|| say::out_of_tree(self.name)).into_iter().collect();
            self.taint(Taint::OutOfTree, lines);
        }
        if facts.has("staging") {
            self.taint(Taint::Staging, vec![say::staging(self.name)]);
        }
    }

    /// Taints by its license, and because it is for tests.
    pub(super) fn taint_by_license(&mut self, facts: &Facts) {
        if !facts.is_gpl_compatible {
            let license = facts.license.as_deref().unwrap_or(b"unspecified");
            let is_new = !self.marks.taints.has(Taint::Proprietary);
            let lines = is_new.then(|| say::license(self.name, license)).into_iter().collect();
            self.taint(Taint::Proprietary, lines);
        }
        if facts.has("test") && self.kernel().load.test_modules == TestModules::Taint {
            let is_new = !self.marks.taints.has(Taint::Test);
            let lines = is_new.then(|| say::test(self.name)).into_iter().collect();
            self.taint(Taint::Test, lines);
        }
    }

    /// Taints since there is no signature. One that there is may be good or not.
    pub(super) fn taint_by_signature(&mut self, signature: Signature) {
        match signature {
            Signature::Appended(_) => return,
            Signature::None | Signature::Bad(SignatureFault::Kind) => {}
            Signature::Bad(SignatureFault::Length | SignatureFault::Parameters) => return,
        }
        match self.kernel().config.is_set("CONFIG_MODULE_SIG") {
            Some(false) => {}
            Some(true) => {
                let is_new = !std::mem::replace(&mut self.marks.has_told_unsigned, true);
                let lines = is_new.then(|| say::unsigned(self.name)).into_iter().collect();
                self.taint(Taint::Unsigned, lines);
            }
            None => {
                let words = "whether the kernel checks signatures (the module has none)";
                self.outcome.unchecked.push(words.to_owned());
            }
        }
    }

    /// Taints of modules that the kernel knows by name. Returns whether that logged that the license taints.
    pub(super) fn taint_by_name(&mut self) -> bool {
        if !matches!(self.name, b"ndiswrapper" | b"driverloader" | b"lve") {
            return false;
        }
        let is_new = !self.marks.taints.has(Taint::Proprietary);
        let lines: Vec<_> = is_new.then(|| say::license_again(self.name)).into_iter().collect();
        if self.name == b"ndiswrapper" {
            // The kernel is tainted and the module is not.
            self.marks.taints.add(Taint::Proprietary);
            self.push(Effect::Nothing, lines);
        } else {
            self.taint(Taint::Proprietary, lines);
        }
        true
    }
}
