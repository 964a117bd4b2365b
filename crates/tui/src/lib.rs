//! The terminal: event in, state, frame out.
//!
//! | module | subject |
//! | --- | --- |
//! | [`event`] | everything that can happen |
//! | [`state`] | everything that is known |
//! | [`update()`] | an event in, the state changed, effects out |
//! | [`effect`] | everything that may be done to the world, as values |
//! | [`draw()`] | the state as a frame |
//! | [`inbox()`] | the queue of events: bounded, and fair to the user |
//! | `input` | bytes of the terminal, signals and lines, as events; [`Decoder`] is where bytes become keys |
//! | [`action`], [`key`], [`edit`] | what keys mean: one table |
//! | [`availability`] | what is off at the moment, and why |
//! | `drafts` | the drafts that are offered, and what became of the one that is kept |
//! | [`gate`] | the server's gate, as whoever leads knows it |
//! | `plain` | the same line by line, for ears and pipes |
//! | `file_messages` | what a merge of files says in place of what an editor of documents says |
//! | `menu`, `lesson_session` | the lessons to choose from, and the one that is being played |
//! | [`runtime`] | the same with a real terminal and real clients around it |
//! | [`theme`], [`sanitize`], [`person_style`] | what things look like, and who is who |
//! | [`export`] | frames taken out of the terminal: recordings and pictures |
//!
//! What is *not* here: decisions about documents, which are the editor machine's, and HTTP, which is the client's.
//! `update` and `draw` know no socket, no clock and no terminal, so tests drive the very loop that people use.

pub mod action;
mod ahead;
pub mod availability;
mod coach;
mod command;
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
mod merge_view;
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
