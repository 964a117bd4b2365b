//! Lets a swarm write once, or as a sweep, and prints the totals.

use contract::Author;
use swarm::{RetryBackoff, SaveStrategy, SwarmOutcome, SwarmPlan, ThinkTime};
use terminal::event::StopReason;

use super::args::SwarmArgs;
use super::error::SwarmCommandError;
use super::random::{random_seed, random_word};
use super::report;
use super::screen::RunDisplay;
use super::sweep::Sweep;
use super::vote;
use crate::exit::Exit;
use crate::options::DisplayOptions;
use crate::paths::Paths;

/// The name of the client that reads the document to find the edits in it.
const READER: &str = "swarm";

/// Carries the command out.
pub(crate) async fn run(
    arguments: SwarmArgs,
    paths: &Paths,
    display: DisplayOptions,
) -> Result<Exit, SwarmCommandError> {
    let reader: Author = READER.parse().map_err(SwarmCommandError::Prefix)?;
    if arguments.vote {
        return vote::run(arguments, reader).await;
    }
    let plan = arguments.plan()?;
    let sweep = arguments.sweep();
    let json = arguments.json;
    let client = arguments.server.check_as(reader)?.client()?;
    let display = RunDisplay::new(paths, display)?;
    if let Some(sweep) = sweep {
        return sweep.run(&plan, &client, &display).await;
    }
    let (outcome, stopped) = display.write(&plan, &client).await?;
    if json {
        report::print_json(&plan, &outcome)?;
    } else {
        report::print_text(&plan, &outcome)?;
    }
    Ok(exit_of(&outcome, stopped))
}

impl SwarmArgs {
    /// Returns the plan of a run. In a sweep, writers, strategy and backoff are replaced for each run.
    fn plan(&self) -> Result<SwarmPlan, SwarmCommandError> {
        let is_sweep = !self.sweep.is_empty();
        let strategy = match self.strategy[..] {
            [] => SaveStrategy::Merge,
            [strategy] => strategy.into(),
            [..] if is_sweep => SaveStrategy::Merge,
            [..] => return Err(SwarmCommandError::OneRun("--strategy")),
        };
        let backoff = match self.backoff[..] {
            [] => RetryBackoff::FullJitter,
            [backoff] => backoff.into(),
            [..] if is_sweep => RetryBackoff::None,
            [..] => return Err(SwarmCommandError::OneRun("--backoff")),
        };
        let plan = SwarmPlan {
            document: self.document.clone(),
            prefix: self.prefix.clone(),
            run: random_word()?,
            writers: self.sweep.iter().copied().max().unwrap_or(self.writers),
            edits: self.edits.unwrap_or(if is_sweep { SWEEP_EDITS } else { EDITS }),
            strategy,
            backoff,
            think: match self.think {
                Some(think) => think.0,
                None if is_sweep => ThinkTime::default(),
                None => ThinkTime::DEFAULT,
            },
            seed: self.seed.map_or_else(random_seed, Ok)?,
        };
        plan.check().map_err(SwarmCommandError::Prefix)
    }

    /// Returns the sweep, or `None` if there is one run.
    fn sweep(&self) -> Option<Sweep> {
        if self.sweep.is_empty() {
            return None;
        }
        let strategies = self.strategy.iter().copied().map(SaveStrategy::from).collect::<Vec<_>>();
        let strategies = if strategies.is_empty() { SaveStrategy::ALL.to_vec() } else { strategies };
        let backoffs = self.backoff.iter().copied().map(RetryBackoff::from).collect::<Vec<_>>();
        let backoffs = if backoffs.is_empty() { RetryBackoff::ALL.to_vec() } else { backoffs };
        let pairs = strategies.into_iter().flat_map(|strategy| {
            // Without a condition, there is no 412 to wait after.
            let count = if strategy == SaveStrategy::Careless { 1 } else { backoffs.len() };
            backoffs[..count].iter().map(move |backoff| (strategy, *backoff)).collect::<Vec<_>>()
        });
        Some(Sweep {
            writers: self.sweep.clone(),
            curves: pairs.collect(),
            csv: self.csv.clone(),
            svg: self.svg.clone(),
            json: self.json,
        })
    }
}

/// How many edits each writer makes, unless the command line says otherwise.
const EDITS: usize = 10;

/// How many edits each writer makes in each run of a sweep, unless the command line says otherwise.
const SWEEP_EDITS: usize = 5;

/// Returns how the program ends after a run.
fn exit_of(outcome: &SwarmOutcome, stopped: Option<StopReason>) -> Exit {
    if outcome.totals.lost > 0 {
        Exit::CheckFailed
    } else if !outcome.failures.is_empty() {
        Exit::Refused
    } else {
        stopped.filter(|_| outcome.totals.stopped).map_or(Exit::Success, Exit::Stopped)
    }
}
