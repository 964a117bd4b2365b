//! The banner of a proxy: its address, and how to lead it from elsewhere.

use std::net::SocketAddr;

use contract::Token;
use proxy::UpstreamUrl;
use server::CONTROL_PREFIX;
use tui::RoomHosting;

use crate::commands::serve::own_client::reachable;
use crate::output::stdout;

/// The facts that the banner shows.
pub(super) struct ProxyBanner<'a> {
    /// The address that the proxy listens on.
    pub(super) address: SocketAddr,
    /// The server behind the proxy.
    pub(super) to: &'a UpstreamUrl,
    /// The code for the control interface, if one is needed.
    pub(super) code: Option<&'a Token>,
}

impl ProxyBanner<'_> {
    /// Prints the banner. If standard output is closed, the proxy serves all the same.
    pub(super) fn print(&self) {
        if stdout::print(self.lines()).is_err() {
            tracing::info!(address = %self.address, "the banner cannot be printed: standard output is closed");
        }
    }

    fn url(&self) -> String {
        format!("http://{}", reachable(self.address))
    }

    /// Returns the banner.
    fn lines(&self) -> String {
        format!("ifmatch forwards http://{} to {}\n{}Ctrl-C ends it.\n", self.address, self.to, self.leader_lines())
    }

    fn leader_lines(&self) -> String {
        let url = self.url();
        let observe = format!("ifmatch observe --server {url}{CONTROL_PREFIX}");
        match self.code {
            None => format!("watch:      {observe}\n"),
            Some(code) => format!(
                "watch:      IFMATCH_TOKEN={} {observe}\n            \
                 (this code opens {CONTROL_PREFIX}: keep it to yourself. It is valid until the proxy ends.)\n",
                code.expose()
            ),
        }
    }

    /// Returns what the screen shows of the banner.
    pub(super) fn hosting(&self) -> RoomHosting {
        let url = self.url();
        let leader = if self.code.is_some() { self.leader_lines() } else { String::new() };
        RoomHosting {
            command: format!("curl -i {url}/"),
            join: vec![format!("use:        {url} in place of {}", self.to)],
            leader: leader.lines().map(str::to_owned).collect(),
            address: url,
            store: "memory:".to_owned(),
            seeds: Vec::new(),
            is_lasting: false,
            forwards_to: Some(self.to.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banner_names_both_ends_and_the_screen() {
        let to = "http://localhost:3000".parse().unwrap();
        let banner = ProxyBanner { address: "127.0.0.1:4281".parse().unwrap(), to: &to, code: None };
        let said = banner.lines();
        assert!(said.starts_with("ifmatch forwards http://127.0.0.1:4281 to http://localhost:3000\n"), "{said}");
        assert!(said.contains("ifmatch observe --server http://127.0.0.1:4281/.ifmatch\n"), "{said}");
        let code: Token = "bomak-zuzuz".parse().unwrap();
        let banner = ProxyBanner { address: "0.0.0.0:4281".parse().unwrap(), to: &to, code: Some(&code) };
        let said = banner.lines();
        assert!(said.contains("IFMATCH_TOKEN=bomak-zuzuz ifmatch observe --server http://127.0.0.1:4281/"), "{said}");
    }
}
