//! One frame of each screen, as text with a map of its styles, kept in `golden/` beside this file.
//!
//! A changed screen shows as a changed file, which a reviewer can read; whether the change is right is the reviewer's
//! decision. `GOLDEN=write cargo test -p ifmatch-tui --test screen golden` writes the files again.
//!
//! A file has three parts: the rows of the frame; a letter for the style of each cell (`.` is the terminal's own style,
//! and trailing ones are cut off); and the style of each letter.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use contract::{QuestionState, Timestamp};
use crossterm::event::KeyCode;
use ratatui::style::{Color, Modifier, Style};
use terminal::key::Key;
use terminal::theme::Theme;
use tui::progress::{Achievement, LoadedProgress, Progress};
use tui::{LessonRun, State};

use crate::harness::{Screen, TestApp, author};
use crate::level::in_level;
use crate::typist::{NOON, reads};
use crate::{documents, led_question, room, room_question, seeds, stage_frames, stage_people, stage_room};

/// A lesson with a question.
pub(crate) const LESSON: &str = r#"
title = "Two loaves"
goal = "You see which of two saves wins."
minutes = 1
[documents.welcome]
title = "Bread"
content = """
# Bread

flour
water
salt
"""
[[step]]
who = "Alice"
does = "type"
replace = "flour"
with = "rye"
[[step]]
who = "Alice"
does = "save"
[[step]]
ask = "Bob still has v1. What does his save get?"
right = "412"
because = "His If-Match names v1, and the current version is v2."
wrong = { "200" = "Then Alice's rye would be gone." }
"#;

/// A level for the lesson.
const LEVEL: &str = r#"
[[step]]
your_turn = "Get Bob's spelt into the document, beside Alice's rye."
goal = [{ document = "welcome", has = ["rye", "spelt"] }]
par = 2
hint = ["What does Bob's 412 bring with it?"]
wrong_because = "A blind save is a 428."
[[step.solution]]
who = "Bob"
does = "type"
append = "spelt"
[[step.solution]]
who = "Bob"
does = "save"
[[step.solution]]
who = "Bob"
does = "save"
[[step.wrong_path]]
who = "Bob"
does = "save-unconditionally"
"#;

/// The name of a screen, its size, and how to reach it.
type Golden = (&'static str, (u16, u16), fn((u16, u16)) -> TestApp);

const SCREENS: [Golden; 72] = [
    ("menu", (120, 40), menu),
    ("stage", (120, 40), |(width, height)| TestApp::stage(width, height)),
    ("editor", (80, 24), |(width, height)| {
        with(TestApp::single(Some("welcome"), width, height), |play| play.types("Rye "))
    }),
    ("menu_80x24", (80, 24), menu),
    ("menu_40x12", (40, 12), menu),
    ("stale", (80, 24), |(width, height)| with(TestApp::single(Some("welcome"), width, height), bob_saved)),
    ("coming_conflict", (80, 24), coming_conflict),
    ("coming_conflict_40x12", (40, 12), coming_conflict),
    ("change", (80, 24), |size| with(coming_conflict(size), |play| play.alt('h'))),
    ("change_40x12", (40, 12), |size| with(coming_conflict(size), |play| play.alt('h'))),
    ("merge_opens", (120, 40), refused),
    ("merge", (120, 40), |size| with(refused(size), |play| play.f(9))),
    ("merge_80x24", (80, 24), |size| with(refused(size), |play| play.f(9))),
    ("merge_40x12", (40, 12), refused),
    ("merge_decided", (120, 40), |size| with(refused(size), |play| play.f(9).types("b"))),
    ("required_428", (80, 24), |(width, height)| {
        with(TestApp::single(Some("welcome"), width, height), |play| play.types("Rye ").f(6))
    }),
    ("lost_update", (120, 40), lost),
    ("exchange", (120, 40), |size| with(lost(size), |play| play.press(Key::alt('w')).code(KeyCode::Enter))),
    ("sequence", (120, 40), |size| with(lost(size), |play| play.f(4))),
    ("versions", (120, 40), |size| with(lost(size), |play| play.f(3))),
    ("versions_compared", (80, 24), |size| {
        with(lost(size), |play| play.f(3).types("m").code(KeyCode::Down).types("c"))
    }),
    ("version_40x12", (40, 12), |size| with(lost(size), |play| play.f(3).code(KeyCode::Down).code(KeyCode::Enter))),
    ("help", (80, 24), |(width, height)| with(TestApp::stage(width, height), |play| play.f(1))),
    ("documents", (120, 40), documents::several),
    ("documents_80x24", (80, 24), documents::several),
    ("documents_40x12", (40, 12), documents::several),
    ("quit", (80, 24), |(width, height)| {
        with(TestApp::single(Some("welcome"), width, height), |play| play.types("Rye ").ctrl('q'))
    }),
    ("question", (120, 40), question),
    ("question_masked", (120, 40), masked),
    ("key_moment", (120, 40), moment),
    ("key_moment_80x24", (80, 24), moment),
    ("key_moment_40x12", (40, 12), moment),
    ("lost_line", (120, 40), stage_frames::overwritten),
    ("lost_line_80x24", (80, 24), stage_frames::overwritten),
    ("client_160x50", (160, 50), client),
    ("client_120x40", (120, 40), client),
    ("client_80x24", (80, 24), client),
    ("client_40x12", (40, 12), client),
    ("four_160x50", (160, 50), four),
    ("four_120x40", (120, 40), four),
    ("four_80x24", (80, 24), four),
    ("four_40x12", (40, 12), four),
    ("level", (120, 40), |size| with(in_level(size), |play| play.types("h"))),
    ("level_80x24", (80, 24), |size| with(in_level(size), |play| play.types("h").code(KeyCode::Enter))),
    ("level_40x12", (40, 12), in_level),
    ("room", (120, 40), room::room_of_three),
    ("room_80x24", (80, 24), room::room_of_three),
    ("room_40x12", (40, 12), room::room_of_three),
    ("room_seeds", (120, 40), seeds::list),
    ("room_seeds_80x24", (80, 24), seeds::list),
    ("room_seeds_40x12", (40, 12), seeds::list),
    ("room_controls", (120, 40), room::controls),
    ("room_controls_80x24", (80, 24), room::controls),
    ("room_controls_40x12", (40, 12), room::controls),
    ("room_new_round_80x24", (80, 24), |size| with(room::room_of_three(size), |play| play.types("0n"))),
    ("room_question", (120, 40), asked),
    ("room_question_80x24", (80, 24), asked),
    ("room_question_40x12", (40, 12), asked),
    ("room_question_answered_80x24", (80, 24), room_question::answered),
    ("room_question_answered_40x12", (40, 12), room_question::answered),
    ("room_question_revealed", (120, 40), room_question::revealed),
    ("led_question_form", (80, 24), led_question::form),
    ("led_question_form_40x12", (40, 12), led_question::form),
    ("led_question", (120, 40), led_question::open),
    ("led_question_40x12", (40, 12), led_question::open),
    ("led_question_shown", (120, 40), led_question::shown),
    ("led_question_shown_80x24", (80, 24), led_question::shown),
    ("led_question_shown_40x12", (40, 12), led_question::shown),
    ("stage_room", (120, 40), stage_room::shown),
    ("stage_room_80x24", (80, 24), stage_room::shown),
    ("stage_room_40x12", (40, 12), stage_room::shown),
    ("room_question_revealed_80x24", (80, 24), room_question::revealed),
];

fn with(mut play: TestApp, act: impl FnOnce(&mut TestApp) -> &mut TestApp) -> TestApp {
    act(&mut play);
    play
}

fn lesson() -> Arc<lesson::Lesson> {
    read(LESSON)
}

fn read(text: &str) -> Arc<lesson::Lesson> {
    Arc::new(lesson::read("mine.toml", text).unwrap_or_else(|faults| panic!("{faults}")))
}

/// Three lessons in two groups; the first was played, and the second one's level was solved, too.
fn menu((width, height): (u16, u16)) -> TestApp {
    let lesson = |(name, part): (&str, &str)| {
        let text = format!("part = {part:?}\n{LESSON}{}", if name == "one" { "" } else { LEVEL });
        Arc::new(lesson::read(&format!("{name}.toml"), &text).unwrap_or_else(|faults| panic!("{faults}")))
    };
    let lessons: Vec<_> = [("one", "loss"), ("two", "cure"), ("three", "cure")].into_iter().map(lesson).collect();
    let at = Timestamp::from_millis(1_795_323_611_123);
    let mut progress = Progress::default();
    progress.record("one", Achievement::Played, at);
    progress.record("two", Achievement::Played, at);
    progress.record("two", Achievement::Solved { requests: 5 }, at);
    let loaded = LoadedProgress { progress, trouble: None };
    let state = State::menu(&lessons, 1, Theme::default()).with_progress(loaded);
    TestApp::begin(state, Vec::new(), width, height)
}

/// A leader's question that is open, and that the participant has not entered.
fn asked((width, height): (u16, u16)) -> TestApp {
    with(reads(NOON, width, height), |play| room_question::ask(play, QuestionState::Open, 1))
}

fn question(size: (u16, u16)) -> TestApp {
    played(lesson(), "...", size)
}

/// A question that hides the wire, the status lines and the server.
fn masked(size: (u16, u16)) -> TestApp {
    let hides =
        "hides = [\"wire.condition\", \"wire.status\", \"status\", \"server.text\", \"server.version\"]\nwrong =";
    played(read(&LESSON.replace("wrong =", hides)), "...", size)
}

/// The key moment is Alice's save.
fn moment(size: (u16, u16)) -> TestApp {
    played(read(&LESSON.replace("\"save\"", "\"save\"\nkey_moment = true")), "..", size)
}

fn played(lesson: Arc<lesson::Lesson>, keys: &str, (width, height): (u16, u16)) -> TestApp {
    let server = "http://127.0.0.1:4280".to_owned();
    let state = State::lesson(&[lesson], LessonRun::of(0), server, Theme::default()).unwrap();
    let people = vec![author("Alice"), author("Bob")];
    with(TestApp::begin(state, people, width, height), |play| play.types(keys))
}

/// A lesson with two editors and a client without one, right after Alice's save.
fn client(size: (u16, u16)) -> TestApp {
    stage_people::play(2, 1, "", 2, size)
}

/// A lesson with four editors.
fn four(size: (u16, u16)) -> TestApp {
    stage_people::play(4, 0, "", 2, size)
}

fn bob_saved(play: &mut TestApp) -> &mut TestApp {
    let text = play.server.content().replace("salt", "sea salt");
    let event = play.server.saved_by("Bob", &text);
    play.event(event)
}

/// Alice and Bob changed the same line, and Alice has not saved yet. Both also changed another line.
fn coming_conflict((width, height): (u16, u16)) -> TestApp {
    with(TestApp::marking_others(width, height), |play| {
        play.types("Rye ").code(KeyCode::Down).types("for two").code(KeyCode::Up);
        let event = play.server.saved_by("Bob", "Bob's # Bread\n\nflour\nspring water\nsalt\n");
        play.event(event)
    })
}

/// Alice and Bob changed the same line, and Alice's save was refused. Bob also changed another line.
fn refused((width, height): (u16, u16)) -> TestApp {
    let mut play = TestApp::single(Some("welcome"), width, height);
    play.types("Rye ");
    let event = play.server.saved_by("Bob", "Bob's # Bread\n\nflour\nwater\nsea salt\n");
    play.event(event).ctrl('s');
    play
}

/// Under the policy that ignores preconditions, Bob's save has overwritten Alice's.
fn lost((width, height): (u16, u16)) -> TestApp {
    let mut play = TestApp::stage(width, height);
    play.f(7).f(7).types("Rye ").ctrl('s').press(Key::alt('2')).types("Bob's ").ctrl('s');
    play
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "screen", "golden"].iter().collect()
}

/// Returns a frame as the text of its file.
fn shown(screen: &Screen) -> String {
    let area = screen.0.area;
    let mut styles: Vec<Style> = Vec::new();
    let mut map = String::new();
    for y in 0..area.height {
        let mut row = String::new();
        for x in 0..area.width {
            row.push(letter(&mut styles, screen.0[(x, y)].style()));
        }
        writeln!(map, "{}", row.trim_end_matches('.')).unwrap();
    }
    let mut text = format!("{}\n\n== styles\n{map}\n", screen.text());
    for (place, style) in styles.iter().enumerate() {
        writeln!(text, "{} {}", LETTERS[place], described(*style)).unwrap();
    }
    text
}

/// The letters of the styles, in the order in which the styles appear.
const LETTERS: [char; 26] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
    'x', 'y', 'z',
];

fn letter(styles: &mut Vec<Style>, style: Style) -> char {
    if described(style).is_empty() {
        return '.';
    }
    let known = styles.iter().position(|known| described(*known) == described(style));
    LETTERS[known.unwrap_or_else(|| {
        styles.push(style);
        styles.len() - 1
    })]
}

fn described(style: Style) -> String {
    let colour = |name: &str, colour: Option<Color>| {
        colour.filter(|colour| *colour != Color::Reset).map(|colour| format!("{name} {colour}"))
    };
    let modifiers = (!style.add_modifier.is_empty()).then(|| {
        let names = style.add_modifier.iter_names().filter(|(_, one)| *one != Modifier::empty());
        names.map(|(name, _)| name.to_lowercase()).collect::<Vec<_>>().join(" ")
    });
    let parts = [colour("text", style.fg), colour("ground", style.bg), modifiers];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[test]
fn every_screen_matches_its_golden_frame() {
    let write = std::env::var_os("GOLDEN").is_some_and(|value| value == "write");
    let mut differ = Vec::new();
    for (name, size, make) in SCREENS {
        let text = shown(&make(size).screen(size.0, size.1));
        let path = folder().join(format!("{name}.txt"));
        if write {
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, &text).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            differ.push(format!("{name}:\n{text}"));
        }
    }
    assert!(
        differ.is_empty(),
        "{}\nThese frames are not those of tests/screen/golden. If they should look like this, write them: \
         GOLDEN=write cargo test -p ifmatch-tui --test screen golden",
        differ.join("\n")
    );
    let kept: BTreeSet<String> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let made: BTreeSet<String> = SCREENS.iter().map(|(name, ..)| format!("{name}.txt")).collect();
    assert_eq!(kept, made, "each screen has a file, and each file a screen");
}
