//! The look of the program: colour, ASCII, or lines instead of a screen.

use std::env;
use std::io::{self, IsTerminal as _};

use clap::{Args, ValueEnum};
use terminal::input::LineSource;
use terminal::theme::{ASCII, Theme, UNICODE};
use thiserror::Error;

use super::locale;
use crate::output::stderr::print_message;

/// How the screen looks.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DisplayOptions {
    /// When to use colour. Colour is never the only sign of a meaning.
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    color: ColorChoice,

    /// Draw in ASCII only, for terminals and fonts without Unicode. The locales C and POSIX imply it.
    #[arg(long, global = true)]
    ascii: bool,

    /// Show entity tags in full on the stage, such as "v5-a2c19f03", and not only their version numbers.
    #[arg(long, global = true)]
    full_tags: bool,

    /// Work line by line instead of on a screen, for screen readers, pipes and TERM=dumb.
    ///
    /// Standard input is read line by line: 'help' lists the commands, 'quit' leaves. Standard output has what changed,
    /// in sentences, without colours or cursor movements.
    #[arg(long, global = true)]
    plain: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// Unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// There is no terminal to draw on, or none to read keys from. The text names what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0} not a terminal; --plain works line by line, even through pipes")]
pub(crate) struct NoScreenError(&'static str);

impl DisplayOptions {
    /// Whether `--plain` was given.
    pub(crate) const fn is_plain(self) -> bool {
        self.plain
    }

    /// Returns whether `--full-tags` was given.
    pub(crate) const fn full_tags(self) -> bool {
        self.full_tags
    }

    /// Returns these options with `--plain`.
    pub(crate) const fn in_plain(self) -> Self {
        Self { plain: true, ..self }
    }

    /// Returns the source of lines if the session goes line by line, or `None` if it has a screen.
    pub(crate) fn line_source(self) -> Result<Option<LineSource>, NoScreenError> {
        let (typed, seen) = (io::stdin().is_terminal(), io::stdout().is_terminal());
        let is_dumb = env::var_os("TERM").is_some_and(|kind| kind == "dumb");
        if !(self.plain || is_dumb) {
            return match (typed, seen) {
                (true, true) => Ok(None),
                (false, true) => Err(NoScreenError("standard input is")),
                (true, false) => Err(NoScreenError("standard output is")),
                (false, false) => Err(NoScreenError("standard input and standard output are")),
            };
        }
        if !self.plain {
            print_message("TERM is 'dumb', so ifmatch works line by line, as with --plain.");
        }
        Ok(Some(if typed { LineSource::Typed } else { LineSource::Piped }))
    }

    /// Returns the theme of the screen.
    pub(crate) fn theme(self) -> Theme {
        let colour = match self.color {
            // Any value but an empty one counts (no-color.org).
            ColorChoice::Auto => env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        let variable = |name: &str| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let ascii = self.ascii || locale::is_ascii(variable);
        Theme { colour, glyphs: if ascii { &ASCII } else { &UNICODE } }
    }
}
