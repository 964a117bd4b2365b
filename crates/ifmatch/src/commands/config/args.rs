//! The command line of `ifmatch config`.

use std::path::PathBuf;

use clap::Args;

/// `ifmatch config`
#[derive(Debug, Args)]
#[command(after_help = "\
Without an option, the command prints the path of the configuration, whether the file exists or not.

Examples:
  ifmatch config --print-default > \"$(ifmatch config)\"      begin a configuration of your own (its folder must exist)
  ifmatch config --check                                    check it: each fault with its line and the nearest name

Exit codes: 0 the configuration is valid, or there is none · 2 it is not valid, or cannot be read")]
pub(crate) struct ConfigArgs {
    /// Print the default configuration: every setting, commented out.
    #[arg(long, conflicts_with = "check")]
    pub(super) print_default: bool,

    /// Check the user's configuration, or FILE.
    #[arg(long)]
    pub(super) check: bool,

    /// The file to check.
    #[arg(value_name = "FILE", requires = "check")]
    pub(super) file: Option<PathBuf>,
}
