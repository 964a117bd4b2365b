//! Draws the merge view: the head, and each pane below its name.

use editor::DocumentMerge;
use merge::Side;
use ratatui::Frame;
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use terminal::theme::{Role, Theme};

use crate::action::MergeAction;
use crate::key_names::MergeKeyNames;
use crate::mask::MergeMask;
use crate::messages::SideNames;
use crate::panes::{Arrangement, MergePane, MergeScreen};
use crate::result::ResultPane;
use crate::scene::{MergeScene, label, person, rule};
use crate::sides::SideStyles;
use crate::view::MergeView;
use crate::{header, side};

/// Whether keys decide in the view, which its hints depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeKeys {
    /// The view has the focus, and its hints name the keys.
    Here {
        /// The key that saves the result.
        save: String,
    },
    /// Another pane has the focus, or keys decide nothing at the moment. The text says how to change that.
    Elsewhere(Option<String>),
}

/// The widget that draws a merge and the state of its view.
#[derive(Debug, Clone, Copy)]
pub struct MergeWidget<'a> {
    /// The merge.
    pub conflict: &'a DocumentMerge,
    /// The state of the view. [`MergeView::fit`] must have been called with the size of the area.
    pub view: &'a MergeView,
    /// The names and styles of the sides.
    pub sides: &'a SideStyles,
    /// The theme.
    pub theme: &'a Theme,
    /// Whether keys decide in the view.
    pub keys: &'a MergeKeys,
    /// The names of the keys in hints.
    pub key_names: &'a MergeKeyNames,
    /// The parts that are not shown.
    pub mask: MergeMask,
}

impl MergeWidget<'_> {
    /// Draws the merge view into an area.
    ///
    /// While a text is being written by hand, the cursor is placed in it.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect) {
        let (save, hint) = match self.keys {
            MergeKeys::Here { save } => (Some(save.as_str()), None),
            MergeKeys::Elsewhere(hint) => (None, hint.as_deref()),
        };
        let Self { conflict, view, sides, theme, mask, key_names: keys, .. } = *self;
        draw(view, &MergeScene { conflict, sides, theme, save, keys, hint, mask }, frame, area);
    }
}

fn draw(view: &MergeView, scene: &MergeScene<'_>, frame: &mut Frame<'_>, area: Rect) {
    let screen = MergeScreen::new(area, view.front, view.hand.is_some(), view.share, view.rows.side_rows());
    header::draw(view, scene, frame.buffer_mut(), screen.head);
    for &(pane, place) in &screen.panes {
        if place.is_empty() {
            continue;
        }
        let buffer = frame.buffer_mut();
        draw_name(view, scene, &screen, pane, Rect { height: 1, ..place }, buffer);
        let body = Rect { y: place.y + 1, height: place.height - 1, ..place };
        match (pane.side(), &view.hand) {
            (Some(side), _) => side::draw(view, scene, screen.arrangement, side, body, buffer),
            (None, Some(hand)) => hand.buffer.draw(frame, body, scene.is_focused(), scene.theme),
            (None, None) => ResultPane::new(view, scene, body.width).draw(buffer, body),
        }
    }
    if screen.arrangement == Arrangement::Wide {
        side::draw_across(view, scene, &screen, frame.buffer_mut());
    }
}

/// Draws the name of a pane, and the key that shows another pane if not all are visible.
fn draw_name(
    view: &MergeView,
    scene: &MergeScene<'_>,
    screen: &MergeScreen,
    pane: MergePane,
    row: Rect,
    buffer: &mut Buffer,
) {
    let theme = scene.theme;
    rule(buffer, row, theme);
    let ((mark, role), (name, about)) = match pane.side() {
        Some(Side::Base) if began_with_nothing(scene) => {
            (person(scene, Side::Base), ("no base".to_owned(), ", you both began it"))
        }
        Some(side) => (person(scene, side), SideNames(scene.sides).pane(side)),
        None if view.is_full_edit_open() => ((theme.glyphs.edited, Role::Focus), ("the whole by hand".to_owned(), "")),
        None if view.hand.is_some() => ((theme.glyphs.edited, Role::Focus), ("by hand".to_owned(), "")),
        None => ((theme.glyphs.arrow, Role::Title), ("the result".to_owned(), "")),
    };
    let alone = if view.lockstep.is_alone(pane) { ", scrolls alone" } else { "" };
    let (name, about) = (format!("{name}{alone}"), about);
    let whole = format!("{mark} {name}{about} ");
    let fits = whole.as_str().cell_width() <= row.width;
    let named = if fits { whole } else { format!("{mark} {name} ") };
    let used = label(buffer, row, &named, theme.style(role));
    // Without the focus, the keys of the view do nothing.
    if !scene.is_focused() {
        return;
    }
    let hint = match other_pane(view, scene, screen, pane) {
        Some(other) => format!(" {}: {other} ", scene.keys.of(MergeAction::NextPane)),
        None if pane == MergePane::Result && view.hand.is_none() => {
            format!(" {}: write it all ", scene.keys.of(MergeAction::EditWhole))
        }
        None => return,
    };
    let wide = hint.as_str().cell_width();
    if used.saturating_add(wide) <= row.width {
        label(buffer, Rect { x: row.right() - wide, width: wide, ..row }, &hint, theme.style(Role::Dim));
    }
}

/// Returns whether both sides created the document, so that there is no base.
fn began_with_nothing(scene: &MergeScene<'_>) -> bool {
    scene.sides.base.is_none() && scene.conflict.base().content.is_empty()
}

/// Returns the pane that the key shows next, or `None` in every pane except the one that has the hint.
fn other_pane(view: &MergeView, scene: &MergeScene<'_>, screen: &MergeScreen, pane: MergePane) -> Option<String> {
    if view.hand.is_some() {
        return None;
    }
    let said = match (screen.arrangement, pane) {
        (Arrangement::Wide, _) | (Arrangement::Stacked, MergePane::Base | MergePane::Mine | MergePane::Result) => {
            return None;
        }
        (Arrangement::Stacked, MergePane::Theirs) if view.front == MergePane::Base => "without the base".to_owned(),
        (Arrangement::Stacked, MergePane::Theirs) => "the base".to_owned(),
        (Arrangement::Single, pane) => match pane.next(Arrangement::Single) {
            MergePane::Base => "the base".to_owned(),
            MergePane::Mine => "your text".to_owned(),
            MergePane::Theirs => SideNames(scene.sides).theirs(),
            MergePane::Result => "the result".to_owned(),
        },
    };
    Some(said)
}
