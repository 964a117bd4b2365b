//! Thirty people at once: they type, get 412s, and merge.

use serde_json::json;
use tests::http::Request;
use tests::keys::{ctrl, f};
use tests::pty::Terminal;

use crate::room::Room;

const PEOPLE: usize = 30;

fn name(number: usize) -> String {
    format!("p{number:02}")
}

/// Decides the conflict in favour of both sides, and saves, until the server has the text.
///
/// Others save meanwhile, so the first attempt may be refused again, with the conflict open again.
fn merge_and_save(person: &mut Terminal) {
    loop {
        person.until_text("1 open");
        person.send(f(9));
        person.until_text("b both");
        person.send("b");
        person.until_text("all decided");
        // A frame may arrive in parts, over SSH.
        person.until_no_text("1 open");
        person.send(ctrl('s'));
        for _ in 0..2 {
            person.until("a saved, merged or refused text", |screen| {
                let text = screen.contents();
                ["again saves it", "saved as version", "1 open"].iter().any(|words| text.contains(words))
            });
            if person.text().contains("again saves it") {
                // The merged text is on the screen; saving it is one more key.
                person.send(ctrl('s'));
                person.until_no_text("again saves it");
            }
        }
        if person.text().contains("saved as version") {
            return;
        }
    }
}

#[test]
fn thirty_people_type_conflict_and_merge_without_a_loss() {
    let room = Room::with_code(&[]);
    let first = Request::new("PUT", "/api/documents/notes").json(&json!({"title": "Notes", "content": "one\nlast\n"}));
    assert_eq!(room.answer(first.with("If-None-Match", "*").with("Ifmatch-Author", "leader")).status, 201);

    let mut people: Vec<Terminal> = (0..PEOPLE).map(|number| room.join(&name(number))).collect();
    for person in &mut people {
        person.until_text("notes");
        person.send("notes\r");
    }
    for (number, person) in people.iter_mut().enumerate() {
        person.until_text("last");
        person.send(format!("by {} ", name(number)));
        person.until_text(&format!("by {} one", name(number)));
    }
    // All at once: one save succeeds, and all others are refused.
    for person in &mut people {
        person.send(ctrl('s'));
    }
    let (mut saved, mut refused) = (Vec::new(), Vec::new());
    for (number, person) in people.into_iter().enumerate() {
        person.until("a save or a 412", |screen| {
            let text = screen.contents();
            text.contains("saved as version") || text.contains("merging")
        });
        if person.text().contains("merging") { refused.push((number, person)) } else { saved.push((number, person)) }
    }
    assert_eq!((saved.len(), refused.len()), (1, PEOPLE - 1));
    for (number, person) in &mut refused {
        merge_and_save(person);
        person.until_text(&format!("by {} one", name(*number)));
    }
    let text = room.answer(Request::new("GET", "/api/documents/notes")).word("content").expect("a text");
    for number in 0..PEOPLE {
        assert!(text.contains(&format!("by {} one\n", name(number))), "{}: {text}", name(number));
    }
    let versions = room.answer(Request::new("GET", "/api/documents/notes/versions?limit=1000")).json();
    let versions = versions["versions"].as_array().expect("a list").clone();
    assert_eq!(versions.len(), PEOPLE + 1);
    for version in &versions {
        assert_eq!(version["basedOn"], version["parentEtag"], "{version}");
    }
}
