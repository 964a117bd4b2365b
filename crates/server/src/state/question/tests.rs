//! The rules of questions, answers and rounds.

use proptest::prelude::*;

use super::*;

fn conditions(name: &str, value: &str) -> Conditions {
    Conditions::from_fields([(name, value.as_bytes())])
}

fn now() -> HttpDate {
    HttpDate::from_unix_seconds(1_795_323_611)
}

fn name(text: &str) -> Author {
    text.parse().unwrap()
}

fn choice(choice: u8) -> QuestionAnswer {
    QuestionAnswer { choice, id: None }
}

/// Asks, or changes the question with its current tag.
fn set(cell: &QuestionCell, setting: &QuestionSetting) -> SettingOutcome {
    let condition = match cell.setting() {
        Some((_, etag)) => conditions("if-match", &etag.to_string()),
        None => conditions("if-none-match", "*"),
    };
    cell.replace(&condition, now(), setting.clone())
}

#[track_caller]
fn asked(setting: &QuestionSetting) -> QuestionCell {
    let cell = QuestionCell::default();
    assert!(matches!(set(&cell, setting), SettingOutcome::Done { is_new: true, .. }));
    cell
}

fn seen(cell: &QuestionCell) -> Question {
    cell.view(|_| 0).unwrap()
}

#[test]
fn counts_are_hidden_until_they_are_shown() {
    let mut setting = QuestionSetting { right: Some(2), ..QuestionSetting::new("T", &["a", "b"]) };
    setting.because = Some("B".to_owned());
    let cell = asked(&setting);
    cell.answer(&name("sam"), &choice(2)).unwrap();
    let open = seen(&cell);
    assert_eq!((open.answered, open.counts, open.right, open.because), (1, None, None, None));
    setting.state = QuestionState::Shown;
    set(&cell, &setting);
    let shown = seen(&cell);
    assert_eq!((shown.counts, shown.right, shown.because), (Some(vec![0, 1]), None, None));
    setting.state = QuestionState::Revealed;
    set(&cell, &setting);
    let revealed = seen(&cell);
    assert_eq!((revealed.right, revealed.because.as_deref()), (Some(2), Some("B")));
}

#[test]
fn later_answer_replaces_the_earlier_one() {
    let mut setting = QuestionSetting::new("T", &["a", "b", "c"]);
    let cell = asked(&setting);
    for number in [1, 3, 2] {
        cell.answer(&name("sam"), &choice(number)).unwrap();
    }
    cell.answer(&name("ann"), &choice(2)).unwrap();
    setting.state = QuestionState::Shown;
    set(&cell, &setting);
    assert_eq!(seen(&cell).counts, Some(vec![0, 2, 0]));
}

#[test]
fn answer_needs_an_open_question_with_that_choice() {
    let cell = QuestionCell::default();
    let sam = name("sam");
    assert_eq!(cell.answer(&sam, &choice(1)), Err(AnswerError::NoQuestion));
    let mut setting = QuestionSetting::new("T", &["a", "b"]);
    set(&cell, &setting);
    for wrong in [0, 3, 255] {
        assert_eq!(cell.answer(&sam, &choice(wrong)), Err(AnswerError::NoSuchChoice { choices: 2 }));
    }
    let id = seen(&cell).id;
    let other = QuestionAnswer { choice: 1, id: Some("q0-0".to_owned()) };
    assert_eq!(cell.answer(&sam, &other), Err(AnswerError::OtherQuestion { id: id.clone() }));
    assert_eq!(cell.answer(&sam, &QuestionAnswer { choice: 1, id: Some(id) }), Ok(()));
    setting.state = QuestionState::Shown;
    set(&cell, &setting);
    assert_eq!(cell.answer(&sam, &choice(1)), Err(AnswerError::Closed));
}

#[test]
fn vote_again_keeps_the_first_round() {
    let mut setting = QuestionSetting::new("T", &["a", "b"]);
    let cell = asked(&setting);
    let first = seen(&cell).id;
    cell.answer(&name("sam"), &choice(1)).unwrap();
    (setting.state, setting.round) = (QuestionState::Open, 2);
    set(&cell, &setting);
    let open = seen(&cell);
    assert_eq!((open.id.clone(), open.round, open.answered, open.earlier), (first, 2, 0, vec![]));
    cell.answer(&name("sam"), &choice(2)).unwrap();
    setting.state = QuestionState::Shown;
    set(&cell, &setting);
    let shown = seen(&cell);
    assert_eq!((shown.counts, shown.earlier), (Some(vec![0, 1]), vec![vec![1, 0]]));
}

#[test]
fn round_is_the_current_one_or_the_next() {
    let mut setting = QuestionSetting { round: 2, ..QuestionSetting::new("T", &["a", "b"]) };
    let cell = QuestionCell::default();
    assert!(matches!(set(&cell, &setting), SettingOutcome::WrongRound { from: 1, to: 1 }));
    setting.round = 1;
    set(&cell, &setting);
    setting.round = 3;
    assert!(matches!(set(&cell, &setting), SettingOutcome::WrongRound { from: 1, to: 2 }));
    for round in 1..=MAX_ROUNDS {
        setting.round = round;
        assert!(matches!(set(&cell, &setting), SettingOutcome::Done { .. }), "{round}");
    }
    assert_eq!(cell.lock().earlier.len() + 1, MAX_ROUNDS as usize);
}

#[test]
fn other_text_is_a_new_question() {
    let cell = asked(&QuestionSetting::new("T", &["a", "b"]));
    let first = seen(&cell).id;
    cell.answer(&name("sam"), &choice(1)).unwrap();
    set(&cell, &QuestionSetting::new("T2", &["a", "b"]));
    let second = seen(&cell);
    assert!(second.id != first && second.answered == 0, "{second:?}");
}

#[test]
fn two_leaders_do_not_overwrite_each_other() {
    let setting = QuestionSetting::new("T", &["a", "b"]);
    let cell = asked(&setting);
    let (_, old) = cell.setting().unwrap();
    set(&cell, &QuestionSetting::new("T2", &["a", "b"]));
    let stale = cell.replace(&conditions("if-match", &old.to_string()), now(), setting.clone());
    assert!(matches!(stale, SettingOutcome::Refused(..)));
    let blind = cell.replace(&Conditions::default(), now(), setting.clone());
    assert!(matches!(blind, SettingOutcome::Refused(..)));
    let create = cell.replace(&conditions("if-none-match", "*"), now(), setting);
    assert!(matches!(create, SettingOutcome::Refused(..)));
    cell.withdraw(&conditions("if-match", &old.to_string()), now());
    let (_, etag) = cell.setting().unwrap();
    cell.withdraw(&conditions("if-match", &etag.to_string()), now());
    assert!(cell.setting().is_none() && cell.view(|_| 0).is_none());
}

#[test]
fn withdrawn_question_can_be_asked_again() {
    let setting = QuestionSetting::new("T", &["a", "b"]);
    let cell = asked(&setting);
    cell.answer(&name("sam"), &choice(1)).unwrap();
    let (_, etag) = cell.setting().unwrap();
    cell.withdraw(&conditions("if-match", &etag.to_string()), now());
    assert!(matches!(set(&cell, &setting), SettingOutcome::Done { is_new: true, .. }));
    assert_eq!(seen(&cell).answered, 0);
    assert_ne!(cell.setting().unwrap().1, etag);
}

#[derive(Debug, Clone)]
enum Step {
    Answer(u8, u8),
    State(QuestionState),
    VoteAgain,
    Forget(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u8..5, 1_u8..4).prop_map(|(who, choice)| Step::Answer(who, choice)),
        2 => prop_oneof![Just(QuestionState::Open), Just(QuestionState::Shown), Just(QuestionState::Revealed)]
            .prop_map(Step::State),
        1 => Just(Step::VoteAgain),
        1 => (0_u8..5).prop_map(Step::Forget),
    ]
}

proptest! {
    /// A model: the answers of the current round in a map, and the counts of the earlier ones.
    #[test]
    fn every_answer_is_counted_once_in_its_round(steps in proptest::collection::vec(step(), 0..40)) {
        let mut setting = QuestionSetting::new("T", &["a", "b", "c"]);
        let cell = asked(&setting);
        let mut model = std::collections::BTreeMap::new();
        let mut earlier = Vec::new();
        let counts = |model: &std::collections::BTreeMap<u8, u8>| -> Vec<u64> {
            (1..=3).map(|choice| model.values().filter(|chosen| **chosen == choice).count() as u64).collect()
        };
        for step in steps {
            match step {
                Step::Answer(who, number) => {
                    let done = cell.answer(&name(&format!("p{who}")), &choice(number));
                    prop_assert_eq!(done.is_ok(), setting.state == QuestionState::Open);
                    if done.is_ok() {
                        model.insert(who, number);
                    }
                }
                Step::State(state) => {
                    setting.state = state;
                    set(&cell, &setting);
                }
                Step::VoteAgain if setting.round < MAX_ROUNDS => {
                    (setting.state, setting.round) = (QuestionState::Open, setting.round + 1);
                    set(&cell, &setting);
                    earlier.push(counts(&model));
                    model.clear();
                }
                Step::VoteAgain => {}
                Step::Forget(who) => {
                    cell.forget_answers(&name(&format!("p{who}")));
                    model.remove(&who);
                }
            }
            let seen = seen(&cell);
            prop_assert_eq!(seen.answered, model.len() as u64);
            if setting.state == QuestionState::Open {
                prop_assert!(seen.counts.is_none() && seen.earlier.is_empty());
            } else {
                prop_assert_eq!((seen.counts, seen.earlier), (Some(counts(&model)), earlier.clone()));
            }
        }
    }
}
