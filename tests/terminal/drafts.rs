//! What was typed and not saved outlives the editor, whatever ended it.

use std::fs;
use std::path::Path;

use tests::documents::content;
use tests::keys::ctrl;
use tests::pty::Terminal;
use tests::serve::Server;
use tests::until;

use crate::room::{DOC, TEXT, server, start, type_at_line};

/// Alice's editor, which keeps its drafts in that folder.
fn editor(server: &Server, folder: &Path) -> Terminal {
    start(server, "Alice").argument("--data").argument(&folder.display().to_string()).spawn()
}

/// Whether a draft below a folder has these words in it. A file that is on its way to becoming one does not count.
pub(crate) fn says(folder: &Path, words: &str) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    let is_draft = |path: &Path| path.extension().is_some_and(|extension| extension == "json");
    let has_words = |path: &Path| fs::read_to_string(path).is_ok_and(|text| text.contains(words));
    entries.flatten().map(|entry| entry.path()).any(|path| says(&path, words) || (is_draft(&path) && has_words(&path)))
}

fn is_back_after(signal: &str, typed: impl Fn(&Path)) {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut alice = editor(&server, folder.path());
    alice.until_text("clean");
    type_at_line(&mut alice, 1, "A-");
    typed(folder.path());
    alice.signal(signal);
    assert!(!alice.wait().exit.success());
    assert_eq!(content(&server, DOC), TEXT, "nothing was saved");

    let mut alice = editor(&server, folder.path());
    alice.until_text("A-one");
    alice.until_text("edited");
    alice.send(ctrl('s'));
    alice.until_text("saved as version \"v2-");
    assert_eq!(content(&server, DOC), format!("A-{TEXT}"));
    // What is saved is no draft any more.
    until("the draft is forgotten", || !says(folder.path(), "A-one"));
}

#[test]
fn a_killed_editor_loses_nothing_that_has_reached_the_disk() {
    is_back_after("KILL", |folder| until("the draft is on the disk", || says(folder, "A-one")));
}

#[test]
fn an_editor_that_is_asked_to_end_keeps_the_last_key() {
    for signal in ["TERM", "HUP"] {
        is_back_after(signal, |_| {});
    }
}
