//! Warnings for the person who runs a server, beside the log and the metrics.
//!
//! A [`Warning`] holds addresses and numbers, never anything that a client sent, so it can be printed as it is. The
//! program decides where a warning is shown, and must not block in [`Warnings::to`].

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// A warning for the person who runs a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// An address has begun to send so many wrong tokens or codes that they are answered late.
    GuessesBegin {
        /// The client whose guess was the first to be answered late.
        client: IpAddr,
        /// How many guesses came from its address so far.
        guesses: u64,
    },
    /// An address goes on sending wrong tokens or codes. This comes once a minute at most for each address.
    GuessesGoOn {
        /// The client whose guess came last.
        client: IpAddr,
        /// How many guesses came from its address so far.
        guesses: u64,
    },
    /// The server has ended, and there were addresses whose guesses were answered late.
    GuessesInAll {
        /// How many guesses came from all addresses.
        guesses: u64,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GuessesBegin { client, guesses } => write!(
                f,
                "{client} has sent {guesses} wrong tokens or codes; its next ones are answered late, and right ones at \
                 once"
            ),
            Self::GuessesGoOn { client, guesses } => {
                write!(f, "{client} goes on guessing: {guesses} wrong tokens or codes so far")
            }
            Self::GuessesInAll { guesses } => write!(f, "{guesses} wrong tokens or codes came in all"),
        }
    }
}

/// The receiver of warnings; none by default. Clones are the same receiver.
#[derive(Clone, Default)]
pub struct Warnings(Option<Arc<dyn Fn(Warning) + Send + Sync>>);

impl Warnings {
    /// Sends warnings to a function, which is called on the server's workers: it must return at once.
    #[must_use]
    pub fn to(show: impl Fn(Warning) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(show)))
    }

    /// Sends a warning, and writes it to the log.
    pub fn send(&self, warning: Warning) {
        tracing::warn!("{warning}");
        if let Some(show) = &self.0 {
            show(warning);
        }
    }
}

impl fmt::Debug for Warnings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Warnings")
    }
}
