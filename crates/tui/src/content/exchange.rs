//! One exchange in full: request, response, evaluation, meaning, and the curl command.

use client::ServerUrl;
use contract::{Anomaly, Exchange, Message, fields};
use lesson::script::HiddenArea;
use precondition::{Comparison, Evaluation};
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::exchange_labels::{anomaly_role, lost_lines, role_of, sentence, status_line};
use super::text;
use crate::state::State;

/// Fields that carry a condition or a validator, which this program is about.
const INSTRUCTIVE_FIELDS: [&str; 11] = [
    "If-Match",
    "If-None-Match",
    "If-Modified-Since",
    "If-Unmodified-Since",
    "ETag",
    "Last-Modified",
    "Prefer",
    "Sec-Purpose",
    "Ifmatch-Overwrote",
    "Ifmatch-Replayed",
    "Ifmatch-Unsafe",
];

/// Returns the lines of an exchange, for a given width.
pub(crate) fn lines(state: &State, number: u64, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    if let Some(why) = state.why_hidden(&HiddenArea::WIRE) {
        return text::paragraph(&format!("{} {why}", state.theme.mask()), width, state.theme.style(Role::Text));
    }
    let Some(entry) = state.server.wire.traffic.entry(number) else {
        return text::paragraph("This exchange is no longer kept.", width, state.theme.style(Role::Dim));
    };
    let exchange = &entry.exchange;
    let mut lines = text::paragraph(&sanitize(&sentence(state, entry)), width, state.theme.style(Role::Title));
    if let Some(gone) = lost_lines(state, exchange) {
        lines.push(Line::default());
        lines.push(Line::styled("Lost by this save", state.theme.style(Role::Title)));
        let style = state.theme.style(Role::Bad);
        lines.extend(gone.lines.iter().flat_map(|line| text::paragraph(&sanitize(line), width, style)));
    }
    lines.extend(exchange.anomalies.iter().flat_map(|anomaly| anomaly_lines(state, exchange, anomaly, width)));
    lines.push(Line::default());
    lines.extend(request(state, exchange, width));
    lines.push(Line::default());
    lines.extend(response(state, exchange, width));
    if !exchange.evaluation.is_empty() {
        lines.push(Line::default());
        lines.push(Line::styled("Conditions, in the order of evaluation", state.theme.style(Role::Title)));
        lines.extend(exchange.evaluation.iter().flat_map(|evaluation| evaluation_line(state, evaluation, width)));
    }
    lines.extend(command_lines(state, exchange, width));
    lines
}

/// Returns what a proxy found: its kind, its sentence, the lost lines, and the evidence.
fn anomaly_lines(state: &State, exchange: &Exchange, anomaly: &Anomaly, width: usize) -> Vec<Line<'static>> {
    let role = anomaly_role(anomaly);
    let style = |role| state.theme.style(role);
    let heading = format!("{} {}", state.theme.sign(role), anomaly.label());
    let mut lines = vec![Line::default(), Line::styled(heading, style(role))];
    // The exchange's own sentence is that of the worst.
    if exchange.anomalies.first() != Some(anomaly) {
        lines.extend(text::paragraph(&sanitize(&anomaly.sentence), width, style(Role::Text)));
    }
    let lists = [("gone: ", &anomaly.lost, Role::Bad), ("back: ", &anomaly.restored, Role::Warning)];
    for (label, list, role) in lists {
        let shown = list.iter().map(|line| format!("{label}{}", sanitize(line)));
        lines.extend(shown.flat_map(|line| text::paragraph(&line, width, style(role))));
    }
    if anomaly.more_lines > 0 {
        lines.push(Line::styled(format!("and {} more", anomaly.more_lines), style(Role::Dim)));
    }
    let evidence = format!("{}; evidence: {}", sanitize(&anomaly.clause), anomaly.evidence());
    lines.extend(text::paragraph(&evidence, width, style(Role::Dim)));
    lines
}

/// Returns the request as a command line. A merge of files has no server to send it to.
fn command_lines(state: &State, exchange: &Exchange, width: usize) -> Vec<Line<'static>> {
    let server = exchange.server.as_ref().unwrap_or(&state.server.address);
    let Ok(server) = server.parse::<ServerUrl>() else { return Vec::new() };
    let mut lines = vec![Line::default(), Line::styled("The same request with curl", state.theme.style(Role::Title))];
    for line in traffic::curl(exchange, &server.origin()).split('\n') {
        lines.extend(text::chop(&sanitize(line), width).into_iter().map(Line::raw));
    }
    lines
}

fn request(state: &State, exchange: &Exchange, width: usize) -> Vec<Line<'static>> {
    let first = format!("{} {} HTTP/1.1", sanitize(&exchange.method), sanitize(&exchange.target));
    let mut lines = Vec::new();
    if let Some(server) = &exchange.server {
        lines.extend(text::paragraph(&format!("sent to {}", sanitize(server)), width, state.theme.style(Role::Dim)));
    }
    lines.extend(text::paragraph(&first, width, state.theme.style(Role::Focus)));
    lines.extend(message(state, &exchange.request, width));
    lines
}

fn response(state: &State, exchange: &Exchange, width: usize) -> Vec<Line<'static>> {
    match (exchange.status, &exchange.response, &exchange.lost) {
        (Some(status), Some(response), _) => {
            let first = format!("HTTP/1.1 {}", status_line(status));
            let mut lines = text::paragraph(&first, width, state.theme.style(role_of(status)));
            lines.extend(message(state, response, width));
            lines
        }
        (_, _, Some(lost)) => text::paragraph(&sanitize(lost), width, state.theme.style(Role::Bad)),
        _ => text::paragraph("There is no response yet.", width, state.theme.style(Role::Info)),
    }
}

/// Returns the fields and the body of a message.
fn message(state: &State, message: &Message, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let is_secret = |name: &str| state.hides(HiddenArea::ServerPolicy) && name.eq_ignore_ascii_case(fields::UNSAFE);
    for (name, value) in message.fields.iter().filter(|(name, _)| !is_secret(name)) {
        let telling = INSTRUCTIVE_FIELDS.iter().any(|telling| telling.eq_ignore_ascii_case(name));
        let role = if telling { Role::Tag } else { Role::Text };
        let style = state.theme.style(if telling { Role::Title } else { Role::Dim });
        let whole = format!("{}: {}", sanitize(name), sanitize(value));
        let name = sanitize(name).into_owned();
        // A field that fits is drawn in two styles; a longer one is wrapped in one.
        if text::width(&whole) <= width {
            let value = Span::styled(sanitize(value).into_owned(), state.theme.style(role));
            lines.push(Line::from(vec![Span::styled(name, style), Span::raw(": "), value]));
        } else {
            lines.extend(text::chop(&whole, width).into_iter().map(|line| Line::styled(line, style)));
        }
    }
    if !message.body.is_empty() {
        lines.push(Line::default());
        let style = state.theme.as_written(state.theme.style(Role::Text));
        for line in message.body.split('\n') {
            lines.extend(text::chop(&sanitize(line), width).into_iter().map(|line| Line::styled(line, style)));
        }
    }
    if message.cut {
        lines.push(Line::styled("(the rest was not kept)", state.theme.style(Role::Dim)));
    }
    lines
}

/// Returns one condition: what was sent, what it was compared with, and the result.
fn evaluation_line(state: &State, evaluation: &Evaluation, width: usize) -> Vec<Line<'static>> {
    let (role, word) = if evaluation.holds { (Role::Good, "true") } else { (Role::Warning, "false") };
    let current = evaluation.current.as_deref().unwrap_or("nothing");
    let words = format!(
        "{} {}: {} against {}: {word} ({}, {})",
        state.theme.sign(role),
        evaluation.field.as_str(),
        sanitize(&evaluation.sent),
        sanitize(current),
        comparison(evaluation.comparison),
        evaluation.clause
    );
    text::paragraph(&words, width, state.theme.style(role))
}

/// Returns how a condition was compared, in words.
const fn comparison(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Strong => "strong comparison",
        Comparison::Weak => "weak comparison",
        Comparison::Exists => "existence",
        Comparison::Date => "comparison to the second",
    }
}
