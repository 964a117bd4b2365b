//! Options that several commands have.

mod color;
mod connection;
mod display;
mod locale;
mod preconditions;

pub(crate) use connection::{ConnectionError, ConnectionOptions};
pub(crate) use display::{DisplayOptions, NoScreenError};
pub(crate) use preconditions::PreconditionMode;
