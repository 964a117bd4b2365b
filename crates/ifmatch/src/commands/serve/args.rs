//! The command line of `ifmatch serve`, and what it means to the server.

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::Args;
use contract::Policy;
use server::{HostName, Origin, ServerOptions, Tls, Warnings};
use store::{Retention, StoreOptions};

use super::access::AccessPolicy;
use super::keep_time::KeepTime;
use crate::options::PreconditionMode;

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
    pub(super) listen: SocketAddr,

    /// The SQLite file of the documents, created if it does not exist, or 'memory:', which keeps nothing.
    /// [default: documents.db in the user's data folder]
    #[arg(long, value_name = "FILE")]
    pub(super) store: Option<String>,

    /// Whether a write has to name the version that it replaces. 'ignored' loses updates, on purpose.
    #[arg(long, value_enum, default_value = "required", value_name = "POLICY")]
    pub(super) preconditions: PreconditionMode,

    /// The most bytes that title and content of a document may have together.
    #[arg(long, default_value_t = 1024 * 1024, value_name = "BYTES")]
    pub(super) max_document: usize,

    /// Keep the texts of only the N newest versions of each document; at least 10. [default: all]
    ///
    /// The texts of older versions are removed, and are a 410 from then on. Their numbers, tags, authors, times and
    /// hashes stay, so a tag that an editor still holds is refused as stale as before.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(store::MIN_KEPT_VERSIONS..))]
    pub(super) keep_versions: Option<u64>,

    /// Keep the texts of old versions for this long after their replacement, such as 30d or 8w. [default: for ever]
    ///
    /// Texts of the last 10 versions are always kept. With --keep-versions as well, a text is removed when neither
    /// keeps it.
    #[arg(long, value_name = "TIME")]
    pub(super) keep_for: Option<KeepTime>,

    /// Another value for a budget, such as record-bytes=16MiB; may be given several times.
    ///
    /// Budgets bound what clients together can use up. SECURITY.md lists them, and /metrics shows their values and use.
    #[arg(long = "budget", value_name = "NAME=VALUE")]
    pub(super) budgets: Vec<server::budget::Chosen>,

    /// Encrypt connections: the server's certificate as PEM, with those of its authorities behind it.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(super) tls_cert: Option<PathBuf>,

    /// The private key of that certificate, as PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(super) tls_key: Option<PathBuf>,

    /// Let in only the people in this file: a line for each, with a name and a token.
    ///
    /// A token has 8 or more characters: letters, digits and - . _ ~ + /. A leader has the word admin behind the token.
    /// Blanks separate the parts of a line, or commas if a name has blanks; # begins a comment. Two lines are 'ann
    /// kudop-lirat-bomak admin' and 'Zoë Quist, fizal-tugon-havis'. Other users of this machine should not be able to
    /// read the file. Without it, and without --open, a server that other machines can reach generates a code for the
    /// room.
    #[arg(long, value_name = "FILE")]
    pub(super) tokens: Option<PathBuf>,

    /// Let every client that reaches the address read, write and lead, without a token.
    #[arg(long)]
    pub(super) open: bool,

    /// Answer to this name as well; may be given several times.
    ///
    /// All addresses and localhost are answered anyway. Any other name is refused (421), since a web page could make
    /// one up to reach this server.
    #[arg(long = "host-name", value_name = "NAME")]
    pub(super) host_names: Vec<HostName>,

    /// Let web pages of this origin (scheme, host, port) use the server; may be given several times.
    ///
    /// They may also read all fields of its responses. There is no * for all origins: then every page that is open in a
    /// browser could read and write.
    #[arg(long = "cors-origin", value_name = "ORIGIN")]
    pub(super) cors_origins: Vec<Origin>,
}

impl ServeArgs {
    /// Returns the options of the store.
    pub(super) fn store_options(&self) -> StoreOptions {
        let versions = self.keep_versions.and_then(NonZeroU64::new);
        let retention = Retention { versions, time: self.keep_for.map(KeepTime::duration) };
        StoreOptions { retention, ..StoreOptions::default() }
    }

    /// Returns the options of the server.
    pub(super) fn server_options(&self, access: &AccessPolicy, tls: Option<Tls>, warnings: Warnings) -> ServerOptions {
        ServerOptions {
            max_document: self.max_document,
            budgets: self.budgets.iter().cloned().collect(),
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
