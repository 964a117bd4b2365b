//! The heading at the top of the screen, and the coach below it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::action::Context;
use crate::coach::{Exercise, advice};
use crate::content::{gate, policy, text};
use crate::state::State;

/// Draws the heading: the program, the server's address, its policy, and the state of its gate.
///
/// If not all of them fit, several servers are counted and not named, and then the first pieces are dropped.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let style = |role| state.theme.style(role);
    let room = usize::from(area.width);
    let fits = |pieces: &[_]| text::flow_spans(pieces.to_vec(), room, state.theme.glyphs.more).len() == 1;
    let pieces = [
        Some(vec![Span::styled("ifmatch", style(Role::Title))]),
        Some(servers(state)),
        opens_for_all(state),
        Some(policy::spans(state, true)),
        gate::status_spans(state, true),
    ];
    let mut pieces: Vec<_> = pieces.into_iter().flatten().collect();
    let count = state.server.names.count();
    if count > 0 && !fits(&pieces) {
        pieces[1] = match state.server.names.lost() {
            0 => vec![Span::styled(format!("{count} servers"), style(Role::Dim))],
            lost => vec![Span::styled(format!("{} of {count} servers", count - lost), style(Role::Warning))],
        };
    }
    while pieces.len() > 1 && !fits(&pieces) {
        pieces.remove(0);
    }
    let lines = text::flow_spans(pieces, room, state.theme.glyphs.more);
    frame.render_widget(Paragraph::new(lines), area);
}

/// Returns the address of the server, or the names of all servers, and which of them do not respond.
fn servers(state: &State) -> Vec<Span<'static>> {
    let dim = |words: String| Span::styled(words, state.theme.style(Role::Dim));
    let names = &state.server.names;
    if names.count() == 0 {
        return vec![dim(sanitize(&state.server.address).into_owned())];
    }
    let mut spans = vec![dim(format!("{} servers: ", names.count()))];
    for (at, (host, is_lost)) in names.hosts().enumerate() {
        spans.push(dim(format!("{}{}", if at > 0 { ", " } else { "" }, sanitize(host))));
        if is_lost {
            let words = format!(" {} no response", state.theme.glyphs.bad);
            spans.push(Span::styled(words, state.theme.style(Role::Warning)));
        }
    }
    spans
}

/// Returns the document that the leader of the room opened for all, on the leader's screen.
fn opens_for_all(state: &State) -> Option<Vec<Span<'static>>> {
    let document = state.room.settings.document()?;
    Some(vec![Span::styled(format!("opens {document} for all"), state.theme.style(Role::Info))])
}

/// Draws the checklist of exercises and the advice on the next one; in a single row, only the advice.
pub(super) fn draw_coach(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width);
    let more = state.theme.glyphs.more;
    let next = vec![
        Span::styled(format!("{} next: ", state.theme.glyphs.next), state.theme.style(Role::Focus)),
        Span::raw(advice(state)),
    ];
    let mut lines = vec![text::clip(next, room, more)];
    if area.height > 1 {
        lines.insert(0, checklist(state, room, more));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn checklist(state: &State, room: usize, more: &str) -> Line<'static> {
    // While the panel after a 428 has the focus, its answer is next, which is not an exercise.
    let next = state.status.milestones.next().filter(|_| state.context() != Context::Required);
    let glyphs = state.theme.glyphs;
    let step = |step: Exercise| {
        let (glyph, role) = match (state.status.milestones.has(step), next == Some(step)) {
            (true, _) => (glyphs.done, Role::Good),
            (false, true) => (glyphs.next, Role::Focus),
            (false, false) => (glyphs.open, Role::Dim),
        };
        let gap = if step == Exercise::ALL[0] { "" } else { "  " };
        Span::styled(format!("{gap}{glyph} {}", step.name()), state.theme.style(role))
    };
    text::clip(Exercise::ALL.into_iter().map(step).collect(), room, more)
}
