//! Drafts from another address: the server tells whether it has the version they are based on.

use std::path::Path;

use client::{Client, DraftKey, DraftMatch, Drafts, find_drafts};
use contract::{Document, DocumentId, Snapshot};
use editor::Draft;

use crate::alice;
use crate::script::{Stage, answer, play};

const JSON: &str = "200 OK\nContent-Type: application/json";

fn welcome() -> DocumentId {
    "welcome".parse().unwrap()
}

/// Responds with the version of that tag, or with none; returns the request line.
fn version(stage: &Stage, etag: Option<&str>) -> String {
    let entry = etag.map(|etag| {
        format!(
            r#"{{"version":5,"etag":"\"{etag}\"","author":"bob","at":"2026-11-22T05:00:11.123Z",
            "parentEtag":null,"basedOn":null,"deleted":false}}"#
        )
    });
    let request =
        stage.exchange(&answer(JSON, &format!(r#"{{"versions":[{}],"next":null}}"#, entry.unwrap_or_default())));
    request.lines().next().unwrap().to_owned()
}

/// Responds 404: the document has never existed. Returns the request line.
fn absent(stage: &Stage) -> String {
    let problem = r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"There is none.","message":""}"#;
    let request = stage.exchange(&answer("404 Not Found\nContent-Type: application/problem+json", problem));
    request.lines().next().unwrap().to_owned()
}

/// Leaves a draft of Alice's at another port of this machine, based on that version.
fn left(folder: &Path, base: Option<&str>) -> Drafts {
    let drafts = Drafts::new(folder);
    let document = |content: &str| Document { title: "T".to_owned(), content: content.to_owned(), parent: None };
    let base = base.map(|etag| Snapshot {
        etag: format!("\"{etag}\"").parse().unwrap(),
        author: None,
        at: None,
        document: document("base"),
    });
    let client = Client::new("http://127.0.0.1:1", "alice".parse().unwrap()).unwrap();
    drafts.begin(DraftKey::of(&client, &welcome())).keep(&Draft::new(base, document("mine"))).unwrap();
    drafts
}

#[tokio::test]
async fn a_draft_of_the_same_store_is_identified_by_its_base() {
    for (has, found) in [(Some("v5-d4f8c2a1"), 1), (Some("v5-00000000"), 0), (None, 0)] {
        let folder = tempfile::tempdir().unwrap();
        let drafts = left(folder.path(), Some("v5-d4f8c2a1"));
        let server = play(move |stage| version(stage, has));
        let lookup = find_drafts(&drafts, &alice(&server.url), &welcome()).await.unwrap();
        assert_eq!(lookup.drafts.len(), found, "{has:?}");
        assert!(lookup.drafts.iter().all(|found| found.matches == DraftMatch::OtherServer));
        let asked = "GET /api/documents/welcome/versions?limit=1&before=6 HTTP/1.1";
        assert_eq!(server.end().await, asked);
    }
}

#[tokio::test]
async fn draft_without_base_matches_if_document_never_existed() {
    for (is_there, found) in [(false, 1), (true, 0)] {
        let folder = tempfile::tempdir().unwrap();
        let drafts = left(folder.path(), None);
        let server = play(move |stage| if is_there { version(stage, Some("v5-d4f8c2a1")) } else { absent(stage) });
        let lookup = find_drafts(&drafts, &alice(&server.url), &welcome()).await.unwrap();
        assert_eq!(lookup.drafts.len(), found, "{is_there}");
        server.end().await;
    }
}

#[tokio::test]
async fn drafts_elsewhere_are_left_out_if_server_is_down() {
    let folder = tempfile::tempdir().unwrap();
    let drafts = left(folder.path(), Some("v5-d4f8c2a1"));
    // A port without a listener: it is closed before the client connects.
    let server = play(|_| ());
    let url = server.url.clone();
    server.end().await;
    assert_eq!(find_drafts(&drafts, &alice(&url), &welcome()).await.unwrap().drafts, []);
}
