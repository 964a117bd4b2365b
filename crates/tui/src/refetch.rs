//! When to request a list again whose subject changes: never twice at a time, however fast it changes.

/// Whether a list is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refetch {
    /// No request is in flight.
    No,
    /// A request is in flight.
    Once,
    /// A request is in flight, and what it asks for has changed since it was sent.
    Again,
}

impl Refetch {
    /// What the list is about may have changed. Returns whether to request the list now.
    pub(crate) fn mark_outdated(&mut self) -> bool {
        let asks = *self == Self::No;
        *self = if asks { Self::Once } else { Self::Again };
        asks
    }

    /// The response has come. Returns whether to request the list again.
    pub(crate) fn on_answer(&mut self) -> bool {
        let again = *self == Self::Again;
        *self = if again { Self::Once } else { Self::No };
        again
    }
}
