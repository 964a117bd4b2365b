//! A user who types while others save: what several tests of the keyboard share.

use crossterm::event::KeyCode;
use terminal::event::TerminalEvent;
use terminal::key::Key;
use tui::{Effect, Event, update};

use crate::harness::TestApp;

/// The document of most of these tests.
pub(crate) const NOON: &str = "meet at noon.";

/// Alice has read `content`, with the cursor at the end of its first line.
pub(crate) fn reads(content: &str, width: u16, height: u16) -> TestApp {
    let mut play = TestApp::single(Some("welcome"), width, height);
    let event = play.server.saved_by("Carol", content);
    play.event(event).f(5).code(KeyCode::End);
    play
}

/// Bob saves, and no event is sent.
pub(crate) fn bob_saves(play: &mut TestApp, content: &str) {
    drop(play.server.saved_by("Bob", content));
}

/// Alice's text and Bob's version conflict, and Alice's save was refused.
pub(crate) fn refused(width: u16, height: u16) -> TestApp {
    let mut play = reads(NOON, width, height);
    play.types(" Bring cake.");
    bob_saves(&mut play, "meet at TEN.");
    play.ctrl('s');
    play
}

/// Presses a key. Its requests stay in flight until [`respond`].
pub(crate) fn send(play: &mut TestApp, key: Key) -> Vec<Effect> {
    let effects = update(&mut play.state, Event::Terminal(TerminalEvent::Key(key)));
    effects.into_iter().filter(|effect| matches!(effect, Effect::Ask { .. })).collect()
}

/// Delivers the responses to requests that [`send`] returned.
pub(crate) fn respond(play: &mut TestApp, asked: &[Effect]) {
    assert!(!asked.is_empty(), "nothing was sent");
    play.carry_out(asked.to_vec());
}

/// Returns the number of writes and deletes that were sent.
pub(crate) fn writes(play: &TestApp) -> usize {
    let writes = |effect: &&Effect| {
        matches!(
            effect,
            Effect::Ask { ask: editor::EditorRequest::Write { .. } | editor::EditorRequest::Delete { .. }, .. }
        )
    };
    play.effects.iter().filter(writes).count()
}

/// Returns the text of the last draft, which a crash would leave.
pub(crate) fn draft(play: &TestApp) -> String {
    let drafts = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => Some(draft.mine.content.to_string()),
        _ => None,
    });
    drafts.expect("a draft was kept")
}
