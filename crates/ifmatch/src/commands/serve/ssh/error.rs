//! The error when people cannot join by SSH.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::exit::Exit;
use crate::local_server::ListenError;
use crate::pem::PemError;

/// The error when people cannot join by SSH.
#[derive(Debug, Error)]
#[cfg_attr(not(all(unix, feature = "ssh")), expect(dead_code, reason = "of a build with the feature"))]
pub(crate) enum SshError {
    /// This program was built without the feature, or for a system that cannot have it.
    #[cfg(not(all(unix, feature = "ssh")))]
    #[error(
        "{}",
        if cfg!(unix) {
            "this ifmatch was built without ssh; `cargo install --path crates/ifmatch --features ssh` in its \
             repository builds and installs one with it"
        } else {
            "--ssh needs pseudo-terminals, which this system does not have; people with ssh can join a server on Unix"
        }
    )]
    NotBuilt,
    /// The server's certificate, which the editors have to know, cannot be read again.
    #[error(transparent)]
    Certificate(#[from] PemError),
    /// The server's certificate cannot be trusted.
    #[error("the editors cannot verify the server's certificate: {0}")]
    Trust(#[from] client::TrustError),
    /// There is no file for the copy of the certificate that the editors read.
    #[error("{} cannot be written: {source}", path.display())]
    Copy {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// There is no host key.
    #[cfg(all(unix, feature = "ssh"))]
    #[error(transparent)]
    HostKey(#[from] ssh::HostKeyError),
    /// No client of the HTTP server can be created.
    #[error("the editors cannot reach the server: {0}")]
    Client(#[from] client::ClientError),
    /// The system has no random numbers.
    #[error("this system has no random numbers for a token: {0}")]
    Random(getrandom::Error),
    /// The path of this program is not known.
    #[error("the path of this program is not known, so no editor can be started: {0}")]
    Program(io::Error),
    /// The address cannot be listened on.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

impl SshError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            #[cfg(not(all(unix, feature = "ssh")))]
            Self::NotBuilt => Exit::Usage,
            #[cfg(all(unix, feature = "ssh"))]
            Self::HostKey(_) => Exit::Machine,
            Self::Client(_) | Self::Trust(_) => Exit::Internal,
            Self::Certificate(_) | Self::Copy { .. } | Self::Random(_) | Self::Program(_) | Self::Listen(_) => {
                Exit::Machine
            }
        }
    }
}
