//! The command line of `ifmatch serve`, and what it means to the server.

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::Args;
use contract::{DocumentId, Policy, RoomSettings};
use server::{HostName, Origin, ServerOptions, Tls, Warnings};
use store::{Retention, StoreOptions};

use super::access::AccessPolicy;
use super::keep_time::KeepTime;
use super::ssh::SshArgs;
use crate::options::{PreconditionMode, SessionFolderOptions, database_login};
use crate::paths::Paths;

/// `ifmatch serve`
#[derive(Debug, Args)]
#[command(after_help = "\
In a terminal, the screen shows the room: who holds which version, every message, and how people join. F1 lists its keys.
Through a pipe or with --quiet, it prints how people join, and then a line for each exchange, as any server's access log.

Examples:
  ifmatch serve                                       documents in a file, at http://127.0.0.1:4280
  ifmatch serve --store memory: --listen 127.0.0.1:0  documents in memory, on any free port
  ifmatch serve --tls-cert cert.pem --tls-key key.pem encrypted, at https://127.0.0.1:4280
  ifmatch serve --listen 0.0.0.0:4280                 for a room: prints a code to join with
  ifmatch serve --listen 0.0.0.0:4280 --ssh 0.0.0.0:4222   people join by 'ssh -p 4222 NAME@HOST', too
  ifmatch serve --listen 0.0.0.0:4280 --open-for-all notes   'notes' opens by itself for all who join
  ifmatch serve --listen 0.0.0.0:4280 --with notes.md --open-for-all notes   the same, with a text to begin with
  ifmatch serve --listen 0.0.0.0:4280 --tokens room   for a room in which each person has a token
  ifmatch serve --cors-origin http://localhost:5173   for a web page in development on this machine
  ifmatch serve --store postgres://ann@db/docs        documents in PostgreSQL, shared by several servers
  ifmatch serve --keep-versions 100 --keep-for 30d    drops texts beyond the newest 100 that are older than 30 days
  ifmatch serve --preconditions ignored               a server that loses updates, to see what that is like")]
pub(crate) struct ServeArgs {
    /// The address and port to listen on; port 0 is any free port.
    #[arg(long, default_value = "127.0.0.1:4280", value_name = "ADDRESS:PORT")]
    pub(super) listen: SocketAddr,

    /// The SQLite file of the documents, created if it does not exist; or 'memory:', which keeps nothing. [default:
    /// documents.db in the user's data folder]
    ///
    /// In a build with PostgreSQL, also the URL of a database, which several servers may share. Its password is in
    /// PGPASSWORD or ~/.pgpass: other users of this machine can see a command line.
    #[arg(long, value_name = "FILE")]
    pub(super) store: Option<String>,

    /// Whether a write must name the version that it replaces. 'ignored' loses updates, on purpose.
    #[arg(long, value_enum, default_value = "required", value_name = "POLICY")]
    pub(super) preconditions: PreconditionMode,

    /// The maximum size of a document: title and content together, as UTF-8.
    #[arg(long, default_value_t = 1024 * 1024, value_name = "BYTES")]
    pub(super) max_document: usize,

    /// Keep only the texts of the N newest versions of each document; at least 10. [default: all]
    ///
    /// The texts of older versions are removed; reading one is then a 410. Numbers, tags, authors, times and hashes
    /// stay, so a tag that an editor still holds is refused as stale, as before.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(store::MIN_KEPT_VERSIONS..))]
    pub(super) keep_versions: Option<u64>,

    /// Keep the texts of replaced versions for this long, such as 30d or 8w. [default: for ever]
    ///
    /// The texts of the 10 newest versions are always kept. With --keep-versions as well, a text is removed only if
    /// neither option keeps it.
    #[arg(long, value_name = "TIME")]
    pub(super) keep_for: Option<KeepTime>,

    /// Change a budget, such as record-bytes=16MiB; may be given several times.
    ///
    /// Budgets bound what one client can use up, and what all of them can together. SECURITY.md lists them, and
    /// /metrics shows their values and use.
    #[arg(long = "budget", value_name = "NAME=VALUE")]
    pub(super) budgets: Vec<server::budget::Chosen>,

    /// Encrypt connections with this certificate (PEM), followed by the certificates of its issuers.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(super) tls_cert: Option<PathBuf>,

    /// The certificate's private key (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(super) tls_key: Option<PathBuf>,

    /// Let in only the people in this file: a line for each, with a name and a token.
    ///
    /// A token has 8 or more characters: letters, digits and - . _ ~ + /. A leader's line has the word admin after the
    /// token. Blanks separate the parts of a line, or commas if a name has blanks; # begins a comment. Two examples:
    /// 'ann kudop-lirat-bomak admin' and 'Zoë Quist, fizal-tugon-havis'. Other users of this machine should not be able
    /// to read the file. Without --tokens and --open, a server that other machines can reach generates a code for the
    /// room, with 48 bits of entropy, and one for the leader, with 80.
    #[arg(long, value_name = "FILE")]
    pub(super) tokens: Option<PathBuf>,

    /// Let every client that can reach the address read, write and lead, without a token.
    #[arg(long)]
    pub(super) open: bool,

    /// Show no screen: print how people join, and then a line for each exchange.
    ///
    /// A pipe, a background process and TERM=dumb get these lines, too.
    #[arg(long)]
    pub(super) quiet: bool,

    /// Without a screen, print no line for each exchange.
    #[arg(long)]
    pub(super) no_access_log: bool,

    /// Open this document in all editors that show the list of documents, also later.
    ///
    /// If it does not exist, the first save creates it. The leader can change it: with O on the screen, or by PUT
    /// /control/room.
    #[arg(long, value_name = "DOC")]
    pub(super) open_for_all: Option<DocumentId>,

    /// Create a document from this file, or from each text file in this folder; may be given several times.
    ///
    /// The id is made of the file's name. The title is the first heading of a Markdown file, or else the name. A
    /// document that exists stays as it is. Of a folder, the files that end in .md, .markdown or .txt are taken.
    // Not --seed: that is a random seed, in this program and in others.
    #[arg(long = "with", value_name = "FILE|FOLDER")]
    pub(super) seeds: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) sessions: SessionFolderOptions,

    #[command(flatten)]
    pub(super) ssh: SshArgs,

    /// Answer to this host name too; may be given several times.
    ///
    /// The server always answers to all its addresses and to localhost. It refuses any other name with a 421, since a
    /// web page could make one up to reach this server.
    #[arg(long = "host-name", value_name = "NAME")]
    pub(super) host_names: Vec<HostName>,

    /// Let web pages of this origin (scheme, host, port) use the server; may be given several times.
    ///
    /// They may also read all header fields of its responses. * for all origins is not accepted: every page that is
    /// open in a browser could then read and write.
    #[arg(long = "cors-origin", value_name = "ORIGIN")]
    pub(super) cors_origins: Vec<Origin>,
}

impl ServeArgs {
    /// Returns the options of the store.
    pub(super) fn store_options(&self, paths: &Paths) -> StoreOptions {
        let versions = self.keep_versions.and_then(NonZeroU64::new);
        let retention = Retention { versions, time: self.keep_for.map(KeepTime::duration) };
        StoreOptions { retention, login: database_login(paths), ..StoreOptions::default() }
    }

    /// Returns the options of the server.
    pub(super) fn server_options(&self, access: &AccessPolicy, tls: Option<Tls>, warnings: Warnings) -> ServerOptions {
        ServerOptions {
            max_document: self.max_document,
            budgets: self.budgets.iter().cloned().collect(),
            room: RoomSettings { open_for_all: self.open_for_all.clone() },
            policy: Policy { preconditions: self.preconditions.into(), ..Policy::default() },
            tls,
            tokens: access.tokens(),
            host_names: self.host_names.clone(),
            cors_origins: self.cors_origins.clone(),
            warnings,
            release_memory: Some(allocator::release),
            ..ServerOptions::default()
        }
    }
}
