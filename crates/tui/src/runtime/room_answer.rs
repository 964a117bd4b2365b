//! Sends an answer to the leader's question. A client that has not joined the room joins it first.

use client::{Client, ClientError};
use contract::Reason;

use crate::room_question::{AnswerFailure, SentAnswer};

/// Sends an answer.
///
/// If only a participant may answer, the client joins under its author's name, and sends the answer again.
/// The answer is on the wire; the response to joining has a token, so that exchange is not recorded.
pub(super) async fn send(client: &Client, sent: &SentAnswer) -> Result<(), AnswerFailure> {
    let answer = || client.answer(sent.choice, Some(&sent.question));
    match answer().await {
        Err(error) if reason(&error) == Some(&Reason::NotJoined) => {
            client.join_for_all_clones().await?;
            Ok(answer().await?)
        }
        answered => Ok(answered?),
    }
}

fn reason(error: &ClientError) -> Option<&Reason> {
    if let ClientError::Refused(problem) = error { problem.reason.as_ref() } else { None }
}

impl From<ClientError> for AnswerFailure {
    fn from(error: ClientError) -> Self {
        match reason(&error) {
            Some(Reason::QuestionClosed) => Self::Closed,
            Some(Reason::OtherQuestion | Reason::NoQuestion) => Self::Replaced,
            Some(Reason::Removed) => Self::Removed,
            Some(Reason::NameTaken) => Self::NameTaken,
            _ => Self::Failed(error.clause()),
        }
    }
}
