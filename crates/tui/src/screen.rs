//! What lies over the editors and the wire: a stack, one state each.
//!
//! The topmost has the keys. Whoever closes it finds what was there before, as it was.

use contract::{DocumentEntry, DocumentId, EntityTag};
use lesson::compare::Table;

use crate::action::{Action, Context};
use crate::buffer::Buffer;
use crate::versions::Versions;
use crate::versions::one::One;
use crate::wire::filter::FilterError;

/// Something that lies over the editors and the wire.
#[derive(Debug, Clone)]
pub(crate) enum Screen {
    /// The keys for where I am.
    Help(Help),
    /// One exchange, whole.
    Exchange(Whole),
    /// Which exchanges to show.
    Filter(Box<Typed>),
    /// The documents.
    Documents(Box<Documents>),
    /// The versions of the document in view.
    Versions(Box<Versions>),
    /// One of them, whole or beside my text.
    Version(Box<One>),
    /// What an overwrite would bury.
    Bury(Bury),
    /// Whether to delete the document in view, in the version with that tag.
    Delete(EntityTag),
    /// Whether to let unsaved text go with its document, which somebody deleted.
    LetGo,
    /// What to do with unsaved text.
    Unsaved,
    /// The lesson under every policy, side by side.
    Takes(Takes),
}

/// The help, scrolled.
#[derive(Debug, Clone)]
pub(crate) struct Help {
    /// Where the keys were when help was wanted.
    pub(crate) about: Context,
    pub(crate) scroll: Scroll,
}

/// The lesson under every policy, scrolled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Takes {
    /// The table, or why there is none; nothing before it is here.
    pub(crate) table: Option<Result<Table, String>>,
    pub(crate) scroll: Scroll,
}

/// One exchange, scrolled.
#[derive(Debug, Clone)]
pub(crate) struct Whole {
    pub(crate) number: u64,
    pub(crate) scroll: Scroll,
}

/// A filter that is being typed.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    pub(crate) line: Buffer,
    /// How many exchanges it would show, or why it is no filter.
    pub(crate) found: Result<usize, FilterError>,
}

impl Typed {
    pub(crate) fn text(&self) -> &str {
        self.line.lines().first().map_or("", String::as_str)
    }
}

/// What an overwrite would bury, scrolled.
#[derive(Debug, Clone)]
pub(crate) struct Bury {
    /// The version that was shown.
    pub(crate) theirs: EntityTag,
    pub(crate) lines: Vec<String>,
    pub(crate) scroll: Scroll,
}

impl Screen {
    /// Where the keys are while this is on top.
    pub(crate) fn context(&self) -> Context {
        match self {
            Self::Help(_) => Context::Help,
            Self::Exchange(_) => Context::Exchange,
            Self::Filter(_) => Context::Filter,
            Self::Documents(_) => Context::Documents,
            Self::Versions(_) => Context::Versions,
            Self::Version(_) => Context::Version,
            Self::Bury(_) => Context::Bury,
            Self::Delete(_) | Self::LetGo => Context::Question,
            Self::Unsaved => Context::Unsaved,
            Self::Takes(_) => Context::Takes,
        }
    }

    /// How far it is scrolled, where it scrolls.
    pub(crate) fn scroll_mut(&mut self) -> Option<&mut Scroll> {
        match self {
            Self::Help(help) => Some(&mut help.scroll),
            Self::Exchange(whole) => Some(&mut whole.scroll),
            Self::Version(one) => Some(&mut one.scroll),
            Self::Bury(bury) => Some(&mut bury.scroll),
            Self::Takes(takes) => Some(&mut takes.scroll),
            Self::Filter(_)
            | Self::Documents(_)
            | Self::Versions(_)
            | Self::Delete(_)
            | Self::LetGo
            | Self::Unsaved => None,
        }
    }
}

/// How far something is scrolled: the line that is shown first.
///
/// Where the end is depends on the room there is, so a line beyond it is taken for the last one that can stand first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Scroll(usize);

impl Scroll {
    /// Scrolled to the end.
    pub(crate) const END: Self = Self(usize::MAX);

    /// The line that is shown first, where `last` is the last one that may be.
    pub(crate) fn first(self, last: usize) -> usize {
        self.0.min(last)
    }

    /// Scrolls by lines, towards the end where positive.
    pub(crate) fn by(&mut self, by: isize, last: usize) {
        self.0 = self.first(last).saturating_add_signed(by).min(last);
    }

    /// Scrolls as an action wants it, where `page` is how many lines are seen at a time.
    pub(crate) fn turn(&mut self, action: Action, last: usize, page: usize) {
        let page = isize::try_from(page.max(1)).unwrap_or(isize::MAX);
        match action {
            Action::Up => self.by(-1, last),
            Action::Down => self.by(1, last),
            Action::PageUp => self.by(-page, last),
            Action::PageDown => self.by(page, last),
            Action::First => *self = Self::default(),
            Action::Last => *self = Self::END,
            _ => {}
        }
    }
}

/// The list of documents, and the name that is being typed.
#[derive(Debug, Clone)]
pub(crate) struct Documents {
    /// The documents, or why they are not known; none before they are here.
    pub(crate) listed: Option<Result<Vec<DocumentEntry>, String>>,
    /// A name, or a part of one.
    pub(crate) name: Buffer,
    /// Which of [`Documents::rows`] is selected.
    selected: usize,
}

/// A row of the list of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentRow<'a> {
    /// A document that is there.
    There(&'a DocumentEntry),
    /// The name that was typed, of a document that is not there.
    New(&'a str),
}

impl Documents {
    pub(crate) fn new() -> Self {
        Self { listed: None, name: Buffer::line(), selected: 0 }
    }

    /// Whether it is known which documents there are.
    pub(crate) fn is_known(&self) -> bool {
        matches!(self.listed, Some(Ok(_)))
    }

    /// What was typed.
    pub(crate) fn typed(&self) -> &str {
        self.name.lines().first().map_or("", |line| line.trim())
    }

    /// The documents whose name or title holds what was typed, and what was typed where no document has that name.
    pub(crate) fn rows(&self) -> Vec<DocumentRow<'_>> {
        let typed = self.typed();
        let all = self.listed.iter().flatten().flatten();
        let wanted = typed.to_lowercase();
        let found = all.filter(|e| e.id.as_str().contains(&wanted) || e.title.to_lowercase().contains(&wanted));
        let mut rows: Vec<_> = found.map(DocumentRow::There).collect();
        let known = rows.iter().any(|row| matches!(row, DocumentRow::There(entry) if entry.id.as_str() == typed));
        if !typed.is_empty() && !known {
            rows.push(DocumentRow::New(typed));
        }
        rows
    }

    /// Which row is selected; none where there is no row.
    pub(crate) fn selected(&self) -> Option<usize> {
        Some(self.selected.min(self.rows().len().checked_sub(1)?))
    }

    /// Moves the selection, down where positive.
    pub(crate) fn select(&mut self, by: isize) {
        let last = self.rows().len().saturating_sub(1);
        self.selected = self.selected.min(last).saturating_add_signed(by).min(last);
    }

    /// The document that is selected, or why what was typed is no name.
    pub(crate) fn chosen(&self) -> Option<Result<DocumentId, String>> {
        let rows = self.rows();
        Some(match rows.get(self.selected()?)? {
            DocumentRow::There(entry) => Ok(entry.id.clone()),
            DocumentRow::New(name) => name.parse().map_err(|why: contract::NameError| why.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Edit;

    fn documents(ids: &[&str], typed: &str) -> Documents {
        let entry = |id: &&str| DocumentEntry {
            id: id.parse().unwrap(),
            title: format!("About {id}"),
            etag: "\"v1-00000000\"".parse().unwrap(),
            author: "Alice".parse().unwrap(),
            updated_at: contract::Timestamp::default(),
            parent: None,
        };
        let mut documents = Documents::new();
        documents.listed = Some(Ok(ids.iter().map(entry).collect()));
        documents.name.apply(&Edit::InsertText(typed.to_owned()), &mut String::new());
        documents
    }

    #[test]
    fn what_is_typed_narrows_the_list_or_names_a_new_one() {
        assert_eq!(documents(&["bread", "water"], "").rows().len(), 2);
        let narrowed = documents(&["bread", "water"], "bre");
        assert_eq!(narrowed.rows().len(), 2, "one that is there, and the new name");
        assert_eq!(narrowed.chosen().unwrap().unwrap().as_str(), "bread");
        let exact = documents(&["bread", "bread-2"], "bread");
        assert_eq!(exact.rows().len(), 2, "no second document of that name is offered");
        let mut new = documents(&["bread"], "wine");
        assert_eq!(new.rows(), [DocumentRow::New("wine")]);
        new.select(5);
        assert_eq!(new.chosen().unwrap().unwrap().as_str(), "wine");
    }

    #[test]
    fn what_is_no_name_is_told_why() {
        assert!(documents(&[], "No Name").chosen().unwrap().unwrap_err().contains("1 to 64"));
        assert_eq!(documents(&[], "").chosen(), None);
    }

    #[test]
    fn scrolling_stays_within_what_is_there() {
        let mut scroll = Scroll::END;
        scroll.by(-1, 10);
        assert_eq!(scroll.first(10), 9);
        assert_eq!(scroll.first(4), 4, "there is more room now");
        scroll.by(-100, 10);
        assert_eq!(scroll.first(10), 0);
        scroll.by(100, 0);
        assert_eq!(scroll.first(10), 0);
    }
}
