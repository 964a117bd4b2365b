//! When to request an outdated list again, so that at most one request for it is in flight.

/// Whether a request for a list is in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refetch {
    /// No request is in flight.
    No,
    /// A request is in flight.
    Once,
    /// A request is in flight, and its response may be outdated already.
    Again,
}

impl Refetch {
    /// Marks the list as outdated. Returns whether to request it now.
    pub(crate) fn mark_outdated(&mut self) -> bool {
        let asks = *self == Self::No;
        *self = if asks { Self::Once } else { Self::Again };
        asks
    }

    /// Handles the response. Returns whether to request the list again.
    pub(crate) fn on_answer(&mut self) -> bool {
        let again = *self == Self::Again;
        *self = if again { Self::Once } else { Self::No };
        again
    }
}
