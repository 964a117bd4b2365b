//! Borders with titles.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType};
use terminal::theme::{Role, Theme};

/// Returns a border with a title: thick, with the title in reverse video, if it has the focus.
pub(super) fn framed(theme: &Theme, title: &str, focused: bool) -> Block<'static> {
    let role = if focused { Role::Focus } else { Role::Dim };
    let block = Block::bordered().border_style(theme.style(role)).title(heading_of(theme, title, focused));
    if focused { block.border_type(BorderType::Thick) } else { block }
}

/// Returns the styled title of a border.
fn heading_of(theme: &Theme, title: &str, focused: bool) -> Line<'static> {
    if focused {
        let style = theme.style(Role::Focus).add_modifier(Modifier::REVERSED);
        Line::from(Span::styled(format!(" {} {title} ", theme.glyphs.focus), style))
    } else {
        over_border(&Line::styled(format!(" {title} "), theme.style(Role::Title)))
    }
}

/// Returns words of a border without the style of the border: they are read from the back of a room.
pub(super) fn over_border(line: &Line<'static>) -> Line<'static> {
    let spans = line.spans.iter().map(|span| {
        let style = Style::reset().patch(line.style).patch(span.style);
        span.clone().style(style)
    });
    Line::from(spans.collect::<Vec<_>>())
}
