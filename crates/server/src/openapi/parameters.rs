//! Header fields, and parameters of paths and queries, each described once.

use contract::fields;
use serde_json::{Map, Value, json};

use crate::problem::types::{self, ProblemType};

/// A header field or parameter of requests: its name, its place, its schema and its purpose.
struct ParameterSpec {
    name: &'static str,
    place: &'static str,
    schema: fn() -> Value,
    about: &'static str,
}

const REQUEST_PARAMETERS: [ParameterSpec; 18] = [
    ParameterSpec { name: "id", place: "path", schema: id, about: "The id of a document." },
    ParameterSpec { name: "version", place: "path", schema: counted, about: "The number of a version." },
    ParameterSpec { name: "exchange", place: "path", schema: counted, about: "The number of a held exchange." },
    ParameterSpec { name: "name", place: "path", schema: problem, about: "The last part of a problem's `type`." },
    ParameterSpec { name: "participant", place: "path", schema: author, about: "The name of a participant." },
    ParameterSpec { name: "limit", place: "query", schema: limit, about: "The maximum number of entries on the page." },
    ParameterSpec {
        name: "after",
        place: "query",
        schema: id,
        about: "Start after this id: the `next` of the previous \
                                                                       page.",
    },
    ParameterSpec {
        name: "before",
        place: "query",
        schema: number,
        about: "Start below this number: the `next` of the previous page.",
    },
    ParameterSpec {
        name: "loseResponse",
        place: "query",
        schema: flag,
        about: "Whether the response to an applied write is lost.",
    },
    ParameterSpec {
        name: "duplicate",
        place: "query",
        schema: flag,
        about: "Whether the request is sent twice. Only a proxy does that; a document server answers with a 400.",
    },
    ParameterSpec {
        name: "If-Match",
        place: "header",
        schema: tags,
        about: "Proceed only if the current version is one of these, compared strongly (RFC 9110 section 13.1.1). Send \
                the `ETag` of the response that you read. `*` names no version, so a guarded server answers a write \
                with a 428.",
    },
    ParameterSpec {
        name: "If-None-Match",
        place: "header",
        schema: tags,
        about: "Proceed only if the current version is none of these, compared weakly (RFC 9110 section 13.1.2). On a \
                read, send the tag that you have; 304 says that it is still current. On a write, `*` means: only \
                create.",
    },
    ParameterSpec {
        name: "If-Unmodified-Since",
        place: "header",
        schema: text,
        about: "Proceed only if the document has not changed since this date (RFC 9110 section 13.1.4). A date has a \
                resolution of one second, so a tag is better. An invalid date is ignored; a date in the \
                future names no version.",
    },
    ParameterSpec {
        name: "If-Modified-Since",
        place: "header",
        schema: text,
        about: "304 if the document has not changed since this date (RFC 9110 section 13.1.3). An invalid date is \
                ignored.",
    },
    ParameterSpec {
        name: "Prefer",
        place: "header",
        schema: preference,
        about: "The response body that you want from a write (RFC 7240). With `return=representation`, a 412 also has \
                the current document (RFC 8144); with `return=minimal`, a success has no body.",
    },
    ParameterSpec {
        name: fields::AUTHOR,
        place: "header",
        schema: author,
        about: "The author of the write: 1 to 64 visible characters with single spaces between them, percent-encoded \
                UTF-8. On a server with tokens, the name that the token was issued to.",
    },
    ParameterSpec {
        name: fields::EDITING,
        place: "header",
        schema: editing,
        about: "The state of the client's editor. The server records it and never evaluates it.",
    },
    ParameterSpec {
        name: fields::GATE,
        place: "header",
        schema: pass,
        about: "With `pass`, a leader's request passes the gate, to look while all others are held. Every other value \
                is ignored.",
    },
];

/// A field that OpenAPI does not count as a parameter of all operations: only some support it.
const LAST_EVENT_ID: ParameterSpec = ParameterSpec {
    name: "Last-Event-ID",
    place: "header",
    schema: text,
    about: "The number of the last event that you received; the stream continues after it.",
};

/// The parameter `after` of exchanges, which is a number; that of documents is an id.
const AFTER_EXCHANGE: ParameterSpec = ParameterSpec {
    name: "after",
    place: "query",
    schema: number,
    about: "Start after the exchange with this number: the `next` of the previous page.",
};

/// A header field of responses: its name, an example and its meaning.
type Header = (&'static str, &'static str, &'static str);

const RESPONSE_HEADERS: [Header; 17] = [
    (
        "ETag",
        "\"v5-d4f8c2a1\"",
        "The tag of the version that this response is about: the value for your next \
                                 If-Match.",
    ),
    ("Last-Modified", "Sun, 22 Nov 2026 05:00:11 GMT", "The time of that version, to the second."),
    (fields::AUTHOR, "bob", "The author of that version, in percent-encoded UTF-8."),
    ("Cache-Control", "no-store", "What caches may do with this response."),
    ("Location", "/api/documents/welcome", "The path of the new document."),
    ("Content-Location", "/api/documents/welcome", "The path of the document in the body."),
    ("Accept-Ranges", "none", "The server does not send parts of documents."),
    ("Preference-Applied", "return=representation", "The preference that the server applied (RFC 7240)."),
    ("Vary", "Prefer", "With another value of these request fields, the response would differ."),
    (fields::REPLAYED, "?1", "This write was applied before, and its response was lost: there is no new version."),
    (
        fields::OVERWROTE,
        "\"v6-a2c19f03\"",
        "The version that this write overwrote, although its writer had not read it: a lost update. Only while the \
        policy ignores conditions.",
    ),
    (
        fields::UNSAFE,
        "etags=content",
        "The deliberate mistakes that are on. On every response under /api while there are any.",
    ),
    ("Allow", "GET, HEAD, OPTIONS", "The methods that the resource supports."),
    ("Accept-Patch", fields::MERGE_PATCH, "The patch formats that the server supports (RFC 5789)."),
    ("Accept-Encoding", "identity", "The content codings that the server supports: none."),
    ("WWW-Authenticate", "Bearer", "The server requires a token (RFC 6750)."),
    ("Retry-After", "5", "How many seconds to wait before the next attempt."),
];

fn id() -> Value {
    json!({"$ref": "#/components/schemas/DocumentId"})
}

fn counted() -> Value {
    json!({"type": "integer", "minimum": 1})
}

fn number() -> Value {
    json!({"type": "integer", "minimum": 0})
}

fn limit() -> Value {
    json!({"type": "integer", "minimum": 1, "maximum": crate::http::query::MAX_LIMIT, "default": crate::http::query::DEFAULT_LIMIT})
}

fn problem() -> Value {
    json!({"type": "string", "enum": types::ALL_TYPES.map(|kind| kind.name)})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn author() -> Value {
    json!({"type": "string", "minLength": 1, "examples": ["bob", "Zo%C3%AB"]})
}

fn flag() -> Value {
    json!({"type": "boolean", "default": false})
}

fn editing() -> Value {
    json!({"type": "string", "examples": ["clean", "edited", "merging; open=2"]})
}

fn pass() -> Value {
    json!({"type": "string", "examples": ["pass"]})
}

fn preference() -> Value {
    json!({"type": "string", "examples": ["return=representation", "return=minimal"]})
}

/// Returns the schema of a list of tags.
///
/// The list and its members may be empty; an empty list never matches.
fn tags() -> Value {
    let tag = "((W/)?\"[ !#-~\\u0080-\\u00ff]*\")?[ \\t]*";
    let pattern = format!("^[ \\t]*(\\*[ \\t]*|{tag}(,[ \\t]*{tag})*)$");
    json!({"type": "string", "pattern": pattern, "examples": ["\"v5-d4f8c2a1\"", "*"]})
}

/// Returns a reference to a parameter.
pub(super) fn parameter(name: &str) -> Value {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

/// Returns a reference to a header field of responses.
pub(super) fn header(name: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{name}")})
}

/// Returns the names in braces in a path.
pub(super) fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

/// Returns the header fields of a refusal of this type.
pub(super) fn problem_headers(kind: &ProblemType) -> Vec<&'static str> {
    match kind.name {
        "unauthorized" => vec!["WWW-Authenticate"],
        "unsupported-media-type" => vec!["Accept-Encoding"],
        "server-stopping" | "store-unavailable" => vec!["Retry-After"],
        _ => Vec::new(),
    }
}

/// Returns all parameters, by name.
pub(super) fn parameters() -> Value {
    let by_name = REQUEST_PARAMETERS.iter().chain([&LAST_EVENT_ID]).map(|parameter| (parameter.name, parameter));
    let described = by_name.chain([("afterExchange", &AFTER_EXCHANGE)]).map(|(key, parameter)| {
        let ParameterSpec { name, place, schema, about } = parameter;
        let value =
            json!({"name": name, "in": place, "required": *place == "path", "description": about, "schema": schema()});
        (key.to_owned(), value)
    });
    described.collect::<Map<_, _>>().into()
}

/// Returns all header fields of responses, by name.
pub(super) fn headers() -> Value {
    let described = RESPONSE_HEADERS.iter().map(|(name, example, about)| {
        ((*name).to_owned(), json!({"description": about, "schema": {"type": "string"}, "example": example}))
    });
    described.collect::<Map<_, _>>().into()
}
