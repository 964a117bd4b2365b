//! The editor on a terminal: event in, state, frame out.
//!
//! The arrows point down: each line uses those below it.
//!
//! | module | subject |
//! | --- | --- |
//! | [`runtime`] | sessions: the loop with a real terminal, real clients and real drafts around it |
//! | `run`, [`inbox()`] | the loop, and its queue: bounded, and fair to the user |
//! | [`draw()`], [`update()`] | the state as a frame; an event in, the state changed, effects out |
//! | `layout` | where everything is: on the screen, in an editor, under the mouse |
//! | `content` | what each part of the screen says, as lines |
//! | `plain` | the words of plain mode, and what is said after each event |
//! | [`availability`], `unsaved` | what is off at the moment and why; which unsaved text is in danger |
//! | `coach`, `messages`, `file_messages`, `key_hint` | what to try next, and the sentences of panels and notices |
//! | [`state`] | all that the program knows, grouped by subject |
//! | `pane`, `open_document`, `ahead`, `overlay`, `drafts`, `versions`, `wire`, `menu`, `lesson_session` | its parts |
//! | [`event`], [`effect`], [`gate`] | all that can happen, all that may be done to the world, requests to the gate |
//! | [`action`] | what can be done, by which key, where: one table |
//! | [`ids`], `scroll`, `refetch` | ids, scrolling, and when a list is requested again |
//!
//! What is *not* here: decisions about documents, which are the editor's, HTTP, which is the client's, and bytes of a
//! terminal, which are the `terminal` crate's. `update` and `draw` know no socket, no clock and no terminal, so tests
//! drive the very loop that people use.

pub mod action;
mod ahead;
pub mod availability;
mod coach;
mod content;
mod drafts;
mod draw;
pub mod effect;
pub mod event;
mod file_messages;
pub mod gate;
pub mod ids;
mod inbox;
mod key_hint;
mod layout;
mod lesson_session;
mod menu;
mod messages;
mod open_document;
mod overlay;
mod pane;
mod plain;
mod refetch;
mod run;
pub mod runtime;
mod scroll;
pub mod state;
mod unsaved;
mod update;
mod versions;
mod wire;

pub use draw::draw;
pub use effect::Effect;
pub use event::Event;
pub use ids::DocumentKey;
pub use inbox::{EventReceiver, EventSender, inbox};
pub use lesson_session::{LessonPace, LessonRun};
pub use run::advance;
pub use runtime::{
    EditorConfig, EditorEnd, FirstAnswer, FreePlay, MergeConfig, MergeEnded, MergeInput, MergeToolEnd, Recording,
    RunningServer, ServerFactory, SessionError, StageConfig, Surface, UnkeptText, play_stage, record, run_editor,
    run_merge, run_stage,
};
pub use state::{SessionEnd, StageNext, State};
pub use update::update;
