//! The format of a transcript, and what it is made of: the run log, or frames of the stage.

use std::path::Path;

use lesson::transcript::TranscriptFormat;

use super::args::{FormatChoice, LessonArgs};
use super::error::LessonError;

/// A format, and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputFormat {
    /// Made of the run log.
    Log(TranscriptFormat),
    /// Made of all frames of the stage.
    Recording,
    /// Made of the frame of the stage at one step.
    Picture,
}

impl OutputFormat {
    /// Returns the format that was asked for, or else that of the file's name.
    ///
    /// Returns `None` if nothing is to be written: if all lessons are played and none is saved, only their claims
    /// matter.
    pub(super) fn of(arguments: &LessonArgs) -> Result<Option<Self>, LessonError> {
        if let Some(choice) = arguments.transcript {
            return Ok(Some(choice.into()));
        }
        match &arguments.save {
            Some(path) if !arguments.all => Self::of_name(path).map(Some),
            Some(_) => Ok(Some(Self::Log(TranscriptFormat::Text))),
            None => Ok((!arguments.all).then_some(Self::Log(TranscriptFormat::Text))),
        }
    }

    /// Returns the format for the ending of a file's name; text, if it has none.
    fn of_name(path: &Path) -> Result<Self, LessonError> {
        let Some(ending) = path.extension() else { return Ok(Self::Log(TranscriptFormat::Text)) };
        let format = match ending.to_str() {
            Some("cast") => Some(Self::Recording),
            ending => ending.and_then(TranscriptFormat::of_extension).map(Self::Log),
        };
        format.ok_or_else(|| {
            let endings = TranscriptFormat::usual_extensions().into_iter().chain(["cast"]);
            let endings = endings.map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(", ");
            LessonError::Ending { path: path.to_owned(), endings }
        })
    }

    /// Returns the usual ending of a file of this format.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Log(format) => format.extension(),
            Self::Recording => "cast",
            Self::Picture => "svg",
        }
    }
}

impl From<FormatChoice> for OutputFormat {
    fn from(choice: FormatChoice) -> Self {
        match choice {
            FormatChoice::Text => Self::Log(TranscriptFormat::Text),
            FormatChoice::Markdown => Self::Log(TranscriptFormat::Markdown),
            FormatChoice::Mermaid => Self::Log(TranscriptFormat::Mermaid),
            FormatChoice::Har => Self::Log(TranscriptFormat::Har),
            FormatChoice::Svg => Self::Log(TranscriptFormat::Svg),
            FormatChoice::Jsonl => Self::Log(TranscriptFormat::Jsonl),
            FormatChoice::Asciicast => Self::Recording,
            FormatChoice::Stage => Self::Picture,
        }
    }
}
