//! Turns of servers that write one document.
//!
//! A write that wins a race is answered first, so its server has the newest tag first. A server that has lost learns
//! the newest version by three round trips, and meanwhile the winner may have written again. Without more, writers of
//! one server could win for as long as they like.
//!
//! So a server that has lost a document [several times](MAX_LOSSES) in a row reserves the next turn: in the transaction
//! that refuses its writers, it puts its number into the row of the document. Until it has written, other servers
//! append nothing to the document, and wait (`schema/4.sql`). A turn ends after [`MAX_TURN`] at the latest, since a
//! writer who was refused may not come back.
//!
//! Turns are about fairness alone: versions are compared in any case. So it does no harm if a turn is lost in a crash,
//! or if a write that is not confirmed, such as a delete, comes before.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use contract::{DocumentId, Timestamp};

use super::error::PostgresError;
use super::rows::signed;
use super::session::Session;

/// The number of races that a server loses before it reserves a turn.
const MAX_LOSSES: u32 = 2;

/// The longest time that other servers wait for a turn.
const MAX_TURN: Duration = Duration::from_millis(5);

/// The pause of a server before it tries again whether a turn has ended.
pub(super) const TURN_PAUSE: Duration = Duration::from_millis(1);

/// The number of documents whose losses are counted. With more, all counts begin anew.
const MAX_DOCUMENTS: usize = 1024;

/// The races that this server has lost to others in a row, by document.
#[derive(Default)]
pub(super) struct LostRaces(Mutex<HashMap<DocumentId, u32>>);

impl LostRaces {
    /// Notes that this server has written documents.
    pub(super) fn note_wins<'a>(&self, documents: impl Iterator<Item = &'a DocumentId>) {
        let mut lost = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lost.is_empty() {
            return;
        }
        for id in documents {
            lost.remove(id);
        }
    }

    /// Notes that other servers were first to write documents. Returns those of which a turn has to be reserved.
    pub(super) fn note_losses(&self, documents: impl Iterator<Item = DocumentId>) -> Vec<DocumentId> {
        let mut lost = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        for id in documents {
            if lost.len() >= MAX_DOCUMENTS {
                lost.clear();
            }
            let losses = lost.entry(id.clone()).or_default();
            *losses += 1;
            if *losses >= MAX_LOSSES {
                due.push(id);
            }
        }
        due
    }
}

/// Reserves the next turn of a server at documents, whose rows are locked in the transaction of this session.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turn_is_due_after_losses_in_a_row() {
        let (lost, id): (LostRaces, DocumentId) = (LostRaces::default(), "a".parse().unwrap());
        let lose = || lost.note_losses(std::iter::once(id.clone()));
        for _ in 0..2 {
            for _ in 1..MAX_LOSSES {
                assert_eq!(lose(), []);
            }
            assert_eq!(lose(), [id.clone()]);
            assert_eq!(lose(), [id.clone()], "it has still not written");
            lost.note_wins(std::iter::once(&id));
        }
    }

    #[test]
    fn counts_are_bounded() {
        let lost = LostRaces::default();
        for number in 0..3 * MAX_DOCUMENTS {
            lost.note_losses(std::iter::once(format!("d{number}").parse().unwrap()));
        }
        assert!(lost.0.lock().unwrap().len() <= MAX_DOCUMENTS);
    }
}
