//! The list of seed documents in lines, and what Enter does with the selected row.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::text;
use crate::action::{Action, Context};
use crate::seed::names;
use crate::seed_chooser::{SeedChooser, SeedRow};
use crate::state::State;

/// Returns the rows that fit in an area, around the selected one.
pub(crate) fn lines(state: &State, rows: &[SeedRow<'_>], selected: usize, area: Rect) -> Vec<Line<'static>> {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let first = (selected + 1).saturating_sub(height);
    let titles = rows.iter().map(|row| text::width(&name(row))).max().unwrap_or_default().min(width / 2);
    let shown = rows.iter().enumerate().skip(first).take(height);
    shown.map(|(at, row)| line(state, row, titles, width, at == selected)).collect()
}

fn line(state: &State, row: &SeedRow<'_>, titles: usize, width: usize, is_selected: bool) -> Line<'static> {
    let theme = &state.theme;
    let glyph = if is_selected { theme.glyphs.focus } else { " " };
    let name = name(row);
    let padding = titles.saturating_sub(text::width(&name));
    let spans = vec![
        Span::raw(format!("{glyph} ")),
        Span::styled(name, theme.style(Role::Text)),
        Span::raw(" ".repeat(padding + 2)),
        Span::styled(kind(row), theme.style(Role::Dim)),
    ];
    let line = text::clip(spans, width, theme.glyphs.more);
    if is_selected { theme.selected_line(line) } else { line }
}

/// Returns the first column of a row.
fn name(row: &SeedRow<'_>) -> String {
    match row {
        SeedRow::Set(set) => sanitize(&set.title).into_owned(),
        SeedRow::WholeFolder(1) => "the text file in this folder".to_owned(),
        SeedRow::WholeFolder(count) => format!("all {count} text files in this folder"),
        SeedRow::File(name) => sanitize(name).into_owned(),
        SeedRow::Folder(name) => format!("{}{}", sanitize(name), std::path::MAIN_SEPARATOR),
    }
}

/// Returns the second column of a row: the ids of its documents, or what it is.
fn kind(row: &SeedRow<'_>) -> String {
    match row {
        SeedRow::Set(set) => set.ids().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        SeedRow::WholeFolder(_) => String::new(),
        SeedRow::File(_) => "file".to_owned(),
        SeedRow::Folder(_) => "folder".to_owned(),
    }
}

/// Returns why nothing was created, or what Enter does with the selected row and what the room notices.
pub(crate) fn about(state: &State, chooser: &SeedChooser, rows: &[SeedRow<'_>]) -> (Role, String) {
    if chooser.is_sent {
        return (Role::Info, "creating the documents".to_owned());
    }
    if let Some(why) = &chooser.trouble {
        return (Role::Warning, format!("{} nothing was created: {}", state.theme.sign(Role::Warning), sanitize(why)));
    }
    let enter = state.hint_for(Action::Open, Context::Seeds);
    let notice = "everyone's list shows what is new; a document that exists stays as it is";
    let words = match rows.get(chooser.selected()) {
        Some(SeedRow::Set(set)) => {
            let names = names(set.ids()).unwrap_or_default();
            format!("{enter} creates {names}: {notice}")
        }
        Some(SeedRow::WholeFolder(_)) => format!("{enter} makes a document of each: {notice}"),
        Some(SeedRow::File(_)) => format!("{enter} makes a document of this file: {notice}"),
        Some(SeedRow::Folder(_)) => format!("{enter} goes into this folder"),
        None => match chooser.listing_trouble() {
            Some(why) => format!("{}: {}", sanitize(chooser.folder()), sanitize(why)),
            None => format!("no lesson and no text file begins like this; {enter} tries it as a path"),
        },
    };
    (Role::Text, words)
}
