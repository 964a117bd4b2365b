//! A store without a database, as the model of the contract: a list of versions, and loops over it.
//!
//! It is as simple as the rules allow, and so it shows what a backend has to do: gather the facts, let
//! [`decide`](store::decide) judge, append, publish. It has neither a cache nor an index. It needs no transaction,
//! since each test has one thread, and nothing in a write waits.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use contract::DocumentId;
use precondition::policy::{Etags, Judging};
use precondition::{Conditions, EntityTag, Judgement};
use store::contract_tests::TestDatabase;
use store::decide::{apply_judgement, decide, judge_read};
use store::facts::{
    Descendants, IssuedTag, MAX_CHILDREN_LISTED, MAX_DEPTH, MAX_VERSIONS_PER_TAG, WriteFacts, tags_to_look_up,
};
use store::revision::DocumentSummary;
use store::subscriptions::Broadcaster;
use store::{
    DocumentChange, DocumentState, EventQuery, JudgeRequest, ListQuery, Page, ReadJudgement, Retention, Revision,
    Store, StoreError, StoreEvent, StoreOptions, StoredVersion, VersionQuery, WriteOutcome, WriteRequest,
};
use tokio::sync::broadcast;

/// The database: all versions of all documents, in the order in which they were written.
#[derive(Clone, Default)]
pub(crate) struct Versions {
    log: Arc<Mutex<VersionLog>>,
    /// The transaction: held from the first fact of a judgement to the end of what follows from it.
    turn: Arc<Mutex<()>>,
}

/// All versions with their documents, in the order in which they were made.
type VersionLog = Vec<(DocumentId, Arc<StoredVersion>)>;

#[async_trait]
impl TestDatabase for Versions {
    async fn open(&self, options: StoreOptions) -> Arc<dyn Store> {
        Arc::new(ModelStore { versions: self.clone(), broadcaster: Broadcaster::default(), options })
    }
}

impl Versions {
    fn lock(&self) -> MutexGuard<'_, VersionLog> {
        self.log.lock().unwrap()
    }

    /// Returns the versions of a document, oldest first.
    fn of(&self, id: &DocumentId) -> Vec<Arc<StoredVersion>> {
        self.lock().iter().filter(|(owner, _)| owner == id).map(|(_, stored)| stored.clone()).collect()
    }

    fn state(&self, id: &DocumentId) -> DocumentState {
        DocumentState::from(self.of(id).pop())
    }

    /// Returns the current versions of the documents that exist.
    fn current(&self) -> BTreeMap<DocumentId, Arc<StoredVersion>> {
        let newest: BTreeMap<_, _> = self.lock().iter().cloned().collect();
        newest.into_iter().filter(|(_, stored)| !stored.revision.stamp.deleted).collect()
    }

    /// Returns the newest versions that a tag was issued for, oldest first.
    fn issued(&self, id: &DocumentId, tag: &EntityTag, kind: Etags) -> Vec<Arc<IssuedTag>> {
        let versions = self.of(id);
        let next = |number: u64| versions.iter().find(|stored| stored.revision.stamp.version == number + 1);
        let issued = versions.iter().filter(|stored| stored.etag(kind) == *tag).map(|stored| {
            let version = stored.revision.stamp.version;
            Arc::new(IssuedTag {
                tag: tag.clone(),
                version,
                next: next(version).map(|next| Arc::clone(&next.revision)),
            })
        });
        let mut issued: Vec<_> = issued.collect();
        issued.split_off(issued.len().saturating_sub(MAX_VERSIONS_PER_TAG))
    }

    fn descendants(&self, id: &DocumentId) -> Descendants {
        let current = self.current();
        let children: Vec<DocumentId> =
            current.iter().filter(|(_, stored)| parent(stored) == Some(id)).map(|(child, _)| child.clone()).collect();
        let below = children.iter().map(|child| self.descendants(child).height + 1).max();
        Descendants {
            count: children.len() as u64,
            children: children.into_iter().take(MAX_CHILDREN_LISTED).collect(),
            height: below.unwrap_or(0).min(MAX_DEPTH),
        }
    }

    /// Returns a document and its ancestors, nearest first; nothing if the document does not exist.
    fn ancestors(&self, id: DocumentId) -> Vec<DocumentId> {
        let current = self.current();
        let above = |id: &DocumentId| current.get(id).and_then(|stored| parent(stored)).cloned();
        let first = current.contains_key(&id).then_some(id);
        std::iter::successors(first, above).take(MAX_DEPTH + 1).collect()
    }

    fn facts(
        &self,
        id: &DocumentId,
        conditions: &Conditions,
        change: Option<&DocumentChange>,
        kind: Etags,
    ) -> WriteFacts {
        let found = self.state(id);
        let current = found.current().map(|stored| stored.etag(kind));
        let tags = tags_to_look_up(conditions, current.as_ref());
        let issued = tags.iter().flat_map(|tag| self.issued(id, tag, kind)).collect();
        let ancestors = change.and_then(DocumentChange::parent).map_or_else(Vec::new, |parent| self.ancestors(parent));
        WriteFacts { found, issued, below: self.descendants(id), ancestors }
    }

    /// Appends a version. Returns its number in the sequence.
    fn append(&self, id: &DocumentId, stored: &Arc<StoredVersion>) -> u64 {
        let mut versions = self.lock();
        versions.push((id.clone(), Arc::clone(stored)));
        versions.len() as u64
    }

    /// Removes the texts of the versions of a document that are not among those that are kept.
    fn remove_texts(&self, id: &DocumentId, retention: Retention) {
        let newest = self.of(id).len() as u64;
        let is_kept = |number: u64| retention.is_everything() || number + retention.kept_versions() > newest;
        assert_eq!(retention.time, None, "the model has no clock");
        for (owner, stored) in self.lock().iter_mut() {
            if owner == id && !is_kept(stored.revision.stamp.version) {
                Arc::make_mut(stored).document = None;
            }
        }
    }
}

fn parent(stored: &StoredVersion) -> Option<&DocumentId> {
    stored.document.as_ref()?.parent.as_ref()
}

struct ModelStore {
    versions: Versions,
    broadcaster: Broadcaster,
    options: StoreOptions,
}

impl ModelStore {
    /// Judges and writes. `earlier` is a judgement that was made before, if the policy wants that mistake.
    fn write_now(&self, request: &WriteRequest, earlier: Option<Judgement>) -> WriteOutcome {
        let WriteRequest { id, conditions, change, policy, .. } = request;
        let _turn = self.versions.turn.lock().unwrap();
        let facts = self.versions.facts(id, conditions, Some(change), policy.etags);
        let outcome = match earlier {
            None => decide(request, &facts),
            Some(judgement) => apply_judgement(request, &facts, judgement),
        };
        if let Some(stored) = outcome.appended() {
            let sequence = self.versions.append(id, stored);
            self.versions.remove_texts(id, self.options.retention);
            self.broadcaster.publish(StoreEvent { sequence, id: id.clone(), revision: Arc::clone(&stored.revision) });
        }
        outcome
    }
}

#[async_trait]
impl Store for ModelStore {
    async fn write(&self, request: WriteRequest) -> Result<WriteOutcome, StoreError> {
        if request.policy.judging == Judging::Atomic {
            return Ok(self.write_now(&request, None));
        }
        let planned = {
            let WriteRequest { id, conditions, change, policy, .. } = &request;
            let _turn = self.versions.turn.lock().unwrap();
            decide(&request, &self.versions.facts(id, conditions, Some(change), policy.etags))
        };
        if planned.appended().is_none() {
            return Ok(planned);
        }
        self.options.between.wait(&request).await;
        Ok(self.write_now(&request, Some(planned.judgement)))
    }

    async fn judge(&self, question: JudgeRequest) -> Result<ReadJudgement, StoreError> {
        let JudgeRequest { id, conditions, policy, .. } = &question;
        let _turn = self.versions.turn.lock().unwrap();
        Ok(judge_read(&question, self.versions.facts(id, conditions, None, policy.etags)))
    }

    async fn read(&self, id: &DocumentId) -> Result<DocumentState, StoreError> {
        Ok(self.versions.state(id))
    }

    async fn version(&self, id: &DocumentId, number: u64) -> Result<Option<Arc<StoredVersion>>, StoreError> {
        Ok(self.versions.of(id).into_iter().find(|stored| stored.revision.stamp.version == number))
    }

    async fn versions(&self, query: VersionQuery) -> Result<Page<Revision>, StoreError> {
        let is_before = |revision: &Revision| query.before.is_none_or(|before| revision.stamp.version < before);
        let revisions = self.versions.of(&query.id).into_iter().rev();
        let revisions = revisions.map(|stored| Revision::clone(&stored.revision)).filter(is_before);
        Ok(page(revisions, query.limit, query.bytes, Revision::bytes))
    }

    async fn has_issued(&self, id: &DocumentId, tags: Vec<EntityTag>, kind: Etags) -> Result<bool, StoreError> {
        Ok(tags.iter().any(|tag| !self.versions.issued(id, tag, kind).is_empty()))
    }

    async fn list(&self, query: ListQuery) -> Result<Page<DocumentSummary>, StoreError> {
        let documents = self.versions.current().into_iter().filter_map(|(id, stored)| {
            let document = stored.document.as_deref()?.clone();
            let revision = Revision::clone(&stored.revision);
            Some(DocumentSummary { id, title: document.title, parent: document.parent, revision })
        });
        let after = documents.filter(|document| query.after.as_ref().is_none_or(|after| document.id > *after));
        Ok(page(after, query.limit, query.bytes, DocumentSummary::bytes))
    }

    async fn events(&self, query: EventQuery) -> Result<Vec<StoreEvent>, StoreError> {
        let versions = self.versions.lock();
        let events = (1..).zip(versions.iter()).map(|(sequence, (id, stored))| {
            let revision = Arc::clone(&stored.revision);
            StoreEvent { sequence, id: id.clone(), revision }
        });
        let is_asked_for = |event: &StoreEvent| {
            event.sequence > query.after && query.id.as_ref().is_none_or(|about| event.id == *about)
        };
        Ok(events.filter(is_asked_for).take(query.limit).collect())
    }

    async fn latest_sequence(&self) -> Result<u64, StoreError> {
        Ok(self.versions.lock().len() as u64)
    }

    fn subscribe(&self, about: Option<&DocumentId>) -> broadcast::Receiver<StoreEvent> {
        self.broadcaster.subscribe(about)
    }

    async fn health(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

fn page<T>(items: impl Iterator<Item = T>, limit: usize, bytes: usize, size: impl Fn(&T) -> usize) -> Page<T> {
    let Ok(page) = Page::fill(items.map(Ok::<T, Infallible>), limit, bytes, size);
    page
}
