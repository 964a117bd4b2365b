//! The overlays of a room's leader: the people, and questions before something that the room notices.

use contract::{Author, DocumentId};

use crate::action::Context;
use crate::room_view::RoomView;
use crate::scroll::{Scroll, moved_selection};
use crate::seed_chooser::SeedChooser;

/// A view over a room.
#[derive(Debug, Clone)]
pub(crate) enum RoomOverlay {
    /// The people, one of them selected.
    People(PeopleView),
    /// The question whether to remove a person.
    Remove(Author),
    /// How people join.
    Join(JoinView),
    /// The question whether to end the server, while people are connected or the session is not saved.
    EndServer,
    /// The question that the leader has asked, with the keys that lead it.
    LedQuestion(Scroll),
    /// The form for a question to the room. What is typed is in the room.
    AskQuestion,
    /// The question whether to withdraw the question to the room.
    WithdrawQuestion,
    /// The policy, the mistakes, the faults and the gate.
    Controls(Scroll),
    /// The seed documents to choose from.
    Seeds(Box<SeedChooser>),
    /// The question with which text of a document a new round begins.
    NewRound(DocumentId),
}

/// The people in a room, one of them selected.
#[derive(Debug, Clone, Default)]
pub(crate) struct PeopleView {
    /// The name and the address of the selected person.
    ///
    /// A person rather than an index, so that a changed order keeps the selection.
    selected: Option<PersonKey>,
}

/// How people join, scrolled.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct JoinView {
    pub(crate) scroll: Scroll,
    /// Whether the leader's own code is shown.
    pub(crate) shows_leader: bool,
}

/// A person: a name, and an address if the name alone does not tell them apart.
type PersonKey = (Author, Option<std::net::IpAddr>);

impl PeopleView {
    /// Returns the place of the selected person in the order of display; the first if they are gone.
    ///
    /// Returns `None` if there is no one.
    pub(crate) fn selected(&self, room: &RoomView) -> Option<usize> {
        let people = room.people();
        let is_it = |key: &PersonKey| people.iter().position(|one| one.name == key.0 && one.address == key.1);
        // After joining, a person may have another address.
        let is_name = |key: &PersonKey| people.iter().position(|one| one.name == key.0);
        let key = self.selected.as_ref();
        key.and_then(|key| is_it(key).or_else(|| is_name(key))).or_else(|| (!people.is_empty()).then_some(0))
    }
}

impl RoomOverlay {
    /// Returns the context of keys while this overlay is the topmost.
    pub(crate) const fn context(&self) -> Context {
        match self {
            Self::People(_) => Context::People,
            Self::Join(_) => Context::JoinRoom,
            Self::LedQuestion(_) => Context::LedQuestion,
            Self::AskQuestion => Context::QuestionForm,
            Self::Controls(_) => Context::Controls,
            Self::Seeds(_) => Context::Seeds,
            Self::NewRound(_) => Context::NewRound,
            Self::EndServer => Context::EndServer,
            Self::Remove(_) | Self::WithdrawQuestion => Context::Question,
        }
    }

    /// Returns the list of seed documents for changes, or `None` if this is another overlay.
    pub(crate) fn seeds_mut(&mut self) -> Option<&mut SeedChooser> {
        if let Self::Seeds(chooser) = self { Some(chooser) } else { None }
    }

    /// Returns the people, or `None` if this is another overlay.
    pub(crate) const fn people(&self) -> Option<&PeopleView> {
        if let Self::People(view) = self { Some(view) } else { None }
    }

    /// Returns the scroll position for changes, or `None` if this overlay does not scroll.
    pub(crate) const fn scroll_mut(&mut self) -> Option<&mut Scroll> {
        match self {
            Self::Join(view) => Some(&mut view.scroll),
            Self::Controls(scroll) | Self::LedQuestion(scroll) => Some(scroll),
            Self::People(_)
            | Self::Remove(_)
            | Self::EndServer
            | Self::AskQuestion
            | Self::WithdrawQuestion
            | Self::Seeds(_)
            | Self::NewRound(_) => None,
        }
    }
}

/// Returns the people of a view with the selection moved by a number of rows, positive if down.
pub(crate) fn moved(view: &PeopleView, room: &RoomView, by: isize) -> PeopleView {
    let people = room.people();
    let to = moved_selection(view.selected(room), by, people.len());
    PeopleView { selected: people.get(to).map(|one| (one.name.clone(), one.address)) }
}
