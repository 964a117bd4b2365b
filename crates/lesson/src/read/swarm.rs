//! Reads steps with simulated writers, and the claims about them.

use swarm::{RetryBackoff, SaveStrategy};
use toml::Spanned;

use super::one::StepReader;
use super::table::Value;
use super::values::duration;
use crate::diagnostics::join_words;
use crate::script::{Claim, StepKind, SwarmClaim, SwarmMeasure, SwarmSelector, SwarmTask};

/// The keys of a step with simulated writers.
pub(super) const SWARM_KEYS: [&str; 7] = ["swarm", "writers", "edits", "strategy", "backoff", "think", "seed"];

/// The keys of a claim about a run of simulated writers.
pub(super) const MEASURE_KEYS: [&str; 6] = ["measure", "of", "than", "at_least", "at_most", "caption"];

/// The keys of a description of one run.
const SELECTOR_KEYS: [&str; 3] = ["writers", "strategy", "backoff"];

/// The most writers and the most edits of each, so that a run takes minutes at most.
const MAX_WRITERS: usize = 100;
const MAX_EDITS: usize = 20;

/// The longest pause before an edit, in milliseconds.
///
/// A network is simulated step by step while it is idle, too.
const MAX_THINK: u64 = 60_000;

/// The most runs of a step.
const MAX_RUNS: usize = 12;

impl StepReader<'_, '_, '_, '_> {
    /// Reads a step with simulated writers; the value of `swarm` is their document.
    pub(super) fn swarm(&mut self, value: &Value<'_>, place: &str) -> Option<StepKind> {
        let document = self.reading.as_read(value, "swarm")?;
        let counts = self.need("writers", place)?;
        let writers = self.writer_counts(counts)?;
        let edits = match self.table.get("edits") {
            Some(value) => self.at_most(value, "edits", MAX_EDITS)?,
            None => 1,
        };
        let strategy = match self.table.get("strategy") {
            Some(value) => self.reading.as_word(value, "strategy", &strategies())?,
            None => SaveStrategy::Merge,
        };
        let backoff = match self.table.get("backoff") {
            Some(value) => self.reading.as_word(value, "backoff", &backoffs())?,
            None => RetryBackoff::None,
        };
        let think = match self.table.get("think") {
            Some(value) => self.think(value)?,
            None => 0,
        };
        let seed = match self.table.get("seed") {
            Some(value) => self.reading.as_number(value, "seed", 0)?,
            None => 0,
        };
        let first = SwarmTask { document, writers: 1, edits, strategy, backoff, think, seed };
        Some(StepKind::Swarm(writers.into_iter().map(|writers| SwarmTask { writers, ..first.clone() }).collect()))
    }

    /// Returns the longest pause before an edit, in milliseconds.
    fn think(&mut self, value: &Value<'_>) -> Option<u64> {
        let think = duration(self.reading, value, "think")?;
        if think > MAX_THINK {
            self.reading.report(&value.span(), format!("'think' cannot be more than {} s", MAX_THINK / 1000));
            return None;
        }
        Some(think)
    }

    /// Returns the numbers of writers: one, or a list.
    fn writer_counts(&mut self, value: &Value<'_>) -> Option<Vec<usize>> {
        let items: Vec<&Value<'_>> = match value.get_ref().as_array() {
            Some(items) => items.iter().collect(),
            None => vec![value],
        };
        if items.is_empty() || items.len() > MAX_RUNS {
            let what = format!("'writers' must be a number, or a list of 1 to {MAX_RUNS} numbers");
            self.reading.report(&value.span(), what);
            return None;
        }
        items.into_iter().map(|item| self.at_most(item, "writers", MAX_WRITERS)).collect()
    }

    fn at_most(&mut self, value: &Value<'_>, key: &str, most: usize) -> Option<usize> {
        let count: usize = self.reading.as_number(value, key, 1)?;
        if count > most {
            self.reading.report(&value.span(), format!("'{key}' cannot be more than {most}"));
            return None;
        }
        Some(count)
    }

    /// Reads a claim about a run; the value of `measure` is the quantity.
    pub(super) fn measure(&mut self, value: &Value<'_>, place: &str) -> Option<Claim> {
        let words = SwarmMeasure::ALL.map(|(measure, word, _)| (measure, word));
        let measure = self.reading.as_word(value, "measure", &words);
        let of = self.need("of", place)?;
        let of = self.selector(of, "of");
        let than = match self.table.get("than") {
            Some(value) => Some(self.selector(value, "than")?),
            None => None,
        };
        let limit = |one: &mut Self, key: &str| match one.table.get(key) {
            Some(value) => one.reading.as_number(value, key, 0).map(Some),
            None => Some(None),
        };
        let (at_least, at_most) = (limit(self, "at_least")?, limit(self, "at_most")?);
        if at_least.is_none() && at_most.is_none() {
            self.wrong(format!("this claim says nothing; it needs {}", join_words(&["at_least", "at_most"])));
            return None;
        }
        let caption = self.table.get("caption").and_then(|value| value.get_ref().as_str()).unwrap_or_default();
        if than.is_none() && ["{than}", "{times}"].iter().any(|figure| caption.contains(figure)) {
            self.wrong("the caption quotes {than} or {times}, but this claim has no 'than'");
            return None;
        }
        Some(Claim::Swarm(SwarmClaim { measure: measure?, of: of?, than, at_least, at_most }))
    }

    fn selector(&mut self, value: &Value<'_>, key: &str) -> Option<SwarmSelector> {
        let table = self.reading.as_table(value, key)?;
        self.reading.reject_unknown_keys(table, &SELECTOR_KEYS, "the description of a run");
        let writers = self.reading.need(table, "writers", "the description of a run", &value.span())?;
        let writers = self.at_most(writers, "writers", MAX_WRITERS)?;
        let strategy = match table.get("strategy") {
            Some(value) => Some(self.reading.as_word(value, "strategy", &strategies())?),
            None => None,
        };
        let backoff = match table.get("backoff") {
            Some(value) => Some(self.reading.as_word(value, "backoff", &backoffs())?),
            None => None,
        };
        Some(SwarmSelector { writers, strategy, backoff })
    }
}

/// Reports a step whose simulated writers cannot write.
///
/// Their document belongs to the lesson, or requests are held.
pub(super) fn check_swarm(one: &mut StepReader<'_, '_, '_, '_>, created: &[String], is_holding: bool) {
    let Some(value) = one.table.get("swarm") else { return };
    let span = Spanned::span(value);
    if value.get_ref().as_str().is_some_and(|id| created.iter().any(|other| other == id)) {
        let what = "simulated writers have a document of their own, which is emptied before each run; choose a name \
                    that is not in the lesson yet";
        one.reading.report(&span, what);
    }
    if is_holding {
        one.wrong("requests are held, so simulated writers would get no response; write hold = \"none\" before");
    }
}

fn strategies() -> [(SaveStrategy, &'static str); 4] {
    SaveStrategy::ALL.map(|strategy| (strategy, strategy.word()))
}

fn backoffs() -> [(RetryBackoff, &'static str); 2] {
    RetryBackoff::ALL.map(|backoff| (backoff, backoff.word()))
}
