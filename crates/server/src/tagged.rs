//! Reading what has a tag and is no document: lists and settings.

use std::fmt::Write;

use axum::body::Bytes;
use axum::http::header;
use axum::response::Response;
use contract::EntityTag;
use precondition::{
    BodyState, Conditions, Current, HttpDate, JudgedRequest, Method, NoHistory, Policy, Target, Verdict, judge,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::app::Shared;
use crate::asked::Asked;
use crate::layers::record::Judged;
use crate::refusal::{self, Refusal, Subject};
use crate::representation::{REVALIDATE, from_bytes, not_modified, tag_value, to_bytes};

/// Something with a tag, and without a date.
pub(crate) struct Tagged {
    /// What to call it in a sentence.
    pub(crate) noun: &'static str,
    pub(crate) etag: EntityTag,
}

impl Tagged {
    /// What the judgement has to know. There is no date to compare with, so [`conditions`] leaves dates out.
    pub(crate) fn as_target(&self, version: u64) -> Target {
        let last_modified = HttpDate::from_unix_seconds(0);
        Target::Exists(Current { etag: self.etag.clone(), version, last_modified, shares_second: true })
    }
}

/// The conditions that can be judged without a date.
pub(crate) fn conditions(asked: &Asked) -> Conditions {
    asked.conditions_on_tags()
}

/// Judges the conditions of a read, and makes the body only where it is sent.
pub(crate) fn read(
    app: &Shared,
    asked: &Asked,
    what: &Tagged,
    body: impl FnOnce() -> Response,
) -> Result<Response, Refusal> {
    let conditions = conditions(asked);
    let now = app.now().to_http_date();
    let request = JudgedRequest { method: Method::Read, conditions: &conditions, body: BodyState::Read, now };
    let mut judgement = judge(&request, &what.as_target(1), &Policy::default(), &NoHistory);
    let judged = Judged::now(app, &mut judgement);
    let mut response = match judgement.verdict {
        Verdict::Proceed => body(),
        Verdict::NotModified => not_modified(&what.etag, REVALIDATE),
        _ => return Err(refusal::of_judgement(judged, judgement, &Subject::other(what.noun, what.etag.clone(), true))),
    };
    response.headers_mut().insert(header::ETAG, tag_value(&what.etag));
    response.extensions_mut().insert(judged);
    Ok(response)
}

/// A list of about so many bytes. It has no versions: its tag is a hash of what is sent, which is all that a list has
/// to promise.
pub(crate) async fn read_list<T: Serialize>(
    app: &Shared,
    asked: &Asked,
    bytes: usize,
    list: impl FnOnce() -> T + Send + 'static,
) -> Result<Response, Refusal> {
    let list = app.offload.run(bytes, move || Hashed::of(&list())).await;
    list.read(app, asked, "list")
}

/// JSON that has no versions, and the hash that is its tag.
#[derive(Clone)]
pub(crate) struct Hashed {
    bytes: Bytes,
    etag: EntityTag,
}

impl Hashed {
    pub(crate) fn of(value: &impl Serialize) -> Self {
        let bytes = to_bytes(value);
        Self { etag: hash_tag(&bytes), bytes: bytes.into() }
    }

    pub(crate) fn read(self, app: &Shared, asked: &Asked, noun: &'static str) -> Result<Response, Refusal> {
        let Self { bytes, etag } = self;
        read(app, asked, &Tagged { noun, etag }, || from_bytes(bytes))
    }
}

fn hash_tag(bytes: &[u8]) -> EntityTag {
    let mut opaque = "h-".to_owned();
    for byte in &Sha256::digest(bytes)[..8] {
        // Writing to a String never fails.
        let _ = write!(opaque, "{byte:02x}");
    }
    EntityTag::strong(opaque).expect("a letter, a dash and hex digits are legal in a tag")
}
