//! Watches a room, on the screen or as lines.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;

use client::{Client, ClientError};
use contract::Exchange;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use traffic::room::Room;
use traffic::{MergedRecord, access_log_line, merge_people};
use tui::room_request::ScreenRecord;
use tui::{RoomConfig, SessionSaver, run_room};

use super::args::ObserveArgs;
use crate::config::UserConfig;
use crate::exit::Exit;
use crate::options::{DisplayOptions, ServerAccess};
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
    let mut servers = arguments.connection.check_for_reading()?;
    let clients = servers.iter().map(ServerAccess::client).collect::<Result<Vec<_>, _>>();
    let clients = clients.map_err(SessionFailure::from)?;
    for client in &clients {
        // A server that refuses does so before the terminal is taken.
        client.recorded_exchanges(u64::MAX).await.map_err(SessionFailure::from)?;
    }
    let more_servers = servers.iter().skip(1).map(|access| access.server.clone()).collect();
    let access = servers.swap_remove(0);
    let secrets = access.token.iter().map(|token| token.expose().to_owned()).collect();
    let saver = SessionSaver { folder: arguments.sessions.folder(), secrets };
    if arguments.save {
        return save(&clients, &saver).await;
    }
    // The command reads no lines, so standard input may be anything.
    if display.is_plain() || !io::stdout().is_terminal() {
        return Ok(print_lines(&clients).await.map_err(SessionFailure::from)?);
    }
    if display.line_source().map_err(SessionFailure::from)?.is_some() {
        return Ok(print_lines(&clients).await.map_err(SessionFailure::from)?);
    }
    let recorder = arguments.record.begin(&[], None)?;
    let config = RoomConfig {
        server: access.server,
        more_servers,
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
async fn save(clients: &[Client], to: &SessionSaver) -> Result<Exit, RemoteSessionError> {
    let (mut exchanges, mut people) = (Vec::new(), Vec::new());
    for (server, client) in clients.iter().enumerate() {
        let recorded = client.all_recorded_exchanges().await.map_err(SessionFailure::from)?;
        exchanges.extend(recorded.into_iter().map(|exchange| (server, exchange)));
        people.push(client.participants().await.map_err(SessionFailure::from)?);
    }
    let exchanges = merged(clients, exchanges);
    let mut room = Room::default();
    for exchange in &exchanges {
        room.record(exchange);
    }
    room.list_participants(&merge_people(people));
    let exchanges = exchanges.into_iter().map(Arc::new).collect();
    let record = ScreenRecord { room, exchanges, questions: Vec::new() };
    let saved = to.save(&clients[0], record).await.map_err(RemoteSessionError::NotSaved)?;
    if saved.missed > 0 {
        print_message(format_args!("{} earlier exchanges were no longer on record", saved.missed));
    }
    // A closed pipe changes nothing: the session is saved.
    let _ = stdout::print(format!("{}\n", saved.folder.display()));
    Ok(Exit::Success)
}

/// Returns the exchanges of all servers in the order of their arrival.
///
/// Those of several servers are numbered anew.
fn merged(clients: &[Client], mut exchanges: Vec<(usize, Exchange)>) -> Vec<Exchange> {
    if clients.len() == 1 {
        return exchanges.into_iter().map(|(_, exchange)| exchange).collect();
    }
    exchanges.sort_by_key(|(server, exchange)| (exchange.received, *server, exchange.number));
    let mut record = MergedRecord::default();
    let take_in =
        |(server, exchange): (usize, Exchange)| record.take_in(server, &clients[server].server().origin(), exchange);
    exchanges.into_iter().map(take_in).collect()
}

/// Prints a line for each exchange when it ends, until a stream breaks off.
///
/// With several servers, each line begins with the server, as in the log of virtual hosts of other programs.
async fn print_lines(clients: &[Client]) -> Result<Exit, ClientError> {
    let mut streams = Vec::new();
    for client in clients {
        streams.push((client.server().origin(), client.exchanges().await?));
    }
    let has_several = streams.len() > 1;
    let (sender, mut received) = mpsc::channel(1);
    let mut readers = JoinSet::new();
    for (origin, mut exchanges) in streams {
        let sender = sender.clone();
        readers.spawn(async move {
            loop {
                let next = exchanges.next().await.map(|exchange| (origin.clone(), exchange));
                let is_last = next.is_err();
                if sender.send(next).await.is_err() || is_last {
                    return;
                }
            }
        });
    }
    drop(sender);
    while let Some(next) = received.recv().await {
        let (origin, exchange) = next?;
        let server = if has_several { origin + " " } else { String::new() };
        if !exchange.is_open() && stdout::print(server + &access_log_line(&exchange) + "\n").is_err() {
            break;
        }
    }
    // The reader of the pipe is gone.
    Ok(Exit::Success)
}
