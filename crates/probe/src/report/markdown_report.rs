//! The report as Markdown, for an issue or a pull request.

use std::fmt::Write as _;

use traffic::markdown::escape;

use super::curl_command::curl_command;
use super::shown_exchange::{request_lines, response_lines};
use crate::check::{CheckGroup, Mark};
use crate::finding::CheckFinding;
use crate::probe_report::ProbeReport;
use crate::remedy::{GUARD_ADVICE, first_remedies, guard_command, remedy_of};

/// Returns the report as Markdown: the verdict, a table, and details of the checks that are not right.
#[must_use]
pub fn markdown(report: &ProbeReport) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "# {}\n\n{}\n", escape(&report.verdict.sentence), escape(&report.url));
    let _ = writeln!(out, "{}. {}\n", super::counts(report), escape(&super::restoration(report)));
    for note in &report.notes {
        let _ = writeln!(out, "- {}", escape(note));
    }
    for (remedy, check) in first_remedies(&report.findings) {
        let _ = writeln!(out, "- Next: {} ({check})", escape(remedy));
    }
    if let Some(command) = guard_command(report) {
        let _ = writeln!(out, "- Until then: {GUARD_ADVICE}:\n\n      {}", traffic::visible(&command));
    }
    let _ = writeln!(out, "\n| | check | asks | found | clause |\n| --- | --- | --- | --- | --- |");
    for group in CheckGroup::ALL {
        for finding in report.findings.iter().filter(|finding| finding.check().group == group) {
            let check = finding.check();
            let (sign, says) = (finding.mark.sign(), escape(&finding.says));
            let _ = writeln!(out, "| {sign} | {} | {} | {says} | {} |", check.name, escape(check.asks), check.clause);
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
    let _ = writeln!(out, "\n## {} {}\n\n{}: {}.\n", finding.mark.sign(), check.name, check.clause, escape(check.asks));
    let _ = writeln!(out, "Found: {}. So: {}.", escape(&finding.says), escape(check.consequence));
    if let Some(remedy) = remedy_of(finding.id) {
        let _ = writeln!(out, "Do: {}.", escape(remedy));
    }
    let Some((request, response)) = &finding.exchange else { return };
    let _ = writeln!(out);
    // An indented block ends only at a line that is not indented, so no text can end it.
    for (sign, lines) in [("> ", request_lines(request)), ("< ", response_lines(response))] {
        for line in lines {
            let _ = writeln!(out, "    {sign}{line}");
        }
    }
    let _ = writeln!(out, "    ");
    for line in curl_command(report, request).lines() {
        let _ = writeln!(out, "    {line}");
    }
}
