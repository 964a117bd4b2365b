//! The rounds: one story each, told again as short as possible if a promise was broken in it.
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

/// How long a story that failed is made shorter, in milliseconds.
const SHRINKING: u32 = 60_000;

/// The stories of the suite.
const SUITE_SEED: u64 = 207_372_902;

#[test]
fn every_typed_word_is_found() {
    // The suite tells the same stories each time; with a count of rounds they are new ones, unless a seed is given.
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
    // A few stories may be short ones.
    let are_many = rounds >= 100;
    assert!(!are_many || (counts.words > rounds && counts.responses > rounds), "something happened: {counts}");
}

fn play_round(seed: u64, counts: &RefCell<Counts>) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config {
        cases: 1,
        failure_persistence: None,
        max_shrink_time: SHRINKING,
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

/// Which kind of session a seed is about.
fn kind_of(seed: u64) -> Kind {
    match seed % 10 {
        0..=4 => Kind::Single,
        5 | 6 => Kind::Stage,
        7 => Kind::Plain,
        8 => Kind::Piped,
        _ => Kind::Lesson(usize::try_from(seed / 10).unwrap_or(0) % lessons().len()),
    }
}

/// One thread, so that a story takes the same course again, and one for what blocks, so that a kill can wait for it.
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

/// The number in this variable; that one, if there is no such variable.
fn number(variable: &str, otherwise: u64) -> u64 {
    let Ok(value) = env::var(variable) else { return otherwise };
    value.parse().unwrap_or_else(|_| panic!("{variable} is a number, and not {value}"))
}

fn by_the_clock() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::from(now.subsec_nanos())
}
