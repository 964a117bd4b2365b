//! Lists of observations that several checks judge alike.

use crate::observed::Observed as O;

/// The right answer to a write whose condition is false.
pub(super) const REFUSED: &[O] = &[O::PreconditionFailed];

/// Refusals with another status: the write is not carried out, but its client cannot tell why.
pub(super) const REFUSED_OTHERWISE: &[O] =
    &[O::PreconditionRequired, O::Conflict, O::BadRequest, O::NotFound, O::OtherRefusal];

/// The right answers to a write whose condition is true.
pub(super) const WRITTEN: &[O] = &[O::Done, O::Created];

/// Answers to a write whose condition is true that lose nothing: it is refused, or carried out later.
pub(super) const NOT_WRITTEN: &[O] = &[
    O::PreconditionFailed,
    O::Accepted,
    O::PreconditionRequired,
    O::Conflict,
    O::BadRequest,
    O::NotFound,
    O::OtherRefusal,
];
