//! Connections that get a single response, because HTTP cannot be spoken on them.
//!
//! There are two cases: plain text arrives at a TLS port, or the system clock has a time that HTTP cannot write. hyper
//! formats a date for each HTTP/1.1 connection, even if it is configured to write none, and panics if that fails.

use std::future::poll_fn;
use std::io;
use std::time::{Duration, SystemTime};

use tokio::io::AsyncWriteExt;

use super::MAX_HEAD_BYTES;
use super::lingering_close::Drain;
use super::socket::Stream;

/// Returns whether an HTTP date can express this time.
///
/// An HTTP date's year has four digits (RFC 9110 section 5.6.7), and hyper supports 1970 to the end of 9998.
pub(crate) fn is_writable(time: SystemTime) -> bool {
    const YEAR_9999: Duration = Duration::from_secs(253_370_764_800);
    time.duration_since(SystemTime::UNIX_EPOCH).is_ok_and(|since| since < YEAR_9999)
}

/// Waits for input, sends the response that `explain` makes of it, and reads the rest of the input.
///
/// `explain` gets the input that has arrived, which shows which web page may read the response. The rest is read
/// because the system would otherwise reset the connection, and the client might lose the response.
///
/// # Errors
///
/// The connection is broken.
pub(crate) async fn respond_immediately(stream: &mut Stream, explain: impl FnOnce(&[u8]) -> Vec<u8>) -> io::Result<()> {
    let mut input = vec![0; MAX_HEAD_BYTES];
    let count = stream.socket().peek(&mut input).await;
    stream.write_all(&explain(&input[..count])).await?;
    stream.shutdown().await?;
    let mut rest = Drain::default();
    poll_fn(|context| rest.poll_drain(stream, context)).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_from_1970_to_9998_are_writable() {
        let epoch = SystemTime::UNIX_EPOCH;
        let last = Duration::from_secs(253_370_764_799);
        assert!(is_writable(epoch) && is_writable(epoch + last));
        assert!(!is_writable(epoch - Duration::from_nanos(1)));
        assert!(!is_writable(epoch + last + Duration::from_secs(1)));
    }
}
