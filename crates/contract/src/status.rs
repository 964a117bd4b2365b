//! The reason phrases of the standards.
//!
//! The server gives its types of problem other titles; these are for display.

/// Returns the reason phrase of a status; `None` if the contract does not use it.
///
/// RFC 9110 section 15 and RFC 6585 define them.
///
/// # Examples
///
/// ```
/// assert_eq!(contract::phrase(412), Some("Precondition Failed"));
/// assert_eq!(contract::phrase(299), None);
/// ```
#[must_use]
pub const fn phrase(status: u16) -> Option<&'static str> {
    Some(match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => return None,
    })
}

/// Returns a status with one word, such as `412 failed`, for places too narrow for the reason phrase.
///
/// The words are our own; if the contract does not use the status, they name its class.
///
/// # Examples
///
/// ```
/// assert_eq!(contract::short_status(428), "428 required");
/// ```
#[must_use]
pub fn short_status(status: u16) -> String {
    let word = match status {
        200 => "OK",
        201 => "created",
        204 => "no content",
        304 => "not modified",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not found",
        405 => "not allowed",
        408 => "timeout",
        409 => "conflict",
        410 => "gone",
        412 => "failed",
        413 | 431 => "too large",
        414 => "too long",
        415 => "media type",
        421 => "misdirected",
        422 => "unprocessable",
        428 => "required",
        429 => "too many",
        501 => "not implemented",
        503 => "unavailable",
        _ => match status / 100 {
            1 => "interim",
            2 => "success",
            3 => "redirect",
            4 => "client error",
            _ => "server error",
        },
    };
    format!("{status} {word}")
}
