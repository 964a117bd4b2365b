//! The errors of the filter's parser.

use thiserror::Error;

use super::codes::codes;

/// The reason why a text is not a filter. Columns are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FilterError {
    /// The text has something that the language does not allow at this position.
    #[error("column {column}: expected {expected}, found {found}")]
    Expected {
        /// The column of `found`.
        column: usize,
        /// The parts that the language allows here.
        expected: &'static str,
        /// The character, word or end that is there instead.
        found: String,
    },
    /// The code does not exist.
    #[error("column {column}: there is no ~{code}; there is {}", codes())]
    Unknown {
        /// The column of the `~`.
        column: usize,
        /// The code after the `~`.
        code: String,
    },
    /// A quoted text has no closing quote.
    #[error("column {column}: this quote is never closed")]
    Unclosed {
        /// The column of the opening quote.
        column: usize,
    },
    /// Parentheses and negations are nested too deeply.
    #[error("parentheses and negations are nested too deeply")]
    TooDeep,
}
