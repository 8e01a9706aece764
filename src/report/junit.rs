//! JUnit's XML, as Jenkins and GitLab read test results.
//!
//! Each finding is a test: what fails is a failure, what somebody tolerates is skipped, and what is for
//! information passes. A rule that found nothing is a test that passes, or is skipped if it was not
//! evaluated; so a comparison without differences has tests, too.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{Document, Finding, Rule, State};

/// How many lines of a difference a failure has, and how many items.
const MOST_LINES: usize = 100;
const FEW: usize = 20;

/// Writes the document.
pub(super) fn write(document: &Document) -> Vec<u8> {
    let mut xml = Xml(Writer::new_with_indent(Vec::new(), b' ', 2));
    let of_rules: Vec<&Rule> = rules_alone(document).collect();
    let count =
        |is: fn(&State) -> bool| document.findings.iter().filter(|it| is(&it.state)).count();
    let tests = (document.findings.len() + of_rules.len()).to_string();
    let failures = count(|it| *it == State::Open).to_string();
    let skipped = count(|it| matches!(it, State::Tolerated(_)))
        + of_rules.iter().filter(|rule| !rule.is_evaluated).count();
    let skipped = skipped.to_string();
    let title = format!("{}: {}", document.command, document.title);
    let counts = [("tests", &*tests), ("failures", &*failures), ("errors", "0"), ("time", "0")];
    xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    xml.open("testsuites", &[&[("name", "modversions")][..], &counts].concat());
    xml.open("testsuite", &[&[("name", &*title)][..], &counts, &[("skipped", &skipped)]].concat());
    for finding in &document.findings {
        xml.finding(document, finding);
    }
    for rule in of_rules {
        xml.rule(document, rule);
    }
    let summary: Vec<&str> = document.summary.iter().map(super::Text::as_str).collect();
    xml.text("system-out", &[], &summary.join("\n"));
    xml.close("testsuite");
    xml.close("testsuites");
    let mut text = xml.0.into_inner();
    text.push(b'\n');
    text
}

/// The rules that found nothing.
fn rules_alone(document: &Document) -> impl Iterator<Item = &Rule> {
    let mut has_found = vec![false; document.rules.len()];
    for finding in &document.findings {
        has_found[finding.rule] = true;
    }
    document.rules.iter().zip(has_found).filter(|(_, has_found)| !has_found).map(|(rule, _)| rule)
}

/// A text under way. Writing to memory does not fail.
struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn event(&mut self, event: Event<'_>) {
        let _ = self.0.write_event(event);
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())));
    }

    fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// An element with nothing but a text in it, or with nothing.
    fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        if text.is_empty() {
            let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
            return self.event(Event::Empty(start));
        }
        self.open(name, attributes);
        self.event(Event::Text(BytesText::new(text)));
        self.close(name);
    }

    fn finding(&mut self, document: &Document, finding: &Finding) {
        let rule = document.rule(finding).id;
        let class = class(document, rule);
        self.open(
            "testcase",
            &[("classname", &class), ("name", finding.subject.as_str()), ("time", "0")],
        );
        let message = finding.message.as_str();
        match &finding.state {
            State::Open => {
                let attributes = [("message", message), ("type", rule)];
                self.text("failure", &attributes, &detail(document, finding));
            }
            State::Tolerated(suppression) => {
                self.text("skipped", &[("message", suppression.reason.as_str())], "");
            }
            State::Informative => self.text("system-out", &[], message),
        }
        self.close("testcase");
    }

    fn rule(&mut self, document: &Document, rule: &Rule) {
        let class = class(document, rule.id);
        let name = format!("no {}", rule.what);
        let attributes = [("classname", &*class), ("name", &*name), ("time", "0")];
        if rule.is_evaluated {
            return self.text("testcase", &attributes, "");
        }
        self.open("testcase", &attributes);
        self.text("skipped", &[("message", "not evaluated")], "");
        self.close("testcase");
    }
}

/// The class of the tests of a rule.
fn class(document: &Document, rule: &str) -> String {
    format!("modversions.{}.{rule}", document.command)
}

/// The text of a failure.
fn detail(document: &Document, finding: &Finding) -> String {
    let location = document.location(finding);
    let path = super::Text::of(document.path(&location));
    let line = location.line.map(|line| format!(":{line}")).unwrap_or_default();
    let mut text = format!("{path}{line}: {}\n", finding.message);
    for change in &finding.changes {
        text += &format!("=> {change}\n");
    }
    let mut lines = finding.diff.as_str().lines();
    for line in lines.by_ref().take(MOST_LINES) {
        text += &format!("{line}\n");
    }
    let more = lines.count();
    if more > 0 {
        text += &format!("... and {more} more lines\n");
    }
    if let Some(reached) = document.reached(finding) {
        let names = finding.reach.first(FEW).map(|item| document.items[item].name.as_str());
        let more = if finding.reach.items.len() > FEW { ", ..." } else { "" };
        text += &format!("{reached}: {}{more}\n", names.collect::<Vec<_>>().join(", "));
    }
    text + &format!("{}\nWhat to do: {}\n", finding.does, finding.fix)
}
