//! Why a text is not a filter.

use thiserror::Error;

use super::codes::codes;

/// Why a text is not a filter. Columns are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FilterError {
    /// The text has something else than the language allows here.
    #[error("column {column}: expected {expected}, found {found}")]
    Expected {
        /// Where.
        column: usize,
        /// What the language allows.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// There is no such test.
    #[error("column {column}: there is no ~{code}; there is {}", codes())]
    Unknown {
        /// Where the test begins.
        column: usize,
        /// The code behind the `~`.
        code: String,
    },
    /// A quote has no second one.
    #[error("column {column}: this quote is never closed")]
    Unclosed {
        /// Where the quote is.
        column: usize,
    },
    /// Parentheses and negations are nested too deep.
    #[error("there is too much within one another")]
    TooDeep,
}
