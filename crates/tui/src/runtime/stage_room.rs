//! The connection of the stage to its room: requests in order, and the question as the room sees it.

use client::{Backoff, Client, ClientError, Scope, StreamEvent};
use contract::{EntityTag, QuestionSetting};
use tokio::sync::mpsc;

use crate::event::Event;
use crate::inbox::EventSender;
use crate::stage_room::{StageRoomReport, StageRoomRequest};

/// Carries out requests in order, until their sender is gone.
pub(super) async fn lead(client: Client, mut requests: mpsc::UnboundedReceiver<StageRoomRequest>, events: EventSender) {
    let mut etag = None;
    while let Some(request) = requests.recv().await {
        let done = match request {
            StageRoomRequest::Ask(setting) => ask(&client, &setting).await,
            StageRoomRequest::Change(setting) => client.set_question(&setting, etag.as_ref()).await,
        };
        let done = match done {
            Ok(guarded) => {
                etag = Some(guarded.etag);
                Ok(())
            }
            Err(error) => Err(failure_words(&error)),
        };
        if events.deliver(Event::StageRoom(StageRoomReport::Done(done))).await.is_err() {
            return;
        }
    }
}

/// Asks a question in place of the one before.
///
/// If it is the same question, its earlier votes are forgotten.
async fn ask(client: &Client, setting: &QuestionSetting) -> Result<client::GuardedQuestion, ClientError> {
    let mut etag: Option<EntityTag> = None;
    if let Some(before) = client.question_setting().await? {
        if before.setting.is_same_question(setting) {
            client.withdraw_question(&before.etag).await?;
        } else {
            etag = Some(before.etag);
        }
    }
    client.set_question(setting, etag.as_ref()).await
}

/// Returns why a request was not carried out, and what to do.
fn failure_words(error: &ClientError) -> String {
    match error {
        ClientError::Refused(problem) if problem.status == 412 => {
            "another leader has changed the room's question meanwhile; the lesson's next question replaces it"
                .to_owned()
        }
        ClientError::Refused(problem) if matches!(problem.status, 401 | 403) => {
            format!(
                "{}; start again with the leader's code in IFMATCH_ROOM_TOKEN",
                problem.detail.trim_end_matches('.')
            )
        }
        error => error.to_string().trim_end_matches('.').to_owned(),
    }
}

/// Reports the question as the room sees it, and whether the room can be reached.
pub(super) async fn listen(client: Client, events: EventSender) {
    let mut stream = client.watch(Scope::All, Backoff::default());
    loop {
        let report = match stream.next().await {
            StreamEvent::Connected => StageRoomReport::Reachable,
            StreamEvent::Disconnected(why) => StageRoomReport::Unreachable(why.trim_end_matches('.').to_owned()),
            StreamEvent::Question(seen) => StageRoomReport::Seen(seen),
            StreamEvent::Heard { .. } => continue,
        };
        if events.deliver(Event::StageRoom(report)).await.is_err() {
            return;
        }
    }
}
