//! The chart of a swarm: four numbers that matter, each with its course.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::symbols::bar;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Sparkline};
use swarm::{RetryBackoff, SwarmProgress, SwarmSample};
use terminal::ascii;
use terminal::sanitize::sanitize;
use terminal::theme::{Role, Theme};

use super::series::{columns, failed_per_edit, number, per_second};
use crate::content::text::clip;

/// How many of the last samples a rate 'now' is about: one second.
const RECENT_SAMPLES: usize = 4;

/// The columns for the words to the left of the bars, if there is room.
const WORD_COLUMNS: u16 = 36;

/// The chart of a run, for the whole screen or a part of it.
#[derive(Debug, Clone, Copy)]
pub struct SwarmChart<'a> {
    /// The run.
    pub progress: &'a SwarmProgress,
    /// The theme.
    pub theme: &'a Theme,
    /// The server's address.
    pub server: &'a str,
    /// Whether the end was asked for.
    pub is_stopping: bool,
}

/// One measure: its words, its course, and its role.
struct Measure {
    value: String,
    what: String,
    course: Vec<f64>,
    role: Role,
}

impl SwarmChart<'_> {
    /// Draws the chart.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect) {
        let [head, measures, foot] =
            Layout::vertical([Constraint::Length(3), Constraint::Fill(1), Constraint::Length(1)]).areas(area);
        frame.render_widget(Paragraph::new(self.head(head.width)), head);
        self.draw_measures(frame, measures);
        frame.render_widget(Paragraph::new(self.foot()), foot);
        if self.theme.is_ascii() {
            ascii::to_ascii(frame.buffer_mut());
        }
    }

    /// Draws the measures without the head and the foot.
    pub(crate) fn draw_measures(&self, frame: &mut Frame<'_>, area: Rect) {
        let is_wide = area.width >= WORD_COLUMNS + 20;
        let bars = if is_wide { area.width - WORD_COLUMNS - 1 } else { area.width };
        let all = self.measures(bars.into());
        let rows = Layout::vertical(all.iter().map(|_| Constraint::Fill(1))).spacing(0).split(area);
        for (measure, row) in all.iter().zip(rows.iter()) {
            self.draw_measure(frame, measure, *row, is_wide);
        }
    }

    fn head(&self, width: u16) -> Vec<Line<'static>> {
        let plan = &self.progress.plan;
        let now = self.progress.latest();
        let backoff = match plan.backoff {
            RetryBackoff::None => "no backoff".to_owned(),
            RetryBackoff::FullJitter => format!("backoff {}", plan.backoff),
        };
        let title = vec![
            Span::styled(format!("{} writers × {} edits", plan.writers, plan.edits), self.theme.style(Role::Title)),
            Span::raw(format!(" of '{}' · {} · {backoff}", plan.document, plan.strategy)),
            Span::styled(format!(" · {}", sanitize(self.server)), self.theme.style(Role::Dim)),
        ];
        let title = clip(title, width.into(), self.theme.glyphs.more);
        let count = format!("{} of {} acknowledged ", now.acknowledged, plan.all_edits());
        let room = usize::from(width).saturating_sub(count.chars().count());
        let filled = if plan.all_edits() == 0 { 0 } else { room * now.acknowledged / plan.all_edits() };
        let progress = Line::from(vec![
            Span::raw(count),
            Span::styled(self.theme.glyphs.bars[7].repeat(filled), self.theme.style(Role::Good)),
            Span::styled(self.theme.glyphs.rule.repeat(room - filled), self.theme.style(Role::Dim)),
        ]);
        vec![title, progress, Line::default()]
    }

    fn measures(&self, width: usize) -> [Measure; 4] {
        let samples = &self.progress.samples;
        let now = self.progress.latest();
        // After the end, the rates are those of the whole run.
        let first = if self.progress.is_over { 0 } else { samples.len().saturating_sub(RECENT_SAMPLES + 1) };
        let before = samples.get(first).copied().unwrap_or_default();
        let acknowledged = |sample: &SwarmSample| sample.acknowledged;
        let required = now.precondition_required > 0;
        let refusals = if required {
            Measure {
                value: format!("{} × 428", now.precondition_required),
                what: "the server requires a precondition".to_owned(),
                course: columns(samples, width, |from, to| per_second(from, to, |s| s.precondition_required)),
                role: Role::Warning,
            }
        } else {
            Measure {
                value: format!("{:.1} × 412", failed_per_edit(&before, &now)),
                what: format!("per edit; {} in all", now.precondition_failed),
                course: columns(samples, width, failed_per_edit),
                role: Role::Warning,
            }
        };
        [
            Measure {
                value: format!("{:.0} edits/s", per_second(&before, &now, acknowledged)),
                what: "acknowledged by the server".to_owned(),
                course: columns(samples, width, |from, to| per_second(from, to, acknowledged)),
                role: Role::Good,
            },
            refusals,
            Measure {
                value: format!("p50 {} ms, p99 {} ms", now.p50.as_millis(), now.p99.as_millis()),
                what: "typing to acknowledged; bars: p99".to_owned(),
                course: columns(samples, width, |_, to| to.p99.as_secs_f64()),
                role: Role::Info,
            },
            Measure {
                value: format!("{} lost", now.lost),
                what: if now.lost == 0 {
                    "each acknowledged edit is there".to_owned()
                } else {
                    "acknowledged, not in the document".to_owned()
                },
                course: columns(samples, width, |_, to| number(to.lost)),
                role: if now.lost == 0 { Role::Good } else { Role::Bad },
            },
        ]
    }

    fn draw_measure(&self, frame: &mut Frame<'_>, measure: &Measure, area: Rect, is_wide: bool) {
        let style = self.theme.style(measure.role);
        let value = Line::styled(format!("{} {}", self.theme.sign(measure.role), measure.value), style);
        let what = Line::styled(format!("  {}", measure.what), self.theme.style(Role::Dim));
        let bars = if is_wide {
            let [words, bars] =
                Layout::horizontal([Constraint::Length(WORD_COLUMNS), Constraint::Fill(1)]).spacing(1).areas(area);
            frame.render_widget(Paragraph::new(vec![value, what]), words);
            bars
        } else {
            let [words, bars] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
            frame.render_widget(Paragraph::new(value), words);
            bars
        };
        // A row without bars between two measures keeps them apart.
        let bars = Rect { height: if bars.height > 2 { bars.height - 1 } else { bars.height }, ..bars };
        let most = measure.course.iter().copied().fold(0.0_f64, f64::max);
        // Bars have eight levels a row; a thousand are finer than any screen.
        let level = |value: &f64| scaled(*value, most);
        let sparkline = Sparkline::default()
            .data(measure.course.iter().map(level).collect::<Vec<u64>>())
            .max(SCALE)
            .bar_set(if self.theme.is_ascii() { ASCII_BARS } else { bar::NINE_LEVELS })
            .style(style);
        frame.render_widget(sparkline, bars);
    }

    fn foot(&self) -> Line<'static> {
        let progress = self.progress;
        if progress.is_over {
            return Line::from("The writers are done.");
        }
        if self.is_stopping {
            return Line::styled("Waiting for the last responses …", self.theme.style(Role::Warning));
        }
        let key = self.theme.style(Role::Key);
        let seconds = progress.latest().at.as_secs();
        Line::from(vec![
            Span::styled("q", key),
            Span::raw(" or "),
            Span::styled("Ctrl-C", key),
            Span::raw(" stops and prints the totals"),
            Span::styled(format!(" · {seconds} s · {} writing", progress.writing), self.theme.style(Role::Dim)),
        ])
    }
}

/// The value of the longest bar.
const SCALE: u64 = 1000;

/// The bars of a terminal without Unicode.
const ASCII_BARS: bar::Set<'static> = bar::Set {
    full: "#",
    seven_eighths: "#",
    three_quarters: "#",
    five_eighths: "#",
    half: "#",
    three_eighths: "_",
    one_quarter: "_",
    one_eighth: "_",
    empty: " ",
};

/// Returns a value as a bar whose longest is `most`. A value above 0 is never without a bar.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the result is from 0 to SCALE")]
fn scaled(value: f64, most: f64) -> u64 {
    if value <= 0.0 || most <= 0.0 {
        return 0;
    }
    ((value / most * 1000.0) as u64).clamp(SCALE / 20, SCALE)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use swarm::{SaveStrategy, SwarmPlan, ThinkTime};

    use super::*;

    fn progress(lost: usize) -> SwarmProgress {
        let plan = SwarmPlan {
            document: "swarm".parse().unwrap(),
            prefix: "writer".to_owned(),
            run: String::new(),
            writers: 200,
            edits: 25,
            strategy: SaveStrategy::Merge,
            backoff: RetryBackoff::FullJitter,
            think: ThinkTime::default(),
            seed: 0,
        };
        let samples = (0..40_u32).map(|index| SwarmSample {
            at: Duration::from_millis(250) * index,
            acknowledged: (index * index) as usize,
            precondition_failed: (index * 60) as usize,
            precondition_required: 0,
            lost: lost * index as usize / 39,
            p50: Duration::from_millis(40),
            p99: Duration::from_millis(u64::from(index) * 10),
        });
        SwarmProgress { plan, samples: samples.collect(), writing: 200, is_over: false }
    }

    fn drawn(progress: &SwarmProgress, theme: &Theme, (width, height): (u16, u16)) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let chart = SwarmChart { progress, theme, server: "http://127.0.0.1:4280", is_stopping: false };
        terminal.draw(|frame| chart.draw(frame, frame.area())).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn chart_has_its_numbers_at_every_size() {
        for size in [(120, 40), (80, 24), (40, 12)] {
            let screen = drawn(&progress(0), &Theme::default(), size);
            for words in ["1521 of 5000", "edits/s", "412", "p99 390 ms", "0 lost", "Ctrl-C"] {
                assert!(screen.contains(words), "{words} at {size:?}\n{screen}");
            }
        }
        assert!(drawn(&progress(7), &Theme::default(), (80, 24)).contains("7 lost"));
    }

    #[test]
    fn address_without_room_for_its_end_is_marked() {
        let title = |size| drawn(&progress(0), &Theme::default(), size).lines().next().unwrap_or_default().to_owned();
        assert!(title((120, 40)).contains("http://127.0.0.1:4280"), "{}", title((120, 40)));
        assert!(title((80, 24)).trim_end_matches(['"', ' ']).ends_with('…'), "{}", title((80, 24)));
    }

    #[test]
    fn ascii_chart_has_no_other_character() {
        let theme = Theme { glyphs: &terminal::theme::ASCII, ..Theme::default() };
        let screen = drawn(&progress(3), &theme, (80, 24));
        assert!(screen.is_ascii(), "{screen}");
        assert!(screen.contains('#'), "{screen}");
    }

    #[test]
    fn small_value_has_a_bar() {
        assert_eq!([scaled(0.0, 5.0), scaled(0.001, 5.0), scaled(5.0, 5.0), scaled(1.0, 0.0)], [0, 50, 1000, 0]);
    }
}
