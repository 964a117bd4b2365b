//! The look of the program: colour, ASCII, or lines instead of a screen.

use std::env;
use std::io::{self, IsTerminal as _};

use clap::{Args, ValueEnum};
use terminal::input::LineSource;
use terminal::theme::{ASCII, Background, Theme, ThemeChoice, UNICODE};
use thiserror::Error;

use super::color::{self, ColorChoice};
use super::locale;
use crate::output::stderr::print_message;

/// How the screen looks.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DisplayOptions {
    /// How many colours to use [default: palette].
    ///
    /// Colour is never the only sign of a meaning. Exact colours, 256 or 24 bits, are used only if the background is
    /// known to be dark or light; their contrast is at least 4.5:1.
    #[arg(long, global = true, value_enum, value_name = "COLORS")]
    color: Option<ColorChoice>,

    /// The background that the colours are chosen for [default: auto].
    #[arg(long, global = true, value_enum, value_name = "BACKGROUND")]
    theme: Option<ThemeArg>,

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

/// The background that the colours are chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ThemeArg {
    /// The one that the terminal reports when it is asked.
    Auto,
    /// A light one.
    Light,
    /// A dark one.
    Dark,
}

impl ThemeArg {
    /// The choices, with their names on the command line and in the configuration.
    pub(crate) const NAMED: [(Self, &str); 3] = [(Self::Auto, "auto"), (Self::Light, "light"), (Self::Dark, "dark")];
}

/// The look of the screen in the configuration. Options of the command line come before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Appearance {
    /// How many colours to use.
    pub(crate) color: ColorChoice,
    /// The background that the colours are chosen for.
    pub(crate) theme: ThemeArg,
    /// Whether to draw in ASCII only.
    pub(crate) ascii: bool,
}

impl Default for Appearance {
    fn default() -> Self {
        Self { color: ColorChoice::Palette, theme: ThemeArg::Auto, ascii: false }
    }
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

    /// Returns whether there is a screen to draw on. Unlike a session, a chart needs none.
    pub(crate) fn has_screen(self) -> bool {
        let is_dumb = env::var_os("TERM").is_some_and(|kind| kind == "dumb");
        !self.plain && !is_dumb && io::stdin().is_terminal() && io::stdout().is_terminal()
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
    pub(crate) fn theme(self, configured: Appearance) -> Theme {
        let variable = |name: &str| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let ascii = self.ascii || configured.ascii || locale::is_ascii(variable);
        // The console of Linux is black, and an old kernel may print a question about it.
        let is_console = env::var_os("TERM").is_some_and(|kind| kind == "linux");
        let detected = if is_console { Background::Dark } else { Background::Unknown };
        let choice = match self.theme.unwrap_or(configured.theme) {
            ThemeArg::Auto => ThemeChoice::Auto,
            ThemeArg::Light => ThemeChoice::Light,
            ThemeArg::Dark => ThemeChoice::Dark,
        };
        let depth = color::depth(self.color.unwrap_or(configured.color), variable);
        Theme { depth, choice, detected, glyphs: if ascii { &ASCII } else { &UNICODE } }
    }
}
