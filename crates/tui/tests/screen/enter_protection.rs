//! An Enter that is pressed just as a document comes into view.

use crossterm::event::KeyCode;
use proptest::prelude::*;
use terminal::event::TerminalEvent;
use terminal::theme::Theme;
use tui::{Effect, Event, State};

use crate::harness::{TEXT, TestApp, author, id};
use crate::server::Server;

const SERVER: &str = "http://127.0.0.1:4280";

/// Returns the turns of all timers for the protection, in order.
pub(crate) fn protections(play: &TestApp) -> Vec<u64> {
    let turn = |effect: &Effect| if let Effect::ProtectFromEnter { turn } = effect { Some(*turn) } else { None };
    play.effects.iter().filter_map(turn).collect()
}

/// Returns a session in which the time of a double click never passes by itself.
fn begun(state: State, people: &[&str]) -> TestApp {
    let mut server = Server::with(TEXT);
    server.is_double_click_time = true;
    TestApp::at(server, state, people.iter().map(|name| author(name)).collect(), 80, 24)
}

fn editor(document: Option<&str>) -> TestApp {
    begun(State::editor(author("Alice"), document.map(id), SERVER.to_owned(), Theme::default()), &["Alice"])
}

fn stage() -> TestApp {
    let people = vec![author("Alice"), author("Bob")];
    begun(State::stage(people, &id("welcome"), SERVER.to_owned(), Theme::default()), &["Alice", "Bob"])
}

/// Returns an editor whose user has opened the document from the list.
fn from_list() -> TestApp {
    let mut play = editor(None);
    play.types("welcome").code(KeyCode::Enter);
    play
}

/// Returns an editor whose user has gone back to a document that is open already.
fn back_in_view() -> TestApp {
    let mut play = editor(Some("welcome"));
    play.f(2).types("welcome").code(KeyCode::Enter);
    play
}

const WAYS: [fn() -> TestApp; 4] = [|| editor(Some("welcome")), stage, from_list, back_in_view];

/// Saves, and returns the text that the server has then.
fn saved(play: &mut TestApp) -> String {
    play.ctrl('s').server.content().to_owned()
}

#[test]
fn enter_pressed_twice_opens_a_document_and_adds_no_line() {
    for way in WAYS {
        let mut play = way();
        play.code(KeyCode::Enter).code(KeyCode::Enter);
        assert_eq!(saved(&mut play), TEXT);
    }
}

#[test]
fn enter_is_a_line_after_the_time() {
    for way in WAYS {
        let mut play = way();
        let turn = *protections(&play).last().unwrap();
        play.event(Event::EnterUnprotected { turn }).code(KeyCode::Enter);
        assert_eq!(saved(&mut play), format!("\n{TEXT}"));
    }
}

/// A person who types is writing, so Enter is part of the text.
#[test]
fn enter_is_a_line_after_any_other_input() {
    for way in WAYS {
        let mut play = way();
        play.types("a").code(KeyCode::Enter);
        assert_eq!(saved(&mut play), format!("a\n{TEXT}"));
        let mut play = way();
        play.code(KeyCode::Right).code(KeyCode::Enter);
        assert_eq!(saved(&mut play), TEXT.replacen('#', "#\n", 1));
        let mut play = way();
        play.event(TerminalEvent::Pasted("a".to_owned())).code(KeyCode::Enter);
        assert_eq!(saved(&mut play), format!("a\n{TEXT}"));
    }
}

#[test]
fn text_typed_ahead_goes_on_with_enter() {
    let state = State::editor(author("Alice"), Some(id("welcome")), SERVER.to_owned(), Theme::default());
    let (mut play, loading) = TestApp::unanswered(Server::with(TEXT), state, vec![author("Alice")], 80, 24);
    play.server.is_double_click_time = true;
    play.types("a").carry_out(loading).code(KeyCode::Enter);
    assert_eq!(saved(&mut play), format!("a\n{TEXT}"));
}

#[test]
fn timer_of_an_earlier_document_does_not_count() {
    let mut play = back_in_view();
    let turns = protections(&play);
    play.event(Event::EnterUnprotected { turn: turns[0] }).code(KeyCode::Enter);
    assert_eq!((turns.len(), saved(&mut play)), (2, TEXT.to_owned()));
}

proptest! {
    /// Only the first Enters are ignored: from the first other key on, each one is a line.
    #[test]
    fn every_other_key_has_its_effect(keys in "[a-z\n]{1,20}", way in 0..WAYS.len()) {
        let mut play = WAYS[way]();
        for key in keys.chars() {
            match key {
                '\n' => play.code(KeyCode::Enter),
                letter => play.types(&letter.to_string()),
            };
        }
        prop_assert_eq!(saved(&mut play), format!("{}{TEXT}", keys.trim_start_matches('\n')));
    }
}
