//! Tests of how a connection ends: which clients the server waits for, how long, and how much it reads.

use std::future::poll_fn;

use tokio::time::Instant;

use super::*;

/// A client that still has this many bytes to send, and then closes or falls silent.
struct Client {
    left: usize,
    closes: bool,
}

impl AsyncRead for Client {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let count = self.left.min(into.remaining());
        if count == 0 && !self.closes {
            return Poll::Pending;
        }
        into.put_slice(&[b'x'; 4096][..count]);
        self.left -= count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Client {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Ends a connection. Returns how long that took, and how many bytes the client could not send.
async fn ended(client: Client, was_left: bool) -> (Duration, usize) {
    let activity = ConnectionActivity::default();
    if was_left {
        activity.mark_unread_input();
    }
    let mut stream = LingeringStream::new(client, activity, Duration::from_secs(30), None);
    let begun = Instant::now();
    poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context)).await.unwrap();
    (begun.elapsed(), stream.stream.left)
}

#[tokio::test(start_paused = true)]
async fn interrupted_client_is_read_to_its_end() {
    assert_eq!(ended(Client { left: 60_000, closes: true }, true).await, (Duration::ZERO, 0));
}

#[tokio::test(start_paused = true)]
async fn client_that_does_not_close_is_waited_for_two_seconds() {
    for left in [0, 60_000] {
        let (waited, left) = ended(Client { left, closes: false }, true).await;
        // Timers have a tolerance of a millisecond.
        assert!((LINGER_TIMEOUT..=LINGER_TIMEOUT + Duration::from_millis(1)).contains(&waited), "{waited:?}");
        assert_eq!(left, 0);
    }
}

/// The response stays readable, however much input follows.
#[tokio::test(start_paused = true)]
async fn drain_of_an_endless_client_stops_at_its_limit() {
    let (waited, left) = ended(Client { left: 10 * MAX_DRAIN_BYTES, closes: true }, true).await;
    assert!(waited >= LINGER_TIMEOUT, "{waited:?}");
    assert_eq!(left, 9 * MAX_DRAIN_BYTES);
}

#[tokio::test(start_paused = true)]
async fn only_unread_input_is_waited_for() {
    assert_eq!(ended(Client { left: 60_000, closes: false }, false).await, (Duration::ZERO, 60_000));
}
