//! The sentences about requests that the server could not receive: not HTTP, too large, or too late.

/// hyper could not parse the request, and does not tell us why.
pub(crate) fn unreadable() -> String {
    "The server received something that is not an HTTP/1.1 request: its first line, a field's name or value, or its \
     Content-Length is malformed (RFC 9112). Or it is TLS, and this port speaks plain HTTP: then use an http:// \
     address. Nothing was done. The server closes the connection; correct the request."
        .to_owned()
}

pub(crate) fn long_head() -> String {
    "The request's header section has more than 32 KiB, or more than 100 field lines. Nothing was done. The server \
     closes the connection; omit fields that this server does not need, such as cookies."
        .to_owned()
}

/// The header section is too large, but the server could read it.
pub(crate) fn large_head() -> String {
    "The request's header section has more than 32 KiB. Nothing was done. Omit fields that this server does not need, \
     such as cookies."
        .to_owned()
}

/// The header section has too many lines, but the server could read it.
pub(crate) fn many_fields() -> String {
    "The request's header section has more than 100 field lines. Nothing was done. Omit fields that this server does \
     not need, such as cookies."
        .to_owned()
}

/// The header section did not arrive in time.
pub(crate) fn late_head(seconds: u64) -> String {
    format!(
        "The request's header section was not complete within {} of its first byte. Nothing was done. The server \
         closes the connection; send the request again without pausing.",
        count_seconds(seconds)
    )
}

/// The body has a transfer coding that the server does not support.
pub(crate) fn transfer_coding() -> String {
    "Transfer-Encoding names another coding than chunked, or more than one, and this server supports only chunked. \
     Nothing was done. The server closes the connection; send the body with Content-Length, or with Transfer-Encoding: \
     chunked alone."
        .to_owned()
}

pub(crate) fn long_target() -> String {
    "The request's first line is too long: no resource of this server has such a long URL. Nothing was done. The \
     server closes the connection; send a shorter URL."
        .to_owned()
}

/// A plain HTTP request arrived at a TLS port.
pub(crate) fn not_encrypted() -> String {
    "This port speaks TLS, and the request is not encrypted. Nothing was done. Use the same address with https://."
        .to_owned()
}

/// The system clock has a time that an HTTP date cannot express.
pub(crate) fn no_time() -> String {
    "The server's clock shows a time before 1970 or after 9998, which this server cannot write as an HTTP date. \
     Nothing was done. The server closes the connection; its operator must set the clock."
        .to_owned()
}

/// The body did not arrive in time.
pub(crate) fn late(seconds: u64) -> String {
    format!(
        "The request was not complete within {}. Nothing was done. The server closes the connection; send the request \
         again without pausing.",
        count_seconds(seconds)
    )
}

/// Returns a number of seconds in words.
fn count_seconds(seconds: u64) -> String {
    if seconds == 1 { "a second".to_owned() } else { format!("{seconds} seconds") }
}
