//! Each author has a glyph and a colour, the same wherever the name appears.
//!
//! Both are derived from the name, so that in two windows side by side, or on two laptops in a room, a glyph usually
//! means the same person. A program keeps the numbers that it has given out: a name whose glyph is taken already gets
//! a free one ([`free_number`]), so no two of the first [`MAX_DISTINCT_PEOPLE`] people have the same glyph, with or
//! without colours. The first two glyphs are for Alice and Bob, who appear on the stage, as long as others are free.
//! After the first [`SIGN_COUNT`], people have letters, their own initial if it is free: each font has those.

/// The number of glyphs for people that are not letters.
pub const SIGN_COUNT: usize = 8;

/// The letters for the people after the first [`SIGN_COUNT`].
///
/// Without `l`, `I`, `o` and `x`, which look like a line or like the signs of a theme.
pub const LETTERS: [&str; 56] = [
    "A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X",
    "Y", "Z", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "m", "n", "p", "q", "r", "s", "t", "u", "v", "w",
    "y", "z", "2", "3", "4", "5", "6", "7", "8", "9",
];

/// The number of people who can be told apart without colours.
pub const MAX_DISTINCT_PEOPLE: usize = SIGN_COUNT + LETTERS.len();

/// The number of colours for people: few of the sixteen are readable on light and on dark backgrounds.
pub const COLOR_COUNT: usize = 2;

/// The first number of a letter: each glyph before it has a number for each colour.
const FIRST_LETTER: usize = SIGN_COUNT * COLOR_COUNT;

/// The people on the stage, in the order of their glyphs.
const STAGE_NAMES: [&str; 2] = ["Alice", "Bob"];

/// The number of a person whose name is unknown.
pub const NO_AUTHOR: usize = usize::MAX;

/// Returns the number of a person, for [`crate::theme::Theme::person`]. It depends only on the name.
#[must_use]
pub fn number(name: &str) -> usize {
    if let Some(known) = STAGE_NAMES.iter().position(|known| *known == name) {
        return known;
    }
    let hash = hash(name);
    let sign = STAGE_NAMES.len() + hash % (SIGN_COUNT - STAGE_NAMES.len());
    // Names with the same glyph have different colours if possible.
    let colour = hash / (SIGN_COUNT - STAGE_NAMES.len()) % COLOR_COUNT;
    sign + SIGN_COUNT * colour
}

/// Returns the number of a person who is met after those with the numbers `taken`.
///
/// It is that of [`number`] if its glyph is free; otherwise one with a free glyph, of which the last are letters. If
/// every glyph is taken, two people look alike.
#[must_use]
pub fn free_number(name: &str, taken: &[usize]) -> usize {
    let wanted = number(name);
    let has_free_glyph = |number: &usize| taken.iter().all(|taken| glyph_index(*taken) != glyph_index(*number));
    let signs = (STAGE_NAMES.len()..SIGN_COUNT).chain(0..STAGE_NAMES.len());
    let initials = name.chars().next().into_iter().flat_map(|first| first.to_uppercase().chain(first.to_lowercase()));
    let of_name = initials.filter_map(|initial| LETTERS.iter().position(|letter| letter.chars().eq([initial])));
    let letters = of_name.chain(0..LETTERS.len()).map(|letter| FIRST_LETTER + letter * COLOR_COUNT);
    // Neighbours among the letters have different colours.
    let letters = letters.map(|number| number + number / COLOR_COUNT % COLOR_COUNT);
    std::iter::once(wanted).chain(signs).chain(letters).find(has_free_glyph).unwrap_or(wanted)
}

/// Returns a number with the same glyph as `number`, and another colour than the number `other`.
///
/// So the two sides of a merge never have the same colour.
#[must_use]
pub fn number_beside(number: usize, other: usize) -> usize {
    if author_colour(number) != author_colour(other) {
        number
    } else if number < FIRST_LETTER {
        (number + SIGN_COUNT) % FIRST_LETTER
    } else {
        number ^ 1
    }
}

/// Returns the index of the glyph of the person with a number: first the signs, then the letters.
pub(crate) const fn glyph_index(number: usize) -> usize {
    if number < FIRST_LETTER { number % SIGN_COUNT } else { SIGN_COUNT + (number - FIRST_LETTER) / COLOR_COUNT }
}

/// Returns the colour of the person with a number, as an index.
pub(crate) const fn author_colour(number: usize) -> usize {
    let turn = if number < FIRST_LETTER { number % SIGN_COUNT + number / SIGN_COUNT } else { number };
    turn % COLOR_COUNT
}

/// Returns the FNV-1a hash, which spreads short names well.
///
/// Unlike the standard library's hashes, it is specified, so it never changes.
fn hash(name: &str) -> usize {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    usize::try_from(hash).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::theme::Theme;

    #[test]
    fn only_alice_and_bob_have_the_first_two_glyphs() {
        assert_eq!([number("Alice"), number("Bob")], [0, 1]);
        for at in 0..200 {
            let number = number(&format!("Person {at}"));
            assert!(number % SIGN_COUNT >= STAGE_NAMES.len() && number < SIGN_COUNT * COLOR_COUNT, "{number}");
        }
    }

    #[test]
    fn fifty_names_use_all_shared_glyphs_and_all_colours() {
        let room: Vec<_> = (0..50).map(|at| number(&format!("person-{at}"))).collect();
        let different = |of: fn(usize) -> usize| room.iter().map(|number| of(*number)).collect::<BTreeSet<_>>().len();
        assert_eq!(different(|number| number % SIGN_COUNT), SIGN_COUNT - STAGE_NAMES.len());
        assert_eq!(different(author_colour), COLOR_COUNT);
        assert_eq!(different(|number| number), (SIGN_COUNT - STAGE_NAMES.len()) * COLOR_COUNT, "{room:?}");
    }

    #[test]
    fn first_people_have_the_signs_and_further_ones_their_initials() {
        for start in 0..50 {
            let mut taken = Vec::new();
            for at in 0..SIGN_COUNT {
                taken.push(free_number(&format!("person-{start}-{at}"), &taken));
            }
            let mut glyphs: Vec<_> = taken.iter().map(|number| glyph_index(*number)).collect();
            assert!(glyphs[..SIGN_COUNT - STAGE_NAMES.len()].iter().all(|glyph| *glyph >= 2), "two are for the stage");
            glyphs.sort_unstable();
            assert_eq!(glyphs, (0..SIGN_COUNT).collect::<Vec<_>>());
            for (name, letter) in [("carol", "C"), ("Carl", "c"), ("İbo", "i"), ("", "A")] {
                let number = free_number(name, &taken);
                assert_eq!(LETTERS[glyph_index(number) - SIGN_COUNT], letter, "{name}");
                taken.push(number);
            }
        }
        assert_eq!(free_number("Dora", &[]), number("Dora"), "the same in every window, if it is free");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_64_people_differ_without_colours(names in prop::collection::hash_set("\\PC{1,4}", MAX_DISTINCT_PEOPLE)) {
            let mut taken = Vec::new();
            for name in &names {
                taken.push(free_number(name, &taken));
            }
            for glyphs in [&crate::theme::UNICODE, &crate::theme::ASCII] {
                let theme = Theme::without_colors(glyphs);
                let signs: BTreeSet<&str> = taken.iter().map(|number| theme.person(*number).0).collect();
                prop_assert_eq!(signs.len(), MAX_DISTINCT_PEOPLE);
                prop_assert!(!signs.contains(glyphs.nobody));
            }
        }
    }

    #[test]
    fn the_sides_of_a_merge_never_share_a_colour() {
        for at in 0..100 {
            for theirs in [number(&format!("b{at}")), FIRST_LETTER + at] {
                let mine = number(&format!("a{at}"));
                let beside = number_beside(theirs, mine);
                assert_ne!(author_colour(mine), author_colour(beside));
                assert_eq!(glyph_index(beside), glyph_index(theirs), "the sign stays");
            }
        }
    }
}
