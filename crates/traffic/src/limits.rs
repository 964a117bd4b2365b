//! How much traffic is kept.

/// How much of the traffic is kept; the oldest exchanges and moments are forgotten first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficLimits {
    /// The most exchanges.
    pub exchanges: usize,
    /// About the most bytes of them. The newest exchange is kept whatever its size.
    pub bytes: usize,
    /// The most moments of the timeline.
    pub moments: usize,
}

impl TrafficLimits {
    /// For a program that runs for days. An exchange has at most two bodies of 64 KiB and at most six moments.
    pub const SESSION: Self = Self { exchanges: 1000, bytes: 32 * 1024 * 1024, moments: 6000 };

    /// For a recording that is complete already: nothing is forgotten.
    pub const NONE: Self = Self { exchanges: usize::MAX, bytes: usize::MAX, moments: usize::MAX };
}
