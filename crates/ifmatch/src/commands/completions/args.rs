//! The command line of `ifmatch completions`.

use clap::Args;
use clap_complete::Shell;

/// `ifmatch completions`
#[derive(Debug, Args)]
#[command(after_help = "\
Where a shell looks for them:
  bash        ifmatch completions bash > ~/.local/share/bash-completion/completions/ifmatch
  zsh         ifmatch completions zsh > _ifmatch, in a folder of $fpath
  fish        ifmatch completions fish > ~/.config/fish/completions/ifmatch.fish
  elvish      eval (ifmatch completions elvish | slurp), in rc.elv
  powershell  ifmatch completions powershell | Out-String | Invoke-Expression, in the profile")]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_name = "SHELL", value_enum)]
    pub(super) shell: Shell,
}
