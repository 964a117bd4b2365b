//! A room in lines: the counters, and the people with the version that each of them holds.
//!
//! Both are made for a width. A person is one line; the people fill as many columns as they need to fit the rows.

use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::room::{Attendee, Counted, Counters, Editing, Membership, RosterOrder};

use super::exchange_labels::role_of;
use super::text;
use crate::action::{Action, Context, RoomAction};
use crate::room_hosting::RoomHosting;
use crate::state::State;

/// The most columns of a name and of a document's id, if people fill several columns of the screen.
const MAX_SHORT_COLUMNS: usize = 12;

/// The most columns of a name and of a document's id in one column of people.
const MAX_COLUMNS: usize = 24;

/// The columns of a person's sign, with the gap to the name.
const GLYPH_COLUMNS: usize = 2;

/// The columns of a version.
const VERSION_COLUMNS: usize = 5;

/// The columns of the number of versions that a person is behind.
const BEHIND_COLUMNS: usize = 5;

/// The columns of the latest status as a number, or of a request that is held, lost or removed.
const SHORT_STATUS_COLUMNS: usize = 7;

/// The columns of the latest status with its name.
const STATUS_COLUMNS: usize = 14;

/// The columns of how long ago the latest request was.
const AGE_COLUMNS: usize = 8;

/// The columns of what an editor says of itself.
const HEARSAY_COLUMNS: usize = 24;

/// How many counters there are.
#[expect(clippy::cast_possible_truncation, reason = "there are seven")]
const COUNTERS: u16 = Counted::ALL.len() as u16;

/// The columns of a counter with a sparkline, at least.
const COUNTER_COLUMNS: u16 = 16;

/// The columns of a counter, at least; in fewer, the counters take two rows.
const MIN_COUNTER_COLUMNS: u16 = 11;

/// The rows of the terminal from which on the counters have sparklines, and the people a border.
const MIN_SPARKLINE_HEIGHT: u16 = 16;

/// The counters in the one row of a small terminal.
const MOST_TELLING: [Counted; 4] =
    [Counted::Writes, Counted::PreconditionFailed, Counted::MergedSaves, Counted::LostUpdates];

/// Returns the rows that a room needs at this width.
///
/// They are the counters, and all people in a border or below a title.
///
/// `most` is the number of rows that there can be, from which the number of columns follows.
pub(crate) fn needed_rows(state: &State, width: u16, most: u16) -> u16 {
    let around = counter_rows(state, width) + if has_border(state) { 2 } else { 1 };
    let people = state.room.people();
    let left = most.saturating_sub(around).max(1);
    let columns = columns(&people, PersonLayout::narrow(state, &people), width.saturating_sub(2), left);
    let rows = u16::try_from(people.len().div_ceil(columns)).unwrap_or(u16::MAX);
    // An empty room says how people join.
    rows.max(2).saturating_add(around)
}

/// Returns the rows of the counters.
///
/// They are one, or two with sparklines or totals, or two with numbers alone in a narrow terminal that is not low.
pub(crate) fn counter_rows(state: &State, width: u16) -> u16 {
    let is_wide = width >= COUNTERS * COUNTER_COLUMNS;
    let is_high_enough = has_border(state) && (is_wide || width < COUNTERS * MIN_COUNTER_COLUMNS);
    if has_totals(state) || is_high_enough { 2 } else { 1 }
}

/// Returns whether the counters were set to zero, so that the totals are other numbers.
fn has_totals(state: &State) -> bool {
    let counters = state.room.room.counters();
    counters.round() != counters.total()
}

/// Returns whether the people have a border.
///
/// In a low terminal they have a title, so that more of them are shown.
pub(crate) const fn has_border(state: &State) -> bool {
    state.size.1 >= MIN_SPARKLINE_HEIGHT
}

/// Returns in how many columns the people are shown: as few as possible, so that each has much room.
fn columns(people: &[&Attendee], narrow: PersonLayout, width: u16, rows: u16) -> usize {
    let most = (usize::from(width) / (narrow.width() + 1)).max(1);
    people.len().div_ceil(usize::from(rows.max(1))).clamp(1, most)
}

/// The columns of the parts of a person's line, the same for all people.
#[derive(Debug, Clone, Copy)]
struct PersonLayout {
    name: usize,
    document: usize,
    /// How long ago the latest request was; 0 leaves it out.
    age: usize,
    status: usize,
    /// The words of the editor about itself; 0 leaves them out.
    hearsay: usize,
}

impl PersonLayout {
    /// Returns the layout for several columns of people: names and documents of moderate length fit.
    fn narrow(state: &State, people: &[&Attendee]) -> Self {
        Self::fitting(state, people, MAX_SHORT_COLUMNS)
    }

    /// Returns a layout in which names and documents of at most this length fit, and numbers for the rest.
    fn fitting(state: &State, people: &[&Attendee], most: usize) -> Self {
        let longest = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or(0).min(most);
        Self {
            name: longest(&mut people.iter().map(|one| text::width(&shown_name(state, one)))),
            document: longest(&mut people.iter().filter_map(|one| one.document.as_ref()).map(|id| id.as_str().len())),
            age: 0,
            status: SHORT_STATUS_COLUMNS,
            hearsay: 0,
        }
    }

    /// Returns the layout for lines of this width, with as much as fits.
    fn for_width(state: &State, people: &[&Attendee], width: usize) -> Self {
        let wide = Self::fitting(state, people, MAX_COLUMNS);
        let mut layout = if wide.width() <= width { wide } else { Self::narrow(state, people) };
        let mut left = width.saturating_sub(layout.width());
        for (part, columns) in [
            (&mut layout.age, AGE_COLUMNS),
            (&mut layout.status, STATUS_COLUMNS - SHORT_STATUS_COLUMNS),
            (&mut layout.hearsay, HEARSAY_COLUMNS),
        ] {
            if left < columns {
                break;
            }
            left -= columns;
            *part += columns;
        }
        layout
    }

    /// Returns the columns of a line.
    const fn width(self) -> usize {
        let Self { name, document, age, status, hearsay } = self;
        GLYPH_COLUMNS + name + 1 + document + 1 + VERSION_COLUMNS + BEHIND_COLUMNS + age + status + hearsay
    }
}

/// Returns the title of the roster. `hidden` is the number of people who have no room on the screen.
pub(crate) fn title(state: &State, hidden: usize) -> String {
    let people = match state.room.room.attendees().len() {
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    };
    let order = match state.room.order {
        RosterOrder::MostBehind => "most behind first",
        RosterOrder::Name => "by name",
        RosterOrder::Arrival => "in order of arrival",
    };
    let guesses = match state.room.guesses {
        None | Some(0) => String::new(),
        Some(1) => ", 1 guess at a code".to_owned(),
        Some(count) => format!(", {count} guesses at codes"),
    };
    let hidden = if hidden > 0 { format!(", {hidden} not shown") } else { String::new() };
    let what = if state.room.forwards_to().is_some() { "the callers" } else { "the room" };
    format!("{what}: {people}{hidden}, {order}{guesses}")
}

/// Returns the counters of the present round, in one or two lines.
///
/// In two lines that are wide enough, the second has a sparkline of the last minutes below each number, and the total
/// if the counters were set to zero.
pub(crate) fn counters(state: &State, width: u16, rows: u16) -> Vec<Line<'static>> {
    let counters = state.room.room.counters();
    if rows == 1 && width < COUNTERS * MIN_COUNTER_COLUMNS {
        let cells = MOST_TELLING.iter().map(|counted| number(state, counters, *counted)).collect();
        return text::flow_spans(cells, width.into(), state.theme.glyphs.more).into_iter().take(1).collect();
    }
    if !has_border(state) && width < COUNTERS * MIN_COUNTER_COLUMNS {
        let columns = width / u16::try_from(MOST_TELLING.len()).unwrap_or(1);
        let row = |of: &dyn Fn(Counted) -> Vec<Span<'static>>| {
            Line::from(MOST_TELLING.iter().flat_map(|counted| padded(of(*counted), columns.into())).collect::<Vec<_>>())
        };
        let below = |counted| below_number(state, counters, counted, columns);
        return vec![row(&|counted| number(state, counters, counted)), row(&below)];
    }
    let per_row = if width < COUNTERS * MIN_COUNTER_COLUMNS { COUNTERS.div_ceil(2) } else { COUNTERS };
    let columns = width / per_row;
    let cell = |counted: &Counted| padded(number(state, counters, *counted), columns.into());
    let lines =
        Counted::ALL.chunks(per_row.into()).map(|row| Line::from(row.iter().flat_map(cell).collect::<Vec<_>>()));
    let mut lines: Vec<_> = lines.collect();
    if usize::from(rows) > lines.len() {
        let below = |counted: &Counted| padded(below_number(state, counters, *counted, columns), columns.into());
        lines.push(Line::from(Counted::ALL.iter().flat_map(below).collect::<Vec<_>>()));
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

/// Returns the sparkline of a counter, if it has enough columns, and its total.
///
/// The total is there if the counters were set to zero.
fn below_number(state: &State, counters: &Counters, counted: Counted, columns: u16) -> Vec<Span<'static>> {
    let total = if has_totals(state) { format!("of {}", counters.total().of(counted)) } else { String::new() };
    let total_columns = if total.is_empty() { 0 } else { total.len() + 1 };
    let mut spans = Vec::new();
    if columns >= COUNTER_COLUMNS {
        spans.push(sparkline(state, counters, counted, usize::from(columns).saturating_sub(total_columns)));
        spans.push(Span::raw(" "));
    }
    spans.push(Span::styled(total, state.theme.style(Role::Dim)));
    spans
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

/// Returns the people in the order of display, and how many have no room.
///
/// They are in as many columns as the rows require.
pub(crate) fn people(state: &State, width: u16, rows: u16) -> (Vec<Line<'static>>, usize) {
    let people = state.room.people();
    if people.is_empty() {
        let key = state.hint_for(Action::Room(RoomAction::ShowJoin), Context::Wire);
        if let Some(RoomHosting { address, command, forwards_to: Some(to), .. }) = &state.room.hosting {
            let words = format!(
                "No exchange yet. Point a client at {} in place of {}, such as: {}",
                sanitize(address),
                sanitize(to),
                sanitize(command)
            );
            return (text::paragraph(&words, width.into(), state.theme.style(Role::Dim)), 0);
        }
        let command = match &state.room.hosting {
            Some(hosting) => hosting.command.clone(),
            None => format!("ifmatch join {}", sanitize(&state.server.address)),
        };
        let words = format!("No one is here yet. People join with: {command}; {key} shows all ways.");
        return (text::paragraph(&words, width.into(), state.theme.style(Role::Dim)), 0);
    }
    let columns = columns(&people, PersonLayout::narrow(state, &people), width, rows);
    let column_width = usize::from(width) / columns;
    let layout = PersonLayout::for_width(state, &people, column_width.saturating_sub(1));
    // The order goes down each column, as in a directory listing.
    let height = people.len().div_ceil(columns).min(rows.into());
    let shown = height * columns;
    let line = |row: usize| {
        let cells = people.iter().take(shown).skip(row).step_by(height.max(1));
        let cell = |one: &&Attendee| padded(person(state, one, layout, column_width.saturating_sub(1)), column_width);
        Line::from(cells.flat_map(cell).collect::<Vec<_>>())
    };
    ((0..height).map(line).collect(), people.len().saturating_sub(shown))
}

/// Returns a row for each person, with a pointer at the selected one, which is always among them.
pub(crate) fn person_rows(state: &State, selected: Option<usize>, width: u16, rows: u16) -> Vec<Line<'static>> {
    let (width, height) = (usize::from(width), usize::from(rows));
    let people = state.room.people();
    if people.is_empty() {
        return text::paragraph("No one has joined or sent a request yet.", width, state.theme.style(Role::Dim));
    }
    let layout = PersonLayout::for_width(state, &people, width.saturating_sub(2));
    let first = selected.map_or(0, |at| (at + 1).saturating_sub(height));
    let row = |(at, one): (usize, &&Attendee)| {
        let is_selected = selected == Some(at);
        let mut spans =
            vec![Span::raw(if is_selected { format!("{} ", state.theme.glyphs.focus) } else { "  ".to_owned() })];
        spans.extend(person(state, one, layout, width.saturating_sub(2)));
        let line = Line::from(spans);
        if is_selected { state.theme.selected_line(line) } else { line }
    };
    people.iter().enumerate().skip(first).take(height).map(row).collect()
}

/// Returns what is known of the selected person, in sentences.
pub(crate) fn about_person(state: &State, selected: Option<usize>, width: u16) -> Vec<Line<'static>> {
    let people = state.room.people();
    let Some(one) = selected.and_then(|at| people.get(at)) else { return Vec::new() };
    let clock = state.room.clock;
    let name = sanitize(one.name.as_str());
    let from = one.address.map_or_else(String::new, |address| format!(" from {address}"));
    let (came, last) = (since(&clock.ago(one.first_seen)), since(&clock.ago(one.last_seen)));
    let listens = match one.membership.map(|membership| membership.streams) {
        None | Some(0) => "listens to no events".to_owned(),
        Some(1) => "listens to events".to_owned(),
        Some(count) => format!("has {count} event streams"),
    };
    let words = match one.membership {
        Some(Membership { removed: true, .. }) => {
            format!("{name}{from} is removed: each request under this name gets a 403.")
        }
        Some(Membership { joined: true, .. }) => {
            format!("{name} joined{from} {came} and {listens}; the last request came {last}.")
        }
        Some(Membership { joined: false, .. }) | None => {
            format!(
                "{name} has not joined: a client{from} first used the name {came} and {listens}; its last request came \
                 {last}."
            )
        }
    };
    text::paragraph(&words, width.into(), state.theme.style(Role::Text))
}

/// Returns an age as words in a sentence.
fn since(age: &str) -> String {
    if age == "now" { "just now".to_owned() } else { format!("{age} ago") }
}

/// Returns the name of a person, with the address if several clients use the name.
fn shown_name(state: &State, attendee: &Attendee) -> String {
    let name = sanitize(attendee.name.as_str());
    match attendee.address.filter(|_| state.room.room.is_shared_name(attendee)) {
        Some(address) => format!("{name} {address}"),
        None => name.into_owned(),
    }
}

/// Returns a person in one line: sign, name, document, version, how far behind, status.
fn person(state: &State, attendee: &Attendee, layout: PersonLayout, width: usize) -> Vec<Span<'static>> {
    let style = |role| state.theme.style(role);
    let (glyph, role) = state.sign_of(Some(&attendee.name));
    let document = attendee.document.as_ref().map(ToString::to_string).unwrap_or_default();
    let version = attendee.version.map(|version| format!("v{version}")).unwrap_or_default();
    let behind = match state.room.room.behind(attendee) {
        None => Span::raw(" ".repeat(BEHIND_COLUMNS)),
        Some(0) => Span::styled(format!("{:BEHIND_COLUMNS$}", state.theme.glyphs.good), style(Role::Good)),
        Some(behind) => {
            Span::styled(format!("{:BEHIND_COLUMNS$}", format!("-{}", behind.min(999))), style(Role::Warning))
        }
    };
    let mut spans = vec![
        Span::styled(format!("{glyph} {} ", fitted(state, &shown_name(state, attendee), layout.name)), style(role)),
        Span::raw(format!("{} ", fitted(state, &document, layout.document))),
        Span::styled(format!("{version:VERSION_COLUMNS$}"), style(Role::Tag)),
        behind,
    ];
    if layout.age > 0 {
        spans.push(Span::styled(format!("{:>6}  ", state.room.clock.ago(attendee.last_seen)), style(Role::Dim)));
    }
    spans.push(latest(state, attendee, layout.status == SHORT_STATUS_COLUMNS));
    if layout.hearsay > 0
        && let Some(words) = attendee.editing.map(editing_words)
    {
        spans.push(Span::styled(format!(" says: {words}"), style(Role::Dim)));
    }
    text::clip(spans, width, state.theme.glyphs.more).spans
}

/// Returns the state of a person's latest request: held, without a response, or its status.
///
/// If short, the status is a number.
fn latest(state: &State, attendee: &Attendee, is_short: bool) -> Span<'static> {
    let glyphs = state.theme.glyphs;
    if attendee.is_removed() {
        return Span::styled(format!("{} removed", glyphs.bad), state.theme.style(Role::Bad));
    }
    let Some(latest) = attendee.latest else {
        let words = if attendee.has_joined() { "joined" } else { "" };
        return Span::styled(words, state.theme.style(Role::Dim));
    };
    let (words, role) = match (latest.is_open, latest.status) {
        (true, _) => (format!("{} held", glyphs.gate), Role::Warning),
        (false, Some(status)) if is_short => (status.to_string(), role_of(status)),
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
