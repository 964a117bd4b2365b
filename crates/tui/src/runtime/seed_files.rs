//! Seed documents from files: one for each text file; and the files of a folder, to complete a path.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use client::plain_cause;
use contract::document::MAX_TITLE_BYTES;
use contract::{Document, DocumentId};
use thiserror::Error;

use crate::room_request::FolderListing;
use crate::seed::SeedDocument;
use crate::title_id::id_of_title;

/// The most bytes of a file: more than any server takes by default.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// The most files that are read at once.
const MAX_FILES: usize = 100;

/// The most entries of a folder that are offered to complete a path.
const MAX_LISTED: usize = 1_000;

/// The extensions of the files that are taken from a folder, in lower case.
const EXTENSIONS: [&str; 3] = ["md", "markdown", "txt"];

/// The error when files are to become documents.
#[derive(Debug, Error)]
pub enum SeedFileError {
    /// The file or folder cannot be read.
    #[error("{path}: {cause}", path = path.display(), cause = cause(source))]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// It is a device, a pipe or a socket.
    #[error("{path} is neither a file nor a folder", path = path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file is too long.
    #[error("{path} has more than {MAX_FILE_BYTES} bytes", path = path.display())]
    TooLong {
        /// The path.
        path: PathBuf,
    },
    /// The file is not text.
    #[error("{path} is not UTF-8 (byte {position}); a document is text", path = path.display())]
    NotUtf8 {
        /// The path.
        path: PathBuf,
        /// The first byte that is not UTF-8, from 0.
        position: usize,
    },
    /// The folder has no text file.
    #[error("{path} has no file that ends in .md, .markdown or .txt", path = path.display())]
    NoText {
        /// The folder.
        path: PathBuf,
    },
    /// There are too many files.
    #[error("these are more than {MAX_FILES} files; choose a smaller folder")]
    TooMany,
    /// Two files would become the same document.
    #[error("{first} and {second} would both become the document {id}; rename one of them",
        first = first.display(), second = second.display())]
    SameId {
        /// The first file.
        first: PathBuf,
        /// The second file.
        second: PathBuf,
        /// The document.
        id: DocumentId,
    },
}

/// Returns why a file or a folder could not be read, in words.
fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        _ => plain_cause(error),
    }
}

/// Reads files, and the text files that are directly in folders, as documents.
///
/// The id of a document is made of the file's name; its title is the first heading of a Markdown file, or else the
/// name. The text is the file's, byte for byte. Files of a folder come in the order of their names; hidden files and
/// folders in it are left out.
///
/// # Errors
///
/// If one of them cannot become a document. Nothing is created then.
pub fn read_seed_files(paths: &[PathBuf]) -> Result<Vec<SeedDocument>, SeedFileError> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|source| SeedFileError::Unreadable { path: path.clone(), source })?;
        if metadata.is_dir() {
            files.extend(files_of(path)?);
        } else if metadata.is_file() {
            files.push(path.clone());
        } else {
            return Err(SeedFileError::NotAFile { path: path.clone() });
        }
        if files.len() > MAX_FILES {
            return Err(SeedFileError::TooMany);
        }
    }
    let mut named: BTreeMap<DocumentId, PathBuf> = BTreeMap::new();
    let mut seeds = Vec::new();
    for file in files {
        let seed = read_document(&file)?;
        if let Some(first) = named.insert(seed.id.clone(), file.clone()) {
            return Err(SeedFileError::SameId { first, second: file, id: seed.id });
        }
        seeds.push(seed);
    }
    Ok(seeds)
}

/// Returns the text files that are directly in a folder, in the order of their names.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>, SeedFileError> {
    let failed = |source| SeedFileError::Unreadable { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_text_file(&path) && path.is_file() {
            files.push(path);
        }
        if files.len() > MAX_FILES {
            return Err(SeedFileError::TooMany);
        }
    }
    if files.is_empty() {
        return Err(SeedFileError::NoText { path: folder.to_owned() });
    }
    files.sort();
    Ok(files)
}

/// Returns whether a file in a folder is taken for text, by its name.
fn is_text_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let extension = path.extension().and_then(OsStr::to_str).map(str::to_lowercase);
    !name.starts_with('.') && extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

fn read_document(path: &Path) -> Result<SeedDocument, SeedFileError> {
    let bytes = files::read(path, MAX_FILE_BYTES)
        .map_err(|source| SeedFileError::Unreadable { path: path.to_owned(), source })?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(SeedFileError::TooLong { path: path.to_owned() });
    }
    let content = String::from_utf8(bytes).map_err(|error| {
        let position = error.utf8_error().valid_up_to();
        SeedFileError::NotUtf8 { path: path.to_owned(), position }
    })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let is_markdown = path.extension().and_then(OsStr::to_str).is_some_and(|one| !one.eq_ignore_ascii_case("txt"));
    let heading = is_markdown.then(|| first_heading(&content)).flatten().map(str::to_owned);
    let mut title = heading.unwrap_or_else(|| name.clone());
    title.truncate((0..=MAX_TITLE_BYTES).rev().find(|end| title.is_char_boundary(*end)).unwrap_or_default());
    Ok(SeedDocument { id: id_of_title(&name), document: Document { title, content, parent: None } })
}

/// Returns the first heading of a Markdown text that begins with `#`, outside of code blocks.
///
/// Such headings are those of `CommonMark` 4.2.
fn first_heading(text: &str) -> Option<&str> {
    let mut is_code = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            is_code = !is_code;
        }
        let words = line.trim_start_matches('#');
        let level = line.len() - words.len();
        if !is_code && (1..=6).contains(&level) && words.starts_with([' ', '\t']) {
            let words = words.trim();
            // A closing sequence of # is not part of the heading.
            let open = words.trim_end_matches('#');
            let words = if open.ends_with([' ', '\t']) { open.trim_end() } else { words };
            if !words.is_empty() {
                return Some(words);
            }
        }
    }
    None
}

/// Lists the text files and the folders in a folder, in the order of their names.
///
/// An empty path is the working folder. Names that are not Unicode cannot be typed, and are left out.
pub(super) fn list_folder(folder: &Path) -> Result<FolderListing, String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let failed = |error: io::Error| cause(&error);
    let mut listing = FolderListing::default();
    let entries: Vec<DirEntry> =
        fs::read_dir(folder).map_err(failed)?.take(MAX_LISTED).collect::<io::Result<_>>().map_err(failed)?;
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = entry.path();
        if path.is_dir() {
            listing.folders.push(name);
        } else if is_text_file(&path) && path.is_file() {
            listing.files.push(name);
        }
    }
    listing.folders.sort();
    listing.files.sort();
    Ok(listing)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Creates files with contents in a new folder.
    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    fn read(folder: &tempfile::TempDir, name: &str) -> Result<Vec<SeedDocument>, String> {
        read_seed_files(&[folder.path().join(name)]).map_err(|error| error.to_string())
    }

    fn told(seeds: &[SeedDocument]) -> Vec<(&str, &str)> {
        seeds.iter().map(|seed| (seed.id.as_str(), seed.document.title.as_str())).collect()
    }

    #[test]
    fn file_becomes_a_document_byte_for_byte() {
        let text = "\u{feff}```\n# no heading\n```\r\n##  Die Woche ##\r\nMontag";
        let here = folder(&[("Meine Woche.md", text.as_bytes()), ("plan.txt", b"# a comment\n")]);
        let seeds = read(&here, "Meine Woche.md").unwrap();
        assert_eq!(told(&seeds), [("meine-woche", "Die Woche")]);
        assert_eq!(seeds[0].document.content, text);
        assert_eq!(told(&read(&here, "plan.txt").unwrap()), [("plan", "plan")], "not Markdown: its name is the title");
    }

    #[test]
    fn folder_gives_its_text_files_in_order() {
        let here = folder(&[
            ("b.MD", b"# Second"),
            ("a.txt", b""),
            (".hidden.md", b"x"),
            ("picture.png", b"\xff"),
            ("deeper/c.md", b"x"),
        ]);
        assert_eq!(told(&read(&here, "").unwrap()), [("a", "a"), ("b", "Second")]);
        assert!(read(&here, "deeper/").is_ok());
        let empty = folder(&[("picture.png", b"\xff")]);
        assert!(read(&empty, "").unwrap_err().ends_with("has no file that ends in .md, .markdown or .txt"));
    }

    #[test]
    fn what_cannot_become_a_document_is_explained() {
        let here = folder(&[("notes.md", b"1"), ("Notes.txt", b"2"), ("latin.txt", b"caf\xe9")]);
        assert!(read(&here, "").unwrap_err().contains("is not UTF-8 (byte 3)"));
        assert!(read(&here, "absent.md").unwrap_err().ends_with("absent.md: no such file or folder"));
        let both = ["notes.md", "Notes.txt"].map(|name| here.path().join(name));
        let why = read_seed_files(&both).unwrap_err().to_string();
        assert!(why.ends_with("would both become the document notes; rename one of them"), "{why}");
    }

    #[test]
    fn long_file_and_too_many_files_are_refused() {
        let here = folder(&[("long.txt", b"")]);
        fs::File::options()
            .write(true)
            .open(here.path().join("long.txt"))
            .and_then(|file| file.set_len(MAX_FILE_BYTES + 1))
            .unwrap();
        assert!(read(&here, "long.txt").unwrap_err().ends_with("has more than 16777216 bytes"));
        let names: Vec<String> = (0..=MAX_FILES).map(|number| format!("{number}.txt")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        assert_eq!(read(&folder(&files), "").unwrap_err(), "these are more than 100 files; choose a smaller folder");
    }

    #[cfg(unix)]
    #[test]
    fn pipe_is_not_waited_for() {
        let here = folder(&[]);
        let socket = std::os::unix::net::UnixListener::bind(here.path().join("socket.md")).unwrap();
        assert!(read(&here, "socket.md").unwrap_err().ends_with("is neither a file nor a folder"));
        drop(socket);
    }

    #[test]
    fn long_heading_is_cut_between_characters() {
        let here = folder(&[("long.md", format!("# x{}", "é".repeat(600)).as_bytes())]);
        let seeds = read(&here, "long.md").unwrap();
        assert_eq!(seeds[0].document.title.len(), MAX_TITLE_BYTES - 1);
    }

    #[test]
    fn listing_has_text_files_and_folders() {
        let here = folder(&[("b.md", b""), ("a.txt", b""), ("c.png", b""), ("deeper/d.md", b"")]);
        let listing = list_folder(here.path()).unwrap();
        assert_eq!(
            (listing.files, listing.folders),
            (vec!["a.txt".to_owned(), "b.md".to_owned()], vec!["deeper".to_owned()])
        );
        assert_eq!(list_folder(&here.path().join("absent")).unwrap_err(), "no such file or folder");
    }
}
