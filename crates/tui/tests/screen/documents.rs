//! The list of documents: what it shows, and how it is searched.

use std::time::Duration;

use client::DocumentListing;
use contract::{DocumentEntry, Timestamp};
use crossterm::event::KeyCode;
use editor::EditorRequest;
use ratatui::style::Modifier;
use tui::{Effect, Event};

use crate::harness::{TestApp, author, id};

const WIDE: (u16, u16) = (120, 40);

/// The time of the lists: 22 November 2026, 05:00 UTC.
const NOW: u64 = 1_795_323_600_000;

/// Returns an entry: its id, title, tag, author, age in seconds and parent.
fn entry(name: &str, title: &str, etag: &str, who: &str, seconds: u64, parent: Option<&str>) -> DocumentEntry {
    DocumentEntry {
        id: id(name),
        title: title.to_owned(),
        etag: etag.parse().unwrap(),
        author: author(who),
        updated_at: Timestamp::from_millis(NOW - seconds * 1000),
        parent: parent.map(id),
    }
}

fn listed(documents: Vec<DocumentEntry>) -> Event {
    Event::Listed(Ok(DocumentListing {
        documents,
        as_of: Some(Timestamp::from_millis(NOW)),
        ..DocumentListing::default()
    }))
}

fn documents() -> Vec<DocumentEntry> {
    vec![
        entry("handbook", "Handbook for new members", "\"v12-5a22c0de\"", "Bob", 7300, None),
        entry("plan", "Plan for the week of the school fair", "\"v3-0dd8a1b2\"", "Carol", 200, Some("handbook")),
        entry("shopping", "Shopping", "\"v1-77a1b2c3\"", "Alice", 20, Some("plan")),
        entry("welcome", "Bread", "\"v1-00000001\"", "Alice", 86_400 * 40, None),
    ]
}

/// Alice has `welcome` open with an edit, and looks at the list.
pub(crate) fn several((width, height): (u16, u16)) -> TestApp {
    let mut play = TestApp::single(Some("welcome"), width, height);
    play.types("Rye ").f(2).event(listed(documents())).code(KeyCode::Home).code(KeyCode::Down);
    play
}

fn row<'a>(rows: &'a [String], about: &str) -> &'a str {
    rows.iter().find(|row| row.contains(about)).unwrap_or_else(|| panic!("no row about {about}:\n{}", rows.join("\n")))
}

#[test]
fn row_shows_author_version_age_parent_and_what_is_open() {
    let rows = several(WIDE).screen(WIDE.0, WIDE.1).rows();
    let plan = row(&rows, "Plan for the week");
    for part in ["plan ", "\"v3-0dd8a1b2\"", "Carol", "3 min ago", "handbook"] {
        assert!(plan.contains(part), "{part:?} is not in {plan}");
    }
    let handbook = row(&rows, "Handbook for new members");
    assert!(handbook.contains("2 h ago") && !handbook.contains("edited"), "{handbook}");
    let welcome = row(&rows, "Bread");
    assert!(welcome.contains("edited") && welcome.contains("2026-10-13"), "{welcome}");
    row(&rows, "2 of 4, at 05:00 UTC");
}

#[test]
fn document_with_a_draft_on_this_machine_says_so() {
    for (width, height) in [WIDE, (80, 24), (40, 12)] {
        let mut play = several((width, height));
        let listing = DocumentListing {
            documents: documents(),
            as_of: Some(Timestamp::from_millis(NOW)),
            drafts: [id("plan"), id("welcome")].into(),
        };
        play.event(Event::Listed(Ok(listing)));
        let rows = play.screen(width, height).rows();
        // The plan is selected; if its row has no room, the line below the list has the word.
        let about = if width == 40 { row(&rows, "Carol ·") } else { row(&rows, "Plan for the week") };
        assert!(about.contains("draft"), "{}", rows.join("\n"));
        // What is open has its own word, and its text is newer than any draft.
        assert!(!row(&rows, "Bread").contains("draft"), "{}", rows.join("\n"));
    }
}

#[test]
fn narrow_list_keeps_title_and_version_and_tells_the_rest_below() {
    let rows = several((40, 12)).screen(40, 12).rows();
    let plan = row(&rows, "Plan for");
    assert!(plan.contains("v3"), "{plan}");
    let below = row(&rows, "3 min ago");
    assert!(below.contains("Carol") && below.contains("in handbook"), "{below}");
}

#[test]
fn typed_letters_are_marked_and_select_the_best_fit() {
    let mut play = several(WIDE);
    play.types("sch");
    let screen = play.screen(WIDE.0, WIDE.1);
    let rows = screen.rows();
    assert!(row(&rows, "Plan for the week of the school fair").contains('▶'), "{}", rows.join("\n"));
    let marks = |text: &str| screen.style_of(text).add_modifier;
    assert_ne!(marks("school"), marks("fair"), "the letters of the query have another style than the rest");
    assert!(!marks("fair").contains(Modifier::BOLD));
    play.hides(WIDE.0, WIDE.1, "Bread");
    row(&rows, "create sch");
}

#[test]
fn name_of_no_document_is_offered_as_a_new_one() {
    let mut play = several(WIDE);
    play.types("wine").shows(WIDE.0, WIDE.1, "▶ create wine");
    play.code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "wine");
    assert_eq!(play.state.ended(), None);
}

#[test]
fn typed_title_creates_a_document_with_that_title() {
    let mut play = several(WIDE);
    play.types("Wine & cheese").shows(WIDE.0, WIDE.1, "create Wine & cheese  with the id wine-cheese");
    play.code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "wine-cheese: Wine & cheese");
    play.ctrl('s');
    let written = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask { ask: EditorRequest::Write { document, .. }, document: id, .. } => Some((id, &document.title)),
        _ => None,
    });
    assert_eq!(written, Some((&id("wine-cheese"), &"Wine & cheese".to_owned())));
}

#[test]
fn title_of_a_new_document_is_undone_to_its_id() {
    let mut play = several(WIDE);
    play.types("Wine & cheese").code(KeyCode::Enter).ctrl('z');
    play.hides(WIDE.0, WIDE.1, "Wine & cheese");
    play.shows(WIDE.0, WIDE.1, "wine-cheese");
}

/// A title comes from the network: it must not steer the terminal, whichever letters are marked.
#[test]
fn control_characters_in_a_title_are_escaped() {
    let mut play = several(WIDE);
    let title = "a\u{1b}[31mred\u{202e}b";
    play.event(listed(vec![entry("odd", title, "\"v1-00000001\"", "Bob", 1, None)])).types("rb");
    let text = play.screen(WIDE.0, WIDE.1).text();
    assert!(text.contains("odd") && !text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
}

/// Returns the timer that was set last for the ages of the list.
fn timer(play: &TestApp) -> (u64, Duration) {
    let mut timers = play.effects.iter().filter_map(|effect| match effect {
        Effect::AwaitListAge { turn, after } => Some((*turn, *after)),
        _ => None,
    });
    timers.next_back().expect("a timer is set")
}

#[test]
fn ages_grow_when_their_words_change() {
    let mut play = several(WIDE);
    let (turn, waited) = timer(&play);
    assert_eq!(waited, Duration::from_secs(40), "until 20 s and 200 s are whole minutes");
    play.event(Event::ListAged { turn, waited });
    let rows = play.screen(WIDE.0, WIDE.1).rows();
    assert!(row(&rows, "Plan for the week").contains("4 min ago"), "{}", rows.join("\n"));
    assert!(row(&rows, "Shopping").contains("1 min ago"), "{}", rows.join("\n"));
    row(&rows, "2 of 4, at 05:00 UTC");
    let (next, after) = timer(&play);
    assert_eq!((next, after), (turn + 1, Duration::from_secs(60)));
    // Another list has its own timer.
    play.event(listed(documents())).event(Event::ListAged { turn: next, waited: Duration::from_secs(7200) });
    play.shows(WIDE.0, WIDE.1, "3 min ago");
}

#[test]
fn list_of_old_versions_sets_no_timer() {
    let mut play = TestApp::single(None, WIDE.0, WIDE.1);
    let before = play.effects.len();
    play.event(listed(vec![entry("old", "Old", "\"v1-00000000\"", "Bob", 86_400 * 40, None)]));
    let is_timer = |effect: &Effect| matches!(effect, Effect::AwaitListAge { .. });
    assert!(!play.effects[before..].iter().any(is_timer), "nothing would ever change");
}

#[test]
fn open_documents_that_the_server_lacks_are_listed() {
    for (width, height) in [WIDE, (40, 12)] {
        let mut play = TestApp::single(Some("welcome"), width, height);
        play.types("Rye ");
        let event = play.server.deleted_by("Bob");
        play.event(event).f(2).types("fresh").code(KeyCode::Enter).f(2);
        let rows = play.screen(width, height).rows();
        row(&rows, "Bread");
        play.code(KeyCode::Home).shows(width, height, "not on the server any more");
        play.code(KeyCode::Down).shows(width, height, "not on the server: it is open");
        if width == WIDE.0 {
            assert!(row(&rows, "Bread").contains("none") && row(&rows, "Bread").contains("deleted"), "{rows:#?}");
            assert!(row(&rows, "fresh").contains("new"), "{rows:#?}");
            play.f(8).shows(width, height, "the server does not have this document");
        }
        play.code(KeyCode::Home).code(KeyCode::Enter).shows(width, height, "Rye # Bread");
    }
}
