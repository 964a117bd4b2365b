//! The picture: the head, and every pane with its name. It reads the view and the merge, and changes nothing.

use editor::DocumentMerge;
use merge::Side;
use ratatui::Frame;
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;
use terminal::theme::{Role, Theme};

use super::messages::{self, SideNames};
use super::panes::{Arrangement, MergePane, MergeScreen};
use super::result::ResultPane;
use super::sides::SideStyles;
use super::view::MergeView;
use super::{header, side};
use crate::action::Action;

/// What a picture is made of, the reader's own state aside.
#[derive(Debug, Clone, Copy)]
pub(super) struct MergeScene<'a> {
    pub(super) conflict: &'a DocumentMerge,
    pub(super) sides: &'a SideStyles,
    pub(super) theme: &'a Theme,
    /// Whether the keys are here.
    pub(super) focused: bool,
    /// How to come in, or out.
    pub(super) hint: Option<&'a str>,
}

/// Draws the merge view.
pub(super) fn draw(view: &MergeView, scene: &MergeScene<'_>, frame: &mut Frame<'_>, area: Rect) {
    let screen = MergeScreen::new(area, view.front, view.hand.is_some(), view.share);
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
            (None, Some(hand)) => hand.buffer.draw(frame, body, scene.focused, scene.theme),
            (None, None) => ResultPane::new(view, scene, body.width).draw(buffer, body),
        }
    }
    if screen.arrangement == Arrangement::Wide {
        side::draw_across(view, scene, &screen, frame.buffer_mut());
    }
}

/// The name of a pane, and the key that brings another where not all are in sight.
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
    let whole = format!("{mark} {name}{about} ");
    let fits = whole.as_str().cell_width() <= row.width;
    let named = if fits { whole } else { format!("{mark} {name} ") };
    let used = label(buffer, row, &named, theme.style(role));
    // While the keys are elsewhere, those of the view are of no use.
    if !scene.focused {
        return;
    }
    let hint = match other_pane(view, scene, screen, pane) {
        Some(other) => format!(" {}: {other} ", messages::key(Action::NextPane)),
        None if pane == MergePane::Result && view.hand.is_none() => {
            format!(" {}: write it all ", messages::key(Action::EditWhole))
        }
        None => return,
    };
    let wide = hint.as_str().cell_width();
    if used.saturating_add(wide) <= row.width {
        label(buffer, Rect { x: row.right() - wide, width: wide, ..row }, &hint, theme.style(Role::Dim));
    }
}

/// Whether two created the same document, so that there is nothing that both started from.
fn began_with_nothing(scene: &MergeScene<'_>) -> bool {
    scene.sides.base.is_none() && scene.conflict.base().content.is_empty()
}

/// What another press of the key would bring, said once on the screen.
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

/// The glyph and the role of a side.
pub(super) fn person(scene: &MergeScene<'_>, side: Side) -> (&'static str, Role) {
    match side {
        Side::Base => (scene.theme.glyphs.open, Role::Base),
        Side::Mine => scene.theme.person(scene.sides.mine.person),
        Side::Theirs => scene.theme.person(scene.sides.theirs.person),
    }
}

/// A row of an area; empty where it is beyond the last.
pub(super) fn row_of(area: Rect, row: usize) -> Rect {
    let y = area.y.saturating_add(u16::try_from(row).unwrap_or(u16::MAX));
    Rect { y, height: 1, ..area }.intersection(area)
}

/// Writes our own words as far as they fit, and says how many cells they took.
pub(super) fn label(buffer: &mut Buffer, row: Rect, words: &str, style: Style) -> u16 {
    if row.is_empty() {
        return 0;
    }
    let (end, _) = buffer.set_stringn(row.x, row.y, words, row.width.into(), style);
    end - row.x
}

/// A line across a row.
pub(super) fn rule(buffer: &mut Buffer, row: Rect, theme: &Theme) {
    for x in row.x..row.right() {
        buffer.set_stringn(x, row.y, theme.glyphs.rule, 1, theme.style(Role::Dim));
    }
}
