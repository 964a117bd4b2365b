//! The wire panel as a sequence diagram: requests, held and lost messages, and the server's findings.

use contract::{Exchange, Message, Timestamp};
use crossterm::event::KeyCode;
use proptest::prelude::*;
use ratatui::style::Modifier;
use terminal::event::{Mouse, MouseKind, TerminalEvent};
use terminal::key::Key;
use terminal::theme::{ASCII, Theme};
use tui::{Event, State};

use crate::harness::{TestApp, author, id};

/// The stage with the diagram, in which there are only the first reads.
fn stage(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::stage(width, height);
    play.f(4);
    play
}

fn asks(number: u64, who: &str) -> Exchange {
    Exchange {
        number,
        author: Some(author(who)),
        client_address: None,
        server: None,
        received: Timestamp::default(),
        judged: None,
        answered: None,
        method: "PUT".to_owned(),
        target: "/api/documents/welcome".to_owned(),
        request: Message { fields: vec![("If-Match".to_owned(), "\"v1-00000001\"".to_owned())], ..Message::default() },
        status: None,
        response: None,
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    }
}

fn answered(exchange: &Exchange, status: u16, fields: &[(&str, &str)]) -> Exchange {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Exchange { status: Some(status), response: Some(Message { fields, ..Message::default() }), ..exchange.clone() }
}

fn seen(play: &mut TestApp, exchange: &Exchange) {
    play.event(Event::Exchanged(Box::new(exchange.clone())));
}

/// Returns the row of the newest arrow with these words.
fn row(play: &TestApp, width: u16, height: u16, words: &str) -> String {
    let rows = play.screen(width, height).rows();
    let found = rows.iter().rev().find(|row| row.contains(words));
    found.unwrap_or_else(|| panic!("{words:?} is on no row:\n{}", rows.join("\n"))).clone()
}

#[test]
fn wire_key_cycles_list_diagram_and_hidden() {
    let mut play = TestApp::stage(120, 40);
    play.shows(120, 40, "Alt-w: look closer · F4: sequence");
    play.f(4);
    play.shows(120, 40, "F4: put away");
    play.shows(120, 40, "GET welcome ──");
    play.f(4);
    play.hides(120, 40, "the wire");
    play.f(4).shows(120, 40, "● Alice  GET");
    play.f(1).code(KeyCode::End).shows(120, 40, "as a list, then as a sequence diagram, then hides it");
}

#[test]
fn fresh_and_stale_save_are_two_arrows_each() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut play = stage(width, height);
        play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
        // The merge that opens takes most of the space, until the wire gets the focus.
        play.code(KeyCode::Esc).press(Key::alt('w'));
        let asked = row(&play, width, height, "PUT If-Match");
        assert!(asked.contains('◆') && asked.contains("──▶│"), "{asked}");
        let refused = row(&play, width, height, "412");
        assert!(refused.contains("◆◀╌") && refused.contains("v2"), "{refused}");
        assert!(refused.contains("│ ! stale by 1"), "{refused}");
        let saved = row(&play, width, height, "200");
        assert!(saved.contains("●◀╌"), "{saved}");
    }
}

#[test]
fn small_diagram_has_short_words_and_every_arrow() {
    let mut play = stage(40, 12);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s').code(KeyCode::Esc).press(Key::alt('w'));
    let asked = row(&play, 40, 12, "PUT");
    assert!(asked.contains('◆') && asked.contains("\"v1\" ") && asked.contains("▶│"), "{asked}");
    assert!(row(&play, 40, 12, "412").contains("v2"));
    play.shows(40, 12, "! stale by 1");
    play.shows(40, 12, "server");
}

#[test]
fn diagram_of_one_row_shows_the_last_exchange() {
    let mut play = TestApp::stage(80, 24);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s').f(4);
    play.shows(80, 24, "F4: put away");
    play.shows(80, 24, "412 Precondition Failed v2 ╌");
}

#[test]
fn concurrent_requests_are_crossing_arrows() {
    let mut play = stage(120, 40);
    let (one, two) = (asks(51, "Alice"), asks(52, "Bob"));
    let etag = [("ETag", "\"v2-00000002\"")];
    for exchange in [one.clone(), two.clone(), answered(&two, 200, &etag), answered(&one, 412, &etag)] {
        seen(&mut play, &exchange);
    }
    let rows = play.screen(120, 40).rows();
    let newest = rows.iter().rev().filter(|row| ["PUT", "200", "412"].iter().any(|word| row.contains(word)));
    let signs: Vec<_> = newest.take(4).map(|row| row.chars().find(|c| matches!(c, '●' | '◆')).unwrap()).collect();
    assert_eq!(signs, ['●', '◆', '◆', '●'], "{rows:#?}");
}

#[test]
fn held_request_stops_at_the_gate_until_released() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = stage(width, height);
        play.press(Key::alt('w'));
        let held = asks(51, "Alice");
        seen(&mut play, &held);
        assert!(row(&play, width, height, "PUT").contains("▶│"), "nothing says yet that the request is held");
        play.event(Event::Recorded(Box::new(Exchange { number: 9, ..held.clone() })));
        let stopped = row(&play, width, height, "PUT");
        assert!(stopped.contains("▌ held │") && !stopped.contains('▶'), "{stopped}");
        seen(&mut play, &answered(&held, 200, &[]));
        let passed = row(&play, width, height, "PUT");
        assert!(passed.contains("▌─") && passed.contains("▶│"), "{passed}");
        play.shows(width, height, "200");
    }
}

#[test]
fn lost_response_and_unsent_request_break_off() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = stage(width, height);
        play.press(Key::alt('w'));
        seen(&mut play, &Exchange { lost: Some("cut off".to_owned()), ..asks(51, "Bob") });
        let broken = row(&play, width, height, "✗ response lost");
        assert!(broken.contains('◆') && !broken.contains('◀') && broken.contains("╌│"), "{broken}");
        seen(&mut play, &Exchange { lost: Some("not sent, because".to_owned()), ..asks(52, "Bob") });
        let broken = row(&play, width, height, "✗ not sent");
        assert!(broken.contains("◆─") && !broken.contains('▶') && !broken.contains('╌'), "{broken}");
    }
}

#[test]
fn overwritten_version_is_named_at_the_servers_lifeline() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = stage(width, height);
        play.press(Key::alt('w'));
        let fields = [("ETag", "\"v3-00000003\""), ("Ifmatch-Overwrote", "\"v2-00000002\"")];
        seen(&mut play, &answered(&asks(51, "Bob"), 200, &fields));
        play.shows(width, height, "✗ overwrote v2 unseen");
    }
}

#[test]
fn outside_client_has_a_lifeline_and_events_thin_arrows() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.f(4);
    let event = play.server.saved_by("Carol", "Carol was here\n");
    play.event(event);
    play.shows(120, 40, "Carol");
    assert!(row(&play, 120, 40, "saved v2").contains("┈▶│"));
    assert!(row(&play, 120, 40, "event: changed v2").contains("●◀┈"));
}

#[test]
fn selected_exchange_opens_by_key_and_by_mouse() {
    let mut play = stage(120, 40);
    play.types("Alice ").ctrl('s').press(Key::alt('w'));
    let marked = play.screen(120, 40);
    assert!(marked.style_of("200 OK v2").add_modifier.contains(Modifier::REVERSED));
    play.code(KeyCode::Up);
    let marked = play.screen(120, 40);
    assert!(!marked.style_of("200 OK v2").add_modifier.contains(Modifier::REVERSED));
    let (column, row) = marked.places_of("200 OK v2")[0];
    let click = Event::Terminal(TerminalEvent::Mouse(Mouse { kind: MouseKind::Click, column, row }));
    play.event(click.clone());
    assert!(play.screen(120, 40).style_of("200 OK v2").add_modifier.contains(Modifier::REVERSED));
    play.event(click);
    play.shows(120, 40, "PUT /api/documents/welcome HTTP/1.1");
    play.code(KeyCode::Esc).code(KeyCode::Enter);
    play.shows(120, 40, "PUT /api/documents/welcome HTTP/1.1");
}

#[test]
fn without_unicode_every_sign_is_ascii() {
    let people = vec![author("Alice"), author("Bob")];
    let theme = Theme::without_colors(&ASCII);
    let state = State::stage(people.clone(), &id("welcome"), "http://127.0.0.1:4280".to_owned(), theme);
    let mut play = TestApp::begin(state, people, 80, 24);
    play.f(4).press(Key::alt('w'));
    let held = asks(51, "Alice");
    seen(&mut play, &held);
    play.event(Event::Recorded(Box::new(Exchange { number: 9, ..held.clone() })));
    assert!(row(&play, 80, 24, "PUT").contains("] held |"));
    seen(&mut play, &answered(&held, 412, &[("ETag", "\"v2-00000002\"")]));
    assert!(row(&play, 80, 24, "412").contains("@<-"));
    let text = play.screen(80, 24).text();
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn foreign_text_can_neither_steer_nor_hide_nor_be_split() {
    let evil = "\u{1b}[2J\u{202e}日本語";
    let fields = [("ETag", evil), ("Ifmatch-Overwrote", evil)];
    let mut exchange = Exchange { method: evil.to_owned(), ..asks(51, "日本語") };
    exchange.request.fields = vec![("If-Match".to_owned(), evil.to_owned())];
    for (width, height) in [(120, 40), (80, 24), (40, 20)] {
        let mut play = stage(width, height);
        seen(&mut play, &answered(&exchange, 200, &fields));
        let screen = play.shows(width, height, "␛");
        let hidden = screen.0.content.iter().any(|cell| cell.symbol().chars().any(terminal::sanitize::is_hidden));
        assert!(!hidden, "{}", screen.text());
        screen.rows().iter().for_each(|row| {
            assert!(unicode_width::UnicodeWidthStr::width(row.as_str()) <= width.into(), "{row}");
        });
    }
}

#[test]
fn newest_request_stays_visible_after_older_responses() {
    let mut play = TestApp::stage(120, 18);
    play.f(4).press(Key::alt('w'));
    let asked: Vec<_> = (51..57).map(|number| asks(number, "Alice")).collect();
    for exchange in &asked {
        seen(&mut play, exchange);
    }
    asked.iter().take(5).for_each(|exchange| seen(&mut play, &answered(exchange, 412, &[])));
    play.code(KeyCode::End);
    let screen = play.shows(120, 18, "PUT");
    let newest = *screen.places_of("PUT").last().unwrap();
    assert!(screen.0[newest].modifier.contains(Modifier::REVERSED), "{}", screen.text());
    play.code(KeyCode::Esc);
    assert!(play.screen(120, 18).places_of("PUT").is_empty(), "without the focus, the last exchange is shown");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_exchanges_can_be_drawn_and_selected_in_any_size(
        inputs in proptest::collection::vec((1_u64..30, 0_u8..5, "[A-Za-z日]{1,9}"), 1..60),
        (width, height) in (1u16..200, 1u16..60),
    ) {
        let mut play = TestApp::stage(width, height);
        play.f(4).press(Key::alt('w'));
        for (number, what, who) in inputs {
            let asked = asks(number + 50, &who);
            let tags = [("ETag", "\"v3-00000003\""), ("Ifmatch-Overwrote", "\"v1-00000001\"")];
            match what {
                0 | 1 => seen(&mut play, &asked),
                2 => seen(&mut play, &answered(&asked, 412, &tags)),
                3 => seen(&mut play, &Exchange { lost: Some("gone".to_owned()), ..asked }),
                _ => drop(play.event(Event::Recorded(Box::new(asked)))),
            }
            play.screen(width, height);
        }
        play.code(KeyCode::Home);
        for _ in 0..40 {
            let screen = play.screen(width, height);
            // If there is room for the names and a row below them, the row shows the selected exchange.
            if width >= 40 && height >= 12 {
                let marked = |cell: &ratatui::buffer::Cell| {
                    cell.modifier.contains(Modifier::REVERSED) && cell.symbol().chars().any(char::is_alphanumeric)
                };
                let first = usize::from(screen.places_of("▶ the wire")[0].1 + 1) * usize::from(width);
                let footer = screen.0.content.len() - usize::from(width);
                prop_assert!(screen.0.content[first..footer].iter().any(marked), "{}", screen.text());
            }
            play.code(KeyCode::Down);
        }
    }
}
