//! The report as JUnit XML, which CI systems show as tests.

use std::fmt::Write as _;

use traffic::visible;

use super::curl_command::curl_command;
use crate::check::Mark;
use crate::probe_report::ProbeReport;

/// Returns the report as JUnit XML: a test case for each check; a wrong one is a failure.
#[must_use]
pub fn junit(report: &ProbeReport) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let count = |mark| report.count(mark);
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<testsuite name=\"ifmatch probe {}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
        escaped(&report.url),
        report.findings.len(),
        count(Mark::Wrong),
        count(Mark::NotAsked)
    );
    for finding in &report.findings {
        let check = finding.check();
        let says = escaped(&finding.says);
        let _ = write!(out, "  <testcase classname=\"{}\" name=\"{}\">", check.group.name(), check.name);
        let _ = match finding.mark {
            Mark::Right => write!(out, "<system-out>{says}</system-out>"),
            Mark::Weak => {
                write!(out, "<system-out>weak: {says}; {}</system-out>", escaped(check.consequence))
            }
            Mark::NotAsked => write!(out, "<skipped message=\"{says}\"/>"),
            Mark::Wrong => {
                let curl = finding.exchange.as_ref().map(|(request, _)| curl_command(report, request));
                let detail = format!("{}: {}\n{}", check.clause, check.consequence, curl.unwrap_or_default());
                write!(out, "<failure message=\"{says}\">{}</failure>", escaped_lines(&detail))
            }
        };
        let _ = writeln!(out, "</testcase>");
    }
    out.push_str("</testsuite>\n");
    out
}

fn escaped_lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

/// Returns a text for an attribute or an element: XML forbids most control characters, also as numbers.
fn escaped(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
