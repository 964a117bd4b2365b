//! The sentences about anomalies.
//!
//! They name the callers, since several people look at them. Names and tags are foreign text, as in every sentence.

use std::fmt;

use contract::secrets::redact_target;
use contract::{Anomaly, AnomalyKind, Certainty};

use crate::body::UnreadReason;
use crate::facts::ExchangeFacts;
use crate::loss::LostChanges;

/// The most lines of one list in an anomaly.
const MAX_LINES: usize = 20;

/// The most characters of a line in an anomaly.
const MAX_LINE_CHARS: usize = 200;

/// The fact that is missing for a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// No response tells whether the write with this number was applied.
    NotAnswered(u64),
    /// The caller was not seen reading before.
    NoBase(String),
    /// The texts cannot be compared, since that of this exchange cannot be read, if it is known which.
    Contents(Option<(u64, UnreadReason)>),
    /// The difference may not be a change of the overwritten write, or the server may not store it.
    NotProof,
    /// The requests overlapped.
    Order,
    /// A response to the caller may have shown the change, perhaps since its body cannot be read.
    Shown(String, u64, Option<UnreadReason>),
    /// A response to the caller was open.
    Open(String, u64),
    /// The responses to the caller are forgotten.
    Forgotten(String),
    /// The server accepted a tag that may be current again.
    TagUnknown(u64),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnswered(number) => {
                write!(f, "exchange {number} has no response that says whether it was applied")
            }
            Self::NoBase(caller) => write!(f, "{caller} was not seen reading it before"),
            Self::Contents(None) => f.write_str("the contents cannot be compared"),
            Self::Contents(Some((number, why))) => {
                write!(f, "the contents cannot be compared: the body of exchange {number} {why}")
            }
            Self::NotProof => f.write_str("what differs may be older, or the server may not store it"),
            Self::Order => f.write_str("the requests overlapped"),
            Self::Shown(caller, number, None) => write!(f, "exchange {number} may have shown it to {caller}"),
            Self::Shown(caller, number, Some(why)) => {
                write!(f, "exchange {number} may have shown it to {caller}: its body {why}, so it was not searched")
            }
            Self::Open(caller, number) => {
                write!(f, "the response of exchange {number} to {caller} was still open, and may have shown it")
            }
            Self::Forgotten(caller) => write!(f, "what {caller} was shown is in part forgotten"),
            Self::TagUnknown(number) => write!(f, "exchange {number} has no tag that says whether it changed anything"),
        }
    }
}

/// Returns `PUT by bob`.
pub(crate) fn request_by(facts: &ExchangeFacts<'_>) -> String {
    format!("{} by {}", facts.observed.method, facts.observed.caller.unwrap_or("an unknown caller"))
}

/// Returns a list in words: `a`, `a and b`, `a, b and c`.
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// Returns an anomaly of the exchange, without lost lines.
pub(crate) fn anomaly(
    facts: &ExchangeFacts<'_>,
    kind: AnomalyKind,
    certainty: Certainty,
    clause: &str,
    sentence: String,
) -> Anomaly {
    Anomaly {
        kind,
        certainty,
        loses_update: false,
        target: redact_target(facts.observed.target).into_owned(),
        exchanges: vec![facts.observed.number],
        overwritten: Vec::new(),
        sentence,
        clause: clause.to_owned(),
        lost: Vec::new(),
        restored: Vec::new(),
        more_lines: 0,
    }
}

/// Adds evidence, in the order of the numbers.
pub(crate) fn add_exchanges(anomaly: &mut Anomaly, numbers: impl IntoIterator<Item = u64>) {
    anomaly.exchanges.extend(numbers);
    anomaly.exchanges.sort_unstable();
    anomaly.exchanges.dedup();
}

/// Adds the lines that were lost.
pub(crate) fn add_lines(anomaly: &mut Anomaly, lost: &LostChanges) {
    let LostChanges::Lines(lost) = lost else { return };
    for (lines, shown) in [(&lost.gone, &mut anomaly.lost), (&lost.restored, &mut anomaly.restored)] {
        for line in lines {
            if shown.len() < MAX_LINES {
                shown.push(line.shown().chars().take(MAX_LINE_CHARS).collect());
            } else {
                anomaly.more_lines += 1;
            }
        }
    }
}
