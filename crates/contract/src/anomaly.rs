//! Anomalies: what an observer of the exchanges between clients and a server found to be dangerous.
//!
//! The document server reports none: it evaluates conditions, and marks its own mistakes in fields of its responses. A
//! proxy in front of another server has only the exchanges, and marks the one that completes the proof.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A dangerous write, or a validator that cannot be trusted, with its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Anomaly {
    /// The kind.
    pub kind: AnomalyKind,
    /// Whether the exchanges prove it.
    pub certainty: Certainty,
    /// Whether an update is lost thereby; no less certain than the anomaly itself.
    pub loses_update: bool,
    /// The target of the request, path and query, with secret values redacted.
    pub target: String,
    /// The numbers of the exchanges that are the evidence, ascending.
    pub exchanges: Vec<u64>,
    /// The numbers of the writes whose changes are lost, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overwritten: Vec<u64>,
    /// One sentence for a person. The names and tags in it are foreign text.
    pub sentence: String,
    /// The clause of the standard that the sentence rests on.
    pub clause: String,
    /// Lines of the replaced version that are gone; of JSON, one line for each value, with its path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<String>,
    /// Lines that the replaced version had removed, and that are back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restored: Vec<String>,
    /// How many more lines there are than the two lists have.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_lines: usize,
}

/// The kinds of anomalies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnomalyKind {
    /// A write replaced a version that its writer had not read.
    LostUpdate,
    /// After a 412, the same body was sent again with another condition.
    BlindRetry,
    /// The content changed, and its entity tag did not.
    UnchangedTag,
    /// A write was accepted that names no version.
    UnconditionalWrite,
}

impl AnomalyKind {
    /// All kinds, the worst first.
    pub const ALL: [Self; 4] = [Self::LostUpdate, Self::BlindRetry, Self::UnchangedTag, Self::UnconditionalWrite];

    /// Returns the kind in a few words, such as for the margin of a diagram.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::LostUpdate => "lost update",
            Self::BlindRetry => "blind retry",
            Self::UnchangedTag => "unchanged tag",
            Self::UnconditionalWrite => "no condition",
        }
    }
}

/// Whether the evidence excludes every other explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// The exchanges prove it.
    Certain,
    /// It fits the exchanges, and so does something harmless. The sentence says what is not known.
    Possible,
}

impl Anomaly {
    /// Returns whether the exchanges prove that an update is lost.
    #[must_use]
    pub fn is_certain_loss(&self) -> bool {
        self.loses_update && self.certainty == Certainty::Certain
    }

    /// Returns about how many bytes of memory the anomaly takes.
    #[must_use]
    pub fn approximate_size(&self) -> usize {
        let lines = self.lost.iter().chain(&self.restored).map(|line| line.len() + size_of::<String>());
        size_of::<Self>() + self.target.len() + self.sentence.len() + self.clause.len() + lines.sum::<usize>()
    }

    /// Returns the evidence in words, such as `exchanges 3, 4 and 7`.
    #[must_use]
    pub fn evidence(&self) -> String {
        let numbers: Vec<String> = self.exchanges.iter().map(u64::to_string).collect();
        match &numbers[..] {
            [] => "no exchange".to_owned(),
            [one] => format!("exchange {one}"),
            [before @ .., last] => format!("exchanges {} and {last}", before.join(", ")),
        }
    }

    /// Returns the anomaly in a few words, such as `lost update` or `lost update?`.
    #[must_use]
    pub fn label(&self) -> String {
        let doubt = if self.certainty == Certainty::Possible { "?" } else { "" };
        format!("{}{doubt}", self.kind.label())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lists_are_left_out_of_the_json() {
        let anomaly = Anomaly {
            kind: AnomalyKind::UnconditionalWrite,
            certainty: Certainty::Certain,
            loses_update: false,
            target: "/notes/1".to_owned(),
            exchanges: vec![3],
            overwritten: Vec::new(),
            sentence: "PUT by bob names no version".to_owned(),
            clause: "RFC 6585 3".to_owned(),
            lost: Vec::new(),
            restored: Vec::new(),
            more_lines: 0,
        };
        let json = serde_json::to_value(&anomaly).unwrap();
        assert_eq!((&json["kind"], &json["certainty"]), (&"unconditional-write".into(), &"certain".into()));
        assert_eq!(anomaly.evidence(), "exchange 3");
        let more = Anomaly { exchanges: vec![3, 4, 7], ..anomaly.clone() };
        assert_eq!(more.evidence(), "exchanges 3, 4 and 7");
        assert_eq!((json.get("lost"), json.get("moreLines")), (None, None));
        assert_eq!(serde_json::from_value::<Anomaly>(json).unwrap(), anomaly);
    }
}
