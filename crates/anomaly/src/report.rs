//! Everything that was found, as text for people and as JSON for programs.

use std::collections::BTreeMap;
use std::fmt;

use contract::{Anomaly, AnomalyKind, Certainty};
use serde::Serialize;
use traffic::visible;

use crate::memory::ForgottenCounts;
use crate::observed::ExchangeOrder;
use crate::wording::list;

/// The most anomalies of each kind that a report keeps; the others are counted.
const MAX_ANOMALIES_PER_KIND: usize = 10_000;

/// The most numbers of exchanges in one line of the text.
const MAX_LISTED_NUMBERS: usize = 12;

/// The version of the JSON format.
const FORMAT_VERSION: u32 = 1;

/// A report on all exchanges that a detector observed.
///
/// Its [`Display`](fmt::Display) is the text.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnomalyReport {
    version: u32,
    /// How many updates are certainly lost, by the writes that lost them.
    lost_updates: u64,
    /// How many writes may have lost an update.
    possible_lost_updates: u64,
    /// How many exchanges were observed.
    exchanges: u64,
    /// How many of them were writes that the server accepted.
    writes: u64,
    /// How many writes had no caller that could be told from others.
    writes_without_caller: u64,
    /// How many anomalies of each kind there were.
    counts: BTreeMap<AnomalyKind, u64>,
    anomalies: Vec<Anomaly>,
    /// How many anomalies are counted, but not listed.
    unlisted: u64,
    forgotten: ForgottenCounts,
}

impl AnomalyReport {
    /// Returns a report without any exchange.
    #[must_use]
    pub fn new() -> Self {
        Self { version: FORMAT_VERSION, ..Self::default() }
    }

    /// Counts an exchange, and adds its anomalies.
    pub fn add(&mut self, observed: &crate::observed::ObservedExchange<'_>, found: &[Anomaly]) {
        let ExchangeOrder { forwarded, .. } = observed.order;
        self.exchanges += 1;
        let is_accepted = observed.response.as_ref().is_some_and(|response| (200..300).contains(&response.status));
        let is_read = matches!(observed.method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
        if forwarded.is_some() && is_accepted && !is_read {
            self.writes += 1;
            self.writes_without_caller += u64::from(observed.caller.is_none());
        }
        if found.iter().any(Anomaly::is_certain_loss) {
            self.lost_updates += 1;
        } else if found.iter().any(|anomaly| anomaly.loses_update) {
            self.possible_lost_updates += 1;
        }
        for anomaly in found {
            let count = self.counts.entry(anomaly.kind).or_default();
            *count += 1;
            if *count > MAX_ANOMALIES_PER_KIND as u64 {
                self.unlisted += 1;
            } else {
                self.anomalies.push(anomaly.clone());
            }
        }
    }

    /// Notes what the detector has forgotten.
    pub fn set_forgotten(&mut self, forgotten: ForgottenCounts) {
        self.forgotten = forgotten;
    }

    /// Returns whether an update is certainly lost.
    #[must_use]
    pub fn has_lost_update(&self) -> bool {
        self.lost_updates > 0
    }

    /// Returns the report as JSON, with a line feed at the end.
    #[must_use]
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string_pretty(self).unwrap_or_default();
        traffic::visible_json(&json) + "\n"
    }

    /// Returns the verdict in one sentence.
    #[must_use]
    pub fn verdict(&self) -> String {
        let lost = match self.lost_updates {
            0 => "No update was lost, as far as these exchanges show".to_owned(),
            1 => "1 update was lost".to_owned(),
            count => format!("{count} updates were lost"),
        };
        match self.possible_lost_updates {
            0 => format!("{lost}."),
            count => format!("{lost}; {count} more may have been."),
        }
    }

    fn write_anomaly(f: &mut fmt::Formatter<'_>, anomaly: &Anomaly) -> fmt::Result {
        let certainty = match anomaly.certainty {
            Certainty::Certain => "certain",
            Certainty::Possible => "possible",
        };
        let (label, evidence) = (anomaly.kind.label(), anomaly.evidence());
        writeln!(f, "\n{label} ({certainty}) at {}, {evidence}", visible(&anomaly.target))?;
        writeln!(f, "  {}", visible(&anomaly.sentence))?;
        for line in &anomaly.lost {
            writeln!(f, "  gone: {}", visible(line))?;
        }
        for line in &anomaly.restored {
            writeln!(f, "  back: {}", visible(line))?;
        }
        if anomaly.more_lines > 0 {
            writeln!(f, "  and {} more", anomaly.more_lines)?;
        }
        writeln!(f, "  {}", anomaly.clause)
    }

    /// Writes the unconditional writes, one line for each target.
    fn write_unconditional(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut by_target: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for anomaly in self.anomalies.iter().filter(|anomaly| anomaly.kind == AnomalyKind::UnconditionalWrite) {
            by_target.entry(&anomaly.target).or_default().extend(&anomaly.exchanges);
        }
        if by_target.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nwrites that name no version (RFC 6585 3, RFC 9110 13.1.1)")?;
        by_target.iter().try_for_each(|(target, at)| writeln!(f, "  {}: {}", visible(target), numbers(at)))
    }
}

impl fmt::Display for AnomalyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.verdict())?;
        for kind in AnomalyKind::ALL.into_iter().filter(|kind| *kind != AnomalyKind::UnconditionalWrite) {
            for certainty in [Certainty::Certain, Certainty::Possible] {
                let is_one = |anomaly: &&Anomaly| anomaly.kind == kind && anomaly.certainty == certainty;
                self.anomalies.iter().filter(is_one).try_for_each(|anomaly| Self::write_anomaly(f, anomaly))?;
            }
        }
        self.write_unconditional(f)?;
        writeln!(f, "\n{} observed, {} accepted.", plural(self.exchanges, "exchange"), plural(self.writes, "write"))?;
        if self.writes_without_caller > 0 {
            writeln!(
                f,
                "{} had no known caller, so only the conditions that they name could be judged.",
                plural(self.writes_without_caller, "write")
            )?;
        }
        if self.unlisted > 0 {
            writeln!(f, "{} counted, but not listed.", plural(self.unlisted, "anomaly"))?;
        }
        let forgotten = self.forgotten;
        if forgotten.is_any() {
            let parts = [
                (forgotten.resources, "resource"),
                (forgotten.callers, "caller"),
                (forgotten.responses, "response"),
                (forgotten.writes, "write"),
                (forgotten.bodies, "body"),
            ];
            let parts: Vec<_> =
                parts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| plural(*count, noun)).collect();
            writeln!(f, "Forgotten for want of room: {}. Losses among them are not found.", list(&parts))?;
        }
        Ok(())
    }
}

/// Returns `exchange 3`, or `exchanges 3, 4 and 5`.
fn numbers(of: &[u64]) -> String {
    let mut words: Vec<String> = of.iter().take(MAX_LISTED_NUMBERS).map(u64::to_string).collect();
    if of.len() > MAX_LISTED_NUMBERS {
        words.push(format!("{} more", of.len() - MAX_LISTED_NUMBERS));
    }
    format!("exchange{} {}", if of.len() == 1 { "" } else { "s" }, list(&words))
}

/// Returns a count with its noun.
fn plural(count: u64, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}
