//! A filter as a tree of tests, and how it is applied to an exchange.

use contract::{Exchange, Message};

/// A part of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FilterNode {
    Is(FilterTest),
    Not(Box<FilterNode>),
    All(Vec<FilterNode>),
    Any(Vec<FilterNode>),
}

/// A test of one exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FilterTest {
    Has(SearchedPart, TextPattern),
    Status(u16),
    Unanswered,
    Answered,
    Lost,
}

/// The part of an exchange in which a text is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SearchedPart {
    Method,
    Target,
    Fields(MessageSide),
    Body(MessageSide),
}

/// The messages that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MessageSide {
    Both,
    Request,
    Response,
}

/// A text that is searched for, as written and in lower case for the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextPattern {
    pub(super) written: String,
    lower: String,
}

impl FilterNode {
    pub(super) fn is_match(&self, exchange: &Exchange) -> bool {
        match self {
            Self::Is(test) => test.is_match(exchange),
            Self::Not(node) => !node.is_match(exchange),
            Self::All(nodes) => nodes.iter().all(|node| node.is_match(exchange)),
            Self::Any(nodes) => nodes.iter().any(|node| node.is_match(exchange)),
        }
    }

    /// Returns how deeply its parts are nested.
    pub(super) fn height(&self) -> usize {
        match self {
            Self::Is(_) => 0,
            Self::Not(node) => 1 + node.height(),
            Self::All(nodes) | Self::Any(nodes) => 1 + nodes.iter().map(Self::height).max().unwrap_or_default(),
        }
    }
}

impl FilterTest {
    fn is_match(&self, exchange: &Exchange) -> bool {
        match self {
            Self::Has(SearchedPart::Method, text) => text.is_found_in(&exchange.method),
            Self::Has(SearchedPart::Target, text) => text.is_found_in(&exchange.target),
            Self::Has(SearchedPart::Fields(side), text) => messages(exchange, *side).any(|message| {
                message.fields.iter().any(|(name, value)| text.is_found_in(&format!("{name}: {value}")))
            }),
            Self::Has(SearchedPart::Body(side), text) => {
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
    pub(super) fn new(written: String) -> Self {
        Self { lower: written.to_lowercase(), written }
    }

    fn is_found_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.lower)
    }
}
