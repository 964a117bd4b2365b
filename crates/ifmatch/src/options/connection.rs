//! The server, and who asks it: the options of each command that is a client.

mod trust;
mod unchecked_token;

use std::env;
use std::path::PathBuf;

use clap::{ArgAction, Args};
use client::{Client, ClientError, ClientLimits, TrustRoots};
use contract::{Author, Token, TokenError};
use thiserror::Error;

pub(crate) use self::trust::AuthoritiesError;
pub(crate) use self::trust::read as read_trust;
pub(super) use self::unchecked_token::UncheckedToken;
use crate::exit::Exit;
use crate::placeholders::{ExamplePlaceholder, PlaceholderError};

/// The name of a reader whose name is not known, as in a container or a job of cron.
const READER: &str = "reader";

/// The server, without the name of the client.
#[derive(Debug, Args)]
pub(crate) struct ServerAddressOptions {
    /// The server's URL.
    #[arg(long, default_value = "http://127.0.0.1:4280", value_name = "URL", env = "IFMATCH_SERVER")]
    server: String,

    #[command(flatten)]
    access: AccessOptions,
}

/// How a server is trusted, and how it knows the client.
#[derive(Debug, Args)]
pub(crate) struct AccessOptions {
    /// Trust these certificates (PEM) instead of the system's, for an https URL.
    #[arg(long, value_name = "FILE", env = "IFMATCH_CA")]
    ca: Option<PathBuf>,

    /// Trust only a server with exactly this certificate (PEM), for an https URL.
    ///
    /// The names and dates in the certificate do not matter, nor who signed it. Takes precedence over --ca.
    #[arg(long, value_name = "FILE")]
    pin: Option<PathBuf>,

    /// The token that the server requires.
    ///
    /// Other users can see command-line arguments in the process list; prefer the environment variable.
    #[arg(long, value_name = "TOKEN", env = "IFMATCH_TOKEN", hide_env_values = true)]
    token: Option<UncheckedToken>,
}

/// The server, and who asks it.
#[derive(Debug, Args)]
pub(crate) struct ConnectionOptions {
    #[command(flatten)]
    server: ServerAddressOptions,

    /// The name that others see. [default: the user's name on this machine]
    #[arg(long = "as", value_name = "NAME", env = "IFMATCH_NAME")]
    name: Option<Author>,
}

/// One server or several of the same store, and who asks them.
#[derive(Debug, Args)]
pub(crate) struct ServersOptions {
    /// The server's URL. Repeat the option for several servers of the same database.
    #[arg(
        long = "server",
        default_value = "http://127.0.0.1:4280",
        value_name = "URL",
        env = "IFMATCH_SERVER",
        action = ArgAction::Append
    )]
    servers: Vec<String>,

    #[command(flatten)]
    access: AccessOptions,

    /// The name that others see. [default: the user's name on this machine]
    #[arg(long = "as", value_name = "NAME", env = "IFMATCH_NAME")]
    name: Option<Author>,
}

impl ServersOptions {
    /// Checks the options of a command that only reads, and so needs no name. Nothing is sent.
    ///
    /// Returns at least one server.
    pub(crate) fn check_for_reading(self) -> Result<Vec<ServerAccess>, ConnectionError> {
        let me = self.name.or_else(user_name).or_else(|| READER.parse().ok()).ok_or(ConnectionError::NoName)?;
        self.servers.into_iter().map(|server| self.access.check_for(server, me.clone())).collect()
    }
}

/// The error when these options cannot be used.
#[derive(Debug, Error)]
pub(crate) enum ConnectionError {
    /// The author has no name.
    #[error("this machine does not know your name; pass it with --as NAME")]
    NoName,
    /// A printed command was copied with a placeholder in it.
    #[error(transparent)]
    Placeholder(#[from] PlaceholderError),
    /// The token is not valid. It is never shown.
    #[error("the value of --token or IFMATCH_TOKEN is not a valid token: {0}")]
    Token(#[from] TokenError),
    /// The certificates of `--ca` cannot be trusted.
    #[error(transparent)]
    Authorities(#[from] AuthoritiesError),
}

impl ConnectionError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::NoName | Self::Placeholder(_) | Self::Token(_) => Exit::Usage,
            Self::Authorities(error) => error.exit(),
        }
    }
}

/// How a client reaches a server, and who it is there.
pub(crate) struct ServerAccess {
    /// The server's URL, as the user gave it.
    pub(crate) server: String,
    /// The certificates that are trusted at an https address.
    pub(crate) trust: TrustRoots,
    /// The author of all writes.
    pub(crate) me: Author,
    /// The token that is sent, if any.
    pub(crate) token: Option<Token>,
}

impl ConnectionOptions {
    /// Checks the options. Nothing is sent.
    pub(crate) fn check(self) -> Result<ServerAccess, ConnectionError> {
        let me = self.name.or_else(user_name).ok_or(ConnectionError::NoName)?;
        self.server.check_as(me)
    }

    /// Checks the options of a command that only reads, and so needs no name.
    pub(crate) fn check_for_reading(self) -> Result<ServerAccess, ConnectionError> {
        let me = self.name.or_else(user_name).or_else(|| READER.parse().ok()).ok_or(ConnectionError::NoName)?;
        self.server.check_as(me)
    }
}

impl ServerAddressOptions {
    /// Checks the options for a client with this name. Nothing is sent.
    pub(crate) fn check_as(self, me: Author) -> Result<ServerAccess, ConnectionError> {
        self.access.check_for(self.server, me)
    }
}

impl AccessOptions {
    /// Checks the options for a client of `server` with this name. Nothing is sent.
    pub(crate) fn check_for(&self, server: String, me: Author) -> Result<ServerAccess, ConnectionError> {
        ExamplePlaceholder::Name.refuse(me.as_str())?;
        ExamplePlaceholder::refuse_host(&server)?;
        self.token.as_ref().map_or(Ok(()), UncheckedToken::refuse_placeholder)?;
        let trust = match &self.pin {
            Some(pin) => trust::read_pinned(pin)?,
            None => trust::read(self.ca.as_deref())?,
        };
        let token = self.token.as_ref().map(UncheckedToken::token).transpose()?;
        Ok(ServerAccess { server, trust, me, token })
    }
}

impl ServerAccess {
    /// Returns a client of the server.
    pub(crate) fn client(&self) -> Result<Client, ClientError> {
        self.client_at(&self.server, ClientLimits::default())
    }

    /// Returns a client of the server at another of its addresses, with limits of its own.
    pub(crate) fn client_at(&self, server: &str, limits: ClientLimits) -> Result<Client, ClientError> {
        let client = Client::with_trust(&self.trust, server, self.me.clone(), limits)?;
        Ok(client.with_token(self.token.as_ref()))
    }
}

/// Returns the name under which the user is logged in, or `None` if this machine does not know it.
pub(crate) fn user_name() -> Option<Author> {
    let name = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|variable| env::var(variable).ok());
    name.and_then(|name| name.parse().ok())
}
