//! Stepping through a lesson: cues, observations, claims, going back, and diverging.

use std::sync::Arc;

use contract::{Author, Document, Exchange, Message, Timestamp};
use lesson::Lesson;
use lesson::player::{Cue, InstructorTask, Observation, Player};
use lesson::run_log::CheckResult;
use lesson::script::{EditorAction, HoldPoint};
use lesson::transcript::{TranscriptFormat, write};
use precondition::policy::Preconditions;

fn lesson(steps: &str) -> Arc<Lesson> {
    let head = "title = \"T\"\ngoal = \"G\"\nminutes = 5\n[documents.a]\ncontent = \"x\"\n";
    Arc::new(lesson::read("t.toml", &format!("{head}{steps}")).unwrap_or_else(|faults| panic!("{faults}")))
}

fn who(name: &str) -> Author {
    name.parse().unwrap()
}

/// Returns an ended exchange with this number and author.
pub(crate) fn ended(
    number: u64,
    name: &str,
    method: &str,
    status: u16,
    fields: &[(&str, &str)],
    body: &str,
) -> Exchange {
    let spelled = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Exchange {
        number,
        author: Some(who(name)),
        client_address: None,
        server: None,
        received: Timestamp::from_millis(1000),
        judged: None,
        answered: Some(Timestamp::from_millis(2000)),
        method: method.to_owned(),
        target: "/api/documents/a".to_owned(),
        request: Message { fields: vec![("If-Match".to_owned(), "\"v1\"".to_owned())], ..Message::default() },
        status: Some(status),
        response: Some(Message { fields: spelled, body: body.to_owned(), ..Message::default() }),
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    }
}

/// Returns what came instead, for the first claim.
fn came(checks: &[CheckResult]) -> &str {
    checks[0].claims[0].came.as_deref().expect("the claim does not hold")
}

/// Steps to the scene with this number, and returns its cues.
fn cues(player: &mut Player, number: usize) -> Vec<Cue> {
    loop {
        let scene = player.step().expect("there is such a scene");
        if scene.step == number {
            return scene.cues;
        }
        player.judge();
    }
}

#[test]
fn scenes_come_in_order_with_an_opening_and_an_end() {
    let mut player =
        Player::new(lesson("[[step]]\nsay = \"one\"\n[[step]]\nwho = [\"Bob\", \"Alice\"]\ndoes = \"save\"\n"));
    let opening = player.step().unwrap();
    let opens = |name: &str| Cue::Perform { who: who(name), action: EditorAction::Open("a".parse().unwrap()) };
    assert_eq!((opening.step, opening.cues), (0, vec![opens("Alice"), opens("Bob")]));
    assert_eq!(player.step().unwrap().cues, [Cue::Say("one".to_owned())]);
    let acts = player.step().unwrap().cues;
    let order: Vec<&str> = acts
        .iter()
        .filter_map(|cue| match cue {
            Cue::Perform { who, .. } => Some(who.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!((order, &acts[0]), (vec!["Bob", "Alice"], &Cue::Tick(1000)), "the clock advances, then both act");
    assert_eq!(player.step().unwrap().cues, [Cue::Instruct(InstructorTask::Look("a".parse().unwrap()))]);
    assert_eq!((player.step(), player.position(), player.scenes()), (None, 4, 4));
}

#[test]
fn all_are_released_in_the_order_of_their_arrival() {
    let mut player = Player::new(lesson("[[step]]\nhold = \"writes\"\n[[step]]\nrelease = \"all\"\n"));
    assert_eq!(cues(&mut player, 1)[1], Cue::Instruct(InstructorTask::Hold(HoldPoint::Writes)));
    for name in ["Bob", "Alice"] {
        player.observe(Observation::Held { who: who(name), judged: false });
    }
    let released: Vec<Cue> = cues(&mut player, 2).split_off(1);
    let of = |name: &str| Cue::Release { who: who(name), lost: false };
    assert_eq!(released, [of("Bob"), of("Alice")]);
}

#[test]
fn placeholders_are_filled_in_from_observations() {
    let steps = "[[step]]\nwho = \"Dora\"\nsends = \"GET /api/documents/a\"\n[[step]]\nwho = \"Dora\"\n\
                 sends = \"PUT /api/documents/a\"\nfields = { If-Match = \"W/{Dora.ETag}\" }\nbody = '{\"x\": {Dora.body.n}}'\n";
    let mut player = Player::new(lesson(steps));
    cues(&mut player, 1);
    let answer = ended(1, "Dora", "GET", 200, &[("ETag", "\"v7\"")], r#"{"n": 3}"#);
    player.observe(Observation::Ended(Box::new(answer)));
    let sent = cues(&mut player, 2);
    let Cue::Send { request, .. } = &sent[1] else { panic!("{sent:?}") };
    assert_eq!(request.fields, [("If-Match".to_owned(), "W/\"v7\"".to_owned())]);
    assert_eq!(request.body.as_deref(), Some("{\"x\": 3}"));
}

#[test]
fn base_of_a_client_without_editor_outlasts_a_refusal() {
    let steps = "[[step]]\nwho = \"Dora\"\nsends = \"GET /api/documents/a\"\n[[step]]\nwho = \"Dora\"\n\
                 sends = \"DELETE /api/documents/a\"\nfields = { If-Match = \"{Dora.base}\" }\n";
    let mut player = Player::new(lesson(steps));
    cues(&mut player, 1);
    let text = r#"{"title": "a", "content": "x"}"#;
    for (number, status, tag, body) in [(1, 200, "\"v1\"", text), (2, 412, "\"v2\"", r#"{"reason": "stale"}"#)] {
        let answer = ended(number, "Dora", "GET", status, &[("ETag", tag)], body);
        player.observe(Observation::Ended(Box::new(answer)));
    }
    let sent = cues(&mut player, 2);
    let Cue::Send { request, .. } = &sent[1] else { panic!("{sent:?}") };
    assert_eq!(request.fields, [("If-Match".to_owned(), "\"v1\"".to_owned())]);
}

#[test]
fn placeholder_without_a_value_is_a_failed_claim() {
    let steps =
        "[[step]]\nwho = \"Dora\"\nsends = \"GET /api/documents/a\"\nfields = { If-None-Match = \"{Dora.ETag}\" }\n";
    let mut player = Player::new(lesson(steps));
    cues(&mut player, 1);
    let verdicts = player.judge();
    assert!(came(&verdicts).contains("{Dora.ETag}"), "{verdicts:?}");
}

#[test]
fn claim_about_a_response_holds_or_says_what_came() {
    let claims = [
        ("status = 412", true),
        ("status = 200", false),
        ("reason = \"stale\"", true),
        ("reason = \"deleted\"", false),
        ("lost = false", true),
        ("lost = true", false),
        ("fields = { ETag = \"\\\"v2\\\"\", Location = false }", true),
        ("fields = { ETag = \"\\\"v3\\\"\" }", false),
        ("fields = { ETag = false }", false),
        ("fields = { Location = true }", false),
        ("request = { If-Match = true }", true),
        ("request = { If-Match = \"{Bob.ETag}\" }", false),
        ("method = \"PUT\"\nstatus = 412", true),
        ("method = \"GET\"\nstatus = 412", false),
    ];
    for (claim, holds) in claims {
        let mut player = Player::new(lesson(&format!("[[step]]\nsay = \"x\"\n[[step]]\nexpect = \"Bob\"\n{claim}\n")));
        player.step();
        let answer = ended(1, "Bob", "PUT", 412, &[("ETag", "\"v2\"")], r#"{"reason": "stale"}"#);
        player.observe(Observation::Ended(Box::new(answer)));
        player.judge();
        player.step();
        let verdicts = player.judge();
        assert!(!verdicts.is_empty(), "{claim} makes no claim");
        assert_eq!(verdicts.iter().all(CheckResult::holds), holds, "{claim}: {verdicts:?}");
        assert!(verdicts.iter().all(|verdict| verdict.line == 8));
    }
}

#[test]
fn claim_about_a_document_holds_or_says_what_came() {
    let document = Document { title: "T".into(), content: "one\ntwo\n".into(), parent: None };
    let claims = [
        ("has = [\"one\", \"two\"]", true),
        ("has = \"three\"", false),
        ("lacks = \"three\"", true),
        ("lacks = \"one\"", false),
        ("content = \"one\\ntwo\\n\"", true),
        ("content = \"one\"", false),
        ("title = \"T\"", true),
        ("title = \"t\"", false),
        ("deleted = false", true),
        ("deleted = true", false),
        ("versions = 0", true),
        ("versions = 1", false),
        ("overwritten = 0", true),
        ("overwritten = 1", false),
        ("gaps = 1", false),
    ];
    for (claim, holds) in claims {
        let mut player = Player::new(lesson(&format!("[[step]]\nsay = \"x\"\n[[step]]\ndocument = \"a\"\n{claim}\n")));
        let look = Cue::Instruct(InstructorTask::Look("a".parse().unwrap()));
        assert_eq!(cues(&mut player, 1), [Cue::Say("x".to_owned()), look]);
        let (id, document) = ("a".parse().unwrap(), Some(document.clone()));
        player.observe(Observation::Document { id, document, versions: Vec::new() });
        let verdicts = player.judge();
        assert_eq!(verdicts.iter().all(CheckResult::holds), holds, "{claim}: {verdicts:?}");
    }
}

#[test]
fn unavailable_action_is_a_failed_claim() {
    let mut player = Player::new(lesson("[[step]]\nwho = \"Bob\"\ndoes = \"do-it-right\"\n"));
    cues(&mut player, 1);
    player.observe(Observation::Off { who: who("Bob"), why: "nothing is offered".into() });
    assert!(came(&player.judge()).contains("nothing is offered"));
}

#[test]
fn going_back_replays_the_lesson_to_the_previous_step() {
    let mut player = Player::new(lesson("[[step]]\nsay = \"one\"\n[[step]]\nsay = \"two\"\n"));
    for _ in 0..3 {
        player.step();
    }
    let (mut back, scenes) = player.stepped_back();
    assert_eq!((back.position(), scenes), (0, 2));
    for _ in 0..scenes {
        back.step();
    }
    assert_eq!(back.step().unwrap().cues, [Cue::Say("two".to_owned())]);
    assert_eq!(player.restarted().position(), 0);
}

#[test]
fn claims_after_a_divergence_are_not_checked() {
    let expects = "[[step]]\nsay = \"x\"\n[[step]]\nexpect = \"Bob\"\nstatus = 200\n";
    let steps = &expects.repeat(2);
    let mut player = Player::new(lesson(steps));
    cues(&mut player, 1);
    assert_eq!(player.judge().len(), 1, "no user has interfered yet, and the claim fails");
    player.diverge();
    assert_eq!((cues(&mut player, 2).len(), player.judge().len(), player.diverged_at()), (1, 0, Some(2)));
    assert_eq!(player.restarted().diverged_at(), None, "a new run has not diverged");
}

#[test]
fn policy_override_diverges_and_claims_nothing() {
    let steps = "[[step]]\npolicy = { preconditions = \"optional\", etags = \"content\" }\n[[step]]\nexpect = \"Bob\"\nstatus = 200\n";
    let plain = lesson("[[step]]\nsay = \"x\"\n[[step]]\nexpect = \"Bob\"\nstatus = 200\n");
    let mut take = Player::with_override(lesson(steps), Some(Preconditions::Ignored));
    assert_eq!(take.first_policy().preconditions, Preconditions::Ignored);
    let Cue::Instruct(InstructorTask::SetPolicy(policy)) = cues(&mut take, 1)[1] else { panic!("the policy is set") };
    assert_eq!((policy.preconditions, policy.etags.as_str()), (Preconditions::Ignored, "content"));
    assert_eq!(take.judge().len(), 0);
    let mut same = Player::with_override(plain, Some(Preconditions::Required));
    cues(&mut same, 1);
    assert_eq!(same.judge().len(), 1, "that is the lesson's own policy");
}

#[test]
fn another_take_is_marked_in_every_format_and_asks_nothing() {
    let steps = "[[step]]\nask = \"What comes?\"\nright = \"412\"\nbecause = \"So.\"\nwrong = { \"200\" = \"No.\" }\n";
    let own = Player::with_override(lesson(steps), Some(Preconditions::Required));
    assert_eq!((own.has_policy_override(), &own.run_log().policy_variant), (false, &None));
    let mut take = Player::with_override(lesson(steps), Some(Preconditions::Ignored));
    assert!(take.has_policy_override() && take.restarted().has_policy_override());
    assert_eq!(cues(&mut take, 1), [], "the right answer is about another policy");
    let line = "another take: under ignored instead of required; the lesson's text was written for required";
    for format in [
        TranscriptFormat::Text,
        TranscriptFormat::Markdown,
        TranscriptFormat::Mermaid,
        TranscriptFormat::Har,
        TranscriptFormat::Jsonl,
    ] {
        let transcript = write(take.run_log(), format).replace("#59;", ";");
        assert!(transcript.contains(line) && !transcript.contains("What comes?"), "{format:?}: {transcript}");
    }
    assert!(write(take.run_log(), TranscriptFormat::Svg).contains("another take: under ignored instead of required"));
    let changes = "[[step]]\npolicy = { preconditions = \"optional\" }\n";
    let said = Player::with_override(lesson(changes), Some(Preconditions::Required)).into_run_log().policy_variant;
    assert!(said.unwrap().contains("instead of required and then optional"));
}
