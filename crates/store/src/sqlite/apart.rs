//! A mistake, made on purpose: judging and writing as two steps.
//!
//! This is what a server does that reads the document, compares the tags, and then saves. Each of the two steps is
//! right. Between them the document may change, and then a writer who was told to go on replaces a version that neither
//! they nor the judgement have seen. Nothing comes in here unless the policy says `judging: apart`, so that a lesson can
//! show what it costs.

use std::time::Duration;

use super::{Sqlite, rows};
use crate::decide::decide;
use crate::error::StoreError;
use crate::outcome::Outcome;
use crate::request::WriteRequest;

/// How long the two steps are apart: about a round trip to a database in the next town.
const APART: Duration = Duration::from_millis(10);

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
    tokio::time::sleep(APART).await;
    store.writer.write(request, Some(seemed.judgement)).await
}
