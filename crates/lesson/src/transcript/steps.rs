//! The steps of a tale, as the formats go through them.

use crate::tale::{Moment, Tale};

/// The steps of a tale, each with what happened in it.
pub(super) fn steps(tale: &Tale) -> impl Iterator<Item = (&Moment, &[Moment])> {
    let starts = |moment: &Moment| matches!(moment, Moment::Step { .. });
    let mut rest = tale.moments.as_slice();
    std::iter::from_fn(move || {
        let (first, after) = rest.split_first()?;
        let end = after.iter().position(starts).unwrap_or(after.len());
        let (inside, next) = after.split_at(end);
        rest = next;
        Some((first, inside))
    })
}
