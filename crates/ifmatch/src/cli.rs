//! The command line, and nothing but it: what can be said, and what `--help` teaches about it.

use std::env;
use std::io::{self, IsTerminal as _};
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::lesson::LessonArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};
use contract::{Author, DocumentId};
use precondition::policy::Preconditions;
use server::{HostName, Origin};
use terminal::input::LineSource;
use terminal::theme::{ASCII, Theme, UNICODE};

use crate::data_dirs::DataDirs;
use crate::error::Error;
use crate::keep_time::KeepTime;
use crate::locale;
use crate::merge::MergeArgs;

use crate::maintenance::StoreArgs;
use crate::secret::UncheckedToken;
use crate::stderr::print_error;

/// See lost updates happen, and how HTTP stops them.
///
/// Without a command this opens the stage: a menu of lessons, and free play. In a lesson, Alice and Bob save before a
/// real server when you press Space, and every message between them is drawn in this one terminal; at any point you may
/// type yourself. F1 helps wherever you are.
#[derive(Debug, Parser)]
#[command(name = "ifmatch", version, after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// Write a log to this file, for finding out what went wrong.
    #[arg(long, global = true, value_name = "FILE", env = "IFMATCH_LOG")]
    pub(crate) log: Option<PathBuf>,

    /// Keep documents and drafts in this folder in place of the user's data folder.
    #[arg(long, global = true, value_name = "FOLDER", env = DataDirs::VARIABLE)]
    pub(crate) data: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) look: DisplayOptions,

    #[command(flatten)]
    pub(crate) stage: StageArgs,

    #[command(subcommand)]
    pub(crate) command: Option<Subcommands>,
}

const EXAMPLES: &str = "\
Examples:
  ifmatch                                  the stage: the lessons, and free play, in one terminal
  ifmatch --lesson lost-update             straight into a lesson
  ifmatch --free                           straight into free play
  ifmatch serve                            a server for several terminals, at http://127.0.0.1:4280
  ifmatch edit welcome --as Alice          an editor of the document 'welcome' on that server
  ifmatch --plain                          the stage line by line, for a screen reader; so are edit and lesson
  curl -i http://127.0.0.1:4280/api/documents/welcome      the same server, by hand

Exit codes: 0 done · 2 wrong usage · 3 the server cannot be reached · 4 the server refused ·
            70, 74 this machine would not (74: a file, an address, the terminal) · 128+n ended by signal n";

/// What the stage shows.
#[derive(Debug, Args)]
pub(crate) struct StageArgs {
    /// Begin with this lesson in place of the menu.
    #[arg(long, value_name = "NAME", conflicts_with = "free")]
    pub(crate) lesson: Option<String>,

    /// Begin with free play in place of the menu: Alice, Bob, a server, and no lesson.
    #[arg(long)]
    pub(crate) free: bool,

    /// Take the lessons from this file, or from all .toml files of this folder, and not those that are built in.
    #[arg(long, value_name = "FILE or FOLDER")]
    pub(crate) lessons: Option<PathBuf>,
}

/// How the screen looks.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DisplayOptions {
    /// Colour: unless the environment has `NO_COLOR`, always, or never. Nothing is told by colour alone.
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    color: ColorChoice,

    /// Draw with ASCII signs only, for terminals and fonts without Unicode. The locale C or POSIX does the same.
    #[arg(long, global = true)]
    ascii: bool,

    /// No screen: the stage, an editor or a lesson line by line, for screen readers, pipes and TERM=dumb.
    ///
    /// Standard input is read line by line: 'help' says what can be said, 'quit' leaves. Standard output says what
    /// changed, in sentences, without colours, cursor movements or anything that is drawn again.
    #[arg(long, global = true)]
    plain: bool,
}

impl DisplayOptions {
    /// Whether somebody said that there is to be no screen.
    pub(crate) const fn is_plain(self) -> bool {
        self.plain
    }

    /// How lines are heard and said, where there is no screen to be drawn on; none where there is one.
    pub(crate) fn lines(self) -> Result<Option<LineSource>, Error> {
        let (typed, seen) = (io::stdin().is_terminal(), io::stdout().is_terminal());
        let dumb = env::var_os("TERM").is_some_and(|kind| kind == "dumb");
        if !(self.plain || dumb) {
            return match (typed, seen) {
                (true, true) => Ok(None),
                (false, true) => Err(Error::NoScreen("standard input is")),
                (true, false) => Err(Error::NoScreen("standard output is")),
                (false, false) => Err(Error::NoScreen("standard input and standard output are")),
            };
        }
        if !self.plain {
            print_error("ifmatch: TERM is 'dumb', so this goes line by line, as with --plain.");
        }
        Ok(Some(if typed { LineSource::Typed } else { LineSource::Piped }))
    }

    /// As the screen wants it.
    pub(crate) fn theme(self) -> Theme {
        let colour = match self.color {
            // Any value but an empty one counts (no-color.org).
            ColorChoice::Auto => env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        let variable = |name: &str| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let ascii = self.ascii || locale::is_ascii(variable);
        Theme { colour, glyphs: if ascii { &ASCII } else { &UNICODE } }
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// Unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Subcommands {
    /// The document server alone, for editors in other terminals and for your own HTTP clients.
    Serve(ServeArgs),
    /// An editor of one document.
    Edit(EditArgs),
    /// Play a lesson without a screen, check what it claims, and tell what happened.
    Lesson(LessonArgs),
    /// Check or copy the file of a store, also while a server has it.
    Store(StoreArgs),
    /// Merge three files, as `git merge-file` does.
    Merge(MergeArgs),
}

/// `ifmatch serve`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ifmatch serve                                       documents in a file, at http://127.0.0.1:4280
  ifmatch serve --store memory: --listen 127.0.0.1:0  nothing is kept, on any free port
  ifmatch serve --tls-cert cert.pem --tls-key key.pem encrypted, at https://127.0.0.1:4280
  ifmatch serve --listen 0.0.0.0:4280                 for a room: prints a code to join with
  ifmatch serve --listen 0.0.0.0:4280 --tokens room   for a room of people with a token each
  ifmatch serve --cors-origin http://localhost:5173   for a web page that is being built on this machine
  ifmatch serve --keep-versions 100 --keep-for 30d    forgets older texts that are older than 30 days
  ifmatch serve --preconditions ignored               a server that loses updates, to see what that is like")]
pub(crate) struct ServeArgs {
    /// The address and port to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:4280", value_name = "ADDRESS:PORT")]
    pub(crate) listen: SocketAddr,

    /// Where the documents are: a SQLite file, made where there is none, or 'memory:', gone at the end.
    /// [default: documents.db in the user's data folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<String>,

    /// Whether a write has to name the version that it replaces. 'ignored' loses updates, on purpose.
    #[arg(long, value_enum, default_value = "required", value_name = "POLICY")]
    pub(crate) preconditions: PreconditionMode,

    /// The most bytes that title and content of a document may have together.
    #[arg(long, default_value_t = 1024 * 1024, value_name = "BYTES")]
    pub(crate) max_document: usize,

    /// Keep the texts of only so many of the newest versions of each document; at least 10. [default: all]
    ///
    /// The texts of older versions are removed, and are a 410 from then on. Their numbers, tags, authors, times and
    /// hashes stay, so a tag that an editor still holds is refused as stale as before.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(store::MIN_KEPT_VERSIONS..))]
    pub(crate) keep_versions: Option<u64>,

    /// Keep the texts of old versions for so long after they were replaced, such as 30d, 12h or 8w. [default: for ever]
    ///
    /// Texts of the last 10 versions are always kept. With --keep-versions as well, a text is removed when neither
    /// keeps it.
    #[arg(long, value_name = "TIME")]
    pub(crate) keep_for: Option<KeepTime>,

    /// Another value for a budget, such as record-bytes=16MiB; may be given several times.
    ///
    /// Budgets bound what clients together can use up. SECURITY.md lists them, and /metrics shows their values and use.
    #[arg(long = "budget", value_name = "NAME=VALUE")]
    pub(crate) budgets: Vec<server::budget::Chosen>,

    /// Encrypt connections: the server's certificate as PEM, with those of its authorities behind it.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,

    /// The private key of that certificate, as PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Let in only the people in this file: a line for each, with a name and a token.
    ///
    /// A token has 8 characters or more, of letters, digits and - . _ ~ + /. Whoever leads has the word admin behind
    /// it. Blanks part a line, or commas where a name has blanks itself; # begins a comment. So 'ann kudop-lirat-bomak
    /// admin' is a line, and 'Zoë Quist, fizal-tugon-havis' another. Nobody else on this machine should be able to read
    /// the file. Without it, and without --open, a server that other machines reach makes up a code for the room.
    #[arg(long, value_name = "FILE")]
    pub(crate) tokens: Option<PathBuf>,

    /// Let everybody who reaches the address read and write, and lead, without any token.
    #[arg(long)]
    pub(crate) open: bool,

    /// Answer to this name as well; may be said several times.
    ///
    /// All addresses and localhost are answered anyway. Any other name is refused (421), since a web page could make
    /// one up to reach this server.
    #[arg(long = "host-name", value_name = "NAME")]
    pub(crate) host_names: Vec<HostName>,

    /// Let web pages of this origin (scheme, host, port) use the server; may be said several times.
    ///
    /// They may read all fields of its answers too. There is no * for all origins: every page that is open in
    /// somebody's browser could read and write then.
    #[arg(long = "cors-origin", value_name = "ORIGIN")]
    pub(crate) cors_origins: Vec<Origin>,
}

/// Whether a write has to name the version that it replaces, as it is said on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PreconditionMode {
    /// It has to; without, 428.
    Required,
    /// A condition that is sent is judged.
    Optional,
    /// The last write wins.
    Ignored,
}

impl From<PreconditionMode> for Preconditions {
    fn from(said: PreconditionMode) -> Self {
        match said {
            PreconditionMode::Required => Self::Required,
            PreconditionMode::Optional => Self::Optional,
            PreconditionMode::Ignored => Self::Ignored,
        }
    }
}

/// `ifmatch edit`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ifmatch edit welcome --as Alice                           the document 'welcome' on this machine's server
  ifmatch edit --server http://192.0.2.7:4280 --as Bob      choose from another machine's documents
  IFMATCH_TOKEN=kudop-lirat-bomak ifmatch edit --as Bob     with a token, kept out of the list of processes
  ifmatch edit --server https://class.example --ca class.pem       over TLS, with a certificate of one's own
  ifmatch edit welcome --plain < lines.txt                  line by line; 'help' on the first line says what can be said

What is typed and not saved is kept as a draft, and comes back the next time. If several editors of a document ended
with unsaved text, their drafts are offered to choose from.")]
pub(crate) struct EditArgs {
    /// Which document; one that does not exist is created by the first save. Without it, a list to choose from.
    #[arg(value_name = "DOC")]
    pub(crate) document: Option<DocumentId>,

    /// The server's address.
    #[arg(long, default_value = "http://127.0.0.1:4280", value_name = "URL", env = "IFMATCH_SERVER")]
    pub(crate) server: String,

    /// Trust these certificates (PEM) in place of the system's, where the address begins with https.
    #[arg(long, value_name = "FILE", env = "IFMATCH_CA")]
    pub(crate) ca: Option<PathBuf>,

    /// The token that the server wants to be shown.
    ///
    /// What is said on the command line, others on this machine can see in the list of processes. The variable of the
    /// environment keeps it out of there.
    #[arg(long, value_name = "TOKEN", env = "IFMATCH_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<UncheckedToken>,

    /// The name that others see. [default: the user's name on this machine]
    #[arg(long = "as", value_name = "NAME", env = "IFMATCH_NAME")]
    pub(crate) name: Option<Author>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_bad_name_is_refused_with_the_rule() {
        let error = Cli::try_parse_from(["ifmatch", "edit", "No Such Name"]).unwrap_err().to_string();
        assert!(error.contains("1 to 64 of a-z 0-9 . _ -"), "{error}");
    }
}
