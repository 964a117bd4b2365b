//! PUT, PATCH and DELETE: read, judge, write and read again, all under the resource's lock.
//!
//! The body is received before the lock is taken, so a slow client delays no other. From then on the write is a task of
//! its own: a client that leaves while its write is at the server does not release the lock.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header, request, response};
use precondition::{Conditions, EntityTag, Evaluation, Judgement, Method as JudgedMethod, Verdict};
use tokio::time::timeout;

use crate::buffered::{Collected, Obstacle, collect};
use crate::error::GuardError;
use crate::fields;
use crate::fingerprint::Fingerprint;
use crate::judging::{judge_by, judge_missing};
use crate::options::GuardMode;
use crate::origin_server::OriginServer;
use crate::problem::{GuardRefusal, note_evaluation};
use crate::representation::{KeptContent, ReadOutcome, Representation, Unidentifiable, declared_length, read};
use crate::resource_key::ResourceKey;
use crate::resources::GuardedResource;
use crate::shared::Shared;
use crate::versions::{Novelty, Selection, Sighting};
use crate::write_mark::WriteMark;

/// The longest time for which a response to a write may be compared with the new representation.
const MAX_COMPARING_TIME: Duration = Duration::from_secs(5);

/// Receives a write, judges it, and sends it on if its conditions hold.
pub(crate) async fn respond<S: OriginServer>(
    shared: &Arc<Shared<S>>,
    request: Request<Body>,
    kind: JudgedMethod,
) -> Result<Response<Body>, GuardError<S::Error>> {
    let (parts, body) = request.into_parts();
    let key = match ResourceKey::of(&parts.uri) {
        Ok(key) => key,
        Err(why) => return Ok(shared.refuse(GuardRefusal::Ambiguous(why), &parts.uri)),
    };
    let max = shared.options.max_write_bytes;
    if declared_length(&parts.headers).is_some_and(|length| length > max) {
        return Ok(shared.refuse(GuardRefusal::TooLarge { max }, &parts.uri));
    }
    let body = match collect(body, max, None, &shared.budget).await {
        Collected::Whole(body) => body,
        Collected::Unfinished(_, Obstacle::BudgetUsedUp) => {
            return Ok(shared.refuse(GuardRefusal::BuffersFull, &parts.uri));
        }
        Collected::Unfinished(..) => return Ok(shared.refuse(GuardRefusal::TooLarge { max }, &parts.uri)),
        Collected::Broken => return Err(GuardError::BodyFailed),
    };
    let conditions = fields::conditions(&parts.headers);
    let resource = shared.resources.get(key);
    let uri = parts.uri.clone();
    let write = Write { shared: Arc::clone(shared), resource, parts, body, conditions, kind };
    match tokio::spawn(async move { write.run().await }).await {
        Ok(response) => response.map_err(GuardError::Server),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime ends.
            Err(_) => Ok(shared.refuse(GuardRefusal::WriteTimeout, &uri)),
        },
    }
}

/// A write that was received whole.
#[derive(Debug)]
struct Write<S> {
    shared: Arc<Shared<S>>,
    resource: Arc<GuardedResource>,
    parts: request::Parts,
    body: Bytes,
    conditions: Conditions,
    kind: JudgedMethod,
}

/// The response of the server to a read by the guard.
#[derive(Debug)]
enum CurrentState {
    Found(Box<Representation>, Sighting),
    Missing(Response<Body>),
    Unidentified(Response<Body>, Unidentifiable),
    Refused(GuardRefusal),
}

/// The result of the judgement.
#[derive(Debug)]
enum Decision {
    /// The conditions hold.
    Proceed(Basis),
    /// The write is not sent.
    Respond(Response<Body>),
}

/// The version that a write replaces.
#[derive(Debug, Default)]
struct Basis {
    /// How the representation was selected; `None` if it was not read.
    read_as: Option<Selection>,
    /// The identity of the representation; `None` if there is none, or if it was not read.
    fingerprint: Option<Fingerprint>,
    /// The server's own strong tag.
    server_tag: Option<EntityTag>,
    evaluation: Vec<Evaluation>,
}

/// The result of sending a write.
#[derive(Debug)]
enum Sent {
    /// The response for the client.
    Answered(Response<Body>),
    /// The server says that its own tag, which the guard added as a condition, is not the current one.
    ServerCondition,
}

impl<S: OriginServer> Write<S> {
    async fn run(self) -> Result<Response<Body>, S::Error> {
        let options = &self.shared.options;
        let Some(_place) = self.resource.enqueue(options.max_waiting_writes) else {
            return Ok(self.refuse(GuardRefusal::Busy));
        };
        let Ok(_lock) = timeout(options.max_wait, self.resource.lock.lock()).await else {
            return Ok(self.refuse(GuardRefusal::Busy));
        };
        let mut trusts_server_tag = true;
        loop {
            let mut basis = match self.decide().await? {
                Decision::Proceed(basis) => basis,
                Decision::Respond(response) => return Ok(response),
            };
            if !trusts_server_tag {
                basis.server_tag = None;
            }
            match self.send(basis).await? {
                Sent::Answered(response) => return Ok(response),
                // Another client may have written around the guard, so the write is judged again. If nothing has
                // changed, the server does not know its own tags, and the write is sent without one.
                Sent::ServerCondition => trusts_server_tag = false,
            }
        }
    }

    fn refuse(&self, refusal: GuardRefusal) -> Response<Body> {
        self.shared.refuse(refusal, &self.parts.uri)
    }

    /// Reads the current representation, and judges the write by it.
    async fn decide(&self) -> Result<Decision, S::Error> {
        let Shared { options, issuer, .. } = &*self.shared;
        if options.mode == GuardMode::Optional && self.conditions.is_empty() {
            return Ok(Decision::Proceed(Basis::default()));
        }
        let read_as = self.resource.versions().selection_of(self.conditions.sent_tags(), issuer).cloned();
        let mut current = self.read(read_as.as_ref()).await?;
        if let CurrentState::Found(_, Sighting { novelty: Novelty::Changed, .. }) = current {
            // Either another client has written around the guard, or the representation is never the same.
            let was_unsteady = self.resource.versions().differs_with_every_read();
            current = self.read(read_as.as_ref()).await?;
            let is_unsteady = matches!(&current, CurrentState::Found(_, seen) if seen.novelty == Novelty::Changed);
            if was_unsteady || is_unsteady {
                return Ok(Decision::Respond(self.refuse(GuardRefusal::DiffersWithEveryRead)));
            }
        }
        let by = (issuer, options.mode);
        Ok(match current {
            CurrentState::Found(representation, sighting) => {
                let versions = self.resource.versions();
                let judgement = judge_by(&representation, &sighting, self.kind, &self.conditions, &versions, by);
                drop(versions);
                match judgement.verdict {
                    Verdict::Proceed => Decision::Proceed(Basis {
                        read_as,
                        server_tag: representation.server_tag(),
                        fingerprint: Some(representation.fingerprint),
                        evaluation: judgement.evaluation,
                    }),
                    _ => Decision::Respond(self.refuse_judged(judgement, Some((*representation, sighting.tag)))),
                }
            }
            CurrentState::Missing(response) => {
                let versions = self.resource.versions();
                let judgement = judge_missing(self.kind, &self.conditions, &versions, by);
                drop(versions);
                match judgement.verdict {
                    Verdict::Proceed => {
                        Decision::Proceed(Basis { evaluation: judgement.evaluation, read_as, ..Basis::default() })
                    }
                    // The server itself says that there is nothing to change.
                    Verdict::NotFound | Verdict::Gone => Decision::Respond(without_tag(response)),
                    _ => Decision::Respond(self.refuse_judged(judgement, None)),
                }
            }
            CurrentState::Unidentified(response, why) => Decision::Respond(match why {
                Unidentifiable::Status(status) if explains_itself(status) => without_tag(response),
                _ => self.refuse(GuardRefusal::Unidentified(why)),
            }),
            CurrentState::Refused(refusal) => Decision::Respond(self.refuse(refusal)),
        })
    }

    /// Returns the refusal that follows from a judgement.
    ///
    /// It is a problem or, if the client prefers that, the current representation.
    fn refuse_judged(&self, judgement: Judgement, current: Option<(Representation, EntityTag)>) -> Response<Body> {
        let is_failed = matches!(judgement.verdict, Verdict::Failed(_));
        match current {
            Some((representation, tag)) if is_failed && fields::prefers_representation(&self.parts.headers) => {
                let mut response = representation.into_response(&tag, false);
                *response.status_mut() = StatusCode::PRECONDITION_FAILED;
                let headers = response.headers_mut();
                headers.remove(header::SET_COOKIE);
                headers.insert("preference-applied", HeaderValue::from_static("return=representation"));
                headers.append(header::VARY, HeaderValue::from_static("Prefer"));
                headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
                self.insert_location(headers);
                note_evaluation(&mut response, judgement.evaluation);
                response
            }
            current => {
                let names_earlier_run =
                    self.conditions.sent_tags().any(|tag| self.shared.issuer.is_of_earlier_run(tag));
                let current = current.map(|(_, tag)| tag);
                self.refuse(GuardRefusal::Judged { judgement, current, names_earlier_run, is_read: false })
            }
        }
    }

    /// Says that the body of a response is the current representation of the resource itself.
    fn insert_location(&self, fields: &mut HeaderMap) {
        let target = self.parts.uri.path_and_query().map(|target| self.shared.without_base(target.as_str()));
        if let Some(Ok(target)) = target.map(HeaderValue::from_str) {
            fields.insert(header::CONTENT_LOCATION, target);
        }
    }

    /// Reads the representation that the server has now, and lets the resource's state take it in.
    async fn read(&self, read_as: Option<&Selection>) -> Result<CurrentState, S::Error> {
        let Shared { server, options, issuer, budget, .. } = &*self.shared;
        let request = fields::read_before_write(&self.parts, read_as);
        let sent = request.headers().clone();
        let start = self.resource.versions().begin_read();
        let answer =
            timeout(options.max_server_time, async { Ok(read(server.send(request).await?, options, budget).await) });
        let Ok(outcome) = answer.await else { return Ok(CurrentState::Refused(GuardRefusal::ReadTimeout)) };
        let selection_for = |response: &_| fields::selection(&self.parts.uri, &sent, response);
        Ok(match outcome? {
            ReadOutcome::Found(representation) => {
                let selection = selection_for(&representation.parts.headers);
                let sighting = self.resource.versions().see(start, selection, &representation.fingerprint, issuer);
                CurrentState::Found(Box::new(representation), sighting)
            }
            ReadOutcome::Missing(response) => {
                let selection = selection_for(response.headers());
                self.resource.versions().see_missing(start, &selection, issuer);
                CurrentState::Missing(response)
            }
            ReadOutcome::Unidentified(response, why) => CurrentState::Unidentified(response, why),
            ReadOutcome::Broken => CurrentState::Refused(GuardRefusal::BrokenRead),
        })
    }

    /// Sends the write, whose conditions hold, and reads what it has made.
    async fn send(&self, basis: Basis) -> Result<Sent, S::Error> {
        let Shared { server, options, budget, .. } = &*self.shared;
        let mark = WriteMark::begin(&self.shared, Arc::clone(&self.resource));
        let request = self.request(&basis);
        let answer = timeout(options.max_server_time, async {
            let (parts, body) = server.send(request).await?.into_parts();
            // The write has ended when its response is complete, or too long to be only about the write.
            Ok((parts, collect(body, options.max_hashed_bytes, Some(MAX_COMPARING_TIME), budget).await))
        });
        let Ok(answer) = answer.await else { return Ok(Sent::Answered(self.refuse(GuardRefusal::WriteTimeout))) };
        let (mut parts, body) = answer?;
        parts.headers.remove(header::ETAG);
        let status = parts.status;
        if status == StatusCode::PRECONDITION_FAILED && basis.server_tag.is_some() {
            mark.end_without_change();
            return Ok(Sent::ServerCondition);
        }
        let mut tag = None;
        if status.is_success() && status != StatusCode::ACCEPTED {
            drop(mark);
            if self.parts.method != Method::DELETE {
                let answered = if let Collected::Whole(body) = &body { body.clone() } else { Bytes::new() };
                tag = self.new_tag(basis.read_as.as_ref(), &mut parts, &answered).await?;
            }
        } else if status.is_client_error() && self.is_unchanged(&basis).await? {
            mark.end_without_change();
        }
        let mut response = match body {
            Collected::Whole(body) => Response::from_parts(parts, Body::from(body)),
            Collected::Unfinished(body, _) => Response::from_parts(parts, body),
            // The client gets what the server has sent: fields, and a body that broke off.
            Collected::Broken => Response::from_parts(parts, broken_body()),
        };
        if let Some(tag) = tag {
            fields::insert_tag(response.headers_mut(), &tag);
        }
        note_evaluation(&mut response, basis.evaluation);
        Ok(Sent::Answered(response))
    }

    /// Returns the request for the server. Its conditions are those that the server can evaluate itself.
    fn request(&self, basis: &Basis) -> Request<Body> {
        let mut request = Request::from_parts(self.parts.clone(), Body::from(self.body.clone()));
        let headers = request.headers_mut();
        let creates = self.conditions.value(precondition::Field::IfNoneMatch) == Some(b"*");
        fields::remove_conditions(headers);
        for name in [header::EXPECT, header::TRAILER, header::TRANSFER_ENCODING] {
            headers.remove(name);
        }
        if !self.body.is_empty() || headers.contains_key(header::CONTENT_LENGTH) {
            headers.insert(header::CONTENT_LENGTH, self.body.len().into());
        }
        if let Some(tag) = &basis.server_tag {
            let value = HeaderValue::from_bytes(&tag.to_bytes()).expect("a tag has no control characters");
            headers.insert(header::IF_MATCH, value);
        } else if creates {
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("*"));
        }
        request
    }

    /// Reads the representation that a write has made, and returns its tag if the client may have it.
    ///
    /// A PUT is answered with a tag only if the client knows the representation that it names (RFC 9110 section 9.3.4):
    /// the server has stored the bytes that were sent, or its response has the new representation.
    async fn new_tag(
        &self,
        read_as: Option<&Selection>,
        parts: &mut response::Parts,
        answered: &Bytes,
    ) -> Result<Option<EntityTag>, S::Error> {
        let CurrentState::Found(stored, sighting) = self.read(read_as).await? else { return Ok(None) };
        if matches!(sighting.novelty, Novelty::Changed | Novelty::Overlapped) {
            return Ok(None);
        }
        let stored = match &stored.content {
            KeptContent::Whole(bytes) => bytes,
            KeptContent::Streamed(_) => return Ok(None),
        };
        let is_encoded = self.parts.headers.contains_key(header::CONTENT_ENCODING);
        let is_as_sent = self.parts.method == Method::PUT && !is_encoded && *stored == self.body;
        let own = self.parts.uri.path_and_query().map(|target| target.as_str().as_bytes());
        let is_elsewhere = parts.headers.get(header::CONTENT_LOCATION).is_some_and(|of| Some(of.as_bytes()) != own);
        let is_in_response = (answered == stored && !answered.is_empty())
            && matches!(parts.status, StatusCode::OK | StatusCode::CREATED)
            && !is_elsewhere;
        if is_in_response {
            self.insert_location(&mut parts.headers);
        }
        let may_have_it = is_as_sent || is_in_response || self.parts.method == Method::PATCH;
        Ok(may_have_it.then_some(sighting.tag))
    }

    /// Returns whether a write that the server refused has left the representation as it was judged.
    async fn is_unchanged(&self, basis: &Basis) -> Result<bool, S::Error> {
        let Some(before) = basis.fingerprint.as_ref().filter(|before| before.is_of_content()) else { return Ok(false) };
        let Shared { server, options, budget, .. } = &*self.shared;
        let request = fields::read_before_write(&self.parts, basis.read_as.as_ref());
        let answer =
            timeout(options.max_server_time, async { Ok(read(server.send(request).await?, options, budget).await) });
        let Ok(outcome) = answer.await else { return Ok(false) };
        Ok(matches!(outcome?, ReadOutcome::Found(now) if now.fingerprint == *before))
    }
}

/// Returns whether the server's response to a read explains to a writer why it cannot write either.
fn explains_itself(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS)
        || status.is_server_error()
}

fn without_tag(mut response: Response<Body>) -> Response<Body> {
    fields::remove_tag(response.headers_mut());
    response
}

/// Returns a body that ends with an error.
fn broken_body() -> Body {
    let error = std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    Body::from_stream(futures_util::stream::once(async { Err::<Bytes, _>(error) }))
}
