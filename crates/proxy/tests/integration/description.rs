//! `GET /.ifmatch/openapi.json`: the control interface is as it describes itself.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::backend::{Backend, Reply};
use crate::front::{Front, body, field};

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

#[tokio::test]
async fn described_paths_are_served_and_no_others() {
    let backend = Backend::start(|_| Reply::ok("of the server")).await;
    let front = Front::of(&backend).await;
    let description = front.control("GET", "/openapi.json", "").await;
    assert_eq!(description["servers"][0]["url"], "/.ifmatch");
    let paths = description["paths"].as_object().unwrap();
    for (path, item) in paths {
        let here = [("{exchange}", "1"), ("{name}", "gone"), ("{participant}", "ann")]
            .into_iter()
            .fold(path.clone(), |path, (name, value)| path.replace(name, value));
        let request = format!("OPTIONS /.ifmatch{here} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let reply = front.exchange(&request).await;
        assert!(reply.starts_with("HTTP/1.1 204 "), "{path}: {reply}");
        let allowed: BTreeSet<&str> = field(&reply, "allow").unwrap().split(", ").collect();
        let described: BTreeSet<&str> =
            METHODS.into_iter().filter(|method| item[method.to_ascii_lowercase()].is_object()).collect();
        assert_eq!(allowed, described, "{path}");
    }
    assert!(paths.contains_key("/control/gate") && !paths.contains_key("/api/documents"), "it has no documents");
    assert!(backend.arrived().is_empty(), "none of these is for the server");
}

#[tokio::test]
async fn release_may_send_a_request_twice_and_links_lead_somewhere() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let description = Front::of(&backend).await.control("GET", "/openapi.json", "").await;
    let release = &description["paths"]["/control/gate/{exchange}/release"]["post"];
    let parameters: Vec<&str> =
        release["parameters"].as_array().unwrap().iter().map(|parameter| parameter["$ref"].as_str().unwrap()).collect();
    assert!(parameters.contains(&"#/components/parameters/duplicate"), "{parameters:?}");
    let duplicate = &description["components"]["parameters"]["duplicate"];
    assert_eq!((&duplicate["in"], &duplicate["schema"]["type"]), (&"query".into(), &"boolean".into()));
    let items = description["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let operations: Vec<&Value> = items.filter(|operation| operation["operationId"].is_string()).collect();
    let links = description["components"]["links"].as_object().unwrap();
    for link in links.values() {
        assert!(operations.iter().any(|operation| operation["operationId"] == link["operationId"]), "{link}");
    }
    let responses = operations.iter().flat_map(|operation| operation["responses"].as_object().unwrap().values());
    let used = responses.filter_map(|response| response["links"].as_object()).flat_map(|links| links.keys());
    let used: BTreeSet<&String> = used.collect();
    assert!(used.iter().all(|name| links.contains_key(*name)), "{used:?}");
    assert!(links.contains_key("ReleaseTheFirst"));
}

#[tokio::test]
async fn described_problems_are_those_of_its_refusals() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    let description = front.control("GET", "/openapi.json", "").await;
    let request = "GET /.ifmatch/control/nothing HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let reply = front.exchange(request).await;
    let refusal: Value = serde_json::from_str(body(&reply)).unwrap();
    let types = description["components"]["schemas"]["Problem"]["properties"]["type"]["enum"].as_array().unwrap();
    assert!(refusal["type"].is_string() && types.contains(&refusal["type"]), "{refusal} is not one of {types:?}");
    let example = &description["components"]["examples"]["not-found"]["value"]["type"];
    assert_eq!(*example, refusal["type"]);
}

/// Adds the examples in a part of the description, and what each of its references leads to.
fn add_examples<'a>(part: &'a Value, description: &'a Value, found: &mut Vec<&'a Value>) {
    match part {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("example", example) => found.push(example),
                    ("$ref", Value::String(target)) => {
                        let pointer = target.strip_prefix('#').expect("it leads to a part of the description");
                        assert!(description.pointer(pointer).is_some(), "{target} leads nowhere");
                    }
                    ("value", example) if members.contains_key("summary") => found.push(example),
                    _ => add_examples(member, description, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| add_examples(item, description, found)),
        _ => {}
    }
}

#[tokio::test]
async fn examples_of_problems_have_a_described_type() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let description = Front::of(&backend).await.control("GET", "/openapi.json", "").await;
    let types = description["components"]["schemas"]["Problem"]["properties"]["type"]["enum"].as_array().unwrap();
    let mut examples = Vec::new();
    add_examples(&description, &description, &mut examples);
    let used: Vec<_> = examples.iter().map(|example| &example["type"]).filter(|kind| kind.is_string()).collect();
    assert!(used.len() >= types.len(), "{used:?}");
    assert!(used.iter().all(|kind| types.contains(kind)), "{used:?} are not all of {types:?}");
    let failed = "/paths/~1control~1policy/put/responses/412/content/application~1problem+json/examples";
    let failed = description.pointer(failed).and_then(Value::as_object).unwrap();
    assert!(failed.contains_key("precondition-failed"), "{failed:?}");
}

#[tokio::test]
async fn description_is_not_the_one_of_the_server_behind() {
    let backend = Backend::start(|_| Reply::ok("of the server")).await;
    assert_eq!(body(&Front::of(&backend).await.get("/openapi.json").await), "of the server");
}
