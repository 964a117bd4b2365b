//! The command line of `ifmatch doctor`.

use clap::Args;
use contract::Author;

use crate::options::AccessOptions;

/// `ifmatch doctor`
#[derive(Debug, Args)]
#[command(after_help = "\
The document server never sends a weak tag and never compresses a document, and each of its refusals says why. What
arrives otherwise was changed on the way. This command sends some thirty requests through the address that users have,
and reports for each check: ✓ fine, · a fact, ! weak (editors of ifmatch work, other clients or long documents may not),
✗ broken, – not asked, and why. For ! and ✗ it prints what that means for users, and the lines that change it in the
configuration of nginx, Apache httpd, HAProxy, Varnish and Caddy; only those of the proxy that names itself, if one
does.

It creates one document, doctor-XXXXXXXX, writes to it, and deletes it at the end, after an error and on Ctrl-C; its
history remains, as for every document. With --read-only it sends GET requests only, and leaves out what they cannot
show.

The members of --json: server, well, verdict, proxies, signs, checks (check, asks, mark, found, consequence, advice and
changes: the last three for ! and ✗), scratch (document, state), requests, milliseconds.

Examples:
  ifmatch doctor https://class.example            the address that the participants use
  ifmatch doctor https://class.example --read-only
  ifmatch doctor http://192.0.2.7:8080/room --slow      an idle event stream for 75 seconds, too

Exit codes: 0 nothing needs a change · 1 something does · 2 wrong usage · 3 no ifmatch server is reached · 4 the server
            refuses the client (401, 403) · 130 stopped")]
pub(crate) struct DoctorArgs {
    /// The address of the server, as its users have it.
    #[arg(value_name = "URL")]
    pub(super) url: String,

    /// Send GET requests only.
    #[arg(long)]
    pub(super) read_only: bool,

    /// Watch an idle event stream for 75 seconds, too.
    #[arg(long)]
    pub(super) slow: bool,

    /// Print the report as one value of JSON.
    #[arg(long)]
    pub(super) json: bool,

    #[command(flatten)]
    pub(super) access: AccessOptions,

    /// The name that others see. [default: the user's name on this machine]
    #[arg(long = "as", value_name = "NAME", env = "IFMATCH_NAME")]
    pub(super) name: Option<Author>,
}
