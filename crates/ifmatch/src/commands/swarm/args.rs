//! The command line of `ifmatch swarm`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::RangedU64ValueParser;
use contract::DocumentId;

use super::choices::{BackoffArg, StrategyArg, ThinkArg};
use crate::options::ServerAddressOptions;

/// The most writers of a swarm. Each may have a connection, and a server has 1,000 for one address.
const MAX_WRITERS: u64 = 1000;

/// The beginning of the names of writers, unless the command line says otherwise.
pub(super) const WRITER: &str = "writer";

/// The most voters: each has a connection for the events, and one for the answers.
pub(super) const MAX_VOTERS: usize = 400;

/// The most rounds of votes.
const MAX_ROUNDS: u64 = 1000;

/// The most edits of one writer.
const MAX_EDITS: u64 = 100_000;

/// Returns the parser of a count from 1 to `most`.
fn count_up_to(most: u64) -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=most)
}

/// `ifmatch swarm`
#[derive(Debug, Args)]
#[command(after_help = "\
Each writer runs the same editor as a person, under a name of its own (writer-001 and so on). An edit is a line that
names the writer and the edit. So an edit that the server has acknowledged, and that is not in the document at the end,
is a lost update: it is named, with the version that still has it.

The members of --json: document, run, seed, strategy, backoff, writers, edits, acknowledged, inDocument, lost,
unacknowledged, status412, status428, requests, requestsPerAcknowledged, seconds, acknowledgedPerSecond, p50Ms and p99Ms
(from typing to acknowledged), stopped, lostEdits (edit and etag), failures.

Examples:
  ifmatch swarm --writers 200 --edits 25                     5,000 edits of one document: none is lost
  ifmatch swarm --writers 20 --strategy overwrite            each blind retry is acknowledged, and most edits are lost
  ifmatch swarm --writers 20 --strategy careless             428 for each save, unless the server is less strict
  ifmatch swarm --writers 100 --backoff full-jitter          fewer 412s: the writers wait for different times
  ifmatch swarm notes --writers 30 --think 0..2s             slow typists, in the document 'notes'

  ifmatch swarm --sweep 1,2,4,8,16,32,64 --svg cliff.svg     what more writers do to each strategy, with both backoffs

  IFMATCH_TOKEN=kudop-lirat-bomak ifmatch swarm --vote --writers 50     50 attendees who answer the leader's question

Ctrl-C ends the writing; the totals so far are printed.

The members of --vote --json: voters, seed, rounds (question, round, voters, counted, shown, choices, p50CountedMs,
slowestCountedMs, p50ShownMs, slowestShownMs, refused), stopped, failures.

Exit codes: 0 each acknowledged edit is in the document, or each answer was counted and shown · 1 one is missing (in a
            sweep: of merge or retry) · 2 wrong usage · 3 the server cannot be reached · 4 it refused a writer (401, 403, 413 and so on) · 74 a file or the
            output failed · 130 stopped before all edits were made")]
pub(crate) struct SwarmArgs {
    /// The document; if it does not exist, the first save creates it.
    #[arg(value_name = "DOC", default_value = "swarm")]
    pub(super) document: DocumentId,

    /// How many writers.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = count_up_to(MAX_WRITERS))]
    pub(super) writers: usize,

    /// How many edits each of them makes. [default: 10; in a sweep, 5]
    #[arg(long, value_name = "M", value_parser = count_up_to(MAX_EDITS))]
    pub(super) edits: Option<usize>,

    /// How a writer gets an edit saved; a sweep takes several. [default: merge; in a sweep, all]
    #[arg(long, value_enum, value_name = "STRATEGY", value_delimiter = ',')]
    pub(super) strategy: Vec<StrategyArg>,

    /// How long a writer waits after a 412; a sweep takes several. [default: full-jitter; in a sweep, both]
    #[arg(long, value_enum, value_name = "BACKOFF", value_delimiter = ',')]
    pub(super) backoff: Vec<BackoffArg>,

    /// How long a writer thinks before each edit: 500ms, or a range. [default: 0..2s; in a sweep, 0]
    #[arg(long, value_name = "TIME")]
    pub(super) think: Option<ThinkArg>,

    /// The seed of the writers' random numbers, to repeat a run. [default: a random one]
    ///
    /// It decides pauses; the network and the server still decide which request comes first.
    #[arg(long, value_name = "SEED")]
    pub(super) seed: Option<u64>,

    /// The beginning of the writers' names, as others see them.
    #[arg(long = "as", value_name = "PREFIX", default_value = WRITER)]
    pub(super) prefix: String,

    /// Make a run with each of these numbers of writers, for each strategy and backoff.
    ///
    /// Each run has a document of its own, whose name begins with DOC.
    #[arg(
        long,
        value_name = "N,N,…",
        value_delimiter = ',',
        conflicts_with = "writers",
        value_parser = count_up_to(MAX_WRITERS)
    )]
    pub(super) sweep: Vec<usize>,

    /// Write the runs of a sweep to this file, as CSV.
    #[arg(long, value_name = "FILE", requires = "sweep")]
    pub(super) csv: Option<PathBuf>,

    /// Write the curves of a sweep to this file, as a picture (SVG).
    #[arg(long, value_name = "FILE", requires = "sweep")]
    pub(super) svg: Option<PathBuf>,

    /// Let them answer the leader's question at random instead of editing: each joins as a participant.
    ///
    /// They wait for a question. Each answer is counted until the room has seen it, with the time since its key press.
    #[arg(long, conflicts_with_all = ["document", "edits", "strategy", "backoff", "sweep"])]
    pub(super) vote: bool,

    /// With --vote: in how many rounds they answer. [default: 1]
    #[arg(long, value_name = "N", requires = "vote", value_parser = count_up_to(MAX_ROUNDS))]
    pub(super) rounds: Option<usize>,

    /// Print the totals as one value of JSON; in a sweep, one value a line for each run.
    #[arg(long)]
    pub(super) json: bool,

    #[command(flatten)]
    pub(super) server: ServerAddressOptions,
}
