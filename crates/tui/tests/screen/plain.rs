//! Plain mode: the replies to the lines of a user, from the same `update` as that of the screen.

use terminal::event::TerminalEvent;
use terminal::input::LineSource;
use terminal::theme::Theme;
use tui::{Effect, Event, SessionEnd, State};

use crate::harness::{TestApp, author, id};
use crate::server::{Server, Writes};
use crate::talk::Talk;

#[test]
fn plain_mode_begins_with_the_place_and_the_commands() {
    let said = Talk::single(LineSource::Typed).heard();
    assert!(said.contains("'help' for the commands"), "{said}");
    assert!(said.contains("'Bread', 5 lines; 'show' reads it."), "{said}");
    assert!(said.contains("Clean. My base: \"v1-00000001\". The server's: \"v1-00000001\"."), "{said}");
    assert_eq!(said.matches("Clean").count(), 1, "nothing is said twice: {said}");
}

#[test]
fn numbered_line_edits_are_read_out() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.hears(&["line 3 rye flour"], &["Line 3: rye flour", "Edited."]);
    talk.hears(&["add yeast"], &["Line 6: yeast"]);
    talk.hears(&["insert 1 first"], &["Line 1: first"]);
    talk.hears(&["insert 8 last"], &["Line 8: last"]);
    talk.hears(&["replace rye => spelt"], &["Line 4: spelt flour"]);
    talk.hears(&["delete 5 6"], &["Lines 5 to 6 are gone."]);
    talk.hears(&["delete 1"], &["Line 1 is gone."]);
    talk.hears(&["line 1"], &["a single dot on its own line ends them"]);
    talk.hears(&["one", "two"], &[]);
    talk.hears(&["."], &["Line 1: one\nLine 2: two"]);
    talk.hears(&["show"], &["Line 4: spelt flour\nLine 5: yeast\nLine 6: last"]);
    talk.hears(&["save"], &["Saved as version \"v2-00000002\"", "Clean."]);
    assert_eq!(talk.play.server.content(), "one\ntwo\n\nspelt flour\nyeast\nlast\n");
    talk.hears(&["undo"], &["Edited."]);
    talk.hears(&["redo"], &["Clean."]);
    talk.hears(&["title Rye bread"], &["The title is 'Rye bread'."]);
    talk.hears(&["delete 1 6"], &["Lines 1 to 6 are gone."]);
    talk.hears(&["add again"], &["Line 1: again"]);
    talk.hears(&["line 2 x"], &["The text has 1 line."]);
    talk.hears(&["line 1 again"], &["Nothing changed."]);
}

#[test]
fn impossible_title_or_parent_is_refused_in_words() {
    let mut talk = Talk::single(LineSource::Typed);
    let long = format!("title {}", "é".repeat(513));
    for (line, words) in [
        ("parent welcome", "A document cannot be its own parent"),
        ("parent No Name", "1 to 64"),
        (long.as_str(), "A title has at most 1024 bytes, and this one has 1026"),
    ] {
        let said = talk.say(line);
        assert!(said.contains(words) && !said.contains("Edited"), "{line}: {said}");
    }
    talk.hears(&["parent handbook"], &["The parent is 'handbook'."]);
}

#[test]
fn edits_keep_a_missing_last_newline_and_empty_lines() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.bob_saves("a\nb");
    talk.hears(&["reload"], &["Line 1: a\nLine 2: b"]);
    talk.hears(&["add c", "delete 3", "line 2 ", "."], &["Nothing changed."]);
    talk.hears(&["line 2", "", "."], &["Line 2 is gone."]);
    talk.hears(&["save"], &["Saved"]);
    assert_eq!(talk.play.server.content(), "a\n", "the empty second line has no line end");
    talk.hears(&["delete 1", "add x", "save"], &["Saved"]);
    assert_eq!(talk.play.server.content(), "x\n");
}

#[test]
fn unconditional_save_is_explained_and_can_be_redone() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.hears(&["line 1 # Rye"], &[]);
    talk.hears(&["blind"], &["It sends If-Match: \"v1-00000001\"", "Say 'right' (do it right)"]);
    talk.hears(&["right"], &["Saved as version \"v2-00000002\""]);
    assert_eq!(talk.play.server.content(), "# Rye\n\nflour\nwater\nsalt\n");
    talk.hears(&["right"], &["Not now: 'right' does not apply here"]);
}

#[test]
fn a_412_is_merged_by_commands() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.say("line 1 # Alice's");
    talk.say("line 5 sea salt");
    talk.bob_saves("# Bob's\n\nflour\nwater\nno salt\n");
    let heard = talk.heard();
    assert!(heard.contains("Bob saved version") && heard.contains("Stale."), "{heard}");
    talk.hears(
        &["save"],
        &["412: Bob saved first. 2 conflicts to decide", "412 failed: Bob saved v2 · 2 conflicts · 'merge' decides."],
    );
    talk.hears(&["save"], &["2 conflicts to decide: 'merge'."]);
    talk.hears(&["theirs"], &["Not now: 'theirs' does not apply here", "'merge' enters an open merge"]);
    talk.hears(&["line 4 tap water"], &["Line 4: tap water"]);
    talk.hears(
        &["merge"],
        &[
            "Conflict 1 of 2, open: you and Bob both changed these lines.\nbase: # Bread\nmine: # Alice's\ntheirs: # Bob's\n",
            "Say 'mine', 'theirs'",
        ],
    );
    talk.hears(&["save"], &["Not saved: 2 conflicts"]);
    talk.hears(&["line 4 water"], &["Line 4: water"]);
    talk.hears(&["theirs"], &["Conflict 1 of 2: theirs (Bob).", "Conflict 2 of 2, open", "mine: sea salt"]);
    talk.hears(&["edit a little salt"], &["Conflict 2 of 2: edited.", "All is decided. 'save' saves"]);
    talk.hears(&["result"], &["# Bob's\n\nflour\nwater\na little salt"]);
    talk.hears(&["undo"], &["1 open", "Conflict 2 of 2, open"]);
    talk.hears(&["mine 2"], &["Conflict 2 of 2: mine."]);
    talk.hears(&["mine 3"], &["There is no conflict 3"]);
    talk.hears(&["conflicts"], &["Conflict 1 of 2, theirs (Bob)", "Conflict 2 of 2, mine"]);
    talk.hears(&["edit 1", "two", "lines", "."], &["Conflict 1 of 2: edited."]);
    talk.hears(&["save"], &["Saved as version", "Clean."]);
    assert_eq!(talk.play.server.content(), "two\nlines\n\nflour\nwater\nsea salt\n");
}

#[test]
fn left_merge_is_entered_again_and_overwritten_after_a_question() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.say("line 1 # Alice's");
    talk.bob_saves("# Bob's\n\nflour\nwater\nsalt\n");
    talk.say("save");
    talk.hears(&["leave"], &["Not now: 'leave' does not apply here"]);
    talk.hears(&["merge"], &["Conflict 1 of 1, open"]);
    talk.hears(&["leave"], &["412 failed: Bob saved v2 · 1 conflict · 'merge' decides."]);
    talk.hears(&["overwrite"], &["Not now: 'overwrite' does not apply here"]);
    talk.hears(&["merge"], &["Conflict 1 of 1, open"]);
    talk.hears(&["overwrite"], &["This would be lost:", "# Bob's", "Say 'yes' or 'no'"]);
    talk.hears(&["save"], &["a question is open"]);
    talk.hears(&["no"], &["Conflict 1 of 1, open"]);
    talk.hears(&["overwrite", "yes"], &["Saved as version"]);
    assert!(talk.play.server.content().starts_with("# Alice's"));
    talk.hears(&["mine"], &["Not now: 'mine' does not apply here"]);
}

#[test]
fn merge_without_a_conflict_is_saved_by_the_second_save() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.say("line 1 # Alice's");
    talk.bob_saves("# Bread\n\nflour\nwater\nsalt\npepper\noil\n");
    talk.hears(&["save"], &["412 failed: Bob saved v2"]);
    talk.hears(&["save"], &["Your text with 2 lines of Bob's; 'save' again saves it under v2."]);
    assert!(!talk.play.server.content().contains("Alice"), "nothing was sent");
    talk.hears(&["save"], &["Saved as version"]);
    assert_eq!(talk.play.server.content(), "# Alice's\n\nflour\nwater\nsalt\npepper\noil\n");
}

#[test]
fn line_in_an_open_merge_is_merged_without_a_timer() {
    let mut talk = Talk::single(LineSource::Piped);
    talk.say("line 1 # Alice's");
    talk.bob_saves("# Bob's\n\nflour\nwater\nno salt\n");
    talk.hears(&["save"], &["Merging, 1 open."]);
    talk.hears(&["line 5 sea salt"], &["Line 5: sea salt", "Merging, 2 open."]);
    talk.hears(&["merge", "line 5 salt", "conflicts"], &["Conflict 1 of 1, open"]);
    let waits = talk.play.effects.iter().any(|effect| matches!(effect, Effect::AwaitPause { .. }));
    assert!(!waits, "the reply does not depend on a timer");
}

#[test]
fn choice_after_a_delete_is_postponed_by_leave() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.say("add x");
    let told = talk.play.server.deleted_by("Bob");
    talk.play.event(told);
    talk.hears(&["leave"], &["Nothing changed."]);
    talk.hears(&["create"], &["Not now: 'create' does not apply here", "'merge' enters"]);
    talk.hears(&["merge"], &["Say 'create'"]);
    talk.hears(&["create"], &["Created"]);
}

#[test]
fn commands_of_the_text_work_in_every_state() {
    type Into = fn(&mut Talk);
    let states: [(&str, Into); 5] = [
        ("an open merge", |talk| {
            talk.bob_saves("# Bob's\n\nflour\nwater\nsalt\n");
            talk.hears(&["save"], &["1 conflict"]);
        }),
        ("an entered merge", |talk| {
            talk.bob_saves("# Bob's\n\nflour\nwater\nsalt\n");
            talk.hears(&["save", "merge"], &["Conflict 1 of 1, open"]);
        }),
        ("a 428", |talk| talk.hears(&["blind"], &["Say 'right'"])),
        ("a delete", |talk| {
            let told = talk.play.server.deleted_by("Bob");
            talk.play.event(told);
            assert!(talk.heard().contains("Say 'create'"));
        }),
        ("a merge that ended", |talk| {
            talk.bob_saves("# Bob's\n\nflour\nwater\nsalt\n");
            talk.hears(&["save", "merge"], &["Conflict 1 of 1, open"]);
            talk.play.server.deleted_by("Bob");
            talk.hears(&["reload"], &["this merge is over"]);
        }),
    ];
    for (state, reach) in states {
        let mut talk = Talk::single(LineSource::Typed);
        talk.say("line 1 # Alice's");
        reach(&mut talk);
        for (line, answer) in [
            ("line 3 rye", "Line 3: rye"),
            ("add pepper", "Line 6: pepper"),
            ("insert 6 oil", "Line 6: oil"),
            ("replace rye => spelt", "Line 3: spelt"),
            ("delete 4", "Line 4 is gone."),
            ("title Spelt", "The title is 'Spelt'."),
        ] {
            let said = talk.say(line);
            assert!(said.contains(answer), "{line}, {state}: {said}");
        }
        let said = talk.say("show");
        assert!(
            said.contains("'Spelt', 6 lines.\nLine 1: # Alice's\nLine 2: an empty line\nLine 3: spelt\n"),
            "{said}"
        );
    }
}

#[test]
fn naming_an_author_moves_the_focus_to_their_editor() {
    let mut talk = Talk::stage();
    talk.hears(&["line 1 # Alice's"], &["Alice: Line 1: # Alice's", "Next: 'save'"]);
    talk.hears(&["as Carol"], &["belongs to 'Carol'; the editors are: Alice, Bob"]);
    talk.hears(&["as bob"], &["Your lines go to Bob's editor now.", "Bob: Clean."]);
    talk.hears(&["line 1 # Bob's"], &["Bob: Line 1: # Bob's"]);
    talk.hears(&["save", "as Alice", "save"], &["Answer", "to Alice", "412: Bob saved first"]);
    talk.hears(&["policy ignored"], &["preconditions are ignored"]);
    talk.hears(&["policy ignored"], &["policy is ignored already"]);
    talk.hears(&["as Bob", "line 1 # Bob's own", "blind"], &["Saved as version"]);
    talk.hears(&["as Alice", "blind"], &["a merge is open"]);
    talk.hears(&["merge", "mine", "save"], &["a lost update", "Gone: 1 line that Bob wrote"]);
}

#[test]
fn the_stage_says_what_comes_next_without_naming_a_key() {
    let mut talk = Talk::stage();
    let mut said = talk.heard();
    for line in [
        "line 1 a", "save", "as Bob", "line 1 b", "save", "merge", "mine", "save", "line 1 c", "blind", "right",
        "policy",
    ] {
        said += &talk.say(line);
    }
    for key in ["Ctrl-", "Alt-", "F7", "Esc", "Enter"] {
        assert!(!said.contains(key), "{key} is a key: {said}");
    }
    assert!(said.contains("Next: 'as Bob'"), "{said}");
}

#[test]
fn choice_after_a_delete_is_read_out_and_made_by_command() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.say("add x");
    let told = talk.play.server.deleted_by("Bob");
    talk.play.event(told);
    let heard = talk.heard();
    assert!(heard.contains("Bob deleted this document. My text is still here."), "{heard}");
    assert!(heard.contains("Say 'create' (create again), 'delete mine'"), "{heard}");
    talk.hears(&["save"], &["Not now: the document was deleted: create it again, or delete mine too"]);
    talk.hears(&["delete mine"], &["Delete my text too?", "'undo' in the empty text brings it back", "Say 'yes'"]);
    talk.hears(&["no"], &["Say 'create'"]);
    talk.hears(&["create"], &["Created: this is version"]);
    assert!(talk.play.server.content().ends_with("x\n"));
}

#[test]
fn leaving_asks_if_something_is_unsaved() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.say("add x");
    talk.hears(&["quit"], &["Not saved: welcome (Alice)", "Say 'save' (save and leave), 'leave' or 'no' (stay)."]);
    talk.hears(&["show"], &["Line 6: x"]);
    talk.hears(&["no"], &[]);
    assert_eq!(talk.play.ended(), None);
    talk.hears(&["quit", "save"], &["Saved"]);
    assert_eq!(talk.play.ended(), Some(&SessionEnd::Quit));
    assert!(talk.play.server.content().ends_with("x\n"));
}

#[test]
fn leaving_question_is_not_repeated_after_its_answer() {
    for is_slow in [false, true] {
        let mut talk = Talk::single(LineSource::Typed);
        talk.play.server.disk.writes = Writes::Slowly;
        talk.say("add x");
        talk.hears(&["quit"], &["The draft is being written; 'leave' leaves as soon as", "Say 'save'"]);
        let written = Event::DraftWritten { seat: 0, document: id("welcome"), generation: 1 };
        if is_slow {
            assert_eq!(talk.say("leave"), "The draft is being written; the session ends as soon as it is on the disk.");
            talk.play.event(written);
        } else {
            talk.play.event(written);
            talk.say("leave");
        }
        assert_eq!((talk.heard().as_str(), talk.play.ended()), ("", Some(&SessionEnd::Quit)), "slow: {is_slow}");
        let asked = |effect: &&Effect| matches!(effect, Effect::Print(lines) if lines.concat().contains("Say 'save'"));
        assert_eq!(talk.play.effects.iter().filter(asked).count(), 1, "slow: {is_slow}");
    }
}

#[test]
fn hand_text_mentions_the_first_save() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.say("line 1 # Alice's");
    talk.bob_saves("# Bob's\n\nflour\nwater\nsalt\n");
    talk.hears(&["save", "merge", "edit 1 # Ours"], &["'save' saves it under v2"]);
}

#[test]
fn unsaved_text_at_the_end_of_input_is_reported() {
    let mut talk = Talk::single(LineSource::Piped);
    talk.say("add");
    talk.say("no dot comes");
    talk.play.event(TerminalEvent::LinesEnded);
    let said = talk.heard();
    assert!(said.contains("There are no more lines") && said.contains("Not saved: welcome (Alice)"), "{said}");
    assert_eq!(talk.play.ended(), Some(&SessionEnd::Quit));
    let kept = talk.play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft { draft, .. } => Some(draft.mine.content.to_string()),
        _ => None,
    });
    assert_eq!(kept.as_deref(), Some("# Bread\n\nflour\nwater\nsalt\nno dot comes\n"), "the draft has the line");
}

/// Returns the last effect that keeps or forgets a draft.
fn kept(talk: &Talk) -> Option<&Effect> {
    talk.play.effects.iter().rev().find(|e| matches!(e, Effect::KeepDraft { .. } | Effect::ForgetDraft { .. }))
}

fn kept_by_hand(talk: &Talk) -> Option<&str> {
    match kept(talk)? {
        Effect::KeepDraft { draft, .. } => draft.manual_edit.as_deref(),
        _ => None,
    }
}

#[test]
fn lines_of_an_open_block_are_kept_as_they_arrive() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.say("line 3");
    assert!(kept(&talk).is_none());
    talk.say("rye");
    assert_eq!(kept_by_hand(&talk), Some("rye"));
    talk.say("spelt");
    assert_eq!(kept_by_hand(&talk), Some("rye\nspelt"));
    talk.hears(&["."], &["Line 3: rye\nLine 4: spelt"]);
    assert_eq!(kept_by_hand(&talk), None, "the lines are in the text");
    talk.hears(&["save"], &["Clean."]);
    assert!(matches!(kept(&talk), Some(Effect::ForgetDraft { .. })));
}

#[test]
fn block_of_a_vanished_conflict_stays_and_can_be_pasted() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.hears(&["line 1 # Alice's", "line 5 sea salt"], &[]);
    talk.bob_saves("# Bob's\n\nflour\nwater\nno salt\n");
    talk.hears(&["save", "merge"], &["Conflict 1 of 2"]);
    talk.hears(&["edit 2", "a pinch"], &[]);
    talk.bob_saves("# Bob's\n\nflour\nwater\nsea salt\n");
    talk.hears(&["."], &[]);
    talk.hears(
        &["reload", "edit 2", "of salt", "."],
        &["There is no conflict 2", "These lines are kept; 'paste' adds it at the end"],
    );
    assert_eq!(kept_by_hand(&talk), Some("a pinch\nof salt"), "the lines of both edits that lost their conflict");
    talk.hears(&["paste 1"], &["Line 1: a pinch\nLine 2: of salt"]);
    assert_eq!(kept_by_hand(&talk), None);
}

#[test]
fn documents_are_opened_by_name_or_by_number() {
    let state = State::editor(author("Alice"), None, String::new(), Theme::default());
    let mut talk = Talk::begin(state, &["Alice"], LineSource::Typed);
    let said = talk.heard();
    assert!(said.contains("1. welcome, 'Bread', version \"v1-00000001\""), "{said}");
    talk.hears(&["save"], &["no document is open; 'open NAME' opens one"]);
    talk.hears(&["open 1"], &["'Bread', 5 lines"]);
    talk.hears(&["open new-one"], &["A new document"]);
    talk.hears(&["open No Name"], &["1 to 64"]);
    talk.hears(&["add x", "open welcome"], &["'Bread', 5 lines", "Clean."]);
    talk.hears(&["open welcome"], &["Nothing changed."]);
    talk.hears(&["documents"], &["1. welcome"]);
    talk.hears(&["line 1 # Rye"], &["Line 1: # Rye"]);
}

#[test]
fn an_exchange_is_read_out_whole() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.hears(&["add x", "save", "wire"], &["Request 2, Alice: PUT", "Answer 2: 200"]);
    talk.hears(&["wire 2"], &["PUT /api/documents/welcome HTTP/1.1", "HTTP/1.1 200"]);
    talk.hears(&["wire 9"], &["There is no exchange 9"]);
}

#[test]
fn no_text_sends_control_characters_to_a_terminal() {
    let hostile = "\u{1b}[2J\u{7}\u{9b}31m\u{202e}evil\u{200b}\t\r";
    let mut talk = Talk::single(LineSource::Piped);
    talk.bob_saves(&format!("{hostile}\nflour\n"));
    let mut said = talk.heard();
    for line in ["reload", "show", hostile, "wire", "wire 2"] {
        said += &talk.say(line);
    }
    said += &talk.say(&format!("line 1 mine {hostile}"));
    talk.bob_saves(&format!("theirs {hostile}\nflour\n"));
    said += &talk.say("save");
    for line in [
        "merge",
        "conflict",
        "conflicts",
        "result",
        "overwrite",
        "no",
        "leave",
        "help",
        "status",
        &format!("title {hostile}"),
        "quit",
    ] {
        said += &talk.say(line);
    }
    assert!(said.contains("theirs: theirs ␛[2J"), "{said}");
    let steering: Vec<char> = said.chars().filter(|c| c.is_control() && *c != '\n').collect();
    assert!(steering.is_empty(), "{steering:?}");
    assert!(!said.contains(['\u{202e}', '\u{200b}']));
}

#[test]
fn help_lists_every_command_here_and_why_others_are_off() {
    let mut talk = Talk::single(LineSource::Typed);
    let said = talk.say("help");
    for word in ["show [N [M]]:", "line N TEXT:", "save:", "blind:", "quit!:"] {
        assert!(said.contains(word), "{word}\n{said}");
    }
    let merge = said.lines().find(|line| line.starts_with("merge: ")).unwrap();
    assert!(merge.ends_with("Off now: nothing waits for a decision."), "{merge}");
    assert!(!said.contains("as NAME"), "there is only one editor: {said}");
    assert!(!said.contains(" key"), "{said}");
    talk.hears(&["help save"], &["save: Saves: PUT with If-Match"]);
    talk.hears(&["help mine"], &["it does not apply here"]);
    assert!(Talk::stage().say("help").contains("as NAME"));
}

proptest::proptest! {
    #[test]
    fn every_line_gets_a_reply_and_none_panics(
        lines in proptest::collection::vec(
            "[a-z]{1,8} [0-9]{0,2} ?[a-zé]{0,6}|\
             (save|blind|right|leave|merge|mine|theirs|both|edit x|undo|redo|reload|quit|no|yes|add a|line 1 c|\
             delete 1|insert 2 b|replace a => b|next|settled|overwrite|delete document|create|release|conflicts|result|\
             documents|open b|suggested|policy|as Bob|as Alice|dismiss|format|blanks|paste|help|status|wire|show 1|title x)",
            0..40,
        )
    ) {
        let mut talk = Talk::stage();
        for line in lines {
            let answer = talk.say(&line);
            proptest::prop_assert!(talk.play.ended().is_some() || !answer.is_empty(), "{line}");
            if talk.play.ended().is_some() {
                break;
            }
        }
    }
}

/// Alice alone in plain mode, on a document with two drafts.
fn with_drafts(lines: LineSource) -> Talk {
    let state = State::editor(author("Alice"), Some(id("welcome")), String::new(), Theme::default());
    let state = state.in_plain(lines);
    let mut server = Server::with(crate::harness::TEXT);
    server.disk.offered = crate::drafts::two();
    Talk { play: TestApp::at(server, state, vec![author("Alice")], 80, 24).connected(), heard: 0 }
}

#[test]
fn drafts_are_numbered_and_chosen_by_their_number() {
    let mut talk = with_drafts(LineSource::Typed);
    let said = talk.heard();
    for words in [
        "There are 2 drafts of 'welcome'",
        "1. 3 minutes ago, 'rye flour': based on \"v1-00000001\".",
        "2. 2 days ago, 'spelt': based on \"v1-00000001\", written as 'alice', at http://localhost:4280.",
        "Say 'draft' and a number",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    talk.hears(&["add x"], &["Not now: 'add' does not apply here"]);
    talk.hears(&["look 2"], &["Draft 2, 2 days ago", "Line 3: spelt"]);
    talk.hears(&["draft 3"], &["There is no draft 3"]);
    talk.hears(&["draft 2"], &["Unsaved text from an earlier run is here again", "Edited."]);
    talk.hears(&["show 3"], &["Line 3: spelt"]);
    assert_eq!(talk.play.server.disk.offered.len(), 1);
}

#[test]
fn a_draft_is_discarded_after_a_yes() {
    let mut talk = with_drafts(LineSource::Typed);
    talk.hears(&["discard 1"], &["Delete the draft of 3 minutes ago that begins 'rye flour'?", "'yes'", "'no'"]);
    talk.hears(&["no"], &["There are 2 drafts"]);
    talk.hears(&["discard 1", "yes"], &["There is a draft of 'welcome'", "1. 2 days ago, 'spelt'"]);
    talk.hears(&["draft none"], &["'Bread', 5 lines", "Clean."]);
    assert_eq!(talk.play.server.disk.offered.len(), 1, "the other draft is offered next time");
}

#[test]
fn lines_from_a_pipe_wait_for_the_drafts() {
    let mut talk = with_drafts(LineSource::Piped);
    talk.hears(&["draft 1", "line 1 # Rye", "save"], &["Saved"]);
    assert_eq!(talk.play.server.content(), "# Rye\n\nrye flour\nwater\nsalt\n");
}

#[test]
fn a_failed_draft_is_reported_and_leads_to_a_file() {
    let mut talk = Talk::single(LineSource::Typed);
    talk.play.server.disk.writes = Writes::Never("no space left");
    talk.hears(&["add x"], &["Line 6: x", "Draft not written: no space left."]);
    talk.hears(&["quit"], &["draft not written: no space left", "'file' writes the text to a file, 'no' stays."]);
    talk.hears(&["leave"], &["Not now: draft not written: no space left."]);
    assert_eq!(talk.play.ended(), None);
    talk.say("file my notes.txt");
    let Some(Effect::KeepFileAs { work, generation, path, .. }) =
        talk.play.effects.iter().rev().find(|effect| matches!(effect, Effect::KeepFileAs { .. })).cloned()
    else {
        panic!("no file is written");
    };
    assert_eq!(path, std::path::Path::new("my notes.txt"));
    talk.play.event(Event::FileKeptAs { work, generation, kept: Ok("/some/where/my notes.txt".into()) });
    assert!(talk.heard().contains("The text is in /some/where/my notes.txt."));
    talk.say("leave");
    assert_eq!(talk.play.ended(), Some(&SessionEnd::Quit));
}

#[test]
fn the_end_of_input_waits_for_the_draft() {
    for (why, words) in [(None, "kept as a draft"), (Some("no space left"), "draft not written: no space left")] {
        let mut talk = Talk::single(LineSource::Piped);
        talk.play.server.disk.writes = Writes::Slowly;
        talk.say("add x");
        talk.play.event(TerminalEvent::LinesEnded);
        assert_eq!(talk.play.ended(), None, "whether the draft is written is not known yet");
        let (seat, document, generation) = (0, id("welcome"), 1);
        talk.play.event(match why {
            None => Event::DraftWritten { seat, document, generation },
            Some(why) => Event::DraftFailed { seat, document, generation, why: why.to_owned() },
        });
        let said = talk.heard();
        assert!(said.contains(words), "{said}");
        assert_eq!(said.contains("kept as a draft"), why.is_none(), "{said}");
        assert_eq!(talk.play.ended(), Some(&SessionEnd::Quit));
    }
}

#[test]
fn line_ends_without_a_command_stay_in_plain_mode() {
    let mixed = "one\r\ntwo\nthree\r\n";
    for (text, line, expected) in [
        (mixed, "replace three => 3", "one\r\ntwo\n3\r\n"),
        (mixed, "replace two => 2", "one\r\n2\nthree\r\n"),
        (mixed, "line 1 ONE", "ONE\r\ntwo\nthree\r\n"),
        (mixed, "insert 1 zero", "zero\r\none\r\ntwo\nthree\r\n"),
        (mixed, "insert 3 and a half", "one\r\ntwo\nand a half\r\nthree\r\n"),
        (mixed, "add four", "one\r\ntwo\nthree\r\nfour\r\n"),
        (mixed, "delete 2", "one\r\nthree\r\n"),
        ("one\ntwo\r\nlast", "delete 3", "one\ntwo"),
        ("one\r\ntwo\nlast", "delete 2", "one\r\nlast"),
        ("a\rb three\nx\n", "replace three => 3", "a\rb 3\nx\n"),
        ("a three\r", "replace three => 3", "a 3\r"),
        ("one\r\ntwo\r\n", "replace two => 2", "one\r\n2\r\n"),
    ] {
        let mut talk = Talk::single(LineSource::Typed);
        talk.reads(text);
        talk.say(line);
        talk.say("save");
        assert_eq!(talk.play.server.content(), expected, "{line} in {text:?}");
    }
}
