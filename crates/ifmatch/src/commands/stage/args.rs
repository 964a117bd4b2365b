//! The command line of the stage, which is the program without a command.

use std::path::PathBuf;

use clap::Args;

/// The options of the stage.
#[derive(Debug, Args)]
pub(crate) struct StageArgs {
    /// Begin with this lesson in place of the menu.
    #[arg(long, value_name = "NAME", conflicts_with = "free")]
    pub(super) lesson: Option<String>,

    /// Begin with free play in place of the menu: Alice, Bob, a server, and no lesson.
    #[arg(long)]
    pub(super) free: bool,

    /// Take the lessons from this file, or from the .toml files of this folder, not those built in.
    #[arg(long, value_name = "FILE or FOLDER")]
    pub(super) lessons: Option<PathBuf>,
}
