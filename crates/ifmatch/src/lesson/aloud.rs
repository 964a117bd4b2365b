//! `ifmatch lesson --plain`: a lesson step by step, line by line, for somebody who listens.
//!
//! What is said and what follows from it is [`lesson::aloud`]'s; here are the lines, the server and the people before it.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::sync::Arc;

use lesson::aloud::{Heard, Listener};
use lesson::player::Player;
use lesson::transcript::visible;
use lesson::{Cast, Lesson};
use precondition::policy::Preconditions;

use super::house::{self, Open};
use super::print;
use super::shelf::{LessonFailure, Shelf};

/// Plays the lesson of that name, or one that is chosen from the list, until somebody leaves.
pub(crate) async fn run(
    shelf: &Shelf,
    name: Option<&str>,
    insists: Option<Preconditions>,
) -> Result<ExitCode, LessonFailure> {
    let room = Room { typed: io::stdin().is_terminal() };
    let lesson = match name {
        Some(name) => &shelf.named(name)?.lesson,
        None => match choose(shelf, &room).await? {
            Some(lesson) => lesson,
            None => return Ok(ExitCode::SUCCESS),
        },
    };
    let mut on_stage = OnStage::begin(Player::take(Arc::clone(lesson), insists)).await?;
    let mut listener = Listener::default();
    on_stage.step(&mut listener).await?;
    say(&listener.news(on_stage.player.tale()))?;
    say(&["An empty line goes on; 'back', 'again', 'help' and 'quit' are words here.".to_owned()])?;
    while let Some(line) = room.hear(if listener.is_asked() { "answer> " } else { "> " }).await? {
        match listener.hear(&line) {
            Heard::Answer(lines) => say(&lines)?,
            Heard::Leave => break,
            Heard::Next => {
                let goes_on = on_stage.step(&mut listener).await?;
                say(&listener.news(on_stage.player.tale()))?;
                if !goes_on {
                    say(&["The lesson is over. 'again' begins it anew, 'quit' leaves.".to_owned()])?;
                }
            }
            Heard::Back => {
                let (player, silent) = on_stage.player.back();
                on_stage = on_stage.anew(player).await?;
                let caption = on_stage.up_to(silent.max(1), &mut listener).await?;
                say(&[format!("Back: the last step was '{}'.", visible(&caption))])?;
            }
            Heard::Again => {
                let player = on_stage.player.again();
                on_stage = on_stage.anew(player).await?;
                listener = Listener::default();
                on_stage.step(&mut listener).await?;
                say(&listener.news(on_stage.player.tale()))?;
            }
        }
    }
    let holds = on_stage.player.tale().failures().next().is_none();
    on_stage.end().await?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Has somebody choose a lesson, by its number or its name; none where there are no more lines.
async fn choose<'s>(shelf: &'s Shelf, room: &Room) -> Result<Option<&'s Arc<Lesson>>, LessonFailure> {
    let all = shelf.all();
    let listed = (1..).zip(all).map(|(number, one)| {
        let Lesson { name, title, goal, minutes, .. } = &*one.lesson;
        format!("{number}: {name}. {} {minutes} minutes. {}", visible(title), visible(goal))
    });
    say(&listed.collect::<Vec<_>>())?;
    say(&["Say the number or the name of a lesson, or 'quit'.".to_owned()])?;
    while let Some(line) = room.hear("lesson> ").await? {
        let said = line.trim();
        let by_number = said.parse::<usize>().ok().and_then(|number| all.get(number.checked_sub(1)?));
        match by_number.map_or_else(|| shelf.named(said), Ok) {
            _ if said == "quit" => return Ok(None),
            Ok(one) => return Ok(Some(&one.lesson)),
            Err(why) => say(&[format!("{why}.")])?,
        }
    }
    Ok(None)
}

/// Says these lines.
fn say(lines: &[String]) -> Result<(), LessonFailure> {
    if lines.is_empty() { Ok(()) } else { print(&(lines.join("\n") + "\n")) }
}

/// Where lines are heard.
struct Room {
    /// Whether somebody types them, and is prompted; else each is said again before it is answered.
    typed: bool,
}

impl Room {
    /// The next line; none where there are no more.
    async fn hear(&self, prompt: &str) -> Result<Option<String>, LessonFailure> {
        if self.typed {
            print(prompt)?;
        }
        // The server and the people before it go on meanwhile.
        let read = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            io::stdin().read_line(&mut line).map(|length| (length > 0).then_some(line))
        });
        // What cannot be read is no line, and the last one.
        let line = read.await.ok().and_then(Result::ok).flatten();
        let line = line.map(|line| line.trim_end_matches(['\n', '\r']).to_owned());
        match &line {
            Some(line) if !self.typed => say(&[format!("> {}", visible(line))])?,
            None if self.typed => print("\n")?,
            _ => {}
        }
        Ok(line)
    }
}

/// A lesson that is being played before a server of its own.
struct OnStage {
    player: Player,
    cast: Cast,
    open: Open,
}

impl OnStage {
    async fn begin(player: Player) -> Result<Self, LessonFailure> {
        let open = house::open().await?;
        let cast = Cast::new(open.house.clone(), player.lesson(), player.first_policy()).await?;
        Ok(Self { player, cast, open })
    }

    /// Takes a step; false where the last one was taken.
    async fn step(&mut self, listener: &mut Listener) -> Result<bool, LessonFailure> {
        let Some(scene) = self.player.step() else { return Ok(false) };
        listener.begin(&scene);
        for cue in &scene.cues {
            for observation in self.cast.carry_out(cue).await? {
                self.player.observe(observation);
            }
        }
        self.player.judge();
        Ok(self.player.position() < self.player.scenes())
    }

    /// Takes so many steps that were heard before. What the last of them was comes back.
    async fn up_to(&mut self, steps: usize, listener: &mut Listener) -> Result<String, LessonFailure> {
        while self.player.position() < steps && self.step(listener).await? {}
        listener.has_heard(self.player.tale());
        let mut captions = self.player.tale().moments.iter().filter_map(|moment| match moment {
            lesson::tale::Moment::Step { caption, .. } => Some(caption.clone()),
            _ => None,
        });
        Ok(captions.next_back().unwrap_or_default())
    }

    /// That player before a fresh server.
    async fn anew(self, player: Player) -> Result<Self, LessonFailure> {
        self.end().await?;
        Self::begin(player).await
    }

    async fn end(self) -> Result<(), LessonFailure> {
        self.cast.leave().await?;
        self.open.close().await
    }
}
