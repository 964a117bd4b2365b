//! `GET` and `PUT` of the settings that are replaced under `If-Match`.
//!
//! They are `/control/policy` and `/control/room`.

use std::fmt::Debug;

use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use contract::EntityTag;
use precondition::{Judgement, Verdict};
use serde::Serialize;

use crate::fields::cache_control::{NO_CACHE, NO_STORE};
use crate::fields::content_type::Media;
use crate::fields::value::tag_value;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::body::StrictObject;
use crate::http::conditional_get::{self, EtaggedBody};
use crate::http::request_context::RequestContext;
use crate::http::{body, representation};
use crate::problem::{self, ProblemSubject, Refusal, RequestIntent};
use crate::state::exchange_log::JudgementNote;
use crate::state::guarded_setting::GuardedSetting;
use crate::state::{ServerState, SharedState};

pub(crate) fn get<S>(app: &ServerState, context: &RequestContext, setting: &S) -> Result<AnnotatedResponse, Refusal>
where
    S: GuardedSetting<Value: Serialize>,
{
    let (value, etag) = setting.with_etag();
    let tagged = EtaggedBody { noun: S::NOUN, etag };
    conditional_get::conditional_get(app, context, &tagged, || representation::json(&value, NO_CACHE))
}

/// Replaces the setting, on all servers of the store. Requires `If-Match`.
pub(crate) async fn put<S>(
    app: &ServerState,
    context: &RequestContext,
    setting: &S,
    body: Body,
) -> Result<Response, Refusal>
where
    S: GuardedSetting<Value: StrictObject + Serialize + Debug + Send + Sync + 'static>,
{
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    let conditions = context.conditions.without_dates();
    let now = app.now().to_http_date();
    let first_look = || require_proceed::<S>(app, setting.judge(&conditions, now));
    if context.expects_continue {
        first_look()?;
    }
    let new = match body::read_as(app, body, |bytes, _| body::parse::<S::Value>(bytes)).await {
        Ok(new) => new,
        Err(wrong) => return Err(first_look().err().unwrap_or(wrong)),
    };
    let judged = app.change(setting, |setting| setting.replace(&conditions, now, &new)).await?;
    let etag = require_proceed::<S>(app, judged)?;
    tracing::info!(setting = S::NOUN, ?new, author = %context.author(), "a client replaced a setting");
    let mut response = representation::json(&new, NO_STORE);
    response.headers_mut().insert(header::ETAG, tag_value(&etag));
    Ok(response)
}

/// Returns the tag if the verdict is [`Verdict::Proceed`], or else the refusal.
fn require_proceed<S: GuardedSetting>(
    app: &SharedState,
    (mut judgement, etag): (Judgement, EntityTag),
) -> Result<EntityTag, Refusal> {
    if judgement.verdict == Verdict::Proceed {
        return Ok(etag);
    }
    let subject = ProblemSubject::other(S::NOUN, etag, RequestIntent::Write);
    Err(problem::from_judgement(JudgementNote::new(app.now(), &mut judgement), judgement, &subject))
}
