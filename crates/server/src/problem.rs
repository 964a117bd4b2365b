//! Refusals, as problem details (RFC 9457).
//!
//! A handler that refuses a request returns a [`Refusal`], which becomes a response without a body. Its body is written
//! in one place for all problems, [`pipeline::finalize`](crate::pipeline::finalize), since the path of the request is
//! known there. The types of problem are in [`types`], the sentences in [`details`].

pub(crate) mod details;
mod json;
mod judgement;
mod refusal;
mod subject;
pub(crate) mod types;

pub(crate) use json::Links;
pub(crate) use judgement::from_judgement;
pub(crate) use refusal::{Refusal, RefusalParts};
pub(crate) use subject::{ProblemSubject, RequestIntent};

/// The `Retry-After` if a budget is used up or the store is unavailable, in seconds.
pub(crate) const RETRY_AFTER_SECONDS: u32 = 5;
