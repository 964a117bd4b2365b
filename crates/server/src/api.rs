//! The handlers of the server's resources, one for each method.

pub(crate) mod control;
pub(crate) mod documents;
pub(crate) mod events;
pub(crate) mod gate;
pub(crate) mod home;
pub(crate) mod meta;
pub(crate) mod participants;
pub(crate) mod question;
pub(crate) mod resources;
