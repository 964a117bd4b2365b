//! A selection is an item, never a position: incoming items never change what a key acts on.

use contract::{DocumentEntry, EventKind, Exchange};
use crossterm::event::KeyCode;
use editor::EditorRequest;
use terminal::key::Key;
use tui::gate::GateRequest;
use tui::{Effect, Event};

use crate::gate_model::BEYOND;
use crate::harness::{TestApp, author, id};

const WIDE: (u16, u16) = (120, 40);

/// A request of Bob's in flight.
fn asks(number: u64) -> Event {
    Event::Exchanged(Box::new(Exchange {
        number,
        author: Some(author("Bob")),
        client_address: None,
        server: None,
        received: contract::Timestamp::default(),
        judged: None,
        answered: None,
        method: "PUT".to_owned(),
        target: "/api/documents/welcome".to_owned(),
        request: contract::Message::default(),
        status: None,
        response: None,
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    }))
}

fn let_go(play: &TestApp) -> Vec<u64> {
    let requests = play.effects.iter().filter_map(|effect| match effect {
        Effect::Gate(GateRequest::LetGo(number)) => Some(*number),
        _ => None,
    });
    requests.collect()
}

fn entry(name: &str) -> DocumentEntry {
    DocumentEntry {
        id: id(name),
        title: format!("About {name}"),
        etag: "\"v1-00000001\"".parse().unwrap(),
        author: author("Bob"),
        updated_at: contract::Timestamp::default(),
        parent: None,
    }
}

fn listed(names: &[&str]) -> Event {
    let documents = names.iter().map(|name| entry(name)).collect();
    Event::Listed(Ok(client::DocumentListing { documents, ..client::DocumentListing::default() }))
}

fn heard(kind: EventKind, name: &str) -> Event {
    let event = contract::DocumentEvent {
        id: id(name),
        etag: "\"v1-00000001\"".parse().unwrap(),
        author: author("Bob"),
        at: contract::Timestamp::default(),
    };
    Event::Heard { seat: 0, kind, event }
}

fn lists(play: &TestApp) -> usize {
    play.effects.iter().filter(|effect| matches!(effect, Effect::List { .. })).count()
}

fn opened(play: &TestApp) -> Vec<String> {
    let names = play.effects.iter().filter_map(|effect| match effect {
        Effect::Open { document, .. } => Some(document.to_string()),
        _ => None,
    });
    names.collect()
}

fn writes(play: &TestApp) -> usize {
    let write = |effect: &&Effect| {
        matches!(effect, Effect::Ask { ask: EditorRequest::Write { .. } | EditorRequest::Delete { .. }, .. })
    };
    play.effects.iter().filter(write).count()
}

#[test]
fn newer_request_does_not_take_the_wires_selection() {
    let mut play = TestApp::stage(WIDE.0, WIDE.1);
    play.press(Key::alt('w')).types("i").alt('1').types("Alice ").ctrl('s');
    let held = play.server.newest_waiting();
    play.press(Key::alt('w')).event(asks(held + 1)).types("a");
    assert_eq!(let_go(&play), [held + BEYOND], "the request that was selected when the key was pressed");
}

#[test]
fn request_hidden_by_a_filter_is_not_released() {
    let mut play = TestApp::stage(WIDE.0, WIDE.1);
    play.press(Key::alt('w')).types("i").alt('1').types("Alice ").ctrl('s');
    let held = play.server.newest_waiting();
    play.event(asks(held + 1)).press(Key::alt('w')).types("f~q").code(KeyCode::Enter);
    let mut answered = asks(held + 1);
    if let Event::Exchanged(exchange) = &mut answered {
        exchange.status = Some(412);
    }
    play.event(answered).types("a");
    assert_eq!(let_go(&play), [] as [u64; 0]);
    play.shows(WIDE.0, WIDE.1, "not now: no exchange is selected");
}

#[test]
fn open_list_of_documents_follows_events() {
    let mut play = TestApp::single(Some("welcome"), WIDE.0, WIDE.1);
    play.f(2);
    let before = lists(&play);
    play.event(heard(EventKind::Created, "apple"));
    assert_eq!(lists(&play), before + 1, "a new document");
    play.event(heard(EventKind::Deleted, "apple"));
    assert_eq!(lists(&play), before + 2, "a deleted document");
    play.event(listed(&["apple", "welcome"])).shows(WIDE.0, WIDE.1, "About apple");
    play.f(1).event(listed(&["banana", "welcome"])).code(KeyCode::Esc);
    play.shows(WIDE.0, WIDE.1, "About banana");
    play.code(KeyCode::Esc).event(heard(EventKind::Created, "cherry"));
    assert_eq!(lists(&play), before + 2, "the list is closed");
}

#[test]
fn new_document_above_does_not_take_the_selection() {
    let mut play = TestApp::single(None, WIDE.0, WIDE.1);
    play.event(listed(&["bread", "water"])).code(KeyCode::Down).code(KeyCode::Down);
    play.event(listed(&["apple", "bread", "water"])).code(KeyCode::Enter);
    assert_eq!(opened(&play), ["water"]);
}

#[test]
fn deleted_document_leaves_nothing_selected() {
    let mut play = TestApp::single(None, WIDE.0, WIDE.1);
    play.event(listed(&["bread", "water"])).code(KeyCode::End);
    play.event(listed(&["bread"])).code(KeyCode::Enter);
    assert_eq!(opened(&play), [] as [&str; 0]);
    play.shows(WIDE.0, WIDE.1, "About bread");
    play.code(KeyCode::Up).code(KeyCode::Enter);
    assert_eq!(opened(&play), ["bread"]);
}

#[test]
fn newer_version_does_not_take_the_selection() {
    let mut play = TestApp::single(Some("welcome"), WIDE.0, WIDE.1);
    play.f(3);
    let event = play.server.saved_by("Bob", "two\n");
    play.event(event).shows(WIDE.0, WIDE.1, "v2-00000002");
    play.code(KeyCode::Enter);
    let read: Vec<_> = play
        .effects
        .iter()
        .filter_map(|effect| if let Effect::ReadVersion { number, .. } = effect { Some(*number) } else { None })
        .collect();
    assert_eq!(read, [1], "the version that was selected when the key was pressed");
}

#[test]
fn question_about_a_version_overwrites_no_newer_one() {
    let mut play = TestApp::single(Some("welcome"), WIDE.0, WIDE.1);
    play.server.saved_by("Carol", "# Bread\n\nCarol\n");
    play.types("Alice ").ctrl('s').f(9).types("O");
    let before = writes(&play);
    play.server.saved_by("Carol", "# Bread\n\nCarol, and nobody has seen this\n");
    // The event stream breaks, so the program reads the current state by itself.
    play.event(Event::Disconnected { seat: 0 }).code(KeyCode::Enter);
    assert_eq!(writes(&play), before, "nothing was sent");
    play.shows(WIDE.0, WIDE.1, "not done: a newer version arrived after the question");
    play.types("O").shows(WIDE.0, WIDE.1, "nobody has seen this");
    play.code(KeyCode::Enter);
    assert_eq!(writes(&play), before + 1, "the second question is about the current version");
}

#[test]
fn question_about_a_version_deletes_no_newer_one() {
    let mut play = TestApp::single(Some("welcome"), WIDE.0, WIDE.1);
    play.types("Alice ");
    play.server.down = true;
    play.ctrl('s');
    play.server.down = false;
    play.f(8).shows(WIDE.0, WIDE.1, "Delete 'welcome'?");
    let before = writes(&play);
    play.event(Event::Connected { seat: 0 });
    assert_eq!(writes(&play), before + 1, "the save is sent again");
    play.code(KeyCode::Enter);
    assert_eq!(writes(&play), before + 1, "nothing was deleted");
    play.shows(WIDE.0, WIDE.1, "not done: a newer version arrived after the question");
}

/// In a list that is longer than its panel, an explanation never appears without its request.
#[test]
fn wire_shows_no_explanation_without_its_request() {
    for height in [24, 32, 33, 34, 35, 36, 40, 50] {
        let mut play = TestApp::stage(120, height);
        for turn in 0..12 {
            play.alt(if turn % 2 == 0 { '1' } else { '2' }).types("x").ctrl('s').code(KeyCode::Esc).f(5);
        }
        for focus in [false, true] {
            if focus {
                play.press(Key::alt('w'));
            }
            let rows = play.screen(120, height).rows();
            let top = rows.iter().position(|row| row.contains("the wire")).expect("the panel is there");
            let first = rows[top + 1].trim_start_matches(['│', '┃']);
            let number = first.trim_start().split(' ').next().unwrap_or_default();
            assert!(number.parse::<u64>().is_ok(), "{height} rows: {first:?}\n{}", rows.join("\n"));
        }
    }
}
