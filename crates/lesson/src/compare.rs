//! One lesson under several policies, side by side: the outcome of each write.

use std::fmt::{self, Write as _};

use contract::Exchange;
use precondition::policy::Preconditions;
use serde::{Deserialize, Serialize};
use traffic::visible;
use unicode_width::UnicodeWidthStr;

use crate::run_log::{LogEntry, RunLog, sender_name};

/// A table with a row for each write, a column for each take, and a last row that counts lost updates.
///
/// A take is a run of the lesson under one policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparisonTable {
    /// The first row has the policies of the takes; the first cell of a row names the write.
    rows: Vec<Vec<String>>,
}

impl ComparisonTable {
    /// Returns the outcomes of each write in a line, for a screen reader.
    #[must_use]
    pub fn to_spoken_lines(&self) -> Vec<String> {
        let Some((takes, rows)) = self.rows.split_first() else { return Vec::new() };
        let cells = |row: &[String]| {
            let outcomes = takes.iter().zip(row).skip(1).map(|(take, outcome)| {
                let outcome = if outcome == NOTHING { "does not happen" } else { outcome };
                format!("{take}: {outcome}")
            });
            outcomes.collect::<Vec<_>>().join("; ")
        };
        rows.iter().filter_map(|row| Some(format!("{}. {}.", row.first()?, cells(row)))).collect()
    }
}

/// The cell of a take that does not have the write.
const NOTHING: &str = "–";

/// Returns the table of takes side by side.
#[must_use]
pub fn table(takes: &[(Preconditions, RunLog)]) -> ComparisonTable {
    let mut rows = vec![vec![String::new()]];
    let mut keys: Vec<WriteKey> = Vec::new();
    let writes: Vec<Vec<(WriteKey, String)>> = takes.iter().map(|(_, log)| writes(log)).collect();
    for (key, _) in writes.iter().flatten() {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    keys.sort();
    rows[0].extend(takes.iter().map(|(preconditions, _)| preconditions.as_str().to_owned()));
    for key in &keys {
        let cell = |take: &Vec<(WriteKey, String)>| {
            take.iter()
                .find(|(other, _)| other == key)
                .map_or_else(|| NOTHING.to_owned(), |(_, outcome)| outcome.clone())
        };
        let name = format!("{}. {} {}", key.step, visible(&key.who), key.method);
        rows.push(std::iter::once(name).chain(writes.iter().map(cell)).collect());
    }
    let lost = takes
        .iter()
        .map(|(_, log)| log.final_documents().iter().map(|(_, view)| view.lost_updates.len()).sum::<usize>());
    rows.push(std::iter::once("lost updates".to_owned()).chain(lost.map(|count| count.to_string())).collect());
    ComparisonTable { rows }
}

/// The key of the same write in every take.
///
/// `turn` counts the earlier writes of this person with this method in this step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct WriteKey {
    step: usize,
    turn: usize,
    who: String,
    method: String,
}

fn writes(log: &RunLog) -> Vec<(WriteKey, String)> {
    let mut found: Vec<(WriteKey, String)> = Vec::new();
    let mut now = 0;
    let mut departed: Vec<(u64, usize)> = Vec::new();
    for moment in &log.entries {
        match moment {
            LogEntry::Step { step, .. } => now = *step,
            LogEntry::Departed { exchange } => departed.push((exchange.number, now)),
            LogEntry::Ended { exchange } if !exchange.is_read() => {
                let step =
                    departed.iter().find(|(number, _)| *number == exchange.number).map_or(now, |(_, step)| *step);
                let who = sender_name(exchange).to_owned();
                let same = |key: &WriteKey| key.step == step && key.who == who && key.method == exchange.method;
                let turn = found.iter().filter(|(key, _)| same(key)).count();
                found.push((
                    WriteKey { step, turn, who: who.clone(), method: exchange.method.clone() },
                    outcome_of(log, exchange),
                ));
            }
            _ => {}
        }
    }
    found
}

fn outcome_of(log: &RunLog, exchange: &Exchange) -> String {
    let Some(status) = exchange.status else { return "no response".to_owned() };
    let answer = exchange.response.as_ref();
    let says = |name| answer.is_some_and(|answer| answer.field(name).is_some());
    let made = answer.and_then(|answer| answer.field("ETag"));
    let before = log.exchanges().take_while(|other| other.number != exchange.number);
    let is_unchanged = before.filter_map(|other| other.response.as_ref()).any(|other| other.field("ETag") == made);
    let mut lost_updates = log.final_documents().into_iter().flat_map(|(_, view)| &view.lost_updates);
    if (200..300).contains(&status) && !is_unchanged && lost_updates.any(|lost| Some(lost.by.as_str()) == made) {
        return format!("{status}, lost update");
    }
    if says(contract::fields::REPLAYED) {
        return format!("{status}, replayed");
    }
    status.to_string()
}

impl fmt::Display for ComparisonTable {
    /// Writes the table with columns as wide as their widest cell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = &self.rows;
        let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
        for row in rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(line, "{cell}{}  ", " ".repeat(width - cell.width()));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
