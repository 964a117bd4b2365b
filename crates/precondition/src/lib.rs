//! Entity tags, conditional request fields, and the judgement of them.

mod calendar;
pub mod condition;
pub mod date;
pub mod evaluation;
pub mod failure;
pub mod guard;
pub mod history;
pub mod judgement;
pub mod list;
pub mod policy;
mod reader;
pub mod tag;

pub use condition::{Conditions, Field};
pub use date::HttpDate;
pub use evaluation::{Comparison, Evaluation};
pub use failure::{Failure, FailureReason};
pub use guard::RequiredReason;
pub use history::{History, Untold};
pub use judgement::{Current, Incoming, Judgement, Method, Request, Target, Verdict, judge};
pub use list::{Member, TagList};
pub use policy::Policy;
pub use tag::{EntityTag, SyntaxError};
