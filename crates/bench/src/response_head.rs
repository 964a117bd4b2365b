//! A parser of as much of HTTP/1.1 as the end of a response depends on: the driver must be cheap.

/// The head of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ResponseHead {
    pub(crate) status: u16,
    /// The length of the head in bytes.
    pub(crate) length: usize,
    /// The length of the body in bytes.
    pub(crate) body: usize,
}

/// Parses the head at the beginning of `bytes`. Returns `None` if it is incomplete.
pub(crate) fn parse_head(bytes: &[u8]) -> Option<ResponseHead> {
    let length = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let digits = bytes.get(9..12)?;
    let status = digits.iter().fold(0, |number, digit| number * 10 + u16::from(digit.wrapping_sub(b'0')));
    // These have no body, whatever their fields say (RFC 9112 section 6.3).
    let body = if matches!(status, 204 | 304) { 0 } else { number(field(&bytes[..length], b"content-length")) };
    Some(ResponseHead { status, length, body })
}

/// Returns the value of a field; `name` is in lower case.
pub(crate) fn field<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    head.split(|&byte| byte == b'\n').find_map(|line| {
        let (found, rest) = line.split_at_checked(name.len())?;
        let value = rest.strip_prefix(b":").filter(|_| found.eq_ignore_ascii_case(name))?;
        Some(value.trim_ascii())
    })
}

fn number(digits: Option<&[u8]>) -> usize {
    digits.and_then(|digits| str::from_utf8(digits).ok()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn response_ends_where_its_head_says() {
        let answer = b"HTTP/1.1 200 OK\r\nETag: \"v1\"\r\ncontent-length: 3\r\n\r\nabcHTTP/1.1";
        let read = parse_head(answer).unwrap();
        assert_eq!((read.status, &answer[read.length..read.length + read.body]), (200, &b"abc"[..]));
        assert_eq!(field(&answer[..read.length], b"etag"), Some(&b"\"v1\""[..]));
        assert_eq!(parse_head(&answer[..30]), None);
        assert_eq!(parse_head(b"HTTP/1.1 304 Not Modified\r\ncontent-length: 3\r\n\r\n").unwrap().body, 0);
    }
}
