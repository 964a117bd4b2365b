//! A change of one entry of the list of documents: its title, its parent, or that it is there at all.
//!
//! Each is one conditional request about the version that the list shows. A title or a parent is changed by PATCH with
//! a merge patch (RFC 5789, RFC 7396), so the content is neither read nor sent.

use contract::{ApiPath, DocumentId, EntityTag, fields};
use editor::{EditorRequest, Guard, ResponseOutcome, Saved};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::Client;
use crate::error::TransportError;
use crate::outcome::outcome_of;
use crate::request::{OutgoingRequest, PREFER, to_json};
use crate::response::{ReceivedResponse, ReceivedValidator};

/// A change of one entry of the list of documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryChange {
    /// Another title.
    Title(String),
    /// Another parent, or none.
    Parent(Option<DocumentId>),
    /// The document is deleted.
    Delete,
}

impl EntryChange {
    /// Returns the merge patch, or `None` for a delete.
    fn patch(&self) -> Option<Vec<u8>> {
        match self {
            Self::Title(title) => Some(to_json(&json!({"title": title}))),
            // A member of null removes the parent (RFC 7396 section 2).
            Self::Parent(parent) => Some(to_json(&json!({"parent": parent}))),
            Self::Delete => None,
        }
    }

    fn request(&self, id: &DocumentId, etag: &EntityTag) -> OutgoingRequest {
        let patch = self.patch();
        let method = if patch.is_some() { Method::PATCH } else { Method::DELETE };
        let call = OutgoingRequest::new(method, &ApiPath::Document(id.clone())).with_if_match(etag);
        // A 412 then carries the current document (RFC 8144), so that the user learns its title and parent.
        let call = call.with_field(PREFER, HeaderValue::from_static("return=representation"));
        if patch.is_none() {
            return call;
        }
        let call = call.with_field(CONTENT_TYPE, HeaderValue::from_static(fields::MERGE_PATCH));
        OutgoingRequest { body: patch, ..call }
    }

    fn outcome(&self, etag: &EntityTag, answer: &ReceivedResponse) -> ResponseOutcome {
        match (self, answer.status, answer.validator()) {
            (Self::Title(_) | Self::Parent(_), 200 | 204, ReceivedValidator::Strong(etag)) => {
                ResponseOutcome::Saved(Saved {
                    etag,
                    at: answer.last_modified(),
                    created: false,
                    replayed: false,
                    overwrote: answer.overwrote(),
                })
            }
            (Self::Title(_) | Self::Parent(_), 200 | 204, _) => ResponseOutcome::Unanswered(format!(
                "the server responded with {}, but without the tag of a new version",
                answer.status_line()
            )),
            // A refusal means the same for every write.
            _ => outcome_of(&EditorRequest::Delete { guard: Guard::IfMatch(etag.clone()) }, answer),
        }
    }
}

impl Client {
    /// Changes one entry of the list of documents, if `etag` still names its current version.
    ///
    /// The request is sent once. If its response is lost, it must not be repeated blindly: the server never treats a
    /// PATCH or a DELETE as a repetition.
    pub async fn change_entry(&self, id: &DocumentId, etag: &EntityTag, change: &EntryChange) -> ResponseOutcome {
        match self.exchange(change.request(id, etag)).await {
            Ok(answer) => change.outcome(etag, &answer),
            Err(lost @ (TransportError::NotSent { .. } | TransportError::Untrusted { .. })) => {
                ResponseOutcome::Unsent(lost.to_string())
            }
            Err(lost) => ResponseOutcome::Unanswered(lost.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::answer;

    fn tag() -> EntityTag {
        "\"v5-d4f8c2a1\"".parse().unwrap()
    }

    fn request(change: &EntryChange) -> (String, String, Vec<String>) {
        let call = change.request(&"plan".parse().unwrap(), &tag());
        assert_eq!(call.target, "/api/documents/plan");
        let fields = call.fields.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        let body = String::from_utf8(call.body.unwrap_or_default()).unwrap();
        (call.method.to_string(), body, fields.collect())
    }

    #[test]
    fn each_change_names_the_version_that_the_list_shows() {
        let patch = ["if-match: \"v5-d4f8c2a1\"", "prefer: return=representation"].map(str::to_owned).to_vec();
        let with_type = [patch.clone(), vec!["content-type: application/merge-patch+json".to_owned()]].concat();
        let parent = |parent: Option<&str>| EntryChange::Parent(parent.map(|parent| parent.parse().unwrap()));
        for (change, method, body, fields) in [
            (EntryChange::Title("A \"b\"".to_owned()), "PATCH", r#"{"title":"A \"b\""}"#, &with_type),
            (parent(Some("handbook")), "PATCH", r#"{"parent":"handbook"}"#, &with_type),
            (parent(None), "PATCH", r#"{"parent":null}"#, &with_type),
            (EntryChange::Delete, "DELETE", "", &patch),
        ] {
            assert_eq!(request(&change), (method.to_owned(), body.to_owned(), fields.clone()));
        }
    }

    #[test]
    fn patch_is_done_only_if_the_response_names_the_new_version() {
        let title = EntryChange::Title("T".to_owned());
        let of = |answer: &ReceivedResponse| title.outcome(&tag(), answer);
        let done = of(&answer(200, &[("etag", "\"v6-00000000\"")], ""));
        assert!(
            matches!(&done, ResponseOutcome::Saved(saved) if saved.etag.to_string() == "\"v6-00000000\""),
            "{done:?}"
        );
        assert!(matches!(of(&answer(204, &[], "")), ResponseOutcome::Unanswered(_)));
        assert_eq!(EntryChange::Delete.outcome(&tag(), &answer(204, &[], "")), ResponseOutcome::Deleted);
    }

    #[test]
    fn stale_change_gets_the_current_document() {
        let fields = [
            ("etag", "\"v6-00000000\""),
            ("content-type", "application/json"),
            ("content-location", "/api/documents/plan"),
        ];
        for change in [EntryChange::Title("T".to_owned()), EntryChange::Delete] {
            let outcome = change.outcome(&tag(), &answer(412, &fields, r#"{"title":"Theirs","content":""}"#));
            let ResponseOutcome::Failed(failed) = outcome else { panic!("{outcome:?}") };
            assert_eq!(failed.current.unwrap().document.title, "Theirs");
        }
    }
}
