//! What `ifmatch merge` asks git: a setting, and texts that are objects of a repository and no files.
//!
//! Git is started only if its answer is needed. A merge of files without a conflict asks nothing.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::process::{Command, Output, Stdio};

use merge::Style;
use thiserror::Error;

/// Why git's answer is of no use.
#[derive(Debug, Error)]
pub(super) enum GitError {
    #[error("git cannot be started: {0}")]
    Start(#[from] io::Error),
    #[error("git says: {0}")]
    Refused(String),
    #[error("git has no object '{}'", .0.display())]
    Missing(OsString),
    #[error("'{}' is a {kind}, not the text of a file", name.display())]
    NoText { name: OsString, kind: String },
    #[error("git's setting merge.conflictStyle is '{0}', not merge, diff3 or zdiff3; --style overrides it")]
    Style(String),
}

/// Returns how git's configuration has conflicts shown; as `merge`, if git is not there or its configuration says
/// nothing.
pub(super) fn conflict_style() -> Result<Style, GitError> {
    /// The exit code of `git config --get` for a setting that is not there.
    const NOT_SET: i32 = 1;
    let asked = Command::new("git").args(["config", "--get", "merge.conflictStyle"]).stdin(Stdio::null()).output();
    let Ok(answer) = asked else { return Ok(Style::Merge) };
    if answer.status.code() == Some(NOT_SET) {
        return Ok(Style::Merge);
    }
    match String::from_utf8_lossy(&checked(answer)?).trim_end() {
        "merge" => Ok(Style::Merge),
        "diff3" => Ok(Style::Diff3),
        "zdiff3" => Ok(Style::Zdiff3),
        other => Err(GitError::Style(other.to_owned())),
    }
}

/// Returns the contents of objects, each named as git names revisions.
pub(super) fn objects(names: [&OsString; 3]) -> Result<[Vec<u8>; 3], GitError> {
    // Git takes a line for each name.
    if let Some(name) = names.iter().find(|name| name.as_encoded_bytes().contains(&b'\n')) {
        return Err(GitError::Missing((*name).clone()));
    }
    let lines = names.map(|name| [name.as_encoded_bytes(), b"\n"].concat()).concat();
    let told = ask(&["cat-file", "--batch"], &lines)?;
    let mut told = told.as_slice();
    let [one, other, third] = names.map(|name| next_object(&mut told, name));
    Ok([one?, other?, third?])
}

/// Takes `<id> <kind> <size>`, the content and a line's end off the front.
fn next_object(told: &mut &[u8], name: &OsStr) -> Result<Vec<u8>, GitError> {
    let missing = || GitError::Missing(name.to_owned());
    let end = told.iter().position(|byte| *byte == b'\n').ok_or_else(missing)?;
    let (head, rest) = (String::from_utf8_lossy(&told[..end]), &told[end + 1..]);
    let mut words = head.rsplitn(3, ' ');
    let (size, kind) = (words.next().and_then(|size| size.parse::<usize>().ok()), words.next());
    let (Some(size), Some(kind)) = (size, kind) else {
        *told = rest;
        return Err(missing());
    };
    let content = rest.get(..size).ok_or_else(missing)?;
    *told = rest.get(size + 1..).unwrap_or_default();
    match kind {
        "blob" => Ok(content.to_owned()),
        kind => Err(GitError::NoText { name: name.to_owned(), kind: kind.to_owned() }),
    }
}

/// Stores a text as an object, and returns its id.
pub(super) fn store(text: &[u8]) -> Result<Vec<u8>, GitError> {
    ask(&["hash-object", "-w", "--stdin"], text)
}

/// Runs git with that input, and returns its output.
fn ask(arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
    let mut git = Command::new("git");
    git.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut git = git.spawn()?;
    if let Some(mut asked) = git.stdin.take() {
        // What git does not want to hear, it has an error for.
        let _ = asked.write_all(input);
    }
    checked(git.wait_with_output()?)
}

/// Returns what git printed, or what it says is wrong.
fn checked(answer: Output) -> Result<Vec<u8>, GitError> {
    if answer.status.success() {
        return Ok(answer.stdout);
    }
    let said = String::from_utf8_lossy(&answer.stderr);
    let first = said.lines().next().unwrap_or("nothing, and fails");
    Err(GitError::Refused(first.strip_prefix("fatal: ").unwrap_or(first).to_owned()))
}
