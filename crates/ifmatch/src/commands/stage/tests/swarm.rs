//! Simulated writers on the stage: the table of their runs in the place of the editors, at each size.

use super::*;

/// The frames of a lesson with simulated writers.
#[derive(Default)]
struct SwarmFrames {
    /// The last frame of each step with simulated writers.
    finished: Vec<String>,
    /// Frames in which a run is under way.
    under_way: Vec<String>,
    all: Vec<String>,
}

/// Plays a lesson at this size, up to its level.
async fn frames(name: &str, size: (u16, u16)) -> SwarmFrames {
    let lesson = lessons().into_iter().find(|lesson| lesson.name == name).unwrap();
    let (mut knowing, mut frames) = (Knowing::new(&lesson), SwarmFrames::default());
    let mut stepped = None;
    let hand = |text: &str| {
        let at = step(text, &lesson);
        let is_swarm = |at: usize| matches!(lesson.steps[at].kind, StepKind::Swarm(_));
        frames.all.push(text.to_owned());
        if at >= lesson.steps.len() || text.contains("your turn") {
            return vec![Key::ctrl('q')];
        }
        if at.checked_sub(1).is_some_and(is_swarm) {
            frames.finished.push(text.to_owned());
        }
        // A small terminal does not always show that a step is under way, and a second key would skip the next one.
        let is_stepped = question(&lesson, at).is_none() && stepped.replace(at) == Some(at);
        if is_stepped { Vec::new() } else { vec![knowing.next(text)] }
    };
    let mut busy = Vec::new();
    play_watching(vec![Arc::clone(&lesson)], StageNext::Lesson(LessonRun::of(0)), size, hand, |text| {
        if text.contains("edits acknowledged, ") && text.contains("under way: ") {
            busy.push(text.to_owned());
        }
    })
    .await;
    frames.under_way = busy;
    frames
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn simulated_writers_take_the_place_of_the_editors() {
    let frames = frames("backoff", WIDE).await;
    assert_eq!(frames.finished.len(), 4);
    for text in &frames.finished {
        assert!(text.contains("simulated writers") && text.contains("Real requests to this lesson's server"), "{text}");
        assert!(text.contains("none of them lost") && !text.contains("Bob ─"), "{text}");
        assert!(text.contains("requests of simulated writers folded"), "{text}");
    }
    // The second table has both ways to write, so that the cure is read across.
    let row = |text: &str| text.lines().find(|line| line.contains("     64 ")).map(str::to_owned);
    let (cliff, both) = (row(&frames.finished[0]).unwrap(), row(&frames.finished[1]).unwrap());
    assert_eq!((cliff.matches(" s ").count(), both.matches(" s ").count()), (1, 2), "{cliff}\n{both}");
    assert!(frames.finished[1].contains("retry, no backoff") && frames.finished[1].contains("retry, full jitter"));
    assert!(!frames.under_way.is_empty(), "the runs are shown while they are under way");
    assert!(frames.all.iter().all(|text| !text.contains("writer-0")), "no exchange of theirs is on the wire");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_terminal_shows_the_largest_crowd() {
    for size in [(80, 24), (40, 12)] {
        let frames = frames("contention", size).await;
        let text = &frames.finished[0];
        let row = text.lines().find(|line| line.contains("     64 "));
        assert!(row.is_some_and(|row| row.contains("33.4") && row.contains("8.4 s")), "{size:?}:\n{text}");
        assert!(text.contains("85 edits acknowledged"), "{size:?}:\n{text}");
    }
}
