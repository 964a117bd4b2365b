//! The editors, and how each is started with a text.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use portable_pty::CommandBuilder;

use super::text;
use crate::error::Error;
use crate::process::find_program;
use crate::settings::Settings;
use crate::workdir::Workdir;

/// An editor of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextEditor {
    Ifmatch,
    Nano,
    Micro,
    Vim,
}

/// Returns the editors that are installed, and the names of the others.
pub(super) fn installed() -> (Vec<TextEditor>, Vec<&'static str>) {
    let others = [TextEditor::Nano, TextEditor::Micro, TextEditor::Vim];
    let (found, missing): (Vec<_>, Vec<_>) = others.into_iter().partition(|editor| find_program(editor.name()).is_ok());
    let found = [TextEditor::Ifmatch].into_iter().chain(found).collect();
    (found, missing.into_iter().map(TextEditor::name).collect())
}

impl TextEditor {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ifmatch => "ifmatch",
            Self::Nano => "nano",
            Self::Micro => "micro",
            Self::Vim => "vim",
        }
    }

    /// Returns the command that opens a text, ready to type.
    ///
    /// The text is a file of that name in `place`, and a document of the server. No editor reads the user's settings.
    ///
    /// # Errors
    ///
    /// If the program is not found, or its folder cannot be made.
    pub(super) fn start(
        self,
        settings: &Settings,
        place: &Workdir,
        server: SocketAddr,
        name: &str,
    ) -> Result<CommandBuilder, Error> {
        let home = place.file(self.name());
        fs::create_dir_all(&home).map_err(Error::while_doing("no folder can be made for an editor"))?;
        let file = place.file(name);
        let mut command = match self {
            Self::Ifmatch => {
                let this = std::env::current_exe().map_err(Error::while_doing("this program cannot be found"))?;
                let mut command = CommandBuilder::new(settings.server.as_deref().unwrap_or(&this));
                command.args(["edit", &text::document(name), "--as", "bench", "--server", &format!("http://{server}")]);
                command.arg("--data");
                command.arg(&home);
                command
            }
            Self::Nano => with_file(find_program("nano")?.as_path(), &["--ignorercfiles"], &file),
            Self::Micro => with_file(find_program("micro")?.as_path(), &[], &file),
            Self::Vim => with_file(find_program("vim")?.as_path(), &["--clean", "-c", "startinsert"], &file),
        };
        command.env_clear();
        for (variable, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin")] {
            command.env(variable, value);
        }
        command.env("HOME", &home);
        command.cwd(&home);
        Ok(command)
    }
}

fn with_file(program: &Path, options: &[&str], file: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.args(options);
    command.arg(file);
    command
}
