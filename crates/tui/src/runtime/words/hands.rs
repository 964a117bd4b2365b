//! What the user does: keys and pastes, and what each of them must do and must not do.

use crossterm::event::KeyCode;
use editor::{Editor, EditorInput};
use terminal::event::{Mouse, MouseKind, TerminalEvent};
use terminal::key::Key;

use super::ledger::Ledger;
use super::play::{Kept, Play, ends_it};
use super::sight::{self, Freedom};
use super::story::{Deed, Kind};
use crate::action::{Action, Context, KeyMeaning, bindings, key_meaning, key_of};
use crate::event::Event;
use crate::state::State;

impl Play<'_> {
    /// Types so many characters, wherever text is taken.
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

    /// Pastes so many words.
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
        self.happens(Event::Terminal(TerminalEvent::Pasted(text)), over_what_is_selected(&before)).await?;
        stays(before.context(), self.rig.state().context(), "a paste")
    }

    /// Presses a key that types a character: it stands at the cursor, and nothing else has changed.
    async fn press_typing(&mut self, key: Key, c: char) -> Kept {
        let before = self.rig.state();
        let context = before.context();
        self.counts.borrow_mut().keys += 1;
        let expected = if context == Context::Text { expected(&before, c) } else { None };
        self.break_the_word();
        self.happens(Event::Terminal(TerminalEvent::Key(key)), over_what_is_selected(&before)).await?;
        let after = self.rig.state();
        stays(context, after.context(), "a character that was typed")?;
        let text = after.document().map(|work| work.buffer.text());
        match expected {
            Some(expected) if Some(&expected) != text.as_ref() => {
                Err(format!("{c:?} was typed: the text should be {expected:?}, and is {text:?}"))
            }
            _ => Ok(()),
        }
    }

    /// What is put into the middle of a word takes it apart, if it was the user who went there.
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
        let meaning = key_meaning(key, context);
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
        let freedom = meaning.as_ref().map_or(Freedom::Keep, |meaning| sight::freedom(meaning, context));
        self.happens(Event::Terminal(TerminalEvent::Key(key)), freedom).await?;
        if self.rig.has_ended() {
            return Ok(());
        }
        if self.rig.state().ended().is_some() {
            // The stage goes on with something else, and what was done by hand here is gone with it.
            self.open().await?;
            return self.happens(Event::Terminal(TerminalEvent::Continued), Freedom::Own).await;
        }
        let after = self.rig.state();
        self.inside = word_at_cursor(&after, &self.ledger);
        if !sight::is_text(context) {
            never_types(&before, &after, key)?;
        }
        match action {
            Some(Action::Save) if context == Context::Text => {
                stays(context, after.context(), "a save")?;
                saves_no_open_conflict(&before, &after)
            }
            Some(Action::Reload | Action::SaveUnconditionally) if context == Context::Text => {
                stays(context, after.context(), "what only asks the server")
            }
            Some(Action::Enter) if context == Context::Text && sight::is_view(after.context()) => {
                self.counts.borrow_mut().entered += 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Clicks on that part of the terminal. A click may give the keys to whatever is there.
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
        if before.context() == Context::Text && sight::is_view(after.context()) {
            self.counts.borrow_mut().entered += 1;
        }
        Ok(())
    }

    /// Notes what is decided, and that no save drops a word about which nothing was decided.
    pub(super) async fn before_acting(&mut self, state: &State, action: Action, context: Context) -> Kept {
        let Some(work) = state.document() else { return Ok(()) };
        if sight::decides(action) || (action == Action::Close && context == Context::MergeText) {
            self.counts.borrow_mut().decisions += 1;
            for text in sight::texts(work) {
                self.ledger.decided_over(&text);
            }
        }
        // While something is being written by hand, a save takes that over and sends nothing, and saving all on the way
        // out is refused.
        let is_by_hand = state.documents().any(|other| other.manual_text().is_some());
        let all = action == Action::Confirm && context == Context::Unsaved && !is_by_hand;
        let saves = action == Action::Save && context != Context::MergeText;
        if !saves && !all {
            return Ok(());
        }
        for work in state.documents().filter(|other| all || other.key == work.key) {
            self.may_save(&work.editor, &sight::texts(work)).await?;
        }
        Ok(())
    }

    async fn may_save(&mut self, editor: &Editor, texts: &[String]) -> Kept {
        let editor = caught_up(editor);
        let Some(result) = editor.document_merge().and_then(editor::DocumentMerge::result) else { return Ok(()) };
        let mut dropped: std::collections::BTreeSet<String> =
            texts.iter().flat_map(|text| self.ledger.words_in(text)).collect();
        // Text that has lost its place, or was never read, stays with the editor until it is pasted, whatever is saved.
        let stays = [editor.unplaced_text(), editor.left_unread(), editor.unread()];
        let stays: Vec<&str> = stays.into_iter().flatten().collect();
        let kept = format!("{}\n{}\n{}", result.title, result.content, stays.join("\n"));
        dropped.retain(|word| !kept.contains(word.as_str()));
        // What is in an older version was taken out by whoever saved a newer one.
        for text in self.server.history().await {
            dropped.retain(|word| !text.contains(word.as_str()));
        }
        let undecided = self.ledger.undecided_of(&dropped);
        self.ledger.may_be_gone(dropped);
        if undecided.is_empty() {
            Ok(())
        } else {
            Err(format!("the save drops {undecided:?}, and nothing was decided"))
        }
    }

    /// Does something that has a key of its own.
    pub(super) async fn do_by_key(&mut self, deed: Deed) -> Kept {
        let in_text = |action| key_of(action, Context::Text).expect("it has a key");
        let key = match deed {
            Deed::Save => in_text(Action::Save),
            Deed::SaveCarelessly => in_text(Action::SaveUnconditionally),
            Deed::Reload => in_text(Action::Reload),
            Deed::Enter => in_text(Action::Enter),
            Deed::Undo => in_text(Action::Undo),
            Deed::Redo => in_text(Action::Redo),
            Deed::Delete => in_text(Action::Delete),
            Deed::OtherEditor => in_text(Action::NextEditor),
            Deed::Look => in_text(Action::Help),
            Deed::Escape | Deed::Back => Key::plain(KeyCode::Esc),
            Deed::Backspace => Key::plain(KeyCode::Backspace),
            Deed::Up => Key::plain(KeyCode::Up),
            Deed::Down => Key::plain(KeyCode::Down),
            Deed::Left => Key::plain(KeyCode::Left),
            Deed::Home => Key::plain(KeyCode::Home),
            Deed::End => Key::plain(KeyCode::End),
            Deed::Step => Key::char(' '),
        };
        if key.code == KeyCode::Char(' ') && !matches!(self.rig.state().context(), Context::Lesson | Context::Quiz) {
            return Ok(());
        }
        self.press(key).await
    }

    /// Presses one of the keys that mean something here.
    pub(super) async fn press_any(&mut self, which: u8) -> Kept {
        self.press_one(which, |action| !ends_it(action)).await
    }

    /// Presses one of the keys that decide something here.
    pub(super) async fn press_a_decision(&mut self, which: u8) -> Kept {
        self.press_one(which, sight::decides).await
    }

    async fn press_one(&mut self, which: u8, is_meant: impl Fn(Action) -> bool) -> Kept {
        let context = self.rig.state().context();
        let all: Vec<Key> =
            bindings(context).filter(|row| is_meant(row.action)).flat_map(|row| row.keys).copied().collect();
        match all.get(usize::from(which) % all.len().max(1)) {
            Some(key) => self.press(*key).await,
            None => Ok(()),
        }
    }
}

/// What a key means is changed by keys that are pressed for that, and by nothing else.
pub(super) fn stays(before: Context, after: Context, what: &str) -> Kept {
    if before == after {
        return Ok(());
    }
    Err(format!("{what} took the keys: they were {}, and are {}", before.place_name(), after.place_name()))
}

/// The word in whose middle the cursor is.
fn word_at_cursor(state: &State, ledger: &Ledger) -> Option<String> {
    let buffer = &state.document()?.buffer;
    let (row, column) = buffer.cursor();
    let line = buffer.lines().get(row)?;
    let at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let inside = |word: &String| line.match_indices(word.as_str()).any(|(from, _)| from < at && at < from + word.len());
    ledger.words_in(line).into_iter().find(inside)
}

/// What is typed takes the place of what is selected.
fn over_what_is_selected(state: &State) -> Freedom {
    let selected = state.document().is_some_and(|work| work.buffer.selected().is_some());
    if selected || state.context() == Context::MergeText { Freedom::Own } else { Freedom::Keep }
}

/// The text after this character was typed at the cursor; none where something is selected, which it would replace.
fn expected(state: &State, c: char) -> Option<String> {
    let buffer = &state.document()?.buffer;
    if buffer.selected().is_some() {
        return None;
    }
    let (row, column) = buffer.cursor();
    let mut lines = buffer.lines().to_vec();
    let line = lines.get_mut(row)?;
    let at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    line.insert(at, c);
    Some(lines.join("\n"))
}

/// A key that is pressed in a view is never typed into a text.
fn never_types(before: &State, after: &State, key: Key) -> Kept {
    let KeyCode::Char(c) = key.code else { return Ok(()) };
    for (one, other) in before.documents().zip(after.documents()) {
        let (one, other) = (one.buffer.text(), other.buffer.text());
        if sight::is_with(&other, &one, c) {
            return Err(format!(
                "{key} was meant for a view {}, and stands in {other:?}",
                before.context().place_name()
            ));
        }
    }
    Ok(())
}

/// The editor with its merge made again with the text as it is, as is done before anything is saved.
fn caught_up(editor: &Editor) -> Editor {
    let mut editor = editor.clone();
    editor.update(EditorInput::Paused { merge_by: None });
    editor
}

/// In the text, a save with open conflicts sends nothing.
fn saves_no_open_conflict(before: &State, after: &State) -> Kept {
    let open = before
        .document()
        .and_then(|work| caught_up(&work.editor).document_merge().map(editor::DocumentMerge::open_count));
    let open = open.unwrap_or(0);
    let busy = |state: &State| state.document().is_some_and(|work| work.editor.is_busy());
    if open > 0 && !busy(before) && busy(after) {
        return Err(format!("{open} conflicts are open, and the save was sent"));
    }
    Ok(())
}
