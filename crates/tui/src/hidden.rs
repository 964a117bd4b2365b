//! The areas that the lesson's question hides; every view that could give its answer away asks here.
//!
//! A question hides areas while it is open. Those that would show the answer before the question is there are hidden
//! in the step before it, too: the lesson's file says which. A view draws [`Theme::mask`](terminal::theme::Theme::mask)
//! in place of a hidden area; a key that would open a view of one is unavailable, and says why.

use lesson::script::HiddenArea;
use ratatui::text::Span;
use terminal::theme::Role;

use crate::open_document::OpenedView;
use crate::state::State;

impl State {
    /// Returns whether the lesson's question hides an area.
    pub(crate) fn hides(&self, area: HiddenArea) -> bool {
        self.lesson.course.as_ref().is_some_and(|course| course.hides(area))
    }

    /// Returns whether the lesson's question hides any of these areas.
    pub(crate) fn hides_any(&self, areas: &[HiddenArea]) -> bool {
        areas.iter().any(|area| self.hides(*area))
    }

    /// Returns whether a question is open or comes next, so that what follows it must not be shown.
    pub(crate) fn is_predicting(&self) -> bool {
        self.lesson.course.as_ref().is_some_and(|course| course.is_asking() || course.next_question().is_some())
    }

    /// Returns what is drawn in place of something hidden.
    pub(crate) fn mask(&self) -> Span<'static> {
        Span::styled(self.theme.mask(), self.theme.style(Role::Text))
    }

    /// Returns why a view of these areas cannot be opened, or `None` if none of them is hidden.
    pub(crate) fn why_hidden(&self, areas: &[HiddenArea]) -> Option<String> {
        self.hides_any(areas).then(|| self.hidden_words())
    }

    /// Returns why the view beside the current text cannot be entered, or `None` if it can.
    pub(crate) fn why_view_hidden(&self) -> Option<String> {
        match self.document()?.open_view()? {
            OpenedView::Merge => self.why_hidden(&HiddenArea::MERGE),
            OpenedView::Required | OpenedView::Deleted => self.why_hidden(&[HiddenArea::Panel]),
        }
    }

    /// Returns that the question hides something.
    pub(crate) fn hidden_words(&self) -> String {
        let which = if self.is_asking() { "the question" } else { "the next question" };
        format!("{which} hides this until it is answered")
    }
}
