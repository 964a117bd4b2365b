//! The document that the leader opens for all, in editors and on the leader's screen.

use client::Tagged;
use contract::RoomSettings;
use crossterm::event::KeyCode;
use proptest::prelude::*;
use terminal::event::{Mouse, MouseKind, TerminalEvent};
use terminal::input::LineSource;
use terminal::key::Key;
use terminal::theme::Theme;
use tui::action::Context;
use tui::room_request::{BegunRound, OpenForAllFailure, RoomReport, RoomRequest};
use tui::{Effect, Event, State, advance};

use crate::enter_protection::protections;
use crate::harness::{TEXT, TestApp, author, id};
use crate::room::{empty_room, room_of_three};
use crate::talk::Talk;
use crate::typist::{NOON, reads};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// Returns the settings that open a document for all.
fn settings(document: Option<&str>) -> RoomSettings {
    RoomSettings { open_for_all: document.map(id) }
}

fn hears<'a>(play: &'a mut TestApp, document: Option<&str>) -> &'a mut TestApp {
    play.event(Event::RoomSettingsHeard(settings(document)))
}

/// Saves, and returns the text that the server has then.
fn saved(play: &mut TestApp) -> String {
    play.ctrl('s').server.content().to_owned()
}

/// Returns the documents that the editor has opened, in order.
fn opened(play: &TestApp) -> Vec<String> {
    let opened = play.effects.iter().filter_map(|effect| match effect {
        Effect::Open { document, .. } => Some(document.to_string()),
        _ => None,
    });
    opened.collect()
}

#[test]
fn untouched_list_opens_the_leaders_document() {
    for (width, height) in SIZES {
        let mut play = TestApp::single(None, width, height);
        hears(&mut play, Some("plan")).shows(width, height, "the leader opened plan for all");
        assert_eq!((opened(&play), play.state.context()), (vec!["plan".to_owned()], Context::Text));
        // The stream breaks off, and begins again with the settings from before.
        play.f(2);
        hears(&mut play, Some("plan"));
        assert_eq!((opened(&play).len(), play.state.context()), (1, Context::Documents));
    }
}

/// The keys that are pressed as the document opens were meant for the list of documents.
#[test]
fn document_that_opened_by_itself_is_entered_with_enter() {
    for (width, height) in SIZES {
        let mut play = TestApp::single(None, width, height);
        hears(&mut play, Some("welcome")).shows(width, height, "the leader opened welcome for all");
        play.shows(width, height, "Enter or F9 lets you write in it");
        play.types("plan").shows(width, height, "not typed: the leader opened");
        play.code(KeyCode::Backspace).code(KeyCode::Delete).ctrl('v').alt('t');
        assert_eq!((saved(&mut play), play.state.context()), (TEXT.to_owned(), Context::Text));
        play.code(KeyCode::Enter).types("Lunch: ").shows(width, height, "Lunch: ");
        assert_eq!(saved(&mut play), format!("Lunch: {TEXT}"), "Enter itself changes nothing");
    }
}

#[test]
fn keys_while_the_document_loads_change_nothing_either() {
    let mut play = TestApp::single(None, 80, 24);
    let loading = advance(&mut play.state, Event::RoomSettingsHeard(settings(Some("welcome"))));
    play.types("plan").code(KeyCode::Backspace).carry_out(loading);
    assert_eq!(saved(&mut play), TEXT);
    let mut play = TestApp::single(None, 80, 24);
    play.server.is_double_click_time = true;
    let loading = advance(&mut play.state, Event::RoomSettingsHeard(settings(Some("welcome"))));
    play.code(KeyCode::Enter).code(KeyCode::Enter).types("x").carry_out(loading);
    assert_eq!(saved(&mut play), TEXT, "Enter was for the list, too");
}

/// A person who chooses a document in the list presses Enter, and types at once.
#[test]
fn enter_for_the_list_does_not_enter_the_leaders_document() {
    for (width, height) in SIZES {
        let mut play = TestApp::single(None, width, height);
        play.server.is_double_click_time = true;
        hears(&mut play, Some("welcome")).shows(width, height, "the leader opened welcome for all");
        play.hides(width, height, "Enter or F9");
        play.code(KeyCode::Down).code(KeyCode::Enter).types("mine").code(KeyCode::Enter);
        play.shows(width, height, "not typed: the leader opened");
        assert_eq!(saved(&mut play), TEXT);
        // The pause must follow the last of these keys.
        let turns = protections(&play);
        for turn in &turns[..turns.len() - 1] {
            play.event(Event::EnterUnprotected { turn: *turn }).code(KeyCode::Enter).types("x");
        }
        assert_eq!(saved(&mut play), TEXT);
        play.types("y");
        let last = *protections(&play).last().unwrap();
        play.event(Event::EnterUnprotected { turn: last }).shows(width, height, "Enter or F9 lets you write in it");
        play.code(KeyCode::Enter).types("x");
        // Down was for the list, too, and has moved the cursor.
        assert_eq!(saved(&mut play), TEXT.replacen("\n\n", "\nx\n", 1));
    }
}

#[test]
fn f9_and_a_click_enter_it_too_and_a_paste_is_kept() {
    let mut play = TestApp::single(None, 80, 24);
    hears(&mut play, Some("welcome")).shows(80, 24, "the leader opened");
    play.code(KeyCode::Left).shows(80, 24, "F9 write here");
    play.f(9).types("x");
    assert_eq!(saved(&mut play), format!("x{TEXT}"));
    let mut play = TestApp::single(None, 80, 24);
    hears(&mut play, Some("welcome"));
    let (column, row) = play.screen(80, 24).places_of("flour")[0];
    play.event(TerminalEvent::Mouse(Mouse { kind: MouseKind::Click, column, row })).types("x");
    assert_eq!(saved(&mut play), TEXT.replace("flour", "xflour"));
    let mut play = TestApp::single(None, 80, 24);
    hears(&mut play, Some("welcome")).event(TerminalEvent::Pasted("pasted ".to_owned()));
    play.shows(80, 24, "then Ctrl-V pastes");
    assert_eq!(saved(&mut play), TEXT);
    play.code(KeyCode::Enter).ctrl('v');
    assert_eq!(saved(&mut play), format!("pasted {TEXT}"));
}

#[test]
fn document_that_its_user_opens_needs_no_entry() {
    let mut play = TestApp::single(None, 80, 24);
    hears(&mut play, Some("plan")).f(2).types("welcome").code(KeyCode::Enter).types("x");
    assert_eq!(saved(&mut play), format!("x{TEXT}"));
    let mut play = TestApp::single(None, 80, 24);
    play.types("we");
    hears(&mut play, Some("welcome")).alt('o').types("x");
    assert_eq!(saved(&mut play), format!("x{TEXT}"), "the key for it is a decision, too");
}

#[test]
fn selection_in_the_list_is_nothing_typed_and_letters_are() {
    let mut play = TestApp::single(None, 80, 24);
    play.code(KeyCode::Down);
    hears(&mut play, Some("plan"));
    assert_eq!(opened(&play), ["plan"]);
    let mut play = TestApp::single(None, 80, 24);
    play.types("we");
    hears(&mut play, Some("plan")).shows(80, 24, "Alt-o opens plan: the leader opened it for all");
    assert_eq!((opened(&play).len(), play.state.context()), (0, Context::Documents));
    play.types("l").shows(80, 24, "find: wel");
    play.alt('o');
    assert_eq!(opened(&play), ["plan"]);
}

#[test]
fn open_text_stays_and_a_note_names_the_key() {
    for (width, height) in SIZES {
        let mut play = reads(NOON, width, height);
        hears(&mut play, Some("plan")).types("!");
        play.shows(width, height, "Alt-o opens plan: the leader opened");
        play.shows(width, height, "meet at noon.!");
        assert_eq!(opened(&play), ["welcome"]);
        // Any other key ends the note; then the key is in the footer.
        play.ctrl('s');
        play.hides(width, height, "the leader opened");
        play.shows(width, height, "Alt-o leader's");
        play.alt('o');
        assert_eq!(opened(&play), ["welcome", "plan"]);
        play.hides(width, height, "Alt-o ");
    }
}

#[test]
fn dismissed_news_leaves_the_footer_and_the_key_still_works() {
    let mut play = reads(NOON, 80, 24);
    hears(&mut play, Some("plan")).code(KeyCode::Esc).hides(80, 24, "Alt-o");
    play.alt('o');
    assert_eq!(opened(&play), ["welcome", "plan"]);
    play.alt('o').shows(80, 24, "not now: the leader's document is in view");
}

#[test]
fn key_says_why_it_does_nothing() {
    let mut play = reads(NOON, 80, 24);
    play.alt('o').shows(80, 24, "not now: the leader has opened no document for all");
    play.code(KeyCode::Esc);
    hears(&mut play, Some("welcome")).hides(80, 24, "for all");
    hears(&mut play, Some("plan"));
    hears(&mut play, None).ctrl('s').hides(80, 24, "Alt-o");
    play.alt('o').shows(80, 24, "not now: the leader has opened no document for all");
    assert_eq!(opened(&play), ["welcome"]);
}

#[test]
fn next_document_of_the_leader_is_news_again() {
    let mut play = TestApp::single(None, 80, 24);
    hears(&mut play, Some("plan"));
    hears(&mut play, Some("plan-2")).shows(80, 24, "Alt-o opens plan-2: the leader opened it for all");
    assert_eq!(opened(&play), ["plan"]);
}

#[test]
fn stage_and_lessons_ignore_the_leaders_document() {
    let mut play = TestApp::stage(120, 40);
    hears(&mut play, Some("plan"));
    assert_eq!(opened(&play), ["welcome", "welcome"]);
    play.hides(120, 40, "plan");
}

#[test]
fn plain_mode_opens_it_or_names_the_command() {
    let state = State::editor(author("Alice"), None, String::new(), Theme::default());
    let mut talk = Talk::begin(state, &["Alice"], LineSource::Typed);
    hears(&mut talk.play, Some("plan"));
    let heard = talk.heard();
    assert!(heard.contains("The leader opened plan for all."), "{heard}");
    assert_eq!(opened(&talk.play), ["plan"]);
    hears(&mut talk.play, Some("plan-2"));
    let heard = talk.heard();
    assert!(heard.contains("'leader' opens plan-2: the leader opened it for all"), "{heard}");
    talk.say("leader");
    assert_eq!(opened(&talk.play), ["plan", "plan-2"]);
}

fn seen(etag: &str, document: Option<&str>) -> Tagged<RoomSettings> {
    Tagged { etag: etag.parse().unwrap(), value: settings(document) }
}

/// Returns the document of each request to open one for all, and the tag of the replaced settings.
fn requests(play: &TestApp) -> Vec<(Option<String>, Option<String>)> {
    let asked = play.effects.iter().filter_map(|effect| match effect {
        Effect::Room(RoomRequest::OpenForAll { document, over }) => {
            Some((document.as_ref().map(ToString::to_string), over.as_ref().map(ToString::to_string)))
        }
        _ => None,
    });
    asked.collect()
}

fn report(play: &mut TestApp, report: RoomReport) -> &mut TestApp {
    play.event(Event::Room(report))
}

#[test]
fn leader_opens_the_document_in_view_over_the_settings_that_were_seen() {
    for (width, height) in SIZES {
        let mut play = room_of_three((width, height));
        assert!(play.effects.contains(&Effect::Room(RoomRequest::ReadSettings)));
        report(&mut play, RoomReport::Settings(Ok(seen("\"r1-none\"", None)))).types("O");
        let first = (Some("plan".to_owned()), Some("\"r1-none\"".to_owned()));
        assert_eq!(requests(&play), std::slice::from_ref(&first));
        play.types("O").shows(width, height, "not now: a change of the document for");
        report(&mut play, RoomReport::OpenedForAll(Ok(seen("\"r2-plan\"", Some("plan")))));
        play.shows(width, height, "plan opens by itself");
        play.types("O");
        assert_eq!(requests(&play), [first, (None, Some("\"r2-plan\"".to_owned()))], "the same again: none");
        report(&mut play, RoomReport::OpenedForAll(Ok(seen("\"r3-none\"", None))));
        play.shows(width, height, "plan no longer opens by itself");
    }
}

#[test]
fn leader_who_was_overtaken_reads_what_the_other_one_did() {
    let mut play = room_of_three((120, 40));
    report(&mut play, RoomReport::Settings(Ok(seen("\"r1-none\"", None)))).types("O");
    let overtaken = OpenForAllFailure::Overtaken(seen("\"r2-notes\"", Some("notes")));
    report(&mut play, RoomReport::OpenedForAll(Err(overtaken)));
    play.shows(120, 40, "412, nothing was done: another leader was faster, and opened notes");
    play.shows(120, 40, "opens notes for all");
    play.types("O");
    assert_eq!(requests(&play).last().unwrap().1.as_deref(), Some("\"r2-notes\""));
    let failed = OpenForAllFailure::Failed("403: no\u{1b}[2J".to_owned());
    report(&mut play, RoomReport::OpenedForAll(Err(failed))).shows(120, 40, "no document was opened for all: 403: no");
    assert!(!play.screen(120, 40).text().contains('\u{1b}'));
}

#[test]
fn change_of_another_leader_is_read_with_its_tag() {
    let mut play = empty_room((80, 24));
    let reads = |play: &TestApp| {
        play.effects.iter().filter(|effect| **effect == Effect::Room(RoomRequest::ReadSettings)).count()
    };
    report(&mut play, RoomReport::Settings(Ok(seen("\"r1-none\"", None))));
    let before = reads(&play);
    hears(&mut play, None);
    assert_eq!(reads(&play), before, "that is known");
    hears(&mut play, Some("notes"));
    assert_eq!(reads(&play), before + 1);
    report(&mut play, RoomReport::Settings(Ok(seen("\"r2-notes\"", Some("notes")))));
    play.shows(80, 24, "opens notes for all");
    // No document is in view, so the key can only end this.
    play.types("O");
    assert_eq!(requests(&play), [(None, Some("\"r2-notes\"".to_owned()))]);
}

#[test]
fn controls_name_the_document_and_have_the_key() {
    for (width, height) in SIZES {
        let mut play = room_of_three((width, height));
        report(&mut play, RoomReport::Settings(Ok(seen("\"r2-plan\"", Some("plan")))));
        play.types("c").code(KeyCode::End).shows(width, height, "opens for all: plan");
        play.types("O");
        assert_eq!(requests(&play).len(), 1);
    }
}

#[test]
fn room_without_a_document_has_nothing_to_open() {
    let mut play = empty_room((80, 24));
    report(&mut play, RoomReport::Settings(Ok(seen("\"r1-none\"", None))));
    play.types("O").shows(80, 24, "not now: no document is in use yet");
}

#[test]
fn new_round_opens_its_document_for_all() {
    let mut play = room_of_three((80, 24));
    report(&mut play, RoomReport::Settings(Ok(seen("\"r1-none\"", None)))).types("n").code(KeyCode::Enter);
    let begins = |one: &&Effect| matches!(one, Effect::Room(RoomRequest::BeginRound { over: Some(over), .. }) if over.to_string() == "\"r1-none\"");
    assert_eq!(play.effects.iter().filter(begins).count(), 1);
    let begun = BegunRound { document: id("plan-2"), opened: Ok(seen("\"r2-plan-2\"", Some("plan-2"))) };
    report(&mut play, RoomReport::RoundBegun { document: id("plan"), copy: Ok(begun) });
    play.shows(80, 24, "people get 'plan-2' by itself, or with Alt-o");
    play.types("n").code(KeyCode::Esc).shows(80, 24, "opens plan-2 for all");
}

proptest! {
    /// Whenever the document opens, the keys of the list change nothing in it, in any order.
    #[test]
    fn keys_of_the_list_change_no_document_that_opens_by_itself(
        keys in proptest::collection::vec(0_usize..10, 1..20),
        size in proptest::sample::select(SIZES.to_vec()),
    ) {
        let mut play = TestApp::single(None, size.0, size.1);
        hears(&mut play, Some("welcome"));
        let (mut entered, mut typed) = (false, 0);
        for key in keys {
            match key {
                0 => play.code(KeyCode::Up),
                1 => play.code(KeyCode::Home),
                2 => play.code(KeyCode::PageUp),
                3 if !entered => play.code(KeyCode::Backspace),
                4 if !entered => play.code(KeyCode::Delete),
                5 if !entered => play.ctrl('v'),
                6 if !entered => play.ctrl('z'),
                7 if !entered => play.ctrl('u'),
                8 => {
                    if !entered {
                        entered = true;
                        play.code(KeyCode::Enter);
                    }
                    &mut play
                }
                _ => {
                    typed += usize::from(entered);
                    play.types("w")
                }
            };
        }
        let text = saved(&mut play);
        prop_assert_eq!(text.matches('w').count(), TEXT.matches('w').count() + typed);
        prop_assert_eq!(text.replace('w', ""), TEXT.replace('w', ""));
    }

    /// While a document is open, such news changes no text, no request and no key's meaning.
    #[test]
    fn news_of_the_leaders_document_disturbs_no_one_who_types(
        steps in proptest::collection::vec((any::<bool>(), "[a-z\n]", proptest::option::of("[a-c]{1,2}")), 1..40),
        size in proptest::sample::select(SIZES.to_vec()),
    ) {
        let mut hearing = reads(NOON, size.0, size.1);
        let mut calm = reads(NOON, size.0, size.1);
        for (is_key, text, document) in steps {
            if is_key {
                let key = match text.as_str() {
                    "\n" => Key::plain(KeyCode::Enter),
                    "s" => Key::ctrl('s'),
                    other => Key::char(other.chars().next().unwrap()),
                };
                hearing.press(key);
                calm.press(key);
            } else {
                hears(&mut hearing, document.as_deref());
            }
            prop_assert_eq!(hearing.state.context(), calm.state.context());
        }
        prop_assert_eq!(hearing.server.content(), calm.server.content());
        let sent = |play: &TestApp| {
            let is_sent = |effect: &&Effect| matches!(effect, Effect::KeepDraft { .. } | Effect::Ask { .. });
            play.effects.iter().filter(is_sent).cloned().collect::<Vec<_>>()
        };
        prop_assert_eq!(sent(&hearing), sent(&calm));
    }
}
