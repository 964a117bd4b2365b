//! The report for people, as text.

use std::fmt::Write as _;

use traffic::visible;

use super::curl_command::curl_command;
use super::shown_exchange::{request_lines, response_lines};
use crate::check::{CheckGroup, Mark};
use crate::finding::CheckFinding;
use crate::probe_report::{ProbeReport, Restoration};
use crate::remedy::{GUARD_ADVICE, first_remedies, guard_command, remedy_of};

/// The widest line of prose, in columns.
const MAX_COLUMNS: usize = 78;

/// The fewest columns in which a check and what was found share a line.
const MIN_TABLE_COLUMNS: usize = 60;

/// The fewest checks of a group that share a line, if they were not asked for the same reason.
const MIN_JOINED: usize = 3;

/// Returns the report as text: the verdict, a line for each check, and details of the faults.
///
/// It ends with what to do and with the verdict, which are then in the last rows of a terminal. `columns` is the width
/// for its prose; requests, responses and commands are never broken.
#[must_use]
pub fn text(report: &ProbeReport, columns: usize) -> String {
    let mut out = TextWriter { text: String::new(), columns: columns.min(MAX_COLUMNS) };
    out.wrapped("", &format!("{}.", report.verdict.sentence));
    out.line("");
    out.line(&visible(&report.url));
    out.wrapped("", &super::counts(report));
    out.wrapped("", &visible(&super::restoration(report)));
    for note in &report.notes {
        out.wrapped("Note: ", &visible(note));
    }
    for group in CheckGroup::ALL {
        out.line(&format!("\n{}", group.name()));
        out.group(&report.findings.iter().filter(|finding| finding.check().group == group).collect::<Vec<_>>());
    }
    let faults = [Mark::Wrong, Mark::Weak].map(|mark| report.findings.iter().filter(move |one| one.mark == mark));
    for finding in faults.into_iter().flatten() {
        out.details(report, finding);
    }
    out.line("");
    for (remedy, check) in first_remedies(&report.findings) {
        out.wrapped("Next: ", &format!("{remedy} ({check})."));
    }
    if let Some(command) = guard_command(report) {
        out.wrapped("Until then: ", &format!("{GUARD_ADVICE}:"));
        out.line(&format!("    {}", visible(&command)));
    }
    out.wrapped("", &format!("{}.", report.verdict.sentence));
    if report.restoration != Restoration::NotWritten {
        out.wrapped("", &visible(&super::restoration(report)));
    }
    out.text
}

struct TextWriter {
    text: String,
    columns: usize,
}

impl TextWriter {
    fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    /// Writes a text behind `first`; its other lines are indented by as much.
    fn wrapped(&mut self, first: &str, text: &str) {
        let indent = " ".repeat(first.chars().count());
        let width = self.columns.saturating_sub(indent.len()).max(20);
        for (index, line) in wrap(text, width).iter().enumerate() {
            self.line(&format!("{}{line}", if index == 0 { first } else { &indent }));
        }
    }

    /// Writes a line for each check of a group, and one for all that were not asked for the same reason.
    fn group(&mut self, findings: &[&CheckFinding]) {
        let is_not_asked = |finding: &CheckFinding| finding.mark == Mark::NotAsked;
        let with_reason_of = |finding: &CheckFinding| {
            findings.iter().filter(|other| is_not_asked(other) && other.says == finding.says).collect::<Vec<_>>()
        };
        for finding in findings {
            let alike = if is_not_asked(finding) { with_reason_of(finding) } else { Vec::new() };
            if alike.len() < MIN_JOINED {
                self.check(finding);
            } else if alike[0].id == finding.id {
                let names: Vec<_> = alike.iter().map(|finding| finding.check().name).collect();
                self.wrapped("  – ", &format!("{}: {}", visible(&finding.says), names.join(", ")));
            }
        }
    }

    fn check(&mut self, finding: &CheckFinding) {
        let (sign, name, says) = (finding.mark.sign(), finding.check().name, visible(&finding.says));
        if self.columns < MIN_TABLE_COLUMNS {
            self.line(&format!("  {sign} {name}"));
            self.wrapped("      ", &says);
        } else {
            self.wrapped(&format!("  {sign} {name:<24} "), &says);
        }
    }

    fn details(&mut self, report: &ProbeReport, finding: &CheckFinding) {
        let check = finding.check();
        self.line(&format!("\n{} {} · {}", finding.mark.sign(), check.name, check.clause));
        self.wrapped("  asked: ", check.asks);
        self.wrapped("  found: ", &visible(&finding.says));
        self.wrapped("  so:    ", check.consequence);
        if let Some(remedy) = remedy_of(finding.id) {
            self.wrapped("  do:    ", remedy);
        }
        let Some((request, response)) = &finding.exchange else { return };
        for (sign, lines) in [("> ", request_lines(request)), ("< ", response_lines(response))] {
            for line in lines {
                self.line(&format!("    {sign}{line}"));
            }
        }
        if let Some((_, of)) = finding.winners {
            self.line(&format!("    # {of} of these at once, each with a text of its own:"));
        }
        for line in curl_command(report, request).lines() {
            self.line(&format!("    {line}"));
        }
    }
}

/// Breaks a text at spaces into lines of at most this many characters.
///
/// A longer word has a line of its own.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is a line");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_long_as_the_width_allows() {
        assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("a-very-long-word is", 4), ["a-very-long-word", "is"]);
    }
}
