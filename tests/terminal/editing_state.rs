//! The state that an editor tells in its requests, as the leader of a room sees it.

use std::fs;

use tests::documents::{expect, history, put};
use tests::keys::{ctrl, f};
use tests::pty::Start;
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, editor, exchanges, server, start, type_at_line};

/// A leader sees it in requests that are made anyway.
#[test]
fn leader_sees_who_is_edited_and_who_is_merging() {
    let server = Server::start(PROGRAM);
    let tag = history(&server, DOC, &[TEXT]).remove(0);
    let mut room = Start::new(PROGRAM, &["observe", "--server", &server.url(), "--as", "Lee"]).size((160, 40)).spawn();
    let mut bob = editor(&server, "Bob");
    room.until_text("◆ Bob");
    type_at_line(&mut bob, 1, "Rye ");
    // The editor reads the newer version in the background.
    expect(200, server.answer(&put(DOC, "other\n").with("If-Match", &tag).with("Ifmatch-Author", "Eve")));
    room.until_text("says: edited");
    bob.send(ctrl('s'));
    bob.until_text("merging, 1 open");
    bob.send(f(5));
    room.until_text("says: merging, 1 open");
    room.send(ctrl('q'));
    assert!(room.wait().exit.success());
}

#[test]
fn editor_says_nothing_of_itself_if_its_user_does_not_want_it() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let config = folder.path().join("config.toml");
    fs::write(&config, "[editor]\ntell-editing = false\n").expect("there is room");
    let config = config.display().to_string();
    let mut bob = start(&server, "Bob").variable("IFMATCH_CONFIG", &config).spawn();
    bob.until_text("clean");
    let mut eve = editor(&server, "Eve");
    for editor in [&mut bob, &mut eve] {
        type_at_line(editor, 1, "Rye ");
        editor.send(f(5));
        editor.until_text("304");
    }
    let exchanges = exchanges(&server);
    let by = |name: &str| {
        let fields = exchanges.iter().filter(|exchange| exchange["author"] == name);
        let fields = fields.map(|exchange| exchange["request"]["fields"].to_string().to_ascii_lowercase());
        fields.filter(|fields| fields.contains("ifmatch-editing")).count()
    };
    assert_eq!(by("Bob"), 0);
    assert!(by("Eve") > 0);
}
