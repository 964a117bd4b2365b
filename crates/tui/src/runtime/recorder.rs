//! Records a lesson: plays it on the stage without a terminal, and captures its idle frames.
//!
//! This is the stage that users see, driven by its own keys. Each question gets first a wrong and then the right
//! answer, so that viewers see the response to both. A frame is captured only when the lesson waits for nothing, and
//! the amount of new text decides how long each is shown. So the same lesson gives the same recording, byte for byte.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lesson::Lesson;
use lesson::run_log::{LogEntry, RunLog};
use precondition::policy::Preconditions;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use terminal::event::{StopReason, TerminalEvent};
use terminal::export::asciicast::Asciicast;
use terminal::export::{reading_time, svg};
use terminal::theme::Theme;
use tokio::time::timeout;

use super::error::SessionError;
use super::servers::ServerFactory;
use super::stage::{StageConfig, play_stage};
use super::surface::Surface;
use crate::action::{Action, Context, KeyMap};
use crate::draw::draw;
use crate::event::Event;
use crate::inbox::{EventSender, inbox};
use crate::layout::Layout;
use crate::lesson_session::{LessonRun, LessonSession, LevelEnd, OpenQuestion};
use crate::state::{StageNext, State};

/// How long a lesson may take that is played without pauses for reading.
const RECORDING_TIMEOUT: Duration = Duration::from_secs(180);

/// The frames of a lesson, and the log of its run.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The log of the run.
    pub run_log: RunLog,
    frames: Vec<RecordedFrame>,
}

/// A frame of an idle lesson.
#[derive(Debug, Clone)]
struct RecordedFrame {
    /// The step; 0 is the opening.
    step: usize,
    caption: String,
    buffer: Buffer,
    /// How long the frame is shown.
    shown_for: Duration,
}

impl Recording {
    /// Returns the recording as an asciicast, with a marker at the beginning of each step.
    #[must_use]
    pub fn asciicast(&self) -> String {
        let size = self.frames.first().map_or((0, 0), |frame| (frame.buffer.area.width, frame.buffer.area.height));
        let mut cast = Asciicast::new(size, &self.run_log.title);
        let mut step = None;
        for frame in &self.frames {
            if step.replace(frame.step) != Some(frame.step) {
                cast.mark(&frame.caption);
            }
            cast.show(&frame.buffer, frame.shown_for);
        }
        cast.finish()
    }

    /// Returns the first frame of a step as an SVG, or `None` if there is no such step.
    ///
    /// In this frame, a question of the step is still open.
    #[must_use]
    pub fn picture(&self, step: usize) -> Option<String> {
        let frame = self.frames.iter().find(|frame| frame.step == step)?;
        Some(svg::svg(&frame.buffer, &self.run_log.title, &frame.caption))
    }

    /// Returns the last step that has a picture.
    #[must_use]
    pub fn last_step(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.step)
    }
}

/// Records a lesson on a stage of `size` columns and rows.
///
/// `preconditions` replaces the lesson's own policy in this run.
///
/// # Errors
///
/// If a server cannot be started, or the lesson cannot begin or continue.
pub async fn record(
    servers: Arc<dyn ServerFactory>,
    lesson: Arc<Lesson>,
    preconditions: Option<Preconditions>,
    size: (u16, u16),
) -> Result<Recording, SessionError> {
    let run = LessonRun { take: preconditions, ..LessonRun::of(0) };
    let (folder, theme) = (PathBuf::new(), Theme::default());
    let config = StageConfig {
        servers,
        lessons: vec![lesson],
        first: StageNext::Lesson(run),
        folder,
        room: None,
        progress: None,
        log: None,
        recorder: None,
        theme,
        features: terminal::features::TerminalFeatures::default(),
        keys: KeyMap::default(),
        full_tags: false,
    };
    let (keys, mut events) = inbox();
    let mut surface = RecordingSurface { size, keys: keys.clone(), last_idle: None, frames: Vec::new(), end: None };
    let played = timeout(RECORDING_TIMEOUT, play_stage(config, None, &mut surface, keys, &mut events)).await;
    let timed_out = |_| SessionError::Stuck(format!("it did not end within {} s", RECORDING_TIMEOUT.as_secs()));
    played.map_err(timed_out)??;
    match surface.end {
        Some(Ok(run_log)) => Ok(Recording { run_log, frames: surface.frames }),
        Some(Err(why)) => Err(SessionError::Stuck(why)),
        None => Err(SessionError::Stuck("it was left before its end".to_owned())),
    }
}

/// The surface that captures frames, and presses keys in the user's place.
struct RecordingSurface {
    size: (u16, u16),
    keys: EventSender,
    /// The step, the last answer and the end of the level in the frame that was captured last.
    last_idle: Option<(usize, Option<usize>, Option<LevelEnd>)>,
    frames: Vec<RecordedFrame>,
    /// The log of the run, or why the lesson could not continue; `None` before the end.
    end: Option<Result<RunLog, String>>,
}

impl Surface for RecordingSurface {
    fn size(&self) -> io::Result<Option<(u16, u16)>> {
        Ok(Some(self.size))
    }

    fn print(&mut self, _: Vec<String>) {}

    fn show(&mut self, state: &State) -> io::Result<()> {
        if let Some(course) = state.lesson.course.as_ref().filter(|_| state.ended().is_none()) {
            self.on_state(state, course);
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

impl RecordingSurface {
    /// Captures a frame if the lesson is newly idle, and presses the keys that continue it.
    fn on_state(&mut self, state: &State, course: &LessonSession) {
        let end = course.level.as_ref().and_then(|level| level.end);
        let idle = (course.player().position(), course.asked.as_ref().and_then(OpenQuestion::last), end);
        if course.is_busy() || self.last_idle == Some(idle) {
            return;
        }
        self.last_idle = Some(idle);
        self.capture(state, course);
        if let Some(why) = &course.broken {
            self.leave(Err(why.clone()));
        } else if course.is_asking() {
            self.answer(course);
        } else if course.is_in_level() {
            // The first press only says what the second one does. The skipped level tells its solution.
            self.press(Action::Step, Context::Level);
            self.press(Action::Step, Context::Level);
        } else if course.is_over() {
            self.leave(Ok(course.player().run_log().clone()));
        } else {
            self.press(Action::Step, Context::Lesson);
        }
    }

    fn capture(&mut self, state: &State, course: &LessonSession) {
        let (width, height) = self.size;
        let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
        let Ok(drawn) = terminal.draw(|frame| draw(state, frame));
        let buffer = drawn.buffer.clone();
        let narration = Layout::new(state, buffer.area).narration.unwrap_or(buffer.area);
        let shown_for = reading_time::time(&buffer, self.frames.last().map(|frame| &frame.buffer), narration);
        let step = course.player().position().saturating_sub(1);
        let caption = course.log_entries().first().map_or_else(String::new, |entry| match entry {
            LogEntry::Step { caption, .. } => caption.clone(),
            _ => String::new(),
        });
        self.frames.push(RecordedFrame { step, caption, buffer, shown_for });
    }

    /// Answers the open question: first wrong, then right.
    fn answer(&self, course: &LessonSession) {
        let Some(asked) = &course.asked else { return };
        let right = asked.last().is_some();
        let choices = &asked.question.choices;
        let wanted = choices.iter().position(|choice| choice.right == right).unwrap_or_default();
        let direction = if wanted < asked.selected { Action::Up } else { Action::Down };
        for _ in 0..wanted.abs_diff(asked.selected) {
            self.press(direction, Context::Quiz);
        }
        self.press(Action::Confirm, Context::Quiz);
    }

    /// Presses the key for an action.
    fn press(&self, action: Action, context: Context) {
        // The receiver exists for as long as the stage shows anything.
        if let Some(key) = KeyMap::default().key_of(action, context) {
            let _ = self.keys.send(Event::Terminal(TerminalEvent::Key(key)));
        }
    }

    fn leave(&mut self, end: Result<RunLog, String>) {
        self.end = Some(end);
        let _ = self.keys.send(Event::Terminal(TerminalEvent::Stopped(StopReason::Terminate)));
    }
}
