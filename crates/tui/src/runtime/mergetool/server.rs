//! A server made of files: it checks the precondition of a write, and then writes the file.
//!
//! Four files may change while the user decides: mine, the base, theirs, and the target, to which the result is
//! written; the target is mine unless the user named another file. If one of them has changed, the write fails and
//! returns the present content, like a 412. The decisions stay in the merge that follows.
//!
//! A version's entity tag names its kind and contains three hashes: of its text, of the text that the target had to
//! have then, and of my file. The hash of my file is needed because my side of a merge contains what the user has typed
//! since. So the tag in a draft of an earlier run shows which texts the draft was made of: see `VersionOrigin`.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{io, str};

use contract::{Author, Document, EntityTag, Problem, Snapshot};
use editor::{Draft, EditorRequest, Guard, PreconditionFailure, ResponseOutcome, Saved};
use files::{SeenContent, WriteError, has_changed, write};
use sha2::{Digest as _, Sha256};

use super::input::MergeInput;

/// The maximum size of a text.
const MAX_BYTES: u64 = 1023 * 1024 * 1024;

/// How many bytes are searched for a NUL byte, which means that a file is not text, as in Git.
const PROBED_BYTES: usize = 8000;

/// The files as they were last read.
#[derive(Debug)]
pub(super) struct FileServer {
    /// The title of every version: the name of the file. Since all are equal, the title never conflicts.
    title: String,
    base: MergeInput,
    mine: MergeInput,
    theirs: MergeInput,
    /// The file to which the result is written.
    target: PathBuf,
    /// Whether the target is a file other than mine.
    has_output: bool,
    /// The state of the target at the beginning.
    before: SeenContent,
    /// The state that the target must have when it is written.
    seen: SeenContent,
    /// The folder for the backup of a file that is written in place.
    backups: Option<PathBuf>,
    /// The version that a write must name: the last one that the result was merged with.
    current: Snapshot,
    /// Whether mine and theirs are still being merged over the base, so that a change of the base matters.
    has_base: bool,
    /// Whether the result was written.
    saved: bool,
}

/// The file that a version is a version of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum VersionKind {
    /// The base.
    Base,
    /// Theirs, while mine and theirs are merged over the base.
    Theirs,
    /// The target, which changed after it was read.
    Target,
    /// Mine, if it is not the target, or theirs after the merge over the base has ended.
    Later,
}

/// The content of a version's tag: `"theirs-0123456789abcdef-fedcba9876543210-0011223344556677"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct VersionOrigin {
    kind: VersionKind,
    /// The hash of the version's text.
    text: u64,
    /// The hash of the text that the target had to have.
    seen: u64,
    /// The hash of my file; `None` in a tag from an earlier release of the program.
    mine: Option<u64>,
}

/// The reason why a changed file cannot be merged.
struct UnreadableFile(String);

impl FileServer {
    /// Returns a server of three files.
    ///
    /// `output` is the target and its state, if the target is not mine.
    pub(super) fn new(
        title: String,
        [mine, base, theirs]: [MergeInput; 3],
        output: Option<(PathBuf, SeenContent)>,
        backups: Option<PathBuf>,
    ) -> Self {
        let has_output = output.is_some();
        let (target, before) =
            output.unwrap_or_else(|| (mine.path.clone(), SeenContent::Content(mine.text.clone().into_bytes())));
        let seen = before.clone();
        let nothing = Snapshot {
            etag: VersionOrigin::tag(VersionKind::Base, "", &seen, ""),
            author: None,
            at: None,
            document: Document::default(),
        };
        let mut server = Self {
            title,
            base,
            mine,
            theirs,
            target,
            has_output,
            before,
            seen,
            backups,
            current: nothing,
            has_base: true,
            saved: false,
        };
        server.current = server.first_version();
        server
    }

    /// Returns the result, or `None` if the merge needs the user.
    ///
    /// It does not if only one side has changed, or both have changed equally.
    pub(super) fn settled(&self) -> Option<String> {
        let [mine, base, theirs] = [&self.mine, &self.base, &self.theirs].map(|text| &text.text);
        if mine == theirs || base == theirs { Some(mine.clone()) } else { (mine == base).then(|| theirs.clone()) }
    }

    /// Reads the files again, because one of them changed before the user decided anything.
    pub(super) fn begin_again(&mut self) -> Result<(), String> {
        if self.has_output && SeenContent::of(&self.target, MAX_BYTES).ok().as_ref() != Some(&self.before) {
            return Err(format!("{} has changed since it was read, and was not overwritten", self.target.display()));
        }
        for text in [&mut self.mine, &mut self.base, &mut self.theirs] {
            text.text = read(&text.path).map_err(|UnreadableFile(why)| why)?;
        }
        self.seen = if self.has_output {
            self.before.clone()
        } else {
            SeenContent::Content(self.mine.text.clone().into_bytes())
        };
        self.current = self.first_version();
        self.has_base = true;
        Ok(())
    }

    /// Returns the version that the result is merged with first: theirs.
    fn first_version(&self) -> Snapshot {
        let author = author_other_than(&self.theirs.label, "theirs", &self.mine.label);
        self.version(VersionKind::Theirs, author, self.theirs.text.clone())
    }

    fn version(&self, kind: VersionKind, author: Option<Author>, content: String) -> Snapshot {
        let etag = VersionOrigin::tag(kind, &content, &self.seen, &self.mine.text);
        Snapshot { etag, author, at: None, document: document(&self.title, content) }
    }

    /// Returns whether the files still have the texts that the draft was made from.
    pub(super) fn is_current(&self, draft: &Draft) -> bool {
        let Some((named, origin)) = named(draft) else { return false };
        let content = &named.document.content;
        let is_seen = origin.seen == hash_of_seen(&self.seen);
        match (origin.kind, &draft.merge) {
            (VersionKind::Theirs, Some(merge)) => {
                let is_mine = match origin.mine {
                    Some(mine) => mine == hash(self.mine.text.as_bytes()),
                    None => merge.mine.content == self.mine.text,
                };
                is_seen && is_mine && merge.base.content == self.base.text && *content == self.theirs.text
            }
            (VersionKind::Theirs, None) => is_seen && *content == self.theirs.text,
            (VersionKind::Target, _) => self.seen == SeenContent::Content(content.clone().into_bytes()),
            (VersionKind::Base | VersionKind::Later, _) => is_seen,
        }
    }

    /// Restores the texts that the files had when the draft was made.
    ///
    /// The next write then detects which files have changed on the disk after the draft.
    pub(super) fn restore(&mut self, draft: &Draft) {
        let Some((named, origin)) = named(draft) else { return };
        self.has_base = origin.kind == VersionKind::Theirs;
        // My side in the draft may contain text that was typed later, so it is used only if a file has changed.
        let texts = draft.merge.as_ref().filter(|_| self.has_base && !self.is_current(draft));
        if let Some(merge) = texts {
            self.base.text.clone_from(&merge.base.content);
            self.mine.text.clone_from(&merge.mine.content);
            self.theirs.text.clone_from(&named.document.content);
        }
        let is_seen = origin.seen == hash_of_seen(&self.seen);
        self.seen = match (origin.kind, texts) {
            (VersionKind::Target, _) => SeenContent::Content(named.document.content.clone().into_bytes()),
            _ if is_seen || matches!(self.seen, SeenContent::Absent | SeenContent::Stream) => self.seen.clone(),
            (_, Some(merge)) if !self.has_output => SeenContent::Content(merge.mine.content.clone().into_bytes()),
            // The target's former content is not known any more, and the result was not merged with its present one.
            // Expecting an empty file makes the next write fail, unless there is nothing to lose.
            _ => SeenContent::Content(Vec::new()),
        };
        self.current = named.into_owned();
    }

    /// Returns whether the result was written.
    pub(super) fn is_saved(&self) -> bool {
        self.saved
    }

    /// Returns the document that both sides started from.
    pub(super) fn base(&self) -> Snapshot {
        self.version(VersionKind::Base, None, self.base.text.clone())
    }

    /// Returns my side.
    pub(super) fn mine(&self) -> Document {
        document(&self.title, self.mine.text.clone())
    }

    /// Returns the response to a request.
    pub(super) fn answer(&mut self, ask: EditorRequest) -> ResponseOutcome {
        let current = self.current.etag.clone();
        match ask {
            EditorRequest::Read { unless } if unless.as_ref() == Some(&current) => ResponseOutcome::NotModified,
            EditorRequest::Read { .. } => ResponseOutcome::Read(self.current.clone()),
            EditorRequest::Write { guard: Guard::IfMatch(tag), document, .. } if tag == current => {
                self.write(&document.content.to_string())
            }
            EditorRequest::Write { .. } | EditorRequest::Delete { .. } => failed(PreconditionFailure {
                current: Some(self.current.clone()),
                etag: Some(current),
                ..PreconditionFailure::default()
            }),
        }
    }

    /// Writes the result, unless a file has changed since it was read.
    pub(super) fn write(&mut self, text: &str) -> ResponseOutcome {
        match self.change(text) {
            Ok(Some(change)) => return failed(change),
            Ok(None) => {}
            Err(UnreadableFile(why)) => return refused(why),
        }
        match write(&self.target, text.as_bytes(), self.seen.expected(), self.backups.as_deref()) {
            Ok(()) => self.on_written(text, false),
            Err(WriteError::Changed) => self.on_target_changed(text),
            Err(WriteError::Io(error)) if error.kind() == io::ErrorKind::NotFound && !self.has_output => {
                refused(format!("{} is gone: it was moved or deleted", self.target.display()))
            }
            Err(error) => refused(format!("{} cannot be written: {error}", self.target.display())),
        }
    }

    /// Records that the target has the text of a write, and returns the response.
    ///
    /// If `replayed`, another program has written the same text.
    fn on_written(&mut self, text: &str, replayed: bool) -> ResponseOutcome {
        self.saved = true;
        self.seen = SeenContent::Content(text.as_bytes().to_vec());
        for side in [&mut self.mine, &mut self.base, &mut self.theirs] {
            if side.path == self.target {
                text.clone_into(&mut side.text);
            }
        }
        let etag = self.current.etag.clone();
        ResponseOutcome::Saved(Saved { etag, at: None, created: false, replayed, overwrote: None })
    }

    /// Returns the failure of a write if one of the files that are only read has changed.
    fn change(&mut self, text: &str) -> Result<Option<PreconditionFailure>, UnreadableFile> {
        if let Some(now) = changed_content(&self.theirs)? {
            let author = author_other_than(&self.theirs.label, "theirs", &self.mine.label);
            let kind = if self.has_base { VersionKind::Theirs } else { VersionKind::Later };
            let before = self.version(kind, author.clone(), self.theirs.text.clone());
            self.theirs.text.clone_from(&now);
            return Ok(Some(self.precondition_failure(before, self.version(kind, author, now))));
        }
        if let Some(now) = changed_content(&self.mine)?.filter(|_| self.has_output) {
            let author = author_other_than(&format!("{} on disk", self.mine.label), "mine on disk", &self.mine.label);
            let before = self.version(VersionKind::Later, author.clone(), self.mine.text.clone());
            self.mine.text.clone_from(&now);
            if now != text {
                return Ok(Some(self.precondition_failure(before, self.version(VersionKind::Later, author, now))));
            }
        }
        if let Some(now) = changed_content(&self.base)?.filter(|_| self.has_base) {
            self.base.text = now;
            return Ok(Some(PreconditionFailure {
                base: Some(self.base().document),
                ..PreconditionFailure::default()
            }));
        }
        Ok(None)
    }

    /// Returns the response to a write whose target has changed.
    fn on_target_changed(&mut self, text: &str) -> ResponseOutcome {
        let before = match &self.seen {
            SeenContent::Content(content) => String::from_utf8_lossy(content).into_owned(),
            SeenContent::Absent | SeenContent::Stream => String::new(),
        };
        let now = match read(&self.target) {
            Ok(now) => now,
            Err(UnreadableFile(why)) => return refused(why),
        };
        self.seen = SeenContent::Content(now.clone().into_bytes());
        if now == text {
            return self.on_written(text, true);
        }
        if !self.has_output {
            self.mine.text.clone_from(&now);
        }
        let name = self.target.file_name().unwrap_or_default().to_string_lossy();
        let author = author_other_than(&format!("{name} on disk"), "the file on disk", &self.mine.label);
        let before = self.version(VersionKind::Target, author.clone(), before);
        let failure = self.precondition_failure(before, self.version(VersionKind::Target, author, now));
        failed(failure)
    }

    /// Returns the failure of a write because a file's version `before` was replaced by `now`.
    fn precondition_failure(&mut self, before: Snapshot, now: Snapshot) -> PreconditionFailure {
        // If the result was last merged with `before`, the same merge continues with `now`, and all decisions stay.
        let kind = |version: &Snapshot| VersionOrigin::of(&version.etag).map(|origin| origin.kind);
        let goes_on = kind(&self.current) == kind(&before) && self.current.document == before.document;
        self.has_base &= goes_on;
        self.current = now.clone();
        let etag = Some(now.etag.clone());
        PreconditionFailure {
            current: Some(now),
            etag,
            replaced: (!goes_on).then_some(before),
            ..PreconditionFailure::default()
        }
    }
}

/// Returns the version that a save of a draft would name, and its origin.
///
/// Returns `None` if the draft does not belong to a merge of files.
fn named(draft: &Draft) -> Option<(Cow<'_, Snapshot>, VersionOrigin)> {
    let theirs = draft.merge.as_ref().map(|merge| Cow::Borrowed(&*merge.theirs));
    let named = theirs.or_else(|| draft.base.as_ref().map(|base| Cow::Owned(base.to_snapshot())))?;
    let origin = VersionOrigin::of(&named.etag)?;
    Some((named, origin))
}

fn document(title: &str, content: String) -> Document {
    Document { title: title.to_owned(), content, parent: None }
}

impl VersionKind {
    const ALL: [Self; 4] = [Self::Base, Self::Theirs, Self::Target, Self::Later];

    const fn word(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Theirs => "theirs",
            Self::Target => "file",
            Self::Later => "later",
        }
    }
}

impl VersionOrigin {
    fn tag(kind: VersionKind, content: &str, seen: &SeenContent, mine: &str) -> EntityTag {
        let (text, seen, mine) = (hash(content.as_bytes()), hash_of_seen(seen), hash(mine.as_bytes()));
        let tag = format!("\"{}-{text:016x}-{seen:016x}-{mine:016x}\"", kind.word());
        tag.parse().expect("letters, digits and hyphens in quotes are a tag")
    }

    /// Reads a tag. Returns `None` if it is not the tag of a file's version.
    fn of(tag: &EntityTag) -> Option<Self> {
        let tag = tag.to_string();
        let mut words = tag.trim_matches('"').split('-');
        let word = words.next()?;
        let kind = VersionKind::ALL.into_iter().find(|kind| kind.word() == word)?;
        let mut number = || u64::from_str_radix(words.next()?, 16).ok();
        Some(Self { kind, text: number()?, seen: number()?, mine: number() })
    }
}

/// Returns the hash of a target's content.
///
/// An absent file has the hash of an empty one; other code tells them apart.
fn hash_of_seen(seen: &SeenContent) -> u64 {
    match seen {
        SeenContent::Content(content) => hash(content),
        SeenContent::Absent | SeenContent::Stream => hash(b""),
    }
}

fn hash(content: &[u8]) -> u64 {
    Sha256::digest(content).first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Returns the author that stands for a text.
///
/// That is `otherwise` if the label is not a valid author, or equals the label of the other side.
fn author_other_than(label: &str, otherwise: &'static str, other: &str) -> Option<Author> {
    label.parse().ok().filter(|_| label != other).or_else(|| otherwise.parse().ok())
}

fn failed(failed: PreconditionFailure) -> ResponseOutcome {
    ResponseOutcome::Failed(Box::new(failed))
}

fn refused(detail: String) -> ResponseOutcome {
    ResponseOutcome::Refused(Box::new(Problem { detail, ..Problem::default() }))
}

/// Returns the present content of a file if it differs from the text that was read.
fn changed_content(text: &MergeInput) -> Result<Option<String>, UnreadableFile> {
    if has_changed(&text.path, text.text.as_bytes()) { read(&text.path).map(Some) } else { Ok(None) }
}

fn read(path: &Path) -> Result<String, UnreadableFile> {
    let unreadable = |why: &str| UnreadableFile(format!("{} has changed since it was read, and {why}", path.display()));
    let bytes = files::read(path, MAX_BYTES).map_err(|error| unreadable(&format!("cannot be read now: {error}")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(unreadable("is larger than a gigabyte now"));
    }
    if bytes.iter().take(PROBED_BYTES).any(|byte| *byte == 0) {
        return Err(unreadable("is not text now: it contains a NUL byte"));
    }
    String::from_utf8(bytes).map_err(|_| unreadable("is not UTF-8 now"))
}

#[cfg(test)]
mod tests;
