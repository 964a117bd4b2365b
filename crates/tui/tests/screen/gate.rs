//! The gate by keys: hold, release one, release all in a chosen order, lose a response, send again.

use contract::{Exchange, Hold};
use crossterm::event::KeyCode;
use ratatui::style::Modifier;
use terminal::event::TerminalEvent;
use terminal::key::Key;
use tui::gate::GateRequest;
use tui::{Effect, Event};

use crate::gate_model::BEYOND;
use crate::harness::TestApp;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// Gives the keys to the wire panel.
pub(crate) fn focus_wire(play: &mut TestApp) -> &mut TestApp {
    play.press(Key::alt('w'))
}

/// Alice and Bob have both edited the same line and saved, and both saves are held.
fn both_held(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::stage(width, height);
    focus_wire(&mut play).types("i").alt('1');
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
    play
}

/// Returns the statuses of the writes, with their authors, in the order of the responses.
fn answers(play: &TestApp) -> Vec<String> {
    let rows = play.screen(120, 40).rows();
    let writes = rows.iter().filter(|row| row.contains("PUT"));
    let status = |row: &String| {
        let (_, rest) = row.split_once("◀ ").or_else(|| row.split_once("→ "))?;
        Some(rest.chars().take(3).collect::<String>()).filter(|status| status.chars().all(char::is_numeric))
    };
    writes.filter_map(status).filter(|status| !status.is_empty()).collect()
}

/// Returns the number of gate requests for which `is_it` holds, and of all others after the last one.
fn count_gate_requests(play: &TestApp, is_it: impl Fn(&GateRequest) -> bool) -> (usize, usize) {
    let requests = play.effects.iter().filter_map(|effect| match effect {
        Effect::Gate(request) => Some(is_it(request)),
        _ => None,
    });
    let requests: Vec<bool> = requests.collect();
    let then = requests.iter().rev().take_while(|is_it| !**is_it).count();
    (requests.iter().filter(|is_it| **is_it).count(), then)
}

#[test]
fn gate_key_cycles_none_writes_all_and_explains_each() {
    let mut play = TestApp::stage(120, 40);
    play.hides(120, 40, "the gate holds");
    focus_wire(&mut play).types("i");
    play.shows(120, 40, "policy ✓ required  ▌ the gate holds writes");
    play.shows(120, 40, "the gate now holds every save: a releases one, A all; i holds reads too");
    play.types("i").shows(120, 40, "▌ the gate holds all");
    play.shows(120, 40, "the gate now holds saves and reads");
    play.types("i").hides(120, 40, "the gate holds");
    play.shows(120, 40, "the gate is open");
    assert_eq!(play.server.gate.hold, Hold::None);
}

#[test]
fn footer_says_what_the_hold_key_would_do_now() {
    let footer = |play: &TestApp| play.screen(120, 40).rows().pop().unwrap();
    let mut play = TestApp::stage(120, 40);
    focus_wire(&mut play);
    for words in ["i hold saves", "i hold reads", "i stop holding", "i hold saves"] {
        assert!(footer(&play).contains(words), "{words:?}: {}", footer(&play));
        play.event(TerminalEvent::Key(Key::char('i')));
        // The message about the gate takes the footer until the next key.
        play.code(KeyCode::Down);
    }
}

#[test]
fn selection_moves_from_a_released_request_to_the_next_held_one() {
    let selected = |play: &TestApp| {
        let screen = play.screen(120, 40);
        let row = screen
            .rows()
            .into_iter()
            .zip(0..)
            .find(|(row, y)| row.contains("PUT") && screen.0[(6, *y)].modifier.contains(Modifier::REVERSED));
        row.map(|(row, _)| row).unwrap_or_default()
    };
    let mut play = both_held(120, 40);
    focus_wire(&mut play).code(KeyCode::Up);
    assert!(selected(&play).contains("● Alice"), "{}", selected(&play));
    play.types("a");
    assert!(selected(&play).contains("◆ Bob"), "the next one that is held: {}", selected(&play));
    // After all are released, the next request that the gate holds is selected.
    play.types("A").alt('1').types("once more ").ctrl('s');
    focus_wire(&mut play);
    assert!(selected(&play).contains("● Alice") && selected(&play).contains("held"), "{}", selected(&play));
}

#[test]
fn hold_key_pressed_before_the_gate_is_known_is_not_lost() {
    let people = vec![crate::harness::author("Alice")];
    let mut state =
        tui::State::stage(people, &crate::harness::id("welcome"), String::new(), terminal::theme::Theme::default());
    tui::update(&mut state, Event::Terminal(TerminalEvent::Key(Key::alt('w'))));
    let asked = tui::update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char('i'))));
    assert_eq!(asked, [Effect::Gate(GateRequest::Look)]);
    let known = tui::update(&mut state, Event::GateTold(Ok(contract::GateSettings::default())));
    assert_eq!(known, [Effect::Gate(GateRequest::Hold(Hold::Writes))]);
}

#[test]
fn closed_gate_names_its_opening_keys_in_every_size() {
    for (width, height) in SIZES {
        let mut play = TestApp::stage(width, height);
        focus_wire(&mut play).types("i").alt('1');
        play.shows(width, height, "the gate holds writes");
        play.types("Alice ").ctrl('s');
        play.shows(width, height, "▌ held at the gate");
        play.shows(width, height, "1 waits");
        play.shows(width, height, "Alt-w, then A releases");
        play.shows(width, height, "Alt-w release it");
        assert_eq!(play.server.content(), crate::harness::TEXT, "nothing is judged yet");
        focus_wire(&mut play).types("A");
        assert!(play.server.content().starts_with("Alice "));
        play.hides(width, height, "held at the gate");
        // The gate holds further requests until the leader opens it.
        play.alt('1').shows(width, height, "the gate holds writes");
    }
}

#[test]
fn order_of_marks_decides_which_save_wins() {
    for (marks, winner, loser) in [(["", ""], "Alice ", "Bob"), (["m", "m"], "Bob ", "Alice")] {
        let mut play = both_held(120, 40);
        focus_wire(&mut play);
        // Bob's request is the newest, and selected.
        play.types(marks[0]).code(KeyCode::Up).types(marks[1]);
        if marks[0] == "m" {
            play.shows(120, 40, "▌ held, goes 1st");
            play.shows(120, 40, "▌ held, goes 2nd");
        }
        play.types("A");
        assert!(play.server.content().starts_with(winner), "{}", play.server.content());
        play.shows(120, 40, "412 Precondition Failed");
        let refused = play.screen(120, 40).rows().into_iter().find(|row| row.contains("◀ 412")).unwrap();
        assert!(refused.contains(loser), "{refused}");
    }
}

#[test]
fn mark_is_removed_by_its_key_and_with_its_request() {
    let mut play = both_held(120, 40);
    focus_wire(&mut play).types("m").code(KeyCode::Up).types("m");
    play.code(KeyCode::Down).types("m");
    play.shows(120, 40, "▌ held, goes 1st");
    play.hides(120, 40, "2nd");
    play.types("m").code(KeyCode::Up).types("a");
    play.shows(120, 40, "▌ held, goes 1st");
    play.hides(120, 40, "2nd");
}

#[test]
fn small_terminal_lists_versions_and_their_fates() {
    let mut play = both_held(40, 12);
    focus_wire(&mut play).types("m");
    play.shows(40, 12, "◆ Bob PUT v1 → ▌ held, goes 1st");
    play.shows(40, 12, "a go A all F1 help");
    play.types("A").code(KeyCode::Esc).code(KeyCode::Esc);
    focus_wire(&mut play);
    play.shows(40, 12, "◆ Bob PUT If-Match v1 → 200 OK v2");
    play.shows(40, 12, "● Alice PUT ◀ 412 failed v2");
}

#[test]
fn diagram_shows_the_place_in_the_order_at_the_gate() {
    for (width, height) in SIZES {
        let mut play = both_held(width, height);
        focus_wire(play.f(4)).types("m").code(KeyCode::Up).types("m");
        play.shows(width, height, "▌ 1st  │");
        play.shows(width, height, "▌ 2nd  │");
        play.types("a");
        play.shows(width, height, "● PUT released");
        play.shows(width, height, "▌ 1st  │");
    }
}

#[test]
fn opened_held_request_says_that_it_is_held() {
    let mut play = both_held(120, 40);
    focus_wire(&mut play).code(KeyCode::Enter);
    play.shows(120, 40, "held at the gate: the server has it, and judges it once it is released");
    play.shows(120, 40, "There is no response yet.");
}

#[test]
fn released_request_is_listed_as_one_that_was_held() {
    let mut play = both_held(120, 40);
    play.hides(120, 40, "was held");
    focus_wire(&mut play).types("A");
    play.shows(120, 40, "▌ was held");
}

#[test]
fn only_the_selected_request_is_released() {
    let mut play = both_held(120, 40);
    focus_wire(&mut play).code(KeyCode::Up).types("a");
    assert!(play.server.content().starts_with("Alice "));
    assert_eq!(play.effects.iter().filter(|effect| matches!(effect, Effect::Gate(GateRequest::LetGo(_)))).count(), 1);
    play.shows(120, 40, "▌ held");
    play.shows(120, 40, "1 waits");
}

#[test]
fn response_is_lost_but_its_write_is_applied() {
    let mut play = TestApp::stage(120, 40);
    focus_wire(&mut play).types("i").alt('1').types("Alice ").ctrl('s');
    focus_wire(&mut play).types("X");
    assert!(play.server.content().starts_with("Alice "), "the write is applied");
    play.shows(120, 40, "✗ lost");
    let (_, then) = count_gate_requests(&play, |request| matches!(request, GateRequest::LoseAnswerOf(_)));
    assert_eq!(then, 0, "a single gate request releases the write and drops its response");
}

#[test]
fn refusal_is_not_lost_and_costs_no_other_response() {
    let mut play = both_held(120, 40);
    focus_wire(&mut play).code(KeyCode::Up).types("a").code(KeyCode::End).types("X");
    play.shows(120, 40, "◀ 412");
    play.shows(120, 40, "the response was not lost: the server only loses the response to a completed write");
    let (asked, then) = count_gate_requests(&play, |request| matches!(request, GateRequest::LoseAnswerOf(_)));
    assert_eq!((asked, then), (1, 0), "no further gate request follows");
}

#[test]
fn request_sent_again_unchanged_meets_412() {
    let mut play = TestApp::stage(120, 40);
    play.types("Alice ").ctrl('s').types("again ").ctrl('s');
    focus_wire(&mut play).code(KeyCode::Up).types("r");
    let sent = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::SendAgain { seat, exchange } => Some((*seat, exchange.request.field("If-Match"))),
        _ => None,
    });
    assert_eq!(sent, Some((0, Some("\"v1-00000001\""))), "with its old tag");
    assert!(answers(&play).contains(&"412".to_owned()), "{:?}", answers(&play));
    play.alt('1').shows(120, 40, "✓ clean");
}

#[test]
fn held_request_can_be_duplicated_and_both_wait() {
    let mut play = TestApp::stage(120, 40);
    focus_wire(&mut play).types("i").alt('1').types("Alice ").ctrl('s');
    focus_wire(&mut play).types("D");
    play.shows(120, 40, "2 wait");
    play.types("A");
    assert_eq!(answers(&play), ["200", "412"], "the model server does not recognize a replay");
}

#[test]
fn unavailable_gate_actions_say_why() {
    let mut play = TestApp::stage(120, 40);
    focus_wire(&mut play);
    let says = |play: &mut TestApp, key: &str, why: &str| {
        play.types(key);
        play.shows(120, 40, &format!("not now: {why}"));
    };
    for key in ["a", "A", "m", "X"] {
        says(&mut play, key, "no request is held");
    }
    says(&mut play, "D", "only a request without a response can be duplicated");
    play.f(1);
    play.shows(120, 40, "(off: no request is held)");
    play.f(1).types("i").alt('1').types("Alice ").ctrl('s');
    focus_wire(&mut play);
    says(&mut play, "r", "it has no response yet");
    play.code(KeyCode::Up);
    for key in ["a", "m", "X"] {
        says(&mut play, key, "the selected request is not held");
    }
    play.types("Ai").alt('1').f(5);
    focus_wire(&mut play).code(KeyCode::End);
    says(&mut play, "X", "only the response to a write can be lost");
    play.server.gate.is_withheld = true;
    play.event(Event::GateWithheld);
    for key in ["i", "a", "A", "m", "X"] {
        says(&mut play, key, "the server does not let me lead the gate: that takes the leader's token");
    }
}

#[test]
fn only_complete_document_requests_are_sent_again() {
    let mut play = TestApp::stage(120, 40);
    focus_wire(&mut play);
    let shown = Exchange {
        number: 70,
        author: Some(crate::harness::author("Alice")),
        client_address: None,
        server: None,
        received: contract::Timestamp::default(),
        judged: None,
        answered: None,
        method: "PUT".to_owned(),
        target: "/control/policy".to_owned(),
        request: contract::Message::default(),
        status: Some(200),
        response: None,
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    };
    let mut see = |exchange: Exchange, why: &str| {
        play.event(Event::Exchanged(Box::new(exchange))).code(KeyCode::End).types("r");
        play.shows(120, 40, &format!("not now: {why}"));
    };
    see(shown.clone(), "only requests about documents can be sent again");
    let mut cut = Exchange { number: 71, target: "/api/documents/welcome".to_owned(), ..shown };
    cut.request.cut = true;
    see(cut.clone(), "its body is longer than the record of it");
    cut.request.cut = false;
    see(
        Exchange { number: 72, author: Some(crate::harness::author("Eve")), ..cut },
        "the editor that sent it is not on this screen",
    );
}

#[test]
fn requests_held_before_the_feed_come_from_the_gate_report() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.types("Alice ");
    play.server.gate.hold = Hold::Writes;
    // This editor does not receive the server's record yet.
    let (record, others): (Vec<_>, Vec<_>) = {
        let effects = tui::update(&mut play.state, Event::Terminal(TerminalEvent::Key(Key::ctrl('s'))));
        let people = [crate::harness::author("Alice")];
        let events: Vec<_> = effects.iter().flat_map(|effect| play.server.answer(effect, &people)).collect();
        events.into_iter().partition(|event| matches!(event, Event::Recorded(_)))
    };
    assert_eq!(record.len(), 1);
    for event in others {
        play.event(event);
    }
    play.shows(120, 40, "◌ on its way");
    play.event(Event::RecordBegins);
    play.shows(120, 40, "▌ held");
    assert!(
        play.effects.contains(&Effect::FollowRecord(tui::effect::RecordStart::Now)),
        "the editor follows the record from now on"
    );
    // The gate and the record report the same request, which is counted once.
    for event in record {
        play.event(event);
    }
    play.shows(120, 40, "1 waits");
    focus_wire(&mut play).types("a");
    assert!(play.server.content().starts_with("Alice "));
}

#[test]
fn requests_of_other_clients_are_counted_and_released() {
    let mut play = TestApp::stage(120, 40);
    let held = contract::HeldExchange {
        exchange: 5 + BEYOND,
        author: Some(crate::harness::author("Eve")),
        method: "PUT".to_owned(),
        path: "/api/documents/welcome".to_owned(),
        if_match: None,
        since: contract::Timestamp::default(),
    };
    play.event(Event::GateTold(Ok(contract::GateSettings { hold: Hold::None, held: vec![held] })));
    play.shows(120, 40, "▌ 1 waits at the gate: Alt-w A releases all");
    focus_wire(&mut play).types("a");
    play.shows(120, 40, "not now: the selected request is not held");
    play.types("A");
    play.hides(120, 40, "at the gate");
}

#[test]
fn save_and_leave_does_not_wait_for_the_gate() {
    let mut play = both_held(120, 40);
    play.ctrl('q');
    play.types("s");
    assert!(play.effects.contains(&Effect::Gate(GateRequest::Open)));
    assert_eq!(play.server.gate.hold, Hold::None);
}

/// The server opens the gate if it loses the leader's connection, and another leader may open it.
#[test]
fn gate_opened_by_another_client_is_reported() {
    let opened = "the gate is open: another client opened it, or the server lost its connection to this editor";
    let open = || Event::GateTold(Ok(contract::GateSettings::default()));
    for (width, height) in SIZES {
        let mut play = TestApp::stage(width, height);
        focus_wire(&mut play).types("i").alt('1').shows(width, height, "the gate holds writes");
        play.event(open()).hides(width, height, "the gate holds writes");
        play.shows(width, height, "the gate is open");
        if width == 120 {
            play.shows(width, height, opened);
        }
    }
    let mut play = TestApp::stage(120, 40);
    play.event(open()).hides(120, 40, opened);
    focus_wire(&mut play).types("i").types("i").types("i").event(open()).hides(120, 40, opened);
}

#[test]
fn gate_without_a_response_is_reported() {
    let mut play = TestApp::stage(120, 40);
    play.event(Event::GateTold(Err("connection refused".to_owned())));
    play.shows(120, 40, "the gate did not answer: connection refused");
}

/// Another client closed the gate after this editor was connected, which no event reports.
#[test]
fn save_held_by_another_client_is_shown_to_its_writer() {
    let looks = |play: &TestApp| count_gate_requests(play, |request| *request == GateRequest::Look).0;
    for (width, height) in SIZES {
        let mut play = TestApp::single(Some("welcome"), width, height);
        play.server.gate.hold = Hold::Writes;
        play.types("Alice ").ctrl('s');
        let sent = play.effects.iter().rev().find_map(|effect| match effect {
            Effect::Ask { work, .. } => Some(*work),
            _ => None,
        });
        let silent = |seconds| Event::Unanswered { work: sent.unwrap(), seconds };
        let before = looks(&play);
        play.event(silent(2)).shows(width, height, "held by the leader for 2 s");
        play.hides(width, height, "no response for");
        play.event(silent(3)).shows(width, height, "for 3 s");
        assert_eq!(looks(&play), before + 1, "once: then the server's record tells");
    }
}

/// A server with tokens shows its gate only to a leader, and to others what it holds of their own.
#[test]
fn held_save_of_a_participant_is_said_to_be_held() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut play = TestApp::single(Some("welcome"), width, height);
        play.server.gate.hold = Hold::Writes;
        play.server.gate.is_withheld = true;
        play.event(Event::GateWithheld).types("Alice ").ctrl('s');
        let sent = play.effects.iter().rev().find_map(|effect| match effect {
            Effect::Ask { work, .. } => Some(*work),
            _ => None,
        });
        play.event(Event::Unanswered { work: sent.unwrap(), seconds: 2 });
        play.shows(width, height, "no response for 2 s");
        let asked = play.effects.iter().any(|effect| *effect == Effect::Gate(GateRequest::LookAtOwn));
        assert!(asked, "{:?}", play.effects);
        play.event(Event::OwnRequestsHeld(vec!["/api/documents/other".to_owned()]));
        play.shows(width, height, "no response for 2 s");
        play.hides(width, height, "held by the leader");
        play.event(Event::OwnRequestsHeld(vec!["/api/documents/welcome".to_owned()]));
        play.event(Event::Unanswered { work: sent.unwrap(), seconds: 3 });
        play.shows(width, height, "held by the leader for 3 s");
        play.hides(width, height, "no response for");
    }
}

#[test]
fn footer_names_the_lose_response_key_while_gate_holds() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut play = both_held(width, height);
        let footer = focus_wire(&mut play).screen(width, height).rows().pop().unwrap();
        assert!(footer.contains("X lose"), "{footer}");
    }
    let mut play = TestApp::stage(120, 40);
    focus_wire(&mut play).hides(120, 40, "X lose");
}
