//! The page of an answer: the lines, a strip of releases for each kind of kernel, and the table. It needs
//! nothing else, and no script.

use super::answer::{Answer, Strip, Value};
use crate::report::{beginning, escaped};

/// What a browser may do with it: show it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const STYLE: &str = include_str!("page.css");

/// How many colours there are for what is true of releases.
const COLOURS: usize = 6;

/// What is true of releases of which nothing is known, or that do not have what was asked for.
const BLANK: [&str; 2] = ["", "unknown"];

/// Writes the page.
pub(super) fn write(answer: &Answer) -> Vec<u8> {
    let title = escaped(&format!("{}: {}", answer.question, answer.of));
    let lines: String =
        answer.summary.iter().map(|line| format!("<p>{}</p>\n", escaped(line))).collect();
    let pictures: String = answer.strips.iter().map(strip).collect();
    let parts = [
        &beginning(POLICY, &title, STYLE),
        "<main>\n<h1>",
        &title,
        "</h1>\n",
        &lines,
        &pictures,
        &table(answer),
        "</main>\n</body>\n</html>\n",
    ];
    parts.concat().into_bytes()
}

/// A strip: each run of releases as wide as there are releases in it.
fn strip(strip: &Strip) -> String {
    let all: usize = strip.parts.iter().map(|(count, ..)| count).sum();
    let mut values: Vec<&str> = Vec::new();
    let (mut rects, mut words) = (String::new(), String::new());
    let mut start = 0;
    for (count, value, what) in &strip.parts {
        let colour = match BLANK.iter().position(|blank| blank == value) {
            Some(blank) => ["absent", "unknown"][blank].to_owned(),
            None => {
                let known = values.iter().position(|it| it == value);
                let number = known.unwrap_or_else(|| {
                    values.push(value);
                    values.len() - 1
                });
                format!("c{}", number % COLOURS)
            }
        };
        let what = escaped(what);
        rects += &format!(
            "<rect class=\"{colour}\" x=\"{start}\" y=\"0\" width=\"{count}\" height=\"1\"><title>{what}\
             </title></rect>\n"
        );
        words += &format!("<li><span class=\"key {colour}\"></span> {what}</li>\n");
        start += count;
    }
    let title = escaped(&strip.title);
    format!(
        "<figure>\n<figcaption>{title}</figcaption>\n<svg role=\"img\" aria-label=\"{title}\" viewBox=\"0 0 \
         {all} 1\" preserveAspectRatio=\"none\">\n{rects}</svg>\n<ul>\n{words}</ul>\n</figure>\n"
    )
}

fn table(answer: &Answer) -> String {
    if answer.rows.is_empty() {
        return String::new();
    }
    let head: String = answer
        .columns
        .iter()
        .map(|name| format!("<th scope=\"col\">{}</th>", escaped(&name.replace('_', " "))))
        .collect();
    let cell = |value: &Value| {
        let class = if matches!(value, Value::Number(_)) { " class=\"number\"" } else { "" };
        format!("<td{class}>{}</td>", escaped(&value.shown()))
    };
    let row = |row: &Vec<Value>| format!("<tr>{}</tr>\n", row.iter().map(cell).collect::<String>());
    let rows: String = answer.rows.iter().map(row).collect();
    format!(
        "<div class=\"table\">\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n\
         </div>\n"
    )
}
