//! Refusals, as problem details (RFC 9457).

use precondition::{EntityTag, Evaluation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Author, DocumentId, Reason, Timestamp};

/// The body of every 4xx and 5xx.
///
/// `error` and `reason` are stable words for programs; `detail` is a sentence or two for people: what happened, and
/// the next step. Members that do not apply are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Problem {
    /// `/problems/{name}`, where the kind of problem is explained.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in words, the same each time.
    pub title: String,
    /// The status code of the message that this is the body of.
    pub status: u16,
    /// The kind of problem as a word for programs, such as `precondition_failed`.
    pub error: String,
    /// Which of the ways there are to get this problem, such as `stale`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub reason: Option<Reason>,
    /// What happened, and the next step.
    pub detail: String,
    /// The same as `detail`, for programs that look here.
    pub message: String,
    /// The path that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The request's field that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Where in that field's value the first bad byte stands, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// The tag that was sent, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub your_etag: Option<String>,
    /// The document's current tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_etag: Option<EntityTag>,
    /// Who wrote the current version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_author: Option<Author>,
    /// How many versions lie between the tag that was sent and the current one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<u64>,
    /// The version that the same write made when it came the first time (`reason` is `superseded`, or `deleted` where
    /// it was deleted since).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied_etag: Option<EntityTag>,
    /// Every condition in the order of its evaluation, and what came of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evaluation: Vec<Evaluation>,
    /// Who deleted the document, and when, where that is why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Deletion>,
    /// The documents that belong under one that was to be deleted, for a 409: at most 100, the first by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<DocumentId>,
    /// How many documents belong under the one that was to be deleted, listed or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child_count: Option<u64>,
    /// The most that would have been accepted, in the unit of the budget: for a 413, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The name of the budget that the request exceeded, such as `document-bytes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<String>,
}

/// Who deleted a document, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deletion {
    /// The tag of the delete itself.
    pub etag: EntityTag,
    /// Who deleted.
    pub author: Author,
    /// When.
    pub at: Timestamp,
}
