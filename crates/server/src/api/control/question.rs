//! `GET`, `PUT` and `DELETE` of `/control/question`.
//!
//! The leader asks with `If-None-Match: *`, and changes the question with `If-Match`, so that two leaders do not
//! overwrite each other's question unseen.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::{EntityTag, QuestionSetting};
use precondition::{Judgement, Method, Verdict};

use crate::api::question::no_question;
use crate::fields::cache_control::{NO_CACHE, NO_STORE};
use crate::fields::content_type::Media;
use crate::fields::value::tag_value;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::body::{self, StrictObject};
use crate::http::conditional_get::{self, EtaggedBody};
use crate::http::representation;
use crate::http::request_context::RequestContext;
use crate::problem::details::room;
use crate::problem::{self, ProblemSubject, Refusal, RequestIntent};
use crate::state::exchange_log::JudgementNote;
use crate::state::question::SettingOutcome;
use crate::state::{ServerState, SharedState};

/// The noun for a question in the sentences of refusals.
const QUESTION_NOUN: &str = "question";

impl StrictObject for QuestionSetting {
    const EXPECTED: &'static str = "an object with text, choices and, optionally, state, round, right and because";
}

pub(crate) fn get(app: &ServerState, context: &RequestContext) -> Result<AnnotatedResponse, Refusal> {
    let (setting, etag) = app.question.setting().ok_or_else(no_question)?;
    let tagged = EtaggedBody { noun: QUESTION_NOUN, etag };
    conditional_get::conditional_get(app, context, &tagged, || representation::json(&setting, NO_CACHE))
}

pub(crate) async fn put(app: &ServerState, context: &RequestContext, body: Body) -> Result<Response, Refusal> {
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    let conditions = context.conditions.without_dates();
    let now = app.now().to_http_date();
    let first_look = || require_proceed(app, app.question.judge(Method::Put, &conditions, now), RequestIntent::Write);
    if context.expects_continue {
        first_look()?;
    }
    let read = body::read_as(app, body, |bytes, _| {
        let setting: QuestionSetting = body::parse(bytes)?;
        setting.check().map_err(|error| body::unprocessable(&error.to_string()))?;
        Ok(setting)
    });
    let new = match read.await {
        Ok(new) => new,
        Err(wrong) => return Err(first_look().err().unwrap_or(wrong)),
    };
    let (etag, status) = match app
        .change(&app.question, |question| question.replace(&conditions, now, new.clone()))
        .await?
    {
        SettingOutcome::Refused(judgement, etag) => return Err(refused(app, judgement, etag, RequestIntent::Write)),
        SettingOutcome::WrongRound { from, to } => return Err(body::unprocessable(&room::wrong_round(from, to))),
        SettingOutcome::Done { etag, is_new: true } => (etag, StatusCode::CREATED),
        SettingOutcome::Done { etag, is_new: false } => (etag, StatusCode::OK),
    };
    app.publish_question();
    tracing::info!(state = ?new.state, round = new.round, author = %context.author(), "a leader set the question");
    let mut response = representation::json(&new, NO_STORE);
    *response.status_mut() = status;
    response.headers_mut().insert(header::ETAG, tag_value(&etag));
    Ok(response)
}

/// Withdraws the question. Its answers are forgotten.
pub(crate) async fn delete(app: &ServerState, context: &RequestContext) -> Result<Response, Refusal> {
    let conditions = context.conditions.without_dates();
    let now = app.now().to_http_date();
    let withdrawn = app.change(&app.question, |question| question.withdraw(&conditions, now)).await?;
    require_proceed(app, withdrawn, RequestIntent::Delete)?;
    app.publish_question();
    tracing::info!(author = %context.author(), "a leader withdrew the question");
    Ok((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, NO_STORE)]).into_response())
}

fn require_proceed(
    app: &SharedState,
    (judgement, etag): (Judgement, Option<EntityTag>),
    intent: RequestIntent,
) -> Result<(), Refusal> {
    if judgement.verdict == Verdict::Proceed { Ok(()) } else { Err(refused(app, judgement, etag, intent)) }
}

fn refused(app: &SharedState, mut judgement: Judgement, etag: Option<EntityTag>, intent: RequestIntent) -> Refusal {
    if matches!(judgement.verdict, Verdict::NotFound | Verdict::Gone) {
        return no_question();
    }
    let subject = ProblemSubject::setting(QUESTION_NOUN, etag, intent);
    problem::from_judgement(JudgementNote::new(app.now(), &mut judgement), judgement, &subject)
}
