//! A server whose documents are known to the driver, and the works on them.

use std::rc::Rc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::cells::MAX_WRITERS;
use crate::connection::BenchConnection;
use crate::driver::{drive, drive_all};
use crate::error::Error;
use crate::etcd::{self, EtcdWriter};
use crate::generator::{DocumentWriter, KnownDocument, RequestGenerator};
use crate::process::ServerProcess;
use crate::requests::{author, content, document, get, put};
use crate::sample::Sample;
use crate::workload::Workload;

/// A server whose documents are known.
pub(crate) struct SeededServer {
    server: ServerProcess,
    /// The documents that are only read. Those that are written come after them.
    documents: Rc<Vec<KnownDocument>>,
    /// How many bytes the content of a document has.
    bytes: usize,
    turn: u64,
    /// Whether the server is etcd, which has no documents, but keys.
    is_etcd: bool,
}

/// Returns how many documents a server needs.
///
/// These are the documents that are read, one for each writer, and one for all writers.
pub(crate) fn needed_documents(read: usize) -> usize {
    read + MAX_WRITERS + 1
}

impl SeededServer {
    /// Creates the documents.
    pub(crate) async fn start(server: ServerProcess, documents: usize, bytes: usize) -> Result<Self, Error> {
        let mut known = create_documents(&server, needed_documents(documents), bytes).await?;
        known.truncate(documents);
        Ok(Self { server, documents: Rc::new(known), bytes, turn: 0, is_etcd: false })
    }

    /// Reads the tags of the documents, which the server has already.
    pub(crate) async fn with_files(server: ServerProcess, documents: usize, bytes: usize) -> Result<Self, Error> {
        let mut connection = BenchConnection::open(server.address).await?;
        let mut known = Vec::new();
        for number in 0..documents {
            let name = document(number);
            let tag = current_tag(&mut connection, &name).await?;
            known.push(KnownDocument { name, tag });
        }
        Ok(Self { server, documents: Rc::new(known), bytes, turn: 0, is_etcd: false })
    }

    /// Takes etcd, which is only written.
    pub(crate) fn etcd(server: ServerProcess, bytes: usize) -> Self {
        Self { server, documents: Rc::default(), bytes, turn: 0, is_etcd: true }
    }

    /// Returns the server, which needs no documents, as if it had those of this one.
    pub(crate) fn same_documents(&self, server: ServerProcess) -> Self {
        Self { server, documents: Rc::clone(&self.documents), bytes: self.bytes, turn: 0, is_etcd: false }
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

    /// Returns the process of the server.
    pub(crate) fn server(&self) -> &ServerProcess {
        &self.server
    }

    /// Returns the process of the server, which ends with it.
    #[cfg(all(unix, feature = "postgres"))]
    pub(crate) fn into_server(self) -> ServerProcess {
        self.server
    }

    /// Measures a workload; reads are of all documents that are only read.
    pub(crate) async fn measure(
        &mut self,
        kind: Workload,
        connections: usize,
        time: Duration,
    ) -> Result<Sample, Error> {
        match kind {
            Workload::Revalidate | Workload::Read => {
                self.read_among(self.documents.len(), kind, connections, time).await
            }
            Workload::Write | Workload::Contend | Workload::Stale | Workload::Unguarded => {
                self.write_with(&[], kind, connections, time).await
            }
        }
    }

    /// Measures writes to this server and to `others`, in turns.
    ///
    /// All of them have the same documents.
    pub(crate) async fn write_with(
        &mut self,
        others: &[&ServerProcess],
        kind: Workload,
        connections: usize,
        time: Duration,
    ) -> Result<Sample, Error> {
        let works = self.writers(kind, connections).await?;
        let servers: Vec<_> = std::iter::once(&self.server).chain(others.iter().copied()).collect();
        drive_all(&servers, works, time).await
    }

    /// Returns the works of writers, each with a tag that is current, or stale, as the workload asks.
    async fn writers(&mut self, kind: Workload, connections: usize) -> Result<Vec<RequestGenerator>, Error> {
        let mut asking = BenchConnection::open(self.server.address).await?;
        let (mut works, turn, bytes) = (Vec::new(), self.turn, self.bytes);
        for who in 0..connections {
            let number = self.documents.len() + if kind == Workload::Contend { MAX_WRITERS } else { who };
            works.push(if self.is_etcd {
                let key = etcd::key(number);
                let revision = etcd::put(&mut asking, &key, bytes).await?;
                RequestGenerator::Etcd(EtcdWriter { kind, key, who, turn, revision, bytes })
            } else {
                let document = document(number);
                let tag = current_tag(&mut asking, &document).await?;
                if kind == Workload::Stale {
                    replace(&mut asking, &document, &tag, &content(MAX_WRITERS, turn, bytes)).await?;
                }
                RequestGenerator::Write(DocumentWriter { kind, document, who, turn, tag: Some(tag), bytes })
            });
        }
        // No text is ever written twice: a write that changes nothing would create no version.
        self.turn += 1_000_000;
        Ok(works)
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
            RequestGenerator::Walk { kind, documents: Rc::clone(&self.documents), reach, at }
        };
        drive(&self.server, (0..connections).map(walk).collect(), time).await
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

/// Returns the current tag of a document.
pub(crate) async fn current_tag(connection: &mut BenchConnection, document: &str) -> Result<String, Error> {
    let mut request = Vec::new();
    get(&mut request, document, None);
    connection.exchange_for_tag(&request, "a read of a document", &[200]).await
}

/// Writes a new version, under the name of an author who is none of the writers. Returns its tag.
pub(crate) async fn replace(
    connection: &mut BenchConnection,
    document: &str,
    tag: &str,
    content: &str,
) -> Result<String, Error> {
    let mut request = Vec::new();
    put(&mut request, document, &author(MAX_WRITERS), Some(("If-Match", tag)), content);
    connection.exchange_for_tag(&request, "a write of the current version", &[200, 204]).await
}

/// Creates a document. Returns its tag.
pub(crate) async fn create(
    connection: &mut BenchConnection,
    document: &str,
    author: &str,
    content: &str,
) -> Result<String, Error> {
    let mut request = Vec::new();
    put(&mut request, document, author, Some(("If-None-Match", "*")), content);
    connection.exchange_for_tag(&request, "a creation", &[201]).await
}

/// Creates documents, many at a time so that they share commits.
async fn create_documents(server: &ServerProcess, count: usize, bytes: usize) -> Result<Vec<KnownDocument>, Error> {
    const CONNECTIONS: usize = 128;
    let mut filling = JoinSet::new();
    for first in 0..CONNECTIONS.min(count) {
        let mut connection = BenchConnection::open(server.address).await?;
        filling.spawn(async move {
            let mut created = Vec::new();
            for number in (first..count).step_by(CONNECTIONS) {
                let (name, content) = (document(number), content(number, 0, bytes));
                let tag = create(&mut connection, &name, &author(first), &content).await?;
                created.push((number, KnownDocument { name, tag }));
            }
            Ok::<_, Error>(created)
        });
    }
    let mut documents = Vec::new();
    while let Some(filled) = filling.join_next().await {
        documents.extend(filled.map_err(|_| Error::Silent)??);
    }
    documents.sort_unstable_by_key(|(number, _)| *number);
    Ok(documents.into_iter().map(|(_, document)| document).collect())
}
