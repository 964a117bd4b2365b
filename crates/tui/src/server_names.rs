//! The names of the servers of a room, as short as they can be told apart.

use std::collections::HashSet;

use client::ServerUrl;

/// The names of several servers of one store. With a single server, there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ServerNames(Vec<ServerName>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct ServerName {
    /// The origin, as exchanges name it.
    origin: String,
    /// The host, and the port if it is not the usual one.
    host: String,
    /// The port, if all servers have the same host name, or else the host.
    short: String,
    /// Whether its record cannot be followed.
    is_lost: bool,
}

impl ServerNames {
    /// Returns the names of the servers at these addresses. One that is not a URL has none.
    pub(crate) fn of<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        let mut urls: Vec<ServerUrl> = addresses.into_iter().filter_map(|address| address.parse().ok()).collect();
        let mut seen = HashSet::new();
        urls.retain(|url| seen.insert(url.origin()));
        if urls.len() < 2 {
            return Self::default();
        }
        let parts: Vec<_> = urls.iter().map(|url| split_port(&url.host())).collect();
        let is_one_host = parts.iter().all(|(host, port)| *host == parts[0].0 && port.is_some());
        let is_one_port = parts.iter().all(|(_, port)| *port == parts[0].1);
        let names = urls.iter().zip(&parts).map(|(url, (host, port))| {
            let short = match port {
                Some(port) if is_one_host => format!(":{port}"),
                _ if is_one_port => host.clone(),
                _ => url.host(),
            };
            ServerName { origin: url.origin(), host: url.host(), short, is_lost: false }
        });
        Self(names.collect())
    }

    /// Returns the number of servers; 0 means a single one.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns how many of the servers cannot be followed.
    pub(crate) fn lost(&self) -> usize {
        self.0.iter().filter(|name| name.is_lost).count()
    }

    /// Returns the hosts with their ports, and whether they are lost, in the order of the command line.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().map(|name| (&*name.host, name.is_lost))
    }

    /// Notes whether the server with this origin can be followed. Returns its host if that is new.
    pub(crate) fn set_followed(&mut self, origin: &str, is_followed: bool) -> Option<&str> {
        let name = self.0.iter_mut().find(|name| name.origin == origin && name.is_lost == is_followed)?;
        name.is_lost = !is_followed;
        Some(&name.host)
    }

    /// Returns the short name of the server with this origin.
    pub(crate) fn short(&self, origin: &str) -> Option<&str> {
        self.0.iter().find(|name| name.origin == origin).map(|name| &*name.short)
    }
}

/// Splits a host into its name and its port. The colons of an IPv6 address are within brackets.
fn split_port(host: &str) -> (String, Option<String>) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (name.to_owned(), Some(port.to_owned()))
        }
        _ => (host.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shorts(addresses: &[&str]) -> Vec<String> {
        let names = ServerNames::of(addresses.iter().copied());
        names.0.iter().map(|name| name.short.clone()).collect()
    }

    #[test]
    fn servers_are_named_by_what_tells_them_apart() {
        assert_eq!(shorts(&["http://a.example:4280", "http://a.example:4281/"]), [":4280", ":4281"]);
        assert_eq!(shorts(&["http://192.0.2.7:4280", "http://192.0.2.8:4280"]), ["192.0.2.7", "192.0.2.8"]);
        assert_eq!(shorts(&["https://a.example", "https://b.example"]), ["a.example", "b.example"]);
        assert_eq!(shorts(&["https://a.example", "http://a.example:4280"]), ["a.example", "a.example:4280"]);
        assert_eq!(shorts(&["http://a.example:1", "http://b.example:2"]), ["a.example:1", "b.example:2"]);
        assert_eq!(shorts(&["http://[::1]:1", "http://[::1]:2"]), [":1", ":2"]);
        assert_eq!(shorts(&["http://[2001:db8::1]", "http://[2001:db8::2]"]), ["[2001:db8::1]", "[2001:db8::2]"]);
    }

    #[test]
    fn single_server_has_no_name() {
        assert_eq!(shorts(&["http://a.example:4280"]), [""; 0]);
        assert_eq!(shorts(&["http://a.example:4280", "http://a.example:4280/"]), [""; 0]);
        assert_eq!(ServerNames::of(["http://a.example"]).count(), 0);
    }

    #[test]
    fn exchange_is_named_by_its_origin() {
        let names = ServerNames::of(["http://a.example:4280", "http://a.example:4281/"]);
        assert_eq!((names.short("http://a.example:4281"), names.short("http://b.example")), (Some(":4281"), None));
        assert_eq!(names.hosts().collect::<Vec<_>>(), [("a.example:4280", false), ("a.example:4281", false)]);
    }

    #[test]
    fn lost_server_is_noted_once() {
        let mut names = ServerNames::of(["http://a.example:4280", "http://a.example:4281/"]);
        assert_eq!(names.set_followed("http://a.example:4281", true), None);
        assert_eq!(names.set_followed("http://a.example:4281", false), Some("a.example:4281"));
        assert_eq!(names.set_followed("http://a.example:4281", false), None);
        assert_eq!(names.lost(), 1);
        assert_eq!(names.set_followed("http://a.example:4281", true), Some("a.example:4281"));
        assert_eq!(names.set_followed("http://b.example", false), None);
        assert_eq!(names.lost(), 0);
    }
}
