//! The names of our own header fields. HTTP libraries already name the standard ones.

/// In a request, the author of the write; in a response, the author of the version that `ETag` names.
pub const AUTHOR: &str = "Ifmatch-Author";
/// In a request, the state of the editor: `clean`, `edited` or `merging; open=2`.
///
/// It is recorded, but never evaluated.
pub const EDITING: &str = "Ifmatch-Editing";
/// In a request of a leader, `pass`: the request is not held at the gate.
pub const GATE: &str = "Ifmatch-Gate";
/// In the response to a write that was already applied: `?1`.
pub const REPLAYED: &str = "Ifmatch-Replayed";
/// Under the policy `ignored`: the tag of the version that this write overwrote, unseen by its writer.
pub const OVERWROTE: &str = "Ifmatch-Overwrote";
/// In every response while a deliberate mistake is on: the mistake.
pub const UNSAFE: &str = "Ifmatch-Unsafe";

/// In a request that no user waits for: `prefetch`. The field is that of the Fetch standard.
pub const SEC_PURPOSE: &str = "Sec-Purpose";
/// The value of [`SEC_PURPOSE`].
pub const PREFETCH: &str = "prefetch";

/// The media type of documents, lists and control resources.
pub const JSON: &str = "application/json";
/// The media type of problem details (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";
/// The only supported patch format (RFC 7396).
pub const MERGE_PATCH: &str = "application/merge-patch+json";
/// The media type of event streams.
pub const EVENT_STREAM: &str = "text/event-stream";
