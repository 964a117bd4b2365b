//! The error when an editor does not open, or breaks off.

use contract::TokenError;
use thiserror::Error;

use super::trust::AuthoritiesError;
use crate::exit::Exit;
use crate::placeholders::PlaceholderError;
use crate::session::SessionFailure;

/// The error when an editor does not open, or breaks off.
#[derive(Debug, Error)]
pub(crate) enum EditError {
    /// The author has no name.
    #[error("this machine does not know your name; pass it with --as NAME")]
    NoName,
    /// A printed command was copied with a placeholder in it.
    #[error(transparent)]
    Placeholder(#[from] PlaceholderError),
    /// The token is not valid. It is never shown.
    #[error("the value of --token or IFMATCH_TOKEN is not a valid token: {0}")]
    Token(#[from] TokenError),
    /// The certificates of `--ca` cannot be trusted.
    #[error(transparent)]
    Authorities(#[from] AuthoritiesError),
    /// The session failed, or the server refused before it began.
    #[error(transparent)]
    Session(#[from] SessionFailure),
}

impl EditError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::NoName | Self::Placeholder(_) | Self::Token(_) => Exit::Usage,
            Self::Authorities(error) => error.exit(),
            Self::Session(failure) => failure.exit(),
        }
    }
}
