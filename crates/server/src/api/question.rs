//! `GET /api/question` and `PUT /api/question/answers/{name}`: the question, and its answers.
//!
//! How the leader sets the question: [`control::question`](crate::api::control::question).

use axum::body::Body;
use axum::response::Response;
use contract::{Author, QuestionAnswer, Reason};

use crate::fields::cache_control::NO_STORE;
use crate::fields::content_type::Media;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::body::{self, StrictObject};
use crate::http::conditional_get::HashedBody;
use crate::http::representation;
use crate::http::request_context::RequestContext;
use crate::problem::details::room;
use crate::problem::{Refusal, types};
use crate::state::ServerState;
use crate::state::question::AnswerError;

impl StrictObject for QuestionAnswer {
    const EXPECTED: &'static str = "an object with choice and, optionally, id";
}

/// Returns the question. Its tag is a hash of its bytes, so it changes with each answer.
pub(crate) async fn get(app: &ServerState, context: &RequestContext) -> Result<AnnotatedResponse, Refusal> {
    app.sync_people().await?;
    let question = app.question().ok_or_else(no_question)?;
    HashedBody::of(&question).hashed_response(app, context, "question")
}

/// Records the answer of the participant who sends it. A later one of the same round replaces it.
pub(crate) async fn answer(
    app: &ServerState,
    context: &RequestContext,
    name: Author,
    body: Body,
) -> Result<Response, Refusal> {
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    context.refuse_conditions(room::condition_on_room)?;
    let own = context.identity().filter(|client| client.joined).map(|client| client.name);
    match own {
        Some(own) if own == name => {}
        Some(own) => {
            let refusal = Refusal::new(&types::FORBIDDEN, room::answer_of_another(&own, &name));
            return Err(refusal.with_reason(Reason::OtherName));
        }
        None => return Err(Refusal::new(&types::FORBIDDEN, room::not_joined()).with_reason(Reason::NotJoined)),
    }
    let answer: QuestionAnswer = body::read_as(app, body, |bytes, _| body::parse(bytes)).await?;
    app.change(&app.question, |question| question.answer(&name, &answer)).await?.map_err(refusal)?;
    app.publish_question();
    Ok(representation::json(&answer, NO_STORE))
}

/// Returns the refusal of an answer.
pub(crate) fn refusal(error: AnswerError) -> Refusal {
    match error {
        AnswerError::NoQuestion => no_question(),
        AnswerError::Closed => {
            Refusal::new(&types::CONFLICT, room::question_closed()).with_reason(Reason::QuestionClosed)
        }
        AnswerError::OtherQuestion { id } => {
            Refusal::new(&types::CONFLICT, room::other_question(&id)).with_reason(Reason::OtherQuestion)
        }
        AnswerError::NoSuchChoice { choices } => body::unprocessable(&room::no_such_choice(choices)),
    }
}

pub(crate) fn no_question() -> Refusal {
    Refusal::new(&types::NOT_FOUND, room::no_question()).with_reason(Reason::NoQuestion)
}
