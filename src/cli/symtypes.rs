//! `modversions symtypes`: what else can be done with `.symtypes` files.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::Io;
use super::abi_diff::inputs::{Result, read, read_symvers, said_of};
use crate::abi_diff::{Corpus, Exports, Types, proof_report, verify};

/// What is asked for.
#[derive(Subcommand)]
pub(super) enum Action {
    /// Compute the CRC of each export from its types, and compare it with the recorded one
    ///
    /// The exit status is 0 if the types give all CRCs that are recorded of exports with types, 1
    /// if one differs, 2 if it could not be told.
    Verify {
        /// A directory with .symtypes files anywhere in it, or one such file
        #[arg(value_name = "TREE|FILE")]
        input: PathBuf,
        /// What the CRCs are recorded in [default: the directory's own Module.symvers]
        #[arg(long, value_name = "FILE")]
        symvers: Option<PathBuf>,
        /// Name the exports that only one of the two has
        #[arg(long)]
        list: bool,
    },
}

/// Does it; returns the exit status.
pub(super) fn run(action: &Action, io: &mut Io<'_>) -> u8 {
    let done = match action {
        Action::Verify { input, symvers, list } => run_verify(input, symvers.as_deref(), *list, io),
    };
    done.unwrap_or_else(|message| {
        io.complain(&[b"modversions: ", &message[..], b"\n"].concat());
        2
    })
}

/// The types at `input`, and the exports that are recorded there.
fn read_types(input: &Path, types: &mut Types) -> Result<(Corpus, Option<Exports>)> {
    let release = read(input, types)?;
    let corpus = release.corpus.ok_or_else(|| said_of(input, "there are no types in it"))?;
    Ok((corpus, release.exports))
}

fn run_verify(input: &Path, symvers: Option<&Path>, is_list: bool, io: &mut Io<'_>) -> Result<u8> {
    let mut types = Types::default();
    let (corpus, own) = read_types(input, &mut types)?;
    let recorded = match (symvers, own) {
        (Some(path), _) => read_symvers(path)?,
        (None, Some(own)) => own,
        (None, None) => {
            return Err(said_of(input, "there is no Module.symvers in it; name one by --symvers"));
        }
    };
    let found = verify(&types, &corpus, &recorded);
    io.print(&proof_report(&types, &corpus, &found, is_list));
    Ok(u8::from(!found.is_proof()))
}
