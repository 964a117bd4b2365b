//! Reading files, and whether one has changed since it was read.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;

use crate::write::ExpectedContent;

/// The state of a file before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeenContent {
    /// There was no such file.
    Absent,
    /// It had this content.
    Content(Vec<u8>),
    /// It is a device or a pipe, and has no content that could be compared.
    Stream,
}

impl SeenContent {
    /// Looks at a file, and reads it as [`read`] does.
    ///
    /// # Errors
    ///
    /// If the file exists and cannot be read.
    pub fn of(path: &Path, limit: u64) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => read(path, limit).map(Self::Content),
            Ok(_) => Ok(Self::Stream),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::Absent),
            Err(error) => Err(error),
        }
    }

    /// Returns what a write has to find.
    #[must_use]
    pub fn expected(&self) -> ExpectedContent<'_> {
        match self {
            Self::Absent => ExpectedContent::Absent,
            Self::Content(content) => ExpectedContent::Content(content),
            Self::Stream => ExpectedContent::Anything,
        }
    }
}

/// Reads at most `limit` bytes of a file, and one more, which tells that there are too many.
///
/// # Errors
///
/// If the file does not exist or cannot be read.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = usize::try_from(file.metadata()?.len().min(limit)).unwrap_or(0);
    let mut content = Vec::with_capacity(size + 1);
    file.take(limit.saturating_add(1)).read_to_end(&mut content)?;
    Ok(content)
}

/// Returns whether a file that was read has another content now.
///
/// A file that is deleted or unreadable now counts as unchanged, and so does a pipe: they have no newer content to use.
#[must_use]
pub fn has_changed(path: &Path, content: &[u8]) -> bool {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file);
    let has_other_size = |metadata: &fs::Metadata| metadata.len() != content.len() as u64;
    metadata.is_some_and(|metadata| has_other_size(&metadata) || has_other_content(path, content).unwrap_or(false))
}

fn has_other_content(path: &Path, mut content: &[u8]) -> io::Result<bool> {
    let mut file = BufReader::new(File::open(path)?);
    loop {
        let piece = file.fill_buf()?;
        if piece.is_empty() {
            return Ok(!content.is_empty());
        }
        let length = piece.len();
        match content.strip_prefix(piece) {
            Some(rest) => content = rest,
            None => return Ok(true),
        }
        file.consume(length);
    }
}
