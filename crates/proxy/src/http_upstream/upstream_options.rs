//! The options of the connections to the server behind the proxy.

use std::time::Duration;

#[cfg(feature = "tls")]
use super::tls::UpstreamTls;

/// The options of the connections to the server behind the proxy.
#[derive(Debug, Clone)]
pub struct UpstreamOptions {
    /// How long the proxy waits for a connection.
    pub connect_timeout: Duration,
    /// How long the proxy waits for the header section of a response, after the last byte of the request.
    pub response_timeout: Duration,
    /// The most connections at the same time. Further requests wait as long as for a connection.
    pub max_connections: usize,
    /// The certificates that are trusted; `None` if the server's address is not https.
    #[cfg(feature = "tls")]
    pub tls: Option<UpstreamTls>,
}

impl Default for UpstreamOptions {
    /// 10 s for a connection, 60 s for a response, 1,000 connections.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            response_timeout: Duration::from_secs(60),
            max_connections: 1000,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}
