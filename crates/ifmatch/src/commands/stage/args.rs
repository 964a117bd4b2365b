//! The command line of the stage, which is the program without a command.

use std::path::PathBuf;

use clap::Args;

use crate::options::{RecordOptions, RoomOptions};

/// The options of the stage.
#[derive(Debug, Args)]
pub(crate) struct StageArgs {
    /// Start with this lesson instead of the menu.
    #[arg(long, value_name = "NAME", conflicts_with = "free")]
    pub(super) lesson: Option<String>,

    /// Start with free play instead of the menu: Alice, Bob, a server, and no lesson.
    #[arg(long)]
    pub(super) free: bool,

    /// Show the record of a session, from its last frame; in a pipe, print that frame.
    ///
    /// The arrows walk through its events. `--record` makes a record.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["free", "lesson", "record"])]
    pub(super) replay: Option<PathBuf>,

    #[command(flatten)]
    pub(super) room: RoomOptions,

    #[command(flatten)]
    pub(super) record: RecordOptions,

    /// Use the lessons in this file, or in the .toml files of this folder, instead of the built-in ones.
    #[arg(long, value_name = "FILE or FOLDER")]
    pub(super) lessons: Option<PathBuf>,
}
