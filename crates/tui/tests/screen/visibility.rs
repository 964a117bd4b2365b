//! The look of the screen, with and without colours, and with ASCII signs only.

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use terminal::event::TerminalEvent;
use terminal::key::Key;
use terminal::theme::{ASCII, Background, Theme};
use tui::State;

use crate::harness::{TestApp, author, id};

/// A stage in the middle of a merge, without colours and without Unicode signs.
fn plain_merge() -> TestApp {
    let theme = Theme::without_colors(&ASCII);
    let people = vec![author("Alice"), author("Bob")];
    let state = State::stage(people.clone(), &id("welcome"), "http://x".to_owned(), theme);
    let mut play = TestApp::begin(state, people, 120, 40);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
    play
}

#[test]
fn without_unicode_only_ascii_is_drawn() {
    let mut play = plain_merge();
    let ascii = |play: &TestApp| {
        let screen = play.screen(120, 40).text();
        let foreign: String = screen.chars().filter(|c| !c.is_ascii()).collect();
        assert!(foreign.is_empty(), "{foreign}\n{screen}");
    };
    ascii(&play);
    ascii(play.f(1));
    ascii(play.f(1).f(2));
    ascii(play.code(KeyCode::Esc).press(Key::alt('w')).code(KeyCode::Enter));
    ascii(play.code(KeyCode::Esc).code(KeyCode::Esc).ctrl('q'));
    ascii(play.code(KeyCode::Esc).f(9));
    ascii(play.types("m").ctrl('s').types("x").f(6));
    ascii(play.f(9));
    ascii(play.code(KeyCode::Esc).f(7).f(7).types("y").ctrl('s').alt('1').types("z").ctrl('s'));
    play.shows(120, 40, "gone: 1 line");
}

#[test]
fn letters_of_other_scripts_stay_with_ascii_signs() {
    let theme = Theme::without_colors(&ASCII);
    let state = State::editor(author("Alice"), Some(id("welcome")), "http://x".to_owned(), theme);
    let mut play = TestApp::begin(state, vec![author("Alice")], 80, 24);
    play.types("日é ");
    play.shows(80, 24, "日é # Bread");
}

#[test]
fn text_of_the_user_is_as_written_when_signs_are_ascii() {
    let theme = Theme::without_colors(&ASCII);
    let state = State::editor(author("Alice"), Some(id("welcome")), "http://x".to_owned(), theme);
    let mut play = TestApp::begin(state, vec![author("Alice")], 80, 24);
    play.event(TerminalEvent::Pasted("tab — “q” … │ → ½\n".to_owned()));
    let screen = play.shows(80, 24, "tab — “q” … │ → ½").text();
    assert_eq!(screen.chars().filter(|c| !c.is_ascii()).collect::<String>(), "—“”…│→½", "{screen}");
    // The text of a version, too.
    play.ctrl('s').f(3).code(KeyCode::Enter).shows(80, 24, " of welcome");
    play.hides(80, 24, "tab - ");

    let people = vec![author("Alice"), author("Bob")];
    let state = State::stage(people.clone(), &id("welcome"), "http://x".to_owned(), theme);
    let mut play = TestApp::begin(state, people, 120, 40);
    play.event(TerminalEvent::Pasted("Alice — ".to_owned())).ctrl('s').alt('2');
    play.event(TerminalEvent::Pasted("Bob – ".to_owned())).ctrl('s');
    play.shows(120, 40, "Alice — # Bread").text();
    play.shows(120, 40, "Bob – # Bread");
    for alike in ["Alice - #", "Bob - #"] {
        play.hides(120, 40, alike);
    }
}

fn has(buffer: &Buffer, modifier: Modifier) -> bool {
    buffer.content.iter().any(|cell| cell.modifier.contains(modifier))
}

#[test]
fn without_colours_attributes_tell_things_apart() {
    let screen = plain_merge().screen(120, 40);
    assert!(screen.0.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    assert!(has(&screen.0, Modifier::BOLD) && has(&screen.0, Modifier::REVERSED) && has(&screen.0, Modifier::DIM));
    assert!(screen.text().contains("! merging"), "a sign and a word");
}

#[test]
fn no_background_is_ever_painted() {
    let mut play = TestApp::stage(120, 40);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
    for screen in [play.screen(120, 40), play.f(1).screen(120, 40), play.f(1).f(2).screen(120, 40)] {
        assert!(screen.0.content.iter().all(|cell| cell.bg == Color::Reset), "{}", screen.text());
    }
}

#[test]
fn alice_and_bob_differ_by_glyph_word_and_colour() {
    let screen = TestApp::stage(120, 40).screen(120, 40);
    let (alice, bob) = (screen.style_of("● Alice  GET"), screen.style_of("◆ Bob    GET"));
    assert_eq!((alice.fg, bob.fg), (Some(Color::Cyan), Some(Color::Yellow)));
    assert!(alice.add_modifier.contains(Modifier::BOLD) && bob.add_modifier.contains(Modifier::BOLD));
}

#[test]
fn theme_is_switched_from_the_palette_and_by_a_late_report() {
    let mut play = TestApp::stage(120, 40);
    let color = |play: &mut TestApp| play.screen(120, 40).style_of("● Alice  GET").fg;
    assert_eq!(color(&mut play), Some(Color::Cyan));
    for (choice, expected) in [
        ("theme: light", Color::Blue),
        ("theme: dark", Color::Cyan),
        ("theme: auto, for the terminal's dark background", Color::Cyan),
    ] {
        play.ctrl('p').types("theme").code(KeyCode::Enter).shows(120, 40, choice);
        assert_eq!(color(&mut play), Some(expected), "{choice}");
    }
    play.event(TerminalEvent::Background(Background::Light));
    assert_eq!(color(&mut play), Some(Color::Blue), "the terminal has answered late");
    play.event(TerminalEvent::Background(Background::Unknown));
    assert_eq!(color(&mut play), Some(Color::Blue), "an unknown background is no news");
    play.hides(120, 40, "\u{1b}");
}

#[test]
fn an_author_has_the_same_sign_in_every_window_if_it_is_free() {
    let sign = |people: &[&str]| {
        let people: Vec<_> = people.iter().map(|name| author(name)).collect();
        let state = State::stage(people.clone(), &id("welcome"), "http://x".to_owned(), Theme::default());
        let screen = TestApp::begin(state, people, 120, 40).screen(120, 40);
        let (x, y) = screen.places_of(" Carol  GET")[0];
        let cell = &screen.0[(x - 1, y)];
        (cell.symbol().to_owned(), screen.style_of("Carol  GET").fg)
    };
    assert_eq!(sign(&["Carol"]), sign(&["Alice", "Bob", "Carol"]));
    // Dave has the sign that Eve would have, so Eve has the one of Carol.
    assert_ne!(sign(&["Carol"]).0, sign(&["Dave", "Eve", "Carol"]).0);
    assert_ne!(sign(&["Carol"]).0, "●", "Alice's");
}

#[test]
fn meaning_of_an_exchange_is_not_dim() {
    let screen = TestApp::stage(120, 40).screen(120, 40);
    assert!(!screen.style_of("200: ‘welcome’").add_modifier.contains(Modifier::DIM));
}

#[test]
fn the_status_line_is_never_hidden() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = TestApp::single(Some("welcome"), width, height);
        for step in 0..4 {
            match step {
                1 => play.types("x"),
                2 => play.f(6),
                3 => play.ctrl('s'),
                _ => &mut play,
            };
            let screen = play.screen(width, height).text();
            for part in ["base \"v1", "server \"v1", "welcome", "Alice", "required"] {
                assert!(step == 3 || screen.contains(part), "{part} at {width}×{height}, step {step}:\n{screen}");
            }
        }
    }
}
