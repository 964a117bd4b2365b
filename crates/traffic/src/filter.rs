//! Which exchanges are shown: a subset of mitmproxy's filter language.
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
//! The rules are mitmproxy's: case does not matter, `!` binds most, then `&`, then `|`, and filters side by side must
//! all match. There is one difference: a text is not a regular expression, since a user who searches `"v1-00000001"`
//! means these characters.

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

/// Which exchanges are shown.
///
/// Its [`Display`](fmt::Display) has every operator and pair of parentheses that the user may have left out, so that
/// the user sees how it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(FilterNode);

impl Filter {
    /// Returns the filter that a text describes, or `None` if the text is blank.
    ///
    /// # Errors
    ///
    /// If the text is not in the language of filters; the error names the column.
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
