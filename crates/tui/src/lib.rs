//! The editor on a terminal: event in, state, frame out.
//!
//! Each line uses only the lines below it.
//!
//! | module | subject |
//! | --- | --- |
//! | [`runtime`] | sessions: the loop with a real terminal, real clients and real drafts around it |
//! | `run`, [`inbox()`] | the loop, and its queue: bounded, and fair to the user |
//! | [`draw()`], [`update()`] | the state as a frame; an event in, the state changed, effects out |
//! | `session_record`, `session_start` | all that came into a session, as lines of JSON, and its replay |
//! | `layout` | the areas of the screen and of an editor, and what is under the mouse |
//! | `content` | the words of each part of the screen, as lines |
//! | `plain` | the commands of plain mode, and the output after each event |
//! | [`availability`], `unsaved` | why an action is unavailable now; which unsaved text has no copy |
//! | `coach`, `messages`, `file_messages`, `key_hint` | what to try next, and the sentences of panels and notices |
//! | [`state`] | the state of the whole program, grouped by subject |
//! | `pane`, `open_document`, `ahead`, `overlay`, `drafts`, `versions`, `wire`, `menu`, `lesson_session` | its parts |
//! | `server_document` | the document as the server has it |
//! | `documents`, `property_prompt`, `entry_messages` | the list of documents, and the changes of its entries |
//! | `room_question` | the leader's question on a participant's screen, and the answer to it |
//! | `question_lead` | a leader's requests about the room's question |
//! | `led_question`, `question_form` | the question on the screen of a room's leader, and the form for it |
//! | `stage_room` | the room that a lesson's questions are put to |
//! | `room_view` | the people who use a server, as its leader sees them |
//! | [`seed`], `seed_chooser` | the documents with which a leader begins, and the list to choose them from |
//! | `palette`, `fuzzy` | every action by name, and how well a name fits what the user typed |
//! | [`event`], [`effect`], [`gate`] | inputs of the loop, its outputs, and requests to the server's gate |
//! | [`action`] | the one table of actions, with their keys and contexts |
//! | `swarm_screen` | the chart of simulated writers, and the screen that shows it |
//! | [`progress`] | the user's progress in the lessons, and the handle of the file that keeps it |
//! | [`ids`], `scroll`, `refetch` | ids, scrolling, and when a list is requested again |
//!
//! Other crates decide about documents (`editor`), speak HTTP (`client`) and read the bytes of a terminal (`terminal`).
//! `update` and `draw` use no socket, no clock and no terminal, so tests drive the same loop as users.

pub mod action;
mod ahead;
pub mod availability;
mod coach;
mod content;
mod documents;
mod drafts;
mod draw;
pub mod effect;
mod enter_protection;
mod entry_messages;
pub mod event;
mod file_messages;
mod find;
mod fuzzy;
pub mod gate;
mod hidden;
pub mod ids;
mod inbox;
mod key_hint;
mod layout;
mod leaving_messages;
mod led_question;
mod lesson_session;
mod list_ages;
mod menu;
mod messages;
mod open_document;
mod opened_for_all;
mod overlay;
mod palette;
mod pane;
mod plain;
pub mod progress;
mod property_prompt;
mod question_form;
pub mod question_lead;
mod refetch;
mod room_hosting;
mod room_overlay;
mod room_question;
pub mod room_request;
mod room_view;
mod run;
pub mod runtime;
mod scroll;
pub mod seed;
mod seed_chooser;
mod server_document;
mod server_names;
mod session_record;
mod session_start;
mod stage_room;
pub mod state;
mod swarm_screen;
mod title_id;
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
pub use room_hosting::RoomHosting;
pub use room_question::{AnswerFailure, SentAnswer};
pub use run::advance;
pub use runtime::{
    EditorConfig, EditorEnd, FirstAnswer, FreePlay, MergeConfig, MergeEnded, MergeInput, MergeToolEnd, Recording,
    RoomConfig, RunningServer, SeedFileError, ServerFactory, SessionError, SessionRecorder, SessionSaver, StageConfig,
    Surface, UnkeptText, create_seeds, last_frame, play_stage, read_seed_files, record, run_editor, run_merge,
    run_replay, run_room, run_stage,
};
pub use session_record::{RECORD_CONTENT, RecordError, SessionRecord};
pub use session_start::{SessionPart, SessionStart, UserPlace};
pub use state::{SessionEnd, StageNext, State};
pub use swarm_screen::{SwarmChart, run_swarm_screen};
pub use update::update;
