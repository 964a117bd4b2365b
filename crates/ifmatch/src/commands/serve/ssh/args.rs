//! The options of joining by SSH.

use std::net::SocketAddr;

use clap::Args;

use crate::commands::serve::keep_time::KeepTime;

/// The options of joining by SSH.
#[derive(Debug, Clone, Args)]
pub(in crate::commands::serve) struct SshArgs {
    /// Let people join by ssh too, at this address and port: with nothing to install, each gets the editor.
    ///
    /// They join with 'ssh -p PORT NAME@HOST', and the code or token is their password. The server serves the editor
    /// and nothing else: no shell, no commands, no files, no forwarding. Its host key is generated once, and kept in
    /// the data folder.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) ssh: Option<SocketAddr>,

    /// The most people who are connected by ssh at the same time.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) ssh_sessions: u16,

    /// End an ssh session in which nothing was typed for this long, such as 90m.
    ///
    /// Unsaved text is kept as a draft, which the next session with the same name is offered.
    #[arg(long, value_name = "TIME", default_value = "2h")]
    pub(super) ssh_idle: KeepTime,
}

impl SshArgs {
    /// Returns the address for SSH, or `None` if the server does not offer it.
    pub(in crate::commands::serve) fn address(&self) -> Option<SocketAddr> {
        self.ssh
    }
}
