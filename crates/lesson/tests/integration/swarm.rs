//! Simulated writers in a lesson: their steps, claims about their runs, and captions that quote them.

use lesson::SwarmResult;
use lesson::player::{Cue, InstructorTask, Observation, Player};
use lesson::run_log::{CheckResult, LogEntry};
use lesson::script::SwarmTask;
use lesson::transcript::{TranscriptFormat, write};

const HEAD: &str = "title = \"T\"\ngoal = \"G\"\nminutes = 5\ntick = \"0 s\"\n[documents.a]\ncontent = \"x\"\n";
const SWARM: &str = "[[step]]\nswarm = \"b\"\nwriters = [2, 8]\nstrategy = \"retry\"\nseed = 3\n";

fn player(steps: &str) -> Player {
    Player::new(lesson::read("mine.toml", &format!("{HEAD}{steps}")).unwrap_or_else(|faults| panic!("{faults}")).into())
}

/// Returns the messages of the faults in steps.
fn faults(steps: &str) -> Vec<String> {
    let faults = lesson::read("mine.toml", &format!("{HEAD}{steps}")).expect_err("something is wrong");
    faults.diagnostics.into_iter().map(|fault| fault.message).collect()
}

/// Returns the runs that a scene asks for.
fn tasks(cues: Vec<Cue>) -> Vec<SwarmTask> {
    let task = |cue| match cue {
        Cue::Instruct(InstructorTask::Swarm(task)) => Some(task),
        _ => None,
    };
    cues.into_iter().filter_map(task).collect()
}

/// Returns a result with these requests for each edit, in a second for each writer.
fn result(task: SwarmTask, requests_per_edit: usize) -> SwarmResult {
    let acknowledged = task.writers * task.edits;
    SwarmResult {
        acknowledged,
        lost: 0,
        unacknowledged: 0,
        precondition_failed: acknowledged * (requests_per_edit - 1),
        precondition_required: 0,
        requests: acknowledged * requests_per_edit,
        duration_ms: 1000 * u64::try_from(task.writers).unwrap(),
        median_ms: 100,
        slowest_ms: 2500,
        task,
    }
}

/// Plays a step with writers, whose edits cost 2 and 6 requests, and returns its checks.
fn judged(claim: &str) -> (Player, Vec<CheckResult>) {
    let mut player = player(&format!("{SWARM}[[step]]\n{claim}"));
    player.step();
    let tasks = tasks(player.step().unwrap().cues);
    for (task, requests_per_edit) in tasks.into_iter().zip([2, 6]) {
        player.observe(Observation::Swarm(Box::new(result(task, requests_per_edit))));
    }
    let checks = player.judge();
    (player, checks)
}

#[test]
fn list_of_writers_is_a_run_for_each() {
    let mut player = player(SWARM);
    player.step();
    let scene = player.step().unwrap();
    assert_eq!(scene.caption, "2 to 8 simulated writers (retry, no backoff)");
    let tasks = tasks(scene.cues);
    let runs: Vec<_> = tasks.iter().map(|task| (task.writers, task.edits, task.seed)).collect();
    assert_eq!(runs, [(2, 1, 3), (8, 1, 3)]);
    let begun = player.run_log().entries.iter().any(|entry| matches!(entry, LogEntry::SwarmBegun { .. }));
    assert!(begun, "the log says what is simulated");
}

#[test]
fn claim_is_about_the_run_that_it_describes() {
    for (claim, holds) in [
        ("measure = \"requests-per-edit\"\nof = { writers = 8 }\nat_least = 6\nat_most = 6", true),
        ("measure = \"requests-per-edit\"\nof = { writers = 2 }\nat_least = 6", false),
        ("measure = \"requests-per-edit\"\nof = { writers = 8 }\nthan = { writers = 2 }\nat_least = 3", true),
        ("measure = \"requests-per-edit\"\nof = { writers = 8 }\nthan = { writers = 2 }\nat_least = 4", false),
        ("measure = \"requests\"\nof = { writers = 8 }\nthan = { writers = 2 }\nat_most = 11", false),
        ("measure = \"requests\"\nof = { writers = 8, backoff = \"none\" }\nat_least = 48\nat_most = 48", true),
        ("measure = \"requests\"\nof = { writers = 8, backoff = \"full-jitter\" }\nat_least = 0", false),
        ("measure = \"requests\"\nof = { writers = 8, strategy = \"merge\" }\nat_least = 0", false),
        ("measure = \"lost\"\nof = { writers = 8 }\nat_most = 0", true),
        ("measure = \"slowest-per-median\"\nof = { writers = 8 }\nat_least = 25", true),
    ] {
        let (_, checks) = judged(claim);
        assert_eq!(checks.iter().all(CheckResult::holds), holds, "{claim}: {checks:?}");
        assert_eq!(checks.len(), 1, "{claim}");
    }
}

#[test]
fn caption_quotes_the_run() {
    let claim = "measure = \"requests\"\nof = { writers = 8 }\nthan = { writers = 2 }\nat_least = 2\n\
                 caption = \"{of}, not {than}: {times} times\"\n";
    let (player, checks) = judged(claim);
    assert_eq!(checks[0].caption, "48, not 4: 12.0 times");
    let log = player.into_run_log();
    for format in [TranscriptFormat::Text, TranscriptFormat::Markdown, TranscriptFormat::Jsonl] {
        let text = write(&log, format);
        assert!(text.contains("48, not 4: 12.0 times"), "{text}");
    }
    let page = write(&log, TranscriptFormat::Markdown);
    assert!(page.contains("| 8 | 1.0 | 48 | 6.0 | 83 % | 100 ms | 2.5 s | 0 |\n\n"), "{page}");
    let text = write(&log, TranscriptFormat::Text);
    assert!(text.contains("Real requests to this lesson's server") && text.contains("8 writers: 8 edits"), "{text}");
}

/// A claim about a run that was not made is false, and says so.
#[test]
fn claim_without_its_run_fails() {
    let (_, checks) = judged("measure = \"lost\"\nof = { writers = 3 }\nat_most = 0");
    assert_eq!(checks[0].claims[0].came.as_deref(), Some("no such run"));
}

#[test]
fn faults_of_simulated_writers_are_reported() {
    let one = |steps: &str, piece: &str| {
        let faults = faults(steps);
        assert!(faults.len() == 1 && faults[0].contains(piece), "{steps}: {faults:?}");
    };
    one("[[step]]\nswarm = \"b\"\n", "needs 'writers'");
    one("[[step]]\nswarm = \"b\"\nwriters = 101\n", "'writers' cannot be more than 100");
    one("[[step]]\nswarm = \"b\"\nwriters = []\n", "a list of 1 to 12 numbers");
    one("[[step]]\nswarm = \"b\"\nwriters = 1\nedits = 21\n", "'edits' cannot be more than 20");
    one("[[step]]\nswarm = \"b\"\nwriters = 1\nthink = \"2 min\"\n", "'think' cannot be more than 60 s");
    one("[[step]]\nswarm = \"b\"\nwriters = 1\nbackoff = \"jitter\"\n", "'backoff' cannot be 'jitter'");
    one("[[step]]\nswarm = \"a\"\nwriters = 1\n", "simulated writers have a document of their own");
    one("[[step]]\nhold = \"writes\"\n[[step]]\nswarm = \"b\"\nwriters = 1\n", "requests are held");
    let open = "[[step]]\nhold = \"writes\"\n[[step]]\nhold = \"none\"\n[[step]]\nswarm = \"b\"\nwriters = 1\n";
    assert!(lesson::read("mine.toml", &format!("{HEAD}{open}")).is_ok());
    let claim = |claim: &str| format!("{SWARM}[[step]]\n{claim}\n");
    one(&claim("measure = \"lost\"\nof = { writers = 8 }"), "needs 'at_least' or 'at_most'");
    one(&claim("measure = \"medain\"\nof = { writers = 8 }\nat_most = 0"), "did you mean 'median'?");
    one(&claim("measure = \"lost\"\nat_most = 0"), "needs 'of'");
    one(&claim("measure = \"lost\"\nof = { writers = 8, seed = 1 }\nat_most = 0"), "'seed' is not a key");
    one("[[step]]\nwho = \"writer-1\"\nsends = \"GET /api/documents\"\n", "those of simulated writers");
}
