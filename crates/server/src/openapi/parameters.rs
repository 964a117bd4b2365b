//! Fields of messages, and parameters of paths and queries: each is described once.

use contract::fields;
use serde_json::{Map, Value, json};

use crate::problem::types::{self, ProblemType};

/// A field or a parameter of requests: its name, its place, its schema, and its purpose.
struct ParameterSpec {
    name: &'static str,
    place: &'static str,
    schema: fn() -> Value,
    about: &'static str,
}

const REQUEST_PARAMETERS: [ParameterSpec; 16] = [
    ParameterSpec { name: "id", place: "path", schema: id, about: "The name of a document." },
    ParameterSpec { name: "version", place: "path", schema: counted, about: "The number of a version." },
    ParameterSpec {
        name: "exchange",
        place: "path",
        schema: counted,
        about: "The number of an exchange that is held.",
    },
    ParameterSpec { name: "name", place: "path", schema: problem, about: "The last part of a problem's `type`." },
    ParameterSpec { name: "limit", place: "query", schema: limit, about: "How many entries the page is to have." },
    ParameterSpec { name: "after", place: "query", schema: id, about: "Begin after this id: the `next` of a page." },
    ParameterSpec {
        name: "before",
        place: "query",
        schema: number,
        about: "Begin below this number: the `next` of a page.",
    },
    ParameterSpec {
        name: "loseResponse",
        place: "query",
        schema: flag,
        about: "Whether the response is lost, if it is to a write that is applied.",
    },
    ParameterSpec {
        name: "If-Match",
        place: "header",
        schema: tags,
        about: "Go on only if the current version is one of these, compared strongly (RFC 9110 section 13.1.1). Send \
                the value of the `ETag` that came with what you have read. `*` names no version, so a guarded server \
                answers it with a 428.",
    },
    ParameterSpec {
        name: "If-None-Match",
        place: "header",
        schema: tags,
        about: "Go on only if the current version is none of these, compared weakly (RFC 9110 section 13.1.2). On a \
                read, what you have already: 304 says that it is still current. On a write, `*` says that you create.",
    },
    ParameterSpec {
        name: "If-Unmodified-Since",
        place: "header",
        schema: text,
        about: "Go on only if nothing is newer (RFC 9110 section 13.1.4). A date tells seconds apart and no less, so a \
                tag is better. What is no date is ignored; a date later than the server's clock names no version.",
    },
    ParameterSpec {
        name: "If-Modified-Since",
        place: "header",
        schema: text,
        about: "304 where nothing is newer (RFC 9110 section 13.1.3). What is no date is ignored.",
    },
    ParameterSpec {
        name: "Prefer",
        place: "header",
        schema: preference,
        about: "What you want to get back from a write (RFC 7240): `return=representation` gives the current document \
                with a 412 too (RFC 8144), `return=minimal` a 204 in place of the document.",
    },
    ParameterSpec {
        name: fields::AUTHOR,
        place: "header",
        schema: author,
        about: "Who writes: 1 to 64 visible characters with single spaces between them, percent-encoded UTF-8. On a server \
                that has tokens it is the name that belongs to the token.",
    },
    ParameterSpec {
        name: fields::EDITING,
        place: "header",
        schema: editing,
        about: "What an editor says of itself. It is recorded and never evaluated.",
    },
    ParameterSpec {
        name: fields::GATE,
        place: "header",
        schema: pass,
        about: "`pass` lets a client that may lead past the gate, to look while all others wait. Every other value is ignored.",
    },
];

/// Fields that OpenAPI does not count as parameters: only some operations know them.
const LAST_EVENT_ID: ParameterSpec = ParameterSpec {
    name: "Last-Event-ID",
    place: "header",
    schema: text,
    about: "The number of the last event that you have seen; the stream goes on after it.",
};

/// The other `after`: a list of exchanges goes on after a number.
const AFTER_EXCHANGE: ParameterSpec = ParameterSpec {
    name: "after",
    place: "query",
    schema: number,
    about: "Begin after the exchange of this number: the `next` of a page.",
};

/// A field that responses may have: its name, an example, and what it says.
type Header = (&'static str, &'static str, &'static str);

const RESPONSE_HEADERS: [Header; 17] = [
    ("ETag", "\"v5-d4f8c2a1\"", "The tag of the version that this is about: the value for your next If-Match."),
    ("Last-Modified", "Sun, 22 Nov 2026 05:00:11 GMT", "When that version was written, to the second."),
    (fields::AUTHOR, "bob", "Who wrote that version; percent-encoded UTF-8."),
    ("Cache-Control", "no-store", "What a cache may do with this."),
    ("Location", "/api/documents/welcome", "Where the new document is."),
    ("Content-Location", "/api/documents/welcome", "Which document the body is."),
    ("Accept-Ranges", "none", "There are no parts of documents to be had."),
    ("Preference-Applied", "return=representation", "Which preference was granted (RFC 7240)."),
    ("Vary", "Prefer", "That another preference would have had another answer."),
    (fields::REPLAYED, "?1", "This write had been applied before, and its answer was lost: there is no new version."),
    (
        fields::OVERWROTE,
        "\"v6-a2c19f03\"",
        "The version that this write overwrote, and that its writer had not read: a lost update. Only while no \
        conditions are judged.",
    ),
    (
        fields::UNSAFE,
        "etags=content",
        "Which deliberate mistakes are on. On every answer under /api, while there are any.",
    ),
    ("Allow", "GET, HEAD, OPTIONS", "What can be done here."),
    ("Accept-Patch", fields::MERGE_PATCH, "Which patches are understood (RFC 5789)."),
    ("Accept-Encoding", "identity", "Which content codings are understood: none."),
    ("WWW-Authenticate", "Bearer", "That a token is wanted (RFC 6750)."),
    ("Retry-After", "5", "After how many seconds to try again."),
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

/// A list may be empty, and so may its members be; in an empty one there is nothing that could match.
fn tags() -> Value {
    let tag = "((W/)?\"[ !#-~\\u0080-\\u00ff]*\")?[ \\t]*";
    let pattern = format!("^[ \\t]*(\\*[ \\t]*|{tag}(,[ \\t]*{tag})*)$");
    json!({"type": "string", "pattern": pattern, "examples": ["\"v5-d4f8c2a1\"", "*"]})
}

/// Returns a parameter by its name.
pub(super) fn parameter(name: &str) -> Value {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

/// Returns a field of a response by its name.
pub(super) fn header(name: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{name}")})
}

/// Returns the names in braces in a path.
pub(super) fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

/// Returns the fields that a refusal of that kind has.
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

/// Returns all fields of responses, by name.
pub(super) fn headers() -> Value {
    let described = RESPONSE_HEADERS.iter().map(|(name, example, about)| {
        ((*name).to_owned(), json!({"description": about, "schema": {"type": "string"}, "example": example}))
    });
    described.collect::<Map<_, _>>().into()
}
