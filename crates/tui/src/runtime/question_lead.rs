//! The connection of a leader to the room's question: requests in order, and their results.

use std::time::Duration;

use client::{Backoff, Client, ClientError, Scope, StreamEvent};
use contract::{EntityTag, QuestionSetting, QuestionState};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::event::Event;
use crate::inbox::EventSender;
use crate::question_lead::{LeadFailure, LeadReport, LeadRequest, LedSetting, QuestionGuard};

/// How long a stage that leaves a lesson waits until its question is withdrawn.
const WITHDRAWAL_TIMEOUT: Duration = Duration::from_secs(2);

/// Carries out requests in order, until their sender is gone.
///
/// `token_variable` is the environment variable for the leader's code, which a refusal names.
pub(super) async fn lead(
    client: Client,
    token_variable: &'static str,
    mut requests: mpsc::UnboundedReceiver<LeadRequest>,
    events: EventSender,
) {
    let mut mine = None;
    while let Some(request) = requests.recv().await {
        let done = match execute(&client, request, mine.as_ref()).await {
            Ok(led) => {
                mine = led.as_ref().map(|led| led.etag.clone());
                Ok(led.map(Box::new))
            }
            Err(error) => Err(failure_of(&client, &error, token_variable).await),
        };
        if events.deliver(Event::QuestionLed(LeadReport::Done(done))).await.is_err() {
            return;
        }
    }
}

/// Carries out a request, and returns the question as it is then.
///
/// `mine` is the tag that the request before has left.
async fn execute(
    client: &Client,
    request: LeadRequest,
    mine: Option<&EntityTag>,
) -> Result<Option<LedSetting>, ClientError> {
    match request {
        LeadRequest::Read => client.question_setting().await,
        LeadRequest::Set { setting, over: QuestionGuard::Whatever } => ask(client, &setting).await.map(Some),
        LeadRequest::Set { setting, over } => client.set_question(&setting, tag_of(&over, mine)).await.map(Some),
        LeadRequest::Withdraw(over) => {
            if let Some(etag) = tag_of(&over, mine) {
                withdraw(client, etag).await?;
            }
            Ok(None)
        }
    }
}

/// Returns the tag of the question that a request replaces.
const fn tag_of<'a>(over: &'a QuestionGuard, mine: Option<&'a EntityTag>) -> Option<&'a EntityTag> {
    match over {
        QuestionGuard::Mine => mine,
        QuestionGuard::Tag(etag) => Some(etag),
        QuestionGuard::Whatever | QuestionGuard::Nothing => None,
    }
}

/// Asks a question in place of the one before.
///
/// If it is the same question, its earlier votes are forgotten.
async fn ask(client: &Client, setting: &QuestionSetting) -> Result<LedSetting, ClientError> {
    let mut etag: Option<EntityTag> = None;
    if let Some(before) = client.question_setting().await? {
        if before.value.is_same_question(setting) {
            withdraw(client, &before.etag).await?;
        } else {
            etag = Some(before.etag);
        }
    }
    client.set_question(setting, etag.as_ref()).await
}

/// Withdraws a question. If there is none any more, that is done already.
async fn withdraw(client: &Client, etag: &EntityTag) -> Result<(), ClientError> {
    match client.withdraw_question(etag).await {
        Err(ClientError::Refused(problem)) if problem.status == 404 => Ok(()),
        withdrawn => withdrawn,
    }
}

/// Withdraws a lesson's question because the stage leaves the lesson, unless its answer is revealed.
///
/// If the room does not answer in time, that is only logged.
pub(super) async fn leave(client: Client, setting: QuestionSetting) {
    let withdraw_own = async {
        match client.question_setting().await? {
            Some(asked) if asked.value.is_same_question(&setting) && asked.value.state != QuestionState::Revealed => {
                withdraw(&client, &asked.etag).await
            }
            Some(_) | None => Ok(()),
        }
    };
    if !matches!(timeout(WITHDRAWAL_TIMEOUT, withdraw_own).await, Ok(Ok(()))) {
        tracing::warn!("the lesson's question could not be withdrawn from the room");
    }
}

/// Returns why a request was not carried out.
///
/// If another leader was faster, the question as it is now is returned, too.
async fn failure_of(client: &Client, error: &ClientError, token_variable: &str) -> LeadFailure {
    match error {
        ClientError::Refused(problem) if problem.status == 412 => match client.question_setting().await {
            Ok(now) => LeadFailure::Overtaken(now.map(Box::new)),
            Err(error) => LeadFailure::Failed(error.clause()),
        },
        ClientError::Refused(problem) if matches!(problem.status, 401 | 403) => {
            let why = problem.detail.trim_end_matches('.');
            LeadFailure::Failed(format!("{why}; start again with the leader's code in {token_variable}"))
        }
        error => LeadFailure::Failed(error.clause()),
    }
}

/// Reports the question and the settings as the room sees them, and whether the room can be reached.
pub(super) async fn listen(client: Client, events: EventSender) {
    let mut stream = client.watch(Scope::All, Backoff::default());
    loop {
        let report = match stream.next().await {
            StreamEvent::Connected => LeadReport::Reachable,
            StreamEvent::Disconnected(why) => LeadReport::Unreachable(why.trim_end_matches('.').to_owned()),
            StreamEvent::Question(seen) => LeadReport::Seen(seen),
            StreamEvent::Room(settings) => {
                if events.deliver(Event::RoomSettingsHeard(settings)).await.is_err() {
                    return;
                }
                continue;
            }
            StreamEvent::Heard { .. } => continue,
        };
        if events.deliver(Event::QuestionLed(report)).await.is_err() {
            return;
        }
    }
}
