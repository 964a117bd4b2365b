//! `ifmatch swarm --vote`: simulated participants answer the leader's question.

use std::collections::BTreeMap;

use contract::Author;
use serde::Serialize;
use swarm::{ThinkTime, VoteNews, VoteOutcome, VotePlan, VoteRound, run_vote};

use super::args::{MAX_VOTERS, SwarmArgs};
use super::error::SwarmCommandError;
use super::random::random_seed;
use super::report::counted;
use crate::exit::Exit;
use crate::output::json::json_line;
use crate::output::stderr::print_line;
use crate::output::stdout;
use crate::output::visible::visible_lines;
use crate::stop_signal::stop_signal;

/// The beginning of the voters' names, unless the command line says otherwise.
const VOTER: &str = "voter";

/// The totals, as JSON.
#[derive(Serialize)]
struct VoteValue<'a> {
    voters: usize,
    seed: u64,
    rounds: &'a [VoteRound],
    stopped: bool,
    failures: &'a BTreeMap<String, usize>,
}

/// Lets the voters answer, and prints what was counted.
pub(super) async fn run(arguments: SwarmArgs, listener: Author) -> Result<Exit, SwarmCommandError> {
    let plan = plan(&arguments)?;
    let is_json = arguments.json;
    let client = arguments.server.check_as(listener)?.client()?;
    let mut reason = None;
    let stop = async { reason = Some(stop_signal().await) };
    let outcome = run_vote(&plan, &client, stop, |news| {
        if !is_json {
            print_line(visible_lines(&news_words(&news)).trim_end());
        }
    })
    .await?;
    if is_json {
        let VoteOutcome { joined, rounds, failures, is_stopped } = &outcome;
        let value = VoteValue { voters: *joined, seed: plan.seed, rounds, stopped: *is_stopped, failures };
        stdout::print(json_line(&value)).map_err(SwarmCommandError::Output)?;
    } else {
        stdout::print(visible_lines(&text(&plan, &outcome))).map_err(SwarmCommandError::Output)?;
    }
    Ok(if outcome.rounds.iter().any(|round| !round.is_complete()) {
        Exit::CheckFailed
    } else if !outcome.failures.is_empty() {
        Exit::Refused
    } else {
        reason.filter(|_| outcome.is_stopped).map_or(Exit::Success, Exit::Stopped)
    })
}

fn plan(arguments: &SwarmArgs) -> Result<VotePlan, SwarmCommandError> {
    if arguments.writers > MAX_VOTERS {
        return Err(SwarmCommandError::ManyVoters);
    }
    // The default of --as is the name of writers.
    let prefix = if arguments.prefix == super::args::WRITER { VOTER } else { &arguments.prefix };
    let plan = VotePlan {
        prefix: prefix.to_owned(),
        voters: arguments.writers,
        rounds: arguments.rounds.unwrap_or(1),
        think: arguments.think.map_or(ThinkTime::DEFAULT, |think| think.0),
        seed: arguments.seed.map_or_else(random_seed, Ok)?,
    };
    plan.check().map_err(SwarmCommandError::Prefix)
}

/// Returns a line about what has just happened.
fn news_words(news: &VoteNews) -> String {
    match news {
        VoteNews::Joined(1) => "1 voter has joined, and waits for a question".to_owned(),
        VoteNews::Joined(count) => format!("{count} voters have joined, and wait for a question"),
        VoteNews::Round(round) => format!("round {} of {} is over", round.round, round.question),
    }
}

/// Returns the totals for people.
fn text(plan: &VotePlan, outcome: &VoteOutcome) -> String {
    let mut lines = vec![format!(
        "vote · {} · {} · seed {}",
        counted(outcome.joined, "voter"),
        counted(outcome.rounds.len(), "round"),
        plan.seed
    )];
    for round in &outcome.rounds {
        let choices: Vec<_> = (1..).zip(&round.choices).map(|(number, count)| format!("{number}: {count}")).collect();
        lines.push(format!(
            "round {} of {}: counted {} of {} · shown {} · {}",
            round.round,
            round.question,
            round.counted,
            round.voters,
            round.shown,
            choices.join(", ")
        ));
        lines.push(format!(
            "  from key press to counted: p50 {:.0} ms, slowest {:.0} ms · to shown: p50 {:.0} ms, slowest {:.0} ms",
            round.p50_counted_ms, round.slowest_counted_ms, round.p50_shown_ms, round.slowest_shown_ms
        ));
        let refused = round.refused.iter().map(|(why, count)| format!("  not counted: {count} × {why}"));
        lines.extend(refused);
    }
    let failures =
        outcome.failures.iter().map(|(why, count)| format!("{} could not join: {why}", counted(*count, "voter")));
    lines.extend(failures);
    lines.join("\n") + "\n"
}
