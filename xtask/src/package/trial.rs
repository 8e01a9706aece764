//! The packages on a clean Debian root: installed, used, removed, and nothing is left. The sources, built
//! where no network is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::facts::Facts;
use super::program;
use crate::run::cache::{cache_directory, made_whole};
use crate::run::files::files_below;
use crate::run::process::{read, run};

/// The release of Debian: the one that this machine should have, too.
const SUITE: &str = "bookworm";

/// How large what is installed is meant to be, in bytes.
const GOAL: u64 = 8_000_000;

/// How large it may be: what it was when this was written, and a tenth more.
const MOST: u64 = 10_000_000;

/// What is tried once a package is installed, in a directory with `old` and `new` of a pair of the tests.
const USE: &str = r#"
modversions --version
modversions abi-diff -f short old new && exit 9 || test $? = 1
modversions help symvers >/dev/null
printf 'struct point { int x, y; }; int draw(struct point *p);\n__GENKSYMS_EXPORT_SYMBOL(draw);\n' |
	/usr/lib/modversions/genksyms | grep -qx '#SYMVER draw 0xab594051'
/usr/lib/modversions/modpost -h 2>&1 | grep -qi usage || test $? = 1
for page in /usr/share/man/man1/modversions.1.gz /usr/share/man/man5/modversions-symvers.5.gz; do
	zcat "$page" | grep -q '^\.TH'
done
bash -n /usr/share/bash-completion/completions/modversions
sh -n /usr/lib/modversions/weak-modules
"#;

/// What may be left when the package is gone, since it belongs to the package manager.
const OF_MANAGERS: &[&str] = &["/var/lib/dpkg", "/var/log", "/var/cache", "/root/.rpmdb", "/tmp"];

/// Tries a package.
pub fn of(package: &Path, facts: &Facts) -> Result<()> {
    match package.extension().and_then(|it| it.to_str()) {
        Some("deb") => installed(package, &Manager::Dpkg),
        Some("rpm") => installed(package, &Manager::Rpm),
        _ => built_offline(package, facts),
    }
}

/// What installs a package.
enum Manager {
    Dpkg,
    Rpm,
}

impl Manager {
    /// Installs the package, which is in /tmp of the root.
    fn install(&self, root: &Path, name: &str) -> Result<()> {
        match self {
            Manager::Dpkg => run(chroot(root).args(["dpkg", "-i", &format!("/tmp/{name}")])),
            // Debian's root has no packages of RPM that it could depend on.
            Manager::Rpm => {
                run(rpm(root).args(["-i", "--nodeps"]).arg(root.join("tmp").join(name)))
            }
        }
    }

    fn remove(&self, root: &Path) -> Result<()> {
        match self {
            Manager::Dpkg => run(chroot(root).args(["dpkg", "--purge", "modversions"])),
            Manager::Rpm => run(rpm(root).args(["-e", "modversions"])),
        }
    }
}

fn chroot(root: &Path) -> Command {
    let mut command = Command::new("chroot");
    command.arg(root).env("LC_ALL", "C.UTF-8").env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command
}

fn rpm(root: &Path) -> Command {
    let mut command = Command::new("rpm");
    command.arg("--root").arg(root);
    command
}

/// Installs, uses and removes a package.
fn installed(package: &Path, manager: &Manager) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let root = scratch.path();
    run(Command::new("tar").arg("-xf").arg(clean_root()?).arg("-C").arg(root))?;
    let name = super::name(package);
    fs::copy(package, root.join("tmp").join(&name))?;
    let pair = crate::run::product::workspace().join("testdata/abi-diff/change-layout");
    run(Command::new("cp").arg("-r").arg(pair).arg(root.join("tmp/pair")))?;
    let before = files(root)?;
    manager.install(root, &name)?;
    let with = files(root)?;
    let new: Vec<&PathBuf> = with.difference(&before).collect();
    let size = size(root, &new)?;
    let script = format!("set -e; cd /tmp/pair; {USE}");
    run(chroot(root).args(["sh", "-c", &script])).context("an installed package does not work")?;
    manager.remove(root)?;
    let left: Vec<PathBuf> = files(root)?.difference(&before).cloned().collect();
    ensure!(left.is_empty(), "{name} leaves {left:?}");
    ensure!(size < MOST, "{name} takes {size} bytes");
    println!("{name}: {} files, {size} bytes (goal: {GOAL}); installed, used, removed", new.len());
    Ok(())
}

/// The sum of the files, in bytes.
fn size(root: &Path, files: &[&PathBuf]) -> Result<u64> {
    let mut sum = 0;
    for file in files {
        let path = root.join(file.strip_prefix("/")?);
        sum += fs::symlink_metadata(&path)?.len();
    }
    Ok(sum)
}

/// The files below `root`, as seen from there, but those of package managers and directories.
fn files(root: &Path) -> Result<BTreeSet<PathBuf>> {
    let files = files_below(root)?.into_keys().map(|path| Path::new("/").join(path));
    let is_ours = |path: &PathBuf| !OF_MANAGERS.iter().any(|folder| path.starts_with(folder));
    Ok(files.filter(is_ours).collect())
}

/// A Debian with what every Debian has, as an archive in the cache.
fn clean_root() -> Result<PathBuf> {
    let folder = cache_directory()?.join(format!("roots/{SUITE}"));
    if !folder.exists() {
        made_whole(&folder, |scratch| {
            let archive = scratch.join("root.tar");
            run(Command::new("mmdebstrap")
                .args(["--quiet", "--variant=minbase", SUITE])
                .arg(archive))
        })?;
    }
    Ok(folder.join("root.tar"))
}

/// Builds the sources without a network, twice: in directories of different names the program is the same.
fn built_offline(package: &Path, facts: &Facts) -> Result<()> {
    let mut programs = Vec::new();
    for folder in ["one", "the-other"] {
        let scratch = tempfile::tempdir()?;
        let top = scratch.path().join(folder);
        fs::create_dir(&top)?;
        run(Command::new("tar").arg("-xf").arg(package).arg("-C").arg(&top))?;
        let source = top.join(format!("modversions-{}", facts.version));
        let target = top.join("target");
        let mut build = program::build(&source, &target)?;
        let mut offline = Command::new("unshare");
        offline.arg("--net").arg(build.get_program()).args(build.get_args()).arg("--offline");
        for (key, value) in build.get_envs() {
            if let Some(value) = value {
                offline.env(key, value);
            }
        }
        // Nothing that was downloaded before is there.
        offline.env("CARGO_HOME", top.join("cargo")).current_dir(&source);
        run(&mut offline)?;
        build = Command::new(target.join("release/modversions"));
        println!("{}: {}", super::name(package), read(build.arg("--version"))?.trim());
        programs.push(fs::read(target.join("release/modversions"))?);
    }
    let [one, other] = &programs[..] else { bail!("two programs were built") };
    ensure!(one == other, "{}: two builds differ", super::name(package));
    println!("{}: built offline, twice the same {} bytes", super::name(package), one.len());
    Ok(())
}
