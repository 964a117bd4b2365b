//! Placeholders in printed commands, and the refusal of one that the reader did not replace.

use std::fmt;

use thiserror::Error;

/// A word in a printed command that the reader replaces with something of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExamplePlaceholder {
    /// The name of the author.
    Name,
    /// The token that the server requires.
    Token,
    /// The address of the server.
    Address,
}

/// A placeholder was not replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0} is a placeholder; replace it with {what}", what = .0.meaning())]
pub(crate) struct PlaceholderError(ExamplePlaceholder);

impl ExamplePlaceholder {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "YOUR-NAME",
            Self::Token => "YOUR-TOKEN",
            Self::Address => "ADDRESS-OF-THIS-MACHINE",
        }
    }

    /// Returns what the reader has to put in its place.
    const fn meaning(self) -> &'static str {
        match self {
            Self::Name => "a name of your own, such as Sam",
            Self::Token => "the token that you were given",
            Self::Address => "the address of the machine on which the server runs, such as 192.0.2.7",
        }
    }

    /// Refuses a text that is the placeholder, in upper or lower case.
    pub(crate) fn refuse(self, text: &str) -> Result<(), PlaceholderError> {
        if text.trim().eq_ignore_ascii_case(self.as_str()) { Err(PlaceholderError(self)) } else { Ok(()) }
    }

    /// Refuses the address of a server whose host is the placeholder.
    pub(crate) fn refuse_host(url: &str) -> Result<(), PlaceholderError> {
        let behind_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = behind_scheme.split(['/', ':', '?', '#']).next().unwrap_or_default();
        Self::Address.refuse(host)
    }
}

impl fmt::Display for ExamplePlaceholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholder_is_refused_in_any_case_and_nothing_else_is() {
        for left in ["YOUR-NAME", "your-name", " Your-Name "] {
            let said = ExamplePlaceholder::Name.refuse(left).unwrap_err().to_string();
            assert_eq!(said, "YOUR-NAME is a placeholder; replace it with a name of your own, such as Sam");
        }
        assert_eq!(ExamplePlaceholder::Name.refuse("your name"), Ok(()));
        assert!(ExamplePlaceholder::refuse_host("http://ADDRESS-OF-THIS-MACHINE:4280/").is_err());
        assert_eq!(ExamplePlaceholder::refuse_host("http://192.0.2.7:4280"), Ok(()));
    }
}
