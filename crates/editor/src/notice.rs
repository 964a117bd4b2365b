//! Notices about the last event, in plain words.
//!
//! These sentences are for people who may never have met a precondition: each says what happened and, if it helps, what
//! comes next. Keys are not named here: the terminal knows them, the machine does not.

use std::fmt;

use contract::{EntityTag, Problem};

use crate::request::Guard;
use crate::saves_since::{Occasion, SavesSince};
use crate::writer::Writer;

/// The last event, for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorNotice {
    /// The document has never existed; a save will create it.
    New,
    /// The document was read.
    Opened(EntityTag),
    /// The document was read, and the text that was typed before it arrived was put in front of it.
    PutInFront(EntityTag),
    /// Unsaved text of an earlier run was restored.
    DraftBack,
    /// Unsaved text of an earlier run was restored; a save will create its document.
    DraftOfNewBack,
    /// The server has nothing newer: it sent the version that is already here.
    Current,
    /// The server has nothing newer: 304.
    NotModified,
    /// A newer version was read, and there were no edits to merge with it.
    Reloaded {
        /// The version's tag.
        etag: EntityTag,
        /// The version's author.
        author: Writer,
    },
    /// A write was acknowledged.
    Saved(EntityTag),
    /// A write was acknowledged and changed nothing: its text is that of a version which exists already.
    ///
    /// Such a write makes no version. After a merge, the version may be another user's.
    NothingToSave {
        /// The version's tag.
        etag: EntityTag,
        /// The version's author.
        author: Writer,
    },
    /// A write created the document.
    Created(EntityTag),
    /// An earlier attempt of a write had already been applied; its response was lost.
    Replayed(EntityTag),
    /// A write was acknowledged, and overwrote a version that the user had not seen.
    Overwrote {
        /// The version that the write created.
        etag: EntityTag,
        /// The version that was overwritten.
        overwritten: EntityTag,
    },
    /// The write had already been applied, and another client has since saved a newer version.
    ///
    /// It was applied by an earlier attempt, or by another client with exactly the same change.
    Superseded(EntityTag),
    /// Another client saved; the base is no longer current.
    SomebodySaved {
        /// The author of that version.
        author: Writer,
        /// The tag of that version.
        etag: EntityTag,
        /// Whether my text has a base at all; `false` if there was no document before.
        has_base: bool,
    },
    /// The server has exactly my text.
    SameText(EntityTag),
    /// Another client saved after the base was read, and the merge with my text is open.
    Merging {
        /// The number of conflicts without a decision.
        conflicts: usize,
        /// The saves between the base and theirs.
        since: SavesSince,
        /// The occasion on which theirs arrived.
        occasion: Occasion,
    },
    /// Another version arrived during a merge.
    MergedAnew {
        /// The report on the decisions.
        report: String,
        /// The saves between the version that was merged before and this one.
        since: SavesSince,
        /// The occasion on which it arrived.
        occasion: Occasion,
    },
    /// Another client saved during a merge, so the save of the merge will be refused.
    ///
    /// The merge is with an older version.
    MergeOvertaken {
        /// The author, if known.
        author: Writer,
        /// The tag of that version.
        etag: EntityTag,
    },
    /// A step of the merge was made or undone.
    Decided {
        /// The number of conflicts that still have no decision.
        open: usize,
        /// The version that the save will replace.
        theirs: EntityTag,
    },
    /// A save would send the result of the merge, which the user has not looked at yet. Nothing was sent.
    WouldSave {
        /// How many lines of theirs are in the result; `None` if the whole was written by hand.
        lines: Option<usize>,
        /// The author of those lines; of theirs if there are none.
        author: Writer,
        /// The version that the save will name.
        theirs: EntityTag,
        /// The newer version, if one is known; the server will refuse the save.
        newer: Option<Newer>,
    },
    /// A save with open conflicts was refused.
    ConflictsOpen(usize),
    /// A write named no version (428). The same save with its precondition is offered.
    Required(Box<Problem>),
    /// A delete was refused because the document was changed after the base was read.
    NotDeleted(SavesSince),
    /// The server went back: it has an older version than it has shown to the editor before.
    ///
    /// My text is kept, and is unsaved.
    WentBack(EntityTag),
    /// The user deleted the document.
    Deleted,
    /// Another user deleted the document.
    DeletedBy(Writer),
    /// The server does not have the document, although it was read before, and reports no delete.
    Missing,
    /// My text was discarded with the deleted document, as the user wanted.
    Discarded,
    /// The text of that version is now my text, and not saved yet.
    BroughtBack(EntityTag),
    /// The server refused for another reason.
    Refused(Box<Problem>),
    /// The server refused a write over its precondition, in contradiction to what the write named.
    ///
    /// It sent a 428 although the write named a version, or a 412 although that version is current.
    Contradicted {
        /// The status of the refusal.
        status: u16,
        /// The condition of the write.
        named: Guard,
    },
    /// A read got no response.
    Unreachable(String),
    /// A write could not be sent. It waits until the server is reachable again.
    Waiting(String),
    /// A write got no response, or one that does not tell its outcome; it may or may not have been applied.
    Unanswered(String),
    /// The command is unavailable, and why.
    Unavailable(String),
}

/// A change of the document after a version was merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Newer {
    /// A newer version was saved.
    Version {
        /// The author of the newer version.
        author: Writer,
        /// The tag of the newer version.
        etag: EntityTag,
    },
    /// The document was deleted.
    Deleted,
}

impl fmt::Display for Newer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { author, etag } => write!(f, "{author} {} saved {etag} meanwhile", author.has())?,
            Self::Deleted => f.write_str("the document was deleted meanwhile")?,
        }
        f.write_str(": the server will refuse that save, and nothing is lost by it")
    }
}

/// The importance of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeLevel {
    /// Information.
    Info,
    /// A success.
    Good,
    /// The user has to act.
    Warning,
    /// Something was refused or lost.
    Bad,
}

impl EditorNotice {
    /// Returns the importance of the notice.
    #[must_use]
    pub const fn level(&self) -> NoticeLevel {
        match self {
            Self::New
            | Self::Opened(_)
            | Self::PutInFront(_)
            | Self::Current
            | Self::NotModified
            | Self::Reloaded { .. }
            | Self::BroughtBack(_)
            | Self::Unavailable(_) => NoticeLevel::Info,
            Self::Saved(_)
            | Self::NothingToSave { .. }
            | Self::Created(_)
            | Self::Replayed(_)
            | Self::SameText(_)
            | Self::Decided { open: 0, .. }
            | Self::Deleted
            | Self::Discarded
            | Self::DraftBack
            | Self::DraftOfNewBack => NoticeLevel::Good,
            Self::Superseded(_)
            | Self::SomebodySaved { .. }
            | Self::Merging { .. }
            | Self::MergedAnew { .. }
            | Self::MergeOvertaken { .. }
            | Self::WouldSave { .. }
            | Self::Decided { open: 1.., .. }
            | Self::ConflictsOpen(_)
            | Self::NotDeleted(_)
            | Self::Missing
            | Self::DeletedBy(_) => NoticeLevel::Warning,
            Self::Overwrote { .. }
            | Self::WentBack(_)
            | Self::Required(_)
            | Self::Refused(_)
            | Self::Contradicted { .. }
            | Self::Unreachable(_)
            | Self::Waiting(_)
            | Self::Unanswered(_) => NoticeLevel::Bad,
        }
    }
}

/// Returns the sentence about a refusal that contradicts what the request named.
fn contradicted(status: u16, named: &Guard) -> String {
    let named = match named {
        Guard::IfMatch(etag) => format!("If-Match: {etag}"),
        Guard::IfNoneMatchAny => "If-None-Match: *".to_owned(),
        Guard::Unconditional => "no version".to_owned(),
    };
    let although = if status == 412 { "the version that it named is current" } else { "it named a version" };
    format!(
        "{status}: refused, nothing was written, although {although} ({named}); an intermediary may have changed the \
         request"
    )
}

/// Returns the sentence about a write that changed nothing.
fn nothing_to_save(etag: &EntityTag, author: &Writer) -> String {
    match author {
        Writer::Named(author) => format!("nothing to save: my text equals version {etag} by {author}"),
        // It may be this editor's own version.
        Writer::Unknown | Writer::Me | Writer::Namesake | Writer::Others => {
            format!("nothing to save: my text equals version {etag}, which the server has")
        }
    }
}

/// Returns 'no conflict', '1 conflict' or '3 conflicts'.
fn conflicts(count: usize) -> String {
    match count {
        0 => "no conflict".to_owned(),
        1 => "1 conflict".to_owned(),
        _ => format!("{count} conflicts"),
    }
}

impl fmt::Display for EditorNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("a new document: the first save creates it, unless another client does so first"),
            Self::Opened(etag) => write!(f, "this is version {etag}"),
            Self::PutInFront(etag) => {
                write!(f, "this is version {etag}; the text typed before it arrived is in front of it")
            }
            Self::DraftBack => f.write_str("unsaved text from an earlier run is here again"),
            Self::DraftOfNewBack => write!(f, "{}; {}", Self::DraftBack, Self::New),
            Self::Current => f.write_str("the server has nothing newer"),
            Self::NotModified => f.write_str("304: the server has nothing newer"),
            Self::Reloaded { etag, author } => {
                write!(f, "this is now version {etag} by {author}")
            }
            Self::Saved(etag) => write!(f, "saved as version {etag}"),
            Self::NothingToSave { etag, author } => f.write_str(&nothing_to_save(etag, author)),
            Self::Created(etag) => write!(f, "created: this is version {etag}"),
            Self::Replayed(etag) => write!(f, "the first attempt had arrived: saved once, as version {etag}"),
            Self::Overwrote { etag, overwritten } => {
                write!(f, "saved as version {etag}, and overwrote {overwritten}, which this editor never read: a lost update")
            }
            Self::Superseded(etag) => {
                write!(f, "the text is already in the history, as version {etag}; a newer version was saved since")
            }
            Self::SomebodySaved { author, etag, has_base: true } => {
                write!(f, "{author} saved version {etag}: my text is based on an older one")
            }
            Self::SomebodySaved { author, etag, has_base: false } => {
                write!(f, "{author} {} created this document meanwhile, as version {etag}", author.has())
            }
            Self::WentBack(etag) => write!(
                f,
                "the server is back at {etag}, an older version: its store was restored. My text is unchanged; a save \
                 stores it again"
            ),
            Self::SameText(etag) => write!(f, "the server already has exactly this text, as version {etag}"),
            Self::Merging { conflicts: 0, since, occasion } => {
                let fit = match (occasion, since) {
                    (Occasion::Altered, _) => "Both are in the merge; check it, then save",
                    (_, SavesSince::By(_)) => "Both changes fit together; look, then save",
                    (_, SavesSince::Several { .. }) => "All changes fit together; look, then save",
                    (_, SavesSince::OtherTag) => "Look, then save",
                };
                write!(f, "{}. {fit}", since.on(*occasion))
            }
            Self::Merging { conflicts: count, since, occasion } => {
                write!(f, "{}. {} to decide, then save", since.on(*occasion), conflicts(*count))
            }
            Self::MergedAnew { report, since, occasion } => {
                let again = if *occasion == Occasion::Refused { "412 again: " } else { "" };
                let meanwhile = if matches!(since, SavesSince::By(_)) { " saved meanwhile" } else { "" };
                write!(f, "{again}{since}{meanwhile}. Merged again: {report}")
            }
            Self::MergeOvertaken { author, etag } => {
                let has = author.has();
                write!(f, "{author} {has} saved version {etag} meanwhile: a save will get a 412 and merge that too")
            }
            Self::Decided { open: 0, theirs } => {
                write!(f, "nothing is left to decide: the save will name {theirs}, the version that I have just seen")
            }
            Self::Decided { open, .. } => write!(f, "{} to decide, then save", conflicts(*open)),
            Self::WouldSave { lines, author, theirs, newer } => {
                let author = author.possessive();
                match lines {
                    None => f.write_str("the whole result, written by hand")?,
                    Some(0) => write!(f, "your text, merged with {author} version")?,
                    Some(1) => write!(f, "your text with 1 line of {author}")?,
                    Some(lines) => write!(f, "your text with {lines} lines of {author}")?,
                }
                write!(f, "; saving again sends it, under {theirs}")?;
                newer.iter().try_for_each(|newer| write!(f, "; {newer}"))
            }
            Self::ConflictsOpen(count) => write!(f, "not saved: {} to decide first", conflicts(*count)),
            Self::Required(_) => {
                f.write_str("428: the server wants to know which version this replaces; nothing was written")
            }
            Self::NotDeleted(since) => write!(f, "412: not deleted, {}; read it again first", since.of_delete()),
            Self::Deleted => f.write_str("deleted; the text is still here and can be created again"),
            Self::DeletedBy(author) => {
                write!(f, "{author} deleted this document; create it again with my text, or delete mine too")
            }
            Self::Missing => f.write_str(
                "the server has no such document any more, and knows of no delete: its store is another one, or was emptied; \
                 create it again with my text, or delete mine too",
            ),
            Self::Discarded => f.write_str("my text is gone with the document"),
            Self::BroughtBack(etag) => {
                write!(f, "the text of {etag} is here as my edit; a save makes it a new version")
            }
            Self::Refused(problem) => write!(f, "{}: {}", problem.status, problem.detail),
            Self::Contradicted { status, named } => f.write_str(&contradicted(*status, named)),
            Self::Unreachable(why) => write!(f, "{why}; keep typing, nothing is lost"),
            Self::Waiting(why) => write!(f, "{why}; the save is sent when the server is reachable again"),
            Self::Unanswered(why) => {
                write!(f, "{why}: the save may or may not have been applied; retrying")
            }
            Self::Unavailable(why) => write!(f, "not now: {why}"),
        }
    }
}
