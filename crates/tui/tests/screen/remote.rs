//! A user at another machine: the editor does nothing to the machine that it runs on.

use crossterm::event::KeyCode;
use proptest::prelude::*;
use terminal::event::TerminalEvent;
use terminal::input::LineSource;
use terminal::theme::Theme;
use tui::{Effect, SessionPart, SessionStart, State, UserPlace};

use crate::any_size::{play_out, random_input};
use crate::harness::{TestApp, author, id};
use crate::server::Writes;
use crate::talk::Talk;

fn state() -> State {
    let part = SessionPart::Editor { me: author("Alice"), document: Some(id("welcome")) };
    let start = SessionStart {
        user_place: UserPlace::Elsewhere,
        keeps_drafts: true,
        ..SessionStart::new(part, "http://127.0.0.1:4280".to_owned(), (100, 30))
    };
    start.state(&[], Theme::default()).unwrap()
}

fn editor() -> TestApp {
    TestApp::begin(state(), vec![author("Alice")], 100, 30)
}

/// Returns the first effect that would touch the machine.
fn touch(play: &TestApp) -> Option<&Effect> {
    play.effects.iter().find(|effect| {
        matches!(
            effect,
            Effect::KeepFile { .. } | Effect::KeepFileAs { .. } | Effect::WriteElsewhere { .. } | Effect::Suspend
        )
    })
}

#[test]
fn export_is_off_with_its_reason() {
    let mut play = editor();
    play.alt('k');
    play.shows(100, 30, "over ssh, the file would be on the server's machine");
    assert_eq!(touch(&play), None);
}

#[test]
fn text_without_a_draft_is_copied_but_not_written() {
    let mut play = editor();
    play.server.disk.writes = Writes::Never("no space left");
    play.types("x").ctrl('q').types("f").code(KeyCode::Enter);
    assert_eq!(touch(&play), None);
    assert_eq!(play.ended(), None);
    play.code(KeyCode::Esc).ctrl('q').types("c");
    assert!(play.effects.iter().any(|effect| matches!(effect, Effect::Copy { .. })), "the clipboard is the user's own");
}

#[test]
fn stop_signal_does_not_stop_the_editor() {
    let mut play = editor();
    play.event(TerminalEvent::Suspended);
    assert_eq!(touch(&play), None);
    play.types("still here");
    play.shows(100, 30, "still here");
}

#[test]
fn plain_mode_writes_no_file_either() {
    let mut talk = Talk::begin(state(), &["Alice"], LineSource::Typed);
    talk.play.server.disk.writes = Writes::Never("no space left");
    talk.say("add more");
    for line in ["export", "quit", "file /tmp/stolen", "file", "write-to /tmp/stolen"] {
        talk.say(line);
    }
    assert_eq!(touch(&talk.play), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_keys_touch_the_machine(inputs in proptest::collection::vec(random_input(), 0..60), is_full in any::<bool>()) {
        let mut play = editor();
        if is_full {
            play.server.disk.writes = Writes::Never("no space left");
        }
        play_out(&mut play, inputs);
        prop_assert_eq!(touch(&play), None);
    }
}
