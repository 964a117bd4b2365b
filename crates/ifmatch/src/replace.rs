//! A file's content exchanged for another, at once: whoever reads it meanwhile has the old one whole, or the new one.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

/// Puts this content in the file's place. Its permissions stay, and a link stays a link.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let Some((beside, mut file)) = new_file_beside(&path) else {
        // A folder that takes no new file, around a file that may be written.
        return fs::write(&path, content);
    };
    let written = file
        .write_all(content)
        .and_then(|()| file.set_permissions(fs::metadata(&path)?.permissions()))
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // What went wrong is said; that half a file cannot be taken away either would help nobody.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn new_file_beside(path: &Path) -> Option<(PathBuf, File)> {
    // A device or a pipe has to stay what it is.
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mut name = OsString::from(".");
    name.push(path.file_name()?);
    name.push(format!(".{}", process::id()));
    let beside = path.with_file_name(name);
    let file = OpenOptions::new().write(true).create_new(true).open(&beside).ok()?;
    Some((beside, file))
}
