//! What is said of a version, in plain words.
//!
//! The same words for everybody: *parent* is the version before, *base* the one that the writer held. Keys are not named
//! here, and neither are people, who have their signs.

use super::lineage::{Base, Fate, Kind, Told};
use crate::visible::visible;

/// How the version at that place came about: what was done, its parent, and the base that its writer held.
pub(crate) fn origin(history: &[Told], at: usize) -> String {
    let told = &history[at];
    let done = match told.kind {
        Kind::Created => "created",
        Kind::CreatedAgain => "created again",
        Kind::Deleted => "deleted",
        Kind::Edited => "",
    };
    let parent = told.version.parent_etag.as_ref().map(|_| parent(told, history.get(at + 1)));
    let parent = parent.unwrap_or_else(|| "no parent".to_owned());
    let parts = [done.to_owned(), parent, base(history, at)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The number of the version before: versions are counted without a gap.
fn parent_number(told: &Told) -> u64 {
    told.version.version.saturating_sub(1)
}

fn parent(told: &Told, parent: Option<&Told>) -> String {
    let number = parent_number(told);
    let delete = parent.is_some_and(|parent| parent.version.deleted);
    if delete { format!("parent v{number}, the delete") } else { format!("parent v{number}") }
}

fn base(history: &[Told], at: usize) -> String {
    let told = &history[at];
    let parent = parent_number(told);
    let words = match &told.base {
        Base::Parent => format!("base v{parent}"),
        Base::Older(held) => {
            let unseen = &history[at + 1..*held];
            format!("base v{}: its writer had not seen {}", history[*held].version.version, span(unseen))
        }
        Base::Nothing => String::new(),
        Base::Unnamed => format!(
            "base unknown: the write named no version, so nobody can tell whether its writer had seen v{parent}"
        ),
        Base::Strange(tag) => {
            format!("base {}: a tag that no version here has", visible(&tag.to_string()))
        }
    };
    match told.also {
        Some(older) => format!("{words}, or v{older}, which has the same tag"),
        None => words,
    }
}

/// Versions in a row, newest first: 'v3', 'v2 and v3', 'v2 to v5'.
fn span(versions: &[Told]) -> String {
    let number = |told: Option<&Told>| told.map_or(0, |told| told.version.version);
    let (first, last) = (number(versions.last()), number(versions.first()));
    match versions.len() {
        1 => format!("v{first}"),
        2 => format!("v{first} and v{last}"),
        _ => format!("v{first} to v{last}"),
    }
}

/// What became of a version that somebody replaced unseen, and whether it is lost; none where nobody did.
pub(crate) fn fate(told: &Told) -> Option<(bool, String)> {
    match told.fate {
        Fate::Kept => None,
        Fate::Buried { by, back: None } => Some((true, format!("lost: buried by v{by}, whose writer had not seen it"))),
        Fate::Buried { by, back: Some(back) } => {
            let words = format!("buried by v{by}, whose writer had not seen it; not lost: v{back} was made from it");
            Some((false, words))
        }
    }
}

/// When a version was written, in UTC: the time of day, and the day where it is another than that of the newest.
pub(crate) fn when(told: &Told, newest: &Told) -> String {
    let (written, newest) = (told.version.at.to_string(), newest.version.at.to_string());
    // 2026-11-22T05:00:11.123Z
    match (written.split_once('T'), newest.split_once('T')) {
        (Some((day, time)), Some((today, _))) => {
            let time = time.split('.').next().unwrap_or(time);
            if day == today { time.to_owned() } else { format!("{day} {time}") }
        }
        _ => written,
    }
}
