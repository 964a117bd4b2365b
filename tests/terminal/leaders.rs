//! Two leaders of one room, in two processes, who change the same question at the same time.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;

use tests::http::Request;
use tests::pty::{Start, Terminal};
use tests::until;

use crate::PROGRAM;
use crate::room::server;

/// A proxy that can withhold events, so that a client knows only what it has requested itself.
struct EventProxy {
    address: SocketAddr,
    state: Arc<ProxyState>,
}

#[derive(Default)]
struct ProxyState {
    is_withholding: Mutex<bool>,
    changed: Condvar,
    /// The request line and the status of each exchange that has its response.
    exchanges: Mutex<Vec<(String, u16)>>,
}

impl EventProxy {
    fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::<ProxyState>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(server).expect("the server accepts connections");
                let connection = Arc::new(Connection::default());
                let (up, down) = (Arc::clone(&connection), connection);
                let state = Arc::clone(&shared);
                let client_end = client.try_clone().expect("a socket can be shared");
                let server_end = server.try_clone().expect("a socket can be shared");
                thread::spawn(move || pass(client, server, |bytes| up.on_request(bytes)));
                thread::spawn(move || pass(server_end, client_end, |bytes| state.on_response(&down, bytes)));
            }
        });
        Self { address, state }
    }

    /// Withholds all events from now on, or passes those that were withheld and all further ones.
    fn withhold(&self, is_withholding: bool) {
        *self.state.is_withholding() = is_withholding;
        self.state.changed.notify_all();
    }

    /// Returns how many responses with this status a request that begins like this got.
    fn count(&self, request: &str, status: u16) -> usize {
        let exchanges = self.state.exchanges.lock().expect("no thread panics with the lock");
        exchanges.iter().filter(|(line, got)| line.starts_with(request) && *got == status).count()
    }
}

/// A connection, on which one exchange follows the other.
#[derive(Default)]
struct Connection {
    request_line: Mutex<String>,
    has_events: AtomicBool,
}

impl Connection {
    fn on_request(&self, bytes: &[u8]) {
        let Some(line) = first_line(bytes).filter(|line| line.ends_with(" HTTP/1.1")) else { return };
        self.has_events.store(line.starts_with("GET /api/events"), Ordering::Release);
        *self.request_line.lock().expect("no thread panics with the lock") = line;
    }
}

impl ProxyState {
    fn is_withholding(&self) -> MutexGuard<'_, bool> {
        self.is_withholding.lock().expect("no thread panics with the lock")
    }

    fn on_response(&self, connection: &Connection, bytes: &[u8]) {
        if connection.has_events.load(Ordering::Acquire) {
            let withheld = self.changed.wait_while(self.is_withholding(), |is_withholding| *is_withholding);
            drop(withheld.expect("no thread panics with the lock"));
            return;
        }
        let status = first_line(bytes).and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
        if let Some(status) = status {
            let line = connection.request_line.lock().expect("no thread panics with the lock").clone();
            self.exchanges.lock().expect("no thread panics with the lock").push((line, status));
        }
    }
}

fn first_line(bytes: &[u8]) -> Option<String> {
    let end = bytes.windows(2).position(|two| two == b"\r\n")?;
    String::from_utf8(bytes[..end].to_vec()).ok()
}

/// Passes bytes on until one end is closed. `before` sees them first.
fn pass(mut from: TcpStream, mut to: TcpStream, before: impl Fn(&[u8])) {
    let mut buffer = vec![0; 64 * 1024];
    let mut step = || -> io::Result<bool> {
        let count = from.read(&mut buffer)?;
        before(&buffer[..count]);
        to.write_all(&buffer[..count])?;
        Ok(count > 0)
    };
    while matches!(step(), Ok(true)) {}
    let _ = to.shutdown(std::net::Shutdown::Write);
}

fn observer(server: &str, name: &str) -> Terminal {
    Start::new(PROGRAM, &["observe", "--server", server, "--as", name]).size((120, 40)).spawn()
}

#[test]
fn slower_of_two_leaders_gets_a_412_and_sees_the_question_as_it_is() {
    let server = server();
    let proxy = EventProxy::start(server.address());
    let mut ann = observer(&server.url(), "Ann");
    let mut ben = observer(&format!("http://{}", proxy.address), "Ben");
    // Both screens are there before anyone types.
    for leader in [&mut ann, &mut ben] {
        leader.until_text("Ctrl-Q");
    }
    ann.send("q");
    ann.until_text("ask the room");
    ann.send("Which status?\r428\r412\r\r2\rThe tag is old.\r");
    ann.until_text("the room is asked");
    ben.until_text("Which status?");
    // A leader's change names the tag of the question that their screen has read.
    until("Ben has read the question", || proxy.count("GET /control/question", 200) > 0);
    proxy.withhold(true);

    ann.send("qs");
    ann.until_text("every screen shows the votes now");
    ben.send("qs");
    ben.until_text("412, nothing was done: another leader was faster; the question is now as shown");
    assert_eq!(proxy.count("PUT /control/question", 412), 1);
    let setting = || server.answer(&Request::new("GET", "/control/question")).json();
    assert_eq!((setting()["state"].as_str(), setting()["round"].as_u64()), (Some("shown"), Some(1)));

    // Ben has read the question again, so the next change is accepted.
    ben.send("v");
    ben.until_text("round 2");
    assert_eq!((setting()["state"].as_str(), setting()["round"].as_u64()), (Some("open"), Some(2)));
    ann.until_text("round 2");

    // Ann withdraws a question that Ben's screen still shows.
    ann.send("x");
    ann.until_text("Withdraw the question?");
    ann.send("\r");
    ann.until_text("the question is gone from every screen");
    ben.send("s");
    ben.until_text("412, nothing was done: another leader was faster, and has withdrawn the question");
    assert_eq!(proxy.count("PUT /control/question", 412), 2);
    proxy.withhold(false);
}
