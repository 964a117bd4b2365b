//! The progress of a swarm as lines on standard error, for pipes, logs and screen readers.

use std::time::Duration;

use swarm::{SwarmProgress, SwarmSample};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::report::grouped;
use crate::output::stderr::print_line;

/// The time between two lines.
const LINE_INTERVAL: Duration = Duration::from_secs(1);

/// Prints a line a second until the run is over. Never returns before that.
pub(super) async fn print_progress(progress: watch::Receiver<SwarmProgress>) {
    let mut ticks = interval(LINE_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    // The first tick is at once, and nothing has happened yet.
    ticks.tick().await;
    let mut before = SwarmSample::default();
    loop {
        ticks.tick().await;
        let now = {
            let state = progress.borrow();
            if state.is_over {
                return;
            }
            print_line(line(&state, &before));
            state.latest()
        };
        before = now;
    }
}

/// Returns the line about the present state; `before` is the sample of the last line.
fn line(state: &SwarmProgress, before: &SwarmSample) -> String {
    let now = state.latest();
    let seconds = now.at.saturating_sub(before.at).as_secs_f64();
    let since = |now: usize, before: usize| now.saturating_sub(before);
    #[expect(clippy::cast_precision_loss, reason = "a rate on a screen is rounded")]
    let rate = if seconds > 0.0 { since(now.acknowledged, before.acknowledged) as f64 / seconds } else { 0.0 };
    let failed = since(now.precondition_failed, before.precondition_failed);
    format!(
        "{:>4.0} s  {} of {} acknowledged  {rate:.0}/s  {} × 412  {} × 428  p50 {} ms  p99 {} ms  {} lost",
        now.at.as_secs_f64(),
        grouped(now.acknowledged),
        grouped(state.plan.all_edits()),
        grouped(failed),
        grouped(since(now.precondition_required, before.precondition_required)),
        now.p50.as_millis(),
        now.p99.as_millis(),
        grouped(now.lost),
    )
}

#[cfg(test)]
mod tests {
    use swarm::{RetryBackoff, SaveStrategy, SwarmPlan, ThinkTime};

    use super::*;

    #[test]
    fn line_is_about_the_time_since_the_last_line() {
        let plan = SwarmPlan {
            document: "swarm".parse().unwrap(),
            prefix: "writer".to_owned(),
            run: String::new(),
            writers: 200,
            edits: 25,
            strategy: SaveStrategy::Merge,
            backoff: RetryBackoff::None,
            think: ThinkTime::default(),
            seed: 0,
        };
        let at = Duration::from_secs;
        let before = SwarmSample { at: at(1), acknowledged: 1000, precondition_failed: 50, ..SwarmSample::default() };
        let now = SwarmSample { at: at(3), acknowledged: 1400, precondition_failed: 80, lost: 2, ..before };
        let state = SwarmProgress { plan, samples: vec![before, now], writing: 200, is_over: false };
        let expected = "   3 s  1,400 of 5,000 acknowledged  200/s  30 × 412  0 × 428  p50 0 ms  p99 0 ms  2 lost";
        assert_eq!(line(&state, &before), expected);
    }
}
