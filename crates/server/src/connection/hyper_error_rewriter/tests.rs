//! Everything that is written arrives byte by byte, except for hyper's own error responses.
//!
//! That holds even if the stream accepts only a few bytes at a time.

use std::iter::Cycle;
use std::task::Waker;
use std::vec::IntoIter;

use proptest::prelude::*;

use super::*;

const PROBLEM: &[u8] = b"HTTP/1.1 400 Bad Request\r\ndate: now\r\ncontent-length: 2\r\n\r\n{}";

/// A stream that accepts a given number of bytes at a time. After a zero it is not ready once.
struct Narrow {
    taken: Vec<u8>,
    widths: Cycle<IntoIter<usize>>,
}

impl Narrow {
    fn new(mut widths: Vec<usize>) -> Self {
        widths.push(1);
        Self { taken: Vec::new(), widths: widths.into_iter().cycle() }
    }
}

impl AsyncRead for Narrow {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Narrow {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let width = self.widths.next().unwrap_or(1).min(bytes.len());
        if width == 0 {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.taken.extend_from_slice(&bytes[..width]);
        Poll::Ready(Ok(width))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let all: Vec<u8> = slices.iter().flat_map(|slice| slice.iter().copied()).collect();
        self.poll_write(context, &all)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Returns what arrives when these pieces are written one after the other, as hyper writes them.
///
/// Bytes that the stream did not accept are written again. Also returns whether the client's input was left unread.
fn arrived(writes: &[Vec<Vec<u8>>], widths: Vec<usize>, vectored: bool) -> (Vec<u8>, bool) {
    let activity = ConnectionActivity::default();
    let mut stream =
        ErrorRewriter::new(Narrow::new(widths), activity.clone(), |_: StatusCode, _: &[u8]| PROBLEM.to_vec());
    let mut context = Context::from_waker(Waker::noop());
    for write in writes {
        let mut slices: Vec<_> = write.iter().map(|piece| IoSlice::new(piece)).collect();
        let all = write.concat();
        let mut left = all.len();
        while left > 0 {
            let stream = Pin::new(&mut stream);
            let written = if vectored {
                stream.poll_write_vectored(&mut context, &slices)
            } else {
                stream.poll_write(&mut context, &all[all.len() - left..])
            };
            if let Poll::Ready(written) = written {
                let written = written.unwrap();
                assert!(written > 0 && written <= left);
                left -= written;
                let mut rest = slices.as_mut_slice();
                IoSlice::advance_slices(&mut rest, written);
                let kept = rest.len();
                let gone = slices.len() - kept;
                slices.drain(..gone);
            }
        }
    }
    (stream.stream.taken, activity.has_unread_input())
}

/// Pieces of hyper's error responses and of similar texts, since near misses matter most.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        (0..HYPER_ERROR_RESPONSES.len(), 0..90_usize, 0..90_usize).prop_map(|(which, from, to)| {
            let bare = HYPER_ERROR_RESPONSES[which].1;
            let (from, to) = (from.min(bare.len()), to.min(bare.len()));
            bare[from.min(to)..from.max(to)].to_vec()
        }),
        Just(b"HTTP/1.1 200 OK\r\ndate: now\r\ncontent-length: 0\r\n\r\n".to_vec()),
        Just(b"HTTP/1.1 400 Bad Request\r\ndate: now\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_vec()),
    ]
}

fn writes() -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
    let write = proptest::collection::vec(piece(), 1..4).prop_filter("it is hyper's own", |pieces| {
        hyper_error_in(&pieces.concat()).is_none() && pieces.iter().all(|p| hyper_error_in(p).is_none())
    });
    proptest::collection::vec(write, 0..6)
}

fn widths() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0..200_usize, 0..8)
}

proptest! {
    #[test]
    fn regular_bytes_arrive_unchanged(writes in writes(), widths in widths(), vectored: bool) {
        prop_assert_eq!(arrived(&writes, widths, vectored), (writes.concat().concat(), false));
    }

    #[test]
    fn hyper_error_response_is_replaced(
        mut writes in writes(), which in 0..HYPER_ERROR_RESPONSES.len(), apart: bool, widths in widths(), vectored: bool,
    ) {
        let expected = [writes.concat().concat(), PROBLEM.to_vec()].concat();
        let bare = HYPER_ERROR_RESPONSES[which].1.to_vec();
        match writes.last_mut() {
            Some(last) if !apart => last.push(bare),
            _ => writes.push(vec![bare]),
        }
        prop_assert_eq!(arrived(&writes, widths, vectored), (expected, true));
    }
}
