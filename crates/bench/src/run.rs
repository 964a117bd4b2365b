//! The plan of a run: the measurements, and their turns.

use std::collections::BTreeMap;
use std::fs::File;
use std::rc::Rc;

use crate::cells::{COMPARED_CELLS, CONNECTION_COUNTS, CellKey, ServerUnderTest, WORKLOADS};
use crate::disk::{RawSqlite, syncs_per_second};
use crate::driver::{BenchConnection, drive, seed_documents};
use crate::error::Error;
use crate::held;
use crate::process::{ServerProcess, pin_cores};
use crate::report::BenchReport;
use crate::sample::{Cell, Sample};
use crate::settings::Settings;
use crate::workdir::Workdir;
use crate::workload::{RequestGenerator, Workload, document, get};

/// A server whose documents are known.
pub(crate) struct SeededServer {
    server: ServerProcess,
    /// The tags of the documents that are only read. Those that are written come after them.
    tags: Rc<Vec<String>>,
    turn: u64,
}

/// Measures everything, in turns.
pub(crate) async fn run(settings: &Settings) -> Result<BenchReport, Error> {
    let place = Workdir::create()?;
    if settings.apart {
        pin_cores()?;
    }
    if settings.only_held {
        let held = held::measure(settings, &place).await?;
        return Ok(BenchReport {
            file_system: place.kind.clone(),
            settings: settings.clone(),
            held,
            ..BenchReport::default()
        });
    }
    let bare = ServerProcess::bare(settings)?;
    let mut few =
        SeededServer::start(ServerProcess::ifmatch(settings, &place.file("few.db"))?, settings.documents).await?;
    let mut alone = RawSqlite::open(&place.file("alone.db"))?;
    let mut appended = File::create(place.file("appended")).map_err(Error::while_doing("no file can be made"))?;
    let mut report =
        BenchReport { file_system: place.kind.clone(), settings: settings.clone(), ..BenchReport::default() };
    let bare = SeededServer { server: bare, tags: Rc::clone(&few.tags), turn: 0 };
    for round in 1..=settings.rounds {
        eprintln!("round {round} of {}", settings.rounds);
        for connections in CONNECTION_COUNTS {
            let time = settings.time;
            add(&mut report.cells, (ServerUnderTest::Bare, 0, connections), bare.read(0, connections, settings).await?);
            for kind in 0..WORKLOADS.len() {
                add(
                    &mut report.cells,
                    (ServerUnderTest::Few, kind, connections),
                    few.measure(kind, connections, settings).await?,
                );
            }
            if connections == 1 {
                report.syncs.push(syncs_per_second(&mut appended, time)?);
                report.single.push(alone.writes_per_second(1, time)?);
            } else {
                report.grouped.push(alone.writes_per_second(64, time)?);
            }
        }
    }
    report.resident_few = few.server.resident();
    drop(bare);
    measure_many_documents(settings, &place, &mut few, &mut report).await?;
    measure_watched(settings, &mut few, &mut report).await?;
    report.held = held::measure(settings, &place).await?;
    Ok(report)
}

async fn measure_many_documents(
    settings: &Settings,
    place: &Workdir,
    few: &mut SeededServer,
    report: &mut BenchReport,
) -> Result<(), Error> {
    eprintln!("{} documents", settings.many);
    let server = ServerProcess::ifmatch(settings, &place.file("many.db"))?;
    let mut many = SeededServer::start(server, settings.many).await?;
    for _ in 0..settings.rounds {
        for (kind, connections) in COMPARED_CELLS {
            add(
                &mut report.cells,
                (ServerUnderTest::Many, kind, connections),
                many.measure(kind, connections, settings).await?,
            );
            let again = few.measure(kind, connections, settings).await?;
            add(&mut report.beside_many, (ServerUnderTest::Few, kind, connections), again);
        }
        let (kind, connections) = COMPARED_CELLS[0];
        let all = many.read_among(settings.many, kind, connections, settings).await?;
        add(&mut report.cells, (ServerUnderTest::AllOfMany, kind, connections), all);
    }
    report.resident_many = many.server.resident();
    Ok(())
}

/// Measures few documents while many clients watch: each its own document, and none that is written.
async fn measure_watched(settings: &Settings, few: &mut SeededServer, report: &mut BenchReport) -> Result<(), Error> {
    eprintln!("{} event streams", settings.watchers);
    for _ in 0..settings.rounds {
        for (kind, connections) in COMPARED_CELLS {
            let again = few.measure(kind, connections, settings).await?;
            add(&mut report.beside_watched, (ServerUnderTest::Few, kind, connections), again);
        }
        let watchers = few.watch(settings.watchers).await?;
        report.resident_watched = few.server.resident();
        for (kind, connections) in COMPARED_CELLS {
            add(
                &mut report.cells,
                (ServerUnderTest::Watched, kind, connections),
                few.measure(kind, connections, settings).await?,
            );
        }
        drop(watchers);
    }
    Ok(())
}

fn add(cells: &mut BTreeMap<CellKey, Cell>, key: CellKey, sample: Sample) {
    cells.entry(key).or_default().add(sample);
}

impl SeededServer {
    pub(crate) async fn start(server: ServerProcess, documents: usize) -> Result<Self, Error> {
        let most = CONNECTION_COUNTS.into_iter().max().unwrap_or(1);
        // One more: the document that all of them write.
        let mut tags = seed_documents(&server, documents + most + 1).await?;
        tags.truncate(documents);
        Ok(Self { server, tags: Rc::new(tags), turn: 0 })
    }

    pub(crate) async fn measure(
        &mut self,
        kind: usize,
        connections: usize,
        settings: &Settings,
    ) -> Result<Sample, Error> {
        if matches!(WORKLOADS[kind], Workload::Revalidate | Workload::Read) {
            return self.read(kind, connections, settings).await;
        }
        let mut asking = BenchConnection::open(self.server.address).await?;
        let mut works = Vec::new();
        for who in 0..connections {
            let apart = if WORKLOADS[kind] == Workload::Contend { CONNECTION_COUNTS[2] } else { who };
            let document = document(self.tags.len() + apart);
            let mut request = Vec::new();
            get(&mut request, &document, None);
            let head = asking.exchange(&request).await?;
            works.push(RequestGenerator::Write {
                kind: WORKLOADS[kind],
                document,
                who,
                turn: self.turn,
                tag: asking.tag(head),
            });
        }
        // No text is ever written twice: a write that changes nothing would create no version.
        self.turn += 1_000_000;
        drive(&self.server, works, settings.time).await
    }

    /// Reads as many documents as the server with few has, of however many there are.
    async fn read(&self, kind: usize, connections: usize, settings: &Settings) -> Result<Sample, Error> {
        self.read_among(settings.documents, kind, connections, settings).await
    }

    async fn read_among(
        &self,
        reach: usize,
        kind: usize,
        connections: usize,
        settings: &Settings,
    ) -> Result<Sample, Error> {
        let walk = |who: usize| {
            let at = who * reach / connections;
            RequestGenerator::Walk { kind: WORKLOADS[kind], tags: Rc::clone(&self.tags), reach, at }
        };
        drive(&self.server, (0..connections).map(walk).collect(), settings.time).await
    }

    /// Opens `count` event streams, each of a document that is never written.
    async fn watch(&self, count: usize) -> Result<Vec<BenchConnection>, Error> {
        let mut watchers = Vec::new();
        for number in 0..count {
            let mut connection = BenchConnection::open(self.server.address).await?;
            let request = format!("GET /api/documents/quiet-{number}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            connection.send(request.as_bytes()).await?;
            connection.read_more().await?;
            connection.clear_response();
            watchers.push(connection);
        }
        Ok(watchers)
    }
}
