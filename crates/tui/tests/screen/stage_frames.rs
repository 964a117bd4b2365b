//! The frames of a lesson's stage that a person in the last row has to read: key moments and questions.

use std::sync::Arc;

use contract::{Exchange, Message, Timestamp};
use precondition::policy::Preconditions;
use precondition::{Comparison, Evaluation, Field};
use ratatui::style::Modifier;
use terminal::theme::Theme;
use tui::{Event, LessonRun, State};

use crate::harness::{Screen, TestApp, author, id};
use crate::level::in_level;
use crate::stage_people;

/// Bob's save is refused in the key moment, which opens his merge; then a question is asked.
const REFUSED: &str = "[[step]]\nwho = \"Bob\"\ndoes = \"type\"\nreplace = \"flour\"\nwith = \"spelt\"\n\
                       [[step]]\nwho = \"Bob\"\ndoes = \"save\"\nkey_moment = true\n\
                       [[step]]\nask = \"What should Bob do?\"\nright = \"Decide\"\nbecause = \"He has both.\"\n\
                       wrong = { \"Save\" = \"His conflict is open.\", \"Wait\" = \"Nothing comes.\" }\n";

/// Robo overwrites Alice's version without having read it.
const OVERWRITES: &str = "[[step]]\nwho = \"Robo\"\nsends = \"PUT /api/documents/welcome\"\nkey_moment = true\n\
                          title = \"Bread\"\ncontent = \"# Bread\\n\\nflour\\nwater\\nsalt\\n\"\n";

/// Returns the lesson in which Robo overwrites the line that Alice has saved, right after that.
pub(crate) fn overwritten(size: (u16, u16)) -> TestApp {
    let mut play = stage_people::play(1, 0, OVERWRITES, 2, size);
    // The lesson's policy; the model of the server does not read it.
    play.server.policy.preconditions = Preconditions::Optional;
    play.types(".");
    play
}

/// Returns the rows of the wire panel.
fn wire_rows(screen: &Screen) -> Vec<String> {
    screen.rows().into_iter().skip_while(|row| !row.contains(" the wire ")).skip(1).collect()
}

/// Returns whether a text is struck through wherever it begins on the screen, and how often that is.
fn struck(screen: &Screen, text: &str) -> usize {
    let is_struck = |place: &&(u16, u16)| screen.0[**place].modifier.contains(Modifier::CROSSED_OUT);
    screen.places_of(text).iter().filter(is_struck).count()
}

#[test]
fn wire_keeps_the_newest_exchanges_beside_a_merge() {
    for (width, height) in [(160, 50), (120, 40), (100, 30), (80, 24)] {
        for steps in [5, 6] {
            let play = stage_people::play(2, 0, REFUSED, steps, (width, height));
            let screen = play.screen(width, height);
            let rows = wire_rows(&screen).join("\n");
            assert!(rows.contains("412"), "step {steps} at {width}×{height}:\n{}", screen.text());
            assert!(screen.text().contains("! merging"), "step {steps} at {width}×{height}:\n{}", screen.text());
        }
    }
}

#[test]
fn user_who_decides_has_the_rows_of_the_wire_in_a_low_terminal() {
    let mut play = stage_people::play(2, 0, REFUSED, 5, (80, 24));
    play.alt('2').f(9).hides(80, 24, " the wire ");
    play.shows(80, 24, "open: m mine, t theirs (Alice), b both");
}

#[test]
fn long_notice_takes_the_rows_that_the_text_leaves() {
    let mut play = TestApp::stage(120, 40);
    let long = "a very long line of words ".repeat(14);
    play.f(7).f(7).types(&long).ctrl('s').alt('2').types("Bob's ").ctrl('s');
    let screen = play.screen(120, 40);
    let rows = screen.rows();
    let pane = |row: &String| row.chars().skip(60).collect::<String>();
    let panes: Vec<_> = rows.iter().take_while(|row| !row.contains("the server ·")).map(pane).collect();
    assert!(panes.iter().any(|row| row.contains(" 5 salt")), "the text stays: {}", screen.text());
    // The notice has as many rows as it needs, which is more than half of the pane, and ends with its last words.
    let notice: Vec<_> = panes.iter().skip_while(|row| !row.contains("✗ gone: ")).collect();
    assert!(notice.iter().take_while(|row| !row.contains("clean")).count() > 7, "{}", screen.text());
    assert!(notice.iter().any(|row| row.contains("lost update")), "{}", screen.text());
}

#[test]
fn card_shows_the_status_of_the_key_moment_large_or_in_bold() {
    for (width, height) in [(160, 50), (120, 40), (100, 30), (80, 24), (60, 14)] {
        let play = overwritten((width, height));
        let screen = play.shows(width, height, "▀▀▀█ █▀▀█ █▀▀█");
        let (column, row) = screen.places_of("▀▀▀█ █▀▀█ █▀▀█")[0];
        let (card, above) = screen.places_of("♣ Robo ─")[0];
        assert!(column >= card && row > above, "{}", screen.text());
        assert!(screen.text().contains("█▀▀▀ █  █ █  █   OK"), "the reason phrase: {}", screen.text());
        assert!(screen.text().contains("PUT (no condition)"), "the request: {}", screen.text());
    }
    // Five people are a grid of low cards.
    let mut play = stage_people::play(4, 0, OVERWRITES, 3, (80, 24));
    play.server.policy.preconditions = Preconditions::Optional;
    let screen = play.types(".").shows(80, 24, " ✓ 200 OK");
    let is_bold = |place: &(u16, u16)| screen.0[*place].modifier.contains(Modifier::BOLD | Modifier::REVERSED);
    let alone = screen.places_of("✓ 200 OK").into_iter().find(|place| place.0 == 1);
    assert!(alone.as_ref().is_some_and(is_bold), "{}", screen.text());
}

#[test]
fn phrase_is_below_the_digits_in_a_narrow_card() {
    let tail = "[[step]]\nwho = \"Robo\"\nsends = \"PUT /api/documents/welcome\"\nkey_moment = true\n\
                fields = { If-Match = \"\\\"v1-00000001\\\"\" }\ntitle = \"Bread\"\ncontent = \"x\\n\"\n";
    let play = stage_people::play(2, 0, tail, 4, (110, 40));
    let rows = play.screen(110, 40).rows();
    let digits = rows.iter().position(|row| row.contains("█  █  ▀█  ▀▀▀█")).expect("the digits of 412");
    assert!(!rows[digits + 1].contains("Precondition"), "{}", rows.join("\n"));
    assert!(rows[digits + 3].contains("│ Precondition Failed "), "{}", rows.join("\n"));
}

#[test]
fn lost_line_is_struck_in_the_pane_of_its_author_and_at_the_server() {
    for (width, height) in [(160, 50), (120, 40), (80, 24)] {
        let screen = overwritten((width, height)).screen(width, height);
        assert_eq!(struck(&screen, "rye"), 2, "{width}×{height}:\n{}", screen.text());
        // At the server, the line is in its old place, before the line that took it.
        let rows = screen.rows();
        let server = rows.iter().position(|row| row.contains("the server")).unwrap();
        let place = |words: &str| rows[server..].iter().position(|row| row.contains(words)).expect("it is shown");
        assert_eq!(place("3 flour"), place("rye ✗ lost") + 1, "{}", rows.join("\n"));
    }
    // The next request ends it.
    let mut play = overwritten((120, 40));
    play.alt('1').f(5).hides(120, 40, "✗ lost");
}

#[test]
fn every_condition_of_a_request_is_listed_the_deciding_one_first() {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let request = Message {
        fields: vec![
            field("If-Match", "\"v1-00000001\""),
            field("If-None-Match", "*"),
            field("If-Unmodified-Since", "Mon, 05 Jan 2026 09:00:07 GMT"),
        ],
        ..Message::default()
    };
    let decided = Evaluation {
        field: Field::IfNoneMatch,
        comparison: Comparison::Exists,
        sent: "*".to_owned(),
        current: Some("\"v1-00000001\"".to_owned()),
        holds: false,
        clause: "RFC 9110 13.1.2".into(),
    };
    let asked = Exchange {
        number: 50,
        author: Some(author("Ivan")),
        client_address: None,
        server: None,
        received: Timestamp::default(),
        judged: None,
        answered: None,
        method: "PUT".to_owned(),
        target: "/api/documents/welcome".to_owned(),
        request,
        status: None,
        response: None,
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    };
    let mut play = TestApp::stage(120, 40);
    play.event(Event::Exchanged(Box::new(asked.clone())));
    play.shows(120, 40, "PUT welcome If-Match v1 If-Unmodified-Since 09:00:07 If-None-Match * →");
    let answered = Exchange {
        status: Some(412),
        response: Some(Message::default()),
        evaluation: vec![Evaluation { holds: true, field: Field::IfMatch, ..decided.clone() }, decided],
        ..asked
    };
    play.event(Event::Exchanged(Box::new(answered)));
    play.shows(120, 40, "If-None-Match * If-Match v1 If-Unmodified-Since 09:00:07 → 412 Precondition Failed");
    // In the diagram, too.
    play.f(4).shows(120, 40, "PUT If-None-Match * and \"v1\" and since 09:00:07");
}

#[test]
fn each_of_nine_people_shows_a_line_of_text() {
    let names = ["Alice", "Bob", "Carol", "Dave", "Erin", "Frank", "Grace", "Heidi", "Ivan"];
    let people: Vec<_> = names.iter().map(|name| author(name)).collect();
    let state = State::stage(people.clone(), &id("welcome"), String::new(), Theme::default());
    let play = TestApp::begin(state, people.clone(), 120, 40);
    let screen = play.screen(120, 40);
    assert_eq!(screen.text().matches("# Bread").count(), 10, "nine people and the server: {}", screen.text());
    assert!(!screen.text().contains('+'), "no one is only counted: {}", screen.text());

    let text = format!(
        "title = \"A crowd\"\ngoal = \"You see everyone.\"\nminutes = 1\npeople = [\"{}\"]\n\
         [documents.welcome]\ntitle = \"Bread\"\ncontent = \"# Bread\\n\\nflour\\nwater\\nsalt\\n\"\n\
         [[step]]\nwho = \"Alice\"\ndoes = \"save\"\n",
        names.join("\", \"")
    );
    let lesson = Arc::new(lesson::read("mine.toml", &text).unwrap_or_else(|faults| panic!("{faults}")));
    let state = State::lesson(&[lesson], LessonRun::of(0), String::new(), Theme::default()).unwrap();
    let mut play = TestApp::begin(state, people, 120, 40);
    let screen = play.types(".").screen(120, 40);
    assert_eq!(screen.text().matches("# Bread").count(), 10, "nine people and the server: {}", screen.text());
}

#[test]
fn people_without_any_room_are_counted() {
    // Four editors and three clients, in a terminal that has room for one of them.
    let screen = stage_people::play(4, 3, "", 0, (40, 12)).screen(40, 12);
    let rows = screen.rows();
    let others = rows
        .iter()
        .find(|row| row.contains('+') && row.contains(" more"))
        .unwrap_or_else(|| panic!("{}", screen.text()));
    let named =
        ["Alice", "Bob", "Carol", "Dave", "Robo", "Dora", "Emil"].iter().filter(|name| others.contains(*name)).count();
    assert!(others.contains(&format!("+{} more", 6 - named)), "{others}");
}

#[test]
fn status_of_the_key_moment_is_in_the_pane_of_an_editor_in_any_size() {
    for (width, height) in [(120, 40), (80, 24), (60, 16), (40, 12)] {
        // Bob's save is refused, and a merge takes his pane.
        let screen = stage_people::play(2, 0, REFUSED, 5, (width, height)).screen(width, height);
        let is_marked = |place: &(u16, u16)| screen.0[*place].modifier.contains(Modifier::REVERSED);
        let is_bold = screen.places_of("! 412 Precondition Failed").iter().any(is_marked);
        let is_large = screen.text().contains("█  █  ▀█  ▀▀▀█");
        assert!(is_bold || is_large, "{width}×{height}:\n{}", screen.text());
    }
    // Beside a long narration, the pane has only two rows, which its status line would fill.
    let long = "key_moment = true\ncaption = \"Bob saves. His request names the version that he read first\"";
    let play = stage_people::play(2, 0, &REFUSED.replace("key_moment = true", long), 5, (40, 12));
    let screen = play.screen(40, 12);
    let is_marked = |place: &(u16, u16)| screen.0[*place].modifier.contains(Modifier::REVERSED);
    assert!(screen.places_of("! 412 Precondition Failed").iter().any(is_marked), "{}", screen.text());
}

#[test]
fn digits_need_only_the_columns_of_their_phrase() {
    // Three people side by side have 38 columns each.
    let screen = stage_people::play(3, 0, REFUSED, 5, (120, 40)).screen(120, 40);
    assert!(screen.text().contains("▀▀▀█   █  █▀▀▀   Precondition Failed"), "{}", screen.text());
}

#[test]
fn notice_below_the_status_of_the_key_moment_keeps_its_beginning() {
    let overwrites = "[[step]]\nwho = \"Bob\"\ndoes = \"save\"\nkey_moment = true\n";
    let mut play = stage_people::play(2, 0, overwrites, 3, (80, 24));
    play.server.policy.preconditions = Preconditions::Ignored;
    let screen = play.types(".").shows(80, 24, "│✗ gone: 1 line that Alice wrote:");
    let marked =
        screen.places_of("✓ 200 OK").into_iter().find(|place| screen.0[*place].modifier.contains(Modifier::REVERSED));
    assert!(marked.is_some(), "{}", screen.text());
}

#[test]
fn low_wire_of_a_diagram_lists_exchanges_without_sentences() {
    let play = stage_people::play(2, 0, REFUSED, 5, (80, 24));
    let screen = play.screen(80, 24);
    let rows = wire_rows(&screen);
    assert!(rows[0].contains("PUT") && rows[1].contains("412"), "{}", screen.text());
    assert!(!screen.text().contains("412: "), "{}", screen.text());
}

#[test]
fn client_that_sends_nothing_says_so_once() {
    let screen = in_level((80, 20)).screen(80, 20).text();
    assert_eq!(screen.matches("sends nothing").count(), 1, "{screen}");
}
