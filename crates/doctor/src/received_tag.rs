//! The tag that the server issued, from the one that arrived.

use client::RawResponse;
use contract::EntityTag;
use precondition::content_coding::coding_suffix;

/// The separators between a tag and the content coding that a proxy appends; the longest first.
const SEPARATORS: [&[u8]; 5] = [b"--", b"-", b";", b":", b"+"];

/// Returns the tag of a response as it arrived; `None` if there is none, or one that is not valid.
pub(crate) fn received_tag(response: &RawResponse) -> Option<EntityTag> {
    EntityTag::parse(response.field("ETag")?.as_bytes()).ok()
}

/// Returns the tag without what proxies add to it: `W/`, and the suffix of a content coding.
pub(crate) fn issued_tag(tag: &EntityTag) -> EntityTag {
    let strong = tag.to_strong();
    let Some(coding) = coding_suffix(&strong) else { return strong };
    let before = strong.opaque().strip_suffix(coding.as_bytes()).unwrap_or_default();
    let bare = SEPARATORS.iter().find_map(|separator| before.strip_suffix(*separator)).unwrap_or(before);
    EntityTag::strong(bare).unwrap_or(strong)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tag(text: &str) -> EntityTag {
        text.parse().unwrap()
    }

    #[test]
    fn additions_of_proxies_are_removed() {
        for arrived in ["\"v5-d4f8c2a1\"", "W/\"v5-d4f8c2a1\"", "\"v5-d4f8c2a1-gzip\"", "W/\"v5-d4f8c2a1;br\""] {
            assert_eq!(issued_tag(&tag(arrived)), tag("\"v5-d4f8c2a1\""), "{arrived}");
        }
        assert_eq!(issued_tag(&tag("\"v5--gzip\"")), tag("\"v5\""));
    }

    proptest! {
        #[test]
        fn every_tag_of_a_server_is_found_again(
            number in 1u32..100_000,
            hash in "[0-9a-f]{8}",
            weak in any::<bool>(),
            coding in proptest::option::of("(-|--|;|:|\\+)(gzip|gz|deflate|df|br|zstd|compress)"),
        ) {
            let issued = format!("v{number}-{hash}");
            let weak = if weak { "W/" } else { "" };
            let arrived = tag(&format!("{weak}\"{issued}{}\"", coding.unwrap_or_default()));
            prop_assert_eq!(issued_tag(&arrived), tag(&format!("\"{issued}\"")));
        }
    }
}
