//! Fuzzy matching: how well the letters of a query fit a name, in order but not necessarily together.
//!
//! Our own, since names are short: the best of all ways to place the letters is computed, which a crate for long lists
//! approximates.

/// The worth of a letter that continues the letter before it.
const CONSECUTIVE: i32 = 5;

/// The worth of a letter at the beginning of a word.
const WORD_START: i32 = 7;

/// The additional worth of the first letter of the name.
const NAME_START: i32 = 4;

/// The most that a gap between two letters costs.
const MAX_GAP: i32 = 4;

/// How well a query fits a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FuzzyMatch {
    /// Higher is better. Only scores of one query can be compared.
    pub(crate) score: i32,
    /// The matched characters of the name, by index.
    pub(crate) places: Vec<usize>,
}

/// Returns the best match of a query in a name, or `None` if its letters are not all there in order.
///
/// Case, blanks and hyphens of the query make no difference. An empty query matches everything.
pub(crate) fn fuzzy_match(query: &str, name: &str) -> Option<FuzzyMatch> {
    let wanted: Vec<char> =
        query.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_lowercase).collect();
    let letters: Vec<char> = name.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
    // `best[at]`: the best placement of the letters so far whose last one is at this place.
    let mut best: Vec<Option<FuzzyMatch>> = Vec::new();
    for (number, c) in wanted.iter().enumerate() {
        let placed = |at: usize| -> Option<FuzzyMatch> {
            if letters[at] != *c {
                return None;
            }
            let alone = worth(&letters, at);
            if number == 0 {
                return Some(FuzzyMatch { score: alone, places: vec![at] });
            }
            let earlier = best[..at].iter().flatten().map(|before| {
                let gap = at - before.places.last().map_or(0, |last| last + 1);
                (before.score + alone + gap_worth(gap, alone), before)
            });
            // Of equal placements, the first is taken.
            let (score, before) = earlier.rev().max_by_key(|(score, _)| *score)?;
            Some(FuzzyMatch { score, places: before.places.iter().copied().chain([at]).collect() })
        };
        best = (0..letters.len()).map(placed).collect();
    }
    if wanted.is_empty() {
        return Some(FuzzyMatch { score: 0, places: Vec::new() });
    }
    let found = best.into_iter().flatten().rev().max_by_key(|found| found.score)?;
    // Of two names that fit alike, the shorter one is meant.
    let rest = i32::try_from(letters.len() - found.places.len()).unwrap_or(i32::MAX);
    Some(FuzzyMatch { score: found.score * 8 - rest.min(7), ..found })
}

/// Returns what a letter at this place is worth, whatever was matched before it.
fn worth(letters: &[char], at: usize) -> i32 {
    match at.checked_sub(1).map(|before| letters[before]) {
        None => WORD_START + NAME_START,
        Some(before) if !before.is_alphanumeric() => WORD_START,
        Some(_) => 1,
    }
}

/// Returns what a gap before a letter is worth.
///
/// A gap that ends at the beginning of a word costs nothing.
fn gap_worth(gap: usize, alone: i32) -> i32 {
    match gap {
        0 => CONSECUTIVE,
        _ if alone >= WORD_START => 0,
        gap => -i32::try_from(gap).unwrap_or(MAX_GAP).min(MAX_GAP),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the names that match, best first.
    fn ranked<'n>(query: &str, names: &[&'n str]) -> Vec<&'n str> {
        let mut found: Vec<_> =
            names.iter().filter_map(|name| Some((fuzzy_match(query, name)?.score, *name))).collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn whole_name_comes_first() {
        let names = ["save-unconditionally", "save-with-precondition", "leave-without-saving", "save"];
        assert_eq!(ranked("save", &names)[0], "save");
        assert_eq!(ranked("leave", &names), ["leave-without-saving"]);
    }

    #[test]
    fn initials_of_words_match() {
        let names = ["take-mine", "take-all-mine", "toggle-auto-advance", "redo-decision"];
        assert_eq!(ranked("tm", &names)[0], "take-mine");
        assert_eq!(ranked("tam", &names)[0], "take-all-mine");
        assert_eq!(fuzzy_match("tam", "take-all-mine").unwrap().places, [0, 5, 9]);
    }

    #[test]
    fn letters_together_are_better_than_scattered_ones() {
        assert_eq!(ranked("undo", &["focus-second-editor", "undo-decision", "undo"])[..2], ["undo", "undo-decision"]);
        assert_eq!(ranked("next", &["enter-text", "next-editor"])[0], "next-editor");
        assert_eq!(fuzzy_match("sc", "focus-second").unwrap().places, [6, 8], "the beginning of a word");
    }

    #[test]
    fn case_blanks_and_hyphens_make_no_difference() {
        let name = "save-unconditionally";
        assert_eq!(fuzzy_match("Save Un", name), fuzzy_match("save-un", name));
        assert_eq!(fuzzy_match("", name).unwrap().score, 0);
        assert_eq!(fuzzy_match("nus", name), None, "the order counts");
        assert_eq!(fuzzy_match("x", ""), None);
    }

    proptest! {
        #[test]
        fn letters_of_a_name_in_order_always_match(name in "[a-z]{1,8}(-[a-z]{1,8}){0,3}", kept in any::<u64>()) {
            let query: String =
                name.chars().enumerate().filter(|(at, c)| *c != '-' && kept >> at & 1 == 1).map(|(_, c)| c).collect();
            let found = fuzzy_match(&query, &name).unwrap();
            prop_assert!(found.places.is_sorted_by(|one, other| one < other));
            let letters: String = found.places.iter().map(|at| name.chars().nth(*at).unwrap()).collect();
            prop_assert_eq!(letters, query);
        }
    }
}
