//! The subject of a refusal: the document, list or setting that a judgement was about.

use contract::{Author, Deletion, EntityTag};
use precondition::policy::Etags;
use store::{DocumentState, StoredVersion};

/// The intent of a request, on which the next step after its refusal depends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestIntent {
    /// To read.
    Read,
    /// To write a new state.
    Write,
    /// To delete.
    Delete,
}

/// The document, list or setting that was judged.
#[derive(Debug)]
pub(crate) struct ProblemSubject<'a> {
    /// The noun for the subject in a sentence, such as `document`.
    pub(crate) noun: &'static str,
    /// The current tag; `None` if the subject does not exist.
    pub(crate) etag: Option<EntityTag>,
    /// The author of the current version, if that is known.
    pub(crate) author: Option<&'a Author>,
    /// The deletion, if the subject was deleted.
    pub(crate) deleted: Option<Deletion>,
    /// The other author who already made exactly the change that the request sends, if any.
    pub(crate) anticipated_by: Option<&'a Author>,
    /// The current version of a document, for the header fields of the refusal.
    pub(super) version: Option<&'a StoredVersion>,
    /// The intent of the request.
    pub(crate) intent: RequestIntent,
}

impl<'a> ProblemSubject<'a> {
    /// Returns a document as the subject; it may not exist.
    pub(crate) fn document(found: &'a DocumentState, kind: Etags, intent: RequestIntent) -> Self {
        let here = found.current();
        let gone = if let DocumentState::Deleted(stored) = found { Some(stored) } else { None };
        Self {
            noun: "document",
            etag: here.map(|stored| stored.etag(kind)),
            author: here.map(|stored| &stored.revision.author),
            deleted: gone.map(|stored| deletion(stored, kind)),
            anticipated_by: None,
            version: here.map(|stored| &**stored),
            intent,
        }
    }

    /// Returns a subject that has never existed.
    pub(crate) fn missing(noun: &'static str) -> Self {
        Self {
            noun,
            etag: None,
            author: None,
            deleted: None,
            anticipated_by: None,
            version: None,
            intent: RequestIntent::Read,
        }
    }

    /// Returns another subject with a tag, such as a list or a setting.
    pub(crate) fn other(noun: &'static str, etag: EntityTag, intent: RequestIntent) -> Self {
        Self { noun, etag: Some(etag), author: None, deleted: None, anticipated_by: None, version: None, intent }
    }

    /// Returns a setting that is written, which may not exist.
    pub(crate) fn setting(noun: &'static str, etag: Option<EntityTag>, intent: RequestIntent) -> Self {
        Self { etag, intent, ..Self::missing(noun) }
    }

    /// Returns whether the request is a read.
    pub(crate) fn reads(&self) -> bool {
        self.intent == RequestIntent::Read
    }
}

fn deletion(stored: &StoredVersion, kind: Etags) -> Deletion {
    let revision = &stored.revision;
    Deletion { etag: revision.stamp.etag(kind), author: revision.author.clone(), at: revision.stamp.at }
}
