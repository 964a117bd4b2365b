//! The list of documents, below the line in which the user types a name.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::border::framed;
use super::find::{draw_input, property_words};
use crate::content::documents::{DocumentColumns, details, details_here, line, open_here};
use crate::content::{tags, text};
use crate::documents::{DocumentChooser, DocumentRow};
use crate::layout::inner;
use crate::property_prompt::PropertyPrompt;
use crate::state::State;

/// The rows from which the columns have headings, and the prompt says what can be typed.
const TALL: u16 = 10;

/// Draws the prompt, the line, the list, and what the list has no columns for.
///
/// A prompt about an entry replaces the line.
pub(super) fn draw(
    state: &State,
    frame: &mut Frame<'_>,
    area: Rect,
    documents: &DocumentChooser,
    prompt: Option<&PropertyPrompt>,
) {
    let style = |role| state.theme.style(role);
    let rows = documents.rows();
    let selected = documents.selected_in(&rows);
    let block = framed(&state.theme, "documents", true);
    let count = Line::styled(count(documents, selected), style(Role::Dim)).right_aligned();
    frame.render_widget(Clear, area);
    frame.render_widget(block.title_bottom(count), area);
    let room = inner(area);
    let width = usize::from(room.width);
    let is_tall = room.height >= TALL;
    let entries = documents.entries().unwrap_or_default();
    let is_any_here = !documents.here().is_empty()
        || documents.has_drafts()
        || entries.iter().any(|entry| open_here(state, &entry.id).is_some());
    let columns = DocumentColumns::new(documents, is_any_here, width, is_tall);
    let headings = columns.headings(state, width).filter(|_| !(entries.is_empty() && documents.here().is_empty()));
    let about = match selected.and_then(|at| rows.get(at)) {
        Some(DocumentRow::There(entry, _)) => details(state, documents, &columns, entry),
        Some(DocumentRow::Local(here, _)) => Some(details_here(state, &columns, here)),
        Some(DocumentRow::New { .. }) | None => None,
    };
    let answer = answer(state, documents, prompt, width);
    let one_if = |is_there: bool| Constraint::Length(u16::from(is_there));
    let rows_of = |lines: &[Line<'_>]| Constraint::Length(u16::try_from(lines.len()).unwrap_or(u16::MAX));
    let parts = [
        one_if(is_tall),
        Constraint::Length(1),
        rows_of(&answer),
        one_if(headings.is_some()),
        Constraint::Fill(1),
        one_if(about.is_some()),
    ];
    let [hint, input, told, head, list, foot] = Split::vertical(parts).areas(room);
    let words = match prompt {
        None => "type letters of an id or title to find it; a new name creates a document".to_owned(),
        Some(prompt) => format!("the {} of '{}', in the version of this list", prompt.property.name(), prompt.document),
    };
    let words = text::cut(&words, width, state.theme.glyphs.more);
    frame.render_widget(Line::styled(words, style(Role::Dim)), hint);
    match prompt {
        None => draw_line(state, frame, input, documents),
        Some(prompt) => {
            let label = format!("{}: ", prompt.property.name());
            draw_input(
                state,
                frame,
                input,
                &label,
                &prompt.line,
                true,
                &(Role::Dim, property_words(prompt).to_owned()),
            );
        }
    }
    frame.render_widget(Paragraph::new(answer), told);
    frame.render_widget(Paragraph::new(headings.unwrap_or_default()), head);
    frame.render_widget(Paragraph::new(lines(state, documents, &columns, &rows, selected, list)), list);
    let about = text::clip(about.unwrap_or_default(), width, state.theme.glyphs.more);
    frame.render_widget(Paragraph::new(about), foot);
}

/// Returns the outcome of the last change, in as many rows as it needs.
fn answer(
    state: &State,
    documents: &DocumentChooser,
    prompt: Option<&PropertyPrompt>,
    width: usize,
) -> Vec<Line<'static>> {
    let told = match prompt {
        Some(prompt) => prompt.trouble.as_ref().map(|why| (Role::Warning, why.as_str())),
        None => documents.answer().map(|(role, words)| (*role, words.as_str())),
    };
    told.map_or_else(Vec::new, |(role, words)| {
        let words = format!("{} {}", state.theme.sign(role), tags::unsanitized(state, words));
        text::paragraph(&words, width, state.theme.style(role))
    })
}

fn draw_line(state: &State, frame: &mut Frame<'_>, area: Rect, documents: &DocumentChooser) {
    let prompt = Span::styled("find: ", state.theme.style(Role::Key));
    let width = u16::try_from(prompt.width()).unwrap_or_default().min(area.width);
    frame.render_widget(prompt, area);
    documents.line().draw(frame, Rect { x: area.x + width, width: area.width - width, ..area }, true, &state.theme);
}

/// Returns the number of the selected document, how many there are, and the time of the list.
fn count(documents: &DocumentChooser, selected: Option<usize>) -> String {
    let Some(entries) = documents.entries() else { return String::new() };
    let (found, all) = (documents.found_count(), entries.len() + documents.here().len());
    let shown = match selected {
        Some(at) if at < found => format!("{} of {all}", at + 1),
        _ if found == all => all.to_string(),
        _ => format!("{found} of {all}"),
    };
    let time = documents.as_of().map(|at| at.to_string());
    match time.as_deref().and_then(|time| time.get(11..16)) {
        Some(time) => format!(" {shown}, at {time} UTC "),
        None => format!(" {shown} "),
    }
}

fn lines(
    state: &State,
    documents: &DocumentChooser,
    columns: &DocumentColumns,
    rows: &[DocumentRow<'_>],
    selected: Option<usize>,
    area: Rect,
) -> Vec<Line<'static>> {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let first = selected.map_or(0, |at| (at + 1).saturating_sub(height));
    let shown = rows.iter().enumerate().skip(first).take(height);
    let mut lines: Vec<_> =
        shown.map(|(at, row)| line(state, documents, columns, row, width, selected == Some(at))).collect();
    let remark = match (documents.entries(), documents.trouble()) {
        (_, Some(why)) => Some((format!("the list is not known: {}", sanitize(why)), Role::Bad)),
        (None, None) => Some(("the list is on its way".to_owned(), Role::Info)),
        (Some([]), None) if lines.is_empty() => Some(("there is no document yet".to_owned(), Role::Dim)),
        (Some(_), None) => None,
    };
    if let Some((words, role)) = remark {
        lines.extend(text::paragraph(&words, width, state.theme.style(role)));
    }
    lines
}
