//! The command line of `ifmatch edit`.

use clap::Args;
use contract::DocumentId;

use crate::options::{ConnectionOptions, RecordOptions};

/// `ifmatch edit`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ifmatch edit welcome --as Alice                           the document 'welcome' on this machine's server
  ifmatch edit --server http://192.0.2.7:4280 --as Bob      choose from another machine's documents
  IFMATCH_TOKEN=kudop-lirat-bomak ifmatch edit --as Bob     with a token, kept out of the process list
  ifmatch edit --server https://class.example --ca class.pem       over TLS, with the server's own certificate
  ifmatch edit welcome --plain < lines.txt                  line by line; 'help' as the first line lists the commands

Unsaved text is kept as a draft, which the next editor of the document restores. If there are several drafts, it lets
you choose.")]
pub(crate) struct EditArgs {
    /// The document; if it does not exist, the first save creates it. [default: choose from a list]
    #[arg(value_name = "DOC")]
    pub(super) document: Option<DocumentId>,

    /// Edit for a user at another machine: `serve --ssh` starts its editors so.
    ///
    /// Nothing that the user does touches this machine's files, except their drafts, and the program is never
    /// suspended.
    #[arg(long, hide = true, conflicts_with = "record")]
    pub(super) remote: bool,

    #[command(flatten)]
    pub(super) record: RecordOptions,

    #[command(flatten)]
    pub(super) connection: ConnectionOptions,
}
