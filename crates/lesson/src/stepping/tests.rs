//! Tests of the turns: waiting, releasing, the goal of a level, and steps played in it.

use contract::{Document, Message, Timestamp, Version};

use super::*;
use crate::player::GoalClaimState;
use crate::run_log::{EditorView, LogEntry};
use crate::script::EditorAction;

const LESSON: &str = r#"
title = "A save"
goal = "You have seen one."
minutes = 1
[documents.note]
content = "one"
[[step]]
hold = "writes"
[[step]]
release = "Alice"
"#;

fn alice() -> Author {
    "Alice".parse().unwrap()
}

fn stepping() -> Stepping {
    let lesson = crate::read("mine.toml", LESSON).unwrap_or_else(|faults| panic!("{faults}"));
    Stepping::new(Player::new(lesson.into()))
}

fn departure() -> Exchange {
    Exchange {
        number: 7,
        author: Some(alice()),
        client_address: None,
        server: None,
        received: Timestamp::default(),
        judged: None,
        answered: None,
        method: "GET".to_owned(),
        target: "/api/documents/note".to_owned(),
        request: Message::default(),
        status: None,
        response: None,
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    }
}

fn log(stepping: &Stepping) -> &[LogEntry] {
    &stepping.player().run_log().entries
}

#[test]
fn next_cue_waits_until_the_request_is_held_or_ended() {
    let mut stepping = stepping();
    assert_eq!(stepping.next_turn(), StepTurn::Rest, "the driver begins a step");
    assert!(stepping.begin_step());
    assert!(matches!(stepping.next_turn(), StepTurn::Cue(Cue::Perform { .. })));
    stepping.on_sent(alice());
    stepping.wait_for(alice());
    stepping.on_exchange(departure());
    assert_eq!(stepping.next_turn(), StepTurn::Wait);
    stepping.on_held(&alice(), RequestProgress::AtGate(31));
    assert_eq!(stepping.next_turn(), StepTurn::View(alice()));
    assert!(matches!(stepping.next_turn(), StepTurn::Cue(Cue::Perform { .. })), "Bob opens the document");
    assert_eq!((stepping.next_turn(), stepping.next_turn()), (StepTurn::StepOver, StepTurn::Rest));
    assert!(!stepping.is_in_step() && stepping.has_request_of(&alice()));
}

const LEVEL: &str = r#"
[[step]]
your_turn = "Get two lines in."
goal = [ { document = "note", has = "two", versions = 1 }, { expect = "Alice", status = 200 }, { editor = "Bob", state = "clean" } ]
par = 1
hint = "Save."
wrong_because = "It saves nothing."
[[step.offers]]
who = "Dora"
sends = "GET /api/documents/note"
[[step.solution]]
who = "Alice"
does = "save"
[[step.wrong_path]]
hold = "none"
"#;

/// Returns an engine in a level, and the turns of its opening scene.
fn in_level() -> (Stepping, Vec<StepTurn>) {
    in_this_level(LEVEL)
}

fn in_this_level(level: &str) -> (Stepping, Vec<StepTurn>) {
    let lesson = crate::read("mine.toml", &format!("{LESSON}{level}")).unwrap_or_else(|faults| panic!("{faults}"));
    let mut stepping = Stepping::new(Player::new(lesson.into()));
    let mut turns = Vec::new();
    while !stepping.player().is_in_level() {
        turns.clear();
        assert!(stepping.begin_step());
        while !matches!(turns.last(), Some(StepTurn::Rest)) {
            turns.push(take_turn(&mut stepping, "one", 1));
        }
    }
    (stepping, turns)
}

fn version(number: u64, author: &str) -> Version {
    Version {
        version: number,
        etag: format!("\"v{number}\"").parse().unwrap(),
        author: author.parse().unwrap(),
        at: Timestamp::default(),
        parent_etag: None,
        based_on: None,
        deleted: false,
    }
}

/// Takes the next turn; a look finds a document with this text and so many versions.
fn take_turn(stepping: &mut Stepping, content: &str, versions: u64) -> StepTurn {
    let turn = stepping.next_turn();
    if let StepTurn::Cue(Cue::Instruct(InstructorTask::Look(id))) = &turn {
        let document = Document { title: String::new(), content: content.to_owned(), parent: None };
        stepping.begin_instruction();
        stepping.on_instructed(Some(Observation::Document {
            id: id.clone(),
            document: Some(document),
            versions: (1..=versions).map(|number| version(number, "Alice")).collect(),
        }));
    }
    turn
}

fn rest_of_turns(stepping: &mut Stepping, content: &str, versions: u64) -> Vec<StepTurn> {
    let mut turns = Vec::new();
    while !matches!(turns.last(), Some(StepTurn::Rest)) {
        turns.push(take_turn(stepping, content, versions));
    }
    turns
}

fn look() -> StepTurn {
    StepTurn::Cue(Cue::Instruct(InstructorTask::Look("note".parse().unwrap())))
}

fn not_yet() -> StepTurn {
    StepTurn::GoalJudged { is_reached_now: false }
}

#[test]
fn goal_is_judged_when_the_level_begins_and_after_each_exchange() {
    let (mut stepping, opening) = in_level();
    let bob = StepTurn::View("Bob".parse().unwrap());
    let (looks, over) = ([look(), bob.clone(), not_yet()], [StepTurn::StepOver, StepTurn::Rest]);
    assert_eq!(opening[2..], [looks.to_vec(), over.to_vec()].concat(), "after the clock and the task");
    let attempt = |stepping: &Stepping| stepping.player().attempt().unwrap().clone();
    let holds = |stepping: &Stepping| attempt(stepping).goal().iter().map(CheckResult::holds).collect::<Vec<_>>();
    assert_eq!((attempt(&stepping).requests(), holds(&stepping)), (0, vec![false, false, false]));
    assert_eq!(stepping.next_turn(), StepTurn::Rest, "nothing has happened since");

    stepping.on_exchange(departure());
    assert_eq!(stepping.next_turn(), StepTurn::Rest, "the exchange has not ended");
    let before = log(&stepping).len();
    stepping.on_exchange(Exchange { status: Some(200), ..departure() });
    let tick = StepTurn::Cue(Cue::Tick(1000));
    assert_eq!(rest_of_turns(&mut stepping, "two", 2), [tick, look(), bob, not_yet(), StepTurn::Rest]);
    assert_eq!((attempt(&stepping).requests(), holds(&stepping)), (1, vec![true, true, false]));
    assert_eq!(log(&stepping).len(), before + 1, "looks for the goal are not in the log");
}

#[test]
fn reached_goal_is_reported_once_and_stays_reached() {
    let (mut stepping, _) = in_level();
    let clean = EditorView { state: "clean".to_owned(), ..EditorView::default() };
    stepping.observe(Observation::Editor { who: "Bob".parse().unwrap(), view: clean });
    for (content, is_reached_now) in [("two", true), ("two", false), ("one", false)] {
        stepping.on_exchange(departure());
        stepping.on_exchange(Exchange { status: Some(200), ..departure() });
        let turns = rest_of_turns(&mut stepping, content, 2);
        assert!(turns.contains(&StepTurn::GoalJudged { is_reached_now }), "{content}: {turns:?}");
        assert_eq!(stepping.player().attempt().unwrap().reached(), Some(1));
    }
    let reached = |entry: &&LogEntry| matches!(entry, LogEntry::GoalReached { requests: 1, par: 1 });
    assert_eq!(log(&stepping).iter().filter(reached).count(), 1);
}

/// Returns the claims of the goal after an exchange that left this text and so many versions.
fn claims_after(stepping: &mut Stepping, content: &str, versions: u64) -> Vec<(String, GoalClaimState)> {
    stepping.on_exchange(departure());
    stepping.on_exchange(Exchange { status: Some(200), ..departure() });
    rest_of_turns(stepping, content, versions);
    let claims = stepping.player().attempt().unwrap().claims().iter();
    claims.map(|claim| (claim.words.clone(), claim.state)).collect()
}

#[test]
fn each_claim_of_the_goal_has_its_own_state() {
    use GoalClaimState::{Met, Open, OutOfReach};
    let states = |claims: Vec<(String, GoalClaimState)>| claims.into_iter().map(|(_, state)| state).collect::<Vec<_>>();
    let (mut stepping, _) = in_level();
    let words = ["has \"two\"", "1 new version", "Alice gets 200", "Bob's editor is 'clean'"];
    let claims = claims_after(&mut stepping, "one", 1);
    assert_eq!(claims.iter().map(|(words, _)| words.as_str()).collect::<Vec<_>>(), words);
    assert_eq!(states(claims), [Open, Open, Met, Open]);
    assert!(!stepping.player().attempt().unwrap().is_out_of_reach());
    assert_eq!(states(claims_after(&mut stepping, "two", 2)), [Met, Met, Met, Open]);

    // The only new version that the goal allows has another text.
    let (mut stepping, _) = in_level();
    assert_eq!(states(claims_after(&mut stepping, "three", 2)), [OutOfReach, Met, Met, Open]);
    assert!(stepping.player().attempt().unwrap().is_out_of_reach());
    assert_eq!(states(claims_after(&mut stepping, "two", 3)), [Met, OutOfReach, Met, Open]);
}

#[test]
fn counts_that_only_grow_put_a_goal_out_of_reach() {
    let goal = LEVEL.replace("has = \"two\", versions = 1", "overwritten = 0, gaps = 0, caption = \"nothing is lost\"");
    let (mut stepping, _) = in_this_level(&goal);
    assert_eq!(claims_after(&mut stepping, "two", 2)[0], ("nothing is lost".to_owned(), GoalClaimState::Met));
    // Bob has never been shown Alice's version.
    stepping.on_exchange(Exchange { status: Some(200), ..departure() });
    while !matches!(stepping.next_turn(), StepTurn::Cue(Cue::Instruct(InstructorTask::Look(_)))) {}
    stepping.begin_instruction();
    let versions = [(1, "Alice"), (2, "Alice"), (3, "Bob")].map(|(number, author)| version(number, author)).into();
    let id = "note".parse().unwrap();
    stepping.on_instructed(Some(Observation::Document { id, document: None, versions }));
    while !matches!(stepping.next_turn(), StepTurn::Rest) {}
    let lost = |stepping: &Stepping| stepping.player().attempt().unwrap().claims()[0].state;
    assert_eq!(lost(&stepping), GoalClaimState::OutOfReach);
    // He reads it afterwards, which does not bring it back.
    let fields = vec![("ETag".to_owned(), "\"v2\"".to_owned())];
    let response = Message { fields, body: r#"{"content":""}"#.to_owned(), cut: false };
    let (author, status) = (Some("Bob".parse().unwrap()), Some(200));
    stepping.on_exchange(Exchange { author, status, response: Some(response), ..departure() });
    rest_of_turns(&mut stepping, "two", 3);
    assert_eq!(lost(&stepping), GoalClaimState::OutOfReach);
}

#[test]
fn editors_open_the_document_of_the_level_before_requests_count() {
    let other =
        LEVEL.replace("document = \"note\"", "document = \"other\"").replace("documents/note", "documents/other");
    let (stepping, turns) = in_this_level(&format!("[documents.other]\ncontent = \"one\"\n{other}"));
    let opened = turns.iter().filter_map(|turn| match turn {
        StepTurn::Cue(Cue::Perform { who, action: EditorAction::Open(id) }) => Some(format!("{who} opens {id}")),
        _ => None,
    });
    // Alice acts in the solution, so her editor is left as it is.
    assert_eq!(opened.collect::<Vec<_>>(), ["Bob opens other"]);
    assert_eq!(stepping.player().attempt().unwrap().requests(), 0);
    let is_open = |turn: &StepTurn| matches!(turn, StepTurn::Cue(Cue::Perform { .. }));
    let begins = |turn: &StepTurn| matches!(turn, StepTurn::Cue(Cue::YourTurn(_)));
    assert!(turns.iter().position(is_open) < turns.iter().position(begins));
    let (_, turns) = in_level();
    assert!(!turns.iter().any(is_open), "everyone has the level's document open already");
}

#[test]
fn exchange_that_ends_during_a_look_is_followed_by_another_look() {
    let (mut stepping, _) = in_level();
    let end = |stepping: &mut Stepping| stepping.on_exchange(Exchange { status: Some(200), ..departure() });
    end(&mut stepping);
    assert_eq!(stepping.next_turn(), StepTurn::Cue(Cue::Tick(1000)));
    end(&mut stepping);
    let turns = rest_of_turns(&mut stepping, "one", 1);
    assert_eq!(turns.iter().filter(|turn| **turn == not_yet()).count(), 2, "{turns:?}");
}

#[test]
fn steps_and_offers_are_played_in_a_level_only() {
    let mut outside = stepping();
    outside.play_in_level(Vec::new());
    assert!(!outside.begin_level_step() && !outside.send_offer(0));
    let (mut stepping, _) = in_level();
    let solution = stepping.player().lesson().level().unwrap().solution.clone();
    stepping.play_in_level(solution);
    assert_eq!(stepping.level_steps_left(), 1);
    assert!(stepping.begin_level_step() && !stepping.begin_level_step());
    assert!(matches!(stepping.next_turn(), StepTurn::Cue(Cue::Perform { .. })));
    assert!(!stepping.send_offer(0), "a step is being played");
    assert_eq!((stepping.next_turn(), stepping.next_turn()), (StepTurn::StepOver, StepTurn::Rest));
    assert!(!stepping.send_offer(1), "there is one offer");
    assert!(stepping.send_offer(0));
    assert!(matches!(stepping.next_turn(), StepTurn::Cue(Cue::Send { .. })));
    stepping.on_sent("Dora".parse().unwrap());
    assert_eq!((stepping.next_turn(), stepping.next_turn()), (StepTurn::StepOver, StepTurn::Rest));
    assert!(!stepping.send_offer(0), "Dora waits for a response");
    assert!(stepping.begin_step() && !stepping.player().is_in_level(), "the next step leaves the level");
}

#[test]
fn typing_in_a_level_does_not_take_the_lesson_over() {
    let (mut stepping, _) = in_level();
    stepping.diverge();
    assert_eq!(stepping.player().diverged_at(), None);
}

#[test]
fn next_cue_waits_until_the_leader_is_done() {
    let mut stepping = stepping();
    stepping.begin_instruction();
    assert_eq!(stepping.next_turn(), StepTurn::Wait);
    stepping.on_instructed(None);
    assert_eq!(stepping.next_turn(), StepTurn::Rest);
}

#[test]
fn only_a_held_request_is_released() {
    let mut stepping = stepping();
    assert_eq!(stepping.release(&alice()), None);
    assert!(matches!(log(&stepping), [LogEntry::Off { .. }]));
    stepping.on_sent(alice());
    assert_eq!(stepping.release(&alice()), None, "it is on its way");
    stepping.on_held(&alice(), RequestProgress::AtWriteGate);
    stepping.on_held(&alice(), RequestProgress::AtGate(31));
    assert_eq!(stepping.release(&alice()), Some(RequestProgress::AtWriteGate), "the first report counts");
    assert!(matches!(log(&stepping).last(), Some(LogEntry::Released { .. })));
    assert_eq!(stepping.next_turn(), StepTurn::Wait);
    stepping.on_ended(&alice());
    assert_eq!(stepping.next_turn(), StepTurn::View(alice()));
}

#[test]
fn after_the_last_step_the_lesson_is_over() {
    let mut stepping = stepping();
    while stepping.begin_step() {
        while !matches!(stepping.next_turn(), StepTurn::Rest) {}
    }
    assert!(stepping.is_over());
    assert_eq!(stepping.next_turn(), StepTurn::Rest);
}
