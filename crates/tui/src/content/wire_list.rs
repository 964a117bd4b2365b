//! The wire as a list: what happened, the newest last, with sentences if there is room.
//!
//! An exchange is one line, or two if something else happened between its request and its response.

use contract::Exchange;
use lesson::script::HiddenArea;
use precondition::policy::Preconditions;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::listing::{ListedLine, ListedPart, listed};
use traffic::{Entry, ObservedPolicyChange, short_tag};

use super::condition::{EMPTY_VALUE, are_hidden, sent_conditions, time_of_date};
use super::exchange_labels::{
    UNCONDITIONAL_LABEL, anomaly_role, lost_lines, ordinal, role_of, sender_name, sentence, status_line,
};
use super::{sequence, tags, text};
use crate::action::{Action, Context};
use crate::state::{Focus, State};
use crate::wire::PanelMode;

/// From this height on, each exchange has its sentence; below, only the selected one does.
const ROOMY_ROWS: u16 = 8;

/// The indent of a sentence, in columns.
const INDENT_COLUMNS: usize = 5;

/// The fewest rows of a sequence diagram: the names, and two arrows. In fewer rows, a list says more.
const MIN_DIAGRAM_ROWS: u16 = 3;

/// Returns whether the panel is a list in this many rows: by choice, or without room for a diagram.
pub(crate) const fn is_list(mode: PanelMode, rows: u16) -> bool {
    match mode {
        PanelMode::Off | PanelMode::List => true,
        PanelMode::Sequence => rows < MIN_DIAGRAM_ROWS,
    }
}

/// A row of the panel, with the number of its exchange.
pub(crate) struct TimelineRow {
    pub(crate) number: u64,
    pub(crate) line: Line<'static>,
}

/// Returns the rows that fit: the newest, or those from the selected exchange on if it is older.
///
/// The first row is never a sentence: it is the line of an exchange, or of its response.
pub(crate) fn rows(state: &State, room: Rect) -> Vec<TimelineRow> {
    let height = usize::from(room.height);
    if state.server.wire.traffic.newest_visible().is_none() {
        let lines = nothing_sent(state, room.width).into_iter().take(height);
        return lines.map(|line| TimelineRow { number: 0, line }).collect();
    }
    let selected = state.server.wire.selected_number();
    let folds = state.server.wire.folds();
    let mut listed = listed(&state.server.wire.traffic);
    listed.retain(|line| !folds.hides(line.number));
    let rows_of = |line: &ListedLine, left| {
        let entry = state.server.wire.traffic.entry(line.number);
        let count = folds.count(line.number);
        let is_selected = Some(line.number) == selected;
        entry.map_or_else(Vec::new, |entry| entry_rows(state, entry, (line.part, count), room, left, is_selected))
    };
    let newest: Vec<_> = parts_that_fit(listed.iter().rev(), height, rows_of).into_iter().rev().flatten().collect();
    match selected {
        Some(selected) if !newest.iter().any(|row| row.number == selected) => {
            let from = listed.iter().skip_while(|line| line.number != selected);
            parts_that_fit(from, height, rows_of).into_iter().flatten().collect()
        }
        _ => newest,
    }
}

/// Returns the rows of each line until `height` rows are full.
///
/// The last of the lines may have less room than it needs.
fn parts_that_fit<'a>(
    listed: impl Iterator<Item = &'a ListedLine>,
    height: usize,
    rows_of: impl Fn(&ListedLine, usize) -> Vec<TimelineRow>,
) -> Vec<Vec<TimelineRow>> {
    let mut parts = Vec::new();
    let mut left = height;
    for line in listed {
        if left == 0 {
            break;
        }
        let part = rows_of(line, left);
        left -= part.len();
        parts.push(part);
    }
    parts
}

/// Returns why the list is empty.
pub(crate) fn nothing_sent(state: &State, width: u16) -> Vec<Line<'static>> {
    let back = state.keys.label(Action::Close, Context::Wire);
    let (words, role) = match state.server.wire.traffic.filter() {
        Some(_) => (format!("no exchange matches; {back} shows all. {UNCONDITIONAL_LABEL}"), Role::Text),
        None => ("nothing was sent yet".to_owned(), Role::Dim),
    };
    text::paragraph(&words, width.into(), state.theme.style(role))
}

/// Returns the rows of a part of an exchange, which represents `count` exchanges.
///
/// There are at most `left`, which is not 0.
///
/// A sentence that is cut because no more rows are left ends with an ellipsis.
fn entry_rows(
    state: &State,
    entry: &Entry,
    (part, count): (ListedPart, usize),
    room: Rect,
    left: usize,
    selected: bool,
) -> Vec<TimelineRow> {
    let number = entry.exchange.number;
    let width = usize::from(room.width);
    let more = state.theme.glyphs.more;
    let mut line = text::clip(summary(state, entry, (part, count), width), width, more);
    if selected && state.people.focus == Focus::Wire {
        line = state.theme.selected_line(line);
    }
    let mut rows = vec![TimelineRow { number, line }];
    // A list in place of a diagram has few rows, for exchanges.
    let is_chosen = state.server.wire_shown != PanelMode::Sequence;
    let has_room = room.height >= ROOMY_ROWS - 2 || (selected && is_chosen && room.height > 1);
    if part != ListedPart::Request && has_room {
        let sentence = if state.hides_any(&HiddenArea::WIRE) { None } else { Some(sentence(state, entry)) };
        if let Some(gone) = lost_lines(state, &entry.exchange).filter(|_| sentence.is_some() && left > rows.len()) {
            let words = text::cut(&tags::shown(state, &gone.to_string()), width.saturating_sub(INDENT_COLUMNS), more);
            let line = Line::styled(format!("{:INDENT_COLUMNS$}{words}", ""), state.theme.style(Role::Bad));
            rows.push(TimelineRow { number, line });
        }
        if let Some(gone) = lost_in_words(&entry.exchange).filter(|_| sentence.is_some() && left > rows.len()) {
            let words = text::cut(&sanitize(&gone), width.saturating_sub(INDENT_COLUMNS), more);
            let line = Line::styled(format!("{:INDENT_COLUMNS$}{words}", ""), state.theme.style(Role::Bad));
            rows.push(TimelineRow { number, line });
        }
        // The selected exchange has room for a longer sentence.
        let most = if selected { 2 } else { 1 };
        let most = left.saturating_sub(rows.len()).min(most);
        let sentence = sentence.map_or_else(|| state.theme.mask(), |words| tags::shown(state, &words));
        let lines_of = |words: &str, most| text::wrap_at_most(words, width.saturating_sub(INDENT_COLUMNS), most, more);
        let is_cut = lines_of(&sentence, most + 1).len() > most;
        let sentence = if is_cut { tags::abbreviated(state, &sentence) } else { sentence.as_str().into() };
        let lines = lines_of(&sentence, most);
        // The text is not dim, so that it can be read from the back of a room.
        let style = state.theme.style(Role::Text);
        rows.extend(
            lines
                .into_iter()
                .map(|line| TimelineRow { number, line: Line::styled(format!("{:INDENT_COLUMNS$}{line}", ""), style) }),
        );
    }
    rows
}

/// Returns the lines that a write certainly lost, as a proxy found, in a few words.
fn lost_in_words(exchange: &Exchange) -> Option<String> {
    let loss = exchange.anomalies.iter().find(|anomaly| anomaly.is_certain_loss())?;
    let lists = [("gone", &loss.lost), ("back", &loss.restored)].into_iter().filter(|(_, lines)| !lines.is_empty());
    let parts = lists.map(|(label, lines)| {
        let quoted: Vec<String> = lines.iter().map(|line| format!("\u{2018}{}\u{2019}", line.trim())).collect();
        format!("{label}: {}", quoted.join(", "))
    });
    let words = parts.collect::<Vec<_>>().join("; ");
    (!words.is_empty()).then_some(words)
}

/// Returns an exchange in one line, with as much detail as fits: author, target, condition, result.
fn summary(state: &State, entry: &Entry, part: (ListedPart, usize), room: usize) -> Vec<Span<'static>> {
    let spans = |detail| summary_spans(state, entry, part, detail);
    let fits = |spans: &Vec<Span<'static>>| spans.iter().map(Span::width).sum::<usize>() <= room;
    let candidates = [SummaryDetail::Full, SummaryDetail::Short, SummaryDetail::Least].into_iter().map(spans);
    candidates.into_iter().find(fits).unwrap_or_else(|| spans(SummaryDetail::Numbers))
}

/// The level of detail of an exchange in one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SummaryDetail {
    /// Everything, labelled.
    Full,
    /// Without labels, and only the last part of the path.
    Short,
    /// Without the path.
    Least,
    /// Only version numbers and the status code, as in the diagram.
    Numbers,
}

fn summary_spans(
    state: &State,
    entry: &Entry,
    (part, count): (ListedPart, usize),
    detail: SummaryDetail,
) -> Vec<Span<'static>> {
    let style = |role| state.theme.style(role);
    let exchange = &entry.exchange;
    let full = detail == SummaryDetail::Full;
    let mut spans = vec![Span::styled(format!("{:>3} ", exchange.number), style(Role::Dim))];
    if let Some(server) = state.server.name_of(exchange) {
        spans.push(Span::styled(format!("{} ", sanitize(server)), style(Role::Dim)));
    }
    spans.push(sender(state, exchange, full));
    let method = sanitize(&exchange.method).into_owned();
    spans.push(Span::styled(if full { format!("{method:<6} ") } else { format!("{method} ") }, style(Role::Title)));
    if exchange.is_prefetch() {
        let count = if count > 1 { format!(" ×{count}") } else { String::new() };
        let words = if detail == SummaryDetail::Numbers { "background" } else { "in the background" };
        spans.push(Span::styled(format!("{words}{count} "), style(Role::Dim)));
    }
    match (part, entry.switch) {
        (ListedPart::Response, _) => spans.push(Span::raw(format!("{} ", state.theme.glyphs.left))),
        (ListedPart::Both | ListedPart::Request, Some(switch)) => spans.extend(policy_change_spans(state, switch)),
        (ListedPart::Both | ListedPart::Request, None) => spans.extend(request_spans(state, exchange, detail)),
    }
    match part {
        ListedPart::Both | ListedPart::Response => spans.extend(response_spans(state, entry, detail)),
        ListedPart::Request if entry.held => {
            spans.push(Span::styled(format!("{} was held", state.theme.glyphs.gate), style(Role::Dim)));
        }
        ListedPart::Request => {}
    }
    spans
}

/// Returns the target and the conditions of a request.
fn request_spans(state: &State, exchange: &Exchange, detail: SummaryDetail) -> Vec<Span<'static>> {
    let target = sanitize(&exchange.target).into_owned();
    let mut spans = vec![Span::raw(match detail {
        SummaryDetail::Full => format!("{target} "),
        SummaryDetail::Short => format!("{} ", last_part(&target)),
        SummaryDetail::Least | SummaryDetail::Numbers => String::new(),
    })];
    let conditions = sent_conditions(state, exchange);
    if are_hidden(state, &exchange.method, &conditions) {
        spans.extend([state.mask(), Span::raw(format!(" {} ", state.theme.glyphs.arrow))]);
        return spans;
    }
    for (name, value) in conditions {
        let is_date = name.ends_with("-Since");
        let shown = match value.trim() {
            "" => EMPTY_VALUE.to_owned(),
            _ if is_date => time_of_date(value),
            _ if detail == SummaryDetail::Numbers => short_tag(value),
            _ => tags::shown(state, value),
        };
        let label = match detail {
            SummaryDetail::Full => format!(" {name}: "),
            SummaryDetail::Short | SummaryDetail::Least => format!("{name} "),
            SummaryDetail::Numbers if is_date => "since ".to_owned(),
            SummaryDetail::Numbers if name == "If-Match" => String::new(),
            SummaryDetail::Numbers => "not ".to_owned(),
        };
        spans.push(Span::raw(label));
        spans.push(Span::styled(format!("{} ", sanitize(&shown)), state.theme.style(Role::Tag)));
    }
    spans.push(Span::raw(format!("{} ", state.theme.glyphs.arrow)));
    spans
}

/// Returns a change of the policy as the old and the new precondition policy.
///
/// The policy's tag contains every part of the policy, and would be harder to read.
fn policy_change_spans(state: &State, ObservedPolicyChange { from, to }: ObservedPolicyChange) -> Vec<Span<'static>> {
    let from = from.map_or("?", Preconditions::as_str);
    vec![Span::raw(format!("policy: {from} {} {}  ", state.theme.glyphs.arrow, to.as_str()))]
}

fn sender(state: &State, exchange: &Exchange, full: bool) -> Span<'static> {
    let (glyph, role) = state.sign_of(exchange.author.as_ref());
    // In a room, a client without a name is the one of the list of people.
    let name = if state.is_room() { sequence::name(exchange.author.as_ref()) } else { sender_name(exchange) };
    let shown = if full { format!("{glyph} {name:<6} ") } else { format!("{glyph} {name} ") };
    Span::styled(shown, state.theme.style(role))
}

/// Returns the status, and the tags of the response.
fn response_spans(state: &State, entry: &Entry, detail: SummaryDetail) -> Vec<Span<'static>> {
    let exchange = &entry.exchange;
    let Some(status) = exchange.status else {
        let waiting = state.server.wire.traffic.gate_queue();
        let (glyph, role, word) = match (&exchange.lost, waiting.theirs(exchange.number)) {
            (Some(_), _) if exchange.was_not_sent() => (state.theme.glyphs.bad, Role::Bad, "not sent".to_owned()),
            (Some(_), _) => (state.theme.glyphs.bad, Role::Bad, "lost".to_owned()),
            (None, None) => (state.theme.glyphs.waiting, Role::Info, "on its way".to_owned()),
            (None, Some(_)) => {
                let place = waiting.place(exchange.number).map(|place| format!(", goes {}", ordinal(place)));
                (state.theme.glyphs.gate, Role::Warning, format!("held{}", place.unwrap_or_default()))
            }
        };
        return vec![Span::styled(format!("{glyph} {word}"), state.theme.style(role))];
    };
    if state.hides(HiddenArea::WireStatus) && entry.switch.is_none() {
        return vec![state.mask()];
    }
    let style = state.theme.style(role_of(status)).add_modifier(Modifier::BOLD);
    let numbers = detail == SummaryDetail::Numbers;
    let words = if numbers { contract::short_status(status) } else { status_line(status) };
    let mut spans = vec![Span::styled(words, style)];
    let field = |name| exchange.response.as_ref().and_then(|response| response.field(name));
    if let Some(value) = field("ETag").filter(|_| entry.switch.is_none()) {
        let tag = if numbers { short_tag(value) } else { tags::shown(state, value) };
        spans.push(Span::raw(if detail == SummaryDetail::Full { "  ETag: " } else { " " }));
        spans.push(Span::styled(sanitize(&tag).into_owned(), state.theme.style(Role::Tag)));
    }
    if let Some(value) = exchange.overwrote() {
        let overwritten = if numbers { short_tag(value) } else { tags::shown(state, value) };
        spans.push(Span::styled(format!("  overwrote {}", sanitize(&overwritten)), state.theme.style(Role::Bad)));
    }
    if let Some(worst) = exchange.anomalies.first() {
        let role = anomaly_role(worst);
        let words = format!("  {} {}", state.theme.sign(role), worst.label());
        spans.push(Span::styled(words, state.theme.style(role)));
    }
    spans
}

/// Returns the last part of a path, which tells documents apart if there is no room for the whole path.
fn last_part(target: &str) -> &str {
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    path.rsplit('/').next().unwrap_or(path)
}
