//! The version number in an entity tag of this server, such as 5 in `"v5-a2c19f03"`.

/// Returns the version number in a tag, such as `v5` for `"v5-a2c19f03"`, or the tag if it has none.
#[must_use]
pub fn short_tag(tag: &str) -> String {
    version_number(tag).map_or_else(|| tag.to_owned(), |number| format!("v{number}"))
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
}
