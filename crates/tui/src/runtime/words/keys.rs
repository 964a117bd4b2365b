//! The user's keys, pastes and clicks, and checks of what each of them does.

use std::borrow::Cow;

use crossterm::event::KeyCode;
use editor::{Editor, EditorInput};
use terminal::buffer::TextBuffer;
use terminal::event::{Mouse, MouseKind, TerminalEvent};
use terminal::key::Key;

use super::ledger::Ledger;
use super::observe::{self, Freedom};
use super::play::{Kept, Play, ends_it};
use super::story::{Kind, UserCommand};
use crate::action::{Action, Context, KeyMap, KeyMeaning};
use crate::event::Event;
use crate::state::State;

impl Play<'_> {
    /// Types this many characters into the text, or into text written by hand in a merge.
    pub(super) async fn type_on(&mut self, count: u8) -> Kept {
        match self.setting.kind {
            Kind::Plain => return self.say_a_text(count).await,
            Kind::Piped => return self.pipe_a_text(count).await,
            _ => {}
        }
        if !self.is_at_a_text().await? {
            return Ok(());
        }
        for _ in 0..count {
            let c = self.ledger.next_char();
            let key = if c == '\n' { Key::plain(KeyCode::Enter) } else { Key::char(c) };
            self.ledger.was_typed();
            self.press_typing(key, c).await?;
        }
        Ok(())
    }

    /// Pastes this many words.
    pub(super) async fn paste(&mut self, count: u8) -> Kept {
        if self.setting.kind == Kind::Piped || !self.is_at_a_text().await? {
            return Ok(());
        }
        self.ledger.leave_the_word();
        let words: Vec<String> = (0..count).map(|_| self.ledger.next_word()).collect();
        let text = words.join(if count.is_multiple_of(2) { "\n" } else { " " }) + " ";
        for word in words {
            self.ledger.put_in(word);
        }
        self.counts.borrow_mut().pastes += 1;
        let before = self.rig.state();
        self.break_the_word();
        self.happens(Event::Terminal(TerminalEvent::Pasted(text)), freedom_of_typing(&before)).await?;
        stays(before.context(), self.rig.state().context(), "a paste")
    }

    /// Presses a key that types a character, and checks that only this character was inserted.
    async fn press_typing(&mut self, key: Key, c: char) -> Kept {
        let before = self.rig.state();
        let context = before.context();
        self.counts.borrow_mut().keys += 1;
        let expected = if context == Context::Text { expected(&before, c) } else { None };
        self.break_the_word();
        self.happens(Event::Terminal(TerminalEvent::Key(key)), freedom_of_typing(&before)).await?;
        let after = self.rig.state();
        stays(context, after.context(), "a character that was typed")?;
        let text = after.document().map(|work| work.buffer.text());
        match expected {
            Some(expected) if Some(&expected) != text.as_ref() => {
                Err(format!("{c:?} was typed: the text should be {expected:?}, but is {text:?}"))
            }
            _ => Ok(()),
        }
    }

    /// Lets the word around the cursor be gone, because typed text will split it.
    ///
    /// This holds only if the user has moved the cursor into the word.
    fn break_the_word(&mut self) {
        if let Some(word) = self.inside.take()
            && word_at_cursor(&self.rig.state(), &self.ledger) == Some(word.clone())
        {
            self.ledger.may_be_gone([word].into());
        }
    }

    /// Presses any other key.
    pub(super) async fn press(&mut self, key: Key) -> Kept {
        self.ledger.leave_the_word();
        let before = self.rig.state();
        let context = before.context();
        let meaning = KeyMap::default().meaning(key, context);
        if matches!(meaning, Some(KeyMeaning::Act(action)) if ends_it(action)) {
            return Ok(());
        }
        self.counts.borrow_mut().keys += 1;
        self.note(format_args!("    {key} {}: {meaning:?}", context.place_name()));
        let action = match &meaning {
            Some(KeyMeaning::Act(action)) => Some(*action),
            _ => None,
        };
        if let Some(action) = action {
            self.before_acting(&before, action, context).await?;
        }
        let freedom = meaning.as_ref().map_or(Freedom::Keep, |meaning| observe::freedom(meaning, context));
        self.happens(Event::Terminal(TerminalEvent::Key(key)), freedom).await?;
        if self.rig.has_ended() {
            return Ok(());
        }
        if self.rig.state().ended().is_some() {
            // The stage continues with another session, and the text of this one is gone.
            self.open().await?;
            return self.happens(Event::Terminal(TerminalEvent::Continued), Freedom::Own).await;
        }
        let after = self.rig.state();
        self.inside = word_at_cursor(&after, &self.ledger);
        if !observe::is_text(context) {
            never_types(&before, &after, key)?;
        }
        match action {
            Some(Action::Save) if context == Context::Text => {
                stays(context, after.context(), "a save")?;
                saves_no_open_conflict(&before, &after)
            }
            Some(Action::Reload | Action::SaveUnconditionally) if context == Context::Text => {
                stays(context, after.context(), "a request")
            }
            Some(Action::Enter) if context == Context::Text && observe::is_view(after.context()) => {
                self.counts.borrow_mut().entered += 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Clicks at a position, in 255ths of the terminal's size. A click may change the context.
    pub(super) async fn click(&mut self, x: u8, y: u8) -> Kept {
        if self.setting.kind.is_plain() {
            return Ok(());
        }
        self.ledger.leave_the_word();
        let before = self.rig.state();
        let part = |of: u16, at: u8| of.saturating_sub(1) * u16::from(at) / 255;
        let (column, row) = (part(before.size.0, x), part(before.size.1, y));
        self.counts.borrow_mut().clicks += 1;
        self.happens(
            Event::Terminal(TerminalEvent::Mouse(Mouse { kind: MouseKind::Click, column, row })),
            Freedom::Keep,
        )
        .await?;
        let after = self.rig.state();
        self.inside = word_at_cursor(&after, &self.ledger);
        if before.context() == Context::Text && observe::is_view(after.context()) {
            self.counts.borrow_mut().entered += 1;
        }
        Ok(())
    }

    /// Records the words that an action decides about, and checks that a save drops no other word.
    pub(super) async fn before_acting(&mut self, state: &State, action: Action, context: Context) -> Kept {
        let Some(work) = state.document() else { return Ok(()) };
        if observe::decides(action) || (action == Action::Close && context == Context::MergeText) {
            self.counts.borrow_mut().decisions += 1;
            for text in observe::texts(work) {
                self.ledger.decided_over(&text);
            }
        }
        // While text is written by hand in a merge, a save accepts that text and sends nothing, and a save of all
        // documents before leaving is refused.
        let is_by_hand = state.documents().any(|other| other.manual_text().is_some());
        let all = action == Action::Confirm && context == Context::Unsaved && !is_by_hand;
        let saves = action == Action::Save && context != Context::MergeText;
        if !saves && !all {
            return Ok(());
        }
        for work in state.documents().filter(|other| all || other.key == work.key) {
            self.may_save(&work.editor, &observe::texts(work)).await?;
        }
        Ok(())
    }

    async fn may_save(&mut self, editor: &Editor, texts: &[String]) -> Kept {
        let editor = caught_up(editor);
        let Some(result) = editor.document_merge().and_then(editor::DocumentMerge::result) else { return Ok(()) };
        let mut dropped: std::collections::BTreeSet<String> =
            texts.iter().flat_map(|text| self.ledger.words_in(text)).collect();
        // Text that has lost its place, or was never read, stays in the editor until it is pasted.
        let stays = [editor.unplaced_text(), editor.left_unread(), editor.unread()];
        let stays: Vec<&str> = stays.into_iter().flatten().collect();
        let kept = format!("{}\n{}\n{}", result.title, result.content, stays.join("\n"));
        dropped.retain(|word| !kept.contains(word.as_str()));
        // A word of an older version was taken out by the author of a newer one.
        for text in self.server.history().await {
            dropped.retain(|word| !text.contains(word.as_str()));
        }
        let undecided = self.ledger.undecided_of(&dropped);
        self.ledger.may_be_gone(dropped);
        if undecided.is_empty() { Ok(()) } else { Err(format!("the save drops {undecided:?} without a decision")) }
    }

    /// Presses the key of a command.
    pub(super) async fn do_by_key(&mut self, command: UserCommand) -> Kept {
        let in_text = |action| KeyMap::default().key_of(action, Context::Text).expect("the action has a key");
        let key = match command {
            UserCommand::Save => in_text(Action::Save),
            UserCommand::SaveUnconditionally => in_text(Action::SaveUnconditionally),
            UserCommand::Reload => in_text(Action::Reload),
            UserCommand::Enter => in_text(Action::Enter),
            UserCommand::Undo => in_text(Action::Undo),
            UserCommand::Redo => in_text(Action::Redo),
            UserCommand::Delete => in_text(Action::Delete),
            UserCommand::OtherEditor => in_text(Action::NextEditor),
            UserCommand::Look => in_text(Action::Help),
            UserCommand::Escape | UserCommand::Back => Key::plain(KeyCode::Esc),
            UserCommand::Backspace => Key::plain(KeyCode::Backspace),
            UserCommand::Up => Key::plain(KeyCode::Up),
            UserCommand::Down => Key::plain(KeyCode::Down),
            UserCommand::Left => Key::plain(KeyCode::Left),
            UserCommand::Home => Key::plain(KeyCode::Home),
            UserCommand::End => Key::plain(KeyCode::End),
            UserCommand::Step => Key::char(' '),
        };
        if key.code == KeyCode::Char(' ')
            && !matches!(self.rig.state().context(), Context::Lesson | Context::Quiz | Context::Level)
        {
            return Ok(());
        }
        self.press(key).await
    }

    /// Presses one of the keys that have a meaning in the present context.
    pub(super) async fn press_any(&mut self, which: u8) -> Kept {
        self.press_one(which, |action| !ends_it(action)).await
    }

    /// Presses one of the keys that decide something in the present context.
    pub(super) async fn press_a_decision(&mut self, which: u8) -> Kept {
        self.press_one(which, observe::decides).await
    }

    async fn press_one(&mut self, which: u8, is_meant: impl Fn(Action) -> bool) -> Kept {
        let context = self.rig.state().context();
        let all: Vec<Key> = KeyMap::default()
            .actions(context)
            .iter()
            .filter(|bound| is_meant(bound.row.action))
            .flat_map(|bound| bound.keys.to_vec())
            .collect();
        match all.get(usize::from(which) % all.len().max(1)) {
            Some(key) => self.press(*key).await,
            None => Ok(()),
        }
    }
}

/// Checks that an event did not change the context, and so the meaning of the keys.
pub(super) fn stays(before: Context, after: Context, what: &str) -> Kept {
    if before == after {
        return Ok(());
    }
    Err(format!("{what} took the keys: they were {}, and are now {}", before.place_name(), after.place_name()))
}

/// Returns the word around the cursor, or `None` if the cursor is not inside a word.
fn word_at_cursor(state: &State, ledger: &Ledger) -> Option<String> {
    let buffer = &state.document()?.buffer;
    let (row, at) = cursor_in_line(buffer);
    let line = buffer.line(row);
    let inside = |word: &String| line.match_indices(word.as_str()).any(|(from, _)| from < at && at < from + word.len());
    ledger.words_in(&line).into_iter().find(inside)
}

/// Returns the line of the cursor, and its position in the line in bytes.
fn cursor_in_line(buffer: &TextBuffer) -> (usize, usize) {
    let row = buffer.cursor_line();
    (row, buffer.position() - buffer.snapshot().line_start(row))
}

/// Returns what typed text may do to words: it replaces a selection.
fn freedom_of_typing(state: &State) -> Freedom {
    let selected = state.document().is_some_and(|work| work.buffer.selected().is_some());
    if selected || state.context() == Context::MergeText { Freedom::Own } else { Freedom::Keep }
}

/// Returns the text with a character inserted at the cursor, or `None` if there is a selection.
fn expected(state: &State, c: char) -> Option<String> {
    let buffer = &state.document()?.buffer;
    if buffer.selected().is_some() {
        return None;
    }
    let (row, at) = cursor_in_line(buffer);
    let mut lines: Vec<String> = buffer.lines().map(Cow::into_owned).collect();
    lines.get_mut(row)?.insert(at, c);
    Some(lines.join("\n"))
}

/// Checks that a key that was pressed in a view was not typed into a text.
fn never_types(before: &State, after: &State, key: Key) -> Kept {
    let KeyCode::Char(c) = key.code else { return Ok(()) };
    for (one, other) in before.documents().zip(after.documents()) {
        let (one, other) = (one.buffer.text(), other.buffer.text());
        if observe::is_with(&other, &one, c) {
            return Err(format!(
                "{key} was meant for a view {}, but was typed into {other:?}",
                before.context().place_name()
            ));
        }
    }
    Ok(())
}

/// Returns a copy of the editor after the step that precedes a save: repeating an outdated merge.
fn caught_up(editor: &Editor) -> Editor {
    let mut editor = editor.clone();
    editor.update(EditorInput::Paused { merge_by: None });
    editor
}

/// Checks that a save in the text sends nothing while conflicts are open.
fn saves_no_open_conflict(before: &State, after: &State) -> Kept {
    let open = before
        .document()
        .and_then(|work| caught_up(&work.editor).document_merge().map(editor::DocumentMerge::open_count));
    let open = open.unwrap_or(0);
    let busy = |state: &State| state.document().is_some_and(|work| work.editor.is_busy());
    if open > 0 && !busy(before) && busy(after) {
        return Err(format!("{open} conflicts are open, but the save was sent"));
    }
    Ok(())
}
