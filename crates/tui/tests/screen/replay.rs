//! Records of sessions: the same events lead to the same frame.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use client::EntryChange;
use editor::ResponseOutcome;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use terminal::key::Key;
use terminal::theme::Theme;
use tui::{Event, RECORD_CONTENT, RecordError, SessionPart, SessionRecord, SessionRecorder, SessionStart, State, draw};

use crate::any_size::{play_out, random_input};
use crate::harness::{TEXT, TestApp, author, id};
use crate::server::Server;
use crate::typist::bob_saves;

/// The size in which random input begins, too.
const SIZE: (u16, u16) = (80, 24);

/// A file in memory.
#[derive(Clone, Default)]
struct MemoryFile(Arc<Mutex<Vec<u8>>>);

impl Write for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MemoryFile {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn alone(document: Option<&str>) -> SessionPart {
    SessionPart::Editor { me: author("Alice"), document: document.map(id) }
}

fn free_play() -> SessionPart {
    SessionPart::FreePlay { people: vec![author("Alice"), author("Bob")], document: id("welcome") }
}

/// Starts a session that is recorded in the file.
fn recorded(part: SessionPart) -> (TestApp, MemoryFile) {
    let file = MemoryFile::default();
    let recorder = SessionRecorder::new(Box::new(file.clone()), &[]).unwrap();
    let people = match &part {
        SessionPart::FreePlay { people, .. } => people.clone(),
        _ => vec![author("Alice")],
    };
    let start = SessionStart::new(part, "http://127.0.0.1:4280".to_owned(), SIZE);
    recorder.start(&start);
    let state = start.state(&[], Theme::default()).unwrap();
    let (mut play, first) = TestApp::begun(Server::with(TEXT), state, people, Some(recorder));
    play.carry_out(first);
    (play.connected(), file)
}

fn frame(state: &State, (width, height): (u16, u16)) -> Buffer {
    let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(state, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// Asserts that the record leads to the state of the session.
#[track_caller]
fn check_replay(play: &TestApp, file: &MemoryFile) {
    let record = SessionRecord::read(&file.text(), &[]).unwrap();
    let replayed = record.state_after(record.length(), &[], Theme::default()).unwrap();
    assert_eq!(frame(&replayed, SIZE), frame(&play.state, SIZE));
    assert_eq!(format!("{:?}", replayed.ended()), format!("{:?}", play.ended()));
}

/// Events of older records have no seat.
#[test]
fn reply_to_an_entry_change_without_a_seat_is_read() {
    let (document, change) = (id("welcome"), EntryChange::Delete);
    let event = Event::EntryAnswered { seat: 1, document, change, outcome: ResponseOutcome::Deleted };
    let mut json = serde_json::to_value(&event).unwrap();
    json["EntryAnswered"].as_object_mut().unwrap().remove("seat").expect("it has a seat now");
    let read: Event = serde_json::from_value(json).unwrap();
    assert!(matches!(read, Event::EntryAnswered { seat: 0, .. }), "{read:?}");
}

#[test]
fn record_of_a_412_and_its_merge_leads_to_the_same_frames() {
    let (mut play, file) = recorded(alone(Some("welcome")));
    play.types("Alice ");
    bob_saves(&mut play, "Bob # Bread\n\nflour\nwater\nsalt\n");
    play.ctrl('s');
    play.shows(SIZE.0, SIZE.1, "412");
    check_replay(&play, &file);
    let in_the_merge = SessionRecord::read(&file.text(), &[]).unwrap().length();
    let frame_of_the_merge = frame(&play.state, SIZE);
    play.f(9).types("b");
    check_replay(&play, &file);
    play.ctrl('s');
    play.shows(SIZE.0, SIZE.1, "saved as version");
    check_replay(&play, &file);
    // Each earlier frame is there too.
    let record = SessionRecord::read(&file.text(), &[]).unwrap();
    let earlier = record.state_after(in_the_merge, &[], Theme::default()).unwrap();
    assert_eq!(frame(&earlier, SIZE), frame_of_the_merge);
    assert_eq!(record.describe(0), "a session starts");
    let described: Vec<_> = (0..record.length()).map(|at| record.describe(at)).collect();
    assert!(
        described.contains(&"key Ctrl-S".to_owned()) && described.contains(&"Answered".to_owned()),
        "{described:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn record_of_random_input_leads_to_the_same_frame(
        inputs in proptest::collection::vec(random_input(), 0..40),
        is_shared in any::<bool>(),
    ) {
        let (mut play, file) = recorded(if is_shared { free_play() } else { alone(None) });
        play_out(&mut play, inputs);
        check_replay(&play, &file);
    }
}

#[test]
fn record_says_what_is_in_it_and_damage_is_refused_with_its_line() {
    let (mut play, file) = recorded(alone(Some("welcome")));
    play.types("x");
    let text = file.text();
    assert!(text.lines().next().unwrap().contains(RECORD_CONTENT), "{text}");
    let error = |text: &str| SessionRecord::read(text, &[]).unwrap_err();
    assert!(matches!(error(""), RecordError::NotARecord(_)));
    assert!(matches!(error("{\"a\": 1}\n"), RecordError::NotARecord(_)));
    let header = text.lines().next().unwrap();
    assert!(matches!(error(&format!("{header}\n")), RecordError::NotARecord(_)), "a header alone");
    let other = text.replacen("\"ifmatch_record\":1", "\"ifmatch_record\":2", 1);
    assert_eq!(error(&other), RecordError::Format(2));
    let version = env!("CARGO_PKG_VERSION");
    let other = text.replacen(&format!("\"program\":\"{version}\""), "\"program\":\"9.9.9\"", 1);
    let refused = error(&other);
    assert_eq!(refused, RecordError::Program("9.9.9".to_owned()));
    assert!(refused.to_string().contains(&format!("ifmatch 9.9.9 recorded it, and this is {version}")), "{refused}");
    let damaged = text.replacen("\"event\":", "\"evemt\":", 1);
    assert!(matches!(error(&damaged), RecordError::Line { line: 3, .. }), "{}", error(&damaged));
    // A program that is killed leaves a part of a line.
    let whole = SessionRecord::read(&text, &[]).unwrap().length();
    assert_eq!(SessionRecord::read(&text[..text.len() - 3], &[]).unwrap().length(), whole - 1);
}

#[test]
fn record_of_lessons_needs_the_same_lessons() {
    let file = MemoryFile::default();
    let recorder = SessionRecorder::new(Box::new(file.clone()), &[]).unwrap();
    recorder.start(&SessionStart::new(SessionPart::Menu(0), String::new(), SIZE));
    recorder.event(&Event::from(terminal::event::TerminalEvent::Key(Key::char(' '))));
    assert!(SessionRecord::read(&file.text(), &[]).is_ok());
    let (name, text) = lesson::built_in::FILES[0];
    let lessons = [Arc::new(lesson::read(name, text).unwrap())];
    assert_eq!(SessionRecord::read(&file.text(), &lessons).unwrap_err(), RecordError::Lessons);
}
