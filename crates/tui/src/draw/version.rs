//! One version: its text whole, or what bringing it back would change in mine.

use contract::Document;
use ratatui::text::{Line, Span};

use super::text;
use crate::people;
use crate::state::State;
use crate::theme::Role;
use crate::versions::one::{Line as Compared, One, Text};
use crate::visible::visible;

/// What stands over the frame.
pub(super) fn title(one: &One) -> String {
    let beside = if one.beside { " beside my text" } else { "" };
    format!("v{} of {}{beside}", one.number, one.document)
}

/// The lines of the version, in a room of that many columns.
pub(super) fn lines(state: &State, one: &One, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let remark = |words: &str, role| text::paragraph(words, width, state.theme.style(role));
    match &one.text {
        Text::Coming => remark("its text is on its way", Role::Info),
        Text::Deleted => remark("This version is the delete: it has no text.", Role::Text),
        Text::Removed => remark("The server has removed the text of this version to save space.", Role::Text),
        Text::Unknown(why) => remark(&format!("its text is not known: {}", visible(why)), Role::Bad),
        Text::Here(snapshot) => {
            let author = snapshot.author.as_ref().map(|author| {
                let (glyph, role) = state.theme.person(people::number(author));
                vec![Span::styled(format!("{glyph} {}", visible(author.as_str())), state.theme.style(role))]
            });
            let tag = visible(&snapshot.etag.to_string()).into_owned();
            let tag = vec![Span::styled(tag, state.theme.style(Role::Tag))];
            let mut lines = text::flow(author.into_iter().chain([tag]).collect(), width, state.theme.glyphs.more);
            lines.push(Line::default());
            lines.extend(match one.compared().filter(|_| one.beside) {
                Some(compared) => beside(state, one.number, compared, width),
                None => whole(state, &snapshot.document, width),
            });
            lines
        }
    }
}

/// The document as it was.
fn whole(state: &State, document: &Document, width: usize) -> Vec<Line<'static>> {
    let title = format!("title: {}", visible(&document.title));
    let parent = document.parent.as_ref().map(|parent| format!("parent: {parent}"));
    let values = [title].into_iter().chain(parent);
    let mut lines: Vec<_> =
        values.flat_map(|value| text::paragraph(&value, width, state.theme.style(Role::Title))).collect();
    lines.push(Line::default());
    for line in document.content.split_terminator('\n') {
        let style = state.theme.as_written(state.theme.style(Role::Text));
        lines.extend(text::chop(&visible(line), width).into_iter().map(|line| Line::styled(line, style)));
    }
    lines
}

/// What would go, and what would come.
fn beside(state: &State, number: u64, compared: &[Compared], width: usize) -> Vec<Line<'static>> {
    let style = |role| state.theme.style(role);
    if compared.is_empty() {
        return text::paragraph("My text says the same.", width, style(Role::Good));
    }
    let words = format!("What bringing v{number} back would change in my text: - goes, + comes.");
    let mut lines = text::paragraph(&words, width, style(Role::Title));
    lines.push(Line::default());
    for line in compared {
        let (sign, words, role) = match line {
            Compared::Both(line) => (' ', visible(line).into_owned(), Role::Text),
            Compared::Mine(line) => ('-', visible(line).into_owned(), Role::Bad),
            Compared::Theirs(line) => ('+', visible(line).into_owned(), Role::Good),
            Compared::LeftOut(count) => (' ', format!("({count} lines that are the same)"), Role::Dim),
        };
        lines.extend(
            text::chop(&format!("{sign} {words}"), width)
                .into_iter()
                .map(|line| Line::styled(line, state.theme.as_written(style(role)))),
        );
    }
    lines
}
