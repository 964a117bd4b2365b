//! The current faults, as a leader has set them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use contract::FaultSettings;

/// The current faults: the latency in the upper half, the responses to lose in the lower half.
///
/// Every request reads the faults, so they are one number that can be read without a lock.
#[derive(Clone, Default)]
pub(crate) struct FaultsCell(Arc<AtomicU64>);

impl FaultsCell {
    pub(crate) fn get(&self) -> FaultSettings {
        unpack(self.0.load(Ordering::Acquire))
    }

    /// Returns whether a response may be delayed or lost.
    pub(crate) fn is_any(&self) -> bool {
        self.0.load(Ordering::Acquire) != 0
    }

    pub(crate) fn set(&self, faults: FaultSettings) {
        self.0.store(pack(faults), Ordering::Release);
    }

    /// Returns whether this response is to be lost; if so, decreases the number of responses to lose.
    pub(crate) fn take_loss(&self) -> bool {
        let one_less = |packed| {
            let faults = unpack(packed);
            Some(pack(FaultSettings { lose_responses: faults.lose_responses.checked_sub(1)?, ..faults }))
        };
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_less).is_ok()
    }
}

fn pack(FaultSettings { latency_ms, lose_responses }: FaultSettings) -> u64 {
    u64::from(latency_ms) << 32 | u64::from(lose_responses)
}

#[expect(clippy::cast_possible_truncation, reason = "each is half of the number")]
fn unpack(packed: u64) -> FaultSettings {
    FaultSettings { latency_ms: (packed >> 32) as u32, lose_responses: packed as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_lost_until_none_is_left_to_lose() {
        let cell = FaultsCell::default();
        assert!(!cell.take_loss());
        let faults = FaultSettings { latency_ms: u32::MAX, lose_responses: 2 };
        cell.set(faults);
        assert_eq!(cell.get(), faults);
        assert_eq!([cell.take_loss(), cell.take_loss(), cell.take_loss()], [true, true, false]);
        assert_eq!(cell.get(), FaultSettings { lose_responses: 0, ..faults });
    }
}
