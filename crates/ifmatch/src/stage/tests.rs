//! Every lesson that is built in, played on the stage to its end: the loop, the editors, the clients and the server are
//! those of the program; only the terminal is in memory, and whoever presses the keys reads the screen.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::KeyCode;
use lesson::Lesson;
use lesson::script::{Kind, Question};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tui::key::Key;
use tui::theme::Theme;
use tui::{End, Event, Next, Run, StageConfig, State, Surface, draw, play_stage};

use super::OfThisProcess;
use crate::lesson::shelf::Shelf;

/// Longer than any lesson takes; whoever waits so long waits for nothing.
const PATIENCE: Duration = Duration::from_secs(120);

/// A leader before a terminal in memory: sees each frame, and presses keys when nothing is under way.
struct Leader<F> {
    size: (u16, u16),
    keys: UnboundedSender<Event>,
    /// What she presses at the sight of a frame.
    hand: F,
}

impl<F: FnMut(&str) -> Vec<Key>> Surface for Leader<F> {
    fn size(&self) -> io::Result<Option<(u16, u16)>> {
        Ok(Some(self.size))
    }

    fn say(&mut self, _: Vec<String>) {}

    fn show(&mut self, state: &State) -> io::Result<()> {
        let text = frame(state, self.size);
        if state.ended().is_none() && !text.contains("under way") {
            for key in (self.hand)(&text) {
                let _ = self.keys.send(Event::Key(key));
            }
        }
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn reclaim(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The text of a frame.
fn frame(state: &State, (width, height): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(state, frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

fn lessons() -> Vec<Arc<Lesson>> {
    Shelf::built_in().unwrap().lessons()
}

/// Runs the stage until somebody quits.
async fn play(lessons: Vec<Arc<Lesson>>, first: Next, size: (u16, u16), hand: impl FnMut(&str) -> Vec<Key>) {
    let (keys, mut events) = unbounded_channel();
    let mut leader = Leader { size, keys: keys.clone(), hand };
    let folder = std::env::temp_dir();
    let config = StageConfig { houses: Arc::new(OfThisProcess), lessons, first, folder, theme: Theme::default() };
    let played = play_stage(config, None, &mut leader, keys, &mut events);
    let end = tokio::time::timeout(PATIENCE, played).await.expect("the stage waits for nothing").unwrap();
    assert_eq!(end, End::Quit);
}

/// Which step the narration says this is; as many as there are at the end.
fn step(text: &str, lesson: &Lesson) -> usize {
    let title = text.lines().next().unwrap();
    match title.split("step ").nth(1) {
        Some(rest) => rest.split(' ').next().unwrap().parse().unwrap(),
        None if title.contains("the end") => lesson.steps.len() + 1,
        None => 0,
    }
}

fn question(lesson: &Lesson, step: usize) -> Option<&Question> {
    match &lesson.steps.get(step.checked_sub(1)?)?.kind {
        Kind::Ask(question) => Some(question),
        _ => None,
    }
}

fn digit(at: usize) -> Key {
    Key::char(char::from_digit(u32::try_from(at + 1).unwrap(), 10).unwrap())
}

/// Somebody who knows the lesson: gives each wrong answer, then the right one, and steps.
struct Knowing {
    lesson: Arc<Lesson>,
    /// The wrong answers that are left, of the question at that step.
    left: (usize, Vec<usize>),
    asked: usize,
}

impl Knowing {
    fn new(lesson: &Arc<Lesson>) -> Self {
        Self { lesson: Arc::clone(lesson), left: (0, Vec::new()), asked: 0 }
    }

    fn next(&mut self, text: &str) -> Key {
        let at = step(text, &self.lesson);
        let Some(question) = question(&self.lesson, at) else { return Key::char(' ') };
        if self.left.0 != at {
            let wrong = question.choices.iter().enumerate().filter(|(_, choice)| !choice.right);
            self.left = (at, wrong.map(|(at, _)| at).collect());
            self.asked += 1;
        }
        let right = question.choices.iter().position(|choice| choice.right).unwrap();
        if text.contains(&format!("{} ✓ ", right + 1)) {
            self.left.0 = 0;
            return Key::char(' ');
        }
        digit(self.left.1.pop().unwrap_or(right))
    }
}

/// The last frame of a lesson. `detour` may press something else than whoever knows it would.
async fn last_frame(lesson: &Arc<Lesson>, mut detour: impl FnMut(usize) -> Option<Key>) -> String {
    let (mut knowing, mut last) = (Knowing::new(lesson), String::new());
    let hand = |text: &str| {
        let at = step(text, lesson);
        if at > lesson.steps.len() {
            text.clone_into(&mut last);
            return vec![Key::ctrl('q')];
        }
        vec![detour(at).unwrap_or_else(|| knowing.next(text))]
    };
    play(vec![Arc::clone(lesson)], Next::Lesson(Run::of(0)), (120, 40), hand).await;
    last
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_lesson_is_played_to_its_end_and_every_claim_holds() {
    for lesson in lessons() {
        let last = last_frame(&lesson, |_| None).await;
        assert!(last.contains("claims of this lesson hold"), "{}:\n{last}", lesson.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_goes_back_and_begins_again_comes_to_the_same_end() {
    for lesson in lessons() {
        let straight = last_frame(&lesson, |_| None).await;
        let (back, again) = (lesson.steps.len() / 2, lesson.steps.len() - 1);
        let mut detours =
            vec![(again, Key::char('r')), (back, Key::plain(KeyCode::Left)), (back, Key::plain(KeyCode::PageUp))];
        let round = last_frame(&lesson, |at| {
            let here = detours.last().is_some_and(|(step, _)| *step == at);
            if here { detours.pop().map(|(_, key)| key) } else { None }
        });
        let round = round.await;
        assert_eq!(round, straight, "{}", lesson.name);
        assert!(detours.is_empty());
    }
}
