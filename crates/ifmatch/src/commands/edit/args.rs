//! The command line of `ifmatch edit`.

use std::path::PathBuf;

use clap::Args;
use contract::{Author, DocumentId};

use super::unchecked_token::UncheckedToken;

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

    /// The server's URL.
    #[arg(long, default_value = "http://127.0.0.1:4280", value_name = "URL", env = "IFMATCH_SERVER")]
    pub(super) server: String,

    /// Trust these certificates (PEM) instead of the system's, for an https URL.
    #[arg(long, value_name = "FILE", env = "IFMATCH_CA")]
    pub(super) ca: Option<PathBuf>,

    /// The token that the server requires.
    ///
    /// Other users can see command-line arguments in the process list; prefer the environment variable.
    #[arg(long, value_name = "TOKEN", env = "IFMATCH_TOKEN", hide_env_values = true)]
    pub(super) token: Option<UncheckedToken>,

    /// The name that others see. [default: the user's name on this machine]
    #[arg(long = "as", value_name = "NAME", env = "IFMATCH_NAME")]
    pub(super) name: Option<Author>,
}
