//! Turns of servers that write one document.
//!
//! A write that wins a race is answered first, so its server has the newest tag first. A server that has lost learns
//! the newest version by three round trips, and meanwhile the winner may have written again. Without more, writers of
//! one server could win for as long as they like.
//!
//! So a server that finds that another one was first reserves the next turn: in the transaction that refuses its
//! writers, it puts its number into the row of the document. Until it has written, other servers append nothing to the
//! document, and wait (`schema/4.sql`, `writer`). A turn ends after [`MAX_TURN`] at the latest, since a writer who was
//! refused may not come back.
//!
//! Turns are about fairness alone: versions are compared in any case. So it does no harm if a turn is lost in a crash.

use std::time::Duration;

use contract::{DocumentId, Timestamp};
use tokio_postgres::Row;

use super::error::PostgresError;
use super::rows::{signed, value};
use super::session::Session;

/// The longest time that other servers wait for a turn.
const MAX_TURN: Duration = Duration::from_millis(20);

/// The pause of a server before it tries again whether a turn has ended.
pub(super) const TURN_PAUSE: Duration = Duration::from_millis(1);

/// The next turn at a document.
pub(super) struct ReservedTurn {
    server: i32,
    until: i64,
}

impl ReservedTurn {
    /// Returns whether a server has to wait for the turn of another one.
    pub(super) fn excludes(&self, server: i32, now: Timestamp) -> bool {
        self.server != server && self.until >= signed(now.as_millis())
    }
}

/// Returns the turn in a row with the columns `turn` and `turn_until` of a document.
pub(super) fn reserved_turn(row: &Row) -> Result<Option<ReservedTurn>, PostgresError> {
    let (server, until): (Option<i32>, Option<i64>) = (value(row, "turn")?, value(row, "turn_until")?);
    Ok(server.zip(until).map(|(server, until)| ReservedTurn { server, until }))
}

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
