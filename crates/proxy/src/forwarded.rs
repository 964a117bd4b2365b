//! The fields that a proxy adds to a message: `Via`, `Forwarded` and `X-Forwarded-*`.

use std::net::IpAddr;

use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Version};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The client's side of a request, as the server behind the proxy should learn it.
#[derive(Debug, Clone)]
pub(crate) struct ClientSide<'a> {
    pub(crate) address: Option<IpAddr>,
    pub(crate) is_encrypted: bool,
    /// The host that the client named.
    pub(crate) host: Option<&'a [u8]>,
}

/// Adds who sent a request, and how (RFC 7239).
///
/// `Forwarded` and `X-Forwarded-For` are lists to which each proxy appends. The other two fields have the values that
/// this proxy knows, whatever the client sent.
pub(crate) fn add_forwarded(headers: &mut HeaderMap, client: &ClientSide<'_>) {
    let scheme = if client.is_encrypted { "https" } else { "http" };
    let address = client.address.map(|address| address.to_string());
    let host = client.host.and_then(|host| str::from_utf8(host).ok()).filter(|host| is_plain_host(host));
    // One buffer, since every request gets this.
    let mut element = String::with_capacity(64);
    element.push_str("for=");
    let quotes = if matches!(client.address, Some(IpAddr::V6(_))) { ("\"[", "]\"") } else { ("", "") };
    element.extend([quotes.0, address.as_deref().unwrap_or("unknown"), quotes.1]);
    if let Some(host) = host {
        element.extend([";host=\"", host, "\""]);
    }
    element.extend([";proto=", scheme]);
    append(headers, header::FORWARDED, element);
    if let Some(address) = address {
        append(headers, X_FORWARDED_FOR, address);
    }
    headers.remove(X_FORWARDED_HOST);
    if let Some(host) = host.and_then(|host| HeaderValue::from_str(host).ok()) {
        headers.insert(X_FORWARDED_HOST, host);
    }
    headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static(scheme));
}

/// Appends a member to a list. The list becomes one line, since some programs read only the first.
fn append(headers: &mut HeaderMap, name: HeaderName, member: String) {
    let mut list = Vec::new();
    for line in headers.get_all(&name) {
        list.extend_from_slice(line.as_bytes());
        list.extend_from_slice(b", ");
    }
    let list = if list.is_empty() { member.into_bytes() } else { [&list[..], member.as_bytes()].concat() };
    if let Ok(list) = HeaderValue::try_from(list) {
        headers.insert(name, list);
    }
}

/// Returns whether a host needs no escapes inside quotes.
fn is_plain_host(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

/// Adds this proxy to the recipients of a message (RFC 9110 section 7.6.3).
///
/// `version` is that of the message as it arrived.
pub(crate) fn add_via(headers: &mut HeaderMap, version: Version, via: &ViaValues) {
    let value = match version {
        Version::HTTP_09 => &via.v0_9,
        Version::HTTP_10 => &via.v1_0,
        Version::HTTP_2 => &via.v2,
        Version::HTTP_3 => &via.v3,
        _ => &via.v1_1,
    };
    headers.append(header::VIA, value.clone());
}

/// The values of `Via`, one for each version of HTTP.
#[derive(Debug)]
pub(crate) struct ViaValues {
    v0_9: HeaderValue,
    v1_0: HeaderValue,
    v1_1: HeaderValue,
    v2: HeaderValue,
    v3: HeaderValue,
}

impl ViaValues {
    /// Returns the values of the proxy with this name.
    ///
    /// # Panics
    ///
    /// The name contains other characters than visible ASCII.
    pub(crate) fn of(pseudonym: &str) -> Self {
        let value = |version: &str| {
            HeaderValue::from_str(&format!("{version} {pseudonym}")).expect("the name of a proxy is ASCII")
        };
        Self { v0_9: value("0.9"), v1_0: value("1.0"), v1_1: value("1.1"), v2: value("2"), v3: value("3") }
    }
}

/// Returns whether a message has passed a proxy with this pseudonym.
pub(crate) fn has_passed(headers: &HeaderMap, pseudonym: &str) -> bool {
    let lines = headers.get_all(header::VIA).iter().filter_map(|line| line.to_str().ok());
    let mut recipients = lines.flat_map(|line| line.split(','));
    recipients.any(|recipient| recipient.split_ascii_whitespace().nth(1) == Some(pseudonym))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(before: &[(&'static str, &'static str)], client: &ClientSide<'_>) -> Vec<(String, String)> {
        let lines = before.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value);
        }
        add_forwarded(&mut headers, client);
        let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
        headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
    }

    fn of(fields: &[(String, String)], name: &str) -> Option<String> {
        fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn client_is_appended_to_the_lists() {
        let client = ClientSide {
            address: Some("192.0.2.7".parse().unwrap()),
            is_encrypted: false,
            host: Some(b"class.example:4281"),
        };
        let fields =
            after(&[("forwarded", "for=a"), ("x-forwarded-for", "10.0.0.1"), ("x-forwarded-for", "10.0.0.2")], &client);
        let forwarded = "for=a, for=192.0.2.7;host=\"class.example:4281\";proto=http";
        assert_eq!(of(&fields, "forwarded").as_deref(), Some(forwarded));
        assert_eq!(of(&fields, "x-forwarded-for").as_deref(), Some("10.0.0.1, 10.0.0.2, 192.0.2.7"));
        assert_eq!(of(&fields, "x-forwarded-host").as_deref(), Some("class.example:4281"));
        assert_eq!(of(&fields, "x-forwarded-proto").as_deref(), Some("http"));
    }

    #[test]
    fn client_cannot_claim_another_scheme_or_host() {
        let client = ClientSide { address: None, is_encrypted: true, host: Some(b"a\"b") };
        let fields = after(&[("x-forwarded-proto", "gopher"), ("x-forwarded-host", "evil")], &client);
        assert_eq!(of(&fields, "x-forwarded-proto").as_deref(), Some("https"));
        assert_eq!(of(&fields, "x-forwarded-host"), None, "a host that would need escapes is left out");
        assert_eq!(of(&fields, "forwarded").as_deref(), Some("for=unknown;proto=https"));
    }

    #[test]
    fn ipv6_address_is_quoted() {
        let client = ClientSide { address: Some("2001:db8::1".parse().unwrap()), is_encrypted: false, host: None };
        let fields = after(&[], &client);
        assert_eq!(of(&fields, "forwarded").as_deref(), Some("for=\"[2001:db8::1]\";proto=http"));
        assert_eq!(of(&fields, "x-forwarded-for").as_deref(), Some("2001:db8::1"));
    }

    #[test]
    fn proxy_recognizes_its_own_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::VIA, HeaderValue::from_static("1.0 fred, 1.1 other (a comment)"));
        assert!(!has_passed(&headers, "ifmatch-1"));
        add_via(&mut headers, Version::HTTP_2, &ViaValues::of("ifmatch-1"));
        assert!(has_passed(&headers, "ifmatch-1") && has_passed(&headers, "fred") && !has_passed(&headers, "1.1"));
        assert_eq!(headers.get_all(header::VIA).iter().nth(1).unwrap(), "2 ifmatch-1");
    }
}
