//! The title and the parent of an open document, and how a change of them is undone.
//!
//! The undo history of the text knows only the content. A change of title or parent belongs to the content that it was
//! made beside: it is undone when undoing has led back to that content.

use contract::DocumentId;
use editor::WorkingCopy;
use terminal::edit::Edit;
use text::Text;

/// The most changes that can be undone.
const MAX_STEPS: usize = 100;

/// The title and the parent of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Properties {
    pub(crate) title: String,
    pub(crate) parent: Option<DocumentId>,
}

impl Properties {
    pub(crate) fn of(document: &WorkingCopy) -> Self {
        Self { title: document.title.clone(), parent: document.parent.clone() }
    }

    /// Returns a document with these properties and the content of `other`.
    pub(crate) fn with_content_of(self, other: &WorkingCopy) -> WorkingCopy {
        WorkingCopy { title: self.title, parent: self.parent, content: other.content.clone() }
    }
}

/// The changes of title and parent that can be undone and redone.
#[derive(Debug, Clone, Default)]
pub(super) struct PropertyHistory {
    done: Vec<PropertyStep>,
    undone: Vec<PropertyStep>,
}

/// Properties to return to while the content is this one.
#[derive(Debug, Clone)]
struct PropertyStep {
    content: Text,
    properties: Properties,
}

impl PropertyHistory {
    /// Remembers the properties before a change beside this content.
    pub(super) fn remember(&mut self, content: Text, before: Properties) {
        self.undone.clear();
        self.done.push(PropertyStep { content, properties: before });
        if self.done.len() > MAX_STEPS {
            self.done.remove(0);
        }
    }

    /// Forgets all changes: the properties have been replaced by those of another version.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns whether an edit would undo or redo a change of these properties.
    pub(super) fn takes(&self, edit: &Edit, content: &Text) -> bool {
        let steps = match edit {
            Edit::Undo => &self.done,
            Edit::Redo => &self.undone,
            _ => return false,
        };
        steps.last().is_some_and(|step| step.content == *content)
    }

    /// Undoes or redoes a change, and returns the properties; `None` if the edit is one of the content.
    pub(super) fn apply(&mut self, edit: &Edit, now: &WorkingCopy) -> Option<Properties> {
        if !self.takes(edit, &now.content) {
            return None;
        }
        let (from, to) =
            if *edit == Edit::Undo { (&mut self.done, &mut self.undone) } else { (&mut self.undone, &mut self.done) };
        let step = from.pop()?;
        to.push(PropertyStep { content: step.content, properties: Properties::of(now) });
        Some(step.properties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(title: &str, content: &str) -> WorkingCopy {
        WorkingCopy { title: title.to_owned(), content: content.into(), parent: None }
    }

    #[test]
    fn change_is_undone_beside_the_content_that_it_was_made_beside() {
        let mut history = PropertyHistory::default();
        history.remember("text".into(), Properties::of(&copy("old", "text")));
        assert_eq!(history.apply(&Edit::Undo, &copy("new", "text, edited")), None, "the edit of the text comes first");
        let undone = history.apply(&Edit::Undo, &copy("new", "text")).unwrap();
        assert_eq!(undone.title, "old");
        assert_eq!(history.apply(&Edit::Undo, &copy("old", "text")), None, "nothing is left");
        assert_eq!(history.apply(&Edit::Redo, &copy("old", "text")).unwrap().title, "new");
    }

    #[test]
    fn new_change_cannot_be_overtaken_by_a_redo() {
        let mut history = PropertyHistory::default();
        history.remember("text".into(), Properties::of(&copy("one", "text")));
        history.apply(&Edit::Undo, &copy("two", "text"));
        history.remember("text".into(), Properties::of(&copy("one", "text")));
        assert_eq!(history.apply(&Edit::Redo, &copy("three", "text")), None);
    }
}
