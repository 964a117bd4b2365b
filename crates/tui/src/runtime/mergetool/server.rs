//! The server that is made of files: it judges a write as any server does, and then writes the file.
//!
//! Four files may change while a person decides: mine, the base, theirs, and the one that the result is written to,
//! which is mine unless another is named. A write is refused if one of them has, and the refusal carries what is there
//! now, as a 412 does. What was decided stays in the merge that follows.
//!
//! A version's tag says what it is a version of, with a hash of its text, of the text that the written file had to have
//! then, and of my file: in a merge, my side has what the user typed since. So a draft of an earlier run tells what it
//! was made of: see `Origin`.

use std::path::{Path, PathBuf};
use std::{io, str};

use contract::{Author, Document, EntityTag, Problem, Snapshot};
use editor::{Draft, EditorRequest, Guard, PreconditionFailure, ResponseOutcome, Saved};
use files::{SeenContent, WriteError, has_changed, write};
use sha2::{Digest as _, Sha256};

use super::input::MergeInput;

/// The most bytes of a text.
const MAX_BYTES: u64 = 1023 * 1024 * 1024;

/// The length of the beginning of a text in which a NUL byte says that it is no text, as for git.
const PROBED_BYTES: usize = 8000;

/// The files as they were last read.
#[derive(Debug)]
pub(super) struct FileServer {
    /// The title of every version: the name of the file. So the title is never a matter of the merge.
    title: String,
    base: MergeInput,
    mine: MergeInput,
    theirs: MergeInput,
    /// The file that is written.
    target: PathBuf,
    /// Whether the result is written to another file than mine.
    has_output: bool,
    /// What that file was at the beginning.
    before: SeenContent,
    /// What it has to be when it is written.
    seen: SeenContent,
    /// The folder for the backup of a file that is written in place.
    backups: Option<PathBuf>,
    /// The version that a write has to name: the one that the result was merged with last.
    current: Snapshot,
    /// Whether the merge of mine and theirs over the base is still under way, so that the base matters.
    has_base: bool,
    /// Whether the result was written.
    saved: bool,
}

/// What a version is a version of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum VersionKind {
    /// The base.
    Base,
    /// Theirs, in the merge of mine and theirs over the base.
    Theirs,
    /// The file that is written, which changed after it was read.
    Target,
    /// Another file that changed after the result had met a change.
    Later,
}

/// What a version's tag says: `"theirs-0123456789abcdef-fedcba9876543210-0011223344556677"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct VersionOrigin {
    kind: VersionKind,
    /// The hash of the version's text.
    text: u64,
    /// The hash of the text that the written file had to have.
    seen: u64,
    /// The hash of my file; `None` in a tag of an earlier program.
    mine: Option<u64>,
}

/// Why a changed file cannot be merged.
struct UnreadableFile(String);

impl FileServer {
    /// Serves three files. `output` is the file that the result is written to and what it was, if that is not mine.
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

    /// Returns the result if there is nothing to look at: one side changed nothing, or both made the same of it.
    pub(super) fn settled(&self) -> Option<String> {
        let [mine, base, theirs] = [&self.mine, &self.base, &self.theirs].map(|text| &text.text);
        if mine == theirs || base == theirs { Some(mine.clone()) } else { (mine == base).then(|| theirs.clone()) }
    }

    /// Begins again with the files as they are now, after one of them changed before anything was decided.
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

    /// The version that the result is merged with first.
    fn first_version(&self) -> Snapshot {
        let author = other_than(&self.theirs.label, "theirs", &self.mine.label);
        self.version(VersionKind::Theirs, author, self.theirs.text.clone())
    }

    fn version(&self, kind: VersionKind, author: Option<Author>, content: String) -> Snapshot {
        let etag = VersionOrigin::tag(kind, &content, &self.seen, &self.mine.text);
        Snapshot { etag, author, at: None, document: document(&self.title, content) }
    }

    /// Whether a draft was made of the texts that the files have now.
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

    /// Goes on where a draft was made: the files count as they were read then, so that whatever has changed since is
    /// met by the next write.
    pub(super) fn restore(&mut self, draft: &Draft) {
        let Some((named, origin)) = named(draft) else { return };
        self.has_base = origin.kind == VersionKind::Theirs;
        // In the draft, my side has what was typed since. Files that did not change are as they were read.
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
            // What it was then is not known any more. Whatever it is now, the result has not met it.
            _ => SeenContent::Content(Vec::new()),
        };
        self.current = named.clone();
    }

    /// Whether the result was written.
    pub(super) fn is_saved(&self) -> bool {
        self.saved
    }

    /// The document that both sides started from.
    pub(super) fn base(&self) -> Snapshot {
        self.version(VersionKind::Base, None, self.base.text.clone())
    }

    /// My side.
    pub(super) fn mine(&self) -> Document {
        document(&self.title, self.mine.text.clone())
    }

    /// Answers a request.
    pub(super) fn answer(&mut self, ask: EditorRequest) -> ResponseOutcome {
        let current = self.current.etag.clone();
        match ask {
            EditorRequest::Read { unless } if unless.as_ref() == Some(&current) => ResponseOutcome::NotModified,
            EditorRequest::Read { .. } => ResponseOutcome::Read(self.current.clone()),
            EditorRequest::Write { guard: Guard::IfMatch(tag), document, .. } if tag == current => {
                self.write(&document.content)
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
            Ok(()) => self.is_written(text, false),
            Err(WriteError::Changed) => self.on_overtaken(text),
            Err(WriteError::Io(error)) if error.kind() == io::ErrorKind::NotFound && !self.has_output => {
                refused(format!("{} is gone: it was moved or deleted", self.target.display()))
            }
            Err(error) => refused(format!("{} cannot be written: {error}", self.target.display())),
        }
    }

    /// The file says what was to be written, by this write or, if `replayed`, by another program's.
    fn is_written(&mut self, text: &str, replayed: bool) -> ResponseOutcome {
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

    /// Returns what of the files that are only read has changed.
    fn change(&mut self, text: &str) -> Result<Option<PreconditionFailure>, UnreadableFile> {
        if let Some(now) = changed_content(&self.theirs)? {
            let author = other_than(&self.theirs.label, "theirs", &self.mine.label);
            let kind = if self.has_base { VersionKind::Theirs } else { VersionKind::Later };
            let before = self.version(kind, author.clone(), self.theirs.text.clone());
            self.theirs.text.clone_from(&now);
            return Ok(Some(self.precondition_failure(before, self.version(kind, author, now))));
        }
        if let Some(now) = changed_content(&self.mine)?.filter(|_| self.has_output) {
            let author = other_than(&format!("{} on disk", self.mine.label), "mine on disk", &self.mine.label);
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

    /// The file that is to be written has changed.
    fn on_overtaken(&mut self, text: &str) -> ResponseOutcome {
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
            return self.is_written(text, true);
        }
        if !self.has_output {
            self.mine.text.clone_from(&now);
        }
        let name = self.target.file_name().unwrap_or_default().to_string_lossy();
        let author = other_than(&format!("{name} on disk"), "the file on disk", &self.mine.label);
        let before = self.version(VersionKind::Target, author.clone(), before);
        let met = self.precondition_failure(before, self.version(VersionKind::Target, author, now));
        failed(met)
    }

    /// The result meets a version that came in the place of another.
    fn precondition_failure(&mut self, before: Snapshot, now: Snapshot) -> PreconditionFailure {
        // What the result was merged with last is what it is merged with again: then every decision stays where it is.
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

/// The version that a save of a draft would name, and what its tag says; `None` if it is no draft of files.
fn named(draft: &Draft) -> Option<(&Snapshot, VersionOrigin)> {
    let named = draft.merge.as_ref().map(|merge| &merge.theirs).or(draft.base.as_ref())?;
    Some((named, VersionOrigin::of(&named.etag)?))
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

    /// Reads a tag; `None` if it is none of these.
    fn of(tag: &EntityTag) -> Option<Self> {
        let tag = tag.to_string();
        let mut words = tag.trim_matches('"').split('-');
        let word = words.next()?;
        let kind = VersionKind::ALL.into_iter().find(|kind| kind.word() == word)?;
        let mut number = || u64::from_str_radix(words.next()?, 16).ok();
        Some(Self { kind, text: number()?, seen: number()?, mine: number() })
    }
}

/// A file that is not there is told apart from an empty one elsewhere.
fn hash_of_seen(seen: &SeenContent) -> u64 {
    match seen {
        SeenContent::Content(content) => hash(content),
        SeenContent::Absent | SeenContent::Stream => hash(b""),
    }
}

fn hash(content: &[u8]) -> u64 {
    Sha256::digest(content).first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Somebody who is called as a text is; `otherwise` if that is no name for a person, or the name of the other side.
fn other_than(name: &str, otherwise: &'static str, other: &str) -> Option<Author> {
    name.parse().ok().filter(|_| name != other).or_else(|| otherwise.parse().ok())
}

fn failed(failed: PreconditionFailure) -> ResponseOutcome {
    ResponseOutcome::Failed(Box::new(failed))
}

fn refused(detail: String) -> ResponseOutcome {
    ResponseOutcome::Refused(Box::new(Problem { detail, ..Problem::default() }))
}

/// Returns what a file says now, if that is another text than the one that was read.
fn changed_content(text: &MergeInput) -> Result<Option<String>, UnreadableFile> {
    if has_changed(&text.path, text.text.as_bytes()) { read(&text.path).map(Some) } else { Ok(None) }
}

fn read(path: &Path) -> Result<String, UnreadableFile> {
    let no_text = |why: &str| UnreadableFile(format!("{} has changed since it was read, and {why}", path.display()));
    let bytes = files::read(path, MAX_BYTES).map_err(|error| no_text(&format!("cannot be read now: {error}")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(no_text("is larger than a gigabyte now"));
    }
    if bytes.iter().take(PROBED_BYTES).any(|byte| *byte == 0) {
        return Err(no_text("is no text now: it holds a NUL byte"));
    }
    String::from_utf8(bytes).map_err(|_| no_text("is not UTF-8 now"))
}

#[cfg(test)]
mod tests;
