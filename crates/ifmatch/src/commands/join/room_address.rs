//! The address of a room, as a person types what a leader reads out.

use std::convert::Infallible;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// The port of an address that names none: the default of `ifmatch serve`.
const DEFAULT_PORT: u16 = 4280;

/// The URL of a room.
///
/// Any text becomes a URL. Whether it is a valid one is checked when the client is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoomAddress(String);

impl RoomAddress {
    /// Returns the URL.
    pub(super) fn into_url(self) -> String {
        self.0
    }
}

impl FromStr for RoomAddress {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let text = text.trim();
        let text = text.strip_suffix('/').unwrap_or(text);
        Ok(Self(if text.contains("://") {
            text.to_owned()
        } else if text.parse::<Ipv6Addr>().is_ok() {
            format!("http://[{text}]:{DEFAULT_PORT}")
        } else if has_port(text) {
            format!("http://{text}")
        } else {
            format!("http://{text}:{DEFAULT_PORT}")
        }))
    }
}

/// Returns whether a host without a scheme is followed by a port.
fn has_port(text: &str) -> bool {
    let behind_brackets = text.rsplit_once(']').map_or(text, |(_, rest)| rest);
    behind_brackets.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_and_port_are_added_only_where_they_are_missing() {
        let url = |text: &str| text.parse::<RoomAddress>().unwrap().into_url();
        for (typed, expected) in [
            ("192.0.2.7", "http://192.0.2.7:4280"),
            (" 192.0.2.7\n", "http://192.0.2.7:4280"),
            ("192.0.2.7/", "http://192.0.2.7:4280"),
            ("192.0.2.7:80", "http://192.0.2.7:80"),
            ("class.example", "http://class.example:4280"),
            ("class.example:8080", "http://class.example:8080"),
            ("2001:db8::7", "http://[2001:db8::7]:4280"),
            ("[2001:db8::7]", "http://[2001:db8::7]:4280"),
            ("[2001:db8::7]:80", "http://[2001:db8::7]:80"),
            // The port of a URL is that of its scheme.
            ("http://192.0.2.7:4280/", "http://192.0.2.7:4280"),
            ("https://class.example", "https://class.example"),
        ] {
            assert_eq!(url(typed), expected, "{typed:?}");
        }
    }
}
