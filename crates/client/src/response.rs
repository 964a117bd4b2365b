//! A complete response, and what can be read from it. Pure.
//!
//! Only the message itself is read here. What it *means* for a request is in `outcome`.

use std::io;

use contract::{Author, Document, EntityTag, Problem, Snapshot, Timestamp, fields};
use editor::WorkingCopy;
use precondition::HttpDate;
use reqwest::StatusCode;
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_LOCATION, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED,
};
use serde::de::DeserializeOwned;
use traffic::intermediary::{Intermediary, Transformation, body_transformation, tag_transformation};

/// The longest problem that is read, in bytes: its text is shown, and drawn again in each frame.
const MAX_PROBLEM_BYTES: usize = 256 * 1024;

/// Status, fields and body of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceivedResponse {
    pub(crate) status: u16,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// The value of the `ETag` field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReceivedValidator {
    /// There is no field.
    Missing,
    /// A strong tag, valid in `If-Match`.
    Strong(EntityTag),
    /// A tag that the server did not send: `If-Match` never matches it.
    Changed(Transformation),
    /// Not a valid entity tag.
    Unreadable(String),
}

impl ReceivedResponse {
    /// Returns the value of the `ETag` field.
    pub(crate) fn validator(&self) -> ReceivedValidator {
        let Some(value) = self.fields.get(ETAG) else { return ReceivedValidator::Missing };
        match EntityTag::parse(value.as_bytes()) {
            Ok(tag) => tag_transformation(&tag).map_or(ReceivedValidator::Strong(tag), ReceivedValidator::Changed),
            Err(_) => ReceivedValidator::Unreadable(String::from_utf8_lossy(value.as_bytes()).into_owned()),
        }
    }

    /// Returns what an intermediary did to the body, according to `Content-Encoding`.
    pub(crate) fn body_transformation(&self) -> Option<Transformation> {
        body_transformation(&String::from_utf8_lossy(self.fields.get(CONTENT_ENCODING)?.as_bytes()))
    }

    /// Returns the problem that an intermediary has changed this response.
    ///
    /// It names the intermediary as far as the response does.
    pub(crate) fn transformation_problem(&self, change: &Transformation, consequence: &str) -> Problem {
        let who = Intermediary::read(|name| self.fields.get(name).map(HeaderValue::as_bytes));
        let told = local_problem(self.status, change.as_str(), format!("{consequence} {}", change.describe(&who)));
        Problem { title: "Changed in Transit".to_owned(), ..told }
    }

    /// Returns the author of the version that `ETag` names.
    pub(crate) fn author(&self) -> Option<Author> {
        Author::from_reported(self.fields.get(fields::AUTHOR)?.as_bytes())
    }

    /// Returns when that version was written, to the second.
    pub(crate) fn last_modified(&self) -> Option<Timestamp> {
        self.time(&LAST_MODIFIED)
    }

    /// Returns when the server made the response, by its own clock, to the second.
    pub(crate) fn date(&self) -> Option<Timestamp> {
        self.time(&DATE)
    }

    fn time(&self, name: &HeaderName) -> Option<Timestamp> {
        let date = HttpDate::parse(self.fields.get(name)?.as_bytes())?;
        let seconds = u64::try_from(date.unix_seconds()).ok()?;
        Some(Timestamp::from_millis(seconds.saturating_mul(1000)))
    }

    /// Returns the document in the body with the tag `etag`; an error says why the body is not a document.
    pub(crate) fn snapshot(&self, etag: EntityTag) -> Result<Snapshot, String> {
        let document: Document = self.json()?;
        Ok(Snapshot { etag, author: self.author(), at: self.last_modified(), document })
    }

    /// Parses the body as JSON; an error says why it is not JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, String> {
        if !self.has_media_type(fields::JSON) {
            return Err(format!(
                "its body is {}, not {}",
                self.media_type().unwrap_or("of an unnamed type"),
                fields::JSON
            ));
        }
        serde_json::from_slice(&self.body).map_err(|error| format!("its body is malformed: {error}"))
    }

    /// Returns whether the body is the JSON of a document, byte for byte as this program writes it.
    ///
    /// Nothing is copied. A body that is written in another way may still be a document with the same text.
    pub(crate) fn is_json_of(&self, document: &WorkingCopy) -> bool {
        let mut expected = ExpectedBytes(&self.body);
        serde_json::to_writer(&mut expected, document).is_ok() && expected.0.is_empty()
    }

    /// Returns whether the body has that media type, with any parameters.
    pub(crate) fn has_media_type(&self, media_type: &str) -> bool {
        self.media_type().is_some_and(|sent| sent.eq_ignore_ascii_case(media_type))
    }

    /// Returns whether the body claims to be the representation of a resource (RFC 9110 section 8.7).
    pub(crate) fn has_own_content_location(&self) -> bool {
        self.fields.contains_key(CONTENT_LOCATION)
    }

    /// Returns the problem in the body, if there is one. Its status is always the message's own.
    pub(crate) fn problem(&self) -> Option<Problem> {
        if !self.has_media_type(fields::PROBLEM_JSON) || self.body.len() > MAX_PROBLEM_BYTES {
            return None;
        }
        let problem: Problem = serde_json::from_slice(&self.body).ok()?;
        Some(Problem { status: self.status, ..problem })
    }

    /// Returns the problem in the body, or one that says as much as the status alone does.
    pub(crate) fn problem_or_status(&self) -> Problem {
        self.problem().unwrap_or_else(|| {
            let detail = format!(
                "The server responded with {} and gave no reason that this program can read.",
                self.status_line()
            );
            local_problem(self.status, "unexplained", detail)
        })
    }

    /// Returns whether the server says that it had already applied this write (`Ifmatch-Replayed: ?1`).
    pub(crate) fn is_replay(&self) -> bool {
        self.fields.get(fields::REPLAYED).is_some_and(|value| value.as_bytes() == b"?1")
    }

    /// Returns the version that a write overwrote without its author having seen it (`Ifmatch-Overwrote`).
    pub(crate) fn overwrote(&self) -> Option<EntityTag> {
        EntityTag::parse(self.fields.get(fields::OVERWROTE)?.as_bytes()).ok()
    }

    /// Returns the status code with its standard phrase, such as `412 Precondition Failed`.
    pub(crate) fn status_line(&self) -> String {
        format!("{} {}", self.status, reason_phrase(self.status)).trim_end().to_owned()
    }

    fn media_type(&self) -> Option<&str> {
        let value = self.fields.get(CONTENT_TYPE)?.to_str().ok()?;
        value.split(';').next().map(str::trim)
    }
}

/// The rest of the bytes that a writer expects. To write others is an error.
struct ExpectedBytes<'a>(&'a [u8]);

impl io::Write for ExpectedBytes<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(bytes).ok_or(io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns a problem that this client found itself, in the form that servers use.
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

/// Returns the standard phrase of a status code, or an empty string if it has none.
fn reason_phrase(status: u16) -> &'static str {
    StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default()
}

/// Returns a response built by hand, for tests.
#[cfg(test)]
pub(crate) fn answer(status: u16, lines: &[(&'static str, &str)], body: &str) -> ReceivedResponse {
    let mut fields = HeaderMap::new();
    for (name, value) in lines {
        fields.append(HeaderName::from_static(name), value.parse().unwrap());
    }
    ReceivedResponse { status, fields, body: body.as_bytes().to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_strong_unchanged_tag_is_a_usable_validator() {
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
    fn a_problem_over_the_limit_is_ignored() {
        let body = |length: usize| format!(r#"{{"error":"full","detail":"{}"}}"#, "x".repeat(length));
        let of = |length| answer(503, &[("content-type", "application/problem+json")], &body(length)).problem();
        assert!(of(MAX_PROBLEM_BYTES / 2).is_some());
        assert_eq!(of(MAX_PROBLEM_BYTES), None);
    }

    #[test]
    fn body_is_compared_with_a_document_as_it_is_written() {
        let document = Document { title: "T".to_owned(), content: "a\n\"b\"\u{1}\u{e9}".to_owned(), parent: None };
        let json = serde_json::to_string(&document).unwrap();
        let is_same = |body: &str| answer(200, &[], body).is_json_of(&document.clone().into());
        assert!(is_same(&json));
        for other in [&json[..json.len() - 1], &format!("{json} "), &json.replace('b', "c"), ""] {
            assert!(!is_same(other), "{other}");
        }
    }

    #[test]
    fn a_date_is_read_to_the_second() {
        let of = |value: &str| answer(200, &[("last-modified", value)], "").last_modified();
        assert_eq!(of("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Timestamp::from_millis(784_111_777_000)));
        assert_eq!(of("yesterday"), None);
    }
}
