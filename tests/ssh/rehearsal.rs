//! A whole room in which everyone changes the same line, gets a 412, and merges.
//!
//! People join by SSH, with the program and with curl.
//!
//! `REHEARSAL=FOLDER` makes it a rehearsal of fifty people. The leader's screen at the interesting moments, and what
//! the server used, are then written to files in the folder: rows with colours, as `tmux capture-pane -e` prints them.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use tests::http::Request;
use tests::keys::{ctrl, f};
use tests::pty::{Start, Terminal};
use tests::until;

use crate::PROGRAM;
use crate::room::Room;

const DOCUMENT: &str = "/api/documents/notes";

/// The numbers of people by their way into the room.
struct Attendance {
    ssh: usize,
    program: usize,
    curl: usize,
}

/// The sizes of further screens of the room, in a rehearsal.
const OTHER_SIZES: [(u16, u16); 2] = [(80, 24), (40, 12)];

/// The leader, who watches the room and operates the gate.
struct Leader {
    screen: Terminal,
    /// The folder for what is seen, in a rehearsal, and the same room on smaller screens.
    record: Option<(PathBuf, Vec<Terminal>)>,
}

impl Leader {
    fn new(room: &Room, record: Option<PathBuf>) -> Self {
        let url = room.server.url();
        let observe = |(width, height): (u16, u16)| {
            let observe = Start::new(PROGRAM, &["observe", "--server", &url, "--as", "leader"]).size((width, height));
            observe.variable("IFMATCH_TOKEN", room.leader()).spawn()
        };
        let record = record.map(|folder| {
            fs::create_dir_all(&folder).expect("the folder can be created");
            (folder, OTHER_SIZES.map(observe).into())
        });
        Self { screen: observe((120, 40)), record }
    }

    /// Writes what the screens show to files of the rehearsal, once the smaller ones show `words`.
    fn record(&mut self, moment: &str, words: &str) {
        let Some((folder, others)) = &mut self.record else { return };
        for other in others.iter_mut() {
            other.until_text(words);
        }
        for terminal in others.iter().chain([&self.screen]) {
            let screen = terminal.screen();
            let (height, width) = screen.size();
            let rows: Vec<String> = screen.rows_formatted(0, width.get()).collect();
            let file = format!("{moment}-{width}x{height}.ansi");
            fs::write(folder.join(file), rows.join("\x1b[0m\n")).expect("the folder can be written to");
        }
    }

    /// Writes the memory and the processor time of the server to a file of the rehearsal.
    fn record_use(&self, room: &Room) {
        let Some((folder, _)) = &self.record else { return };
        let process = PathBuf::from(format!("/proc/{}", room.server.process()));
        let status = fs::read_to_string(process.join("status")).expect("the server runs");
        let memory = status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"));
        let memory: Vec<&str> = memory.collect();
        let stat = fs::read_to_string(process.join("stat")).expect("the server runs");
        // The name of the program, in brackets, may have blanks. User and system time are fields 14 and 15 (proc(5)).
        let (_, numbers) = stat.rsplit_once(')').expect("a name in brackets");
        let ticks: u64 = numbers.split_whitespace().skip(11).take(2).map(|n| n.parse::<u64>().expect("a number")).sum();
        let text = format!("{}\nprocessor time {ticks} ticks of 10 ms\n", memory.join("\n"));
        fs::write(folder.join("server.txt"), text).expect("the folder can be written to");
    }
}

fn name(number: usize) -> String {
    format!("p{number:02}")
}

/// Returns the line that a person writes.
fn line(number: usize) -> String {
    format!("by {} one", name(number))
}

/// Joins with the program, and returns the editor.
fn join_with_program(room: &Room, name: &str) -> Terminal {
    let host = format!("127.0.0.1:{}", room.server.address().port());
    let mut person = Start::new(PROGRAM, &["join", &host]).size((100, 30)).spawn();
    person.until_text("Your name");
    person.send(format!("{name}\r"));
    person.until_text("code:");
    person.send(format!("{}\r", room.code.as_deref().expect("the room has a code")));
    person
}

/// A person who has only curl.
struct CurlUser {
    url: String,
    token: String,
    number: usize,
}

impl CurlUser {
    /// Joins the room.
    fn join(room: &Room, number: usize) -> Self {
        let code = room.code.clone().expect("the room has a code");
        let joins = Self { url: room.server.url(), token: code, number };
        let (status, _, joined) = joins.curl("POST", "/api/participants", &[], Some(&json!({"name": name(number)})));
        assert_eq!(status, 201, "{joined}");
        Self { token: joined["token"].as_str().expect("a token").to_owned(), ..joins }
    }

    /// Runs curl, and returns the status, the tag and the body.
    fn curl(&self, method: &str, path: &str, fields: &[String], body: Option<&Value>) -> (u16, String, Value) {
        let mut curl = Command::new("curl");
        curl.args(["-s", "--noproxy", "*", "--max-time", "30", "-w", "\n%{http_code} %header{etag}", "-X", method]);
        curl.args(["-H", &format!("Authorization: Bearer {}", self.token)]);
        curl.args(fields.iter().flat_map(|field| ["-H", field]));
        if let Some(body) = body {
            curl.args(["-H", "Content-Type: application/json", "-d", &body.to_string()]);
        }
        let output = curl.arg(format!("{}{path}", self.url)).output().expect("there is curl");
        let text = String::from_utf8(output.stdout).expect("the server answers in UTF-8");
        let (body, last) = text.rsplit_once('\n').expect("curl writes a last line");
        let (status, tag) = last.split_once(' ').expect("status and tag");
        (status.parse().expect("a number"), tag.to_owned(), serde_json::from_str(body).unwrap_or_default())
    }

    /// Reads the document, and returns its tag and its text.
    fn get(&self) -> (String, String) {
        let (status, tag, document) = self.curl("GET", DOCUMENT, &[], None);
        assert_eq!(status, 200, "{document}");
        (tag, document["content"].as_str().expect("a text").to_owned())
    }

    fn put(&self, tag: &str, text: &str) -> u16 {
        let body = json!({"title": "Notes", "content": text});
        self.curl("PUT", DOCUMENT, &[format!("If-Match: {tag}")], Some(&body)).0
    }

    /// Reads what the others have saved, and adds the own line to it, until the server accepts that.
    fn merge_by_hand(&self) {
        loop {
            let (tag, text) = self.get();
            if self.put(&tag, &format!("{}\n{text}", line(self.number))) == 200 {
                return;
            }
        }
    }
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
fn everyone_gets_a_conflict_and_merges_without_a_loss() {
    let record = env::var_os("REHEARSAL").map(PathBuf::from);
    let attendance = match record {
        Some(_) => Attendance { ssh: 20, program: 20, curl: 10 },
        None => Attendance { ssh: 30, program: 3, curl: 2 },
    };
    let with_editor = attendance.ssh + attendance.program;
    let people = with_editor + attendance.curl;
    let room = Room::with_code(&[]);
    let first = Request::new("PUT", DOCUMENT).json(&json!({"title": "Notes", "content": "one\nlast\n"}));
    assert_eq!(room.answer(first.with("If-None-Match", "*").with("Ifmatch-Author", "host")).status, 201);
    let mut leader = Leader::new(&room, record);

    let by_ssh = (0..attendance.ssh).map(|number| room.join(&name(number)));
    let by_program = (attendance.ssh..with_editor).map(|number| join_with_program(&room, &name(number)));
    let mut editors: Vec<Terminal> = by_ssh.chain(by_program).collect();
    let curls: Vec<CurlUser> = (with_editor..people).map(|number| CurlUser::join(&room, number)).collect();
    for editor in &mut editors {
        editor.until_text("notes");
        editor.send("notes\r");
    }
    for (number, editor) in editors.iter_mut().enumerate() {
        editor.until_text("last");
        editor.send(format!("by {} ", name(number)));
        editor.until_text(&line(number));
    }
    let texts: Vec<(String, String)> = curls.iter().map(CurlUser::get).collect();
    leader.screen.until_text(&name(0));
    leader.record("1-all-have-version-1", "p0");

    // The gate holds all saves, and then lets them all go: one succeeds, and all others are refused.
    leader.screen.send("i");
    leader.screen.until_text("the gate holds writes");
    std::thread::scope(|scope| {
        for editor in &mut editors {
            editor.send(ctrl('s'));
        }
        let saves: Vec<_> = curls
            .iter()
            .zip(&texts)
            .map(|(user, (tag, text))| scope.spawn(|| user.put(tag, &text.replacen("one", &line(user.number), 1))))
            .collect();
        let held = || {
            let gate = room.lead("GET", "/control/gate").json();
            gate["held"].as_array().map_or(0, Vec::len)
        };
        until("all saves are held", || held() == people);
        leader.screen.until_text(&format!("{people} wait"));
        leader.record("2-all-saves-are-held", &format!("{people} wait"));
        leader.screen.send("A");
        let accepted = saves.into_iter().filter_map(|save| save.join().ok()).filter(|status| *status == 200).count();
        assert!(accepted <= 1, "{accepted} saves by curl replaced version 1");
    });
    let mut refused = Vec::new();
    for (number, editor) in editors.iter_mut().enumerate() {
        editor.until("a save or a 412", |screen| {
            let text = screen.contents();
            text.contains("saved as version") || text.contains("merging")
        });
        if editor.text().contains("merging") {
            refused.push(number);
        }
    }
    leader.record("3-one-is-saved-and-all-others-are-refused", &format!("412 {}", people - 1));
    // The key holds writes, then everything, then nothing.
    let hold = || room.lead("GET", "/control/gate").json()["hold"].clone();
    leader.screen.send("i");
    until("the gate holds everything", || hold() == json!("all"));
    leader.screen.send("i");
    until("the gate is open", || hold() == json!("none"));

    for (done, number) in refused.iter().enumerate() {
        merge_and_save(&mut editors[*number]);
        editors[*number].until_text(&line(*number));
        if done == refused.len() / 2 {
            leader.record("4-half-have-merged", "merged");
        }
    }
    for user in &curls {
        if !user.get().1.contains(&line(user.number)) {
            user.merge_by_hand();
        }
    }
    let text = room.answer(Request::new("GET", DOCUMENT)).word("content").expect("a text");
    for number in 0..people {
        assert!(text.lines().any(|written| written == line(number)), "{}: {text}", name(number));
    }
    let versions = room.answer(Request::new("GET", &format!("{DOCUMENT}/versions?limit=1000"))).json();
    let versions = versions["versions"].as_array().expect("a list").clone();
    assert_eq!(versions.len(), people + 1);
    for version in &versions {
        assert_eq!(version["basedOn"], version["parentEtag"], "{version}");
    }
    leader.screen.until_text("lost");
    leader.record("5-all-have-merged", &format!("merged {}", people - 1));
    leader.record_use(&room);
}
