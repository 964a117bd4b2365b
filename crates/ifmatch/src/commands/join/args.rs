//! The command line of `ifmatch join`.

use clap::Args;
use contract::{Author, DocumentId};

use super::room_address::RoomAddress;
use crate::options::{AccessOptions, RecordOptions};

/// `ifmatch join`
#[derive(Debug, Args)]
#[command(after_help = "\
The room gives you a name that no other person in it can use. If the name is taken, it offers a free one. What you type
at the questions is visible. This machine keeps what the room gave you, in rooms.json in the data folder: joining
again after a break needs no code.

Examples:
  ifmatch join 192.0.2.7                            asks for name and code, then lets you choose a document
  ifmatch join 192.0.2.7:8080 welcome               on another port, with the document 'welcome'
  ifmatch join https://class.example --as Sam       an encrypted room; asks only for the code
  IFMATCH_TOKEN=kudop-lirat-bomak ifmatch join 192.0.2.7 --as Sam     asks nothing")]
pub(crate) struct JoinArgs {
    /// The room's address: a host, with a port unless it is 4280, or the whole URL.
    #[arg(value_name = "HOST")]
    pub(super) room: RoomAddress,

    /// The document; if it does not exist, the first save creates it. [default: choose from a list]
    #[arg(value_name = "DOC")]
    pub(super) document: Option<DocumentId>,

    /// The name that others see. [default: asks, and offers the user's name on this machine]
    #[arg(long = "as", value_name = "NAME", env = "IFMATCH_NAME")]
    pub(super) name: Option<Author>,

    #[command(flatten)]
    pub(super) access: AccessOptions,

    #[command(flatten)]
    pub(super) record: RecordOptions,
}
