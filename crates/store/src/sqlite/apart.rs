//! A mistake, made on purpose: judging and writing as two steps.
//!
//! This is what a server does that reads the document, compares the tags, and then saves. Each of the two steps is
//! right. Between them the document may change, and then a writer who was told to go on replaces a version that neither
//! they nor the judgement have seen. Nothing comes in here unless the policy says `judging: apart`, so that a lesson can
//! show what it costs.

use std::time::Duration;

use async_trait::async_trait;

use super::{Sqlite, rows};
use crate::decide::decide;
use crate::error::StoreError;
use crate::outcome::Outcome;
use crate::request::WriteRequest;

/// How long the two steps are apart: about a round trip to a database in the next town.
const APART: Duration = Duration::from_millis(10);

/// What happens between judging and writing, where these are two steps.
#[async_trait]
pub trait Between: Send + Sync + 'static {
    /// Waits; the request was judged, and is written afterwards.
    async fn wait(&self, request: &WriteRequest);
}

/// What happens there by itself.
pub(super) struct RoundTrip;

#[async_trait]
impl Between for RoundTrip {
    async fn wait(&self, _: &WriteRequest) {
        tokio::time::sleep(APART).await;
    }
}

pub(super) async fn write(store: &Sqlite, request: WriteRequest) -> Result<Outcome, StoreError> {
    let asked = request.clone();
    let look = move |connection: &rusqlite::Connection| {
        let kind = asked.policy.etags;
        let found = rows::found(connection, &asked.id)?;
        let facts = rows::facts(connection, &asked.id, found, &asked.conditions, Some(&asked.change), kind)?;
        Ok(decide(&asked, &facts))
    };
    let seemed = store.readers.read(look).await?;
    if seemed.appended().is_none() {
        return Ok(seemed);
    }
    store.between.wait(&request).await;
    store.writer.write(request, Some(seemed.judgement)).await
}
