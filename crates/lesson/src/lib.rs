//! Lessons as data: read from a file, stepped, checked, and told again.
//!
//! A lesson is a file that a teacher writes ([`read`](mod@read)): what is told, who does what, which requests are held
//! and in which order they go on, what is asked, what must be true. One and the same file is played on the stage,
//! played without a screen, and checked as a test, because one and the same [`Player`](player::Player) steps it: cues
//! go out of it, observations go in, and it judges what was claimed.
//!
//! | module | subject | pure |
//! | --- | --- | --- |
//! | [`script`] | a lesson as a value | yes |
//! | [`read`](mod@read), `diagnostics` | its file, and what is wrong with it | yes |
//! | `placeholders` | `{Alice.ETag}` in its texts | yes |
//! | [`player`] | stepping it, and judging what it claims | yes |
//! | `stepping` | the engine that the stage and the runner without a screen drive | yes |
//! | `editor_action` | what somebody does, as the input of an editor | yes |
//! | [`run_log`] | what happened | yes |
//! | [`transcript`], [`compare`] | what happened, told again | yes |
//! | `clock`, `write_gate` | time that stands still, and the moment between judging and writing | but for waiting |
//! | `headless` | real clients before a real server | no |
//! | [`built_in`] | the lessons that the program brings along | yes |
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
//! assert_eq!(opening.cues.len(), 2, "Alice opens the note, and Bob does");
//! let save = player.step().unwrap();
//! assert_eq!((save.caption.as_str(), &save.cues[0]), ("Alice saves", &Cue::Tick(1000)));
//! // Nobody has carried anything out, so no answer was seen, and what is claimed about it is false.
//! player.step();
//! assert!(player.judge()[0].came.is_some());
//! # Ok::<(), lesson::Diagnostics>(())
//! ```
//!
//! What is *not* here: the server (whoever plays a lesson brings one), the terminal, the command line. And there is
//! nothing that an editor does in a lesson and could not do in somebody's hands: what a lesson has people do are the
//! commands of [`editor`], carried out by [`client`] over HTTP.

pub mod built_in;
mod clock;
pub mod compare;
mod diagnostics;
mod editor_action;
mod headless;
mod placeholders;
pub mod player;
pub mod read;
pub mod run_log;
pub mod script;
mod stepping;
pub mod transcript;
mod write_gate;

pub use clock::LessonClock;
pub use diagnostics::{Diagnostic, Diagnostics, did_you_mean};
pub use editor_action::to_input;
pub use headless::{HeadlessRunner, Leader, LessonServer, PlayError, play};
pub use read::read;
pub use run_log::RunLog;
pub use script::Lesson;
pub use stepping::{RequestProgress, StepTurn, Stepping};
pub use write_gate::WriteGate;
