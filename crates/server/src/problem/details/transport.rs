//! The sentences about requests that did not come through: not HTTP, too large, or too late.

/// hyper could not read it, and does not tell us why.
pub(crate) fn unreadable() -> String {
    "What came is no request of HTTP/1.1: its first line, the name or the value of one of its fields, or its \
     Content-Length is not as RFC 9112 wants it. (It may also be TLS, where this port speaks plain HTTP: then use an \
     http:// address.) Nothing was done. Correct the request; the connection ends."
        .to_owned()
}

pub(crate) fn long_head() -> String {
    "The head of the request has more than 32 KiB, or more than 100 field lines. Nothing was done. Leave out fields that \
     this server does not need, such as cookies; the connection ends."
        .to_owned()
}

/// The head is too large, and could be read.
pub(crate) fn large_head() -> String {
    "The head of the request has more than 32 KiB. Nothing was done. Leave out fields that this server does not need, such \
     as cookies."
        .to_owned()
}

/// The head has too many lines, and could be read.
pub(crate) fn many_fields() -> String {
    "The head of the request has more than 100 field lines. Nothing was done. Leave out fields that this server does not \
     need, such as cookies."
        .to_owned()
}

/// The head did not come in time.
pub(crate) fn late_head(seconds: u64) -> String {
    format!(
        "The head of the request did not come to its end within {seconds} seconds, so it was not done. Send it again, \
         at once; the connection ends."
    )
}

/// The body is coded in a way that is not understood.
pub(crate) fn transfer_coding() -> String {
    "Transfer-Encoding names another coding than chunked, or more than one, and no other is understood here. Nothing was \
     done. Send the body with Content-Length, or with Transfer-Encoding: chunked alone; the connection ends."
        .to_owned()
}

pub(crate) fn long_target() -> String {
    "The first line of the request is too long. No document has an address like that. Nothing was done. Send a shorter \
     one; the connection ends."
        .to_owned()
}

/// Plain HTTP came to a port for TLS.
pub(crate) fn not_encrypted() -> String {
    "This port speaks TLS, and what came is not encrypted. Nothing was done. Use the same address with https:// in front \
     of it."
        .to_owned()
}

/// The system's clock has a time that HTTP cannot write.
pub(crate) fn no_time() -> String {
    "The clock of the server's machine has a time before 1970 or after 9998, and HTTP cannot write it. Nothing was \
     done. The operator of the server has to set the clock; the connection ends."
        .to_owned()
}

/// The body did not come in time.
pub(crate) fn late(seconds: u64) -> String {
    format!(
        "The request did not come to its end within {seconds} seconds, so it was not done. Send it again, at once; the \
         connection ends."
    )
}
