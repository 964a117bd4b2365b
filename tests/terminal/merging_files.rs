//! The merge view on three files: no unseen change is overwritten, and the result is never lost.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use ifmatch::Paths;
use tempfile::TempDir;
use tests::PATIENCE;
use tests::keys::{END, ENTER, ESC, ctrl};
use tests::pty::{Start, Terminal};

use crate::PROGRAM;

const MINE: &str = "flour\nmilk\nsalt\n";

/// Creates a folder with three files, in which both sides changed the second line.
fn files() -> TempDir {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    for (name, text) in [("base", "flour\nwater\nsalt\n"), ("mine", MINE), ("theirs", "flour\nbeer\nsalt\n")] {
        fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    folder
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().expect("a path that can be typed").to_owned()
}

fn start(folder: &TempDir, options: &[&str]) -> Terminal {
    let names = ["mine", "base", "theirs"].map(|name| path(folder, name));
    let mut start = Start::new(PROGRAM, &["merge", "--view"]);
    for argument in options.iter().copied().chain(names.iter().map(String::as_str)) {
        start = start.argument(argument);
    }
    start.spawn()
}

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).expect("the file exists")
}

#[test]
fn mine_changed_on_disk_is_merged_and_not_overwritten() {
    let folder = files();
    let mine = folder.path().join("mine");
    let mut view = start(&folder, &[]);
    view.until_text("1 open");
    view.send("t");
    view.until_text("all decided");
    let changed = format!("sugar\n{MINE}");
    fs::write(&mine, &changed).expect("a file can be written");
    view.send(ctrl('s'));
    view.until_text("mine on disk has changed since it was read");
    assert_eq!(text(&mine), changed);
    view.send(ctrl('s'));
    view.until_text("again writes it to");
    view.send(ctrl('s'));
    assert_eq!(view.wait().exit.exit_code(), 0);
    assert_eq!(text(&mine), "sugar\nflour\nbeer\nsalt\n", "the decision, and the change on disk");
}

#[test]
fn theirs_changed_on_disk_is_merged_and_decisions_stay() {
    let folder = files();
    let mut view = start(&folder, &[]);
    view.until_text("1 open");
    view.send("m");
    view.until_text("all decided");
    fs::write(folder.path().join("theirs"), "flour\nbeer\nsalt\npepper\n").expect("a file can be written");
    view.send(ctrl('s'));
    view.until_text("theirs has changed since it was read");
    view.until_text("kept 1");
    view.send(ctrl('s'));
    view.until_text("again writes it to");
    view.send(ctrl('s'));
    assert_eq!(view.wait().exit.exit_code(), 0);
    assert_eq!(text(folder.path().join("mine")), "flour\nmilk\nsalt\npepper\n");
}

#[test]
fn read_only_file_keeps_the_view_open() {
    let folder = files();
    let mine = folder.path().join("mine");
    fs::set_permissions(&mine, Permissions::from_mode(0o444)).expect("a mode can be set");
    let mut view = start(&folder, &[]);
    view.until_text("1 open");
    view.send("b");
    view.until_text("all decided");
    view.send(ctrl('s'));
    view.until_text("it is read-only (mode 0444)");
    view.until_text("Ctrl-O writes to another file");
    assert_eq!(text(&mine), MINE);
    fs::set_permissions(&mine, Permissions::from_mode(0o644)).expect("a mode can be set");
    view.send(ctrl('s'));
    assert_eq!(view.wait().exit.exit_code(), 0);
    assert_eq!(text(&mine), "flour\nmilk\nbeer\nsalt\n");
}

#[test]
fn result_can_go_to_another_file_if_the_disk_is_full() {
    let folder = files();
    let other: PathBuf = folder.path().join("other");
    let mut view = start(&folder, &["--output", "/dev/full"]);
    view.until_text("1 open");
    view.send("t");
    view.until_text("all decided");
    view.send(ctrl('s'));
    view.until_text("No space left on device");
    view.send(ctrl('o'));
    view.until_text("The path of a new file");
    view.send(path(&folder, "base"));
    view.send("\r");
    view.until_text("there is a file of that name already");
    assert_eq!(text(folder.path().join("base")), "flour\nwater\nsalt\n");
    // The typed path stays, so that it can be corrected.
    view.send("\x7f\x7f\x7f\x7fother\r");
    let ended = view.wait();
    assert_eq!(ended.exit.exit_code(), 1, "git must not regard the file as merged");
    assert!(ended.text().contains("the result is in"), "{}", ended.text());
    assert_eq!(text(&other), "flour\nbeer\nsalt\n");
    assert_eq!(text(folder.path().join("mine")), MINE);
}

#[test]
fn deleted_file_is_created_again_only_on_request() {
    let folder = files();
    let mine = folder.path().join("mine");
    let mut view = start(&folder, &[]);
    view.until_text("1 open");
    view.send("t");
    view.until_text("all decided");
    fs::remove_file(&mine).expect("a file can be removed");
    view.send(ctrl('s'));
    view.until_text("is gone: it was moved or deleted");
    assert!(!mine.exists());
    view.send(ctrl('o'));
    view.until_text("The path of a new file");
    view.send(path(&folder, "mine"));
    view.send("\r");
    assert_eq!(view.wait().exit.exit_code(), 1);
    assert_eq!(text(&mine), "flour\nbeer\nsalt\n");
}

#[test]
fn help_and_footer_are_about_files() {
    let folder = files();
    let mut view = start(&folder, &["--path-name", "kitchen/recipe.txt", "-L", "ours", "-L", "-base", "-L", ""]);
    view.until_text("1 open");
    view.until_text("kitchen/recipe.txt");
    view.send("T");
    view.until_text("Ctrl-S write the file");
    view.send("\u{7}");
    view.until_text("Keys in the merge");
    view.until_no_text("Ctrl-S write the file");
    let keys = view.text();
    view.send(END);
    view.until_text("the file that both started from");
    let help = keys + &view.text();
    for word in ["PUT", "412", "428", "ETag", "server", "If-Match", "documents", "wire"] {
        assert!(!help.contains(word), "{word} in {help}");
    }
    view.send(ESC);
    view.until_text("Ctrl-S write the file");
    view.send("u");
    view.until_text("1 open");
    view.send("M");
    view.until_text("all decided");
    view.send(ctrl('s'));
    assert_eq!(view.wait().exit.exit_code(), 0);
    assert_eq!(text(folder.path().join("mine")), MINE);
}

#[test]
fn dumb_terminal_gets_plain_lines() {
    let folder = files();
    let names = ["mine", "base", "theirs"].map(|name| path(&folder, name));
    let mut start = Start::new(PROGRAM, &["merge", "--view"]).variable("TERM", "dumb");
    for name in &names {
        start = start.argument(name);
    }
    let mut view = start.spawn();
    view.until_text("TERM is 'dumb', so ifmatch works line by line");
    view.until_text("Conflict 1 of 1, open");
    view.until_text("\nmerge> ");
    view.send("all theirs\r");
    view.until_text("All is decided.");
    view.send("save\r");
    let ended = view.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    assert!(!ended.output.contains(&0x1b), "the output has an escape byte: {}", ended.text());
    assert_eq!(text(folder.path().join("mine")), "flour\nbeer\nsalt\n");
}

/// Starts the view with drafts in a folder of their own.
fn start_with_drafts(folder: &TempDir, options: &[&str]) -> Terminal {
    let data = path(folder, "data");
    let options: Vec<&str> = ["--data", &data].into_iter().chain(options.iter().copied()).collect();
    start(folder, &options)
}

/// Returns the folder of the drafts, which is below the data folder.
fn drafts_folder(folder: &TempDir) -> PathBuf {
    Paths::below(&folder.path().join("data")).drafts()
}

/// Waits until a draft contains this word.
fn until_a_draft_has(folder: &TempDir, word: &str) {
    let until = Instant::now() + PATIENCE;
    let has_word = || {
        let drafts = fs::read_dir(drafts_folder(folder)).ok()?;
        let texts = drafts.filter_map(|draft| fs::read_to_string(draft.ok()?.path()).ok());
        texts.into_iter().any(|text| text.contains(word)).then_some(())
    };
    while has_word().is_none() {
        assert!(Instant::now() < until, "no draft has {word:?}");
        thread::yield_now();
    }
}

/// Returns the number of drafts.
fn drafts(folder: &TempDir) -> usize {
    let names = fs::read_dir(drafts_folder(folder));
    names.map_or(0, |names| names.filter(|name| is_draft(name.as_ref().expect("a folder can be read"))).count())
}

fn is_draft(entry: &fs::DirEntry) -> bool {
    entry.path().extension().is_some_and(|ending| ending == "json")
}

#[test]
fn decisions_survive_a_signal() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let folder = files();
        let view = {
            let mut view = start_with_drafts(&folder, &[]);
            view.until_text("1 open");
            view.send("B");
            view.until_text("all decided");
            view
        };
        view.signal(signal);
        assert_eq!(view.wait().exit.exit_code(), code, "{signal}");
        assert_eq!(text(folder.path().join("mine")), MINE);
        let mut view = start_with_drafts(&folder, &[]);
        view.until_text("all decided");
        view.until_text("is here again");
        view.send(ctrl('s'));
        assert_eq!(view.wait().exit.exit_code(), 0);
        assert_eq!(text(folder.path().join("mine")), "flour\nbeer\nmilk\nsalt\n");
        assert_eq!(drafts(&folder), 0, "a written result needs no draft");
    }
}

#[test]
fn text_edited_by_hand_survives_a_kill() {
    let folder = files();
    let mut view = start_with_drafts(&folder, &[]);
    view.until_text("1 open");
    view.send("e");
    view.until_text("Ctrl-S take it");
    view.send("honey and ");
    view.until_text("honey and");
    view.send(ctrl('s'));
    view.until_text("all decided");
    // While the user edits a result by hand, the draft has its text among the `hands`. Wait for the decision.
    until_a_draft_has(&folder, "\"decisions\"");
    view.signal("KILL");
    let _ = view.wait();
    let mut view = start_with_drafts(&folder, &[]);
    view.until_text("all decided");
    view.send(ctrl('s'));
    assert_eq!(view.wait().exit.exit_code(), 0);
    assert!(text(folder.path().join("mine")).contains("honey and"));
}

#[test]
fn unwritten_result_is_a_draft() {
    let folder = files();
    let mut view = start_with_drafts(&folder, &["--output", "/dev/full"]);
    view.until_text("1 open");
    view.send("t");
    view.until_text("all decided");
    view.send(ctrl('s'));
    view.until_text("No space left on device");
    view.send(ctrl('q'));
    view.until_text("kept as a draft");
    view.send("l");
    let ended = view.wait();
    assert_eq!(ended.exit.exit_code(), 1);
    assert!(ended.text().contains("the decisions about /dev/full are kept as a draft"), "{}", ended.text());
    let mut view = start_with_drafts(&folder, &["--output", "/dev/full"]);
    view.until_text("all decided");
    view.send(ctrl('o'));
    view.until_text("The path of a new file");
    view.send(path(&folder, "other"));
    view.send(ENTER);
    assert_eq!(view.wait().exit.exit_code(), 1);
    assert_eq!(text(folder.path().join("other")), "flour\nbeer\nsalt\n");
    assert_eq!(drafts(&folder), 0, "the result is in a file");
}

#[test]
fn merge_without_a_decision_leaves_no_draft() {
    let folder = files();
    let mut view = start_with_drafts(&folder, &[]);
    view.until_text("1 open");
    view.send("m");
    view.until_text("all decided");
    view.send("u");
    view.until_text("1 open");
    view.send(ctrl('q'));
    view.until_text("the file stays as it is.");
    view.send("l");
    let ended = view.wait();
    assert!(!ended.text().contains("kept as a draft"), "{}", ended.text());
    assert_eq!(drafts(&folder), 0);
}

#[test]
fn draft_of_other_texts_is_only_offered() {
    let folder = files();
    let mut view = start_with_drafts(&folder, &[]);
    view.until_text("1 open");
    view.send("t");
    view.until_text("all decided");
    until_a_draft_has(&folder, "\"decision\"");
    view.signal("TERM");
    let _ = view.wait();
    fs::write(folder.path().join("theirs"), "flour\nwine\nsalt\n").expect("a file can be written");
    let mut view = start_with_drafts(&folder, &[]);
    view.until_text("There is a draft of an earlier merge");
    view.until_text("the files have changed since");
    view.send(ENTER);
    view.until_text("all decided");
    view.send(ctrl('s'));
    view.until_text("theirs has changed since it was read");
    assert_eq!(text(folder.path().join("mine")), MINE);
    view.send(ctrl('q'));
    view.until_text("leave?");
    view.send("l");
    let _ = view.wait();
    let view = start_with_drafts(&folder, &[]);
    view.until_text("1 open");
    assert_eq!(drafts(&folder), 1, "the draft is about the current texts");
}

#[test]
fn result_without_a_draft_can_go_to_a_file() {
    let folder = files();
    fs::write(folder.path().join("data"), "in the way").expect("a file can be written");
    let mut view = start_with_drafts(&folder, &[]);
    view.until_text("1 open");
    view.send("t");
    view.until_text("draft not written");
    view.send(ctrl('q'));
    view.until_text("f file");
    view.send("f");
    view.until_text("a new file");
    // The proposed path is in the folder where the program was started.
    view.send("\u{7f}".repeat(200));
    view.send(path(&folder, "rescued"));
    view.send(ENTER);
    view.until_text("leaves.");
    view.until_text("the text is in");
    view.send("l");
    let ended = view.wait();
    assert_eq!(ended.exit.exit_code(), 1);
    assert_eq!(text(folder.path().join("rescued")), "flour\nbeer\nsalt\n");
    assert_eq!(text(folder.path().join("mine")), MINE);
}

#[test]
fn typed_words_of_the_same_files_are_resumed() {
    let folder = files();
    let mut view = start_with_drafts(&folder, &[]);
    view.until_text("1 open");
    view.send(ESC);
    view.until_text("F9 decide");
    view.send("\x1b[1;5Ftyped-");
    view.until_text("typed-");
    until_a_draft_has(&folder, "typed-");
    view.signal("KILL");
    assert!(!view.wait().exit.success());

    let view = start_with_drafts(&folder, &[]);
    view.until_text("unwritten work from an earlier run");
    view.until_text("typed-");
}
