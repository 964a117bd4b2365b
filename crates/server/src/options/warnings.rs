//! Warnings for the server's operator, in addition to the log and the metrics.
//!
//! A [`Warning`] has only addresses and numbers, and nothing that a client sent, so it can be printed unescaped. The
//! function in [`Warnings::to`] decides where a warning appears, and must not block.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use contract::Policy;

/// A warning for the server's operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// An address has sent so many wrong tokens or codes that the server now delays its responses to them.
    GuessesBegin {
        /// The client whose guess was the first to get a delayed response.
        client: IpAddr,
        /// How many guesses came from the address so far.
        guesses: u64,
    },
    /// An address keeps sending wrong tokens or codes.
    ///
    /// This warning comes at most once a minute for each address.
    GuessesGoOn {
        /// The client that sent the last guess.
        client: IpAddr,
        /// How many guesses came from the address so far.
        guesses: u64,
    },
    /// Other servers of the store are running with another policy than the options of this one say.
    OtherPolicy {
        /// The policy that holds on all servers, this one included.
        policy: Policy,
    },
    /// The server has stopped, and it had delayed responses to guesses.
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
                "{client} has sent {guesses} wrong tokens or codes; the server delays its responses to further wrong \
                 ones"
            ),
            Self::GuessesGoOn { client, guesses } => {
                write!(f, "{client} is still guessing: {guesses} wrong tokens or codes so far")
            }
            Self::OtherPolicy { policy } => {
                let policy = serde_json::to_string(policy).unwrap_or_default();
                write!(f, "other servers of this store are running, so their policy holds here, too: {policy}")
            }
            Self::GuessesInAll { guesses } => write!(f, "clients sent {guesses} wrong tokens or codes in all"),
        }
    }
}

/// The receiver of warnings; none by default. Clones are the same receiver.
#[derive(Clone, Default)]
pub struct Warnings(Option<Arc<dyn Fn(Warning) + Send + Sync>>);

impl Warnings {
    /// Sends warnings to a function. The server's workers call it, so it must not block.
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
