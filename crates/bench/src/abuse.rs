//! An attendee's saves beside another one who misbehaves.
//!
//! ```sh
//! cargo run --release -p ifmatch-bench -- --abuse
//! ```
//!
//! Carol saves a document of 2 KiB fifty times a second, over one connection. Meanwhile Mallory, whose token is just as
//! valid, does one of the things in [`Abuse`] as fast as two threads can, on the same machine. The yardstick is the
//! same saves without Mallory. All are measured in turns, in several rounds, on one server with its default budgets.
//! The table shows the quantiles of all rounds together.
//!
//! Mallory's threads, Carol and the server share the machine's processors, so the numbers contain what Mallory's own
//! program takes away. In a classroom, it would run on a machine of its own.

use std::fmt;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::connection::BenchConnection;
use crate::error::Error;
use crate::process::ServerProcess;
use crate::requests::{content, representation};
use crate::response_head::{self, ResponseHead};
use crate::sample::quantile_of;
use crate::settings::Settings;
use crate::workdir::Workdir;

/// The time between two saves.
const SAVE_INTERVAL: Duration = Duration::from_millis(20);

/// How many threads misbehave.
const ABUSE_THREADS: usize = 2;

/// How many connections each thread has, if it is one that holds them.
const CONNECTIONS_PER_THREAD: usize = 100;

/// How long a connection of the bad attendee waits for a response.
const IO_TIMEOUT: Duration = Duration::from_millis(1500);

const CAROL: &str = "fizal-tugon-havis";
const MALLORY: &str = "gonak-sivel-ramot";

/// The behaviour of the bad attendee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Abuse {
    /// None: the yardstick.
    Nothing,
    /// Reads, one after the other, over many connections.
    Flood,
    /// Wrong tokens, over many connections.
    Guesses,
    /// Documents of 1 MiB, one after the other.
    LargeDocuments,
    /// New documents, one after the other.
    ManyDocuments,
    /// Requests whose bodies never end.
    SlowBodies,
    /// Event streams.
    Streams,
}

impl Abuse {
    const ALL: [Self; 7] = [
        Self::Nothing,
        Self::Flood,
        Self::Guesses,
        Self::LargeDocuments,
        Self::ManyDocuments,
        Self::SlowBodies,
        Self::Streams,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "alone",
            Self::Flood => "a flood of reads",
            Self::Guesses => "a flood of wrong tokens",
            Self::LargeDocuments => "documents of 1 MiB",
            Self::ManyDocuments => "new documents",
            Self::SlowBodies => "bodies that never end",
            Self::Streams => "event streams",
        }
    }

    /// Returns the head of a request, and its body as far as it is sent.
    fn request(self, number: u64) -> Vec<u8> {
        let head = |line: &str, token: &str, fields: &str| {
            format!("{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n{fields}\r\n")
        };
        let put = |id: &str, length: usize, body: &str| {
            let fields = format!("If-None-Match: *\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n");
            head(&format!("PUT /api/documents/{id}"), MALLORY, &fields) + body
        };
        let text = match self {
            Self::Nothing => String::new(),
            Self::Flood => head("GET /api/documents/carols", MALLORY, ""),
            Self::Guesses => head("GET /api/documents/carols", &format!("wrong-token-{number}"), ""),
            Self::LargeDocuments => {
                let body = representation(&content(1, number, 1_000_000));
                put(&format!("large-{number}"), body.len(), &body)
            }
            Self::ManyDocuments => {
                let body = representation("");
                put(&format!("new-{number}"), body.len(), &body)
            }
            Self::SlowBodies => put(&format!("slow-{number}"), 900_000, &" ".repeat(100_000)),
            Self::Streams => head("GET /api/events", MALLORY, ""),
        };
        text.into_bytes()
    }

    /// Returns how many connections a thread has.
    const fn connections(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::LargeDocuments | Self::ManyDocuments => 4,
            Self::Flood | Self::Guesses | Self::SlowBodies | Self::Streams => CONNECTIONS_PER_THREAD,
        }
    }
}

/// The saves of the good attendee beside one kind of abuse.
#[derive(Debug)]
struct SavesBeside {
    abuse: Abuse,
    took: Vec<Duration>,
    /// The responses to the bad attendee: those below 400, and all.
    served: u64,
    answered: u64,
}

/// The measurements of abuse.
#[derive(Debug)]
pub(crate) struct AbuseReport(Vec<SavesBeside>);

/// Measures the saves beside each kind of abuse.
///
/// # Errors
///
/// If the server does not start, or does not accept a save.
pub(crate) async fn run(settings: &Settings) -> Result<AbuseReport, Error> {
    let place = Workdir::create()?;
    let people = place.file("people");
    write_people(&people)?;
    let server = ServerProcess::for_people(settings, &place.file("abuse.db"), &people)?;
    let mut carol = GoodAttendee::start(server.address, settings.bytes).await?;
    let mut beside: Vec<_> =
        Abuse::ALL.into_iter().map(|abuse| SavesBeside { abuse, took: Vec::new(), served: 0, answered: 0 }).collect();
    for round in 0..settings.rounds {
        for row in &mut beside {
            eprintln!("round {}: {}", round + 1, row.abuse.name());
            let mallory = BadAttendee::start(row.abuse, server.address, round as u64);
            let saved = carol.save_for(3 * settings.time).await;
            let (granted, answered) = mallory.end();
            row.took.extend(saved?);
            row.served += granted;
            row.answered += answered;
        }
    }
    for row in &mut beside {
        row.took.sort_unstable();
    }
    Ok(AbuseReport(beside))
}

/// Writes the file of people, which only its owner may read.
fn write_people(file: &Path) -> Result<(), Error> {
    let people = format!("lea kudop-lirat-bomak admin\ncarol {CAROL}\nmallory {MALLORY}\n");
    fs::write(file, people).map_err(Error::while_doing("the file of people cannot be written"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let private = fs::Permissions::from_mode(0o600);
        fs::set_permissions(file, private).map_err(Error::while_doing("the file of people cannot be private"))?;
    }
    Ok(())
}

/// The attendee whose saves are measured.
struct GoodAttendee {
    connection: BenchConnection,
    tag: String,
    turn: u64,
    bytes: usize,
}

impl GoodAttendee {
    async fn start(server: SocketAddr, bytes: usize) -> Result<Self, Error> {
        let mut carol = Self { connection: BenchConnection::open(server).await?, tag: String::new(), turn: 0, bytes };
        carol.save().await?;
        Ok(carol)
    }

    /// Saves at regular times, and returns how long each save took.
    async fn save_for(&mut self, time: Duration) -> Result<Vec<Duration>, Error> {
        let (end, mut took) = (Instant::now() + time, Vec::new());
        while Instant::now() < end {
            let begun = Instant::now();
            self.save().await?;
            took.push(begun.elapsed());
            tokio::time::sleep(SAVE_INTERVAL.saturating_sub(begun.elapsed())).await;
        }
        Ok(took)
    }

    async fn save(&mut self) -> Result<(), Error> {
        let guard = match self.tag.as_str() {
            "" => "If-None-Match: *".to_owned(),
            tag => format!("If-Match: {tag}"),
        };
        let body = representation(&content(0, self.turn, self.bytes));
        let request = format!(
            "PUT /api/documents/carols HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {CAROL}\r\n{guard}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.tag = self.connection.exchange_for_tag(request.as_bytes(), "a save", &[200, 201]).await?;
        self.turn += 1;
        Ok(())
    }
}

/// The attendee who misbehaves until the measurement is over.
struct BadAttendee {
    threads: Vec<JoinHandle<()>>,
    shared: Arc<BadAttendeeShared>,
}

#[derive(Default)]
struct BadAttendeeShared {
    is_over: AtomicBool,
    number: AtomicU64,
    served: AtomicU64,
    answered: AtomicU64,
}

impl BadAttendee {
    fn start(abuse: Abuse, server: SocketAddr, round: u64) -> Self {
        let number = AtomicU64::new(round * 1_000_000);
        let shared = Arc::new(BadAttendeeShared { number, ..BadAttendeeShared::default() });
        let threads = (0..ABUSE_THREADS).filter(|_| abuse.connections() > 0).map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.misbehave(abuse, server))
        });
        Self { threads: threads.collect(), shared }
    }

    /// Ends the abuse, and returns how many requests were served and how many had a response.
    fn end(self) -> (u64, u64) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            // A thread that panicked has misbehaved less.
            let _ = thread.join();
        }
        (self.shared.served.load(Ordering::Relaxed), self.shared.answered.load(Ordering::Relaxed))
    }
}

impl BadAttendeeShared {
    /// Sends a request over each of its connections, waits for the responses, and begins again.
    fn misbehave(&self, abuse: Abuse, server: SocketAddr) {
        let mut connections: Vec<Option<TcpStream>> = (0..abuse.connections()).map(|_| None).collect();
        while !self.is_over.load(Ordering::Relaxed) {
            for connection in &mut connections {
                if connection.is_none() {
                    *connection = open(server);
                }
                let request = abuse.request(self.number.fetch_add(1, Ordering::Relaxed));
                if connection.as_mut().is_some_and(|stream| stream.write_all(&request).is_err()) {
                    *connection = None;
                }
            }
            for connection in &mut connections {
                let Some(stream) = connection else { continue };
                match read_response(stream, abuse) {
                    Some((head, ends)) => {
                        self.answered.fetch_add(1, Ordering::Relaxed);
                        self.served.fetch_add(u64::from(head.status < 400), Ordering::Relaxed);
                        if ends {
                            *connection = None;
                        }
                    }
                    None => *connection = None,
                }
                if self.is_over.load(Ordering::Relaxed) {
                    return;
                }
            }
        }
    }
}

fn open(server: SocketAddr) -> Option<TcpStream> {
    let stream = TcpStream::connect(server).ok()?;
    stream.set_read_timeout(Some(IO_TIMEOUT)).ok()?;
    stream.set_write_timeout(Some(IO_TIMEOUT)).ok()?;
    Some(stream)
}

/// Reads a response, and returns its head and whether the connection ends.
///
/// Returns `None` if the response is incomplete when its connection ends or time is up. An event stream never ends, so
/// its head is enough.
fn read_response(stream: &mut TcpStream, abuse: Abuse) -> Option<(ResponseHead, bool)> {
    let (mut read, mut piece) = (Vec::new(), [0; 16 * 1024]);
    loop {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(count) => read.extend_from_slice(&piece[..count]),
        }
        if abuse == Abuse::Streams && read.starts_with(b"HTTP/1.1 200 ") {
            let end = read.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(length) = end.map(|at| at + 4) {
                return Some((ResponseHead { status: 200, length, body: 0 }, false));
            }
        }
        if let Some(head) = response_head::parse_head(&read).filter(|head| read.len() >= head.length + head.body) {
            let ends = response_head::field(&read[..head.length], b"connection") == Some(b"close");
            return Some((head, ends));
        }
    }
}

impl fmt::Display for AbuseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = |row: &SavesBeside, quantile| quantile_of(&row.took, quantile).as_secs_f64() * 1e3;
        writeln!(
            f,
            "{:<24} {:>7} {:>8} {:>8} {:>8} {:>10} {:>10}",
            "ms for a save beside", "saves", "p50", "p99", "of alone", "served", "answered"
        )?;
        let alone = self.0.first().map_or(1.0, |row| milliseconds(row, 0.5));
        for row in &self.0 {
            let (p50, p99) = (milliseconds(row, 0.5), milliseconds(row, 0.99));
            let (name, saves) = (row.abuse.name(), row.took.len());
            let (served, answered) = (row.served, row.answered);
            writeln!(
                f,
                "{name:<24} {saves:>7} {p50:>8.2} {p99:>8.2} {:>8.2} {served:>10} {answered:>10}",
                p50 / alone
            )?;
        }
        Ok(())
    }
}
