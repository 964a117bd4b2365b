//! Random input in terminals of any size: nothing panics, and typing and saving still work.

use crossterm::event::KeyCode;
use proptest::prelude::*;
use terminal::event::{Mouse, MouseKind, TerminalEvent};
use terminal::key::Key;
use tui::action::BINDINGS;

use crate::harness::TestApp;

/// An input of the user, a save of another author, or a change of whether the server responds.
#[derive(Debug, Clone)]
pub(crate) enum RandomInput {
    Press(Key),
    Paste(String),
    Mouse(MouseKind, u16, u16),
    Resize(u16, u16),
    Other(String),
    Down(bool),
}

pub(crate) fn random_input() -> impl Strategy<Value = RandomInput> {
    let keys: Vec<Key> =
        BINDINGS.iter().flat_map(|row| row.default_keys).copied().filter(|key| *key != Key::ctrl('q')).collect();
    let moves = [KeyCode::Up, KeyCode::Left, KeyCode::Enter, KeyCode::Backspace, KeyCode::PageDown, KeyCode::Tab];
    prop_oneof![
        6 => proptest::sample::select(keys).prop_map(RandomInput::Press),
        3 => proptest::char::range(' ', '~').prop_map(|c| RandomInput::Press(Key::char(c))),
        2 => proptest::sample::select(moves.to_vec()).prop_map(|code| RandomInput::Press(Key::plain(code))),
        1 => "[a\n\r日\u{202e}\u{1b}]{0,12}".prop_map(RandomInput::Paste),
        1 => (proptest::sample::select(MOUSE_KINDS.to_vec()), 0u16..130, 0u16..50)
            .prop_map(|(kind, column, row)| RandomInput::Mouse(kind, column, row)),
        2 => (1u16..200, 1u16..80).prop_map(|(width, height)| RandomInput::Resize(width, height)),
        2 => "[a-c\n]{0,8}".prop_map(RandomInput::Other),
        1 => any::<bool>().prop_map(RandomInput::Down),
    ]
}

const MOUSE_KINDS: [MouseKind; 7] = [
    MouseKind::Click,
    MouseKind::DoubleClick,
    MouseKind::TripleClick,
    MouseKind::ShiftClick,
    MouseKind::Drag,
    MouseKind::Wheel(-1),
    MouseKind::Wheel(1),
];

/// Plays inputs until the session ends, and draws a frame after each.
pub(crate) fn play_out(play: &mut TestApp, inputs: Vec<RandomInput>) {
    let (mut width, mut height) = (80, 24);
    for input in inputs {
        match input {
            RandomInput::Press(key) => play.press(key),
            RandomInput::Paste(text) => play.event(TerminalEvent::Pasted(text)),
            RandomInput::Mouse(kind, column, row) => play.event(TerminalEvent::Mouse(Mouse { kind, column, row })),
            RandomInput::Resize(columns, rows) => {
                (width, height) = (columns, rows);
                play.resize(width, height)
            }
            RandomInput::Other(text) => {
                let event = play.server.saved_by("Carol", &text);
                play.event(event)
            }
            RandomInput::Down(down) => {
                play.server.down = down;
                &mut *play
            }
        };
        play.screen(width, height);
        if play.ended().is_some() {
            return;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_on_the_stage(inputs in proptest::collection::vec(random_input(), 0..40)) {
        play_out(&mut TestApp::stage(80, 24), inputs);
    }

    #[test]
    fn nothing_panics_in_one_editor(inputs in proptest::collection::vec(random_input(), 0..40)) {
        play_out(&mut TestApp::single(None, 80, 24), inputs);
    }

    #[test]
    fn every_view_can_be_drawn_in_every_size(width in 1u16..200, height in 1u16..200) {
        let mut play = TestApp::stage(width, height);
        let look = |play: &TestApp| drop(play.screen(width, height));
        look(&play);
        look(play.types("Alice ").ctrl('s').alt('2').types("Bob ").f(6));
        look(play.code(KeyCode::Esc).ctrl('s'));
        look(play.f(1));
        look(play.f(1).f(2));
        look(play.code(KeyCode::Esc).press(Key::alt('w')));
        look(play.code(KeyCode::Enter));
        look(play.code(KeyCode::Esc).code(KeyCode::Esc).types("O"));
        look(play.code(KeyCode::Esc).f(3));
        look(play.code(KeyCode::End).code(KeyCode::Enter));
        look(play.types("c"));
        look(play.code(KeyCode::Esc).code(KeyCode::Esc).types("e"));
        look(play.code(KeyCode::Esc).code(KeyCode::Esc).f(8));
        look(play.code(KeyCode::Esc).ctrl('q'));
    }

    #[test]
    fn too_small_terminal_says_so_and_keys_still_work(width in 10u16..40, height in 6u16..12) {
        let mut play = TestApp::single(Some("welcome"), width, height);
        let screen = play.screen(width, height).text();
        prop_assert!(screen.contains(" is small") || width < 18, "{screen}");
        play.types("x").ctrl('s');
        prop_assert!(play.server.content().starts_with('x'));
    }
}
