//! Each author has a glyph and a colour, the same wherever the name appears.
//!
//! Both are derived from the name, so that in two windows side by side, or on two laptops in a room, a glyph usually
//! means the same person. A program keeps the numbers that it has given out: a name whose glyph is taken already gets
//! a free one ([`free_number`]), so no two of the first [`SIGN_COUNT`] people look alike. The ninth to the sixteenth
//! share a glyph with another person, but not its colour; the name is always beside the glyph. The first two glyphs are
//! for Alice and Bob, who appear on the stage, as long as others are free.

/// The number of glyphs for people.
pub const SIGN_COUNT: usize = 8;

/// The number of colours for people: few of the sixteen are readable on light and on dark backgrounds.
pub const COLOR_COUNT: usize = 2;

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
/// It is that of [`number`] if its glyph is free; otherwise one with a free glyph, and otherwise a free number. If
/// every number is taken, two people look alike.
#[must_use]
pub fn free_number(name: &str, taken: &[usize]) -> usize {
    let wanted = number(name);
    let has_free_glyph = |number: &usize| taken.iter().all(|taken| taken % SIGN_COUNT != number % SIGN_COUNT);
    let others = (STAGE_NAMES.len()..SIGN_COUNT).chain(0..STAGE_NAMES.len());
    let free_glyph = std::iter::once(wanted).chain(others).find(has_free_glyph);
    let free = || std::iter::once(wanted).chain(0..SIGN_COUNT * COLOR_COUNT).find(|number| !taken.contains(number));
    free_glyph.or_else(free).unwrap_or(wanted)
}

/// Returns a number with the same glyph as `number`, and another colour than the number `other`.
///
/// So the two sides of a merge never have the same colour.
#[must_use]
pub fn number_beside(number: usize, other: usize) -> usize {
    let alike = author_colour(number) == author_colour(other);
    if alike { (number + SIGN_COUNT) % (SIGN_COUNT * COLOR_COUNT) } else { number }
}

/// Returns the colour of the person with a number, as an index.
pub(crate) const fn author_colour(number: usize) -> usize {
    (number % SIGN_COUNT + number / SIGN_COUNT) % COLOR_COUNT
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
    use super::*;

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
        let different = |of: fn(usize) -> usize| {
            room.iter().map(|number| of(*number)).collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!(different(|number| number % SIGN_COUNT), SIGN_COUNT - STAGE_NAMES.len());
        assert_eq!(different(author_colour), COLOR_COUNT);
        assert_eq!(different(|number| number), (SIGN_COUNT - STAGE_NAMES.len()) * COLOR_COUNT, "{room:?}");
    }

    #[test]
    fn first_people_have_different_glyphs_and_further_ones_different_colours() {
        for start in 0..50 {
            let mut taken = Vec::new();
            for at in 0..SIGN_COUNT * COLOR_COUNT {
                taken.push(free_number(&format!("person-{start}-{at}"), &taken));
            }
            let mut glyphs: Vec<_> = taken.iter().take(SIGN_COUNT).map(|number| number % SIGN_COUNT).collect();
            glyphs.sort_unstable();
            assert_eq!(glyphs, (0..SIGN_COUNT).collect::<Vec<_>>());
            assert!(
                glyphs.is_sorted()
                    && taken[..SIGN_COUNT - STAGE_NAMES.len()].iter().all(|number| number % SIGN_COUNT >= 2)
            );
            taken.sort_unstable();
            assert_eq!(taken, (0..SIGN_COUNT * COLOR_COUNT).collect::<Vec<_>>());
        }
        assert_eq!(free_number("Dora", &[]), number("Dora"), "the same in every window, if it is free");
    }

    #[test]
    fn the_sides_of_a_merge_never_share_a_colour() {
        for at in 0..100 {
            let [mine, theirs] = ["a", "b"].map(|name| number(&format!("{name}{at}")));
            let beside = number_beside(theirs, mine);
            assert_ne!(author_colour(mine), author_colour(beside));
            assert_eq!(beside % SIGN_COUNT, theirs % SIGN_COUNT, "the sign stays");
        }
    }
}
