//! The palette: which actions it lists, in which order, and what Enter does.

use crossterm::event::KeyCode;
use terminal::key::Key;
use tui::Effect;
use tui::action::{Action, BINDINGS, Context};

use crate::harness::TestApp;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// Returns the names of the listed actions, from the top, as far as the screen shows them.
fn listed(play: &TestApp) -> Vec<String> {
    let rows = play.screen(120, 200).rows();
    let first = rows.iter().position(|row| row.contains("action: ")).unwrap() + 1;
    let name = |row: &String| row.trim_start_matches(['┃', '▶', ' ']).split(' ').next().unwrap().to_owned();
    rows[first..].iter().map(name).take_while(|name| BINDINGS.iter().any(|row| row.name == name)).collect()
}

/// Opens the palette, and types a query.
fn search<'a>(play: &'a mut TestApp, query: &str) -> &'a mut TestApp {
    play.ctrl('p').types(query)
}

#[test]
fn every_action_is_listed_once() {
    let mut play = TestApp::stage(120, 200);
    let listed = listed(play.ctrl('p'));
    let mut names: Vec<&str> = listed.iter().map(String::as_str).collect();
    names.sort_unstable();
    let mut expected: Vec<&str> = BINDINGS.iter().map(|row| row.name).filter(|name| *name != "show-actions").collect();
    expected.sort_unstable();
    expected.dedup();
    // A merge of files writes its result elsewhere; an editor alone follows saves and its leader, and marks changed
    // lines; a leader watches a room, or lets it vote.
    let elsewhere = ["write-result-to-file", "follow", "mark-changes-of-others", "open-leaders-document"];
    let changes = ["show-change", "revert-change", "next-changed-line", "previous-changed-line"];
    let in_a_room: Vec<&str> = BINDINGS
        .iter()
        .filter(|row| matches!(row.action, Action::Room(_) | Action::RoomVote(_)))
        .map(|row| row.name)
        .collect();
    let others = elsewhere.iter().chain(&changes).chain(&in_a_room);
    expected.retain(|name| !others.clone().any(|other| other == name));
    assert_eq!(names, expected);
    assert_eq!(listed[0], "dismiss", "what is available comes first: {listed:?}");
}

#[test]
fn enter_carries_out_the_selected_action() {
    let mut play = TestApp::stage(80, 24);
    play.types("Rye ");
    search(&mut play, "save").code(KeyCode::Enter);
    assert_eq!(play.server.content(), format!("Rye {}", crate::harness::TEXT));
    assert_eq!(play.state.context(), Context::Text);
    search(&mut play, "next ed").code(KeyCode::Enter).types("Oats ").ctrl('s');
    play.shows(80, 24, "◆ Bob");
    search(&mut play, "suspend").code(KeyCode::Enter);
    assert!(matches!(play.effects.last(), Some(Effect::Suspend)), "{:?}", play.effects.last());
}

#[test]
fn action_that_is_off_says_why_and_does_nothing() {
    let mut play = TestApp::stage(120, 40);
    search(&mut play, "take-mine");
    play.shows(120, 40, "off: only in the merge");
    play.code(KeyCode::Enter);
    play.shows(120, 40, "not now: only in the merge");
    assert_eq!(play.state.context(), Context::Palette, "the palette stays open");
    play.code(KeyCode::Esc);
    assert_eq!(play.state.context(), Context::Text);
    assert_eq!(play.server.content(), crate::harness::TEXT);
}

#[test]
fn palette_works_in_every_view_and_size() {
    for (width, height) in SIZES {
        let mut play = TestApp::stage(width, height);
        for open in [Key::f(2), Key::f(3), Key::f(1), Key::alt('w')] {
            let before = play.press(open).state.context();
            play.ctrl('p');
            assert_eq!(play.state.context(), Context::Palette, "{before:?}");
            play.shows(width, height, "action:");
            play.types("redraw").code(KeyCode::Enter);
            assert!(matches!(play.effects.last(), Some(Effect::RedrawAll)), "{before:?}");
            let after = play.state.context();
            assert!(after == before || before == Context::Help, "{before:?} {after:?}");
            while play.state.context() != Context::Text {
                play.code(KeyCode::Esc);
            }
        }
    }
}

#[test]
fn palette_in_the_merge_decides() {
    let mut play = TestApp::stage(120, 40);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s').f(9);
    assert_eq!(play.state.context(), Context::Merge);
    search(&mut play, "tm").code(KeyCode::Enter);
    play.shows(120, 40, "all decided");
    assert_eq!(play.state.context(), Context::Merge);
}

#[test]
fn name_that_begins_as_typed_comes_first() {
    let mut play = TestApp::stage(120, 40);
    assert_eq!(listed(search(&mut play, "sa"))[..2], ["save", "save-unconditionally"]);
    play.code(KeyCode::Esc);
    assert_eq!(listed(search(&mut play, "If-None-Match"))[0], "reload", "by a word of its help");
}

#[test]
fn selection_stays_on_its_action() {
    let mut play = TestApp::stage(120, 40);
    play.types("Rye ");
    search(&mut play, "save").code(KeyCode::Down);
    play.shows(120, 40, "▶ save-unconditionally");
    // The document is stale now, and other actions are available.
    let event = play.server.saved_by("Carol", "new\n");
    play.event(event);
    play.shows(120, 40, "▶ save-unconditionally");
}

#[test]
fn keys_that_are_not_of_the_palette_are_still_everywhere() {
    let mut play = TestApp::stage(120, 40);
    play.ctrl('p').ctrl('p');
    assert_eq!(play.state.context(), Context::Text, "it closes the palette");
    play.ctrl('p').f(1).shows(120, 40, "Keys in the palette");
    assert!(play.state.keys().key_of(Action::Palette, Context::Help).is_some());
}
