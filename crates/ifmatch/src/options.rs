//! Options that several commands have.

mod display;
mod locale;
mod preconditions;

pub(crate) use display::{DisplayOptions, NoScreenError};
pub(crate) use preconditions::PreconditionMode;
