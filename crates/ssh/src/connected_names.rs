//! At most one session for each name.
//!
//! A person whose connection broke comes back at once, while the server may still take the old connection for alive.
//! So a second session with a name asks the client of the first one for a sign of life. If there is none, the new
//! session takes over; otherwise it is refused.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use russh::Error;
use russh::server::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::limits::ENDING_TIME;

/// How long a client may take to answer whether it is still there.
const ANSWER_TIME: Duration = Duration::from_secs(3);

/// Why a session ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SessionEnding {
    /// The editor has ended.
    EditorEnded,
    /// The client is gone.
    ClientGone,
    /// The server ends the session, and tells the user this sentence.
    Told(String),
}

/// The sessions by the names of their users. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct ConnectedNames(Arc<Mutex<HashMap<String, ConnectedSession>>>);

#[derive(Debug, Clone)]
struct ConnectedSession {
    client: Handle,
    end: watch::Sender<Option<SessionEnding>>,
    /// Closed when the session is over.
    over: watch::Receiver<()>,
}

/// A name in use, which becomes free when this value is dropped.
#[derive(Debug)]
pub(crate) struct NameClaim {
    names: ConnectedNames,
    name: String,
    _over: watch::Sender<()>,
}

impl ConnectedNames {
    fn sessions(&self) -> MutexGuard<'_, HashMap<String, ConnectedSession>> {
        // No code that holds the lock panics.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Claims a name for a session, or returns `None` if another client with this name is alive.
    ///
    /// `end` ends the session. A session whose client gives no sign of life is ended first.
    pub(crate) async fn claim(
        &self,
        name: &str,
        client: &Handle,
        end: &watch::Sender<Option<SessionEnding>>,
    ) -> Option<NameClaim> {
        loop {
            let mut earlier = match self.try_claim(name, client, end) {
                Ok(claim) => return Some(claim),
                Err(earlier) => earlier,
            };
            if is_alive(&earlier.client).await {
                return None;
            }
            tracing::debug!("a session without a sign of life gives way to a new one");
            earlier.end.send_replace(Some(SessionEnding::ClientGone));
            // Twice the time for an editor to end, which is killed then.
            if timeout(2 * ENDING_TIME, earlier.over.changed()).await.is_err() {
                return None;
            }
        }
    }

    /// Returns whether there is no session.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sessions().is_empty()
    }

    /// Ends the session with a name, if there is one, and tells its user this sentence.
    pub fn end(&self, name: &str, sentence: &str) {
        if let Some(session) = self.sessions().get(name) {
            session.end.send_replace(Some(SessionEnding::Told(sentence.to_owned())));
        }
    }

    fn try_claim(
        &self,
        name: &str,
        client: &Handle,
        end: &watch::Sender<Option<SessionEnding>>,
    ) -> Result<NameClaim, Box<ConnectedSession>> {
        let mut sessions = self.sessions();
        if let Some(earlier) = sessions.get(name) {
            return Err(Box::new(earlier.clone()));
        }
        let (over_sender, over) = watch::channel(());
        sessions.insert(name.to_owned(), ConnectedSession { client: client.clone(), end: end.clone(), over });
        Ok(NameClaim { names: self.clone(), name: name.to_owned(), _over: over_sender })
    }
}

impl Drop for NameClaim {
    fn drop(&mut self) {
        self.names.sessions().remove(&self.name);
    }
}

/// Returns whether a client still answers.
///
/// Opening a channel is the only question that the library passes on from outside of a connection's task, and every
/// client has to answer it (RFC 4254 section 5.1). Clients refuse it, as they serve no sessions.
async fn is_alive(client: &Handle) -> bool {
    match timeout(ANSWER_TIME, client.channel_open_session()).await {
        Ok(Ok(_) | Err(Error::ChannelOpenFailure(_))) => true,
        Ok(Err(_)) | Err(_) => false,
    }
}
