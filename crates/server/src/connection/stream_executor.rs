//! The executor for the streams of an HTTP/2 connection, which drops streams without progress.

use std::time::Duration;

use hyper::rt::Executor;

use super::activity::ConnectionActivity;
use crate::budget::{self, Uses};

/// Runs the streams of a connection, and drops each that makes no progress within the patience.
#[derive(Clone)]
pub(crate) struct StreamExecutor {
    activity: ConnectionActivity,
    patience: Duration,
    uses: Uses,
}

impl StreamExecutor {
    pub(crate) fn of(activity: &ConnectionActivity, patience: Duration, uses: &Uses) -> Self {
        Self { activity: activity.clone(), patience, uses: uses.clone() }
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for StreamExecutor {
    /// hyper calls the service for a request, and then this function with the stream of that request.
    fn execute(&self, stream: F) {
        let Some(progress) = self.activity.last_begun() else {
            tokio::spawn(stream);
            return;
        };
        let Self { patience, uses, .. } = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                // The order matters: what the stream has passed on is counted before the other branch looks.
                biased;
                () = stream => {}
                () = progress.until_stalled(patience) => {
                    uses.refused(&budget::SEND_TIME);
                    tracing::debug!("a client does not read a response; the stream is reset");
                }
            }
        });
    }
}
