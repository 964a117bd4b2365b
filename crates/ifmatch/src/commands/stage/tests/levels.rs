//! Levels, solved by real keys on the stage.

use super::*;

/// Plays a lesson to its level with Space, presses keys there, and waits until a text is on the screen.
///
/// Each key is pressed when no request is under way. The level has the keys first.
async fn in_level(
    lesson: &Arc<Lesson>,
    progress: Option<Arc<dyn ProgressStore>>,
    keys: impl IntoIterator<Item = Key>,
    awaited: &str,
) {
    let (mut keys, mut is_there) = (keys.into_iter(), false);
    let hand = |text: &str| {
        is_there |= text.contains("· your turn ");
        if !is_there {
            return vec![SPACE];
        }
        if text.contains("◌ saving  base") {
            return Vec::new();
        }
        match keys.next() {
            Some(key) => vec![key],
            None if text.contains(awaited) => vec![Key::ctrl('q')],
            None => Vec::new(),
        }
    };
    play_with(progress, vec![Arc::clone(lesson)], StageNext::Lesson(LessonRun::of(0)), WIDE, hand).await;
}

/// A level of the test: Bob's line has to come beside Alice's.
const LEVEL: &str = r#"
title = "Both lines"
goal = "You have merged."
minutes = 1
[documents.party]
content = "one\n\nthree\n"
[[step]]
who = "Alice"
does = "type"
replace = "one"
with = "Alice's"
[[step]]
who = "Alice"
does = "save"
[[step]]
your_turn = "Get both into the document."
goal = [{ document = "party", has = ["Alice's", "Bob's"], caption = "both are in it" }]
par = 2
hint = ["What does a 412 bring with it?"]
wrong_because = "Bob's own save is refused."
[[step.offers]]
who = "Dora"
sends = "GET /api/documents/party"
[[step.offers]]
who = "Dora"
sends = "DELETE /api/documents/party"
fields = { If-Match = "{Dora.ETag}" }
[[step.solution]]
who = "Bob"
does = "type"
append = "Bob's"
[[step.solution]]
who = "Bob"
does = "save"
[[step.solution]]
who = "Bob"
does = "save"
[[step.wrong_path]]
who = "Bob"
does = "save-unconditionally"
"#;

fn level() -> Arc<Lesson> {
    Arc::new(lesson::read("mine.toml", LEVEL).unwrap_or_else(|faults| panic!("{faults}")))
}

#[tokio::test]
async fn level_is_solved_by_keys_and_kept() {
    let root = tempfile::tempdir().unwrap();
    let file = ProgressFile::new(&Paths::below(root.path()));
    let typed = "Bob's".chars().map(Key::char);
    let (bob, save) = (Key::alt('2'), Key::ctrl('s'));
    // The first save is refused, the second shows what the third sends.
    let keys = [bob, Key::plain(KeyCode::PageDown)].into_iter().chain(typed).chain([save; 3]);
    in_level(&level(), Some(Arc::new(file.clone())), keys, "✓ The goal is reached with 2 requests; par is 2.").await;
    assert_eq!(file.read().unwrap().of("mine").best.map(|best| best.requests), Some(2));
}

#[tokio::test]
async fn offered_request_counts_and_again_starts_the_level_over() {
    in_level(&level(), None, [Key::char('1')], "1 request so far, par 2").await;
    in_level(&level(), None, [Key::char('1'), Key::char('r')], "0 requests so far, par 2").await;
}

/// Esc in the wire gives the keys back to the level: a digit sends an offer again.
#[tokio::test]
async fn wire_gives_the_keys_back_to_the_level() {
    let keys = [Key::alt('w'), Key::plain(KeyCode::Esc), Key::char('1')];
    in_level(&level(), None, keys, "1 request so far, par 2").await;
}

#[tokio::test]
async fn offer_that_cannot_be_sent_says_why() {
    let why = "Dora cannot send this now: there is no value for {Dora.ETag} yet";
    in_level(&level(), None, [Key::char('2')], why).await;
}

#[tokio::test]
async fn solution_begins_anew_after_the_learner_has_done_something() {
    let keys = [Key::char('1')].into_iter().chain([Key::char('H'); 4]);
    in_level(&level(), None, keys, "The solution reaches the goal with 2 requests.").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn solution_of_every_level_reaches_its_goal_on_the_stage() {
    for lesson in lessons() {
        let Some(level) = lesson.level() else { continue };
        let keys = vec![Key::char('H'); level.solution.len()];
        in_level(&lesson, None, keys, "The solution reaches the goal with ").await;
    }
}
