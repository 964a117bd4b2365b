//! The speed of the server, compared with what its parts can do alone.
//!
//! ```sh
//! cargo run --release -p ifmatch-bench             # about four minutes
//! cargo run --release -p ifmatch-bench -- --quick  # under a minute, and rougher
//! cargo run --release -p ifmatch-bench -- --apart  # the driver on one processor, and the server on another
//! cargo run --release -p ifmatch-bench -- --held   # only the release of held writes
//! cargo run --release -p ifmatch-bench -- --choices # two choices of design, see [`choices`]
//! ```
//!
//! A number of requests a second says as much about the machine as about the program. So no measurement is compared
//! with a fixed number: each has a yardstick that is taken in the same run, on the same machine and the same disk, in
//! turns with it. The results are ratios.
//!
//! | what is measured | its yardstick |
//! | --- | --- |
//! | a conditional GET that is answered 304 | a bare axum route that always answers 304, see [`bare_server`] |
//! | a durable conditional PUT, one connection | SQLite alone, one commit a write, see [`disk`] |
//! | the same with 64 connections, each its own document | SQLite alone, 64 writes a commit |
//! | both, in a store of 100,000 documents | both, in one of 1,000 |
//! | both, with 1,000 event streams open | both, with none |
//! | the release of 10,000 held writes | the same writes, not held, see [`held`] |
//!
//! # What is measured
//!
//! `ifmatch serve` in a process of its own, over loopback, on a database file in the folder that cargo builds into.
//! That must be a real disk: if it is memory (tmpfs), nothing is measured, because a commit would cost nothing. The
//! server is this very program, called with `serve`; so it is built as the bench is, and is never an old build.
//! `--server PROGRAM` measures another build, and `--against PROGRAM` compares two of them, see [`against`].
//!
//! Of the 100,000 documents as many are read as of the 1,000, so that only the size of the store differs. Another line
//! of the table (*many, all*) reads all of them in turn. They do not fit into the server's bounded memory, so this line
//! shows what it costs to read from the file, and has no goal. The open streams watch documents that are not written:
//! an event to a thousand clients is the work of a thousand responses for any server.
//!
//! *SQLite alone* is a loop on one connection with the tables, the pragmas and the bytes of the store, see [`disk`] for
//! what it does and what it leaves out.
//!
//! # How
//!
//! The driver ([`driver`]) speaks HTTP/1.1 over kept-alive sockets on one thread: each connection sends a request,
//! reads the response, and sends the next (a *closed loop*: a slow server gets fewer requests). It checks every status.
//! Driver and server share the machine, so the driver slows down what it measures; the table says how much. So there
//! are two ratios to the bare route, and neither is the whole truth:
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

mod against;
mod bare_server;
mod cells;
mod choices;
mod disk;
mod driver;
mod error;
mod goal_line;
mod goals;
mod held;
mod process;
mod report;
mod response_head;
mod results;
mod run;
mod sample;
mod seeded;
mod settings;
mod through_axum;
mod workdir;
mod workload;
mod yardstick;

use std::process::ExitCode;

use crate::error::Error;
use crate::report::BenchReport;
use crate::settings::{Invocation, Settings};

fn main() -> ExitCode {
    match Invocation::parse(std::env::args().skip(1)) {
        // The program that people install, with its whole command line.
        Ok(Invocation::Server) => ifmatch::run(),
        Ok(Invocation::Bare(bytes)) => exit_code(bare_server::serve(bytes)),
        Ok(Invocation::Yardstick(log)) => exit_code(yardstick::serve(&log)),
        Ok(Invocation::ThroughAxum(wrapping, database)) => exit_code(through_axum::serve(&database, wrapping)),
        Ok(Invocation::Bench(settings)) => exit_code(bench(&settings)),
        Err(failure) => exit_code(Err(failure)),
    }
}

fn bench(settings: &Settings) -> Result<(), Error> {
    // One thread, since the driver takes its processor time from the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
    match &settings.against {
        Some(other) => print!("{}", runtime.block_on(against::run(settings, other))?),
        None if settings.only_choices => print!("{}", runtime.block_on(choices::run(settings))?),
        None => print!("{}", BenchReport(&runtime.block_on(run::run(settings))?)),
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
