//! The only preference that the server supports: `return` (RFC 7240 section 4.2).

use contract::parameters::{members, preference};

/// The preference of a client for the response to a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReturnPreference {
    /// The client named no preference, or both.
    Unsaid,
    /// As little as possible.
    Minimal,
    /// The current document, even if the write is refused (RFC 8144 section 3.2).
    Representation,
}

impl ReturnPreference {
    /// Parses all `Prefer` lines. Other preferences, and malformed ones, are ignored.
    ///
    /// If a preference is sent twice, the first one counts (RFC 7240 section 2), even if its value is unknown here. But
    /// a client that sends both known values has made a mistake, and counts as one without a preference (section 4.2).
    pub(crate) fn preferred<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Self {
        let preferences = lines.flat_map(members).filter_map(preference);
        let wishes: Vec<Self> =
            preferences.filter(|item| item.name == "return").map(|item| parse_return(&item.value)).collect();
        let both = wishes.contains(&Self::Minimal) && wishes.contains(&Self::Representation);
        wishes.first().copied().filter(|_| !both).unwrap_or(Self::Unsaid)
    }

    /// Returns the value of `Preference-Applied` for an applied preference.
    pub(crate) fn applied(self) -> Option<&'static str> {
        match self {
            Self::Unsaid => None,
            Self::Minimal => Some("return=minimal"),
            Self::Representation => Some("return=representation"),
        }
    }
}

/// Parses a value of `return`. Values are case-sensitive.
fn parse_return(value: &str) -> ReturnPreference {
    match value {
        "minimal" => ReturnPreference::Minimal,
        "representation" => ReturnPreference::Representation,
        _ => ReturnPreference::Unsaid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred(lines: &[&str]) -> ReturnPreference {
        ReturnPreference::preferred(lines.iter().map(|line| line.as_bytes()))
    }

    #[test]
    fn return_preference_is_found_among_others() {
        for line in [
            "return=representation",
            "RETURN = \"representation\"",
            "respond-async, return=representation; foo=bar",
            "note=\"a, return=minimal\", return=representation",
            "note=\"a \\\" , return=minimal\", return=representation",
        ] {
            assert_eq!(preferred(&[line]), ReturnPreference::Representation, "{line}");
        }
        assert_eq!(preferred(&["wait=5", "return=minimal"]), ReturnPreference::Minimal);
        for lines in [&["return=minimal", "return=other"][..], &["return=minimal, return=minimal"]] {
            assert_eq!(preferred(lines), ReturnPreference::Minimal, "the first of them counts: {lines:?}");
        }
    }

    #[test]
    fn no_value_or_both_is_no_preference() {
        for lines in [
            &[][..],
            &[""],
            &["return"],
            &["return=Minimal"],
            &["return=minimal, return=representation"],
            &["return=minimal", "return=representation"],
            &["return=representation, x, return=minimal"],
            &["return=other, return=minimal"],
            &["return", "return=minimal"],
            &["returned=minimal"],
            &["\u{fffd}=;,\""],
        ] {
            assert_eq!(preferred(lines), ReturnPreference::Unsaid, "{lines:?}");
        }
    }
}
