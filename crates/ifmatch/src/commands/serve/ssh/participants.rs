//! The participants who joined by SSH: each has a token of its own, which the HTTP server gave out.
//!
//! A person joins once, with the code of the room. The token is kept for as long as this program runs, so that their
//! name is still theirs after a broken connection.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use client::{Client, ClientError};
use contract::{Author, Reason, Token};
use terminal::sanitize::sanitize;

use super::local_http::LocalHttp;

/// The message to a removed participant.
pub(super) const REMOVED: &str = "The leader has removed you from the room. What you typed is kept as a draft. Ask the \
                                  leader to let you in again, then connect as before.";

/// The most tokens that are kept. Further participants join anew after a broken connection.
const MAX_TOKENS: usize = 10_000;

/// The tokens of the participants who joined by SSH.
pub(super) struct SshParticipants {
    /// The HTTP server.
    http: LocalHttp,
    tokens: Mutex<HashMap<Author, Token>>,
}

impl SshParticipants {
    pub(super) fn new(http: LocalHttp) -> Self {
        Self { http, tokens: Mutex::default() }
    }

    fn tokens(&self) -> MutexGuard<'_, HashMap<Author, Token>> {
        // No code that holds the lock panics.
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the token of a participant, who joins now if they have not before.
    ///
    /// `code` is the code of the room, if the server needs one.
    ///
    /// # Errors
    ///
    /// A sentence for the person: the name is taken, or the server refuses.
    pub(super) async fn token(&self, name: &Author, code: Option<&Token>) -> Result<Token, String> {
        let earlier = self.tokens().get(name).cloned();
        if let Some(token) = earlier {
            match self.client(name, Some(&token))?.probe().await {
                // The server has forgotten a participant who was away for long.
                Err(ClientError::Refused(problem)) if problem.status == 401 => {}
                Err(error) => return Err(refusal(name, &error)),
                Ok(()) => return Ok(token),
            }
        }
        let joined = self.client(name, code)?.join(name).await.map_err(|error| refusal(name, &error))?;
        let mut tokens = self.tokens();
        if tokens.len() < MAX_TOKENS {
            tokens.insert(name.clone(), joined.token.clone());
        }
        Ok(joined.token)
    }

    /// Returns a name that is free, for a person whose own name is in use.
    pub(super) async fn refusal_of_name(&self, name: &Author, code: Option<&Token>) -> String {
        let joined = match self.client(name, code) {
            Ok(client) => client.join(name).await.map_err(|error| refusal(name, &error)),
            Err(refusal) => Err(refusal),
        };
        match joined {
            Err(refusal) => refusal,
            Ok(_) => format!("{name} is connected already. Join with another name."),
        }
    }

    fn client(&self, name: &Author, token: Option<&Token>) -> Result<Client, String> {
        self.http.client(name.clone(), token).map_err(|error| refusal(name, &error))
    }
}

/// Returns a sentence about a participant who is not let in.
fn refusal(name: &Author, error: &ClientError) -> String {
    match error {
        ClientError::Refused(problem) if problem.status == 409 => match &problem.free {
            Some(free) => format!("The name {name} is taken. Join as {free}: this name is free."),
            None => format!("The name {name} is taken. Join with another one."),
        },
        ClientError::Refused(problem) if problem.reason == Some(Reason::Removed) => REMOVED.to_owned(),
        error => format!("You cannot join now: {}.", sanitize(&error.clause())),
    }
}
