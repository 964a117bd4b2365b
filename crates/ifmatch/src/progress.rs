//! The file of the user's progress in the lessons.
//!
//! The file is JSON that people can read, with the version of its format. Each change reads the file, adds one
//! achievement, and writes the file on the condition that it has not changed since: if another program was faster, the
//! change is made again on top of the other one, so that two programs at once lose nothing. A damaged file is kept
//! under another name, and a new one is begun.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use contract::Timestamp;
use files::{FileAccess, SeenContent, WriteError};
use serde::{Deserialize, Serialize};
use tui::progress::{Achievement, BestSolution, LessonProgress, LoadedProgress, Progress, ProgressStore};

use crate::paths::Paths;

/// The version of the file's format.
const FORMAT_VERSION: u32 = 1;

/// The most bytes of the file that are read. Each lesson takes about a hundred.
const MAX_BYTES: u64 = 1 << 20;

/// How often a change is made again because another program was faster.
const MAX_ATTEMPTS: usize = 100;

/// The file of the user's progress.
#[derive(Debug, Clone)]
pub(crate) struct ProgressFile {
    path: PathBuf,
}

/// The content of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredProgress {
    version: u32,
    lessons: BTreeMap<String, StoredLesson>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredLesson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    done: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    best: Option<StoredSolution>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredSolution {
    requests: usize,
    on: Timestamp,
}

/// The part of the content that every version of the format has.
#[derive(Deserialize)]
struct VersionOnly {
    version: u32,
}

/// The reason why a content is not progress.
enum ParseFailure {
    /// A newer version of the program wrote it.
    Newer(u32),
    /// It is damaged, for this reason.
    Damaged(String),
}

impl ProgressFile {
    /// Returns the file of the user's progress, which need not exist.
    pub(crate) fn new(paths: &Paths) -> Self {
        Self { path: paths.progress() }
    }

    /// Returns the path of the file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the progress. A damaged file is kept under another name.
    ///
    /// # Errors
    ///
    /// Returns in plain words why the progress cannot be read.
    pub(crate) fn read(&self) -> Result<Progress, String> {
        let (seen, progress) = self.look()?;
        match progress {
            Ok(progress) => Ok(progress),
            Err(ParseFailure::Newer(version)) => Err(self.newer(version)),
            Err(ParseFailure::Damaged(why)) => {
                let path = self.path.display();
                Err(match self.set_aside(&seen) {
                    Ok(aside) => format!(
                        "{path} was damaged ({why}); it is kept as {}, and your progress begins anew",
                        aside.display()
                    ),
                    Err(error) => format!("{path} is damaged ({why}), and cannot be kept elsewhere: {error}"),
                })
            }
        }
    }

    /// Removes the file and the damaged ones that were kept, and returns their paths.
    ///
    /// # Errors
    ///
    /// If a file cannot be removed.
    pub(crate) fn forget(&self) -> io::Result<Vec<PathBuf>> {
        let mut removed = Vec::new();
        for path in std::iter::once(self.path.clone()).chain(self.damaged_files()) {
            match fs::remove_file(&path) {
                Ok(()) => removed.push(path),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(removed)
    }

    /// Returns the damaged files that were kept.
    fn damaged_files(&self) -> Vec<PathBuf> {
        (1..u32::MAX).map(|number| self.damaged_file(number)).take_while(|path| path.exists()).collect()
    }

    /// Returns the path for a damaged file, beside the file: `progress.damaged-1.json`.
    fn damaged_file(&self, number: u32) -> PathBuf {
        self.path.with_extension(format!("damaged-{number}.json"))
    }

    /// Returns the content of the file, and the progress in it.
    fn look(&self) -> Result<(SeenContent, Result<Progress, ParseFailure>), String> {
        let seen = SeenContent::of(&self.path, MAX_BYTES)
            .map_err(|error| format!("{} cannot be read: {error}", self.path.display()))?;
        let progress = match &seen {
            SeenContent::Absent => Ok(Progress::default()),
            SeenContent::Stream => Err(ParseFailure::Damaged("it is not a file".to_owned())),
            SeenContent::Content(content) => parse(content),
        };
        Ok((seen, progress))
    }

    /// Keeps a damaged content in a file of its own, and begins a new file in its place.
    fn set_aside(&self, seen: &SeenContent) -> Result<PathBuf, WriteError> {
        let SeenContent::Content(content) = seen else {
            return Err(io::Error::from(io::ErrorKind::InvalidInput).into());
        };
        let mut number = 1;
        let aside = loop {
            let aside = self.damaged_file(number);
            match files::create(&aside, content, FileAccess::ByUmask) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                created => break created.map(|()| aside)?,
            }
        };
        match files::write(&self.path, &written(&Progress::default()), seen.expected(), None) {
            // Another program has begun a new file.
            Err(WriteError::Changed) | Ok(()) => Ok(aside),
            Err(error) => Err(error),
        }
    }

    fn newer(&self, version: u32) -> String {
        let path = self.path.display();
        format!("{path} has format {version}, which a newer ifmatch wrote; it is left as it is")
    }

    /// Changes the progress, again if another program was faster.
    fn change(&self, change: impl Fn(&mut Progress)) -> Result<(), String> {
        let failed = |error: WriteError| format!("{} cannot be written: {error}", self.path.display());
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(|error| failed(error.into()))?;
        }
        for _ in 0..MAX_ATTEMPTS {
            let (seen, progress) = self.look()?;
            let mut progress = match progress {
                Ok(progress) => progress,
                Err(ParseFailure::Newer(version)) => return Err(self.newer(version)),
                Err(ParseFailure::Damaged(_)) => {
                    self.set_aside(&seen).map_err(failed)?;
                    continue;
                }
            };
            change(&mut progress);
            match files::write(&self.path, &written(&progress), seen.expected(), None) {
                Err(WriteError::Changed) => {}
                // Another program has removed the file.
                Err(WriteError::Io(error))
                    if error.kind() == io::ErrorKind::NotFound && seen != SeenContent::Absent => {}
                written => return written.map_err(failed),
            }
        }
        Err(failed(WriteError::Locked))
    }
}

impl ProgressStore for ProgressFile {
    fn load(&self) -> LoadedProgress {
        match self.read() {
            Ok(progress) => LoadedProgress { progress, trouble: None },
            Err(trouble) => LoadedProgress { progress: Progress::default(), trouble: Some(trouble) },
        }
    }

    fn record(&self, lesson: &str, achievement: Achievement) -> Result<(), String> {
        let now = SystemTime::now().into();
        self.change(|progress| progress.record(lesson, achievement, now))
    }
}

fn parse(content: &[u8]) -> Result<Progress, ParseFailure> {
    let damaged = |error: serde_json::Error| ParseFailure::Damaged(error.to_string());
    let VersionOnly { version } = serde_json::from_slice(content).map_err(damaged)?;
    if version > FORMAT_VERSION {
        return Err(ParseFailure::Newer(version));
    }
    let stored: StoredProgress = serde_json::from_slice(content).map_err(damaged)?;
    let lesson = |stored: StoredLesson| LessonProgress {
        done: stored.done,
        best: stored.best.map(|best| BestSolution { requests: best.requests, on: best.on }),
    };
    Ok(Progress { lessons: stored.lessons.into_iter().map(|(name, stored)| (name, lesson(stored))).collect() })
}

/// Returns the content of the file for a progress.
fn written(progress: &Progress) -> Vec<u8> {
    let lesson = |progress: &LessonProgress| StoredLesson {
        done: progress.done,
        best: progress.best.map(|best| StoredSolution { requests: best.requests, on: best.on }),
    };
    let lessons = progress.lessons.iter().map(|(name, progress)| (name.clone(), lesson(progress))).collect();
    let stored = StoredProgress { version: FORMAT_VERSION, lessons };
    // These types have no value that JSON cannot express.
    let mut text = serde_json::to_vec_pretty(&stored).unwrap_or_default();
    text.push(b'\n');
    text
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn file() -> (tempfile::TempDir, ProgressFile) {
        let root = tempfile::tempdir().unwrap();
        let file = ProgressFile::new(&Paths::below(&root.path().join("data")));
        (root, file)
    }

    #[test]
    fn recorded_achievements_are_read_again() {
        let (_root, file) = file();
        assert_eq!(file.load(), LoadedProgress::default(), "before the first one, there is no file");
        assert!(!file.path().exists());
        file.record("merge", Achievement::Played).unwrap();
        file.record("merge", Achievement::Solved { requests: 4 }).unwrap();
        file.record("aba", Achievement::Solved { requests: 7 }).unwrap();
        let LoadedProgress { progress, trouble } = file.load();
        assert_eq!(trouble, None);
        assert_eq!(progress.of("merge").best.map(|best| best.requests), Some(4));
        assert!(progress.of("merge").done.is_some() && progress.of("aba").done.is_none());
        let text = fs::read_to_string(file.path()).unwrap();
        assert!(text.starts_with("{\n  \"version\": 1,\n  \"lessons\": {\n    \"aba\": {\n"), "{text}");
    }

    #[test]
    fn damaged_file_is_kept_under_another_name() {
        for damage in ["", "{\"version\": 1, \"lessons\"", "{\"version\": 1, \"lessons\": {}, \"more\": 1}", "[]"] {
            let (_root, file) = file();
            file.record("aba", Achievement::Played).unwrap();
            fs::write(file.path(), damage).unwrap();
            let LoadedProgress { progress, trouble } = file.load();
            let trouble = trouble.unwrap();
            assert_eq!(progress, Progress::default());
            assert!(trouble.contains("was damaged (") && trouble.contains("progress.damaged-1.json"), "{trouble}");
            assert_eq!(fs::read_to_string(file.damaged_file(1)).unwrap(), damage);
            assert_eq!(file.load(), LoadedProgress::default(), "said once");
            fs::write(file.path(), damage).unwrap();
            file.record("merge", Achievement::Played).unwrap();
            assert_eq!(fs::read_to_string(file.damaged_file(2)).unwrap(), damage);
            assert!(file.load().progress.of("merge").done.is_some());
            assert_eq!(file.forget().unwrap().len(), 3);
            assert!(!file.path().exists() && !file.damaged_file(1).exists());
        }
    }

    #[test]
    fn file_of_a_newer_format_is_left_as_it_is() {
        let (_root, file) = file();
        file.record("aba", Achievement::Played).unwrap();
        let newer = "{\"version\": 2, \"runs\": []}";
        fs::write(file.path(), newer).unwrap();
        assert!(file.load().trouble.unwrap().contains("a newer ifmatch wrote"));
        assert!(file.record("aba", Achievement::Played).unwrap_err().contains("format 2"));
        assert_eq!(fs::read_to_string(file.path()).unwrap(), newer);
    }

    #[test]
    fn two_writers_at_once_lose_nothing() {
        let (_root, file) = file();
        let writer = |name: &'static str| {
            let file = file.clone();
            move || {
                for number in 0..20 {
                    file.record(&format!("{name}-{number}"), Achievement::Played).unwrap();
                }
            }
        };
        thread::scope(|scope| {
            scope.spawn(writer("one"));
            scope.spawn(writer("other"));
        });
        assert_eq!(file.load().progress.lessons.len(), 40);
    }

    #[test]
    fn folder_that_takes_no_file_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("data"), "a file where the folder should be").unwrap();
        let file = ProgressFile::new(&Paths::below(&root.path().join("data")));
        let why = file.record("aba", Achievement::Played).unwrap_err();
        assert!(why.contains("progress.json cannot be written"), "{why}");
        assert!(file.load().progress.lessons.is_empty());
    }
}
