//! One condition, judged: what was sent, what it was compared with and how, and what came of it.

use std::borrow::Cow;

use crate::condition::Field;

/// One condition that was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub struct Evaluation {
    /// The field that carried it.
    pub field: Field,
    /// How it was compared.
    pub comparison: Comparison,
    /// The field's value.
    pub sent: String,
    /// What it was compared with; none where there was nothing.
    pub current: Option<String>,
    /// Whether the condition is true.
    pub holds: bool,
    /// Where the rule stands, such as `RFC 9110 13.1.1`.
    pub clause: Cow<'static, str>,
}

/// How a condition is compared with what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Comparison {
    /// Tags, strongly (RFC 9110 section 8.8.3.2).
    Strong,
    /// Tags, weakly (the same section).
    Weak,
    /// `*`: is there anything?
    Exists,
    /// Dates, to the second.
    Date,
}
