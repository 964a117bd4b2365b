//! Entity tags, conditional request fields, and the judgement of them.

pub mod condition;
pub mod date;
pub mod judgement;
pub mod policy;
pub mod tag;

pub use condition::{Conditions, Field};
pub use date::HttpDate;
pub use judgement::{
    Comparison, Current, Evaluation, Failure, FailureReason, History, Incoming, Judgement, Method, Request,
    RequiredReason, Target, Verdict, judge,
};
pub use policy::Policy;
pub use tag::{EntityTag, SyntaxError};
