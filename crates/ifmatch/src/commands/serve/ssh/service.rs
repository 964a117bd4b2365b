//! The SSH server of a running `ifmatch serve`.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;

use server::{GuessCounter, Tokens, Warnings};

use super::args::SshArgs;
use super::error::SshError;
#[cfg(all(unix, feature = "ssh"))]
use super::local_http::LocalHttp;
#[cfg(all(unix, feature = "ssh"))]
use super::room_host::RoomHost;
#[cfg(all(unix, feature = "ssh"))]
use crate::commands::serve::access::add_admin_code;

/// The facts about the HTTP server that the SSH server needs.
#[cfg_attr(not(all(unix, feature = "ssh")), expect(dead_code, reason = "of a build with the feature"))]
pub(in crate::commands::serve) struct SshServiceConfig<'a> {
    pub(in crate::commands::serve) options: &'a SshArgs,
    /// The address of the HTTP server.
    pub(in crate::commands::serve) http: SocketAddr,
    /// The file of the HTTP server's certificate; `None` if it does not encrypt its connections.
    pub(in crate::commands::serve) certificate: Option<&'a Path>,
    /// The tokens that the HTTP server accepts; `None` if it requires none.
    ///
    /// The SSH server adds one of its own, with which it learns of removed participants.
    pub(in crate::commands::serve) tokens: &'a mut Option<Tokens>,
    /// The folder of the host key and of the drafts.
    pub(in crate::commands::serve) folder: &'a Path,
    pub(in crate::commands::serve) warnings: Warnings,
    /// The count of wrong passwords.
    pub(in crate::commands::serve) guesses: GuessCounter,
}

/// An SSH server whose address is bound, and which does not serve yet.
#[cfg(all(unix, feature = "ssh"))]
pub(in crate::commands::serve) struct SshService {
    listener: tokio::net::TcpListener,
    key: ssh::HostKey,
    limits: ssh::SshLimits,
    host: RoomHost,
    /// The address that the server listens on.
    pub(in crate::commands::serve) address: SocketAddr,
    /// The fingerprint of the host key, which clients show to their users.
    pub(in crate::commands::serve) fingerprint: String,
}

#[cfg(all(unix, feature = "ssh"))]
impl SshService {
    /// Binds the address and reads the host key, or returns `None` if the options name no address.
    pub(in crate::commands::serve) async fn bind(config: SshServiceConfig<'_>) -> Result<Option<Self>, SshError> {
        let Some(address) = config.options.ssh else { return Ok(None) };
        let program = std::env::current_exe().map_err(SshError::Program)?;
        let key = ssh::HostKey::load_or_generate(&config.folder.join("host_key"))?;
        let (listener, address) = crate::local_server::listen(address).await?;
        let SshServiceConfig { http, certificate, tokens, warnings, guesses, folder, .. } = config;
        let http = LocalHttp::new(http, certificate, folder)?;
        // A copy without the token with which this server reads the participants: it must not be anyone's password.
        let passwords = tokens.clone();
        let own_token = tokens.as_mut().map(add_admin_code).transpose().map_err(SshError::Random)?;
        let folder = folder.to_owned();
        let host = RoomHost::new(http, passwords, own_token.as_ref(), program, folder, warnings, guesses)?;
        let limits = ssh::SshLimits {
            sessions: config.options.ssh_sessions.into(),
            idle_time: config.options.ssh_idle.duration(),
        };
        let fingerprint = key.fingerprint();
        Ok(Some(Self { listener, key, limits, host, address, fingerprint }))
    }

    /// Serves until `shutdown` is ready.
    pub(in crate::commands::serve) async fn serve(self, shutdown: impl Future<Output = ()>) {
        ssh::serve(self.listener, self.key, self.limits, self.host, shutdown).await;
    }
}

/// An SSH server, which this build does not have.
#[cfg(not(all(unix, feature = "ssh")))]
pub(in crate::commands::serve) struct SshService {
    pub(in crate::commands::serve) address: SocketAddr,
    pub(in crate::commands::serve) fingerprint: String,
}

#[cfg(not(all(unix, feature = "ssh")))]
impl SshService {
    /// Returns an error if the options name an address.
    #[expect(clippy::unused_async, reason = "as in a build with the feature")]
    pub(in crate::commands::serve) async fn bind(config: SshServiceConfig<'_>) -> Result<Option<Self>, SshError> {
        if config.options.ssh.is_none() { Ok(None) } else { Err(SshError::NotBuilt) }
    }

    /// Never called, since there is no such server.
    pub(in crate::commands::serve) async fn serve(self, shutdown: impl Future<Output = ()>) {
        shutdown.await;
    }
}
