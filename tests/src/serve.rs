//! `ifmatch serve` in a process of its own, on a free port.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::http::{Request, Response};
use crate::{PATIENCE, variables};

/// A running server, which is killed when this value is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    scheme: &'static str,
    address: SocketAddr,
    said: Said,
    _home: TempDir,
}

impl Server {
    /// Starts a server on a free port, with its documents in memory.
    #[must_use]
    pub fn start(program: &str) -> Self {
        Self::start_with(program, &["--listen", "127.0.0.1:0", "--store", "memory:"])
    }

    /// Starts a server with these arguments and no access log, and waits until it prints its address.
    #[must_use]
    pub fn start_with(program: &str, arguments: &[&str]) -> Self {
        Self::start_saying(program, &[arguments, &["--no-access-log"]].concat(), Stdio::piped())
    }

    /// Starts a server with this standard error; [`Self::said`] includes its lines if it is a pipe.
    #[must_use]
    pub fn start_saying(program: &str, arguments: &[&str], stderr: Stdio) -> Self {
        let home = tempfile::tempdir().expect("there is room for a temporary folder");
        let mut command = Command::new(program);
        command.arg("serve").args(arguments).env_clear().envs(variables(home.path()));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr);
        let mut child = command.spawn().expect("the program starts");
        let (send, lines) = channel();
        let said = Said::default();
        pass_on(child.stdout.take().expect("its output is a pipe"), send.clone(), Arc::clone(&said));
        if let Some(pipe) = child.stderr.take() {
            pass_on(pipe, send, Arc::clone(&said));
        }
        match wait_for_address(&lines) {
            Ok((scheme, address)) => Self { child, scheme, address, said, _home: home },
            Err(said) => {
                let _ = child.kill();
                let _ = child.wait();
                panic!("the server never printed its address; it printed: {said:#?}")
            }
        }
    }

    /// Returns the address of the server.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.scheme, self.address)
    }

    /// Returns the process id of the server.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends a request, and returns the response.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Response {
        request.send(self.address)
    }

    /// Returns the lines that the server has printed so far, on standard output and standard error.
    #[must_use]
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends SIGTERM, and waits until the server has ended.
    #[cfg(unix)]
    pub fn end(&mut self) -> ExitStatus {
        let sent = Command::new("sh").args(["-c", &format!("kill -s TERM {}", self.process())]).status();
        assert!(sent.is_ok_and(|status| status.success()), "there is such a process");
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status;
            }
            assert!(Instant::now() < end, "the server ends when it is asked to");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Kills the server with SIGKILL, so that it cannot clean up.
    pub fn kill(mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it was ours");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines that a server has printed.
type Said = Arc<Mutex<Vec<String>>>;

/// Reads a pipe to its end, so that the server never blocks on a full pipe.
fn pass_on(pipe: impl Read + Send + 'static, lines: Sender<String>, said: Said) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            said.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
            // The receiver is gone once the address is known.
            let _ = lines.send(line);
        }
    });
}

/// Returns the address in the first line that has one, or all lines if none has.
fn wait_for_address(lines: &Receiver<String>) -> Result<(&'static str, SocketAddr), Vec<String>> {
    let end = Instant::now() + PATIENCE;
    let mut said = Vec::new();
    loop {
        match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) => match address_in(&line) {
                Some(address) => return Ok(address),
                None => said.push(line),
            },
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Err(said),
        }
    }
}

fn address_in(line: &str) -> Option<(&'static str, SocketAddr)> {
    let (scheme, (_, rest)) =
        ["https://", "http://"].into_iter().find_map(|scheme| Some((scheme, line.split_once(scheme)?)))?;
    let end = rest.find(|c: char| c != '.' && c != ':' && !c.is_ascii_digit()).unwrap_or(rest.len());
    Some((scheme, rest[..end].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn address_is_found_in_a_line_of_output() {
        let expected = "127.0.0.1:4280".parse().ok().map(|address| ("http://", address));
        assert_eq!(address_in("join: ifmatch edit --server http://127.0.0.1:4280 --as NAME"), expected);
        assert_eq!(address_in("listening on http://127.0.0.1:4280/"), expected);
        assert_eq!(address_in("at https://127.0.0.1:4280, documents").map(|(scheme, _)| scheme), Some("https://"));
        assert_eq!(address_in("listening"), None);
    }
}
