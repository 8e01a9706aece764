//! What all questions have: which kernels are asked, and how the answer looks.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::folder::DataFolder;
use crate::cli::Io;
use crate::cli::exit::{Exit, Failure, Result};
use crate::cli::reports::{self, Output, OwnFormats, write_each};
use crate::history::{self, Answer, Dataset, Format, Place};

/// The formats of answers.
const FORMATS: &OwnFormats = &[
    (TEXT, "the answer in a few lines, and a table"),
    (JSON, "the same for programs (docs/history.schema.json)"),
    (CSV, "the table for spreadsheets"),
    (HTML, "a page with a picture, which needs nothing else"),
];

const TEXT: &str = "text";
const JSON: &str = "json";
const CSV: &str = "csv";
const HTML: &str = "html";

/// What all questions have.
#[derive(Args)]
pub(super) struct Question {
    /// The data set
    #[arg(value_name = "DATASET")]
    pub(super) dataset: PathBuf,
    /// Ask the kernels of this distribution only
    #[arg(long, value_name = "NAME")]
    distribution: Option<String>,
    /// Ask the kernels of this architecture only
    #[arg(long, value_name = "NAME")]
    architecture: Option<String>,
    /// Ask the kernels of this series only, such as 6.1
    #[arg(long, value_name = "SERIES")]
    series: Option<String>,
    /// Ask the kernels of this flavour only, such as rt-amd64
    #[arg(long, value_name = "NAME")]
    flavour: Option<String>,
    #[arg(short, long, value_name = "FORMAT[:FILE]", help = reports::help_of(FORMATS))]
    #[arg(value_parser = OsStringValueParser::new().try_map(parse_format))]
    format: Vec<Output>,
}

fn parse_format(text: OsString) -> std::result::Result<Output, String> {
    Output::parse_of(FORMATS, text)
}

impl Question {
    /// The kernels that are asked.
    fn asked(&self, places: Vec<Place>) -> Result<Vec<Place>> {
        let is = |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|it| it == own);
        let is_asked = |place: &Place| {
            is(&self.distribution, &place.distribution)
                && is(&self.architecture, &place.architecture)
                && is(&self.series, &place.series)
                && is(&self.flavour, place.flavour())
        };
        let asked: Vec<Place> = places.into_iter().filter(is_asked).collect();
        match asked.is_empty() {
            true => Err(Failure::of(&self.dataset, "it has no such kernels")),
            false => Ok(asked),
        }
    }

    /// Asks them, and writes the answer.
    pub(super) fn answer(
        &self,
        io: &mut Io<'_>,
        ask: impl FnOnce(&Dataset<'_, DataFolder>) -> Result<(Answer, Exit)>,
    ) -> Result<Exit> {
        let (folder, places) = DataFolder::existing(&self.dataset)?;
        let dataset = Dataset::new(&folder, self.asked(places)?);
        let (answer, exit) = ask(&dataset)?;
        let write = |name: &'static str, _: bool| {
            let format = match name {
                JSON => Format::Json,
                CSV => Format::Csv,
                HTML => Format::Html,
                _ => Format::Text,
            };
            history::write(format, &answer)
        };
        write_each(&self.format, TEXT, write, io)?;
        Ok(exit)
    }
}
