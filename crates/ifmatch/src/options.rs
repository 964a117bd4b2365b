//! Options that several commands have.

mod color;
mod connection;
mod database;
mod display;
mod locale;
mod preconditions;
mod record;
mod room;
mod session_folder;

pub(crate) use color::ColorChoice;
pub(crate) use connection::{
    AccessOptions, AuthoritiesError, ConnectionError, ConnectionOptions, ServerAccess, ServerAddressOptions,
    ServersOptions, read_trust, user_name,
};
pub(crate) use database::database_login;
pub(crate) use display::{Appearance, DisplayOptions, NoScreenError, ThemeArg};
pub(crate) use preconditions::PreconditionMode;
pub(crate) use record::{RecordFileError, RecordOptions};
pub(crate) use room::RoomOptions;
pub(crate) use session_folder::SessionFolderOptions;
