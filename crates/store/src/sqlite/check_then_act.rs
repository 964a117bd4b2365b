//! A mistake, made on purpose: judging and writing as two steps.
//!
//! This is what a server does that reads the document, compares the tags, and then saves. Each of the two steps is
//! right. Between them the document may change, and then a writer who was told to go on replaces a version that neither
//! they nor the judgement have seen. Nothing comes in here unless the policy says `judging: apart`, so that a lesson
//! can show what it costs.

use std::time::Duration;

use async_trait::async_trait;

use super::{SqliteStore, queries};
use crate::decide::decide;
use crate::error::StoreError;
use crate::outcome::WriteOutcome;
use crate::request::WriteRequest;

/// How long the two steps are apart: about a round trip to a database in the next town.
const ROUND_TRIP: Duration = Duration::from_millis(10);

/// What happens between judging and writing, where these are two steps.
#[async_trait]
pub trait BetweenJudgeAndWrite: Send + Sync + 'static {
    /// Waits; the request was judged, and is written afterwards.
    async fn wait(&self, request: &WriteRequest);
}

/// What happens there by itself.
pub(super) struct SimulatedRoundTrip;

#[async_trait]
impl BetweenJudgeAndWrite for SimulatedRoundTrip {
    async fn wait(&self, _: &WriteRequest) {
        tokio::time::sleep(ROUND_TRIP).await;
    }
}

pub(super) async fn write(store: &SqliteStore, request: WriteRequest) -> Result<WriteOutcome, StoreError> {
    let asked = request.clone();
    let look = move |connection: &rusqlite::Connection| {
        let kind = asked.policy.etags;
        let found = queries::document_state(connection, &asked.id)?;
        let facts = queries::gather_facts(connection, &asked.id, found, &asked.conditions, Some(&asked.change), kind)?;
        Ok(decide(&asked, &facts))
    };
    let seemed = store.readers.read(look).await?;
    if seemed.appended().is_none() {
        return Ok(seemed);
    }
    store.between.wait(&request).await;
    store.writer.write(request, Some(seemed.judgement)).await
}
