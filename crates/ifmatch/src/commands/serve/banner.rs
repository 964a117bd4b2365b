//! The banner of a server: its address, and the command with which others join.
//!
//! The command is typed on other machines, so it names an address that other machines can reach. Only the banner shows
//! codes; neither the log nor the store has them.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::Path;

use server::HostName;
use tui::RoomHosting;

use super::access::AccessPolicy;
use super::ssh::SshService;
use crate::output::stdout;
use crate::placeholders::ExamplePlaceholder;

/// The facts that the banner shows.
pub(super) struct Banner<'a> {
    /// The file of the certificate; `None` if connections are not encrypted.
    pub(super) certificate: Option<&'a Path>,
    /// The address that the server listens on.
    pub(super) address: SocketAddr,
    /// The store, as the command line names it.
    pub(super) place: &'a str,
    pub(super) access: &'a AccessPolicy,
    /// The names that the server answers to, besides addresses.
    pub(super) host_names: &'a [HostName],
    /// The server for people who join by SSH, if there is one.
    pub(super) ssh: Option<&'a SshService>,
}

impl Banner<'_> {
    /// Prints the banner. If standard output is closed, the server serves all the same.
    pub(super) fn print(&self) {
        if stdout::print(self.lines(&self.host_for_others())).is_err() {
            tracing::info!(address = %self.address, "the banner cannot be printed: standard output is closed");
        }
    }

    /// Returns host and port for other machines.
    fn host_for_others(&self) -> String {
        let port = self.address.port();
        if let Some(name) = self.host_names.first() {
            return format!("{name}:{port}");
        }
        match own_address(self.address.ip()) {
            Some(address) => SocketAddr::new(address, port).to_string(),
            None => format!("{}:{port}", ExamplePlaceholder::Address),
        }
    }

    /// Returns the host for other machines that join by SSH.
    fn ssh_host(&self) -> String {
        let listening = self.ssh.map(|ssh| ssh.address.ip());
        match (self.host_names.first(), listening.and_then(own_address)) {
            (Some(name), _) => name.to_string(),
            (None, Some(address)) => address.to_string(),
            (None, None) => ExamplePlaceholder::Address.to_string(),
        }
    }

    /// Returns the command with which a person joins.
    ///
    /// On this machine, a person can be several: there, the name is part of the command.
    fn join_command(&self, scheme: &str, host: &str) -> String {
        if self.address.ip().is_loopback() && self.host_names.is_empty() {
            let token = if matches!(self.access, AccessPolicy::Open) {
                String::new()
            } else {
                format!(" --token {}", ExamplePlaceholder::Token)
            };
            return format!("ifmatch edit --server {scheme}://{host} --as {}{token}", ExamplePlaceholder::Name);
        }
        match (scheme, host.strip_suffix(":4280")) {
            ("http", Some(default)) => format!("ifmatch join {default}"),
            ("http", None) => format!("ifmatch join {host}"),
            _ => format!("ifmatch join {scheme}://{host}"),
        }
    }

    /// Returns the banner.
    fn lines(&self, host: &str) -> String {
        let [before, after] = self.join_lines(host);
        format!("{}{before}{}{after}Ctrl-C ends it.\n", self.first_line(), self.leader_lines(host))
    }

    /// Returns what the screen of the leader shows of the banner.
    pub(super) fn hosting(&self) -> RoomHosting {
        let host = self.host_for_others();
        let lines = |text: &str| text.lines().map(str::to_owned).collect();
        RoomHosting {
            address: format!("{}://{host}", self.scheme()),
            command: self.join_command(self.scheme(), &host),
            join: lines(&self.join_lines(&host).concat()),
            leader: lines(&self.leader_lines(&host)),
            store: self.place.to_owned(),
            is_lasting: self.place != "memory:",
            seeds: Vec::new(),
            forwards_to: None,
        }
    }

    const fn scheme(&self) -> &'static str {
        if self.certificate.is_some() { "https" } else { "http" }
    }

    fn first_line(&self) -> String {
        format!("ifmatch serves {}://{}, documents in {}\n", self.scheme(), self.address, self.place)
    }

    /// Returns how the leader leads, with the leader's code if there is one.
    fn leader_lines(&self, host: &str) -> String {
        let AccessPolicy::Codes { leader, .. } = self.access else { return String::new() };
        format!(
            "you lead:   IFMATCH_TOKEN={leader} ifmatch observe --server {scheme}://{host}\n            \
             (this code opens /control: keep it to yourself. Both codes are valid until the server ends.)\n",
            scheme = self.scheme(),
            leader = leader.expose(),
        )
    }

    /// Returns how people join: what comes before the leader's lines, and what comes after them.
    fn join_lines(&self, host: &str) -> [String; 2] {
        let Self { certificate, address, access, host_names, ssh, .. } = self;
        let scheme = self.scheme();
        let join = self.join_command(scheme, host);
        let curl = format!("{scheme}://{host}/api/documents");
        let before = match access {
            AccessPolicy::Open => format!("join with:  {join}\nor by hand: curl -i {curl}\n"),
            AccessPolicy::Holders(_) => format!(
                "join with:  {join}\n            \
                 (the code is each person's own token)\n\
                 or by hand: curl -i -H 'Authorization: Bearer {token}' {curl}\n",
                token = ExamplePlaceholder::Token,
            ),
            AccessPolicy::Codes { room, .. } => format!(
                "join with:  {join}\n\
                 the code:   {room}\n\
                 or by hand: curl -i -H 'Authorization: Bearer {room}' {curl}\n",
                room = room.expose(),
            ),
        };
        let mut lines = String::new();
        if let Some(SshService { address: ssh, fingerprint, .. }) = ssh {
            let port = ssh.port();
            let host = self.ssh_host();
            let password = match access {
                AccessPolicy::Open => "no password is needed",
                AccessPolicy::Holders(_) => "the password is their token",
                AccessPolicy::Codes { .. } => "the password is the code",
            };
            // Writing into a string cannot fail.
            let _ = writeln!(
                lines,
                "or by ssh:  ssh -p {port} {name}@{host}\n            \
                 ({password}; the key of this host is {fingerprint})",
                name = ExamplePlaceholder::Name,
            );
        }
        if let Some(certificate) = certificate {
            // Which authorities other machines trust is not known here, so the hint does not depend on the issuer.
            let _ = writeln!(
                lines,
                "trust:      if other machines do not trust its issuer, they need a copy of {} and\n            \
                 --ca FILE (curl: --cacert FILE)",
                certificate.display()
            );
        }
        if !address.ip().is_loopback() && host_names.is_empty() {
            let port = address.port();
            let _ = writeln!(
                lines,
                "by name:    if started with --host-name NAME, the server also answers to {scheme}://NAME:{port}"
            );
        }
        [before, lines]
    }
}

/// Returns an address at which other machines reach a server, or `None` if this machine has none.
fn own_address(listening: IpAddr) -> Option<IpAddr> {
    if !listening.is_unspecified() {
        return Some(listening);
    }
    // Addresses that are reserved for documentation (RFC 5737, RFC 3849): the route to them leaves this machine.
    let far_4 = IpAddr::from(Ipv4Addr::new(192, 0, 2, 1));
    let far_6 = IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));
    // A socket on all IPv6 addresses mostly takes IPv4 connections too; the reverse is never true.
    let far = if listening.is_ipv6() { [Some(far_6), Some(far_4)] } else { [Some(far_4), None] };
    far.into_iter().flatten().find_map(address_towards)
}

/// Returns the address from which this machine would send to another one.
///
/// A connected datagram socket knows it, and connecting sends nothing.
fn address_towards(other: IpAddr) -> Option<IpAddr> {
    let any = if other.is_ipv6() { IpAddr::from(Ipv6Addr::UNSPECIFIED) } else { Ipv4Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    // Any port does: this one is for the discard protocol (RFC 863).
    socket.connect((other, 9)).ok()?;
    let own = socket.local_addr().ok()?.ip();
    // A link-local address is useless without the other machine's name for the link.
    let is_of_a_link = matches!(own, IpAddr::V6(own) if own.is_unicast_link_local());
    (!own.is_unspecified() && !own.is_loopback() && !is_of_a_link).then_some(own)
}

#[cfg(test)]
mod tests {
    use server::Tokens;

    use super::*;

    fn lines(address: &str, access: &AccessPolicy, names: &[&str]) -> String {
        let host_names: Vec<HostName> = names.iter().map(|name| name.parse().unwrap()).collect();
        let address: SocketAddr = address.parse().unwrap();
        let banner =
            Banner { certificate: None, address, place: "memory:", access, host_names: &host_names, ssh: None };
        let host = if address.ip().is_unspecified() && names.is_empty() {
            "192.0.2.7:4280".to_owned()
        } else {
            banner.host_for_others()
        };
        banner.lines(&host)
    }

    #[test]
    fn screen_of_an_empty_room_names_the_command_of_the_banner() {
        for (address, command) in [
            ("127.0.0.1:4280", "ifmatch edit --server http://127.0.0.1:4280 --as YOUR-NAME"),
            ("192.0.2.7:4280", "ifmatch join 192.0.2.7"),
        ] {
            let banner = Banner {
                certificate: None,
                address: address.parse().unwrap(),
                place: "memory:",
                access: &AccessPolicy::Open,
                host_names: &[],
                ssh: None,
            };
            let hosting = banner.hosting();
            assert_eq!(hosting.command, command);
            assert!(hosting.join[0].ends_with(&hosting.command), "{:?}", hosting.join);
        }
    }

    #[test]
    fn loopback_banner_needs_neither_name_nor_token() {
        let said = lines("127.0.0.1:4280", &AccessPolicy::Open, &[]);
        assert!(said.contains("join with:  ifmatch edit --server http://127.0.0.1:4280 --as YOUR-NAME\n"), "{said}");
        assert!(!said.contains("--host-name") && !said.contains("--token"), "{said}");
    }

    #[test]
    fn banner_of_a_room_has_codes_and_usable_address() {
        let codes =
            AccessPolicy::Codes { room: "kudop-lirat".parse().unwrap(), leader: "bomak-zuzuz".parse().unwrap() };
        let said = lines("0.0.0.0:4280", &codes, &[]);
        let join = "join with:  ifmatch join 192.0.2.7\nthe code:   kudop-lirat\n";
        assert!(said.starts_with("ifmatch serves http://0.0.0.0:4280,") && said.contains(join), "{said}");
        assert!(
            said.contains("you lead:   IFMATCH_TOKEN=bomak-zuzuz ifmatch observe --server http://192.0.2.7:4280\n")
        );
        assert!(said.contains("--host-name NAME"), "{said}");
    }

    #[test]
    fn banner_prefers_the_host_name_that_was_given() {
        let said = lines("[::]:80", &AccessPolicy::Holders(Tokens::default()), &["class.example", "other.example"]);
        assert!(said.contains("join with:  ifmatch join class.example:80\n"), "{said}");
        assert!(said.contains("each person's own token"), "{said}");
        assert!(!said.contains("--host-name"), "{said}");
    }

    #[test]
    fn tls_banner_says_which_certificate_to_trust() {
        let banner = Banner {
            certificate: Some(Path::new("room.pem")),
            address: "192.0.2.7:4280".parse().unwrap(),
            place: "memory:",
            access: &AccessPolicy::Open,
            host_names: &[],
            ssh: None,
        };
        let said = banner.lines("192.0.2.7:4280");
        assert!(said.contains("join with:  ifmatch join https://192.0.2.7:4280\n"), "{said}");
        assert!(said.contains("a copy of room.pem") && said.contains("--ca FILE (curl: --cacert FILE)\n"), "{said}");
        let said = lines("192.0.2.7:4280", &AccessPolicy::Open, &[]);
        assert!(!said.contains("https") && !said.contains("--ca"), "{said}");
    }

    #[test]
    fn chosen_address_is_kept() {
        let chosen: IpAddr = "192.0.2.7".parse().unwrap();
        assert_eq!(own_address(chosen), Some(chosen));
        for all in ["0.0.0.0", "::"] {
            let own = own_address(all.parse().unwrap());
            // A machine without a network has none.
            assert!(own.is_none_or(|own| !own.is_unspecified() && !own.is_loopback()), "{own:?}");
        }
    }
}
