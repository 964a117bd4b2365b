//! Redirects: the address to which one leads.

/// A redirect that the examination followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowedRedirect {
    /// The address that was asked.
    pub from: String,
    /// The status of the redirect.
    pub status: u16,
    /// The address of the server to which it leads.
    pub to: String,
}

/// Returns the address of a server from the `Location` of a redirect of `target`.
///
/// `None` if it leads to another host, from https to http, or to another resource: a client must not send a token
/// there.
pub(crate) fn redirected_server(server: &str, target: &str, location: &str) -> Option<String> {
    let (scheme, rest) = server.split_once("://")?;
    let authority = rest.split('/').next()?;
    let whole = match location {
        _ if location.starts_with("//") => format!("{scheme}:{location}"),
        _ if location.starts_with('/') => format!("{scheme}://{authority}{location}"),
        _ => location.to_owned(),
    };
    let (new_scheme, new_rest) = whole.split_once("://")?;
    let is_secure = new_scheme == "https" || (new_scheme == "http" && scheme == "http");
    let same_host = host_of(new_rest.split('/').next()?) == host_of(authority);
    let path = target.split('?').next()?;
    let resource = whole.split('?').next()?.trim_end_matches('/');
    let base = resource.strip_suffix(path)?;
    (is_secure && same_host).then(|| base.to_owned())
}

/// Returns the host of an authority, without its port.
fn host_of(authority: &str) -> String {
    let end = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let colon = authority[end..].find(':').map_or(authority.len(), |colon| end + colon);
    authority[..colon].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_is_followed_on_the_same_host_only() {
        let list = "/api/documents?limit=1";
        let of = |server: &str, location: &str| redirected_server(server, list, location);
        for (server, location, to) in [
            ("http://class.example", "https://class.example/api/documents?limit=1", Some("https://class.example")),
            (
                "http://class.example:80",
                "https://Class.Example:8443/api/documents/",
                Some("https://Class.Example:8443"),
            ),
            ("http://class.example", "/room/api/documents?limit=1", Some("http://class.example/room")),
            ("http://class.example/a", "//class.example/b/api/documents", Some("http://class.example/b")),
            ("http://[::1]:80", "http://[::1]:81/api/documents", Some("http://[::1]:81")),
            ("http://class.example", "https://evil.example/api/documents", None),
            ("http://class.example", "https://class.example.evil/api/documents", None),
            ("http://class.example", "https://class.example@evil.example/api/documents", None),
            ("https://class.example", "http://class.example/api/documents", None),
            ("http://class.example", "https://class.example/login", None),
            ("http://class.example", "login", None),
            ("http://class.example", "", None),
        ] {
            assert_eq!(of(server, location).as_deref(), to, "{server} {location}");
        }
    }
}
