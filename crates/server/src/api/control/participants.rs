//! `/control/participants`: who is in the room, and the removal of a participant.

use axum::response::Response;
use contract::{Author, Reason};

use crate::fields::cache_control::NO_STORE;
use crate::http::representation::{from_bytes, to_bytes};
use crate::http::request_context::RequestContext;
use crate::problem::details::room;
use crate::problem::{Refusal, types};
use crate::state::ServerState;
use crate::state::offload::ROW_OVERHEAD_BYTES;
use crate::state::participants::RemovalError;

/// About how many bytes a row has as JSON.
const ROW_BYTES: usize = 256;

pub(crate) async fn list(app: &ServerState) -> Response {
    let list = app.participants.list();
    let size = list.participants.len() * (ROW_BYTES + ROW_OVERHEAD_BYTES);
    from_bytes(app.offload.run(size, move || to_bytes(&list)).await, NO_STORE)
}

/// Refuses all requests under a name from now on, ends its event streams, and drops its answer.
pub(crate) async fn remove(app: &ServerState, context: &RequestContext, name: &Author) -> Result<Response, Refusal> {
    context.refuse_conditions(room::condition_on_room)?;
    let now = app.now();
    let removed = app.change(&app.participants, |room| room.remove(name, now)).await?;
    removed.map_err(|error| refusal(error, name))?;
    app.change(&app.question, |question| question.forget_answers(name)).await?;
    app.publish_question();
    tracing::info!(%name, author = %context.author(), "a leader removed a participant");
    Ok(list(app).await)
}

/// Undoes a removal.
pub(crate) async fn readmit(app: &ServerState, context: &RequestContext, name: &Author) -> Result<Response, Refusal> {
    context.refuse_conditions(room::condition_on_room)?;
    let readmitted = app.change(&app.participants, |room| room.readmit(name)).await?;
    readmitted.map_err(|error| refusal(error, name))?;
    app.publish_question();
    tracing::info!(%name, author = %context.author(), "a leader readmitted a participant");
    Ok(list(app).await)
}

fn refusal(error: RemovalError, name: &Author) -> Refusal {
    match error {
        RemovalError::Unknown => {
            Refusal::new(&types::NOT_FOUND, room::unknown_participant(name)).with_reason(Reason::NoParticipant)
        }
        RemovalError::Leader => Refusal::new(&types::CONFLICT, room::leads(name)).with_reason(Reason::IsLeader),
    }
}
