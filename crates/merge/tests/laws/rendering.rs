//! The laws of a merge as a text: what stands between markers can be read back, and is what the merge says.

use crate::texts;
use merge::{ConflictKind, Fallback, Line, Merge, RegionKind, Rendering, Side, Style, Text};
use proptest::prelude::*;

/// A conflict as somebody reads it: the contents of its lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct Fenced {
    mine: Vec<Vec<u8>>,
    base: Option<Vec<Vec<u8>>>,
    theirs: Vec<Vec<u8>>,
}

/// A text taken apart again.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Line(Vec<u8>),
    Conflict(Fenced),
}

/// The character and the length of the run that a line starts with, if it is one of a marker's.
fn run(line: &Line) -> Option<(u8, usize)> {
    let first = *line.content.first().filter(|first| b"<|=>".contains(first))?;
    Some((first, line.content.iter().take_while(|byte| **byte == first).count()))
}

/// Takes a text apart: the longest runs at the start of a line are its markers, if it has any.
fn parse(text: &Text, has_conflicts: bool) -> Vec<Part> {
    let longest = text.all().filter_map(|line| run(&line)).map(|(_, length)| length).max().filter(|_| has_conflicts);
    let (mut parts, mut open) = (Vec::new(), None::<(u8, Fenced)>);
    for line in text.all() {
        let marker = run(&line).filter(|(_, length)| Some(*length) == longest).map(|(sign, _)| sign);
        match (marker, &mut open) {
            (Some(b'<'), None) => open = Some((b'<', Fenced::default())),
            (Some(b'|'), Some((state @ b'<', fenced))) => {
                *state = b'|';
                fenced.base = Some(Vec::new());
            }
            (Some(b'='), Some((state @ (b'<' | b'|'), _))) => *state = b'=',
            (Some(b'>'), Some((b'=', _))) => parts.extend(open.take().map(|(_, fenced)| Part::Conflict(fenced))),
            (Some(sign), _) => panic!("a marker of {:?} where none can be", char::from(sign)),
            (None, None) => parts.push(Part::Line(said(&line))),
            (None, Some((state, fenced))) => match state {
                b'<' => &mut fenced.mine,
                b'|' => fenced.base.as_mut().expect("it was made when its marker came"),
                _ => &mut fenced.theirs,
            }
            .push(said(&line)),
        }
    }
    assert!(open.is_none(), "a conflict that does not end");
    parts
}

/// What a line says. A carriage return that ends a text is content there, and a part of the ending once a line feed is
/// put behind it, so it is left out; so is a byte order mark, which is one at the start of a text only.
fn said(line: &Line) -> Vec<u8> {
    let returns = line.content.iter().rev().take_while(|byte| **byte == b'\r').count();
    let said = &line.content[..line.content.len() - returns];
    said.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(said).to_vec()
}

/// Without the empty lines at its end: where the final newline went, the last of them went with it.
fn trimmed(mut lines: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let kept = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    lines.truncate(kept);
    lines
}

fn contents(text: &[u8]) -> Vec<Vec<u8>> {
    Text::new(text).all().map(|line| said(&line)).collect()
}

/// Lines that read like markers, mixed into texts that are edited versions of each other.
fn fences() -> impl Strategy<Value = texts::Bytes> {
    let fence = || {
        let signs = prop::sample::select(&["<", "=", ">", "|"][..]);
        (signs, 5..12_usize, prop::sample::select(&["", " mine", "x", "\r"][..]))
            .prop_map(|(sign, length, rest)| sign.repeat(length) + rest)
    };
    let with = move |texts: texts::Lines, fences: Vec<(prop::sample::Index, usize, String)>| {
        let mut texts = texts;
        for (place, side, fence) in fences {
            let text = &mut texts[side];
            text.insert(place.index(text.len() + 1), fence);
        }
        texts.map(|lines| texts::plain(&lines))
    };
    let some = prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, fence()), 0..4);
    (texts::lines(), some).prop_map(move |(texts, fences)| with(texts, fences))
}

fn style() -> impl Strategy<Value = Style> {
    prop::sample::select(&[Style::Merge, Style::Diff3, Style::Zdiff3][..])
}

proptest! {
    /// Law 12. What was written between markers can be read back: with mine in place of each conflict it is the text
    /// that falls back on mine, and so for theirs; there are as many as were counted, and each has its base.
    #[test]
    fn what_stands_between_markers_is_read_back(
        [base, mine, theirs] in prop_oneof![fences(), texts::texts()],
        style in style(),
        label in prop::sample::select(&["", "mine", "<<<<<<<<<<<<<<<<<<"][..]),
        deadline in texts::deadline(),
    ) {
        let merge = Merge::new(&base, &mine, &theirs, deadline);
        let labels = [Some(label.as_bytes()); 3];
        let with = |fallback| merge.render(&Rendering { style, fallback, labels, deadline, ..Rendering::default() });
        let rendered = with(Fallback::Markers);
        let text = Text::new(&rendered.text);
        let parts = parse(&text, rendered.conflicts > 0);
        let conflicts = parts.iter().filter(|part| matches!(part, Part::Conflict(_))).count();
        prop_assert_eq!(conflicts, rendered.conflicts);
        prop_assert_eq!(conflicts == 0, merge.conflicts().next().is_none());
        for (fallback, side) in [(Fallback::Mine, Side::Mine), (Fallback::Theirs, Side::Theirs)] {
            let lines: Vec<Vec<u8>> = parts.iter().flat_map(|part| match part {
                Part::Line(line) => vec![line.clone()],
                Part::Conflict(fenced) if side == Side::Mine => fenced.mine.clone(),
                Part::Conflict(fenced) => fenced.theirs.clone(),
            }).collect();
            prop_assert_eq!(trimmed(lines), trimmed(contents(&with(fallback).text)));
        }
        let bases: Vec<Vec<Vec<u8>>> = merge.conflicts().map(|region| {
            let lines = merge.text(Side::Base).lines(merge.regions()[region].base.clone());
            lines.map(|line| said(&line)).collect()
        }).collect();
        let shown: Vec<_> = parts.iter().filter_map(|part| match part {
            Part::Conflict(fenced) => fenced.base.clone(),
            Part::Line(_) => None,
        }).collect();
        prop_assert_eq!(shown, if style == Style::Merge { vec![] } else { bases });
    }

    /// Law 12. Seven characters are enough where the texts hold nothing that reads like a marker, and every marker ends
    /// as the lines of the text do.
    #[test]
    fn markers_are_dressed_like_the_text(lines in texts::lines(), dress in texts::dress()) {
        let [base, mine, theirs] = lines.map(|lines| texts::dressed(&lines, dress));
        let merge = Merge::new(&base, &mine, &theirs, None);
        let rendered = merge.render(&Rendering::default());
        let text = Text::new(&rendered.text);
        let markers: Vec<Line> = text.all().filter(|line| run(line).is_some()).collect();
        prop_assert_eq!(markers.len(), 3 * rendered.conflicts);
        for marker in markers {
            prop_assert_eq!(run(&marker).map(|(_, length)| length), Some(7));
            prop_assert_eq!(marker.ending, Some(merge.merged_format().ending));
        }
    }

    /// A merge without a conflict reads the same in every style, and is the result.
    #[test]
    fn what_settles_has_no_markers([base, mine, theirs] in texts::texts(), style in style()) {
        let merge = Merge::new(&base, &mine, &theirs, None);
        if merge.conflicts().next().is_some() {
            return Ok(());
        }
        let rendered = merge.render(&Rendering { style, ..Rendering::default() });
        prop_assert_eq!(Some(rendered.text), merge::Session::new(&base, &mine, &theirs, None).result());
    }

    /// Law 14. A suggestion is for a conflict, is the same whoever is called mine, and has no word that neither has.
    #[test]
    fn a_suggestion_takes_no_side([base, mine, theirs] in texts::texts()) {
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

    /// Law 14. Where mine and theirs changed different words of a line, with one between, the suggestion has both.
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

/// Law 14. The same lines in two orders: which of them both have in common hangs on whose side is looked at first.
#[test]
fn two_orders_are_not_settled() {
    assert_eq!(Merge::new(b"", b"b\na\n", b"a\nb\n", None).suggestion(0), None);
}

/// Law 14. One changed a word, the other blanks within it: words alone do not settle that, and the word is proposed,
/// whoever changed it.
#[test]
fn the_words_of_one_are_suggested_over_the_blanks_of_the_other() {
    let (base, word, blank) = (b"every thing\n", b"no thing\n", b"eve ry thing\n");
    for (mine, theirs) in [(&word[..], &blank[..]), (blank, word)] {
        let suggestion = Merge::new(base, mine, theirs, None).suggestion(0).expect("blanks are no word");
        assert_eq!((suggestion.reason, suggestion.text.as_bytes()), (merge::SuggestionReason::Whitespace, &word[..]));
    }
}
