//! A response that is here whole, and what can be read from it. Pure.
//!
//! Only what the message says is read here. What it *means* for a request stands in `outcome`.

use contract::{Author, Document, EntityTag, Problem, Snapshot, Timestamp, fields};
use precondition::HttpDate;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LOCATION, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LAST_MODIFIED};
use serde::de::DeserializeOwned;

use crate::intermediary::{Intermediary, Transformation, body_transformation, tag_transformation};

/// The longest problem that is read, in bytes: its words are shown, and drawn again with each frame.
const MAX_PROBLEM_BYTES: usize = 256 * 1024;

/// Status, fields and body of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceivedResponse {
    pub(crate) status: u16,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// What the `ETag` field says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReceivedValidator {
    /// There is none.
    Missing,
    /// A strong tag, good for `If-Match`.
    Strong(EntityTag),
    /// A tag that is not the one the server gave: `If-Match` never matches it.
    Changed(Transformation),
    /// No entity tag at all.
    Unreadable(String),
}

impl ReceivedResponse {
    /// What the `ETag` field says.
    pub(crate) fn validator(&self) -> ReceivedValidator {
        let Some(value) = self.fields.get(ETAG) else { return ReceivedValidator::Missing };
        match EntityTag::parse(value.as_bytes()) {
            Ok(tag) => tag_transformation(&tag).map_or(ReceivedValidator::Strong(tag), ReceivedValidator::Changed),
            Err(_) => ReceivedValidator::Unreadable(String::from_utf8_lossy(value.as_bytes()).into_owned()),
        }
    }

    /// What was done to the body on its way, where `Content-Encoding` tells.
    pub(crate) fn body_transformation(&self) -> Option<Transformation> {
        body_transformation(&String::from_utf8_lossy(self.fields.get(CONTENT_ENCODING)?.as_bytes()))
    }

    /// The problem that something on the way has changed this answer, and who, as far as the answer tells.
    pub(crate) fn transformation_problem(&self, change: &Transformation, consequence: &str) -> Problem {
        let who = Intermediary::read(|name| self.fields.get(name).map(HeaderValue::as_bytes));
        let told = local_problem(self.status, change.as_str(), format!("{consequence} {}", change.describe(&who)));
        Problem { title: "Changed on the Way".to_owned(), ..told }
    }

    /// Who wrote the version that `ETag` names.
    pub(crate) fn author(&self) -> Option<Author> {
        Author::from_reported(self.fields.get(fields::AUTHOR)?.as_bytes())
    }

    /// When that version was written, to the second.
    pub(crate) fn last_modified(&self) -> Option<Timestamp> {
        let date = HttpDate::parse(self.fields.get(LAST_MODIFIED)?.as_bytes())?;
        let seconds = u64::try_from(date.unix_seconds()).ok()?;
        Some(Timestamp::from_millis(seconds.saturating_mul(1000)))
    }

    /// The document in the body together with the tag `etag`; an error says why the body is none.
    pub(crate) fn snapshot(&self, etag: EntityTag) -> Result<Snapshot, String> {
        let document: Document = self.json()?;
        Ok(Snapshot { etag, author: self.author(), at: self.last_modified(), document })
    }

    /// The body as JSON; an error says what it is instead.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, String> {
        if !self.has_media_type(fields::JSON) {
            return Err(format!(
                "its body is {}, not {}",
                self.media_type().unwrap_or("of no named type"),
                fields::JSON
            ));
        }
        serde_json::from_slice(&self.body).map_err(|error| format!("its body cannot be read: {error}"))
    }

    /// Whether the body is of that media type, whatever the parameters.
    pub(crate) fn has_media_type(&self, media_type: &str) -> bool {
        self.media_type().is_some_and(|sent| sent.eq_ignore_ascii_case(media_type))
    }

    /// Whether the body claims to be the representation of a resource, and not a word about one (RFC 9110 section 8.7).
    pub(crate) fn has_own_content_location(&self) -> bool {
        self.fields.contains_key(CONTENT_LOCATION)
    }

    /// The problem in the body, where there is one. Its status is always the message's own.
    pub(crate) fn problem(&self) -> Option<Problem> {
        if !self.has_media_type(fields::PROBLEM_JSON) || self.body.len() > MAX_PROBLEM_BYTES {
            return None;
        }
        let problem: Problem = serde_json::from_slice(&self.body).ok()?;
        Some(Problem { status: self.status, ..problem })
    }

    /// The problem in the body, or one that says as much as a bare status does.
    pub(crate) fn problem_or_status(&self) -> Problem {
        self.problem().unwrap_or_else(|| {
            let detail =
                format!("The server answered {} and gave no reason that this program can read.", self.status_line());
            local_problem(self.status, "unexplained", detail)
        })
    }

    /// Whether the server says that it had applied this write already (`Ifmatch-Replayed: ?1`).
    pub(crate) fn is_replay(&self) -> bool {
        self.fields.get(fields::REPLAYED).is_some_and(|value| value.as_bytes() == b"?1")
    }

    /// The version that a write buried, unseen by its writer (`Ifmatch-Overwrote`).
    pub(crate) fn overwrote(&self) -> Option<EntityTag> {
        EntityTag::parse(self.fields.get(fields::OVERWROTE)?.as_bytes()).ok()
    }

    /// The status code with its standard phrase, such as `412 Precondition Failed`.
    pub(crate) fn status_line(&self) -> String {
        format!("{} {}", self.status, reason_phrase(self.status)).trim_end().to_owned()
    }

    fn media_type(&self) -> Option<&str> {
        let value = self.fields.get(CONTENT_TYPE)?.to_str().ok()?;
        value.split(';').next().map(str::trim)
    }
}

/// A problem that this client found out by itself, in the form in which servers tell theirs.
pub(crate) fn local_problem(status: u16, error: &str, detail: String) -> Problem {
    Problem {
        kind: "about:blank".to_owned(),
        title: reason_phrase(status).to_owned(),
        status,
        error: error.to_owned(),
        message: detail.clone(),
        detail,
        ..Problem::default()
    }
}

/// The standard's words for a status code; empty for one that it does not know.
fn reason_phrase(status: u16) -> &'static str {
    StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default()
}

/// A response built by hand, for tests.
#[cfg(test)]
pub(crate) fn answer(status: u16, lines: &[(&'static str, &str)], body: &str) -> ReceivedResponse {
    let mut fields = HeaderMap::new();
    for (name, value) in lines {
        fields.append(reqwest::header::HeaderName::from_static(name), value.parse().unwrap());
    }
    ReceivedResponse { status, fields, body: body.as_bytes().to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validator_is_as_it_was_given_or_of_no_use_for_writing() {
        let of = |value: &str| answer(200, &[("etag", value)], "").validator();
        assert_eq!(of("\"v5\""), ReceivedValidator::Strong("\"v5\"".parse().unwrap()));
        assert_eq!(of("W/\"v5\""), ReceivedValidator::Changed(Transformation::Weakened("W/\"v5\"".parse().unwrap())));
        assert_eq!(
            of("\"v5-br\""),
            ReceivedValidator::Changed(Transformation::Marked("\"v5-br\"".parse().unwrap(), "br"))
        );
        assert_eq!(of("v5"), ReceivedValidator::Unreadable("v5".to_owned()));
        assert_eq!(answer(200, &[], "").validator(), ReceivedValidator::Missing);
    }

    #[test]
    fn a_media_type_is_read_without_its_parameters_and_in_any_case() {
        let of = |value: &str| answer(200, &[("content-type", value)], "").has_media_type(fields::JSON);
        assert!(of("application/json") && of("Application/JSON; charset=utf-8"));
        assert!(!of("application/problem+json") && !of("text/html"));
    }

    #[test]
    fn problem_has_the_status_of_its_message_not_of_its_body() {
        let body = r#"{"status":200,"error":"precondition_failed","unknownMember":1}"#;
        let problem = answer(412, &[("content-type", "application/problem+json")], body).problem().unwrap();
        assert_eq!((problem.status, problem.error.as_str()), (412, "precondition_failed"));
        assert_eq!(answer(412, &[("content-type", "text/html")], body).problem(), None);
    }

    #[test]
    fn problem_of_any_length_is_not_shown() {
        let body = |length: usize| format!(r#"{{"error":"full","detail":"{}"}}"#, "x".repeat(length));
        let of = |length| answer(503, &[("content-type", "application/problem+json")], &body(length)).problem();
        assert!(of(MAX_PROBLEM_BYTES / 2).is_some());
        assert_eq!(of(MAX_PROBLEM_BYTES), None);
    }

    #[test]
    fn a_date_is_read_to_the_second() {
        let of = |value: &str| answer(200, &[("last-modified", value)], "").last_modified();
        assert_eq!(of("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Timestamp::from_millis(784_111_777_000)));
        assert_eq!(of("yesterday"), None);
    }
}
