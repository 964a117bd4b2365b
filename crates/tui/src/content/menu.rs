//! The menu in lines: an introduction, the lessons in groups, free play, and the selected lesson.

use std::sync::Arc;

use lesson::Lesson;
use lesson::script::{LessonPart, minutes_in_words, requests_in_words};
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::text;
use crate::action::{Action, Context};
use crate::progress::{LessonProgress, day};
use crate::state::State;

/// The subject of the program, in two sentences.
pub(crate) const INTRODUCTION: &str = "Two people edit one document, and the second save silently wipes out the \
                                       first. See it happen, message by message, and how HTTP's If-Match stops it.";

/// The subject of free play.
const FREE_PLAY: &str = "Two editors, one server, every message between them, and you decide what happens.";

/// The columns of the cursor before a row.
const CURSOR_COLUMNS: usize = 2;

/// The columns of a level's par and best, such as 'par 12, best 15'.
const LEVEL_COLUMNS: usize = 15;

/// From this width on, a row has the minutes and the progress of its lesson.
const ROOMY_COLUMNS: usize = 50;

/// The rows of the menu, and the place of the selected one.
pub(crate) struct MenuLines {
    pub(crate) all: Vec<Line<'static>>,
    pub(crate) selected: usize,
}

/// Returns the introduction, the lessons in their groups, and free play.
///
/// The groups are separated by blank lines if all lines still fit into `height`.
pub(crate) fn lines(state: &State, width: u16, height: u16) -> MenuLines {
    let spaced = list(state, width.into(), true);
    if spaced.all.len() <= usize::from(height) { spaced } else { list(state, width.into(), false) }
}

fn list(state: &State, width: usize, is_spaced: bool) -> MenuLines {
    let menu = &state.lesson.menu;
    let mut all = text::paragraph(INTRODUCTION, width, state.theme.style(Role::Text));
    let columns = MenuColumns::new(&menu.lessons);
    let mut selected = 0;
    let mut part = None;
    for (at, lesson) in menu.lessons.iter().enumerate() {
        if at == 0 || lesson.part != part {
            part = lesson.part;
            if is_spaced {
                all.push(Line::default());
            }
            all.extend(part.map(|part| heading(state, part, width)));
        }
        if at == menu.chosen() {
            selected = all.len();
        }
        all.push(row(state, lesson_spans(state, at, lesson, &columns, width), at == menu.chosen(), width));
    }
    if is_spaced {
        all.push(Line::default());
    }
    if menu.lesson().is_none() {
        selected = all.len();
    }
    all.push(row(state, free_play(state), menu.lesson().is_none(), width));
    MenuLines { all, selected }
}

/// Returns the title of a group.
fn heading(state: &State, part: LessonPart, width: usize) -> Line<'static> {
    let title = Span::styled(capitalized(part.title()), state.theme.style(Role::Title));
    text::clip(vec![title], width, state.theme.glyphs.more)
}

/// Returns words as the beginning of a sentence.
pub(crate) fn capitalized(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The widths of the columns that all rows share.
struct MenuColumns {
    /// The width of the widest title.
    titles: usize,
    /// The number of digits of the most minutes.
    minutes: usize,
}

impl MenuColumns {
    fn new(lessons: &[Arc<Lesson>]) -> Self {
        let titles = lessons.iter().map(|lesson| text::width(&sanitize(&lesson.title)));
        let minutes = lessons.iter().map(|lesson| lesson.minutes.to_string().len());
        Self { titles: titles.max().unwrap_or(0), minutes: minutes.max().unwrap_or(0) }
    }
}

/// Returns the row of a lesson: its title, and what fits of its minutes, its level and its date.
///
/// The date is the first to go: it is also in the words about the selected lesson.
fn lesson_spans(state: &State, at: usize, lesson: &Lesson, columns: &MenuColumns, width: usize) -> Vec<Span<'static>> {
    let progress = state.lesson.progress.of(&lesson.name);
    let mark = if progress.done.is_some() { state.theme.glyphs.good } else { " " };
    let title = sanitize(&lesson.title).into_owned();
    let filler = " ".repeat(columns.titles.saturating_sub(text::width(&title)));
    let mut spans = vec![
        Span::raw(format!("{:>2} ", at + 1)),
        Span::styled(format!("{mark} "), state.theme.style(Role::Good)),
        Span::raw(title),
    ];
    if width < ROOMY_COLUMNS {
        return spans;
    }
    let (dim, good) = (state.theme.style(Role::Dim), state.theme.style(Role::Good));
    let par = lesson.level().map(|level| format!("par {}", level.par)).unwrap_or_default();
    let level = match progress.best.filter(|_| !par.is_empty()) {
        None => (format!("  {par:<LEVEL_COLUMNS$}"), dim),
        Some(best) => (format!("  {:<LEVEL_COLUMNS$}", format!("{par}, best {}", best.requests)), good),
    };
    let minutes = (format!("{filler}  {:>1$} min", lesson.minutes, columns.minutes), dim);
    let date = progress.done.map(|done| (format!("  {}", day(done)), good));
    let mut left = width.saturating_sub(CURSOR_COLUMNS + spans.iter().map(Span::width).sum::<usize>());
    for (words, style) in [Some(minutes), Some(level), date].into_iter().flatten() {
        // The blanks at the end of a column need no room.
        let words = if text::width(&words) > left { words.trim_end().to_owned() } else { words };
        if text::width(&words) > left {
            break;
        }
        left -= text::width(&words);
        spans.push(Span::styled(words, style));
    }
    spans
}

fn free_play(state: &State) -> Vec<Span<'static>> {
    let key = state.keys.label(Action::FreePlay, Context::Menu);
    vec![
        Span::styled(format!("{key:>2}   "), state.theme.style(Role::Key)),
        Span::raw("Free play"),
        Span::styled("  Alice, Bob, a server, and no lesson", state.theme.style(Role::Dim)),
    ]
}

fn row(state: &State, spans: Vec<Span<'static>>, is_selected: bool, width: usize) -> Line<'static> {
    let glyph = if is_selected { state.theme.glyphs.focus } else { " " };
    let line = [vec![Span::raw(format!("{glyph} "))], spans].concat();
    let line = text::clip(line, width, state.theme.glyphs.more);
    if is_selected { state.theme.selected_line(line) } else { line }
}

/// Returns the goal of the selected lesson, and the progress in it.
///
/// With `details`, its minutes and the task of its level are added.
pub(crate) fn about(state: &State, width: u16, details: bool) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let say = |words: &str, role| text::paragraph(&sanitize(words), width, state.theme.style(role));
    let Some(lesson) = selected(state) else { return say(FREE_PLAY, Role::Title) };
    let progress = state.lesson.progress.of(&lesson.name);
    let mut lines = say(&lesson.goal, Role::Title);
    if details {
        lines.push(Line::default());
        lines.extend(say(&minutes_in_words(lesson.minutes), Role::Text));
    }
    if let Some(done) = progress.done {
        lines.extend(say(&format!("{} done on {}", state.theme.glyphs.good, day(done)), Role::Good));
    }
    let (words, role) = level_progress(lesson, progress);
    if progress.best.is_some() || details {
        lines.extend(words.into_iter().flat_map(|words| say(&words, role)));
    }
    if let Some(level) = lesson.level().filter(|_| details) {
        lines.push(Line::default());
        lines.extend(say(&format!("Your turn at the end: {}", level.task), Role::Text));
    }
    lines
}

fn selected(state: &State) -> Option<&Arc<Lesson>> {
    state.lesson.menu.lesson().and_then(|at| state.lesson.menu.lessons.get(at))
}

/// Returns how well the level of a lesson was solved, or nothing if it has no level.
pub(crate) fn level_progress(lesson: &Lesson, progress: LessonProgress) -> (Option<String>, Role) {
    match (lesson.level(), progress.best) {
        (None, _) => (None, Role::Text),
        (Some(level), Some(best)) => {
            let words = format!("level: {} on {}, par {}", requests_in_words(best.requests), day(best.on), level.par);
            (Some(words), Role::Good)
        }
        (Some(level), None) => (Some(format!("level: not solved yet, par {}", level.par)), Role::Text),
    }
}
