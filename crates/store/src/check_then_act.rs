//! The policy `judging: apart`: a write is judged and made in two steps, which is a mistake on purpose.
//!
//! This is what a server does that reads the document, compares the tags, and then saves. Each step is right by itself.
//! But the document may change between the steps, and then the write replaces a version that neither the client nor the
//! judgement has seen. A lesson shows what that costs.
//!
//! A backend judges on a snapshot, waits for the hook of its [options](crate::StoreOptions), and then writes with the
//! judgement that is out of date by now ([`apply_judgement`](crate::decide::apply_judgement)).

use std::time::Duration;

use async_trait::async_trait;

use crate::request::WriteRequest;

/// The time between the two steps by default: about a round trip to a database in the next town.
const ROUND_TRIP: Duration = Duration::from_millis(10);

/// A hook that runs after a request was judged and before it is written, if these are two steps.
#[async_trait]
pub trait BetweenJudgeAndWrite: Send + Sync + 'static {
    /// Waits. The request was judged, and is written as soon as this returns.
    async fn wait(&self, request: &WriteRequest);
}

/// The hook by default: it waits for [`ROUND_TRIP`].
pub(crate) struct SimulatedRoundTrip;

#[async_trait]
impl BetweenJudgeAndWrite for SimulatedRoundTrip {
    async fn wait(&self, _: &WriteRequest) {
        tokio::time::sleep(ROUND_TRIP).await;
    }
}
