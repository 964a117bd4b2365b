//! The one preference that is understood here: `return` (RFC 7240 section 4.2).

/// What the client wants to get back from a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Return {
    /// It did not say, or said both.
    Unsaid,
    /// As little as possible.
    Minimal,
    /// The document as it is now, even where the write is refused (RFC 8144 section 3.2).
    Representation,
}

impl Return {
    /// Reads all `Prefer` lines. Other preferences are passed over, as is what is malformed: a preference is a wish.
    ///
    /// Of a preference that is sent twice the first counts (RFC 7240 section 2), even where it is none that is known
    /// here. Only, whoever sends both of the known ones has made a mistake, and has said neither (section 4.2).
    pub(crate) fn preferred<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Self {
        let text: Vec<String> = lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        let wishes: Vec<Self> = text.iter().flat_map(|line| split(line, ',')).filter_map(wish).collect();
        let both = wishes.contains(&Self::Minimal) && wishes.contains(&Self::Representation);
        wishes.first().copied().filter(|_| !both).unwrap_or(Self::Unsaid)
    }

    /// The value of `Preference-Applied` where the wish was granted.
    pub(crate) fn applied(self) -> Option<&'static str> {
        match self {
            Self::Unsaid => None,
            Self::Minimal => Some("return=minimal"),
            Self::Representation => Some("return=representation"),
        }
    }
}

/// What one preference, its parameters aside, says about `return`; none where it is another. Names are
/// case-insensitive, values are not.
fn wish(preference: &str) -> Option<Return> {
    let preference = split(preference, ';').next()?;
    let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
    let value = value.trim();
    let unquoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    name.trim().eq_ignore_ascii_case("return").then_some(match unquoted {
        "minimal" => Return::Minimal,
        "representation" => Return::Representation,
        _ => Return::Unsaid,
    })
}

/// Splits at a separator, but not inside quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    text.split(move |c: char| {
        let literal = escaped;
        escaped = quoted && c == '\\' && !literal;
        quoted ^= c == '"' && !literal;
        c == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred(lines: &[&str]) -> Return {
        Return::preferred(lines.iter().map(|line| line.as_bytes()))
    }

    #[test]
    fn the_wish_is_found_among_others() {
        for line in [
            "return=representation",
            "RETURN = \"representation\"",
            "respond-async, return=representation; foo=bar",
            "note=\"a, return=minimal\", return=representation",
            "note=\"a \\\" , return=minimal\", return=representation",
        ] {
            assert_eq!(preferred(&[line]), Return::Representation, "{line}");
        }
        assert_eq!(preferred(&["wait=5", "return=minimal"]), Return::Minimal);
        for lines in [&["return=minimal", "return=other"][..], &["return=minimal, return=minimal"]] {
            assert_eq!(preferred(lines), Return::Minimal, "the first of them counts: {lines:?}");
        }
    }

    #[test]
    fn what_says_nothing_or_both_is_no_wish() {
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
            assert_eq!(preferred(lines), Return::Unsaid, "{lines:?}");
        }
    }
}
