//! The log of a server without a screen: a line on standard output for each exchange.
//!
//! The lines come from the server's record, like those of `ifmatch observe` through a pipe. If the reader of the pipe
//! does not keep up, the record is not read either, so a blocked pipe costs the server nothing; the log then says that
//! exchanges are missing in it.

use std::thread;
use std::time::Duration;

use client::Client;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use traffic::access_log_line;

use crate::output::stderr::{WRITE_TIMEOUT, can_write};
use crate::output::stdout;

/// The most lines that wait to be printed.
const MAX_QUEUED: usize = 256;

/// The pause before the record is opened again.
const RECONNECT_DELAY: Duration = Duration::from_millis(250);

/// A log that is being printed.
pub(crate) struct AccessLog {
    following: tokio::task::JoinHandle<()>,
    printed: oneshot::Receiver<()>,
}

impl AccessLog {
    /// Starts to print a line for each exchange that the server of this client records.
    ///
    /// The log ends early if standard output is closed.
    pub(crate) fn start(client: Client) -> std::io::Result<Self> {
        let (lines, queue) = mpsc::channel(MAX_QUEUED);
        let (done, printed) = oneshot::channel();
        thread::Builder::new().name("access-log".to_owned()).spawn(move || {
            print_lines(queue);
            // An error means that `end` has given up waiting.
            let _ = done.send(());
        })?;
        Ok(Self { following: tokio::spawn(follow(client, lines)), printed })
    }

    /// Ends the log after its server, and prints what is queued for at most [`WRITE_TIMEOUT`].
    pub(crate) async fn end(mut self) {
        // The server has ended the stream already, after its last exchange.
        if timeout(RECONNECT_DELAY, &mut self.following).await.is_err() {
            self.following.abort();
        }
        let _ = timeout(WRITE_TIMEOUT, self.printed).await;
    }
}

/// Sends a line for each exchange until the lines are not printed any more.
async fn follow(client: Client, lines: mpsc::Sender<String>) {
    let mut is_open_again = false;
    while !lines.is_closed() {
        let Ok(mut exchanges) = client.exchanges().await else {
            sleep(RECONNECT_DELAY).await;
            continue;
        };
        if is_open_again && lines.send("ifmatch: some exchanges are not in this log".to_owned()).await.is_err() {
            return;
        }
        while let Ok(exchange) = exchanges.next().await {
            if !exchange.is_open() && lines.send(access_log_line(&exchange)).await.is_err() {
                return;
            }
        }
        is_open_again = true;
    }
}

/// Prints lines until there are no more, or until standard output is closed.
fn print_lines(mut queue: mpsc::Receiver<String>) {
    while let Some(line) = queue.blocking_recv() {
        // A terminal may stop a background process that writes to it, and with it the server.
        if can_write() && stdout::print(line + "\n").is_err() {
            return;
        }
    }
}
