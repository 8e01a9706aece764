//! What `init.sh` tells of each step, read back.

/// How one step ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Ended {
    /// The exit status of its command.
    pub status: i32,
    /// The lines that the command wrote, to standard output or standard error.
    pub output: Vec<String>,
    /// The lines that the kernel logged meanwhile, without their times. The kernel's own work in
    /// the background is among them.
    pub log: Vec<String>,
}

/// All that was told.
#[derive(Debug, Default)]
pub struct Transcript {
    /// The steps that were done.
    pub steps: Vec<Ended>,
    /// Whether the machine came so far as to begin.
    pub is_begun: bool,
    /// Whether it came to the end of its list.
    pub is_complete: bool,
}

impl Transcript {
    /// Reads `text`.
    pub fn parse(text: &str) -> Transcript {
        let mut transcript = Transcript::default();
        let (mut output, mut log) = (Vec::new(), Vec::new());
        for line in text.lines() {
            if let Some(line) = line.strip_prefix("> ") {
                output.push(line.to_owned());
            } else if let Some(status) = line.strip_prefix("@status ") {
                let status = status.parse().unwrap_or(-1);
                let (output, log) = (std::mem::take(&mut output), std::mem::take(&mut log));
                transcript.steps.push(Ended { status, output, log });
            } else if line == "@ready" {
                transcript.is_begun = true;
            } else if line == "@end" {
                transcript.is_complete = true;
            } else {
                log.push(without_time(line).to_owned());
            }
        }
        transcript
    }
}

/// A line of the kernel's log without the time it begins with: `[    4.571511] `.
fn without_time(line: &str) -> &str {
    let rest = line.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let is_time = |text: &str| text.trim_start().parse::<f64>().is_ok();
    rest.filter(|(time, _)| is_time(time)).map_or(line, |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::{Ended, Transcript};

    #[test]
    fn output_and_log_belong_to_the_step_that_ends_after_them() {
        let text = "@ready\r\n> one\r\n> \r\n[    4.571511] gauge: [5] litres\r\n@status 0\r\n\
                    > two\r\n@status 22\r\n";
        let transcript = Transcript::parse(text);
        let step = |status, output: &[&str], log: &[&str]| Ended {
            status,
            output: output.iter().map(ToString::to_string).collect(),
            log: log.iter().map(ToString::to_string).collect(),
        };
        let expected = [step(0, &["one", ""], &["gauge: [5] litres"]), step(22, &["two"], &[])];
        assert_eq!(transcript.steps, expected);
        assert!(transcript.is_begun && !transcript.is_complete);
    }
}
