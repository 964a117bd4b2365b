//! The prompt for the title or the parent of a document.
//!
//! It is about an entry of the list of documents, which one conditional request changes, or about an open document:
//! then each key changes the user's own text, as typing in the text does.

use client::EntryChange;
use contract::document::MAX_TITLE_BYTES;
use contract::{DocumentId, EntityTag};
use editor::ResponseOutcome;
use terminal::edit::Edit;
use terminal::line_input::LineInput;

use crate::ids::DocumentKey;
use crate::open_document::Properties;

/// A property of a document beside its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    Title,
    Parent,
}

impl Property {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Parent => "parent",
        }
    }

    /// Returns the change of an entry that gives it this property of others.
    pub(crate) fn change_to(self, wanted: Properties) -> EntryChange {
        match self {
            Self::Title => EntryChange::Title(wanted.title),
            Self::Parent => EntryChange::Parent(wanted.parent),
        }
    }
}

/// The document that a prompt changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PropertyTarget {
    /// The version of an entry of the list, by its tag: what the user saw when the prompt opened.
    Listed(EntityTag),
    /// The user's text of an open document.
    Open(DocumentKey),
}

/// The prompt for the title or the parent of a document.
#[derive(Debug, Clone)]
pub(crate) struct PropertyPrompt {
    pub(crate) document: DocumentId,
    pub(crate) property: Property,
    pub(crate) target: PropertyTarget,
    /// Title and parent before the prompt opened.
    pub(crate) before: Properties,
    pub(crate) line: LineInput,
    /// Whether the change was sent and has no response yet.
    pub(crate) is_sent: bool,
    /// Why the last attempt changed nothing, and what to do.
    pub(crate) trouble: Option<String>,
}

impl PropertyPrompt {
    /// Returns a prompt that proposes the present value; typing replaces it.
    pub(crate) fn new(document: DocumentId, property: Property, target: PropertyTarget, before: Properties) -> Self {
        let line = LineInput::proposing(match property {
            Property::Title => &before.title,
            Property::Parent => before.parent.as_ref().map_or("", |parent| parent.as_str()),
        });
        Self { document, property, target, before, line, is_sent: false, trouble: None }
    }

    /// Edits the line. Returns whether it has changed.
    pub(crate) fn type_in(&mut self, edit: &Edit, register: &mut String) -> bool {
        let is_changed = self.line.apply(edit, register);
        if is_changed {
            self.trouble = None;
        }
        is_changed
    }

    /// Handles an outcome that changed nothing. What is typed stays.
    ///
    /// After a 412, the words tell the user of the newer version, so the next attempt is about that one.
    pub(crate) fn on_failure(&mut self, outcome: &ResponseOutcome, words: String) {
        self.is_sent = false;
        self.trouble = Some(words);
        let ResponseOutcome::Failed(failed) = outcome else { return };
        let current = failed.current.as_ref();
        if let Some(etag) = failed.etag.clone().or_else(|| current.map(|current| current.etag.clone())) {
            self.target = PropertyTarget::Listed(etag);
        }
        if let Some(current) = current {
            let (title, parent) = (current.document.title.clone(), current.document.parent.clone());
            self.before = Properties { title, parent };
        }
    }

    /// Returns the properties with the typed value, or why that value is not possible.
    ///
    /// An empty line means that there is no parent.
    pub(crate) fn typed(&self) -> Result<Properties, String> {
        with_value(&self.document, self.property, self.line.text(), &self.before)
    }
}

/// Returns the properties with another value of one of them, or why that value is not possible.
///
/// An empty text means that there is no parent.
pub(crate) fn with_value(
    document: &DocumentId,
    property: Property,
    value: &str,
    before: &Properties,
) -> Result<Properties, String> {
    match property {
        Property::Title if value.len() > MAX_TITLE_BYTES => {
            Err(format!("a title has at most {MAX_TITLE_BYTES} bytes, and this one has {}", value.len()))
        }
        Property::Title => Ok(Properties { title: value.to_owned(), ..before.clone() }),
        Property::Parent => {
            let value = value.trim();
            let parent = (!value.is_empty()).then(|| value.parse::<DocumentId>()).transpose();
            match parent.map_err(|why| why.to_string())? {
                Some(parent) if parent == *document => {
                    Err("a document cannot be its own parent; type another id, or nothing".to_owned())
                }
                parent => Ok(Properties { parent, ..before.clone() }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(property: Property, typed: &str) -> PropertyPrompt {
        let before = Properties { title: "Plan".to_owned(), parent: Some("handbook".parse().unwrap()) };
        let target = PropertyTarget::Listed("\"v1-00000000\"".parse().unwrap());
        let mut prompt = PropertyPrompt::new("plan".parse().unwrap(), property, target, before);
        prompt.type_in(&Edit::InsertText(typed.to_owned()), &mut String::new());
        prompt
    }

    #[test]
    fn typing_replaces_one_property_and_keeps_the_other() {
        let titled = prompt(Property::Title, "A new plan").typed().unwrap();
        assert_eq!((titled.title.as_str(), titled.parent.unwrap().as_str()), ("A new plan", "handbook"));
        let moved = prompt(Property::Parent, " notes ").typed().unwrap();
        assert_eq!((moved.title.as_str(), moved.parent.unwrap().as_str()), ("Plan", "notes"));
    }

    #[test]
    fn empty_line_removes_the_parent() {
        let mut prompt = prompt(Property::Parent, "x");
        prompt.type_in(&Edit::Backspace, &mut String::new());
        assert_eq!(prompt.typed().unwrap().parent, None);
    }

    #[test]
    fn impossible_value_is_explained_before_anything_is_sent() {
        assert!(prompt(Property::Parent, "plan").typed().unwrap_err().contains("its own parent"));
        assert!(prompt(Property::Parent, "No Name").typed().unwrap_err().contains("1 to 64"));
        assert!(prompt(Property::Title, &"é".repeat(513)).typed().unwrap_err().contains("1024 bytes"));
        assert!(prompt(Property::Title, &"é".repeat(512)).typed().is_ok());
    }
}
