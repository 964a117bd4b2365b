//! How long a notice is shown: every rule is in this file.
//!
//! A later event replaces a notice in any case, and the user can dismiss it. Apart from that, a confirmation ends when
//! the user goes on typing, and a warning when it is no longer true. A loss, a refusal and an offer stay, because the
//! user may not have read them yet.

use crate::machine::Editor;
use crate::notice::EditorNotice;
use crate::phase::LastSeen;

/// The event that ends a notice, if nothing replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoticeLifetime {
    /// The next change of the text by the user: it has been read, or is no longer of interest.
    UntilTyping,
    /// The text is back as it was before the draft was restored.
    WhileEdited,
    /// The merge is over.
    WhileMerging,
    /// The editor's base is the server's version, as far as the editor knows.
    WhileStale,
    /// The document exists again, or the text is no longer about it.
    WhileAbsent,
    /// Only an event or the user ends it.
    UntilReplaced,
}

impl EditorNotice {
    const fn lifetime(&self) -> NoticeLifetime {
        match self {
            Self::Opened(_)
            | Self::PutInFront(_)
            | Self::Current
            | Self::NotModified
            | Self::Reloaded { .. }
            | Self::Saved(_)
            | Self::Created(_)
            | Self::Replayed(_)
            | Self::SameText(_)
            | Self::BroughtBack(_)
            | Self::NothingToSave { .. }
            | Self::Discarded
            | Self::Unavailable(_) => NoticeLifetime::UntilTyping,
            Self::DraftBack | Self::DraftOfNewBack => NoticeLifetime::WhileEdited,
            Self::Merging { .. }
            | Self::MergedAnew { .. }
            | Self::MergeOvertaken { .. }
            | Self::Decided { .. }
            | Self::WouldSave { .. }
            | Self::ConflictsOpen(_) => NoticeLifetime::WhileMerging,
            Self::SomebodySaved { .. } => NoticeLifetime::WhileStale,
            Self::New | Self::DeletedBy(_) | Self::Missing => NoticeLifetime::WhileAbsent,
            Self::Overwrote { .. }
            | Self::Deleted
            | Self::Superseded(_)
            | Self::Required(_)
            | Self::NotDeleted(_)
            | Self::WentBack(_)
            | Self::Refused(_)
            | Self::Contradicted { .. }
            | Self::Unreachable(_)
            | Self::Waiting(_)
            | Self::Unanswered(_) => NoticeLifetime::UntilReplaced,
        }
    }
}

impl Editor {
    /// Removes the notice if its time is over. `has_typed` says that the user has just changed the text.
    pub(crate) fn end_notice(&mut self, has_typed: bool) {
        let Some(lifetime) = self.notice.as_ref().map(EditorNotice::lifetime) else { return };
        let is_current = match &self.last_seen {
            LastSeen::Version { etag, .. } => self.base().is_some_and(|base| base.etag == *etag),
            LastSeen::Unknown | LastSeen::Absent | LastSeen::Deleted(_) => false,
        };
        let is_over = match lifetime {
            NoticeLifetime::UntilTyping => has_typed,
            NoticeLifetime::WhileEdited => has_typed && !self.has_typed(),
            NoticeLifetime::WhileMerging => self.document_merge().is_none(),
            NoticeLifetime::WhileStale | NoticeLifetime::WhileAbsent => is_current,
            NoticeLifetime::UntilReplaced => false,
        };
        if is_over {
            self.notice = None;
        }
    }
}
