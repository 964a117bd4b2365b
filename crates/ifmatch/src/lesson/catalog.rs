//! The lessons that can be chosen: those that are built in, or those of a file or folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use files::WriteError;
use lesson::{CastError, Diagnostics, Lesson};
use store::SqliteOpenError;
use thiserror::Error;

use crate::error::Error;

/// Why no lesson was played, or not to its end.
#[derive(Debug, Error)]
pub(crate) enum LessonError {
    /// There is no such lesson.
    #[error("there is no lesson '{name}'; {near}`ifmatch lesson --list` shows them all")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What may have been meant, as the beginning of a sentence.
        near: String,
    },
    /// A lesson's file is wrong.
    #[error("{0}")]
    Faults(Diagnostics),
    /// A file or a folder cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is nothing in a folder.
    #[error("{} has no lessons in it: they are files that end in .toml", .0.display())]
    Empty(PathBuf),
    /// No form has that ending.
    #[error("what is told is written in a form, and the ending of {} names none; it may be {endings}, or say --transcript", path.display())]
    Ending {
        /// The file that was named.
        path: PathBuf,
        /// The endings that there are.
        endings: String,
    },
    /// The folder of a transcript cannot be made.
    #[error("{} cannot be written: {source}", path.display())]
    Save {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A transcript cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// Where.
        path: PathBuf,
        /// Why.
        source: WriteError,
    },
    /// Standard output.
    #[error("standard output cannot be written: {0}")]
    Print(io::Error),
    /// The store.
    #[error("the lesson's store cannot be opened: {0}")]
    Store(SqliteOpenError),
    /// The server.
    #[error("the lesson's server stopped: {0}")]
    Server(String),
    /// The socket.
    #[error(transparent)]
    Listen(#[from] Box<Error>),
    /// There is no such step.
    #[error("there is no step {step}; the last one is {last}")]
    NoStep {
        /// Which was asked for.
        step: usize,
        /// The last that there is.
        last: usize,
    },
    /// The play before a camera.
    #[error(transparent)]
    Stage(#[from] tui::SessionError),
    /// The play.
    #[error("the lesson cannot be played on: {0}")]
    Cast(#[from] CastError),
}

impl LessonError {
    /// The exit code: 2 where another word would have helped, 74 where this machine would not, 70 for what should not
    /// be.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Unknown { .. }
            | Self::Ending { .. }
            | Self::NoStep { .. }
            | Self::Faults(_)
            | Self::Read { .. }
            | Self::Empty(_) => 2,
            Self::Save { .. } | Self::Write { .. } | Self::Print(_) | Self::Store(_) | Self::Listen(_) => 74,
            Self::Server(_) | Self::Cast(_) | Self::Stage(_) => 70,
        }
    }
}

/// A lesson, and the file that it came from.
pub(crate) struct CatalogEntry {
    pub(crate) file: String,
    pub(crate) lesson: Arc<Lesson>,
}

/// Lessons in the order in which they are shown.
pub(crate) struct Catalog {
    lessons: Vec<CatalogEntry>,
    /// Whether somebody named this one file.
    one_file: bool,
}

impl Catalog {
    /// Those that are built in.
    pub(crate) fn built_in() -> Result<Self, LessonError> {
        let read = |(file, text): &(&str, &str)| read_text((*file).to_owned(), text);
        let lessons = lesson::built_in::FILES.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { lessons, one_file: false })
    }

    /// Those of a file, or of the files of a folder in the order of their names.
    pub(crate) fn at(place: &Path) -> Result<Self, LessonError> {
        if !place.is_dir() {
            return Ok(Self { lessons: vec![read_file(place)?], one_file: true });
        }
        let failed = |source| LessonError::Read { path: place.to_owned(), source };
        let entries = fs::read_dir(place).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        if paths.is_empty() {
            return Err(LessonError::Empty(place.to_owned()));
        }
        let lessons = paths.iter().map(|path| read_file(path)).collect::<Result<_, _>>()?;
        Ok(Self { lessons, one_file: false })
    }

    pub(crate) fn all(&self) -> &[CatalogEntry] {
        &self.lessons
    }

    pub(crate) fn is_one_file(&self) -> bool {
        self.one_file
    }

    /// The lessons themselves.
    pub(crate) fn lessons(&self) -> Vec<Arc<Lesson>> {
        self.lessons.iter().map(|one| Arc::clone(&one.lesson)).collect()
    }

    pub(crate) fn find(&self, name: &str) -> Result<&CatalogEntry, LessonError> {
        let found = self.lessons.iter().find(|one| one.lesson.name == name);
        found.ok_or_else(|| {
            let path = Path::new(name);
            let is_file = path.is_file() || path.extension().is_some_and(|ending| ending == "toml");
            let near = match lesson::did_you_mean(name, self.lessons.iter().map(|one| one.lesson.name.as_str())) {
                _ if is_file => format!("a file is played with `ifmatch lesson --lessons {name}`; "),
                Some(near) => format!("did you mean '{near}'? "),
                None => String::new(),
            };
            LessonError::Unknown { name: name.to_owned(), near }
        })
    }

    /// The list, one lesson to two lines.
    pub(crate) fn list(&self) -> String {
        let mut list = String::new();
        for CatalogEntry { lesson, .. } in &self.lessons {
            let _ = writeln!(
                list,
                "{:<22} {} ({} min)\n{:<22} {}",
                lesson.name, lesson.title, lesson.minutes, "", lesson.goal
            );
        }
        list
    }
}

/// Reads one lesson from a file.
pub(crate) fn read_file(path: &Path) -> Result<CatalogEntry, LessonError> {
    let text = fs::read_to_string(path).map_err(|source| LessonError::Read { path: path.to_owned(), source })?;
    read_text(path.display().to_string(), &text)
}

fn read_text(file: String, text: &str) -> Result<CatalogEntry, LessonError> {
    let lesson = lesson::read(&file, text).map_err(LessonError::Faults)?;
    Ok(CatalogEntry { file, lesson: Arc::new(lesson) })
}
