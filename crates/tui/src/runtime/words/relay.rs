//! A TCP relay to the server whose connections a test can cut.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The relay.
pub(super) struct Relay {
    url: String,
    cuts: watch::Sender<u64>,
}

impl Relay {
    /// Starts a relay to an address.
    pub(super) async fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound listener has an address"));
        let (cuts, cut) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let mut cut = cut.clone();
                cut.mark_unchanged();
                tokio::spawn(async move {
                    tokio::select! {
                        () = join(near, to) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { url, cuts }
    }

    /// Returns the address of the relay, for the program under test.
    pub(super) fn url(&self) -> String {
        self.url.clone()
    }

    /// Closes every open connection. New connections are still accepted.
    pub(super) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

/// Copies bytes in both directions until either end closes.
async fn join(mut near: TcpStream, to: SocketAddr) {
    if let Ok(mut far) = TcpStream::connect(to).await {
        // With or without an error, both ends are closed afterwards.
        let _ = copy_bidirectional(&mut near, &mut far).await;
    }
}
