//! Who is let in to a server, as the command line says it: everybody, those in a file, or whoever has a code.

use std::net::SocketAddr;
use std::path::Path;

use contract::Token;
use server::{TokenHolder, Tokens};

use crate::error::Error;
use crate::{join_codes, tokens};

/// Who is let in.
#[derive(Debug)]
pub(crate) enum AccessPolicy {
    /// Everybody who reaches the address.
    Everybody,
    /// Those who have a token of the file.
    Holders(Tokens),
    /// Whoever has the code, under any name; and whoever leads.
    Codes {
        /// For the room.
        room: Token,
        /// For whoever leads. Who that is, the server does not know, so it is good for any name as well.
        leader: Token,
    },
}

impl AccessPolicy {
    /// Whom a server lets in that listens there.
    ///
    /// An address of this machine alone is reached by whoever may use this machine. Any other one is reached by
    /// strangers, so there nobody is let in for nothing, unless that was said.
    pub(crate) fn of(listen: SocketAddr, open: bool, file: Option<&Path>) -> Result<Self, Error> {
        match (open, file) {
            (true, Some(_)) => Err(Error::OpenAndTokens),
            (true, None) => Ok(Self::Everybody),
            (false, Some(path)) => tokens::read(path).map(Self::Holders),
            (false, None) if listen.ip().is_loopback() => Ok(Self::Everybody),
            (false, None) => Ok(Self::Codes { room: join_codes::room_code()?, leader: join_codes::admin_code()? }),
        }
    }

    /// The tokens that the server has to know; none where it asks for none.
    pub(crate) fn tokens(&self) -> Option<Tokens> {
        match self {
            Self::Everybody => None,
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
