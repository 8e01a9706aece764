//! `modversions history add`: kernels are read side by side, and each becomes a part.

use std::path::{Path, PathBuf};

use clap::Args;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::folder::DataFolder;
use crate::cli::exit::{Exit, Failure, Result};
use crate::cli::layout::list::{Listed, built};
use crate::cli::{Environment, Io};
use crate::corpus::LayoutsFrom;
use crate::history::{
    Dataset, Facts, NotText, Place, built_on, exports, files, loading, series, type_of,
};
use crate::inputs::btf::{self, Which};
use crate::inputs::given::{self, Given};
use crate::inputs::kernel;
use crate::inputs::limits::Limits;
use crate::inputs::progress::Progress;
use crate::release::Profile;
use crate::shown::{Shown, counted};

/// How many kernels are read at the same time: what each may use of the memory does not depend on the
/// threads.
const AT_ONCE: usize = 2;

/// What a kernel is of if nobody says so.
const UNKNOWN: &str = "unknown";

/// Add kernels to a data set, which is made if it is not there
///
/// A KERNEL is a package of a kernel or its headers, a directory, a vmlinux, a vmlinuz, a Module.symvers, or
/// raw BTF: whatever `check` and `layout` read. Each becomes a part of the data set of its own, which is
/// there whole or not at all, and never changes; one that is there already is left as it is. Several runs
/// may add to one data set at the same time.
#[derive(Args)]
pub(super) struct Arguments {
    /// The data set: a folder
    #[arg(value_name = "DATASET")]
    dataset: PathBuf,
    /// The kernels
    #[arg(required = true, value_name = "KERNEL")]
    kernels: Vec<PathBuf>,
    /// All KERNELs are pieces of one kernel
    #[arg(long)]
    together: bool,
    /// Who made the kernels [default: as they show, or else `unknown`]
    #[arg(long, value_name = "NAME")]
    distribution: Option<String>,
    /// What the kernels' makefiles call their machine, such as x86_64 [default: as they show, or else
    /// `unknown`]
    #[arg(long, value_name = "NAME")]
    architecture: Option<String>,
    /// What the kernel calls itself, such as 6.1.0-47-amd64; only for one kernel
    #[arg(long, value_name = "RELEASE")]
    release: Option<String>,
    /// When the kernel was built, such as 2026-05-08; only for one kernel
    #[arg(long, value_name = "DATE", value_parser = date)]
    built: Option<String>,
}

/// A date in the form of ISO 8601.
fn date(text: &str) -> std::result::Result<String, String> {
    match built_on(format!("({text})").as_bytes()) {
        Some(date) if date == text => Ok(date),
        _ => Err("a date is written as 2026-05-08".to_owned()),
    }
}

/// What came of a kernel: what is known of it, and what there is to say of how it was read.
type Read = (Facts, Vec<Vec<u8>>);

impl Arguments {
    /// Adds the kernels: [`Exit::Unanswered`] if one of them could not be.
    pub(super) fn run(
        &self,
        limits: Limits,
        environment: &Environment,
        io: &mut Io<'_>,
    ) -> Result<Exit> {
        let kernels: Vec<&[PathBuf]> = match self.together {
            true => vec![&self.kernels],
            false => self.kernels.iter().map(std::slice::from_ref).collect(),
        };
        let is_for_one = self.release.is_some() || self.built.is_some();
        if kernels.len() > 1 && is_for_one {
            let words =
                "--release and --built are for one kernel; --together makes one of several pieces";
            return Err(Failure(words.into()));
        }
        let (folder, places) = DataFolder::made(&self.dataset)?;
        // What is wrong with a name is said before anything is read.
        let mut dataset = Dataset::new(&folder, places);
        let limits = if kernels.len() > 1 { limits.half() } else { limits };
        let mut exit = Exit::Good;
        for some in kernels.chunks(AT_ONCE) {
            let read: Vec<Result<Read>> =
                Progress::during(environment.progress, "reading kernels", |_| {
                    some.par_iter().map(|kernel| self.read(kernel, limits)).collect()
                });
            for read in read {
                let added = read.and_then(|(facts, remarks)| {
                    remarks.iter().for_each(|remark| io.say(remark));
                    let words = self.write(&facts, &folder, &mut dataset)?;
                    io.write(words.as_bytes())
                });
                if let Err(Failure(message)) = added {
                    io.say(&message);
                    exit = Exit::Unanswered;
                }
            }
        }
        Ok(exit)
    }

    /// Writes the part, on top of what there is; what there is to say.
    fn write(
        &self,
        facts: &Facts,
        folder: &DataFolder,
        dataset: &mut Dataset<'_, DataFolder>,
    ) -> Result<String> {
        let place = &facts.place;
        let trouble =
            |trouble: crate::history::Trouble| Failure::of(&self.dataset, &trouble.to_string());
        if !dataset.places.contains(place) {
            let base = dataset.base(facts).map_err(trouble)?;
            let files = files(facts, base.as_ref());
            let size: usize = files.iter().map(|(_, content)| content.len()).sum();
            if folder.write(place, &files)? {
                dataset.add(place.clone());
                let of = |count: Option<usize>, what: &str| match count {
                    Some(count) => counted(count, what),
                    None => format!("no {what}s"),
                };
                let on = base.map(|base| format!(", on top of {}", base.release));
                return Ok(format!(
                    "{}: {}, {}; {} bytes{}\n",
                    place.title(),
                    of(facts.exports.as_ref().map(Vec::len), "export"),
                    of(facts.types.as_ref().map(Vec::len), "type"),
                    size,
                    on.unwrap_or_default()
                ));
            }
            dataset.add(place.clone());
        }
        let known = dataset.digest(place).map_err(trouble)?;
        match known == format!("{:016x}", facts.digest()) {
            true => Ok(format!("{}: already there\n", place.title())),
            false => Err(Failure::of(
                &self.dataset,
                &format!(
                    "{} is there already, with other content: a part never changes (--release gives this \
                     kernel another name)",
                    place.title()
                ),
            )),
        }
    }

    /// Reads all that is kept of a kernel.
    fn read(&self, kernel: &[PathBuf], limits: Limits) -> Result<Read> {
        let title = given::title(kernel);
        let not_text = |NotText(name): NotText| {
            Failure::of(
                &title,
                &format!("the name {} is not UTF-8, and cannot be kept", Shown(&name)),
            )
        };
        let about = |words: &str| Failure::of(&title, words).0;
        let mut remarks = Vec::new();
        let found = kernel::read(kernel, None, limits);
        let types = read_types(kernel, limits);
        let (found, types) = match (found, types) {
            (Err(error), Err(_)) => return Err(error.into()),
            (found, types) => (found, types),
        };
        let types = match types {
            Ok(types) => Some(types),
            Err(error) => {
                remarks.push(about("no BTF: its types are not known"));
                if !error.has_no_btf() {
                    remarks.push(error.message());
                }
                None
            }
        };
        let found = match found {
            Ok(found) => Some(found),
            Err(error) => {
                remarks.push(about("its exports are not known"));
                remarks.push(error.message());
                None
            }
        };
        let is_damaged =
            |count: usize| format!("{} cannot be read, and not kept", counted(count, "type"));
        let types = types.map(|(listed, bad)| {
            remarks.extend((bad > 0).then(|| about(&is_damaged(bad))));
            listed
        });
        remarks.extend(found.iter().flat_map(|found| found.remarks.iter().cloned()));
        let of_kernel = found.as_ref().map(|found| &found.kernel);
        let place = self.place(of_kernel, &title)?;
        // What is wrong with it is said here, with what was given.
        place.path().map_err(|words| Failure::of(&title, &words))?;
        let kept = |it: &Listed| {
            let definition = it.definition.as_ref().ok()?;
            type_of(&it.title, definition).transpose()
        };
        let types = types.map(|listed| {
            let types = listed.par_iter().filter_map(kept).collect::<Vec<_>>();
            types.into_iter().collect::<std::result::Result<Vec<_>, NotText>>()
        });
        let mut types = types.transpose().map_err(not_text)?;
        if let Some(types) = &mut types {
            types.sort_by(|one, other| (&one.name, one.digest).cmp(&(&other.name, other.digest)));
            types.dedup_by(|one, other| (&one.name, one.digest) == (&other.name, other.digest));
        }
        let banner = found.as_ref().and_then(|found| found.banner.as_deref());
        let facts = Facts {
            place,
            built: self.built.clone().or_else(|| built_on(banner?)),
            loading: of_kernel.map(loading).transpose().map_err(not_text)?,
            exports: of_kernel.map(|it| exports(&it.exports)).transpose().map_err(not_text)?,
            types_from: types.as_ref().map(|_| LayoutsFrom::Btf.word().to_owned()),
            types,
        };
        Ok((facts, remarks))
    }

    /// What the kernel is told apart by, as far as it shows that and the user does not say it.
    fn place(&self, kernel: Option<&crate::check::Kernel>, title: &Path) -> Result<Place> {
        let own = kernel.and_then(|it| it.release.as_deref());
        let own = own.map(|release| String::from_utf8_lossy(release).into_owned());
        let Some(release) = self.release.clone().or(own) else {
            let words = "nothing in it says which release it is: --release gives one";
            return Err(Failure::of(title, words));
        };
        // That the loader is mainline's says of nobody that he made the kernel.
        let loader = kernel.and_then(|it| it.profile).filter(|it| *it != Profile::Mainline);
        let loader = loader.map(|it| it.name().to_owned());
        let machine = kernel.and_then(|it| it.machine?.uts_machine()).map(str::to_owned);
        let unknown = || UNKNOWN.to_owned();
        Ok(Place {
            distribution: self.distribution.clone().or(loader).unwrap_or_else(unknown),
            architecture: self.architecture.clone().or(machine).unwrap_or_else(unknown),
            series: series(&release).unwrap_or_else(unknown),
            release,
        })
    }
}

/// The types of the kernel itself by its BTF, and how many of them are damaged.
fn read_types(kernel: &[PathBuf], limits: Limits) -> crate::inputs::Result<(Vec<Listed>, usize)> {
    let given = kernel.iter().map(|path| Given::at(path, limits));
    let given: Vec<Given> = given.collect::<crate::inputs::Result<_>>()?;
    // The kernel itself is enough: modules are not read.
    let found = btf::of_given(&given, None, Which::Exporting, &|_| true)?;
    let kernel = found.btf.kernel();
    let types: Vec<Listed> = built(&kernel).into_iter().map(|(_, listed)| listed).collect();
    let damaged = types.iter().filter(|it| it.definition.is_err()).count();
    Ok((types, damaged))
}
