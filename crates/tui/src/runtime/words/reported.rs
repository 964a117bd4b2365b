//! Reported bugs as stories written by hand: the user types while an event arrives that opens a view.

use std::cell::RefCell;

use crossterm::event::KeyCode;
use terminal::event::TerminalEvent;
use terminal::key::Key;
use tokio::time::Instant;

use super::counts::Counts;
use super::observe::Freedom;
use super::play::Play;
use super::rig::{PATIENCE, Source};
use super::rounds::runtime;
use super::server::{LOOK, Writer};
use super::story::Kind;
use crate::action::Context;
use crate::event::Event;
use crate::messages;

/// Begins one editor with the saved text `meet at noon.`, and types ` Bring cake.` at its end.
async fn begin_with_unsaved_text(counts: &RefCell<Counts>) -> Play<'_> {
    let mut play = Play::begin_with(Kind::Single, (80, 24), Some("meet at noon."), counts).await.unwrap();
    answered(&mut play).await;
    press(&mut play, Key::plain(KeyCode::End)).await;
    assert_eq!(text(&play), "meet at noon.");
    types(&mut play, " Bring cake.").await;
    play
}

/// Sends a save that gets a 412, since another client saves `meet at TEN.` before it.
async fn send_stale_save(play: &mut Play<'_>) {
    play.server.writes(Writer::Other, Some("meet at TEN.")).await;
    press(play, Key::ctrl('s')).await;
}

/// Waits for all responses, and delivers all events.
async fn answered(play: &mut Play<'_>) {
    for _ in 0..3 {
        play.rest().await.unwrap();
        for source in Source::ALL {
            while let Some(event) = play.rig.next_from(source) {
                play.rig.give(event).await;
            }
        }
    }
}

/// Delivers events until the next line of a pipe would be read immediately.
async fn its_turn(play: &mut Play<'_>) {
    let end = Instant::now() + PATIENCE;
    while play.rig.state().prompt().is_none() {
        assert!(Instant::now() < end, "no line is ever read");
        answered(play).await;
        play.rig.progress(Instant::now() + LOOK).await;
    }
}

/// Presses a key, without the checks of a story.
async fn press(play: &mut Play<'_>, key: Key) {
    play.rig.give(TerminalEvent::Key(key)).await;
}

async fn types(play: &mut Play<'_>, text: &str) {
    for c in text.chars() {
        press(play, Key::char(c)).await;
    }
}

fn text(play: &Play<'_>) -> String {
    play.rig.state().document().unwrap().buffer.text()
}

fn notice(play: &Play<'_>) -> String {
    let state = play.rig.state();
    let notice = state.document().unwrap().editor.notice().unwrap();
    messages::notice(&state, state.pane(), notice)
}

async fn on_the_server(play: &Play<'_>) -> String {
    play.server.current().await.unwrap().0.content
}

/// Types while the response to the request of `send` arrives, and checks that all keys go to the text.
async fn types_on_while(counts: &RefCell<Counts>, send: impl AsyncFn(&mut Play<'_>)) -> Play<'_> {
    let mut play = begin_with_unsaved_text(counts).await;
    send(&mut play).await;
    play.rest().await.unwrap();
    types(&mut play, " to mo").await;
    answered(&mut play).await;
    types(&mut play, "st but not all").await;
    assert_eq!(text(&play), "meet at noon. Bring cake. to most but not all");
    assert_eq!(play.rig.state().context(), Context::Text);
    play
}

/// The user's save is in flight, and the response arrives while they type.
#[test]
fn words_typed_while_a_412_arrives_stay_in_the_text() {
    runtime().block_on(async {
        let counts = RefCell::default();
        let mut play = types_on_while(&counts, send_stale_save).await;
        press(&mut play, Key::ctrl('s')).await;
        answered(&mut play).await;
        assert_eq!(text(&play), "meet at noon. Bring cake. to most but not all");
        assert_eq!(on_the_server(&play).await, "meet at TEN.", "nothing is sent while a conflict is open");
        assert!(notice(&play).contains("1 conflict to decide") && notice(&play).contains("F9"), "{}", notice(&play));
        assert_eq!(play.rig.state().context(), Context::Text);
        press(&mut play, Key::f(9)).await;
        assert_eq!(play.rig.state().context(), Context::Merge, "the user has entered the merge");
        types(&mut play, "b").await;
        press(&mut play, Key::ctrl('s')).await;
        assert_eq!(play.rig.state().context(), Context::Text, "a save that sends gives the keys back");
        types(&mut play, "!").await;
        answered(&mut play).await;
        let saved = on_the_server(&play).await;
        assert_eq!(saved, "meet at noon. Bring cake. to most but not all\nmeet at TEN.");
        assert!(text(&play).contains('!') && text(&play).contains("meet at TEN."), "{}", text(&play));
        play.happens(Event::Terminal(TerminalEvent::Stopped(terminal::event::StopReason::Terminate)), Freedom::Keep)
            .await
            .unwrap();
    });
}

#[test]
fn words_typed_while_a_reload_arrives_stay_in_the_text() {
    runtime().block_on(async {
        let reload = async |play: &mut Play<'_>| {
            play.server.writes(Writer::Other, Some("meet at TEN.")).await;
            press(play, Key::f(5)).await;
        };
        types_on_while(&RefCell::default(), reload).await;
    });
}

#[test]
fn words_typed_while_a_428_arrives_stay_in_the_text() {
    runtime().block_on(async {
        types_on_while(&RefCell::default(), async |play| press(play, Key::f(6)).await).await;
    });
}

#[test]
fn words_typed_while_a_delete_arrives_stay_in_the_text() {
    runtime().block_on(async {
        let save = async |play: &mut Play<'_>| {
            play.server.writes(Writer::Other, None).await;
            press(play, Key::ctrl('s')).await;
        };
        types_on_while(&RefCell::default(), save).await;
    });
}

/// The user asks for a save during a read, and enters the view of a 428 before the response closes it.
#[test]
fn waiting_save_does_not_give_the_keys_back() {
    runtime().block_on(async {
        let counts = RefCell::default();
        let mut play = begin_with_unsaved_text(&counts).await;
        press(&mut play, Key::f(6)).await;
        answered(&mut play).await;
        press(&mut play, Key::f(5)).await;
        press(&mut play, Key::ctrl('s')).await;
        press(&mut play, Key::f(9)).await;
        assert_eq!(play.rig.state().context(), Context::Required);
        answered(&mut play).await;
        assert_eq!(play.rig.state().context(), Context::Ended, "the user has not left the view");
        assert_eq!(on_the_server(&play).await, "meet at noon. Bring cake.", "the user asked for the save");
        types(&mut play, "e").await;
        assert_eq!(text(&play), "meet at noon. Bring cake.", "the key was meant for the view");
    });
}

#[test]
fn words_typed_before_the_document_arrives_stay_text() {
    runtime().block_on(async {
        let counts = RefCell::default();
        let mut play = Play::begin_with(Kind::Single, (80, 24), Some("meet at noon."), &counts).await.unwrap();
        types(&mut play, "to mo").await;
        answered(&mut play).await;
        types(&mut play, "st but not all").await;
        assert_eq!(
            text(&play),
            "to most but not allmeet at noon.",
            "the cursor was before a text that had not arrived"
        );
        assert_eq!(play.rig.state().context(), Context::Text);
    });
}

#[test]
fn paste_while_a_412_arrives_goes_into_the_text() {
    runtime().block_on(async {
        let counts = RefCell::default();
        let mut play = begin_with_unsaved_text(&counts).await;
        send_stale_save(&mut play).await;
        answered(&mut play).await;
        play.rig.give(TerminalEvent::Pasted(" to most but not all".to_owned())).await;
        assert_eq!(text(&play), "meet at noon. Bring cake. to most but not all");
    });
}

/// The lines of a pipe wait while a save is in flight. They are kept, but they are not unsaved text.
#[test]
fn lines_that_wait_in_a_pipe_outlive_a_kill() {
    runtime().block_on(async {
        let counts = RefCell::default();
        let mut play = Play::begin_with(Kind::Piped, (80, 24), Some("meet at noon.\n"), &counts).await.unwrap();
        its_turn(&mut play).await;
        for line in ["add Bring cake.", "save", "add and candles", "add and a knife"] {
            play.rig.give(TerminalEvent::Line(line.to_owned())).await;
        }
        assert_eq!(text(&play), "meet at noon.\nBring cake.\n", "the rest waits for the response");
        play.rest().await.unwrap();
        play.until_drafts(|drafts| drafts.contains("and candles\\nadd and a knife")).await.unwrap();
        for _ in 0..2 {
            play.kill(false).await.unwrap();
            its_turn(&mut play).await;
            assert_eq!(text(&play), "meet at noon.\nBring cake.\n", "the lines are not inserted by themselves");
            assert_eq!(play.rig.state().clipboard.register, "add and candles\nadd and a knife", "they can be pasted");
            assert!(!play.rig.state().documents().any(|work| work.editor.has_unsaved()));
        }
        play.rig.give(TerminalEvent::Line("dismiss".to_owned())).await;
        play.until_drafts(str::is_empty).await.unwrap();
        play.rig.give(TerminalEvent::Line("quit".to_owned())).await;
        play.rig.until("the session ends without a question", super::rig::Rig::has_ended).await.unwrap();
    });
}

/// The search for drafts may have to ask a server, which takes up to two seconds.
#[test]
fn text_typed_before_opening_outlives_a_kill() {
    for kind in [Kind::Single, Kind::Plain, Kind::Piped] {
        runtime().block_on(async {
            let counts = RefCell::default();
            let mut play = Play::begin_unopened(kind, (80, 24), Some("meet at noon.\n"), &counts).await.unwrap();
            play.rig.until("the session begins", super::rig::Rig::has_begun).await.unwrap();
            if kind == Kind::Single {
                types(&mut play, "Bring cake").await;
            } else {
                play.rig.give(TerminalEvent::Line("add Bring cake".to_owned())).await;
            }
            play.until_drafts(|drafts| drafts.contains("Bring cake")).await.unwrap();
            play.kill(false).await.unwrap();
            answered(&mut play).await;
            assert_eq!(text(&play), "meet at noon.\n", "the early text has no place");
            let said = if kind == Kind::Single { "Bring cake" } else { "add Bring cake" };
            assert_eq!(play.rig.state().clipboard.register, said, "it can be pasted");
            // The user did nothing about the early text, so it is kept again.
            play.kill(false).await.unwrap();
            assert_eq!(play.rig.state().clipboard.register, said, "it can still be pasted");
        });
    }
}

/// Text that is typed before the draft of an earlier run has been found goes into that draft's text.
#[test]
fn text_typed_before_a_draft_is_found_goes_into_it() {
    runtime().block_on(async {
        let counts = RefCell::default();
        let mut play = begin_with_unsaved_text(&counts).await;
        play.until_drafts(|drafts| drafts.contains("Bring cake.")).await.unwrap();
        play.start_again(false).await.unwrap();
        play.rig.until("the session begins", super::rig::Rig::has_begun).await.unwrap();
        types(&mut play, "Or: ").await;
        press(&mut play, Key::ctrl('s')).await;
        play.until_drafts(|drafts| drafts.contains("Or: ")).await.unwrap();
        play.open().await.unwrap();
        answered(&mut play).await;
        answered(&mut play).await;
        // The cursor of a draft is where it was left, at its last difference from the base.
        assert_eq!(text(&play), "meet at noon. Bring cake.Or: ");
        assert_eq!(on_the_server(&play).await, text(&play), "the user asked for the save");
        play.until_drafts(str::is_empty).await.unwrap();
    });
}

#[test]
fn text_by_hand_comes_back_to_its_conflict_after_a_kill() {
    runtime().block_on(async {
        let counts = RefCell::default();
        let mut play = begin_with_unsaved_text(&counts).await;
        send_stale_save(&mut play).await;
        answered(&mut play).await;
        press(&mut play, Key::f(9)).await;
        types(&mut play, "eHalf a thought. ").await;
        assert_eq!(play.rig.state().context(), Context::MergeText);
        play.until_drafts(|drafts| drafts.contains("Half a thought. ")).await.unwrap();
        play.kill(false).await.unwrap();
        answered(&mut play).await;
        assert_eq!(play.rig.state().clipboard.register, "", "there is nothing to paste");
        press(&mut play, Key::f(9)).await;
        types(&mut play, "eOr two. ").await;
        press(&mut play, Key::ctrl('s')).await;
        press(&mut play, Key::ctrl('s')).await;
        answered(&mut play).await;
        let saved = on_the_server(&play).await;
        assert!(saved.contains("Half a thought. ") && saved.contains("Or two. "), "{saved}");
    });
}
