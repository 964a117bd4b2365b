//! A session: the state with a real terminal, real clients and a real clock around it.
//!
//! | module | subject |
//! | --- | --- |
//! | `editor`, `stage`, `mergetool`, `room` | the kinds of session: one editor, the stage, a merge of files, a room |
//! | `recorder` | a lesson as a recording |
//! | `host` | effects executed: each result comes back as an event |
//! | `surface` | what a session is shown on: the screen, or lines |
//! | `drafts`, `export_file` | unsaved text on the disk |
//! | `feed`, `gate_control`, `server_look` | the server's record of exchanges, its gate, and a look at a document |
//! | `room_requests`, `question_lead` | what a leader asks the server for |
//! | `seed_files`, `seeding` | the documents with which a leader begins: read from files, and created |
//! | `session_recorder`, `replay` | the record of a session, written and shown |
//! | `progress_keeper` | the user's progress in the lessons, written and read |
//! | `servers`, `lesson_runner` | the servers of the stage, and what else a lesson needs |
//! | `error` | why a session could not begin or continue |

mod drafts;
mod editor;
mod error;
mod export_file;
mod feed;
mod gate_control;
mod host;
mod lesson_runner;
mod memory_release;
mod mergetool;
mod progress_keeper;
mod question_lead;
mod recorder;
mod replay;
mod room;
mod room_answer;
mod room_requests;
mod room_servers;
mod seed_files;
mod seeding;
mod server_look;
mod servers;
mod session_recorder;
mod session_saver;
mod stage;
mod surface;

pub use editor::{EditorConfig, EditorEnd, FirstAnswer, UnkeptText, run_editor};
pub use error::SessionError;
pub use mergetool::{MergeConfig, MergeEnded, MergeInput, MergeToolEnd, run_merge};
pub use recorder::{Recording, record};
pub use replay::{last_frame, run_replay};
pub use room::{RoomConfig, run_room};
pub use seed_files::{SeedFileError, read_seed_files};
pub use seeding::create_seeds;
pub use servers::{FreePlay, RunningServer, ServerFactory};
pub use session_recorder::SessionRecorder;
pub use session_saver::SessionSaver;
pub use stage::{StageConfig, play_stage, run_stage};
pub use surface::Surface;

#[cfg(test)]
mod words;
