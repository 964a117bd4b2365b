//! Suggestions for conflicts: proposed to the user, and never applied by themselves.
//!
//! Words merge like lines, with the same rule: two edits are independent if a word of the base is between them. For
//! lines that rule is cautious enough. For words it is not: of the conflicts that words would settle, people settled
//! little more than half in the same way. So the result is only a suggestion: worth showing, but not worth trusting.
//!
//! A suggestion covers a whole region, or there is none. There are four ways to find one, tried in this order:
//!
//! 1. *agreed*: within the region both sides made the same edit, between places that both have in the base. Then only
//!    the rest is in doubt, and each piece of the rest must settle by itself;
//! 2. *words*: mine and theirs changed different words;
//! 3. *touching*: neither changed a line that the other changed, so both edits can be next to each other;
//! 4. *whitespace*: one side changed only whitespace, so the other's words are taken.
//!
//! None of them depends on which side is mine: with the sides exchanged, the suggestion is the same.

use crate::cluster::cover_with_regions;
use crate::diff::diff;
use crate::engine::Merge;
use crate::format::Format;
use crate::hunk::Hunk;
use crate::line_interner::LineIds;
use crate::region::{ConflictKind, Region, RegionKind, Side};
use crate::text::Ending;
use crate::tokens::tokens;
use crate::writer::TextWriter;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::ops::Range;

/// The maximum number of lines of a conflict that gets a suggestion.
const MAX_LINES: usize = 400;
const MAX_TOKENS: usize = 20_000;

/// How a suggestion was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuggestionReason {
    /// Both sides made the same edit in a part of it, and the rest settles.
    AgreedSplit,
    /// The sides changed different words.
    Words,
    /// The sides changed different lines that are next to each other.
    Touching,
    /// One side changed only whitespace.
    Whitespace,
}

/// A possible result of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Suggestion {
    /// How the suggestion was found.
    pub reason: SuggestionReason,
    /// The lines of the region, each with the ending that it would have in the result.
    pub text: String,
}

/// The lines of a conflict, each with an ending: base, mine, theirs.
struct ThreeTexts<'t>([Vec<&'t str>; 3]);

impl Merge {
    /// Returns a suggestion for a conflict.
    ///
    /// `None` if the region is not a conflict, is not UTF-8, is too large, or stays in doubt.
    ///
    /// # Panics
    ///
    /// If there is no such region.
    ///
    /// # Examples
    ///
    /// ```
    /// use merge::Merge;
    ///
    /// let merge = Merge::new(b"one old word\n", b"one new word\n", b"two old word\n", None);
    /// assert_eq!(merge.suggestion(0).unwrap().text, "two new word\n");
    ///
    /// let merge = Merge::new(b"one word\n", b"two words\n", b"no words\n", None);
    /// assert_eq!(merge.suggestion(0), None);
    /// ```
    #[must_use]
    pub fn suggestion(&self, region: usize) -> Option<Suggestion> {
        let region = &self.regions()[region];
        let RegionKind::Conflict(kind) = region.kind else { return None };
        if [Side::Base, Side::Mine, Side::Theirs].iter().any(|side| region.range(*side).len() > MAX_LINES) {
            return None;
        }
        let texts = [Side::Base, Side::Mine, Side::Theirs].map(|side| self.text_with_endings(region, side));
        let [Ok(base), Ok(mine), Ok(theirs)] = texts.map(String::from_utf8) else { return None };
        let three = ThreeTexts([&base, &mine, &theirs].map(|text| text.split_inclusive('\n').collect()));
        let touching = || (kind == ConflictKind::Touching).then(|| three.side_by_side()).flatten();
        // The common lines of two texts are not always unique. A split that depends on which side is compared first is
        // not taken.
        let split = || three.split().filter(|text| three.exchanged().split().as_ref() == Some(text));
        split()
            .map(|text| (SuggestionReason::AgreedSplit, text))
            .or_else(|| three.by_words().map(|text| (SuggestionReason::Words, text)))
            .or_else(|| touching().map(|text| (SuggestionReason::Touching, text)))
            .or_else(|| three.without_blanks().map(|text| (SuggestionReason::Whitespace, text)))
            .map(|(reason, text)| Suggestion { reason, text })
    }

    /// Returns the lines of a region as the result would have them.
    fn text_with_endings(&self, region: &Region, side: Side) -> Vec<u8> {
        let format = Format { final_newline: true, byte_order_mark: false, ..self.merged_format() };
        let mut writer = TextWriter::new(format, self.is_uniform());
        let missing: Ending = self.format(side).ending;
        writer.write(self.text(side).lines(region.range(side)), missing);
        writer.into_piece()
    }
}

impl ThreeTexts<'_> {
    /// Returns the texts with the sides exchanged.
    fn exchanged(&self) -> Self {
        let [base, mine, theirs] = self.0.clone();
        Self([base, theirs, mine])
    }

    /// Cuts out the edits that both sides made, and settles each piece of the rest by itself.
    fn split(&self) -> Option<String> {
        let [base, mine, theirs] = &self.0;
        let numbers = numbered([base, mine, theirs]);
        let to_mine = diff(&numbers.base, &numbers.mine, None).hunks;
        let to_theirs = diff(&numbers.base, &numbers.theirs, None).hunks;
        let mut settled = String::new();
        let mut reached = [0; 3];
        let mut agreed = false;
        for (in_mine, in_theirs) in common_runs(&numbers.mine, &numbers.theirs) {
            let place = |mine: usize, theirs: usize| {
                let of_mine = place_in_base(&to_mine, mine)?;
                (place_in_base(&to_theirs, theirs)? == of_mine).then_some(of_mine)
            };
            let edges = (place(in_mine.start, in_theirs.start), place(in_mine.end, in_theirs.end));
            let (Some(start), Some(end)) = edges else { continue };
            settled.push_str(&self.piece(reached, [start, in_mine.start, in_theirs.start])?);
            settled.push_str(&mine[in_mine.clone()].concat());
            agreed |= base[start..end] != mine[in_mine.clone()];
            reached = [end, in_mine.end, in_theirs.end];
        }
        settled.push_str(&self.piece(reached, [base.len(), mine.len(), theirs.len()])?);
        agreed.then_some(settled)
    }

    /// Settles a piece, if possible: by what one side alone changed, or by words.
    fn piece(&self, from: [usize; 3], to: [usize; 3]) -> Option<String> {
        let mut piece = ThreeTexts([const { Vec::new() }; 3]);
        for (lines, (all, (from, to))) in piece.0.iter_mut().zip(self.0.iter().zip(from.into_iter().zip(to))) {
            *lines = all.get(from..to)?.to_vec();
        }
        let [base, mine, theirs] = &piece.0;
        if mine == theirs || theirs == base {
            Some(mine.concat())
        } else if mine == base {
            Some(theirs.concat())
        } else {
            piece.by_words()
        }
    }

    /// Merges the words of all lines, if none of them stays in doubt.
    fn by_words(&self) -> Option<String> {
        let texts = self.0.each_ref().map(|lines| lines.concat());
        let [base, mine, theirs] = texts.each_ref().map(|text| tokens(text));
        if base.is_empty() || [&base, &mine, &theirs].iter().any(|tokens| tokens.len() > MAX_TOKENS) {
            return None;
        }
        let numbers = numbered([&base, &mine, &theirs]);
        let to_mine = diff(&numbers.base, &numbers.mine, None).hunks;
        let to_theirs = diff(&numbers.base, &numbers.theirs, None).hunks;
        let mut merged = String::new();
        let kind = |base: &[u32], mine: &[u32], theirs: &[u32]| match () {
            () if mine == theirs => Some(Side::Mine),
            () if theirs == base => Some(Side::Mine),
            () if mine == base => Some(Side::Theirs),
            () => None,
        };
        let regions = cover_with_regions(&to_mine, &to_theirs, &numbers, |_| RegionKind::Agreed);
        for Region { base: of_base, mine: of_mine, theirs: of_theirs, .. } in regions {
            let side =
                kind(&numbers.base[of_base], &numbers.mine[of_mine.clone()], &numbers.theirs[of_theirs.clone()])?;
            let taken = if side == Side::Mine { &mine[of_mine] } else { &theirs[of_theirs] };
            merged.extend(taken.iter().copied());
        }
        Some(merged)
    }

    /// Combines both edits, if no line was edited by both and no two insertions are at one place.
    fn side_by_side(&self) -> Option<String> {
        let [base, mine, theirs] = &self.0;
        let numbers = numbered([base, mine, theirs]);
        let edits = |to: &[u32], lines: &Vec<&str>| -> Vec<(Range<usize>, String)> {
            let hunks = diff(&numbers.base, to, None).hunks;
            hunks.into_iter().map(|hunk| (hunk.base, lines[hunk.side].concat())).collect()
        };
        let mut edits = [edits(&numbers.mine, mine), edits(&numbers.theirs, theirs)].concat();
        edits.sort_by_key(|(place, _)| (place.start, place.end));
        let apart = |pair: &[(Range<usize>, String)]| pair[0].0.end <= pair[1].0.start && pair[0].0 != pair[1].0;
        if !edits.windows(2).all(apart) {
            return None;
        }
        let (mut merged, mut reached) = (String::new(), 0);
        for (place, text) in edits {
            merged.push_str(&base[reached..place.start].concat());
            merged.push_str(&text);
            reached = place.end;
        }
        merged.push_str(&base[reached..].concat());
        Some(merged)
    }

    /// Takes the words of the side that changed words, if the other changed only whitespace.
    ///
    /// If both changed only whitespace, the shorter text is taken.
    fn without_blanks(&self) -> Option<String> {
        let [base, mine, theirs] = self.0.each_ref().map(|lines| lines.concat());
        let visible = |text: &str| text.split_whitespace().collect::<String>();
        if visible(&base).is_empty() {
            return None;
        }
        match (visible(&mine) == visible(&base), visible(&theirs) == visible(&base)) {
            (true, true) => Some(if (mine.len(), &mine) < (theirs.len(), &theirs) { mine } else { theirs }),
            (true, false) => Some(theirs),
            (false, true) => Some(mine),
            (false, false) => None,
        }
    }
}

/// Converts three sequences of pieces to numbers.
fn numbered(texts: [&[&str]; 3]) -> LineIds {
    let mut known: HashMap<&str, u32, RandomState> = HashMap::default();
    let [base, mine, theirs] = texts.map(|pieces| {
        let mut number = |piece| {
            let next = u32::try_from(known.len()).expect("a conflict is short");
            *known.entry(piece).or_insert(next)
        };
        pieces.iter().map(|piece| number(*piece)).collect()
    });
    LineIds { base, mine, theirs }
}

/// Returns the common lines of mine and theirs, as runs.
fn common_runs(mine: &[u32], theirs: &[u32]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut runs = Vec::new();
    let (mut of_mine, mut of_theirs) = (0, 0);
    let end = Hunk { base: mine.len()..mine.len(), side: theirs.len()..theirs.len() };
    for hunk in diff(mine, theirs, None).hunks.into_iter().chain([end]) {
        if of_mine < hunk.base.start {
            runs.push((of_mine..hunk.base.start, of_theirs..hunk.side.start));
        }
        (of_mine, of_theirs) = (hunk.base.end, hunk.side.end);
    }
    runs
}

/// Returns the place in the base that corresponds to a place between two lines of a side.
///
/// `None` within what the side replaced, and where it deleted lines: two places of the base have become one there.
fn place_in_base(hunks: &[Hunk], place: usize) -> Option<usize> {
    let mut shift = 0_isize;
    for hunk in hunks {
        if place < hunk.side.start {
            break;
        }
        if place <= hunk.side.end {
            return match () {
                () if hunk.base.is_empty() => Some(hunk.base.start),
                () if hunk.side.is_empty() => None,
                () if place == hunk.side.start => Some(hunk.base.start),
                () if place == hunk.side.end => Some(hunk.base.end),
                () => None,
            };
        }
        shift = hunk.base.end.cast_signed() - hunk.side.end.cast_signed();
    }
    place.checked_add_signed(shift)
}
