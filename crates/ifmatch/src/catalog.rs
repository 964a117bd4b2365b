//! The lessons that can be chosen: those that are built in, or those of a file or folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use lesson::{Diagnostics, Lesson};
use thiserror::Error;

use crate::exit::Exit;

/// The error when a lesson cannot be chosen.
#[derive(Debug, Error)]
pub(crate) enum CatalogError {
    /// There is no such lesson.
    #[error("there is no lesson '{name}'; {near}`ifmatch lesson --list` lists all lessons")]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The name that may have been meant, as the beginning of a sentence; empty if none is similar.
        near: String,
    },
    /// The file of a lesson is not valid.
    #[error("{0}")]
    Faults(Diagnostics),
    /// A file or a folder cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A folder has no lessons.
    #[error("{} has no lessons; put files that end in .toml into it", .0.display())]
    Empty(PathBuf),
}

impl CatalogError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Unknown { .. } | Self::Faults(_) | Self::Read { .. } | Self::Empty(_) => Exit::Usage,
        }
    }
}

/// A lesson, and the file that it is from.
pub(crate) struct CatalogEntry {
    pub(crate) file: String,
    pub(crate) lesson: Arc<Lesson>,
}

/// Lessons in the order in which they are shown.
pub(crate) struct Catalog {
    entries: Vec<CatalogEntry>,
    /// Whether the user named one file.
    is_one_file: bool,
}

impl Catalog {
    /// Reads the lessons of the file or folder that `--lessons` names, or those that are built in.
    pub(crate) fn open(lessons: Option<&Path>) -> Result<Self, CatalogError> {
        lessons.map_or_else(Self::built_in, Self::at)
    }

    /// Reads the lessons that are built in.
    pub(crate) fn built_in() -> Result<Self, CatalogError> {
        let read = |(file, text): &(&str, &str)| read_text((*file).to_owned(), text);
        let entries = lesson::built_in::FILES.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { entries, is_one_file: false })
    }

    /// Reads the lesson of a file, or those of a folder in the order of their files' names.
    fn at(path: &Path) -> Result<Self, CatalogError> {
        if !path.is_dir() {
            return Ok(Self { entries: vec![read_file(path)?], is_one_file: true });
        }
        let failed = |source| CatalogError::Read { path: path.to_owned(), source };
        let files = fs::read_dir(path).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let mut files: Vec<PathBuf> = files.into_iter().map(|file| file.path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
        files.sort();
        if files.is_empty() {
            return Err(CatalogError::Empty(path.to_owned()));
        }
        let entries = files.iter().map(|file| read_file(file)).collect::<Result<_, _>>()?;
        Ok(Self { entries, is_one_file: false })
    }

    pub(crate) fn entries(&self) -> &[CatalogEntry] {
        &self.entries
    }

    pub(crate) fn is_one_file(&self) -> bool {
        self.is_one_file
    }

    pub(crate) fn lessons(&self) -> Vec<Arc<Lesson>> {
        self.entries.iter().map(|entry| Arc::clone(&entry.lesson)).collect()
    }

    /// Returns the place in the catalog of the lesson with this name.
    pub(crate) fn position(&self, name: &str) -> Result<usize, CatalogError> {
        let found = self.entries.iter().position(|entry| entry.lesson.name == name);
        found.ok_or_else(|| {
            let path = Path::new(name);
            let is_file = path.is_file() || path.extension().is_some_and(|ending| ending == "toml");
            let near = match lesson::did_you_mean(name, self.entries.iter().map(|entry| entry.lesson.name.as_str())) {
                _ if is_file => format!("`ifmatch lesson --lessons {name}` plays a file; "),
                Some(near) => format!("did you mean '{near}'? "),
                None => String::new(),
            };
            CatalogError::Unknown { name: name.to_owned(), near }
        })
    }

    /// Returns the list for people: two lines for each lesson.
    pub(crate) fn list(&self) -> String {
        let mut list = String::new();
        for CatalogEntry { lesson, .. } in &self.entries {
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
pub(crate) fn read_file(path: &Path) -> Result<CatalogEntry, CatalogError> {
    let text = fs::read_to_string(path).map_err(|source| CatalogError::Read { path: path.to_owned(), source })?;
    read_text(path.display().to_string(), &text)
}

fn read_text(file: String, text: &str) -> Result<CatalogEntry, CatalogError> {
    let lesson = lesson::read(&file, text).map_err(CatalogError::Faults)?;
    Ok(CatalogEntry { file, lesson: Arc::new(lesson) })
}
