//! The findings as text, JSON, Markdown and JUnit.
//!
//! Nothing of the server's can steer a terminal or become markup, and no value of a field that the user gave is shown.

mod curl_command;
mod json_report;
mod junit_report;
mod markdown_report;
mod shown_exchange;
mod text_report;

pub use json_report::json;
pub use junit_report::junit;
pub use markdown_report::markdown;
pub use text_report::text;

use crate::check::Mark;
use crate::probe_report::{ProbeReport, Restoration};

/// Returns how many checks have each mark, in words.
fn counts(report: &ProbeReport) -> String {
    let all = [(Mark::Right, "right"), (Mark::Weak, "weak"), (Mark::Wrong, "wrong"), (Mark::NotAsked, "not asked")];
    let counted = all.map(|(mark, word)| format!("{} {} {word}", mark.sign(), report.count(mark)));
    format!("{} · {} requests", counted.join(" · "), report.requests)
}

/// Returns the sentence about the original.
fn restoration(report: &ProbeReport) -> String {
    match &report.restoration {
        Restoration::NotWritten => "Nothing was written.".to_owned(),
        Restoration::Restored => "The original is restored.".to_owned(),
        Restoration::Failed { why, place } => {
            format!("The original is NOT restored: {why}. It is in {place}.")
        }
    }
}
