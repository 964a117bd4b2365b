//! The leader's question on a participant's screen: it takes no key before it is entered.

use contract::{Question, QuestionState};
use crossterm::event::KeyCode;
use proptest::prelude::*;
use terminal::event::{Mouse, MouseKind, TerminalEvent};
use terminal::input::LineSource;
use terminal::key::Key;
use tui::action::Context;
use tui::{AnswerFailure, Effect, Event, SentAnswer};

use crate::harness::TestApp;
use crate::talk::Talk;
use crate::typist::{NOON, bob_saves, draft, reads};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// Returns a question that 17 of 23 people have answered.
pub(crate) fn question(state: QuestionState, round: u32) -> Question {
    Question {
        id: "q1-5a22".to_owned(),
        text: "Bob saves with an old tag. Which status comes back?".to_owned(),
        choices: ["200 OK", "409 Conflict", "412 Precondition Failed"].map(str::to_owned).to_vec(),
        state,
        round,
        answered: 17,
        people: 23,
        counts: (state != QuestionState::Open).then(|| vec![3, 5, 9]),
        earlier: if round > 1 && state != QuestionState::Open { vec![vec![8, 7, 2]] } else { Vec::new() },
        right: (state == QuestionState::Revealed).then_some(3),
        because: (state == QuestionState::Revealed)
            .then(|| "The tag in If-Match is not the current one.\n2: 409 is about the state, not the tag.".to_owned()),
    }
}

pub(crate) fn ask(play: &mut TestApp, state: QuestionState, round: u32) -> &mut TestApp {
    play.event(Event::QuestionHeard(Some(Box::new(question(state, round)))))
}

/// Returns the answers that were sent, in order.
fn answers(play: &TestApp) -> Vec<SentAnswer> {
    let sent = play.effects.iter().filter_map(|effect| match effect {
        Effect::AnswerQuestion(sent) => Some(sent.clone()),
        _ => None,
    });
    sent.collect()
}

/// Returns what was typed and sent: all drafts and requests, in order.
fn typed(play: &TestApp) -> Vec<&Effect> {
    let is_typed = |effect: &&Effect| {
        matches!(effect, Effect::KeepDraft { .. } | Effect::ForgetDraft { .. }) || matches!(effect, Effect::Ask { .. })
    };
    play.effects.iter().filter(is_typed).collect()
}

/// Lets the response to the latest answer come.
fn respond(play: &mut TestApp, result: Result<(), AnswerFailure>) {
    let sent = answers(play).pop().expect("an answer was sent");
    play.event(Event::QuestionAnswered { sent, result });
}

/// Returns a participant who has answered with choice 2.
pub(crate) fn answered(size: (u16, u16)) -> TestApp {
    let mut play = reads(NOON, size.0, size.1);
    ask(&mut play, QuestionState::Open, 1).f(9).types("2");
    respond(&mut play, Ok(()));
    play
}

/// Returns a participant who was wrong twice, with the answer revealed.
pub(crate) fn revealed(size: (u16, u16)) -> TestApp {
    let mut play = answered(size);
    ask(&mut play, QuestionState::Shown, 1);
    ask(&mut play, QuestionState::Open, 2).types("2");
    respond(&mut play, Ok(()));
    ask(&mut play, QuestionState::Revealed, 2);
    play
}

#[test]
fn question_appears_and_letters_and_digits_stay_text() {
    for (width, height) in SIZES {
        let mut play = reads(NOON, width, height);
        ask(&mut play, QuestionState::Open, 1).types("1");
        let screen = play.shows(width, height, "17 of 23 have answered").text();
        assert!(screen.contains("F9 answers") && screen.contains("Bob saves with an old tag"), "{screen}");
        assert_eq!((draft(&play).as_str(), answers(&play).len()), ("meet at noon.1", 0));
    }
}

#[test]
fn digit_answers_once_the_question_is_entered_and_esc_leads_back() {
    for (width, height) in SIZES {
        let mut play = reads(NOON, width, height);
        ask(&mut play, QuestionState::Open, 1).f(9).types("2");
        let sent = SentAnswer { question: "q1-5a22".to_owned(), round: 1, choice: 2 };
        assert_eq!(answers(&play), [sent]);
        respond(&mut play, Ok(()));
        play.shows(width, height, "my answer is 2");
        play.types("3");
        respond(&mut play, Ok(()));
        assert_eq!(answers(&play).last().unwrap().choice, 3, "another digit changes the answer");
        play.code(KeyCode::Esc).types("4");
        assert_eq!((draft(&play).as_str(), answers(&play).len()), ("meet at noon.4", 2));
        play.hides(width, height, "412 Precondition");
        play.shows(width, height, "17 of 23").text();
        play.f(9).shows(width, height, "412 Precondition Failed");
    }
}

#[test]
fn f9_leaves_the_question_where_it_is() {
    let mut play = answered((80, 24));
    play.f(9).types("x");
    assert_eq!(draft(&play), "meet at noon.x");
    play.shows(80, 24, "412 Precondition Failed");
    play.shows(80, 24, "my answer: 2; F9 changes it");
}

#[test]
fn click_enters_the_question_and_a_click_elsewhere_leaves_it() {
    let mut play = reads(NOON, 80, 24);
    ask(&mut play, QuestionState::Open, 1);
    let (column, row) = play.screen(80, 24).places_of("409 Conflict")[0];
    let click = |column, row| TerminalEvent::Mouse(Mouse { kind: MouseKind::Click, column, row });
    play.event(click(column, row));
    assert_eq!(play.state.context(), Context::RoomQuestion);
    play.event(click(10, 3));
    assert_eq!(play.state.context(), Context::Text);
}

#[test]
fn shown_counts_are_bars_and_the_second_round_is_beside_the_first() {
    let mut play = answered((120, 40));
    ask(&mut play, QuestionState::Shown, 1);
    let screen = play.shows(120, 40, "what the room thinks").text();
    assert!(screen.contains('▇') && screen.contains("no more answers; mine is 2"), "{screen}");
    ask(&mut play, QuestionState::Open, 2);
    let screen = play.shows(120, 40, "round 2").text();
    assert!(!screen.contains("my answer"), "{screen}");
    ask(&mut play, QuestionState::Shown, 2);
    let screen = play.screen(120, 40).text();
    assert!(screen.contains("round 1") && screen.contains("round 2"), "{screen}");
}

#[test]
fn reveal_says_why_mine_was_wrong_with_the_leaders_sentence() {
    for (width, height) in [(120, 40), (80, 24)] {
        let screen = revealed((width, height)).shows(width, height, "412").text();
        for words in [
            "my answer is 2; the right one is 3",
            "The tag in If-Match is not the current one.",
            "409 is about the state",
        ] {
            assert!(screen.contains(words), "{words}\n{screen}");
        }
    }
    // In the smallest terminal, the lines are scrolled.
    let mut play = revealed((40, 12));
    play.code(KeyCode::End).shows(40, 12, "the right one is 3");
}

#[test]
fn refusals_are_explained() {
    let refusals = [
        (AnswerFailure::Closed, "came too late: the counts are shown"),
        (AnswerFailure::Replaced, "the leader has asked another question"),
        (AnswerFailure::Removed, "the leader has removed me"),
        (AnswerFailure::NameTaken, "another participant has my name"),
        (AnswerFailure::Failed("no\x1b[2J way".to_owned()), "not counted: no"),
    ];
    for (failure, words) in refusals {
        let mut play = reads(NOON, 120, 40);
        ask(&mut play, QuestionState::Open, 1).f(9).types("1");
        respond(&mut play, Err(failure));
        play.shows(120, 40, words);
        assert!(!play.screen(120, 40).text().contains('\x1b'));
    }
}

#[test]
fn digit_answers_no_question_that_was_not_seen() {
    let mut play = answered((80, 24));
    let other = Question { id: "q2-0000".to_owned(), ..question(QuestionState::Open, 1) };
    play.event(Event::QuestionHeard(Some(Box::new(other)))).types("1");
    assert_eq!(answers(&play).len(), 1);
    play.shows(80, 24, "The leader has asked another question. F9 shows it.");
    play.f(9).types("1");
    assert_eq!(answers(&play).last().unwrap().question, "q2-0000");
}

#[test]
fn withdrawn_question_keeps_the_keys_until_the_user_leaves() {
    let mut play = answered((80, 24));
    let before = typed(&play).len();
    play.event(Event::QuestionHeard(None)).types("1x");
    assert_eq!(typed(&play).len(), before);
    play.shows(80, 24, "The leader has withdrawn the question.");
    play.f(9).types("y");
    assert_eq!(draft(&play), "meet at noon.y");
    play.hides(80, 24, "leader");
}

#[test]
fn question_that_waits_comes_before_a_merge_and_then_the_merge_does() {
    let mut play = reads(NOON, 120, 40);
    play.types(" Bring cake.");
    bob_saves(&mut play, "meet at TEN.");
    play.ctrl('s');
    ask(&mut play, QuestionState::Open, 1).f(9).types("1");
    respond(&mut play, Ok(()));
    assert_eq!(play.f(9).state.context(), Context::Text);
    assert_eq!(play.f(9).state.context(), Context::Merge);
    assert_eq!(play.f(9).state.context(), Context::RoomQuestion);
}

#[test]
fn question_is_read_whenever_the_stream_opens() {
    let mut play = reads(NOON, 80, 24);
    let reads_of = |play: &TestApp| play.effects.iter().filter(|effect| **effect == Effect::ReadQuestion).count();
    let before = reads_of(&play);
    assert!(before > 0, "a late start");
    play.event(Event::Disconnected { seat: 0 }).event(Event::Connected { seat: 0 });
    assert_eq!(reads_of(&play), before + 1);
    play.event(Event::QuestionRead(Ok(Some(Box::new(question(QuestionState::Open, 1))))));
    play.shows(80, 24, "17 of 23 have answered");
    play.event(Event::QuestionRead(Err("no route".to_owned())));
    play.shows(80, 24, "17 of 23 have answered");
}

#[test]
fn question_over_the_list_of_documents_is_entered_with_f9() {
    for (width, height) in SIZES {
        let mut play = TestApp::single(None, width, height);
        ask(&mut play, QuestionState::Open, 1).types("2");
        assert_eq!(answers(&play).len(), 0, "a digit narrows the list");
        play.shows(width, height, "F9 answers");
        play.f(9).types("2");
        assert_eq!(answers(&play).len(), 1);
        play.code(KeyCode::Esc);
        assert_eq!(play.state.context(), Context::Documents);
    }
}

#[test]
fn plain_mode_reads_the_question_and_votes() {
    let mut talk = Talk::single(LineSource::Typed);
    ask(&mut talk.play, QuestionState::Open, 1);
    let heard = talk.heard();
    assert!(heard.contains("The leader asks: Bob saves") && heard.contains("2. 409 Conflict"), "{heard}");
    talk.hears(&["vote 4"], &["There is no choice 4."]);
    talk.play.types("");
    talk.hears(&["vote 2"], &[]);
    respond(&mut talk.play, Ok(()));
    assert!(talk.heard().contains("my answer is 2, and it is counted"));
    ask(&mut talk.play, QuestionState::Revealed, 1);
    let heard = talk.heard();
    assert!(heard.contains("3. 412 Precondition Failed (9) This is right."), "{heard}");
    talk.hears(&["vote 1"], &["takes no more answers"]);
}

/// A step of the property test: a key, or news about the question.
#[derive(Debug, Clone)]
enum Step {
    Key(Key),
    News(Option<(QuestionState, u32)>),
}

fn key() -> impl Strategy<Value = Key> {
    let code = prop_oneof![
        Just(KeyCode::Enter),
        Just(KeyCode::Backspace),
        Just(KeyCode::Left),
        Just(KeyCode::Up),
        Just(KeyCode::Home),
        Just(KeyCode::End),
        Just(KeyCode::Esc),
        Just(KeyCode::Tab),
    ];
    prop_oneof![4 => "[1-6a-z ]".prop_map(|text| Key::char(text.chars().next().unwrap())), 1 => code.prop_map(Key::plain), 1 => Just(Key::ctrl('s'))]
}

fn step() -> impl Strategy<Value = Step> {
    let state = prop_oneof![Just(QuestionState::Open), Just(QuestionState::Shown), Just(QuestionState::Revealed)];
    prop_oneof![3 => key().prop_map(Step::Key), 1 => proptest::option::of((state, 1_u32..4)).prop_map(Step::News)]
}

proptest! {
    #[test]
    fn question_never_takes_a_key_before_it_is_entered(
        steps in proptest::collection::vec(step(), 0..60),
        size in proptest::sample::select(SIZES.to_vec()),
    ) {
        let mut asked = reads(NOON, size.0, size.1);
        let mut calm = reads(NOON, size.0, size.1);
        for step in steps {
            match step {
                Step::Key(key) => {
                    asked.press(key);
                    calm.press(key);
                }
                Step::News(None) => _ = asked.event(Event::QuestionHeard(None)),
                Step::News(Some((state, round))) => _ = ask(&mut asked, state, round),
            }
            asked.screen(size.0, size.1);
            calm.screen(size.0, size.1);
            prop_assert_eq!(asked.state.context(), calm.state.context());
        }
        prop_assert_eq!(typed(&asked), typed(&calm));
        prop_assert_eq!(asked.server.content(), calm.server.content());
        prop_assert!(answers(&asked).is_empty());
    }
}
