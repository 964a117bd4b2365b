//! The server that is made of files: it judges a write as any server does, and then writes the file.
//!
//! Four files may change while a person decides: mine, the base, theirs, and the one that the result is written to, which
//! is mine unless another is named. A write is refused if one of them has, and the refusal carries what is there now, as a
//! 412 does. What was decided stays in the merge that follows.
//!
//! A version's tag says what it is a version of, with a hash of its text and of the text that the written file had to have
//! then. So a draft of an earlier run tells what it was made of: see [`Origin`].

use std::path::{Path, PathBuf};
use std::{io, str};

use contract::{Author, Document, EntityTag, Problem, Snapshot};
use editor::{Ask, Draft, Failed, Guard, Outcome, Saved};
use files::{Seen, WriteError, has_changed, write};
use sha2::{Digest as _, Sha256};

use super::MergeText;

/// The most bytes of a text.
const MAX_BYTES: u64 = 1023 * 1024 * 1024;

/// The length of the beginning of a text in which a NUL byte says that it is no text, as for git.
const PROBED_BYTES: usize = 8000;

/// The files as they were last read.
#[derive(Debug)]
pub(super) struct FileServer {
    /// The title of every version: the name of the file. So the title is never a matter of the merge.
    title: String,
    base: MergeText,
    mine: MergeText,
    theirs: MergeText,
    /// The file that is written.
    target: PathBuf,
    /// Whether the result is written to another file than mine.
    has_output: bool,
    /// What that file was at the beginning.
    before: Seen,
    /// What it has to be when it is written.
    seen: Seen,
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
enum Kind {
    /// The base.
    Base,
    /// Theirs, in the merge of mine and theirs over the base.
    Theirs,
    /// The file that is written, which changed after it was read.
    Target,
    /// Another file that changed after the result had met a change.
    Later,
}

/// What a version's tag says: `"theirs-0123456789abcdef-fedcba9876543210"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Origin {
    kind: Kind,
    /// The hash of the version's text.
    text: u64,
    /// The hash of the text that the written file had to have.
    seen: u64,
}

/// Why a changed file cannot be merged.
struct Unreadable(String);

impl FileServer {
    /// Serves three files. `output` is the file that the result is written to and what it was, if that is not mine.
    pub(super) fn new(
        title: String,
        [mine, base, theirs]: [MergeText; 3],
        output: Option<(PathBuf, Seen)>,
        backups: Option<PathBuf>,
    ) -> Self {
        let has_output = output.is_some();
        let (target, before) =
            output.unwrap_or_else(|| (mine.path.clone(), Seen::Content(mine.text.clone().into_bytes())));
        let seen = before.clone();
        let nothing = Snapshot {
            etag: Origin::tag(Kind::Base, "", &seen),
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
        if self.has_output && Seen::of(&self.target, MAX_BYTES).ok().as_ref() != Some(&self.before) {
            return Err(format!("{} has changed since it was read, and was not overwritten", self.target.display()));
        }
        for text in [&mut self.mine, &mut self.base, &mut self.theirs] {
            text.text = read(&text.path).map_err(|Unreadable(why)| why)?;
        }
        self.seen =
            if self.has_output { self.before.clone() } else { Seen::Content(self.mine.text.clone().into_bytes()) };
        self.current = self.first_version();
        self.has_base = true;
        Ok(())
    }

    /// The version that the result is merged with first.
    fn first_version(&self) -> Snapshot {
        let author = other_than(&self.theirs.label, "theirs", &self.mine.label);
        self.version(Kind::Theirs, author, self.theirs.text.clone())
    }

    fn version(&self, kind: Kind, author: Option<Author>, content: String) -> Snapshot {
        let etag = Origin::tag(kind, &content, &self.seen);
        Snapshot { etag, author, at: None, document: document(&self.title, content) }
    }

    /// Whether a draft was made of the texts that the files have now.
    pub(super) fn is_current(&self, draft: &Draft) -> bool {
        let Some((named, origin)) = named(draft) else { return false };
        let content = &named.document.content;
        let is_seen = origin.seen == hash_of_seen(&self.seen);
        match (origin.kind, &draft.merge) {
            (Kind::Theirs, Some(merge)) => {
                let texts = [&merge.base.content, &merge.mine.content, content];
                is_seen && texts == [&self.base.text, &self.mine.text, &self.theirs.text]
            }
            (Kind::Theirs, None) => is_seen && *content == self.theirs.text,
            (Kind::Target, _) => self.seen == Seen::Content(content.clone().into_bytes()),
            (Kind::Base | Kind::Later, _) => is_seen,
        }
    }

    /// Goes on where a draft was made: the files count as they were read then, so that whatever has changed since is met by
    /// the next write.
    pub(super) fn restore(&mut self, draft: &Draft) {
        let Some((named, origin)) = named(draft) else { return };
        self.has_base = origin.kind == Kind::Theirs;
        let texts = draft.merge.as_ref().filter(|_| self.has_base);
        if let Some(merge) = texts {
            self.base.text.clone_from(&merge.base.content);
            self.mine.text.clone_from(&merge.mine.content);
            self.theirs.text.clone_from(&named.document.content);
        }
        let is_seen = origin.seen == hash_of_seen(&self.seen);
        self.seen = match (origin.kind, texts) {
            (Kind::Target, _) => Seen::Content(named.document.content.clone().into_bytes()),
            _ if is_seen || matches!(self.seen, Seen::Absent | Seen::Stream) => self.seen.clone(),
            (_, Some(merge)) if !self.has_output => Seen::Content(merge.mine.content.clone().into_bytes()),
            // What it was then is not known any more. Whatever it is now, the result has not met it.
            _ => Seen::Content(Vec::new()),
        };
        self.current = named.clone();
    }

    /// Whether the result was written.
    pub(super) fn is_saved(&self) -> bool {
        self.saved
    }

    /// The document that both sides started from.
    pub(super) fn base(&self) -> Snapshot {
        self.version(Kind::Base, None, self.base.text.clone())
    }

    /// My side.
    pub(super) fn mine(&self) -> Document {
        document(&self.title, self.mine.text.clone())
    }

    /// Answers a request.
    pub(super) fn answer(&mut self, ask: Ask) -> Outcome {
        let current = self.current.etag.clone();
        match ask {
            Ask::Read { unless } if unless.as_ref() == Some(&current) => Outcome::NotModified,
            Ask::Read { .. } => Outcome::Read(self.current.clone()),
            Ask::Write { guard: Guard::IfMatch(tag), document, .. } if tag == current => self.write(&document.content),
            Ask::Write { .. } | Ask::Delete { .. } => {
                failed(Failed { current: Some(self.current.clone()), etag: Some(current), ..Failed::default() })
            }
        }
    }

    /// Writes the result, unless a file has changed since it was read.
    pub(super) fn write(&mut self, text: &str) -> Outcome {
        match self.change(text) {
            Ok(Some(change)) => return failed(change),
            Ok(None) => {}
            Err(Unreadable(why)) => return refused(why),
        }
        match write(&self.target, text.as_bytes(), self.seen.expected(), self.backups.as_deref()) {
            Ok(()) => self.is_written(text, false),
            Err(WriteError::Changed) => self.overtaken(text),
            Err(WriteError::Io(error)) if error.kind() == io::ErrorKind::NotFound && !self.has_output => {
                refused(format!("{} is gone: it was moved or deleted", self.target.display()))
            }
            Err(error) => refused(format!("{} cannot be written: {error}", self.target.display())),
        }
    }

    /// The file says what was to be written, by this write or, if `replayed`, by another program's.
    fn is_written(&mut self, text: &str, replayed: bool) -> Outcome {
        self.saved = true;
        self.seen = Seen::Content(text.as_bytes().to_vec());
        for side in [&mut self.mine, &mut self.base, &mut self.theirs] {
            if side.path == self.target {
                text.clone_into(&mut side.text);
            }
        }
        let etag = self.current.etag.clone();
        Outcome::Saved(Saved { etag, at: None, created: false, replayed, overwrote: None })
    }

    /// Returns what of the files that are only read has changed.
    fn change(&mut self, text: &str) -> Result<Option<Failed>, Unreadable> {
        if let Some(now) = changed(&self.theirs)? {
            let author = other_than(&self.theirs.label, "theirs", &self.mine.label);
            let kind = if self.has_base { Kind::Theirs } else { Kind::Later };
            let before = self.version(kind, author.clone(), self.theirs.text.clone());
            self.theirs.text.clone_from(&now);
            return Ok(Some(self.meets(before, self.version(kind, author, now))));
        }
        if let Some(now) = changed(&self.mine)?.filter(|_| self.has_output) {
            let author = other_than(&format!("{} on disk", self.mine.label), "mine on disk", &self.mine.label);
            let before = self.version(Kind::Later, author.clone(), self.mine.text.clone());
            self.mine.text.clone_from(&now);
            if now != text {
                return Ok(Some(self.meets(before, self.version(Kind::Later, author, now))));
            }
        }
        if let Some(now) = changed(&self.base)?.filter(|_| self.has_base) {
            self.base.text = now;
            return Ok(Some(Failed { base: Some(self.base().document), ..Failed::default() }));
        }
        Ok(None)
    }

    /// The file that is to be written has changed.
    fn overtaken(&mut self, text: &str) -> Outcome {
        let before = match &self.seen {
            Seen::Content(content) => String::from_utf8_lossy(content).into_owned(),
            Seen::Absent | Seen::Stream => String::new(),
        };
        let now = match read(&self.target) {
            Ok(now) => now,
            Err(Unreadable(why)) => return refused(why),
        };
        self.seen = Seen::Content(now.clone().into_bytes());
        if now == text {
            return self.is_written(text, true);
        }
        if !self.has_output {
            self.mine.text.clone_from(&now);
        }
        let name = self.target.file_name().unwrap_or_default().to_string_lossy();
        let author = other_than(&format!("{name} on disk"), "the file on disk", &self.mine.label);
        let before = self.version(Kind::Target, author.clone(), before);
        let met = self.meets(before, self.version(Kind::Target, author, now));
        failed(met)
    }

    /// The result meets a version that came in the place of another.
    fn meets(&mut self, before: Snapshot, now: Snapshot) -> Failed {
        // What the result was merged with last is what it is merged with again: then every decision stays where it is.
        let kind = |version: &Snapshot| Origin::of(&version.etag).map(|origin| origin.kind);
        let goes_on = kind(&self.current) == kind(&before) && self.current.document == before.document;
        self.has_base &= goes_on;
        self.current = now.clone();
        let etag = Some(now.etag.clone());
        Failed { current: Some(now), etag, replaced: (!goes_on).then_some(before), ..Failed::default() }
    }
}

/// The version that a save of a draft would name, and what its tag says; `None` if it is no draft of files.
fn named(draft: &Draft) -> Option<(&Snapshot, Origin)> {
    let named = draft.merge.as_ref().map(|merge| &merge.theirs).or(draft.base.as_ref())?;
    Some((named, Origin::of(&named.etag)?))
}

fn document(title: &str, content: String) -> Document {
    Document { title: title.to_owned(), content, parent: None }
}

impl Kind {
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

impl Origin {
    fn tag(kind: Kind, content: &str, seen: &Seen) -> EntityTag {
        let (text, seen) = (hash(content.as_bytes()), hash_of_seen(seen));
        let tag = format!("\"{}-{text:016x}-{seen:016x}\"", kind.word());
        tag.parse().expect("letters, digits and hyphens in quotes are a tag")
    }

    /// Reads a tag; `None` if it is none of these.
    fn of(tag: &EntityTag) -> Option<Self> {
        let tag = tag.to_string();
        let mut words = tag.trim_matches('"').split('-');
        let word = words.next()?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word)?;
        let mut number = || u64::from_str_radix(words.next()?, 16).ok();
        Some(Self { kind, text: number()?, seen: number()? })
    }
}

/// A file that is not there is told apart from an empty one elsewhere.
fn hash_of_seen(seen: &Seen) -> u64 {
    match seen {
        Seen::Content(content) => hash(content),
        Seen::Absent | Seen::Stream => hash(b""),
    }
}

fn hash(content: &[u8]) -> u64 {
    Sha256::digest(content).first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Somebody who is called as a text is; `otherwise` if that is no name for a person, or the name of the other side.
fn other_than(name: &str, otherwise: &'static str, other: &str) -> Option<Author> {
    name.parse().ok().filter(|_| name != other).or_else(|| otherwise.parse().ok())
}

fn failed(failed: Failed) -> Outcome {
    Outcome::Failed(Box::new(failed))
}

fn refused(detail: String) -> Outcome {
    Outcome::Refused(Box::new(Problem { detail, ..Problem::default() }))
}

/// Returns what a file says now, if that is another text than the one that was read.
fn changed(text: &MergeText) -> Result<Option<String>, Unreadable> {
    if has_changed(&text.path, text.text.as_bytes()) { read(&text.path).map(Some) } else { Ok(None) }
}

fn read(path: &Path) -> Result<String, Unreadable> {
    let no_text = |why: &str| Unreadable(format!("{} has changed since it was read, and {why}", path.display()));
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
mod tests {
    use super::*;
    use editor::MergeDraft;
    use merge::Choice;
    use std::fs;

    /// Three files, and the server that is made of them.
    fn server(output: Option<&str>) -> (tempfile::TempDir, FileServer) {
        let folder = tempfile::tempdir().unwrap();
        let text = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            MergeText { label: name.to_owned(), path, text: text.to_owned() }
        };
        let texts = [text("mine", "a\nM\nc\n"), text("base", "a\nb\nc\n"), text("theirs", "a\nT\nc\n")];
        let output = output.map(|name| folder.path().join(name));
        let output = output.map(|path| (path.clone(), Seen::of(&path, MAX_BYTES).unwrap()));
        let server = FileServer::new("recipe.txt".to_owned(), texts, output, None);
        (folder, server)
    }

    fn met(outcome: Outcome) -> Failed {
        match outcome {
            Outcome::Failed(failed) => *failed,
            other => panic!("{other:?}"),
        }
    }

    fn detail(outcome: Outcome) -> String {
        match outcome {
            Outcome::Refused(problem) => problem.detail,
            other => panic!("{other:?}"),
        }
    }

    fn content(version: Option<&Snapshot>) -> &str {
        version.map_or("", |version| &version.document.content)
    }

    #[test]
    fn unchanged_files_are_written() {
        let (folder, mut server) = server(None);
        let guard = Guard::IfMatch(server.current.etag.clone());
        let ask = Ask::Write { guard, document: document("recipe.txt", "R".to_owned()), want_current: true };
        assert!(matches!(server.answer(ask), Outcome::Saved(_)));
        assert!(server.is_saved());
        assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"R");
        assert!(matches!(server.write("typed on"), Outcome::Saved(_)), "what was written is what is seen");
        assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"typed on");
    }

    #[test]
    fn write_that_names_another_version_is_refused() {
        let (folder, mut server) = server(None);
        let guard = Guard::IfMatch("\"other\"".parse().unwrap());
        let ask = Ask::Write { guard, document: document("recipe.txt", "R".to_owned()), want_current: true };
        assert_eq!(content(met(server.answer(ask)).current.as_ref()), "a\nT\nc\n");
        assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"a\nM\nc\n");
    }

    #[test]
    fn changed_mine_is_met_and_not_overwritten() {
        let (folder, mut server) = server(None);
        let mine = folder.path().join("mine");
        fs::write(&mine, "a\nM\nc\nd\n").unwrap();
        let failed = met(server.write("R"));
        assert_eq!(content(failed.replaced.as_ref()), "a\nM\nc\n");
        assert_eq!(content(failed.current.as_ref()), "a\nM\nc\nd\n");
        assert_eq!(fs::read(&mine).unwrap(), b"a\nM\nc\nd\n");
        assert!(matches!(server.write("R2"), Outcome::Saved(_)));
        assert_eq!(fs::read(&mine).unwrap(), b"R2");
    }

    #[test]
    fn changed_mine_that_says_the_same_is_saved() {
        let (folder, mut server) = server(None);
        fs::write(folder.path().join("mine"), "R").unwrap();
        assert!(matches!(server.write("R"), Outcome::Saved(Saved { replayed: true, .. })));
    }

    #[test]
    fn changed_theirs_goes_on_with_the_merge() {
        let (folder, mut server) = server(None);
        fs::write(folder.path().join("theirs"), "a\nT2\nc\n").unwrap();
        let failed = met(server.write("R"));
        assert_eq!((content(failed.current.as_ref()), failed.replaced), ("a\nT2\nc\n", None));
        assert!(matches!(server.write("R"), Outcome::Saved(_)));
    }

    #[test]
    fn changed_theirs_after_changed_mine_says_what_it_replaced() {
        let (folder, mut server) = server(None);
        fs::write(folder.path().join("mine"), "a\nM\nc\nd\n").unwrap();
        met(server.write("R"));
        fs::write(folder.path().join("theirs"), "a\nT2\nc\n").unwrap();
        let failed = met(server.write("R2"));
        assert_eq!(content(failed.replaced.as_ref()), "a\nT\nc\n");
        assert_eq!(content(failed.current.as_ref()), "a\nT2\nc\n");
    }

    #[test]
    fn changed_base_is_told_while_it_matters() {
        let (folder, mut server) = server(None);
        fs::write(folder.path().join("base"), "a\nB2\nc\n").unwrap();
        assert_eq!(met(server.write("R")).base.map(|base| base.content), Some("a\nB2\nc\n".to_owned()));
        fs::write(folder.path().join("mine"), "other").unwrap();
        met(server.write("R"));
        fs::write(folder.path().join("base"), "again").unwrap();
        assert!(matches!(server.write("R"), Outcome::Saved(_)), "the result is merged with mine, and needs no base");
    }

    #[test]
    fn output_is_compared_and_mine_is_left_alone() {
        let (folder, mut server) = server(Some("output"));
        let output = folder.path().join("output");
        fs::write(&output, "came meanwhile").unwrap();
        let failed = met(server.write("R"));
        assert_eq!((content(failed.replaced.as_ref()), content(failed.current.as_ref())), ("", "came meanwhile"));
        fs::write(folder.path().join("mine"), "a\nM2\nc\n").unwrap();
        let failed = met(server.write("R2"));
        assert_eq!(content(failed.replaced.as_ref()), "a\nM\nc\n", "mine is a side of the merge here");
        assert!(matches!(server.write("R3"), Outcome::Saved(_)));
        assert_eq!(fs::read(&output).unwrap(), b"R3");
        assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"a\nM2\nc\n");
    }

    #[test]
    fn merge_without_a_conflict_begins_again() {
        let (folder, mut server) = server(None);
        fs::write(folder.path().join("theirs"), "a\nb\nc\n").unwrap();
        assert_eq!(server.settled(), None);
        met(server.write("R"));
        server.begin_again().unwrap();
        assert_eq!(server.settled().as_deref(), Some("a\nM\nc\n"), "theirs changed nothing");
        assert!(matches!(server.write("a\nM\nc\n"), Outcome::Saved(_)));
    }

    #[test]
    fn output_that_changed_is_not_overwritten_unseen() {
        let (folder, mut server) = server(Some("output"));
        fs::write(folder.path().join("output"), "came meanwhile").unwrap();
        met(server.write("R"));
        assert!(
            server
                .begin_again()
                .unwrap_err()
                .ends_with("output has changed since it was read, and was not overwritten")
        );
    }

    #[test]
    fn what_cannot_be_written_is_refused_with_the_cause() {
        let (folder, mut server) = server(None);
        let mine = folder.path().join("mine");
        fs::rename(&mine, folder.path().join("moved")).unwrap();
        assert!(detail(server.write("R")).ends_with("mine is gone: it was moved or deleted"));
        fs::write(&mine, b"\xff\xfe").unwrap();
        assert!(detail(server.write("R")).ends_with("mine has changed since it was read, and is not UTF-8 now"));
        assert!(!server.is_saved());
    }

    /// A draft of that text in that merge.
    fn draft_in(base: Snapshot, mine: &str, theirs: Snapshot) -> Draft {
        let mine = document("recipe.txt", mine.to_owned());
        let merge = MergeDraft {
            base: base.document.clone(),
            base_tag: Some(base.etag.clone()),
            mine: mine.clone(),
            sent: None,
            theirs,
            over: None,
            title: Choice::Undecided,
            parent: Choice::Undecided,
            format: Choice::Undecided,
            whole: None,
            decisions: Vec::new(),
        };
        Draft { merge: Some(Box::new(merge)), ..Draft::new(Some(base), mine) }
    }

    #[test]
    fn draft_of_the_same_texts_goes_on_as_it_was() {
        let (folder, mut server) = server(None);
        let draft = draft_in(server.base(), "a\nM\nc\n", server.current.clone());
        assert!(server.is_current(&draft));
        let current = server.current.clone();
        server.restore(&draft);
        assert_eq!(server.current, current);
        assert!(matches!(server.write("R"), Outcome::Saved(_)));
        assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"R");
    }

    #[test]
    fn draft_of_older_texts_meets_what_has_changed_since() {
        let (folder, mut server) = server(None);
        let base = version_of(&server, Kind::Base, "a\nb\nc\n", "a\nM old\nc\n");
        let theirs = version_of(&server, Kind::Theirs, "a\nT old\nc\n", "a\nM old\nc\n");
        let draft = draft_in(base, "a\nM old\nc\n", theirs.clone());
        assert!(!server.is_current(&draft));
        server.restore(&draft);
        assert_eq!(server.current, theirs);
        assert_eq!(content(met(server.write("R")).current.as_ref()), "a\nT\nc\n", "theirs is another by now");
        let failed = met(server.write("R"));
        assert_eq!(content(failed.replaced.as_ref()), "a\nM old\nc\n");
        assert_eq!(content(failed.current.as_ref()), "a\nM\nc\n", "and mine as well");
        assert!(matches!(server.write("R"), Outcome::Saved(_)));
        assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"R");
    }

    #[test]
    fn draft_that_had_met_the_file_goes_on_with_it() {
        let (folder, mut server) = server(None);
        fs::write(folder.path().join("mine"), "a\nM\nc\nd\n").unwrap();
        let failed = met(server.write("R"));
        let draft = draft_in(failed.replaced.unwrap(), "R", failed.current.clone().unwrap());
        // The next run reads the files as they are now.
        let texts = [server.mine.clone(), server.base.clone(), server.theirs.clone()];
        let mut next = FileServer::new("recipe.txt".to_owned(), texts, None, None);
        assert!(next.is_current(&draft));
        next.restore(&draft);
        assert_eq!(Some(next.current.clone()), failed.current);
        fs::write(folder.path().join("base"), "another").unwrap();
        assert!(matches!(next.write("R"), Outcome::Saved(_)), "the base does not matter any more");
    }

    #[test]
    fn draft_for_an_output_of_unknown_content_overwrites_nothing() {
        let (folder, mut server) = server(Some("output"));
        let draft = draft_in(server.base(), "a\nM\nc\n", server.current.clone());
        fs::write(folder.path().join("output"), "written since").unwrap();
        server.seen = Seen::of(&folder.path().join("output"), MAX_BYTES).unwrap();
        assert!(!server.is_current(&draft));
        server.restore(&draft);
        assert_eq!(content(met(server.write("R")).current.as_ref()), "written since");
        assert_eq!(fs::read(folder.path().join("output")).unwrap(), b"written since");
    }

    #[test]
    fn draft_of_a_document_is_none_of_files() {
        let (_folder, mut server) = server(None);
        let tag: EntityTag = "\"v1-00000000\"".parse().unwrap();
        let snapshot = Snapshot { etag: tag, author: None, at: None, document: server.mine() };
        let draft = Draft::new(Some(snapshot), server.mine());
        assert!(!server.is_current(&draft));
        let current = server.current.clone();
        server.restore(&draft);
        assert_eq!(server.current, current);
    }

    fn version_of(server: &FileServer, kind: Kind, text: &str, seen: &str) -> Snapshot {
        let etag = Origin::tag(kind, text, &Seen::Content(seen.as_bytes().to_vec()));
        Snapshot { etag, author: None, at: None, document: document(&server.title, text.to_owned()) }
    }

    #[test]
    fn tags_are_the_same_in_the_next_run() {
        let seen = Seen::Content(b"mine".to_vec());
        let tag = |text| Origin::tag(Kind::Theirs, text, &seen);
        assert_eq!(tag("a\n"), tag("a\n"));
        assert_ne!(tag("a\n"), tag("b\n"));
        let origin = Origin { kind: Kind::Theirs, text: hash(b"a\n"), seen: hash(b"mine") };
        assert_eq!(Origin::of(&tag("a\n")), Some(origin));
        assert_eq!(Origin::of(&"\"v1-00000000\"".parse().unwrap()), None);
    }
}
