//! The plan of a run: what is measured, in which turns.

use std::collections::BTreeMap;
use std::fs::File;
use std::rc::Rc;

use crate::cells::{COMPARED, CONNECTIONS, KINDS, Key, On};
use crate::disk::{Alone, syncs_a_second};
use crate::driver::{Connection, drive, fill};
use crate::error::Failure;
use crate::held;
use crate::place::Place;
use crate::process::{Server, stay_apart};
use crate::report::Report;
use crate::sample::{Cell, Sample};
use crate::settings::Settings;
use crate::work::{Kind, Work, document, get};

/// A server whose documents are known.
pub(crate) struct Filled {
    server: Server,
    /// The tags of the documents that are only read. Those that are written come after them.
    tags: Rc<Vec<String>>,
    turn: u64,
}

/// Measures everything, in turns.
pub(crate) async fn run(settings: &Settings) -> Result<Report, Failure> {
    let place = Place::make()?;
    if settings.apart {
        stay_apart()?;
    }
    if settings.only_held {
        let held = held::measure(settings, &place).await?;
        return Ok(Report { file_system: place.kind.clone(), settings: settings.clone(), held, ..Report::default() });
    }
    let bare = Server::bare(settings)?;
    let mut few = Filled::start(Server::ifmatch(settings, &place.file("few.db"))?, settings.documents).await?;
    let mut alone = Alone::open(&place.file("alone.db"))?;
    let mut appended = File::create(place.file("appended")).map_err(Failure::at("no file can be made"))?;
    let mut report = Report { file_system: place.kind.clone(), settings: settings.clone(), ..Report::default() };
    let bare = Filled { server: bare, tags: Rc::clone(&few.tags), turn: 0 };
    for round in 1..=settings.rounds {
        eprintln!("round {round} of {}", settings.rounds);
        for connections in CONNECTIONS {
            let time = settings.time;
            add(&mut report.cells, (On::Bare, 0, connections), bare.read(0, connections, settings).await?);
            for kind in 0..KINDS.len() {
                add(&mut report.cells, (On::Few, kind, connections), few.measure(kind, connections, settings).await?);
            }
            if connections == 1 {
                report.syncs.push(syncs_a_second(&mut appended, time)?);
                report.single.push(alone.writes_a_second(1, time)?);
            } else {
                report.grouped.push(alone.writes_a_second(64, time)?);
            }
        }
    }
    report.resident_few = few.server.resident();
    drop(bare);
    many(settings, &place, &mut few, &mut report).await?;
    watched(settings, &mut few, &mut report).await?;
    report.held = held::measure(settings, &place).await?;
    Ok(report)
}

async fn many(settings: &Settings, place: &Place, few: &mut Filled, report: &mut Report) -> Result<(), Failure> {
    eprintln!("{} documents", settings.many);
    let server = Server::ifmatch(settings, &place.file("many.db"))?;
    let mut many = Filled::start(server, settings.many).await?;
    for _ in 0..settings.rounds {
        for (kind, connections) in COMPARED {
            add(&mut report.cells, (On::Many, kind, connections), many.measure(kind, connections, settings).await?);
            let again = few.measure(kind, connections, settings).await?;
            add(&mut report.beside_many, (On::Few, kind, connections), again);
        }
        let (kind, connections) = COMPARED[0];
        let all = many.read_among(settings.many, kind, connections, settings).await?;
        add(&mut report.cells, (On::AllOfMany, kind, connections), all);
    }
    report.resident_many = many.server.resident();
    Ok(())
}

/// The same while many watch: each a document of its own, and none of those that are written.
async fn watched(settings: &Settings, few: &mut Filled, report: &mut Report) -> Result<(), Failure> {
    eprintln!("{} event streams", settings.watchers);
    for _ in 0..settings.rounds {
        for (kind, connections) in COMPARED {
            let again = few.measure(kind, connections, settings).await?;
            add(&mut report.beside_watched, (On::Few, kind, connections), again);
        }
        let watchers = few.watch(settings.watchers).await?;
        report.resident_watched = few.server.resident();
        for (kind, connections) in COMPARED {
            add(&mut report.cells, (On::Watched, kind, connections), few.measure(kind, connections, settings).await?);
        }
        drop(watchers);
    }
    Ok(())
}

fn add(cells: &mut BTreeMap<Key, Cell>, key: Key, sample: Sample) {
    cells.entry(key).or_default().add(sample);
}

impl Filled {
    pub(crate) async fn start(server: Server, documents: usize) -> Result<Self, Failure> {
        let most = CONNECTIONS.into_iter().max().unwrap_or(1);
        // One more: the document that all of them write.
        let mut tags = fill(&server, documents + most + 1).await?;
        tags.truncate(documents);
        Ok(Self { server, tags: Rc::new(tags), turn: 0 })
    }

    pub(crate) async fn measure(
        &mut self,
        kind: usize,
        connections: usize,
        settings: &Settings,
    ) -> Result<Sample, Failure> {
        if matches!(KINDS[kind], Kind::Revalidate | Kind::Read) {
            return self.read(kind, connections, settings).await;
        }
        let mut asking = Connection::open(self.server.address).await?;
        let mut works = Vec::new();
        for who in 0..connections {
            let apart = if KINDS[kind] == Kind::Contend { CONNECTIONS[2] } else { who };
            let document = document(self.tags.len() + apart);
            let mut request = Vec::new();
            get(&mut request, &document, None);
            let head = asking.exchange(&request).await?;
            works.push(Work::Write { kind: KINDS[kind], document, who, turn: self.turn, tag: asking.tag(head) });
        }
        // No text is ever written twice: what changes nothing would make no version.
        self.turn += 1_000_000;
        drive(&self.server, works, settings.time).await
    }

    /// Reads as many documents as there are few, of however many.
    async fn read(&self, kind: usize, connections: usize, settings: &Settings) -> Result<Sample, Failure> {
        self.read_among(settings.documents, kind, connections, settings).await
    }

    async fn read_among(
        &self,
        reach: usize,
        kind: usize,
        connections: usize,
        settings: &Settings,
    ) -> Result<Sample, Failure> {
        let walk = |who: usize| {
            let at = who * reach / connections;
            Work::Walk { kind: KINDS[kind], tags: Rc::clone(&self.tags), reach, at }
        };
        drive(&self.server, (0..connections).map(walk).collect(), settings.time).await
    }

    /// Opens so many event streams, each of a document that nobody writes.
    async fn watch(&self, count: usize) -> Result<Vec<Connection>, Failure> {
        let mut watchers = Vec::new();
        for number in 0..count {
            let mut connection = Connection::open(self.server.address).await?;
            let request = format!("GET /api/documents/quiet-{number}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            connection.send(request.as_bytes()).await?;
            connection.read_more().await?;
            connection.forget();
            watchers.push(connection);
        }
        Ok(watchers)
    }
}
