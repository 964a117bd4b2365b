//! The rounds: each plays one story, and shortens it as far as possible if a promise is broken.
#![cfg(test)]

use std::cell::RefCell;
use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use tokio::runtime::{Builder, Runtime};

use super::counts::Counts;
use super::play::Play;
use super::sessions::lessons;
use super::story::{Kind, Story, story};

/// How long a failed story may be shortened, in milliseconds.
const MAX_SHRINK_TIME: u32 = 60_000;

/// The first seed if the environment sets neither a seed nor a count of rounds.
const SUITE_SEED: u64 = 207_372_902;

#[test]
fn every_typed_word_is_found() {
    // The suite plays the same stories each time. If a count of rounds is set, the stories are new, unless a seed is
    // set, too.
    let is_a_search = env::var_os("WORDS_ROUNDS").is_some();
    let seed = number("WORDS_SEED", if is_a_search { by_the_clock() } else { SUITE_SEED });
    let rounds = number("WORDS_ROUNDS", 300);
    println!("WORDS_SEED={seed} WORDS_ROUNDS={rounds}");
    let counts = RefCell::new(Counts::default());
    for round in 0..rounds {
        play_round(seed.wrapping_add(round), &counts);
    }
    let counts = counts.into_inner();
    println!("{counts}");
    // In a small number of rounds, all stories may be short.
    let are_many = rounds >= 100;
    assert!(!are_many || (counts.words > rounds && counts.responses > rounds), "too little happened: {counts}");
}

fn play_round(seed: u64, counts: &RefCell<Counts>) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config {
        cases: 1,
        failure_persistence: None,
        max_shrink_time: MAX_SHRINK_TIME,
        max_shrink_iters: if env::var("NOSHRINK").is_ok() { 0 } else { 5000 },
        ..Config::default()
    };
    let told = TestRunner::new_with_rng(config, rng)
        .run(&story(kind_of(seed)), |story| runtime().block_on(play(&story, counts)).map_err(TestCaseError::fail));
    match told {
        Ok(()) => {}
        Err(TestError::Fail(why, story)) => panic!("WORDS_SEED={seed} WORDS_ROUNDS=1\n{why}\nthe story: {story:?}"),
        Err(TestError::Abort(why)) => panic!("WORDS_SEED={seed} WORDS_ROUNDS=1: {why}"),
    }
}

/// Returns the kind of session for a seed.
fn kind_of(seed: u64) -> Kind {
    match seed % 10 {
        0..=4 => Kind::Single,
        5 | 6 => Kind::Stage,
        7 => Kind::Plain,
        8 => Kind::Piped,
        _ => Kind::Lesson(usize::try_from(seed / 10).unwrap_or(0) % lessons().len()),
    }
}

/// Returns a runtime with one thread, so that a story takes the same course again.
///
/// It has one more thread for blocking work, so that a kill can wait for that work.
pub(super) fn runtime() -> Runtime {
    Builder::new_current_thread().max_blocking_threads(1).enable_all().build().expect("there is room for a runtime")
}

async fn play(story: &Story, counts: &RefCell<Counts>) -> Result<(), String> {
    let mut play = Play::begin(story, counts).await?;
    let mut kept = Ok(());
    for step in &story.steps {
        kept = play.step(step).await;
        if kept.is_err() {
            break;
        }
    }
    if kept.is_ok() {
        kept = play.comes_to_rest().await;
    }
    if kept.is_ok() {
        kept = play.ends(story.ending).await;
    }
    kept.map_err(|why| format!("{why}\n{}", play.story_so_far()))
}

/// Returns the number in an environment variable, or `otherwise` if the variable is not set.
fn number(variable: &str, otherwise: u64) -> u64 {
    let Ok(value) = env::var(variable) else { return otherwise };
    value.parse().unwrap_or_else(|_| panic!("{variable} must be a number, but is {value}"))
}

fn by_the_clock() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::from(now.subsec_nanos())
}
