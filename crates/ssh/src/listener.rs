//! Accepts connections until the server stops, and then ends all sessions.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::connection;
use crate::host::SshHost;
use crate::host_key::HostKey;
use crate::limits::{CLOSING_TIME, ENDING_TIME, SshLimits};
use crate::shared::SshShared;

/// How long the server accepts no connections after the system ran out of a resource.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);

/// Serves until `shutdown` is ready. All editors then end, and their users are told why.
///
/// The listener is already bound, so that port 0 works and the caller knows the address.
pub async fn serve<H: SshHost>(
    listener: TcpListener,
    key: HostKey,
    limits: SshLimits,
    host: H,
    shutdown: impl Future<Output = ()>,
) {
    let shared = Arc::new(SshShared::new(host, key, limits));
    let mut open = JoinSet::new();
    let supervised = Arc::clone(&shared);
    let supervisor = tokio::spawn(async move { supervised.host.supervise(supervised.names.clone()).await });
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => {
                    open.spawn(connection::serve(Arc::clone(&shared), stream, address.ip()));
                }
                Err(error) => {
                    tracing::warn!(%error, "no ssh connection can be accepted");
                    sleep(ACCEPT_RETRY_DELAY).await;
                }
            },
            Some(_) = open.join_next() => {}
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    supervisor.abort();
    shared.stop.send_replace(true);
    let all = async { while open.join_next().await.is_some() {} };
    if timeout(ENDING_TIME + CLOSING_TIME, all).await.is_err() {
        tracing::warn!(open = open.len(), "some ssh connections were still open at the end");
    }
}
