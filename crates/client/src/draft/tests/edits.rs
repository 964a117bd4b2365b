//! Drafts of long texts, whose states are appended to their file.

use proptest::prelude::*;
use text::Text;

use super::*;

/// A text that is long enough for edits, with characters of several bytes.
fn long() -> String {
    (0..8000).map(|line| format!("líne {line}\n")).collect::<Vec<_>>().concat()
}

/// Returns a draft of a text that began with the long text.
fn of_long(content: &str) -> Draft {
    Draft::new(Some(snapshot("\"v5-d4f8c2a1\"", &long())), document(content))
}

fn size(file: &DraftFile) -> u64 {
    fs::metadata(file.path().unwrap()).unwrap().len()
}

/// Returns the draft that the next editor finds.
fn found_after(drafts: &Drafts, file: DraftFile) -> Draft {
    drop(file);
    drafts.find(&alice()).unwrap().drafts.remove(0).draft
}

#[test]
fn long_text_is_written_once_and_a_key_is_appended() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut file = drafts.begin(alice());
    let first = of_long(&(long() + "x"));
    file.keep(&first).unwrap();
    let begun = fs::read(file.path().unwrap()).unwrap();
    assert!(begun.len() < long().len() * 5 / 4, "the base is in the file, and my text only as an edit of it");
    let second = Draft { mine: document(&(long() + "xy")).into(), ..first };
    file.keep(&second).unwrap();
    let all = fs::read(file.path().unwrap()).unwrap();
    assert!(all.starts_with(&begun) && all.len() < begun.len() + 100, "{} after {}", all.len(), begun.len());
    assert_eq!(names(&drafts).len(), 2, "a draft and its lock");
    assert_eq!(found_after(&drafts, file), second);
}

#[test]
fn short_text_stays_one_json_value_for_earlier_programs() {
    let folder = tempdir().unwrap();
    let mut file = kept(&drafts(&folder), alice(), "first");
    file.keep(&draft("second")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&fs::read(file.path().unwrap()).unwrap()).unwrap();
    assert_eq!((&json["format"], &json["mine"]["content"]), (&2.into(), &"second".into()));
}

#[test]
fn crash_while_an_edit_is_appended_leaves_the_state_before_it() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut file = drafts.begin(alice());
    let states = ["1", "12", "12\u{e9}"].map(|typed| of_long(&(typed.to_owned() + &long())));
    let sizes = states.each_ref().map(|state| {
        file.keep(state).unwrap();
        usize::try_from(size(&file)).unwrap()
    });
    let path = file.path().unwrap();
    drop(file);
    let all = fs::read(&path).unwrap();
    // Cut off at any byte of the last edit, or with blocks that were never written.
    for end in sizes[1]..sizes[2] {
        fs::write(&path, &all[..end]).unwrap();
        // The last line is complete without its line end.
        let expected = &states[if end == sizes[2] - 1 { 2 } else { 1 }];
        assert_eq!(&drafts.find(&alice()).unwrap().drafts[0].draft, expected, "{end}");
        let zeros = [&all[..end], &vec![0; sizes[2] - end]].concat();
        fs::write(&path, zeros).unwrap();
        assert_eq!(drafts.find(&alice()).unwrap().drafts[0].draft, states[1], "{end}");
    }
}

/// Returns a draft of a merge of long texts in which texts are being written by hand.
fn long_merge() -> Draft {
    let merge = MergeDraft { base: document(&long()).into(), ..MergeDraft::clone(merging().merge.as_ref().unwrap()) };
    Draft { merge: Some(Arc::new(merge)), ..of_long(&(long() + "mine")) }
}

/// Returns a draft with another text written by hand.
fn with_hand(draft: &Draft, number: usize, text: &str) -> Draft {
    let mut merge = MergeDraft::clone(draft.merge.as_ref().unwrap());
    text.clone_into(&mut merge.hands[number].text);
    Draft { merge: Some(Arc::new(merge)), ..draft.clone() }
}

#[test]
fn key_of_a_text_written_by_hand_is_appended() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut file = drafts.begin(alice());
    let mut state = long_merge();
    file.keep(&state).unwrap();
    let begun = fs::read(file.path().unwrap()).unwrap();
    let json: serde_json::Value = serde_json::Deserializer::from_slice(&begun).into_iter().next().unwrap().unwrap();
    assert_eq!(json["format"], 4, "earlier programs do not know such edits");
    for (number, text) in [(2, "half a\nthoughts"), (2, "half ä\nthoughts"), (3, "")] {
        state = with_hand(&state, number, text);
        file.keep(&state).unwrap();
    }
    // My text is an edit of the same file, while the merge waits for a pause.
    state.mine.content.replace(0..0, "x");
    file.keep(&state).unwrap();
    let all = fs::read(file.path().unwrap()).unwrap();
    assert!(all.starts_with(&begun) && all.len() < begun.len() + 300, "{} after {}", all.len(), begun.len());
    assert_eq!(found_after(&drafts, file), state);
}

#[test]
fn decision_in_a_long_merge_is_written_as_a_whole() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut file = drafts.begin(alice());
    let state = long_merge();
    file.keep(&state).unwrap();
    let mut merge = MergeDraft::clone(state.merge.as_ref().unwrap());
    (merge.hands, merge.title) = (Vec::new(), Choice::Mine);
    let decided = Draft { merge: Some(Arc::new(merge)), ..state };
    file.keep(&decided).unwrap();
    let bytes = fs::read(file.path().unwrap()).unwrap();
    let values = serde_json::Deserializer::from_slice(&bytes).into_iter::<serde_json::Value>();
    assert_eq!(values.count(), 1, "no edit follows");
    assert_eq!(found_after(&drafts, file), decided);
}

#[test]
fn crash_while_a_key_by_hand_is_appended_leaves_the_state_before_it() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut file = drafts.begin(alice());
    let first = long_merge();
    let states = [first.clone(), with_hand(&first, 2, "half a\nthought, é")];
    let sizes = states.each_ref().map(|state| {
        file.keep(state).unwrap();
        usize::try_from(size(&file)).unwrap()
    });
    let path = file.path().unwrap();
    drop(file);
    let all = fs::read(&path).unwrap();
    for end in sizes[0]..sizes[1] {
        fs::write(&path, &all[..end]).unwrap();
        let expected = &states[usize::from(end == sizes[1] - 1)];
        assert_eq!(&drafts.find(&alice()).unwrap().drafts[0].draft, expected, "{end}");
    }
}

#[test]
fn damaged_edit_before_others_is_reported_and_kept() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut file = drafts.begin(alice());
    for typed in ["1", "12", "123"] {
        file.keep(&of_long(&(typed.to_owned() + &long()))).unwrap();
    }
    let path = file.path().unwrap();
    drop(file);
    let text = String::from_utf8(fs::read(&path).unwrap()).unwrap();
    let damaged = text.replacen("\"at\":1,", "\"at\":99999999,", 1);
    assert_ne!(text, damaged);
    fs::write(&path, &damaged).unwrap();
    let found = drafts.find(&alice()).unwrap();
    assert_eq!((found.drafts.len(), found.unreadable.len()), (0, 1));
    assert!(found.unreadable[0].why.contains("edit 2 in it is damaged"), "{}", found.unreadable[0].why);
    assert_eq!(fs::read_to_string(&found.unreadable[0].path).unwrap(), damaged, "nothing is lost");
}

#[test]
fn file_that_was_changed_or_removed_is_written_anew() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut file = drafts.begin(alice());
    file.keep(&of_long(&(long() + "x"))).unwrap();
    let path = file.path().unwrap();
    let begun = fs::read(&path).unwrap();
    for (number, damage) in [None, Some(&begun[..100]), Some(&b""[..])].into_iter().enumerate() {
        match damage {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let state = of_long(&(long() + &number.to_string()));
        file.keep(&state).unwrap();
        let bytes = fs::read(&path).unwrap();
        assert_eq!(record::read(&bytes).unwrap().1, state, "{number}");
    }
}

#[test]
fn file_does_not_grow_beyond_its_text() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut file = drafts.begin(alice());
    let mut state = of_long(&long());
    let mut largest = 0;
    for step in 0..60 {
        state.mine.content.replace(0..0, &format!("{step} {}\n", "x".repeat(5000)));
        file.keep(&state).unwrap();
        largest = largest.max(size(&file));
    }
    let texts = u64::try_from(long().len() + state.mine.content.len()).unwrap();
    assert!(largest < texts * 2, "{largest} bytes for {texts} bytes of text");
    assert_eq!(found_after(&drafts, file), state);
}

/// A change of a draft between two writes.
#[derive(Debug, Clone)]
enum Step {
    Replace(prop::sample::Index, usize, String),
    Title(String),
    Aside,
    Base,
    Shorten,
    Merge,
    Hand(prop::sample::Index, usize, String),
    HandEnds,
}

fn step() -> impl Strategy<Value = Step> {
    let new = || prop::sample::select(vec!["", "x", "é", "\n", "two\nlines\n", "\u{1f600}", "\"\\\u{0}"]);
    let edit = || (any::<prop::sample::Index>(), 0..40_usize, new().prop_map(str::to_owned));
    prop_oneof![
        8 => edit().prop_map(|(at, removed, new)| Step::Replace(at, removed, new)),
        1 => "[ab]".prop_map(Step::Title),
        1 => Just(Step::Aside),
        1 => Just(Step::Base),
        1 => Just(Step::Shorten),
        2 => Just(Step::Merge),
        6 => edit().prop_map(|(at, removed, new)| Step::Hand(at, removed, new)),
        1 => Just(Step::HandEnds),
    ]
}

fn boundary(text: &Text, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn apply(step: Step, draft: &mut Draft) {
    let text = &mut draft.mine.content;
    match step {
        Step::Replace(at, removed, new) => {
            let from = boundary(text, at.index(text.len() + 1));
            let to = boundary(text, from + removed).max(from);
            text.replace(from..to, &new);
        }
        Step::Title(title) => draft.mine.title = title,
        Step::Aside => draft.aside = Some("cut\n".into()),
        Step::Base => draft.base = None,
        Step::Shorten => *text = Text::from("short"),
        Step::Merge => draft.merge = if draft.merge.is_some() { None } else { long_merge().merge },
        Step::Hand(at, removed, new) => {
            let Some(merge) = &mut draft.merge else { return };
            let hands = &mut Arc::make_mut(merge).hands;
            let Some(number) = (!hands.is_empty()).then(|| at.index(hands.len())) else { return };
            let mut text = Text::from(hands[number].text.as_str());
            let from = boundary(&text, at.index(text.len() + 1));
            let to = boundary(&text, from + removed).max(from);
            text.replace(from..to, &new);
            hands[number].text = text.to_string();
        }
        Step::HandEnds => {
            if let Some(merge) = &mut draft.merge {
                Arc::make_mut(merge).hands.pop();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn file_always_has_the_state_that_was_kept_last(steps in prop::collection::vec(step(), 1..12)) {
        let folder = tempdir().unwrap();
        let drafts = drafts(&folder);
        let mut file = drafts.begin(alice());
        let mut state = of_long(&(long() + "x"));
        for step in steps {
            apply(step.clone(), &mut state);
            file.keep(&state).unwrap();
            let bytes = fs::read(file.path().unwrap()).unwrap();
            prop_assert_eq!(&record::read(&bytes).unwrap().1, &state, "after {:?}", step);
        }
    }
}
