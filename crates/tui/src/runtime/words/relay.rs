//! A network that breaks when the test says so: a port whose connections lead to the server, until they are cut.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The port.
pub(super) struct Relay {
    url: String,
    cuts: watch::Sender<u64>,
}

impl Relay {
    /// Opens a port that leads to this address.
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

    /// The address that the program under test is given.
    pub(super) fn url(&self) -> String {
        self.url.clone()
    }

    /// Breaks every connection that there is. New ones are taken.
    pub(super) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

/// Carries bytes both ways until either end closes.
async fn join(mut near: TcpStream, to: SocketAddr) {
    if let Ok(mut far) = TcpStream::connect(to).await {
        // However it ends, both ends are closed afterwards.
        let _ = copy_bidirectional(&mut near, &mut far).await;
    }
}
