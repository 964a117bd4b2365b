//! A host name that the server answers to.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A host name, without a port.
///
/// It consists of letters in any case, digits, hyphens, underscores and dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName(pub(crate) String);

/// The error that a text is not a host name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{0:?} is not a host name; use letters, digits, - _ and dots, such as class.example, without http:// and without a \
     port, and write a name in another script in its ASCII form, xn--…"
)]
pub struct HostNameError(String);

impl FromStr for HostName {
    type Err = HostNameError;

    fn from_str(text: &str) -> Result<Self, HostNameError> {
        let name = without_last_dot(text);
        let is_label = |label: &str| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        if name.len() <= 253 && name.split('.').all(is_label) {
            Ok(Self(name.to_owned()))
        } else {
            Err(HostNameError(text.to_owned()))
        }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the name without its final dot: `localhost.` is `localhost`.
///
/// The dot marks the name as complete.
pub(crate) fn without_last_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_name_has_no_scheme_and_no_port() {
        for (text, name) in [("class.example", "class.example"), ("Anns-Mac.local.", "Anns-Mac.local"), ("a_b", "a_b")]
        {
            assert_eq!(text.parse::<HostName>().unwrap().to_string(), name);
        }
        for wrong in ["", ".", "a..b", "http://a", "a:80", "*", "*.a", "a b", "zoë.example", "[::1]"] {
            assert!(wrong.parse::<HostName>().is_err(), "{wrong}");
        }
    }
}
