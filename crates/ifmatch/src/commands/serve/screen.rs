//! The screen of a server in a terminal: the room, as its leader sees it.

use tui::{RoomConfig, RoomHosting, SessionEnd, SessionSaver, run_room};

use crate::config::UserConfig;
use crate::options::{DisplayOptions, ServerAccess};
use crate::paths::Paths;
use crate::session::{SessionFailure, exit_of};

/// Shows the room until the user ends the server, or a signal ends the program.
pub(crate) async fn show(
    own: ServerAccess,
    hosting: RoomHosting,
    saver: SessionSaver,
    user: UserConfig,
    paths: &Paths,
    display: DisplayOptions,
) -> Result<(), SessionFailure> {
    let config = RoomConfig {
        server: own.server,
        more_servers: Vec::new(),
        trust: Some(own.trust),
        me: own.me,
        token: own.token,
        hosting: Some(hosting),
        saver,
        log: paths.log_in_use(),
        recorder: None,
        theme: display.theme(user.appearance),
        features: user.features,
        keys: user.keys,
    };
    match run_room(config).await? {
        // As without a screen: a signal ends a server without a failure.
        SessionEnd::Stopped(_) => Ok(()),
        end => exit_of(end).map(drop),
    }
}
