//! Names of the fields that are ours. The standard's own are known to every HTTP library.

/// In a request: who writes. In a response: who wrote the version that `ETag` names.
pub const AUTHOR: &str = "Ifmatch-Author";
/// In a request, what an editor says of itself: `clean`, `edited` or `merging; open=2`. It is recorded and never
/// evaluated.
pub const EDITING: &str = "Ifmatch-Editing";
/// In a request of a client that may lead: `pass` lets it past the gate.
pub const GATE: &str = "Ifmatch-Gate";
/// On the answer to a write that had been applied already: `?1`.
pub const REPLAYED: &str = "Ifmatch-Replayed";
/// Under the policy `ignored`: the tag of the version that this write buried, unseen by its writer.
pub const OVERWROTE: &str = "Ifmatch-Overwrote";
/// On every response while a deliberate mistake is switched on: which one.
pub const UNSAFE: &str = "Ifmatch-Unsafe";

/// The media type of documents, lists and control resources.
pub const JSON: &str = "application/json";
/// The media type of refusals (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";
/// The one patch format (RFC 7396).
pub const MERGE_PATCH: &str = "application/merge-patch+json";
/// The media type of event streams.
pub const EVENT_STREAM: &str = "text/event-stream";
