//! A body that can be read again from its beginning, for a request that is processed again.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};

use crate::lock::lock;

/// A body, and the parts of it that have been read.
///
/// It suits only short bodies, since it keeps them in memory.
pub(super) struct ReplayableBody(Arc<Mutex<KeptBody>>);

struct KeptBody {
    rest: Body,
    read: Vec<Bytes>,
}

impl ReplayableBody {
    pub(super) fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(KeptBody { rest: body, read: Vec::new() })))
    }

    /// Returns the body from its beginning: the parts that were read, and then the rest.
    pub(super) fn replay(&self) -> Body {
        if lock(&self.0).is_empty() {
            return Body::empty();
        }
        Body::new(ReplayedBody { kept: Arc::clone(&self.0), next: 0 })
    }
}

impl KeptBody {
    fn is_empty(&self) -> bool {
        self.read.is_empty() && self.rest.is_end_stream()
    }
}

struct ReplayedBody {
    kept: Arc<Mutex<KeptBody>>,
    /// The index of the next part.
    next: usize,
}

impl HttpBody for ReplayedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let mut kept = lock(&this.kept);
        if let Some(part) = kept.read.get(this.next) {
            this.next += 1;
            return Poll::Ready(Some(Ok(Frame::data(part.clone()))));
        }
        let frame = ready!(Pin::new(&mut kept.rest).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(part) = frame.data_ref()
        {
            kept.read.push(part.clone());
            this.next += 1;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        let kept = lock(&self.kept);
        self.next >= kept.read.len() && kept.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let kept = lock(&self.kept);
        let again: usize = kept.read.iter().skip(self.next).map(Bytes::len).sum();
        let (rest, again) = (kept.rest.size_hint(), again as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower() + again);
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper + again);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use futures_util::{StreamExt, stream};

    use super::*;

    #[tokio::test]
    async fn body_is_read_again_however_much_of_it_was_read() {
        for read_before in 0..=3 {
            let parts = ["one", "two", "three"].map(|part| Ok::<_, axum::Error>(Bytes::from(part)));
            let body = ReplayableBody::new(Body::from_stream(stream::iter(parts)));
            let mut first = body.replay().into_data_stream();
            for _ in 0..read_before {
                first.next().await.unwrap().unwrap();
            }
            drop(first);
            for _ in 0..2 {
                assert_eq!(to_bytes(body.replay(), 100).await.unwrap(), "onetwothree", "{read_before}");
            }
        }
    }

    #[tokio::test]
    async fn size_is_that_of_the_whole_body() {
        let body = ReplayableBody::new(Body::from("text"));
        for _ in 0..2 {
            let again = body.replay();
            assert_eq!(again.size_hint().exact(), Some(4));
            assert_eq!(to_bytes(again, 100).await.unwrap(), "text");
        }
        assert!(ReplayableBody::new(Body::empty()).replay().is_end_stream());
    }
}
