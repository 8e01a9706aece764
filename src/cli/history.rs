//! `modversions history`: a data set of many kernels, and questions to it.

mod add;
mod ask;
mod folder;
mod question;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::exit::{Exit, Result};
use super::resources::Resources;
use super::talk::Talk;
use super::{Environment, Io};
use question::Question;

/// Keep what many kernels export and how their types lie in memory, and ask all of them at once
///
/// A data set is a folder of Parquet files, which DuckDB, Spark and other engines read as they are.
/// docs/history.md describes it, and has queries.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    pub(super) resources: Resources,
    #[command(flatten)]
    pub(super) talk: Talk,
}

#[derive(Subcommand)]
enum Action {
    Add(add::Arguments),
    /// List the kernels, and what is known of each
    Releases(Question),
    /// Print the CRC of a symbol along the releases: since when, where, and what exports it
    Symbol {
        #[command(flatten)]
        question: Question,
        /// The symbol
        #[arg(value_name = "SYMBOL")]
        name: String,
    },
    /// Print the size of a type along the releases, and where its layout changed
    Type {
        #[command(flatten)]
        question: Question,
        /// The type, as in C: page, "struct page"
        #[arg(value_name = "TYPE")]
        name: String,
    },
    /// Print at which offset a member lies along the releases
    Member {
        #[command(flatten)]
        question: Question,
        /// The type and the member in it: task_struct.pid, task_struct.se.vruntime
        #[arg(value_name = "TYPE.MEMBER")]
        name: String,
    },
    /// Check on which of all kernels modules load, and why not on the others
    ///
    /// The verdicts are those of `modversions check`. The modules are checked together: one may use the
    /// exports of others.
    Check {
        #[command(flatten)]
        question: Question,
        /// The modules: files, directories or packages
        #[arg(required = true, value_name = "MODULE")]
        modules: Vec<PathBuf>,
    },
    /// Count how often the CRCs of what modules import changed
    Churn {
        #[command(flatten)]
        question: Question,
        /// The module whose imports are counted; several for those of all
        #[arg(long = "imports", required = true, value_name = "MODULE")]
        modules: Vec<PathBuf>,
    },
}

impl Arguments {
    /// Adds kernels, or answers a question.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        let limits = self.resources.limits();
        match &self.action {
            Action::Add(arguments) => arguments.run(limits, environment, io),
            Action::Releases(question) => ask::releases(question, io),
            Action::Symbol { question, name } => ask::symbol(question, name, io),
            Action::Type { question, name } => ask::type_named(question, name, io),
            Action::Member { question, name } => ask::member(question, name, io),
            Action::Check { question, modules } => ask::check(question, modules, limits, io),
            Action::Churn { question, modules } => ask::churn(question, modules, limits, io),
        }
    }
}
