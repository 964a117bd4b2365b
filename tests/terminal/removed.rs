//! A participant who is removed while their editor is open.

use serde_json::json;
use tests::documents::{content, expect};
use tests::http::Request;
use tests::keys::ctrl;
use tests::serve::Server;
use tests::until;

use crate::drafts::{editor as alice, says};
use crate::room::{DOC, TEXT, server, start, type_at_line, writes};

/// Removes Sam from the room, or lets them in again.
fn lead(server: &Server, what: &str) {
    expect(200, server.answer(&Request::new("POST", &format!("/control/participants/Sam/{what}"))));
}

#[test]
fn removed_person_learns_what_to_do_and_returns_with_the_next_save() {
    let server = server();
    let join = Request::new("POST", "/api/participants").json(&json!({ "name": "Sam" }));
    let token = expect(201, server.answer(&join)).json()["token"].as_str().expect("a token").to_owned();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let data = folder.path().display().to_string();
    let mut sam = start(&server, "Sam").argument("--token").argument(&token).argument("--data").argument(&data).spawn();
    sam.until_text("clean");
    lead(&server, "remove");
    // The stream ends, so the editor reads, and is refused. A save during that read would not be sent.
    sam.until_text("403: the leader removed you");
    type_at_line(&mut sam, 1, "S-");
    until("the draft is on the disk", || says(folder.path(), "S-one"));
    sam.send(ctrl('s'));
    sam.until_text("403: the leader removed you from the room; your text is kept as a draft.");
    sam.until_text("Ask the leader to let you in again, then");
    sam.until_text("Ctrl-S saves it");
    sam.until_text("S-one");
    until("the save is refused", || writes(&server).iter().any(|(_, status)| *status == 403));
    assert_eq!(content(&server, DOC), TEXT, "nothing was saved");
    lead(&server, "readmit");
    sam.send(ctrl('s'));
    sam.until_text("saved as version \"v2-");
    assert_eq!(content(&server, DOC), format!("S-{TEXT}"));
    // The event stream comes back, too.
    sam.until_no_text("no events");
    let mut other = alice(&server, folder.path());
    other.until_text("clean");
    type_at_line(&mut other, 2, "A-");
    other.send(ctrl('s'));
    other.until_text("saved as version \"v3-");
    sam.until_text("Alice saved version \"v3-");
}
