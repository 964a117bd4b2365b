//! The wire as a sequence diagram: the rows of its steps.

use contract::{ANONYMOUS, Author};
use ratatui::layout::Rect;
use terminal::sanitize::sanitize;
use traffic::{SequenceStep, TimelineMoment, steps};

use super::sequence_lanes::SequenceLanes;
use super::sequence_people::{DiagramPeople, LaneReason, MAX_LANES};
use crate::availability::gate::is_held;
use crate::state::{Focus, State};

/// From this height on, events are drawn as well.
const ROOMY_ROWS: u16 = 8;

/// Returns how many rows the names take: none if the diagram has one row only.
///
/// That row shows the last exchange, whose arrow carries the sign of its client.
pub(crate) fn names_height(area: Rect) -> u16 {
    u16::from(area.height > 1)
}

/// Returns the name of a lifeline: a person's, or one for all requests without an author.
pub(crate) fn name(person: Option<&Author>) -> String {
    person.map_or_else(|| ANONYMOUS.to_owned(), |person| sanitize(person.as_str()).into_owned())
}

/// One row of the diagram.
pub(crate) struct SequenceRow<'a> {
    pub(crate) step: SequenceStep<'a>,
    /// Whether the row shows only the server's finding.
    pub(crate) found_alone: bool,
}

/// Returns the rows that fit below the names.
///
/// They end with the last exchange, or with the selected one if it is further up.
pub(crate) fn rows(state: &State, area: Rect) -> Vec<SequenceRow<'_>> {
    let moments = state.server.wire.traffic.timeline();
    let newest = rows_up_to(state, area, moments.len());
    // While a request waits for its response, later exchanges may push it out of sight.
    let is_seen = |number| newest.iter().any(|row| row.step.entry().map(|entry| entry.exchange.number) == Some(number));
    let selected = if state.people.focus == Focus::Wire {
        state.server.wire.selected_number()
    } else {
        state.server.wire.chosen()
    };
    match selected.filter(|number| !is_seen(*number)) {
        Some(number) => rows_up_to(state, area, last_row_of(state, number).map_or(0, |at| at + 1)),
        None => newest,
    }
}

/// Returns the people of the diagram with these rows: who has a lane, and who shares one.
pub(crate) fn people<'a>(state: &'a State, rows: &[SequenceRow<'a>], width: u16) -> DiagramPeople<'a> {
    let here = state.people.panes.iter().map(|pane| Some(&pane.me));
    let mut known: Vec<_> = here.collect();
    let others = state.server.wire.traffic.people().iter().map(Option::as_ref);
    let others: Vec<_> = others.filter(|person| !known.contains(person)).collect();
    known.extend(others);
    // A wire remembers fewer people than a room may have.
    let total = if known.len() > MAX_LANES { state.room.room.attendees().len() } else { 0 };
    let held = state.server.wire.traffic.entries().filter(|entry| is_held(state, entry));
    let held = held.map(|entry| (entry.exchange.author.as_ref(), LaneReason::Held));
    let shown = rows.iter().rev().map(|row| row_person(&row.step));
    let in_view: Vec<_> = held.chain(shown).collect();
    DiagramPeople::choose(&known, &in_view, SequenceLanes::capacity(width), total)
}

/// Returns the person of a row, and why the person matters.
fn row_person<'a>(step: &SequenceStep<'a>) -> (Option<&'a Author>, LaneReason) {
    match step {
        SequenceStep::OutsideWrite { delivery } | SequenceStep::Event { delivery } => {
            (Some(&delivery.event.author), LaneReason::Writing)
        }
        step => {
            let exchange = step.entry().map(|entry| &entry.exchange);
            let reason = match exchange {
                Some(exchange) if exchange.status == Some(412) => LaneReason::Refused,
                Some(exchange) if !exchange.is_read() => LaneReason::Writing,
                _ => LaneReason::Reading,
            };
            (exchange.and_then(|exchange| exchange.author.as_ref()), reason)
        }
    }
}

/// Returns the index of the last moment of an exchange that has a row.
fn last_row_of(state: &State, number: u64) -> Option<usize> {
    let timeline = state.server.wire.traffic.timeline();
    let is_row = |moment: &TimelineMoment| moment.number() == Some(number) && has_row(moment);
    (0..timeline.len()).rev().find(|at| timeline.get(*at).is_some_and(is_row))
}

/// Returns whether a moment has a row of its own.
///
/// `Held` is drawn in the row of the request, and `Writes` in the row of the response.
fn has_row(moment: &TimelineMoment) -> bool {
    !matches!(moment, TimelineMoment::Held(_) | TimelineMoment::Written(_))
}

/// Returns the rows of the moments before `end` and, if there is room, of the moments after it.
fn rows_up_to(state: &State, area: Rect, end: usize) -> Vec<SequenceRow<'_>> {
    let height = usize::from(area.height.saturating_sub(names_height(area)));
    let seats: Vec<_> = state.people.panes.iter().map(|pane| &pane.me).collect();
    let moments = state.server.wire.traffic.timeline();
    let folds = state.server.wire.folds();
    let margin = SequenceLanes::new(area.width, &[]).margin > 0;
    let of = |at: usize| {
        let is_folded = |moment: &TimelineMoment| moment.number().is_some_and(|number| folds.hides(number));
        let shown = |moment: &&TimelineMoment| is_shown(state, moment) && !is_folded(moment);
        let steps = moments
            .get(at)
            .filter(shown)
            .map(|moment| steps(&state.server.wire.traffic, moment, &seats))
            .unwrap_or_default();
        let shown =
            steps.into_iter().filter(|step| area.height >= ROOMY_ROWS || !matches!(step, SequenceStep::Event { .. }));
        shown.flat_map(|step| step_rows(step, margin)).collect::<Vec<_>>()
    };
    let mut parts = Vec::new();
    let (mut count, mut at) = (0, end);
    while count < height && at > 0 {
        at -= 1;
        let part = of(at);
        count += part.len();
        parts.push(part);
    }
    let mut rows: Vec<_> = parts.into_iter().rev().flatten().collect();
    rows.drain(..rows.len().saturating_sub(height));
    let mut at = end;
    while rows.len() < height && at < moments.len() {
        rows.extend(of(at));
        at += 1;
    }
    rows.truncate(height);
    rows
}

/// Returns whether a moment has a row and passes the filter.
///
/// A filter hides events: they belong to no exchange.
fn is_shown(state: &State, moment: &TimelineMoment) -> bool {
    if !has_row(moment) {
        return false;
    }
    let Some(_) = state.server.wire.traffic.filter() else { return true };
    moment.number().is_some_and(|number| state.server.wire.traffic.is_visible(number))
}

/// Returns the rows of a step.
///
/// The server's finding is beside its response if it fits, otherwise above it.
fn step_rows(step: SequenceStep<'_>, margin: bool) -> impl Iterator<Item = SequenceRow<'_>> {
    let alone = !margin && matches!(step, SequenceStep::Response { found: Some(_), .. });
    let found = alone.then(|| SequenceRow { step: step.clone(), found_alone: true });
    found.into_iter().chain([SequenceRow { step, found_alone: false }])
}
