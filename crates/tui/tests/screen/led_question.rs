//! The leader's own question on the screen of a room: the form, its keys, and a second leader.

use contract::{EntityTag, Question, QuestionSetting, QuestionState};
use crossterm::event::KeyCode;
use tui::question_lead::{LeadFailure, LeadReport, LeadRequest, LedSetting, QuestionGuard};
use tui::{Effect, Event};

use crate::harness::TestApp;
use crate::room::{empty_room, room_of_three};

/// The sizes in which a question is looked at.
const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

fn tag(number: u64) -> EntityTag {
    format!("\"q{number}-0a0a0a0a\"").parse().unwrap()
}

/// Returns the requests about the question, in order.
fn requests(play: &TestApp) -> Vec<LeadRequest> {
    let sent = play.effects.iter().filter_map(|effect| match effect {
        Effect::LeadQuestion(request) => Some(request.clone()),
        _ => None,
    });
    sent.collect()
}

/// Returns the last question that was set, and its condition.
fn last_set(play: &TestApp) -> (QuestionSetting, QuestionGuard) {
    match requests(play).pop() {
        Some(LeadRequest::Set { setting, over }) => (*setting, over),
        other => panic!("{other:?} sets no question"),
    }
}

/// The room sees a question with these votes, which are public unless it is open.
fn seen(play: &mut TestApp, setting: &QuestionSetting, counts: [u64; 3]) {
    let is_open = setting.state == QuestionState::Open;
    let is_revealed = setting.state == QuestionState::Revealed;
    let asked = Question {
        id: "q1-0000".to_owned(),
        text: setting.text.clone(),
        choices: setting.choices.clone(),
        state: setting.state,
        round: setting.round,
        answered: counts.iter().sum(),
        people: 23,
        counts: (!is_open).then(|| counts.to_vec()),
        earlier: if is_open { Vec::new() } else { (1..setting.round).map(|_| vec![9, 6, 2]).collect() },
        right: setting.right.filter(|_| is_revealed),
        because: setting.because.clone().filter(|_| is_revealed),
    };
    play.event(Event::QuestionLed(LeadReport::Seen(Some(Box::new(asked)))));
}

/// The server has done what was asked for last, and calls it by this tag.
fn done(play: &mut TestApp, number: u64, counts: [u64; 3]) -> QuestionSetting {
    let (setting, _) = last_set(play);
    let led = LedSetting { etag: tag(number), value: setting.clone() };
    play.event(Event::QuestionLed(LeadReport::Done(Ok(Some(Box::new(led))))));
    seen(play, &setting, counts);
    setting
}

const TEXT: &str = "Bob saves with an old tag. Which status?";

/// Types a question with three choices, and leaves the keys in the last line.
fn fill_in(play: &mut TestApp) {
    play.types("q");
    for line in [TEXT, "200", "409", "412", "", "3"] {
        play.types(line).code(KeyCode::Enter);
    }
    play.types("The tag is old.");
}

/// Returns a room that was asked, in which 17 of 23 have answered.
fn asked(size: (u16, u16)) -> TestApp {
    let mut play = room_of_three(size);
    fill_in(&mut play);
    play.code(KeyCode::Enter);
    done(&mut play, 1, [9, 6, 2]);
    play
}

/// Returns the form of a room, filled in.
pub(crate) fn form(size: (u16, u16)) -> TestApp {
    let mut play = room_of_three(size);
    fill_in(&mut play);
    play
}

/// Returns the room that was asked, without the leader in the question.
pub(crate) fn open(size: (u16, u16)) -> TestApp {
    asked(size)
}

/// Returns the votes of the second round beside the first, with the leader in the question.
pub(crate) fn shown(size: (u16, u16)) -> TestApp {
    let mut play = asked(size);
    play.types("qs");
    done(&mut play, 2, [9, 6, 2]);
    play.types("v");
    done(&mut play, 3, [0, 0, 0]);
    play.types("s");
    done(&mut play, 4, [2, 3, 15]);
    play
}

#[test]
fn form_asks_the_room_and_the_votes_stay_hidden() {
    for size @ (width, height) in SIZES {
        let mut play = asked(size);
        // In a low terminal, the whole note covers the question until the next key.
        play.shows(width, height, "the room is asked");
        play.code(KeyCode::Down);
        let (setting, over) = last_set(&play);
        assert_eq!(over, QuestionGuard::Nothing, "it is the first question");
        assert_eq!((setting.text.as_str(), setting.right), (TEXT, Some(3)));
        assert_eq!((setting.choices.len(), setting.because.as_deref()), (3, Some("The tag is old.")));
        let screen = play.shows(width, height, "17 of 23 have answered").text();
        assert!(!screen.contains("▇ 9") && !screen.contains("▇▇") && screen.contains("q leads it"), "{screen}");
        assert!(!screen.contains("The tag is old"), "the room sees this screen: {screen}");
    }
}

#[test]
fn each_change_of_a_question_names_the_tag_that_was_seen() {
    let mut play = asked((120, 40));
    let guards = |play: &TestApp| -> Vec<_> {
        let sets = requests(play).into_iter().filter_map(|request| match request {
            LeadRequest::Set { setting, over } => Some((setting.state, setting.round, over)),
            _ => None,
        });
        sets.skip(1).collect()
    };
    play.types("qv").shows(120, 40, "not now: the room is voting");
    play.types("s");
    done(&mut play, 2, [9, 6, 2]);
    play.shows(120, 40, "every screen shows the votes now").rows();
    play.shows(120, 40, "▇ 9");
    play.types("v");
    done(&mut play, 3, [0, 0, 0]);
    play.shows(120, 40, "the room votes again");
    play.hides(120, 40, "▇ 9");
    play.types("s");
    done(&mut play, 4, [2, 3, 15]);
    play.shows(120, 40, "round 1").rows();
    play.types("w");
    done(&mut play, 5, [2, 3, 15]);
    play.shows(120, 40, "✓ 412").rows();
    play.shows(120, 40, "The tag is old.");
    let over = |number| QuestionGuard::Tag(tag(number));
    let expected = [
        (QuestionState::Shown, 1, over(1)),
        (QuestionState::Open, 2, over(2)),
        (QuestionState::Shown, 2, over(3)),
        (QuestionState::Revealed, 2, over(4)),
    ];
    assert_eq!(guards(&play), expected);
    play.types("w").shows(120, 40, "not now: the answer is revealed");
}

#[test]
fn question_of_another_leader_is_read_before_it_is_changed() {
    let mut play = empty_room((80, 24));
    let setting = QuestionSetting { right: Some(2), ..QuestionSetting::new("Which?", &["428", "412", "409"]) };
    seen(&mut play, &setting, [1, 0, 0]);
    assert_eq!(requests(&play), [LeadRequest::Read]);
    play.shows(80, 24, "1 of 23 have answered");
    // The key waits for the tag.
    play.types("qs");
    assert_eq!(requests(&play).len(), 1);
    let led = LedSetting { etag: tag(7), value: setting };
    play.event(Event::QuestionLed(LeadReport::Done(Ok(Some(Box::new(led))))));
    let (changed, over) = last_set(&play);
    assert_eq!((changed.state, changed.right, over), (QuestionState::Shown, Some(2), QuestionGuard::Tag(tag(7))));
}

#[test]
fn second_leader_gets_a_412_and_the_newer_question() {
    let mut play = asked((120, 40));
    play.types("qs");
    let other =
        QuestionSetting { state: QuestionState::Shown, ..QuestionSetting::new("Other\x1b[2J?", &["a", "b", "c"]) };
    let now = LedSetting { etag: tag(9), value: other };
    let report = LeadReport::Done(Err(LeadFailure::Overtaken(Some(Box::new(now)))));
    let screen = play.event(Event::QuestionLed(report)).shows(120, 40, "412, nothing was done: another leader").text();
    assert!(screen.contains("Other") && screen.contains("the votes: "), "{screen}");
    assert!(!screen.contains('\x1b') && !screen.contains(TEXT), "{screen}");
    play.types("v");
    assert_eq!(last_set(&play).1, QuestionGuard::Tag(tag(9)), "the next change is about what is shown now");
}

#[test]
fn question_that_is_changed_while_it_is_read_is_not_overwritten() {
    let mut play = empty_room((120, 40));
    let open = QuestionSetting::new("Which?", &["428", "412", "409"]);
    seen(&mut play, &open, [1, 0, 0]);
    play.types("qs");
    let revealed = QuestionSetting { state: QuestionState::Revealed, ..open };
    let led = LedSetting { etag: tag(7), value: revealed };
    play.event(Event::QuestionLed(LeadReport::Done(Ok(Some(Box::new(led))))));
    assert_eq!(requests(&play), [LeadRequest::Read], "the leader saw an open question");
    play.shows(120, 40, "another leader was faster");
}

#[test]
fn refused_question_stays_in_the_form_with_the_reason() {
    for size @ (width, height) in SIZES {
        let mut play = form(size);
        play.code(KeyCode::Enter);
        let why = LeadFailure::Failed("no\x1b route".to_owned());
        play.event(Event::QuestionLed(LeadReport::Done(Err(why))));
        let screen = play.shows(width, height, "the question is as it was").text();
        assert!(screen.contains("The tag is old.") && !screen.contains('\x1b'), "{screen}");
        // It can be sent again.
        play.code(KeyCode::Enter);
        assert_eq!(requests(&play).len(), 2);
    }
}

#[test]
fn escape_keeps_what_is_typed_and_asking_empties_the_form() {
    let mut play = room_of_three((80, 24));
    play.types("qWhich?").code(KeyCode::Esc).hides(80, 24, "ask the room");
    play.types("q").shows(80, 24, "question: Which?");
    play.code(KeyCode::Esc);
    let mut play = asked((80, 24));
    play.types("qn").shows(80, 24, "ask another question in its place");
    play.hides(80, 24, "question: Bob");
}

#[test]
fn error_in_the_form_names_the_line_at_each_size() {
    for size @ (width, height) in SIZES {
        let mut play = room_of_three(size);
        play.types("qWhich?").ctrl('s').shows(width, height, "a question has 2 to 6 choices");
        play.types("same").code(KeyCode::Enter).types("same").ctrl('s');
        play.shows(width, height, "choices 1 and 2 are the same");
        assert!(requests(&play).is_empty());
        play.types(" not").ctrl('s');
        assert_eq!(last_set(&play).0.choices, ["same", "same not"]);
    }
}

#[test]
fn withdrawal_is_asked_for_and_leaves_no_question() {
    let mut play = asked((80, 24));
    play.types("qx").shows(80, 24, "Its 17 answers are");
    play.code(KeyCode::Esc);
    assert_eq!(requests(&play).len(), 1, "Escape withdraws nothing");
    play.types("x").code(KeyCode::Enter);
    assert_eq!(requests(&play).pop(), Some(LeadRequest::Withdraw(QuestionGuard::Tag(tag(1)))));
    play.event(Event::QuestionLed(LeadReport::Done(Ok(None))));
    play.event(Event::QuestionLed(LeadReport::Seen(None))).shows(80, 24, "the question is gone from every screen");
    play.types("x").shows(80, 24, "not now: no question is asked");
    play.types("q").hides(80, 24, "have answered");
}

#[test]
fn question_that_was_withdrawn_during_an_outage_is_gone() {
    let mut play = asked((80, 24));
    play.event(Event::QuestionLed(LeadReport::Unreachable("no route".to_owned())));
    play.shows(80, 24, "this may be outdated: no route");
    play.event(Event::QuestionLed(LeadReport::Reachable));
    assert_eq!(requests(&play).pop(), Some(LeadRequest::Read));
    play.event(Event::QuestionLed(LeadReport::Done(Ok(None)))).hides(80, 24, "have answered");
}

#[test]
fn answer_without_a_right_choice_is_not_revealed() {
    let mut play = room_of_three((80, 24));
    play.types("q");
    for line in ["Which?", "a", "b"] {
        play.types(line).code(KeyCode::Enter);
    }
    play.ctrl('s');
    done(&mut play, 1, [1, 1, 0]);
    play.types("qw").shows(80, 24, "not now: the question has no right choice: n asks another one");
}
