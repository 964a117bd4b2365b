//! A lesson's question that the room votes on: put once, led by keys, revealed with its answer.

use std::sync::Arc;

use contract::{Question, QuestionSetting, QuestionState};
use terminal::theme::Theme;
use tui::question_lead::{LeadReport, LeadRequest, QuestionGuard};
use tui::{Effect, Event, LessonRun, SessionPart, SessionStart};

use crate::golden::LESSON;
use crate::harness::{TestApp, author};

/// Returns the stage at the lesson's question, with a room.
fn asking((width, height): (u16, u16)) -> TestApp {
    let lesson = Arc::new(lesson::read("mine.toml", LESSON).unwrap_or_else(|faults| panic!("{faults}")));
    let part = SessionPart::Lesson(LessonRun::of(0));
    let start = SessionStart::new(part, "http://127.0.0.1:4280".to_owned(), (width, height));
    let start = SessionStart { has_room: true, ..start };
    let state = start.state(&[lesson], Theme::default()).expect("the lesson exists");
    let mut play = TestApp::begin(state, vec![author("Alice"), author("Bob")], width, height);
    play.types("...");
    play
}

/// Returns the requests to the room, in order.
fn requests(play: &TestApp) -> Vec<(bool, QuestionSetting)> {
    let sent = play.effects.iter().filter_map(|effect| match effect {
        Effect::LeadQuestion(LeadRequest::Set { setting, over }) => {
            Some((*over == QuestionGuard::Whatever, (**setting).clone()))
        }
        _ => None,
    });
    sent.collect()
}

/// The room sees the latest state, with these votes.
fn seen(play: &mut TestApp, counts: [u64; 2]) {
    let (_, setting) = requests(play).pop().expect("a question was put to the room");
    let is_open = setting.state == QuestionState::Open;
    let asked = Question {
        id: "q1-0000".to_owned(),
        text: setting.text,
        choices: setting.choices,
        state: setting.state,
        round: setting.round,
        answered: counts.iter().sum(),
        people: 23,
        counts: (!is_open).then(|| counts.to_vec()),
        earlier: if is_open { Vec::new() } else { (1..setting.round).map(|_| vec![9, 4]).collect() },
        right: setting.right.filter(|_| setting.state == QuestionState::Revealed),
        because: setting.because.filter(|_| setting.state == QuestionState::Revealed),
    };
    play.event(Event::QuestionLed(LeadReport::Done(Ok(None))));
    play.event(Event::QuestionLed(LeadReport::Seen(Some(Box::new(asked)))));
}

/// Returns the stage with the votes of the second round beside those of the first.
pub(crate) fn shown(size: (u16, u16)) -> TestApp {
    let mut play = asking(size);
    seen(&mut play, [9, 4]);
    play.types("s");
    seen(&mut play, [9, 4]);
    play.types("v");
    seen(&mut play, [0, 0]);
    play.types("s");
    seen(&mut play, [3, 14]);
    play
}

#[test]
fn question_is_put_to_the_room_once_when_it_comes_up() {
    let mut play = asking((120, 40));
    play.types("+");
    let sent = requests(&play);
    assert_eq!(sent.len(), 1);
    assert!(sent[0].0, "it is asked, whatever was asked before");
    assert_eq!(sent[0].1.check(), Ok(()));
    seen(&mut play, [9, 8]);
    let screen = play.shows(120, 40, "the room: 17 of 23 have answered").text();
    assert!(!screen.contains('▇'), "the votes are hidden: {screen}");
}

#[test]
fn keys_show_vote_again_and_reveal_with_the_next_step() {
    let mut play = asking((120, 40));
    play.types("v");
    assert_eq!(requests(&play).len(), 1, "there are no votes to repeat yet");
    play.types("sv");
    play.types("w");
    let states: Vec<_> = requests(&play).iter().map(|(_, setting)| (setting.state, setting.round)).collect();
    let expected =
        [(QuestionState::Open, 1), (QuestionState::Shown, 1), (QuestionState::Open, 2), (QuestionState::Revealed, 2)];
    assert_eq!(states, expected);
    play.hides(120, 40, "What does his save get?");
    seen(&mut play, [5, 12]);
    play.shows(120, 40, "which is right.");
}

#[test]
fn answer_on_the_stage_reveals_it_in_the_room() {
    let mut play = asking((120, 40));
    play.types("12");
    let last = requests(&play).pop().unwrap().1;
    assert_eq!(last.state, QuestionState::Revealed);
    assert_eq!(requests(&play).len(), 2, "a wrong answer reveals nothing");
}

#[test]
fn trouble_in_the_room_is_said_and_does_not_stop_the_lesson() {
    let mut play = asking((120, 40));
    play.event(Event::QuestionLed(LeadReport::Unreachable("no\x1b[2J route".to_owned())));
    let screen = play.shows(120, 40, "the lesson goes on without it").text();
    assert!(!screen.contains('\x1b'));
    play.types("w");
    play.hides(120, 40, "What does his save get?");
}

#[test]
fn lesson_without_a_room_has_no_keys_for_one() {
    let lesson = Arc::new(lesson::read("mine.toml", LESSON).unwrap_or_else(|faults| panic!("{faults}")));
    let start = SessionStart::new(SessionPart::Lesson(LessonRun::of(0)), "http://127.0.0.1:4280".to_owned(), (120, 40));
    let state = start.state(&[lesson], Theme::default()).unwrap();
    let mut play = TestApp::begin(state, vec![author("Alice"), author("Bob")], 120, 40);
    play.types("...");
    play.hides(120, 40, "show votes");
    play.types("sw");
    assert!(requests(&play).is_empty());
    play.shows(120, 40, "What does his save get?");
}
