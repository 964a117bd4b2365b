//! Failures inside the server: a handler that panics, and a store that fails.

use std::sync::Arc;

use async_trait::async_trait;
use contract::DocumentId;
use precondition::EntityTag;
use precondition::policy::Etags;
use server::ServerOptions;
use store::revision::DocumentSummary;
use store::{
    DocumentState, EventQuery, JudgeRequest, ListQuery, Page, ReadJudgement, Revision, SqliteStore, Store, StoreError,
    StoreEvent, StoredVersion, VersionQuery, WriteOutcome, WriteRequest,
};
use tokio::sync::broadcast;

use crate::service::{Service, text};

/// A store whose disk is full, and whose code has a fault in one place.
struct Broken(SqliteStore);

#[async_trait]
impl Store for Broken {
    async fn write(&self, _: WriteRequest) -> Result<WriteOutcome, StoreError> {
        Err(StoreError::Full)
    }

    async fn judge(&self, question: JudgeRequest) -> Result<ReadJudgement, StoreError> {
        assert_ne!(question.id.as_str(), "panic", "this is the fault");
        Err(StoreError::Damaged { id: question.id, number: 1 })
    }

    async fn read(&self, id: &DocumentId) -> Result<DocumentState, StoreError> {
        self.0.read(id).await
    }

    async fn version(&self, id: &DocumentId, number: u64) -> Result<Option<Arc<StoredVersion>>, StoreError> {
        self.0.version(id, number).await
    }

    async fn versions(&self, query: VersionQuery) -> Result<Page<Revision>, StoreError> {
        self.0.versions(query).await
    }

    async fn has_issued(&self, id: &DocumentId, tags: Vec<EntityTag>, kind: Etags) -> Result<bool, StoreError> {
        self.0.has_issued(id, tags, kind).await
    }

    async fn list(&self, query: ListQuery) -> Result<Page<DocumentSummary>, StoreError> {
        self.0.list(query).await
    }

    async fn events(&self, query: EventQuery) -> Result<Vec<StoreEvent>, StoreError> {
        self.0.events(query).await
    }

    async fn latest_sequence(&self) -> Result<u64, StoreError> {
        self.0.latest_sequence().await
    }

    fn subscribe(&self, about: Option<&DocumentId>) -> broadcast::Receiver<StoreEvent> {
        self.0.subscribe(about)
    }

    async fn health(&self) -> Result<(), StoreError> {
        Err(StoreError::Stopped)
    }
}

fn broken() -> Service {
    Service::with(Arc::new(Broken(SqliteStore::memory().unwrap())), ServerOptions::default())
}

#[tokio::test]
async fn a_panic_is_a_500() {
    let reply = broken().get("/api/documents/panic").await;
    assert_eq!(reply.problem(500, "internal_error", None)["instance"], "/api/documents/panic");
}

#[tokio::test]
async fn a_store_that_fails_says_how() {
    let service = broken();
    service.get("/api/documents/a").await.problem(500, "internal_error", Some("damaged"));
    let full = service.put("a", ("If-None-Match", "*"), &text("x")).await;
    full.problem(503, "store_unavailable", Some("disk_full"));
    service.get("/healthz").await.problem(503, "store_unavailable", Some("store_failed"));
    assert_eq!(service.get("/api/documents").await.status, 200, "what works goes on working");
}

#[tokio::test]
async fn a_healthy_server_says_so() {
    let reply = Service::new().get("/healthz").await;
    assert_eq!((reply.status.as_u16(), reply.json()["status"].as_str()), (200, Some("ok")));
}

#[cfg(unix)]
#[tokio::test]
async fn write_to_a_removed_file_is_503() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    let service = Service::with(Arc::new(SqliteStore::open(&path).unwrap()), ServerOptions::default());
    assert_eq!(service.put("a", ("If-None-Match", "*"), &text("one")).await.status, 201);
    std::fs::rename(&path, folder.path().join("away.db")).unwrap();
    let refused = service.put("b", ("If-None-Match", "*"), &text("two")).await;
    refused.problem(503, "store_unavailable", Some("store_replaced"));
    assert_eq!(service.get("/api/documents/a").await.status, 200);
    let ill = service.get("/healthz").await;
    ill.problem(503, "store_unavailable", Some("store_replaced"));
    std::fs::rename(folder.path().join("away.db"), &path).unwrap();
    assert_eq!(service.put("b", ("If-None-Match", "*"), &text("two")).await.status, 201);
}
