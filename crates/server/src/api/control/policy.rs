//! `GET` and `PUT` of `/control/policy`. The PUT requires `If-Match`.

use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use contract::{EntityTag, Policy};
use precondition::{Judgement, Verdict};

use crate::fields::cache_control::{NO_CACHE, NO_STORE};
use crate::fields::content_type::Media;
use crate::fields::value::tag_value;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::conditional_get::{self, EtaggedBody};
use crate::http::request_context::RequestContext;
use crate::http::{body, representation};
use crate::problem::{self, ProblemSubject, Refusal, RequestIntent};
use crate::state::exchange_log::JudgementNote;
use crate::state::{ServerState, SharedState};

/// The noun for a policy in the sentences of refusals.
const POLICY_NOUN: &str = "policy";

pub(crate) fn get(app: &ServerState, context: &RequestContext) -> Result<AnnotatedResponse, Refusal> {
    let (policy, etag) = app.policy.with_etag();
    let tagged = EtaggedBody { noun: POLICY_NOUN, etag };
    conditional_get::conditional_get(app, context, &tagged, || representation::json(&policy, NO_CACHE))
}

pub(crate) async fn put(app: &ServerState, context: &RequestContext, body: Body) -> Result<Response, Refusal> {
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    let conditions = context.conditions.without_dates();
    let now = app.now().to_http_date();
    let first_look = || require_proceed(app, app.policy.judge(&conditions, now));
    if context.expects_continue {
        first_look()?;
    }
    let new = match body::read_as(app, body, |bytes, _| body::parse::<Policy>(bytes)).await {
        Ok(new) => new,
        Err(wrong) => return Err(first_look().err().unwrap_or(wrong)),
    };
    let etag = app.change(&app.policy, |policy| policy.replace(&conditions, now, new)).await?;
    let etag = require_proceed(app, etag)?;
    tracing::info!(policy = ?new, author = %context.author(), "a client set the policy");
    let mut response = representation::json(&new, NO_STORE);
    response.headers_mut().insert(header::ETAG, tag_value(&etag));
    Ok(response)
}

/// Returns the tag if the verdict is [`Verdict::Proceed`], or else the refusal.
fn require_proceed(app: &SharedState, (mut judgement, etag): (Judgement, EntityTag)) -> Result<EntityTag, Refusal> {
    if judgement.verdict == Verdict::Proceed {
        return Ok(etag);
    }
    let subject = ProblemSubject::other(POLICY_NOUN, etag, RequestIntent::Write);
    Err(problem::from_judgement(JudgementNote::new(app.now(), &mut judgement), judgement, &subject))
}
