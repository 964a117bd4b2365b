//! The command line of `ifmatch observe`.

use clap::Args;

use crate::options::{ConnectionOptions, RecordOptions};

/// `ifmatch observe`
#[derive(Debug, Args)]
#[command(after_help = "\
The screen shows the people who use the server, which version each of them holds and by how many versions they are
behind, what was counted, and every message; its keys hold and release requests, switch the policy, and lose or delay
responses. F1 lists them. On a server with tokens, all of this takes the admin's token.

Through a pipe or with --plain, each exchange is one line, as in the access log of any server, followed by its
conditions, the reason of a refusal, and tags.

Examples:
  ifmatch observe                                           this machine's server
  IFMATCH_TOKEN=… ifmatch observe --server http://192.0.2.7:4280      a room on another machine, with the admin's token
  ifmatch observe --plain | grep ' 412 '                    a line for each 412")]
pub(crate) struct ObserveArgs {
    #[command(flatten)]
    pub(super) record: RecordOptions,

    #[command(flatten)]
    pub(super) connection: ConnectionOptions,
}
