//! The user's input lines in plain mode.
//!
//! Commands that change a text work in every context; those of the merge mean something only after `merge`.

use merge_view::action::MergeAction;
use terminal::event::TerminalEvent;

use super::keys::stays;
use super::observe::{self, Freedom};
use super::play::{Kept, Play};
use super::story::UserCommand;
use crate::action::{Action, Context};
use crate::event::Event;

/// The commands that a story chooses from, each with its action if a check needs it.
///
/// Commands that change the text are not among them.
const COMMANDS: &[(&str, Option<Action>)] = &[
    ("mine", Some(Action::Merge(MergeAction::TakeMine))),
    ("theirs", Some(Action::Merge(MergeAction::TakeTheirs))),
    ("both", Some(Action::Merge(MergeAction::TakeBothMineFirst))),
    ("theirs and mine", Some(Action::Merge(MergeAction::TakeBothTheirsFirst))),
    ("base", Some(Action::Merge(MergeAction::TakeBase))),
    ("theirs 1", Some(Action::Merge(MergeAction::TakeTheirs))),
    ("mine 1", Some(Action::Merge(MergeAction::TakeMine))),
    ("suggested", Some(Action::Merge(MergeAction::TakeSuggestion))),
    ("settled", Some(Action::Merge(MergeAction::ToggleSettled))),
    ("blanks", Some(Action::Merge(MergeAction::DecideBlanks))),
    ("undo", Some(Action::Undo)),
    ("redo", Some(Action::Redo)),
    ("save", Some(Action::Save)),
    ("merge", None),
    ("leave", None),
    ("result", None),
    ("conflicts", None),
    ("next", None),
    ("right", None),
    ("create", None),
    ("delete mine", Some(Action::DiscardMine)),
    ("delete document", None),
    ("yes", Some(Action::Confirm)),
    ("no", None),
    ("dismiss", None),
    ("status", None),
    ("show", None),
    ("versions", None),
    ("documents", None),
    ("version 1", None),
    ("bring back", Some(Action::BringBack)),
    ("keep", None),
];

impl Play<'_> {
    /// Puts a word into the text with one of the commands that change a text.
    pub(super) async fn say_a_text(&mut self, count: u8) -> Kept {
        for _ in 0..3 {
            match self.rig.state().context() {
                Context::Text | Context::Merge | Context::Required | Context::Deleted => break,
                Context::Versions | Context::Documents => return Ok(()),
                _ => self.say("no", Freedom::Keep, None).await?,
            }
        }
        let state = self.rig.state();
        let Some(text) = state.document().map(|work| work.buffer.text()) else { return Ok(()) };
        if state.prompt().is_none() {
            // The line waits until the document has been read, so it must not refer to a text.
            return self.pipe_a_text(1).await;
        }
        let word = self.ledger.next_word();
        let first = text.split_whitespace().next();
        let (line, freedom) = match (count % 5, first) {
            (0, _) => (format!("insert 1 {word}"), Freedom::Keep),
            (1, Some(_)) => (format!("line 1 {word}"), Freedom::Own),
            (2, Some(first)) => (format!("replace {first} => {first} {word}"), Freedom::Keep),
            (3, _) => (format!("title {word}"), Freedom::Own),
            _ => (format!("add {word}"), Freedom::Keep),
        };
        self.ledger.put_in(word.clone());
        self.say(&line, freedom, None).await?;
        let state = self.rig.state();
        let there = state.document().is_some_and(|work| {
            let mine = work.editor.mine();
            mine.title == word || mine.content.to_string().contains(&word)
        });
        if there { Ok(()) } else { Err(format!("'{line}' was said, but {word} is not in the text")) }
    }

    /// Says the line of a command.
    pub(super) async fn say_it(&mut self, command: UserCommand) -> Kept {
        let (line, action) = match command {
            UserCommand::Save => ("save", Some(Action::Save)),
            UserCommand::SaveUnconditionally => ("blind", None),
            UserCommand::Reload => ("reload", None),
            UserCommand::Enter => ("merge", None),
            UserCommand::Escape => ("leave", None),
            UserCommand::Undo => ("undo", Some(Action::Undo)),
            UserCommand::Redo => ("redo", Some(Action::Redo)),
            UserCommand::Backspace => ("delete 1", Some(Action::Undo)),
            UserCommand::Delete => ("delete document", None),
            UserCommand::Up | UserCommand::Down => ("theirs", Some(Action::Merge(MergeAction::TakeTheirs))),
            _ => ("status", None),
        };
        self.say_action(line, action).await
    }

    /// Says any of [`COMMANDS`], whether or not it has a meaning in the present context.
    pub(super) async fn say_any(&mut self, which: u8) -> Kept {
        let (line, action) = COMMANDS[usize::from(which) % COMMANDS.len()];
        self.say_action(line, action).await
    }

    /// Says one of [`COMMANDS`] that decide something in a merge.
    pub(super) async fn say_a_decision(&mut self, which: u8) -> Kept {
        let decides = |command: &&(&str, Option<Action>)| command.1.is_some_and(observe::decides);
        let all: Vec<_> = COMMANDS.iter().filter(decides).collect();
        let (line, action) = all[usize::from(which) % all.len()];
        self.say_action(line, *action).await
    }

    /// Writes lines to the pipe. Each line puts a word into the text when the line's turn comes.
    pub(super) async fn pipe_a_text(&mut self, count: u8) -> Kept {
        for number in 0..count.div_ceil(2) {
            let word = self.ledger.next_word();
            let line =
                if (count + number).is_multiple_of(3) { format!("insert 1 {word}") } else { format!("add {word}") };
            self.ledger.put_in(word);
            self.say(&line, Freedom::Keep, None).await?;
        }
        Ok(())
    }

    /// Writes the line of a command to the pipe.
    ///
    /// Commands that ask a question are left out, because it is not known which line would answer.
    pub(super) async fn pipe_it(&mut self, command: UserCommand) -> Kept {
        let line = match command {
            UserCommand::Save | UserCommand::Enter => "save",
            UserCommand::SaveUnconditionally => "blind",
            UserCommand::Reload | UserCommand::Delete => "reload",
            _ => "status",
        };
        self.say(line, Freedom::Keep, None).await
    }

    /// Writes a line to the pipe that prints something or saves.
    pub(super) async fn pipe_any(&mut self, which: u8) -> Kept {
        let lines = ["show", "status", "conflicts", "result", "wire", "# a remark", "", "save"];
        self.say(lines[usize::from(which) % lines.len()], Freedom::Keep, None).await
    }

    async fn say_action(&mut self, line: &str, action: Option<Action>) -> Kept {
        let context = self.rig.state().context();
        if self.rig.state().prompt().is_none() {
            return self.say("status", Freedom::Keep, None).await;
        }
        // Here `leave` would end the session.
        if context == Context::Unsaved && line == "leave" {
            return Ok(());
        }
        let meant = |action: &Action| !observe::decides(*action) || context == Context::Merge;
        let freedom = if action.filter(meant).is_some_and(|action| action != Action::Save) {
            Freedom::Own
        } else {
            Freedom::Keep
        };
        self.say(line, freedom, action.filter(meant)).await?;
        if self.rig.has_ended() {
            return Ok(());
        }
        let after = self.rig.state().context();
        if line == "merge" && context != after && after == Context::Merge {
            self.counts.borrow_mut().entered += 1;
        }
        match line {
            "save" | "reload" | "blind" if context == Context::Text => stays(context, after, line),
            _ => Ok(()),
        }
    }

    async fn say(&mut self, line: &str, freedom: Freedom, action: Option<Action>) -> Kept {
        self.counts.borrow_mut().lines += 1;
        let before = self.rig.state();
        self.note(format_args!("    '{line}' {}", before.context().place_name()));
        if let Some(action) = action {
            self.before_acting(&before, action, before.context()).await?;
        }
        self.happens(Event::Terminal(TerminalEvent::Line(line.to_owned())), freedom).await
    }
}
