//! A store that measures how long its operations take.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use contract::DocumentId;
use precondition::EntityTag;
use precondition::policy::Etags;
use store::revision::DocumentSummary;
use store::{
    DatabaseStatus, DocumentState, EventQuery, JudgeRequest, ListQuery, Page, ReadJudgement, Revision, SharedSettings,
    Store, StoreError, StoreEvent, StoredVersion, VersionQuery, WriteOutcome, WriteRequest,
};
use tokio::sync::broadcast;

/// The upper bounds of the buckets: in microseconds, and in seconds as Prometheus writes them.
const BUCKET_BOUNDS: [(u64, &str); 10] = [
    (50, "0.00005"),
    (100, "0.0001"),
    (500, "0.0005"),
    (1_000, "0.001"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (1_000_000, "1"),
    (u64::MAX, "+Inf"),
];

/// The kinds of operations that are measured separately.
#[derive(Debug, Clone, Copy)]
pub(crate) enum StoreOperation {
    /// A write, including its judgement and its way to the disk.
    Write,
    /// A judgement without a write, as for every read of a document.
    Judge,
    /// Everything else.
    Read,
}

/// All kinds of operations.
pub(crate) const STORE_OPERATIONS: [StoreOperation; 3] =
    [StoreOperation::Write, StoreOperation::Judge, StoreOperation::Read];

impl StoreOperation {
    /// Returns the value of the label.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Judge => "judge",
            Self::Read => "read",
        }
    }
}

/// How long the operations of a store took, by kind.
#[derive(Default)]
pub(crate) struct StoreTimes {
    write: Histogram,
    judge: Histogram,
    read: Histogram,
}

impl StoreTimes {
    pub(crate) fn of(&self, operation: StoreOperation) -> &Histogram {
        match operation {
            StoreOperation::Write => &self.write,
            StoreOperation::Judge => &self.judge,
            StoreOperation::Read => &self.read,
        }
    }
}

/// How many operations took how long.
#[derive(Default)]
pub(crate) struct Histogram {
    buckets: [AtomicU64; BUCKET_BOUNDS.len()],
    microseconds: AtomicU64,
}

impl Histogram {
    fn add(&self, took: Duration) {
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket =
            BUCKET_BOUNDS.iter().position(|(bound, _)| microseconds <= *bound).unwrap_or(BUCKET_BOUNDS.len() - 1);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }

    /// Returns each bound, with the number of operations that took at most as long.
    pub(crate) fn up_to(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = self.buckets.iter().scan(0, |sum, bucket| {
            *sum += bucket.load(Ordering::Relaxed);
            Some(*sum)
        });
        BUCKET_BOUNDS.iter().map(|(_, bound)| *bound).zip(counts)
    }

    pub(crate) fn count(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).sum()
    }

    pub(crate) fn sum(&self) -> Duration {
        Duration::from_micros(self.microseconds.load(Ordering::Relaxed))
    }
}

/// A store whose operations are measured.
pub(crate) struct TimedStore {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) times: Arc<StoreTimes>,
}

impl TimedStore {
    async fn time<T>(&self, operation: StoreOperation, work: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let done = work.await;
        self.times.of(operation).add(begun.elapsed());
        done
    }
}

#[async_trait]
impl Store for TimedStore {
    async fn write(&self, request: WriteRequest) -> Result<WriteOutcome, StoreError> {
        self.time(StoreOperation::Write, self.store.write(request)).await
    }

    fn refuse_cached(&self, request: &WriteRequest) -> Option<WriteOutcome> {
        let begun = Instant::now();
        let refused = self.store.refuse_cached(request)?;
        self.times.of(StoreOperation::Write).add(begun.elapsed());
        Some(refused)
    }

    async fn refuse_after_commit(&self, request: &WriteRequest) -> Option<WriteOutcome> {
        let begun = Instant::now();
        let refused = self.store.refuse_after_commit(request).await?;
        self.times.of(StoreOperation::Write).add(begun.elapsed());
        Some(refused)
    }

    fn judge_cached(&self, question: &JudgeRequest) -> Option<ReadJudgement> {
        let begun = Instant::now();
        let judged = self.store.judge_cached(question)?;
        self.times.of(StoreOperation::Judge).add(begun.elapsed());
        Some(judged)
    }

    async fn judge(&self, question: JudgeRequest) -> Result<ReadJudgement, StoreError> {
        self.time(StoreOperation::Judge, self.store.judge(question)).await
    }

    async fn read(&self, id: &DocumentId) -> Result<DocumentState, StoreError> {
        self.time(StoreOperation::Read, self.store.read(id)).await
    }

    async fn version(&self, id: &DocumentId, number: u64) -> Result<Option<Arc<StoredVersion>>, StoreError> {
        self.time(StoreOperation::Read, self.store.version(id, number)).await
    }

    async fn versions(&self, query: VersionQuery) -> Result<Page<Revision>, StoreError> {
        self.time(StoreOperation::Read, self.store.versions(query)).await
    }

    async fn has_issued(&self, id: &DocumentId, tags: Vec<EntityTag>, kind: Etags) -> Result<bool, StoreError> {
        self.time(StoreOperation::Read, self.store.has_issued(id, tags, kind)).await
    }

    async fn list(&self, query: ListQuery) -> Result<Page<DocumentSummary>, StoreError> {
        self.time(StoreOperation::Read, self.store.list(query)).await
    }

    async fn events(&self, query: EventQuery) -> Result<Vec<StoreEvent>, StoreError> {
        self.time(StoreOperation::Read, self.store.events(query)).await
    }

    async fn latest_sequence(&self) -> Result<u64, StoreError> {
        self.time(StoreOperation::Read, self.store.latest_sequence()).await
    }

    fn subscribe(&self, about: Option<&DocumentId>) -> broadcast::Receiver<StoreEvent> {
        self.store.subscribe(about)
    }

    fn shared_settings(&self) -> Option<Arc<dyn SharedSettings>> {
        self.store.shared_settings()
    }

    async fn health(&self) -> Result<(), StoreError> {
        self.store.health().await
    }

    fn database_status(&self) -> Option<DatabaseStatus> {
        self.store.database_status()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_counts_all_that_took_no_longer() {
        let histogram = Histogram::default();
        for microseconds in [50, 51, 999, 1_000, 1_001, 2_000_000] {
            histogram.add(Duration::from_micros(microseconds));
        }
        let counts: Vec<_> = histogram.up_to().map(|(_, count)| count).collect();
        assert_eq!(counts, [1, 2, 2, 4, 5, 5, 5, 5, 5, 6]);
        assert_eq!((histogram.count(), histogram.sum().as_micros()), (6, 2_003_101));
        for (microseconds, seconds) in BUCKET_BOUNDS.iter().rev().skip(1) {
            let written: f64 = seconds.parse().unwrap();
            assert_eq!(Duration::from_secs_f64(written), Duration::from_micros(*microseconds));
        }
    }
}
