//! A text against a model: a `String` that is edited in the same way.

use proptest::prelude::*;
use text::Text;

/// An edit at a position, given as a fraction of the length.
#[derive(Debug, Clone)]
enum Change {
    Insert(f64, String),
    Remove(f64, f64),
    Replace(f64, f64, String),
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z é日\r\n\t]{0,12}",
        1 => Just("\r\n".to_owned()),
        1 => "[a-z]{0,6}\n".prop_map(|line| line.repeat(700)),
        1 => "[a-z日]{1,6}".prop_map(|word| word.repeat(900)),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn changes() -> impl Strategy<Value = Change> {
    let at = || 0.0..=1.0;
    prop_oneof![
        (at(), pieces()).prop_map(|(at, text)| Change::Insert(at, text)),
        (at(), at()).prop_map(|(from, to)| Change::Remove(from, to)),
        (at(), at(), pieces()).prop_map(|(from, to, text)| Change::Replace(from, to, text)),
    ]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn position(text: &str, fraction: f64) -> usize {
    let mut at = (text.len() as f64 * fraction) as usize;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn apply(change: &Change, text: &mut Text, model: &mut String) {
    let range = |model: &str, from: f64, to: f64| {
        let (from, to) = (position(model, from), position(model, to));
        from.min(to)..from.max(to)
    };
    match change {
        Change::Insert(at, new) => {
            let at = position(model, *at);
            text.insert(at, new);
            model.insert_str(at, new);
        }
        Change::Remove(from, to) => {
            let range = range(model, *from, *to);
            text.remove(range.clone());
            model.replace_range(range, "");
        }
        Change::Replace(from, to, new) => {
            let range = range(model, *from, *to);
            text.replace(range.clone(), new);
            model.replace_range(range, new);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn edited_text_equals_its_model(begun in pieces(), changes in prop::collection::vec(changes(), 0..16)) {
        let (mut text, mut model) = (Text::from(begun.as_str()), begun);
        let mut snapshots = Vec::new();
        for change in &changes {
            snapshots.push((text.clone(), model.clone()));
            apply(change, &mut text, &mut model);
            prop_assert_eq!(text.len(), model.len());
            prop_assert!(text == model.as_str());
            prop_assert_eq!(String::from(&text), model.as_str());
            prop_assert_eq!(text.to_string(), model.as_str());
            prop_assert!(text.chunks().all(|chunk| !chunk.is_empty()));
            prop_assert_eq!(text.ends_with_line_feed(), model.ends_with('\n'));
        }
        for (snapshot, model) in &snapshots {
            prop_assert!(snapshot == model, "a snapshot has changed");
            let is_now = text.chunks().collect::<String>() == *model;
            prop_assert_eq!(*snapshot == text, is_now);
            let copy = Text::from(model.as_str());
            prop_assert_eq!(snapshot, &copy, "equal texts that share nothing");
        }
    }

    #[test]
    fn lines_are_those_between_line_feeds(begun in pieces(), changes in prop::collection::vec(changes(), 0..4)) {
        let (mut text, mut model) = (Text::from(begun.as_str()), begun);
        for change in &changes {
            apply(change, &mut text, &mut model);
        }
        let lines: Vec<&str> = model.split('\n').collect();
        prop_assert_eq!(text.line_count(), lines.len());
        let mut start = 0;
        for (row, line) in lines.iter().enumerate() {
            prop_assert!(text.line(row) == *line, "line {} is {:?}, not {:?}", row, text.line(row), line);
            prop_assert_eq!(text.line(row).to_cow(), *line);
            prop_assert_eq!(text.line_start(row), start);
            prop_assert_eq!(text.line_range(row), start..start + line.len());
            prop_assert_eq!(text.line_at(start), row);
            prop_assert_eq!(text.line_at(start + line.len()), row);
            prop_assert_eq!(text.line(row).ends_with('\r'), line.ends_with('\r'));
            start += line.len() + 1;
        }
        prop_assert!(text.lines().map(String::from).eq(lines.iter().copied().map(str::to_owned)));
    }

    #[test]
    fn slice_is_that_part_of_the_text(begun in pieces(), from in 0.0..=1.0, to in 0.0..=1.0) {
        let text = Text::from(begun.as_str());
        let (from, to) = (position(&begun, from), position(&begun, to));
        let range = from.min(to)..from.max(to);
        let expected = &begun[range.clone()];
        prop_assert_eq!(text.slice(range.clone()).to_string(), expected);
        let part = Text::from(text.slice(range.clone()));
        prop_assert!(part == expected);
        prop_assert!(text.slice(range).chars().eq(expected.chars()));
    }
}

#[test]
fn texts_that_differ_in_one_byte_are_not_equal() {
    let line = "0123456789".repeat(1000);
    let text = Text::from(line.as_str());
    for at in [0, 1, 4999, 9999] {
        let mut other = text.clone();
        other.replace(at..=at, "x");
        assert_ne!(text, other, "byte {at}");
        other.replace(at..=at, &line[at..=at]);
        assert_eq!(text, other, "byte {at}");
    }
    assert_ne!(text, &line[1..]);
    assert_ne!(Text::from("ab"), "ac");
}
