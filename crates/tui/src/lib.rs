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
//! | `file_words` | what a merge of files says in place of what an editor of documents says |
//! | `menu`, `course` | the lessons to choose from, and the one that is being played |
//! | [`session`] | the same with a real terminal and real clients around it |
//! | [`theme`], [`visible`], [`people`] | what things look like, and who is who |
//! | [`frames`] | frames taken out of the terminal: recordings and pictures |
//!
//! What is *not* here: decisions about documents, which are the editor machine's, and HTTP, which is the client's.
//! `update` and `draw` know no socket, no clock and no terminal, so tests drive the very loop that people use.

pub mod action;
mod ahead;
mod asking;
pub mod availability;
pub mod buffer;
mod coach;
mod course;
mod drafts;
mod draw;
pub mod edit;
pub mod effect;
pub mod event;
mod file_words;
pub mod frames;
pub mod gate;
mod gone;
mod inbox;
mod input;
pub mod key;
mod layout;
mod menu;
mod merge_view;
mod pane;
mod panic;
pub mod people;
mod plain;
mod run;
mod screen;
mod sentences;
pub mod session;
pub mod state;
mod tasks;
mod terminal;
pub mod theme;
mod update;
mod versions;
pub mod visible;
mod way;
mod wire;
mod work;

pub use course::{Pace, Run};
pub use draw::draw;
pub use effect::Effect;
pub use event::Event;
pub use inbox::{EventReceiver, EventSender, InboxClosed, inbox};
pub use input::Decoder;
pub use plain::Lines;
pub use session::{
    EditorConfig, EditorEnd, Film, FirstAnswer, FreePlay, Houses, Lodging, MergeConfig, MergeEnd, MergeEnded,
    MergeText, SessionError, StageConfig, Surface, UnkeptText, film, play_stage, run_editor, run_merge, run_stage,
};
pub use state::{End, Next, State};
pub use update::update;
pub use wire::filter::{Filter, FilterError};
pub use work::WorkKey;
