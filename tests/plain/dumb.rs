//! Plain mode in a dumb terminal: a prompt, typed lines, and messages about other people in between.

use tests::documents::{content, expect, get, put};
use tests::pty::Start;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, server};

#[test]
fn dumb_terminal_gets_plain_mode_with_a_prompt() {
    let server = server();
    let start = Start::new(PROGRAM, &["edit", DOC, "--server", &server.url(), "--as", "Alice"]);
    let mut alice = start.variable("TERM", "dumb").spawn();
    alice.until_text("TERM is 'dumb', so ifmatch works line by line");
    alice.until_text("'Draft Post', 3 lines");
    alice.until_text("\n> ");
    alice.send("add four\r");
    alice.until_text("Line 4: four");

    // Bob saves while nothing is typed: the message gets a line of its own, and the prompt is repeated.
    let tag = expect(200, server.answer(&get(DOC))).etag();
    let bob = put(DOC, &format!("zero\n{TEXT}")).with("If-Match", &tag).with("Ifmatch-Author", "Bob");
    expect(200, server.answer(&bob));
    alice.until_text("\nBob saved version \"v2-");
    alice.send("save\r");
    alice.until_text("nothing to decide");
    alice.until_text("\n> ");
    alice.send("save\r");
    alice.until_text("our text with 1 line of Bob's; 'save' again saves it");
    alice.send("save\r");
    alice.until_text("Saved as version \"v3-");
    alice.send("\u{4}");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    assert!(!ended.output.contains(&0x1b), "the output has an escape byte: {}", ended.text());
    assert!(ended.has_original_settings);
    assert_eq!(content(&server, DOC), format!("zero\n{TEXT}four\n"));
}
