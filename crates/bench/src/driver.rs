//! The driver: connections that send requests and read answers, all on one thread.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::error::Failure;
use crate::process::{Server, own_processor_time};
use crate::sample::Sample;
use crate::wire::{self, Head};
use crate::work::{self, Work};

/// A kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    /// The last answer, as far as it is read.
    answer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await.map_err(Failure::at("the server takes no connection"))?;
        stream.set_nodelay(true).map_err(Failure::at("a socket cannot be set up"))?;
        Ok(Self { stream, answer: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a request, and reads its answer to the end.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<Head, Failure> {
        self.send(request).await?;
        self.response().await
    }

    /// Reads the response to what was sent, to its end.
    pub(crate) async fn response(&mut self) -> Result<Head, Failure> {
        self.answer.clear();
        loop {
            if self.read_more().await? == 0 {
                return Err(Failure::Io {
                    what: "the server hung up",
                    source: std::io::ErrorKind::UnexpectedEof.into(),
                });
            }
            if let Some(head) = wire::head(&self.answer).filter(|head| self.answer.len() >= head.length + head.body) {
                return Ok(head);
            }
        }
    }

    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<(), Failure> {
        self.stream.write_all(request).await.map_err(Failure::at("a request cannot be sent"))
    }

    /// Reads what comes, and forgets what came before where that would be too much.
    pub(crate) async fn read_more(&mut self) -> Result<usize, Failure> {
        self.stream.read_buf(&mut self.answer).await.map_err(Failure::at("an answer cannot be read"))
    }

    /// Forgets what was read.
    pub(crate) fn forget(&mut self) {
        self.answer.clear();
    }

    /// The body of the last answer.
    pub(crate) fn body(&self, head: Head) -> &[u8] {
        &self.answer[head.length..head.length + head.body]
    }

    /// The tag in the last answer.
    pub(crate) fn tag(&self, head: Head) -> String {
        let value = wire::field(&self.answer[..head.length], b"etag").unwrap_or_default();
        String::from_utf8_lossy(value).into_owned()
    }
}

/// Lets each work have a connection of its own, for that long, and measures.
pub(crate) async fn drive(server: &Server, works: Vec<Work>, time: Duration) -> Result<Sample, Failure> {
    let mut connections = Vec::new();
    for work in works {
        connections.push((Connection::open(server.address).await?, work));
    }
    let (server_before, own_before) = (server.processor_time(), own_processor_time());
    let begun = Instant::now();
    let local = tokio::task::LocalSet::new();
    let mut running = JoinSet::new();
    for (connection, work) in connections {
        running.spawn_local_on(repeat(connection, work, begun + time), &local);
    }
    let mut sample = Sample::default();
    local
        .run_until(async {
            while let Some(ended) = running.join_next().await {
                let (took, done) = ended.map_err(|_| Failure::Silent)??;
                sample.took.extend(took);
                sample.done += done;
            }
            Ok::<_, Failure>(())
        })
        .await?;
    sample.elapsed = begun.elapsed();
    sample.server = server.processor_time().saturating_sub(server_before);
    sample.driver = own_processor_time().saturating_sub(own_before);
    Ok(sample)
}

/// Asks again and again. How long each time took, and how often it was what the work is about.
async fn repeat(mut connection: Connection, mut work: Work, end: Instant) -> Result<(Vec<Duration>, u64), Failure> {
    let (mut took, mut done, mut request) = (Vec::new(), 0, Vec::new());
    loop {
        work.next(&mut request);
        let sent = Instant::now();
        if sent >= end && !took.is_empty() {
            return Ok((took, done));
        }
        let head = connection.exchange(&request).await?;
        took.push(sent.elapsed());
        done += u64::from(work.answered(head, || connection.tag(head))?);
    }
}

/// Creates documents, many at a time so that they share commits, and hands back their tags in order.
pub(crate) async fn fill(server: &Server, count: usize) -> Result<Vec<String>, Failure> {
    const AT_ONCE: usize = 128;
    let mut filling = JoinSet::new();
    for first in 0..AT_ONCE.min(count) {
        let mut connection = Connection::open(server.address).await?;
        filling.spawn(async move {
            let (mut tags, mut request) = (Vec::new(), Vec::new());
            for number in (first..count).step_by(AT_ONCE) {
                request.clear();
                let condition = Some(("If-None-Match", "*"));
                work::put(&mut request, &work::document(number), condition, &work::content(number, 0));
                let head = connection.exchange(&request).await?;
                if head.status != 201 {
                    return Err(Failure::Answer { what: "a creation".to_owned(), status: head.status });
                }
                tags.push((number, connection.tag(head)));
            }
            Ok(tags)
        });
    }
    let mut tags = vec![String::new(); count];
    while let Some(filled) = filling.join_next().await {
        for (number, tag) in filled.map_err(|_| Failure::Silent)?? {
            tags[number] = tag;
        }
    }
    Ok(tags)
}
