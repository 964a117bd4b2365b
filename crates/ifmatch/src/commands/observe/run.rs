//! Watches a room, on the screen or as lines.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::time::Duration;

use client::{Client, ClientError, TransportError};
use contract::Exchange;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;
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

/// The pause before a server that does not respond is asked again for its exchanges.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Watches until the user leaves or, line by line, until the server ends.
pub(crate) async fn run(
    arguments: ObserveArgs,
    paths: &Paths,
    display: DisplayOptions,
) -> Result<Exit, RemoteSessionError> {
    let user = UserConfig::read(paths).map_err(SessionFailure::from)?;
    let mut servers = arguments.connection.check_for_reading()?;
    let clients = servers.iter().map(ServerAccess::client).collect::<Result<Vec<_>, _>>();
    let mut clients = clients.map_err(SessionFailure::from)?;
    let responding = responding(&clients).await.map_err(SessionFailure::from)?;
    // The first server is the one that is led.
    let first = responding.iter().position(|responds| *responds).unwrap_or(0);
    servers.swap(0, first);
    let more_servers = servers.iter().skip(1).map(|access| access.server.clone()).collect();
    let access = servers.swap_remove(0);
    let secrets = access.token.iter().map(|token| token.expose().to_owned()).collect();
    let saver = SessionSaver { folder: arguments.sessions.folder(), secrets };
    if arguments.save {
        clients =
            clients.into_iter().zip(responding).filter_map(|(client, responds)| responds.then_some(client)).collect();
        return save(&clients, &saver).await;
    }
    // The command reads no lines, so standard input may be anything.
    let is_piped = display.is_plain() || !io::stdout().is_terminal();
    if is_piped || display.line_source().map_err(SessionFailure::from)?.is_some() {
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

/// Returns for each server whether it responds.
///
/// A server that refuses does so before the terminal is taken.
///
/// Of several servers, one has to respond. The others are shown once they do.
async fn responding(clients: &[Client]) -> Result<Vec<bool>, ClientError> {
    let mut responding = Vec::new();
    let mut lost = None;
    for client in clients {
        match client.recorded_exchanges(u64::MAX).await {
            Ok(_) => responding.push(true),
            Err(error) if is_unreachable(&error) => {
                responding.push(false);
                lost.get_or_insert((client, error));
            }
            Err(error) => return Err(error),
        }
    }
    match lost {
        Some((_, error)) if !responding.contains(&true) => return Err(error),
        Some((client, error)) => {
            print_message(format_args!("{} is shown once it responds: {error}", client.server().origin()));
        }
        None => {}
    }
    Ok(responding)
}

/// Returns whether a server may respond later, as one that is being started.
fn is_unreachable(error: &ClientError) -> bool {
    matches!(error, ClientError::Lost(lost) if !matches!(lost, TransportError::Untrusted { .. }))
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
    let has_several = clients.len() > 1;
    let (sender, mut received) = mpsc::channel(1);
    let mut readers = JoinSet::new();
    for client in clients {
        let (client, sender) = (client.clone(), sender.clone());
        readers.spawn(async move {
            let origin = client.server().origin();
            let begun = loop {
                match client.exchanges().await {
                    Err(error) if has_several && is_unreachable(&error) => sleep(RETRY_PAUSE).await,
                    begun => break begun,
                }
            };
            let mut exchanges = match begun {
                Ok(exchanges) => exchanges,
                Err(error) => return drop(sender.send(Err(error)).await),
            };
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
