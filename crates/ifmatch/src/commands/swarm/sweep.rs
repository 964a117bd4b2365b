//! `ifmatch swarm --sweep`: runs with more and more writers, for each strategy, and what they show.

use std::path::PathBuf;

use client::Client;
use contract::DocumentId;
use files::ExpectedContent;
use swarm::{RetryBackoff, SaveStrategy, SwarmOutcome, SwarmPlan, SwarmTotals, sweep_csv, sweep_svg, sweep_table};
use terminal::event::StopReason;

use super::error::SwarmCommandError;
use super::report;
use super::screen::RunDisplay;
use crate::exit::Exit;
use crate::output::stderr::print_line;
use crate::output::stdout;

/// The runs of a sweep, and where they are written.
pub(super) struct Sweep {
    /// The numbers of writers.
    pub(super) writers: Vec<usize>,
    /// The strategies and kinds of backoff: a curve for each pair.
    pub(super) curves: Vec<(SaveStrategy, RetryBackoff)>,
    /// The file for the runs as CSV.
    pub(super) csv: Option<PathBuf>,
    /// The file for the picture.
    pub(super) svg: Option<PathBuf>,
    /// Whether to print each run as JSON.
    pub(super) json: bool,
}

/// The levels of the bars of a course.
const BARS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// The levels of the bars of a course in a terminal without Unicode.
const ASCII_BARS: [&str; 5] = [" ", ".", "-", "=", "#"];

impl Sweep {
    /// Makes the runs, and writes what they show. `plan` is that of each run, but for the swept values.
    pub(super) async fn run(
        &self,
        plan: &SwarmPlan,
        client: &Client,
        display: &RunDisplay,
    ) -> Result<Exit, SwarmCommandError> {
        let mut outcomes: Vec<SwarmOutcome> = Vec::new();
        let mut stopped = None;
        'sweep: for &(strategy, backoff) in &self.curves {
            for &writers in &self.writers {
                let document = run_document(plan, strategy, backoff, writers)?;
                let run = SwarmPlan { document, strategy, backoff, writers, ..plan.clone() };
                let (outcome, asked) = display.write(&run, client).await?;
                if self.json {
                    report::print_json(&run, &outcome)?;
                } else {
                    print_line(report::summary(&outcome.totals));
                }
                let is_stopped = outcome.totals.stopped;
                if !is_stopped {
                    outcomes.push(outcome);
                }
                if asked.is_some() || is_stopped {
                    stopped = asked;
                    break 'sweep;
                }
            }
        }
        let runs: Vec<SwarmTotals> = outcomes.iter().map(|outcome| outcome.totals.clone()).collect();
        self.write_files(plan, &runs)?;
        if !self.json {
            let bars: &[&str] = if display.is_ascii() { &ASCII_BARS } else { &BARS };
            stdout::print(sweep_table(&runs, bars)).map_err(SwarmCommandError::Output)?;
        }
        Ok(exit_of(&outcomes, stopped))
    }

    fn write_files(&self, plan: &SwarmPlan, runs: &[SwarmTotals]) -> Result<(), SwarmCommandError> {
        let title = format!("Writers of one document, {} edits each, seed {}", plan.edits, plan.seed);
        let csv = self.csv.as_ref().map(|path| (path, sweep_csv(runs)));
        let svg = self.svg.as_ref().map(|path| (path, sweep_svg(runs, &title)));
        for (path, text) in csv.into_iter().chain(svg) {
            files::write(path, text.as_bytes(), ExpectedContent::Anything, None)
                .map_err(|source| SwarmCommandError::Write { path: path.clone(), source })?;
        }
        Ok(())
    }
}

/// Returns how the program ends after a sweep.
///
/// That `overwrite` and `careless` lose edits is what a sweep shows, and not a failure.
fn exit_of(outcomes: &[SwarmOutcome], stopped: Option<StopReason>) -> Exit {
    let is_careful =
        |outcome: &&SwarmOutcome| matches!(outcome.totals.strategy, SaveStrategy::Merge | SaveStrategy::Retry);
    if outcomes.iter().filter(is_careful).any(|outcome| outcome.totals.lost > 0) {
        Exit::CheckFailed
    } else if outcomes.iter().any(|outcome| !outcome.failures.is_empty()) {
        Exit::Refused
    } else {
        stopped.map_or(Exit::Success, Exit::Stopped)
    }
}

/// Returns the document of a run, which no other run writes to.
fn run_document(
    plan: &SwarmPlan,
    strategy: SaveStrategy,
    backoff: RetryBackoff,
    writers: usize,
) -> Result<DocumentId, SwarmCommandError> {
    let id = format!("{}-{}-{strategy}-{backoff}-{writers}", plan.document, plan.run);
    id.parse().map_err(|_| SwarmCommandError::LongDocument(plan.document.clone()))
}
