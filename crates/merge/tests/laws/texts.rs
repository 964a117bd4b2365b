//! Random texts for the laws.

use merge::Ending;
use proptest::collection::vec;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Base, mine and theirs, as lines without endings.
pub(crate) type Lines = [Vec<String>; 3];

/// Base, mine and theirs, as bytes.
pub(crate) type Bytes = [Vec<u8>; 3];

/// Returns the lines as a text in which each line ends in a line feed.
pub(crate) fn plain(lines: &[String]) -> Vec<u8> {
    lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect()
}

/// The format of a text: everything apart from its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextFormat {
    pub(crate) mark: bool,
    pub(crate) ending: Ending,
    pub(crate) closed: bool,
}

pub(crate) fn text_format() -> impl Strategy<Value = TextFormat> {
    (any::<bool>(), ending(), any::<bool>()).prop_map(|(mark, ending, closed)| TextFormat { mark, ending, closed })
}

fn ending() -> impl Strategy<Value = Ending> {
    prop_oneof![Just(Ending::Lf), Just(Ending::Crlf)]
}

/// Returns the lines as a text in this format.
pub(crate) fn formatted(lines: &[String], text_format: TextFormat) -> Vec<u8> {
    let ending = if text_format.ending == Ending::Lf { "\n" } else { "\r\n" };
    let mark = if text_format.mark { "\u{FEFF}" } else { "" };
    let last = if text_format.closed && !lines.is_empty() { ending } else { "" };
    format!("{mark}{}{last}", lines.join(ending)).into_bytes()
}

/// No deadline, or one that has passed: a law that holds for both holds for any deadline in between.
pub(crate) fn deadline() -> impl Strategy<Value = Option<Instant>> {
    prop_oneof![Just(None), Just(Some(passed()))]
}

/// Returns a deadline that has passed.
pub(crate) fn passed() -> Instant {
    Instant::now().checked_sub(Duration::from_secs(1)).expect("the clock has run for a second")
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(ToString::to_string).collect()
}

/// Lines of one letter. There are few letters, so that every line occurs several times.
fn letters() -> impl Strategy<Value = Lines> {
    let some = || vec(prop::sample::select(owned(&["a", "b", "c"])), 0..7);
    [some(), some(), some()]
}

/// Lines as people write them: sentences, empty lines, braces.
///
/// Mine and theirs are edited versions of the base.
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

/// Returns the lines after some edits: each removes lines at a place and adds others there.
fn edited(lines: &[String], edits: &[Edit]) -> Vec<String> {
    let mut lines = lines.to_vec();
    for (place, removed, added) in edits {
        let start = place.index(lines.len() + 1);
        let end = lines.len().min(start + removed);
        lines.splice(start..end, added.iter().cloned());
    }
    lines
}

/// Lines of either kind.
pub(crate) fn lines() -> impl Strategy<Value = Lines> {
    prop_oneof![letters(), written()]
}

/// Texts of every kind: lines in a format, and difficult bytes.
pub(crate) fn texts() -> impl Strategy<Value = Bytes> {
    let same =
        (lines(), text_format()).prop_map(|(lines, text_format)| lines.map(|lines| formatted(&lines, text_format)));
    let each =
        (lines(), [text_format(), text_format(), text_format()]).prop_map(|([base, mine, theirs], [a, b, c])| {
            [formatted(&base, a), formatted(&mine, b), formatted(&theirs, c)]
        });
    prop_oneof![2 => lines().prop_map(|lines| lines.map(|lines| plain(&lines))), 1 => same, 2 => each, 2 => mixed()]
}

/// Texts of pieces that are difficult to divide into lines.
///
/// Endings are mixed, and not all bytes are UTF-8.
fn mixed() -> impl Strategy<Value = Bytes> {
    let pieces: Vec<&[u8]> = vec![b"a", b"b", b" ", b"\n", b"\n", b"\r\n", b"\r", b"\xEF\xBB\xBF", b"\xFF", b"\0"];
    let some = move || vec(prop::sample::select(pieces.clone()), 0..12).prop_map(|pieces| pieces.concat());
    [some(), some(), some()]
}
