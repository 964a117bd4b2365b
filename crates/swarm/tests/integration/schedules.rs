//! Random schedules: writers, edits, pauses, trips, and lost messages.

use std::collections::HashMap;
use std::time::Duration;

use contract::Author;
use editor::ResponseOutcome;
use proptest::prelude::*;
use swarm::{MarkWriter, RetryBackoff, SaveStrategy, SwarmPlan, SwarmTotals, ThinkTime, VirtualNetwork};

use crate::model_server::{ModelPolicy, ModelServer};

const TEXT: Option<&str> = Some("Notes\n");

fn plan(strategy: SaveStrategy, writers: usize, edits: usize, seed: u64) -> SwarmPlan {
    SwarmPlan {
        document: "notes".parse().unwrap(),
        prefix: "writer".to_owned(),
        run: String::new(),
        writers,
        edits,
        strategy,
        backoff: RetryBackoff::None,
        think: ThinkTime::default(),
        seed,
    }
}

/// A swarm that has ended.
struct Played {
    totals: SwarmTotals,
    /// The number of edits that `lost_in` names.
    named: usize,
    now: Duration,
    /// The median and the longest time from typing to acknowledged.
    median: Duration,
    slowest: Duration,
}

/// Plays a swarm to its end.
///
/// Of each 100 messages, about `losses` are lost: half of them requests, half responses.
fn play(plan: &SwarmPlan, server: &mut ModelServer, losses: u8) -> Played {
    let mut network = VirtualNetwork::new(plan).unwrap();
    let mut random = fastrand::Rng::with_seed(plan.seed);
    let mut count = 0;
    while let Some(request) = network.next_request() {
        count += 1;
        assert!(count < 100_000, "the swarm does not end");
        let outcome = match random.u8(..100) {
            roll if roll >= losses => server.answer(&request),
            roll if roll % 2 == 0 => ResponseOutcome::Unanswered("the request is lost".to_owned()),
            _ => {
                server.answer(&request);
                ResponseOutcome::Unanswered("the response is lost".to_owned())
            }
        };
        network.respond(&request, outcome);
    }
    let found = MarkWriter::new(&plan.prefix, &plan.run).find(server.content());
    let (now, tally) = (network.now(), network.tally());
    Played {
        totals: tally.totals(now, &found, false),
        named: tally.lost_in(&found).len(),
        now,
        median: tally.latency(50),
        slowest: tally.latency(100),
    }
}

/// Plays a swarm that the server slows down; returns the totals, and how often it did so.
///
/// Of each 100 requests, about `percent` get a 429 with a `Retry-After` of up to `longest` seconds. Asserts that no
/// writer comes back too early.
fn play_slowed(plan: &SwarmPlan, server: &mut ModelServer, percent: u8, longest: u64) -> (SwarmTotals, usize) {
    let mut network = VirtualNetwork::new(plan).unwrap();
    let mut random = fastrand::Rng::with_seed(plan.seed);
    let mut earliest: HashMap<Author, Duration> = HashMap::new();
    let mut slowed = 0;
    while let Some(request) = network.next_request() {
        let due = earliest.remove(&request.author).unwrap_or_default();
        assert!(network.now() >= due, "{} comes at {:?}, before {due:?}", request.author, network.now());
        let outcome = if random.u8(..100) < percent {
            slowed += 1;
            let retry_after = Duration::from_secs(random.u64(..=longest));
            earliest.insert(request.author.clone(), network.now() + retry_after);
            ResponseOutcome::TooManyRequests { why: "slower, please".to_owned(), retry_after }
        } else {
            server.answer(&request)
        };
        network.respond(&request, outcome);
    }
    let found = MarkWriter::new(&plan.prefix, &plan.run).find(server.content());
    (network.tally().totals(network.now(), &found, false), slowed)
}

fn strategy_that_merges() -> impl Strategy<Value = SaveStrategy> {
    prop_oneof![Just(SaveStrategy::Merge), Just(SaveStrategy::Retry)]
}

fn backoff() -> impl Strategy<Value = RetryBackoff> {
    prop_oneof![Just(RetryBackoff::None), Just(RetryBackoff::FullJitter)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_acknowledged_edit_is_lost_by_merge_or_retry(
        strategy in strategy_that_merges(),
        backoff in backoff(),
        writers in 1_usize..9,
        edits in 1_usize..5,
        think in 0_u64..60,
        losses in 0_u8..40,
        exists: bool,
        seed: u64,
    ) {
        let think = ThinkTime { shortest: Duration::ZERO, longest: Duration::from_millis(think) };
        let plan = SwarmPlan { backoff, think, ..plan(strategy, writers, edits, seed) };
        let mut server = ModelServer::new(ModelPolicy::Required, TEXT.filter(|_| exists));
        let Played { totals, named, .. } = play(&plan, &mut server, losses);
        prop_assert_eq!(totals.acknowledged, writers * edits, "{:?}\n{}", totals, server.content());
        prop_assert_eq!((totals.lost, named, totals.in_document), (0, 0, totals.acknowledged));
        prop_assert!(server.content().lines().count() <= writers * edits + 1, "twice in it:\n{}", server.content());
    }

    #[test]
    fn slowed_writers_wait_as_told_and_lose_nothing(
        strategy in strategy_that_merges(),
        backoff in backoff(),
        writers in 1_usize..6,
        edits in 1_usize..4,
        percent in 0_u8..60,
        longest in 0_u64..30,
        exists: bool,
        seed: u64,
    ) {
        let plan = SwarmPlan { backoff, ..plan(strategy, writers, edits, seed) };
        let mut server = ModelServer::new(ModelPolicy::Required, TEXT.filter(|_| exists));
        let (totals, slowed) = play_slowed(&plan, &mut server, percent, longest);
        prop_assert_eq!((totals.acknowledged, totals.unacknowledged), (writers * edits, 0), "{:?}", totals);
        prop_assert_eq!((totals.lost, totals.in_document), (0, totals.acknowledged));
        prop_assert_eq!(totals.too_many_requests, slowed, "each is in the totals");
    }

    #[test]
    fn overwrite_loses_and_the_counter_finds_it(writers in 2_usize..9, edits in 1_usize..5, seed: u64) {
        let mut server = ModelServer::new(ModelPolicy::Required, TEXT);
        let Played { totals, named, .. } = play(&plan(SaveStrategy::Overwrite, writers, edits, seed), &mut server, 0);
        prop_assert_eq!(totals.acknowledged, writers * edits, "every overwrite is acknowledged");
        prop_assert!(totals.lost > 0, "{:?}", totals);
        prop_assert_eq!(totals.lost, named);
        // The text is that of the last writer alone.
        let left = server.content().lines().skip(1).filter_map(|line| line.split(':').next());
        let left: std::collections::HashSet<_> = left.collect();
        prop_assert_eq!(left.len(), 1, "{}", server.content());
    }

    #[test]
    fn careless_loses_unless_the_server_requires_a_precondition(writers in 2_usize..9, edits in 1_usize..5, seed: u64) {
        let plan = plan(SaveStrategy::Careless, writers, edits, seed);
        let optional = play(&plan, &mut ModelServer::new(ModelPolicy::Optional, TEXT), 0).totals;
        prop_assert_eq!(optional.acknowledged, writers * edits);
        prop_assert!(optional.lost > 0 && optional.precondition_failed == 0, "{:?}", optional);
        let required = play(&plan, &mut ModelServer::new(ModelPolicy::Required, TEXT), 0).totals;
        prop_assert_eq!((required.acknowledged, required.lost), (0, 0));
        prop_assert_eq!((required.precondition_required, required.unacknowledged), (writers * edits, writers * edits));
    }

    #[test]
    fn server_that_ignores_preconditions_loses_edits_of_careful_writers(
        strategy in strategy_that_merges(),
        writers in 2_usize..9,
        seed: u64,
    ) {
        let mut server = ModelServer::new(ModelPolicy::Ignored, TEXT);
        let totals = play(&plan(strategy, writers, 2, seed), &mut server, 0).totals;
        prop_assert_eq!(totals.precondition_failed, 0);
        prop_assert!(totals.lost > 0, "{:?}", totals);
    }

    #[test]
    fn same_seed_gives_the_same_course(strategy in strategy_that_merges(), backoff in backoff(), seed: u64) {
        let plan = SwarmPlan { backoff, ..plan(strategy, 6, 3, seed) };
        let [one, other] = [(); 2].map(|()| {
            let mut server = ModelServer::new(ModelPolicy::Required, TEXT);
            let Played { totals, now, .. } = play(&plan, &mut server, 10);
            (totals, now, server.content().to_owned())
        });
        prop_assert_eq!(one, other);
    }
}

/// Each of n writers reads the same version and saves at once: n, then n - 1, and so on.
#[test]
fn simultaneous_merges_cost_a_round_for_each_writer() {
    let mut server = ModelServer::new(ModelPolicy::Required, TEXT);
    let totals = play(&plan(SaveStrategy::Merge, 8, 1, 1), &mut server, 0).totals;
    assert!(totals.precondition_failed >= 8 * 7 / 4, "{totals:?}");
    let mut server = ModelServer::new(ModelPolicy::Required, TEXT);
    let jitter = SwarmPlan { backoff: RetryBackoff::FullJitter, ..plan(SaveStrategy::Merge, 8, 1, 1) };
    let with_jitter = play(&jitter, &mut server, 0).totals;
    assert!(with_jitter.precondition_failed < totals.precondition_failed, "{with_jitter:?}\n{totals:?}");
}

/// Plays writers with several edits each.
///
/// Returns the median and the longest time from typing to acknowledged.
fn latencies(backoff: RetryBackoff, think: u64, seed: u64) -> (Duration, Duration) {
    let think = ThinkTime { shortest: Duration::ZERO, longest: Duration::from_millis(think) };
    let plan = SwarmPlan { backoff, think, ..plan(SaveStrategy::Retry, 16, 5, seed) };
    let mut server = ModelServer::new(ModelPolicy::Required, TEXT);
    let played = play(&plan, &mut server, 0);
    (played.median, played.slowest)
}

/// A writer who succeeds does not wait.
///
/// So the unlucky starve until the lucky have nothing left to write.
#[test]
fn full_jitter_is_unfair_unless_writers_pause() {
    for seed in 1..=8 {
        let (median, slowest) = latencies(RetryBackoff::FullJitter, 0, seed);
        assert!(slowest > median * 20, "seed {seed}: {slowest:?} and {median:?}");
        let (median, with_pauses) = latencies(RetryBackoff::FullJitter, 4000, seed);
        assert!(with_pauses < median * 20 && with_pauses * 2 < slowest, "seed {seed}: {with_pauses:?} and {median:?}");
    }
}

/// Twice as many writers send about four times as many requests, unless they wait at random.
#[test]
fn crowd_without_backoff_costs_its_square() {
    let requests = |backoff, writers| {
        let plan = SwarmPlan { backoff, ..plan(SaveStrategy::Retry, writers, 1, 3) };
        play(&plan, &mut ModelServer::new(ModelPolicy::Required, TEXT), 0).totals.requests
    };
    let [few, many] = [32, 64].map(|writers| requests(RetryBackoff::None, writers));
    assert!((3 * few..5 * few).contains(&many), "{few} and {many}");
    let jitter = requests(RetryBackoff::FullJitter, 64);
    assert!(2 * jitter < many, "{jitter} and {many}");
}
