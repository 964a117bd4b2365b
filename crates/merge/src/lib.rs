//! Three texts in, regions and decisions out.
//!
//! # What goes in
//!
//! Two people took the same page and each went on writing. So there are three texts: the **base**, which both started
//! from, **mine** and **theirs**. In a program that saves under `If-Match`, the base is the version whose entity tag I
//! hold, mine is what stands in my editor, and theirs is the version that a 412 told me about.
//!
//! With two texts nobody can tell an insertion from a deletion: a line that mine has and theirs lacks was written by me
//! or struck out by the other. The base settles that, and this is all there is to a three-way merge: compare the base
//! with each side, and take what changed.
//!
//! # What comes out
//!
//! Git answers with one text, in which the places it could not settle are fenced with `<<<<<<<`, `=======` and
//! `>>>>>>>`. Then the answer has to be read again by whoever wants to work on it, and a text that holds such a line of
//! its own cannot be told from the fence. Worse, what was not fenced is gone: a merge that settled by itself, but
//! wrongly, leaves no trace.
//!
//! Here the answer is a value: a row of [`Region`]s that cover all three texts. Each says what happened to its lines,
//! [`RegionKind::Stable`], `Mine`, `Theirs`, `Agreed` or a `Conflict`, and where they are in each text. Nothing is
//! lost, so every question can still be asked: what did the base have here, what would it look like with theirs after
//! all? A [`Session`] adds a [`Decision`] for each region that anybody changed, whether it is a conflict or settled by
//! itself, and the way back. The result is not kept anywhere. It follows from the regions and the decisions, each time
//! somebody asks.
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
//! I change one line, the other changes the next. No line was changed by both, so why not take both? Because the unit
//! that people think in is not the line. Two halves of a sentence, a condition and what follows from it, an item and
//! its price stand on neighbouring lines, and a merge that reads no words cannot know. An untouched line between two
//! edits is poor evidence that they are independent, but it is some; with none there is none. In merges that people did
//! by hand, taking both was right about half of the time. That is no rule to settle things by while nobody looks.
//!
//! The same caution holds throughout: deleted by one and edited by the other, inserted by both at one place, edited by
//! both in one line. All are conflicts, and each is named, for the name is what the person needs who decides.
//!
//! # What is not a matter of lines
//!
//! The line ending, the final newline and the byte order mark belong to a text as a whole, and merge as such: see
//! [`Format`]. Otherwise an editor that writes `\r\n` would turn every page it saves into one conflict.
//!
//! A title or a parent has no lines at all. It is a [`ScalarMerge`].
//!
//! # When a side changes again
//!
//! Merging takes time, and another client may save meanwhile: a second 412, in the middle of a merge. Or the author of
//! mine types on. Discarding the decisions would waste work, and applying them to other texts than they were about
//! would be wrong. [`Session::renew`] and [`Session::renew_mine`] merge again and keep a decision exactly if the three
//! texts of its region are what they were. The [`MergeReport`] says what was kept, and what to look at again. If one
//! side alone is another text, the old decision is [`CarriedDecision`] over: it is proposed, and a text by hand is
//! proposed with what that side has changed since.
//!
//! The same holds across the end of a program: [`Session::records`] are the decisions as a draft keeps them, and
//! [`Session::restored`] puts them back.
//!
//! # What is not here
//!
//! No clock, no file, no network, no screen. A deadline comes in as a value. What it costs to merge two texts that have
//! little in common is bounded by it, and when it passes, the regions are coarser but every one of them is still true.

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
pub use engine::Merge;
pub use format::Format;
pub use notice::{Notice, NoticeKind};
pub use record::DecisionRecord;
pub use region::{ConflictKind, Region, RegionKind, Side};
pub use render::{Fallback, Rendered, Rendering};
pub use report::MergeReport;
pub use scalar::ScalarMerge;
pub use session::Session;
pub use style::Style;
pub use suggestion::{Suggestion, SuggestionReason};
pub use text::{Ending, Line, Lines, Text};
