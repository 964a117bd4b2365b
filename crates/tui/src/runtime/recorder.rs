//! A lesson played on the stage before a camera: no terminal, and a picture each time that it comes to rest.
//!
//! It is the stage that people see, led by its own keys: a step, and before each question first an answer that is wrong
//! and then the right one, so that whoever looks on sees both met. Pictures are taken at rest only, when all that the
//! lesson waits for has come, and how long each stays is worked out from what is new to read. So the same lesson is the
//! same film, to the byte.

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
use crate::action::{Action, Context, key_of};
use crate::draw::draw;
use crate::event::Event;
use crate::inbox::{EventSender, inbox};
use crate::layout::Layout;
use crate::lesson_session::{LessonRun, LessonSession, OpenQuestion};
use crate::state::{StageNext, State};

/// How long a lesson may take that nobody reads.
const RECORDING_TIMEOUT: Duration = Duration::from_secs(60);

/// A lesson as it was seen, and as it is told.
#[derive(Debug, Clone)]
pub struct Recording {
    /// What happened.
    pub run_log: RunLog,
    shots: Vec<RecordedFrame>,
}

/// A rest of the lesson.
#[derive(Debug, Clone)]
struct RecordedFrame {
    /// In which step; 0 is the opening.
    step: usize,
    caption: String,
    frame: Buffer,
    stays: Duration,
}

impl Recording {
    /// As a recording, with a marker at the beginning of each step.
    #[must_use]
    pub fn asciicast(&self) -> String {
        let size = self.shots.first().map_or((0, 0), |shot| (shot.frame.area.width, shot.frame.area.height));
        let mut cast = Asciicast::new(size, &self.run_log.title);
        let mut step = None;
        for shot in &self.shots {
            if step.replace(shot.step) != Some(shot.step) {
                cast.mark(&shot.caption);
            }
            cast.show(&shot.frame, shot.stays);
        }
        cast.finish()
    }

    /// One step as a picture: as it comes to its first rest, so that a question is still open. None where there is no
    /// such step.
    #[must_use]
    pub fn picture(&self, step: usize) -> Option<String> {
        let shot = self.shots.iter().find(|shot| shot.step == step)?;
        Some(svg::svg(&shot.frame, &self.run_log.title, &shot.caption))
    }

    /// The last step of which there is a picture.
    #[must_use]
    pub fn last_step(&self) -> usize {
        self.shots.last().map_or(0, |shot| shot.step)
    }
}

/// Records a lesson on a stage of `size` columns and rows.
///
/// `insists` replaces the lesson's own policy in this run.
///
/// # Errors
///
/// If a server cannot be started, or the lesson cannot begin or go on.
pub async fn record(
    servers: Arc<dyn ServerFactory>,
    lesson: Arc<Lesson>,
    insists: Option<Preconditions>,
    size: (u16, u16),
) -> Result<Recording, SessionError> {
    let run = LessonRun { take: insists, ..LessonRun::of(0) };
    let (folder, theme) = (PathBuf::new(), Theme::default());
    let config = StageConfig { servers, lessons: vec![lesson], first: StageNext::Lesson(run), folder, theme };
    let (keys, mut events) = inbox();
    let mut camera = RecordingSurface { size, keys: keys.clone(), at: None, shots: Vec::new(), told: None };
    let played = timeout(RECORDING_TIMEOUT, play_stage(config, None, &mut camera, keys, &mut events)).await;
    played.map_err(|_| SessionError::Stuck("nothing happens any more".to_owned()))??;
    match camera.told {
        Some(Ok(run_log)) => Ok(Recording { run_log, shots: camera.shots }),
        Some(Err(why)) => Err(SessionError::Stuck(why)),
        None => Err(SessionError::Stuck("it was left before its end".to_owned())),
    }
}

/// What stands in a terminal's place, and presses the keys as well.
struct RecordingSurface {
    size: (u16, u16),
    keys: EventSender,
    /// The rest that was seen last: the step, and the answers so far.
    at: Option<(usize, Option<usize>)>,
    shots: Vec<RecordedFrame>,
    /// What happened, or why it broke off; none before the end.
    told: Option<Result<RunLog, String>>,
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
    /// Takes a picture where the lesson rests as it did not rest before, and leads it on.
    fn on_state(&mut self, state: &State, course: &LessonSession) {
        let at = (course.player().position(), course.asked.as_ref().and_then(OpenQuestion::last));
        if course.is_busy() || self.at == Some(at) {
            return;
        }
        self.at = Some(at);
        self.capture(state, course);
        if let Some(why) = &course.broken {
            self.leave(Err(why.clone()));
        } else if course.is_asking() {
            self.answer(course);
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
        let frame = drawn.buffer.clone();
        let narration = Layout::new(state, frame.area).narration.unwrap_or(frame.area);
        let stays = reading_time::time(&frame, self.shots.last().map(|shot| &shot.frame), narration);
        let step = course.player().position().saturating_sub(1);
        let caption = course.log_entries().first().map_or_else(String::new, |moment| match moment {
            LogEntry::Step { caption, .. } => caption.clone(),
            _ => String::new(),
        });
        self.shots.push(RecordedFrame { step, caption, frame, stays });
    }

    /// Answers the question that is open: first wrong, then right.
    fn answer(&self, course: &LessonSession) {
        let Some(asked) = &course.asked else { return };
        let right = asked.last().is_some();
        let choices = &asked.question.choices;
        let wanted = choices.iter().position(|choice| choice.right == right).unwrap_or_default();
        let way = if wanted < asked.selected { Action::Up } else { Action::Down };
        for _ in 0..wanted.abs_diff(asked.selected) {
            self.press(way, Context::Quiz);
        }
        self.press(Action::Confirm, Context::Quiz);
    }

    /// Presses the key that does this.
    fn press(&self, action: Action, context: Context) {
        // We hold the other end: it is open for as long as this is shown anything.
        if let Some(key) = key_of(action, context) {
            let _ = self.keys.send(Event::Terminal(TerminalEvent::Key(key)));
        }
    }

    fn leave(&mut self, told: Result<RunLog, String>) {
        self.told = Some(told);
        let _ = self.keys.send(Event::Terminal(TerminalEvent::Stopped(StopReason::Terminate)));
    }
}
