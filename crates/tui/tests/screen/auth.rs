//! A server that refuses access: the screen names the cause and the remedy, and typed text is kept.

use contract::Problem;
use precondition::Policy;
use precondition::policy::{Etags, Preconditions};
use tui::Event;

use crate::harness::TestApp;

fn refusal(status: u16, reason: &str, detail: &str) -> Problem {
    let reason = Some(reason.to_owned().into());
    Problem { status, reason, detail: detail.to_owned(), ..Problem::default() }
}

#[test]
fn revoked_token_names_the_next_step_and_loses_no_text() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut play = TestApp::single(Some("welcome"), width, height);
        play.server.refuses = Some(refusal(401, "invalid_token", "The token is none of this server's."));
        play.types("mine ").ctrl('s');
        play.shows(width, height, "401: The token is none of this server's.");
        let text = play.screen(width, height).text().replace(['│', '┃', '\n'], " ");
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("What you typed is kept."), "{words}");
        assert!(words.contains("leave and start again with --token TOKEN."), "{words}");
        play.shows(width, height, "mine # Bread");
        play.server.refuses = None;
        play.ctrl('s');
        assert!(play.server.content().starts_with("mine # Bread"), "the server admits the user again, and saves");
    }
}

#[test]
fn name_of_another_author_is_reported_with_the_remedy() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.server.refuses = Some(refusal(403, "other_name", "The token is Ann's."));
    play.types("mine ").ctrl('s');
    play.shows(
        120,
        40,
        "403: The token is Ann's. What you typed is kept. To get access, leave and start again with --as",
    );
}

#[test]
fn other_refusals_name_no_way_in() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.server.refuses = Some(refusal(413, "too_large", "The document is too large."));
    play.types("mine ").ctrl('s');
    play.shows(120, 40, "413: The document is too large.");
    play.hides(120, 40, "start again");
}

/// An author who may edit but not lead cannot read the policy, which is not a failure.
#[test]
fn withheld_policy_is_not_shown_as_a_failure() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.event(Event::PolicyRead(Err("connection refused".to_owned())));
    play.shows(120, 40, "the policy is not known");
    play.event(Event::PolicyWithheld);
    play.hides(120, 40, "the policy is not known");
    play.shows(120, 40, "policy unknown");
    play.types("mine ").ctrl('s');
    assert!(play.server.content().starts_with("mine # Bread"));
}

/// Another client may change the policy. Each response names the mistakes of the current one.
#[test]
fn policy_follows_the_responses() {
    let mut play = TestApp::single(Some("welcome"), 120, 40).connected();
    play.shows(120, 40, "policy ✓ required");
    play.server.policy.preconditions = Preconditions::Ignored;
    play.f(5);
    play.shows(120, 40, "policy ✗ ignored");
    play.server.policy.etags = Etags::Content;
    play.f(5);
    play.shows(120, 40, "policy ✗ ignored ✗ same text, same tag");
    play.server.policy = Policy::default();
    play.f(5);
    play.shows(120, 40, "policy ✓ required");
    play.hides(120, 40, "same text, same tag");
}
