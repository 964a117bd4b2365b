//! The versions of a document as a graph, with words beside it.
//!
//! [`graph`] computes the cells of the graph, [`labels`] the words about a version; this module styles both.

use contract::{Author, DocumentId};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::graph::{self, GraphCell, GraphRow, VersionGraph, most_columns};
use traffic::labels;
use traffic::lineage::{LineageEntry, WriteBase};
use traffic::room::Attendee;

use super::border::framed;
use crate::content::{tags, text};
use crate::layout::inner;
use crate::overlay::Overlay;
use crate::pane::Pane;
use crate::state::State;
use crate::versions::{VersionFilterPrompt, VersionsView};

/// How to read the graph, for a newcomer.
const LEGEND: &str = "Newest first. A line leads down from each version to its base: the one that its writer had read. \
                      Where a line goes round a version, that version was replaced by an author who had not seen it.";

/// The fewest rows for each row of the legend; with fewer, the graph takes the legend's space.
const GRAPH_ROWS_PER_LEGEND_ROW: usize = 5;

/// Draws the versions.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect, versions: &VersionsView) {
    let style = |role| state.theme.style(role);
    let count = Line::styled(count(versions), style(Role::Dim)).right_aligned();
    let title = format!("versions of {}", versions.document);
    frame.render_widget(Clear, area);
    frame.render_widget(framed(&state.theme, &title, true).title_bottom(count), area);
    let room = inner(area);
    let mut head = legend(state, room);
    if let Some(why) = versions.trouble() {
        let words = format!("{} the newest versions are not known: {}", state.theme.glyphs.bad, sanitize(why));
        head.extend(text::paragraph(&words, room.width.into(), style(Role::Bad)));
    }
    let height = u16::try_from(head.len()).unwrap_or(u16::MAX);
    let [top, body] = Split::vertical([Constraint::Length(height), Constraint::Fill(1)]).areas(room);
    frame.render_widget(Paragraph::new(head), top);
    frame.render_widget(Paragraph::new(lines(state, versions, body)), body);
}

/// Returns the legend, or nothing if it would leave too few rows for the graph.
fn legend(state: &State, room: Rect) -> Vec<Line<'static>> {
    let mut lines = text::paragraph(LEGEND, room.width.into(), state.theme.style(Role::Dim));
    lines.push(Line::default());
    if lines.len() * GRAPH_ROWS_PER_LEGEND_ROW < usize::from(room.height) { lines } else { Vec::new() }
}

/// Draws the versions, with the prompt for a filter below them.
pub(super) fn draw_filter(state: &State, frame: &mut Frame<'_>, area: Rect, prompt: &VersionFilterPrompt) {
    let Some(versions) = state.overlays.iter().rev().find_map(|screen| match screen {
        Overlay::Versions(versions) => Some(versions),
        _ => None,
    }) else {
        return;
    };
    draw(state, frame, area, versions);
    let room = inner(area);
    let line = Rect { y: room.bottom().saturating_sub(1), height: 1, ..room }.intersection(room);
    frame.render_widget(Clear, line);
    let words = Span::styled("show only (an author or a number): ", state.theme.style(Role::Key));
    let width = u16::try_from(words.width()).unwrap_or_default().min(line.width);
    frame.render_widget(words, line);
    prompt.line.draw(frame, Rect { x: line.x + width, width: line.width - width, ..line }, true, &state.theme);
}

/// Returns how many versions there are, and how many of them are shown.
fn count(versions: &VersionsView) -> String {
    let history = versions.history().unwrap_or_default();
    match history.first() {
        None => String::new(),
        Some(_) if !versions.filter().is_empty() => {
            format!(" '{}': {} of {} versions ", sanitize(versions.filter()), versions.shown().len(), history.len())
        }
        Some(newest) if versions.has_older() => {
            format!(" the newest {} of {} versions, times in UTC ", history.len(), newest.version.version)
        }
        Some(_) if history.len() == 1 => " 1 version, times in UTC ".to_owned(),
        Some(_) => format!(" {} versions, times in UTC ", history.len()),
    }
}

fn lines(state: &State, versions: &VersionsView, room: Rect) -> Vec<Line<'static>> {
    let (width, height) = (usize::from(room.width), usize::from(room.height));
    let remark = |words: &str| text::paragraph(words, width, state.theme.style(Role::Info));
    let Some(history) = versions.history() else {
        return if versions.trouble().is_some() { Vec::new() } else { remark("the versions are on their way") };
    };
    if history.is_empty() {
        return remark("there is no version yet: a save makes the first");
    }
    let selected = versions.selected();
    let scene = GraphScene { state, document: &versions.document, history, marked: versions.marked() };
    let mut graph = graph::lay_out(history, width.saturating_sub(POINTER_COLUMNS), |at, room| scene.label(at, room));
    if !versions.filter().is_empty() {
        keep_only(&mut graph, &versions.shown());
    }
    let top = first_row(&graph, selected, height, usize::from(versions.has_older()));
    let shown = graph.rows.iter().enumerate().skip(top).take(height);
    let is_head = |number: usize| number == 0 || graph.rows[number - 1].at != graph.rows[number].at;
    let mut lines: Vec<_> =
        shown.map(|(number, row)| scene.line(row, width, is_head(number), selected == Some(row.at))).collect();
    if lines.is_empty() {
        return remark("no version matches the filter");
    }
    if versions.has_older() && lines.len() < height {
        let words = format!("{:POINTER_COLUMNS$}{} older versions are not shown", "", state.theme.glyphs.dotted);
        lines.push(Line::styled(text::cut(&words, width, state.theme.glyphs.more), state.theme.style(Role::Dim)));
    }
    lines
}

/// Leaves out all other versions, and with them the edges.
///
/// An edge could lead to a version that is not shown.
fn keep_only<L>(graph: &mut VersionGraph<L>, shown: &[usize]) {
    graph.rows.retain(|row| shown.binary_search(&row.at).is_ok() && row.label.is_some());
    for row in &mut graph.rows {
        let is_node = row.marks.contains(&GraphCell::Node);
        row.marks = vec![if is_node { GraphCell::Node } else { GraphCell::Blank }];
    }
}

/// The most people beside a version; of more, the last ones are a number.
const MAX_NAMED_HOLDERS: usize = 4;

/// The columns that the pointer to the selected version takes.
const POINTER_COLUMNS: usize = 2;

/// Returns the first row to draw: the selected version is in the middle, if enough rows surround it.
///
/// `more` is the number of rows that follow the graph. No version is drawn without its heading.
fn first_row<L>(graph: &VersionGraph<L>, selected: Option<usize>, height: usize, more: usize) -> usize {
    let of_selected = |row: &&GraphRow<L>| selected == Some(row.at);
    let first = graph.rows.iter().position(|row| of_selected(&row)).unwrap_or(0);
    let tall = graph.rows.iter().filter(of_selected).count();
    let above = height.saturating_sub(tall) / 2;
    let top = first.saturating_sub(above).min((graph.rows.len() + more).saturating_sub(height));
    let is_head = |row: usize| row == 0 || graph.rows[row - 1].at != graph.rows[row].at;
    let heading = (0..=top).rev().find(|row| is_head(*row)).unwrap_or(0);
    // Start with the heading of the version at the top if the selected version then fits, else with the next heading.
    if heading == top || first + tall <= heading + height {
        heading
    } else {
        (top..=first).find(|row| is_head(*row)).unwrap_or(first)
    }
}

/// The content of the graph: a history, and the authors who edit its document now.
struct GraphScene<'a> {
    state: &'a State,
    document: &'a DocumentId,
    history: &'a [LineageEntry],
    /// The number of the version that others are compared with.
    marked: Option<u64>,
}

impl GraphScene<'_> {
    fn style(&self, role: Role) -> Style {
        self.state.theme.style(role)
    }

    /// Returns one row: the pointer, the cells of the graph, and the words.
    fn line(&self, row: &GraphRow<Line<'static>>, width: usize, head: bool, selected: bool) -> Line<'static> {
        let glyphs = self.state.theme.glyphs;
        let pointed = head && selected;
        let mut spans = vec![Span::raw(format!("{} ", if pointed { glyphs.focus } else { " " }))];
        let most = most_columns(width.saturating_sub(POINTER_COLUMNS));
        let fit = if row.marks.len() > most { most.saturating_sub(1) } else { row.marks.len() };
        let (shown, cut) = row.marks.split_at(fit);
        spans.extend(shown.iter().map(|mark| self.cell(*mark, row.at)));
        if !cut.is_empty() {
            let more = cut.iter().any(|mark| *mark != GraphCell::Blank);
            spans.push(Span::styled(if more { glyphs.more } else { " " }, self.style(Role::Dim)));
        }
        spans.push(Span::raw(" "));
        if let Some(label) = &row.label {
            let label = if pointed { self.state.theme.selected_line(label.clone()) } else { label.clone() };
            let styled = |span: Span<'static>| Span { style: label.style.patch(span.style), ..span };
            spans.extend(label.spans.into_iter().map(styled));
        }
        text::clip(spans, width, glyphs.more)
    }

    /// Returns a cell of the graph, styled.
    fn cell(&self, mark: GraphCell, at: usize) -> Span<'static> {
        let glyphs = self.state.theme.glyphs;
        let glyph = match mark {
            GraphCell::Blank => " ",
            GraphCell::Node => {
                let (glyph, role) = self.state.sign_of(Some(&self.history[at].version.author));
                return Span::styled(glyph, self.style(role));
            }
            GraphCell::Line | GraphCell::Down => glyphs.bar,
            GraphCell::Dotted => glyphs.dotted,
            GraphCell::Leaves => glyphs.leaves,
            GraphCell::Across => glyphs.rule,
            GraphCell::Turns => glyphs.turns,
            GraphCell::Joins => glyphs.joins,
            GraphCell::Returns => glyphs.returns,
            GraphCell::Arrives => glyphs.left,
        };
        Span::styled(glyph, self.style(if mark.goes_round() { Role::Bad } else { Role::Text }))
    }

    /// Returns the words beside a version: its heading, its origin and its fate.
    fn label(&self, at: usize, room: usize) -> Vec<Line<'static>> {
        let told = &self.history[at];
        let mut lines = text::flow_spans(self.heading(at), room, self.state.theme.glyphs.more);
        let origin = sanitize(&labels::origin(self.history, at)).into_owned();
        lines.extend(match told.base {
            WriteBase::Parent | WriteBase::Nothing => text::paragraph(&origin, room, self.style(Role::Text)),
            WriteBase::Older(_) | WriteBase::Unnamed | WriteBase::Strange(_) => {
                self.signed(Role::Warning, &origin, room)
            }
        });
        if let Some((lost, words)) = labels::fate(told) {
            lines.extend(self.signed(if lost { Role::Bad } else { Role::Warning }, &words, room));
        }
        lines
    }

    /// Returns a paragraph that begins with the sign of its role.
    fn signed(&self, role: Role, words: &str, room: usize) -> Vec<Line<'static>> {
        text::paragraph(&format!("{} {words}", self.state.theme.sign(role)), room, self.style(role))
    }

    /// Returns the version's number, author, tag and time, and the authors who hold it now.
    fn heading(&self, at: usize) -> Vec<Vec<Span<'static>>> {
        let version = &self.history[at].version;
        let mut pieces = vec![
            vec![Span::styled(format!("v{}", version.version), self.style(Role::Title))],
            vec![self.person(&version.author)],
            vec![Span::raw(labels::when(&self.history[at], &self.history[0]))],
        ];
        let tag = tags::shown(self.state, &version.etag.to_string());
        // The spoken form of a tag is the version's number.
        if tag != format!("v{}", version.version) {
            pieces.insert(2, vec![Span::styled(tag, self.style(Role::Tag))]);
        }
        if self.marked == Some(version.version) {
            pieces.push(vec![Span::styled("marked", self.style(Role::Selected))]);
        }
        if at == 0 && !version.deleted {
            pieces.push(vec![Span::styled("current", self.style(Role::Good))]);
        }
        let holders = self.holders().filter(|(held, _)| *held == at);
        let holds = |(_, who)| vec![Span::styled("base of ", self.style(Role::Base)), self.person(who)];
        pieces.extend(holders.map(holds));
        pieces.extend(self.people_at(version.version));
        pieces
    }

    /// Returns the people in a room who hold a version of the document.
    ///
    /// The first few are named; the others are a number.
    fn people_at(&self, version: u64) -> Vec<Vec<Span<'static>>> {
        let holds = |one: &&Attendee| one.document.as_ref() == Some(self.document) && one.version == Some(version);
        let people: Vec<_> = self.state.room.people().into_iter().filter(holds).collect();
        let named = if people.len() > MAX_NAMED_HOLDERS { MAX_NAMED_HOLDERS - 1 } else { people.len() };
        let mut pieces: Vec<_> = people[..named].iter().map(|one| vec![self.person(&one.name)]).collect();
        if let Some(first) = pieces.first_mut() {
            first.insert(0, Span::styled("held by ", self.style(Role::Base)));
        }
        if named < people.len() {
            pieces.push(vec![Span::styled(format!("and {} others", people.len() - named), self.style(Role::Base))]);
        }
        pieces
    }

    /// Returns the authors who edit the document here, and the versions they hold.
    fn holders(&self) -> impl Iterator<Item = (usize, &Author)> {
        let works = self.state.people.panes.iter().filter_map(Pane::document);
        works.filter(|work| work.editor.id() == self.document).filter_map(|work| {
            let base = work.editor.base()?;
            // If several versions have this tag, the newest is meant.
            let held = self.history.iter().position(|told| told.version.etag == base.etag)?;
            Some((held, work.editor.me()))
        })
    }

    /// Returns an author's sign and name, styled.
    fn person(&self, author: &Author) -> Span<'static> {
        let (glyph, role) = self.state.sign_of(Some(author));
        Span::styled(format!("{glyph} {}", sanitize(author.as_str())), self.style(role))
    }
}
