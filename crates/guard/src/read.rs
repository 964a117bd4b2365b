//! GET and HEAD: the server's response, with the guard's tag.
//!
//! The guard evaluates the conditions of the read itself, since the server does not know its tags. A HEAD is sent as a
//! GET: the tag depends on the body. No lock is taken; `versions` explains why that is safe.

use axum::body::Body;
use axum::http::{HeaderName, Method, Request, Response, StatusCode, Uri, header};
use precondition::{Conditions, Judgement, Method as JudgedMethod, Verdict};

use crate::error::GuardError;
use crate::fields;
use crate::judging::judge_by;
use crate::origin_server::OriginServer;
use crate::problem::{GuardRefusal, note_evaluation};
use crate::representation::{ReadOutcome, Representation, read};
use crate::resource_key::ResourceKey;
use crate::shared::Shared;
use crate::unguarded;
use crate::versions::Sighting;

/// The fields of a 304, if a 200 would have them (RFC 9110 section 15.4.5).
const NOT_MODIFIED_FIELDS: [HeaderName; 6] =
    [header::CACHE_CONTROL, header::CONTENT_LOCATION, header::DATE, header::EXPIRES, header::SET_COOKIE, header::VARY];

/// Responds to a GET or HEAD.
pub(crate) async fn respond<S: OriginServer>(
    shared: &Shared<S>,
    mut request: Request<Body>,
) -> Result<Response<Body>, GuardError<S::Error>> {
    let is_head = request.method() == Method::HEAD;
    let conditions = fields::conditions(request.headers());
    let uri = request.uri().clone();
    let Ok(key) = ResourceKey::of(&uri) else {
        fields::remove_conditions(request.headers_mut());
        return unguarded::pass(shared, request).await;
    };
    fields::request_whole(request.headers_mut());
    *request.method_mut() = Method::GET;
    let sent = request.headers().clone();
    let resource = shared.resources.get(key);
    let start = resource.versions().begin_read();
    let response = shared.server.send(request).await.map_err(GuardError::Server)?;
    let mut response = match read(response, &shared.options, &shared.budget).await {
        ReadOutcome::Found(representation) => {
            let selection = fields::selection(&uri, &sent, &representation.parts.headers);
            let mut versions = resource.versions();
            let sighting = versions.see(start, selection, &representation.fingerprint, &shared.issuer);
            let by = (&shared.issuer, shared.options.mode);
            let judgement = judge_by(&representation, &sighting, JudgedMethod::Read, &conditions, &versions, by);
            drop(versions);
            return Ok(match judgement.verdict {
                Verdict::Proceed => {
                    let mut response = representation.into_response(&sighting.tag, is_head);
                    note_evaluation(&mut response, judgement.evaluation);
                    response
                }
                Verdict::NotModified => not_modified(&representation, &sighting, judgement),
                _ => refused(shared, &conditions, judgement, &sighting, &uri),
            });
        }
        ReadOutcome::Missing(response) => {
            let selection = fields::selection(&uri, &sent, response.headers());
            resource.versions().see_missing(start, &selection, &shared.issuer);
            response
        }
        ReadOutcome::Unidentified(response, _) => response,
        ReadOutcome::Broken => shared.refuse(GuardRefusal::BrokenRead, &uri),
    };
    fields::remove_tag(response.headers_mut());
    if is_head {
        *response.body_mut() = Body::empty();
    }
    Ok(response)
}

fn not_modified(representation: &Representation, sighting: &Sighting, judgement: Judgement) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    for name in NOT_MODIFIED_FIELDS {
        for value in representation.parts.headers.get_all(&name) {
            headers.append(&name, value.clone());
        }
    }
    fields::insert_tag(headers, &sighting.tag);
    note_evaluation(&mut response, judgement.evaluation);
    response
}

fn refused<S>(
    shared: &Shared<S>,
    conditions: &Conditions,
    judgement: Judgement,
    sighting: &Sighting,
    uri: &Uri,
) -> Response<Body> {
    let names_earlier_run = conditions.sent_tags().any(|tag| shared.issuer.is_of_earlier_run(tag));
    let current = Some(sighting.tag.clone());
    shared.refuse(GuardRefusal::Judged { judgement, current, names_earlier_run, is_read: true }, uri)
}
