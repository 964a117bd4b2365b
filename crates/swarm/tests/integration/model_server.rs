//! A model of a document server: one document, its versions, and the conditions of writes.

use contract::{Document, EntityTag, Snapshot};
use editor::{EditorRequest, Guard, PreconditionFailure, ResponseOutcome, Saved};

use swarm::VirtualRequest;

/// How the server treats preconditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModelPolicy {
    /// A write without one is a 428.
    Required,
    /// A write without one is applied.
    Optional,
    /// No write is refused.
    Ignored,
}

/// A version, and the condition of the write that made it.
struct ModelVersion {
    snapshot: Snapshot,
    guard: Guard,
}

/// A server that has one document.
pub(crate) struct ModelServer {
    policy: ModelPolicy,
    versions: Vec<ModelVersion>,
}

impl ModelServer {
    pub(crate) fn new(policy: ModelPolicy, content: Option<&str>) -> Self {
        let mut server = Self { policy, versions: Vec::new() };
        if let Some(content) = content {
            let document = Document { title: "Notes".to_owned(), content: content.to_owned(), parent: None };
            server.apply(None, Guard::IfNoneMatchAny, document);
        }
        server
    }

    /// Returns the text of the document; empty if there is none.
    pub(crate) fn content(&self) -> &str {
        self.current().map_or("", |current| &current.document.content)
    }

    fn current(&self) -> Option<&Snapshot> {
        self.versions.last().map(|version| &version.snapshot)
    }

    pub(crate) fn answer(&mut self, request: &VirtualRequest) -> ResponseOutcome {
        match &request.ask {
            EditorRequest::Read { unless } => match self.current() {
                None => ResponseOutcome::Absent,
                Some(current) if unless.as_ref() == Some(&current.etag) => ResponseOutcome::NotModified,
                Some(current) => ResponseOutcome::Read(current.clone()),
            },
            EditorRequest::Write { guard, document, want_current } => {
                self.write(request, guard, &document.to_document(), *want_current)
            }
            EditorRequest::Delete { .. } => panic!("a simulated writer deletes nothing"),
        }
    }

    fn write(
        &mut self,
        request: &VirtualRequest,
        guard: &Guard,
        document: &Document,
        want_current: bool,
    ) -> ResponseOutcome {
        let is_true = match (guard, self.current()) {
            _ if self.policy == ModelPolicy::Ignored => true,
            (Guard::Unconditional, _) if self.policy == ModelPolicy::Required => {
                return ResponseOutcome::Required(Box::default());
            }
            (Guard::Unconditional, _) => true,
            (Guard::IfMatch(etag), current) => current.is_some_and(|current| current.etag == *etag),
            (Guard::IfNoneMatchAny, current) => current.is_none(),
        };
        if is_true {
            return ResponseOutcome::Saved(self.apply(Some(request), guard.clone(), document.clone()));
        }
        // An earlier attempt of this very write may have been applied.
        let is_this = |version: &&ModelVersion| version.guard == *guard && version.snapshot.document == *document;
        let applied = self.versions.iter().find(is_this).map(|version| version.snapshot.etag.clone());
        let current = self.current().cloned();
        match applied {
            Some(etag) if current.as_ref().is_some_and(|current| current.etag == etag) => {
                ResponseOutcome::Saved(Saved { etag, at: None, created: false, replayed: true, overwrote: None })
            }
            applied => ResponseOutcome::Failed(Box::new(PreconditionFailure {
                etag: current.as_ref().map(|current| current.etag.clone()),
                current: current.filter(|_| want_current && applied.is_none()),
                applied,
                ..PreconditionFailure::default()
            })),
        }
    }

    fn apply(&mut self, request: Option<&VirtualRequest>, guard: Guard, document: Document) -> Saved {
        let created = self.versions.is_empty();
        let etag: EntityTag = format!("\"v{}-0\"", self.versions.len() + 1).parse().unwrap();
        let author = request.map(|request| request.author.clone());
        let snapshot = Snapshot { etag: etag.clone(), author, at: None, document };
        self.versions.push(ModelVersion { snapshot, guard });
        Saved { etag, at: None, created, replayed: false, overwrote: None }
    }
}
