//! A document with very many versions, next to documents with one or two.
//!
//! All are on one server, and each case is measured on both in turns. A document with few versions is a new one each
//! time, since a write makes a version.

use std::rc::Rc;

use tokio::task::JoinSet;

use crate::connection::BenchConnection;
use crate::driver::drive;
use crate::error::Error;
use crate::generator::{DocumentWriter, KnownDocument, RequestGenerator};
use crate::process::ServerProcess;
use crate::requests::{author, content, put};
use crate::sample::{Cell, Sample};
use crate::seeded::{SeededServer, create, current_tag, replace};
use crate::settings::Settings;
use crate::workdir::Workdir;
use crate::workload::Workload;

/// The name of the document with many versions.
const DEEP: &str = "deep";

/// The number of the first writer that is not measured.
///
/// A writer's texts contain its number, so no measured writer sends the same text.
const SEEDING: usize = 1000;

/// The cases: a workload, a number of connections, and whether the tag is that of the first version.
///
/// Other stale tags are those of the version before the current one.
const CASES: [(Workload, usize, bool); 5] = [
    (Workload::Revalidate, 16, false),
    (Workload::Read, 16, false),
    (Workload::Write, 1, false),
    (Workload::Stale, 16, false),
    (Workload::Stale, 16, true),
];

/// The measurements of a document with many versions.
#[derive(Default)]
pub(crate) struct VersionsResults {
    pub(crate) cases: Vec<VersionsCase>,
    /// Memory of the server in bytes, after the rounds.
    pub(crate) resident: u64,
}

/// One case, measured on both kinds of documents.
pub(crate) struct VersionsCase {
    pub(crate) kind: Workload,
    pub(crate) connections: usize,
    /// Whether the stale tag is that of the first version.
    pub(crate) is_first: bool,
    pub(crate) deep: Cell,
    pub(crate) shallow: Cell,
}

/// A document, and the tag of its first version.
struct VersionedDocument {
    name: String,
    first: String,
}

/// Measures all cases, in turns.
pub(crate) async fn measure(settings: &Settings, place: &Workdir) -> Result<VersionsResults, Error> {
    eprintln!("{} versions", settings.versions);
    let database = place.file("versions.db");
    let server = ServerProcess::with_defaults(settings.server.as_deref(), settings.apart, &database)?;
    let server = SeededServer::start(server, settings.documents, settings.bytes).await?;
    server.open_event_stream().await?;
    let mut asking = BenchConnection::open(server.server().address).await?;
    let text = |turn| content(SEEDING, turn, settings.bytes);
    let first = create(&mut asking, DEEP, &author(SEEDING), &text(0)).await?;
    let deep = VersionedDocument { name: DEEP.to_owned(), first };
    write_versions(&server, settings).await?;
    let new = |(kind, connections, is_first)| VersionsCase {
        kind,
        connections,
        is_first,
        deep: Cell::default(),
        shallow: Cell::default(),
    };
    let mut cases: Vec<_> = CASES.into_iter().map(new).collect();
    for round in 0..settings.rounds {
        for (place, case) in (0_u64..).zip(&mut cases) {
            let name = format!("shallow-{round}-{place}");
            let first = create(&mut asking, &name, &author(SEEDING), &text(0)).await?;
            let shallow = VersionedDocument { name, first };
            let turn = (round as u64 * 100 + place + 1) * 1_000_000;
            if round % 2 == 0 {
                case.deep.add(case.on(&server, &deep, turn, settings).await?);
                case.shallow.add(case.on(&server, &shallow, turn, settings).await?);
            } else {
                case.shallow.add(case.on(&server, &shallow, turn, settings).await?);
                case.deep.add(case.on(&server, &deep, turn, settings).await?);
            }
        }
    }
    Ok(VersionsResults { cases, resident: server.server().resident() })
}

impl VersionsCase {
    /// Measures the case on a document. No write of another turn has the same text.
    async fn on(
        &self,
        server: &SeededServer,
        document: &VersionedDocument,
        turn: u64,
        settings: &Settings,
    ) -> Result<Sample, Error> {
        let Self { kind, connections, is_first, .. } = *self;
        let (name, bytes) = (&document.name, settings.bytes);
        let mut asking = BenchConnection::open(server.server().address).await?;
        let mut tag = current_tag(&mut asking, name).await?;
        if kind == Workload::Stale {
            replace(&mut asking, name, &tag, &content(SEEDING, turn, bytes)).await?;
            if is_first {
                tag.clone_from(&document.first);
            }
        }
        let documents = Rc::new(vec![KnownDocument { name: name.clone(), tag: tag.clone() }]);
        let work = |who| match kind {
            Workload::Revalidate | Workload::Read => {
                RequestGenerator::Walk { kind, documents: Rc::clone(&documents), reach: 1, at: 0 }
            }
            Workload::Write | Workload::Contend | Workload::Stale | Workload::Unguarded => {
                let (document, tag) = (name.clone(), Some(tag.clone()));
                RequestGenerator::Write(DocumentWriter { kind, document, who, turn, tag, bytes })
            }
        };
        drive(server.server(), (0..connections).map(work).collect(), settings.time).await
    }
}

/// Writes the versions, many at a time so that they share commits.
///
/// Guarded writes of one document succeed one after the other, so the server does without the condition meanwhile.
async fn write_versions(server: &SeededServer, settings: &Settings) -> Result<(), Error> {
    const CONNECTIONS: usize = 128;
    let address = server.server().address;
    set_preconditions(server, "optional").await?;
    let mut writing = JoinSet::new();
    let (versions, bytes) = (settings.versions, settings.bytes);
    for first in 0..CONNECTIONS {
        let mut connection = BenchConnection::open(address).await?;
        writing.spawn(async move {
            let mut request = Vec::new();
            for (_, turn) in (first..versions).step_by(CONNECTIONS).zip(1_u64..) {
                request.clear();
                let who = SEEDING + 1 + first;
                put(&mut request, DEEP, &author(who), None, &content(who, turn, bytes));
                connection.exchange_for_tag(&request, "a write without a condition", &[200]).await?;
            }
            Ok::<_, Error>(())
        });
    }
    while let Some(written) = writing.join_next().await {
        written.map_err(|_| Error::Silent)??;
    }
    set_preconditions(server, "required").await
}

/// Sets whether writes need a condition.
async fn set_preconditions(server: &SeededServer, word: &str) -> Result<(), Error> {
    const PATH: &str = "/control/policy HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    let mut connection = BenchConnection::open(server.server().address).await?;
    let read = format!("GET {PATH}\r\n");
    let tag = connection.exchange_for_tag(read.as_bytes(), "a read of the policy", &[200]).await?;
    let body =
        format!("{{\"preconditions\":\"{word}\",\"etags\":\"version\",\"judging\":\"atomic\",\"dates\":\"proven\"}}");
    let length = body.len();
    let write = format!(
        "PUT {PATH}If-Match: {tag}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    connection.exchange_for_tag(write.as_bytes(), "a write of the policy", &[200]).await?;
    Ok(())
}
