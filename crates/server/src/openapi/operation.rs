//! An operation, an answer: what OpenAPI calls so, put together step by step.

use std::collections::BTreeMap;

use contract::fields;
use serde_json::{Map, Value, json};

use super::parts;
use crate::refusal::kinds::{self, Kind};

/// The ways in which whatever is asked can be refused. (No 414: a target that is too long is too large a head before.)
const ANYWHERE: [&Kind; 4] = [
    &kinds::MISDIRECTED_REQUEST,
    &kinds::REQUEST_HEADER_FIELDS_TOO_LARGE,
    &kinds::INTERNAL_ERROR,
    &kinds::NOT_IMPLEMENTED,
];

/// What is sent in a body: its media type, its schema, an example.
pub(super) struct Content {
    pub(super) media: &'static str,
    pub(super) schema: Value,
    pub(super) example: Value,
}

impl Content {
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

/// What comes back.
#[derive(Clone)]
pub(super) struct Answer {
    description: String,
    headers: Vec<&'static str>,
    content: Map<String, Value>,
    links: Vec<&'static str>,
}

impl Answer {
    pub(super) fn new(description: &str) -> Self {
        let (headers, content, links) = (vec!["Cache-Control"], Map::new(), Vec::new());
        Self { description: description.to_owned(), headers, content, links }
    }

    /// The same with these fields.
    pub(super) fn with(mut self, headers: &[&'static str]) -> Self {
        self.headers.extend(headers);
        self
    }

    /// The same with this body.
    pub(super) fn of(mut self, content: Content) -> Self {
        self.content.extend([content.into_member()]);
        self
    }

    /// The same, and from there one can go on like that.
    pub(super) fn leads_to(mut self, links: &[&'static str]) -> Self {
        self.links.extend(links);
        self
    }

    fn into_value(self) -> Value {
        let mut value = json!({"description": self.description});
        value["headers"] = self.headers.into_iter().map(|name| (name.to_owned(), parts::header(name))).collect();
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

/// What can be done to a resource.
pub(super) struct Operation {
    head: Value,
    answers: BTreeMap<u16, Answer>,
    refusals: Vec<&'static Kind>,
}

impl Operation {
    pub(super) fn new(id: &str, tag: &str, summary: &str, description: &str) -> Self {
        let head = json!({"operationId": id, "tags": [tag], "summary": summary, "description": description});
        Self { head, answers: BTreeMap::new(), refusals: ANYWHERE.to_vec() }
    }

    /// The same, and these fields and members of the query are understood.
    pub(super) fn takes(mut self, parameters: &[&str]) -> Self {
        self.head["parameters"] = parameters.iter().copied().map(parts::parameter).collect();
        self
    }

    /// The same with a body, which has to come in time.
    pub(super) fn wants(mut self, content: Content) -> Self {
        let content = Map::from_iter([content.into_member()]);
        self.head["requestBody"] = json!({"required": true, "content": content});
        self.refuses(&[&kinds::REQUEST_TIMEOUT])
    }

    pub(super) fn answers(mut self, status: u16, answer: Answer) -> Self {
        self.answers.insert(status, answer);
        self
    }

    /// The same, and it may be refused like that.
    pub(super) fn refuses(mut self, kinds: &[&'static Kind]) -> Self {
        self.refusals.extend(kinds);
        self
    }

    /// The same where the server has tokens.
    pub(super) fn asks_for_a_token(mut self) -> Self {
        self.head["security"] = json!([{"bearer": []}]);
        self.refuses(&[&kinds::UNAUTHORIZED, &kinds::FORBIDDEN, &kinds::TOO_MANY_REQUESTS])
    }

    /// What HEAD says of it, if this is what GET does: the same without the bodies (RFC 9110 section 9.3.2).
    pub(super) fn without_its_body(mut self) -> Self {
        let id = self.head["operationId"].as_str().unwrap_or_default().replacen("get", "head", 1);
        self.head["operationId"] = json!(id);
        self.head["description"] = json!("The same as GET, without the body.");
        self.answers = refusals(&self.refusals).into_iter().chain(self.answers).collect();
        self.refusals.clear();
        for answer in self.answers.values_mut() {
            answer.content.clear();
            answer.links.clear();
        }
        self
    }

    pub(super) fn into_value(mut self) -> Value {
        let answers = refusals(&self.refusals).into_iter().chain(self.answers);
        let by_status = answers.map(|(status, answer)| (status.to_string(), answer.into_value()));
        self.head["responses"] = by_status.collect::<Map<_, _>>().into();
        self.head
    }
}

/// One answer for each status that these kinds have.
fn refusals(kinds: &[&'static Kind]) -> BTreeMap<u16, Answer> {
    let mut by_status = BTreeMap::<u16, Vec<&Kind>>::new();
    for kind in kinds {
        by_status.entry(kind.status.as_u16()).or_default().push(kind);
    }
    by_status.into_iter().map(|(status, kinds)| (status, refusal(&kinds))).collect()
}

fn refusal(kinds: &[&Kind]) -> Answer {
    let titles: Vec<&str> = kinds.iter().map(|kind| kind.title).collect();
    let example =
        |kind: &&Kind| (kind.name.to_owned(), json!({"$ref": format!("#/components/examples/{}", kind.name)}));
    let examples: Map<_, _> = kinds.iter().map(example).collect();
    let problem = json!({"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples});
    let mut answer = Answer::new(&format!("{}.", titles.join(", or ")));
    answer.content.insert(fields::PROBLEM_JSON.to_owned(), problem);
    for kind in kinds {
        answer.headers.extend(parts::of_refusal(kind));
    }
    answer
}
