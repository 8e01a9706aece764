//! `modversions releases`: what differs between kernel releases.

use clap::Args;

use super::Io;
use super::exit::{Exit, Failure, Result};
use crate::release;
use crate::shown::Page;

/// List what differs between kernel releases
#[derive(Args)]
pub(super) struct Arguments {
    /// Explain one change, with the evidence
    #[arg(long, value_name = "ID")]
    explain: Option<String>,
}

impl Arguments {
    /// Lists all that differs, or explains one change.
    pub(super) fn run(&self, io: &mut Io<'_>) -> Result<Exit> {
        let text = match &self.explain {
            None => release::releases_document(),
            Some(id) => release::explain(id).ok_or_else(|| {
                let advice = "(`modversions releases` lists them)";
                Failure(format!("there is no change '{id}' {advice}").into_bytes())
            })?,
        };
        io.show(&Page::of_lines(&text))?;
        Ok(Exit::Good)
    }
}
