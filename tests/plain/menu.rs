//! The menu in plain mode: lessons and free play, one after the other.

use crate::room::{home, run};

#[test]
fn program_starts_with_the_menu_and_returns_to_it() {
    let lines = ["merge", "", "menu", "free", "show 1", "menu", "as Alice", "", "leave", "2", "leave", "quit"];
    let ran = run(&home(), &["--plain"], &lines);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.said);
    ran.says(&[
        "\n1: lost-update. The lost update. 5 minutes. Watch an unchecked save",
        ": free. Free play",
        "> merge\nThe merge\n",
        "> \n\n1. ",
        "> menu\nTwo people",
        "1: lost-update.",
        "> free\nAlice and Bob each have an editor",
        "> show 1\nLine 1: ",
        "> menu\nTwo people",
        "1: lost-update.",
        "> as Alice\nThere is no lesson 'as Alice'.",
        "> \n",
        "1: lost-update.",
        "> leave\nThere is no lesson 'leave'.",
        "> 2\n",
        "0. Everyone opens",
        "> leave\nTwo people",
        "> quit\n",
    ]);
}

#[test]
fn unsaved_text_is_asked_about_before_the_menu() {
    let ran = run(&home(), &["--plain"], &["free", "line 1 mine", "menu", "leave", "quit"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&["Alice: Line 1: mine", "> menu\n", "Not saved", "Say 'save'", "> leave\nTwo people", "> quit\n"]);
}

#[test]
fn plain_merge_without_the_view_is_refused() {
    let ran = run(&home(), &["merge", "--plain", "mine", "base", "theirs"], &[]);
    assert_eq!(ran.code, 255, "{}", ran.errors);
    assert!(ran.said.is_empty() && ran.errors.contains("-p prints the result"), "{}", ran.errors);
}
