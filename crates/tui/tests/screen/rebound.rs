//! Other keys: the screen names the keys that are bound, and no others.

use crossterm::event::{KeyCode, KeyModifiers};
use proptest::prelude::*;
use terminal::key::Key;
use terminal::theme::Theme;
use tui::action::{Action, BINDINGS, BoundAction, Context, KeyMap, KeyMeaning, NamedKey, Rebinding};
use tui::{LessonRun, State};

use crate::harness::TestApp;
use crate::stage_people;

fn rebind(context: Option<Context>, action: Action, keys: &[Key]) -> Rebinding {
    let keys = keys.iter().map(|key| NamedKey { key: *key, span: 0..0 }).collect();
    Rebinding { context, action, keys, span: 0..0 }
}

/// Returns all actions, each once.
fn actions() -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    for row in BINDINGS {
        if !actions.contains(&row.action) {
            actions.push(row.action);
        }
    }
    actions
}

/// Returns a map in which no action has a key of the table.
fn all_other_keys() -> KeyMap {
    let keys = (0x3b1..=0x3c9).chain(0x430..=0x4ff).filter_map(char::from_u32).map(Key::alt);
    let rebindings: Vec<_> =
        actions().into_iter().zip(keys).map(|(action, key)| rebind(None, action, &[key])).collect();
    assert_eq!(rebindings.len(), actions().len());
    KeyMap::rebound(&rebindings).unwrap()
}

/// Presses the key of an action.
fn act(play: &mut TestApp, action: Action) -> &mut TestApp {
    let key = play.state.keys().key_of(action, play.state.context()).unwrap();
    play.press(key)
}

/// Checks that the screen names no key of the table.
fn names_no_default_key(play: &TestApp) {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let screen = play.screen(width, height).rows();
        for row in &screen {
            let words: Vec<&str> = row.split(|c: char| c.is_whitespace() || "┃│:,;()".contains(c)).collect();
            for word in words {
                let is_default = word.parse::<Key>().is_ok_and(|key| {
                    let is_named = word.starts_with("Ctrl-") || word.len() > 1 && key.code != KeyCode::Char(' ');
                    let is_label = key.to_string() == word;
                    is_named && is_label && BINDINGS.iter().any(|row| row.default_keys.contains(&key))
                });
                assert!(!is_default, "{word} in {:?}:\n{}", play.state.context(), screen.join("\n"));
            }
        }
    }
}

#[test]
fn choices_of_a_question_have_the_keys_that_answer() {
    let keys = KeyMap::rebound(&[rebind(None, Action::Answer(0), &[Key::char('x')])]).unwrap();
    let lesson = stage_people::lesson(1, 0, stage_people::ASKS);
    let people = lesson.senders();
    let state = State::lesson(&[lesson], LessonRun::of(0), "http://x".to_owned(), Theme::default()).unwrap();
    let mut play = TestApp::begin(state.with_keys(keys), people, 120, 40);
    for _ in 0..12 {
        if play.state.context() != Context::Quiz {
            play.types(".");
        }
    }
    let screen = play.screen(120, 40).text();
    assert!(screen.contains("▶ x ") && screen.contains("  2 ") && !screen.contains("▶ 1 "), "{screen}");
}

#[test]
fn screen_names_no_key_that_is_not_bound() {
    let mut play = TestApp::stage_with_keys(all_other_keys(), 120, 40);
    names_no_default_key(&play);
    act(&mut play, Action::SaveUnconditionally);
    names_no_default_key(act(&mut play, Action::Enter));
    names_no_default_key(act(&mut play, Action::RetryWithPrecondition));
    play.types("Alice ");
    act(act(&mut play, Action::Save), Action::SecondEditor);
    play.types("Bob ");
    names_no_default_key(act(&mut play, Action::Save));
    names_no_default_key(act(&mut play, Action::Enter));
    assert_eq!(play.state.context(), Context::Merge);
    names_no_default_key(act(&mut play, Action::Help));
    act(&mut play, Action::Close);
    names_no_default_key(act(&mut play, Action::Palette));
    act(&mut play, Action::Close);
    names_no_default_key(act(&mut play, Action::Merge(merge_view::action::MergeAction::EditResult)));
    act(act(&mut play, Action::Close), Action::Leave);
    for open in [Action::Documents, Action::Versions, Action::FocusWire] {
        names_no_default_key(act(&mut play, open));
        act(&mut play, Action::Close);
    }
    names_no_default_key(act(act(&mut play, Action::FocusWire), Action::Hold));
    act(act(&mut play, Action::Close), Action::Quit);
    names_no_default_key(&play);
}

#[test]
fn rebound_action_works_and_its_old_key_does_not() {
    let keys = KeyMap::rebound(&[rebind(None, Action::Save, &[Key::f(12)])]).unwrap();
    let mut play = TestApp::stage_with_keys(keys, 80, 24);
    play.types("Rye ").ctrl('s');
    assert_eq!(play.server.content(), crate::harness::TEXT);
    play.shows(80, 24, "F12 save");
    play.f(12);
    assert_eq!(play.server.content(), format!("Rye {}", crate::harness::TEXT));
}

fn any_key() -> impl Strategy<Value = Key> {
    let held = proptest::sample::select(vec![KeyModifiers::NONE, KeyModifiers::CONTROL, KeyModifiers::ALT]);
    prop_oneof![
        (proptest::char::range('a', 'z'), held).prop_filter_map("no key", |(c, modifiers)| {
            Key { code: KeyCode::Char(c), modifiers }.name().parse().ok()
        }),
        (1u8..=20).prop_map(Key::f),
        proptest::char::range('!', '~').prop_map(Key::char),
        proptest::sample::select(vec![KeyCode::Esc, KeyCode::Enter, KeyCode::Tab, KeyCode::Insert, KeyCode::PageUp])
            .prop_map(Key::plain),
    ]
}

fn any_rebinding() -> impl Strategy<Value = Rebinding> {
    let context = proptest::option::of(proptest::sample::select(Context::ALL.to_vec()));
    let action = proptest::sample::select(actions());
    (context, action, proptest::collection::vec(any_key(), 0..3))
        .prop_map(|(context, action, keys)| rebind(context, action, &keys))
}

/// Returns those of the rebindings that the check accepts together, and their map.
fn accepted(rebindings: Vec<Rebinding>) -> (KeyMap, Vec<Rebinding>) {
    let mut kept: Vec<Rebinding> = Vec::new();
    let mut map = KeyMap::default();
    for rebinding in rebindings {
        kept.retain(|other| (other.action, other.context) != (rebinding.action, rebinding.context));
        kept.push(rebinding);
        match KeyMap::rebound(&kept) {
            Ok(new) => map = new,
            Err(_) => _ = kept.pop(),
        }
    }
    // What a refused rebinding replaced is gone, too.
    map = KeyMap::rebound(&kept).unwrap_or(map);
    (map, kept)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_action_is_reached_by_each_of_its_keys(wanted in proptest::collection::vec(any_rebinding(), 1..40)) {
        let (map, kept) = accepted(wanted);
        for context in Context::ALL {
            for bound in map.actions(context) {
                for key in &bound.keys {
                    let meaning = map.meaning(*key, context);
                    prop_assert_eq!(meaning, Some(KeyMeaning::Act(bound.row.action)), "{} {:?}", key, context);
                }
                prop_assert!(!bound.keys.is_empty() || !bound.row.action.must_keep_key(), "{}", bound.row.name);
            }
            // A letter still types, wherever text is typed.
            for c in 'a'..='z' {
                let is_action = matches!(map.meaning(Key::char(c), context), Some(KeyMeaning::Act(_)));
                prop_assert!(!(is_action && context.accepts_text() && context != Context::Menu), "{} {:?}", c, context);
            }
        }
        for rebinding in &kept {
            let here = |context: &Context| rebinding.context.is_none_or(|only| only == *context);
            let has = |context: Context| map.actions(context).iter().any(|bound| bound.row.action == rebinding.action);
            for context in Context::ALL.into_iter().filter(here).filter(|context| has(*context)) {
                let is_replaced = rebinding.context.is_none()
                    && kept.iter().any(|other| other.action == rebinding.action && other.context == Some(context));
                for named in rebinding.keys.iter().filter(|_| !is_replaced) {
                    prop_assert_eq!(map.meaning(named.key, context), Some(KeyMeaning::Act(rebinding.action)));
                }
            }
        }
    }

    #[test]
    fn footer_shows_no_key_that_does_something_else(wanted in proptest::collection::vec(any_rebinding(), 1..40)) {
        let (map, _) = accepted(wanted);
        let mut play = TestApp::stage_with_keys(map.clone(), 160, 50);
        for open in [None, Some(Action::FocusWire), Some(Action::Palette), Some(Action::Help)] {
            if let Some(open) = open {
                let Some(key) = map.key_of(open, play.state.context()) else { continue };
                play.press(key);
            }
            let context = play.state.context();
            let footer = play.screen(160, 50).rows().pop().unwrap();
            let footer = footer.trim();
            // Each hint is a key and a word or two of an action that has this key here.
            let mut rest = footer;
            while !rest.is_empty() {
                let found = map.actions(context).iter().find_map(|bound| {
                    let label = bound.key()?.to_string();
                    let after = rest.strip_prefix(label.as_str())?.strip_prefix(' ')?;
                    let words = after.split_once("  ").map_or(after, |(words, _)| words);
                    (words == bound.row.hint).then(|| after[words.len()..].trim_start())
                });
                rest = if let Some(after) = found {
                    after
                } else {
                    // The words depend on the state, or one label is for two keys: the first is that of an action here.
                    let (hint, after) = rest.split_once("  ").unwrap_or((rest, ""));
                    let label = hint.split(' ').next().unwrap_or_default();
                    let keys = map.actions(context).iter().filter_map(BoundAction::key);
                    let is_bound = keys.map(|key| key.to_string()).any(|key| label.starts_with(&key));
                    prop_assert!(is_bound, "{hint} in {context:?}: {footer}");
                    after.trim_start()
                };
            }
            if let Some(key) = map.key_of(Action::Close, context).filter(|_| open.is_some()) {
                play.press(key);
            }
        }
    }
}
