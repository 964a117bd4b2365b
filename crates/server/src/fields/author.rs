//! `Ifmatch-Author`: the author that a request names.

use axum::http::HeaderMap;
use contract::{Author, AuthorError};
use thiserror::Error;

use super::{AUTHOR, RepeatedField, single_line};

/// The error when `Ifmatch-Author` does not name an author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum AuthorFieldError {
    #[error("the request has the field more than once")]
    Twice,
    #[error(transparent)]
    Name(#[from] AuthorError),
}

/// Returns the author that a request names, or `None` if it names none.
pub(crate) fn author_header(headers: &HeaderMap) -> Option<Result<Author, AuthorFieldError>> {
    match single_line(headers, AUTHOR) {
        Ok(line) => line.map(|line| Author::from_field(line.as_bytes()).map_err(AuthorFieldError::from)),
        Err(RepeatedField) => Some(Err(AuthorFieldError::Twice)),
    }
}
