//! The state machine of one editor: base, mine, theirs, the request in flight, and the next steps.
//!
//! An editor of a shared document has three texts, whether it knows it or not. The **base** is the version that was
//! read; its entity tag proves what the user has seen. **Mine** is the base with the user's edits. **Theirs** is the
//! version that the server has now: the base, or another user's work. An update is lost if an editor forgets that mine
//! and theirs both started from the base, and writes mine over whatever is there.
//!
//! This machine never forgets it. Each save names the base (`If-Match`, RFC 9110 section 13.1.1), and a refusal is not
//! an error to report but an event with a next step:
//!
//! | the server responds | the machine |
//! | --- | --- |
//! | 200, 201 | makes the text that was sent the new base; edits since then stay |
//! | 412, with a different text | merges mine with theirs over the base, and opens the merge |
//! | 412, with the text that was sent | makes it the base: nothing is left to do |
//! | 412, deleted | keeps my text, and asks: create it again, or discard mine too? |
//! | 412 during a merge | repeats the merge; decisions about unchanged texts are kept |
//! | 428 | explains it, and offers the same save with its precondition |
//! | no response | repeats the same write, which is applied at most once |
//!
//! # Where to begin
//!
//! - [`Editor`] is the machine. It changes only through [`Editor::update`], which takes an [`EditorInput`] and returns
//!   [`EditorEffect`]s for the caller to carry out.
//! - [`Command`] lists what a user can do, [`EditorPhase`] and [`EditorNotice`] what a screen shows.
//! - [`DocumentMerge`] is the merge that a 412 opens.
//! - [`Draft`] is what must survive a crash.
//! - [`TextChanges`] are the lines in which my text and a newer version differ from the base.
//! - [`WorkingCopy`] is my text. It is cheap to clone, so an input for each key costs nothing that grows with the text.
//!
//! The crate has no terminal, network, clock or disk. If a merge must not take too long, the deadline arrives with the
//! response that causes it. So users drive this machine through a screen, and a test drives it through every order of
//! events.
//!
//! ```
//! use contract::{Document, Snapshot};
//! use editor::{Command, Editor, EditorEffect, EditorInput, EditorPhase, EditorRequest, Guard};
//! use editor::{PreconditionFailure, ResponseOutcome};
//!
//! let mut alice = Editor::new("welcome".parse()?, "alice".parse()?, None);
//! let text = |content: &str| Document { title: "Welcome".into(), content: content.into(), parent: None };
//! let version = |etag: &str, content: &str| Snapshot {
//!     etag: etag.parse().unwrap(), author: None, at: None, document: text(content),
//! };
//! # fn sent(effects: &[EditorEffect]) -> (editor::RequestId, EditorRequest) {
//! #     effects.iter().find_map(|e| match e {
//! #         EditorEffect::Send { request, ask } => Some((*request, ask.clone())),
//! #         _ => None,
//! #     }).unwrap()
//! # }
//!
//! // Alice opens version 5, and types.
//! let (request, _) = sent(&alice.update(EditorInput::Command(Command::Open)));
//! let outcome = ResponseOutcome::Read(version("\"v5\"", "one\ntwo\nthree\n"));
//! alice.update(EditorInput::ResponseReceived { request, outcome, merge_by: None });
//! alice.update(EditorInput::Typed(text("ONE\ntwo\nthree\n").into()));
//! assert_eq!(alice.phase(), EditorPhase::Edited);
//!
//! // She saves, naming version 5. But Bob was first: 412, and the response carries his version 6.
//! let (request, ask) = sent(&alice.update(EditorInput::Command(Command::Save)));
//! assert!(matches!(ask, EditorRequest::Write { guard: Guard::IfMatch(tag), .. } if tag.to_string() == "\"v5\""));
//! let current = Some(version("\"v6\"", "one\ntwo\nTHREE\n"));
//! let failed = PreconditionFailure { current, ..PreconditionFailure::default() };
//! let outcome = ResponseOutcome::Failed(Box::new(failed));
//! alice.update(EditorInput::ResponseReceived { request, outcome, merge_by: None });
//!
//! // The merge is open. The edits do not touch, so there is nothing to decide; the save names version 6.
//! assert_eq!(alice.phase(), EditorPhase::Merging);
//! let (_, ask) = sent(&alice.update(EditorInput::Command(Command::Save)));
//! assert!(matches!(ask, EditorRequest::Write { guard: Guard::IfMatch(tag), document, .. }
//!     if tag.to_string() == "\"v6\"" && document.content == "ONE\ntwo\nTHREE\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aside;
mod by_hand;
mod change_marks;
mod changed_lines;
mod command;
mod comparison;
mod document_merge;
mod draft;
mod follow;
mod hand;
mod in_flight;
mod known_version;
mod machine;
mod merging;
mod my_text;
mod notice;
mod notice_lifetime;
mod other_writes;
mod own_versions;
mod phase;
mod prefetch;
mod reconcile;
mod request;
mod responses;
mod saves_since;
mod text_changes;
mod unplaced;
mod update;
mod working_copy;
mod writer;

pub use change_marks::MarkedChanges;
pub use changed_lines::LineComparison;
pub use command::{Command, Unavailable};
pub use document_merge::{ChangeId, DocumentMerge, MergeStep};
pub use draft::{Draft, HandAbout, HandRecord, MergeDraft, MergedOver};
pub use hand::{HandPlace, HandText};
pub use known_version::KnownVersion;
pub use machine::{Editor, EditorEffect};
pub use notice::{EditorNotice, Newer, NoticeLevel};
pub use other_writes::OtherWrite;
pub use phase::{EditorPhase, LastSeen};
pub use prefetch::MAX_PREFETCHED_BYTES;
pub use request::{EditorRequest, Guard, PreconditionFailure, RequestId, ResponseOutcome, Saved};
pub use saves_since::{Occasion, SavesSince};
pub use text_changes::{ChangedBy, LineMark, TextChange, TextChanges};
pub use update::EditorInput;
pub use working_copy::WorkingCopy;
pub use writer::Writer;
