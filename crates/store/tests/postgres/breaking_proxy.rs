//! A proxy in front of PostgreSQL that breaks a connection at its next commit.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use test_postgres::PostgresCluster;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

/// COMMIT as a client sends it: type, length, text. A statement may also commit by itself.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// The beginning of the statement that commits by itself.
const APPEND: &[u8] = b"SELECT database_time, last_event";

/// The name of the socket of PostgreSQL at its default port.
const SOCKET: &str = ".s.PGSQL.5432";

/// The moment at which the next connection that commits breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Break {
    Never = 0,
    /// PostgreSQL never gets what commits.
    BeforeCommit = 1,
    /// PostgreSQL has committed, and the response is lost.
    AfterCommit = 2,
}

/// The proxy, on a socket in a folder of its own.
pub(crate) struct BreakingProxy {
    folder: tempfile::TempDir,
    next: Arc<AtomicU8>,
}

impl BreakingProxy {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let next = Arc::new(AtomicU8::new(Break::Never as u8));
        let breaks = Arc::clone(&next);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(PostgresCluster::shared().socket_folder().join(SOCKET)).await.unwrap();
                tokio::spawn(pass(client, server, Arc::clone(&breaks)));
            }
        });
        Self { folder, next }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn break_next(&self, next: Break) {
        self.next.store(next as u8, Ordering::SeqCst);
    }
}

/// Passes bytes on in both directions until one side ends, or the connection is broken.
async fn pass(mut client: UnixStream, mut server: UnixStream, breaks: Arc<AtomicU8>) {
    let (mut from_client, mut from_server) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut appending = None;
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => {
                let Ok(read @ 1..) = read else { return };
                let sent = &from_client[..read];
                appending = appending.or_else(|| bind_of_append(sent));
                let commits = contains(sent, COMMIT) || appending.as_ref().is_some_and(|bind| contains(sent, bind));
                let now = if commits { breaks.swap(Break::Never as u8, Ordering::SeqCst) } else { Break::Never as u8 };
                if now == Break::BeforeCommit as u8 {
                    return;
                }
                server.write_all(&from_client[..read]).await.unwrap();
                if now == Break::AfterCommit as u8 {
                    // The response comes once the commit is done.
                    server.read(&mut from_server).await.unwrap();
                    return;
                }
            }
            read = server.read(&mut from_server) => {
                let Ok(read @ 1..) = read else { return };
                if client.write_all(&from_server[..read]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Returns a part of the message that executes the statement that commits, if it is prepared here.
///
/// The name of a statement precedes its text in Parse, and is the second field of Bind, after the empty name of the
/// portal. Names are a letter and a number.
fn bind_of_append(sent: &[u8]) -> Option<Vec<u8>> {
    let before = &sent[..sent.windows(APPEND.len()).position(|window| window == APPEND)?];
    let name = before.strip_suffix(b"\0")?.rsplit(|byte| !byte.is_ascii_alphanumeric()).next()?;
    Some([b"\0", name, b"\0"].concat())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
