//! A version: its full text, or what bringing it back would change in the user's text.

use contract::Document;
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{tags, text};
use crate::state::State;
use crate::versions::detail::{ComparedLine as Compared, VersionDetail, VersionText};

/// Returns the title of the frame.
pub(crate) fn title(one: &VersionDetail) -> String {
    let beside = if one.beside { " beside my text" } else { "" };
    format!("v{} of {}{beside}", one.number, one.document)
}

/// Returns the lines of the version, for a given width.
pub(crate) fn lines(state: &State, one: &VersionDetail, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let remark = |words: &str, role| text::paragraph(words, width, state.theme.style(role));
    match &one.text {
        VersionText::Coming => remark("its text is loading", Role::Info),
        VersionText::Deleted => remark("This version is a delete: it has no text.", Role::Text),
        VersionText::Removed => remark("The server has removed the text of this version to save space.", Role::Text),
        VersionText::Unknown(why) => remark(&format!("its text could not be read: {}", sanitize(why)), Role::Bad),
        VersionText::Here(snapshot) => {
            let author = snapshot.author.as_ref().map(|author| {
                let (glyph, role) = state.sign_of(Some(author));
                vec![Span::styled(format!("{glyph} {}", sanitize(author.as_str())), state.theme.style(role))]
            });
            let tag = tags::shown(state, &snapshot.etag.to_string());
            let tag = vec![Span::styled(tag, state.theme.style(Role::Tag))];
            let mut lines = text::flow_spans(author.into_iter().chain([tag]).collect(), width, state.theme.glyphs.more);
            lines.push(Line::default());
            lines.extend(match one.compared().filter(|_| one.beside) {
                Some(compared) => beside_mine(state, one.number, compared, width),
                None => full_text(state, &snapshot.document, width),
            });
            lines
        }
    }
}

/// Returns the document of the version in full.
fn full_text(state: &State, document: &Document, width: usize) -> Vec<Line<'static>> {
    let title = format!("title: {}", sanitize(&document.title));
    let parent = document.parent.as_ref().map(|parent| format!("parent: {parent}"));
    let values = [title].into_iter().chain(parent);
    let mut lines: Vec<_> =
        values.flat_map(|value| text::paragraph(&value, width, state.theme.style(Role::Title))).collect();
    lines.push(Line::default());
    for line in document.content.split_terminator('\n') {
        let style = state.theme.as_written(state.theme.style(Role::Text));
        lines.extend(text::chop(&sanitize(line), width).into_iter().map(|line| Line::styled(line, style)));
    }
    lines
}

/// Returns the lines that would be removed from the user's text, and those that would be added.
fn beside_mine(state: &State, number: u64, compared: &[Compared], width: usize) -> Vec<Line<'static>> {
    let style = |role| state.theme.style(role);
    if compared.is_empty() {
        return text::paragraph("My text is the same.", width, style(Role::Good));
    }
    let words = format!("Bringing v{number} back would change my text: - is removed, + is added.");
    let mut lines = text::paragraph(&words, width, style(Role::Title));
    lines.push(Line::default());
    for line in compared {
        let (sign, words, role) = match line {
            Compared::Both(line) => (' ', sanitize(line).into_owned(), Role::Text),
            Compared::Mine(line) => ('-', sanitize(line).into_owned(), Role::Bad),
            Compared::Theirs(line) => ('+', sanitize(line).into_owned(), Role::Good),
            Compared::LeftOut(count) => (' ', format!("({count} equal lines)"), Role::Dim),
        };
        lines.extend(
            text::chop(&format!("{sign} {words}"), width)
                .into_iter()
                .map(|line| Line::styled(line, state.theme.as_written(style(role)))),
        );
    }
    lines
}
