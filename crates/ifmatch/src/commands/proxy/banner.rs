//! The banner of a proxy: its address, and how to lead it from elsewhere.

use std::net::SocketAddr;

use contract::Token;
use proxy::UpstreamUrl;
use server::CONTROL_PREFIX;
use tui::RoomHosting;

use super::args::GuardChoice;
use crate::commands::serve::own_client::reachable;
use crate::output::stdout;

/// The facts that the banner shows.
pub(super) struct ProxyBanner<'a> {
    /// The address that the proxy listens on.
    pub(super) address: SocketAddr,
    /// The server behind the proxy.
    pub(super) to: &'a UpstreamUrl,
    /// Whether the proxy judges the preconditions of writes, and which.
    pub(super) guard: Option<GuardChoice>,
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
        let (guard, leader) = (self.guard_line(), self.leader_lines());
        format!("ifmatch forwards http://{} to {}\n{guard}{leader}Ctrl-C ends it.\n", self.address, self.to)
    }

    fn guard_line(&self) -> &'static str {
        match self.guard {
            None => "",
            Some(GuardChoice::Required) => "guard:      a write must send If-Match with the ETag that it has read\n",
            Some(GuardChoice::Optional) => "guard:      the If-Match of a write is judged, if there is one\n",
        }
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
            join: [format!("use:        {url} in place of {}", self.to)]
                .into_iter()
                .chain(self.guard_line().lines().map(str::to_owned))
                .collect(),
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
        let banner = ProxyBanner { address: "127.0.0.1:4281".parse().unwrap(), to: &to, guard: None, code: None };
        let said = banner.lines();
        assert!(said.starts_with("ifmatch forwards http://127.0.0.1:4281 to http://localhost:3000\n"), "{said}");
        assert!(said.contains("ifmatch observe --server http://127.0.0.1:4281/.ifmatch\n"), "{said}");
        assert!(!said.contains("If-Match"), "{said}");
        let guarded = ProxyBanner { guard: Some(GuardChoice::Required), ..banner };
        assert!(guarded.lines().contains("must send If-Match"), "{}", guarded.lines());
        let code: Token = "bomak-zuzuz".parse().unwrap();
        let banner = ProxyBanner { address: "0.0.0.0:4281".parse().unwrap(), to: &to, guard: None, code: Some(&code) };
        let said = banner.lines();
        assert!(said.contains("IFMATCH_TOKEN=bomak-zuzuz ifmatch observe --server http://127.0.0.1:4281/"), "{said}");
    }
}
