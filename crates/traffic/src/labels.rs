//! Labels in plain words for one version of a history.
//!
//! The *parent* is the version before; the *base* is the version that the writer started from. Labels name no authors.

use crate::lineage::{LineageEntry, WriteBase, WriteFate, WriteKind};

/// Returns the origin of the version at an index: the kind of its write, its parent and its base.
///
/// A tag in the label is foreign text.
#[must_use]
pub fn origin(history: &[LineageEntry], at: usize) -> String {
    let entry = &history[at];
    let done = match entry.kind {
        WriteKind::Created => "created",
        WriteKind::CreatedAgain => "created again",
        WriteKind::Deleted => "deleted",
        WriteKind::Edited => "",
    };
    let parent = entry.version.parent_etag.as_ref().map(|_| parent(entry, history.get(at + 1)));
    let parent = parent.unwrap_or_else(|| "no parent".to_owned());
    let parts = [done.to_owned(), parent, base(history, at)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Returns the number of the parent; version numbers have no gaps.
fn parent_number(entry: &LineageEntry) -> u64 {
    entry.version.version.saturating_sub(1)
}

fn parent(entry: &LineageEntry, parent: Option<&LineageEntry>) -> String {
    let number = parent_number(entry);
    let delete = parent.is_some_and(|parent| parent.version.deleted);
    if delete { format!("parent v{number}, the delete") } else { format!("parent v{number}") }
}

fn base(history: &[LineageEntry], at: usize) -> String {
    let entry = &history[at];
    let parent = parent_number(entry);
    let words = match &entry.base {
        WriteBase::Parent => format!("base v{parent}"),
        WriteBase::Older(held) => {
            let unseen = &history[at + 1..*held];
            format!("base v{}: its writer had not seen {}", history[*held].version.version, span(unseen))
        }
        WriteBase::Nothing => String::new(),
        WriteBase::Unnamed => {
            format!("base unknown: the write named no version, so it is unknown whether its writer had seen v{parent}")
        }
        WriteBase::Strange(tag) => {
            format!("base {tag}: a tag that no version here has")
        }
    };
    match entry.also {
        Some(older) => format!("{words}, or v{older}, which has the same tag"),
        None => words,
    }
}

/// Returns a label for consecutive versions, given newest first: 'v3', 'v2 and v3', 'v2 to v5'.
fn span(versions: &[LineageEntry]) -> String {
    let number = |entry: Option<&LineageEntry>| entry.map_or(0, |entry| entry.version.version);
    let (first, last) = (number(versions.last()), number(versions.first()));
    match versions.len() {
        1 => format!("v{first}"),
        2 => format!("v{first} and v{last}"),
        _ => format!("v{first} to v{last}"),
    }
}

/// Returns whether the version is lost, and a label; `None` if it was not overwritten unseen.
#[must_use]
pub fn fate(entry: &LineageEntry) -> Option<(bool, String)> {
    match entry.fate {
        WriteFate::Kept => None,
        WriteFate::Overwritten { by, back: None } => {
            Some((true, format!("lost: overwritten by v{by}, whose writer had not seen it")))
        }
        WriteFate::Overwritten { by, back: Some(back) } => {
            let words =
                format!("overwritten by v{by}, whose writer had not seen it; not lost: v{back} was made from it");
            Some((false, words))
        }
    }
}

/// Returns the time of a version in UTC, with the day if the newest version is of another day.
#[must_use]
pub fn when(entry: &LineageEntry, newest: &LineageEntry) -> String {
    let (written, newest) = (entry.version.at.to_string(), newest.version.at.to_string());
    // 2026-11-22T05:00:11.123Z
    match (written.split_once('T'), newest.split_once('T')) {
        (Some((day, time)), Some((today, _))) => {
            let time = time.split('.').next().unwrap_or(time);
            if day == today { time.to_owned() } else { format!("{day} {time}") }
        }
        _ => written,
    }
}
