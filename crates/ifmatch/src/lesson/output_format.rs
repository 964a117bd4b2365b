//! In which form it is told what happened in a lesson, and what it takes to tell it so: the tale, or the stage.

use std::path::Path;

use lesson::transcript::TranscriptFormat;

use super::arguments::{FormatChoice, LessonArgs};
use super::catalog::LessonError;

/// A form, and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputFormat {
    /// Made of what happened.
    Tale(TranscriptFormat),
    /// Made of how the stage looked, frame by frame.
    Recording,
    /// Made of how the stage looked at one step.
    Picture,
}

impl OutputFormat {
    /// What was asked for, or else what the name of the file says. None where nothing is to be told: with several
    /// lessons, what is wanted is whether they hold.
    pub(super) fn of(arguments: &LessonArgs) -> Result<Option<Self>, LessonError> {
        if let Some(said) = arguments.transcript {
            return Ok(Some(said.into()));
        }
        match &arguments.save {
            Some(path) if !arguments.all => Self::of_name(path).map(Some),
            Some(_) => Ok(Some(Self::Tale(TranscriptFormat::Text))),
            None => Ok((!arguments.all).then_some(Self::Tale(TranscriptFormat::Text))),
        }
    }

    /// What the ending of a file's name says; text, where it has none.
    fn of_name(path: &Path) -> Result<Self, LessonError> {
        let Some(ending) = path.extension() else { return Ok(Self::Tale(TranscriptFormat::Text)) };
        let form = match ending.to_str() {
            Some("cast") => Some(Self::Recording),
            ending => ending.and_then(TranscriptFormat::of_extension).map(Self::Tale),
        };
        form.ok_or_else(|| {
            let endings = TranscriptFormat::usual_endings().into_iter().chain(["cast"]);
            let endings = endings.map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(", ");
            LessonError::Ending { path: path.to_owned(), endings }
        })
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

impl From<FormatChoice> for OutputFormat {
    fn from(said: FormatChoice) -> Self {
        match said {
            FormatChoice::Text => Self::Tale(TranscriptFormat::Text),
            FormatChoice::Markdown => Self::Tale(TranscriptFormat::Markdown),
            FormatChoice::Mermaid => Self::Tale(TranscriptFormat::Mermaid),
            FormatChoice::Har => Self::Tale(TranscriptFormat::Har),
            FormatChoice::Svg => Self::Tale(TranscriptFormat::Svg),
            FormatChoice::Jsonl => Self::Tale(TranscriptFormat::Jsonl),
            FormatChoice::Asciicast => Self::Recording,
            FormatChoice::Stage => Self::Picture,
        }
    }
}
