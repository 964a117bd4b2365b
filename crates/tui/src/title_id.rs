//! Ids made of titles and of files' names.

use contract::DocumentId;
use deunicode::deunicode;

/// The longest id that is made of a title. A number may follow it; an id has at most 64 bytes.
const MAX_MADE_ID_BYTES: usize = 48;

/// The id of a document whose title has no letter or digit that an id may have.
const UNNAMED_ID: &str = "document";

/// Returns an id for a document with this title: the title itself if it is an id.
///
/// Otherwise, the id is made of its words. Other letters than those of an id are spelled with these: 'Köln' becomes
/// `koln`, and 'Заметки' `zametki`.
pub(crate) fn id_of_title(title: &str) -> DocumentId {
    if let Ok(id) = title.parse() {
        return id;
    }
    let words = deunicode(title).to_lowercase();
    let words = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut id = words.collect::<Vec<_>>().join("-");
    id.truncate(MAX_MADE_ID_BYTES);
    let id = match id.trim_end_matches('-') {
        "" => UNNAMED_ID,
        id => id,
    };
    id.parse().expect("it has 1 to 48 lower-case letters, digits and hyphens, and begins with no hyphen")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn valid_id_is_its_own() {
        assert_eq!(id_of_title("plan_v2.1").as_str(), "plan_v2.1");
        assert_eq!(id_of_title("Plan_v2.1").as_str(), "plan-v2-1");
        assert_eq!(id_of_title("").as_str(), "document");
    }

    proptest! {
        #[test]
        fn every_title_makes_a_valid_id(title in "\\PC{0,80}") {
            let id = id_of_title(&title);
            prop_assert!(id.as_str().parse::<DocumentId>().is_ok());
        }
    }
}
