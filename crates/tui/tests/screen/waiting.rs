//! Lines of plain mode that wait for a response: kept in a draft meanwhile, and handled in order.

use terminal::event::TerminalEvent;
use terminal::input::LineSource;
use terminal::theme::Theme;
use tui::{Effect, Event, SessionEnd, State, advance};

use crate::harness::{TEXT, TestApp, author, id};
use crate::server::Server;

fn line(line: &str) -> Event {
    Event::Terminal(TerminalEvent::Line(line.to_owned()))
}

/// Alice opens `welcome`. Returns the effects too, which are not carried out yet.
fn begins(lines: LineSource) -> (TestApp, Vec<Effect>) {
    let state = State::editor(author("Alice"), Some(id("welcome")), String::new(), Theme::default());
    let state = state.in_plain(lines);
    TestApp::unanswered(Server::with(TEXT), state, vec![author("Alice")], 80, 24)
}

/// Returns the waiting lines that the last draft keeps, or `None` if no draft is needed.
fn kept(play: &TestApp) -> Option<&str> {
    let kept = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => Some(draft.unread.as_deref()),
        Effect::KeepEarlyDraft { draft, .. } => Some(draft.as_ref().and_then(|draft| draft.unread.as_deref())),
        Effect::ForgetDraft { .. } => Some(None),
        _ => None,
    });
    kept.flatten()
}

#[test]
fn waiting_lines_are_kept_and_do_not_count_as_unsaved() {
    let (mut play, first) = begins(LineSource::Piped);
    play.carry_out(first).event(line("add x"));
    let sent = advance(&mut play.state, line("save"));
    // No response arrives meanwhile.
    for said in ["", "add y", "add", "z", ".", "save", "quit", "add after the end"] {
        let effects = advance(&mut play.state, line(said));
        play.effects.extend(effects);
    }
    assert_eq!(kept(&play), Some("\nadd y\nadd\nz\n.\nsave\nquit\nadd after the end"));
    play.carry_out(sent);
    assert_eq!(play.server.content(), "# Bread\n\nflour\nwater\nsalt\nx\ny\nz\n");
    assert_eq!(kept(&play), None);
    assert_eq!(play.ended(), Some(&SessionEnd::Quit), "nothing was unsaved, so nothing was asked");
}

#[test]
fn lines_said_before_a_document_opens_wait_for_it() {
    for (offered, lines) in [(0, LineSource::Typed), (2, LineSource::Typed), (2, LineSource::Piped)] {
        let (mut play, first) = begins(lines);
        play.event(line("add early"));
        assert_eq!(kept(&play), Some("add early"));
        play.server.disk.offered = crate::drafts::two().into_iter().take(offered).collect();
        play.carry_out(first);
        let said = play.effects.iter().filter_map(|effect| match effect {
            Effect::Print(lines) => Some(lines.join("\n")),
            _ => None,
        });
        let said = said.collect::<Vec<_>>().join("\n");
        assert!(said.contains("Line 6: early"), "{said}");
        assert_eq!(said.contains("A draft of an earlier run stays on the disk"), offered > 0, "{said}");
        assert_eq!(play.server.disk.offered.len(), offered);
    }
}

/// After a crash, a draft with a line in both places would offer the line twice.
#[test]
fn draft_keeps_a_line_as_waiting_or_in_the_block() {
    let (mut play, first) = begins(LineSource::Piped);
    for said in ["line 2", "bring", "cake"] {
        play.event(line(said));
    }
    assert_eq!(kept(&play), Some("line 2\nbring\ncake"));
    play.carry_out(first);
    let drafts = play.effects.iter().filter_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => Some((draft.manual_edit.as_deref(), draft.unread.as_deref())),
        _ => None,
    });
    let mut drafts: Vec<_> = drafts.collect();
    drafts.dedup();
    assert_eq!(drafts, [(None, Some("line 2\nbring\ncake")), (Some("bring\ncake"), None)]);
}
