//! Entity tags, conditional request fields, and the judgement of them.

mod calendar;
pub mod case;
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
mod replay;
pub mod tag;

pub use case::{Current, Incoming, Method, Request, Target};
pub use condition::{Conditions, Field};
pub use date::HttpDate;
pub use evaluation::{Comparison, Evaluation};
pub use failure::{Failure, FailureReason};
pub use guard::RequiredReason;
pub use history::{History, Untold};
pub use judgement::{Judgement, Verdict, judge};
pub use list::{Member, TagList};
pub use policy::Policy;
pub use tag::{EntityTag, SyntaxError};
