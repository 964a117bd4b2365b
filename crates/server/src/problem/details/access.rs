//! The sentences about access. None contains a token.

use contract::Author;

pub(crate) fn no_credentials() -> String {
    "This server requires a token, and the request has none. Ask the server's operator for one, and send it with every \
     request: Authorization: Bearer TOKEN."
        .to_owned()
}

pub(crate) fn other_scheme() -> String {
    "This server requires a token, and Authorization has another scheme than Bearer. Ask the server's operator for a \
     token, and send it with every request: Authorization: Bearer TOKEN."
        .to_owned()
}

pub(crate) fn unknown_token() -> String {
    "This server does not know the token. Compare it letter by letter with the one that you were given. A restarted \
     server may have new tokens: if so, ask its operator."
        .to_owned()
}

pub(crate) fn malformed() -> String {
    "Authorization is malformed. Send it once: the word Bearer, a space, and a token of letters, digits and - . _ ~ + \
     /."
    .to_owned()
}

pub(crate) fn not_an_admin() -> String {
    "The token is valid, but it is not an admin's, and everything under /control requires an admin token. Ask the \
     server's operator for one."
        .to_owned()
}

pub(crate) fn other_name(name: &Author) -> String {
    format!(
        "The token was issued to {name}, and Ifmatch-Author names another author. Omit that field, or write as {name}. \
         To write under another name, send the token that was issued to that name."
    )
}

pub(crate) fn foreign_origin() -> String {
    "The request comes from a web page of an origin that this server does not allow. If the page is meant to use the \
     server, its operator must start it with --cors-origin and the value of the field Origin."
        .to_owned()
}

pub(crate) fn no_host() -> String {
    "The request has no Host, so the server cannot tell which host it is meant for. HTTP/1.1 requires one field Host, \
     with the host of the request's URL."
        .to_owned()
}

pub(crate) fn two_hosts() -> String {
    "The request names two hosts, so the server cannot tell which one it is meant for. Send one field Host.".to_owned()
}

pub(crate) fn no_such_host() -> String {
    "The request's host is neither a name nor an address, with or without a port. Send the host of the request's URL."
        .to_owned()
}

pub(crate) fn misdirected(host: &str) -> String {
    format!(
        "This server does not answer to the name {host}: a web page could have made up that name to reach the server. \
         Use the server's address instead. If the name is meant for this server, its operator must start it with \
         --host-name {host}."
    )
}
