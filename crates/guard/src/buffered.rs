//! Bodies that are read into memory, within a limit for each and a budget for all.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::{StreamExt, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// The unit of the budget: a semaphore counts fewer permits than there are bytes in a large memory.
const BLOCK_BYTES: usize = 1024;

/// The memory that all buffered bodies share.
#[derive(Debug, Clone)]
pub(crate) struct BufferBudget(Arc<Semaphore>);

impl BufferBudget {
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new((bytes / BLOCK_BYTES).min(Semaphore::MAX_PERMITS))))
    }
}

/// The bytes of a body, and their share of the budget, which ends with the last reference to the bytes.
struct AccountedBytes {
    bytes: Vec<u8>,
    _share: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for AccountedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The result of reading a body.
#[derive(Debug)]
pub(crate) enum Collected {
    /// All of it.
    Whole(Bytes),
    /// It did not fit, or took too long: a body with the same bytes, of which the rest is still to come.
    Unfinished(Body, Obstacle),
    /// It broke off.
    Broken,
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// It has more bytes than the limit.
    TooLong,
    /// It was not complete in time.
    TooSlow,
    /// The budget of all bodies is used up.
    BudgetUsedUp,
}

/// Reads a body of at most `max` bytes that arrives before `deadline`; without a deadline, at any time.
pub(crate) async fn collect(body: Body, max: usize, wait: Option<Duration>, budget: &BufferBudget) -> Collected {
    let deadline = wait.map(|wait| Instant::now() + wait);
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut share: Option<OwnedSemaphorePermit> = None;
    loop {
        let next = match deadline {
            Some(deadline) => match timeout_at(deadline, stream.next()).await {
                Ok(next) => next,
                Err(_) => return unfinished(bytes, None, stream, Obstacle::TooSlow),
            },
            None => stream.next().await,
        };
        let chunk = match next {
            None => return Collected::Whole(Bytes::from_owner(AccountedBytes { bytes, _share: share })),
            Some(Err(_)) => return Collected::Broken,
            Some(Ok(chunk)) => chunk,
        };
        if bytes.len() + chunk.len() > max {
            return unfinished(bytes, Some(chunk), stream, Obstacle::TooLong);
        }
        let blocks = (bytes.len() + chunk.len()).div_ceil(BLOCK_BYTES) - bytes.len().div_ceil(BLOCK_BYTES);
        let blocks = u32::try_from(blocks).unwrap_or(u32::MAX);
        let Ok(more) = Arc::clone(&budget.0).try_acquire_many_owned(blocks) else {
            return unfinished(bytes, Some(chunk), stream, Obstacle::BudgetUsedUp);
        };
        match &mut share {
            Some(share) => share.merge(more),
            None => share = Some(more),
        }
        bytes.extend_from_slice(&chunk);
    }
}

/// Puts a body together again: the bytes that were read, and the rest of the stream.
fn unfinished(read: Vec<u8>, chunk: Option<Bytes>, rest: BodyDataStream, obstacle: Obstacle) -> Collected {
    let read = [Some(Bytes::from(read)), chunk].into_iter().flatten().filter(|bytes| !bytes.is_empty()).map(Ok);
    Collected::Unfinished(Body::from_stream(stream::iter(read).chain(rest)), obstacle)
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    fn body(chunks: &[&'static str]) -> Body {
        let chunks: Vec<_> =
            chunks.iter().map(|chunk| Ok::<_, axum::Error>(Bytes::from_static(chunk.as_bytes()))).collect();
        Body::from_stream(stream::iter(chunks))
    }

    #[tokio::test]
    async fn body_within_the_limit_is_whole() {
        let budget = BufferBudget::new(4096);
        let Collected::Whole(whole) = collect(body(&["ab", "cd"]), 4, None, &budget).await else { panic!() };
        assert_eq!(&whole[..], b"abcd");
    }

    #[tokio::test]
    async fn body_beyond_the_limit_keeps_all_its_bytes() {
        let budget = BufferBudget::new(4096);
        let Collected::Unfinished(body, Obstacle::TooLong) = collect(body(&["ab", "cd", "ef"]), 3, None, &budget).await
        else {
            panic!()
        };
        assert_eq!(&to_bytes(body, 100).await.unwrap()[..], b"abcdef");
    }

    #[tokio::test(start_paused = true)]
    async fn body_that_does_not_end_in_time_keeps_all_its_bytes() {
        let budget = BufferBudget::new(4096);
        let first = stream::iter([Ok::<_, axum::Error>(Bytes::from_static(b"ab"))]);
        let late = stream::once(async {
            tokio::time::sleep(Duration::from_secs(9)).await;
            Ok(Bytes::from_static(b"cd"))
        });
        let slow = Body::from_stream(first.chain(late));
        let collected = collect(slow, 100, Some(Duration::from_secs(5)), &budget).await;
        let Collected::Unfinished(body, Obstacle::TooSlow) = collected else { panic!() };
        assert_eq!(&to_bytes(body, 100).await.unwrap()[..], b"abcd");
    }

    #[tokio::test]
    async fn budget_is_shared_and_returned() {
        let budget = BufferBudget::new(2048);
        let one = collect(body(&["a"]), 4096, None, &budget).await;
        let two = collect(body(&["b"]), 4096, None, &budget).await;
        let third = collect(body(&["c"]), 4096, None, &budget).await;
        assert!(matches!(third, Collected::Unfinished(_, Obstacle::BudgetUsedUp)));
        drop((one, two));
        assert!(matches!(collect(body(&["c"]), 4096, None, &budget).await, Collected::Whole(_)));
    }
}
