//! Writing: typed text reaches the editor, the editor's changes reach the text, and other bytes stay.

use crossterm::event::KeyCode;
use ratatui::style::Modifier;
use terminal::event::TerminalEvent;
use terminal::key::Key;
use tui::{Effect, Event};

use crate::harness::TestApp;

#[test]
fn line_ends_stay_as_they_are() {
    for text in ["one\r\ntwo\r\n", "one\r\ntwo", "one\ntwo", "one\r\ntwo\nthree\r\n", "a\rb\n"] {
        let mut play = TestApp::single(Some("welcome"), 80, 24);
        let event = play.server.saved_by("Bob", text);
        play.event(event).f(5).types("x").code(KeyCode::Backspace);
        play.shows(80, 24, "✓ clean");
        play.types("x").ctrl('s');
        assert_eq!(play.server.content(), format!("x{text}"));
    }
}

#[test]
fn new_line_ends_like_the_other_lines() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    let event = play.server.saved_by("Bob", "one\r\ntwo\r\n");
    play.event(event).f(5).code(KeyCode::End).code(KeyCode::Enter).types("and a half").ctrl('s');
    assert_eq!(play.server.content(), "one\r\nand a half\r\ntwo\r\n");
    play.shows(80, 24, "CRLF");
}

#[test]
fn a_paste_is_one_change() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.event(TerminalEvent::Pasted("two\r\nlines\r".to_owned())).ctrl('s');
    assert!(play.server.content().starts_with("two\nlines\n# Bread"));
    play.ctrl('z');
    play.shows(80, 24, "1 # Bread");
    play.shows(80, 24, "✎ edited");
    play.ctrl('y');
    play.shows(80, 24, "✓ clean");
}

#[test]
fn selection_is_visible_and_is_cut_and_pasted() {
    let mut play = TestApp::stage(120, 40);
    for _ in 0..2 {
        play.press(Key::shift(KeyCode::Right));
    }
    let screen = play.screen(120, 40);
    assert!(screen.style_of("# Bread").add_modifier.contains(Modifier::REVERSED), "selected");
    play.ctrl('x');
    play.shows(120, 40, "1 Bread");
    play.alt('2').ctrl('v');
    play.shows(120, 40, "1 # # Bread");
}

#[test]
fn wrong_quit_key_names_the_right_one() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.ctrl('c');
    play.shows(80, 24, "nothing is selected; Ctrl-Q leaves");
    play.types("x");
    play.hides(80, 24, "Ctrl-Q leaves");
}

#[test]
fn control_characters_are_shown_as_marks() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    let event = play.server.saved_by("Bob", "bell\u{7} esc\u{1b}[2J\n");
    play.event(event).f(5);
    play.shows(80, 24, "1 bell␇ esc␛[2J");
    play.shows(80, 24, "! 2 characters are shown as marks, such as ␛");
}

#[test]
fn a_newer_version_keeps_the_cursor_near() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.code(KeyCode::Down).code(KeyCode::Down).code(KeyCode::Down);
    let event = play.server.saved_by("Bob", "new line\n# Bread\n\nflour\nwater\nsalt\n");
    play.event(event);
    play.shows(80, 24, "! stale");
    play.f(5);
    play.shows(80, 24, "1 new line");
    play.types("x");
    play.shows(80, 24, "5 xwater");
}

#[test]
fn draft_is_kept_while_typing_and_forgotten_when_saved() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.types("x");
    assert!(
        matches!(play.effects.last(), Some(Effect::KeepDraft { draft, .. }) if draft.mine.content.to_string().starts_with('x'))
    );
    play.ctrl('s');
    assert!(play.effects.iter().any(|effect| matches!(effect, Effect::ForgetDraft { .. })));
}

#[test]
fn draft_of_an_earlier_run_is_restored() {
    let mut play = TestApp::single(None, 80, 24);
    let document = contract::Document { content: "from before".to_owned(), ..contract::Document::default() };
    let draft = editor::Draft::new(None, document);
    play.event(Event::Opened { seat: 0, document: crate::harness::id("new-one"), draft: Some(draft) });
    play.code(KeyCode::Esc);
    play.shows(80, 24, "from before");
}

/// Returns the last draft that was to be kept.
fn kept(play: &TestApp) -> &editor::Draft {
    let drafts = play.effects.iter().rev().filter_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => Some(draft),
        _ => None,
    });
    drafts.into_iter().next().expect("a draft was kept")
}

#[test]
fn hand_text_is_kept_while_typing() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.types("Alice ");
    let event = play.server.saved_by("Bob", "Bob # Bread\n\nflour\nwater\nsalt\n");
    play.event(event).ctrl('s').f(9);
    play.types("eby hand ");
    let writing = |play: &TestApp| (kept(play).manual_edit.clone(), kept(play).text_by_hand());
    let in_place = (None, Some("by hand Alice # Bread\n".to_owned()));
    assert_eq!(writing(&play), in_place, "not accepted yet, and kept with its place in the merge");
    play.ctrl('s');
    let decisions = |play: &TestApp| -> Vec<merge::Decision> {
        let merge = kept(play).merge.as_ref().expect("the merge is kept");
        merge.decisions.iter().map(|record| record.decision.clone()).collect()
    };
    let taken = [merge::Decision::Edited(b"by hand Alice # Bread\n".to_vec())];
    assert_eq!((writing(&play), decisions(&play)), ((None, None), taken.to_vec()), "accepted");
    play.types("Eall ");
    let whole = "all by hand Alice # Bread\n\nflour\nwater\nsalt\n";
    assert_eq!(
        (writing(&play), decisions(&play)),
        ((None, Some(whole.to_owned())), taken.to_vec()),
        "the accepted edit and the new one"
    );
    let draft = kept(&play).clone();

    let mut next = TestApp::single(None, 120, 40);
    let event = next.server.saved_by("Bob", "Bob # Bread\n\nflour\nwater\nsalt\n");
    next.event(event);
    next.event(Event::Opened { seat: 0, document: crate::harness::id("welcome"), draft: Some(draft) })
        .code(KeyCode::Esc);
    next.shows(120, 40, "merging, all decided");
    next.shows(120, 40, "by hand Alice # Bread");
    next.f(9).types("E");
    next.shows(120, 40, "all by hand Alice # Bread");
}

#[test]
fn hand_text_can_be_pasted_in_the_next_run() {
    let mut play = TestApp::single(None, 120, 40);
    let document = contract::Document { content: "from before".to_owned(), ..contract::Document::default() };
    let draft = editor::Draft { manual_edit: Some("by hand".into()), ..editor::Draft::new(None, document) };
    play.event(Event::Opened { seat: 0, document: crate::harness::id("new-one"), draft: Some(draft) });
    play.shows(120, 40, "typed in an earlier run and in no text yet: 'by hand'; Ctrl-V pastes it");
    play.code(KeyCode::Esc);
    play.shows(120, 40, "typed text is not in the document yet");
    play.ctrl('v');
    play.shows(120, 40, "from beforeby hand");
    play.hides(120, 40, "typed text is not in the document yet");
}

#[test]
fn saved_result_leaves_no_hand_text_behind() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.types("Alice ");
    let event = play.server.saved_by("Bob", "Bob # Bread\n\nflour\nwater\nsalt\n");
    play.event(event).ctrl('s').f(9);
    play.types("eby hand ").ctrl('s').ctrl('s');
    assert!(play.server.content().starts_with("by hand Alice # Bread"));
    play.types("x");
    assert_eq!(kept(&play).manual_edit, None);
}

#[test]
fn text_is_kept_as_a_file_from_any_context() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    let files = |play: &TestApp| -> Vec<String> {
        let texts = play.effects.iter().filter_map(|effect| match effect {
            Effect::KeepFile { name, text } => Some(format!("{name}: {text}")),
            _ => None,
        });
        texts.collect()
    };
    play.types("Alice ").alt('k');
    let event = play.server.saved_by("Bob", "Bob # Bread\n\nflour\nwater\nsalt\n");
    play.event(event).ctrl('s').f(9).types("t").types("k").types("e").alt('k');
    let mine = "welcome-mine: Alice # Bread\n\nflour\nwater\nsalt\n";
    assert_eq!(files(&play), [mine; 3], "from the text, from the merge after a decision, and while editing a result");
    play.event(Event::FileKept(Ok("/some/where/welcome-mine.txt".into())));
    play.shows(120, 40, "✓ your text is in /some/where/welcome-mine.txt");
}

#[test]
fn two_creations_of_one_document_merge_without_a_base() {
    let mut play = TestApp::single(Some("new-one"), 160, 40);
    play.types("mine").ctrl('s').f(9);
    play.shows(160, 40, "no base, you both began it");
    play.shows(160, 40, "(nothing was here)");
    play.types("n").shows(160, 40, "b both, mine first,");
    play.shows(160, 40, "merging, 1 open");
}

/// The lines of others are gone from the text, and a save would remove them for all.
#[test]
fn undo_of_a_merge_says_what_a_save_would_do() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    let event = play.server.saved_by("Bob", "one\ntwo\nthree\n");
    play.event(event).f(5).code(KeyCode::Enter).types("mine ");
    let event = play.server.saved_by("Bob", "one\ntwo\nthree\nbob\n");
    play.event(event).ctrl('s');
    play.ctrl('s').ctrl('s');
    assert_eq!(play.server.content(), "\nmine one\ntwo\nthree\nbob\n");
    play.ctrl('z');
    play.shows(80, 24, "a merge or another version is taken back");
    play.hides(80, 24, "5 bob");
    play.ctrl('y');
    play.shows(80, 24, "5 bob");
    play.hides(80, 24, "is taken back");
    play.types("x").ctrl('z');
    play.hides(80, 24, "is taken back");
}
