//! The figures of a claim about simulated writers, for its judgement and for its caption.
//!
//! A caption quotes the figures of the run (`{of}`, `{than}`, `{times}`). So a lesson's words cannot differ from what
//! has happened.

use crate::script::{SwarmClaim, SwarmMeasure, SwarmSelector};
use crate::swarm_result::{SwarmResult, with_tenth};

/// The figures of a claim, as far as its runs were made.
pub(super) struct SwarmFigures {
    measure: SwarmMeasure,
    of: Option<SwarmResult>,
    than: Option<SwarmResult>,
}

impl SwarmFigures {
    /// Returns the figures of a claim about these runs.
    pub(super) fn of(claim: &SwarmClaim, runs: &[SwarmResult]) -> Self {
        let last = |selector: &SwarmSelector| runs.iter().rev().find(|run| selector.fits(&run.task)).cloned();
        Self { measure: claim.measure, of: last(&claim.of), than: claim.than.as_ref().and_then(last) }
    }

    fn tenths(&self, run: Option<&SwarmResult>) -> Option<u64> {
        run.and_then(|run| run.tenths(self.measure))
    }

    fn figure(&self, run: Option<&SwarmResult>) -> Option<String> {
        self.tenths(run)?;
        run.map(|run| run.figure(self.measure))
    }

    /// Returns how many times as large the value of the first run is, in tenths, rounded to the nearest.
    fn times(&self) -> Option<u64> {
        let (of, than) = (self.tenths(self.of.as_ref())?, self.tenths(self.than.as_ref())?);
        (than > 0).then(|| (20 * of + than) / (2 * than))
    }

    /// Returns each limit of the claim in words, and whether it holds.
    pub(super) fn limits(&self, claim: &SwarmClaim) -> Vec<(String, bool)> {
        let value = self.tenths(self.of.as_ref());
        // Without another run, the limits are multiples of one, in tenths.
        let unit = claim.than.map_or(Some(10), |_| self.tenths(self.than.as_ref()));
        let multiple = |limit: u64| unit.map(|unit| limit.saturating_mul(unit));
        let words = |bound: &str, limit: u64| match &claim.than {
            None => format!("{}: {bound} {limit} {}", claim.of.words(), self.measure.words()),
            Some(than) => {
                let times = if limit == 1 { "as many".to_owned() } else { format!("{limit} times as many") };
                format!("{}: {bound} {times} {} as {}", claim.of.words(), self.measure.words(), than.words())
            }
        };
        let is_least = |limit: u64| value.zip(multiple(limit)).is_some_and(|(value, least)| value >= least);
        let is_most = |limit: u64| value.zip(multiple(limit)).is_some_and(|(value, most)| value <= most);
        let least = claim.at_least.map(|limit| (words("at least", limit), is_least(limit)));
        let most = claim.at_most.map(|limit| (words("at most", limit), is_most(limit)));
        least.into_iter().chain(most).collect()
    }

    /// Returns the figures that came, in words.
    pub(super) fn came(&self) -> String {
        let none = || "no such run".to_owned();
        let of = self.figure(self.of.as_ref()).unwrap_or_else(none);
        match (&self.than, self.times()) {
            (None, _) => of,
            (than, times) => {
                let than = self.figure(than.as_ref()).unwrap_or_else(none);
                let times = times.map(|times| format!(": {} times", with_tenth(times))).unwrap_or_default();
                format!("{of} and {than}{times}")
            }
        }
    }

    /// Returns a caption with the figures in the place of `{of}`, `{than}` and `{times}`.
    pub(super) fn fill(&self, caption: &str) -> String {
        let values = [
            ("{of}", self.figure(self.of.as_ref())),
            ("{than}", self.figure(self.than.as_ref())),
            ("{times}", self.times().map(with_tenth)),
        ];
        let fill = |text: String, (name, value): &(&str, Option<String>)| match value {
            Some(value) => text.replace(name, value),
            None => text,
        };
        values.iter().fold(caption.to_owned(), fill)
    }
}
