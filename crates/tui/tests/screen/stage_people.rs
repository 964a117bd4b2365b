//! The people and the server on the stage, which are shown in any size.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use terminal::theme::{Theme, UNICODE};
use tui::{LessonRun, State};

use crate::harness::TestApp;

/// The names of editors, in their order.
const EDITORS: [&str; 4] = ["Alice", "Bob", "Carol", "Dave"];

/// The names of clients without an editor.
const CLIENTS: [&str; 3] = ["Robo", "Dora", "Emil"];

/// Returns a lesson with this many editors and clients without one, and these steps at the end.
pub(crate) fn lesson(editors: usize, clients: usize, tail: &str) -> Arc<lesson::Lesson> {
    let names = EDITORS[..editors].join("\", \"");
    let mut text = format!(
        "title = \"A crowd\"\ngoal = \"You see everyone.\"\nminutes = 1\npeople = [\"{names}\"]\n\
         policy = {{ preconditions = \"optional\" }}\n\
         [documents.welcome]\ntitle = \"Bread\"\n\
         content = \"# Bread\\n\\nflour\\nwater\\nsalt\\n\"\n\
         [[step]]\nwho = \"Alice\"\ndoes = \"type\"\nreplace = \"flour\"\nwith = \"rye\"\n\
         [[step]]\nwho = \"Alice\"\ndoes = \"save\"\n"
    );
    if editors > 1 {
        text.push_str("[[step]]\nwho = \"Bob\"\ndoes = \"type\"\nreplace = \"salt\"\nwith = \"sea salt\"\n");
    }
    for name in &CLIENTS[..clients] {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "[[step]]\nwho = \"{name}\"\nsends = \"PUT /api/documents/welcome\"\nfields = {{ If-Match = \"{{Alice.ETag}}\" }}\n\
             title = \"Bread\"\ncontent = \"# Bread by {name}\\n\"\n"
        );
    }
    text.push_str(tail);
    Arc::new(lesson::read("mine.toml", &text).unwrap_or_else(|faults| panic!("{faults}")))
}

/// A question at the end of a lesson.
pub(crate) const ASKS: &str = "[[step]]\nask = \"What does a save get that names an old version, when others have saved since?\"\n\
                    right = \"412\"\nbecause = \"It is stale.\"\n\
                    wrong = { \"200\" = \"That would lose an update.\", \"428\" = \"It names a version.\" }\n";

/// Returns the lesson on the stage, after this many steps.
pub(crate) fn play(editors: usize, clients: usize, tail: &str, steps: usize, (width, height): (u16, u16)) -> TestApp {
    let lesson = lesson(editors, clients, tail);
    let people = lesson.senders();
    let server = "http://127.0.0.1:4280".to_owned();
    let state = State::lesson(&[lesson], LessonRun::of(0), server, Theme::default()).unwrap();
    let mut play = TestApp::begin(state, people, width, height);
    play.types(&".".repeat(steps));
    play
}

/// Returns the sign of a person on the screen, or `None` if the name is not there with a sign.
fn sign_of(screen: &str, name: &str) -> Option<char> {
    let signs = UNICODE.people;
    let is_sign = |sign: &char| signs.iter().any(|known| known.starts_with(*sign));
    let name = format!(" {name}");
    let mut before = screen.match_indices(&name).filter_map(|(at, _)| screen[..at].chars().next_back());
    before.find(is_sign)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everyone_and_the_server_are_shown_in_any_size(
        (width, height) in (40u16..180, 12u16..70),
        (editors, clients) in (1usize..5, 0usize..3),
        steps in 0usize..8,
    ) {
        let play = play(editors, clients, ASKS, steps, (width, height));
        let screen = play.screen(width, height).text();
        // The names in the diagram do not count: it may be scrolled, and not everyone has sent something.
        let above = screen.split_once("the wire").map_or(screen.as_str(), |(above, _)| above);
        let mut signs = Vec::new();
        for name in EDITORS[..editors].iter().chain(&CLIENTS[..clients]) {
            let Some(sign) = sign_of(above, name) else {
                return Err(TestCaseError::fail(format!("{name} is not shown at {width}×{height}:\n{screen}")));
            };
            prop_assert!(!signs.contains(&sign), "{name} has the sign of another person:\n{screen}");
            signs.push(sign);
        }
        if height >= 24 {
            prop_assert!(above.contains("┌ the server · welcome v"), "{width}×{height}:\n{screen}");
        }
    }
}

#[test]
fn pane_of_the_server_shows_versions_and_the_changed_line() {
    for (width, height) in [(160, 50), (120, 40), (80, 24)] {
        let mut play = play(2, 0, "", 1, (width, height));
        play.shows(width, height, "the server · welcome v1");
        play.hides(width, height, "● 3 rye");
        play.types(".").shows(width, height, "the server · welcome v2");
        play.shows(width, height, "v1 ● ─ v2 ●");
        play.shows(width, height, "● 3 rye");
        // The next step ends the highlight.
        play.types(".").hides(width, height, "● 3 rye");
        play.shows(width, height, "  3 rye");
    }
}

#[test]
fn lost_update_is_marked_in_the_strip_of_versions() {
    let mut play = TestApp::stage(120, 40);
    play.f(7).f(7).types("Rye ").ctrl('s').alt('2').types("Bob's ").ctrl('s');
    play.shows(120, 40, "v1 ● ─ v2 ● ✗ ─ v3 ◆");
    play.alt('1').f(5).types("again ").ctrl('s');
    play.shows(120, 40, "v2 ● ✗ ─ v3 ◆ ─ v4 ●");
}

#[test]
fn pane_shows_the_server_and_not_an_editor() {
    let mut play = TestApp::stage(120, 40);
    play.types("Typed, not saved ").hides(120, 40, "│  1 Typed");
    let event = play.server.saved_by("Carol", "by Carol\n");
    play.event(event).shows(120, 40, "1 by Carol");
    play.shows(120, 40, "the server · welcome v2");
    let event = play.server.deleted_by("Carol");
    play.event(event).shows(120, 40, "the server · welcome is deleted (v3)");
}

#[test]
fn server_that_cannot_be_read_is_reported() {
    let mut play = TestApp::stage(120, 40);
    play.types("x");
    play.server.down = true;
    play.ctrl('s').shows(120, 40, "✗ the server could not be read: connection refused");
    play.shows(120, 40, "1 # Bread");
}

#[test]
fn card_of_a_client_shows_the_request_that_comes_next() {
    for (width, height) in [(160, 50), (120, 40), (80, 24)] {
        let mut play = play(2, 1, "", 1, (width, height));
        // Alice's tag is that of the first version so far.
        play.shows(width, height, "next: PUT If-Match \"v1\"");
        play.shows(width, height, "# Bread by Robo");
        play.types(".").shows(width, height, "next: PUT If-Match \"v2\"");
    }
}

#[test]
fn writers_without_room_for_an_editor_have_cards() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut play = play(4, 0, "", 2, (width, height));
        play.shows(width, height, "┐┌ ◆ Bob ─");
        play.shows(width, height, "✓ clean · base");
        // A click on a card moves the keys there, and the text gets its room.
        let (column, row) = play.screen(width, height).places_of("▲ Carol")[0];
        play.event(terminal::event::TerminalEvent::Mouse(terminal::event::Mouse {
            kind: terminal::event::MouseKind::Click,
            column,
            row,
        }));
        play.types("mine ").shows(width, height, "1 mine # Bread");
    }
}

#[test]
fn dates_are_on_the_stage_in_a_lesson_about_them() {
    let date = "[[step]]\nwho = \"Dora\"\nsends = \"PUT /api/documents/welcome\"\n\
                fields = { If-Unmodified-Since = \"Mon, 05 Jan 2026 09:00:07 GMT\" }\ncontent = \"x\"\n";
    for (width, height) in [(160, 50), (120, 40), (80, 24)] {
        let play = play(1, 0, date, 0, (width, height));
        play.shows(width, height, "clock 09:00:0");
        play.shows(width, height, "Last-Modified ");
        play.shows(width, height, "PUT If-Unmodified-Since 09:00:07");
    }
    play(1, 1, "", 0, (120, 40)).hides(120, 40, "Last-Modified ");
}

#[test]
fn wire_keeps_its_place_while_the_narration_changes() {
    let row_of = |play: &TestApp| play.screen(120, 40).places_of("the wire")[0];
    let mut play = play(2, 1, ASKS, 1, (120, 40));
    let place = row_of(&play);
    for step in 0..5 {
        play.types(".");
        assert_eq!(row_of(&play), place, "step {step}:\n{}", play.screen(120, 40).text());
    }
}

#[test]
fn result_of_a_merge_keeps_its_last_line_at_120_by_40() {
    let tail = "[[step]]\nwho = \"Bob\"\ndoes = \"type\"\nreplace = \"flour\"\nwith = \"spelt\"\n\
                [[step]]\nwho = \"Bob\"\ndoes = \"save\"\n";
    for steps in [5, 6] {
        // Bob's refused save opens the merge; then a question takes rows.
        let play = play(2, 0, &format!("{tail}{ASKS}"), steps, (120, 40));
        let rows = play.screen(120, 40).rows();
        let place = |words: &str| rows.iter().position(|row| row.contains(words)).expect("it is shown");
        // The three texts and the result of a lesson's document need this many rows.
        assert!(place("the server") - place(" ◆ Bob ──") >= 25, "{}", rows.join("\n"));
        let result = &rows[place("→ the result")..place("the server")];
        assert!(result.iter().any(|row| row.contains("sea salt")), "{}", rows.join("\n"));
    }
}
