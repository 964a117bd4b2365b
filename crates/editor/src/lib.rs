//! The state machine of one editor: base, mine, theirs, what is under way, and what may come next.
//!
//! An editor of a shared document holds three texts, whether it knows it or not. The **base** is the version that was
//! read; its entity tag is the proof of what has been seen. **Mine** is what has been typed since. **Theirs** is what
//! the server has by now, which may be the base, or may be somebody else's work. An update is lost when an editor
//! forgets that the second and the third both started from the first, and writes its own text over whatever is there.
//!
//! This machine never forgets it. Each save names the base (`If-Match`, RFC 9110 section 13.1.1), and a refusal is not
//! an error to be reported but an event with a next step:
//!
//! | the server says | the machine |
//! | --- | --- |
//! | 200, 201 | what was sent is the new base; what was typed meanwhile stays, edited |
//! | 412, with another text | merges mine with theirs over the base, and opens the merge |
//! | 412, with the very text I sent | takes it as the base: nothing is left to do |
//! | 412, deleted | keeps my text, and asks: create it again, or let mine go too |
//! | 412 while merging | merges anew; decisions stay where their text is unchanged |
//! | 428 | explains itself, and offers the same save with its precondition |
//! | nothing | asks again, the very same write: applied twice is applied once |
//!
//! There is no terminal in here, no network, no clock and no disk; where a merge must not take for ever, the deadline
//! comes in with the answer that it is about. What happens comes in as an [`EditorInput`], what is to be done goes out
//! as [`EditorEffect`]s, and between the two nothing else changes anything. So people drive this machine
//! through a screen, and a test drives it through every order of events that it can think of.
//!
//! ```
//! use contract::{Document, Snapshot};
//! use editor::{EditorRequest, Command, Editor, EditorEffect, PreconditionFailure, Guard, EditorInput, ResponseOutcome, EditorPhase};
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
//! alice.update(EditorInput::Typed(text("ONE\ntwo\nthree\n")));
//! assert_eq!(alice.phase(), EditorPhase::Edited);
//!
//! // She saves, and names version 5. But Bob was first: 412, and the answer carries his version 6.
//! let (request, ask) = sent(&alice.update(EditorInput::Command(Command::Save)));
//! assert!(matches!(ask, EditorRequest::Write { guard: Guard::IfMatch(tag), .. } if tag.to_string() == "\"v5\""));
//! let current = Some(version("\"v6\"", "one\ntwo\nTHREE\n"));
//! let failed = PreconditionFailure { current, ..PreconditionFailure::default() };
//! let outcome = ResponseOutcome::Failed(Box::new(failed));
//! alice.update(EditorInput::ResponseReceived { request, outcome, merge_by: None });
//!
//! // The merge is open. Nobody touched the other's line, so there is nothing to decide; the save names version 6.
//! assert_eq!(alice.phase(), EditorPhase::Merging);
//! let (_, ask) = sent(&alice.update(EditorInput::Command(Command::Save)));
//! assert!(matches!(ask, EditorRequest::Write { guard: Guard::IfMatch(tag), document, .. }
//!     if tag.to_string() == "\"v6\"" && document.content == "ONE\ntwo\nTHREE\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aside;
mod by_hand;
mod command;
mod document_merge;
mod draft;
mod hand;
mod in_flight;
mod machine;
mod merging;
mod notice;
mod phase;
mod reconcile;
mod request;
mod responses;
mod unplaced;
mod update;
mod writer;

pub use command::{Command, Unavailable};
pub use document_merge::{ChangeId, DocumentMerge};
pub use draft::{Draft, HandAbout, HandRecord, MergeDraft, MergedOver};
pub use hand::{HandPlace, HandText};
pub use machine::{Editor, EditorEffect};
pub use notice::{EditorNotice, Newer, NoticeLevel, Occasion};
pub use phase::{EditorPhase, LastSeen};
pub use request::{EditorRequest, Guard, PreconditionFailure, RequestId, ResponseOutcome, Saved};
pub use update::EditorInput;
pub use writer::Writer;
