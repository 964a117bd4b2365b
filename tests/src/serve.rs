//! `ifmatch serve` in processes of its own, on free ports.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::http::{Request, Response};
use crate::test_store::{TestStore, is_postgres};
use crate::{PATIENCE, variables};

/// The address of every server under test.
const LISTEN: [&str; 2] = ["--listen", "127.0.0.1:0"];

/// Why a test of the suite `http` needs one server, also if the suite runs on PostgreSQL.
///
/// Without such a reason, a test has two servers on one database, and each of its requests goes to the other one than
/// the request before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneServer {
    /// Budgets, and the metrics about them, belong to one server each.
    ///
    /// That of names is shared, but an unused name becomes free only while one server runs.
    Budgets,
    /// The test is about other clients beside an attack on one server.
    ///
    /// How long they wait depends on the server's own work, so the store is memory.
    OtherClients,
    /// The test sends a signal to a process, or reads what it prints.
    Process,
    /// The test is about SQLite's file: its disk, its damage, its backup, its cache.
    File,
}

/// One or more running servers of one store, which are killed when this value is dropped.
#[derive(Debug)]
pub struct Server {
    processes: Vec<ServerProcess>,
    /// The number of addresses that were handed out.
    addresses: AtomicUsize,
    /// The store that ends with the servers.
    _store: Option<TestStore>,
}

/// The process of one server.
#[derive(Debug)]
struct ServerProcess {
    child: Child,
    scheme: &'static str,
    address: SocketAddr,
    said: Said,
    _home: TempDir,
}

impl Server {
    /// Starts a server on a free port, with its documents in memory.
    ///
    /// If the suite runs on PostgreSQL, two servers share a new database.
    #[must_use]
    pub fn start(program: &str) -> Self {
        Self::start_with(program, &[LISTEN[0], LISTEN[1], "--store", "memory:"])
    }

    /// Starts a server with these arguments and no access log, and waits until it prints its address.
    ///
    /// If the suite runs on PostgreSQL, two servers share a new database in place of the store `memory:`.
    #[must_use]
    pub fn start_with(program: &str, arguments: &[&str]) -> Self {
        if !is_postgres() {
            return Self::start_saying(program, &[arguments, &["--no-access-log"]].concat(), Stdio::piped());
        }
        let (before, after) = around_the_store(arguments).expect("a test that needs a file starts its server alone");
        let store = TestStore::of_one_start();
        let server = Self::start_on(program, &store, &[before, after].concat());
        Self { _store: Some(store), ..server }
    }

    /// Starts one server with these arguments, even if the suite runs on PostgreSQL.
    ///
    /// Then the server has a new database in place of the store `memory:`, unless the reason excludes that.
    #[must_use]
    pub fn start_alone(program: &str, arguments: &[&str], why: OneServer) -> Self {
        Self::start_alone_saying(program, &[arguments, &["--no-access-log"]].concat(), Stdio::piped(), why)
    }

    /// Like [`Self::start_alone`], with an access log and this standard error.
    #[must_use]
    pub fn start_alone_saying(program: &str, arguments: &[&str], stderr: Stdio, why: OneServer) -> Self {
        if !is_postgres() {
            return Self::start_saying(program, arguments, stderr);
        }
        println!("one server: {why:?}");
        let place = around_the_store(arguments);
        assert_eq!(place.is_none(), why == OneServer::File, "a test has a file only for this reason: {arguments:?}");
        let (Some((before, after)), false) = (place, why == OneServer::OtherClients) else {
            return Self::start_saying(program, arguments, stderr);
        };
        let store = TestStore::of_one_start();
        let server = Self::start_saying(program, &[before, &["--store", &store.argument()], after].concat(), stderr);
        Self { _store: Some(store), ..server }
    }

    /// Starts the servers of a store: one, or two if it is a database.
    #[must_use]
    pub fn start_on(program: &str, store: &TestStore, arguments: &[&str]) -> Self {
        Self::start_several(program, store, arguments, store.servers())
    }

    /// Starts this number of servers on one store.
    #[must_use]
    pub fn start_several(program: &str, store: &TestStore, arguments: &[&str], count: usize) -> Self {
        let address: &[&str] = if arguments.contains(&LISTEN[0]) { &[] } else { &LISTEN };
        let store = store.argument();
        let arguments = [arguments, address, &["--store", &store, "--no-access-log"]].concat();
        let processes = (0..count).map(|_| ServerProcess::start(program, &arguments, Stdio::piped())).collect();
        Self { processes, addresses: AtomicUsize::new(0), _store: None }
    }

    /// Starts one server with this standard error; [`Self::said`] includes its lines if it is a pipe.
    #[must_use]
    pub fn start_saying(program: &str, arguments: &[&str], stderr: Stdio) -> Self {
        let processes = vec![ServerProcess::start(program, arguments, stderr)];
        Self { processes, addresses: AtomicUsize::new(0), _store: None }
    }

    /// Starts `ifmatch proxy` with these arguments and no access log.
    #[must_use]
    pub fn start_proxy(program: &str, arguments: &[&str]) -> Self {
        let arguments = [arguments, &["--no-access-log"]].concat();
        let processes = vec![ServerProcess::start_command(program, "proxy", &arguments, Stdio::piped())];
        Self { processes, addresses: AtomicUsize::new(0), _store: None }
    }

    fn next(&self) -> &ServerProcess {
        &self.processes[self.addresses.fetch_add(1, Ordering::Relaxed) % self.processes.len()]
    }

    fn only(&self) -> &ServerProcess {
        assert_eq!(self.processes.len(), 1, "a test about one process starts its server alone");
        &self.processes[0]
    }

    /// Returns an address of the servers: each time that of the next one.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.next().address
    }

    /// Returns the addresses of all servers.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.processes.iter().map(|process| process.address).collect()
    }

    /// Returns the value of `Host`, which may be sent to each of the servers.
    #[must_use]
    pub fn host(&self) -> SocketAddr {
        self.processes[0].address
    }

    /// Returns a URL of the servers: each time that of the next one.
    #[must_use]
    pub fn url(&self) -> String {
        let process = self.next();
        format!("{}{}", process.scheme, process.address)
    }

    /// Returns the process id of the only server.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.only().child.id()
    }

    /// Sends a request to the next server, and returns the response.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Response {
        request.send(self.address())
    }

    /// Returns the lines that the only server has printed so far, on standard output and standard error.
    #[must_use]
    pub fn said(&self) -> Vec<String> {
        self.only().said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends SIGTERM to the only server, and waits until it has ended.
    #[cfg(unix)]
    pub fn end(&mut self) -> ExitStatus {
        let sent = Command::new("sh").args(["-c", &format!("kill -s TERM {}", self.process())]).status();
        assert!(sent.is_ok_and(|status| status.success()), "there is such a process");
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.processes[0].child.try_wait().expect("it is ours") {
                return status;
            }
            assert!(Instant::now() < end, "the server ends when it is asked to");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Kills the servers with SIGKILL, so that they cannot clean up.
    pub fn kill(mut self) {
        for process in &mut self.processes {
            process.child.kill().expect("it was running");
            process.child.wait().expect("it was ours");
        }
    }
}

impl ServerProcess {
    /// Starts a server, and waits until it prints its address.
    fn start(program: &str, arguments: &[&str], stderr: Stdio) -> Self {
        Self::start_command(program, "serve", arguments, stderr)
    }

    /// Starts a command that listens, and waits until it prints its address.
    fn start_command(program: &str, name: &str, arguments: &[&str], stderr: Stdio) -> Self {
        let home = tempfile::tempdir().expect("there is room for a temporary folder");
        let mut command = Command::new(program);
        command.arg(name).args(arguments).env_clear().envs(variables(home.path()));
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
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the arguments before and after `--store memory:`, or `None` if they name a file.
fn around_the_store<'a, 'b>(arguments: &'a [&'b str]) -> Option<(&'a [&'b str], &'a [&'b str])> {
    let place = arguments.windows(2).position(|pair| pair == ["--store", "memory:"])?;
    Some((&arguments[..place], &arguments[place + 2..]))
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
    use super::{address_in, around_the_store};

    #[test]
    fn address_is_found_in_a_line_of_output() {
        let expected = "127.0.0.1:4280".parse().ok().map(|address| ("http://", address));
        assert_eq!(address_in("join: ifmatch edit --server http://127.0.0.1:4280 --as NAME"), expected);
        assert_eq!(address_in("listening on http://127.0.0.1:4280/"), expected);
        assert_eq!(address_in("at https://127.0.0.1:4280, documents").map(|(scheme, _)| scheme), Some("https://"));
        assert_eq!(address_in("listening"), None);
    }

    #[test]
    fn store_in_memory_is_found_among_the_arguments() {
        let arguments = ["--listen", "a", "--store", "memory:", "--open"];
        assert_eq!(around_the_store(&arguments), Some((&["--listen", "a"][..], &["--open"][..])));
        assert_eq!(around_the_store(&["--store", "file.db"]), None);
    }
}
