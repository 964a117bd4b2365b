//! One session: the editor of a person, as a child process in a pseudo-terminal.
//!
//! The child is the leader of a session of its own, with the pseudo-terminal as its controlling terminal. If the client
//! is gone, the server closes its side, the kernel sends SIGHUP, and the editor keeps its draft. If the server ends the
//! session, the editor gets SIGTERM, so that it restores the user's terminal before it ends.
//!
//! One editor is started at a time: the pseudo-terminal's own side is marked close-on-exec only after it was opened,
//! and a child that is started in between would inherit it. It could then read what another person types, and would
//! keep the kernel from noticing that this person is gone.

use std::process::ExitStatus;
use std::time::Duration;

use pty_process::{Command, OwnedReadPty, OwnedWritePty};
use russh::ChannelId;
use russh::server::Handle;
use rustix::process::{Pid, Signal, kill_process};
use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Child;
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep_until, timeout};

use crate::connected_names::SessionEnding;
use crate::environment::SessionEnvironment;
use crate::host::EditorCommand;
use crate::limits::{CLOSING_TIME, ENDING_TIME};
use crate::pending_input::InputReceiver;
use crate::window_size::WindowSize;

/// The bytes that are read from an editor at once.
const OUTPUT_CHUNK_BYTES: usize = 16 * 1024;

/// How long an editor may take to read what was typed.
const STUCK_TIME: Duration = Duration::from_secs(60);

/// The exit status of a session whose editor was killed.
const KILLED: u32 = 255;

/// Restores a terminal after an editor that was killed.
///
/// It leaves the alternate screen, and switches off the modes that an editor switches on.
const RESTORE_TERMINAL: &str =
    "\x1b[?2026l\x1b[?1049l\x1b[?1000l\x1b[?1002l\x1b[?1006l\x1b[?2004l\x1b[<u\x1b[?25h\x1b[0m";

/// The client's terminal: output goes to it, and input and sizes come from it.
pub(crate) struct ClientTerminal {
    pub(crate) client: Handle,
    pub(crate) channel: ChannelId,
    pub(crate) input: InputReceiver,
    pub(crate) sizes: watch::Receiver<WindowSize>,
    pub(crate) environment: SessionEnvironment,
    /// Whether the client asked for a terminal.
    pub(crate) has_pty: bool,
}

/// The causes that end a session from outside.
pub(crate) struct SessionLimits {
    pub(crate) idle_time: Duration,
    pub(crate) ending: watch::Receiver<Option<SessionEnding>>,
    pub(crate) stop: watch::Receiver<bool>,
}

/// The editor cannot be started.
#[derive(Debug, Error)]
pub(crate) enum StartError {
    #[error("no pseudo-terminal: {0}")]
    Pty(#[from] pty_process::Error),
}

/// Runs the editor until it ends or is ended, and closes the client's channel.
pub(crate) async fn run(
    mut terminal: ClientTerminal,
    command: EditorCommand,
    starting: &Mutex<()>,
    limits: SessionLimits,
) {
    let started = {
        let _only_this_one = starting.lock().await;
        start(command, &terminal)
    };
    let (child, reader, writer) = match started {
        Ok(started) => started,
        Err(error) => {
            tracing::error!(%error, "no editor can be started for an ssh session");
            return terminal.close_with("No editor can be started. Please tell the leader.", 1).await;
        }
    };
    let (why, exit) = attend(&mut terminal, child, reader, writer, limits).await;
    let was_killed = exit.is_none_or(|exit| exit.code().is_none());
    if was_killed && !matches!(why, SessionEnding::ClientGone) {
        terminal.send(RESTORE_TERMINAL.as_bytes().to_vec()).await;
    }
    let status = exit.and_then(|exit| exit.code()).and_then(|code| u32::try_from(code).ok()).unwrap_or(KILLED);
    match why {
        SessionEnding::ClientGone => {}
        SessionEnding::EditorEnded => terminal.close(status).await,
        SessionEnding::Told(sentence) => terminal.close_with(&sentence, status).await,
    }
}

/// Starts the editor in a new pseudo-terminal.
fn start(
    command: EditorCommand,
    terminal: &ClientTerminal,
) -> Result<(Child, OwnedReadPty, OwnedWritePty), StartError> {
    let EditorCommand { program, arguments, variables, folder } = command;
    let (pty, pts) = pty_process::open()?;
    pty.resize((*terminal.sizes.borrow()).into())?;
    let command = Command::new(program).args(arguments).env_clear().current_dir(folder);
    let child = command.envs(variables).envs(terminal.environment.iter()).spawn(pts)?;
    let (reader, writer) = pty.into_split();
    Ok((child, reader, writer))
}

/// Passes bytes in both directions until one side ends. Returns why, and how the editor ended.
async fn attend(
    terminal: &mut ClientTerminal,
    mut child: Child,
    mut reader: OwnedReadPty,
    mut writer: OwnedWritePty,
    mut limits: SessionLimits,
) -> (SessionEnding, Option<ExitStatus>) {
    let (client, channel) = (terminal.client.clone(), terminal.channel);
    let why = {
        let mut output = std::pin::pin!(pass_output(&mut reader, &client, channel));
        let input = pass_input(&mut writer, &mut terminal.input, &mut terminal.sizes, limits.idle_time);
        let why = tokio::select! {
            // The last of the output comes before an end that was noticed at the same time.
            biased;
            why = &mut output => why,
            why = ended_from_outside(&mut limits.ending, &mut limits.stop) => {
                terminate(&child);
                let _ = timeout(ENDING_TIME, &mut output).await;
                why
            }
            why = input => {
                if matches!(why, SessionEnding::Told(_)) {
                    terminate(&child);
                    let _ = timeout(ENDING_TIME, &mut output).await;
                }
                why
            }
        };
        why
    };
    // With both halves, the pseudo-terminal is closed: an editor that is still there gets SIGHUP.
    drop((reader, writer));
    if let Ok(exit) = timeout(ENDING_TIME, child.wait()).await {
        return (why, exit.ok());
    }
    tracing::warn!("an editor did not end, and is killed");
    // An error means that it has ended meanwhile.
    let _ = child.start_kill();
    (why, child.wait().await.ok())
}

/// Passes the editor's output on until the editor or the client is gone.
async fn pass_output(reader: &mut OwnedReadPty, client: &Handle, channel: ChannelId) -> SessionEnding {
    let mut chunk = vec![0; OUTPUT_CHUNK_BYTES];
    loop {
        // The kernel reports an error (EIO) once no process has the terminal open.
        let Ok(length @ 1..) = reader.read(&mut chunk).await else { return SessionEnding::EditorEnded };
        // If the client reads nothing, this waits, and so does the editor.
        if client.data(channel, chunk[..length].to_vec()).await.is_err() {
            return SessionEnding::ClientGone;
        }
    }
}

/// Passes keys and sizes on until the client is gone or does nothing for too long.
async fn pass_input(
    writer: &mut OwnedWritePty,
    input: &mut InputReceiver,
    sizes: &mut watch::Receiver<WindowSize>,
    idle_time: Duration,
) -> SessionEnding {
    let mut last_input = Instant::now();
    loop {
        tokio::select! {
            bytes = input.recv() => {
                let Some(bytes) = bytes else { return SessionEnding::ClientGone };
                last_input = Instant::now();
                match timeout(STUCK_TIME, writer.write_all(&bytes)).await {
                    Ok(Ok(())) => {}
                    // The editor has ended, which its output tells, too.
                    Ok(Err(_)) => std::future::pending().await,
                    Err(_) => return SessionEnding::Told("The editor does not respond, so it is ended.".to_owned()),
                }
            }
            Ok(()) = sizes.changed() => {
                let size = *sizes.borrow_and_update();
                if let Err(error) = writer.resize(size.into()) {
                    tracing::debug!(%error, "a pseudo-terminal keeps its size");
                }
            }
            () = sleep_until(last_input + idle_time) => {
                return SessionEnding::Told("Nothing was typed for a long time, so the session has ended. Unsaved text \
                                            is kept as a draft: join again with the same name.".to_owned());
            }
        }
    }
}

/// Waits until the session is ended from outside.
async fn ended_from_outside(
    ending: &mut watch::Receiver<Option<SessionEnding>>,
    stop: &mut watch::Receiver<bool>,
) -> SessionEnding {
    let ended = async {
        let ending = ending.wait_for(Option::is_some).await.ok();
        ending.and_then(|ending| ending.clone()).unwrap_or(SessionEnding::ClientGone)
    };
    // The sender is gone only if the whole server is.
    let stopped = async { stop.wait_for(|stops| *stops).await.map(|_| ()).unwrap_or_default() };
    tokio::select! {
        why = ended => why,
        () = stopped => SessionEnding::Told("The server has stopped.".to_owned()),
    }
}

/// Asks the editor to end.
fn terminate(child: &Child) {
    let process = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    // The child has not been waited for, so the number is still its own.
    if let Some(process) = process
        && let Err(error) = kill_process(process, Signal::TERM)
    {
        tracing::debug!(%error, "an editor cannot be asked to end");
    }
}

impl ClientTerminal {
    /// Sends bytes to the client, unless it reads nothing.
    async fn send(&self, bytes: Vec<u8>) {
        // A client that is gone, or reads nothing, cannot be told anything.
        let _ = timeout(CLOSING_TIME, self.client.data(self.channel, bytes)).await;
    }

    /// Shows a sentence and closes the channel.
    pub(crate) async fn close_with(&self, sentence: &str, status: u32) {
        let line = format!("{sentence}{end}", end = if self.has_pty { "\r\n" } else { "\n" });
        self.send(line.into_bytes()).await;
        self.close(status).await;
    }

    async fn close(&self, status: u32) {
        let (client, channel) = (&self.client, self.channel);
        let _ = timeout(CLOSING_TIME, async {
            let _ = client.exit_status_request(channel, status).await;
            let _ = client.eof(channel).await;
            client.close(channel).await
        })
        .await;
    }
}
