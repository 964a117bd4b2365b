//! The command line of `ifmatch observe`.

use clap::Args;

use crate::options::{RecordOptions, ServersOptions, SessionFolderOptions};

/// `ifmatch observe`
#[derive(Debug, Args)]
#[command(after_help = "\
The screen shows the people who use the server, which version each of them holds and by how many versions they are
behind, what was counted, and every message; its keys hold and release requests, switch the policy, and lose or delay
responses. F1 lists them. On a server with tokens, all of this takes the admin's token.

Through a pipe or with --plain, each exchange is one line, as in the access log of any server, followed by its
conditions, the reason of a refusal, and tags.

Several servers of one PostgreSQL database are shown as one room: repeat --server. Each exchange says which server got
it. Holding requests and the policy concern all of them; a held request is released by the server that holds it.

Examples:
  ifmatch observe                                           this machine's server
  IFMATCH_TOKEN=… ifmatch observe --server http://192.0.2.7:4280      a room on another machine, with the admin's token
  ifmatch observe --server http://192.0.2.7:4280 --server http://192.0.2.8:4280       two servers of one database
  ifmatch observe --plain | grep ' 412 '                    a line for each 412
  ifmatch observe --save                                    the session so far, in a new folder")]
pub(crate) struct ObserveArgs {
    /// Save the session in a new folder, print its path, and end, without a screen.
    ///
    /// The folder has a page in Markdown and an HTTP Archive: what everyone sent as far as the server still has it, the
    /// versions of the documents, the questions, the counters and the people. Tokens and codes are not in it. On the
    /// screen, the key s does the same.
    #[arg(long, conflicts_with = "record")]
    pub(super) save: bool,

    #[command(flatten)]
    pub(super) sessions: SessionFolderOptions,

    #[command(flatten)]
    pub(super) record: RecordOptions,

    #[command(flatten)]
    pub(super) connection: ServersOptions,
}
