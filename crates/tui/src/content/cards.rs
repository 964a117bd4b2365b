//! The words of a card: a client without an editor, or an editor without room for its text.
//!
//! A client without an editor shows the request that it sends next, with the field that decides and the text that it
//! sends; then its response. An editor shows its state, the line that it has changed, its last request and its response.

use contract::{Author, Exchange};
use lesson::script::ScriptedRequest;
use ratatui::text::{Line, Span};
use serde_json::Value;
use terminal::person_style;
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::Entry;

use super::condition::request_spans;
use super::exchange_labels::{role_of, status_line};
use super::{people, status, tags, text};
use crate::ids::PersonIndex;
use crate::open_document::OpenDocument;
use crate::state::State;

/// What a card says, in the order of importance within each row.
pub(crate) struct CardContent {
    /// The state of an editor, or what the client is about to do.
    pub(crate) state: Vec<Span<'static>>,
    /// The text that is sent or was changed, line by line.
    pub(crate) text: Vec<String>,
    /// The request, with the field that decides.
    pub(crate) request: Option<Vec<Span<'static>>>,
    /// The response, or where the request is.
    pub(crate) response: Option<Vec<Span<'static>>>,
}

/// Returns the title of a person's card: the sign and the name.
pub(crate) fn title(state: &State, person: PersonIndex) -> (String, Role) {
    let people = people::all(state);
    let Some(who) = people.get(person) else { return (String::new(), Role::Dim) };
    let (glyph, role) = state.theme.person(person_style::number(who.as_str()));
    (format!("{glyph} {}", sanitize(who.as_str())), role)
}

/// Returns the word at the right of a card's title.
pub(crate) fn kind(state: &State, person: PersonIndex) -> &'static str {
    if person < state.people.panes.len() { "editor" } else { "no editor" }
}

/// Returns the lines of a person's card for an area within its border.
pub(crate) fn lines(state: &State, person: PersonIndex, width: usize, height: usize) -> Vec<Line<'static>> {
    let content = content(state, person);
    let more = state.theme.glyphs.more;
    let row = |spans: Vec<Span<'static>>| text::clip(spans, width, more);
    let rows: Vec<Vec<Span<'static>>> = if height >= 4 {
        let parts = [Some(content.state), content.request, content.response];
        let [head, request, response] = parts.map(|part| part.filter(|spans| !spans.is_empty()));
        let fixed = [&head, &request, &response].into_iter().flatten().count();
        let words = text_rows(state, &content.text, height.saturating_sub(fixed));
        head.into_iter().chain(request).chain(words).chain(response).collect()
    } else {
        let exchange = joined(state, content.request, content.response);
        let words = text_rows(state, &content.text, height.saturating_sub(if height == 3 { 2 } else { 1 }).min(1));
        match height {
            0 => Vec::new(),
            1 => vec![exchange.unwrap_or(content.state)],
            2 => exchange.into_iter().chain(if words.is_empty() { vec![content.state] } else { words }).collect(),
            _ => [content.state].into_iter().chain(words).chain(exchange).collect(),
        }
    };
    rows.into_iter().filter(|row| !row.is_empty()).take(height).map(row).collect()
}

/// Returns a person in one line, with the name in front.
pub(crate) fn line(state: &State, person: PersonIndex, width: usize) -> Line<'static> {
    let (title, role) = title(state, person);
    let mut spans = vec![Span::styled(format!("{title}  "), state.theme.style(role))];
    spans.extend(lines(state, person, usize::MAX / 2, 1).into_iter().flat_map(|line| line.spans));
    text::clip(spans, width, state.theme.glyphs.more)
}

/// Returns the request and the response in one row.
fn joined(
    state: &State,
    request: Option<Vec<Span<'static>>>,
    response: Option<Vec<Span<'static>>>,
) -> Option<Vec<Span<'static>>> {
    match (request, response) {
        (Some(request), Some(response)) => {
            let arrow = Span::raw(format!(" {} ", state.theme.glyphs.arrow));
            Some(request.into_iter().chain([arrow]).chain(response).collect())
        }
        (request, response) => request.or(response),
    }
}

/// Returns the text, as many lines as fit; the last one is marked if there are more.
fn text_rows(state: &State, lines: &[String], room: usize) -> Vec<Vec<Span<'static>>> {
    let style = state.theme.as_written(state.theme.style(Role::Text));
    let mut rows: Vec<Vec<Span<'static>>> =
        lines.iter().take(room).map(|line| vec![Span::styled(format!("  {}", sanitize(line)), style)]).collect();
    if lines.len() > room
        && let Some(last) = rows.last_mut()
    {
        last.push(Span::styled(format!(" {}", state.theme.glyphs.more), state.theme.style(Role::Dim)));
    }
    rows
}

/// Returns what a person's card says.
fn content(state: &State, person: PersonIndex) -> CardContent {
    let people = people::all(state);
    let Some(who) = people.get(person) else {
        return CardContent { state: Vec::new(), text: Vec::new(), request: None, response: None };
    };
    let last = last_exchange(state, who);
    match state.people.panes.get(person) {
        Some(pane) => of_editor(state, pane.document(), last),
        None => of_client(state, who, last),
    }
}

/// Returns the content of an editor's card.
fn of_editor(state: &State, work: Option<&OpenDocument>, last: Option<&Entry>) -> CardContent {
    let Some(work) = work else {
        let words = vec![Span::styled("no document", state.theme.style(Role::Dim))];
        return CardContent { state: words, text: Vec::new(), request: None, response: None };
    };
    CardContent {
        state: status::phase_and_base(state, work),
        text: changed_line(work).into_iter().collect(),
        request: last.map(|entry| sent_request(state, &entry.exchange)),
        response: last.map(|entry| response(state, entry)),
    }
}

/// Returns the content of the card of a client without an editor.
fn of_client(state: &State, who: &Author, last: Option<&Entry>) -> CardContent {
    let course = state.lesson.course.as_ref();
    // A request of this step stays until the next step.
    let is_current = |entry: &&Entry| {
        let acts = course.is_some_and(|course| course.has_exchange_of(who));
        entry.exchange.is_open() || acts
    };
    let next = course.and_then(|course| course.player().next_request_of(who));
    match (last.filter(is_current), next) {
        (None, Some(next)) => {
            let state_words =
                vec![Span::styled(format!("{} sends next:", state.theme.glyphs.next), state.theme.style(Role::Info))];
            let before = last.map(|entry| [vec![Span::raw("before: ")], response(state, entry)].concat());
            CardContent {
                state: state_words,
                text: text_of(&next),
                request: Some(next_request(state, &next)),
                response: before,
            }
        }
        (current, _) => match current.or(last) {
            Some(entry) => CardContent {
                state: vec![Span::styled("sent:", state.theme.style(Role::Dim))],
                text: body_lines(&entry.exchange.request.body),
                request: Some(sent_request(state, &entry.exchange)),
                response: Some(response(state, entry)),
            },
            None => CardContent {
                state: vec![Span::styled("sends nothing", state.theme.style(Role::Dim))],
                text: Vec::new(),
                request: None,
                response: None,
            },
        },
    }
}

/// Returns a person's last exchange.
fn last_exchange<'a>(state: &'a State, who: &Author) -> Option<&'a Entry> {
    state.server.wire.traffic.entries().rfind(|entry| entry.exchange.author.as_ref() == Some(who))
}

/// Returns the request that a lesson sends next, with the field that decides.
pub(crate) fn next_request(state: &State, request: &ScriptedRequest) -> Vec<Span<'static>> {
    request_spans(state, &request.method, &request.target, &request.fields)
}

/// Returns a request that was sent, with the field that decides.
pub(crate) fn sent_request(state: &State, exchange: &Exchange) -> Vec<Span<'static>> {
    request_spans(state, &exchange.method, &exchange.target, &exchange.request.fields)
}

/// Returns the response of an exchange, or where its request is.
pub(crate) fn response(state: &State, entry: &Entry) -> Vec<Span<'static>> {
    let exchange = &entry.exchange;
    let glyphs = state.theme.glyphs;
    let Some(status) = exchange.status else {
        let is_held = state.server.wire.traffic.gate_queue().theirs(exchange.number).is_some();
        let is_judged = exchange.author.as_ref().is_some_and(|who| is_at_write_gate(state, who));
        let (glyph, role, words) = match &exchange.lost {
            Some(_) if exchange.was_not_sent() => (glyphs.bad, Role::Bad, "not sent"),
            Some(_) => (glyphs.bad, Role::Bad, "the response was lost"),
            None if is_judged => (glyphs.gate, Role::Warning, "compared, not written yet"),
            None if is_held => (glyphs.gate, Role::Warning, "held at the gate"),
            None => (glyphs.waiting, Role::Info, "on its way"),
        };
        return vec![Span::styled(format!("{glyph} {words}"), state.theme.style(role))];
    };
    let role = role_of(status);
    let mut spans =
        vec![Span::styled(format!("{} {}", state.theme.sign(role), status_line(status)), state.theme.style(role))];
    let tag = exchange.response.as_ref().and_then(|response| response.field("ETag"));
    if let Some(tag) = tag.filter(|_| entry.switch.is_none()) {
        spans.push(Span::styled(format!(" {}", tags::shown(state, tag)), state.theme.style(Role::Tag)));
    }
    spans
}

/// Returns whether a person's write was evaluated and is not written yet.
fn is_at_write_gate(state: &State, who: &Author) -> bool {
    state.lesson.course.as_ref().is_some_and(|course| course.stepping.is_at_write_gate(who))
}

/// Returns the first line of the user's text that the base does not have.
fn changed_line(work: &OpenDocument) -> Option<String> {
    let base = work.editor.base().map_or("", |base| &base.document.content);
    let is_new = |line: &&str| !line.trim().is_empty() && !base.lines().any(|other| other == *line);
    work.editor.mine().content.lines().find(is_new).map(str::to_owned)
}

/// Returns the lines of text that a scripted request sends.
fn text_of(request: &ScriptedRequest) -> Vec<String> {
    request.body.as_deref().map_or_else(Vec::new, body_lines)
}

/// Returns the lines of text in a body: those of its content if it is a document, without blank ones.
fn body_lines(body: &str) -> Vec<String> {
    let content = serde_json::from_str::<Value>(body).ok();
    let content = content.as_ref().and_then(|body| body.get("content")).and_then(Value::as_str);
    content.unwrap_or(body).lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}
