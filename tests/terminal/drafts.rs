//! Unsaved text survives the editor, however it ends.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use ifmatch::Paths;
use tests::documents::{content, history, versions};
use tests::keys::{DOWN, ENTER, ESC, ctrl, f};
use tests::pty::{Start, Terminal};
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, save_as, server, start, type_at_line};

/// Starts Alice's editor, which keeps its drafts in this folder.
pub(crate) fn editor(server: &Server, folder: &Path) -> Terminal {
    start(server, "Alice").argument("--data").argument(&folder.display().to_string()).spawn()
}

/// Returns whether a draft below a folder contains these words; unfinished files do not count.
pub(crate) fn says(folder: &Path, words: &str) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    let is_draft = |path: &Path| path.extension().is_some_and(|extension| extension == "json");
    let has_words = |path: &Path| fs::read_to_string(path).is_ok_and(|text| text.contains(words));
    entries.flatten().map(|entry| entry.path()).any(|path| says(&path, words) || (is_draft(&path) && has_words(&path)))
}

fn check_text_is_back_after(signal: &str, typed: impl Fn(&Path)) {
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
    // Saved text needs no draft.
    until("the draft is deleted", || !says(folder.path(), "A-one"));
}

#[test]
fn killed_editor_keeps_text_that_is_on_the_disk() {
    check_text_is_back_after("KILL", |folder| until("the draft is on the disk", || says(folder, "A-one")));
}

#[test]
fn terminated_editor_keeps_the_last_key() {
    for signal in ["TERM", "HUP"] {
        check_text_is_back_after(signal, |_| {});
    }
}

/// Starts an editor, types at the beginning of a line, and waits for the draft.
fn typed(server: &Server, folder: &Path, line: usize, text: &str) -> Terminal {
    let mut editor = editor(server, folder);
    editor.until_text("clean");
    type_at_line(&mut editor, line, text);
    until("the draft is on the disk", || says(folder, text));
    editor
}

fn kill(editor: Terminal) {
    editor.signal("KILL");
    assert!(!editor.wait().exit.success());
}

/// Saves the result of a merge that was not entered: the first press says what would be saved.
fn save_merged_as(editor: &mut Terminal, version: u64) {
    editor.send(ctrl('s'));
    editor.until_text("Ctrl-S again saves it");
    editor.send(ctrl('s'));
    editor.until_text(&format!("saved as version \"v{version}-"));
}

#[test]
fn two_killed_editors_of_one_name_leave_two_drafts() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let first = typed(&server, folder.path(), 1, "first-");
    let second = typed(&server, folder.path(), 7, "second-");
    kill(first);
    kill(second);

    let mut alice = editor(&server, folder.path());
    alice.until_text("There are 2 drafts of 'notes'");
    alice.until_text("first-one");
    alice.until_text("second-seven");
    // The newest draft is the first of the list.
    alice.send(ENTER);
    alice.until_text("edited");
    alice.until_text("second-seven");
    assert!(!alice.text().contains("first-one"), "{alice}");
    save_as(&mut alice, 2);
    until("the draft is deleted", || !says(folder.path(), "second-"));
    assert!(says(folder.path(), "first-one"), "the other draft stays");

    // The only draft left is resumed without a question, and meets the version saved meanwhile.
    let mut again = editor(&server, folder.path());
    again.until_text("merging, all decided");
    save_merged_as(&mut again, 3);
    assert_eq!(content(&server, DOC), TEXT.replace("one", "first-one").replace("seven", "second-seven"));
}

#[test]
fn save_keeps_the_draft_of_another_editor() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let first = typed(&server, folder.path(), 1, "first-");
    let mut second = typed(&server, folder.path(), 7, "second-");
    save_as(&mut second, 2);
    until("the draft is deleted", || !says(folder.path(), "second-"));
    assert!(says(folder.path(), "first-one"));
    kill(first);
    let again = editor(&server, folder.path());
    again.until_text("merging, all decided");
    again.until_text("first-one");
}

#[test]
fn draft_of_a_running_editor_is_not_offered() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let first = typed(&server, folder.path(), 1, "first-");
    let second = editor(&server, folder.path());
    second.until_text("clean");
    second.until_text("another editor on this machine is open with unsaved text of this document");
    assert!(!second.text().contains("first-one"), "{second}");
    drop(first);
}

#[test]
fn drafts_under_another_spelling_say_what_differs() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let data = folder.path().display().to_string();
    let with = |url: &str, name: &str| {
        Start::new(PROGRAM, &["edit", DOC, "--server", url, "--as", name, "--data", &data]).spawn()
    };
    let port = server.address().port();
    let localhost = format!("http://localhost:{port}");
    for (url, name, text) in [(localhost.as_str(), "alice", "local-"), (&server.url(), "ALICE", "loud-")] {
        let mut editor = with(url, name);
        editor.until_text("clean");
        type_at_line(&mut editor, 1, text);
        until("the draft is on the disk", || says(folder.path(), text));
        kill(editor);
        // The drafts are moved away, so that the second editor is not offered that of the first.
        fs::rename(Paths::below(folder.path()).drafts(), folder.path().join(text)).expect("the drafts exist");
    }
    let drafts = Paths::below(folder.path()).drafts();
    fs::create_dir(&drafts).expect("there is room");
    for text in ["local-", "loud-"] {
        for entry in fs::read_dir(folder.path().join(text)).expect("the drafts exist").flatten() {
            fs::rename(entry.path(), drafts.join(entry.file_name())).expect("they can be moved");
        }
    }
    let mut alice = with(&server.url(), "alice");
    alice.until_text("There are 2 drafts of 'notes'");
    alice.until_text(&format!("at {localhost}"));
    alice.until_text("written as 'ALICE'");
    alice.send(format!("{DOWN}{ENTER}"));
    alice.until_text("local-one");
    alice.until_text("edited");
    save_as(&mut alice, 2);
    until("the draft is deleted", || !says(&drafts, "local-"));
    assert!(says(&drafts, "loud-"));
}

#[test]
fn draft_is_found_at_another_port_of_the_same_store() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let store = folder.path().join("documents.db").display().to_string();
    let serve = || Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", &store]);
    let server = serve();
    history(&server, DOC, &[TEXT]);
    let before = server.url();
    kill(typed(&server, folder.path(), 1, "before-"));
    server.kill();
    let server = serve();
    let mut alice = editor(&server, folder.path());
    alice.until_text("There is a draft of 'notes'");
    alice.until_text(&format!("at {before}"));
    alice.send(ENTER);
    alice.until_text("before-one");
    alice.until_text("edited");
    save_as(&mut alice, 2);
    // A draft is not offered for a store with other documents.
    kill(typed(&server, folder.path(), 1, "again-"));
    let other = crate::room::server();
    let alice = editor(&other, folder.path());
    alice.until_text("clean");
    assert!(says(folder.path(), "again-"));
}

#[test]
fn killed_merge_keeps_its_decisions() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut bob = start(&server, "Bob").spawn();
    bob.until_text("clean");
    type_at_line(&mut bob, 1, "B-");
    type_at_line(&mut bob, 4, "B-");
    let mut alice = editor(&server, folder.path());
    alice.until_text("clean");
    for line in [1, 4] {
        type_at_line(&mut alice, line, "A-");
    }
    save_as(&mut bob, 2);
    alice.send(ctrl('s'));
    alice.until_text("merging, 2 open");
    alice.send(f(9));
    alice.send("t");
    alice.until_text("merging, 1 open");
    alice.send("ne");
    alice.send("by hand ");
    alice.until_text("by hand A-four");
    alice.send(ctrl('s'));
    alice.until_text("merging, all decided");
    // While the user edits a result by hand, the draft has its text among the `hands`. The decision replaces it.
    until("the decisions are on the disk", || {
        let has = |words| says(folder.path(), words);
        has("by hand A-four") && has("\"theirs\"") && !has("\"hands\"")
    });
    kill(alice);

    let mut alice = editor(&server, folder.path());
    alice.until_text("merging, all decided");
    alice.until_text("by hand A-four");
    save_merged_as(&mut alice, 3);
    assert_eq!(content(&server, DOC), TEXT.replace("one", "B-one").replace("four", "by hand A-four"));
}

/// A key of a text that is being written by hand is appended to the draft of a long merge.
#[test]
fn killed_merge_keeps_a_long_text_written_by_hand() {
    let long = (0..8000).map(|line| format!("line {line}\n")).collect::<Vec<_>>().concat();
    let server = Server::start(PROGRAM);
    history(&server, DOC, &[&long]);
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut bob = start(&server, "Bob").spawn();
    bob.until_text("clean");
    type_at_line(&mut bob, 1, "B-");
    let mut alice = editor(&server, folder.path());
    alice.until_text("clean");
    type_at_line(&mut alice, 1, "A-");
    save_as(&mut bob, 2);
    alice.send(ctrl('s'));
    alice.until_text("merging, 1 open");
    alice.send(f(9));
    alice.until_text("e by hand");
    alice.send("e");
    alice.send("Q");
    until("the whole draft is on the disk", || says(folder.path(), "\"hands\""));
    alice.send("X");
    until("the key is appended", || says(folder.path(), "{\"hand\":0,\"at\":1,\"removed\":0,\"inserted\":\"X\""));
    kill(alice);

    let mut alice = editor(&server, folder.path());
    alice.until_text("merging, 1 open");
    alice.send(f(9));
    alice.until_text("e goes on with it");
    alice.send("e");
    alice.until_text("QXA-line 0");
    alice.send(ctrl('s'));
    alice.until_text("merging, all decided");
    save_merged_as(&mut alice, 3);
    assert_eq!(content(&server, DOC), long.replacen("line 0", "QXA-line 0", 1));
}

/// Starts an editor whose drafts cannot be written, since a file has the name of their folder.
fn blocked(server: &Server, data: &Path) -> Terminal {
    fs::write(Paths::below(data).drafts(), "in the way").expect("there is room");
    let mut alice = editor(server, data);
    alice.until_text("clean");
    type_at_line(&mut alice, 1, "A-");
    alice.until_text("draft not written: a part of its path is a file, not a folder");
    alice
}

/// Returns messages without the line breaks between their words.
fn in_one_line(messages: &str) -> String {
    messages.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn quit_does_not_claim_an_unwritten_draft() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut alice = blocked(&server, folder.path());
    alice.send(ctrl('q'));
    alice.until_text("Not saved");
    assert!(!alice.text().contains("kept as a draft"), "{alice}");
    alice.send("l");
    alice.until_text("not now: draft not written");
    alice.send("f");
    alice.until_text("notes-mine.txt");
    alice.send(ENTER);
    alice.until_text("The text of notes is in");
    alice.send("l");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    // The last message is readable after the screen has been restored.
    let said = in_one_line(&ended.screen.contents());
    assert!(said.contains("the unsaved text of notes is in no draft"), "{said}");
    assert!(said.contains("a part of its path is a file, not a folder); it is in"), "{said}");
    assert_eq!(versions(&server, DOC).len(), 1, "nothing was sent");
}

#[test]
fn quit_can_send_the_text_to_the_clipboard() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut alice = blocked(&server, folder.path());
    alice.send(ctrl('q'));
    alice.until_text("Not saved");
    alice.send("c");
    alice.until_text("sent to the terminal's clipboard");
    // 'A-one', a line end, and the beginning of the rest.
    let sent = String::from_utf8_lossy(&alice.output()).into_owned();
    assert!(sent.contains("\x1b]52;c;QS1vbmUKdHdvCnRocmVl"), "the text in base 64: {alice}");
    alice.send("l");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    let said = in_one_line(&ended.screen.contents());
    assert!(said.contains("its only copy was sent to the terminal's clipboard"), "{said}");
}

#[test]
fn signal_without_a_draft_names_the_rescue_file() {
    for (signal, code) in [("TERM", 143), ("HUP", 129)] {
        let server = server();
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let alice = blocked(&server, folder.path());
        alice.signal(signal);
        let ended = alice.wait();
        assert_eq!(ended.exit.exit_code(), code, "{}", ended.text());
        let said = in_one_line(&ended.screen.contents());
        assert!(said.contains("the unsaved text of notes is in no draft"), "{said}");
        assert!(said.contains("notes-mine.txt"), "the text was written to a file: {said}");
    }
}

/// Starts an editor that cannot write to any file, and types words into it.
fn without_files(server: &Server, data: &Path) -> Terminal {
    let script = format!(
        "ulimit -f 0; exec '{PROGRAM}' edit {DOC} --server {} --as Alice --data '{}'",
        server.url(),
        data.display()
    );
    let mut alice = Start::new("sh", &["-c", &script]).spawn();
    alice.until_text("clean");
    alice.send("A\u{1b}[200~\u{7}\tB\u{1b}[201~-");
    alice.until_text("draft not written");
    alice
}

#[test]
fn text_that_cannot_be_written_to_a_file_is_printed() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let alice = without_files(&server, folder.path());
    alice.signal("TERM");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 143, "{}", ended.text());
    let said = ended.text();
    assert!(said.contains("and no folder accepts it. Here it is:"), "{said}");
    assert!(said.contains("A\u{2407}\tB-one\r\ntwo\r\n"), "the text, without the bell: {said}");
    assert!(said.contains("end of the unsaved text of notes"), "{said}");
    assert!(!said.contains("it is lost"), "{said}");
}

#[test]
fn text_is_rescued_into_the_home_folder() {
    // Neither folder accepts a file, even from root.
    for folder in ["cd /proc", "mkdir gone; cd gone; rmdir ../gone"] {
        let server = server();
        let [data, home] = [(); 2].map(|()| tempfile::tempdir().expect("there is room for a temporary folder"));
        fs::write(Paths::below(data.path()).drafts(), "in the way").expect("there is room");
        let (url, kept) = (server.url(), data.path().display());
        let script = format!("{folder}; exec '{PROGRAM}' edit {DOC} --server {url} --as Alice --data '{kept}'");
        let home_path = home.path().display().to_string();
        let mut alice = Start::new("sh", &["-c", &script]).variable("HOME", &home_path).spawn();
        alice.until_text("clean");
        type_at_line(&mut alice, 1, "A-");
        alice.until_text("draft not written");
        alice.signal("TERM");
        let ended = alice.wait();
        assert_eq!(ended.exit.exit_code(), 143, "{}", ended.text());
        let file = fs::read_to_string(home.path().join("notes-mine.txt")).expect("it is in the home folder");
        assert_eq!(file, TEXT.replace("one", "A-one"), "{folder}");
    }
}

/// A disk of 1 MiB, unmounted when this value is dropped. Only root can mount one.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    fn mount(folder: &'a Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn draft_is_written_once_a_full_disk_has_room() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let Some(disk) = Disk::mount(folder.path()) else {
        println!("skipped: mounting a tmpfs takes root on Linux");
        return;
    };
    let mut alice = editor(&server, disk.0);
    alice.until_text("clean");
    let filler = disk.0.join("filler");
    // The write fails once the disk is full.
    let _ = fs::write(&filler, vec![0; 2 << 20]);
    type_at_line(&mut alice, 1, "A-");
    alice.until_text("draft not written: no space left");
    alice.send(ctrl('q'));
    alice.until_text("Not saved");
    assert!(!alice.text().contains("kept as a draft"), "{alice}");
    fs::remove_file(&filler).expect("the filler exists");
    // The editor tries again by itself, without a key.
    alice.until_no_text("draft not written");
    alice.until_text("kept as a draft");
    assert!(says(disk.0, "A-one"));
    alice.send("l");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    let alice = editor(&server, disk.0);
    alice.until_text("A-one");
}

#[test]
fn discarded_draft_is_deleted_and_the_other_one_stays() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let [first, second] = [(1, "first-"), (7, "second-")].map(|(line, text)| typed(&server, folder.path(), line, text));
    kill(first);
    kill(second);
    let mut alice = editor(&server, folder.path());
    alice.until_text("There are 2 drafts");
    alice.send("v");
    alice.until_text("second-seven");
    alice.send("d");
    alice.until_text("Delete the draft");
    alice.send(ENTER);
    alice.until_text("There is a draft of 'notes'");
    assert!(!says(folder.path(), "second-"));
    alice.send(ESC);
    alice.until_text("clean");
    assert!(says(folder.path(), "first-one"), "starting without a draft keeps it");
    drop(alice);
}

/// Kills the editor as soon as a draft has text aside, and starts it again.
fn killed_with_aside(server: &Server, folder: &Path, alice: Terminal) -> Terminal {
    until("the draft is on the disk", || says(folder, "\"aside\""));
    kill(alice);
    editor(server, folder)
}

#[test]
fn cut_text_outlives_a_kill_until_the_next_save() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut alice = editor(&server, folder.path());
    alice.until_text("clean");
    type_at_line(&mut alice, 1, "CUT-");
    alice.send(format!("{}{}", ctrl('a'), ctrl('x')));
    alice.until_no_text("CUT-one");
    let mut alice = killed_with_aside(&server, folder.path(), alice);
    alice.until_text("cut or replaced in an earlier run: 'CUT-one'");
    alice.send(ctrl('v'));
    alice.until_text("seven");
    save_as(&mut alice, 2);
    assert_eq!(content(&server, DOC), format!("CUT-{TEXT}"));
    until("the draft is deleted", || !says(folder.path(), "CUT-one"));
}

#[test]
fn text_under_an_old_version_outlives_a_kill() {
    let server = Server::start(PROGRAM);
    history(&server, DOC, &[TEXT, "eight\n"]);
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut alice = editor(&server, folder.path());
    alice.until_text("eight");
    type_at_line(&mut alice, 1, "UNSAVED-");
    until("the draft is on the disk", || says(folder.path(), "UNSAVED-"));
    alice.send(f(3));
    alice.until_text("created · no parent");
    alice.send(DOWN);
    alice.send(ENTER);
    alice.until_text("seven");
    alice.send("b");
    alice.until_text("brings back the text that it replaced");
    let mut alice = killed_with_aside(&server, folder.path(), alice);
    alice.until_text("cut or replaced in an earlier run: 'UNSAVED-eight'");
    alice.send(ctrl('v'));
    alice.until_text("UNSAVED-eight");
}
