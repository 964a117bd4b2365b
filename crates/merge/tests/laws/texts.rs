//! Texts for the laws: where they come from, and how they are put together.

use merge::Ending;
use proptest::collection::vec;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Base, mine, theirs, as lines without endings.
pub(crate) type Lines = [Vec<String>; 3];

/// Base, mine, theirs, as bytes.
pub(crate) type Bytes = [Vec<u8>; 3];

/// The lines as a plain text: each ends in a line feed.
pub(crate) fn plain(lines: &[String]) -> Vec<u8> {
    lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect()
}

/// How a text is written apart from its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dress {
    pub(crate) mark: bool,
    pub(crate) ending: Ending,
    pub(crate) closed: bool,
}

pub(crate) fn dress() -> impl Strategy<Value = Dress> {
    (any::<bool>(), ending(), any::<bool>()).prop_map(|(mark, ending, closed)| Dress { mark, ending, closed })
}

fn ending() -> impl Strategy<Value = Ending> {
    prop_oneof![Just(Ending::Lf), Just(Ending::Crlf)]
}

/// The lines as a text in this dress.
pub(crate) fn dressed(lines: &[String], dress: Dress) -> Vec<u8> {
    let ending = if dress.ending == Ending::Lf { "\n" } else { "\r\n" };
    let mark = if dress.mark { "\u{FEFF}" } else { "" };
    let last = if dress.closed && !lines.is_empty() { ending } else { "" };
    format!("{mark}{}{last}", lines.join(ending)).into_bytes()
}

/// No deadline, or one that has passed already: whatever holds for both holds for any in between.
pub(crate) fn deadline() -> impl Strategy<Value = Option<Instant>> {
    prop_oneof![Just(None), Just(Some(passed()))]
}

/// A deadline that has passed.
pub(crate) fn passed() -> Instant {
    Instant::now().checked_sub(Duration::from_secs(1)).expect("the clock has run for a second")
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(ToString::to_string).collect()
}

/// Lines of one letter: few letters, so that everything occurs several times.
fn letters() -> impl Strategy<Value = Lines> {
    let some = || vec(prop::sample::select(owned(&["a", "b", "c"])), 0..7);
    [some(), some(), some()]
}

/// Lines as people write them: sentences, empty lines, braces. Mine and theirs come from the base by edits.
fn written() -> impl Strategy<Value = Lines> {
    (vec(line(), 0..30), edits(), edits()).prop_map(|(base, mine, theirs)| {
        let (mine, theirs) = (edited(&base, &mine), edited(&base, &theirs));
        [base, mine, theirs]
    })
}

pub(crate) fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => (0..40_u32).prop_map(|number| format!("Sentence {number} stands here.")),
        1 => Just(String::new()),
        1 => prop::sample::select(owned(&["{", "}", "    }", "\tindented", "marked\u{FEFF}", "a\rb"])),
    ]
}

type Edit = (prop::sample::Index, usize, Vec<String>);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    vec((any::<prop::sample::Index>(), 0..3_usize, vec(line(), 0..3)), 0..5)
}

/// The lines after some edits: each takes so many lines away at a place and puts others there.
fn edited(lines: &[String], edits: &[Edit]) -> Vec<String> {
    let mut lines = lines.to_vec();
    for (place, removed, added) in edits {
        let start = place.index(lines.len() + 1);
        let end = lines.len().min(start + removed);
        lines.splice(start..end, added.iter().cloned());
    }
    lines
}

/// Lines of either sort.
pub(crate) fn lines() -> impl Strategy<Value = Lines> {
    prop_oneof![letters(), written()]
}

/// Texts of every sort: dressed lines, and bytes that make trouble.
pub(crate) fn texts() -> impl Strategy<Value = Bytes> {
    let same = (lines(), dress()).prop_map(|(lines, dress)| lines.map(|lines| dressed(&lines, dress)));
    let each = (lines(), [dress(), dress(), dress()])
        .prop_map(|([base, mine, theirs], [a, b, c])| [dressed(&base, a), dressed(&mine, b), dressed(&theirs, c)]);
    prop_oneof![2 => lines().prop_map(|lines| lines.map(|lines| plain(&lines))), 1 => same, 2 => each, 2 => mixed()]
}

/// Texts from the pieces that a line cutter trips over. Endings are mixed, and not all of it is UTF-8.
fn mixed() -> impl Strategy<Value = Bytes> {
    let pieces: Vec<&[u8]> = vec![b"a", b"b", b" ", b"\n", b"\n", b"\r\n", b"\r", b"\xEF\xBB\xBF", b"\xFF", b"\0"];
    let some = move || vec(prop::sample::select(pieces.clone()), 0..12).prop_map(|pieces| pieces.concat());
    [some(), some(), some()]
}
