//! The totals of a swarm, for people and as JSON.

use std::collections::BTreeMap;

use contract::{DocumentId, EntityTag};
use serde::Serialize;
use swarm::{RetryBackoff, SwarmOutcome, SwarmPlan, SwarmTotals};
use terminal::buffer::wrap_line;

use super::error::SwarmCommandError;
use crate::output::json::json_line;
use crate::output::stdout;
use crate::output::visible::visible_lines;

/// How many lost edits are named in the text. JSON has all of them.
const NAMED_LOSSES: usize = 5;

/// The columns of the text: those of a small terminal, so that it does not divide words.
const COLUMNS: usize = 80;

/// The characters between two pieces of a line.
const SEPARATOR: &str = " · ";

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
    let per_edit = totals.requests_per_acknowledged.map_or_else(
        || format!("{} requests", grouped(totals.requests)),
        |requests| format!("requests per acknowledged edit {requests:.1}"),
    );
    let mut lines = [
        vec![
            totals.strategy.to_string(),
            backoff(totals.backoff),
            format!("{} × {}", counted(totals.writers, "writer"), counted(totals.edits, "edit")),
            format!("document {}", plan.document),
            format!("seed {}", plan.seed),
        ],
        vec![
            format!("acknowledged {}", grouped(totals.acknowledged)),
            format!("in the document {}", grouped(totals.in_document)),
            format!("lost {}", grouped(totals.lost)),
            format!("{} × 412", grouped(totals.precondition_failed)),
            format!("{} × 428", grouped(totals.precondition_required)),
        ],
        vec![
            per_edit,
            format!("{:.0} acknowledged/s for {:.1} s", totals.acknowledged_per_second, totals.seconds),
            format!("from typing to acknowledged: p50 {:.0} ms, p99 {:.0} ms", totals.p50_ms, totals.p99_ms),
        ],
    ]
    .iter()
    .flat_map(|pieces| flow(pieces))
    .collect::<Vec<_>>();
    let mut line = |line: String| lines.extend(wrap(&line));
    if totals.unacknowledged > 0 {
        line(format!("not acknowledged: {}", counted(totals.unacknowledged, "edit")));
    }
    if totals.precondition_required > 0 {
        line("428: the server requires a precondition, so nothing was written, and nothing is lost".to_owned());
    }
    if totals.too_many_requests > 0 {
        line(format!(
            "{} × 429: the server slowed the writers down; they waited as Retry-After says, and sent the same again",
            grouped(totals.too_many_requests)
        ));
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
    lines.concat()
}

/// Returns pieces with dots between them, as lines of at most [`COLUMNS`].
///
/// No piece is divided if it fits a line.
fn flow(pieces: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        let joined = lines.last().map(|line| format!("{line}{SEPARATOR}{piece}"));
        match joined.filter(|line| line.chars().count() <= COLUMNS) {
            Some(line) => {
                lines.pop();
                lines.push(line);
            }
            None => lines.push(piece.clone()),
        }
    }
    lines.iter().flat_map(|line| wrap(line)).collect()
}

/// Returns a line as lines of at most [`COLUMNS`], divided between words. Each ends with a line feed.
fn wrap(line: &str) -> Vec<String> {
    // A row may have one blank more.
    let rows = wrap_line(line, COLUMNS).into_iter();
    rows.map(|row| format!("{}\n", line[row].trim_end())).collect()
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
    use std::collections::BTreeSet;
    use std::time::Duration;

    use swarm::{SaveStrategy, SwarmTally, ThinkTime, WriterNews};

    use super::*;

    #[test]
    fn totals_are_divided_between_pieces_and_words() {
        let pieces = ["requests per acknowledged edit 12.5", "1840 acknowledged/s for 12.0 s"];
        let long = "from typing to acknowledged: p50 3 ms, p99 120 ms";
        let pieces = pieces.into_iter().chain([long]).map(str::to_owned).collect::<Vec<_>>();
        let expected = ["requests per acknowledged edit 12.5 · 1840 acknowledged/s for 12.0 s\n", &format!("{long}\n")];
        assert_eq!(flow(&pieces), expected);
        let sentence = "word ".repeat(40);
        let lines = wrap(&sentence);
        assert!(lines.iter().all(|line| line.trim_end().len() <= COLUMNS && line.starts_with("word")), "{lines:?}");
        assert_eq!(lines.concat().replace('\n', " "), sentence);
    }

    #[test]
    fn totals_say_how_often_the_server_slowed_the_writers_down() {
        let plan = SwarmPlan {
            document: "notes".parse().unwrap(),
            prefix: "writer".to_owned(),
            run: String::new(),
            writers: 2,
            edits: 1,
            strategy: SaveStrategy::Merge,
            backoff: RetryBackoff::None,
            think: ThinkTime::default(),
            seed: 1,
        };
        let said = |times: usize| {
            let mut tally = SwarmTally::new(&plan);
            (0..times).for_each(|_| tally.on_news(Duration::ZERO, &WriterNews::SlowedDown(Duration::from_secs(2))));
            let outcome = SwarmOutcome {
                totals: tally.totals(Duration::from_secs(1), &BTreeSet::new(), false),
                lost: Vec::new(),
                failures: BTreeMap::new(),
                progress: tally.progress(true),
            };
            text(&plan, &outcome).replace('\n', " ")
        };
        assert!(!said(0).contains("429"), "{}", said(0));
        assert!(said(1200).contains("1,200 × 429: the server slowed the writers down;"), "{}", said(1200));
    }

    #[test]
    fn numbers_have_groups_of_three_digits() {
        let given = [0, 7, 999, 1000, 11_204, 1_234_567].map(grouped);
        assert_eq!(given, ["0", "7", "999", "1,000", "11,204", "1,234,567"]);
    }
}
