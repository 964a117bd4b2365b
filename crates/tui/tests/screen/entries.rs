//! Title, parent and delete: of an entry of the list, and of the document in view.

use client::EntryChange;
use contract::{Problem, Reason};
use crossterm::event::KeyCode;
use editor::{EditorRequest, Guard};
use terminal::key::Key;
use tui::Effect;

use crate::harness::{TestApp, id};

const WIDE: (u16, u16) = (120, 40);

/// The list of documents in an editor that has none open.
fn list() -> TestApp {
    TestApp::single(None, WIDE.0, WIDE.1)
}

/// The text of the only document, in view.
fn text() -> TestApp {
    TestApp::single(Some("welcome"), WIDE.0, WIDE.1)
}

/// Returns the changes of entries that were requested, each with the tag in its `If-Match`.
fn changes(play: &TestApp) -> Vec<(String, EntryChange)> {
    let changes = play.effects.iter().filter_map(|effect| match effect {
        Effect::ChangeEntry { etag, change, .. } => Some((etag.to_string(), change.clone())),
        _ => None,
    });
    changes.collect()
}

/// Returns the title and the parent of the last PUT, and the tag that it names.
fn last_save(play: &TestApp) -> Option<(String, Option<String>, String)> {
    play.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask { ask: EditorRequest::Write { document, guard: Guard::IfMatch(etag), .. }, .. } => {
            Some((document.title.clone(), document.parent.as_ref().map(ToString::to_string), etag.to_string()))
        }
        _ => None,
    })
}

fn title(title: &str) -> EntryChange {
    EntryChange::Title(title.to_owned())
}

const V1: &str = "\"v1-00000001\"";

#[test]
fn rename_is_one_request_about_the_listed_version() {
    let mut play = list();
    play.ctrl('t').types("Rye").code(KeyCode::Enter);
    assert_eq!(changes(&play), [(V1.to_owned(), title("Rye"))]);
    let screen = play.shows(WIDE.0, WIDE.1, "the title of 'welcome' is now 'Rye' (v2)").text();
    assert!(screen.contains("welcome  Rye"), "the list was read again:\n{screen}");
    play.code(KeyCode::Down).hides(WIDE.0, WIDE.1, "is now 'Rye'");
}

#[test]
fn stale_rename_is_told_in_words_and_keeps_what_was_typed() {
    let mut play = list();
    play.ctrl('t').types("Rye");
    let event = play.server.saved_by("Bob", "Bob's\n");
    // The list is read again beneath the prompt, but the user decided about the version before.
    play.event(event).code(KeyCode::Enter);
    assert_eq!(changes(&play).last(), Some(&(V1.to_owned(), title("Rye"))));
    let screen = play.screen(WIDE.0, WIDE.1).text();
    assert!(
        screen.contains("412: Bob saved v2 meanwhile (its title is now 'Bread'); nothing was changed."),
        "{screen}"
    );
    assert!(screen.contains("title: Rye"), "what was typed stays:\n{screen}");
    play.code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "is now 'Rye' (v3)");
    assert_eq!(changes(&play).last(), Some(&("\"v2-00000002\"".to_owned(), title("Rye"))), "now of the version told");
}

#[test]
fn parent_is_changed_and_removed_from_the_list() {
    let mut play = list();
    play.alt('t').types("handbook").code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "parent of 'welcome' is now 'handbook'");
    play.alt('t').code(KeyCode::Backspace).code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "'welcome' has no parent now");
    let wanted = [EntryChange::Parent(Some(id("handbook"))), EntryChange::Parent(None)];
    assert_eq!(changes(&play).into_iter().map(|(_, change)| change).collect::<Vec<_>>(), wanted);
}

#[test]
fn impossible_parent_is_not_sent() {
    let mut play = list();
    play.alt('t').types("No Name").code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "1 to 64");
    play.code(KeyCode::Esc).alt('t').types("welcome").code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "its own parent");
    assert_eq!(changes(&play), []);
}

#[test]
fn conflict_says_what_to_do() {
    let mut play = list();
    play.server.refuses = Some(Problem {
        status: 409,
        reason: Some(Reason::HasChildren),
        children: vec![id("plan"), id("notes")],
        child_count: Some(2),
        ..Problem::default()
    });
    play.f(8).shows(WIDE.0, WIDE.1, "Delete 'welcome' ('Bread', v1 by Alice)?");
    assert_eq!(changes(&play), [], "the question comes first");
    play.code(KeyCode::Enter).shows(
        WIDE.0,
        WIDE.1,
        "409: 'welcome' has 2 children (plan, notes), so it was not deleted",
    );
    assert_eq!(changes(&play), [(V1.to_owned(), EntryChange::Delete)]);
    play.server.refuses = Some(Problem { reason: Some(Reason::Circle), status: 409, ..Problem::default() });
    play.alt('t').types("notes").code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "'notes' is below 'welcome'");
    play.shows(WIDE.0, WIDE.1, "parent: notes");
}

#[test]
fn delete_is_about_the_version_of_its_question() {
    let mut play = list();
    play.f(8);
    let event = play.server.saved_by("Bob", "Bob's\n");
    play.event(event).code(KeyCode::Enter);
    assert_eq!(changes(&play), [(V1.to_owned(), EntryChange::Delete)]);
    play.shows(WIDE.0, WIDE.1, "412: Bob saved v2 meanwhile").text();
    play.f(8).code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "'welcome' was deleted");
    play.shows(WIDE.0, WIDE.1, "there is no document yet");
}

#[test]
fn lost_response_leaves_open_what_happened() {
    let mut play = list();
    play.server.down = true;
    play.ctrl('t').types("Rye").code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "may or may not have been made");
    play.shows(WIDE.0, WIDE.1, "title: Rye");
}

#[test]
fn new_name_has_nothing_to_change() {
    let mut play = list();
    for key in [Key::ctrl('t'), Key::alt('t'), Key::f(8)] {
        play.types("x").code(KeyCode::End).press(key).shows(
            WIDE.0,
            WIDE.1,
            "not now: this document does not exist yet",
        );
    }
}

#[test]
fn prompt_fits_on_a_small_screen() {
    let mut play = TestApp::single(None, 40, 12);
    play.ctrl('t').types("Rye");
    play.server.saved_by("Bob", "Bob's\n");
    play.code(KeyCode::Enter);
    let screen = play.screen(40, 12);
    let words = screen.rows().iter().map(|row| row.trim_matches(['┃', ' '])).collect::<Vec<_>>().join(" ");
    assert!(words.contains("title: Rye") && words.contains("412: Bob saved v2 meanwhile"), "{words}");
    assert!(words.contains("Look again, then Enter repeats it"), "{words}");
}

/// The user's own text has the title, so a request about the entry would make that text stale.
#[test]
fn document_in_view_is_renamed_in_its_own_text() {
    let mut play = text();
    play.f(2).ctrl('t').types("Rye").code(KeyCode::Enter).code(KeyCode::Esc);
    assert_eq!(changes(&play), []);
    play.shows(WIDE.0, WIDE.1, "welcome: Rye");
    play.ctrl('s');
    assert_eq!(last_save(&play), Some(("Rye".to_owned(), None, V1.to_owned())));
}

#[test]
fn open_document_without_edits_follows_its_own_rename() {
    let mut play = text();
    play.f(2).types("other").code(KeyCode::Enter);
    play.f(2).types("welcome").ctrl('t').types("Rye").code(KeyCode::Enter);
    assert_eq!(changes(&play).len(), 1, "it is not in view, and has no edits");
    play.code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "welcome: Rye");
    play.types("x").ctrl('s');
    assert_eq!(last_save(&play).unwrap().2, "\"v2-00000002\"", "the rename is the base of the next save");
}

#[test]
fn title_is_part_of_the_text_while_it_is_typed() {
    let mut play = text();
    play.ctrl('t').types("Rye").shows(WIDE.0, WIDE.1, "welcome: Rye");
    let kept = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => Some(draft.mine.title.clone()),
        _ => None,
    });
    assert_eq!(kept.as_deref(), Some("Rye"), "a crash now does not lose it");
    play.code(KeyCode::Esc).shows(WIDE.0, WIDE.1, "welcome: Bread");
    play.shows(WIDE.0, WIDE.1, "clean");
}

#[test]
fn title_and_parent_are_saved_with_the_text() {
    let mut play = text();
    play.ctrl('t').types("Rye").code(KeyCode::Enter).alt('t').types("handbook").code(KeyCode::Enter);
    play.shows(WIDE.0, WIDE.1, "welcome: Rye (in handbook)").text();
    play.shows(WIDE.0, WIDE.1, "edited");
    play.ctrl('s').shows(WIDE.0, WIDE.1, "saved as version");
    assert_eq!(last_save(&play), Some(("Rye".to_owned(), Some("handbook".to_owned()), V1.to_owned())));
}

#[test]
fn undo_takes_title_and_text_back_in_order() {
    let mut play = text();
    play.types("one ").ctrl('t').types("Rye").code(KeyCode::Enter).types("two ");
    play.ctrl('z').shows(WIDE.0, WIDE.1, "welcome: Rye");
    play.hides(WIDE.0, WIDE.1, "two ");
    play.ctrl('z').shows(WIDE.0, WIDE.1, "welcome: Bread");
    play.shows(WIDE.0, WIDE.1, "one ");
    play.ctrl('z').hides(WIDE.0, WIDE.1, "one ");
    play.ctrl('y').ctrl('y').shows(WIDE.0, WIDE.1, "welcome: Rye");
}

#[test]
fn titles_of_two_are_merged_as_single_values() {
    let mut play = text();
    play.ctrl('t').types("Mine").code(KeyCode::Enter);
    play.server.retitled_by("Bob", "Bob's title");
    play.ctrl('s').f(9);
    let screen = play.screen(WIDE.0, WIDE.1).text();
    assert!(screen.contains("Mine") && screen.contains("Bob's title"), "{screen}");
    play.ctrl('s').shows(WIDE.0, WIDE.1, "1 conflict");
    play.types("t").ctrl('s');
    assert_eq!(last_save(&play), Some(("Bob's title".to_owned(), None, "\"v2-00000002\"".to_owned())));
}

#[test]
fn titles_that_do_not_conflict_merge_by_themselves() {
    let mut play = text();
    play.types("x").server.retitled_by("Bob", "Bob's title");
    // The first press is refused, the second says what the third sends.
    play.ctrl('s').ctrl('s').ctrl('s');
    assert_eq!(last_save(&play).map(|(title, ..)| title).as_deref(), Some("Bob's title"));
    assert!(play.server.content().starts_with('x'));
}
