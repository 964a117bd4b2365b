//! Watches a room, on the screen or as lines.

use std::io::{self, IsTerminal as _};

use client::{Client, ClientError};
use traffic::access_log_line;
use traffic::room::Room;
use tui::room_request::ScreenRecord;
use tui::{RoomConfig, SessionSaver, run_room};

use super::args::ObserveArgs;
use crate::config::UserConfig;
use crate::exit::Exit;
use crate::options::DisplayOptions;
use crate::output::stderr::print_message;
use crate::output::stdout;
use crate::paths::Paths;
use crate::session::{RemoteSessionError, SessionFailure, exit_of};

/// Watches until the user leaves or, line by line, until the server ends.
pub(crate) async fn run(
    arguments: ObserveArgs,
    paths: &Paths,
    display: DisplayOptions,
) -> Result<Exit, RemoteSessionError> {
    let user = UserConfig::read(paths).map_err(SessionFailure::from)?;
    let access = arguments.connection.check_for_reading()?;
    let client = access.client().map_err(SessionFailure::from)?;
    // A server that refuses does so before the terminal is taken.
    client.recorded_exchanges(u64::MAX).await.map_err(SessionFailure::from)?;
    let secrets = access.token.iter().map(|token| token.expose().to_owned()).collect();
    let saver = SessionSaver { folder: arguments.sessions.folder(), secrets };
    if arguments.save {
        return save(&client, &saver).await;
    }
    // The command reads no lines, so standard input may be anything.
    if display.is_plain() || !io::stdout().is_terminal() {
        return Ok(print_lines(&client).await.map_err(SessionFailure::from)?);
    }
    if display.line_source().map_err(SessionFailure::from)?.is_some() {
        return Ok(print_lines(&client).await.map_err(SessionFailure::from)?);
    }
    let recorder = arguments.record.begin(&[], None)?;
    let config = RoomConfig {
        server: access.server,
        trust: Some(access.trust),
        me: access.me,
        token: access.token,
        hosting: None,
        saver,
        log: paths.log_in_use(),
        recorder: recorder.clone(),
        theme: display.theme(user.appearance),
        features: user.features,
        keys: user.keys,
    };
    let ended = run_room(config).await.map_err(SessionFailure::from);
    arguments.record.report(recorder.as_ref());
    Ok(exit_of(ended?)?)
}

/// Saves the session as far as the server still has it on record, and prints the path of the folder.
async fn save(client: &Client, to: &SessionSaver) -> Result<Exit, RemoteSessionError> {
    let exchanges = client.all_recorded_exchanges().await.map_err(SessionFailure::from)?;
    let mut room = Room::default();
    for exchange in &exchanges {
        room.record(exchange);
    }
    room.list_participants(&client.participants().await.map_err(SessionFailure::from)?);
    let record = ScreenRecord { room, exchanges, questions: Vec::new() };
    let saved = to.save(client, record).await.map_err(RemoteSessionError::NotSaved)?;
    if saved.missed > 0 {
        print_message(format_args!("{} earlier exchanges were no longer on record", saved.missed));
    }
    // A closed pipe changes nothing: the session is saved.
    let _ = stdout::print(format!("{}\n", saved.folder.display()));
    Ok(Exit::Success)
}

/// Prints a line for each exchange when it ends, until the stream breaks off.
async fn print_lines(client: &Client) -> Result<Exit, ClientError> {
    let mut exchanges = client.exchanges().await?;
    loop {
        let exchange = exchanges.next().await?;
        if !exchange.is_open() && stdout::print(access_log_line(&exchange) + "\n").is_err() {
            // The reader of the pipe is gone.
            return Ok(Exit::Success);
        }
    }
}
