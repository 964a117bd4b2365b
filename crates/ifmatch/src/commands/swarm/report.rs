//! The totals of a swarm, for people and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use contract::{DocumentId, EntityTag};
use serde::Serialize;
use swarm::{RetryBackoff, SwarmOutcome, SwarmPlan, SwarmTotals};

use super::error::SwarmCommandError;
use crate::output::json::json_line;
use crate::output::stdout;
use crate::output::visible::visible_lines;

/// How many lost edits are named in the text. JSON has all of them.
const NAMED_LOSSES: usize = 5;

/// The totals, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TotalsValue<'a> {
    document: &'a DocumentId,
    run: &'a str,
    seed: u64,
    #[serde(flatten)]
    totals: &'a SwarmTotals,
    lost_edits: Vec<LostEdit<'a>>,
    failures: &'a BTreeMap<String, usize>,
}

/// An acknowledged edit that is not in the document.
#[derive(Serialize)]
struct LostEdit<'a> {
    edit: &'a str,
    etag: &'a EntityTag,
}

/// Prints the totals as one line of JSON.
pub(super) fn print_json(plan: &SwarmPlan, outcome: &SwarmOutcome) -> Result<(), SwarmCommandError> {
    let lost = outcome.lost.iter().map(|(edit, etag)| LostEdit { edit, etag });
    let value = TotalsValue {
        document: &plan.document,
        run: &plan.run,
        seed: plan.seed,
        totals: &outcome.totals,
        lost_edits: lost.collect(),
        failures: &outcome.failures,
    };
    stdout::print(json_line(&value)).map_err(SwarmCommandError::Output)
}

/// Prints the totals for people.
pub(super) fn print_text(plan: &SwarmPlan, outcome: &SwarmOutcome) -> Result<(), SwarmCommandError> {
    // A server's words and tags must not steer the terminal.
    stdout::print(visible_lines(&text(plan, outcome))).map_err(SwarmCommandError::Output)
}

fn text(plan: &SwarmPlan, outcome: &SwarmOutcome) -> String {
    let SwarmOutcome { totals, lost, failures, .. } = outcome;
    let backoff = backoff(totals.backoff);
    let mut text = format!(
        "{} · {backoff} · {} × {} · document {} · seed {}\n",
        totals.strategy,
        counted(totals.writers, "writer"),
        counted(totals.edits, "edit"),
        plan.document,
        plan.seed,
    );
    let mut line = |line: String| {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{line}");
    };
    line(format!(
        "acknowledged {} · in the document {} · lost {} · {} × 412 · {} × 428",
        grouped(totals.acknowledged),
        grouped(totals.in_document),
        grouped(totals.lost),
        grouped(totals.precondition_failed),
        grouped(totals.precondition_required),
    ));
    let per_edit = totals.requests_per_acknowledged.map_or_else(
        || format!("{} requests", grouped(totals.requests)),
        |requests| format!("requests per acknowledged edit {requests:.1}"),
    );
    line(format!(
        "{per_edit} · {:.0} acknowledged/s for {:.1} s · from typing to acknowledged: p50 {:.0} ms, p99 {:.0} ms",
        totals.acknowledged_per_second, totals.seconds, totals.p50_ms, totals.p99_ms
    ));
    if totals.unacknowledged > 0 {
        line(format!("not acknowledged: {}", counted(totals.unacknowledged, "edit")));
    }
    if totals.precondition_required > 0 {
        line("428: the server requires a precondition, so nothing was written, and nothing is lost".to_owned());
    }
    for (edit, etag) in lost.iter().take(NAMED_LOSSES) {
        line(format!("lost: '{edit}', acknowledged as {etag}{}", remedy(plan, etag)));
    }
    if lost.len() > NAMED_LOSSES {
        line(format!("lost: {} more; --json names all", grouped(lost.len() - NAMED_LOSSES)));
    }
    for (why, writers) in failures {
        line(format!("{} could not go on: {why}", counted(*writers, "writer")));
    }
    text
}

/// Returns a run of a sweep in one line.
pub(super) fn summary(totals: &SwarmTotals) -> String {
    let requests = totals.requests_per_acknowledged.map_or_else(|| "-".to_owned(), |count| format!("{count:.1}"));
    format!(
        "{}, {}, {}: {:.0} acknowledged/s, {requests} requests per acknowledged edit, {} lost",
        totals.strategy,
        backoff(totals.backoff),
        counted(totals.writers, "writer"),
        totals.acknowledged_per_second,
        grouped(totals.lost),
    )
}

fn backoff(backoff: RetryBackoff) -> String {
    match backoff {
        RetryBackoff::None => "no backoff".to_owned(),
        RetryBackoff::FullJitter => format!("backoff {backoff}"),
    }
}

/// Returns how to see the text of a version, if its tag has a number.
fn remedy(plan: &SwarmPlan, etag: &EntityTag) -> String {
    let tag = etag.to_string();
    let number = tag.strip_prefix("\"v").and_then(|rest| rest.split('-').next());
    let number = number.filter(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    number.map_or_else(String::new, |number| {
        format!("; `ifmatch docs get {} --version {number}` prints that version", plan.document)
    })
}

/// Returns '1 writer' or '200 writers'.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{} {what}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// Returns a number with a comma between groups of three digits.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_groups_of_three_digits() {
        let given = [0, 7, 999, 1000, 11_204, 1_234_567].map(grouped);
        assert_eq!(given, ["0", "7", "999", "1,000", "11,204", "1,234,567"]);
    }
}
