//! Access control of a server, as the command line chooses it.

use std::net::SocketAddr;
use std::path::Path;

use contract::Token;
use server::{TokenHolder, Tokens};
use thiserror::Error;

use super::join_codes;
use super::tokens::{self, TokensFileError};
use crate::exit::Exit;

/// The error when the options do not say which clients may connect.
#[derive(Debug, Error)]
pub(crate) enum AccessError {
    /// `--open` and `--tokens` contradict each other.
    #[error("--open lets every client in, but --tokens only those with a token; pass only one of the two")]
    OpenAndTokens,
    /// The file of tokens cannot be used.
    #[error(transparent)]
    Tokens(#[from] TokensFileError),
    /// No code can be generated.
    #[error("this system has no random numbers for a code ({0}); name a file of tokens with --tokens FILE")]
    Random(#[from] getrandom::Error),
}

impl AccessError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::OpenAndTokens => Exit::Usage,
            Self::Tokens(error) => error.exit(),
            Self::Random(_) => Exit::Machine,
        }
    }
}

/// Adds a new code to the tokens that a server accepts, and returns it.
///
/// Its holder leads, under any name.
pub(crate) fn add_admin_code(tokens: &mut Tokens) -> Result<Token, getrandom::Error> {
    let code = join_codes::admin_code()?;
    tokens.add(&code, TokenHolder { name: None, admin: true });
    Ok(code)
}

/// Which clients are let in.
#[derive(Debug)]
pub(crate) enum AccessPolicy {
    /// Every client that reaches the address.
    Open,
    /// Clients with a token of the file.
    Holders(Tokens),
    /// Clients with one of two generated codes, under any name.
    Codes {
        /// For everyone in the room.
        room: Token,
        /// For the leader. The server does not know their name, so this code is good for any name, too.
        leader: Token,
    },
}

impl AccessPolicy {
    /// Returns the policy of a server that listens on these addresses, for HTTP and for SSH.
    ///
    /// Only users of this machine reach a loopback address. Strangers may reach any other address, so a token is
    /// required there, unless the user passes `--open`.
    pub(crate) fn new(
        listening: impl IntoIterator<Item = SocketAddr>,
        open: bool,
        file: Option<&Path>,
    ) -> Result<Self, AccessError> {
        match (open, file) {
            (true, Some(_)) => Err(AccessError::OpenAndTokens),
            (true, None) => Ok(Self::Open),
            (false, Some(path)) => Ok(Self::Holders(tokens::read(path)?)),
            (false, None) if listening.into_iter().all(|address| address.ip().is_loopback()) => Ok(Self::Open),
            (false, None) => Ok(Self::Codes { room: join_codes::room_code()?, leader: join_codes::admin_code()? }),
        }
    }

    /// Returns the generated codes, if there are any.
    pub(super) fn codes(&self) -> Vec<&Token> {
        match self {
            Self::Open | Self::Holders(_) => Vec::new(),
            Self::Codes { room, leader } => vec![room, leader],
        }
    }

    /// Returns the tokens that the server accepts, or `None` if it requires none.
    pub(crate) fn tokens(&self) -> Option<Tokens> {
        match self {
            Self::Open => None,
            Self::Holders(tokens) => Some(tokens.clone()),
            Self::Codes { room, leader } => {
                let mut tokens = Tokens::default();
                tokens.add(room, TokenHolder { name: None, admin: false });
                tokens.add(leader, TokenHolder { name: None, admin: true });
                Some(tokens)
            }
        }
    }
}
