//! `POST /api/participants`: a client joins the room under a name that no other client has.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use contract::{JoinRequest, JoinedParticipant, Reason};

use crate::budget;
use crate::fields::cache_control::NO_STORE;
use crate::fields::content_type::Media;
use crate::http::body::{self, StrictObject};
use crate::http::representation;
use crate::http::request_context::RequestContext;
use crate::problem::details::room;
use crate::problem::{RETRY_AFTER_SECONDS, Refusal, details, types};
use crate::state::ServerState;
use crate::state::participants::JoinError;

impl StrictObject for JoinRequest {
    const EXPECTED: &'static str = "an object with name";
}

/// Lets a client join, and responds with the token that identifies it from now on.
pub(crate) async fn join(app: &ServerState, context: &RequestContext, body: Body) -> Result<Response, Refusal> {
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    context.refuse_conditions(room::condition_on_room)?;
    let JoinRequest { name } = body::read_as(app, body, |bytes, _| body::parse(bytes)).await?;
    let Some(client) = context.identity() else {
        // Access control has refused such a request before.
        return Err(Refusal::new(&types::INTERNAL_ERROR, details::internal()));
    };
    if client.joined && client.name != name {
        let refusal = Refusal::new(&types::FORBIDDEN, room::joins_under_other_name(&client.name));
        return Err(refusal.with_reason(Reason::OtherName));
    }
    let token = app.join_room(&client, &name).await?.map_err(|error| match error {
        JoinError::Taken { free } => Refusal::new(&types::CONFLICT, room::name_taken(&name, &free))
            .with_reason(Reason::NameTaken)
            .map_problem(|problem| problem.free = Some(free)),
        JoinError::Full => {
            Refusal::budget_exhausted(&budget::PARTICIPANTS, &app.options.budgets, Some(RETRY_AFTER_SECONDS))
        }
        JoinError::NoRandomNumbers => Refusal::new(&types::INTERNAL_ERROR, room::no_random_numbers()),
    })?;
    app.publish_question();
    tracing::info!(%name, "a participant joined");
    let mut response = representation::json(&JoinedParticipant { name, token }, NO_STORE);
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}
