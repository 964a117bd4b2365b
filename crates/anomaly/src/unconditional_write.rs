//! The rule for writes without a condition: they replace whatever they find.

use contract::{Anomaly, AnomalyKind, Certainty};

use crate::facts::{Applied, ExchangeFacts, NamedVersion};
use crate::wording::{anomaly, request_by};

const CLAUSE: &str = "RFC 6585 3, RFC 9110 13.1.1";

/// Returns that this write names no version, if so, and if it was accepted.
///
/// A request that created its resource (201) had nothing to replace. A `POST` is not meant to replace anything.
pub(crate) fn unconditional_write(facts: &ExchangeFacts<'_>) -> Option<Anomaly> {
    if !facts.is_known_write() || facts.applied != Applied::Yes || facts.status() == Some(201) {
        return None;
    }
    let sentence = match facts.named {
        NamedVersion::Nothing => {
            format!("{} has no If-Match, so it replaces whatever the server has", request_by(facts))
        }
        NamedVersion::AnyExisting => {
            format!(
                "{} has a condition that names no version, so it replaces whatever the server has",
                request_by(facts)
            )
        }
        NamedVersion::Absent | NamedVersion::Tags(_) | NamedVersion::Date | NamedVersion::WebDav => return None,
    };
    Some(anomaly(facts, AnomalyKind::UnconditionalWrite, Certainty::Certain, CLAUSE, sentence))
}
