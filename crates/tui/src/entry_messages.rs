//! The sentences about a change of an entry of the list: the question before it, and its outcome.
//!
//! They use the names of all people, since several may look at the screen. All foreign words are sanitized.

use client::EntryChange;
use contract::{Author, Deletion, DocumentEntry, DocumentId, EntityTag, Problem, Reason};
use editor::{PreconditionFailure, ResponseOutcome, Writer};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::messages::short_tag;

/// The most children that a sentence names.
const MAX_CHILDREN_NAMED: usize = 4;

/// Returns the question whether to delete a document of the list.
pub(crate) fn delete(entry: &DocumentEntry, is_unsaved_here: bool) -> String {
    let DocumentEntry { id, title, etag, author, .. } = entry;
    let here = if is_unsaved_here { " It is open here with unsaved text, which stays here." } else { "" };
    format!(
        "Delete '{id}' ('{}', {} by {})? The request has If-Match: {}, so it deletes this version and no newer one.{here}",
        sanitize(title),
        short_tag(etag),
        sanitize(author.as_str()),
        sanitize(&etag.to_string()),
    )
}

/// Returns the outcome of a change in words, with the next step if nothing was changed.
///
/// `repeat` is the key that repeats the change.
pub(crate) fn outcome(
    me: &Author,
    document: &DocumentId,
    change: &EntryChange,
    outcome: &ResponseOutcome,
    repeat: &str,
) -> (Role, String) {
    let words = match outcome {
        ResponseOutcome::Saved(saved) => return (Role::Good, done(document, change, Some(&saved.etag))),
        ResponseOutcome::Deleted => return (Role::Good, done(document, change, None)),
        ResponseOutcome::Failed(failed) if failed.deleted.is_some() => gone(me, document, failed.deleted.as_ref()),
        ResponseOutcome::Failed(failed) => stale(me, change, failed, repeat),
        ResponseOutcome::Gone(deletion) => gone(me, document, deletion.as_ref()),
        ResponseOutcome::Absent => {
            format!("404: the server has no document '{document}' any more; {}", nothing(change))
        }
        ResponseOutcome::Refused(problem) => refused(document, change, problem),
        ResponseOutcome::Required(problem) => {
            format!("428: the request had If-Match, and something on the way removed it. {}", sanitize(&problem.detail))
        }
        ResponseOutcome::Unsent(why) | ResponseOutcome::TooManyRequests { why, .. } => {
            format!("{}; {}", sanitize(why), nothing(change))
        }
        ResponseOutcome::Unanswered(why) => {
            format!("no response ({}): the change may or may not have been made; the list shows which", sanitize(why))
        }
        // A change is not a read.
        ResponseOutcome::Read(_) | ResponseOutcome::NotModified | ResponseOutcome::Altered(..) => {
            "the response does not fit the request; the list shows what the server has".to_owned()
        }
    };
    (Role::Warning, words)
}

/// Returns the command of plain mode for a change.
pub(crate) const fn command(change: &EntryChange) -> &'static str {
    match change {
        EntryChange::Title(_) => "rename",
        EntryChange::Parent(_) => "move",
        EntryChange::Delete => "remove",
    }
}

fn done(document: &DocumentId, change: &EntryChange, etag: Option<&EntityTag>) -> String {
    let version = etag.map_or_else(String::new, |etag| format!(" ({})", short_tag(etag)));
    match change {
        EntryChange::Title(title) => format!("the title of '{document}' is now '{}'{version}", sanitize(title)),
        EntryChange::Parent(Some(parent)) => format!("the parent of '{document}' is now '{parent}'{version}"),
        EntryChange::Parent(None) => format!("'{document}' has no parent now{version}"),
        EntryChange::Delete => format!("'{document}' was deleted"),
    }
}

const fn nothing(change: &EntryChange) -> &'static str {
    match change {
        EntryChange::Delete => "nothing was deleted",
        EntryChange::Title(_) | EntryChange::Parent(_) => "nothing was changed",
    }
}

/// Returns that the list showed an older version than the current one, and what that has.
fn stale(me: &Author, change: &EntryChange, failed: &PreconditionFailure, repeat: &str) -> String {
    let current = failed.current.as_ref();
    let version = failed.etag.as_ref().map_or_else(|| "a newer version".to_owned(), short_tag);
    let saved = match Writer::new(current.and_then(|current| current.author.as_ref()), me) {
        // It may be this program's own change, whose response was lost.
        Writer::Namesake => format!("{version} was saved under your name"),
        writer => format!("{} saved {version}", sanitize(&writer.to_string())),
    };
    let now = match (current.map(|current| &current.document), change) {
        (Some(document), EntryChange::Parent(_)) => match &document.parent {
            Some(parent) => format!(" (its parent is now '{parent}')"),
            None => " (it has no parent now)".to_owned(),
        },
        (Some(document), _) => format!(" (its title is now '{}')", sanitize(&document.title)),
        (None, _) => String::new(),
    };
    format!("412: {saved} meanwhile{now}; {}. Look again, then {repeat}", nothing(change))
}

fn gone(me: &Author, document: &DocumentId, deletion: Option<&Deletion>) -> String {
    let deleted = match deletion.map(|deletion| Writer::new(Some(&deletion.author), me)) {
        None => format!("'{document}' was deleted"),
        Some(Writer::Namesake) => format!("'{document}' was deleted under your name"),
        Some(writer) => format!("{} has deleted '{document}'", sanitize(&writer.to_string())),
    };
    format!("410: {deleted} meanwhile; there is nothing to change")
}

/// Returns why the state of the store forbids the change, and what to do first.
fn refused(document: &DocumentId, change: &EntryChange, problem: &Problem) -> String {
    let parent = match change {
        EntryChange::Parent(Some(parent)) => parent.as_str(),
        _ => "",
    };
    match &problem.reason {
        Some(Reason::HasChildren) => {
            let count = problem.child_count.unwrap_or(problem.children.len() as u64);
            let named: Vec<_> = problem.children.iter().take(MAX_CHILDREN_NAMED).map(DocumentId::as_str).collect();
            let more = if count > named.len() as u64 { ", …" } else { "" };
            let children = if count == 1 { "a child".to_owned() } else { format!("{count} children") };
            let (them, documents) = if count == 1 { ("it", "document") } else { ("them", "documents") };
            format!(
                "409: '{document}' has {children} ({}{more}), so it was not deleted. Give {them} another parent or \
                 delete the {documents} first",
                named.join(", ")
            )
        }
        Some(Reason::ParentNotFound) => {
            format!("409: there is no document '{parent}' to be the parent. Type another id, or create it first")
        }
        Some(Reason::Circle) => format!(
            "409: '{parent}' is below '{document}', and a document cannot be below itself. Type another id, or give \
             '{parent}' another parent first"
        ),
        Some(Reason::TooDeep) => {
            format!("409: below '{parent}', the documents would be nested too deeply. Type an id higher up")
        }
        Some(Reason::Removed) => format!(
            "403: the leader removed you from the room; {}. Ask the leader to let you in again, then try again",
            nothing(change)
        ),
        _ => format!("{} {}: {}", problem.status, sanitize(&problem.title), sanitize(&problem.detail)),
    }
}

#[cfg(test)]
mod tests {
    use contract::{Document, Snapshot};

    use super::*;

    fn words(change: &EntryChange, of: &ResponseOutcome) -> String {
        outcome(&"Alice".parse().unwrap(), &"plan".parse().unwrap(), change, of, "Enter repeats it").1
    }

    fn refusal(reason: Reason, children: &[&str]) -> ResponseOutcome {
        let children: Vec<_> = children.iter().map(|child| child.parse().unwrap()).collect();
        let child_count = Some(children.len() as u64);
        ResponseOutcome::Refused(Box::new(Problem {
            status: 409,
            reason: Some(reason),
            children,
            child_count,
            ..Problem::default()
        }))
    }

    fn failed(author: &str, parent: Option<&str>) -> ResponseOutcome {
        let etag: EntityTag = "\"v7-a2c19f03\"".parse().unwrap();
        let document = Document {
            title: "Bob's \u{1b}[31mplan".to_owned(),
            content: String::new(),
            parent: parent.map(|parent| parent.parse().unwrap()),
        };
        let current = Snapshot { etag: etag.clone(), author: author.parse().ok(), at: None, document };
        let failure =
            PreconditionFailure { current: Some(current), etag: Some(etag), ..PreconditionFailure::default() };
        ResponseOutcome::Failed(Box::new(failure))
    }

    #[test]
    fn stale_change_tells_who_saved_and_what_is_there_now() {
        let title = EntryChange::Title("Mine".to_owned());
        let told = words(&title, &failed("Bob", None));
        assert!(told.starts_with("412: Bob saved v7 meanwhile (its title is now 'Bob's "), "{told}");
        assert!(told.ends_with("nothing was changed. Look again, then Enter repeats it"), "{told}");
        assert!(!told.contains('\u{1b}'), "a foreign title does not steer the terminal");
        let parent = EntryChange::Parent(None);
        assert!(words(&parent, &failed("Bob", Some("notes"))).contains("its parent is now 'notes'"));
        assert!(words(&parent, &failed("Bob", None)).contains("it has no parent now"));
        assert!(words(&title, &failed("Alice", None)).starts_with("412: v7 was saved under your name meanwhile"));
        assert!(words(&EntryChange::Delete, &failed("Bob", None)).contains("nothing was deleted"));
    }

    #[test]
    fn conflict_says_what_to_do_first() {
        let children = words(&EntryChange::Delete, &refusal(Reason::HasChildren, &["a", "b", "c", "d", "e"]));
        assert!(
            children.contains("has 5 children (a, b, c, d, …)") && children.contains("another parent"),
            "{children}"
        );
        let child = words(&EntryChange::Delete, &refusal(Reason::HasChildren, &["a"]));
        assert!(child.contains("has a child (a), so it was not deleted. Give it another parent"), "{child}");
        let to = EntryChange::Parent("notes".parse().ok());
        assert!(words(&to, &refusal(Reason::ParentNotFound, &[])).contains("no document 'notes'"));
        assert!(words(&to, &refusal(Reason::Circle, &[])).contains("'notes' is below 'plan'"));
        assert!(words(&to, &refusal(Reason::TooDeep, &[])).contains("nested too deeply"));
    }

    #[test]
    fn lost_response_leaves_open_whether_the_change_was_made() {
        let title = EntryChange::Title("Mine".to_owned());
        assert!(words(&title, &ResponseOutcome::Unanswered("no response".to_owned())).contains("may or may not"));
        assert!(words(&title, &ResponseOutcome::Unsent("no server".to_owned())).contains("nothing was changed"));
        let deletion = Deletion {
            etag: "\"v8-00000000\"".parse().unwrap(),
            author: "Bob".parse().unwrap(),
            at: contract::Timestamp::default(),
        };
        assert!(words(&title, &ResponseOutcome::Gone(Some(deletion.clone()))).contains("Bob has deleted 'plan'"));
        let deletion = Deletion { author: "Alice".parse().unwrap(), ..deletion };
        let told = words(&title, &ResponseOutcome::Gone(Some(deletion)));
        assert!(told.starts_with("410: 'plan' was deleted under your name meanwhile"), "{told}");
    }
}
