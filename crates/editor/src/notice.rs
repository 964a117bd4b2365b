//! What happened last, in plain words.
//!
//! These sentences are for people who may have never met a precondition: each says what happened, and where it helps,
//! what comes next. Keys are not named here; the terminal knows them, the machine does not.

use std::fmt;

use contract::{EntityTag, Problem};

use crate::request::Guard;
use crate::writer::Writer;

/// What happened last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorNotice {
    /// There has been no such document; a save will create it.
    New,
    /// The document is here.
    Opened(EntityTag),
    /// The document is here, behind what was typed before it was.
    PutInFront(EntityTag),
    /// Unsaved text from an earlier run is here again.
    DraftBack,
    /// The server has nothing newer: it sent the version that I have.
    Current,
    /// The server has nothing newer: 304.
    NotModified,
    /// A newer version was read, and nothing of mine was in its way.
    Reloaded {
        /// Its tag.
        etag: EntityTag,
        /// Who wrote it.
        author: Writer,
    },
    /// A write was acknowledged.
    Saved(EntityTag),
    /// A write made the document.
    Created(EntityTag),
    /// A write had been applied by an earlier try already, whose answer was lost.
    Replayed(EntityTag),
    /// A write was acknowledged, and buried a version that I had not seen.
    Overwrote {
        /// The version that it made.
        etag: EntityTag,
        /// The version that it buried.
        buried: EntityTag,
    },
    /// What a write would do was done already, by an earlier try or by somebody with the very same change; since then
    /// somebody saved on top of it.
    Superseded(EntityTag),
    /// Somebody saved; my base is no longer current.
    SomebodySaved {
        /// Who.
        author: Writer,
        /// The version that they made.
        etag: EntityTag,
        /// Whether my text is based on a version at all: there was no document before.
        has_base: bool,
    },
    /// The server has the very text that I have.
    SameText(EntityTag),
    /// Somebody saved since my base, and the merge of the two is open.
    Merging {
        /// How many conflicts wait for a decision.
        conflicts: usize,
        /// Who wrote their side.
        author: Writer,
        /// What brought their side here.
        occasion: Occasion,
    },
    /// Yet another version came while I was merging.
    MergedAnew {
        /// What became of the decisions.
        report: String,
        /// Who wrote the newest version.
        author: Writer,
        /// What brought it here.
        occasion: Occasion,
    },
    /// Another client saved while I was merging: the merge is with an older version, and its save will be refused.
    MergeOvertaken {
        /// Who, if known.
        author: Writer,
        /// The version that they made.
        etag: EntityTag,
    },
    /// A step in the merge was made, or taken back.
    Decided {
        /// How many conflicts still wait for a decision.
        open: usize,
        /// The version that the save will replace.
        theirs: EntityTag,
    },
    /// A save would send the result of the merge, which the user has not looked at yet. Nothing was sent.
    WouldSave {
        /// How many lines of theirs are in it; `None` if the whole was written by hand.
        lines: Option<usize>,
        /// Who wrote their side.
        author: Writer,
        /// The version that the save will name.
        theirs: EntityTag,
        /// What is known to have happened to that version since; the server will refuse the save.
        newer: Option<Newer>,
    },
    /// A save with open conflicts was refused.
    ConflictsOpen(usize),
    /// A write named no version (428). The same save with its precondition is on offer.
    Required(Box<Problem>),
    /// A delete was refused, because the document changed since my base.
    NotDeleted(Writer),
    /// The server has an older version than the one that it had acknowledged or shown. My text stays, and is unsaved.
    WentBack(EntityTag),
    /// I deleted the document.
    Deleted,
    /// Somebody deleted the document.
    DeletedBy(Writer),
    /// The server has no such document, although I have read one, and knows of no delete.
    Missing,
    /// My text went with the deleted document, as I wanted.
    Discarded,
    /// The text of that version is mine now, and not saved yet.
    BroughtBack(EntityTag),
    /// The server refused for another reason.
    Refused(Box<Problem>),
    /// The server refused a write over its precondition, in contradiction to what the write named: a 428 although it
    /// named a version, or a 412 although that version is current.
    Contradicted {
        /// The status of the refusal.
        status: u16,
        /// What the write named.
        named: Guard,
    },
    /// No answer came to a read.
    Unreachable(String),
    /// A write could not be sent. It waits, and is sent when the server is there again.
    Waiting(String),
    /// A write was not answered, or not with what became of it; it may or may not have been applied.
    Unanswered(String),
    /// The command is off, and why.
    Unavailable(String),
}

/// What happened to a version since it was merged with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Newer {
    /// Another one was saved.
    Version {
        /// Who saved it.
        author: Writer,
        /// Its tag.
        etag: EntityTag,
    },
    /// The document was deleted.
    Deleted,
}

impl fmt::Display for Newer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { author, etag } => write!(f, "{author} has saved {etag} meanwhile")?,
            Self::Deleted => f.write_str("the document was deleted meanwhile")?,
        }
        f.write_str(": the server will refuse that save, and nothing is lost by it")
    }
}

/// What made my text meet another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A write was refused: 412.
    Refused,
    /// A write was acknowledged, and the server has another text than was sent.
    Altered,
    /// It was read.
    Read,
    /// It was read for the first time, and unsaved text from an earlier run was here already.
    Restored,
}

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeLevel {
    /// Good to know.
    Info,
    /// Something was done.
    Good,
    /// Something waits for me.
    Warning,
    /// Something was refused or lost.
    Bad,
}

impl EditorNotice {
    /// Whether the notice says which text is here, and typing or an undo has just replaced that text. `has_typed` tells
    /// whether the text that is here now differs from its base.
    pub(crate) const fn is_over_after_typing(&self, has_typed: bool) -> bool {
        match self {
            Self::BroughtBack(_) => true,
            Self::DraftBack => !has_typed,
            _ => false,
        }
    }

    /// How it is meant.
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
            | Self::Created(_)
            | Self::Replayed(_)
            | Self::SameText(_)
            | Self::Decided { open: 0, .. }
            | Self::Deleted
            | Self::Discarded
            | Self::DraftBack => NoticeLevel::Good,
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

/// Who was faster, and how I came to know. A 412 is named only where there was one.
fn saved_first(who: &Writer, occasion: Occasion) -> String {
    match occasion {
        Occasion::Refused => format!("412: {who} saved first"),
        Occasion::Altered => "saved, but the server has another text than was sent".to_owned(),
        Occasion::Read => format!("{who} has saved since"),
        Occasion::Restored => format!("unsaved text from an earlier run is here again, and {who} has saved since"),
    }
}

/// A refusal over a precondition that contradicts what the request named.
fn contradicted(status: u16, named: &Guard) -> String {
    let named = match named {
        Guard::IfMatch(etag) => format!("If-Match: {etag}"),
        Guard::IfNoneMatchAny => "If-None-Match: *".to_owned(),
        Guard::Unconditional => "no version".to_owned(),
    };
    let although = if status == 412 { "the version that it named is current" } else { "it named a version" };
    format!(
        "{status}: refused, nothing was written, although {although} ({named}); something on the way may have changed \
         the request"
    )
}

/// 'no conflict', '1 conflict', '3 conflicts'.
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
            Self::New => f.write_str("a new document: the first save creates it, if nobody else does so before"),
            Self::Opened(etag) => write!(f, "this is version {etag}"),
            Self::PutInFront(etag) => {
                write!(f, "this is version {etag}; what was typed before it was here is in front of it")
            }
            Self::DraftBack => f.write_str("unsaved text from an earlier run is here again"),
            Self::Current => f.write_str("the server has nothing newer"),
            Self::NotModified => f.write_str("304: the server has nothing newer"),
            Self::Reloaded { etag, author } => {
                write!(f, "this is now version {etag} by {author}")
            }
            Self::Saved(etag) => write!(f, "saved as version {etag}"),
            Self::Created(etag) => write!(f, "created: this is version {etag}"),
            Self::Replayed(etag) => write!(f, "the first try had arrived after all: saved once, as version {etag}"),
            Self::Overwrote { etag, buried } => {
                write!(f, "saved as version {etag}, and buried {buried}, which I had not seen: an update is lost")
            }
            Self::Superseded(etag) => {
                write!(
                    f,
                    "what I sent is in the history already, as version {etag}; somebody has saved on top of it since"
                )
            }
            Self::SomebodySaved { author, etag, has_base: true } => {
                write!(f, "{author} saved version {etag}: my text is based on an older one")
            }
            Self::SomebodySaved { author, etag, has_base: false } => {
                write!(f, "{author} has created this document meanwhile, as version {etag}")
            }
            Self::WentBack(etag) => write!(
                f,
                "the server has {etag} again, which is older than what it had: its store was put back. My text stays \
                 as it is; a save stores it again"
            ),
            Self::SameText(etag) => write!(f, "the server has this very text already, as version {etag}"),
            Self::Merging { conflicts: 0, author, occasion: Occasion::Altered } => {
                let saved = saved_first(author, Occasion::Altered);
                write!(f, "{saved}. Both are in the merge; look, then save what is to stay")
            }
            Self::Merging { conflicts: 0, author, occasion } => {
                write!(f, "{}. Both changes fit together; look, then save", saved_first(author, *occasion))
            }
            Self::Merging { conflicts: count, author, occasion } => {
                write!(f, "{}. {} to decide, then save", saved_first(author, *occasion), conflicts(*count))
            }
            Self::MergedAnew { report, author, occasion } => {
                let again = if *occasion == Occasion::Refused { "412 again: " } else { "" };
                write!(f, "{again}{author} saved meanwhile. Merged anew: {report}")
            }
            Self::MergeOvertaken { author, etag } => {
                write!(f, "{author} has saved version {etag} meanwhile: saving meets a 412, and merges with that too")
            }
            Self::Decided { open: 0, theirs } => {
                write!(f, "nothing is left to decide: the save will name {theirs}, the version that I have just seen")
            }
            Self::Decided { open, .. } => write!(f, "{} to decide, then save", conflicts(*open)),
            Self::WouldSave { lines, author, theirs, newer } => {
                let author = author.possessive();
                match lines {
                    None => f.write_str("the whole result as it was written by hand")?,
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
            Self::NotDeleted(author) => write!(f, "412: not deleted, {author} has saved since; read it again first"),
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
                write!(f, "the text of {etag} stands here as my edit; a save makes a new version of it")
            }
            Self::Refused(problem) => write!(f, "{}: {}", problem.status, problem.detail),
            Self::Contradicted { status, named } => f.write_str(&contradicted(*status, named)),
            Self::Unreachable(why) => write!(f, "{why}; typing goes on, nothing is lost"),
            Self::Waiting(why) => write!(f, "{why}; the save waits, and is sent when the server is there again"),
            Self::Unanswered(why) => {
                write!(f, "{why}: the save may or may not have been applied; asking again")
            }
            Self::Unavailable(why) => write!(f, "not now: {why}"),
        }
    }
}
