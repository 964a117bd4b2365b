//! In which form it is told what happened in a lesson, and what it takes to tell it so: the tale, or the stage.

use std::path::Path;

use lesson::transcript::Format;

use super::arguments::{LessonArguments, Told};

/// A form, and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Made of what happened.
    Tale(Format),
    /// Made of how the stage looked, frame by frame.
    Recording,
    /// Made of how the stage looked at one step.
    Picture,
}

impl Form {
    /// What was asked for, or else what the name of the file says. None where nothing is to be told: with several
    /// lessons, what is wanted is whether they hold.
    pub(super) fn of(arguments: &LessonArguments) -> Option<Self> {
        let by_name = || arguments.save.as_deref().filter(|_| !arguments.all).and_then(Self::of_name);
        let otherwise = (arguments.save.is_some() || !arguments.all).then_some(Self::Tale(Format::Text));
        arguments.transcript.map(Self::from).or_else(by_name).or(otherwise)
    }

    fn of_name(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "cast" => Some(Self::Recording),
            extension => Format::of_extension(extension).map(Self::Tale),
        }
    }

    /// The usual ending of a file of that form.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Tale(format) => format.extension(),
            Self::Recording => "cast",
            Self::Picture => "svg",
        }
    }
}

impl From<Told> for Form {
    fn from(said: Told) -> Self {
        match said {
            Told::Text => Self::Tale(Format::Text),
            Told::Markdown => Self::Tale(Format::Markdown),
            Told::Mermaid => Self::Tale(Format::Mermaid),
            Told::Har => Self::Tale(Format::Har),
            Told::Svg => Self::Tale(Format::Svg),
            Told::Jsonl => Self::Tale(Format::Jsonl),
            Told::Asciicast => Self::Recording,
            Told::Stage => Self::Picture,
        }
    }
}
