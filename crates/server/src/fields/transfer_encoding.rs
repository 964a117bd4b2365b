//! Transfer codings (RFC 9112 section 6.1), of which the server supports only a single `chunked`.
//!
//! hyper decodes `chunked` wherever it is the last coding, and passes on the content. If another coding was applied
//! before, the content is not the body but its encoded form, which must not be taken for JSON.

use contract::parameters::members;

/// Returns whether the lines of `Transfer-Encoding` name `chunked` once, and nothing else.
pub(crate) fn is_chunked<'a>(lines: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut codings = lines.flat_map(members);
    codings.next().is_some_and(|coding| coding.eq_ignore_ascii_case(b"chunked")) && codings.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_chunked_is_understood() {
        let chunked = |lines: &[&str]| is_chunked(lines.iter().map(|line| line.as_bytes()));
        for lines in [&["chunked"][..], &["Chunked"], &[", chunked ,"], &["", "chunked"]] {
            assert!(chunked(lines), "{lines:?}");
        }
        for lines in [
            &[][..],
            &[""],
            &["gzip"],
            &["identity"],
            &["gzip, chunked"],
            &["gzip", "chunked"],
            &["chunked", "chunked"],
            &["chunked, chunked"],
            &["chunked;x=1"],
            &["x;y=\",chunked,\""],
        ] {
            assert!(!chunked(lines), "{lines:?}");
        }
    }
}
