//! The speed of the server and of the editor, next to what others do in the same run.
//!
//! ```sh
//! cargo run --release -p ifmatch-bench             # about five minutes
//! cargo run --release -p ifmatch-bench -- --quick  # about a minute, and rougher
//! cargo run --release -p ifmatch-bench -- --peers  # with lighttpd, nginx and etcd, see [`peers`]
//! cargo run --release -p ifmatch-bench -- --small  # documents of 1,000 bytes instead of 2 KiB
//! cargo run --release -p ifmatch-bench -- --apart  # the driver on one processor, and the server on another
//! cargo run --release -p ifmatch-bench -- --abuse  # saves beside an attendee who misbehaves, see [`abuse`]
//! cargo run --release -p ifmatch-bench -- --held   # only the release of held writes
//! cargo run --release -p ifmatch-bench --features postgres -- --postgres # a store in PostgreSQL, see [`postgres`]
//! cargo run --release -p ifmatch-bench -- --editors # the editor and nano, micro and vim, see [`editors`]
//! cargo run --release -p ifmatch-bench -- --merge-view # from a 412 to the merge, see [`editors`]
//! cargo run --release -p ifmatch-bench -- --choices # two choices of design, see [`choices`]
//! ```
//!
//! A number of requests a second says as much about the machine as about the program. So no measurement is compared
//! with a fixed number: each has a yardstick that is taken in the same run, on the same machine and the same disk, in
//! turns with it. The results are ratios. The few goals in µs or MiB are those of the server's design, and no test
//! depends on them.
//!
//! | what is measured | its yardstick |
//! | --- | --- |
//! | a conditional GET that is answered 304; a GET of 2 KiB | a bare axum route, see [`bare_server`]; nginx |
//! | a PUT that is refused: 412 for a stale tag, 428 | our own 304 |
//! | many writers of one document that try again immediately | a minimal server, see [`yardstick`]; lighttpd |
//! | a durable conditional PUT, one connection | SQLite alone, one commit a write, see [`disk`] |
//! | the same with 16 or 64 connections, each its own document | SQLite alone, 64 writes a commit; etcd |
//! | 304, 200, PUT and 412 in a store of 100,000 documents | the same in one of 1,000 |
//! | 304, 200, PUT and 412 on a document with 100,000 versions | the same on a new one, see [`versions`] |
//! | 304 and PUT with 1,000 event streams open | both with none |
//! | the release of 10,000 held writes | the same writes, not held, see [`held`] |
//! | writes and a 304 of one server and of three on one PostgreSQL | pgbench, a bare axum route, see [`postgres`] |
//! | a save beside floods, large documents, slow bodies and streams | the same save alone, see [`abuse`] |
//!
//! # What is measured
//!
//! `ifmatch serve` with its defaults, in a process of its own, over loopback, on a database file in the folder that
//! cargo builds into. That must be a real disk: if it is memory (tmpfs), nothing is measured, because a commit would
//! cost nothing. The server is this very program, called with `serve`; so it is built as the bench is, and is never an
//! old build. `--server PROGRAM` measures another build, and `--against PROGRAM` compares two of them, see [`against`].
//!
//! One event stream about all documents is open, and the driver reads it. Only the servers that are measured with 1,000
//! streams and with 10,000 held writes have higher limits of connections, since all of these come from one address.
//!
//! Of the 100,000 documents as many are read as of the 1,000, so that only the size of the store differs. Another line
//! of the table (*many, all*) reads all of them in turn. They do not fit into the server's bounded memory, so this line
//! shows what it costs to read from the file, and has no goal. The open streams watch documents that are not written:
//! an event to a thousand clients is the work of a thousand responses for any server.
//!
//! A stale tag is that of the version before the current one, which another author wrote. Of many writers of one
//! document, each sends its write again with the tag of the 412, until the write is acknowledged, and then begins the
//! next one. The number of acknowledged writes a second is what such a crowd gets done; the time from the first try to
//! the acknowledgement shows whether some of them starve. The measurement goes on until each write that was begun in
//! time is acknowledged, but not for ever, see [`driver`].
//!
//! *SQLite alone* is a loop on one connection with the tables, the pragmas and the bytes of the store, see [`disk`] for
//! what it does and what it leaves out.
//!
//! # How
//!
//! The driver ([`driver`]) speaks HTTP/1.1 over kept-alive sockets on one thread: each connection sends a request,
//! reads the whole response, and sends the next (a *closed loop*: a slow server gets fewer requests). It checks every
//! status. Driver and server share the machine, so the driver slows down what it measures; the table says how much. So
//! there are two ratios to the bare route, and neither is the whole truth:
//!
//! - *of rates*. A request takes d of the driver and s of the server, and b of the bare route. On shared processors the
//!   ratio is about (d + b) / (d + s): the driver's part is in both, which flatters the server. Over one connection all
//!   that the kernel takes to wake either side is in both, too. It is the ratio that a client on the same machine
//!   notices. With `--apart` (and two processors, and `taskset`) the driver takes nothing from the server, but each may
//!   wait for the other: if the driver is the slower one, both rates are the driver's.
//! - *of processor time*: b / s, user and system. Nothing flatters it, and it says how many servers of the one kind do
//!   the work of the other. It leaves out all waiting, and other work on the machine slows both sides by its caches.
//!
//! All cells of the table are measured in turns, in several rounds, and the table shows the median of the rounds: so
//! other work on the machine affects all cells alike. Units: requests a second; µs of 10⁻⁶ s, from the first
//! byte sent to the last byte read; processor time of the server in µs a request, user and system, from `/proc`, which
//! counts in steps of 10 ms; memory as resident set in MiB.
//!
//! What is *not* here: a verdict by the clock. No test fails because something was slow.

mod abuse;
mod against;
mod bare_server;
mod cells;
mod choices;
mod connection;
mod disk;
mod driver;
mod editors;
mod error;
mod etcd;
mod generator;
mod goal_line;
mod goals;
mod held;
mod overview;
mod peers;
#[cfg(all(unix, feature = "postgres"))]
mod postgres;
mod process;
mod report;
mod requests;
mod response_head;
mod results;
mod run;
mod sample;
mod seeded;
mod settings;
mod through_axum;
mod versions;
mod workdir;
mod workload;
mod yardstick;

use std::process::ExitCode;

use crate::error::Error;
use crate::report::BenchReport;
use crate::settings::{Invocation, MeasuredPart, Settings};

fn main() -> ExitCode {
    match Invocation::parse(std::env::args().skip(1)) {
        // The program that people install, with its whole command line.
        Ok(Invocation::Program) => ifmatch::run(),
        Ok(Invocation::Bare(bytes)) => exit_code(bare_server::serve(bytes)),
        Ok(Invocation::Yardstick(log)) => exit_code(yardstick::serve(&log)),
        Ok(Invocation::ThroughAxum(wrapping, database)) => exit_code(through_axum::serve(&database, wrapping)),
        #[cfg(all(unix, feature = "postgres"))]
        Ok(Invocation::BareSelect(url)) => exit_code(postgres::bare_select::serve(&url)),
        #[cfg(not(all(unix, feature = "postgres")))]
        Ok(Invocation::BareSelect(_)) => exit_code(Err(Error::WithoutPostgres)),
        Ok(Invocation::Bench(settings)) => exit_code(bench(&settings)),
        Err(failure) => exit_code(Err(failure)),
    }
}

fn bench(settings: &Settings) -> Result<(), Error> {
    // One thread, since the driver takes its processor time from the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
    match &settings.against {
        Some(other) => print!("{}", runtime.block_on(against::run(settings, other))?),
        None => match settings.part {
            MeasuredPart::All | MeasuredPart::Held => {
                print!("{}", BenchReport(&runtime.block_on(run::run(settings))?));
            }
            MeasuredPart::Editors => print!("{}", editors::run(settings)?),
            MeasuredPart::MergeView => print!("{}", editors::run_merge_view(settings)?),
            MeasuredPart::Abuse => print!("{}", runtime.block_on(abuse::run(settings))?),
            #[cfg(all(unix, feature = "postgres"))]
            MeasuredPart::Postgres => print!("{}", runtime.block_on(postgres::run(settings))?),
            #[cfg(not(all(unix, feature = "postgres")))]
            MeasuredPart::Postgres => return Err(Error::WithoutPostgres),
            MeasuredPart::Choices => print!("{}", runtime.block_on(choices::run(settings))?),
        },
    }
    Ok(())
}

fn exit_code(done: Result<(), Error>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}
