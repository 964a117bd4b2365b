//! A server with documents that the driver has created, and the works on them.

use std::rc::Rc;
use std::time::Duration;

use crate::cells::MAX_WRITERS;
use crate::driver::{BenchConnection, drive, seed_documents};
use crate::error::Error;
use crate::process::ServerProcess;
use crate::sample::Sample;
use crate::workload::{RequestGenerator, Workload, author, content, document, get, put};

/// A server whose documents are known.
pub(crate) struct SeededServer {
    server: ServerProcess,
    /// The tags of the documents that are only read. Those that are written come after them.
    tags: Rc<Vec<String>>,
    /// How many bytes the content of a document has.
    bytes: usize,
    turn: u64,
}

impl SeededServer {
    /// Creates the documents that are read, one for each writer, and one for all of them.
    pub(crate) async fn start(server: ServerProcess, documents: usize, bytes: usize) -> Result<Self, Error> {
        let mut tags = seed_documents(&server, documents + MAX_WRITERS + 1, bytes).await?;
        tags.truncate(documents);
        Ok(Self { server, tags: Rc::new(tags), bytes, turn: 0 })
    }

    /// Returns the server, which needs no documents, as if it had those of this one.
    pub(crate) fn same_documents(&self, server: ServerProcess) -> Self {
        Self { server, tags: Rc::clone(&self.tags), bytes: self.bytes, turn: 0 }
    }

    /// Opens an event stream about all documents, which is read until the server ends.
    pub(crate) async fn open_event_stream(&self) -> Result<(), Error> {
        let mut connection = self.subscribe("/api/events").await?;
        tokio::spawn(async move {
            while connection.read_more().await.is_ok_and(|bytes| bytes > 0) {
                connection.clear_response();
            }
        });
        Ok(())
    }

    /// Returns the resident memory of the server, in bytes.
    pub(crate) fn resident(&self) -> u64 {
        self.server.resident()
    }

    /// Measures a workload; reads are of all documents that are only read.
    pub(crate) async fn measure(
        &mut self,
        kind: Workload,
        connections: usize,
        time: Duration,
    ) -> Result<Sample, Error> {
        match kind {
            Workload::Revalidate | Workload::Read => self.read_among(self.tags.len(), kind, connections, time).await,
            Workload::Write | Workload::Contend | Workload::Stale | Workload::Unguarded => {
                self.write(kind, connections, time).await
            }
        }
    }

    async fn write(&mut self, kind: Workload, connections: usize, time: Duration) -> Result<Sample, Error> {
        let mut asking = BenchConnection::open(self.server.address).await?;
        let mut works = Vec::new();
        for who in 0..connections {
            let apart = if kind == Workload::Contend { MAX_WRITERS } else { who };
            let document = document(self.tags.len() + apart);
            let tag = self.current_tag(&mut asking, &document).await?;
            if kind == Workload::Stale {
                self.replace(&mut asking, &document, &tag).await?;
            }
            works.push(RequestGenerator::Write { kind, document, who, turn: self.turn, tag, bytes: self.bytes });
        }
        // No text is ever written twice: a write that changes nothing would create no version.
        self.turn += 1_000_000;
        drive(&self.server, works, time).await
    }

    /// Reads the first `reach` documents.
    pub(crate) async fn read_among(
        &self,
        reach: usize,
        kind: Workload,
        connections: usize,
        time: Duration,
    ) -> Result<Sample, Error> {
        let walk = |who: usize| {
            let at = who * reach / connections;
            RequestGenerator::Walk { kind, tags: Rc::clone(&self.tags), reach, at }
        };
        drive(&self.server, (0..connections).map(walk).collect(), time).await
    }

    async fn current_tag(&self, asking: &mut BenchConnection, document: &str) -> Result<String, Error> {
        let mut request = Vec::new();
        get(&mut request, document, None);
        let head = asking.exchange(&request).await?;
        Ok(asking.tag(head))
    }

    /// Writes a new version, under the name of another author than the writers.
    async fn replace(&self, asking: &mut BenchConnection, document: &str, tag: &str) -> Result<(), Error> {
        let (mut request, text) = (Vec::new(), content(MAX_WRITERS, self.turn, self.bytes));
        put(&mut request, document, &author(MAX_WRITERS), Some(("If-Match", tag)), &text);
        match asking.exchange(&request).await?.status {
            200 => Ok(()),
            status => Err(Error::Answer { what: "a write of the current version".to_owned(), status }),
        }
    }

    /// Opens `count` event streams, each of a document that is never written.
    pub(crate) async fn watch(&self, count: usize) -> Result<Vec<BenchConnection>, Error> {
        let mut watchers = Vec::new();
        for number in 0..count {
            watchers.push(self.subscribe(&format!("/api/documents/quiet-{number}/events")).await?);
        }
        Ok(watchers)
    }

    async fn subscribe(&self, path: &str) -> Result<BenchConnection, Error> {
        let mut connection = BenchConnection::open(self.server.address).await?;
        connection.send(format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").as_bytes()).await?;
        connection.read_more().await?;
        connection.clear_response();
        Ok(connection)
    }
}
