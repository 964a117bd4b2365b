//! With any keys, texts, sizes and newer versions, the view draws, and no text written by hand is lost.

use crossterm::event::KeyCode;
use editor::{ChangeId, Command, DocumentMerge, EditorInput, MergeStep};
use merge::Decision;
use proptest::prelude::*;
use ratatui::layout::Size;
use terminal::edit::Edit;
use terminal::key::Key;

use super::super::fixture::document;
use super::super::rows::RowBlock;
use super::{PaneShare, Reader};

/// Generates contents from few different lines, so that every kind of conflict occurs.
fn content() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        6 => prop::sample::select(vec!["one", "two", "three two", "", " ", "日本 語", "e\u{301}\t\u{202e}x"]),
        1 => Just("a long line that goes on and on, beyond the end of whatever pane there is, and on"),
    ];
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", ""]);
    (prop::collection::vec(line, 0..14), end).prop_map(|(lines, end)| lines.join("\n") + end)
}

/// An event of the merge view.
#[derive(Debug, Clone)]
enum Happens {
    Key(Key),
    Resized(u16, u16),
    /// Bob saves, and my save gets a 412.
    Meets(String),
}

fn happens() -> impl Strategy<Value = Happens> {
    let keys: Vec<Key> = "npNPmtbBoeuUahliv日xsSwFfEMTA".chars().map(Key::char).collect();
    let others = [KeyCode::Esc, KeyCode::Up, KeyCode::Down, KeyCode::PageDown, KeyCode::PageUp, KeyCode::Home];
    let others = others.into_iter().chain([KeyCode::End, KeyCode::Enter, KeyCode::Backspace]).map(Key::plain);
    let keys = keys.into_iter().chain(others).chain([Key::ctrl('s'), Key::ctrl('z')]);
    let keys: Vec<Key> = keys.chain("mtabr".chars().map(Key::alt)).collect();
    prop_oneof![
        20 => prop::sample::select(keys).prop_map(Happens::Key),
        3 => (0..170u16, 0..50u16).prop_map(|(width, height)| Happens::Resized(width, height)),
        1 => content().prop_map(Happens::Meets),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_input_draws_and_keys_decide_what_is_visible(
        texts in [content(), content(), content()],
        titles in prop::sample::select(vec![["a", "a", "a"], ["a", "b", "c"], ["a", "a", ""]]),
        steps in prop::collection::vec(happens(), 0..40),
    ) {
        let [base, mine, theirs] = [0, 1, 2].map(|at| document(titles[at], &texts[at]));
        prop_assume!(mine != base && theirs != mine && theirs != base);
        let mut reader = Reader::new(base, mine, theirs, 80, 24);
        for (number, step) in steps.iter().enumerate() {
            if reader.merging.0.document_merge().is_none() || reader.merging.0.is_busy() {
                break;
            }
            let (had_place, generation) = (reader.view.place.is_some(), reader.merging.conflict().generation());
            match step {
                Happens::Key(key) => reader.press(*key),
                Happens::Resized(width, height) => reader.size = Size::new(*width, *height),
                Happens::Meets(content) => {
                    let theirs = document("met", content);
                    prop_assume!(theirs != *reader.merging.conflict().mine());
                    reader.merging.reconcile(&format!("\"v{}\"", number + 7), theirs, Command::OverwriteTheirs);
                }
            }
            let Some(conflict) = reader.merging.0.document_merge() else { break };
            reader.view.on_remerge(conflict);
            reader.view.fit(conflict, reader.size, PaneShare::Whole);
            reader.drawn();
            prop_assert!(reader.view.place.is_none_or(|place| conflict.changes().contains(&place)));
            let height = reader.view.screen().side_height();
            let seen = reader.view.rows.sides_in(reader.view.top..reader.view.top + height);
            let has_place = seen.iter().any(|block| Some(block.place) == reader.view.place);
            let is_gone = reader.view.place.is_none();
            let is_in_step = reader.view.lockstep.is_in_place();
            prop_assert!(has_place || is_gone || !is_in_step || height == 0 || !seen.iter().any(RowBlock::is_change));
            let is_repeated = generation != conflict.generation();
            prop_assert!(!is_gone || !had_place || is_repeated, "only a repeated merge can remove the selection");
        }
    }
}

/// Returns a word that no other text contains.
fn word(number: usize) -> String {
    format!("typed{number}.")
}

/// Returns whether a word is in a text written by hand, in a decision, or in one that undo restores.
fn is_somewhere(reader: &Reader, word: &str) -> bool {
    if reader.view.manual_text().is_some_and(|text| text.contains(word)) {
        return true;
    }
    let mut editor = reader.merging.0.clone();
    while editor.document_merge().is_some_and(|conflict| !is_decided(conflict, word)) {
        if editor.why_unavailable(&Command::Merge(MergeStep::Undo)).is_some() {
            return false;
        }
        editor.update(EditorInput::Command(Command::Merge(MergeStep::Undo)));
    }
    editor.document_merge().is_some()
}

fn is_decided(conflict: &DocumentMerge, word: &str) -> bool {
    let decided = |place: ChangeId| match place {
        ChangeId::Region(region) => match conflict.content().decision(region) {
            Decision::Edited(text) => String::from_utf8_lossy(text).contains(word),
            _ => false,
        },
        _ => false,
    };
    conflict.full_override().is_some_and(|whole| whole.contains(word))
        || conflict.my_side().content.contains(word)
        || conflict.changes().iter().copied().any(decided)
}

/// An action of a user who writes by hand, and never deletes or undoes.
#[derive(Debug, Clone)]
enum Writes {
    /// Opens the text of the selected change or the whole text, types a word, and accepts or leaves it.
    Types { whole: bool, takes: bool },
    /// Selects another change or pane.
    Walks(char),
    /// Bob saves, and my save gets a 412.
    Meets(String),
}

fn writes() -> impl Strategy<Value = Writes> {
    prop_oneof![
        4 => (any::<bool>(), any::<bool>()).prop_map(|(whole, takes)| Writes::Types { whole, takes }),
        3 => prop::sample::select(vec!['n', 'p', 'N', 'P', 'v']).prop_map(Writes::Walks),
        2 => content().prop_map(Writes::Meets),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn manual_text_survives_any_event_in_between(
        texts in [content(), content(), content()],
        steps in prop::collection::vec(writes(), 0..16),
    ) {
        let [base, mine, theirs] = texts.each_ref().map(|text| document("a", text));
        prop_assume!(mine != base && theirs != mine && theirs != base);
        let mut reader = Reader::new(base, mine, theirs, 100, 30);
        let mut typed = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            match step {
                Writes::Walks(key) => drop(reader.type_keys(&key.to_string())),
                Writes::Types { whole, takes } => {
                    reader.type_keys(if *whole { "E" } else { "e" });
                    if !reader.view.is_writing() {
                        continue;
                    }
                    let insert = Edit::InsertText(word(number));
                    reader.does(&crate::action::MergeViewInput::Edit(insert));
                    typed.push(word(number));
                    // A whole text with open conflicts warns once.
                    for _ in 0..2 {
                        if *takes && reader.view.is_writing() {
                            reader.press(Key::ctrl('s'));
                        }
                    }
                    if reader.view.is_writing() {
                        reader.press(Key::plain(KeyCode::Esc));
                    }
                }
                Writes::Meets(content) => {
                    let theirs = document("a", content);
                    if theirs == *reader.merging.conflict().mine() {
                        continue;
                    }
                    reader.merging.reconcile(&format!("\"v{}\"", number + 7), theirs, Command::OverwriteTheirs);
                    if reader.merging.0.document_merge().is_none() {
                        break;
                    }
                    reader.view.on_remerge(reader.merging.conflict());
                    reader.view.fit(reader.merging.conflict(), reader.size, PaneShare::Whole);
                }
            }
            for word in &typed {
                prop_assert!(is_somewhere(&reader, word), "{word} is nowhere, after {:?}", &steps[..=number]);
            }
        }
    }
}
