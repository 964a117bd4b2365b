//! The list from which a leader chooses seed documents: of the lessons, or files of this machine.
//!
//! One line is typed. It narrows the list of the lessons, and it is a path: the text files and folders that continue it
//! are below the lessons. What Enter does is always the selected row.

use std::path::{PathBuf, is_separator};

use contract::{Document, DocumentId};
use terminal::edit::Edit;
use terminal::line_input::LineInput;

use crate::room_request::FolderListing;
use crate::scroll::moved_selection;
use crate::seed::{SeedDocument, SeedSource};

/// The id of the document with which free play begins.
const SAMPLE_ID: &str = "welcome";

/// Documents that are built into the program, and are chosen together.
#[derive(Debug, Clone)]
pub(crate) struct SeedSet {
    /// The title: of the lesson that uses them.
    pub(crate) title: String,
    pub(crate) documents: Vec<SeedDocument>,
}

/// A row of the list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SeedRow<'a> {
    /// Documents that are built in.
    Set(&'a SeedSet),
    /// All text files of the folder that is typed; their number.
    WholeFolder(usize),
    /// A text file in that folder.
    File(&'a str),
    /// A folder in that folder.
    Folder(&'a str),
}

/// The effect of Enter on the selected row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SeedChoice {
    /// Creates documents.
    Create(SeedSource),
    /// Continues the path with the folder.
    Complete,
}

/// The list of seed documents, and the line above it.
#[derive(Debug, Clone)]
pub(crate) struct SeedChooser {
    line: LineInput,
    sets: Vec<SeedSet>,
    selected: usize,
    /// The folder that was listed last, as it was typed, and what is in it.
    listed: Option<(String, Result<FolderListing, String>)>,
    /// The folder whose list was requested last, as it was typed.
    requested: Option<String>,
    /// Whether documents are on their way.
    pub(crate) is_sent: bool,
    /// Why the last attempt created nothing.
    pub(crate) trouble: Option<String>,
}

impl SeedChooser {
    /// Returns the list with the documents of the built-in lessons.
    pub(crate) fn new() -> Self {
        Self {
            line: LineInput::new(),
            sets: built_in_sets(),
            selected: 0,
            listed: None,
            requested: None,
            is_sent: false,
            trouble: None,
        }
    }

    pub(crate) const fn line(&self) -> &LineInput {
        &self.line
    }

    /// Returns the folder of the typed path, with its last separator; empty for the working folder.
    pub(crate) fn folder(&self) -> &str {
        let typed = self.line.text();
        let mut ends =
            typed.char_indices().filter(|(_, typed)| is_separator(*typed)).map(|(at, one)| at + one.len_utf8());
        &typed[..ends.next_back().unwrap_or_default()]
    }

    /// Returns the folder of the typed path if it has to be listed, and notes that it is.
    pub(crate) fn next_listing(&mut self) -> Option<String> {
        let folder = self.folder();
        if self.requested.as_deref() == Some(folder) {
            return None;
        }
        let folder = folder.to_owned();
        self.requested = Some(folder.clone());
        Some(folder)
    }

    /// Takes in what is in a folder, if it is still the one that is typed.
    pub(crate) fn set_listing(&mut self, folder: String, listed: Result<FolderListing, String>) {
        if folder == self.folder() {
            self.listed = Some((folder, listed));
        }
    }

    /// Returns why the typed folder cannot be listed, or `None` if it can or is not listed yet.
    pub(crate) fn listing_trouble(&self) -> Option<&str> {
        match &self.listed {
            Some((folder, Err(why))) if folder == self.folder() && !folder.is_empty() => Some(why),
            _ => None,
        }
    }

    /// Returns the rows that fit what is typed.
    pub(crate) fn rows(&self) -> Vec<SeedRow<'_>> {
        let (typed, folder) = (self.line.text(), self.folder());
        let start = &typed[folder.len()..];
        let mut rows: Vec<SeedRow<'_>> = Vec::new();
        if folder.is_empty() {
            rows.extend(self.sets.iter().filter(|set| set.fits(typed)).map(SeedRow::Set));
        }
        let Some((of, Ok(listing))) = &self.listed else { return rows };
        if of != folder || typed.is_empty() {
            return rows;
        }
        if start.is_empty() && !listing.files.is_empty() {
            rows.push(SeedRow::WholeFolder(listing.files.len()));
        }
        let begins = |name: &&String| name.starts_with(start) && (start.starts_with('.') || !name.starts_with('.'));
        rows.extend(listing.files.iter().filter(begins).map(|name| SeedRow::File(name)));
        rows.extend(listing.folders.iter().filter(begins).map(|name| SeedRow::Folder(name)));
        rows
    }

    /// Returns the index of the selected row.
    pub(crate) fn selected(&self) -> usize {
        self.selected.min(self.rows().len().saturating_sub(1))
    }

    /// Moves the selection by a number of rows, down if positive.
    pub(crate) fn select(&mut self, by: isize) {
        self.selected = moved_selection(Some(self.selected()), by, self.rows().len());
    }

    /// Edits the line. What fits best is selected.
    pub(crate) fn type_in(&mut self, edit: &Edit, register: &mut String) {
        if self.line.apply(edit, register) {
            self.selected = 0;
            self.trouble = None;
        }
    }

    /// Returns what Enter does, or why it does nothing.
    pub(crate) fn choice(&self) -> Result<SeedChoice, String> {
        let path = |name: &str| SeedChoice::Create(SeedSource::Path(PathBuf::from(format!("{}{name}", self.folder()))));
        Ok(match self.rows().get(self.selected()) {
            Some(SeedRow::Set(set)) => SeedChoice::Create(SeedSource::Documents(set.documents.clone())),
            Some(SeedRow::WholeFolder(_)) => path(""),
            Some(SeedRow::File(name)) => path(name),
            Some(SeedRow::Folder(_)) => SeedChoice::Complete,
            // A file without the extension of a text can be typed in full.
            None if !self.line.text().trim().is_empty() => {
                SeedChoice::Create(SeedSource::Path(PathBuf::from(self.line.text().trim())))
            }
            None => return Err("nothing is selected".to_owned()),
        })
    }

    /// Continues the path with the selected file or folder. Returns false if neither is selected.
    pub(crate) fn complete(&mut self) -> bool {
        let completed = match self.rows().get(self.selected()) {
            Some(SeedRow::File(name)) => format!("{}{name}", self.folder()),
            Some(SeedRow::Folder(name)) => format!("{}{name}{}", self.folder(), std::path::MAIN_SEPARATOR),
            Some(SeedRow::Set(_) | SeedRow::WholeFolder(_)) | None => return false,
        };
        self.line = LineInput::new();
        self.type_in(&Edit::InsertText(completed), &mut String::new());
        true
    }
}

impl SeedSet {
    /// Returns whether what is typed is a part of the title or the beginning of an id.
    ///
    /// Letters that are not together do not count: a file whose name is typed would be below many lessons.
    fn fits(&self, typed: &str) -> bool {
        let typed = typed.trim().to_lowercase();
        self.title.to_lowercase().contains(&typed) || self.ids().any(|id| id.as_str().starts_with(&typed))
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &DocumentId> {
        self.documents.iter().map(|seed| &seed.id)
    }
}

/// Returns the document of free play, and the documents of each built-in lesson that begins with some.
fn built_in_sets() -> Vec<SeedSet> {
    let sample = serde_json::from_str::<Document>(lesson::built_in::SAMPLE_DOCUMENT).ok().zip(SAMPLE_ID.parse().ok());
    let sample = sample.map(|(document, id)| SeedSet {
        title: "Free play".to_owned(),
        documents: vec![SeedDocument { id, document }],
    });
    let lessons = lesson::built_in::FILES.iter().filter_map(|(file, text)| lesson::read(file, text).ok());
    let of_lessons = lessons.map(|lesson| SeedSet {
        title: lesson.title,
        documents: lesson.documents.into_iter().map(|(id, document)| SeedDocument { id, document }).collect(),
    });
    sample.into_iter().chain(of_lessons.filter(|set| !set.documents.is_empty())).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn listing() -> FolderListing {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        FolderListing { files: names(&["notes.md", "plan.txt"]), folders: names(&[".git", "handouts"]) }
    }

    fn typed(text: &str) -> SeedChooser {
        let mut chooser = SeedChooser::new();
        chooser.type_in(&Edit::InsertText(text.to_owned()), &mut String::new());
        let folder = chooser.folder().to_owned();
        chooser.set_listing(folder, Ok(listing()));
        chooser
    }

    fn names(chooser: &SeedChooser) -> Vec<String> {
        let name = |row: &SeedRow<'_>| match row {
            SeedRow::Set(set) => set.title.clone(),
            SeedRow::WholeFolder(count) => format!("all {count}"),
            SeedRow::File(name) | SeedRow::Folder(name) => (*name).to_owned(),
        };
        chooser.rows().iter().map(name).collect()
    }

    #[test]
    fn every_lesson_that_begins_with_documents_is_listed() {
        let chooser = typed("");
        assert_eq!(names(&chooser)[..3], ["Free play", "The lost update", "Two saves, one version"]);
        let SeedRow::Set(set) = chooser.rows()[0] else { panic!("a set") };
        assert_eq!(set.ids().map(DocumentId::as_str).collect::<Vec<_>>(), ["welcome"]);
        assert!(!names(&chooser).contains(&"Two people, one new name".to_owned()), "it begins without a document");
    }

    #[test]
    fn parents_come_before_their_children() {
        for set in typed("").sets {
            for (at, seed) in set.documents.iter().enumerate() {
                let parent = seed.document.parent.as_ref();
                assert!(parent.is_none_or(|parent| set.documents[..at].iter().any(|one| one.id == *parent)), "{set:?}");
            }
        }
    }

    #[test]
    fn what_is_typed_narrows_lessons_and_begins_a_path() {
        assert_eq!(names(&typed("notes")), ["notes.md"]);
        assert_eq!(names(&typed("./")), ["all 2", "notes.md", "plan.txt", "handouts"]);
        assert_eq!(names(&typed("../h")), ["handouts"]);
        assert_eq!(names(&typed("../.")), [".git"]);
        assert!(names(&typed("rota")).contains(&"Contention: many writers, one document".to_owned()), "by its id");
    }

    #[test]
    fn enter_does_what_the_selected_row_says() {
        let path = |text: &str| Ok(SeedChoice::Create(SeedSource::Path(PathBuf::from(text))));
        assert_eq!(typed("notes").choice(), path("notes.md"));
        let mut folder = typed("../");
        assert_eq!(folder.choice(), path("../"));
        folder.select(2);
        assert_eq!(folder.choice(), path("../plan.txt"));
        folder.select(9);
        assert_eq!(folder.choice(), Ok(SeedChoice::Complete));
        assert!(folder.complete());
        assert_eq!(folder.next_listing().as_deref(), Some("../handouts/"));
        assert_eq!(folder.next_listing(), None, "it is under way");
        assert_eq!(typed("table.csv").choice(), path("table.csv"), "a name that is typed in full");
    }

    #[test]
    fn late_listing_of_another_folder_is_ignored() {
        let mut chooser = typed("../");
        chooser.type_in(&Edit::InsertText("handouts/".to_owned()), &mut String::new());
        chooser.set_listing("../".to_owned(), Ok(listing()));
        assert!(names(&chooser).is_empty());
    }

    proptest! {
        /// Completing never loses what was typed, and the selection is always a row.
        #[test]
        fn completion_continues_what_is_typed(text in "[a-z./é]{0,12}", moves in proptest::collection::vec(-3_isize..4, 0..6)) {
            let mut chooser = typed(&text);
            for by in moves {
                chooser.select(by);
                prop_assert!(chooser.rows().is_empty() || chooser.selected() < chooser.rows().len());
            }
            if chooser.complete() {
                prop_assert!(chooser.line().text().starts_with(&text), "{} {}", text, chooser.line().text());
            }
        }
    }
}
