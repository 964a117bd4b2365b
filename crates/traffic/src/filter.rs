//! The filter for exchanges: a subset of mitmproxy's filter language.
//!
//! | filter | shows the exchanges |
//! | --- | --- |
//! | `~m put` | whose method contains `put` |
//! | `~u welcome`, or `welcome` alone | whose target contains `welcome` |
//! | `~c 412` | whose response has this status |
//! | `~h if-match` | with a field, as `name: value`, that contains it; `~hq` in the request, `~hs` in the response |
//! | `~b bread` | with a body that contains `bread`; `~bq` and `~bs` as above |
//! | `~q`, `~s`, `~e` | without a response, with one, with a lost one |
//! | `!`, `&`, `\|`, `( )` | not, and, or, grouping |
//!
//! The rules are mitmproxy's: case does not matter; `!` binds tightest, then `&`, then `|`; and filters side by side
//! must all match. The one difference: a text is not a regular expression, because a user who searches for
//! `"v1-00000001"` means these characters.

mod codes;
mod display;
mod error;
mod expression;
mod parse;

use std::fmt;

use contract::Exchange;

use expression::FilterNode;

pub use codes::CODES;
pub use error::FilterError;

/// A condition for the exchanges that are shown.
///
/// Its [`Display`](fmt::Display) adds the operators and parentheses that the user may have left out, so that the user
/// sees how the text was parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(FilterNode);

impl Filter {
    /// Returns the filter that a text describes, or `None` if the text is blank.
    ///
    /// # Errors
    ///
    /// If the text is not a filter; the error names the column.
    pub fn parse(text: &str) -> Result<Option<Self>, FilterError> {
        Ok(parse::parse(text)?.map(Self))
    }

    /// Returns whether an exchange is shown.
    #[must_use]
    pub fn is_match(&self, exchange: &Exchange) -> bool {
        self.0.is_match(exchange)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests;
