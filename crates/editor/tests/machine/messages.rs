//! The machine and its messages: lost responses, unreachable servers, early and late events.

use std::time::Duration;

use crate::world::{Desk, Server, Transit, both_have, content};
use contract::{DocumentEvent, EventKind, Timestamp};
use editor::{Command, EditorInput, EditorNotice, EditorPhase, EditorRequest, LastSeen, ResponseOutcome};

#[test]
fn event_makes_my_text_stale_and_leaves_it_unchanged() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("two\n");
    alice.ask(Command::Save, &mut server);
    bob.hear(&server);
    assert_eq!(bob.editor.phase(), EditorPhase::Clean, "the first event is about the version that Bob has");
    bob.hear(&server);
    assert_eq!(bob.editor.phase(), EditorPhase::Stale);
    assert_eq!(bob.editor.mine().content, "one\n");
    assert!(matches!(bob.editor.last_seen(), LastSeen::Version { etag, .. } if etag.to_string() == "\"v2\""));
}

#[test]
fn event_of_my_own_save_may_precede_its_response() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.hear(&server);
    alice.write("two\n");
    alice.command(Command::Save);
    alice.arrive(&mut server);
    alice.hear(&server);
    alice.deliver();
    assert_eq!(alice.editor.phase(), EditorPhase::Clean);
}

#[test]
fn version_after_my_save_is_known_before_my_response() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.hear(&server);
    alice.write("two\n");
    alice.command(Command::Save);
    alice.arrive(&mut server);
    bob.ask(Command::Reload, &mut server);
    bob.write("three\n");
    bob.ask(Command::Save, &mut server);
    alice.hear(&server);
    alice.hear(&server);
    alice.deliver();
    assert_eq!(alice.editor.phase(), EditorPhase::Stale);
}

#[test]
fn event_of_an_older_version_may_arrive_late() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.write("two\n");
    alice.command(Command::Save);
    alice.arrive(&mut server);
    alice.hear(&server);
    alice.deliver();
    assert_eq!(alice.editor.phase(), EditorPhase::Clean, "what was told first was about the version before");
}

#[test]
fn event_during_a_read_is_newer_than_what_was_read() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("two\n");
    alice.ask(Command::Save, &mut server);
    bob.command(Command::Reload);
    bob.arrive(&mut server);
    alice.write("three\n");
    alice.ask(Command::Save, &mut server);
    for _ in 0..3 {
        bob.hear(&server);
    }
    bob.deliver();
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Stale, "two\n"));
}

#[test]
fn save_with_a_lost_response_is_repeated_and_counts_once() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.write("two\n");
    alice.command(Command::Save);
    alice.arrive(&mut server);
    alice.lose();
    assert_eq!(alice.editor.phase(), EditorPhase::Offline);
    alice.write("two\nthree\n");
    alice.wake();
    alice.exchange(&mut server);
    assert_eq!(server.versions.len(), 2);
    assert!(matches!(alice.editor.notice(), Some(EditorNotice::Replayed(_))));
    assert_eq!(alice.editor.phase(), EditorPhase::Edited);
    assert_eq!(alice.editor.base().unwrap().document.content, "two\n");
}

#[test]
fn delete_after_my_save_is_deleted_without_another_read() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("two\n");
    alice.command(Command::Save);
    alice.arrive(&mut server);
    alice.lose();
    bob.ask(Command::Reload, &mut server);
    bob.ask(Command::Delete, &mut server);
    alice.wake();
    alice.arrive(&mut server);
    alice.deliver();
    assert_eq!(alice.editor.phase(), EditorPhase::DeletedBy(Some("bob".parse().unwrap())));
    assert_eq!(alice.editor.mine().content, "two\n");
    assert!(alice.transit.is_none(), "the refusal has said everything");
}

#[test]
fn retry_after_a_failure_merges_what_was_typed() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("alice\n");
    alice.command(Command::Save);
    alice.fail_to_connect();
    bob.write("bob\n");
    bob.ask(Command::Save, &mut server);
    alice.write("alice goes on\n");
    alice.wake();
    alice.exchange(&mut server);
    assert_eq!(alice.editor.phase(), EditorPhase::Merging);
    assert!(matches!(alice.editor.notice(), Some(EditorNotice::Merging { .. })), "{:?}", alice.editor.notice());
    assert_eq!(alice.editor.mine().content, "alice goes on\n");
}

#[test]
fn read_after_a_refused_retry_is_repeated_and_not_the_write() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    bob.write("bob\n");
    bob.ask(Command::Save, &mut server);
    alice.write("alice\n");
    alice.command(Command::Save);
    let slowed_down = ResponseOutcome::TooManyRequests { why: "slow down".to_owned(), retry_after: Duration::ZERO };
    alice.answer(slowed_down.clone());
    alice.wake();
    // The 412 does not carry the text, so it is read.
    alice.arrive(&mut server);
    alice.deliver();
    alice.answer(slowed_down);
    alice.wake();
    let asked = alice.transit.clone();
    assert!(matches!(asked, Some(Transit::Asked(_, EditorRequest::Read { .. }))), "{asked:?}");
    alice.exchange(&mut server);
    assert_eq!(alice.editor.phase(), EditorPhase::Merging);
}

#[test]
fn save_during_an_uncertain_write_follows_it() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.write("two\n");
    alice.command(Command::Save);
    alice.lose();
    alice.write("two\nthree\n");
    alice.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "two\nthree\n");
    assert_eq!(alice.editor.phase(), EditorPhase::Clean);
}

#[test]
fn superseded_save_is_the_base_and_not_a_side_of_the_merge() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("one\nalice\n");
    alice.command(Command::Save);
    alice.arrive(&mut server);
    alice.lose();
    bob.ask(Command::Reload, &mut server);
    bob.write("one\nalice\nbob\n");
    bob.ask(Command::Save, &mut server);
    alice.wake();
    alice.exchange(&mut server);
    assert_eq!(alice.editor.phase(), EditorPhase::Clean, "{:?}", alice.editor.notice());
    assert_eq!(alice.editor.mine().content, "one\nalice\nbob\n");
}

#[test]
fn uncertain_unconditional_save_is_never_sent_twice() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("alice\n");
    alice.command(Command::SaveUnconditionally);
    alice.lose();
    bob.write("bob\n");
    bob.ask(Command::Save, &mut server);
    alice.wake();
    let asked = alice.transit.clone();
    assert!(matches!(asked, Some(Transit::Asked(_, EditorRequest::Read { .. }))), "{asked:?}");
    alice.exchange(&mut server);
    assert_eq!(alice.editor.phase(), EditorPhase::Merging, "nothing is overwritten");
    assert_eq!(alice.editor.mine().content, "alice\n");
}

#[test]
fn save_without_a_server_waits() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.write("two\n");
    alice.command(Command::Save);
    alice.fail_to_connect();
    assert_eq!(alice.editor.phase(), EditorPhase::Offline);
    assert!(matches!(alice.editor.notice(), Some(EditorNotice::Waiting(_))), "nothing was sent, and it says so");
    alice.wake();
    alice.fail_to_connect();
    assert!(matches!(alice.editor.notice(), Some(EditorNotice::Waiting(_))));
    alice.wake();
    alice.lose();
    alice.wake();
    alice.fail_to_connect();
    assert!(matches!(alice.editor.notice(), Some(EditorNotice::Unanswered(_))), "one of the tries may have arrived");
    alice.wake();
    alice.exchange(&mut server);
    assert_eq!((alice.editor.phase(), content(&server).as_str()), (EditorPhase::Clean, "two\n"));
}

#[test]
fn only_a_write_says_that_it_was_not_sent() {
    let why = "not sent, because http://a cannot be reached (connection refused)".to_owned();
    let said = |begin: &dyn Fn(&mut Desk)| {
        let (_, mut alice, _) = both_have("one\n");
        begin(&mut alice);
        alice.answer(ResponseOutcome::Unsent(why.clone()));
        alice.editor.notice().map(ToString::to_string).unwrap_or_default()
    };
    let read = said(&|alice| alice.take(EditorInput::Disconnected));
    assert_eq!(read, "http://a cannot be reached (connection refused); keep typing, nothing is lost");
    let write = said(&|alice| {
        alice.write("two\n");
        alice.command(Command::Save);
    });
    assert!(write.starts_with(&why), "{write}");
}

#[test]
fn unconditional_save_without_a_server_is_not_sent_later() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.write("two\n");
    alice.command(Command::SaveUnconditionally);
    alice.fail_to_connect();
    assert!(matches!(alice.editor.notice(), Some(EditorNotice::Unreachable(_))));
    alice.wake();
    alice.exchange(&mut server);
    assert_eq!((alice.editor.phase(), server.versions.len()), (EditorPhase::Edited, 1));
}

#[test]
fn typing_continues_while_the_server_is_unreachable() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.take(EditorInput::Disconnected);
    alice.lose();
    assert_eq!(alice.editor.phase(), EditorPhase::Offline);
    alice.write("two\n");
    assert_eq!(alice.editor.phase(), EditorPhase::Offline);
    alice.take(EditorInput::Connected);
    alice.exchange(&mut server);
    assert_eq!(alice.editor.phase(), EditorPhase::Edited);
    alice.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "two\n");
}

#[test]
fn late_events_of_my_own_saves_change_nothing() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.hear(&server);
    for text in ["two\n", "three\n"] {
        alice.write(text);
        alice.ask(Command::Save, &mut server);
    }
    let saved = alice.editor.notice().cloned();
    for _ in 0..2 {
        alice.hear(&server);
        assert_eq!((alice.editor.phase(), alice.editor.notice().cloned()), (EditorPhase::Clean, saved.clone()));
    }
}

#[test]
fn event_missed_while_reconnecting_is_not_awaited() {
    for reconnects_during_the_save in [true, false] {
        let (mut server, mut alice, mut bob) = both_have("one\n");
        alice.hear(&server);
        alice.write("two\n");
        alice.command(Command::Save);
        alice.arrive(&mut server);
        if reconnects_during_the_save {
            alice.take(EditorInput::Connected);
            alice.deliver();
        } else {
            alice.deliver();
            alice.take(EditorInput::Connected);
        }
        // The new event stream begins after that version.
        alice.told = server.versions.len();
        bob.ask(Command::Reload, &mut server);
        bob.write("three\n");
        bob.ask(Command::Save, &mut server);
        alice.hear(&server);
        assert_eq!(alice.editor.phase(), EditorPhase::Stale);
    }
}

/// A server with its documents in memory was restarted.
#[test]
fn document_of_another_store_is_not_called_deleted() {
    let (_, mut alice, _) = both_have("one\n");
    alice.write("one, typed\n");
    alice.ask(Command::Reload, &mut Server::default());
    assert_eq!(alice.editor.phase().to_string(), "not on the server");
    let said = alice.editor.notice().expect("something is said").to_string();
    assert!(said.starts_with("the server has no such document any more, and knows of no delete"), "{said}");
    assert_eq!(alice.editor.mine().content, "one, typed\n");
    let mut server = Server::default();
    alice.ask(Command::CreateAgain, &mut server);
    assert_eq!((alice.editor.phase(), content(&server).as_str()), (EditorPhase::Clean, "one, typed\n"));
}

/// The number of events that are remembered is bounded.
///
/// The event of the save may be among the dropped ones. It is then not awaited: later events are news.
#[test]
fn flood_during_a_save_does_not_make_later_events_old() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.hear(&server);
    alice.write("two\n");
    alice.command(Command::Save);
    alice.arrive(&mut server);
    alice.hear(&server);
    let bobs = |version: usize| {
        let (id, etag) = ("welcome".parse().unwrap(), format!("\"v{version}\"").parse().unwrap());
        let event = DocumentEvent { id, etag, author: "bob".parse().unwrap(), at: Timestamp::default() };
        EditorInput::EventReceived { kind: EventKind::Changed, event }
    };
    (3..1000).for_each(|version| alice.take(bobs(version)));
    alice.deliver();
    alice.take(bobs(1000));
    assert_eq!(alice.editor.phase(), EditorPhase::Stale);
    assert_eq!(alice.editor.last_seen().etag().map(ToString::to_string).as_deref(), Some("\"v1000\""));
}
