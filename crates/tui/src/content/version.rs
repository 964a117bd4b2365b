//! A version: its full text, or its comparison with another version or with the user's text.

use contract::Document;
use editor::Guard;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::{ColorDepth, Role};

use super::{tags, text};
use crate::state::State;
use crate::versions::detail::{ComparedLine, Counterpart, MarkedLine, VersionComparison, VersionDetail, VersionText};

/// The lines of a version for a given width.
#[derive(Debug, Default)]
pub(crate) struct VersionLines {
    pub(crate) lines: Vec<Line<'static>>,
    /// The index of the first line of each change of a comparison.
    pub(crate) changes: Vec<usize>,
}

/// Returns the title of the frame.
pub(crate) fn title(one: &VersionDetail) -> String {
    let (number, document) = (one.number, &one.document);
    let texts = match one.counterpart.as_ref().filter(|_| one.beside) {
        None => format!("v{number} of {document}"),
        Some(Counterpart::MyText) => format!("v{number} of {document} beside my text"),
        Some(Counterpart::Version { number: other, .. }) => {
            format!("v{} and v{} of {document}", number.min(*other), number.max(*other))
        }
    };
    match (one.change, one.comparison()) {
        (Some(at), Some(comparison)) => format!("{texts}, change {} of {}", at + 1, comparison.changes.len()),
        _ => texts,
    }
}

/// Returns the version for a given width.
pub(crate) fn lines(state: &State, one: &VersionDetail, width: u16) -> VersionLines {
    let width = usize::from(width);
    let remark = |number: u64, text: &VersionText| {
        let (words, role) = match text {
            VersionText::Coming => (format!("the text of v{number} is loading"), Role::Info),
            VersionText::Deleted => ("This version is a delete: it has no text.".to_owned(), Role::Text),
            VersionText::Removed => {
                (format!("The server has removed the text of v{number} to save space."), Role::Text)
            }
            VersionText::Unknown(why) => {
                (format!("the text of v{number} could not be read: {}", sanitize(why)), Role::Bad)
            }
            VersionText::Here(_) => return None,
        };
        let lines = text::paragraph(&words, width, state.theme.style(role));
        Some(VersionLines { lines, changes: Vec::new() })
    };
    if let Some(remark) = remark(one.number, &one.text) {
        return remark;
    }
    if let Some(Counterpart::Version { number, text }) = one.counterpart.as_ref().filter(|_| one.beside)
        && let Some(remark) = remark(*number, text)
    {
        return remark;
    }
    let mut all = VersionLines { lines: heading(state, one, width), changes: Vec::new() };
    all.lines.push(Line::default());
    match (one.comparison(), one.snapshot()) {
        (Some(comparison), _) => compared(state, one, comparison, width, &mut all),
        (None, Some(snapshot)) => all.lines.extend(full_text(state, &snapshot.document, width)),
        (None, None) => {}
    }
    all
}

/// Returns the authors and tags of the texts and, for a whole version, what a restore would replace.
fn heading(state: &State, one: &VersionDetail, width: usize) -> Vec<Line<'static>> {
    let author_and_tag = |number: u64, text: &VersionText| {
        let snapshot = text.snapshot()?;
        let author = snapshot.author.as_ref().map(|author| {
            let (glyph, role) = state.sign_of(Some(author));
            Span::styled(format!("{glyph} {}", sanitize(author.as_str())), state.theme.style(role))
        });
        let tag = tags::shown(state, &snapshot.etag.to_string());
        Some((number, author, Span::styled(tag, state.theme.style(Role::Tag))))
    };
    let mut pieces = Vec::new();
    let this = author_and_tag(one.number, &one.text);
    match one.counterpart.as_ref().filter(|_| one.beside) {
        Some(Counterpart::Version { number, text }) => {
            let mut both: Vec<_> = this.into_iter().chain(author_and_tag(*number, text)).collect();
            both.sort_by_key(|(number, ..)| *number);
            for (sign, (_, author, tag)) in ["-", "+"].into_iter().zip(both) {
                let role = if sign == "-" { Role::Bad } else { Role::Good };
                let mut piece = vec![Span::styled(sign, state.theme.style(role)), Span::raw(" "), tag];
                piece.extend(author.into_iter().flat_map(|author| [Span::raw(" "), author]));
                pieces.push(piece);
            }
        }
        Some(Counterpart::MyText) | None => {
            pieces.extend(
                this.into_iter().flat_map(|(_, author, tag)| author.into_iter().chain([tag])).map(|span| vec![span]),
            );
        }
    }
    if !one.beside
        && let Some(Guard::IfMatch(newest)) = &one.guard
        && one.snapshot().is_some_and(|snapshot| snapshot.etag != *newest)
    {
        let words = format!("a restore replaces {}", tags::shown(state, &newest.to_string()));
        pieces.push(vec![Span::styled(words, state.theme.style(Role::Dim))]);
    }
    text::flow_spans(pieces, width, state.theme.glyphs.more)
}

/// Returns the document of the version in full.
fn full_text(state: &State, document: &Document, width: usize) -> Vec<Line<'static>> {
    let title = format!("title: {}", sanitize(&document.title));
    let parent = document.parent.as_ref().map(|parent| format!("parent: {parent}"));
    let values = [title].into_iter().chain(parent);
    let mut lines: Vec<_> =
        values.flat_map(|value| text::paragraph(&value, width, state.theme.style(Role::Title))).collect();
    lines.push(Line::default());
    let style = state.theme.as_written(state.theme.style(Role::Text));
    for line in document.content.split_terminator('\n') {
        let rows = text::wrap_styled(&[(sanitize(line).into_owned(), style)], width);
        lines.extend(rows.into_iter().map(Line::from));
    }
    lines
}

/// Adds the lines that are only in the old text, and those that are only in the new one.
fn compared(state: &State, one: &VersionDetail, comparison: &VersionComparison, width: usize, all: &mut VersionLines) {
    let style = |role| state.theme.style(role);
    let is_mine = matches!(one.counterpart, Some(Counterpart::MyText));
    if comparison.changes.is_empty() {
        let words = if is_mine { "My text is the same." } else { "Both versions have the same text." };
        all.lines.extend(text::paragraph(words, width, style(Role::Good)));
        return;
    }
    let words = if is_mine {
        format!("Bringing v{} back would change my text: - is removed, + is added.", one.number)
    } else {
        "From the older to the newer version: - is removed, + is added.".to_owned()
    };
    let count = match comparison.changes.len() {
        1 => "1 change".to_owned(),
        count => format!("{count} changes"),
    };
    let words = format!("{words} {count}.");
    all.lines.extend(text::paragraph(&words, width, style(Role::Title)));
    all.lines.push(Line::default());
    let mut change = None;
    for (at, line) in comparison.lines.iter().enumerate() {
        if comparison.changes.contains(&at) {
            change = change.map_or(Some(0), |change| Some(change + 1));
            all.changes.push(all.lines.len());
        }
        let is_current = one.change.is_some() && one.change == change;
        let sign_style = |role| style(if is_current { Role::Selected } else { role });
        let (sign, pieces) = match line {
            ComparedLine::Both(line) => {
                let text = state.theme.as_written(style(Role::Text));
                (Span::raw(" "), vec![(sanitize(line).into_owned(), text)])
            }
            ComparedLine::Old(line) => (Span::styled("-", sign_style(Role::Bad)), marked(state, line, Role::Bad)),
            ComparedLine::New(line) => (Span::styled("+", sign_style(Role::Good)), marked(state, line, Role::Good)),
            ComparedLine::LeftOut(count) => {
                (Span::raw(" "), vec![(format!("({count} equal lines)"), style(Role::Dim))])
            }
        };
        let rows = text::wrap_styled(&pieces, width.saturating_sub(2));
        all.lines.extend(rows.into_iter().enumerate().map(|(row, spans)| {
            let sign = if row == 0 { sign.clone() } else { Span::raw(" ") };
            [sign, Span::raw(" ")].into_iter().chain(spans).collect::<Line<'_>>()
        }));
    }
}

/// Returns the parts of a line in their styles: the changed words, and the rest.
fn marked(state: &State, line: &MarkedLine, role: Role) -> Vec<(String, Style)> {
    // The colour says which text the line is of; a theme without colours says it by the sign alone.
    let plain = state.theme.style(if state.theme.depth == ColorDepth::None { Role::Text } else { role });
    let plain = state.theme.as_written(plain);
    let word = plain.patch(state.theme.as_written(state.theme.style(Role::Word)));
    let mut pieces = Vec::new();
    let mut done = 0;
    for words in &line.words {
        pieces.push((done..words.start, plain));
        pieces.push((words.clone(), word));
        done = words.end;
    }
    pieces.push((done..line.text.len(), plain));
    pieces.into_iter().map(|(range, style)| (sanitize(&line.text[range]).into_owned(), style)).collect()
}
