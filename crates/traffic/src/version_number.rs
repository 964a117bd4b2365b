//! The version number in an entity tag of this server, such as 5 in `"v5-a2c19f03"`.

use std::borrow::Cow;

/// The most characters of a tag of another server that are shown.
const MAX_SHOWN_CHARS: usize = 20;

/// How many characters of a longer tag are shown, at its beginning and at its end.
///
/// Tags differ at one of these: a number is usually at the beginning, and a hash at the end.
const SHOWN_ENDS: (usize, usize) = (9, 5);

/// Returns the version number in a tag, such as `v5` for `"v5-a2c19f03"`.
///
/// A tag without one is returned as it is, or without its middle if it is long: `"17-9f3a5…b5e6"`.
#[must_use]
pub fn short_tag(tag: &str) -> String {
    if let Some(number) = version_number(tag) {
        return format!("v{number}");
    }
    let length = tag.chars().count();
    if length <= MAX_SHOWN_CHARS {
        return tag.to_owned();
    }
    let (begin, end) = SHOWN_ENDS;
    let (begin, end): (String, String) = (tag.chars().take(begin).collect(), tag.chars().skip(length - end).collect());
    format!("{begin}…{end}")
}

/// Returns a text with each tag of this server in its spoken form, such as `v5` for `"v5-a2c19f03"`.
///
/// A tag that an intermediary changed stays as it is: the change would be invisible.
#[must_use]
pub fn with_short_tags(text: &str) -> Cow<'_, str> {
    let mut short = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\"v") {
        let (before, tag) = rest.split_at(at);
        let end = tag[1..].find('"').map_or(tag.len(), |end| end + 2);
        let (tag, after) = tag.split_at(end);
        let is_own = !before.ends_with("W/") && is_as_issued(tag);
        short.push_str(before);
        if is_own {
            short.push_str(&short_tag(tag));
            rest = after;
        } else {
            // The closing quote may open the next tag.
            short.push_str(&tag[..tag.len().min(2)]);
            rest = &rest[at + tag.len().min(2)..];
        }
    }
    if short.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(short + rest) }
}

/// Returns whether a tag consists of a version number and a hash, as this server issues it.
fn is_as_issued(tag: &str) -> bool {
    let parts = tag.trim_matches('"').split_once('-');
    version_number(tag).is_some() && parts.is_some_and(|(_, hash)| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Returns the version number in a tag, or `None` if the tag has none.
pub(crate) fn version_number(tag: &str) -> Option<u64> {
    let (number, rest) = tag.strip_prefix("\"v")?.strip_suffix('"')?.split_once('-')?;
    // A quote in between is the end of a tag in a list of tags.
    if rest.contains('"') {
        return None;
    }
    // `parse` would accept a sign too.
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_is_shortened_only_if_it_has_a_version_number() {
        assert_eq!(short_tag("\"v12-a2c19f03\""), "v12");
        for other in ["\"v12\"", "W/\"v12-a\"", "\"vx-a\"", "v12-a", "*", "", "\"\u{202e}\""] {
            assert_eq!(short_tag(other), other);
        }
    }

    #[test]
    fn long_tag_is_shown_without_its_middle() {
        assert_eq!(short_tag("\"17-9f3a5c0211d4e870-d4f8c2a1b5e6\""), "\"17-9f3a5…b5e6\"");
        assert_eq!(short_tag("W/\"0123456789abcdef\u{e9}\u{e9}\u{e9}\""), "W/\"012345…f\u{e9}\u{e9}\u{e9}\"");
        assert_eq!(short_tag("\"0123456789abcdef01\""), "\"0123456789abcdef01\"", "20 characters are shown");
    }

    #[test]
    fn tags_in_a_text_are_shortened_unless_they_were_changed() {
        for (text, short) in [
            ("saved as version \"v2-a2c19f03\"", "saved as version v2"),
            ("\"v1-00000001\", \"v12-d4f8c2a1\" and more", "v1, v12 and more"),
            ("W/\"v1-00000001\"", "W/\"v1-00000001\""),
            ("\"v1-00000001-gzip\"", "\"v1-00000001-gzip\""),
            ("\"v1-0\"v2-0\"", "v1v2-0\""),
            ("he said \"very\" \"v3-0\"", "he said \"very\" v3"),
            ("\"v", "\"v"),
            ("\"v1-0", "\"v1-0"),
            ("", ""),
        ] {
            assert_eq!(with_short_tags(text), short, "{text}");
        }
    }
}
