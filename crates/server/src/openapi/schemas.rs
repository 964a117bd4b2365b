//! Bodies as JSON Schemas, generated from the contract's types.
//!
//! Bodies of responses and of requests differ: the server sends a gate with the held requests, and accepts one without.
//! So there are two generators. The schema of a response gets a name among the components; the schema of a request is
//! part of its operation.
//!
//! The descriptions are the doc comments of the types. These are for readers of the source: their examples are
//! programs, and their links lead to other types. Both mean nothing to a client, so they are removed.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::problem::types::{self, ProblemType};
use contract::{DocumentId, Problem};

/// The place of named schemas in the description.
const COMPONENT_PREFIX: &str = "/components/schemas";

pub(super) struct SchemaRegistry {
    sent: SchemaGenerator,
    taken: SchemaGenerator,
}

impl SchemaRegistry {
    pub(super) fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = COMPONENT_PREFIX.into();
                settings.meta_schema = None;
                settings.transforms.push(Box::new(RecursiveTransform(rewrite_for_clients)));
            })
        };
        let sent = settings().for_serialize().into_generator();
        let taken = settings().for_deserialize().with(|settings| settings.inline_subschemas = true).into_generator();
        Self { sent, taken }
    }

    /// Returns a reference to the schema of a response.
    pub(super) fn response_schema<T: JsonSchema>(&mut self) -> Value {
        self.sent.subschema_for::<T>().into()
    }

    /// Returns the schema of a request.
    pub(super) fn request_schema<T: JsonSchema>(&mut self) -> Value {
        let mut schema = self.taken.subschema_for::<T>();
        RecursiveTransform(rewrite_for_clients).transform(&mut schema);
        schema.into()
    }

    /// Returns all named schemas, for a server whose resources are below this path.
    pub(super) fn into_components(mut self, base: &str) -> Value {
        // Refusals and parameters refer to these by name.
        self.response_schema::<Problem>();
        self.response_schema::<DocumentId>();
        let mut named = Value::Object(self.sent.take_definitions(true));
        describe_problem(&mut named["Problem"], base);
        named
    }
}

/// Rewrites the description of a schema for readers without the source.
fn rewrite_for_clients(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = strip_rust_links(description);
    }
}

/// Returns a comment without its examples, and with the names of its links only.
fn strip_rust_links(comment: &str) -> String {
    // The text between two fences is a program.
    let prose: String = comment.split("```").step_by(2).collect();
    let mut text = String::new();
    let mut rest = prose.trim_end();
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((name, after)) = link.split_once("`]") else { break };
        text.push_str(before);
        text.push('`');
        text.push_str(name);
        text.push('`');
        rest = after.strip_prefix('(').and_then(|target| target.split_once(')')).map_or(after, |(_, after)| after);
    }
    text + rest
}

/// Adds the words that members of a problem may have, and which members are always present.
///
/// The type has defaults, so that a client can parse problems of an older server. But this server omits only members
/// that the type itself skips.
fn describe_problem(problem: &mut Value, base: &str) {
    let mut reasons: Vec<String> = Vec::new();
    for reason in types::ALL_TYPES.into_iter().flat_map(ProblemType::reasons) {
        // Two types of problem may share a reason.
        if !reasons.iter().any(|known| known == reason.as_str()) {
            reasons.push(reason.to_string());
        }
    }
    let words = [
        ("type", types::ALL_TYPES.map(|kind| kind.page(base)).to_vec()),
        ("error", types::ALL_TYPES.map(ProblemType::word).to_vec()),
        ("title", types::ALL_TYPES.map(|kind| kind.title.to_owned()).to_vec()),
        ("reason", reasons),
    ];
    for property in problem["properties"].as_object_mut().into_iter().flat_map(|all| all.values_mut()) {
        property.as_object_mut().map(|property| property.remove("default"));
    }
    for (member, words) in words {
        problem["properties"][member]["type"] = json!("string");
        problem["properties"][member]["enum"] = json!(words);
    }
    let always = json!(Problem::default());
    problem["required"] = always.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comment_loses_its_program_and_its_links() {
        for (comment, description) in [
            ("Plain.", "Plain."),
            ("A.\n\n```\nuse a::b;\n```\n\nB.", "A.\n\n\n\nB."),
            ("A.\n\n```\nuse a::b;\n```", "A."),
            ("As [`shown`](crate::secrets::shown) says, [`Author`] too.", "As `shown` says, `Author` too."),
            ("An open [`link", "An open [`link"),
        ] {
            assert_eq!(strip_rust_links(comment), description);
        }
    }
}
