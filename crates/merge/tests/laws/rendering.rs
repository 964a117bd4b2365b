//! The laws of a merge written as a text: its markers can be parsed, and have the merge's content.

use crate::texts;
use merge::{ConflictKind, Fallback, Line, LineText, Merge, RegionKind, Rendering, Side, Style};
use proptest::prelude::*;

/// A conflict as a reader sees it: the contents of its lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct ParsedConflict {
    mine: Vec<Vec<u8>>,
    base: Option<Vec<Vec<u8>>>,
    theirs: Vec<Vec<u8>>,
}

/// A part of a parsed text.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Line(Vec<u8>),
    Conflict(ParsedConflict),
}

/// Returns the character and the length of the run at the start of a line, if it could be a marker.
fn run(line: &Line) -> Option<(u8, usize)> {
    let first = *line.content.first().filter(|first| b"<|=>".contains(first))?;
    Some((first, line.content.iter().take_while(|byte| **byte == first).count()))
}

/// Parses a text with markers: the longest runs at the start of a line are its markers, if it has any.
fn parse(text: &LineText, has_conflicts: bool) -> Vec<Part> {
    let longest = text.all().filter_map(|line| run(&line)).map(|(_, length)| length).max().filter(|_| has_conflicts);
    let (mut parts, mut open) = (Vec::new(), None::<(u8, ParsedConflict)>);
    for line in text.all() {
        let marker = run(&line).filter(|(_, length)| Some(*length) == longest).map(|(sign, _)| sign);
        match (marker, &mut open) {
            (Some(b'<'), None) => open = Some((b'<', ParsedConflict::default())),
            (Some(b'|'), Some((state @ b'<', conflict))) => {
                *state = b'|';
                conflict.base = Some(Vec::new());
            }
            (Some(b'='), Some((state @ (b'<' | b'|'), _))) => *state = b'=',
            (Some(b'>'), Some((b'=', _))) => parts.extend(open.take().map(|(_, conflict)| Part::Conflict(conflict))),
            (Some(sign), _) => panic!("a marker of {:?} where none can be", char::from(sign)),
            (None, None) => parts.push(Part::Line(content_of(&line))),
            (None, Some((state, conflict))) => match state {
                b'<' => &mut conflict.mine,
                b'|' => conflict.base.as_mut().expect("it was made when its marker came"),
                _ => &mut conflict.theirs,
            }
            .push(content_of(&line)),
        }
    }
    assert!(open.is_none(), "a conflict that does not end");
    parts
}

/// Returns the content of a line, as far as it can be compared.
///
/// A carriage return at the end of a text is content there, but part of the ending when a line feed follows, so it is
/// left out. So is a byte order mark, which is one only at the start of a text.
fn content_of(line: &Line) -> Vec<u8> {
    let returns = line.content.iter().rev().take_while(|byte| **byte == b'\r').count();
    let content_of = &line.content[..line.content.len() - returns];
    content_of.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content_of).to_vec()
}

/// Removes the empty lines at the end: if the final newline was removed, the last of them went with it.
fn trimmed(mut lines: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let kept = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    lines.truncate(kept);
    lines
}

fn contents(text: &[u8]) -> Vec<Vec<u8>> {
    LineText::new(text).all().map(|line| content_of(&line)).collect()
}

/// Lines that look like markers, mixed into texts that are edited versions of each other.
fn marker_like_lines() -> impl Strategy<Value = texts::Bytes> {
    let fence = || {
        let signs = prop::sample::select(&["<", "=", ">", "|"][..]);
        (signs, 5..12_usize, prop::sample::select(&["", " mine", "x", "\r"][..]))
            .prop_map(|(sign, length, rest)| sign.repeat(length) + rest)
    };
    let with = move |texts: texts::Lines, marker_like_lines: Vec<(prop::sample::Index, usize, String)>| {
        let mut texts = texts;
        for (place, side, fence) in marker_like_lines {
            let text = &mut texts[side];
            text.insert(place.index(text.len() + 1), fence);
        }
        texts.map(|lines| texts::plain(&lines))
    };
    let some = prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, fence()), 0..4);
    (texts::lines(), some).prop_map(move |(texts, marker_like_lines)| with(texts, marker_like_lines))
}

fn style() -> impl Strategy<Value = Style> {
    prop::sample::select(&[Style::Merge, Style::Diff3, Style::Zdiff3][..])
}

proptest! {
    /// Law 12.
    ///
    /// Markers can be parsed: with mine instead of each conflict, the text is the one with the fallback mine, and so
    /// for theirs. There are as many conflicts as were counted, and each has its base.
    #[test]
    fn conflicts_between_markers_are_parsed_back(
        [base, mine, theirs] in prop_oneof![marker_like_lines(), texts::texts()],
        style in style(),
        label in prop::sample::select(&["", "mine", "<<<<<<<<<<<<<<<<<<"][..]),
        deadline in texts::deadline(),
    ) {
        let merge = Merge::new(&base, &mine, &theirs, deadline);
        let labels = [Some(label.as_bytes()); 3];
        let with = |fallback| merge.render(&Rendering { style, fallback, labels, deadline, ..Rendering::default() });
        let rendered = with(Fallback::Markers);
        let text = LineText::new(&rendered.text);
        let parts = parse(&text, rendered.conflicts > 0);
        let conflicts = parts.iter().filter(|part| matches!(part, Part::Conflict(_))).count();
        prop_assert_eq!(conflicts, rendered.conflicts);
        prop_assert_eq!(conflicts == 0, merge.conflicts().next().is_none());
        for (fallback, side) in [(Fallback::Mine, Side::Mine), (Fallback::Theirs, Side::Theirs)] {
            let lines: Vec<Vec<u8>> = parts.iter().flat_map(|part| match part {
                Part::Line(line) => vec![line.clone()],
                Part::Conflict(conflict) if side == Side::Mine => conflict.mine.clone(),
                Part::Conflict(conflict) => conflict.theirs.clone(),
            }).collect();
            prop_assert_eq!(trimmed(lines), trimmed(contents(&with(fallback).text)));
        }
        let bases: Vec<Vec<Vec<u8>>> = merge.conflicts().map(|region| {
            let lines = merge.text(Side::Base).lines(merge.regions()[region].base.clone());
            lines.map(|line| content_of(&line)).collect()
        }).collect();
        let shown: Vec<_> = parts.iter().filter_map(|part| match part {
            Part::Conflict(conflict) => conflict.base.clone(),
            Part::Line(_) => None,
        }).collect();
        prop_assert_eq!(shown, if style == Style::Merge { vec![] } else { bases });
    }

    /// Law 12.
    ///
    /// Seven characters are enough if no line of the texts looks like a marker, and every marker has the line ending of
    /// the text.
    #[test]
    fn markers_have_the_ending_of_the_text(lines in texts::lines(), text_format in texts::text_format()) {
        let [base, mine, theirs] = lines.map(|lines| texts::formatted(&lines, text_format));
        let merge = Merge::new(&base, &mine, &theirs, None);
        let rendered = merge.render(&Rendering::default());
        let text = LineText::new(&rendered.text);
        let markers: Vec<Line> = text.all().filter(|line| run(line).is_some()).collect();
        prop_assert_eq!(markers.len(), 3 * rendered.conflicts);
        for marker in markers {
            prop_assert_eq!(run(&marker).map(|(_, length)| length), Some(7));
            prop_assert_eq!(marker.ending, Some(merge.merged_format().ending));
        }
    }

    /// A merge without a conflict is the same in every style, and is the result.
    #[test]
    fn merge_without_a_conflict_has_no_markers([base, mine, theirs] in texts::texts(), style in style()) {
        let merge = Merge::new(&base, &mine, &theirs, None);
        if merge.conflicts().next().is_some() {
            return Ok(());
        }
        let rendered = merge.render(&Rendering { style, ..Rendering::default() });
        prop_assert_eq!(Some(rendered.text), merge::Session::new(&base, &mine, &theirs, None).result());
    }

    /// Law 14.
    ///
    /// A suggestion is for a conflict, is the same with the sides exchanged, and has no word that neither side has.
    #[test]
    fn suggestion_is_the_same_with_sides_exchanged([base, mine, theirs] in texts::texts()) {
        let there = Merge::new(&base, &mine, &theirs, None);
        let back = Merge::new(&base, &theirs, &mine, None);
        for region in 0..there.regions().len() {
            let suggestion = there.suggestion(region);
            prop_assert_eq!(&suggestion, &back.suggestion(region));
            let Some(suggestion) = suggestion else { continue };
            prop_assert!(there.regions()[region].kind.is_conflict());
            let sides = [&mine, &theirs].map(|text| String::from_utf8_lossy(text).into_owned());
            for word in suggestion.text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
                prop_assert!(sides.iter().any(|side| side.contains(word)), "{:?} in {:?}", word, suggestion);
            }
            prop_assert!(suggestion.text.is_empty() || suggestion.text.ends_with('\n'), "{:?}", suggestion);
        }
    }

    /// Law 14.
    ///
    /// If mine and theirs changed different words of a line, with one between, the suggestion has both changes.
    #[test]
    fn different_words_are_suggested_together(words in prop::collection::vec("[a-z]{1,8}", 3..9), at in any::<prop::sample::Index>()) {
        let first = at.index(words.len() - 1);
        let line = |one: &str, other: &str| {
            let mut words = words.clone();
            words[first] = words[first].clone() + one;
            words[first + 1] = words[first + 1].clone() + other;
            words.join(" ") + "\n"
        };
        let merge = Merge::new(line("", "").as_bytes(), line("X", "").as_bytes(), line("", "Y").as_bytes(), None);
        prop_assert_eq!(merge.regions()[0].kind, RegionKind::Conflict(ConflictKind::BothEdited));
        let suggestion = merge.suggestion(0).expect("two words, and a blank between them");
        prop_assert_eq!((suggestion.reason, suggestion.text), (merge::SuggestionReason::Words, line("X", "Y")));
    }
}

/// Law 14.
///
/// The same lines in two orders: which of them are common depends on the side that is compared first.
#[test]
fn two_orders_are_not_settled() {
    assert_eq!(Merge::new(b"", b"b\na\n", b"a\nb\n", None).suggestion(0), None);
}

/// Law 14.
///
/// One side changed a word, the other whitespace within it. Words alone do not settle that, and the word is suggested,
/// whichever side changed it.
#[test]
fn words_of_one_side_win_over_whitespace_of_the_other() {
    let (base, word, blank) = (b"every thing\n", b"no thing\n", b"eve ry thing\n");
    for (mine, theirs) in [(&word[..], &blank[..]), (blank, word)] {
        let suggestion = Merge::new(base, mine, theirs, None).suggestion(0).expect("blanks are no word");
        assert_eq!((suggestion.reason, suggestion.text.as_bytes()), (merge::SuggestionReason::Whitespace, &word[..]));
    }
}
