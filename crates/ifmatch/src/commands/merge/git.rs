//! The uses of git in `ifmatch merge`: a setting, and objects of a repository.
//!
//! Git is started only if its output is needed. A merge of files without a conflict does not start it.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::process::{Command, Output, Stdio};

use merge::Style;
use thiserror::Error;

/// The error when a call of git fails.
#[derive(Debug, Error)]
pub(crate) enum GitError {
    #[error("git could not be started: {0}")]
    Start(#[from] io::Error),
    #[error("git failed: {0}")]
    Refused(String),
    #[error("git has no object '{}'", .0.display())]
    Missing(OsString),
    #[error("'{}' is a {kind}, not the text of a file", name.display())]
    NoText { name: OsString, kind: String },
    #[error("git's setting merge.conflictStyle is '{0}', not merge, diff3 or zdiff3; --style overrides it")]
    Style(String),
}

/// Returns the conflict style of git's configuration; `merge` if it has none, or git is not installed.
pub(super) fn conflict_style() -> Result<Style, GitError> {
    /// The exit code of `git config --get` for a setting that does not exist.
    const NOT_SET: i32 = 1;
    let output = Command::new("git").args(["config", "--get", "merge.conflictStyle"]).stdin(Stdio::null()).output();
    let Ok(output) = output else { return Ok(Style::Merge) };
    if output.status.code() == Some(NOT_SET) {
        return Ok(Style::Merge);
    }
    match String::from_utf8_lossy(&checked(output)?).trim_end() {
        "merge" => Ok(Style::Merge),
        "diff3" => Ok(Style::Diff3),
        "zdiff3" => Ok(Style::Zdiff3),
        other => Err(GitError::Style(other.to_owned())),
    }
}

/// Returns the contents of objects, each named as git names revisions.
pub(super) fn objects(names: [&OsString; 3]) -> Result<[Vec<u8>; 3], GitError> {
    // Git reads one name from each line.
    if let Some(name) = names.iter().find(|name| name.as_encoded_bytes().contains(&b'\n')) {
        return Err(GitError::Missing((*name).clone()));
    }
    let lines = names.map(|name| [name.as_encoded_bytes(), b"\n"].concat()).concat();
    let output = run(&["cat-file", "--batch"], &lines)?;
    let mut output = output.as_slice();
    let [one, other, third] = names.map(|name| next_object(&mut output, name));
    Ok([one?, other?, third?])
}

/// Removes an object from the front of the output: `<id> <kind> <size>`, the content, and a line end.
fn next_object(output: &mut &[u8], name: &OsStr) -> Result<Vec<u8>, GitError> {
    let missing = || GitError::Missing(name.to_owned());
    let end = output.iter().position(|byte| *byte == b'\n').ok_or_else(missing)?;
    let (head, rest) = (String::from_utf8_lossy(&output[..end]), &output[end + 1..]);
    let mut words = head.rsplitn(3, ' ');
    let (size, kind) = (words.next().and_then(|size| size.parse::<usize>().ok()), words.next());
    let (Some(size), Some(kind)) = (size, kind) else {
        *output = rest;
        return Err(missing());
    };
    let content = rest.get(..size).ok_or_else(missing)?;
    *output = rest.get(size + 1..).unwrap_or_default();
    match kind {
        "blob" => Ok(content.to_owned()),
        kind => Err(GitError::NoText { name: name.to_owned(), kind: kind.to_owned() }),
    }
}

/// Stores a text as an object, and returns its id.
pub(super) fn store(text: &[u8]) -> Result<Vec<u8>, GitError> {
    run(&["hash-object", "-w", "--stdin"], text)
}

/// Runs git with this input, and returns its output.
fn run(arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
    let mut git = Command::new("git");
    git.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut git = git.spawn()?;
    if let Some(mut stdin) = git.stdin.take() {
        // If git does not read its input, it ends with an error of its own.
        let _ = stdin.write_all(input);
    }
    checked(git.wait_with_output()?)
}

/// Returns what git printed, or the error that it printed.
fn checked(output: Output) -> Result<Vec<u8>, GitError> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let first = errors.lines().next().unwrap_or("nothing, and fails");
    Err(GitError::Refused(first.strip_prefix("fatal: ").unwrap_or(first).to_owned()))
}
