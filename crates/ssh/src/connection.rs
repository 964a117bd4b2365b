//! One connection: its phases, and its deadline for logging in.

use std::io;
use std::net::{IpAddr, Shutdown};
use std::sync::Arc;

use russh::server::run_stream;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use crate::handler::{ConnectionHandler, ConnectionPhase};
use crate::host::SshHost;
use crate::limits::{CLOSING_TIME, LOGIN_TIME};
use crate::login_queue::network_of;
use crate::shared::SshShared;

/// Serves a connection until it is closed.
pub(crate) async fn serve<H: SshHost>(shared: Arc<SshShared<H>>, stream: TcpStream, peer: IpAddr) {
    let (stream, _closer) = match with_closer(stream) {
        Ok(both) => both,
        Err(error) => return tracing::warn!(%error, "an ssh connection cannot be served"),
    };
    let mut ticket = shared.logins.enter(network_of(peer));
    let deadline = Instant::now() + LOGIN_TIME;
    let mut stop = shared.stop.subscribe();
    let (phase_sender, mut phase) = watch::channel(ConnectionPhase::LoggingIn);
    let handler = ConnectionHandler::new(Arc::clone(&shared), peer, phase_sender);
    let begun = tokio::select! {
        begun = timeout_at(deadline, run_stream(Arc::clone(&shared.config), stream, handler)) => begun,
        () = ticket.evicted() => return,
    };
    // Otherwise the client does not speak SSH, or not in time.
    let Ok(Ok(mut running)) = begun else { return };
    tokio::select! {
        // The client has closed the connection.
        _ = &mut running => return,
        logged_in = timeout_at(deadline, phase.wait_for(|phase| *phase != ConnectionPhase::LoggingIn)) => {
            if logged_in.is_err() {
                return;
            }
        }
        () = ticket.evicted() => return,
        _ = stop.wait_for(|stops| *stops) => return,
    }
    drop(ticket);
    // If the client closes the connection, the session notices that by itself.
    let _ = phase.wait_for(|phase| *phase == ConnectionPhase::Over).await;
    // Usually the client closes the connection now; otherwise the server does.
    let _ = timeout(CLOSING_TIME, running).await;
}

/// Closes a connection when it is dropped, whatever its task is doing.
///
/// The library's task cannot be ended from outside while it waits for the client. A closed socket ends it.
struct ConnectionCloser(std::net::TcpStream);

impl Drop for ConnectionCloser {
    fn drop(&mut self) {
        // An error means that the client has closed it already.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

/// Returns the stream, and a second handle of the same socket, which closes it.
fn with_closer(stream: TcpStream) -> io::Result<(TcpStream, ConnectionCloser)> {
    stream.set_nodelay(true)?;
    let stream = stream.into_std()?;
    let second = stream.try_clone()?;
    Ok((TcpStream::from_std(stream)?, ConnectionCloser(second)))
}
