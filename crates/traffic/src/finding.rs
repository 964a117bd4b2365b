//! The server's finding about a request, if it says more than the status.

use std::fmt;

use contract::{ApiPath, Author, Exchange, fields};

use crate::traffic::Traffic;
use crate::version_number::{short_tag, version_number};

/// A finding of the server about a request.
///
/// Its [`Display`](fmt::Display) is a few words for the margin of a diagram. Tags in them are foreign text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The server reported that the write overwrote the version with this tag unseen.
    Overwrote(String),
    /// The write replaced the version with this number, but named an older one.
    ///
    /// A server that compares and writes in two steps does that without noticing.
    Skipped(u64),
    /// A later write overwrote the version of this write unseen.
    OverwrittenBy {
        /// The tag of the version.
        version: String,
        /// The author who overwrote it, if the request had one.
        author: Option<Author>,
    },
    /// A proxy found an anomaly, which it describes in these few words.
    Anomaly {
        /// The words.
        label: String,
        /// Whether an update is certainly lost.
        is_loss: bool,
    },
    /// A proxy found that this exchange certainly lost the changes of the write.
    LostBy {
        /// The number of that exchange.
        number: u64,
        /// Its author, if the request had one.
        author: Option<Author>,
    },
    /// The request named a version that was this many versions behind.
    Stale(u64),
    /// The request named no version.
    Unconditional,
    /// The write had already been applied.
    Replayed,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overwrote(tag) => write!(f, "overwrote {} unseen", short_tag(tag)),
            Self::Skipped(number) => write!(f, "overwrote v{number} unseen"),
            Self::OverwrittenBy { version, author } => {
                let who = author.as_ref().map_or("another client", Author::as_str);
                write!(f, "{} overwritten by {who}", short_tag(version))
            }
            Self::Anomaly { label, .. } => f.write_str(label),
            Self::LostBy { author: Some(author), .. } => write!(f, "overwritten by {author}"),
            Self::LostBy { number, author: None } => write!(f, "overwritten by exchange {number}"),
            Self::Stale(behind) => write!(f, "stale by {behind}"),
            Self::Unconditional => f.write_str("names no version"),
            Self::Replayed => f.write_str("already applied"),
        }
    }
}

impl Finding {
    /// Returns the finding about an exchange of the traffic, or `None` if the status says it all.
    pub(crate) fn of(exchange: &Exchange, traffic: &Traffic) -> Option<Self> {
        let response = exchange.response.as_ref()?;
        if let Some(overwritten) = exchange.overwrote() {
            return Some(Self::Overwrote(overwritten.to_owned()));
        }
        if let Some(worst) = exchange.anomalies.iter().find(|anomaly| anomaly.loses_update) {
            return Some(Self::Anomaly { label: worst.label(), is_loss: worst.is_certain_loss() });
        }
        if let Some(by) = traffic.entries().find(|later| has_lost(&later.exchange, exchange)) {
            return Some(Self::LostBy { number: by.exchange.number, author: by.exchange.author.clone() });
        }
        if let Some(first) = exchange.anomalies.first() {
            return Some(Self::Anomaly { label: first.label(), is_loss: false });
        }
        match exchange.status {
            Some(412) => return versions_behind(exchange).map(Self::Stale),
            Some(428) => return Some(Self::Unconditional),
            Some(_) | None => {}
        }
        if response.field(fields::REPLAYED).is_some() {
            return Some(Self::Replayed);
        }
        let made = response.field("ETag").filter(|_| exchange.method != "GET")?;
        if let Some(skipped) = skipped_version(exchange, made) {
            return Some(Self::Skipped(skipped));
        }
        let by = traffic.entries().find(|later| does_overwrite(&later.exchange, exchange, made))?;
        Some(Self::OverwrittenBy { version: made.to_owned(), author: by.exchange.author.clone() })
    }
}

/// Returns how many versions the request is behind, or `None` if that is 0 or cannot be counted.
fn versions_behind(exchange: &Exchange) -> Option<u64> {
    let named = version_number(exchange.request.field("If-Match")?)?;
    let current = version_number(exchange.response.as_ref()?.field("ETag")?)?;
    current.checked_sub(named).filter(|behind| *behind > 0)
}

/// Returns the version that a write replaced although it named an older one, if so.
fn skipped_version(exchange: &Exchange, made: &str) -> Option<u64> {
    let named = version_number(exchange.request.field("If-Match")?)?;
    let is_success = exchange.status.is_some_and(|status| (200..300).contains(&status));
    let replaced = version_number(made)?.checked_sub(1)?;
    (is_success && replaced > named).then_some(replaced)
}

/// Returns whether a proxy found that the later exchange certainly lost the changes of the earlier one.
fn has_lost(later: &Exchange, earlier: &Exchange) -> bool {
    let mut losses = later.anomalies.iter().filter(|anomaly| anomaly.is_certain_loss());
    later.server == earlier.server && losses.any(|anomaly| anomaly.overwritten.contains(&earlier.number))
}

/// Returns whether the later exchange overwrote the version that the earlier one made.
fn does_overwrite(later: &Exchange, earlier: &Exchange, made: &str) -> bool {
    let document = |exchange: &Exchange| ApiPath::parse(&exchange.target).and_then(|path| path.document().cloned());
    // Two documents may have the same tags.
    later.overwrote() == Some(made) && document(later) == document(earlier)
}

#[cfg(test)]
mod tests {
    use contract::{AnomalyKind, Certainty};

    use super::*;
    use crate::fixture::{exchange, lost_update};
    use crate::limits::TrafficLimits;

    /// Returns the findings about two writes, of which the second has this anomaly.
    fn findings(anomaly: contract::Anomaly) -> [Option<String>; 2] {
        let mut traffic = Traffic::new(TrafficLimits::SESSION);
        let first = exchange(7, Some(200));
        let second = Exchange { author: "Bob".parse().ok(), anomalies: vec![anomaly], ..exchange(8, Some(200)) };
        for exchange in [&first, &second] {
            traffic.record(exchange.clone(), None);
        }
        [first, second].map(|exchange| Finding::of(&exchange, &traffic).map(|found| found.to_string()))
    }

    #[test]
    fn certain_loss_is_found_at_both_writes() {
        let found = findings(lost_update());
        assert_eq!(found, ["overwritten by Bob", "lost update"].map(|words| Some(words.to_owned())));
    }

    #[test]
    fn possible_loss_is_found_only_at_the_later_write() {
        let found = findings(contract::Anomaly { certainty: Certainty::Possible, ..lost_update() });
        assert_eq!(found, [None, Some("lost update?".to_owned())]);
        let kind = AnomalyKind::UnconditionalWrite;
        let found = findings(contract::Anomaly { kind, loses_update: false, ..lost_update() });
        assert_eq!(found, [None, Some("no condition".to_owned())]);
    }
}
