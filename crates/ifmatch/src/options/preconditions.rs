//! Which writes must have a condition, as options name it.

use clap::ValueEnum;
use precondition::policy::Preconditions;

/// Whether a write must name the version that it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PreconditionMode {
    /// Yes: the server refuses any other write with a 428.
    Required,
    /// No; a condition that is sent is evaluated.
    Optional,
    /// No; conditions are ignored, and the last write wins.
    Ignored,
}

impl From<PreconditionMode> for Preconditions {
    fn from(mode: PreconditionMode) -> Self {
        match mode {
            PreconditionMode::Required => Self::Required,
            PreconditionMode::Optional => Self::Optional,
            PreconditionMode::Ignored => Self::Ignored,
        }
    }
}
