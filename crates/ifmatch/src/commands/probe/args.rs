//! The command line of `ifmatch probe`.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, ValueEnum};
use probe::{ProbeUrl, VersionSource, WriteMethod};

use super::header_option::HeaderOption;

/// The fewest requests with which a probe begins: it sets some aside for restoring the original.
const MIN_REQUESTS: u64 = 20;

/// The most requests.
const MAX_REQUESTS: u64 = 100_000;

/// Returns the parser of a number of requests.
fn request_count() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(MIN_REQUESTS..=MAX_REQUESTS)
}

/// The method of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(super) enum MethodArg {
    /// The whole representation.
    Put,
    /// The members that change: a JSON merge patch, unless --content-type says otherwise.
    Patch,
    /// The body, to the same URL.
    Post,
}

impl From<MethodArg> for WriteMethod {
    fn from(method: MethodArg) -> Self {
        match method {
            MethodArg::Put => Self::Put,
            MethodArg::Patch => Self::Patch,
            MethodArg::Post => Self::Post,
        }
    }
}

/// `{{n}}` in the help.
///
/// Clap replaces `{n}` by a line break, so a style that changes nothing separates its characters.
/// Clap removes the style if there is no terminal, and in manual pages.
macro_rules! number_place {
    () => {
        "{{\u{1b}[0mn}}"
    };
}

/// `ifmatch probe`
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
#[derive(Debug, Args)]
#[command(after_help = concat!("\
Without --write, only GET and HEAD are sent. With it, the probe says first what it writes. It writes to that URL alone,
a copy of what it read with one text changed; keeps the original in a file until it is restored; and restores it at the
end, after an error, and on Ctrl-C (a second Ctrl-C ends at once, and names the file). It never overwrites what another
client wrote in the meantime. No redirect is followed, and the values of --header are in no report.

The report: ✓ right, ! allowed but weak (a SHOULD, or a choice that leaves a hole), ✗ wrong, – not asked, and why.

The members of --json: url, verdict, losesUpdates, next (do, check), guard (if updates can be lost: the command of a
proxy that prevents it), right, weak, wrong, notAsked, requests, stopped, restoration (state, why, original), notes,
checks (check, group, asks, clause, mark, found, succeeded and of for races, consequence, do, request, response, curl).

Examples:
  ifmatch probe http://localhost:3000/api/posts/77                     what reading shows
  ifmatch probe http://localhost:3000/api/posts/77 --write             does this server lose updates?
  ifmatch probe URL --write --create http://localhost:3000/api/posts/n-", number_place!(), "   creating and deleting
  ifmatch probe URL --write --header 'Authorization: Bearer …'         or --header @FILE, a field a line
  ifmatch probe URL --write --method PATCH --body note.json            your own body, with ", number_place!(), " in it
  ifmatch probe URL --write --field body=/version                      a write names the version in its body
  ifmatch probe URL --write --field If-Match=/_etag                    it is read in the body, and sent in If-Match
  ifmatch probe --list                                                 all checks, with their clauses

Exit codes: 0 nothing is wrong · 1 a check is wrong, or the original is not restored · 2 wrong usage, or the URL
            cannot be probed · 3 the server cannot be reached · 74 a file or the output failed · 130 stopped, and
            nothing is wrong so far"))]
pub(crate) struct ProbeArgs {
    /// The URL of one resource.
    #[arg(value_name = "URL", required_unless_present = "list")]
    pub(super) url: Option<ProbeUrl>,

    /// Write to the resource. The original is restored at the end.
    #[arg(long)]
    pub(super) write: bool,

    #[arg(long, value_name = "URL", requires = "write", help = concat!(
        "Create and delete scratch resources at this URL, on the same server; ", number_place!(), " becomes a number"
    ))]
    pub(super) create: Option<ProbeUrl>,

    /// The method of a write.
    #[arg(long, value_enum, ignore_case = true, value_name = "METHOD", default_value = "PUT")]
    pub(super) method: MethodArg,

    #[arg(long, value_name = "FILE", help = concat!(
        "The body of a write, with ", number_place!(), " in the text that differs between writes. [default: a copy]"
    ))]
    pub(super) body: Option<PathBuf>,

    /// The media type of --body. [default: application/json; with PATCH, application/merge-patch+json]
    #[arg(long, value_name = "TYPE", requires = "body")]
    pub(super) content_type: Option<String>,

    /// A field for each request, or @FILE with a field on each line. May be repeated.
    ///
    /// Other users can see command-line arguments in the process list; prefer a file for secrets.
    #[arg(long, value_name = "NAME: VALUE", value_parser = clap::value_parser!(HeaderOption))]
    pub(super) header: Vec<HeaderOption>,

    /// The place of the version, if it is not `ETag`: body=POINTER, or FIELD=POINTER.
    ///
    /// It is read at the JSON pointer of the body. A write names it at the same place of its body, or in the field.
    #[arg(long, value_name = "NAME=JSONPOINTER")]
    pub(super) field: Option<VersionSource>,

    /// The most requests that are sent.
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = request_count())]
    pub(super) max_requests: usize,

    /// Trust these certificates (PEM) instead of the system's, for an https URL.
    #[arg(long, value_name = "FILE", env = "IFMATCH_CA")]
    pub(super) ca: Option<PathBuf>,

    /// Print the report as one value of JSON.
    #[arg(long, conflicts_with = "markdown")]
    pub(super) json: bool,

    /// Print the report as Markdown.
    #[arg(long)]
    pub(super) markdown: bool,

    /// Write the report to this file too, as JUnit XML.
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,

    /// Print all checks with their clauses, and end.
    #[arg(long)]
    pub(super) list: bool,
}
