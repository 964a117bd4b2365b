//! The sentences about access. None has a token in it.

use contract::Author;

pub(crate) fn no_credentials() -> String {
    "This server wants a token, and the request shows none. Ask whoever runs it for one, and send it with every request: \
     Authorization: Bearer and the token."
        .to_owned()
}

pub(crate) fn other_scheme() -> String {
    "This server wants a token, and what Authorization shows is of another scheme than Bearer. Ask whoever runs it for \
     a token, and send it as Authorization: Bearer and the token."
        .to_owned()
}

pub(crate) fn unknown_token() -> String {
    "The token is none of this server's. Check it letter by letter; a server that was started anew may have new ones, \
     so ask whoever runs it."
        .to_owned()
}

pub(crate) fn malformed() -> String {
    "Authorization cannot be read. It stands there once, and is the word Bearer, a space and a token of letters, digits \
     and - . _ ~ + /."
        .to_owned()
}

pub(crate) fn not_an_admin() -> String {
    "The token is good, and its holder does not lead this session: what is under /control wants an admin's token. Ask \
     whoever runs the server."
        .to_owned()
}

pub(crate) fn other_name(name: &Author) -> String {
    format!(
        "The token is {name}'s, and Ifmatch-Author names somebody else. Leave that field out, or write as {name}; who \
         somebody else is, their own token has to say."
    )
}

pub(crate) fn foreign_origin() -> String {
    "A web page of another origin sends this, and this server was not told of that origin. If the page is meant to use \
     the server, start it with --cors-origin and the origin that the field Origin names."
        .to_owned()
}

pub(crate) fn no_host() -> String {
    "The request does not say which host it is meant for. HTTP/1.1 wants one field Host, with the host of the address \
     that was asked for."
        .to_owned()
}

pub(crate) fn two_hosts() -> String {
    "The request names two hosts, so nobody can tell which one it is meant for. Send one field Host.".to_owned()
}

pub(crate) fn no_such_host() -> String {
    "The host of the request is neither a name nor an address, with or without a port behind it. Send the host of the \
     address that was asked for."
        .to_owned()
}

pub(crate) fn misdirected(host: &str) -> String {
    format!(
        "This server does not answer to the name {host}: a web page could have made that name up to reach it. Use the \
         server's address in its place; or, if the name is meant to be this server's, start it with --host-name {host}."
    )
}
