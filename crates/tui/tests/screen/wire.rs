//! The wire panel as a list of exchanges, each with its explanation; and one whole exchange.

use contract::{Anomaly, AnomalyKind, Certainty, Exchange, Message, Timestamp};
use crossterm::event::KeyCode;
use ratatui::style::Modifier;
use terminal::key::Key;
use terminal::theme::Theme;
use tui::{Event, State};

use crate::harness::{TestApp, author, id};
use crate::room::{answered, recorded, request, room_of_three};

fn refused(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::stage(width, height);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
    play
}

/// A save by some author.
fn exchange(number: u64, status: Option<u16>) -> Exchange {
    Exchange {
        number,
        author: None,
        client_address: None,
        server: None,
        received: Timestamp::default(),
        judged: None,
        answered: None,
        method: "PUT".to_owned(),
        target: "/api/documents/welcome".to_owned(),
        request: Message::default(),
        status,
        response: status.map(|_| Message::default()),
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    }
}

#[test]
fn sentence_without_room_for_its_end_is_marked() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    drop(play.server.saved_by("Bob", "# Rye\n"));
    play.types("Alice's ").ctrl('s');
    let rows = play.screen(80, 24).rows();
    let sentence = rows.iter().find(|row| row.contains("  412: ")).unwrap_or_else(|| panic!("{}", rows.join("\n")));
    assert!(!sentence.contains("nothing was written"), "{sentence}");
    assert!(sentence.trim_end_matches(['│', ' ']).ends_with('…'), "{sentence}");
}

#[test]
fn each_exchange_has_a_line_and_an_explanation() {
    let play = refused(120, 40);
    play.shows(120, 40, "● Alice  PUT    /api/documents/welcome  If-Match: v1 → 200 OK  ETag: v2");
    let screen = play.shows(120, 40, "→ 412 Precondition Failed");
    assert!(screen.style_of("412 Precondition").add_modifier.contains(Modifier::BOLD));
    assert!(screen.text().contains("412: "), "the explanation");
}

#[test]
fn narrow_wire_shows_condition_status_and_tag() {
    let play = refused(80, 24);
    play.shows(80, 24, "◆ Bob PUT welcome If-Match v1 → 412 Precondition Failed v2");
}

#[test]
fn policy_change_is_short_in_the_list_and_full_when_opened() {
    let etag = ("ETag".to_owned(), "\"p2-proven-version-atomic-optional\"".to_owned());
    let condition = ("If-Match".to_owned(), "\"p1-proven-version-atomic-required\"".to_owned());
    let body = r#"{"preconditions":"optional","etags":"version","judging":"atomic","dates":"proven"}"#.to_owned();
    let asked = Exchange {
        target: "/control/policy".to_owned(),
        request: Message { fields: vec![condition], body, cut: false },
        ..exchange(7, None)
    };
    let response = Some(Message { fields: vec![etag], body: String::new(), cut: false });
    let answered = Exchange { status: Some(200), response, ..asked.clone() };
    for (width, height) in [(120, 40), (80, 24)] {
        let mut play = TestApp::stage(width, height);
        play.event(Event::Exchanged(Box::new(asked.clone())));
        play.shows(width, height, "policy: required → optional  ◌ on its way");
        // The program may know the new policy before the exchange is complete.
        play.f(7).event(Event::Exchanged(Box::new(answered.clone())));
        play.shows(width, height, "policy: required → optional  200 OK");
        play.hides(width, height, "p1-proven-version-atomic-required → ");
        play.press(Key::alt('w')).code(KeyCode::Enter);
        play.shows(width, height, "p1-proven-version-atomic-required");
    }
}

#[test]
fn the_panel_can_be_hidden() {
    let mut play = TestApp::stage(80, 24);
    play.f(4).f(4);
    play.hides(80, 24, "the wire");
    play.f(4);
    play.shows(80, 24, "the wire");
}

#[test]
fn one_exchange_is_opened_and_closed() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = TestApp::stage(width, height);
        play.types("Alice ").ctrl('s');
        play.press(Key::alt('w')).code(KeyCode::Enter);
        play.shows(width, height, "PUT /api/documents/welcome HTTP/1.1");
        let end = play.code(KeyCode::End).screen(width, height).text();
        assert!(end.contains("--header"), "the same by hand: {end}");
        for shown in ["ETag: \"v2-00000002\"", "HTTP/1.1 200 OK"] {
            let further = (0..60).any(|_| {
                play.code(KeyCode::Up);
                play.screen(width, height).text().contains(shown)
            });
            assert!(further, "{shown} at {width}x{height}");
        }
        play.code(KeyCode::Esc);
        play.shows(width, height, "▶ the wire");
        play.code(KeyCode::Up).code(KeyCode::Enter).code(KeyCode::Home);
        play.shows(width, height, "GET /api/documents/welcome HTTP/1.1");
        play.code(KeyCode::Esc).code(KeyCode::Esc).types("typing again ");
        play.shows(width, height, "typing again");
    }
}

#[test]
fn an_exchange_has_its_curl_command() {
    let mut play = TestApp::stage(120, 40);
    play.types("Alice ").ctrl('s');
    play.press(Key::alt('w')).code(KeyCode::Enter).code(KeyCode::End);
    play.shows(120, 40, "The same request with curl");
    play.shows(120, 40, "curl --include --request 'PUT' --globoff --path-as-is 'http://127.0.0.1:4280/api/documents/");
    play.shows(120, 40, r#"--header 'If-Match: "v1-00000001"'"#);
}

#[test]
fn pending_and_lost_exchanges_are_described() {
    let mut play = TestApp::stage(120, 40);
    play.server.down = true;
    play.types("Alice ").ctrl('s');
    play.shows(120, 40, "✗ lost");
    play.shows(120, 40, "✗ offline");
    play.shows(120, 40, "Alice # Bread");
    let unsent = Exchange { lost: Some("not sent, because".to_owned()), ..exchange(7, None) };
    play.event(Event::Exchanged(Box::new(unsent)));
    play.shows(120, 40, "✗ not sent");
}

#[test]
fn foreign_text_cannot_steer_the_terminal_or_hide() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    let event = play.server.saved_by("Eve", "a\u{202e}b\u{1b}[31m\n");
    play.event(event).f(5);
    play.shows(120, 40, "2 characters are shown as marks, such as <U+202E>");
    let cells = play.screen(120, 40);
    let hidden = cells.text().chars().filter(|c| *c != '\n').any(terminal::sanitize::is_hidden);
    assert!(!hidden, "{}", cells.text());
}

#[test]
fn foreign_header_fields_cannot_steer_the_terminal() {
    let evil = "a\u{1b}[2J\u{202e}b";
    let field = |name: &str| (name.to_owned(), evil.to_owned());
    let message = Message {
        fields: vec![field("If-Match"), field("ETag"), field("Ifmatch-Overwrote"), field(evil)],
        body: evil.to_owned(),
        cut: false,
    };
    let exchange = Exchange {
        method: evil.to_owned(),
        target: evil.to_owned(),
        request: message.clone(),
        response: Some(message),
        ..exchange(99, Some(200))
    };
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.event(Event::Exchanged(Box::new(exchange)));
    for screen in [play.screen(120, 40), play.press(Key::alt('w')).code(KeyCode::Enter).screen(120, 40)] {
        assert!(screen.text().contains("a␛[2J<U+202E>b"), "{}", screen.text());
        let hidden = screen.0.content.iter().any(|cell| cell.symbol().chars().any(terminal::sanitize::is_hidden));
        assert!(!hidden, "{}", screen.text());
    }
}

#[test]
fn a_request_is_shown_while_in_flight() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.event(Event::Exchanged(Box::new(exchange(7, None))));
    play.shows(120, 40, "◌ on its way");
    play.event(Event::Exchanged(Box::new(exchange(7, Some(200)))));
    play.hides(120, 40, "◌ on its way");
}

/// Returns the lines of the wire that name a status or an arrow of a request, each from its number on.
fn listed(play: &TestApp) -> Vec<String> {
    let rows = play.screen(120, 40).rows();
    let lines = rows.iter().map(|row| row.trim_matches(['│', ' ']));
    lines.filter(|row| row.contains(" PUT ") && row.starts_with(char::is_numeric)).map(str::to_owned).collect()
}

#[test]
fn responses_of_overlapping_writes_are_listed_where_they_arrived() {
    let mut play = TestApp::stage(120, 40);
    let by = |number, who: &str, status| Exchange { author: who.parse().ok(), ..exchange(number, status) };
    for (number, who, status) in [(7, "Alice", None), (8, "Bob", None), (8, "Bob", Some(200)), (7, "Alice", Some(412))]
    {
        play.event(Event::Exchanged(Box::new(by(number, who, status))));
    }
    let lines = listed(&play);
    assert!(lines[0].starts_with("7 ● Alice") && lines[0].ends_with('→'), "{lines:#?}");
    assert!(lines[1].starts_with("8 ◆ Bob") && lines[1].contains("→ 200 OK"), "{lines:#?}");
    assert!(lines[2].starts_with("7 ● Alice  PUT    ◀ 412"), "{lines:#?}");
    assert_eq!(lines.len(), 3);
}

#[test]
fn condition_without_a_value_is_empty_and_not_cut() {
    let mut refused = answered(request(6, "Bob", "PUT"), 412, 3);
    refused.request.fields = vec![("If-Match".to_owned(), String::new())];
    for (width, height, shown) in [
        (120, 40, "If-Match: (empty) → 412 Precondition Failed"),
        (80, 24, "If-Match (empty) → 412 Precondition Failed"),
        (40, 12, "PUT (empty) → 412 failed"),
    ] {
        let mut play = room_of_three((width, height));
        play.event(recorded(refused.clone())).shows(width, height, shown);
    }
}

#[test]
fn curl_is_on_the_wire_and_in_the_diagram() {
    let mut play = TestApp::stage(120, 40);
    let mut curl = exchange(31, Some(428));
    curl.request.fields.push(("user-agent".to_owned(), "curl/8.5.0".to_owned()));
    play.event(Event::Recorded(Box::new(curl.clone())));
    play.shows(120, 40, "◇ curl   PUT    /api/documents/welcome → 428 Precondition Required");
    play.event(Event::Recorded(Box::new(Exchange { number: 32, method: "GET".to_owned(), ..exchange(0, Some(200)) })));
    play.shows(120, 40, "◇ anonymous GET    /api/documents/welcome → 200 OK");
    play.f(4).shows(120, 40, "◇ anonymous");
    let mut alone = TestApp::single(Some("welcome"), 120, 40);
    alone.event(Event::Recorded(Box::new(curl)));
    alone.hides(120, 40, "curl");
}

#[test]
fn full_tags_are_shown_if_they_are_wanted() {
    let people: Vec<_> = ["Alice", "Bob"].map(author).into();
    let state = State::stage(people.clone(), &id("welcome"), "http://x".to_owned(), Theme::default());
    let mut play = TestApp::begin(state.with_full_tags(true), people, 120, 40);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
    for shown in ["base \"v2-00000002\"", "If-Match: \"v1-00000001\"", "● Alice \"v2-00000002\" ──"] {
        play.shows(120, 40, shown);
    }
}

/// Returns an anomaly of exchange 8, with this text in every place that a server fills.
fn anomaly(kind: AnomalyKind, certainty: Certainty, text: &str) -> Anomaly {
    Anomaly {
        kind,
        certainty,
        loses_update: kind == AnomalyKind::LostUpdate,
        target: text.to_owned(),
        exchanges: vec![6, 7, 8],
        overwritten: vec![7],
        sentence: format!("PUT by Bob {text}"),
        clause: format!("RFC 9110 13.1.1 {text}"),
        lost: vec![format!("salt {text}")],
        restored: vec![format!("butter {text}")],
        more_lines: 0,
    }
}

#[test]
fn lost_update_that_a_proxy_found_is_named_with_its_lines() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    let certain = anomaly(AnomalyKind::LostUpdate, Certainty::Certain, "is unread");
    let no_condition = anomaly(AnomalyKind::UnconditionalWrite, Certainty::Certain, "has no If-Match");
    let write = Exchange { anomalies: vec![certain, no_condition], ..exchange(8, Some(200)) };
    play.event(Event::Exchanged(Box::new(write)));
    play.shows(120, 40, "→ 200 OK  ✗ lost update");
    play.shows(120, 40, "gone: ‘salt is unread’; back: ‘butter is unread’");
    play.shows(120, 40, "200: PUT by Bob is unread");
    play.press(Key::alt('w')).code(KeyCode::Enter);
    for line in
        ["gone: salt is unread", "back: butter is unread", "RFC 9110 13.1.1 is unread; evidence: exchanges 6, 7 and 8"]
    {
        play.shows(120, 40, line);
    }
    play.shows(120, 40, "PUT by Bob has no If-Match");
}

#[test]
fn possible_loss_is_marked_as_a_question() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    let possible = anomaly(AnomalyKind::LostUpdate, Certainty::Possible, "is unread");
    play.event(Event::Exchanged(Box::new(Exchange { anomalies: vec![possible], ..exchange(8, Some(200)) })));
    play.shows(120, 40, "lost update?");
    play.hides(120, 40, "gone: ");
}

#[test]
fn foreign_text_in_anomalies_cannot_steer_the_terminal() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    let evil = anomaly(AnomalyKind::LostUpdate, Certainty::Certain, "a\u{1b}[2J\u{202e}b");
    let anomalies = vec![evil.clone(), Anomaly { kind: AnomalyKind::BlindRetry, ..evil }];
    play.event(Event::Exchanged(Box::new(Exchange { anomalies, ..exchange(8, Some(200)) })));
    for screen in [play.screen(120, 40), play.press(Key::alt('w')).code(KeyCode::Enter).screen(120, 40)] {
        assert!(screen.text().contains("a␛[2J<U+202E>b"), "{}", screen.text());
        let hidden = screen.0.content.iter().any(|cell| cell.symbol().chars().any(terminal::sanitize::is_hidden));
        assert!(!hidden, "{}", screen.text());
    }
}
