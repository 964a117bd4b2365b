//! Writes that are held at the gate: how long their release takes, and how much memory they need.
//!
//! All of them name the same version of one document, as in a race: one of them wins, and all others are refused. So
//! the disk hardly matters, and the gate is measured, which releases them one after the other. The clock runs from the
//! first byte of the release to the last byte of the last response.
//!
//! The yardstick is the same writes over the same connections without a gate. Its clock runs from the first byte of the
//! first write to the last byte of the last response, so it contains the sending, which a release does not.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::connection::BenchConnection;
use crate::error::Error;
use crate::process::ServerProcess;
use crate::requests;
use crate::response_head::ResponseHead;
use crate::seeded::{create, current_tag};
use crate::settings::Settings;
use crate::workdir::Workdir;

/// The document that all write.
const RACED: &str = "raced";

/// The measurements of held writes.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// From the release to the last response, in milliseconds, for each round.
    pub(crate) released: Vec<f64>,
    /// From the first write to the last response without the gate, in milliseconds, for each round.
    pub(crate) without_gate: Vec<f64>,
    /// Memory of the server in bytes, before there is any connection.
    pub(crate) before: u64,
    /// Memory of the server in bytes, with all connections idle.
    pub(crate) idle: u64,
    /// Memory of the server in bytes, with all writes held.
    pub(crate) all: u64,
}

/// Measures held writes on a server of its own, which needs room for all connections.
pub(crate) async fn measure(settings: &Settings, place: &Workdir) -> Result<Held, Error> {
    let count = settings.held;
    eprintln!("{count} held writes");
    let server = ServerProcess::ifmatch(settings, &place.file("held.db"))?;
    let connection = BenchConnection::open(server.address).await?;
    let mut leader = Leader { connection, request: Vec::new(), bytes: settings.bytes };
    leader.create().await?;
    let mut held = Held { before: server.resident(), ..Held::default() };
    let mut racers = Vec::new();
    for number in 0..count {
        let mut connection = BenchConnection::open(server.address).await?;
        // One response each, so that the server has seen the connection, and its buffers are there.
        let mut request = Vec::new();
        requests::get(&mut request, RACED, None);
        connection.exchange(&request).await?;
        racers.push((number, connection));
    }
    held.idle = server.resident();
    for round in 0..settings.rounds {
        leader.hold("none").await?;
        let tag = leader.tag().await?;
        let begun = Instant::now();
        for (number, racer) in &mut racers {
            racer.send(&race(&tag, *number, 2 * round, settings.bytes)).await?;
        }
        racers = responses(racers).await?;
        held.without_gate.push(milliseconds(begun.elapsed()));

        leader.hold("writes").await?;
        let tag = leader.tag().await?;
        for (number, racer) in &mut racers {
            racer.send(&race(&tag, *number, 2 * round + 1, settings.bytes)).await?;
        }
        leader.wait_for(count).await?;
        held.all = held.all.max(server.resident());
        let begun = Instant::now();
        leader.release().await?;
        racers = responses(racers).await?;
        held.released.push(milliseconds(begun.elapsed()));
    }
    Ok(held)
}

/// Returns a write that names a version, with a text that no other write has.
fn race(tag: &str, number: usize, turn: usize, bytes: usize) -> Vec<u8> {
    let mut request = Vec::new();
    let content = requests::content(number, turn as u64 + 1, bytes);
    requests::put(&mut request, RACED, &requests::author(number), Some(("If-Match", tag)), &content);
    request
}

/// Reads one response on each connection, as they arrive: one is a 200, and all others are 412.
async fn responses(racers: Vec<(usize, BenchConnection)>) -> Result<Vec<(usize, BenchConnection)>, Error> {
    let mut reading = JoinSet::new();
    for (number, mut connection) in racers {
        reading.spawn(async move {
            let ResponseHead { status, .. } = connection.response().await?;
            Ok::<_, Error>((number, connection, status))
        });
    }
    let (mut racers, mut won) = (Vec::new(), 0);
    while let Some(read) = reading.join_next().await {
        let (number, connection, status) = read.map_err(|_| Error::Silent)??;
        won += usize::from(status == 200);
        if !matches!(status, 200 | 412) || won > 1 {
            return Err(Error::Answer { what: "a write of a race".to_owned(), status });
        }
        racers.push((number, connection));
    }
    // Sorted by connection again, so that each round is like the one before.
    racers.sort_unstable_by_key(|(number, _)| *number);
    Ok(racers)
}

/// The connection that sets the gate and releases.
struct Leader {
    connection: BenchConnection,
    request: Vec<u8>,
    /// How many bytes the content of the document has.
    bytes: usize,
}

impl Leader {
    async fn create(&mut self) -> Result<(), Error> {
        create(&mut self.connection, RACED, "leader", &requests::content(0, 0, self.bytes)).await?;
        Ok(())
    }

    /// Returns the current tag of the document.
    async fn tag(&mut self) -> Result<String, Error> {
        current_tag(&mut self.connection, RACED).await
    }

    async fn hold(&mut self, hold: &str) -> Result<(), Error> {
        let body = format!("{{\"hold\":\"{hold}\"}}");
        self.request = format!(
            "PUT /control/gate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n\
             {body}",
            body.len()
        )
        .into_bytes();
        self.ask("PUT /control/gate").await
    }

    async fn release(&mut self) -> Result<(), Error> {
        self.request = b"POST /control/gate/release HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n".to_vec();
        self.ask("POST /control/gate/release").await
    }

    async fn ask(&mut self, what: &str) -> Result<(), Error> {
        let ResponseHead { status, .. } = self.connection.exchange(&self.request).await?;
        if matches!(status, 200 | 201) { Ok(()) } else { Err(Error::Answer { what: what.to_owned(), status }) }
    }

    /// Waits until `count` requests are held.
    async fn wait_for(&mut self, count: usize) -> Result<(), Error> {
        let line = format!("\nifmatch_gate_held_requests {count}\n");
        loop {
            let head = self.connection.exchange(b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await?;
            if self.connection.body(head).windows(line.len()).any(|window| window == line.as_bytes()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
