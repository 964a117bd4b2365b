//! A run beside what is shown of it: the chart on the screen, or lines on standard error.

use std::future::{Future, pending};
use std::pin::pin;

use client::Client;
use swarm::{SwarmOutcome, SwarmPlan, SwarmTally, run_swarm};
use terminal::event::StopReason;
use terminal::features::TerminalFeatures;
use terminal::theme::Theme;
use tokio::sync::{oneshot, watch};
use tui::run_swarm_screen;

use super::error::SwarmCommandError;
use super::progress_lines::print_progress;
use crate::config::UserConfig;
use crate::options::DisplayOptions;
use crate::paths::Paths;
use crate::session::SessionFailure;
use crate::stop_signal::stop_signal;

/// How a run is shown.
pub(super) struct RunDisplay {
    /// The theme of the chart, or `None` without a screen.
    chart: Option<Theme>,
    features: TerminalFeatures,
    is_ascii: bool,
}

impl RunDisplay {
    /// Returns the display that the options, the configuration and the terminal ask for.
    pub(super) fn new(paths: &Paths, display: DisplayOptions) -> Result<Self, SwarmCommandError> {
        let user = UserConfig::read(paths).map_err(SessionFailure::from)?;
        let theme = display.theme(user.appearance);
        let is_ascii = theme.is_ascii();
        Ok(Self { chart: display.has_screen().then_some(theme), features: user.features, is_ascii })
    }

    /// Returns whether only ASCII is shown.
    pub(super) const fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    /// Lets a swarm write. Returns its outcome, and why it was asked to stop, if it was.
    pub(super) async fn write(
        &self,
        plan: &SwarmPlan,
        client: &Client,
    ) -> Result<(SwarmOutcome, Option<StopReason>), SwarmCommandError> {
        match &self.chart {
            Some(theme) => write_on_screen(plan, client, *theme, self.features).await,
            None => write_in_lines(plan, client).await,
        }
    }
}

/// Lets the swarm write, with a line about the progress each second.
async fn write_in_lines(
    plan: &SwarmPlan,
    client: &Client,
) -> Result<(SwarmOutcome, Option<StopReason>), SwarmCommandError> {
    let (progress, seen) = watch::channel(SwarmTally::new(plan).progress(false));
    let mut stopped = None;
    let stop = async { stopped = Some(stop_signal().await) };
    let outcome = beside(run_swarm(plan, client, stop, &progress), print_progress(seen)).await?;
    Ok((outcome, stopped))
}

/// Lets the swarm write, with the chart on the screen.
async fn write_on_screen(
    plan: &SwarmPlan,
    client: &Client,
    theme: Theme,
    features: TerminalFeatures,
) -> Result<(SwarmOutcome, Option<StopReason>), SwarmCommandError> {
    // A server that refuses does so before the terminal is taken.
    client.probe().await?;
    let (progress, seen) = watch::channel(SwarmTally::new(plan).progress(false));
    let (asks_to_stop, asked_to_stop) = oneshot::channel();
    let mut stopped = None;
    let stop = async {
        match asked_to_stop.await {
            Ok(reason) => stopped = Some(reason),
            // The screen is gone, and its error is reported below.
            Err(_) => pending().await,
        }
    };
    let server = client.server().to_string();
    let screen = run_swarm_screen(theme, features, &server, seen, asks_to_stop);
    let work = async {
        let outcome = run_swarm(plan, client, stop, &progress).await;
        // Without a sender, the screen ends, also after an error.
        drop(progress);
        outcome
    };
    let (outcome, shown) = tokio::join!(work, screen);
    shown.map_err(SessionFailure::from)?;
    Ok((outcome?, stopped))
}

/// Waits for `work`. `aside` goes on meanwhile, and may end earlier.
async fn beside<T>(work: impl Future<Output = T>, aside: impl Future<Output = ()>) -> T {
    let mut work = pin!(work);
    tokio::select! {
        done = &mut work => return done,
        () = aside => {}
    }
    work.await
}
