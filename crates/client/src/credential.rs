//! The token of a client, which its clones share, so that joining a room changes it for all of them.

use std::sync::{Arc, PoisonError, RwLock};

use contract::Token;
use reqwest::header::HeaderValue;

/// The value of `Authorization` for a client and its clones; `None` sends no such field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Credential(Arc<RwLock<Option<HeaderValue>>>);

impl Credential {
    /// Returns the credential for a token.
    pub(crate) fn of(token: &Token) -> Self {
        Self(Arc::new(RwLock::new(Some(bearer_value(token)))))
    }

    /// Returns the present value.
    pub(crate) fn value(&self) -> Option<HeaderValue> {
        // A value is replaced as a whole, so a panic elsewhere leaves a complete one.
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the token for all clones. Requests that are already sent keep the earlier one.
    pub(crate) fn replace(&self, token: &Token) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(bearer_value(token));
    }
}

/// Returns the value of `Authorization` for a token.
///
/// The value is marked as sensitive, so that debug output omits the token.
fn bearer_value(token: &Token) -> HeaderValue {
    let value = HeaderValue::try_from(format!("Bearer {}", token.expose()));
    let mut value = value.expect("a token is made of visible ASCII");
    value.set_sensitive(true);
    value
}
