//! The plan of a run: the measurements, and their turns.

use std::fs::File;

use crate::cells::{COMPARED_CELLS, ServerUnderTest, WATCHED_CELLS};
use crate::disk::{RawSqlite, syncs_per_second};
use crate::error::Error;
use crate::held;
use crate::peers;
use crate::process::{ServerProcess, pin_cores, raise_open_files};
use crate::results::{BenchResults, add};
use crate::seeded::SeededServer;
use crate::settings::{MeasuredPart, Settings};
use crate::versions;
use crate::workdir::Workdir;
use crate::workload::Workload;

/// Measures everything, in turns.
pub(crate) async fn run(settings: &Settings) -> Result<BenchResults, Error> {
    let place = Workdir::create()?;
    raise_open_files()?;
    if settings.apart {
        pin_cores()?;
    }
    if settings.peers {
        peers::check_installed(&place)?;
    }
    let mut results =
        BenchResults { file_system: place.kind.clone(), settings: settings.clone(), ..BenchResults::default() };
    if settings.part == MeasuredPart::Held {
        results.held = held::measure(settings, &place).await?;
        return Ok(results);
    }
    let mut few = start_few(settings, &place).await?;
    measure_table(settings, &place, &mut few, &mut results).await?;
    measure_many_documents(settings, &place, &mut few, &mut results).await?;
    results.resident_few = few.server().resident();
    drop(few);
    results.versions = versions::measure(settings, &place).await?;
    measure_watched(settings, &place, &mut results).await?;
    results.held = held::measure(settings, &place).await?;
    Ok(results)
}

/// Starts `ifmatch serve` with its defaults and with few documents, and opens an event stream.
async fn start_few(settings: &Settings, place: &Workdir) -> Result<SeededServer, Error> {
    let server = ServerProcess::with_defaults(settings.server.as_deref(), settings.apart, &place.file("few.db"))?;
    let few = SeededServer::start(server, settings.documents, settings.bytes).await?;
    few.open_event_stream().await?;
    Ok(few)
}

/// Measures each workload on each server that can do it, in turns with SQLite and the disk alone.
async fn measure_table(
    settings: &Settings,
    place: &Workdir,
    few: &mut SeededServer,
    results: &mut BenchResults,
) -> Result<(), Error> {
    let Settings { time, documents, bytes, .. } = *settings;
    let yardstick = ServerProcess::yardstick(settings, &place.file("yardstick.log"))?;
    let mut bare = few.same_documents(ServerProcess::bare(settings)?);
    let mut yardstick = SeededServer::start(yardstick, documents, bytes).await?;
    let mut peers = if settings.peers { peers::start(settings, place).await? } else { Vec::new() };
    let mut alone = RawSqlite::open(&place.file("alone.db"), bytes)?;
    let mut appended = File::create(place.file("appended")).map_err(Error::while_doing("no file can be made"))?;
    for round in 1..=settings.rounds {
        eprintln!("round {round} of {}", settings.rounds);
        for kind in Workload::ALL {
            for &connections in kind.connection_counts() {
                let ours = [
                    (ServerUnderTest::Few, &mut *few),
                    (ServerUnderTest::Bare, &mut bare),
                    (ServerUnderTest::Yardstick, &mut yardstick),
                ];
                for (on, server) in ours.into_iter().chain(peers.iter_mut().map(|(on, server)| (*on, server))) {
                    if on.supports(kind) {
                        let sample = server.measure(kind, connections, time).await?;
                        add(&mut results.cells, (kind, connections, on), sample);
                    }
                }
            }
            if kind == Workload::Write {
                results.syncs.push(syncs_per_second(&mut appended, time)?);
                results.single.push(alone.writes_per_second(1, time)?);
                results.grouped.push(alone.writes_per_second(64, time)?);
            }
        }
    }
    let others = [(ServerUnderTest::Bare, &bare), (ServerUnderTest::Yardstick, &yardstick)];
    for (on, server) in others.into_iter().chain(peers.iter().map(|(on, server)| (*on, server))) {
        results.resident_others.insert(on, server.server().resident());
    }
    Ok(())
}

async fn measure_many_documents(
    settings: &Settings,
    place: &Workdir,
    few: &mut SeededServer,
    results: &mut BenchResults,
) -> Result<(), Error> {
    eprintln!("{} documents", settings.many);
    let server = ServerProcess::with_defaults(settings.server.as_deref(), settings.apart, &place.file("many.db"))?;
    let mut many = SeededServer::start(server, settings.many, settings.bytes).await?;
    many.open_event_stream().await?;
    for _ in 0..settings.rounds {
        for (kind, connections) in COMPARED_CELLS {
            // As many documents are read as the server with few has, of however many there are.
            let sample = match kind {
                Workload::Revalidate | Workload::Read => {
                    many.read_among(settings.documents, kind, connections, settings.time).await?
                }
                Workload::Write | Workload::Contend | Workload::Stale | Workload::Unguarded => {
                    many.measure(kind, connections, settings.time).await?
                }
            };
            add(&mut results.cells, (kind, connections, ServerUnderTest::Many), sample);
            let again = few.measure(kind, connections, settings.time).await?;
            add(&mut results.beside_many, (kind, connections, ServerUnderTest::Few), again);
        }
        let (kind, connections) = COMPARED_CELLS[0];
        let all = many.read_among(settings.many, kind, connections, settings.time).await?;
        add(&mut results.cells, (kind, connections, ServerUnderTest::AllOfMany), all);
    }
    results.resident_many = many.server().resident();
    Ok(())
}

/// Measures few documents while many clients watch: each its own document, and none that is written.
///
/// The server has room for all streams, which come from one address.
async fn measure_watched(settings: &Settings, place: &Workdir, results: &mut BenchResults) -> Result<(), Error> {
    eprintln!("{} event streams", settings.watchers);
    let server = ServerProcess::ifmatch(settings, &place.file("watched.db"))?;
    let mut few = SeededServer::start(server, settings.documents, settings.bytes).await?;
    for _ in 0..settings.rounds {
        for (kind, connections) in WATCHED_CELLS {
            let again = few.measure(kind, connections, settings.time).await?;
            add(&mut results.beside_watched, (kind, connections, ServerUnderTest::Few), again);
        }
        let watchers = few.watch(settings.watchers).await?;
        results.resident_watched = few.server().resident();
        for (kind, connections) in WATCHED_CELLS {
            let sample = few.measure(kind, connections, settings.time).await?;
            add(&mut results.cells, (kind, connections, ServerUnderTest::Watched), sample);
        }
        drop(watchers);
    }
    Ok(())
}
