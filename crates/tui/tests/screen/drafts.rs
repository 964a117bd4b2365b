//! Drafts: the choice among earlier ones, reports about the current one, and the rescue if it fails.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use client::{DraftKey, Drafts, FoundDraft};
use contract::{Document, Snapshot};
use crossterm::event::KeyCode;
use editor::Draft;
use terminal::event::{StopReason, TerminalEvent};
use terminal::theme::Theme;
use tui::effect::DraftChoice;
use tui::{Effect, Event, SessionEnd, State, update};

use crate::harness::{TestApp, author, id};
use crate::server::{Server, Writes};

/// Returns drafts of `welcome` as they are on the disk: server, author, age in minutes, text.
fn found(drafts: &[(&str, &str, u64, &str)]) -> Vec<FoundDraft> {
    let folder = tempfile::tempdir().unwrap();
    let kept = Drafts::new(folder.path());
    let key = |server: &str, name: &str| DraftKey::Document {
        server: server.parse().unwrap(),
        document: id("welcome"),
        author: author(name),
    };
    for (server, name, minutes, text) in drafts {
        let document =
            |content: &str| Document { title: "Bread".to_owned(), content: content.to_owned(), parent: None };
        let base = Snapshot {
            etag: "\"v1-00000001\"".parse().unwrap(),
            author: None,
            at: None,
            document: document(crate::harness::TEXT),
        };
        let mut file = kept.begin(key(server, name));
        file.keep(&Draft::new(Some(base), document(text))).unwrap();
        let written = SystemTime::now() - Duration::from_secs(minutes * 60);
        std::fs::File::options().write(true).open(file.path().unwrap()).unwrap().set_modified(written).unwrap();
    }
    kept.find(&key(HERE, "Alice")).unwrap().drafts
}

const HERE: &str = "http://127.0.0.1:4280";

/// Returns two drafts of `welcome` whose authors and servers are spelled differently.
pub(crate) fn two() -> Vec<FoundDraft> {
    found(&[
        (HERE, "Alice", 3, "# Bread\n\nrye flour\nwater\nsalt\n"),
        ("http://localhost:4280", "alice", 2 * 24 * 60, "# Bread\n\nspelt\n"),
    ])
}

/// Alice opens `welcome`, which has these drafts.
fn begin(offered: Vec<FoundDraft>) -> TestApp {
    let state = State::editor(author("Alice"), Some(id("welcome")), HERE.to_owned(), Theme::default());
    let mut server = Server::with(crate::harness::TEXT);
    server.disk.offered = offered;
    TestApp::at(server, state, vec![author("Alice")], 100, 30).connected()
}

#[test]
fn several_drafts_are_offered_by_age_and_first_words() {
    let play = begin(two());
    let screen = play.shows(100, 30, "There are 2 drafts of 'welcome'").text();
    for words in ["3 minutes ago", "rye flour", "2 days ago", "spelt", "written as 'alice'", "at http://localhost:4280"]
    {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    assert_eq!(screen.matches("written as").count(), 1, "only a different author is named: {screen}");
    assert!(!screen.contains("1 # Bread"), "no text is open: {screen}");
}

#[test]
fn chosen_draft_is_continued_and_the_other_stays() {
    let mut play = begin(two());
    play.code(KeyCode::Down).code(KeyCode::Enter);
    play.shows(100, 30, "3 spelt");
    play.shows(100, 30, "edited");
    assert_eq!(play.server.disk.offered.len(), 1);
    play.ctrl('s');
    assert_eq!(play.server.content(), "# Bread\n\nspelt\n");
    assert_eq!(play.server.disk.offered.len(), 1, "the other draft is still there");
}

#[test]
fn newest_draft_is_selected_at_first() {
    let mut play = begin(two());
    play.types("v").shows(100, 30, "rye flour");
    play.code(KeyCode::Esc).code(KeyCode::Enter);
    play.shows(100, 30, "3 rye flour");
    let mut play = begin(two());
    play.types("d").shows(100, 30, "Delete the draft of 3 minutes ago that begins 'rye flour'?");
}

#[test]
fn a_draft_is_shown_and_is_deleted_only_after_a_yes() {
    let mut play = begin(two());
    play.types("v");
    play.shows(100, 30, "rye flour");
    play.shows(100, 30, "salt");
    play.types("d");
    play.shows(100, 30, "Delete the draft of 3 minutes ago that begins 'rye flour'?");
    play.code(KeyCode::Esc);
    assert_eq!(play.server.disk.offered.len(), 2);
    play.code(KeyCode::Esc).types("d").code(KeyCode::Enter);
    assert_eq!(play.server.disk.offered.len(), 1);
    let screen = play.shows(100, 30, "There is a draft of 'welcome'").text();
    assert!(screen.contains("spelt") && !screen.contains("rye"), "{screen}");
    play.types("d").code(KeyCode::Enter);
    play.shows(100, 30, "spelt");
    assert_eq!(play.server.disk.offered.len(), 1, "the other draft was not selected, and is not deleted");
    play.code(KeyCode::Esc);
    play.shows(100, 30, "✓ clean");
    play.shows(100, 30, "3 flour");
    assert_eq!(play.server.disk.offered.len(), 1, "the other draft is offered next time");
}

#[test]
fn offered_drafts_never_take_the_focus_from_a_text() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    play.types("mine ").f(2).types("other");
    let opened =
        update(&mut play.state, Event::Terminal(TerminalEvent::Key(terminal::key::Key::plain(KeyCode::Enter))));
    assert!(matches!(opened[..], [Effect::Open { .. }]), "{opened:?}");
    // Text typed before the document opens goes into that document.
    play.types("fresh ");
    play.shows(100, 30, "opening other: what you type goes into its text");
    play.shows(100, 30, "fresh");
    play.event(Event::DraftsOffered { seat: 0, document: id("other"), offered: two(), trouble: None });
    play.shows(100, 30, "a draft of an earlier run stays on the disk: the next start offers it");
    play.types("words");
    play.shows(100, 30, "1 fresh words");
    play.f(2).types("welcome").code(KeyCode::Enter);
    play.shows(100, 30, "1 mine # Bread");
    // These drafts were not requested.
    play.event(Event::DraftsOffered { seat: 0, document: id("third"), offered: two(), trouble: None });
    play.types("more ");
    assert!(play.screen(100, 30).text().contains("third"), "the document opens without drafts, as chosen");
    let without = Effect::ChooseDraft { seat: 0, document: id("third"), choice: DraftChoice::Without };
    assert!(play.effects.contains(&without));
}

#[test]
fn lines_typed_before_a_document_opens_are_its_text() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    play.f(2).types("other");
    update(&mut play.state, Event::Terminal(TerminalEvent::Key(terminal::key::Key::plain(KeyCode::Enter))));
    play.types("one").code(KeyCode::Enter).event(TerminalEvent::Pasted("two\n".to_owned()));
    play.shows(100, 30, "opening other: what you type goes into its text");
    play.event(Event::Opened { seat: 0, document: id("other"), draft: None });
    play.types("three");
    play.shows(100, 30, "1 one");
    play.shows(100, 30, "2 two");
    play.shows(100, 30, "3 three");
}

/// The text stays the server's: text typed before it was seen is not inserted, and cannot conflict.
#[test]
fn text_typed_before_opening_is_offered_in_the_next_run() {
    let mut early = two().remove(0);
    early.draft = Draft::for_unplaced_text(&id("welcome"), Some("typed early".to_owned()), None);
    let mut play = begin(vec![early]);
    play.code(KeyCode::Down).code(KeyCode::Enter);
    play.shows(100, 30, "typed in an earlier run and in no text yet: 'typed early'; Ctrl-V pastes it");
    play.shows(100, 30, "1 # Bread");
    play.ctrl('v').shows(100, 30, "typed early");
}

#[test]
fn enter_pressed_twice_opens_without_an_empty_line() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    play.f(2).types("other");
    update(&mut play.state, Event::Terminal(TerminalEvent::Key(terminal::key::Key::plain(KeyCode::Enter))));
    play.code(KeyCode::Enter);
    play.types("one").code(KeyCode::Enter).types("two");
    play.event(Event::Opened { seat: 0, document: id("other"), draft: None });
    play.shows(100, 30, "1 one");
    play.shows(100, 30, "2 two");
}

/// Before the files are read, a merge has no text. Typed text is kept for pasting, and decides nothing.
#[test]
fn text_typed_before_files_are_read_is_kept_and_announced() {
    let mine = Document { content: "one\nmine\n".to_owned(), ..Document::default() };
    let state = State::files(author("mine"), id("merge"), mine, Theme::default());
    let (mut play, first) = TestApp::unanswered(Server::with(""), state, vec![author("mine")], 100, 30);
    assert!(matches!(first[..], [Effect::Open { .. }]), "{first:?}");
    play.types("meant for a text");
    play.shows(100, 30, "what you type decides nothing");
    play.shows(100, 30, "meant for a text");
    play.event(Event::Opened { seat: 0, document: id("merge"), draft: None });
    play.shows(100, 30, "typed before the files were read: 'meant for a text'; Ctrl-V pastes it");
    let kept = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => draft.unread.as_deref(),
        _ => None,
    });
    assert_eq!(kept, Some("meant for a text"), "the draft has it, apart from the text to be saved");
}

/// Returns the last draft of text typed for a document that is being opened.
fn kept_early<'p>(play: &'p TestApp, document: &str) -> Option<&'p Draft> {
    let found = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepEarlyDraft { document: of, draft, .. } if of.as_str() == document => Some(draft.as_ref()),
        _ => None,
    });
    found.flatten()
}

/// Alice opens these documents one after the other, and types into each before any response arrives.
fn opening(play: &mut TestApp, documents: &[(&str, &str)]) {
    for (document, typed) in documents {
        play.f(2).types(document);
        update(&mut play.state, Event::Terminal(TerminalEvent::Key(terminal::key::Key::plain(KeyCode::Enter))));
        play.types(typed);
    }
}

fn opened(play: &mut TestApp, document: &str) {
    play.event(Event::Opened { seat: 0, document: id(document), draft: None });
}

#[test]
fn text_typed_before_opening_is_kept_immediately() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    opening(&mut play, &[("other", "one")]);
    assert_eq!(kept_early(&play, "other").and_then(|draft| draft.manual_edit.as_deref()), Some("one"));
    play.code(KeyCode::Backspace).code(KeyCode::Backspace).code(KeyCode::Backspace);
    assert_eq!(kept_early(&play, "other"), None, "the text was deleted again");
    play.types("two");
    opened(&mut play, "other");
    let kept = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft { generation, draft, .. } => Some((*generation, draft.mine.content.to_string())),
        _ => None,
    });
    assert_eq!(
        kept,
        Some((10, "two".to_owned())),
        "one generation for each of the 9 keys, and one for the opened text"
    );
}

#[test]
fn failed_early_draft_is_reported() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    play.server.disk.writes = Writes::Never("no space left");
    opening(&mut play, &[("other", "one")]);
    play.shows(100, 30, "draft not written: no space left");
}

/// Returns the contents of all writes that were sent.
fn sent(play: &TestApp) -> Vec<String> {
    let writes = play.effects.iter().filter_map(|effect| match effect {
        Effect::Ask { ask: editor::EditorRequest::Write { document, .. }, .. } => Some(document.content.to_string()),
        _ => None,
    });
    writes.collect()
}

#[test]
fn save_pressed_before_a_document_opens_is_carried_out() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    opening(&mut play, &[("other", "one")]);
    play.ctrl('s');
    play.shows(
        100,
        30,
        "other is still loading; what you type is saved once it is here, unless it already has another text",
    );
    play.types(" two");
    assert_eq!(sent(&play), Vec::<&str>::new());
    opened(&mut play, "other");
    assert_eq!(sent(&play), ["one two"]);
}

#[test]
fn save_pressed_before_the_first_response_is_carried_out() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    opening(&mut play, &[("other", "")]);
    let read = update(&mut play.state, Event::Opened { seat: 0, document: id("other"), draft: None });
    play.types("one").ctrl('s');
    play.shows(100, 30, "a request is in flight; what you have typed since is saved after it");
    play.carry_out(read);
    assert_eq!(sent(&play), ["one"]);
}

#[test]
fn early_save_sends_nothing_over_a_text_not_seen() {
    let state = State::editor(author("Alice"), Some(id("welcome")), HERE.to_owned(), Theme::default());
    let (mut play, first) =
        TestApp::unanswered(Server::with(crate::harness::TEXT), state, vec![author("Alice")], 100, 30);
    play.types("one").ctrl('s');
    play.carry_out(first);
    assert_eq!(sent(&play), Vec::<&str>::new());
    play.shows(100, 30, "1 one# Bread");
    play.shows(100, 30, "the text typed before it arrived is in front of it");
}

#[test]
fn save_at_the_drafts_asks_for_a_choice() {
    let mut play = begin(two());
    play.ctrl('s').shows(100, 30, "first choose a draft, or start without one");
}

#[test]
fn draft_taken_by_another_editor_is_reported() {
    let mut play = begin(two());
    let effects =
        update(&mut play.state, Event::Terminal(TerminalEvent::Key(terminal::key::Key::plain(KeyCode::Enter))));
    let [Effect::ChooseDraft { choice: DraftChoice::Take(taken), .. }] = &effects[..] else { panic!("{effects:?}") };
    let rest: Vec<_> = two().into_iter().filter(|found| found.id != *taken).collect();
    let trouble = Some("another editor has that draft by now".to_owned());
    play.event(Event::DraftsOffered { seat: 0, document: id("welcome"), offered: rest, trouble });
    play.shows(100, 30, "another editor has that draft by now");
}

#[test]
fn a_draft_without_changes_is_forgotten() {
    let mut play = begin(found(&[(HERE, "Alice", 1, crate::harness::TEXT)]));
    play.code(KeyCode::Down).code(KeyCode::Enter);
    assert!(play.effects.iter().any(|effect| matches!(effect, Effect::ForgetDraft { .. })));
}

fn full() -> TestApp {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    play.server.disk.writes = Writes::Never("no space left");
    play.types("x");
    play
}

#[test]
fn failed_draft_is_in_the_status_line_until_it_is_written() {
    let mut play = full();
    play.shows(100, 30, "✗ draft not written: no space left");
    play.types("y").code(KeyCode::Esc);
    play.shows(100, 30, "✗ draft not written: no space left");
    play.event(Event::DraftWritten { seat: 0, document: id("welcome"), generation: 2 });
    play.hides(100, 30, "not written");
}

#[test]
fn a_failed_draft_is_never_reported_as_kept() {
    let mut play = full();
    play.ctrl('q');
    play.hides(100, 30, "kept as a draft");
    let screen = play.shows(100, 30, "draft not written: no space left").text();
    let words = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    for choice in ["f file", "c clipboard", "s save and leave", "Esc stay"] {
        assert!(words.contains(choice), "{choice}: {screen}");
    }
    assert!(!words.contains("l leave"), "{screen}");
    play.types("l");
    assert_eq!(play.ended(), None);
    play.shows(100, 30, "not now: draft not written: no space left");
}

#[test]
fn paste_of_many_lines_into_a_path_keeps_the_others() {
    let mut play = full();
    play.ctrl('q').types("f").event(TerminalEvent::Pasted(".2\nsecond".to_owned()));
    play.shows(100, 30, "welcome-mine.txt.2");
    play.shows(100, 30, "only the first line is pasted in the path of a file");
    play.code(KeyCode::Esc).code(KeyCode::Esc).ctrl('v');
    play.shows(100, 30, "second");
}

#[test]
fn unsaved_text_is_written_to_a_file_when_leaving() {
    let mut play = full();
    play.ctrl('q').types("f");
    play.shows(100, 30, "write the text into a file");
    play.shows(100, 30, "welcome-mine.txt");
    play.types(".2").code(KeyCode::Enter);
    let Some(Effect::KeepFileAs { work, generation, path, text }) = play.effects.last().cloned() else { panic!() };
    assert_eq!((path, text.as_str()), (PathBuf::from("welcome-mine.txt.2"), "x# Bread\n\nflour\nwater\nsalt\n"));
    let event = |kept: Result<PathBuf, String>| Event::FileKeptAs { work, generation, kept };
    play.event(event(Err("a file of that name exists".to_owned())));
    play.shows(100, 30, "✗ not written: a file of that name exists");
    assert_eq!(play.ended(), None);
    play.code(KeyCode::Enter).event(event(Ok("/some/where/notes.txt".into())));
    play.shows(100, 30, "The text of welcome is in /some/where/notes.txt");
    play.types("l");
    assert_eq!(play.ended(), Some(&SessionEnd::Quit));
}

#[test]
fn unsaved_text_is_copied_to_the_clipboard_when_leaving() {
    let mut play = full();
    play.ctrl('q').types("c");
    let Some(Effect::Copy { work, generation, text }) = play.effects.last().cloned() else { panic!() };
    assert!(text.starts_with("x# Bread"));
    play.types("l");
    assert_eq!(play.ended(), None, "nothing was sent yet");
    play.event(Event::CopySent { work, generation, sent: Ok(()) });
    play.shows(100, 30, "shows whether the terminal took it. l leaves.");
    // The copy lacks text typed from here on.
    play.code(KeyCode::Esc).types("y").ctrl('q').types("l");
    assert_eq!(play.ended(), None);
    play.types("c");
    let Some(Effect::Copy { work, generation, .. }) = play.effects.last().cloned() else { panic!() };
    play.event(Event::CopySent { work, generation, sent: Ok(()) }).types("l");
    assert_eq!(play.ended(), Some(&SessionEnd::Quit));
}

#[test]
fn leaving_waits_for_the_draft() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    play.server.disk.writes = Writes::Slowly;
    play.types("x").ctrl('q');
    play.shows(100, 30, "The draft is being written; l leaves as soon as it is on the disk.");
    play.types("l");
    assert_eq!(play.ended(), None);
    play.shows(100, 30, "the session ends as soon as it is on the");
    let told = |play: &mut TestApp, why: Option<&str>| {
        let (seat, document, generation) = (0, id("welcome"), 1);
        play.event(match why {
            None => Event::DraftWritten { seat, document, generation },
            Some(why) => Event::DraftFailed { seat, document, generation, why: why.to_owned() },
        });
    };
    told(&mut play, Some("no space left"));
    assert_eq!(play.ended(), None, "the draft was not written, so the program stays");
    play.shows(100, 30, "draft not written: no space left");
    told(&mut play, None);
    assert_eq!(play.ended(), None, "the failure cancelled the wish to leave");
    play.types("l");
    assert_eq!(play.ended(), Some(&SessionEnd::Quit));
}

/// The list of drafts opens by itself, perhaps while the user types.
#[test]
fn letters_typed_at_the_drafts_become_no_text() {
    let mut play = begin(two());
    play.types("hello ");
    play.shows(100, 30, "There are 2 drafts of 'welcome'");
    play.shows(
        100,
        30,
        "not typed: no document is open yet; Enter goes on with the selected draft, Esc starts without",
    );
    play.event(TerminalEvent::Pasted("pasted\n".to_owned()));
    play.shows(100, 30, "not pasted in the list of drafts; it is kept, and Ctrl-V pastes it in a text");
    play.code(KeyCode::Esc);
    play.shows(100, 30, "1 # Bread");
    play.hides(100, 30, "hello");
    play.ctrl('v').shows(100, 30, "1 pasted");
}

/// These keys act on drafts, and may be the beginning of words that were meant for a text.
#[test]
fn words_typed_at_the_drafts_delete_none() {
    for words in ["dear bob", "da dv dd", "vd more", "vdvd"] {
        let mut play = begin(two());
        play.types(words).types(" ").code(KeyCode::Enter);
        assert_eq!(discarded(&play), 0, "{words}");
    }
}

fn discarded(play: &TestApp) -> usize {
    let is_discarded = |effect: &&Effect| matches!(effect, Effect::ChooseDraft { choice: DraftChoice::Discard(_), .. });
    play.effects.iter().filter(is_discarded).count()
}

#[test]
fn pending_leave_can_be_cancelled() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    play.server.disk.writes = Writes::Slowly;
    play.types("x").ctrl('q').types("l").code(KeyCode::Esc).types("y");
    play.event(Event::DraftWritten { seat: 0, document: id("welcome"), generation: 2 });
    assert_eq!(play.ended(), None);
    play.shows(100, 30, "1 xy# Bread");
}

#[test]
fn a_signal_ends_the_program_without_an_answer() {
    let mut play = full();
    play.event(TerminalEvent::Stopped(StopReason::Terminate));
    assert_eq!(play.ended(), Some(&SessionEnd::Stopped(StopReason::Terminate)));
}

#[test]
fn stage_can_write_unsaved_text_to_a_file() {
    let mut play = TestApp::stage(120, 40);
    play.types("Alice ").ctrl('q').types("f");
    play.shows(120, 40, "welcome-mine.txt");
    play.code(KeyCode::Enter);
    let Some(Effect::KeepFileAs { work, generation, .. }) = play.effects.last().cloned() else { panic!() };
    play.event(Event::FileKeptAs { work, generation, kept: Ok("/some/where/notes.txt".into()) });
    play.shows(120, 40, "The text of welcome is in /some/where/notes.txt. l leaves.");
}

#[test]
fn hand_text_of_a_merge_is_rescued_with_the_text() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    play.server.disk.writes = Writes::Never("no space left");
    play.types("Alice ");
    let event = play.server.saved_by("Bob", "Bob # Bread\n\nflour\nwater\nsalt\n");
    play.event(event).ctrl('s').f(9).types("eby hand ").ctrl('q').types("c");
    let Some(Effect::Copy { text, .. }) = play.effects.last() else { panic!() };
    assert_eq!(text, "Alice # Bread\n\nflour\nwater\nsalt\n\nby hand Alice # Bread\n");
}

#[test]
fn text_typed_since_the_merge_is_rescued() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    play.server.disk.writes = Writes::Never("no space left");
    play.types("Alice ");
    let event = play.server.saved_by("Bob", "# Bread\n\nflour\nwater\nsea salt\n");
    play.event(event).ctrl('s');
    play.shows(100, 30, "merging, all decided");
    let copied = |play: &TestApp| match play.effects.last() {
        Some(Effect::Copy { text, .. }) => text.clone(),
        other => panic!("nothing was copied: {other:?}"),
    };
    play.ctrl('q').types("c");
    assert_eq!(copied(&play), "Alice # Bread\n\nflour\nwater\nsea salt\n", "the result of the merge");
    play.code(KeyCode::Esc).types("typed ").ctrl('q').types("c");
    assert!(copied(&play).contains("typed "), "{}", copied(&play));
}

#[test]
fn draft_opens_where_it_was_typed_and_is_one_step_of_undo() {
    let mut play = begin(found(&[(HERE, "Alice", 3, "# Bread\n\nrye flour\nwater\nsalt\n")]));
    play.code(KeyCode::Down).code(KeyCode::Enter);
    play.shows(100, 30, "rye flour");
    play.shows(100, 30, "line 3:5");
    play.ctrl('z');
    play.hides(100, 30, "rye flour");
    play.shows(100, 30, "clean");
    play.ctrl('y');
    play.shows(100, 30, "rye flour");
    play.shows(100, 30, "edited");
}
