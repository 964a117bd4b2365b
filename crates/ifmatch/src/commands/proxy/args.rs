//! The command line of `ifmatch proxy`, and what it means to the proxy.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use guard::{GuardMode, GuardOptions};
use proxy::{CallerSource, ProxyOptions, UpstreamOptions, UpstreamUrl};
use server::{HostName, ServerOptions, Tokens, Warnings};

use super::error::ProxyError;
use crate::options::SessionFolderOptions;

/// `ifmatch proxy`
#[derive(Debug, Args)]
#[command(after_help = "\
Point any client at the proxy instead of at its server: a browser, curl, a test suite. Every exchange is recorded. Hold
two saves, release the second first, and see your own application lose an update. A response can be lost on purpose, so
that you see what your client does then. Everything else passes unchanged, also WebSockets and event streams.

In a terminal, the screen is that of 'ifmatch observe'; F1 lists its keys. Through a pipe or with --quiet, each exchange
is one line. The control interface is under /.ifmatch/, the only path that the server behind the proxy does not get.

Examples:
  ifmatch proxy --to http://localhost:3000            in front of a server on this machine, at http://127.0.0.1:4281
  ifmatch proxy --to https://staging.example --ca ca.pem     a server with a certificate of its own
  ifmatch proxy --to localhost:3000 --identify cookie:session   a name for each session
  ifmatch proxy --to localhost:3000 --quiet | grep ' 412 '      a line for each 412
  ifmatch proxy --to localhost:3000 --guard           preconditions for a server that has none
  ifmatch proxy --to localhost:3000 --quiet --report lost.txt   run tests through it; Ctrl-C writes the report
  ifmatch observe --server http://127.0.0.1:4281/.ifmatch       the same screen in another terminal
  curl -X PUT http://127.0.0.1:4281/.ifmatch/control/gate --json '{\"hold\":\"writes\"}'")]
pub(crate) struct ProxyArgs {
    /// The address of the server behind the proxy; a path in it precedes all targets.
    #[arg(long, value_name = "URL")]
    pub(super) to: UpstreamUrl,

    /// The address and port to listen on; port 0 is any free port.
    #[arg(long, default_value = "127.0.0.1:4281", value_name = "ADDRESS:PORT")]
    pub(super) listen: SocketAddr,

    /// Name callers by this: header:NAME, cookie, cookie:NAME or address; may be given several times.
    ///
    /// The default is header:Ifmatch-Author, and then address. The first source that has a name counts. A secret, such
    /// as a session cookie or Authorization, is shown as 'caller-' and a few digits that tell it from others. 'header'
    /// alone is header:Authorization.
    #[arg(long, value_name = "SOURCE")]
    identify: Vec<CallerSource>,

    /// Trust these certificates (PEM) instead of the system's, for a server with an https URL.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// Wait for a response this long, after the server has the whole request.
    #[arg(long, default_value_t = 60, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,

    #[command(flatten)]
    passing: PassingOptions,

    /// Require preconditions for writes, and judge them in place of the server.
    ///
    /// Each version gets an entity tag of the proxy. A write without If-Match gets a 428, one with an old tag a 412. No
    /// update is lost if all writes come through this proxy. With --guard=optional, only conditions that are sent are
    /// judged.
    #[arg(long, value_enum, value_name = "MODE", num_args = 0..=1, require_equals = true,
          default_missing_value = "required")]
    pub(super) guard: Option<GuardChoice>,

    /// With --guard: the most bytes of a write, and of a representation that is compared.
    ///
    /// A longer representation needs a strong tag of the server.
    #[arg(long, default_value_t = 16 * 1024 * 1024, value_name = "BYTES")]
    max_guarded: usize,

    /// At the end, write the lost updates and what led to them to this file.
    ///
    /// A file that ends in .json is JSON, one that ends in .har is an archive of all exchanges, any other one is text.
    /// May be given several times. If an update was certainly lost, the program ends with 1. An archive is written
    /// while the exchanges pass, and gets its name at the end.
    #[arg(long = "report", value_name = "FILE")]
    pub(super) reports: Vec<PathBuf>,

    /// Change a budget, such as record-bytes=256MiB; may be given several times.
    ///
    /// Budgets bound what the record and clients can use up. SECURITY.md lists them.
    #[arg(long = "budget", value_name = "NAME=VALUE")]
    budgets: Vec<server::budget::Chosen>,

    /// Let every client that can reach the address use the control interface, without a token.
    ///
    /// Without it, a proxy that other machines can reach generates a code for the control interface. The code is not
    /// needed for what the proxy passes on.
    #[arg(long)]
    pub(super) open: bool,

    /// Also answer to this host name under /.ifmatch/; may be given several times.
    ///
    /// What the proxy passes on may have any host name.
    #[arg(long = "host-name", value_name = "NAME")]
    pub(super) host_names: Vec<HostName>,

    /// Show no screen: print the address, and then a line for each exchange.
    ///
    /// A pipe, a background process and TERM=dumb get these lines, too.
    #[arg(long)]
    pub(super) quiet: bool,

    /// Without a screen, print no line for each exchange.
    #[arg(long)]
    pub(super) no_access_log: bool,

    #[command(flatten)]
    pub(super) sessions: SessionFolderOptions,
}

/// The options about the fields of a message.
#[derive(Debug, Args)]
struct PassingOptions {
    /// Send the server the Host that the client sent, and not the server's own.
    #[arg(long)]
    keep_host: bool,

    /// Record the values of Cookie and Set-Cookie. Authorization is never recorded.
    #[arg(long)]
    show_secrets: bool,
}

/// The value of `--guard`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GuardChoice {
    /// A write must name the version that it replaces.
    Required,
    /// Only conditions that are sent are evaluated.
    Optional,
}

impl ProxyArgs {
    /// Returns the options of the guard, if there is one.
    pub(super) fn guard_options(&self) -> Option<GuardOptions> {
        let mode = match self.guard? {
            GuardChoice::Required => GuardMode::Required,
            GuardChoice::Optional => GuardMode::Optional,
        };
        let defaults = GuardOptions::default();
        Some(GuardOptions {
            mode,
            max_write_bytes: self.max_guarded,
            max_hashed_bytes: self.max_guarded,
            max_buffered_bytes: defaults.max_buffered_bytes.max(4 * self.max_guarded),
            // Longer than the connection's own time, whose error says more.
            max_server_time: Duration::from_secs(self.timeout + 1),
            ..defaults
        })
    }

    /// Returns the options of the proxy itself.
    pub(super) fn proxy_options(&self) -> ProxyOptions {
        let callers = if self.identify.is_empty() { CallerSource::default_list() } else { self.identify.clone() };
        ProxyOptions {
            callers,
            keeps_host: self.passing.keep_host,
            shows_cookies: self.passing.show_secrets,
            ..ProxyOptions::default()
        }
    }

    /// Returns the options of the connections to the server behind the proxy.
    ///
    /// # Errors
    ///
    /// The file of `--ca` cannot be used.
    pub(super) fn upstream_options(&self) -> Result<UpstreamOptions, ProxyError> {
        let mut options =
            UpstreamOptions { response_timeout: Duration::from_secs(self.timeout), ..UpstreamOptions::default() };
        if let Some(path) = &self.ca {
            trust(&mut options, path)?;
        }
        Ok(options)
    }

    /// Returns the options of the server that the proxy is to its clients.
    pub(super) fn server_options(&self, tokens: Option<Tokens>, warnings: Warnings) -> ServerOptions {
        ServerOptions {
            budgets: self.budgets.iter().cloned().collect(),
            tokens,
            host_names: self.host_names.clone(),
            warnings,
            release_memory: Some(allocator::release),
            ..ServerOptions::default()
        }
    }
}

#[cfg(feature = "tls")]
fn trust(options: &mut UpstreamOptions, path: &std::path::Path) -> Result<(), ProxyError> {
    let failed = |why: String| ProxyError::Certificates { path: path.to_owned(), why };
    let pem = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    options.tls = Some(proxy::UpstreamTls::only(&pem).map_err(|error| failed(error.to_string()))?);
    Ok(())
}

#[cfg(not(feature = "tls"))]
fn trust(_: &mut UpstreamOptions, path: &std::path::Path) -> Result<(), ProxyError> {
    Err(ProxyError::Certificates { path: path.to_owned(), why: "this build of the program has no TLS".to_owned() })
}
