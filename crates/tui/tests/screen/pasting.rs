//! A paste outside a text: kept and announced, never dropped.

use crossterm::event::KeyCode;
use terminal::event::TerminalEvent;
use terminal::key::Key;
use terminal::theme::Theme;
use tui::action::Context;
use tui::{Effect, Event, State, update};

use crate::harness::{TestApp, author, id};
use crate::typist::{NOON, bob_saves, draft, reads};

/// Returns the text outside the document that the last draft keeps.
fn kept(play: &TestApp) -> String {
    let drafts = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => Some(draft.manual_edit.as_deref().unwrap_or_default().to_owned()),
        _ => None,
    });
    drafts.expect("a draft was kept")
}

#[test]
fn kept_paste_is_unsaved_until_it_is_pasted() {
    let mut play = reads(NOON, 120, 40);
    play.f(3).event(TerminalEvent::Pasted("bring cake".to_owned()));
    assert_eq!(kept(&play), "bring cake");
    play.ctrl('q');
    assert_eq!((play.state.context(), play.ended()), (Context::Unsaved, None));
    play.code(KeyCode::Esc).code(KeyCode::Esc).ctrl('v');
    assert_eq!((draft(&play), kept(&play)), (format!("{NOON}bring cake"), String::new()));
    play.ctrl('s').ctrl('q');
    assert!(play.ended().is_some());
}

/// The editor compares texts, and sees only that the end has changed.
#[test]
fn kept_paste_over_lines_that_begin_like_it_is_in_the_text() {
    let mut play = reads(NOON, 120, 40);
    play.f(3).event(TerminalEvent::Pasted(format!("{NOON} bring cake"))).code(KeyCode::Esc);
    play.shows(120, 40, "typed text is not in the document yet");
    play.ctrl('a').ctrl('v');
    assert_eq!((draft(&play), kept(&play)), (format!("{NOON} bring cake"), String::new()));
    play.hides(120, 40, "typed text is not in the document yet");
}

#[test]
fn paste_outside_a_text_is_kept_and_announced() {
    type Enters = fn(&mut TestApp);
    let places: [(&str, u16, Enters); 10] = [
        ("the merge", 1, |play| {
            bob_saves(play, "meet at TEN.");
            play.ctrl('s').f(9);
        }),
        ("the 428", 1, |play| {
            play.f(6).f(9);
        }),
        ("the choice after a delete", 1, |play| {
            let event = play.server.deleted_by("Bob");
            play.event(event).f(9);
        }),
        ("a view that has ended", 1, |play| {
            play.f(6).f(9).event(Event::Disconnected { seat: 0 });
        }),
        ("the wire", 1, |play| {
            play.press(Key::alt('w'));
        }),
        ("one exchange", 2, |play| {
            play.press(Key::alt('w')).code(KeyCode::Enter);
        }),
        ("the help", 1, |play| {
            play.f(1);
        }),
        ("the versions", 1, |play| {
            play.f(3);
        }),
        ("a question", 1, |play| {
            play.f(8);
        }),
        ("the question about unsaved text", 1, |play| {
            play.ctrl('q');
        }),
    ];
    for (name, ways_out, enters) in places {
        let mut play = reads(NOON, 120, 40);
        play.types("x");
        enters(&mut play);
        let context = play.state.context();
        assert_ne!(context, Context::Text, "{name}");
        play.event(TerminalEvent::Pasted("cd\nfrom elsewhere".to_owned()));
        play.shows(120, 40, &format!("not pasted {}; it is kept, and Ctrl-V pastes it", context.place_name()));
        assert_eq!(play.state.context(), context, "{name}");
        assert!(kept(&play).contains("cd\nfrom elsewhere"), "{name}: the draft has the paste");
        for _ in 0..ways_out {
            play.code(KeyCode::Esc);
        }
        play.ctrl('v');
        assert_eq!(draft(&play), "meet at noon.xcd\nfrom elsewhere", "{name}");
    }
}

#[test]
fn paste_of_many_lines_into_one_line_is_kept_whole() {
    for (enters, shown) in [(Key::f(2), "create first"), (Key::char('f'), "show only: first")] {
        let mut play = reads(NOON, 120, 40);
        if enters == Key::char('f') {
            play.press(Key::alt('w'));
        }
        play.press(enters).event(TerminalEvent::Pasted("first\nsecond".to_owned()));
        play.shows(120, 40, shown);
        play.shows(120, 40, "only the first line is pasted");
        play.alt('1').code(KeyCode::Esc).code(KeyCode::Esc).ctrl('v');
        assert_eq!(draft(&play), "meet at noon.first\nsecond");
    }
}

#[test]
fn paste_without_a_document_is_kept() {
    let mut play = TestApp::single(None, 120, 40);
    play.code(KeyCode::Esc).event(TerminalEvent::Pasted("kept".to_owned()));
    play.shows(120, 40, "not pasted, no document is open; it is kept, and Ctrl-V pastes it in a text");
    play.f(2).types("new-one").code(KeyCode::Enter).ctrl('v');
    assert_eq!(draft(&play), "kept");
}

#[test]
fn second_kept_paste_leaves_the_first_one_pasteable() {
    let mut play = reads(NOON, 120, 40);
    play.f(3)
        .event(TerminalEvent::Pasted("first words".to_owned()))
        .event(TerminalEvent::Pasted("second words".to_owned()));
    assert_eq!(kept(&play), "first words\nsecond words");
    play.code(KeyCode::Esc).ctrl('v');
    assert_eq!((draft(&play), kept(&play)), (format!("{NOON}first words\nsecond words"), String::new()));
}

#[test]
fn kept_paste_is_unsaved_only_until_it_is_pasted_elsewhere() {
    let mut play = reads(NOON, 120, 40);
    play.f(3).event(TerminalEvent::Pasted("kept words".to_owned())).code(KeyCode::Esc);
    play.f(2).types("other").code(KeyCode::Enter).ctrl('v').ctrl('q');
    let screen = play.shows(120, 40, "Not saved: other").text();
    assert!(!screen.contains("welcome (Alice)"), "{screen}");
}

#[test]
fn paste_without_a_document_is_announced() {
    let mut play = TestApp::single(None, 120, 40);
    play.event(TerminalEvent::Pasted("first\nsecond".to_owned())).ctrl('q');
    play.shows(120, 40, "pasted, but in no text yet: 'first'");
    assert_eq!(play.ended(), None);
    play.ctrl('q');
    assert!(play.ended().is_some());
}

#[test]
fn cut_text_is_in_the_draft_and_dropped_when_leaving() {
    let mut play = reads(NOON, 120, 40);
    play.types("x").ctrl('a').ctrl('x');
    let drafts = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => Some(draft.aside.as_deref()),
        _ => None,
    });
    assert_eq!(drafts, Some(Some(format!("{NOON}x").as_str())));
    play.ctrl('v').code(KeyCode::Backspace);
    assert_eq!(draft(&play), NOON);
    assert_eq!(play.ended(), None);
    play.ctrl('q');
    assert!(play.ended().is_some(), "the text is the server's again");
    assert!(matches!(play.effects.last(), Some(Effect::ForgetDraft { .. })), "{:?}", play.effects.last());
}

/// A draft of the text before the cut would contain the cut text twice.
#[test]
fn cut_writes_one_draft_without_the_text() {
    let mut play = reads(NOON, 120, 40);
    play.types("x").ctrl('a');
    let before = play.effects.len();
    play.ctrl('x');
    let drafts = play.effects[before..].iter().filter_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => Some((draft.mine.content.to_string(), draft.aside.as_deref())),
        _ => None,
    });
    assert_eq!(drafts.collect::<Vec<_>>(), [(String::new(), Some(format!("{NOON}x").as_str()))]);
}

/// On the stage, the editors exist before their documents open: keys typed right after `f` are text.
#[test]
fn words_typed_before_the_stage_opens_go_into_the_text() {
    let people = vec![author("Alice"), author("Bob")];
    let server = "http://127.0.0.1:4280".to_owned();
    let mut state = State::stage(people, &id("welcome"), server, Theme::default());
    for c in "hello".chars() {
        update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char(c))));
    }
    update(&mut state, Event::Terminal(TerminalEvent::Pasted(" world".to_owned())));
    let effects = update(&mut state, Event::Opened { seat: 0, document: id("welcome"), draft: None });
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Ask { seat: 0, .. })), "{effects:?}");
    update(&mut state, Event::Opened { seat: 1, document: id("welcome"), draft: None });
    let kept = effects.iter().find_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => Some(draft.mine.content.to_string()),
        _ => None,
    });
    assert_eq!(kept.as_deref(), Some("hello world"));
}
