//! Refusals, as problem details (RFC 9457).
//!
//! A handler that refuses returns a [`Refusal`]. It becomes a response without a body here, and gets its body in
//! [`pipeline::finalize`](crate::pipeline::finalize), which knows the path of the request: so one place writes all
//! problems. The kinds of problems are in [`types`], and the sentences in [`details`].

pub(crate) mod details;
mod json;
mod judgement;
mod refusal;
mod subject;
pub(crate) mod types;

pub(crate) use judgement::from_judgement;
pub(crate) use refusal::{Refusal, RefusalParts};
pub(crate) use subject::ProblemSubject;

/// How long a client is asked to wait if a budget is used up or the store does not work, in seconds.
pub(crate) const RETRY_AFTER_SECONDS: u32 = 5;
