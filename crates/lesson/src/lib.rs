//! Lessons as data: read from a file, stepped through, checked, and written as transcripts.
//!
//! A lesson is a file that a teacher writes ([`read`](mod@read)): explanations, actions of people, held and released
//! requests, questions, and claims about the results. The stage, the runner without a screen and the tests play the
//! same file with the same [`Player`](player::Player), which emits cues, receives observations, and checks the claims.
//!
//! | module | subject | pure |
//! | --- | --- | --- |
//! | [`script`] | a lesson as a value | yes |
//! | [`read`](mod@read), `diagnostics` | the file of a lesson, and its faults | yes |
//! | `placeholders` | placeholders such as `{Alice.ETag}` in its texts | yes |
//! | [`player`] | its scenes, and the checks of its claims | yes |
//! | `stepping` | the engine that the stage and the runner without a screen drive, also in levels | yes |
//! | `editor_action` | a person's action as the input of an editor | yes |
//! | [`run_log`] | the events of one run | yes |
//! | [`transcript`], [`compare`] | runs as documents, and side by side | yes |
//! | `swarm_result` | the counts of simulated writers, in whole numbers | yes |
//! | `clock`, `write_gate` | the stopped clock, and the moment between evaluation and write | except for waiting |
//! | `headless` | the runner without a screen: real clients and a real server | no |
//! | `transit_proxy` | the proxy between them, which changes fields | no |
//! | `wrapping` | texts broken into lines | yes |
//! | [`matrix`] | anomalies on servers with each policy and each mistake, and the table of their verdicts | yes |
//! | [`built_in`] | the lessons that are built into the program | yes |
//!
//! ```
//! use lesson::player::{Cue, Player};
//!
//! let text = r#"
//! title = "A save"
//! goal = "You have seen one."
//! minutes = 1
//! [documents.note]
//! content = "one"
//! [[step]]
//! who = "Alice"
//! does = "save"
//! [[step]]
//! expect = "Alice"
//! status = 200
//! "#;
//! let mut player = Player::new(lesson::read("mine.toml", text)?.into());
//! let opening = player.step().unwrap();
//! assert_eq!(opening.cues.len(), 2, "Alice and Bob open the note");
//! let save = player.step().unwrap();
//! assert_eq!((save.caption.as_str(), &save.cues[0]), ("Alice saves", &Cue::Tick(1000)));
//! // No cue was carried out, so there is no response, and the claim about it fails.
//! assert!(!player.judge()[0].holds());
//! # Ok::<(), lesson::Diagnostics>(())
//! ```
//!
//! What is *not* here: the server (the caller provides one), the terminal and the command line. Editors in a lesson can
//! do nothing that users could not do: the actions of people are commands of [`editor`], which [`client`] carries out
//! over HTTP.

pub mod built_in;
mod clock;
pub mod compare;
mod diagnostics;
mod editor_action;
mod headless;
pub mod matrix;
mod placeholders;
pub mod player;
pub mod read;
pub mod run_log;
pub mod script;
mod stepping;
mod swarm_result;
pub mod transcript;
mod transit_proxy;
mod wrapping;
mod write_gate;

pub use clock::LessonClock;
pub use diagnostics::{Diagnostic, Diagnostics, did_you_mean};
pub use editor_action::to_input;
pub use headless::{HeadlessRunner, Leader, LessonServer, LevelWay, PlayError, play, play_level};
pub use read::read;
pub use run_log::RunLog;
pub use script::Lesson;
pub use stepping::{RequestProgress, StepTurn, Stepping};
pub use swarm_result::{SwarmResult, swarm_note};
pub use write_gate::WriteGate;
