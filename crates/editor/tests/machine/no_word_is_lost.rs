//! The promise of the program, under any order of events: no text is lost.
//!
//! There are two editors, one server, and a network that delays and loses messages. A word that was acknowledged is
//! never missing, and a word that was typed is never dropped without a decision.

use std::collections::BTreeSet;

use crate::world::{Desk, Server, document};
use editor::{ChangeId, Command, EditorInput, EditorPhase, MergeStep};
use merge::Decision;
use proptest::prelude::*;

/// An event of one of the two editors.
#[derive(Debug, Clone)]
enum WorldEvent {
    /// A new word is typed, in a line of its own, at some place of the text.
    Types(usize),
    Wants(Command),
    /// Typing has paused.
    Pauses,
    /// The nth open conflict is decided.
    Decides(usize, Decision),
    /// The whole result is written by hand, with every line of both sides in it.
    WritesWhole,
    /// The text of some version becomes mine.
    BringsBack(usize),
    Arrives,
    Delivers,
    Loses,
    FailsToConnect,
    Hears,
    Wakes,
    Disconnects,
    /// Following is turned on or off.
    Follows(bool),
}

/// Events without any decision against a text: each may only add to it.
fn events_without_loss() -> impl Strategy<Value = WorldEvent> {
    let both = prop_oneof![Just(Decision::MineTheirs), Just(Decision::TheirsMine)];
    prop_oneof![
        6 => (0..100usize).prop_map(WorldEvent::Types),
        6 => Just(WorldEvent::Wants(Command::Save)),
        1 => Just(WorldEvent::Wants(Command::SaveUnconditionally)),
        1 => Just(WorldEvent::Wants(Command::RetryWithPrecondition)),
        2 => Just(WorldEvent::Wants(Command::Reload)),
        3 => Just(WorldEvent::Pauses),
        1 => Just(WorldEvent::Wants(Command::Merge(MergeStep::Undo))),
        1 => Just(WorldEvent::Wants(Command::Merge(MergeStep::Redo))),
        6 => (0..3usize, both).prop_map(|(nth, decision)| WorldEvent::Decides(nth, decision)),
        2 => Just(WorldEvent::WritesWhole),
        12 => Just(WorldEvent::Arrives),
        12 => Just(WorldEvent::Delivers),
        2 => Just(WorldEvent::Loses),
        1 => Just(WorldEvent::FailsToConnect),
        4 => Just(WorldEvent::Hears),
        3 => Just(WorldEvent::Wakes),
        1 => Just(WorldEvent::Disconnects),
        2 => any::<bool>().prop_map(WorldEvent::Follows),
    ]
}

/// Events that include every way to decide against a text.
fn events_with_decisions() -> impl Strategy<Value = WorldEvent> {
    let any = prop_oneof![
        Just(Decision::Mine),
        Just(Decision::Theirs),
        Just(Decision::Base),
        Just(Decision::Edited(b"by hand\n".to_vec())),
    ];
    prop_oneof![
        12 => events_without_loss(),
        2 => (0..3usize, any).prop_map(|(nth, decision)| WorldEvent::Decides(nth, decision)),
        1 => Just(WorldEvent::Wants(Command::OverwriteTheirs)),
        1 => Just(WorldEvent::Wants(Command::Delete)),
        1 => Just(WorldEvent::Wants(Command::CreateAgain)),
        1 => Just(WorldEvent::Wants(Command::DiscardMine)),
        1 => (0..100usize).prop_map(WorldEvent::BringsBack),
    ]
}

fn words(content: &str) -> BTreeSet<&str> {
    content.lines().collect()
}

/// The server, the two editors, and the words that each has typed.
struct World {
    server: Server,
    desks: [Desk; 2],
    typed: [BTreeSet<String>; 2],
    count: usize,
}

impl World {
    fn new() -> Self {
        let mut server = Server::with(document("first\nmiddle\nlast\n"));
        let mut desks = [Desk::new("alice"), Desk::new("bob")];
        for desk in &mut desks {
            desk.ask(Command::Open, &mut server);
        }
        Self { server, desks, typed: Default::default(), count: 0 }
    }

    fn happens(&mut self, who: usize, what: &WorldEvent) {
        let desk = &mut self.desks[who];
        match what {
            WorldEvent::Types(place) => {
                self.count += 1;
                let word = format!("word{}", self.count);
                let content = desk.content();
                let mut lines: Vec<&str> = content.lines().collect();
                lines.insert(place % (lines.len() + 1), &word);
                desk.write(&(lines.join("\n") + "\n"));
                self.typed[who].insert(word);
            }
            WorldEvent::Wants(command) => desk.command(command.clone()),
            WorldEvent::Pauses => desk.pause(),
            WorldEvent::Decides(nth, decision) => {
                desk.pause();
                let Some(conflict) = desk.editor.document_merge() else { return };
                let open: Vec<ChangeId> = conflict.changes().iter().copied().filter(|&p| conflict.is_open(p)).collect();
                if !open.is_empty() {
                    let place = open[nth % open.len()];
                    desk.command(Command::Merge(MergeStep::Decide { place, decision: decision.clone() }));
                }
            }
            WorldEvent::WritesWhole => {
                desk.pause();
                let Some(conflict) = desk.editor.document_merge() else { return };
                let [mine, theirs] = [conflict.my_side().content, conflict.theirs().document.content.clone()];
                let more = theirs.lines().filter(|line| !mine.lines().any(|mine| mine == *line));
                let all: Vec<&str> = mine.lines().chain(more).collect();
                let seen = conflict.theirs().etag.clone();
                desk.command(Command::Merge(MergeStep::WriteWhole { text: all.join("\n") + "\n", seen }));
            }
            WorldEvent::BringsBack(nth) => {
                let version = &self.server.versions[nth % self.server.versions.len()];
                if let Some(document) = version.document.clone().map(Box::new) {
                    desk.command(Command::BringBack { etag: version.etag.clone(), document });
                }
            }
            WorldEvent::Arrives => desk.arrive(&mut self.server),
            WorldEvent::Delivers => desk.deliver(),
            WorldEvent::Loses => desk.lose(),
            WorldEvent::FailsToConnect => desk.fail_to_connect(),
            WorldEvent::Hears => desk.hear(&self.server),
            WorldEvent::Wakes => desk.wake(),
            WorldEvent::Disconnects => desk.take(EditorInput::Disconnected),
            WorldEvent::Follows(on) => desk.take(EditorInput::Follow(*on)),
        }
    }

    /// Returns the words that an editor has typed and no longer shows.
    ///
    /// Words that were in a version at the server are left out.
    fn dropped(&self, who: usize) -> Vec<&String> {
        let content = self.desks[who].content();
        let mine = words(&content);
        let stored = |word: &str| {
            let documents = self.server.versions.iter().filter_map(|version| version.document.as_ref());
            documents.into_iter().any(|document| words(&document.content).contains(word))
        };
        self.typed[who].iter().filter(|word| !mine.contains(word.as_str()) && !stored(word)).collect()
    }

    /// Both editors save and merge until nothing is left to do.
    fn settle(&mut self) {
        for _ in 0..20 {
            for desk in &mut self.desks {
                desk.exchange(&mut self.server);
                desk.take(EditorInput::Connected);
                desk.exchange(&mut self.server);
                desk.ask(Command::Save, &mut self.server);
                desk.pause();
                while let Some(conflict) = desk.editor.document_merge() {
                    let Some(place) = conflict.changes().iter().copied().find(|&place| conflict.is_open(place)) else {
                        break;
                    };
                    desk.command(Command::Merge(MergeStep::Decide { place, decision: Decision::MineTheirs }));
                }
                desk.ask(Command::Save, &mut self.server);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn acknowledged_word_is_never_missing(steps in prop::collection::vec((0..2usize, events_without_loss()), 1..120)) {
        let mut world = World::new();
        for (who, what) in &steps {
            world.happens(*who, what);
            for desk in &world.desks {
                let content = desk.content();
                let mine = words(&content);
                let typed = &world.typed[usize::from(desk.editor.me().as_str() == "bob")];
                for word in typed {
                    prop_assert!(mine.contains(word.as_str()), "{word} left the screen of {}", desk.editor.me());
                }
            }
        }
        world.settle();
        let versions: Vec<_> = world.server.versions.iter().map(|v| words(&v.document.as_ref().unwrap().content)).collect();
        for pair in versions.windows(2) {
            prop_assert!(pair[0].is_subset(&pair[1]), "{:?} lacks {:?}", pair[1], pair[0].difference(&pair[1]));
        }
        let last = versions.last().unwrap();
        for word in world.typed.iter().flatten() {
            prop_assert!(last.contains(word.as_str()), "{word} never arrived");
        }
    }

    #[test]
    fn typed_word_is_never_dropped_without_a_decision(steps in prop::collection::vec((0..2usize, events_with_decisions()), 1..160)) {
        let mut world = World::new();
        let mut decided = [false, false];
        for (who, what) in &steps {
            let before = world.dropped(*who).len();
            world.happens(*who, what);
            let let_go = matches!(what, WorldEvent::Wants(Command::DiscardMine));
            let against = matches!(what, WorldEvent::Decides(_, Decision::Mine | Decision::Theirs | Decision::Base | Decision::Edited(_)));
            decided[*who] |= let_go || against || matches!(what, WorldEvent::BringsBack(_));
            if world.dropped(*who).len() > before {
                prop_assert!(decided[*who], "{:?} are gone, and nobody decided so", world.dropped(*who));
            }
        }
    }

    /// After any events, the machine's statements about itself are consistent.
    #[test]
    fn machine_is_consistent_after_any_events(steps in prop::collection::vec((0..2usize, events_with_decisions()), 1..160)) {
        let mut world = World::new();
        for (who, what) in &steps {
            let revision = world.desks[*who].editor.revision();
            let mine = world.desks[*who].editor.mine().clone();
            world.happens(*who, what);
            let editor = &world.desks[*who].editor;
            prop_assert_eq!(editor.is_busy(), world.desks[*who].transit.is_some());
            let replaced = *editor.mine() != mine && !matches!(what, WorldEvent::Types(_));
            prop_assert_eq!(editor.revision() > revision, replaced, "the buffer is loaded anew when it has to be");
            if !editor.is_merge_outdated() && editor.why_unavailable(&Command::Save).is_none() {
                let mut saving = editor.clone();
                saving.update(EditorInput::Command(Command::Save));
                prop_assert!(saving.is_busy(), "a save that is on sends a request");
            }
            prop_assert_eq!(world.desks[*who].draft.is_some(), editor.needs_draft(), "kept while it is needed");
            let is_base = editor.base().is_some_and(|base| *editor.mine() == base.document);
            match editor.phase() {
                EditorPhase::Clean if editor.base().is_some() => prop_assert!(is_base, "clean means equal"),
                EditorPhase::Edited => prop_assert!(!is_base, "edited means different"),
                _ => {}
            }
        }
    }

    /// After any events and a kill, an editor with the draft has the same merge.
    #[test]
    fn draft_restores_the_merge(steps in prop::collection::vec((0..2usize, events_with_decisions()), 1..160)) {
        let mut world = World::new();
        for (who, what) in &steps {
            world.happens(*who, what);
        }
        for desk in &world.desks {
            // A merge is repeated when typing pauses, and before any command.
            let mut paused = desk.editor.clone();
            paused.update(EditorInput::Paused { merge_by: None });
            let Some(conflict) = paused.document_merge() else { continue };
            let (id, me) = (desk.editor.id().clone(), desk.editor.me().clone());
            let mut again = editor::Editor::new(id, me, desk.draft.clone());
            let asked = again.update(EditorInput::Command(Command::Open));
            let sent = asked.iter().find_map(|effect| match effect {
                editor::EditorEffect::Send { request, .. } => Some(*request),
                _ => None,
            });
            let request = sent.expect("an editor that opens a document asks for it");
            let outcome = editor::ResponseOutcome::Read(conflict.theirs().clone());
            again.update(EditorInput::ResponseReceived { request, outcome, merge_by: None });
            let Some(restored) = again.document_merge() else {
                prop_assert!(conflict.theirs().document == *desk.editor.mine(), "the merge is gone: {again:?}");
                continue;
            };
            prop_assert_eq!(again.mine(), desk.editor.mine());
            prop_assert_eq!(restored.result(), conflict.result());
            prop_assert_eq!(restored.changes(), conflict.changes());
            prop_assert_eq!(restored.open_count(), conflict.open_count());
        }
    }
}
