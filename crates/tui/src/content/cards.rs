//! The words of a card: a client without an editor, or an editor without room for its text.
//!
//! A client without an editor shows the request that it sends next, with the field that decides and the text that it
//! sends; then its response. An editor shows its state, its text from the line on that it has changed, its last request
//! and the response. In the key moment, the status is as large as the card allows.

use std::borrow::Cow;
use std::collections::HashSet;

use ::text::{Text, TextSlice};
use contract::{Author, Exchange};
use lesson::script::{HiddenArea, ScriptedRequest};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use serde_json::Value;
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::Entry;

use super::condition;
use super::exchange_labels::{role_of, status_line};
use super::{key_moment, people, status, tags, text};
use crate::ids::PersonIndex;
use crate::open_document::OpenDocument;
use crate::state::State;

/// The most lines of text that a card has; a screen has fewer rows.
const MAX_CARD_LINES: usize = 200;

/// The words of a card.
#[derive(Default)]
pub(crate) struct CardContent {
    /// The state of an editor; empty for a client without one.
    pub(crate) state: Vec<Span<'static>>,
    /// The text that is sent or was changed, line by line.
    pub(crate) text: Vec<String>,
    /// The request, with the field that decides.
    pub(crate) request: Vec<Span<'static>>,
    /// Whether the request is still to be sent.
    pub(crate) is_next: bool,
    /// The response to the request, or where the request is.
    pub(crate) response: Option<CardResponse>,
    /// The response to the request before, if the request is still to be sent.
    pub(crate) before: Option<CardResponse>,
    /// The lines of the text that were overwritten unseen.
    pub(crate) struck: Vec<String>,
    /// The status that came back, in the key moment.
    pub(crate) moment: Option<u16>,
}

/// A response, in full and as short as possible.
pub(crate) struct CardResponse {
    pub(crate) full: Vec<Span<'static>>,
    pub(crate) short: Vec<Span<'static>>,
}

/// Returns the title of a person's card: the sign and the name.
pub(crate) fn title(state: &State, person: PersonIndex) -> (String, Role) {
    let people = people::all(state);
    let Some(who) = people.get(person) else { return (String::new(), Role::Dim) };
    let (glyph, role) = state.sign_of(Some(who));
    (format!("{glyph} {}", sanitize(who.as_str())), role)
}

/// Returns the word at the right of a card's title.
pub(crate) fn kind(state: &State, person: PersonIndex) -> &'static str {
    if person < state.people.panes.len() { "editor" } else { "no editor" }
}

/// Returns the lines of a person's card for an area within its border.
///
/// As the area gets lower, rows are dropped, but never the request, and the text only for the status of a key moment.
pub(crate) fn lines(state: &State, person: PersonIndex, width: usize, height: usize) -> Vec<Line<'static>> {
    let content = content(state, person);
    if let Some(status) = content.moment.filter(|_| height > 1) {
        return moment_lines(state, &content, status, width, height);
    }
    let rows: Vec<Vec<Span<'static>>> = match height {
        0 => Vec::new(),
        1 => vec![exchange_row(state, &content, width)],
        2 => vec![exchange_row(state, &content, width), second_row(state, &content, width)],
        3 => {
            let words = text_rows(state, &content, if content.state.is_empty() { 2 } else { 1 });
            [vec![content.state.clone()], words, vec![exchange_row(state, &content, width)]].concat()
        }
        _ => {
            let before =
                content.before.as_ref().map(|before| [vec![Span::raw("before: ")], before.full.clone()].concat());
            let response = content.response.as_ref().map(|response| response.full.clone());
            let rest: Vec<_> = [response, before].into_iter().flatten().collect();
            let request = request_row(state, &content.request, content.is_next, width);
            let head: Vec<_> = [content.state.clone(), request].into_iter().filter(|row| !row.is_empty()).collect();
            let words = text_rows(state, &content, height.saturating_sub(head.len() + rest.len()));
            [head, words, rest].concat()
        }
    };
    clipped(state, rows, width, height)
}

/// Returns the lines of a card in the key moment: request, text, and the status as large as possible.
fn moment_lines(state: &State, content: &CardContent, status: u16, width: usize, height: usize) -> Vec<Line<'static>> {
    let text = usize::from(!content.text.is_empty());
    let request = request_row(state, &content.request, false, width);
    let status = key_moment::card_lines(state, status, width, height.saturating_sub(1 + text).max(1));
    let left = height.saturating_sub(status.len());
    // The state of an editor is less important than the text that it sent.
    let has_room = left > 1 + text && !content.state.is_empty();
    let head: Vec<_> = has_room.then(|| content.state.clone()).into_iter().chain([request]).collect();
    let words = text_rows(state, content, left.saturating_sub(head.len()));
    let above = clipped(state, [head, words].concat(), width, left);
    above.into_iter().chain(status).collect()
}

/// Returns the rows that fit, without empty ones.
fn clipped(state: &State, rows: Vec<Vec<Span<'static>>>, width: usize, height: usize) -> Vec<Line<'static>> {
    let rows = rows.into_iter().filter(|row| !row.is_empty()).take(height);
    rows.map(|row| text::clip(row, width, state.theme.glyphs.more)).collect()
}

/// Returns the rows below a person's name, which has the exchange beside it.
pub(crate) fn lines_below_name(state: &State, person: PersonIndex, width: usize, height: usize) -> Vec<Line<'static>> {
    let content = content(state, person);
    let rows = match (content.moment, height) {
        (_, 0) => Vec::new(),
        // The state is beside the name if there is no exchange.
        _ if content.request.is_empty() => text_rows(state, &content, height),
        (Some(status), _) => {
            let status = key_moment::bold_line(state, status, width).spans;
            [vec![status], text_rows(state, &content, height - 1)].concat()
        }
        (None, 1) => vec![second_row(state, &content, width)],
        (None, _) => [vec![content.state.clone()], text_rows(state, &content, height - 1)].concat(),
    };
    clipped(state, rows, width, height)
}

/// Returns a person in one line, with the name in front.
pub(crate) fn line(state: &State, person: PersonIndex, width: usize) -> Line<'static> {
    let (title, role) = title(state, person);
    let mut spans = vec![Span::styled(format!("{title}  "), state.theme.style(role))];
    let left = width.saturating_sub(text::width(&title) + 2);
    spans.extend(lines(state, person, left, 1).into_iter().flat_map(|line| line.spans));
    text::clip(spans, width, state.theme.glyphs.more)
}

/// Returns the request; a word in front of it says if it is still to be sent, if there is room.
fn request_row(state: &State, request: &[Span<'static>], is_next: bool, width: usize) -> Vec<Span<'static>> {
    if !is_next || request.is_empty() {
        return request.to_vec();
    }
    let columns = request.iter().map(Span::width).sum::<usize>();
    let mut sign = format!("{} next: ", state.theme.glyphs.next);
    if text::width(&sign) + columns > width {
        sign = format!("{} ", state.theme.glyphs.next);
    }
    [vec![Span::styled(sign, state.theme.style(Role::Info))], request.to_vec()].concat()
}

/// Returns the request and its response in one row. If there is no request, it is the state.
///
/// If not both fit, the response loses its words: its status is what the others wait for.
fn exchange_row(state: &State, content: &CardContent, width: usize) -> Vec<Span<'static>> {
    if content.request.is_empty() {
        return content.state.clone();
    }
    let Some(response) = &content.response else {
        return request_row(state, &content.request, content.is_next, width);
    };
    let arrow = Span::raw(format!(" {} ", state.theme.glyphs.arrow));
    let joined =
        |response: &Vec<Span<'static>>| [content.request.clone(), vec![arrow.clone()], response.clone()].concat();
    let columns = |spans: &Vec<Span<'static>>| spans.iter().map(Span::width).sum::<usize>();
    let full = joined(&response.full);
    if columns(&full) <= width {
        return full;
    }
    let left = width.saturating_sub(columns(&response.short) + arrow.width());
    let request = text::clip(content.request.clone(), left, state.theme.glyphs.more).spans;
    [request, vec![arrow.clone()], response.short.clone()].concat()
}

/// Returns the row below the exchange: the text and, if there is room, the state.
fn second_row(state: &State, content: &CardContent, width: usize) -> Vec<Span<'static>> {
    let words = text_rows(state, content, 1).into_iter().next().unwrap_or_default();
    if words.is_empty() || content.state.is_empty() || content.request.is_empty() {
        return if words.is_empty() && !content.request.is_empty() { content.state.clone() } else { words };
    }
    let both = [content.state.clone(), words.clone()].concat();
    if both.iter().map(Span::width).sum::<usize>() <= width { both } else { words }
}

/// Returns the text, as many lines as fit; the last one is marked if there are more.
///
/// A line that was overwritten unseen is struck through.
fn text_rows(state: &State, content: &CardContent, room: usize) -> Vec<Vec<Span<'static>>> {
    let row = |line: &String| {
        let words = format!("  {}", sanitize(line));
        if !content.struck.contains(line) {
            return vec![Span::styled(words, state.theme.as_written(state.theme.style(Role::Text)))];
        }
        let bad = state.theme.style(Role::Bad);
        let struck = state.theme.as_written(bad.add_modifier(Modifier::CROSSED_OUT));
        vec![Span::styled(words, struck), Span::styled(key_moment::lost_label(state), bad.add_modifier(Modifier::BOLD))]
    };
    let mut rows: Vec<Vec<Span<'static>>> = content.text.iter().take(room).map(row).collect();
    if content.text.len() > room
        && let Some(last) = rows.last_mut()
    {
        last.push(Span::styled(format!(" {}", state.theme.glyphs.more), state.theme.style(Role::Dim)));
    }
    rows
}

/// Returns what a person's card says.
fn content(state: &State, person: PersonIndex) -> CardContent {
    let people = people::all(state);
    let Some(who) = people.get(person) else { return CardContent::default() };
    let last = last_exchange(state, who);
    let content = match state.people.panes.get(person) {
        Some(pane) => of_editor(state, pane.document(), last),
        None => of_client(state, who, last),
    };
    let struck = key_moment::struck_lines(state, who).into_iter().map(str::to_owned).collect();
    CardContent { struck, moment: key_moment::status_of(state, who), ..content }
}

/// Returns the content of an editor's card.
fn of_editor(state: &State, work: Option<&OpenDocument>, last: Option<&Entry>) -> CardContent {
    let Some(work) = work else {
        let words = vec![Span::styled("no document", state.theme.style(Role::Dim))];
        return CardContent { state: words, ..CardContent::default() };
    };
    CardContent {
        state: status::phase_and_base(state, work),
        text: changed_text(work),
        request: last.map(|entry| sent_request(state, &entry.exchange)).unwrap_or_default(),
        response: last.map(|entry| response(state, entry)),
        ..CardContent::default()
    }
}

/// Returns the content of the card of a client without an editor.
///
/// A request of this step stays until the next step; then the request that the client sends next takes its place.
fn of_client(state: &State, who: &Author, last: Option<&Entry>) -> CardContent {
    let course = state.lesson.course.as_ref();
    let is_of_this_step = course.is_some_and(|course| course.has_exchange_of(who));
    let is_current = |entry: &Entry| entry.exchange.is_open() || is_of_this_step;
    let next = course.and_then(|course| course.player().next_request_of(who));
    match (last, next) {
        (Some(entry), next) if is_current(entry) || next.is_none() => CardContent {
            text: body_lines(&entry.exchange.request.body),
            request: sent_request(state, &entry.exchange),
            response: Some(response(state, entry)),
            ..CardContent::default()
        },
        (last, Some(_)) if course.is_some_and(|course| course.hides_next_request_of(who)) => CardContent {
            request: vec![state.mask()],
            is_next: true,
            before: last.map(|entry| response(state, entry)),
            ..CardContent::default()
        },
        (last, Some(next)) => CardContent {
            text: next.body.as_deref().map_or_else(Vec::new, body_lines),
            request: next_request(state, &next),
            is_next: true,
            before: last.map(|entry| response(state, entry)),
            ..CardContent::default()
        },
        (_, None) => CardContent {
            state: vec![Span::styled("sends nothing", state.theme.style(Role::Dim))],
            ..CardContent::default()
        },
    }
}

/// Returns a person's last exchange.
fn last_exchange<'a>(state: &'a State, who: &Author) -> Option<&'a Entry> {
    state.server.wire.traffic.entries().rfind(|entry| entry.exchange.author.as_ref() == Some(who))
}

/// Returns the request that a lesson sends next, with the field that decides.
pub(crate) fn next_request(state: &State, request: &ScriptedRequest) -> Vec<Span<'static>> {
    condition::next_request(state, &request.method, &request.target, &request.fields)
}

/// Returns a request that was sent, with the field that decides.
pub(crate) fn sent_request(state: &State, exchange: &Exchange) -> Vec<Span<'static>> {
    condition::request_candidates(state, exchange).into_iter().next().unwrap_or_default()
}

/// Returns the response of an exchange, or where its request is.
pub(crate) fn response(state: &State, entry: &Entry) -> CardResponse {
    let exchange = &entry.exchange;
    let glyphs = state.theme.glyphs;
    let Some(status) = exchange.status else {
        let is_held = state.server.wire.traffic.gate_queue().theirs(exchange.number).is_some();
        let is_judged = exchange.author.as_ref().is_some_and(|who| is_at_write_gate(state, who));
        let (glyph, role, words, short) = match &exchange.lost {
            Some(_) if exchange.was_not_sent() => (glyphs.bad, Role::Bad, "not sent", "not sent"),
            Some(_) => (glyphs.bad, Role::Bad, "the response was lost", "lost"),
            None if is_judged => (glyphs.gate, Role::Warning, "compared, not written yet", "not written"),
            None if is_held => (glyphs.gate, Role::Warning, "held at the gate", "held"),
            None => (glyphs.waiting, Role::Info, "on its way", "on its way"),
        };
        let said = |words: &str| vec![Span::styled(format!("{glyph} {words}"), state.theme.style(role))];
        return CardResponse { full: said(words), short: said(short) };
    };
    if state.hides(HiddenArea::WireStatus) {
        return CardResponse { full: vec![state.mask()], short: vec![state.mask()] };
    }
    let role = role_of(status);
    let is_moment = key_moment::exchange(state).is_some_and(|moment| moment.number == exchange.number);
    let emphasis = if is_moment { Modifier::BOLD | Modifier::REVERSED } else { Modifier::empty() };
    let style = state.theme.style(role).add_modifier(emphasis);
    let said = |words: String| vec![Span::styled(format!("{} {words}", state.theme.sign(role)), style)];
    let (mut full, mut short) = (said(status_line(status)), said(contract::short_status(status)));
    let tag = exchange.response.as_ref().and_then(|response| response.field("ETag"));
    if let Some(tag) = tag.filter(|_| entry.switch.is_none()) {
        let tag = Span::styled(format!(" {}", tags::shown(state, tag)), state.theme.style(Role::Tag));
        full.push(tag.clone());
        short.push(tag);
    }
    CardResponse { full, short }
}

/// Returns whether a person's write was evaluated and is not written yet.
fn is_at_write_gate(state: &State, who: &Author) -> bool {
    state.lesson.course.as_ref().is_some_and(|course| course.stepping.is_at_write_gate(who))
}

/// Returns lines of the user's text, from the first one on that the base lacks.
///
/// If the base lacks none, they are from the beginning. Blank lines are left out.
fn changed_text(work: &OpenDocument) -> Vec<String> {
    let base = work.editor.base().map(|base| &base.document.content);
    let known: HashSet<Cow<'_, str>> = base.into_iter().flat_map(written_lines).collect();
    let lines = || written_lines(&work.editor.mine().content);
    let first = lines().position(|line| !known.contains(&line)).unwrap_or_default();
    lines().skip(first).take(MAX_CARD_LINES).map(Cow::into_owned).collect()
}

/// Returns the lines of a text that are not blank, without their ends.
fn written_lines(text: &Text) -> impl Iterator<Item = Cow<'_, str>> {
    let lines = text.lines().map(TextSlice::to_cow).map(|line| match line.strip_suffix('\r') {
        Some(line) => Cow::Owned(line.to_owned()),
        None => line,
    });
    lines.filter(|line| !line.trim().is_empty())
}

/// Returns the lines of text in a body: those of its content if it is a document, without blank ones.
fn body_lines(body: &str) -> Vec<String> {
    let content = serde_json::from_str::<Value>(body).ok();
    let content = content.as_ref().and_then(|body| body.get("content")).and_then(Value::as_str);
    content.unwrap_or(body).lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}
