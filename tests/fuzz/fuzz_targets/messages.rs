//! Parses arbitrary bytes as each message between server and client.
//!
//! A message that can be parsed is written and parsed again; an exchange is explained, and written as a shell command.

#![no_main]

use std::fmt::Debug;

use client::ServerUrl;
use contract::secrets::REDACTED;
use contract::{
    Author, Document, DocumentEvent, DocumentId, DocumentList, EntityTag, Exchange, ExchangeList, FaultSettings,
    GateSettings, Policy, Problem, Timestamp, Version, VersionList,
};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use traffic::{curl, explain};

fuzz_target!(|bytes: &[u8]| {
    fields(bytes);
    again::<Author>(bytes);
    again::<Document>(bytes);
    again::<DocumentId>(bytes);
    again::<DocumentList>(bytes);
    again::<EntityTag>(bytes);
    again::<DocumentEvent>(bytes);
    again::<ExchangeList>(bytes);
    again::<FaultSettings>(bytes);
    again::<GateSettings>(bytes);
    again::<Policy>(bytes);
    again::<Problem>(bytes);
    again::<Timestamp>(bytes);
    again::<Version>(bytes);
    again::<VersionList>(bytes);
    if let Some(exchange) = again::<Exchange>(bytes) {
        assert!(!explain(&exchange).is_empty());
        if is_message(&exchange) {
            command(&exchange);
        }
    }
});

/// Asserts that a message is the same after writing and parsing it again.
fn again<T: DeserializeOwned + Serialize + PartialEq + Debug>(bytes: &[u8]) -> Option<T> {
    let read: T = serde_json::from_slice(bytes).ok()?;
    let written = serde_json::to_vec(&read).expect("a parsed message can be written");
    let shown = String::from_utf8_lossy(&written);
    let reread: T = serde_json::from_slice(&written).unwrap_or_else(|error| panic!("{error}: {shown}"));
    assert_eq!(reread, read, "{shown}");
    Some(read)
}

/// Parses names and addresses as in fields and on the command line.
fn fields(bytes: &[u8]) {
    if let Ok(author) = Author::from_field(bytes) {
        let field = author.to_field();
        assert!(field.bytes().all(|byte| byte.is_ascii_graphic()), "{field:?}");
        assert_eq!(Author::from_field(field.as_bytes()).as_ref(), Ok(&author));
        assert!(author.as_str().chars().count() <= 64 && !author.as_str().chars().any(char::is_control), "{author:?}");
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(id) = text.parse::<DocumentId>() {
        assert_eq!(id.as_str(), text);
        assert!(!id.as_str().contains('/') && !id.as_str().starts_with('.'), "{id:?}");
    }
    if let Ok(url) = text.parse::<ServerUrl>() {
        let shown = url.to_string();
        let reread: ServerUrl = shown.parse().unwrap_or_else(|error| panic!("{shown:?}: {error}"));
        assert_eq!(reread.to_string(), shown);
        assert_eq!(reread.is_loopback(), url.is_loopback());
    }
}

/// Returns whether the request is valid: method, fields and target have only permitted characters.
fn is_message(exchange: &Exchange) -> bool {
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    // Control characters become a call of `printf`, which only a shell could evaluate.
    let is_text = |text: &str| !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n'));
    let is_value = |text: &str| text.trim() == text && is_text(text) && !text.contains('\n');
    is_token(&exchange.method)
        && !exchange.target.is_empty()
        && exchange.target.bytes().all(|byte| byte.is_ascii_graphic())
        && exchange.request.fields.iter().all(|(name, value)| is_token(name) && is_value(value))
        && is_text(&exchange.request.body)
}

/// Asserts that the `curl` command of an exchange has the exchange's method, target, fields and body.
///
/// The command is split into words as a shell does it. The command's address must be that of the chosen server.
fn command(exchange: &Exchange) {
    let command = curl(exchange, "http://localhost:4280");
    let mut words = shell_words::split(&command).unwrap_or_else(|error| panic!("{error}: {command}")).into_iter();
    assert_eq!(words.next().as_deref(), Some("curl"));
    let (mut request, mut body) = (Vec::new(), None);
    let mut addresses = Vec::new();
    let mut target = None;
    while let Some(word) = words.next() {
        match &*word {
            "--include" | "--head" | "--globoff" | "--path-as-is" => {}
            "--request" => assert_eq!(words.next().as_ref(), Some(&exchange.method)),
            "--request-target" => target = words.next(),
            "--header" => request.extend(words.next()),
            "--data-raw" | "--data-binary" => body = words.next(),
            _ => addresses.push(word),
        }
    }
    let address = match target {
        Some(target) => {
            assert_eq!(target, exchange.target);
            "http://localhost:4280".to_owned()
        }
        None => format!("http://localhost:4280{}", exchange.target),
    };
    assert_eq!(addresses, [address], "{command}");
    check_fields(exchange, &request);
    let sent = (!exchange.request.body.is_empty()).then_some(&exchange.request.body);
    if exchange.request.cut {
        assert_eq!(body.as_deref(), Some("@body.json"));
    } else {
        assert_eq!(body.as_ref(), sent);
    }
}

/// Asserts that all fields are in the command, in order, except those that `curl` adds by itself.
fn check_fields(exchange: &Exchange, told: &[String]) {
    let is_written = |name: &str, value: &str| match &*name.to_ascii_lowercase() {
        "host" => value == "localhost:4280",
        name => ["content-length", "connection"].contains(&name),
    };
    let mut told = told.iter();
    for (name, value) in exchange.request.fields.iter().filter(|(name, value)| !is_written(name, value)) {
        let line = told.next().unwrap_or_else(|| panic!("{name}: {value} is missing"));
        let expected = match &**value {
            "" => format!("{name};"),
            REDACTED if name.eq_ignore_ascii_case("Authorization") => "Authorization: Bearer $IFMATCH_TOKEN".to_owned(),
            value => format!("{name}: {value}"),
        };
        assert_eq!(*line, expected);
    }
    // A body without a media type must not get the one that `curl` would add.
    assert!(told.all(|line| line == "Content-Type:"), "more than was sent");
}
