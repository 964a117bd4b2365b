//! Bodies as JSON Schemas, made from the types that are sent.
//!
//! What the server sends and what it takes are not quite the same: a gate is sent with who is held, and taken without.
//! So there are two generators. What is sent gets a name, and stands among the components; what is taken stands where
//! it is taken.
//!
//! Descriptions are the comments of the types. Those are written for readers of the source: their examples are
//! programs, and their links lead to other types. A client has neither, so both are taken out.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::problem::types::{self, ProblemType};
use contract::{DocumentId, Problem};

/// Where OpenAPI keeps what has a name.
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

    /// What is sent, by reference.
    pub(super) fn response_schema<T: JsonSchema>(&mut self) -> Value {
        self.sent.subschema_for::<T>().into()
    }

    /// What is taken.
    pub(super) fn request_schema<T: JsonSchema>(&mut self) -> Value {
        let mut schema = self.taken.subschema_for::<T>();
        RecursiveTransform(rewrite_for_clients).transform(&mut schema);
        schema.into()
    }

    /// All that has a name.
    pub(super) fn into_components(mut self) -> Value {
        // These are named where no type is at hand: in refusals and in parameters.
        self.response_schema::<Problem>();
        self.response_schema::<DocumentId>();
        let mut named = Value::Object(self.sent.take_definitions(true));
        describe_problem(&mut named["Problem"]);
        named
    }
}

/// Rewrites the description of a schema for readers who have no source.
fn rewrite_for_clients(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = strip_rust_links(description);
    }
}

/// A comment without its examples and the targets of its links.
fn strip_rust_links(comment: &str) -> String {
    // What stands between two fences is a program.
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

/// Says which words a problem can have, and which of its members it always has.
///
/// The type has defaults, so that a client can read what an older server leaves out. The server leaves out nothing, but
/// for what the type itself does not write.
fn describe_problem(problem: &mut Value) {
    let mut reasons: Vec<String> = Vec::new();
    for reason in types::ALL_TYPES.into_iter().flat_map(ProblemType::reasons) {
        // One reason can belong to two kinds.
        if !reasons.iter().any(|known| known == reason.as_str()) {
            reasons.push(reason.to_string());
        }
    }
    let words = [
        ("type", types::ALL_TYPES.map(ProblemType::page).to_vec()),
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
    fn a_comment_loses_its_program_and_its_links() {
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
