//! One document, read and written by a program without an editor.
//!
//! An editor gets a [`ResponseOutcome`](editor::ResponseOutcome), from which it goes on. A script gets either what it
//! asked for or a [`ClientError`] that has the server's whole explanation, with which it ends.

use contract::{DocumentId, EntityTag, Snapshot};
use editor::{EditorRequest, Guard, ResponseOutcome, Saved, WorkingCopy};

use crate::client::Client;
use crate::error::ClientError;
use crate::outcome::outcome_of;
use crate::request::OutgoingRequest;
use crate::response::{ReceivedResponse, local_problem};

/// An acknowledged write of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteReceipt {
    /// The new version, and what the server says about the write.
    pub saved: Saved,
    /// Whether the server stores another text than was sent.
    pub is_altered: bool,
}

impl Client {
    /// Returns the current version of a document, or `None` if `unless` still names it (304).
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 404 or 410 if there is no document. Otherwise as for [`Client::probe`].
    pub async fn read_document(
        &self,
        id: &DocumentId,
        unless: Option<&EntityTag>,
    ) -> Result<Option<Snapshot>, ClientError> {
        match self.outcome(id, &EditorRequest::Read { unless: unless.cloned() }).await? {
            (ResponseOutcome::Read(snapshot), _) => Ok(Some(snapshot)),
            (ResponseOutcome::NotModified, _) => Ok(None),
            (other, answer) => Err(self.refusal(other, &answer)),
        }
    }

    /// Writes a document, under the condition that `guard` expresses.
    ///
    /// Nothing is repeated. If the response is lost, the same write may be sent again: with the same tag and the same
    /// document, the server applies it at most once.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 412 if the condition is false, and with status 428 if the write names no
    /// version. Otherwise as for [`Client::probe`].
    pub async fn write_document(
        &self,
        id: &DocumentId,
        document: WorkingCopy,
        guard: Guard,
    ) -> Result<WriteReceipt, ClientError> {
        match self.outcome(id, &EditorRequest::Write { guard, document, want_current: false }).await? {
            (ResponseOutcome::Saved(saved), _) => Ok(WriteReceipt { saved, is_altered: false }),
            (ResponseOutcome::Altered(saved, _), _) => Ok(WriteReceipt { saved, is_altered: true }),
            (other, answer) => Err(self.refusal(other, &answer)),
        }
    }

    /// Deletes a document, under the condition that `guard` expresses.
    ///
    /// # Errors
    ///
    /// As for [`Client::write_document`].
    pub async fn delete_document(&self, id: &DocumentId, guard: Guard) -> Result<(), ClientError> {
        match self.outcome(id, &EditorRequest::Delete { guard }).await? {
            (ResponseOutcome::Deleted, _) => Ok(()),
            (other, answer) => Err(self.refusal(other, &answer)),
        }
    }

    /// Sends a request once, and returns its outcome with the response.
    async fn outcome(
        &self,
        id: &DocumentId,
        ask: &EditorRequest,
    ) -> Result<(ResponseOutcome, ReceivedResponse), ClientError> {
        let answer = self.exchange(OutgoingRequest::of_editor(id, ask)).await?;
        Ok((outcome_of(ask, &answer), answer))
    }

    /// Returns the error for an outcome that is not what was asked for.
    fn refusal(&self, outcome: ResponseOutcome, answer: &ReceivedResponse) -> ClientError {
        let problem = match outcome {
            // An intermediary may have changed the tag or the body; then the problem is that.
            ResponseOutcome::Required(problem) | ResponseOutcome::Refused(problem) => *problem,
            ResponseOutcome::Failed(_)
            | ResponseOutcome::Absent
            | ResponseOutcome::Gone(_)
            | ResponseOutcome::TooManyRequests { .. } => answer.problem_or_status(),
            ResponseOutcome::Unanswered(why) => {
                answer.problem().unwrap_or_else(|| local_problem(answer.status, "unexplained", why))
            }
            ResponseOutcome::Unsent(_)
            | ResponseOutcome::Read(_)
            | ResponseOutcome::NotModified
            | ResponseOutcome::Saved(_)
            | ResponseOutcome::Altered(..)
            | ResponseOutcome::Deleted => {
                return self.not_ifmatch_error(format!("its {} does not fit the request", answer.status_line()));
            }
        };
        ClientError::Refused(Box::new(problem))
    }
}
