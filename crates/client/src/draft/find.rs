//! Drafts that ended editors left behind: found, taken over, discarded.
//!
//! A draft of the same document is found under another spelling of the server or the author, too: the same user may
//! type `localhost` today and `127.0.0.1` tomorrow. Each found draft says what differs, so that the user does not
//! mistake it for another.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use contract::{Author, DocumentId};
use editor::Draft;
use serde::{Deserialize, Serialize};

use super::file::{ClaimedFile, DraftFile, JSON_SUFFIX, LOCK_SUFFIX, TEMPORARY_SUFFIX, sibling_path};
use super::key::DraftId;
use super::lock::{DraftLock, LockAttempt, remove};
use super::record::Owner;
use super::{DraftError, DraftKey, Drafts, plain_cause, record};
use crate::server_url::ServerUrl;

/// How a found draft matches the key that was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DraftMatch {
    /// Equal document, server and author.
    Exact,
    /// Equal server and author, but one is spelled differently.
    Respelled,
    /// An equal path, but the file's text, or the text it is merged with, has changed.
    OtherTexts,
    /// Another address. Only the server knows whether it has the same documents.
    OtherServer,
}

/// A draft that no living editor holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundDraft {
    /// The draft's id.
    pub id: DraftId,
    /// How long ago the draft was written.
    pub age: Duration,
    /// The content of the draft.
    #[serde(with = "super::json_form")]
    pub draft: Draft,
    /// How the draft matches the key.
    pub matches: DraftMatch,
    /// The draft's server, if it is spelled differently from the key's.
    pub other_server: Option<String>,
    /// The draft's author, if the name is spelled differently from the key's.
    pub other_author: Option<String>,
}

/// A file that could not be read.
///
/// If the file does not contain a draft, it was moved, whole, to a name that no draft has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableDraft {
    /// The file's present path.
    pub path: PathBuf,
    /// Why the file cannot be read.
    pub why: String,
}

/// The result of a search for drafts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundDrafts {
    /// The drafts that may be taken over, newest first.
    pub drafts: Vec<FoundDraft>,
    /// The unreadable files of exactly this key.
    pub unreadable: Vec<UnreadableDraft>,
    /// The drafts of exactly this document, server and author that living editors hold.
    pub held: Vec<DraftId>,
}

impl Drafts {
    /// Finds the drafts that a key may mean. An unreadable file of exactly this key is set aside.
    ///
    /// # Errors
    ///
    /// [`DraftError`] if the folder cannot be read. A single unreadable draft is reported in
    /// [`FoundDrafts::unreadable`].
    pub fn find(&self, key: &DraftKey) -> Result<FoundDrafts, DraftError> {
        let mut lookup = FoundDrafts::default();
        for name in self.names(key)? {
            if let Err(error) = self.inspect(key, &name, &mut lookup)
                && is_exact(key, &name)
            {
                // One bad file, written by another user for instance, must not hide the others.
                let path = sibling_path(&self.folder.join(&name), JSON_SUFFIX);
                lookup.unreadable.push(UnreadableDraft { path, why: plain_cause(&error) });
            }
        }
        lookup.drafts.sort_by_key(|found| (found.age, found.matches));
        Ok(lookup)
    }

    /// Returns those of some documents that have a draft that no living editor holds.
    ///
    /// Only drafts of exactly this server and author are looked for, by the names of their files. None is read.
    ///
    /// # Errors
    ///
    /// [`DraftError`] if the folder cannot be read.
    pub fn documents_with_drafts<'d>(
        &self,
        server: &ServerUrl,
        author: &Author,
        documents: impl Iterator<Item = &'d DocumentId>,
    ) -> Result<BTreeSet<DocumentId>, DraftError> {
        let names = self.names_where(|name| name.strip_suffix(JSON_SUFFIX))?;
        let has_draft = |document: &DocumentId| {
            let (server, author) = (server.clone(), author.clone());
            let stem = DraftKey::Document { server, document: document.clone(), author }.stem();
            let names = names.range(stem.clone()..).take_while(|name| name.starts_with(&stem));
            let mut of_key = names.filter(|name| name[stem.len()..].is_empty() || name[stem.len()..].starts_with('-'));
            // If it is not known whether an editor holds a draft, opening the document tells.
            let is_held = |name: &String| DraftLock::is_held(&sibling_path(&self.folder.join(name), LOCK_SUFFIX));
            of_key.any(|name| !is_held(name).unwrap_or(false))
        };
        Ok(documents.filter(|document| has_draft(document)).cloned().collect())
    }

    /// Takes a draft over, and returns its file, which now belongs to the caller, and its current content.
    ///
    /// Returns `None` if another editor holds the draft, or if the draft is gone.
    ///
    /// # Errors
    ///
    /// [`DraftError`] if the draft cannot be read.
    pub fn take(&self, id: &DraftId, key: DraftKey) -> Result<Option<(DraftFile, Draft)>, DraftError> {
        let stem = self.folder.join(&id.0);
        let taken = || -> io::Result<Option<(DraftFile, Draft)>> {
            let lock = match DraftLock::take(&sibling_path(&stem, LOCK_SUFFIX))? {
                LockAttempt::Held(lock) => Some(lock),
                LockAttempt::Elsewhere => return Ok(None),
                LockAttempt::Unsupported => None,
            };
            let bytes = match fs::read(sibling_path(&stem, JSON_SUFFIX)) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    lock.map_or(Ok(()), DraftLock::remove)?;
                    return Ok(None);
                }
                read => read?,
            };
            let (_, draft) = record::read(&bytes).map_err(io::Error::other)?;
            let folder = self.folder.clone();
            let file = match lock {
                Some(lock) => DraftFile::taken_over(folder, key, ClaimedFile::new(stem.clone(), lock)),
                // Without locks, another editor may be writing to this file. What is typed from now on goes into
                // another file.
                None => DraftFile::new(folder, key),
            };
            Ok(Some((file, draft)))
        };
        taken().map_err(|source| DraftError::new(&sibling_path(&stem, JSON_SUFFIX), "read", source))
    }

    /// Deletes a draft. Returns false if another editor holds it.
    ///
    /// # Errors
    ///
    /// [`DraftError`] if a file of the draft cannot be removed.
    pub fn discard(&self, id: &DraftId) -> Result<bool, DraftError> {
        let stem = self.folder.join(&id.0);
        let discarded = || -> io::Result<bool> {
            let lock = match DraftLock::take(&sibling_path(&stem, LOCK_SUFFIX))? {
                LockAttempt::Held(lock) => Some(lock),
                LockAttempt::Elsewhere => return Ok(false),
                LockAttempt::Unsupported => None,
            };
            remove(&sibling_path(&stem, JSON_SUFFIX))?;
            lock.map_or(Ok(()), DraftLock::remove)?;
            Ok(true)
        };
        discarded().map_err(|source| DraftError::new(&sibling_path(&stem, JSON_SUFFIX), "removed", source))
    }

    /// Returns the names, without suffixes, of all files that may belong to the key.
    fn names(&self, key: &DraftKey) -> Result<BTreeSet<String>, DraftError> {
        self.names_where(|name| {
            let stem = [JSON_SUFFIX, LOCK_SUFFIX, TEMPORARY_SUFFIX].iter().find_map(|end| name.strip_suffix(end));
            stem.filter(|stem| key.hash_in(stem).is_some())
        })
    }

    /// Returns the parts of the names of all files that `part` returns.
    fn names_where(&self, part: impl Fn(&str) -> Option<&str>) -> Result<BTreeSet<String>, DraftError> {
        let failed = |source| DraftError::new(&self.folder, "read", source);
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound) => return Ok(BTreeSet::new()),
            entries => entries.map_err(failed)?,
        };
        let mut names = BTreeSet::new();
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            names.extend(name.to_str().and_then(&part).map(str::to_owned));
        }
        Ok(names)
    }

    fn inspect(&self, key: &DraftKey, name: &str, lookup: &mut FoundDrafts) -> io::Result<()> {
        let stem = self.folder.join(name);
        let json = sibling_path(&stem, JSON_SUFFIX);
        let is_exact = is_exact(key, name);
        if DraftLock::is_held(&sibling_path(&stem, LOCK_SUFFIX))? {
            lookup.held.extend((is_exact && json.try_exists()?).then(|| DraftId::new(name.to_owned())));
            return Ok(());
        }
        if sibling_path(&stem, TEMPORARY_SUFFIX).try_exists()? || !json.try_exists()? {
            remove_leftovers(&stem, is_exact, lookup)?;
        }
        let bytes = match fs::read(&json) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            read => read?,
        };
        match record::read(&bytes) {
            Ok((owner, draft)) => {
                let Some((matches, other_server, other_author)) = compare(key, is_exact, &owner) else { return Ok(()) };
                let written = fs::metadata(&json)?.modified()?;
                let age = SystemTime::now().duration_since(written).unwrap_or_default();
                let id = DraftId::new(name.to_owned());
                lookup.drafts.push(FoundDraft { id, age, draft, matches, other_server, other_author });
            }
            Err(why) if is_exact => {
                let path = set_aside(&json, &stem)?;
                remove(&sibling_path(&stem, LOCK_SUFFIX))?;
                lookup.unreadable.push(UnreadableDraft { path, why });
            }
            // An editor that looks for exactly this draft will report the error.
            Err(_) => {}
        }
        Ok(())
    }
}

/// Returns whether the draft with this file name belongs to exactly this key, spelled the same way.
fn is_exact(key: &DraftKey, name: &str) -> bool {
    key.hash_in(name) == Some(key.hash().as_str())
}

/// Returns how a draft matches the key, with its server and its author if they are spelled differently.
///
/// Returns `None` if the key does not mean the draft.
fn compare(key: &DraftKey, is_exact: bool, owner: &Owner) -> Option<(DraftMatch, Option<String>, Option<String>)> {
    let DraftKey::Document { server, document, author } = key else {
        return is_exact.then_some((DraftMatch::Exact, None, None));
    };
    let (from, by) = (owner.server.as_deref()?, owner.author.as_deref()?);
    if owner.document.as_deref() != Some(document.as_str()) || !is_same_name(by, author.as_str()) {
        return None;
    }
    let other_server = (from != server.to_string()).then(|| from.to_owned());
    let other_author = (by != author.as_str()).then(|| by.to_owned());
    let is_respelled = || from.parse().is_ok_and(|from: ServerUrl| from.is_respelling_of(server));
    let matches = match (&other_server, &other_author) {
        (None, None) => DraftMatch::Exact,
        (None, Some(_)) => DraftMatch::Respelled,
        (Some(_), _) if is_respelled() => DraftMatch::Respelled,
        (Some(_), _) => DraftMatch::OtherServer,
    };
    Some((matches, other_server, other_author))
}

/// Returns whether two names are equal apart from case and white space.
fn is_same_name(one: &str, other: &str) -> bool {
    let fold = |name: &str| name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    fold(one) == fold(other)
}

/// Cleans up after an editor that was killed while it wrote.
///
/// A complete next state replaces the draft, an incomplete one is deleted, and so is a lock without a draft. If an
/// incomplete state is all there is, it is set aside.
fn remove_leftovers(stem: &Path, is_exact: bool, lookup: &mut FoundDrafts) -> io::Result<()> {
    let LockAttempt::Held(lock) = DraftLock::take(&sibling_path(stem, LOCK_SUFFIX))? else { return Ok(()) };
    let (json, next) = (sibling_path(stem, JSON_SUFFIX), sibling_path(stem, TEMPORARY_SUFFIX));
    match fs::read(&next) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        read => {
            let bytes = read?;
            match record::read(&bytes) {
                Ok(_) => fs::rename(&next, &json)?,
                Err(_) if bytes.is_empty() || json.try_exists()? => remove(&next)?,
                Err(why) => {
                    let path = set_aside(&next, stem)?;
                    lookup.unreadable.extend(is_exact.then_some(UnreadableDraft { path, why }));
                }
            }
        }
    }
    if json.try_exists()? { Ok(()) } else { lock.remove() }
}

/// Moves a file to the first free name. A file that was set aside earlier is never overwritten.
fn set_aside(file: &Path, stem: &Path) -> io::Result<PathBuf> {
    let mut number = 1_u32;
    loop {
        let aside = sibling_path(stem, &format!(".broken-{number}"));
        if aside.try_exists()? {
            number += 1;
            continue;
        }
        fs::rename(file, &aside)?;
        return Ok(aside);
    }
}
