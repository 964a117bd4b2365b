//! The painter of one row of a sequence diagram: lifelines, arrows, and their words.
//!
//! The rows come from [`crate::content::sequence`], the columns of the lifelines from
//! [`crate::content::sequence_lanes`]. The painter never paints outside the row, however narrow the row is.

use contract::Author;
use lesson::script::HiddenArea;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::{Entry, EventDelivery, Finding, SequenceStep};

use super::labels;
use crate::content::exchange_labels::ordinal;
use crate::content::sequence::{SequenceRow, name};
use crate::content::sequence_lanes::SequenceLanes;
use crate::content::sequence_people::DiagramPeople;
use crate::content::text;
use crate::state::{Focus, State};

/// The painter of one row.
pub(super) struct RowPainter<'a> {
    pub(super) state: &'a State,
    pub(super) buffer: &'a mut Buffer,
    pub(super) row: Rect,
    pub(super) lanes: SequenceLanes,
    pub(super) people: &'a DiagramPeople<'a>,
}

impl RowPainter<'_> {
    /// Paints the names above the lifelines.
    pub(super) fn names(&mut self) {
        let (shown, more) = (self.lanes.shown, self.state.theme.glyphs.more);
        let server = self.lanes.server_name();
        let sign = |person: Option<&Author>| (self.person(person), name(person));
        let own = self.people.own.iter().copied().map(sign);
        let (nobody, dim) = (self.state.theme.glyphs.nobody, self.style(Role::Dim));
        let others = self.people.others_name().map(|words| ((nobody, dim), words));
        let names: Vec<_> = own.chain(others).take(shown).collect();
        for (at, ((glyph, style), words)) in names.into_iter().enumerate() {
            let next = if at + 1 == shown { server } else { self.lanes.person(at + 1) };
            let room = next.saturating_sub(self.lanes.person(at) + 1);
            let words = text::cut(&format!("{glyph} {words}"), room.into(), more);
            self.put(self.lanes.person(at), &words, style);
        }
        let title = if self.state.server.names.count() == 0 { "server" } else { "servers" };
        self.put(server, title, self.style(Role::Title));
    }

    /// Paints one row: the lifelines, and over them the step.
    pub(super) fn draw(&mut self, row: &SequenceRow<'_>) {
        if self.row.is_empty() {
            return;
        }
        self.draw_lifelines();
        let chosen = self.is_selected(&row.step);
        match &row.step {
            SequenceStep::Response { found: Some(found), .. } if row.found_alone => self.draw_finding_row(found),
            SequenceStep::Request { entry, held } => self.draw_request(entry, *held, chosen),
            SequenceStep::Released { entry } => self.draw_release(entry, chosen),
            // These steps have no row.
            SequenceStep::Held { .. } | SequenceStep::Written { .. } => {}
            SequenceStep::Judged { entry } => self.draw_judgement(entry, chosen),
            SequenceStep::Response { entry, found } => self.draw_response(entry, found.as_ref(), chosen),
            SequenceStep::Lost { entry, sent } => self.draw_lost(entry.exchange.author.as_ref(), *sent, chosen),
            SequenceStep::OutsideWrite { delivery } => self.draw_write(delivery),
            SequenceStep::Event { delivery } => self.draw_event(delivery),
        }
    }

    fn draw_request(&mut self, entry: &Entry, held: bool, chosen: bool) {
        let (who, theme) = (entry.exchange.author.as_ref(), self.state.theme);
        let (from, style) = self.end(who);
        let (start, stop) = (self.lanes.lane(), if held { self.lanes.gate() } else { self.lanes.server });
        self.line(from + 1, stop, theme.glyphs.rule, style);
        self.glyph(from, who);
        self.label(labels::request_label(self.state, entry, stop.saturating_sub(start + 3)), chosen);
        if held {
            let style = self.style(Role::Warning);
            self.put(stop, theme.glyphs.gate, style);
            let place = self.state.server.wire.traffic.gate_queue().place(entry.exchange.number);
            let word = place.map_or_else(|| "held".to_owned(), ordinal);
            self.put(stop + 2, &text::cut(&word, self.lanes.after_gate(), ""), style);
        } else {
            self.put(stop.saturating_sub(1), theme.glyphs.right, style);
        }
    }

    /// Paints the arrow from the gate to the server.
    fn draw_release(&mut self, entry: &Entry, chosen: bool) {
        let (theme, lanes) = (self.state.theme, self.lanes);
        let (_, style) = self.end(entry.exchange.author.as_ref());
        self.line(lanes.gate() + 1, lanes.server, theme.glyphs.rule, style);
        self.put(lanes.gate(), theme.glyphs.gate, self.style(Role::Good));
        self.put(lanes.server.saturating_sub(1), theme.glyphs.right, style);
        let room = lanes.gate().saturating_sub(lanes.lane() + 2);
        self.label(labels::release_label(self.state, entry, room), chosen);
    }

    /// Paints a judged write at the server: its precondition was evaluated, and nothing is written yet.
    fn draw_judgement(&mut self, entry: &Entry, chosen: bool) {
        let words = labels::judgement_label(&self.state.theme, entry, self.lanes.words());
        self.put(self.lanes.server, self.state.theme.glyphs.gate, self.style(Role::Warning));
        self.label(words, chosen);
    }

    fn draw_response(&mut self, entry: &Entry, found: Option<&Finding>, chosen: bool) {
        let (who, theme) = (entry.exchange.author.as_ref(), self.state.theme);
        let (to, style) = self.end(who);
        self.arrow_back(to, theme.glyphs.answer, style);
        self.glyph(to, who);
        self.label(labels::response_label(self.state, entry, self.lanes.words()), chosen);
        if let Some(found) = found {
            self.draw_finding(found);
        }
    }

    fn draw_write(&mut self, delivery: &EventDelivery) {
        let (who, theme) = (Some(&delivery.event.author), self.state.theme);
        let (from, style) = self.end(who);
        self.line(from + 1, self.lanes.server, theme.glyphs.told, style);
        self.put(self.lanes.server.saturating_sub(1), theme.glyphs.right, style);
        self.glyph(from, who);
        self.label(labels::write_label(&theme, delivery, self.lanes.words()), false);
    }

    /// Paints a lost response, or a request that could not be sent, as an arrow that breaks off.
    fn draw_lost(&mut self, who: Option<&Author>, sent: bool, chosen: bool) {
        let ((place, style), start) = (self.end(who), self.lanes.lane());
        let glyphs = self.state.theme.glyphs;
        let bad = self.style(Role::Bad);
        if sent {
            self.line(start, self.lanes.server, glyphs.answer, style);
        } else {
            self.line(place + 1, start, glyphs.rule, style);
        }
        self.glyph(place, who);
        let words = format!("{} {}", glyphs.bad, if sent { "response lost" } else { "not sent" });
        let line = text::clip(vec![Span::styled(words, bad)], self.lanes.words().into(), glyphs.more);
        self.label(line, chosen);
    }

    /// Paints one arrow to all clients that received an event, with a tip at each client.
    fn draw_event(&mut self, delivery: &EventDelivery) {
        let panes = &self.state.people.panes;
        let others =
            delivery.seats.iter().filter_map(|seat| panes.get(*seat)).filter(|pane| pane.me != delivery.event.author);
        let others: Vec<_> = others.map(|pane| (self.end(Some(&pane.me)), &pane.me)).collect();
        let Some(first) = others.iter().map(|((place, _), _)| *place).min() else { return };
        self.arrow_back(first, self.state.theme.glyphs.told, self.style(Role::Dim));
        for ((place, style), author) in others {
            self.put(place + 1, self.state.theme.glyphs.left, style);
            self.glyph(place, Some(author));
        }
        self.label(labels::event_label(&self.state.theme, delivery, self.lanes.words()), false);
    }

    fn arrow_back(&mut self, to: u16, dash: &'static str, style: Style) {
        self.line(to + 1, self.lanes.server, dash, style);
        self.put(to + 1, self.state.theme.glyphs.left, style);
    }

    /// Paints a finding beside the server's lifeline.
    fn draw_finding(&mut self, found: &Finding) {
        let at = self.lanes.server.saturating_add(2);
        let words = text::cut(
            &self.finding_text(found),
            self.lanes.margin.saturating_sub(1).into(),
            self.state.theme.glyphs.more,
        );
        self.put(at, &words, self.style(role_of_finding(found)));
    }

    /// Paints a finding in a row of its own, up to the server's lifeline.
    fn draw_finding_row(&mut self, found: &Finding) {
        let room = self.lanes.server.saturating_sub(1);
        let words = text::cut(&self.finding_text(found), room.into(), self.state.theme.glyphs.more);
        let taken = u16::try_from(text::width(&words)).unwrap_or(room);
        self.put(room.saturating_sub(taken), &words, self.style(role_of_finding(found)));
    }

    fn finding_text(&self, found: &Finding) -> String {
        if self.state.hides_any(&HiddenArea::WIRE) {
            return self.state.theme.mask();
        }
        format!("{} {}", self.state.theme.sign(role_of_finding(found)), sanitize(&found.to_string()))
    }

    fn draw_lifelines(&mut self) {
        let (bar, dim) = (self.state.theme.glyphs.bar, self.style(Role::Dim));
        for at in 0..self.lanes.shown {
            self.put(self.lanes.person(at), bar, dim);
        }
        self.put(self.lanes.server, bar, dim);
    }

    /// Paints a line between two columns; the lifelines it crosses stay visible.
    fn line(&mut self, from: u16, to: u16, dash: &'static str, style: Style) {
        let crossed: Vec<_> = (0..self.lanes.shown).map(|at| self.lanes.person(at)).collect();
        for x in (from..to).filter(|x| !crossed.contains(x)) {
            self.put(x, dash, style);
        }
    }

    /// Paints words on an arrow, with a blank on either side.
    fn label(&mut self, line: Line<'static>, chosen: bool) {
        let start = self.lanes.lane();
        if line.width() == 0 {
            return;
        }
        let line = if chosen { line.patch_style(Style::new().add_modifier(Modifier::REVERSED)) } else { line };
        let width = u16::try_from(line.width()).unwrap_or(u16::MAX);
        self.put(start, " ", Style::new());
        let room = self.row.width.saturating_sub(start + 1);
        self.buffer.set_line(self.row.x.saturating_add(start + 1), self.row.y, &line, room);
        self.put(start.saturating_add(width).saturating_add(1), " ", Style::new());
    }

    fn glyph(&mut self, at: u16, who: Option<&Author>) {
        let (glyph, style) = self.person(who);
        self.put(at, glyph, style);
    }

    fn put(&mut self, x: u16, words: &str, style: Style) {
        let room = self.row.width.saturating_sub(x);
        if room > 0 && !self.row.is_empty() {
            self.buffer.set_stringn(self.row.x + x, self.row.y, words, room.into(), style);
        }
    }

    fn is_selected(&self, step: &SequenceStep<'_>) -> bool {
        let number = step.entry().map(|entry| entry.exchange.number);
        self.state.people.focus == Focus::Wire && number.is_some() && number == self.state.server.wire.selected_number()
    }

    /// Returns the column at which an author's arrows end, and their style.
    fn end(&self, who: Option<&Author>) -> (u16, Style) {
        (self.lanes.person(self.people.lane_of(who)), self.person(who).1)
    }

    fn person(&self, who: Option<&Author>) -> (&'static str, Style) {
        let (glyph, role) = self.state.sign_of(who);
        (glyph, self.style(role))
    }

    fn style(&self, role: Role) -> Style {
        self.state.theme.style(role)
    }
}

/// Returns the role that a finding is drawn in: a lost update is bad, a refusal a warning.
fn role_of_finding(found: &Finding) -> Role {
    match found {
        Finding::Overwrote(_)
        | Finding::Skipped(_)
        | Finding::OverwrittenBy { .. }
        | Finding::LostBy { .. }
        | Finding::Anomaly { is_loss: true, .. } => Role::Bad,
        Finding::Stale(_) | Finding::Unconditional | Finding::Anomaly { .. } => Role::Warning,
        Finding::Replayed => Role::Info,
    }
}
