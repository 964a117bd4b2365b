//! Which proxy is on the path, by the fields and the error pages that it adds.
//!
//! The server itself sends neither `Server` nor `Via`. HAProxy names itself nowhere but in its error pages.

use client::RawResponse;

/// A proxy for which this crate knows the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProxyKind {
    /// nginx, and what is built on it (OpenResty, Tengine).
    Nginx,
    /// Apache httpd.
    Httpd,
    /// HAProxy.
    Haproxy,
    /// Varnish.
    Varnish,
    /// Caddy.
    Caddy,
}

/// The fields in which intermediaries name themselves.
const SIGNS: [&str; 7] = ["Server", "Via", "X-Varnish", "X-Cache", "X-Cache-Status", "X-Served-By", "CF-Ray"];

/// The most of a sign that is kept, in characters.
const MAX_SIGN_CHARS: usize = 60;

/// The most of an error page that is searched for names, in bytes.
const MAX_PAGE_BYTES: usize = 4096;

impl ProxyKind {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Nginx, Self::Httpd, Self::Haproxy, Self::Varnish, Self::Caddy];

    /// Returns the usual name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Httpd => "Apache httpd",
            Self::Haproxy => "HAProxy",
            Self::Varnish => "Varnish",
            Self::Caddy => "Caddy",
        }
    }

    /// Returns the words, in lower case, by which it is known.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Nginx => &["nginx", "openresty", "tengine"],
            Self::Httpd => &["apache"],
            Self::Haproxy => &["haproxy"],
            Self::Varnish => &["varnish"],
            Self::Caddy => &["caddy"],
        }
    }

    fn is_named_in(self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.words().iter().any(|word| text.contains(word))
    }
}

/// Returns the proxies that these responses name, in the order of [`ProxyKind::ALL`].
pub(crate) fn recognized(responses: &[&RawResponse]) -> Vec<ProxyKind> {
    let is_named = |kind: &ProxyKind| responses.iter().any(|response| names(response, *kind));
    ProxyKind::ALL.into_iter().filter(is_named).collect()
}

fn names(response: &RawResponse, kind: ProxyKind) -> bool {
    let in_field =
        ["Server", "Via"].iter().filter_map(|name| response.field(name)).any(|value| kind.is_named_in(value));
    let own_field = kind == ProxyKind::Varnish && response.field("X-Varnish").is_some();
    in_field || own_field || error_page(response).is_some_and(|page| kind.is_named_in(&page))
}

/// Returns the beginning of an error page. Documents, which may contain any words, are not searched.
fn error_page(response: &RawResponse) -> Option<String> {
    let is_page = response.status >= 400 && response.field("Content-Type").is_some_and(|kind| kind.contains("html"));
    is_page.then(|| String::from_utf8_lossy(&response.body[..response.body.len().min(MAX_PAGE_BYTES)]).into_owned())
}

/// Returns the fields by which intermediaries name themselves, such as `Server: nginx/1.22.1`.
///
/// Each field is named once.
pub(crate) fn signs<'a>(responses: impl Iterator<Item = &'a RawResponse>) -> Vec<String> {
    let mut signs: Vec<String> = Vec::new();
    for response in responses {
        for name in SIGNS {
            let sign = response
                .field(name)
                .map(|value| format!("{name}: {}", value.chars().take(MAX_SIGN_CHARS).collect::<String>()));
            let is_named = signs.iter().any(|known| known.split(':').next() == Some(name));
            let sign = sign.filter(|_| !is_named);
            signs.extend(sign);
        }
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, fields: &[(&str, &str)], body: &str) -> RawResponse {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        RawResponse { status, fields, body: body.as_bytes().to_vec(), ..RawResponse::default() }
    }

    #[test]
    fn proxy_is_known_by_its_fields_and_error_pages() {
        let html = ("content-type", "text/html");
        for (given, kinds) in [
            (response(200, &[("server", "nginx/1.22.1")], ""), vec![ProxyKind::Nginx]),
            (response(200, &[("server", "openresty")], ""), vec![ProxyKind::Nginx]),
            (response(200, &[("server", "Apache/2.4.62 (Debian)")], ""), vec![ProxyKind::Httpd]),
            (response(200, &[("x-varnish", "32770")], ""), vec![ProxyKind::Varnish]),
            (response(200, &[("via", "1.1 Caddy"), ("server", "nginx")], ""), vec![ProxyKind::Nginx, ProxyKind::Caddy]),
            (response(405, &[html], "<center>nginx</center>"), vec![ProxyKind::Nginx]),
            (response(200, &[], "nginx"), vec![]),
            (response(412, &[("content-type", "application/problem+json")], "haproxy"), vec![]),
        ] {
            assert_eq!(recognized(&[&given]), kinds, "{given:?}");
        }
    }

    #[test]
    fn each_sign_is_named_once() {
        let one = response(200, &[("server", "nginx"), ("x-varnish", "1")], "");
        let other = response(200, &[("server", "nginx"), ("x-varnish", "2")], "");
        assert_eq!(signs([&one, &other].into_iter()), ["Server: nginx", "X-Varnish: 1"]);
    }
}
