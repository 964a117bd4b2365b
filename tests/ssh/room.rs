//! A server that people can join by SSH, and their clients.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use tests::http::{Request, Response};
use tests::pty::{Start, Terminal};
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;

/// A server for HTTP and SSH.
pub(crate) struct Room {
    pub(crate) server: Server,
    /// The code of the room; `None` if the server needs none.
    pub(crate) code: Option<String>,
    /// The code of the leader, if the room has one.
    leader: Option<String>,
    pub(crate) port: u16,
    /// The files of the clients.
    folder: TempDir,
}

impl Room {
    /// Starts a server that only this machine can reach, and that needs no code.
    pub(crate) fn open(arguments: &[&str]) -> Self {
        Self::start(&[&["--listen", "127.0.0.1:0"], arguments].concat())
    }

    /// Starts a server with a code.
    pub(crate) fn with_code(arguments: &[&str]) -> Self {
        Self::start(&[&["--listen", "0.0.0.0:0"], arguments].concat())
    }

    fn start(arguments: &[&str]) -> Self {
        let ssh = if arguments.contains(&"--ssh") { &[][..] } else { &["--ssh", "127.0.0.1:0"] };
        let server = Server::start_with(PROGRAM, &[&["--store", "memory:"], ssh, arguments].concat());
        let said = || server.said().join("\n");
        until("the server prints how to join by ssh", || said().contains("Ctrl-C"));
        let said = said();
        let after = |words: &str| {
            let (_, rest) = said.split_once(words)?;
            Some(rest.split_whitespace().next()?.to_owned())
        };
        let port = after("ssh -p ").expect("a port").parse().expect("a number");
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let room = Self { code: after("the code:"), leader: after("IFMATCH_TOKEN="), port, folder, server };
        // What ssh asks for is appended to a file, and answered with a variable.
        room.script("askpass", "echo \"$1\" >>\"$ASKED\"\nprintf '%s\\n' \"$ASKPASS_ANSWER\"\n");
        room
    }

    /// Writes an executable script.
    fn script(&self, name: &str, lines: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{lines}")).expect("there is room for a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("the script is ours");
        path
    }

    /// Returns the path of a file of the clients.
    pub(crate) fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Returns the fingerprint of the host key that the server has printed.
    pub(crate) fn fingerprint(&self) -> String {
        let said = self.server.said().join("\n");
        let (_, rest) = said.split_once("SHA256:").expect("a fingerprint");
        format!("SHA256:{}", rest.trim_end_matches(|c: char| c.is_whitespace()).split(')').next().unwrap_or_default())
    }

    /// Returns the arguments of a client; `options` come before the host.
    fn arguments(&self, name: &str, options: &[&str]) -> Vec<String> {
        let hosts = format!("UserKnownHostsFile={}", self.file("known_hosts"));
        let port = self.port.to_string();
        let fixed = ["-F", "none", "-p", &port, "-o", &hosts, "-o", "StrictHostKeyChecking=accept-new"];
        let host = format!("{name}@127.0.0.1");
        fixed.iter().chain(options).copied().chain([host.as_str()]).map(str::to_owned).collect()
    }

    /// Returns the variables with which `ssh` asks a script for the password.
    fn variables(&self, password: &str) -> [(&'static str, String); 4] {
        [
            ("SSH_ASKPASS", self.file("askpass")),
            ("SSH_ASKPASS_REQUIRE", "force".to_owned()),
            ("ASKPASS_ANSWER", password.to_owned()),
            ("ASKED", self.file("asked")),
        ]
    }

    /// Joins in a terminal of 100 columns and 30 rows.
    pub(crate) fn join(&self, name: &str) -> Terminal {
        self.join_with(name, &[], &[])
    }

    /// Joins with further options and variables of the client.
    pub(crate) fn join_with(&self, name: &str, options: &[&str], variables: &[(&str, &str)]) -> Terminal {
        self.join_by(name, self.code.as_deref().unwrap_or_default(), options, variables)
    }

    /// Joins with a password.
    pub(crate) fn join_by(&self, name: &str, password: &str, options: &[&str], variables: &[(&str, &str)]) -> Terminal {
        let arguments = self.arguments(name, options);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let asking = self.variables(password);
        let mut start = Start::new("ssh", &arguments).size((100, 30));
        for (name, value) in &asking {
            start = start.variable(name, value);
        }
        for (name, value) in variables {
            start = start.variable(name, value);
        }
        start.spawn()
    }

    /// Runs a client without a terminal to its end. `command` comes after the host.
    pub(crate) fn run(&self, options: &[&str], command: &[&str]) -> Output {
        self.command(options, command).output().expect("there is ssh")
    }

    /// Returns a client without a terminal.
    pub(crate) fn command(&self, options: &[&str], command: &[&str]) -> Command {
        let mut client = Command::new("ssh");
        client.args(self.arguments("sam", options)).args(command).stdin(Stdio::null());
        client.envs(self.variables(self.code.as_deref().unwrap_or_default()));
        client.env("HOME", self.folder.path()).env_remove("SSH_AUTH_SOCK");
        client
    }

    /// Returns what clients have asked their users for.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = fs::read_to_string(self.file("asked")).unwrap_or_default();
        asked.lines().map(str::to_owned).collect()
    }

    /// Sends a request, with the code if the server has one.
    pub(crate) fn answer(&self, request: Request) -> Response {
        match &self.code {
            Some(code) => self.server.answer(&request.with("Authorization", format!("Bearer {code}"))),
            None => self.server.answer(&request),
        }
    }

    /// Returns the code of the leader.
    pub(crate) fn leader(&self) -> &str {
        self.leader.as_deref().expect("the room has a leader's code")
    }

    /// Sends a request of the leader.
    pub(crate) fn lead(&self, method: &str, path: &str) -> Response {
        self.server.answer(&Request::new(method, path).with("Authorization", format!("Bearer {}", self.leader())))
    }

    /// Returns the process of a person's editor, or `None` if there is none.
    pub(crate) fn editor_of(&self, name: &str) -> Option<u32> {
        let (server, name) =
            (format!("--server=http://127.0.0.1:{}", self.server.address().port()), format!("--as={name}"));
        let processes = fs::read_dir("/proc").expect("this system has /proc").flatten();
        processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).find(|process| {
            let line = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
            let has = |wanted: &str| line.split(|byte| *byte == 0).any(|argument| argument == wanted.as_bytes());
            has(&server) && has(&name)
        })
    }

    /// Returns the environment of a person's editor, as it was at its start.
    pub(crate) fn environment_of(&self, name: &str) -> Vec<(String, String)> {
        let process = self.editor_of(name).expect("the editor runs");
        let bytes = fs::read(Path::new("/proc").join(process.to_string()).join("environ")).expect("it is our process");
        let text = String::from_utf8(bytes).expect("all variables are text");
        let pairs = text.split('\0').filter_map(|line| line.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Waits until a person's editor has ended.
    pub(crate) fn until_gone(&self, name: &str) {
        until("the editor has ended", || self.editor_of(name).is_none());
    }
}
