//! The words of the server's pane: its text, its versions, and the dates of a lesson about dates.
//!
//! Everything comes from [`crate::server_document`], which the stage has read from the server itself.

use std::ops::Range;

use contract::{Author, Document, Timestamp, Version};
use precondition::policy::Dates;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::condition::{DecidingField, deciding_field, time_of_date};
use super::{key_moment, people, text};
use crate::state::State;
use lesson::Lesson;
use lesson::script::{HiddenArea, StepKind};

/// The fields whose value is a date.
const DATE_CONDITIONS: [&str; 2] = ["If-Unmodified-Since", "If-Modified-Since"];

/// Returns the document and its version, such as `party v2`.
pub(crate) fn subject(state: &State) -> String {
    let server = &state.server.document;
    let Some(id) = server.id() else { return String::new() };
    match server.newest() {
        _ if !server.is_known() => id.to_string(),
        _ if state.hides(HiddenArea::ServerVersion) => format!("{id} {}", state.theme.mask()),
        None => format!("{id} does not exist yet"),
        Some(version) if version.deleted => format!("{id} is deleted (v{})", version.version),
        Some(version) => format!("{id} v{}", version.version),
    }
}

/// Returns the strip of versions, the newest last, such as `v1 ● ─ v2 ◆ ✗ ─ v3 ●`.
///
/// ✗ marks a version that was overwritten unseen. If not all fit, the oldest are left out.
pub(crate) fn strip(state: &State, room: usize) -> Line<'static> {
    if state.hides(HiddenArea::ServerVersion) {
        return text::clip(vec![state.mask()], room, state.theme.glyphs.more);
    }
    let glyphs = state.theme.glyphs;
    let plain = state.theme.style(Role::Text);
    let versions = state.server.document.versions();
    let joint = format!(" {} ", glyphs.rule);
    let mut groups: Vec<Vec<Span<'static>>> = Vec::new();
    let mut taken = 0;
    for (at, version) in versions.iter().enumerate() {
        let group = version_spans(state, version, at == 0);
        let width = group.iter().map(Span::width).sum::<usize>() + text::width(&joint);
        // An older version needs the room of the ellipsis in front of it.
        let is_oldest = at + 1 == versions.len() && version.version == 1;
        let rest = if is_oldest { 0 } else { text::width(&joint) + text::width(glyphs.more) };
        if taken + width + rest > room + text::width(&joint) {
            break;
        }
        taken += width;
        groups.push(group);
    }
    let has_older = groups.len() < versions.len() || versions.last().is_some_and(|oldest| oldest.version > 1);
    let mut spans = Vec::new();
    if has_older && !groups.is_empty() {
        spans.push(Span::styled(format!("{}{joint}", glyphs.more), plain));
    }
    for (at, group) in groups.into_iter().rev().enumerate() {
        if at > 0 {
            spans.push(Span::styled(joint.clone(), plain));
        }
        spans.extend(group);
    }
    text::clip(spans, room, glyphs.more)
}

/// Returns a version of the strip: its number, the sign of its author, and what happened to it.
fn version_spans(state: &State, version: &Version, is_newest: bool) -> Vec<Span<'static>> {
    let (glyph, role) = sign_of(state, &version.author);
    let number = state.theme.style(if is_newest { Role::Title } else { Role::Text });
    let mut spans =
        vec![Span::styled(format!("v{} ", version.version), number), Span::styled(glyph, state.theme.style(role))];
    if version.deleted {
        spans.push(Span::styled(" deleted", state.theme.style(Role::Warning)));
    }
    if state.server.document.is_overwritten(version) {
        spans.push(Span::styled(format!(" {}", state.theme.glyphs.bad), state.theme.style(Role::Bad)));
    }
    spans
}

/// Returns the sign of an author.
///
/// In a lesson, the teacher who made the first version is not one of the people.
fn sign_of(state: &State, author: &Author) -> (&'static str, Role) {
    let is_known = state.lesson.course.is_none() || people::all(state).contains(&author);
    state.sign_of(Some(author).filter(|_| is_known))
}

/// Returns the server in one line, for a terminal without room for the pane.
pub(crate) fn line(state: &State, room: usize) -> Line<'static> {
    let mut spans = vec![Span::styled(format!("server: {}  ", subject(state)), state.theme.style(Role::Title))];
    let left = room.saturating_sub(spans.iter().map(Span::width).sum());
    spans.extend(strip(state, left).spans);
    text::clip(spans, room, state.theme.glyphs.more)
}

/// Returns how many lines the text needs.
pub(crate) fn needed_lines(state: &State) -> usize {
    let trouble = usize::from(state.server.document.trouble().is_some());
    let lost = key_moment::lost_rows(state).map_or(0, |(_, rows)| rows.len());
    state.server.document.text().map_or(1, |text| text.content.lines().count().max(1)) + trouble + lost
}

/// The lines of the text that fit, and the numbers of the first and the last of them if not all do.
pub(crate) struct ServerText {
    pub(crate) lines: Vec<Line<'static>>,
    pub(crate) range: Option<(usize, usize, usize)>,
}

/// Returns the lines of the text that fit, with the changed ones among them.
pub(crate) fn lines(state: &State, width: usize, height: usize) -> ServerText {
    if state.hides(HiddenArea::ServerText) {
        let mask = text::clip(vec![Span::raw(" "), state.mask()], width, state.theme.glyphs.more);
        return ServerText { lines: std::iter::repeat_n(mask, height.min(1)).collect(), range: None };
    }
    let server = &state.server.document;
    let mut lines = Vec::new();
    if let Some(why) = server.trouble() {
        let words = format!("{} the server could not be read: {}", state.theme.glyphs.bad, sanitize(why));
        lines.push(Line::styled(text::cut(&words, width, state.theme.glyphs.more), state.theme.style(Role::Bad)));
    }
    let Some(document) = server.text() else {
        lines.push(Line::styled(
            text::cut(no_text(state), width, state.theme.glyphs.more),
            state.theme.style(Role::Dim),
        ));
        lines.truncate(height);
        return ServerText { lines, range: None };
    };
    let all = rows(state, document);
    let room = height.saturating_sub(lines.len());
    // If not all lines fit, blank ones are left out; the numbers of the others show it.
    let worth: Vec<_> = all.iter().filter(|row| all.len() <= room || !row.words().trim().is_empty()).collect();
    let changed = worth.iter().position(|row| row.is_news(state));
    let changed = changed.map(|at| at..at + worth[at..].iter().take_while(|row| row.is_news(state)).count());
    let first = first_line(changed, worth.len(), room);
    let shown = &worth[first..(first + room).min(worth.len())];
    lines.extend(shown.iter().map(|row| match row {
        ServerRow::Line(at, line) => text_line(state, *at, line, width),
        ServerRow::Lost(line) => lost_line(state, line, width),
    }));
    let numbers = || shown.iter().filter_map(|row| row.number());
    let range = numbers().next().zip(numbers().next_back()).filter(|_| shown.len() < worth.len());
    let count = document.content.lines().count();
    ServerText { lines, range: range.map(|(first, last)| (first, last, count)) }
}

/// A row of the text.
enum ServerRow<'a> {
    /// The line with this index.
    Line(usize, &'a str),
    /// A line that the last write overwrote unseen, in its old place.
    Lost(&'a str),
}

impl<'a> ServerRow<'a> {
    const fn words(&self) -> &'a str {
        match self {
            Self::Line(_, line) | Self::Lost(line) => line,
        }
    }

    /// Returns the number of the line, counted from 1; a lost line has none.
    const fn number(&self) -> Option<usize> {
        match self {
            Self::Line(at, _) => Some(*at + 1),
            Self::Lost(_) => None,
        }
    }

    /// Returns whether the last write changed or removed the line.
    fn is_news(&self, state: &State) -> bool {
        match self {
            Self::Line(at, _) => state.server.document.changed().contains(at),
            Self::Lost(_) => true,
        }
    }
}

/// Returns the lines of the text, and between them those that the last write overwrote unseen.
fn rows<'a>(state: &'a State, document: &'a Document) -> Vec<ServerRow<'a>> {
    let mut lost = key_moment::lost_rows(state).map_or(&[][..], |(_, rows)| rows).iter().peekable();
    let mut rows = Vec::new();
    for (at, line) in document.content.lines().enumerate() {
        while let Some(row) = lost.next_if(|row| row.before <= at) {
            rows.push(ServerRow::Lost(&row.line));
        }
        rows.push(ServerRow::Line(at, line));
    }
    rows.extend(lost.map(|row| ServerRow::Lost(&row.line)));
    rows
}

/// Returns a line that the last write overwrote unseen: struck through, with the sign of its author.
fn lost_line(state: &State, line: &str, width: usize) -> Line<'static> {
    let Some((author, _)) = key_moment::lost_rows(state) else { return Line::default() };
    let (glyph, role) = sign_of(state, author);
    let bad = state.theme.style(Role::Bad);
    let lost = Span::styled(key_moment::lost_label(state), bad.add_modifier(Modifier::BOLD));
    // The label says what the line means, so the line is cut before it.
    let words = text::cut(&sanitize(line), width.saturating_sub(4 + lost.width()), state.theme.glyphs.more);
    let spans = vec![
        Span::styled(glyph, state.theme.style(role)),
        Span::raw("   "),
        Span::styled(words, state.theme.as_written(bad.add_modifier(Modifier::CROSSED_OUT))),
        lost,
    ];
    text::clip(spans, width, state.theme.glyphs.more)
}

/// Returns why there is no text.
fn no_text(state: &State) -> &'static str {
    let server = &state.server.document;
    match server.newest() {
        _ if !server.is_known() => "the document is being read",
        None => "there is no document: a save creates it",
        Some(version) if version.deleted => "there is no document: it was deleted",
        Some(_) => "the text of this version was removed to save space",
    }
}

/// Returns the first line to show, so that the first changed ones are visible: as many of them as fit.
///
/// The line before them is visible too, if possible.
fn first_line(changed: Option<Range<usize>>, count: usize, room: usize) -> usize {
    let last = count.saturating_sub(room);
    match changed {
        Some(changed) if changed.end > room => {
            let with_line_before = changed.start.saturating_sub(usize::from(room > changed.len()));
            with_line_before.min(last)
        }
        _ => 0,
    }
}

/// Returns a line of the text, with its number.
///
/// A line that the last write changed has the sign of its author.
fn text_line(state: &State, at: usize, line: &str, width: usize) -> Line<'static> {
    let server = &state.server.document;
    let is_changed = server.is_fresh() && server.changed().contains(&at);
    let number = format!("{:>2} ", at + 1);
    let words = sanitize(line).into_owned();
    let (sign, style) = match server.newest().filter(|_| is_changed) {
        Some(version) => {
            let (glyph, role) = sign_of(state, &version.author);
            let style = state.theme.style(role).add_modifier(Modifier::BOLD);
            (Span::styled(glyph, style), style.add_modifier(Modifier::UNDERLINED))
        }
        None => (Span::raw(" "), state.theme.style(Role::Text)),
    };
    let spans = vec![
        sign,
        Span::styled(number, state.theme.style(Role::Dim)),
        Span::styled(words, state.theme.as_written(style)),
    ];
    text::clip(spans, width, state.theme.glyphs.more)
}

/// Returns the clock, the document's date and the date in a condition, for a lesson about dates.
///
/// Returns `None` in any other lesson.
pub(crate) fn dates(state: &State, room: usize) -> Option<Line<'static>> {
    let course = state.lesson.course.as_ref().filter(|course| is_about_dates(course.player().lesson()))?;
    let clock = format!("clock {}", time_with_fraction(course.now));
    let version = state.server.document.newest().filter(|version| !version.deleted);
    let version = version.filter(|_| !state.hides(HiddenArea::ServerVersion));
    let written = version.map(|version| format!("v{} written {}", version.version, time_with_fraction(version.at)));
    let date = version.map(|version| format!("Last-Modified {}", time_of_date(&version.at.to_http_date().to_string())));
    let condition = date_condition(state).filter(|_| !state.hides(HiddenArea::WireCondition));
    let condition = |is_short: bool| {
        let DateCondition { who, field, time } = condition.as_ref()?;
        Some(if is_short { format!("{who}: since {time}") } else { format!("{who}: {field} {time}") })
    };
    let joined = |pieces: [Option<String>; 4]| pieces.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let forms = [
        [Some(clock.clone()), written, date.clone(), condition(false)],
        [Some(clock.clone()), None, date.clone(), condition(false)],
        [Some(clock), None, date, condition(true)],
    ]
    .map(joined);
    let fits = |words: &&String| text::width(words) + 2 <= room;
    let words = forms.iter().find(fits).unwrap_or(&forms[2]);
    let words = text::cut(words, room.saturating_sub(2), state.theme.glyphs.more);
    Some(Line::styled(format!(" {words} "), state.theme.style(Role::Focus)))
}

/// A condition with a date.
struct DateCondition {
    who: String,
    field: &'static str,
    /// The time of day.
    time: String,
}

/// Returns the last condition with a date that was sent, or `None` if there was none.
fn date_condition(state: &State) -> Option<DateCondition> {
    let exchanges = state.server.wire.traffic.entries().rev().map(|entry| &entry.exchange);
    let mut conditions =
        exchanges.filter_map(|exchange| match deciding_field(&exchange.method, &exchange.request.fields) {
            DecidingField::Condition(name, value) if DATE_CONDITIONS.contains(&name) => Some((exchange, name, value)),
            DecidingField::Condition(..) | DecidingField::Unconditional | DecidingField::PlainRead => None,
        });
    let (exchange, field, value) = conditions.next()?;
    let who = sanitize(lesson::run_log::sender_name(exchange)).into_owned();
    Some(DateCondition { who, field, time: time_of_date(value) })
}

/// Returns the time of day of a time in RFC 3339, such as `09:00:00.400`.
fn time_with_fraction(time: Timestamp) -> String {
    let time = time.to_string();
    time.split_once('T').map_or(time.as_str(), |(_, clock)| clock.trim_end_matches('Z')).to_owned()
}

/// Returns whether a lesson is about dates.
///
/// Such a lesson sends a condition with a date, or sets how far the server trusts dates.
pub(crate) fn is_about_dates(lesson: &Lesson) -> bool {
    let is_date = |name: &String| DATE_CONDITIONS.iter().any(|condition| name.eq_ignore_ascii_case(condition));
    let is_about = |kind: &StepKind| match kind {
        StepKind::Send { request, .. } => request.fields.iter().any(|(name, _)| is_date(name)),
        kind => matches!(kind, StepKind::Policy(change) if change.dates.is_some()),
    };
    lesson.policy.dates != Dates::default() || lesson.steps.iter().any(|step| is_about(&step.kind))
}
