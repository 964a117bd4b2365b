//! A secret as it came from the command line, before anybody looked at it.
//!
//! It takes any text, because what clap refuses, clap shows. Whether it is a token is found out where it is used.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use contract::{Token, TokenError};

use crate::placeholders::{ExamplePlaceholder, PlaceholderError};

/// A text that is not shown.
#[derive(Clone)]
pub(crate) struct UncheckedToken(String);

impl UncheckedToken {
    /// The secret as a token.
    pub(crate) fn token(&self) -> Result<Token, TokenError> {
        self.0.parse()
    }

    /// Refuses what the reader of a printed command did not replace.
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
