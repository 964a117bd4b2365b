//! Builders for OpenAPI's operations and responses.

use std::collections::BTreeMap;

use contract::fields;
use serde_json::{Map, Value, json};

use super::parameters;
use crate::problem::types::{self, ProblemType};

/// The problems that every operation may have.
///
/// There is no 414: a target that is too long makes the header section too large first.
const COMMON_PROBLEMS: [&ProblemType; 5] = [
    &types::MISDIRECTED_REQUEST,
    &types::TOO_MANY_REQUESTS,
    &types::REQUEST_HEADER_FIELDS_TOO_LARGE,
    &types::INTERNAL_ERROR,
    &types::NOT_IMPLEMENTED,
];

/// The content of a body: its media type, its schema and an example.
pub(super) struct MediaContent {
    pub(super) media: &'static str,
    pub(super) schema: Value,
    pub(super) example: Value,
}

impl MediaContent {
    pub(super) fn json(schema: Value, example: Value) -> Self {
        Self { media: fields::JSON, schema, example }
    }

    pub(super) fn text(media: &'static str, example: &str) -> Self {
        Self { media, schema: json!({"type": "string"}), example: json!(example) }
    }

    fn into_member(self) -> (String, Value) {
        (self.media.to_owned(), json!({"schema": self.schema, "example": self.example}))
    }
}

/// A response.
#[derive(Clone)]
pub(super) struct ResponseSpec {
    description: String,
    headers: Vec<&'static str>,
    content: Map<String, Value>,
    links: Vec<&'static str>,
}

impl ResponseSpec {
    pub(super) fn new(description: &str) -> Self {
        let (headers, content, links) = (vec!["Cache-Control"], Map::new(), Vec::new());
        Self { description: description.to_owned(), headers, content, links }
    }

    /// Adds header fields.
    pub(super) fn with_headers(mut self, headers: &[&'static str]) -> Self {
        self.headers.extend(headers);
        self
    }

    /// Adds a body.
    pub(super) fn with_content(mut self, content: MediaContent) -> Self {
        self.content.extend([content.into_member()]);
        self
    }

    /// Adds problem details as a body: one of these types, each with the example of its name.
    pub(super) fn with_problems(mut self, kinds: &[&ProblemType]) -> Self {
        let example = |kind: &&ProblemType| {
            (kind.name.to_owned(), json!({"$ref": format!("#/components/examples/{}", kind.name)}))
        };
        let examples: Map<_, _> = kinds.iter().map(example).collect();
        let problem = json!({"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples});
        self.content.insert(fields::PROBLEM_JSON.to_owned(), problem);
        self
    }

    /// Adds links to the requests that may follow.
    pub(super) fn with_links(mut self, links: &[&'static str]) -> Self {
        self.links.extend(links);
        self
    }

    fn into_value(self) -> Value {
        let mut value = json!({"description": self.description});
        value["headers"] = self.headers.into_iter().map(|name| (name.to_owned(), parameters::header(name))).collect();
        if !self.content.is_empty() {
            value["content"] = Value::Object(self.content);
        }
        if !self.links.is_empty() {
            let link = |name: &str| (name.to_owned(), json!({"$ref": format!("#/components/links/{name}")}));
            value["links"] = self.links.into_iter().map(link).collect();
        }
        value
    }
}

/// An operation on a resource.
pub(super) struct OperationSpec {
    head: Value,
    responses: BTreeMap<u16, ResponseSpec>,
    refusals: Vec<&'static ProblemType>,
}

impl OperationSpec {
    pub(super) fn new(id: &str, tag: &str, summary: &str, description: &str) -> Self {
        let head = json!({"operationId": id, "tags": [tag], "summary": summary, "description": description});
        Self { head, responses: BTreeMap::new(), refusals: COMMON_PROBLEMS.to_vec() }
    }

    /// Adds header fields and query parameters that the operation understands.
    pub(super) fn with_parameters(mut self, parameters: &[&str]) -> Self {
        self.head["parameters"] = parameters.iter().copied().map(parameters::parameter).collect();
        self
    }

    /// Adds a request body, and the problem that it does not arrive in time.
    pub(super) fn with_body(mut self, content: MediaContent) -> Self {
        let content = Map::from_iter([content.into_member()]);
        self.head["requestBody"] = json!({"required": true, "content": content});
        self.with_problems(&[&types::REQUEST_TIMEOUT])
    }

    pub(super) fn with_response(mut self, status: u16, response: ResponseSpec) -> Self {
        self.responses.insert(status, response);
        self
    }

    /// Adds problems that the operation may have.
    pub(super) fn with_problems(mut self, kinds: &[&'static ProblemType]) -> Self {
        for kind in kinds {
            if self.refusals.iter().all(|known| known.name != kind.name) {
                self.refusals.push(kind);
            }
        }
        self
    }

    /// Requires a token, on a server that has tokens.
    pub(super) fn requires_token(mut self) -> Self {
        self.head["security"] = json!([{"bearer": []}]);
        self.with_problems(&[&types::UNAUTHORIZED, &types::FORBIDDEN])
    }

    /// Turns this GET into its HEAD: the same responses without their bodies (RFC 9110 section 9.3.2).
    pub(super) fn without_request_body(mut self) -> Self {
        let id = self.head["operationId"].as_str().unwrap_or_default().replacen("get", "head", 1);
        self.head["operationId"] = json!(id);
        self.head["description"] = json!("Like GET, without the response body.");
        self.responses = problem_responses(&self.refusals).into_iter().chain(self.responses).collect();
        self.refusals.clear();
        for response in self.responses.values_mut() {
            response.content.clear();
            response.links.clear();
        }
        self
    }

    pub(super) fn into_value(mut self) -> Value {
        let responses = problem_responses(&self.refusals).into_iter().chain(self.responses);
        let by_status = responses.map(|(status, response)| (status.to_string(), response.into_value()));
        self.head["responses"] = by_status.collect::<Map<_, _>>().into();
        self.head
    }
}

/// Returns a response for each status of these types of problem.
fn problem_responses(kinds: &[&'static ProblemType]) -> BTreeMap<u16, ResponseSpec> {
    let mut by_status = BTreeMap::<u16, Vec<&ProblemType>>::new();
    for kind in kinds {
        by_status.entry(kind.status.as_u16()).or_default().push(kind);
    }
    by_status.into_iter().map(|(status, kinds)| (status, problem_response(&kinds))).collect()
}

fn problem_response(kinds: &[&ProblemType]) -> ResponseSpec {
    let titles: Vec<&str> = kinds.iter().map(|kind| kind.title).collect();
    let mut response = ResponseSpec::new(&format!("{}.", titles.join(", or "))).with_problems(kinds);
    for kind in kinds {
        response.headers.extend(parameters::problem_headers(kind));
    }
    response
}
