//! Old versions: compared, and restored with one conditional PUT.

use tests::documents::{content, history, put};
use tests::keys::{DOWN, ENTER, ESC, f};
use tests::pty::Terminal;
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::{DOC, start, writes};

const OLD: &str = "Knead for ten minutes.\n";
const NEW: &str = "Knead it for 12 minutes.\n";

/// Starts a server whose document has two versions, and an editor that shows them.
///
/// Returns the tags of the versions, oldest first.
fn two_versions() -> (Server, Vec<String>, Terminal) {
    let server = Server::start(PROGRAM);
    let tags = history(&server, DOC, &[OLD, NEW]);
    let mut carol = start(&server, "Carol").spawn();
    carol.until_text("clean");
    carol.send(f(3));
    carol.until_text("created · no parent");
    (server, tags, carol)
}

/// Returns whether the first occurrence of a word on the screen is underlined.
fn is_underlined(terminal: &Terminal, word: &str) -> bool {
    let screen = terminal.screen();
    let (_, columns) = screen.size();
    let rows: Vec<String> = screen.rows(0, columns.into()).collect();
    let at = |row: &String| row.find(word).map(|byte| row[..byte].chars().count());
    let (row, column) = rows.iter().enumerate().find_map(|(row, text)| Some((row, at(text)?))).expect("it is shown");
    let [row, column] = [row, column].map(|at| u16::try_from(at).expect("a screen is small"));
    screen.cell(row, column).is_some_and(vt100::Cell::underline)
}

#[test]
fn restore_is_one_put_that_names_the_listed_version() {
    let (server, tags, mut carol) = two_versions();
    let before = writes(&server).len();
    carol.send(DOWN);
    carol.send(ENTER);
    carol.until_text("Knead for ten minutes.");
    carol.send("s");
    carol.until_text("v1 is restored as v3, over v2");
    assert_eq!(writes(&server)[before..], [(Some(tags[1].clone()), 200)]);
    assert_eq!(content(&server, DOC), OLD);
    carol.until_text("3 versions");
    carol.send(ESC);
    carol.until_text("Knead for ten minutes.");
    carol.until_text("clean");
    assert_eq!(writes(&server).len(), before + 1);
}

#[test]
fn restore_after_an_unseen_save_is_refused_in_words() {
    let (server, tags, mut carol) = two_versions();
    carol.send(DOWN);
    carol.send(ENTER);
    carol.until_text("Knead for ten minutes.");
    let saved = server.answer(&put(DOC, "Bob's\n").with("If-Match", &tags[1]).with("Ifmatch-Author", "Bob"));
    assert_eq!(saved.status, 200, "{saved}");
    let before = writes(&server).len();
    carol.send("s");
    carol.until_text("412: Bob saved v3: nothing is restored.");
    assert_eq!(writes(&server)[before..], [(Some(tags[1].clone()), 412)]);
    assert_eq!(content(&server, DOC), "Bob's\n");
    carol.until_text("3 versions");
    // The list shows Bob's version now, so the same key may replace it.
    carol.send("s");
    carol.until_text("v1 is restored as v4, over v3");
    assert_eq!(content(&server, DOC), OLD);
}

#[test]
fn two_versions_are_compared_word_by_word() {
    let (_server, _, mut carol) = two_versions();
    carol.send("m");
    carol.until_text("marked");
    carol.send(DOWN);
    carol.send("c");
    carol.until_text("v1 and v2 of notes");
    carol.until_text("- Knead for ten minutes.");
    carol.until_text("+ Knead it for 12 minutes.");
    for (word, is_marked) in [("ten", true), ("12", true), ("minutes", false), ("Knead", false)] {
        assert_eq!(is_underlined(&carol, word), is_marked, "{word}");
    }
}
