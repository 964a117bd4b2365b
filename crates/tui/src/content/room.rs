//! A room in lines: the counters, and the people with the version that each of them holds.
//!
//! Both are made for a width. A person is one line; the people fill as many columns as they need to fit the rows.

use contract::Timestamp;
use ratatui::text::{Line, Span};
use terminal::person_style;
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::room::{Attendee, Counted, Counters, Editing, RosterOrder};

use super::exchange_labels::role_of;
use super::text;
use crate::state::State;

/// The columns of a person, at least, with the gap to the next column of people.
const MIN_PERSON_COLUMNS: u16 = 38;

/// From this width on, a person's line has what the editor says of itself.
const HEARSAY_COLUMNS: usize = 56;

/// From this width on, a person's line has the time of the latest request.
const TIME_COLUMNS: usize = 68;

/// How many counters there are.
#[expect(clippy::cast_possible_truncation, reason = "there are seven")]
const COUNTERS: u16 = Counted::ALL.len() as u16;

/// The columns of a counter with a sparkline, at least.
const COUNTER_COLUMNS: u16 = 16;

/// The columns of a counter, at least; in fewer, the counters take two rows.
const MIN_COUNTER_COLUMNS: u16 = 11;

/// The rows of a room from which on the counters have sparklines.
const MIN_SPARKLINE_HEIGHT: u16 = 8;

/// The columns of a name and of a document's id.
const NAME_COLUMNS: usize = 12;

/// Returns the rows that a room needs at this width: the counters, and a border with all people in it.
///
/// `most` is the number of rows that there can be, from which the number of columns follows.
pub(crate) fn needed_rows(state: &State, width: u16, most: u16) -> u16 {
    let counters = counter_rows(width, most);
    let people = state.room.room.attendees().len();
    let left = most.saturating_sub(counters + 2).max(1);
    let columns = columns(people, width.saturating_sub(2), left);
    let rows = u16::try_from(people.div_ceil(columns)).unwrap_or(u16::MAX);
    // An empty room says how people join.
    rows.max(2).saturating_add(counters + 2)
}

/// Returns the rows of the counters.
///
/// They are one, or two with sparklines, or two with numbers alone in a narrow terminal.
pub(crate) const fn counter_rows(width: u16, height: u16) -> u16 {
    let is_wide = width >= COUNTERS * COUNTER_COLUMNS && height >= MIN_SPARKLINE_HEIGHT;
    if is_wide || width < COUNTERS * MIN_COUNTER_COLUMNS { 2 } else { 1 }
}

/// Returns in how many columns the people are shown: as few as possible, so that each has much room.
fn columns(people: usize, width: u16, rows: u16) -> usize {
    let most = usize::from(width / MIN_PERSON_COLUMNS).max(1);
    people.div_ceil(usize::from(rows.max(1))).clamp(1, most)
}

/// Returns the title of the roster.
pub(crate) fn title(state: &State) -> String {
    let people = match state.room.room.attendees().len() {
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    };
    let order = match state.room.order {
        RosterOrder::MostBehind => "most behind first",
        RosterOrder::Name => "by name",
        RosterOrder::Arrival => "in order of arrival",
    };
    format!("the room: {people}, {order}")
}

/// Returns the counters of the present round, in one or two lines.
///
/// In two lines that are wide enough, the second has a sparkline of the last minutes below each number.
pub(crate) fn counters(state: &State, width: u16, rows: u16) -> Vec<Line<'static>> {
    let counters = state.room.room.counters();
    let per_row = if width < COUNTERS * MIN_COUNTER_COLUMNS { COUNTERS.div_ceil(2) } else { COUNTERS };
    let columns = width / per_row;
    let cell = |counted: &Counted| padded(number(state, counters, *counted), columns.into());
    let lines =
        Counted::ALL.chunks(per_row.into()).map(|row| Line::from(row.iter().flat_map(cell).collect::<Vec<_>>()));
    let mut lines: Vec<_> = lines.collect();
    if usize::from(rows) > lines.len() && columns >= COUNTER_COLUMNS {
        let sparkline =
            |counted: &Counted| padded(vec![sparkline(state, counters, *counted, columns.into())], columns.into());
        lines.push(Line::from(Counted::ALL.iter().flat_map(sparkline).collect::<Vec<_>>()));
    }
    lines.truncate(rows.into());
    lines
}

/// Returns the name of what is counted.
const fn counted_name(counted: Counted) -> &'static str {
    match counted {
        Counted::Reads => "reads",
        Counted::NotModified => "304",
        Counted::Writes => "writes",
        Counted::PreconditionFailed => "412",
        Counted::PreconditionRequired => "428",
        Counted::MergedSaves => "merged",
        Counted::LostUpdates => "lost",
    }
}

fn number(state: &State, counters: &Counters, counted: Counted) -> Vec<Span<'static>> {
    let number = counters.round().of(counted);
    let role = match counted {
        Counted::LostUpdates if number > 0 => Role::Bad,
        Counted::PreconditionFailed | Counted::PreconditionRequired if number > 0 => Role::Warning,
        Counted::MergedSaves if number > 0 => Role::Good,
        _ => Role::Text,
    };
    // The other numbers are neither good nor bad.
    let sign = if role == Role::Bad { state.theme.sign(role) } else { "" };
    vec![
        Span::styled(format!("{} ", counted_name(counted)), state.theme.style(Role::Dim)),
        Span::styled(format!("{sign}{number}"), state.theme.style(role)),
    ]
}

/// Returns a bar for each of the last minutes, the newest last, relative to the highest of them.
fn sparkline(state: &State, counters: &Counters, counted: Counted, columns: usize) -> Span<'static> {
    let bars = state.theme.glyphs.bars;
    let minutes = counters.by_minute(counted);
    let shown = &minutes[minutes.len().saturating_sub(columns.saturating_sub(2))..];
    let highest = shown.iter().copied().max().unwrap_or_default().max(1);
    let top = bars.len() as u64 - 1;
    // Even one exchange is visible beside a thousand.
    let bar = |number: &u64| bars[usize::try_from((number * top).div_ceil(highest)).unwrap_or_default()];
    Span::styled(shown.iter().map(bar).collect::<String>(), state.theme.style(Role::Info))
}

/// Returns the people in an order for display, in as many columns as the rows require.
pub(crate) fn people(state: &State, width: u16, rows: u16) -> Vec<Line<'static>> {
    let room = &state.room.room;
    if room.attendees().is_empty() {
        let words = format!(
            "No one has sent a request yet. People join with: ifmatch join {}",
            sanitize(&state.server.address)
        );
        return text::paragraph(&words, width.into(), state.theme.style(Role::Dim));
    }
    let places = room.roster(state.room.order);
    let columns = columns(places.len(), width, rows);
    let column_width = usize::from(width) / columns;
    // The order goes down each column, as in a directory listing.
    let height = places.len().div_ceil(columns).min(rows.into());
    let shown = height * columns;
    let mut lines: Vec<_> = (0..height)
        .map(|row| {
            let cells = places.iter().take(shown).skip(row).step_by(height);
            let person = |at: &usize| {
                padded(person(state, &room.attendees()[*at], column_width.saturating_sub(1)), column_width)
            };
            Line::from(cells.flat_map(person).collect::<Vec<_>>())
        })
        .collect();
    let hidden = places.len().saturating_sub(shown);
    if hidden > 0
        && let Some(last) = lines.last_mut()
    {
        *last = Line::styled(format!("… and {} more", hidden + columns), state.theme.style(Role::Dim));
    }
    lines
}

/// Returns a person in one line: sign, name, document, version, how far behind, status.
fn person(state: &State, attendee: &Attendee, width: usize) -> Vec<Span<'static>> {
    let style = |role| state.theme.style(role);
    let (glyph, role) = state.theme.person(person_style::number(attendee.name.as_str()));
    let mut name = sanitize(attendee.name.as_str()).into_owned();
    if let Some(address) = attendee.address.filter(|_| state.room.room.is_shared_name(attendee)) {
        name = format!("{name} {address}");
    }
    let document = attendee.document.as_ref().map(ToString::to_string).unwrap_or_default();
    let version = attendee.version.map(|version| format!("v{version}")).unwrap_or_default();
    let behind = match state.room.room.behind(attendee) {
        None => Span::raw(format!("{:5}", "")),
        Some(0) => Span::styled(format!("{:5}", state.theme.glyphs.good), style(Role::Good)),
        Some(behind) => Span::styled(format!("{:5}", format!("-{}", behind.min(999))), style(Role::Warning)),
    };
    let mut spans = vec![
        Span::styled(format!("{glyph} {} ", fitted(state, &name, NAME_COLUMNS)), style(role)),
        Span::raw(format!("{} ", fitted(state, &document, if width < HEARSAY_COLUMNS { 8 } else { NAME_COLUMNS }))),
        Span::styled(format!("{version:<5}"), style(Role::Tag)),
        behind,
        latest(state, attendee),
    ];
    if width >= TIME_COLUMNS {
        let time = attendee.latest.map(|latest| time_of_day(latest.received)).unwrap_or_default();
        spans.push(Span::styled(format!(" {time}"), style(Role::Dim)));
    }
    if width >= HEARSAY_COLUMNS
        && let Some(words) = attendee.editing.map(editing_words)
    {
        spans.push(Span::styled(format!(" says: {words}"), style(Role::Dim)));
    }
    text::clip(spans, width, state.theme.glyphs.more).spans
}

/// Returns the state of a person's latest request: held, without a response, or its status.
fn latest(state: &State, attendee: &Attendee) -> Span<'static> {
    let Some(latest) = attendee.latest else { return Span::raw(String::new()) };
    let glyphs = state.theme.glyphs;
    let (words, role) = match (latest.is_open, latest.status) {
        (true, _) => (format!("{} held", glyphs.gate), Role::Warning),
        (false, Some(status)) => (contract::short_status(status), role_of(status)),
        (false, None) => (format!("{} lost", glyphs.bad), Role::Bad),
    };
    Span::styled(words, state.theme.style(role))
}

/// Returns what an editor says of itself in words.
fn editing_words(editing: Editing) -> String {
    match editing {
        Editing::Clean => "clean".to_owned(),
        Editing::Edited => "edited".to_owned(),
        Editing::Merging { open: 0 } => "merging".to_owned(),
        Editing::Merging { open } => format!("merging, {open} open"),
    }
}

/// Returns the time of day in UTC, to the second.
fn time_of_day(at: Timestamp) -> String {
    at.to_string().get(11..19).unwrap_or_default().to_owned()
}

/// Returns a text cut or filled to a number of columns.
fn fitted(state: &State, text: &str, columns: usize) -> String {
    let cut = text::cut(text, columns, state.theme.glyphs.more);
    let fill = columns.saturating_sub(text::width(&cut));
    cut + &" ".repeat(fill)
}

/// Returns spans filled to a number of columns; a blank follows them even if they are longer.
fn padded(mut spans: Vec<Span<'static>>, columns: usize) -> Vec<Span<'static>> {
    let width: usize = spans.iter().map(Span::width).sum();
    spans.push(Span::raw(" ".repeat(columns.saturating_sub(width).max(1))));
    spans
}
