//! A parser of as much of HTTP/1.1 as the end of a response depends on: the driver must be cheap.

/// The head of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ResponseHead {
    pub(crate) status: u16,
    /// The length of the head in bytes.
    pub(crate) length: usize,
    /// The length of the body in bytes, with the framing of its chunks.
    pub(crate) body: usize,
}

/// Parses the head at the beginning of `bytes`.
///
/// Returns `None` if the head is incomplete, or if the chunks of its body are.
pub(crate) fn parse_head(bytes: &[u8]) -> Option<ResponseHead> {
    let length = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let digits = bytes.get(9..12)?;
    let status = digits.iter().fold(0, |number, digit| number * 10 + u16::from(digit.wrapping_sub(b'0')));
    let head = &bytes[..length];
    let body = if matches!(status, 204 | 304) {
        // These have no body, whatever their fields say (RFC 9112 section 6.3).
        0
    } else if let Some(length) = field(head, b"content-length") {
        number(length, 10)
    } else if field(head, b"transfer-encoding").is_some() {
        chunks(&bytes[length..])?
    } else {
        0
    };
    Some(ResponseHead { status, length, body })
}

/// Returns the length of a chunked body without trailers, or `None` if it is incomplete.
fn chunks(body: &[u8]) -> Option<usize> {
    let mut end = 0;
    loop {
        let line = body[end..].windows(2).position(|two| two == b"\r\n")?;
        let data = number(&body[end..end + line], 16);
        // The line and its end, the data and its end.
        end += line + 2 + data + 2;
        if end > body.len() {
            return None;
        }
        if data == 0 {
            return Some(end);
        }
    }
}

/// Returns the value of a field; `name` is in lower case.
pub(crate) fn field<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    head.split(|&byte| byte == b'\n').find_map(|line| {
        let (found, rest) = line.split_at_checked(name.len())?;
        let value = rest.strip_prefix(b":").filter(|_| found.eq_ignore_ascii_case(name))?;
        Some(value.trim_ascii())
    })
}

fn number(digits: &[u8], radix: u32) -> usize {
    str::from_utf8(digits).ok().and_then(|digits| usize::from_str_radix(digits, radix).ok()).unwrap_or(0)
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

    #[test]
    fn chunked_response_ends_after_its_last_chunk() {
        let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n";
        let read = parse_head(answer).unwrap();
        assert_eq!(read.length + read.body, answer.len());
        for end in read.length..answer.len() {
            assert_eq!(parse_head(&answer[..end]), None, "{end} bytes");
        }
    }
}
