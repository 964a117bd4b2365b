//! The keyboard: what a key means changes only through a key press or a click of the user's own that is not text.
//!
//! Responses, events and timers open views around a text and end them. The tests here let them happen at any moment while
//! somebody types, and look where the keys went. What each view is about is tested elsewhere.

use contract::EventKind;
use crossterm::event::KeyCode;
use tui::action::Context;
use tui::event::{Mouse, MouseKind};
use tui::key::Key;
use tui::{Effect, Event, WorkKey, update};

use crate::play::Play;

/// The document of most of these plays.
const NOON: &str = "meet at noon.";

/// Every letter that decides something in some view.
const DECISIONS: &str = "mtboBeEnpNPsSaOkucdwFf";

/// Alice has `content` before her, the cursor at the end of its first line.
fn reads(content: &str, width: u16, height: u16) -> Play {
    let mut play = Play::single(Some("welcome"), width, height);
    let event = play.server.saved_by("Carol", content);
    play.event(event).f(5).code(KeyCode::End);
    play
}

/// Bob saves, and nobody is told.
fn bob_saves(play: &mut Play, content: &str) {
    drop(play.server.saved_by("Bob", content));
}

/// Alice's text and Bob's version are in conflict, and Alice's save has met it.
fn refused(width: u16, height: u16) -> Play {
    let mut play = reads(NOON, width, height);
    play.types(" Bring cake.");
    bob_saves(&mut play, "meet at TEN.");
    play.ctrl('s');
    play
}

/// Presses a key. What it sends is on its way, and comes back with [`respond`].
fn send(play: &mut Play, key: Key) -> Vec<Effect> {
    let effects = update(&mut play.state, Event::Key(key));
    effects.into_iter().filter(|effect| matches!(effect, Effect::Ask { .. })).collect()
}

/// Lets the responses come to what was sent.
fn respond(play: &mut Play, asked: &[Effect]) {
    assert!(!asked.is_empty(), "nothing was sent");
    play.carry_out(asked.to_vec());
}

/// How many requests were sent that could change something.
fn writes(play: &Play) -> usize {
    let writes = |effect: &&Effect| {
        matches!(effect, Effect::Ask { ask: editor::Ask::Write { .. } | editor::Ask::Delete { .. }, .. })
    };
    play.effects.iter().filter(writes).count()
}

/// The text as it would be found after a crash.
fn draft(play: &Play) -> String {
    let drafts = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => Some(draft.mine.content.clone()),
        _ => None,
    });
    drafts.expect("a draft was kept")
}

fn click(play: &mut Play, (column, row): (u16, u16)) {
    play.event(Event::Mouse(Mouse { kind: MouseKind::Click, column, row }));
}

#[test]
fn letters_typed_around_a_412_are_text() {
    let typed = " to most but not all";
    // The response comes before each of the letters, and after the last one.
    for arrives in 0..=typed.len() {
        let mut play = reads(NOON, 120, 40);
        play.types(" Bring cake.");
        bob_saves(&mut play, "meet at TEN.");
        let asked = send(&mut play, Key::ctrl('s'));
        play.types(&typed[..arrives]);
        respond(&mut play, &asked);
        play.types(&typed[arrives..]).ctrl('s');
        let text = "meet at noon. Bring cake. to most but not all";
        play.shows(120, 40, &format!("1 {text}"));
        play.shows(120, 40, "1 conflict to decide: F9");
        assert_eq!((play.server.content(), draft(&play).as_str()), ("meet at TEN.", text), "after {arrives}");
        play.f(9).types("m").ctrl('s');
        assert_eq!(play.server.content(), text);
    }
}

#[test]
fn letters_are_text_whatever_opens_by_itself() {
    type Opens = fn(&mut Play);
    let views: [(&str, Opens); 6] = [
        ("a 412", |play| {
            bob_saves(play, "meet at TEN.");
            play.ctrl('s');
        }),
        ("a reload", |play| {
            bob_saves(play, "meet at TEN.");
            play.f(5);
        }),
        ("a reconnect", |play| {
            bob_saves(play, "meet at TEN.");
            play.event(Event::Disconnected { seat: 0 }).event(Event::Connected { seat: 0 });
        }),
        ("a 428", |play| {
            play.f(6);
        }),
        ("an event of a delete", |play| {
            let event = play.server.deleted_by("Bob");
            play.event(event);
        }),
        ("a save that meets a delete", |play| {
            drop(play.server.deleted_by("Bob"));
            play.ctrl('s');
        }),
    ];
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12)] {
        for (name, opens) in views {
            let mut play = reads(NOON, width, height);
            play.types(" ");
            opens(&mut play);
            play.shows(width, height, "F9");
            let (before, saved) = (play.effects.len(), play.server.content().to_owned());
            play.types(DECISIONS).code(KeyCode::Enter).types("1");
            let text = format!("meet at noon. {DECISIONS}\n1");
            assert_eq!(draft(&play), text, "{name} at {width}×{height}");
            let drafts = |effect: &Effect| matches!(effect, Effect::KeepDraft { .. } | Effect::AwaitPause { .. });
            assert!(play.effects[before..].iter().all(drafts), "{name}: {:?}", &play.effects[before..]);
            assert_eq!(play.server.content(), saved, "{name}");
            assert_eq!(play.state.context(), Context::Text, "{name}");
        }
    }
}

#[test]
fn open_merge_leaves_eight_rows_of_text_or_is_one_line() {
    let lines: Vec<String> = (1..=60).map(|number| format!("line {number}")).collect();
    let (base, theirs) = (lines.join("\n"), lines.join("\n").replacen("line 1\n", "LINE\n", 1));
    let mut seen = [false; 2];
    for width in [40, 80, 120, 200] {
        for height in 12..60 {
            let mut play = reads(&base, width, height);
            play.types("!");
            bob_saves(&mut play, &theirs);
            play.ctrl('s');
            let screen = play.shows(width, height, "F9 decides");
            let is_text = |row: &String| {
                row.split_once('┃').is_some_and(|(_, text)| text.trim_start().starts_with(char::is_numeric))
            };
            let text = screen.rows().iter().filter(|row| is_text(row)).count();
            let unfolded = screen.text().contains("the result");
            assert!(!unfolded || text >= 8, "{text} rows at {width}×{height}:\n{}", screen.text());
            assert!(unfolded || screen.text().contains("1 conflict · F9 decides"), "{}", screen.text());
            seen[usize::from(unfolded)] = true;
        }
    }
    assert_eq!(seen, [true; 2], "both kinds were seen");
}

#[test]
fn f9_without_a_view_is_told_and_changes_nothing() {
    let mut play = reads(NOON, 120, 40);
    play.f(9).shows(120, 40, "not now: nothing has opened that waits for a decision");
    play.types("x").shows(120, 40, "1 meet at noon.x");
}

#[test]
fn f9_enters_and_esc_leaves_then_folds_then_dismisses() {
    let mut play = refused(120, 40);
    assert_eq!(play.state.context(), Context::Text);
    play.f(9);
    assert_eq!(play.state.context(), Context::Merge);
    play.code(KeyCode::Esc).shows(120, 40, "the result");
    assert_eq!(play.state.context(), Context::Text);
    play.code(KeyCode::Esc).hides(120, 40, "the result");
    play.shows(120, 40, "412: Bob saved v3 · 1 conflict · F9 decides");
    play.ctrl('s').shows(120, 40, "1 conflict to decide: F9");
    play.code(KeyCode::Esc).hides(120, 40, "1 conflict to decide: F9");
    play.types("x").shows(120, 40, "1 meet at noon. Bring cake.x");
    assert_eq!(play.f(9).state.context(), Context::Merge, "it is there still");

    let mut play = reads(NOON, 120, 40);
    play.types("x").f(6).shows(120, 40, "428 Precondition Required ──");
    assert_eq!(play.f(9).state.context(), Context::Required);
    assert_eq!(play.code(KeyCode::Esc).state.context(), Context::Text);
    play.shows(120, 40, "428 Precondition Required ──");
    play.code(KeyCode::Esc).hides(120, 40, "428 Precondition Required ──");
    play.shows(120, 40, "✗ 428: the server wants to know which version");
    play.code(KeyCode::Esc).hides(120, 40, "✗ 428: the server wants to know");

    let mut play = reads(NOON, 120, 40);
    let event = play.server.deleted_by("Bob");
    play.types("x").event(event).shows(120, 40, "the document is gone");
    assert_eq!(play.f(9).state.context(), Context::Deleted);
    play.code(KeyCode::Esc).shows(120, 40, "the document is gone");
    play.code(KeyCode::Esc).hides(120, 40, "the document is gone");
    play.shows(120, 40, "Bob deleted this document");
    play.code(KeyCode::Esc).hides(120, 40, "Bob deleted this document");
    assert_eq!(play.f(9).state.context(), Context::Deleted, "it still waits for a choice");
}

#[test]
fn newer_version_unfolds_a_folded_merge() {
    let mut play = refused(120, 40);
    play.code(KeyCode::Esc).hides(120, 40, "the result");
    play.types("x").hides(120, 40, "the result");
    bob_saves(&mut play, "meet at ELEVEN.");
    play.f(5).shows(120, 40, "the result");
    play.shows(120, 40, "meet at ELEVEN.");
    assert_eq!(play.state.context(), Context::Text);
}

#[test]
fn click_enters_a_view_and_a_click_on_the_text_leaves_it() {
    for (width, height, at) in [(120, 40, "the result"), (80, 24, "412: Bob saved")] {
        let mut play = refused(width, height);
        let view = play.screen(width, height).places_of(at)[0];
        click(&mut play, view);
        assert_eq!(play.state.context(), Context::Merge, "{at}");
    }
    let mut play = reads(NOON, 120, 40);
    let event = play.server.deleted_by("Bob");
    play.types("x").event(event);
    let screen = play.screen(120, 40);
    click(&mut play, screen.places_of("My text is still here")[0]);
    assert_eq!(play.state.context(), Context::Deleted);
    click(&mut play, screen.places_of("noon")[0]);
    play.types("high ").shows(120, 40, "1 meet at high noon.x");

    // The panel of a narrow editor reaches over its neighbour.
    let mut play = Play::stage(80, 40);
    play.types("x").f(6);
    let (_, row) = play.shows(80, 40, "F9 enters").places_of("F9 enters")[0];
    click(&mut play, (70, row));
    assert_eq!(play.state.context(), Context::Required);
    play.code(KeyCode::Enter);
    assert!(play.server.content().starts_with('x'), "it is Alice's panel that was entered");
}

#[test]
fn open_conflicts_keep_a_save_from_being_sent() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = refused(width, height);
        let before = writes(&play);
        play.ctrl('s').shows(width, height, "1 conflict to decide: F9");
        play.f(9).ctrl('s').shows(width, height, "not saved: 1 conflict");
        assert_eq!((writes(&play), play.state.context()), (before, Context::Merge));
    }
}

/// Alice's save has met a version of Bob's that fits together with her text.
fn fits(width: u16, height: u16) -> Play {
    let mut play = Play::single(Some("welcome"), width, height);
    play.types("Alice ");
    bob_saves(&mut play, "# Bread\n\nflour\nwater\nsalt\npepper\noil\n");
    play.ctrl('s');
    play
}

#[test]
fn first_save_after_a_412_says_what_the_next_one_sends() {
    let mut play = fits(120, 40);
    let before = writes(&play);
    play.ctrl('s').shows(120, 40, "your text with 2 lines of Bob's; Ctrl-S again saves it under v2");
    assert_eq!(writes(&play), before);
    // What the user types is no news to the user.
    play.types("and I ").ctrl('s').shows(120, 40, "✓ clean");
    assert_eq!(play.server.content(), "Alice and I # Bread\n\nflour\nwater\nsalt\npepper\noil\n");
}

#[test]
fn entering_a_merge_counts_as_having_looked() {
    let mut play = fits(120, 40);
    play.f(9).code(KeyCode::Esc).ctrl('s').shows(120, 40, "✓ clean");
    assert_eq!(play.server.content(), "Alice # Bread\n\nflour\nwater\nsalt\npepper\noil\n");
}

#[test]
fn first_save_in_a_view_after_a_newer_version_says_what_it_sends() {
    let mut play = fits(120, 40);
    play.f(9);
    bob_saves(&mut play, "# Bread\n\nflour\nwater\nsalt\npepper\n");
    play.f(5);
    let before = writes(&play);
    play.ctrl('s').shows(120, 40, "your text with 1 line of Bob's; Ctrl-S again saves it under v3");
    assert_eq!((writes(&play), play.state.context()), (before, Context::Merge));
    play.ctrl('s').shows(120, 40, "✓ clean");
    assert_eq!(play.server.content(), "Alice # Bread\n\nflour\nwater\nsalt\npepper\n");
}

#[test]
fn save_and_leave_sends_nothing_that_was_not_seen() {
    let mut play = fits(120, 40);
    let before = writes(&play);
    play.ctrl('q').types("s");
    assert_eq!((writes(&play), play.ended()), (before, None));
    play.shows(120, 40, "your text with 2 lines of Bob's");
    play.ctrl('q').types("s");
    assert!(play.ended().is_some() && play.server.content().contains("Alice"));
}

#[test]
fn save_in_a_428_is_the_save_done_right() {
    for enters in [false, true] {
        let mut play = reads(NOON, 120, 40);
        play.types("x").f(6);
        if enters {
            play.f(9);
        }
        play.ctrl('s').shows(120, 40, "✓ clean");
        assert_eq!(play.server.content(), "meet at noon.x");
        assert_eq!(play.types("y").state.context(), Context::Text);
    }
}

#[test]
fn save_in_a_view_gives_the_keys_back_at_that_press() {
    let mut play = refused(120, 40);
    play.f(9).types("t");
    let asked = send(&mut play, Key::ctrl('s'));
    assert_eq!(play.state.context(), Context::Text, "the response is not here yet");
    play.types("mt").shows(120, 40, "1 meet at TEN.mt");
    respond(&mut play, &asked);
    play.shows(120, 40, "1 meet at TEN.mt").text();
    play.shows(120, 40, "✎ edited");
    assert_eq!((play.server.content(), draft(&play).as_str()), ("meet at TEN.", "meet at TEN.mt"));
}

#[test]
fn second_412_opens_the_view_around_the_result() {
    let mut play = reads("one\ntwo\nthree\n", 120, 40);
    play.types(" a").code(KeyCode::Down).code(KeyCode::Down).code(KeyCode::End).types(" a");
    bob_saves(&mut play, "one b\ntwo\nthree b\n");
    play.ctrl('s').f(9).types("mnm");
    play.shows(120, 40, "all decided");
    bob_saves(&mut play, "one b\ntwo\nthree c\n");
    let asked = send(&mut play, Key::ctrl('s'));
    respond(&mut play, &asked);
    assert_eq!(play.state.context(), Context::Text);
    play.shows(120, 40, "reopened 1, new 0");
    play.types("!").shows(120, 40, "merging, 1 open");
    play.f(9).types("m").ctrl('s');
    let content = play.server.content();
    assert!(content.starts_with("one a\ntwo\n") && content.contains("three a"), "{content}");
}

#[test]
fn second_save_during_a_save_saves_what_was_typed_since() {
    let mut play = reads(NOON, 80, 24);
    play.types("1");
    let asked = send(&mut play, Key::ctrl('s'));
    play.types("2").ctrl('s');
    play.shows(80, 24, "a request is under way; what is typed since is saved after it");
    play.types("3");
    respond(&mut play, &asked);
    assert_eq!(play.server.content(), "meet at noon.123");
    play.shows(80, 24, "✓ clean");
}

#[test]
fn second_save_during_a_save_outlives_a_lost_response() {
    let mut play = reads(NOON, 80, 24);
    play.types("1");
    let asked = send(&mut play, Key::ctrl('s'));
    play.types("2").ctrl('s');
    play.server.down = true;
    respond(&mut play, &asked);
    play.shows(80, 24, "offline");
    play.server.down = false;
    play.event(Event::Connected { seat: 0 });
    assert_eq!(play.server.content(), "meet at noon.12");
}

#[test]
fn second_save_during_a_save_that_is_refused_sends_nothing() {
    // With a conflict, and with a version that fits together with the text: neither was seen.
    for (theirs, shown) in
        [("meet at TEN.\n\nAll.", "merging, 1 open"), ("meet at noon.\n\nAll. Bob", "merging, all decided")]
    {
        let mut play = reads("meet at noon.\n\nAll.", 80, 24);
        play.types(" Bring cake.");
        bob_saves(&mut play, theirs);
        let asked = send(&mut play, Key::ctrl('s'));
        play.types("2").ctrl('s');
        respond(&mut play, &asked);
        assert_eq!((play.server.content(), writes(&play)), (theirs, 1), "the first, and no second");
        play.shows(80, 24, shown);
    }
}

#[test]
fn decision_key_without_a_selection_does_nothing() {
    let mut play = Play::single(Some("welcome"), 120, 40);
    play.types("Alice ");
    bob_saves(&mut play, "Bob # Bread\n\nflour\nwater\nsalt\npepper\n");
    play.ctrl('s').f(9).types("N").shows(120, 40, "Bob added this");
    bob_saves(&mut play, "Bob # Bread\n\nflour\nwater\nsalt\n");
    play.f(5).shows(120, 40, "merging, 1 open");
    for key in ["m", "t", "b", "o", "e"] {
        play.types(key).shows(120, 40, "nothing is selected: that change is gone");
        play.shows(120, 40, "merging, 1 open");
        assert_eq!(play.state.context(), Context::Merge);
    }
    play.types("nm").shows(120, 40, "merging, all decided");
}

/// Types without letting any pause come, and hands out whose pause is waited for.
fn type_on(play: &mut Play, text: &str) -> Vec<WorkKey> {
    let keys = text.chars().flat_map(|c| match c {
        '\n' => vec![Key::plain(KeyCode::Down), Key::plain(KeyCode::End)],
        c => vec![Key::char(c)],
    });
    let effects: Vec<Effect> = keys.flat_map(|key| update(&mut play.state, Event::Key(key))).collect();
    let awaited = |effect| if let Effect::AwaitPause { work } = effect { Some(work) } else { None };
    effects.into_iter().filter_map(awaited).collect()
}

/// The first lines are in conflict. What is typed in the last line will be, too.
fn typing_on() -> (Play, Vec<WorkKey>) {
    let mut play = reads("one\ntwo\nthree\n", 120, 40);
    play.types(" a");
    bob_saves(&mut play, "one b\ntwo\nthree b\n");
    play.ctrl('s').shows(120, 40, "merging, 1 open");
    let awaited = type_on(&mut play, "\n\nab");
    assert_eq!(awaited.len(), 1, "one pause is waited for, whatever is typed");
    (play, awaited)
}

#[test]
fn merge_is_made_again_when_typing_pauses() {
    let (mut play, awaited) = typing_on();
    play.shows(120, 40, "merging, 1 open");
    type_on(&mut play, "c");
    // Typing has gone on since the timer was set: it is set again.
    let effects = update(&mut play.state, Event::Paused { work: awaited[0], merge_by: None });
    assert_eq!(effects, [Effect::AwaitPause { work: awaited[0] }]);
    play.shows(120, 40, "merging, 1 open");
    play.event(Event::Paused { work: awaited[0], merge_by: None });
    play.shows(120, 40, "merging, 2 open");
    assert_eq!(play.state.context(), Context::Text);
}

#[test]
fn merge_is_made_again_before_it_is_entered_or_saved() {
    let (mut play, _) = typing_on();
    play.ctrl('s').shows(120, 40, "2 conflicts to decide: F9");
    let (mut play, _) = typing_on();
    play.f(9).shows(120, 40, "merging, 2 open");
    play.types("mnm").ctrl('s');
    assert_eq!(play.server.content(), "one a\ntwo\nthreeab\n");
}

#[test]
fn decision_outlives_typing_elsewhere() {
    let mut play = reads("one\ntwo\nthree\n", 120, 40);
    play.types(" a").code(KeyCode::Down).code(KeyCode::Down).code(KeyCode::End).types(" a");
    bob_saves(&mut play, "one b\ntwo\nthree b\n");
    play.ctrl('s').f(9).types("t").code(KeyCode::Esc);
    play.types("!").shows(120, 40, "merging, 1 open");
    play.f(9).types("nm").ctrl('s');
    assert_eq!(play.server.content(), "one b\ntwo\nthree a!\n");
}

/// The user is in a merge that a response then ends: the document is deleted.
fn ended() -> Play {
    let mut play = refused(120, 40);
    play.f(9);
    drop(play.server.deleted_by("Bob"));
    let asked = send(&mut play, Key::f(5));
    respond(&mut play, &asked);
    play
}

#[test]
fn merge_that_a_response_ended_takes_no_decision() {
    let mut play = ended();
    assert_eq!(play.state.context(), Context::Ended);
    play.shows(120, 40, "this merge is over; Esc goes back to your text");
    let before = play.effects.len();
    play.types(DECISIONS).code(KeyCode::Enter);
    assert_eq!(play.effects.len(), before, "nothing was done");
    play.hides(120, 40, "m mine");
    play.code(KeyCode::Esc).types("!").shows(120, 40, "1 meet at noon. Bring cake.!");
    // The keys of the choice that opened meanwhile decide only after it is entered.
    let mut play = ended();
    assert_eq!(play.f(9).state.context(), Context::Deleted);
    play.types("c");
    assert_eq!(play.server.content(), "meet at noon. Bring cake.");
}

#[test]
fn panel_that_a_response_put_away_takes_no_decision() {
    let mut play = reads(NOON, 120, 40);
    play.types("x").f(6).f(9);
    play.event(Event::Disconnected { seat: 0 });
    assert_eq!(play.state.context(), Context::Ended);
    play.shows(120, 40, "the choice is over; Esc goes back to your text");
    let before = writes(&play);
    play.code(KeyCode::Enter).types("x");
    assert_eq!((writes(&play), play.server.content()), (before, NOON));
    play.code(KeyCode::Esc).types("y").shows(120, 40, "1 meet at noon.xy");

    let mut play = reads(NOON, 120, 40);
    let event = play.server.deleted_by("Bob");
    play.types("x").event(event).f(9);
    let event = play.server.saved_by("Bob", "meet again.");
    play.event(event);
    assert_eq!(play.state.context(), Context::Ended);
    let before = play.effects.len();
    play.types("cd").code(KeyCode::Enter);
    assert_eq!((play.effects.len(), play.server.content()), (before, "meet again."));
    play.code(KeyCode::Esc).types("y").shows(120, 40, "1 meet at noon.xy");
}

#[test]
fn hand_text_of_an_ended_merge_can_be_pasted() {
    let mut play = refused(120, 40);
    play.f(9).types("eby ");
    drop(play.server.deleted_by("Bob"));
    let asked = send(&mut play, Key::f(3));
    assert!(asked.is_empty());
    play.code(KeyCode::Esc);
    // The event stream breaks off, and the response to the look that follows ends the merge.
    play.event(Event::Disconnected { seat: 0 });
    assert_eq!(play.state.context(), Context::MergeText, "the letters still go where they went");
    play.types("hand ").code(KeyCode::Esc);
    assert_eq!(play.state.context(), Context::Ended);
    play.code(KeyCode::Esc).shows(120, 40, "Ctrl-V pastes what you had written by hand");
    play.ctrl('v').shows(120, 40, "by hand meet at noon. Bring cake.");
}

#[test]
fn paste_outside_a_text_is_kept_and_said() {
    type Enters = fn(&mut Play);
    let places: [(&str, u16, Enters); 10] = [
        ("the merge", 1, |play| {
            bob_saves(play, "meet at TEN.");
            play.ctrl('s').f(9);
        }),
        ("the 428", 1, |play| {
            play.f(6).f(9);
        }),
        ("the choice after a delete", 1, |play| {
            let event = play.server.deleted_by("Bob");
            play.event(event).f(9);
        }),
        ("a view that has ended", 1, |play| {
            play.f(6).f(9).event(Event::Disconnected { seat: 0 });
        }),
        ("the wire", 1, |play| {
            play.press(Key::shift(KeyCode::Tab));
        }),
        ("one exchange", 2, |play| {
            play.press(Key::shift(KeyCode::Tab)).code(KeyCode::Enter);
        }),
        ("the help", 1, |play| {
            play.f(1);
        }),
        ("the versions", 1, |play| {
            play.f(3);
        }),
        ("a question", 1, |play| {
            play.f(8);
        }),
        ("the way out", 1, |play| {
            play.ctrl('q');
        }),
    ];
    for (name, ways_out, enters) in places {
        let mut play = reads(NOON, 120, 40);
        play.types("x");
        enters(&mut play);
        let (context, before) = (play.state.context(), play.effects.len());
        assert_ne!(context, Context::Text, "{name}");
        play.event(Event::Pasted("cd\nfrom elsewhere".to_owned()));
        play.shows(120, 40, &format!("not pasted {}: kept, and Ctrl-V pastes it", context.name()));
        assert_eq!((play.effects.len(), play.state.context()), (before, context), "{name}");
        for _ in 0..ways_out {
            play.code(KeyCode::Esc);
        }
        play.ctrl('v');
        assert_eq!(draft(&play), "meet at noon.xcd\nfrom elsewhere", "{name}");
    }
}

#[test]
fn paste_of_many_lines_into_one_line_is_kept_whole() {
    for (enters, shown) in [(Key::f(2), "create first"), (Key::char('f'), "show only: first")] {
        let mut play = reads(NOON, 120, 40);
        if enters == Key::char('f') {
            play.press(Key::shift(KeyCode::Tab));
        }
        play.press(enters).event(Event::Pasted("first\nsecond".to_owned()));
        play.shows(120, 40, shown);
        play.shows(120, 40, "only the first line is pasted");
        play.alt('1').code(KeyCode::Esc).code(KeyCode::Esc).ctrl('v');
        assert_eq!(draft(&play), "meet at noon.first\nsecond");
    }
}

#[test]
fn paste_without_a_document_is_kept() {
    let mut play = Play::single(None, 120, 40);
    play.code(KeyCode::Esc).event(Event::Pasted("kept".to_owned()));
    play.shows(120, 40, "not pasted, no document is open: kept, and Ctrl-V pastes it in a text");
    play.f(2).types("new-one").code(KeyCode::Enter).ctrl('v');
    assert_eq!(draft(&play), "kept");
}

#[test]
fn kept_file_holds_what_was_typed_last() {
    let (mut play, _) = typing_on();
    play.alt('k');
    let kept = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepFile { text, .. } => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(kept, Some("one a\ntwo\nthreeab\n"));
}

#[test]
fn event_of_another_client_changes_no_key() {
    let mut play = refused(120, 40);
    play.f(9);
    let told = play.server.saved_by("Bob", "meet at ELEVEN.");
    let Event::Heard { kind: EventKind::Changed, .. } = &told else { panic!("{told:?}") };
    play.event(told);
    assert_eq!(play.state.context(), Context::Merge);
    play.types("t").shows(120, 40, "all decided");
    play.code(KeyCode::Esc);
    let event = play.server.deleted_by("Bob");
    play.event(event).types("cd").shows(120, 40, "1 meet at noon. Bring cake.cd");
}
