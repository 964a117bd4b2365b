//! Problem details (RFC 9457): the bodies of refusals.

use precondition::{EntityTag, Evaluation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Author, DocumentId, Reason, Timestamp};

/// The body of every 4xx and 5xx.
///
/// `error` and `reason` are stable words for programs. `detail` is a sentence or two for people: what happened, and the
/// next step. Members that do not apply are omitted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Problem {
    /// The type of problem: `/problems/{name}`, a page that explains it.
    #[serde(rename = "type")]
    pub kind: String,
    /// The type of problem in words; always the same for one type.
    pub title: String,
    /// The status code of the response that this is the body of.
    pub status: u16,
    /// The type of problem as a word for programs, such as `precondition_failed`.
    pub error: String,
    /// Which of the possible reasons for this type of problem applies, such as `stale`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub reason: Option<Reason>,
    /// The explanation for people: what happened, and the next step.
    pub detail: String,
    /// Equal to `detail`, for programs that expect a `message`.
    pub message: String,
    /// The path of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The request field that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The position of the first bad byte in that field's value, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// The tag that the request sent, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub your_etag: Option<String>,
    /// The document's current tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_etag: Option<EntityTag>,
    /// The author of the current version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_author: Option<Author>,
    /// How many versions the tag that was sent is behind the current one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<u64>,
    /// The version that the same write created the first time.
    ///
    /// Present if `reason` is `superseded`, or `deleted` if the document has since been deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied_etag: Option<EntityTag>,
    /// The evaluated conditions with their results, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evaluation: Vec<Evaluation>,
    /// The deletion of the document, if that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Deletion>,
    /// For a 409 to a DELETE: the document's children, at most 100 in the order of their ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<DocumentId>,
    /// How many children the document has, listed or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child_count: Option<u64>,
    /// For a 409 to a client that joins: a name that is free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free: Option<Author>,
    /// The limit that the request exceeded, in the unit of the budget: for a 413, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The name of the budget that the request exceeded, such as `document-bytes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<String>,
}

/// The deletion of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deletion {
    /// The tag of the version that is the delete.
    pub etag: EntityTag,
    /// The author of the delete.
    pub author: Author,
    /// The time of the delete.
    pub at: Timestamp,
}
