//! Turns of servers that write one document.
//!
//! A write that wins a race is answered first, so its server has the newest tag first. A server that has lost learns
//! the newest version by three round trips, and meanwhile the winner may have written again. Without more, writers of
//! one server could win for as long as they like.
//!
//! So a server that finds that another one was first reserves the next turn: in the transaction that refuses its
//! writers, it puts its number into the row of the document. Until it has written, other servers append nothing to the
//! document, and wait (`schema/4.sql`). A turn ends after [`MAX_TURN`] at the latest, since a writer who was refused
//! may not come back.
//!
//! Turns are about fairness alone: versions are compared in any case. So it does no harm if a turn is lost in a crash,
//! or if a write that is not confirmed, such as a delete, comes before.

use std::time::Duration;

use contract::{DocumentId, Timestamp};

use super::error::PostgresError;
use super::rows::signed;
use super::session::Session;

/// The longest time that other servers wait for a turn.
const MAX_TURN: Duration = Duration::from_millis(20);

/// The pause of a server before it tries again whether a turn has ended.
pub(super) const TURN_PAUSE: Duration = Duration::from_millis(1);

/// Reserves the next turn of a server at documents.
///
/// Their rows are locked in the transaction of this session.
///
/// A turn that another server has reserved stays.
pub(super) async fn reserve_turns(
    session: Session<'_>,
    server: i32,
    documents: &[DocumentId],
    now: Timestamp,
) -> Result<(), PostgresError> {
    if documents.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = documents.iter().map(DocumentId::as_str).collect();
    let now = signed(now.as_millis());
    let until = now + i64::try_from(MAX_TURN.as_millis()).unwrap_or(0);
    let sql = "UPDATE ifmatch.document SET turn = $1, turn_until = $2
               WHERE id = ANY ($3) AND (turn IS NULL OR turn_until < $4)";
    session.execute(sql, &[&server, &until, &ids, &now]).await?;
    Ok(())
}
