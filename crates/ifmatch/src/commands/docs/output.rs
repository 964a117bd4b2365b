//! Standard output of `ifmatch docs`: lines and JSON that control no terminal.
//!
//! A terminal obeys control characters in names and titles, even if they are in a JSON string. So lines show marks
//! instead, and JSON has escapes ([`json`](crate::output::json)).

use contract::Problem;
use serde::Serialize;
use terminal::sanitize::sanitize;

use super::error::DocsError;
use crate::output::json::json_line;
use crate::output::stdout;

/// The refusal of a server, as JSON.
#[derive(Serialize)]
pub(super) struct ProblemValue<'a> {
    pub(super) problem: &'a Problem,
}

/// Prints a value as one line of JSON.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), DocsError> {
    print(json_line(value))
}

/// Prints a line; characters that would not be seen as such become marks.
pub(super) fn print_line(line: &str) -> Result<(), DocsError> {
    print(format!("{}\n", sanitize(line)))
}

/// Prints bytes as they are.
pub(super) fn print(bytes: impl AsRef<[u8]>) -> Result<(), DocsError> {
    stdout::print(bytes).map_err(DocsError::Output)
}
