//! The stage in plain mode: two editors, and a policy that loses updates.

use crate::room::{home, run};

#[test]
fn second_save_meets_412_and_merges() {
    let lines =
        ["line 1 by Alice", "save", "as Bob", "line 1 by Bob", "save", "merge", "mine", "save", "show 1", "quit"];
    let ran = run(&home(), &["--plain", "--free"], &lines);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.said);
    ran.says(&[
        "Alice and Bob each have an editor",
        "Alice: Saved as version \"v2-",
        "> as Bob\nYour lines go to Bob's editor now.\n",
        "Answer 4 to Bob: 412: Bob holds \"v1-",
        "Bob: 412: Alice saved first. 1 conflict to decide, then save.",
        "> merge\n",
        "mine: by Bob\ntheirs: by Alice\n",
        "> mine\n",
        "> save\n",
        "Bob: Saved as version \"v3-",
        "Line 1: by Bob",
    ]);
}

#[test]
fn ignored_policy_loses_an_update_and_names_it() {
    let lines = ["policy ignored", "line 1 by Alice", "save", "as Bob", "line 1 by Bob", "save"];
    let ran = run(&home(), &["--plain", "--free"], &lines);
    ran.says(&["preconditions are ignored", "Bob: Gone: 1 line that Alice wrote: ‘by Alice’", "a lost update"]);
}

#[test]
fn held_saves_are_released_in_the_given_order() {
    let lines = [
        "hold writes",
        "line 1 by Alice",
        "save",
        "as Bob",
        "line 1 by Bob",
        "save",
        "release 4",
        "release all",
        "hold nothing",
        "as Alice",
        "quit!",
    ];
    let ran = run(&home(), &["--plain", "--free"], &lines);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&[
        "> save\nRequest 3, Alice: PUT",
        "Request 3 waits at the gate; 'release 3' releases it.",
        "Request 4 waits at the gate;",
        "> release 4\n",
        "Answer 4 to Bob: 200",
        "Bob: Saved as version \"v2-",
        "> release all\n",
        "Answer 3 to Alice: 412: Alice holds \"v1-",
        "> as Alice\n",
        "412 failed: Bob saved v2 · 1 conflict · 'merge' decides.",
    ]);
}

#[test]
fn versions_are_read_out_with_losses_and_restores() {
    let mut lines = vec!["policy ignored", "line 1 by Alice", "save", "as Bob", "line 1 by Bob", "save"];
    lines.extend(["versions", "version 2", "bring back", "save", "show 1"]);
    let ran = run(&home(), &["--plain", "--free"], &lines);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&[
        "> versions\n",
        "Version 3, \"v3-",
        "by Bob",
        "Version 2, \"v2-",
        "by Alice",
        "lost: overwritten by v3",
        "> version 2\n",
        "Line 1: by Alice",
        "Say 'restore', 'bring back'",
        "> bring back\n",
        "'save' saves it; 'undo' brings back the text that it replaced",
        "> save\n",
        "Bob: Saved as version \"v4-",
        "Line 1: by Alice",
    ]);
}
