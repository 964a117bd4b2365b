//! Simulated writers in a lesson: a table of their runs, with bars.
//!
//! A row is a number of writers, and each column of figures is a way to write. So a crowd's cost is read down, and what
//! a cure changes is read across. If there is little room, the newest way and the largest crowds stay.

use lesson::SwarmResult;
use lesson::script::{SwarmMeasure, edits_in_words, manner, writers_in_words};
use lesson::swarm_note;
use ratatui::text::{Line, Span};
use swarm::{RetryBackoff, SaveStrategy, SwarmProgress};
use terminal::theme::Role;

use super::text;
use crate::lesson_session::LessonSession;
use crate::state::{Focus, State};

/// The rows of headings: the ways to write, and the names of the figures.
const HEAD_ROWS: usize = 2;

/// The columns of the number of writers.
const WRITER_COLUMNS: usize = 8;

/// The figures of a run: their measure, their columns, and the words above them, in full and in few.
const FIGURES: [(SwarmMeasure, usize, &str, &str); 3] = [
    (SwarmMeasure::EditsPerSecond, 9, "edits/s", "edits/s"),
    (SwarmMeasure::RequestsPerEdit, 14, "requests/edit", "req/edit"),
    (SwarmMeasure::Slowest, 10, "slowest", "slowest"),
];

/// The columns of all figures of a run, and those with few words.
const FIGURE_COLUMNS: usize = 33;
const NARROW_FIGURE_COLUMNS: usize = 28;

/// The fewest and the most columns of a bar with the gap before it.
const MIN_BAR_COLUMNS: usize = 8;
const MAX_BAR_COLUMNS: usize = 42;

/// Returns the lesson whose simulated writers are shown, or `None` if the people are shown.
///
/// They are shown from their first run on, until a person acts again. While the user types, the people are shown.
pub(crate) fn shown(state: &State) -> Option<&LessonSession> {
    let course = state.lesson.course.as_ref().filter(|course| course.has_swarm())?;
    (state.people.focus != Focus::Editor).then_some(course)
}

/// Returns the rows that the table needs, without a border.
///
/// These are two headings, a row for each number of writers, and a verdict.
pub(crate) fn needed_rows(course: &LessonSession) -> u16 {
    let rows = 3 + writer_counts(course).len();
    u16::try_from(rows).unwrap_or(u16::MAX)
}

/// The runs of one way to write.
struct WayRuns<'a> {
    strategy: SaveStrategy,
    backoff: RetryBackoff,
    runs: Vec<&'a SwarmResult>,
}

impl WayRuns<'_> {
    fn run_of(&self, writers: usize) -> Option<&SwarmResult> {
        self.runs.iter().rev().find(|run| run.task.writers == writers).copied()
    }

    const fn role(&self) -> Role {
        match self.backoff {
            RetryBackoff::None => Role::Warning,
            RetryBackoff::FullJitter => Role::Good,
        }
    }
}

/// Returns the runs by the way to write, in the order of the first run of each.
fn ways<'a>(course: &'a LessonSession) -> Vec<WayRuns<'a>> {
    let mut ways: Vec<WayRuns<'a>> = Vec::new();
    for run in course.swarm_runs() {
        let (strategy, backoff) = (run.task.strategy, run.task.backoff);
        match ways.iter_mut().find(|way| (way.strategy, way.backoff) == (strategy, backoff)) {
            Some(way) => way.runs.push(run),
            None => ways.push(WayRuns { strategy, backoff, runs: vec![run] }),
        }
    }
    let under_way = run_under_way(course).map(|progress| (progress.plan.strategy, progress.plan.backoff));
    if let Some((strategy, backoff)) =
        under_way.filter(|way| !ways.iter().any(|known| (known.strategy, known.backoff) == *way))
    {
        ways.push(WayRuns { strategy, backoff, runs: Vec::new() });
    }
    ways
}

/// Returns the progress of the run that is under way, or `None`.
fn run_under_way(course: &LessonSession) -> Option<&SwarmProgress> {
    course.swarm.as_deref().filter(|progress| !progress.is_over)
}

/// Returns the numbers of writers, in ascending order.
fn writer_counts(course: &LessonSession) -> Vec<usize> {
    let runs = course.swarm_runs().into_iter().map(|run| run.task.writers);
    let under_way = run_under_way(course).map(|progress| progress.plan.writers);
    let mut counts: Vec<usize> = runs.chain(under_way).collect();
    counts.sort_unstable();
    counts.dedup();
    counts
}

/// Returns the table, and what it says about losses, for a width and a number of rows.
pub(crate) fn lines(state: &State, course: &LessonSession, width: u16, rows: u16) -> Vec<Line<'static>> {
    let (width, rows) = (usize::from(width), usize::from(rows));
    let (ways, counts) = (ways(course), writer_counts(course));
    let table = TableWidths::new(width, ways.len());
    let shown = &ways[ways.len() - table.ways..];
    // In a single row, the largest crowd says more than the verdict.
    let below = if rows > 1 || counts.is_empty() { verdict(state, course, width) } else { Vec::new() };
    // The headings go before the last row does, and the ways to write before the names of the figures.
    let heads = heads(state, shown, &table, width);
    let head_rows = rows.saturating_sub(below.len() + 2).min(HEAD_ROWS);
    let heads = heads.into_iter().skip(HEAD_ROWS - head_rows);
    let room = rows.saturating_sub(head_rows + below.len());
    let longest = shown.iter().flat_map(|way| &way.runs).filter_map(|run| run.tenths(SwarmMeasure::RequestsPerEdit));
    let longest = longest.max().unwrap_or_default();
    let counts = counts.iter().skip(counts.len().saturating_sub(room));
    let table_rows = counts.map(|writers| row(state, course, shown, &table, (*writers, longest)));
    heads.chain(table_rows).chain(below).take(rows).collect()
}

/// Returns the sentence that says which part of a run is real, for a width.
pub(crate) fn note_lines(state: &State, width: u16) -> Vec<Line<'static>> {
    text::paragraph(&swarm_note(), width.into(), state.theme.style(Role::Text))
}

/// The columns of the table.
struct TableWidths {
    /// How many ways to write have room.
    ways: usize,
    is_narrow: bool,
    /// The columns of the bars of each way; 0 for none.
    bar: usize,
}

impl TableWidths {
    fn new(width: usize, ways: usize) -> Self {
        let room = width.saturating_sub(WRITER_COLUMNS);
        let shown = ways.min((room / FIGURE_COLUMNS).max(1));
        let each = room / shown.max(1);
        let is_narrow = each < FIGURE_COLUMNS;
        let figures = if is_narrow { NARROW_FIGURE_COLUMNS } else { FIGURE_COLUMNS };
        // A column stays free beside the bar.
        let bar = each.saturating_sub(figures + 1);
        let bar = if bar < MIN_BAR_COLUMNS { 0 } else { bar.min(MAX_BAR_COLUMNS) };
        Self { ways: shown, is_narrow, bar }
    }

    /// Returns the columns of a figure, and the words above it.
    fn figure(&self, (_, columns, words, short): (SwarmMeasure, usize, &'static str, &'static str)) -> (usize, &str) {
        if self.is_narrow { (short.len() + 2, short) } else { (columns, words) }
    }

    fn way_columns(&self) -> usize {
        FIGURES.iter().map(|figure| self.figure(*figure).0).sum::<usize>() + self.bar
    }
}

fn heads(state: &State, ways: &[WayRuns<'_>], table: &TableWidths, width: usize) -> [Line<'static>; HEAD_ROWS] {
    let more = state.theme.glyphs.more;
    let style = state.theme.style(Role::Title);
    let columns = table.way_columns();
    let mut names = vec![Span::raw(" ".repeat(WRITER_COLUMNS))];
    let mut words = vec![Span::styled(format!("{:>WRITER_COLUMNS$}", "writers"), style)];
    for way in ways {
        let name = text::cut(&manner(way.strategy, way.backoff), columns.saturating_sub(2), more);
        names.push(Span::styled(format!("  {name:<rest$}", rest = columns.saturating_sub(2)), style));
        for figure in FIGURES {
            let (columns, head) = table.figure(figure);
            words.push(Span::styled(format!("{head:>columns$}"), style));
        }
        words.push(Span::raw(" ".repeat(table.bar)));
    }
    [names, words].map(|spans| text::clip(spans, width, more))
}

/// Returns the row of a number of writers. `longest` is the value of the longest bar.
fn row(
    state: &State,
    course: &LessonSession,
    ways: &[WayRuns<'_>],
    table: &TableWidths,
    (writers, longest): (usize, u64),
) -> Line<'static> {
    let mut spans = vec![Span::styled(format!("{writers:>WRITER_COLUMNS$}"), state.theme.style(Role::Title))];
    for way in ways {
        let style = state.theme.style(way.role());
        let Some(run) = way.run_of(writers) else {
            let plan = run_under_way(course).map(|progress| &progress.plan);
            let is_under_way = plan.is_some_and(|plan| {
                (plan.writers, plan.strategy, plan.backoff) == (writers, way.strategy, way.backoff)
            });
            let sign = if is_under_way { state.theme.glyphs.waiting } else { "" };
            spans.push(Span::styled(format!("{sign:>columns$}", columns = table.way_columns()), style));
            continue;
        };
        for figure in FIGURES {
            let columns = table.figure(figure).0;
            spans.push(Span::raw(format!("{:>columns$}", run.figure(figure.0))));
        }
        let value = run.tenths(SwarmMeasure::RequestsPerEdit).unwrap_or_default();
        let bar = state.theme.glyphs.bars[7].repeat(bar_columns(value, longest, table.bar));
        spans.push(Span::styled(
            format!("{bar:<columns$}", bar = bar_after_gap(&bar, table.bar), columns = table.bar),
            style,
        ));
    }
    Line::from(spans)
}

/// Returns a bar with a gap of two columns before it.
fn bar_after_gap(bar: &str, columns: usize) -> String {
    if columns == 0 { String::new() } else { format!("  {bar}") }
}

/// Returns the columns of a bar whose longest has this value. A value above 0 has at least one column.
fn bar_columns(value: u64, longest: u64, columns: usize) -> usize {
    let room = u64::try_from(columns.saturating_sub(2)).unwrap_or_default();
    if value == 0 || longest == 0 || room == 0 {
        return 0;
    }
    usize::try_from((value * room / longest).max(1)).unwrap_or_default()
}

/// Returns how far the run is that is under way or, after the last one, whether something was lost.
fn verdict(state: &State, course: &LessonSession, width: usize) -> Vec<Line<'static>> {
    let say = |words: &str, role| text::paragraph(words, width, state.theme.style(role));
    if course.is_busy() {
        let words =
            run_under_way(course).map_or_else(String::new, |progress| format!(": {}", progress_words(progress)));
        return say(&format!("{} under way{words}", state.theme.glyphs.waiting), Role::Info);
    }
    let (mut lost, mut acknowledged) = (0, 0);
    for run in course.swarm_runs() {
        lost += run.lost;
        acknowledged += run.acknowledged;
    }
    let (words, role) = match (lost, acknowledged) {
        (_, 0) => ("The server has acknowledged no edit.".to_owned(), Role::Warning),
        (0, _) => (format!("{} acknowledged, and none of them lost.", edits_in_words(acknowledged)), Role::Good),
        (lost, _) => (format!("{lost} of {acknowledged} acknowledged edits are lost."), Role::Bad),
    };
    say(&format!("{} {words}", state.theme.sign(role)), role)
}

fn progress_words(progress: &SwarmProgress) -> String {
    let (plan, now) = (&progress.plan, progress.latest());
    let tenths = now.at.as_millis() / 100;
    format!(
        "{}, {} of {} edits acknowledged, {} × 412, {}.{} s",
        writers_in_words(plan.writers),
        now.acknowledged,
        plan.all_edits(),
        now.precondition_failed,
        tenths / 10,
        tenths % 10,
    )
}

/// Returns the words for the requests that the wire leaves out, or `None` if there are none.
pub(crate) fn folded_words(course: &LessonSession) -> Option<String> {
    let all = course.all_swarm_runs();
    let (requests, refused) =
        all.fold((0, 0), |(requests, refused), run| (requests + run.requests, refused + run.precondition_failed));
    (requests > 0).then(|| format!("{requests} requests of simulated writers folded, {refused} × 412"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_value_has_a_bar_of_one_column() {
        assert_eq!([(0, 388), (30, 388), (388, 388)].map(|(value, most)| bar_columns(value, most, 22)), [0, 1, 20]);
        assert_eq!([bar_columns(5, 0, 22), bar_columns(5, 5, 0)], [0, 0]);
    }

    #[test]
    fn newest_ways_stay_if_there_is_little_room() {
        let ways = |width| TableWidths::new(width, 3).ways;
        assert_eq!([38, 78, 118].map(ways), [1, 2, 3]);
        assert!(TableWidths::new(38, 1).way_columns() + WRITER_COLUMNS <= 38);
    }
}
