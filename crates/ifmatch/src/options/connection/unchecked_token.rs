//! A token as the command line has it, before it is checked.
//!
//! Any text is taken, because clap shows the values that it refuses. The text is checked when the token is used.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use contract::{Token, TokenError};

use crate::placeholders::{ExamplePlaceholder, PlaceholderError};

/// A text that may be a token. It is never shown.
#[derive(Clone)]
pub(crate) struct UncheckedToken(String);

impl UncheckedToken {
    /// Returns the token, if the text is one.
    pub(crate) fn token(&self) -> Result<Token, TokenError> {
        self.0.parse()
    }

    /// Refuses the placeholder of a printed command.
    pub(crate) fn refuse_placeholder(&self) -> Result<(), PlaceholderError> {
        ExamplePlaceholder::Token.refuse(&self.0)
    }
}

impl FromStr for UncheckedToken {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for UncheckedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
