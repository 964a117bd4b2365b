//! Which conditions a server requires, as options name it.

use clap::ValueEnum;
use precondition::policy::Preconditions;

/// Whether a write has to name the version that it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PreconditionMode {
    /// It has to; without, 428.
    Required,
    /// A condition that is sent is judged.
    Optional,
    /// The last write wins.
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
