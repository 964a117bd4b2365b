//! The report for people, as text.

use std::fmt::Write as _;

use traffic::visible;

use super::curl_command::curl_command;
use super::shown_exchange::{request_lines, response_lines};
use crate::check::{CheckGroup, Mark};
use crate::finding::CheckFinding;
use crate::probe_report::ProbeReport;

/// The widest line of prose.
const COLUMNS: usize = 78;

/// Returns the report as text: the verdict, a line for each check, and details of the faults.
#[must_use]
pub fn text(report: &ProbeReport) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}.\n\n{}\n{}", report.verdict.sentence, visible(&report.url), super::counts(report));
    for line in wrap(&visible(&super::restoration(report))) {
        let _ = writeln!(out, "{line}");
    }
    for note in &report.notes {
        write_wrapped(&mut out, "Note: ", &visible(note));
    }
    for group in CheckGroup::ALL {
        let _ = writeln!(out, "\n{}", group.name());
        for finding in report.findings.iter().filter(|finding| finding.check().group == group) {
            let check = finding.check();
            let indent = format!("  {} {:<24} ", finding.mark.sign(), check.name);
            write_wrapped(&mut out, &indent, &visible(&finding.says));
        }
    }
    for mark in [Mark::Wrong, Mark::Weak] {
        for finding in report.findings.iter().filter(|finding| finding.mark == mark) {
            write_details(&mut out, report, finding);
        }
    }
    out
}

fn write_details(out: &mut String, report: &ProbeReport, finding: &CheckFinding) {
    let check = finding.check();
    let _ = writeln!(out, "\n{} {} · {}", finding.mark.sign(), check.name, check.clause);
    write_wrapped(out, "  asked: ", check.asks);
    write_wrapped(out, "  found: ", &visible(&finding.says));
    write_wrapped(out, "  so:    ", check.consequence);
    let Some((request, response)) = &finding.exchange else { return };
    for (sign, lines) in [("> ", request_lines(request)), ("< ", response_lines(response))] {
        for line in lines {
            let _ = writeln!(out, "    {sign}{line}");
        }
    }
    if let Some((_, of)) = finding.winners {
        let _ = writeln!(out, "    # {of} of these at once, each with a text of its own:");
    }
    for line in curl_command(report, request).lines() {
        let _ = writeln!(out, "    {line}");
    }
}

/// Writes a text behind `first`; its other lines are indented by as much.
fn write_wrapped(out: &mut String, first: &str, text: &str) {
    let indent = " ".repeat(first.chars().count());
    let width = COLUMNS.saturating_sub(indent.len()).max(20);
    let mut lines = wrap_to(text, width).into_iter();
    let _ = writeln!(out, "{first}{}", lines.next().unwrap_or_default());
    for line in lines {
        let _ = writeln!(out, "{indent}{line}");
    }
}

fn wrap(text: &str) -> Vec<String> {
    wrap_to(text, COLUMNS)
}

/// Breaks a text at spaces into lines of at most this many characters.
///
/// A longer word has a line of its own.
fn wrap_to(text: &str, width: usize) -> Vec<String> {
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
