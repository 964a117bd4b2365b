//! Fuzzy matching: how well the letters of a query fit a name, in order but not necessarily together.
//!
//! Our own, since names are short: the best of all ways to place the letters is computed, which a crate for long lists
//! approximates. What a gap costs is limited, so the time does not grow with the square of a name's length.

/// The worth of a letter that continues the letter before it.
const CONSECUTIVE: i32 = 5;

/// The worth of a letter at the beginning of a word.
const WORD_START: i32 = 7;

/// The additional worth of the first letter of the name.
const NAME_START: i32 = 4;

/// The most that a gap between two letters costs.
const MAX_GAP: i32 = 4;

/// The distance of two letters from which the gap between them costs the most.
const FAR: usize = 5;

/// How well a query fits a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FuzzyMatch {
    /// Higher is better. Only scores of one query can be compared.
    pub(crate) score: i32,
    /// The matched characters of the name, by index.
    pub(crate) places: Vec<usize>,
}

/// A query, prepared for many names.
#[derive(Debug, Clone)]
pub(crate) struct FuzzyQuery {
    /// The letters to find, in lower case.
    wanted: Vec<char>,
}

/// The best placement of the first letters of a query whose last letter is at one place of the name.
#[derive(Debug, Clone, Copy)]
struct Placement {
    score: i32,
    /// The place of the letter before; of the first letter, its own.
    before: usize,
}

impl FuzzyQuery {
    /// Returns a query. Its case, blanks and hyphens make no difference.
    pub(crate) fn new(query: &str) -> Self {
        let letters = query.chars().filter(|c| !c.is_whitespace() && *c != '-');
        Self { wanted: letters.flat_map(char::to_lowercase).collect() }
    }

    /// Returns the best match in a name, or `None` if the letters of the query are not all there in order.
    ///
    /// An empty query matches everything. The time grows with the length of the query times that of the name.
    pub(crate) fn match_in(&self, name: &str) -> Option<FuzzyMatch> {
        if self.wanted.is_empty() {
            return Some(FuzzyMatch { score: 0, places: Vec::new() });
        }
        if !self.is_within(name) {
            return None;
        }
        let letters: Vec<char> = name.chars().map(lower).collect();
        let mut rows: Vec<Vec<Option<Placement>>> = Vec::with_capacity(self.wanted.len());
        for wanted in &self.wanted {
            rows.push(placements(&letters, *wanted, rows.last().map(Vec::as_slice)));
        }
        let last = rows.last()?;
        // Of equal placements, the first is taken, here and below.
        let (mut at, best) = last
            .iter()
            .enumerate()
            .rev()
            .filter_map(|(at, placed)| Some((at, (*placed)?)))
            .max_by_key(|(_, p)| p.score)?;
        let mut places = Vec::with_capacity(rows.len());
        for row in rows.iter().rev() {
            places.push(at);
            at = row[at].map_or(at, |placed| placed.before);
        }
        places.reverse();
        // Of two names that fit alike, the shorter one is meant.
        let rest = i32::try_from(letters.len() - places.len()).unwrap_or(i32::MAX);
        Some(FuzzyMatch { score: best.score * 8 - rest.min(7), places })
    }

    /// Returns whether all letters are in the name, in order.
    fn is_within(&self, name: &str) -> bool {
        let mut letters = name.chars().map(lower);
        self.wanted.iter().all(|wanted| letters.any(|letter| letter == *wanted))
    }
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Returns the best placement that ends with `wanted` at each place of a name, if there is one.
///
/// `before` has those of the letters before it; `None` for the first letter.
fn placements(letters: &[char], wanted: char, before: Option<&[Option<Placement>]>) -> Vec<Option<Placement>> {
    let better = |best: Option<(i32, usize)>, other: Option<(i32, usize)>| match (best, other) {
        (Some(best), Some(other)) => Some(if other.0 > best.0 { other } else { best }),
        (best, other) => best.or(other),
    };
    // The best of all places that are so far away that a gap costs its most.
    let mut far: Option<(i32, usize)> = None;
    let placed = |(at, letter): (usize, &char)| {
        let score_at = |place: usize| before?.get(place)?.map(|placed| (placed.score, place));
        let far_at = at.checked_sub(FAR).and_then(score_at);
        far = better(far, far_at);
        if *letter != wanted {
            return None;
        }
        let alone = worth(letters, at);
        if before.is_none() {
            return Some(Placement { score: alone, before: at });
        }
        let mut best = far.map(|(score, place)| (score + gap_worth(FAR - 1, alone), place));
        for gap in (0..FAR - 1).rev() {
            let near = at.checked_sub(gap + 1).and_then(score_at);
            best = better(best, near.map(|(score, place)| (score + gap_worth(gap, alone), place)));
        }
        best.map(|(score, place)| Placement { score: score + alone, before: place })
    };
    letters.iter().enumerate().map(placed).collect()
}

/// Returns the best match of a query in a name; see [`FuzzyQuery::match_in`].
pub(crate) fn fuzzy_match(query: &str, name: &str) -> Option<FuzzyMatch> {
    FuzzyQuery::new(query).match_in(name)
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

    /// Returns the worth of one placement, letter by letter.
    fn score_of(letters: &[char], places: &[usize]) -> i32 {
        let gaps = places.windows(2).map(|pair| gap_worth(pair[1] - pair[0] - 1, worth(letters, pair[1])));
        places.iter().map(|at| worth(letters, *at)).chain(gaps).sum()
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
        fn match_is_the_best_of_all_placements(query in "[ab]{1,4}", name in "[ab-]{0,12}") {
            let letters: Vec<char> = name.chars().collect();
            let wanted: Vec<char> = query.chars().collect();
            let best = (0..1_usize << letters.len())
                .map(|kept| (0..letters.len()).filter(|at| kept >> at & 1 == 1).collect::<Vec<_>>())
                .filter(|places| places.iter().map(|at| letters[*at]).eq(wanted.iter().copied()))
                .map(|places| score_of(&letters, &places))
                .max();
            let rest = letters.len().saturating_sub(wanted.len()).min(7);
            let expected = best.map(|best| best * 8 - i32::try_from(rest).unwrap());
            prop_assert_eq!(fuzzy_match(&query, &name).map(|found| found.score), expected);
        }

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
