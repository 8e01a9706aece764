//! The manual pages, as roff.

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use time::OffsetDateTime;

use super::markup;
use super::texts::{PROGRAM, TOPICS, Topic};
use crate::cli::exit::{Failure, Result};
use crate::cli::{Environment, version};

/// What the pages are about.
const SOURCE: &str = concat!("modversions ", env!("CARGO_PKG_VERSION"));

/// What the pages are a part of.
const MANUAL: &str = "Kernel symbol versions";

/// The program whose page lists the commands.
const PROGRAM_NAME: &str = "modversions";

/// A manual page.
pub(super) struct ManualPage {
    pub(super) name: String,
    pub(super) section: &'static str,
    pub(super) roff: String,
}

/// The date that pages have: that of `SOURCE_DATE_EPOCH`, or of the commit, or none.
pub(super) fn date(environment: &Environment) -> Result<String> {
    let Some(epoch) = &environment.source_date_epoch else {
        return Ok(version::DATE.to_owned());
    };
    let seconds = epoch.to_str().and_then(|text| text.parse().ok());
    let time = seconds.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    let time = time.ok_or_else(|| Failure(b"SOURCE_DATE_EPOCH: not a number of seconds".into()))?;
    Ok(time.date().to_string())
}

/// All pages: of `program` itself, of its commands, of the topics.
pub(super) fn all(mut program: Command, date: &str) -> Vec<ManualPage> {
    program.build();
    let mut pages = vec![of_command(&program, date)];
    let shown = |it: &&Command| !it.is_hide_set();
    pages.extend(program.get_subcommands().filter(shown).map(|it| of_command(it, date)));
    pages.extend(TOPICS.iter().map(|topic| of_topic(topic, date)));
    pages
}

fn name_of(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn of_command(command: &Command, date: &str) -> ManualPage {
    let name = name_of(command).to_owned();
    let man = Man::new(command.clone());
    let mut text = titled(&name, "1", date).render();
    text += &part(|out| man.render_name_section(out));
    text += &part(|out| man.render_synopsis_section(out));
    text += &part(|out| man.render_description_section(out));
    text += &part(|out| man.render_options_section(out));
    let mut rest = Roff::new();
    if command.has_subcommands() && name == PROGRAM_NAME {
        list_commands(command, &mut rest);
    } else if command.has_subcommands() {
        rest.control("SH", ["COMMANDS"]);
        text += &without_preamble(&rest.render());
        rest = Roff::new();
        text += &command.get_subcommands().map(subcommand).collect::<String>();
    }
    let after = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    markup::add_to(&mut rest, if name == PROGRAM_NAME { PROGRAM } else { &after });
    text += &without_preamble(&rest.render());
    ManualPage { name, section: "1", roff: text }
}

/// The beginning of a page.
fn titled(name: &str, section: &str, date: &str) -> Roff {
    // An empty argument would not be one.
    let date = if date.is_empty() { "\"\"" } else { date };
    let mut page = Roff::new();
    page.control("TH", [&*name.to_uppercase(), section, date, SOURCE, MANUAL]);
    page
}

/// The commands and the topics, each with its page.
fn list_commands(program: &Command, page: &mut Roff) {
    page.control("SH", ["COMMANDS"]);
    for command in program.get_subcommands().filter(|it| !it.is_hide_set()) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        page.control("TP", []).text([bold(name_of(command)), roman("(1)")]).text([roman(about)]);
    }
    page.control("SH", ["FORMATS AND TOPICS"]);
    for topic in TOPICS {
        let name = format!("modversions-{}", topic.name);
        page.control("TP", []).text([bold(name), roman("(5)")]).text([roman(topic.what)]);
    }
}

/// A command of a command, which has no page of its own.
fn subcommand(command: &Command) -> String {
    let man = Man::new(command.clone());
    let mut title = Roff::new();
    title.control("SS", [command.get_bin_name().unwrap_or_default()]);
    let mut text = without_preamble(&title.render());
    text += without_heading(&part(|out| man.render_synopsis_section(out)));
    text += ".PP\n";
    text += without_heading(&part(|out| man.render_description_section(out)));
    text += without_heading(&part(|out| man.render_options_section(out)));
    text
}

fn of_topic(topic: &Topic, date: &str) -> ManualPage {
    let name = format!("modversions-{}", topic.name);
    let mut page = titled(&name, "5", date);
    page.control("SH", ["NAME"]).text([roman(format!("{name} - {}", topic.what))]);
    markup::add_to(&mut page, topic.text);
    ManualPage { name, section: "5", roff: page.render() }
}

/// A part of a page as `render` writes it, without blank lines, which are an error between
/// paragraphs.
fn part(render: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut written = Vec::new();
    // Nothing can go wrong in memory.
    let _ = render(&mut written);
    let text = String::from_utf8_lossy(&written);
    let text = without_preamble(&text).replace("\n\n", "\n.sp\n");
    // One gap is enough before a list of values.
    text.replace("\n.br\n.sp\n.br\n", "\n.sp\n")
}

/// The text without the definitions that every text of `roff` begins with, and a page needs once.
fn without_preamble(text: &str) -> String {
    let preamble = Roff::new().render();
    text.strip_prefix(&preamble).unwrap_or(text).to_owned()
}

/// The text without its first line.
fn without_heading(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, rest)| rest)
}
