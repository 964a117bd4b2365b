//! Three-way merge of texts: three texts in, regions and decisions out.
//!
//! # Where to begin
//!
//! - [`Session`] is a merge with the decisions of a user: decide about regions, undo, and read the result.
//! - [`Merge`] is the merge alone: the [`Region`]s of three texts, and [`Merge::render`], which writes them with
//!   conflict markers as `git merge-file` does.
//! - [`ScalarMerge`] merges a single value, such as a title.
//!
//! # The input
//!
//! Two people opened the same page, and both kept writing. So there are three texts: the **base**, which both started
//! from, **mine** and **theirs**. In a program that saves with `If-Match`, the base is the version whose entity tag I
//! hold, mine is the text in my editor, and theirs is the version that a 412 told me about.
//!
//! With two texts alone, an insertion cannot be told from a deletion: a line that mine has and theirs lacks was either
//! added by me or removed by the other. The base decides that, and this is the whole idea of a three-way merge: compare
//! the base with each side, and take what changed.
//!
//! # The output
//!
//! Git's answer is one text, in which the conflicts are between `<<<<<<<`, `=======` and `>>>>>>>`. A program that
//! works with the conflicts has to parse it again, and a line of the text that looks like a marker is ambiguous. Worse,
//! what is not between markers is gone: a merge that settled wrongly by itself leaves no trace.
//!
//! Here the answer is a value: a list of [`Region`]s that cover all three texts. Each says what happened to its lines,
//! [`RegionKind::Stable`], `Mine`, `Theirs`, `Agreed` or a `Conflict`, and where they are in each text. Nothing is
//! lost, so every question can still be answered: what was in the base here, and what would the result be with theirs
//! instead? A [`Session`] adds a [`Decision`] for each region that changed, whether it is a conflict or settled by
//! itself, and an undo history. The result is not stored: it is computed from the regions and the decisions whenever it
//! is needed.
//!
//! ```
//! use merge::{ConflictKind, Decision, RegionKind, Session};
//!
//! let base = b"Flour\nWater\nSalt\nBake for an hour.\n";
//! let mine = b"Rye flour\nWater\nSalt\nBake for 50 minutes.\n";
//! let theirs = b"Flour\nWater\nSalt\nBake for 70 minutes.\n";
//!
//! let mut session = Session::new(base, mine, theirs, None);
//! let kinds: Vec<_> = session.merge().regions().iter().map(|region| region.kind).collect();
//! let conflict = RegionKind::Conflict(ConflictKind::BothEdited);
//! assert_eq!(kinds, [RegionKind::Mine, RegionKind::Stable, conflict]);
//! assert_eq!(session.result(), None);
//!
//! session.decide(2, Decision::Edited("Bake for an hour, rye or not.\n".into()));
//! assert_eq!(session.result().as_deref(), Some(&b"Rye flour\nWater\nSalt\nBake for an hour, rye or not.\n"[..]));
//! ```
//!
//! # Why touching edits conflict
//!
//! I change one line, the other changes the next. Neither changed the other's line, so why not take both? Because
//! people do not think in lines. Two halves of a sentence, a condition and its consequence, an item and its price are
//! on neighbouring lines, and a merge that does not understand the text cannot tell. An unchanged line between two
//! edits is poor evidence that they are independent, but it is some; without such a line there is none. In merges that
//! people made by hand, taking both was right about half of the time. That is not good enough for settling edits
//! unseen.
//!
//! The same caution applies throughout: deleted by one and edited by the other, inserted by both at one place, edited
//! by both in one line. All of these are conflicts, and each has a name, since the user who decides needs to know which
//! it is.
//!
//! # Properties of the whole text
//!
//! The line ending, the final newline and the byte order mark belong to a text as a whole, and are merged as such: see
//! [`Format`]. Otherwise an editor that writes `\r\n` would turn every page that it saves into one conflict.
//!
//! A title or a parent has no lines at all. It is a [`ScalarMerge`].
//!
//! # When a side changes again
//!
//! Merging takes time, and another client may save meanwhile: a second 412, in the middle of a merge. Or the author of
//! mine keeps typing. Discarding the decisions would waste work, and applying them to other texts would be wrong.
//! [`Session::renew`] and [`Session::renew_mine`] repeat the merge and keep a decision exactly if the three texts of
//! its region are unchanged. The [`MergeReport`] says what was kept, and what to look at again. If only one side has
//! changed, the old decision is [carried over](CarriedDecision): it is proposed, and a text written by hand is proposed
//! together with what that side changed after the decision.
//!
//! Decisions also outlive the program: [`Session::records`] returns them for a draft, and [`Session::restored`]
//! restores them.
//!
//! # Limits
//!
//! The crate has no clock, no files, no network and no screen. A deadline is a parameter. It limits the cost of merging
//! two texts that have little in common; when it passes, the regions are coarser, but each of them is still correct.

mod carry_over;
mod classify;
mod cluster;
mod common_changes;
mod decision;
mod decision_memory;
mod diff;
mod engine;
mod format;
mod hunk;
mod line_index;
mod line_interner;
mod myers;
mod notice;
mod rebase;
mod record;
mod refine;
mod region;
mod remerge;
mod render;
mod report;
mod scalar;
mod session;
mod slide;
mod state;
mod style;
mod suggestion;
mod text;
mod tokens;
mod writer;

pub use carry_over::CarriedDecision;
pub use decision::{Choice, Decision};
pub use diff::compare_lines;
pub use engine::Merge;
pub use format::Format;
pub use hunk::Hunk;
pub use notice::{Notice, NoticeKind};
pub use record::DecisionRecord;
pub use region::{ConflictKind, Region, RegionKind, Side};
pub use render::{Fallback, Rendered, Rendering};
pub use report::MergeReport;
pub use scalar::ScalarMerge;
pub use session::Session;
pub use style::Style;
pub use suggestion::{Suggestion, SuggestionReason};
pub use text::{Ending, Line, LineText, Lines};
