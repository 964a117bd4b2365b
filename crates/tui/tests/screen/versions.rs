//! The versions: the graph in every size, its keys, and how a version is restored.

use contract::{Exchange, Message, Timestamp};
use crossterm::event::KeyCode;
use editor::Guard;
use precondition::policy::Preconditions;
use ratatui::style::Modifier;
use terminal::key::Key;
use terminal::theme::{ASCII, Role, Theme};
use tui::{Effect, Event, State};

use crate::harness::{TEXT, TestApp, author, id};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// Bob's save has overwritten Alice's, since the server ignores the tags that both of them sent.
fn lost(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::stage(width, height);
    play.f(7).f(7).types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
    play
}

/// Returns the text of the screen, without its frame, in one line.
fn said(play: &TestApp, width: u16, height: u16) -> String {
    let rows = play.screen(width, height).rows();
    let words =
        rows.iter().flat_map(|row| row.trim_matches('┃').split_whitespace()).filter(|word| !"┃│╰─╮┊◀╯".contains(*word));
    words.collect::<Vec<_>>().join(" ")
}

fn asked_for_lists(play: &TestApp) -> usize {
    play.effects.iter().filter(|effect| matches!(effect, Effect::ListVersions { .. })).count()
}

#[test]
fn lost_update_edge_avoids_its_lost_version_in_every_size() {
    for (width, height) in SIZES {
        let mut play = lost(width, height);
        play.f(3);
        play.shows(width, height, "versions of welcome");
        let screen = play.shows(width, height, "◆   v3  ◆ Bob");
        play.shows(width, height, "● │ v2  ● Alice");
        let (x, y) = screen.places_of("◆   v3")[0];
        let rows = screen.rows();
        let below = |by: u16| rows[usize::from(y + by)].chars().skip(usize::from(x)).take(3).collect::<String>();
        // A narrow screen has more rows of words, beside which the edge continues.
        let second = (1..10).map(below).position(|cells| cells == "╰─╮");
        assert_eq!(second, Some(0), "it leaves right below its version:\n{}", screen.text());
        play.code(KeyCode::Down);
        let said_here = said(&play, width, height);
        assert!(said_here.contains("lost: overwritten by v3, whose writer had not seen it"), "{said_here}");
        play.code(KeyCode::Down);
        play.shows(width, height, "●◀╯ v1  ● Alice");
    }
}

#[test]
fn each_version_has_author_tag_time_and_base() {
    let mut play = lost(120, 40);
    play.f(3);
    play.shows(120, 40, "v3  ◆ Bob  05:00:14  current  base of ◆ Bob");
    play.shows(120, 40, "! parent v2 · base v1: its writer had not seen v2");
    play.shows(120, 40, "v2  ● Alice  05:00:13  base of ● Alice");
    play.shows(120, 40, "parent v1 · base v1");
    play.shows(120, 40, "created · no parent");
    let lost = play.shows(120, 40, "✗ lost: overwritten by v3").style_of("✗ lost");
    assert_eq!(lost.fg, Theme::default().style(Role::Bad).fg);
    play.shows(120, 40, "3 versions, times in UTC");
    play.shows(120, 40, "round a version, that version was replaced by an author who had not seen it.");
}

#[test]
fn unconditional_save_has_an_unknown_base() {
    let mut play = TestApp::stage(120, 40);
    play.f(7).f(7).types("Alice ").ctrl('s').alt('2').types("Bob ").f(6).f(3);
    play.shows(120, 40, "! parent v2 · base unknown: the write named no version, so it is unknown whether its");
    play.shows(120, 40, "┊");
    play.hides(120, 40, "lost");
}

#[test]
fn a_saved_merge_is_an_ordinary_version() {
    let mut play = TestApp::stage(120, 40);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s').f(9).types("b").ctrl('s').f(3);
    play.shows(120, 40, "parent v2 · base v2");
    play.hides(120, 40, "lost");
}

#[test]
fn graph_has_deletes_and_creations() {
    let mut play = TestApp::stage(120, 40);
    play.f(8).code(KeyCode::Enter).f(9).types("c").f(3);
    play.shows(120, 40, "created again · parent v2, the delete");
    play.shows(120, 40, "deleted · parent v1 · base v1");
    play.code(KeyCode::Down).code(KeyCode::Enter).shows(120, 40, "This version is a delete: it has no text.");
    play.types("b").shows(120, 40, "not now: this version is a delete, and has no text");
    play.code(KeyCode::Esc).types("c").shows(120, 40, "not now: this version is a delete, and has no text");
}

#[test]
fn graph_follows_new_versions() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.f(3).hides(80, 24, "◆ Bob");
    let event = play.server.saved_by("Bob", "more\n");
    play.event(event).shows(80, 24, "v2  ◆ Bob");
    play.code(KeyCode::Enter);
    let event = play.server.saved_by("Bob", "yet more\n");
    play.event(event).code(KeyCode::Esc).shows(80, 24, "v3  ◆ Bob");
}

/// An exchange of another client, as the server's record reports it.
fn exchange(method: &str, status: Option<u16>) -> Exchange {
    Exchange {
        number: 90,
        author: Some(author("Bob")),
        client_address: None,
        server: None,
        received: Timestamp::default(),
        judged: None,
        answered: None,
        method: method.to_owned(),
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
fn without_events_the_end_of_a_write_updates_the_graph() {
    let mut play = TestApp::stage(80, 24);
    play.f(3);
    let before = asked_for_lists(&play);
    let recorded = |play: &mut TestApp, method, status| {
        play.event(Event::Recorded(Box::new(exchange(method, status))));
        asked_for_lists(play) - before
    };
    assert_eq!(recorded(&mut play, "PUT", None), 0, "it is held");
    assert_eq!(recorded(&mut play, "GET", Some(200)), 0, "reading makes no version");
    drop(play.server.saved_by("Bob", "more\n"));
    assert_eq!(recorded(&mut play, "PUT", Some(200)), 1);
    play.shows(80, 24, "v2  ◆ Bob");
    let lost = Exchange { lost: Some("cut off".to_owned()), ..exchange("PUT", None) };
    play.event(Event::Exchanged(Box::new(lost)));
    assert_eq!(asked_for_lists(&play) - before, 2, "it may have arrived");
    play.code(KeyCode::Esc);
    recorded(&mut play, "PUT", Some(200));
    assert_eq!(asked_for_lists(&play) - before, 2, "the versions are closed");
}

#[test]
fn a_version_is_shown_whole() {
    let mut play = lost(80, 24);
    play.f(3).code(KeyCode::Down).code(KeyCode::Enter);
    for words in ["v2 of welcome", "● Alice  v2", "title: Bread", "Alice # Bread", "salt"] {
        play.shows(80, 24, words);
    }
    play.code(KeyCode::Esc).shows(80, 24, "versions of welcome");
    play.code(KeyCode::Esc).hides(80, 24, "versions of welcome");
}

#[test]
fn a_version_is_compared_with_the_present_text() {
    let mut play = lost(80, 24);
    play.f(3).code(KeyCode::Down).types("c");
    play.shows(80, 24, "v2 of welcome beside my text");
    play.shows(80, 24, "Bringing v2 back would change my text");
    play.shows(80, 24, "- Bob # Bread");
    play.shows(80, 24, "+ Alice # Bread");
    play.types("c").hides(80, 24, "- Bob # Bread");
    play.code(KeyCode::Esc).code(KeyCode::Up).types("c").shows(80, 24, "My text is the same.");
}

#[test]
fn restored_version_is_an_edit_saved_over_the_base() {
    for (width, height) in SIZES {
        let mut play = lost(width, height);
        play.f(3).code(KeyCode::Down).code(KeyCode::Enter).types("b");
        play.hides(width, height, "versions of");
        play.shows(width, height, "Alice # Bread");
        play.shows(width, height, "edited");
        play.shows(width, height, "Ctrl-S saves it; Ctrl-Z");
        assert_eq!(play.server.content(), "Bob # Bread\n\nflour\nwater\nsalt\n", "nothing is sent");
        play.ctrl('s').f(3);
        assert_eq!(play.server.content(), "Alice # Bread\n\nflour\nwater\nsalt\n");
        let words = said(&play, width, height);
        assert!(words.contains("parent v3 · base v3"), "a conditional PUT: {words}");
    }
}

#[test]
fn one_undo_reverts_a_restored_version() {
    let mut play = lost(80, 24);
    play.types("unsaved ").f(3).code(KeyCode::Down).code(KeyCode::Enter).types("b").hides(80, 24, "unsaved ");
    play.ctrl('z').shows(80, 24, "Bob unsaved # Bread");
}

#[test]
fn restoring_other_line_ends_keeps_the_text_to_paste() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    let event = play.server.saved_by("Bob", "one\r\ntwo\r\n");
    play.event(event).f(5);
    play.f(3).code(KeyCode::Down).code(KeyCode::Enter).types("b").shows(
        80,
        24,
        "Ctrl-V brings back the text that it replaced",
    );
    play.shows(80, 24, "# Bread");
    play.ctrl('a').ctrl('v').shows(80, 24, "two");
}

#[test]
fn save_after_a_restore_does_not_overwrite_a_newer_version() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.types("x").ctrl('s');
    let event = play.server.saved_by("Bob", "Bob # Bread\n\nflour\nwater\nsalt\n");
    play.event(event).f(3).code(KeyCode::End).code(KeyCode::Enter).types("b").ctrl('s');
    play.shows(120, 40, "412 Precondition Failed");
    play.shows(120, 40, "1 conflict, open · you and Bob both changed these lines");
    assert!(play.server.content().starts_with("Bob"));
}

#[test]
fn version_brought_back_during_a_merge_is_merged_too() {
    for enters in [false, true] {
        let mut play = TestApp::stage(80, 24);
        play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
        if enters {
            play.f(9);
        }
        play.f(3).code(KeyCode::End).code(KeyCode::Enter).types("b");
        play.shows(80, 24, "merging, all decided");
        // The text has the focus, and one undo restores it.
        play.ctrl('z').shows(80, 24, "1 Bob # Bread");
        play.shows(80, 24, "merging, 1 open");
        assert_eq!(play.server.content(), "Alice # Bread\n\nflour\nwater\nsalt\n");
    }
}

#[test]
fn footer_and_help_name_the_versions() {
    let mut play = lost(120, 40);
    let footer = |play: &TestApp| play.screen(120, 40).rows().pop().unwrap();
    let wide = play.screen(160, 50).rows().pop().unwrap();
    assert!(wide.contains("F3 versions"), "{wide}");
    play.f(3);
    assert!(footer(&play).starts_with("Enter look c compare m mark f filter Esc back"), "{}", footer(&play));
    play.code(KeyCode::Down).code(KeyCode::Enter);
    assert!(footer(&play).starts_with("c compare s restore v2 b into my text Esc back"), "{}", footer(&play));
    play.f(1).shows(120, 40, "Keys in one version");
    play.shows(120, 40, "Makes its text my edit. Nothing is sent before I save");
    play.shows(120, 40, "Writes this version as a new one: one PUT whose If-Match names the newest version");
}

#[test]
fn versions_without_a_response_say_so_and_are_read_again() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.server.down = true;
    play.f(3).shows(80, 24, "the newest versions are not known: connection refused");
    play.server.down = false;
    play.event(Event::Connected { seat: 0 }).shows(80, 24, "v1  ● Alice");
    play.hides(80, 24, "not known");
}

#[test]
fn a_document_that_never_existed_has_no_version() {
    let mut play = TestApp::single(Some("new"), 80, 24);
    play.f(3).event(Event::VersionsListed { document: id("new"), listed: Ok(Vec::new()) });
    play.shows(80, 24, "there is no version yet: a save makes the first");
    play.code(KeyCode::Enter).shows(80, 24, "not now: there is no version");
}

#[test]
fn a_long_history_scrolls_and_marks_its_end() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    for number in 2..=400 {
        drop(play.server.saved_by("Bob", &format!("{number}\n")));
    }
    play.f(3).shows(80, 24, "v400  ◆ Bob");
    play.code(KeyCode::PageDown).code(KeyCode::Down).shows(80, 24, "▶ ◆ v394");
    play.code(KeyCode::End).shows(80, 24, "▶ ● v1");
    let listed = Ok(play.server.newest(300));
    play.event(Event::VersionsListed { document: id("welcome"), listed });
    play.shows(80, 24, "the newest 300 of 400 versions");
    play.code(KeyCode::End).shows(80, 24, "▶ ◆ v101");
    play.shows(80, 24, "older versions are not shown");
}

#[test]
fn the_graph_can_be_drawn_in_ascii() {
    let people = vec![author("Alice"), author("Bob")];
    let theme = Theme::without_colors(&ASCII);
    let state = State::stage(people.clone(), &id("welcome"), String::new(), theme);
    let mut play = TestApp::begin(state, people, 80, 24);
    play.f(7).f(7).types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s').f(3);
    for row in ["#   v3", "`-. ", "@ | v2", "@<' v1"] {
        play.shows(80, 24, row);
    }
    assert!(play.screen(80, 24).text().is_ascii());
}

#[test]
fn many_parallel_edges_leave_half_the_width_for_words() {
    for width in 20..60 {
        let mut play = TestApp::single(Some("welcome"), width, 24);
        play.server.policy.preconditions = Preconditions::Ignored;
        // Each author saves over the current version, with an older one as the base.
        let mut held = vec![play.server.etag()];
        for round in 0..12 {
            let base = held[held.len() / 2].clone();
            play.server.saved_over(&format!("person-{round}"), &format!("{round}\n"), base);
            held.push(play.server.etag());
        }
        play.f(3);
        let (words, _) = play.shows(width, 24, "v13").places_of("v13")[0];
        assert!(words <= width / 2 + 2, "{words} of {width}");
        for number in (1..13).rev() {
            play.code(KeyCode::Down).shows(width, 24, &format!("v{number}"));
        }
    }
}

#[test]
fn versions_open_from_the_wire_and_after_a_428() {
    let mut play = TestApp::stage(80, 24);
    play.press(Key::alt('w')).f(3).shows(80, 24, "versions of welcome");
    play.code(KeyCode::Esc).press(Key::alt('w')).types("x").f(6).shows(80, 24, "428 Precondition Required");
    play.f(3).shows(80, 24, "versions of welcome");
    assert_eq!(play.server.content(), TEXT);
    play.alt('2').hides(80, 24, "versions of welcome");
}

/// One editor whose document has three versions: 'one', Bob's 'two', and Bob's 'three'.
fn three_versions(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::single(Some("welcome"), width, height);
    for text in ["one two three four\n", "one 2 three 4\n"] {
        let event = play.server.saved_by("Bob", text);
        play.event(event);
    }
    play.f(5).f(3);
    play
}

/// Returns the conditions and texts of the restores that were sent.
fn restores(play: &TestApp) -> Vec<(Guard, String)> {
    let sent = play.effects.iter().filter_map(|effect| match effect {
        Effect::RestoreVersion { guard, text, .. } => Some((guard.clone(), text.content.clone())),
        _ => None,
    });
    sent.collect()
}

#[test]
fn restore_is_one_put_over_the_newest_listed_version() {
    for (width, height) in SIZES {
        for from_the_list in [true, false] {
            let mut play = three_versions(width, height);
            let newest = play.server.etag();
            play.code(KeyCode::Down);
            if !from_the_list {
                play.code(KeyCode::Enter);
            }
            play.types("s");
            assert_eq!(restores(&play), [(Guard::IfMatch(newest), "one two three four\n".to_owned())]);
            assert_eq!(play.server.content(), "one two three four\n");
            play.shows(width, height, "v2 is restored as v4");
            play.shows(width, height, "versions of welcome");
            let words = said(&play, width, height);
            assert!(words.contains("▶ ● v4") && words.contains("parent v3 · base v3"), "{words}");
            play.code(KeyCode::Esc).shows(width, height, "one two three four");
            play.shows(width, height, "clean");
        }
    }
}

#[test]
fn restore_writes_title_and_parent_too() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.server.retitled_by("Bob", "Cake");
    play.f(3).code(KeyCode::Down).types("s");
    assert_eq!(play.server.title(), "Bread");
}

#[test]
fn restore_after_an_unseen_save_is_a_412_in_words() {
    for (width, height) in SIZES {
        let mut play = three_versions(width, height);
        let seen = play.server.etag();
        play.code(KeyCode::Down).code(KeyCode::Enter);
        let event = play.server.saved_by("Carol", "Carol's\n");
        play.event(event).types("s");
        assert_eq!(restores(&play).len(), 1);
        assert_eq!(restores(&play)[0].0, Guard::IfMatch(seen), "the list below is newer, but was not seen");
        assert_eq!(play.server.content(), "Carol's\n");
        play.shows(width, height, "412: Carol saved v4: nothing is");
        play.shows(width, height, "versions of welcome");
        play.code(KeyCode::Home).shows(width, height, "v4  ▲ Carol");
        // Seen now, it can be replaced.
        play.code(KeyCode::End).types("s");
        assert_eq!(play.server.content(), TEXT);
    }
}

#[test]
fn restore_with_unsaved_text_names_the_next_step() {
    let mut play = three_versions(120, 40);
    play.code(KeyCode::Esc).types("mine ").f(3).code(KeyCode::Down).types("s");
    play.shows(
        120,
        40,
        "not now: my text is not saved: first Ctrl-S in the text; or b in the version makes it my edit",
    );
    play.code(KeyCode::Enter).types("s").shows(120, 40, "not now: my text is not saved");
    assert_eq!(restores(&play), []);
    play.types("q").types("q").shows(120, 40, "mine one 2 three 4");
}

#[test]
fn current_version_cannot_be_restored() {
    let mut play = three_versions(80, 24);
    play.types("s").shows(80, 24, "not now: this is the current version");
    play.code(KeyCode::Enter).types("s").shows(80, 24, "not now: this is the current version");
    assert_eq!(restores(&play), []);
}

#[test]
fn restore_of_an_equal_text_makes_no_version() {
    let mut play = three_versions(80, 24);
    let event = play.server.saved_by("Bob", "one two three four\n");
    play.event(event).code(KeyCode::Down).types("s");
    play.shows(80, 24, "nothing to restore: v4 has the same text as v2");
}

#[test]
fn deleted_document_is_restored_as_a_creation() {
    let mut play = three_versions(80, 24);
    let event = play.server.deleted_by("Bob");
    play.event(event).code(KeyCode::Home).shows(80, 24, "deleted");
    play.types("s").shows(80, 24, "not now: this version is a delete");
    play.code(KeyCode::Down).types("s");
    assert_eq!(restores(&play), [(Guard::IfNoneMatchAny, "one 2 three 4\n".to_owned())]);
    play.shows(80, 24, "v3 is restored as v5");
    play.shows(80, 24, "created again");
    play.code(KeyCode::Esc).shows(80, 24, "one 2 three 4");
    play.hides(80, 24, "deleted by");
}

#[test]
fn restore_without_a_response_says_that_it_is_unknown() {
    let mut play = three_versions(80, 24);
    play.code(KeyCode::Down).code(KeyCode::Enter);
    play.server.down = true;
    play.types("s").shows(80, 24, "no response: v2 may or may not be restored");
    assert_eq!(play.server.content(), "one 2 three 4\n");
}

#[test]
fn any_two_versions_are_compared_with_their_words_marked() {
    for (width, height) in SIZES {
        for marks_newer in [true, false] {
            let mut play = three_versions(width, height);
            let (first, then) =
                if marks_newer { (KeyCode::Home, KeyCode::Down) } else { (KeyCode::Down, KeyCode::Home) };
            play.code(first).types("m").shows(width, height, "marked");
            play.code(then).types("c");
            play.shows(width, height, "v2 and v3 of welcome");
            let screen = play.shows(width, height, "- one two three four");
            play.shows(width, height, "+ one 2 three 4");
            let word = screen.style_of("two").add_modifier;
            assert!(word.contains(Modifier::UNDERLINED), "{word:?}");
            assert!(!screen.style_of("three four").add_modifier.contains(Modifier::UNDERLINED));
            assert!(screen.style_of("four").add_modifier.contains(Modifier::UNDERLINED));
        }
    }
}

#[test]
fn marked_version_is_not_compared_with_itself() {
    let mut play = three_versions(80, 24);
    play.types("m").types("c").shows(80, 24, "not now: this is the marked version: select another one");
    play.types("m").hides(80, 24, "marked");
    play.types("c").shows(80, 24, "v3 of welcome beside my text");
}

#[test]
fn keys_go_from_change_to_change() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    let text = |word: &str| {
        let line = |line: usize| format!("{} {line}\n", if line % 30 == 5 { word } else { "line" });
        (0..100).map(line).collect::<Vec<_>>().concat()
    };
    for text in [text("line"), text("LINE")] {
        let event = play.server.saved_by("Bob", &text);
        play.event(event);
    }
    play.f(5).f(3).types("m").code(KeyCode::Down).code(KeyCode::Enter);
    play.types("n").shows(80, 24, "not now: no comparison is shown; c shows it");
    play.types("c").shows(80, 24, "4 changes.");
    play.types("n").shows(80, 24, "v2 and v3 of welcome, change 1 of 4");
    play.shows(80, 24, "+ LINE 5");
    play.types("n").shows(80, 24, "+ LINE 35");
    play.types("n").types("n").shows(80, 24, "+ LINE 95");
    play.types("n").shows(80, 24, "v2 and v3 of welcome, change 1 of 4");
    play.types("p").shows(80, 24, "+ LINE 95");
}

#[test]
fn filter_shows_the_versions_of_an_author() {
    let mut play = three_versions(80, 24);
    play.types("/").types("ali").shows(80, 24, "show only");
    play.shows(80, 24, "v1  ● Alice");
    play.hides(80, 24, "◆ Bob");
    play.code(KeyCode::Enter).shows(80, 24, "'ali': 1 of 3 versions");
    play.hides(80, 24, "show only");
    play.types("f").types("nobody").shows(80, 24, "no version matches the filter");
    play.code(KeyCode::Esc).shows(80, 24, "v1  ● Alice");
    play.shows(80, 24, "'ali': 1 of 3 versions");
    play.code(KeyCode::Esc).shows(80, 24, "3 versions");
    play.shows(80, 24, "v2  ◆ Bob");
    play.code(KeyCode::Esc).hides(80, 24, "versions of");
}

#[test]
fn long_lines_of_a_version_wrap_at_words() {
    let mut play = TestApp::single(Some("welcome"), 40, 12);
    let event = play.server.saved_by("Bob", &format!("{}end\n", "somewhat longer words ".repeat(3)));
    play.event(event).f(3).code(KeyCode::Enter);
    play.shows(40, 12, "somewhat longer words somewhat longer ");
    play.hides(40, 12, "longer wor ");
    play.code(KeyCode::Esc).types("m").code(KeyCode::Down).types("c").code(KeyCode::End);
    play.shows(40, 12, "somewhat longer words somewhat");
}

#[test]
fn list_of_documents_leads_to_the_versions_of_a_document_that_is_not_open() {
    let mut play = TestApp::single(None, 80, 24);
    let event = play.server.saved_by("Bob", "two\n");
    play.event(event).f(3);
    play.shows(80, 24, "versions of welcome");
    // There is no text of mine to compare with: the newest version takes its place.
    play.code(KeyCode::Down).types("c");
    play.shows(80, 24, "v1 and v2 of welcome");
    play.types("b");
    play.shows(80, 24, "not now");
    play.types("s");
    assert_eq!(play.server.content(), TEXT);
    play.shows(80, 24, "v1 is restored as v3");
    play.code(KeyCode::Esc);
    play.hides(80, 24, "versions of");
    play.shows(80, 24, "F3 versions");
}
