//! The words on the arrows of a sequence diagram, as many as fit.
//!
//! The most important words are dropped last: the method and the version that a request names, the status and the
//! version that a response reports.

use lesson::script::HiddenArea;
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::{Role, Theme};
use traffic::{Entry, EventDelivery, short_tag};

use crate::content::condition::request_candidates;
use crate::content::exchange_labels::{role_of, status_line};
use crate::content::{tags, text};
use crate::state::State;

/// Returns the first candidate that fits, or the last, cut to fit.
fn fitting(theme: &Theme, room: u16, mut candidates: Vec<Vec<Span<'static>>>) -> Line<'static> {
    let room = usize::from(room);
    let fits = |spans: &Vec<Span<'static>>| spans.iter().map(Span::width).sum::<usize>() <= room;
    let last = candidates.pop().unwrap_or_default();
    let chosen = candidates.into_iter().find(fits).unwrap_or(last);
    text::clip(chosen, room, theme.glyphs.more)
}

/// Returns the label of a request: its method and its conditions, or only the one that decides.
///
/// Of several servers, it names the one that got the request, if there is room.
pub(super) fn request_label(state: &State, entry: &Entry, room: u16) -> Line<'static> {
    let (theme, exchange) = (&state.theme, &entry.exchange);
    if let Some(switch) = entry.switch {
        let method = Span::styled(sanitize(&exchange.method).into_owned(), theme.style(Role::Title));
        let long = Span::raw(format!(" policy: {}", switch.to.as_str()));
        let least = Span::raw(format!(" {}", switch.to.as_str()));
        return fitting(theme, room, vec![vec![method.clone(), long], vec![method, least]]);
    }
    let mut candidates = request_candidates(state, exchange);
    if let Some(server) = state.server.name_of(exchange) {
        let name = Span::styled(format!(" {}", sanitize(server)), theme.style(Role::Dim));
        let named = candidates.iter().map(|spans| spans.iter().cloned().chain([name.clone()]).collect());
        candidates = named.chain(candidates.iter().cloned()).collect();
    }
    fitting(theme, room, candidates)
}

/// Returns the label of a released request.
///
/// The label has the author's sign, since the arrow begins at the gate, far from the author's lifeline.
pub(super) fn release_label(state: &State, entry: &Entry, room: u16) -> Line<'static> {
    let theme = &state.theme;
    let (glyph, role) = state.sign_of(entry.exchange.author.as_ref());
    let who = Span::styled(format!("{glyph} "), theme.style(role));
    let method = Span::styled(sanitize(&entry.exchange.method).into_owned(), theme.style(Role::Title));
    let long = vec![who.clone(), method.clone(), Span::raw(" released")];
    fitting(theme, room, vec![long, vec![who, method]])
}

/// Returns the label of a response: its status, and the version it reports.
pub(super) fn response_label(state: &State, entry: &Entry, room: u16) -> Line<'static> {
    let (theme, exchange) = (&state.theme, &entry.exchange);
    let Some(status) = exchange.status else { return Line::default() };
    if state.hides(HiddenArea::WireStatus) && entry.switch.is_none() {
        return Line::from(state.mask());
    }
    let said = |words: String| Span::styled(words, theme.style(role_of(status)));
    let tag = exchange.response.as_ref().and_then(|response| response.field("ETag"));
    let Some(tag) = tag.filter(|_| entry.switch.is_none()) else {
        let texts = [status_line(status), contract::short_status(status), status.to_string()];
        return fitting(theme, room, texts.into_iter().map(|text| vec![said(text)]).collect());
    };
    let with = |words: String, tag: &str| {
        vec![said(words), Span::raw(" "), Span::styled(sanitize(tag).into_owned(), theme.style(Role::Tag))]
    };
    fitting(
        theme,
        room,
        vec![
            with(status_line(status), &tags::shown(state, tag)),
            with(contract::short_status(status), &short_tag(tag)),
            vec![said(contract::short_status(status))],
            vec![said(status.to_string())],
        ],
    )
}

/// Returns the label of a write that is known only from its event.
pub(super) fn write_label(theme: &Theme, told: &EventDelivery, room: u16) -> Line<'static> {
    let version = Span::styled(short_tag(&told.event.etag.to_string()), theme.style(Role::Tag));
    let done = if told.kind == contract::EventKind::Deleted { "deleted" } else { "saved" };
    let words = Span::styled(format!("{done} "), theme.style(Role::Dim));
    let document = Span::styled(format!(" of {}", sanitize(told.event.id.as_str())), theme.style(Role::Dim));
    fitting(
        theme,
        room,
        vec![vec![words.clone(), version.clone(), document], vec![words, version.clone()], vec![version]],
    )
}

/// Returns the label of an event that the server sends about a write.
pub(super) fn event_label(theme: &Theme, told: &EventDelivery, room: u16) -> Line<'static> {
    let version = Span::styled(short_tag(&told.event.etag.to_string()), theme.style(Role::Tag));
    let word = Span::styled(format!("event: {} ", told.kind.as_str()), theme.style(Role::Dim));
    fitting(theme, room, vec![vec![word, version.clone()], vec![version]])
}

/// Returns the label of a write whose precondition was evaluated, and which is held before the store.
pub(super) fn judgement_label(theme: &Theme, entry: &Entry, room: u16) -> Line<'static> {
    let method = Span::styled(sanitize(&entry.exchange.method).into_owned(), theme.style(Role::Title));
    let said = |words: &'static str| Span::styled(words, theme.style(Role::Warning));
    let long = vec![method.clone(), said(" compared, not written yet")];
    fitting(theme, room, vec![long, vec![method, said(" not written")], vec![said("not written")]])
}
