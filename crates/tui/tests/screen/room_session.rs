//! The session of a room is saved by a key, and before the server ends.

use contract::{Question, QuestionSetting, QuestionState};
use crossterm::event::KeyCode;
use terminal::theme::Theme;
use tui::question_lead::LeadReport;
use tui::room_request::{RoomReport, RoomRequest, SavedSession, ScreenRecord};
use tui::{Effect, Event, RoomHosting, State};

use crate::harness::TestApp;
use crate::room::{answered, recorded, request, room_of_three};

/// Returns the record that was to be saved last.
fn saved_record(play: &TestApp) -> Option<&ScreenRecord> {
    play.effects.iter().rev().find_map(|effect| match effect {
        Effect::Room(RoomRequest::SaveSession(record)) => Some(&**record),
        _ => None,
    })
}

fn saved(newest: u64, missed: u64, gaps: u64) -> Event {
    let folder = "/srv/lee/\u{1b}[2J/ifmatch-session-2026-11-22-050011".into();
    Event::Room(RoomReport::SessionSaved(Ok(SavedSession { folder, exchanges: 5, missed, newest, gaps })))
}

#[test]
fn session_save_has_all_exchanges_and_runs_once() {
    let mut play = room_of_three((120, 40));
    play.types("s").shows(120, 40, "saving the session");
    let record = saved_record(&play).unwrap();
    assert_eq!(record.exchanges.iter().map(|exchange| exchange.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(record.room.attendees().len(), 3);
    let before = play.effects.len();
    play.types("s").shows(120, 40, "the session is being saved");
    assert_eq!(play.effects.len(), before, "one save at a time");
    let name = "saved as ifmatch-session-2026-11-22-050011: 5 exchanges";
    play.event(saved(5, 0, 0)).shows(120, 40, &format!("{name}; in /srv/lee/"));
    play.types("s").event(saved(5, 12, 1));
    play.shows(120, 40, &format!("{name}; 12 earlier ones were no longer on record; session.md says"));
    let failed = Err("/srv/lee: no space left".to_owned());
    play.types("s").event(Event::Room(RoomReport::SessionSaved(failed)));
    play.shows(120, 40, "the session was not saved: /srv/lee: no space left");
}

#[test]
fn questions_of_a_session_are_kept_after_they_are_withdrawn() {
    let mut play = room_of_three((80, 24));
    let setting = QuestionSetting::new("Which status?", &["200", "412"]);
    let seen = |round, state, counts| Question {
        id: "q1".to_owned(),
        text: setting.text.clone(),
        choices: setting.choices.clone(),
        state,
        round,
        answered: 3,
        people: 3,
        counts,
        earlier: Vec::new(),
        right: None,
        because: None,
    };
    let rounds = [
        seen(1, QuestionState::Open, None),
        seen(1, QuestionState::Shown, Some(vec![2, 1])),
        seen(2, QuestionState::Shown, Some(vec![0, 3])),
    ];
    for question in &rounds {
        play.event(Event::QuestionLed(LeadReport::Seen(Some(Box::new(question.clone())))));
    }
    play.event(Event::QuestionLed(LeadReport::Seen(None))).types("s");
    assert_eq!(saved_record(&play).unwrap().questions, rounds[1..]);
}

/// Returns a room whose server ends with the screen.
fn hosted(size: (u16, u16)) -> TestApp {
    let address = "http://192.0.2.7:4280".to_owned();
    let (join, leader, store) = (Vec::new(), Vec::new(), "memory:".to_owned());
    let command = "ifmatch join class.example".to_owned();
    let hosting = RoomHosting {
        address: address.clone(),
        command,
        join,
        leader,
        store,
        is_lasting: false,
        seeds: Vec::new(),
        forwards_to: None,
    };
    let state = State::room(address, Theme::default()).with_hosting(Some(hosting));
    TestApp::begin(state, Vec::new(), size.0, size.1)
}

#[test]
fn empty_room_names_the_command_of_its_server() {
    hosted((80, 24)).shows(80, 24, "People join with: ifmatch join class.example;");
}

#[test]
fn quitting_asks_while_the_session_is_unsaved() {
    let mut play = hosted((80, 24));
    play.event(recorded(answered(request(1, "Bob", "PUT"), 201, 1)));
    play.event(recorded(answered(request(2, "Eve", "GET"), 200, 1)));
    play.ctrl('q').shows(80, 24, "What everyone sent here is not saved yet:");
    play.types("s").shows(80, 24, "The session is being saved.");
    play.event(saved(2, 0, 0)).shows(80, 24, "The session is saved in");
    assert!(play.ended().is_none(), "the question is still open");
    play.code(KeyCode::Enter);
    assert!(play.ended().is_some());
}

#[test]
fn leaving_during_a_save_needs_the_key_twice() {
    const WARNING: &str = "not now: the session is being saved; the same key again leaves without it";
    let mut play = hosted((120, 40));
    play.event(recorded(answered(request(1, "Bob", "PUT"), 201, 1)));
    play.event(recorded(answered(request(2, "Eve", "GET"), 200, 1)));
    play.ctrl('q').types("s").code(KeyCode::Enter).shows(120, 40, WARNING);
    assert!(play.ended().is_none(), "the session would be lost");
    play.event(saved(2, 0, 0)).types("s").code(KeyCode::Enter).shows(120, 40, WARNING);
    assert!(play.ended().is_none(), "each save is warned of");
    play.code(KeyCode::Enter);
    assert!(play.ended().is_some(), "a slow save traps no one");
}

#[test]
fn observer_that_quits_during_a_save_needs_the_key_twice() {
    let mut play = room_of_three((120, 40));
    play.types("s").ctrl('q').shows(120, 40, "the session is being saved; the same key again");
    assert!(play.ended().is_none());
    play.ctrl('q');
    assert!(play.ended().is_some());
}

#[test]
fn saved_session_is_unsaved_again_after_a_write() {
    let mut play = hosted((80, 24));
    play.event(recorded(answered(request(1, "Bob", "PUT"), 201, 1)));
    play.event(recorded(answered(request(2, "Eve", "GET"), 200, 1)));
    play.types("s").event(saved(2, 0, 0));
    play.event(recorded(answered(request(3, "Eve", "GET"), 200, 1)));
    play.event(recorded(answered(request(4, "Eve", "PUT"), 412, 1)));
    play.ctrl('q').shows(80, 24, "is not saved yet");
}

#[test]
fn quitting_does_not_ask_after_one_person_or_only_reads() {
    let mut play = hosted((80, 24));
    play.event(recorded(answered(request(1, "Bob", "PUT"), 201, 1))).ctrl('q');
    assert!(play.ended().is_some(), "Bob was alone");
    let mut play = hosted((80, 24));
    for (number, who) in [(1, "Bob"), (2, "Eve")] {
        play.event(recorded(answered(request(number, who, "GET"), 200, 1)));
    }
    play.ctrl('q');
    assert!(play.ended().is_some(), "no one has written");
}
