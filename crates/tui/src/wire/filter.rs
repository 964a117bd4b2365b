//! Which exchanges are shown: the filters of mitmproxy, as far as they fit, read and applied. Pure.
//!
//! | written | shows the exchanges |
//! | --- | --- |
//! | `~m put` | whose method has `put` in it |
//! | `~u welcome`, or `welcome` alone | whose target has it |
//! | `~c 412` | that were answered so |
//! | `~h if-match` | with a field, written `name: value`, that has it; `~hq` in the request, `~hs` in the response |
//! | `~b bread` | whose body has it; `~bq` and `~bs` as above |
//! | `~q`, `~s`, `~e` | without an answer, with one, without hope of one |
//! | `!`, `&`, `\|`, `( )` | not, and, or, taken together |
//!
//! Whoever knows that language finds its rules here: upper and lower case are the same, `!` binds most, then `&`, then
//! `|`, and what only stands side by side must all be so. The one difference: a text is looked for as it is written. It
//! is no pattern, because a person who looks for `"v1-00000001"` means these characters, and nobody else needs more.

mod parse;

use std::fmt;

use contract::{Exchange, Message};
use thiserror::Error;

pub(crate) use parse::CODES;

/// Which exchanges are shown. It is written, by [`fmt::Display`], with every operator and pair of parentheses that the
/// reader may have left out, so whoever sees it sees how it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(FilterNode);

/// A part of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum FilterNode {
    Is(FilterTest),
    Not(Box<FilterNode>),
    All(Vec<FilterNode>),
    Any(Vec<FilterNode>),
}

/// What can be asked of one exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
enum FilterTest {
    Has(PathPattern, TextPattern),
    Status(u16),
    Unanswered,
    Answered,
    Lost,
}

/// Where a text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PathPattern {
    Method,
    Target,
    Fields(MessageSide),
    Body(MessageSide),
}

/// Of which message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MessageSide {
    Both,
    Request,
    Response,
}

/// A text that is looked for, as it was written and as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TextPattern {
    written: String,
    lower: String,
}

/// Why a text is no filter. Columns are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FilterError {
    /// Something else had to stand there.
    #[error("column {column}: expected {expected}, found {found}")]
    Expected {
        /// Where.
        column: usize,
        /// What had to stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// There is no such test.
    #[error("column {column}: there is no ~{code}; there is {}", parse::codes())]
    Unknown {
        /// Where it stands.
        column: usize,
        /// What stands behind the `~`.
        code: String,
    },
    /// A quote has no second one.
    #[error("column {column}: this quote is never closed")]
    Unclosed {
        /// Where it stands.
        column: usize,
    },
    /// Nobody means so many.
    #[error("there is too much within one another")]
    TooDeep,
}

impl Filter {
    /// Reads a filter; none where nothing is written.
    pub fn parse(text: &str) -> Result<Option<Self>, FilterError> {
        Ok(parse::parse(text)?.map(Self))
    }

    /// Whether an exchange is shown.
    #[must_use]
    pub fn is_match(&self, exchange: &Exchange) -> bool {
        self.0.is_match(exchange)
    }
}

impl FilterNode {
    fn is_match(&self, exchange: &Exchange) -> bool {
        match self {
            Self::Is(test) => test.is_match(exchange),
            Self::Not(node) => !node.is_match(exchange),
            Self::All(nodes) => nodes.iter().all(|node| node.is_match(exchange)),
            Self::Any(nodes) => nodes.iter().any(|node| node.is_match(exchange)),
        }
    }
}

impl FilterTest {
    fn is_match(&self, exchange: &Exchange) -> bool {
        match self {
            Self::Has(PathPattern::Method, text) => text.is_found_in(&exchange.method),
            Self::Has(PathPattern::Target, text) => text.is_found_in(&exchange.target),
            Self::Has(PathPattern::Fields(side), text) => messages(exchange, *side).any(|message| {
                message.fields.iter().any(|(name, value)| text.is_found_in(&format!("{name}: {value}")))
            }),
            Self::Has(PathPattern::Body(side), text) => {
                messages(exchange, *side).any(|message| !message.body.is_empty() && text.is_found_in(&message.body))
            }
            Self::Status(status) => exchange.status == Some(*status),
            Self::Unanswered => exchange.status.is_none(),
            Self::Answered => exchange.status.is_some(),
            Self::Lost => exchange.lost.is_some(),
        }
    }
}

fn messages(exchange: &Exchange, side: MessageSide) -> impl Iterator<Item = &Message> {
    let request = (side != MessageSide::Response).then_some(&exchange.request);
    let response = exchange.response.as_ref().filter(|_| side != MessageSide::Request);
    request.into_iter().chain(response)
}

impl TextPattern {
    fn new(written: String) -> Self {
        Self { lower: written.to_lowercase(), written }
    }

    fn is_found_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.lower)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for FilterNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(test) => write!(f, "{test}"),
            Self::Not(node) => {
                f.write_str("!")?;
                node.within(f, matches!(**node, Self::Is(_) | Self::Not(_)))
            }
            Self::All(nodes) => joined(f, nodes, " & ", |node| matches!(node, Self::Is(_) | Self::Not(_))),
            Self::Any(nodes) => joined(f, nodes, " | ", |node| !matches!(node, Self::Any(_))),
        }
    }
}

impl FilterNode {
    /// How many parts stand within one another.
    fn height(&self) -> usize {
        match self {
            Self::Is(_) => 0,
            Self::Not(node) => 1 + node.height(),
            Self::All(nodes) | Self::Any(nodes) => 1 + nodes.iter().map(Self::height).max().unwrap_or_default(),
        }
    }

    /// As a part of another one: between parentheses, unless it binds more than what is around it.
    fn within(&self, f: &mut fmt::Formatter<'_>, binds_more: bool) -> fmt::Result {
        if binds_more { write!(f, "{self}") } else { write!(f, "({self})") }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    nodes: &[FilterNode],
    operator: &str,
    binds_more: impl Fn(&FilterNode) -> bool,
) -> fmt::Result {
    nodes.iter().enumerate().try_for_each(|(at, node)| {
        f.write_str(if at == 0 { "" } else { operator })?;
        node.within(f, binds_more(node))
    })
}

impl fmt::Display for FilterTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "~{}", parse::code_of(self))?;
        match self {
            Self::Has(_, text) if !text.written.is_empty() && text.written.chars().all(parse::is_plain) => {
                write!(f, " {}", text.written)
            }
            Self::Has(_, text) => write!(f, " \"{}\"", text.written.replace('\\', "\\\\").replace('"', "\\\"")),
            Self::Status(status) => write!(f, " {status}"),
            Self::Unanswered | Self::Answered | Self::Lost => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
