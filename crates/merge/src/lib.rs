//! Three texts in, regions and decisions out.

mod agreement;
mod cluster;
mod decision;
mod diff;
mod engine;
mod format;
mod kind;
mod region;
mod renew;
mod report;
mod session;
mod single;
mod slide;
mod state;
mod text;
mod writer;

pub use decision::{Choice, Decision};
pub use engine::Merge;
pub use format::Format;
pub use region::{ConflictKind, Region, RegionKind, Side};
pub use report::Report;
pub use session::Session;
pub use single::Single;
pub use text::{Ending, Line, Text};
