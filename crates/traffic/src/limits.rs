//! The limits of the traffic that is kept.

/// The limits of the traffic that is kept; the oldest exchanges and moments are dropped first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficLimits {
    /// The most exchanges.
    pub exchanges: usize,
    /// The approximate most bytes of all exchanges. The newest exchange is kept whatever its size.
    pub bytes: usize,
    /// The most moments of the timeline.
    pub moments: usize,
}

impl TrafficLimits {
    /// The limits of a program that runs for days.
    ///
    /// An exchange has at most two bodies of 64 KiB and at most six moments.
    pub const SESSION: Self = Self { exchanges: 1000, bytes: 32 * 1024 * 1024, moments: 6000 };

    /// No limits, for a recording that is already complete.
    pub const NONE: Self = Self { exchanges: usize::MAX, bytes: usize::MAX, moments: usize::MAX };
}
