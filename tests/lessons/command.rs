//! The arguments of `ifmatch lesson`, and its exit codes.

use std::fs;

use serde_json::Value;

use crate::program::{file, run, run_with_closed_output, said};

const HEAD: &str = "title = \"Mine\"\ngoal = \"G\"\nminutes = 5\n[documents.a]\ncontent = \"one\\n\"\n";

/// Returns a lesson with one save, and a claim about it on line 12.
fn with_claim(claim: &str) -> String {
    let steps =
        "[[step]]\nwho = \"Alice\"\ndoes = \"type\"\nappend = \"two\\n\"\n[[step]]\nwho = \"Alice\"\ndoes = \"save\"\n";
    format!("{HEAD}{steps}[[step]]\n{claim}\n")
}

#[test]
fn false_claim_exits_1_with_its_line_and_the_result() {
    let (_folder, path) = file("mine.toml", &with_claim("expect = \"Alice\"\nstatus = 412"));
    let path = path.display().to_string();
    let ran = run(&["lesson", "mine", "--lessons", &path]);
    assert_eq!(ran.code, 1);
    let expected = format!("{path}:13: claimed: Alice gets 412; came: 200\n");
    assert!(ran.errors.contains(&expected), "{}", ran.errors);
    assert!(ran.output.contains("FALSE: Alice gets 412. What came: 200."), "{}", ran.output);
}

#[test]
fn impossible_step_exits_1_with_its_line() {
    let steps = "[[step]]\nwho = \"Alice\"\ndoes = \"do-it-right\"\n";
    let (_folder, path) = file("mine.toml", &format!("{HEAD}{steps}"));
    let ran = run(&["lesson", "mine", "--lessons", &path.display().to_string()]);
    assert_eq!(ran.code, 1);
    assert!(ran.errors.contains("mine.toml:6:") && ran.errors.contains("nothing is offered"), "{}", ran.errors);
}

#[test]
fn lesson_may_end_while_a_request_is_held() {
    let steps = "[[step]]\nhold = \"all\"\n[[step]]\nwho = [\"Alice\", \"Bob\"]\ndoes = \"reload\"\n[[step]]\nexpect = \"Bob\"\nlost = false\n";
    let (_folder, path) = file("mine.toml", &format!("{HEAD}{steps}"));
    let ran = run(&["lesson", "--lessons", &path.display().to_string()]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    assert_eq!(ran.output.matches("'s request waits at the gate").count(), 2, "{}", ran.output);
}

#[test]
fn check_reports_all_errors_with_line_and_column() {
    let (_folder, path) = file("mine.toml", &format!("{HEAD}[[step]]\nsay = 5\ncapton = \"x\"\n"));
    let path = path.display().to_string();
    let ran = run(&["lesson", "--check", &path]);
    assert_eq!(ran.code, 2);
    assert!(ran.errors.starts_with(&path), "{}", ran.errors);
    for said in [format!("{path}:7:7: 'say'"), format!("{path}:8:1: 'capton'"), "did you mean 'caption'?".to_owned()] {
        assert!(ran.errors.contains(&said), "{said}: {}", ran.errors);
    }
    let (_folder, path) = file("mine.toml", &with_claim("expect = \"Alice\"\nstatus = 200"));
    assert_eq!(run(&["lesson", "--check", &path.display().to_string()]).code, 0);
}

#[test]
fn missing_lesson_exits_2_with_a_suggestion() {
    let ran = run(&["lesson", "lost-updat"]);
    assert_eq!(ran.code, 2);
    assert!(ran.errors.contains("did you mean 'lost-update'? `ifmatch"), "{}", ran.errors);
    assert!(run(&["lesson", "x", "--lessons", "/no/such/file.toml"]).errors.contains("cannot be read"));
    let empty = tempfile::tempdir().unwrap();
    let ran = run(&["lesson", "--all", "--lessons", &empty.path().display().to_string()]);
    assert!(ran.code == 2 && ran.errors.contains("has no lessons"), "{}", ran.errors);
}

#[test]
fn file_given_as_a_name_exits_2_with_the_right_option() {
    let ran = run(&["lesson", "shopping.toml"]);
    assert!(ran.code == 2 && ran.errors.contains("`ifmatch lesson --lessons shopping.toml`"), "{}", ran.errors);
}

#[test]
fn unknown_output_format_is_refused_before_playing() {
    let ran = run(&["lesson", "merge", "--save", "page.pdf"]);
    assert_eq!((ran.code, ran.output.as_str()), (2, ""));
    assert!(ran.errors.contains(".txt, .md, .mmd, .har, .svg, .jsonl, .cast"), "{}", ran.errors);
    assert!(!ran.errors.contains("claims"), "{}", ran.errors);
}

#[test]
fn closed_output_does_not_change_the_exit_code() {
    let (_folder, bad) = file("bad.toml", HEAD);
    assert_eq!(run_with_closed_output(&["lesson", "--check", &bad.display().to_string()]), 2);
    assert_eq!(run_with_closed_output(&["lesson", "merge"]), 0);
    let (_folder, fails) = file("mine.toml", &with_claim("expect = \"Alice\"\nstatus = 412"));
    assert_eq!(run_with_closed_output(&["lesson", "--lessons", &fails.display().to_string()]), 1);
    assert_eq!(run_with_closed_output(&["lesson", "no-such-lesson"]), 2);
}

#[test]
fn folder_of_lessons_is_played_in_the_order_of_names() {
    let (folder, _) = file("b.toml", &with_claim("document = \"a\"\nversions = 2"));
    fs::write(folder.path().join("a.toml"), with_claim("document = \"a\"\nhas = \"two\"")).unwrap();
    fs::write(folder.path().join("notes.txt"), "not a lesson").unwrap();
    let ran = run(&["lesson", "--all", "--lessons", &folder.path().display().to_string()]);
    assert_eq!((ran.code, ran.errors.as_str()), (0, "a: 1 claim holds\nb: 1 claim holds\n"));
}

#[test]
fn extension_chooses_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let begins = [
        ("t.txt", "The lost update\n"),
        ("t.md", "# The lost update\n"),
        ("t.mmd", "sequenceDiagram\n"),
        ("t.har", "{\n"),
        ("t.svg", "<svg "),
        ("t.jsonl", "{"),
        ("t.cast", "{\"version\": 2, "),
    ];
    for (name, start) in begins {
        let path = folder.path().join(name);
        let ran = run(&["lesson", "lost-update", "--save", &path.display().to_string()]);
        assert_eq!((ran.code, ran.output.as_str()), (0, ""), "{name}: {}", ran.errors);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(start), "{name}: {text}");
    }
    // The option takes precedence over the extension.
    let path = folder.path().join("u.txt");
    run(&["lesson", "lost-update", "--transcript", "mermaid", "--save", &path.display().to_string()]);
    assert!(fs::read_to_string(&path).unwrap().starts_with("sequenceDiagram"));
}

#[test]
fn har_has_every_exchange_in_full() {
    let har: Value = serde_json::from_str(&said(&["lesson", "lost-response", "--transcript", "har"])).unwrap();
    assert_eq!(har["log"]["version"], "1.2");
    let entries = har["log"]["entries"].as_array().unwrap();
    let lost: Vec<&Value> = entries.iter().filter(|entry| entry["response"]["status"] == 0).collect();
    assert_eq!(lost.len(), 2, "two responses are lost in that lesson");
    let first_put = entries.iter().find(|entry| entry["request"]["method"] == "PUT").unwrap();
    let header = |name: &str| {
        let headers = first_put["request"]["headers"].as_array().unwrap();
        headers.iter().find(|header| header["name"] == name).map(|header| header["value"].as_str().unwrap().to_owned())
    };
    assert!(header("If-Match").unwrap().starts_with("\"v1-"));
    assert_eq!(header("Host").as_deref(), Some("127.0.0.1:4280"), "the port differs from run to run");
    assert!(first_put["request"]["postData"]["text"].as_str().unwrap().contains("Sunday"));
}

#[test]
fn diagrams_show_held_lost_and_overwritten() {
    let lost_update = said(&["lesson", "lost-update", "--transcript", "mermaid"]);
    assert!(lost_update.contains("p0-)gate: PUT") && lost_update.contains("gate->>server:"), "{lost_update}");
    assert_eq!(lost_update.matches("LOST UPDATE").count(), 1);
    let lost_answer = said(&["lesson", "lost-response", "--transcript", "mermaid"]);
    assert_eq!(lost_answer.matches("server--xp0").count(), 2, "{lost_answer}");
    let apart = said(&["lesson", "check-then-act", "--transcript", "svg"]);
    assert!(apart.contains("Alice: judged, not written") && apart.contains("LOST UPDATE"), "{apart}");
}

/// A question has answers; a request has a response.
#[test]
fn lost_response_is_not_called_an_answer() {
    for format in ["text", "mermaid"] {
        let told = said(&["lesson", "lost-response", "--transcript", format]).to_lowercase();
        assert!(told.contains("response") || format == "mermaid", "{told}");
        let line = told.lines().find(|line| line.contains("answer"));
        assert_eq!(line, None, "{format}");
    }
}

/// Returns the cells of a row of the table that compares a lesson under three policies.
fn compared(name: &str, row: &str) -> Vec<String> {
    let table = said(&["lesson", name, "--compare"]);
    let cells =
        |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect();
    let rows: Vec<Vec<String>> = table.lines().map(cells).collect();
    assert_eq!(rows[0], ["ignored", "optional", "required"]);
    let found = rows.iter().find(|cells| cells[0] == row).unwrap_or_else(|| panic!("{table}"));
    found[1..].to_vec()
}

#[test]
fn compare_shows_three_policies_side_by_side() {
    assert_eq!(compared("lost-update", "5. Alice PUT"), ["200", "200", "200"]);
    assert_eq!(compared("lost-update", "5. Bob PUT"), ["200, lost update", "412", "412"]);
    assert_eq!(compared("lost-update", "lost updates"), ["1", "0", "0"]);
}

#[test]
fn write_without_changes_overwrites_nothing() {
    assert_eq!(compared("precondition-required", "6. Bob PUT"), ["200, lost update", "200, lost update", "428"]);
    assert_eq!(compared("precondition-required", "8. Bob PUT"), ["–", "–", "412"]);
    assert_eq!(compared("precondition-required", "9. Bob PUT"), ["200", "200", "200"]);
}

#[test]
fn lesson_under_another_policy_checks_no_claims() {
    let ran = run(&["lesson", "lost-update", "--preconditions", "required"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    assert!(ran.output.contains("The response to Bob: 412"), "{}", ran.output);
    assert!(ran.errors.contains("claims nothing"), "{}", ran.errors);
    let own = run(&["lesson", "lost-update", "--preconditions", "ignored"]);
    assert!(own.errors.contains("all 15 claims hold"), "{}", own.errors);
}

#[test]
fn all_lessons_are_saved_each_to_its_file() {
    let (folder, _) = file("mine.toml", &with_claim("expect = \"Alice\"\nstatus = 200"));
    let out = folder.path().join("out");
    let (from, to) = (folder.path().display().to_string(), out.display().to_string());
    let ran = run(&["lesson", "--all", "--lessons", &from, "--transcript", "markdown", "--save", &to]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    let page = fs::read_to_string(out.join("mine.md")).unwrap();
    assert!(page.contains("PUT /api/documents/a HTTP/1.1\n") && page.contains("If-Match: \"v1-"), "{page}");
}
