//! The promise of the whole program, under every order of events that chance comes up with: two editors, one server,
//! a network that delays and loses. No word that was acknowledged is ever missing; no word that was typed ever goes
//! without a decision.

use std::collections::BTreeSet;

use crate::world::{Desk, Server, document};
use contract::Document;
use editor::{ChangeId, Command, EditorInput};
use merge::Decision;
use proptest::prelude::*;

/// One thing that happens, to one of the two.
#[derive(Debug, Clone)]
enum Happens {
    /// A new word, in a line of its own, at some place of the text.
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
    FindsNobody,
    Hears,
    Wakes,
    Disconnects,
}

/// What happens in a world where nobody ever decides against a text: each may only add to it.
fn keeping() -> impl Strategy<Value = Happens> {
    let both = prop_oneof![Just(Decision::MineTheirs), Just(Decision::TheirsMine)];
    prop_oneof![
        6 => (0..100usize).prop_map(Happens::Types),
        6 => Just(Happens::Wants(Command::Save)),
        1 => Just(Happens::Wants(Command::SaveUnconditionally)),
        1 => Just(Happens::Wants(Command::RetryWithPrecondition)),
        2 => Just(Happens::Wants(Command::Reload)),
        3 => Just(Happens::Pauses),
        1 => Just(Happens::Wants(Command::Undo)),
        1 => Just(Happens::Wants(Command::Redo)),
        6 => (0..3usize, both).prop_map(|(nth, decision)| Happens::Decides(nth, decision)),
        2 => Just(Happens::WritesWhole),
        12 => Just(Happens::Arrives),
        12 => Just(Happens::Delivers),
        2 => Just(Happens::Loses),
        1 => Just(Happens::FindsNobody),
        4 => Just(Happens::Hears),
        3 => Just(Happens::Wakes),
        1 => Just(Happens::Disconnects),
    ]
}

/// The same, and all the ways there are to decide against a text.
fn deciding() -> impl Strategy<Value = Happens> {
    let any = prop_oneof![
        Just(Decision::Mine),
        Just(Decision::Theirs),
        Just(Decision::Base),
        Just(Decision::Edited(b"by hand\n".to_vec())),
    ];
    prop_oneof![
        12 => keeping(),
        2 => (0..3usize, any).prop_map(|(nth, decision)| Happens::Decides(nth, decision)),
        1 => Just(Happens::Wants(Command::OverwriteTheirs)),
        1 => Just(Happens::Wants(Command::Delete)),
        1 => Just(Happens::Wants(Command::CreateAgain)),
        1 => Just(Happens::Wants(Command::DiscardMine)),
        1 => (0..100usize).prop_map(Happens::BringsBack),
    ]
}

fn words(document: &Document) -> BTreeSet<&str> {
    document.content.lines().collect()
}

/// The server, the two, and what each has typed.
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

    fn happens(&mut self, who: usize, what: &Happens) {
        let desk = &mut self.desks[who];
        match what {
            Happens::Types(place) => {
                self.count += 1;
                let word = format!("word{}", self.count);
                let mut lines: Vec<&str> = desk.editor.mine().content.lines().collect();
                lines.insert(place % (lines.len() + 1), &word);
                desk.write(&(lines.join("\n") + "\n"));
                self.typed[who].insert(word);
            }
            Happens::Wants(command) => desk.command(command.clone()),
            Happens::Pauses => desk.pause(),
            Happens::Decides(nth, decision) => {
                desk.pause();
                let Some(conflict) = desk.editor.document_merge() else { return };
                let open: Vec<ChangeId> = conflict.changes().into_iter().filter(|&p| conflict.is_open(p)).collect();
                if !open.is_empty() {
                    let place = open[nth % open.len()];
                    desk.command(Command::Decide { place, decision: decision.clone() });
                }
            }
            Happens::WritesWhole => {
                desk.pause();
                let Some(conflict) = desk.editor.document_merge() else { return };
                let [mine, theirs] = [conflict.my_side().content, conflict.theirs().document.content.clone()];
                let more = theirs.lines().filter(|line| !mine.lines().any(|mine| mine == *line));
                let all: Vec<&str> = mine.lines().chain(more).collect();
                let seen = conflict.theirs().etag.clone();
                desk.command(Command::WriteWhole { text: all.join("\n") + "\n", seen });
            }
            Happens::BringsBack(nth) => {
                let version = &self.server.versions[nth % self.server.versions.len()];
                if let Some(document) = version.document.clone().map(Box::new) {
                    desk.command(Command::BringBack { etag: version.etag.clone(), document });
                }
            }
            Happens::Arrives => desk.arrive(&mut self.server),
            Happens::Delivers => desk.deliver(),
            Happens::Loses => desk.lose(),
            Happens::FindsNobody => desk.find_nobody(),
            Happens::Hears => desk.hear(&self.server),
            Happens::Wakes => desk.wake(),
            Happens::Disconnects => desk.take(EditorInput::Disconnected),
        }
    }

    /// The own words that a desk has on its screen no more, though no version at the server ever had them.
    fn dropped(&self, who: usize) -> Vec<&String> {
        let mine = words(self.desks[who].editor.mine());
        let stored = |word: &str| {
            let documents = self.server.versions.iter().filter_map(|version| version.document.as_ref());
            documents.into_iter().any(|document| words(document).contains(word))
        };
        self.typed[who].iter().filter(|word| !mine.contains(word.as_str()) && !stored(word)).collect()
    }

    /// Both save, merge what there is to merge, and go on until nothing is left to do.
    fn comes_to_rest(&mut self) {
        for _ in 0..20 {
            for desk in &mut self.desks {
                desk.exchange(&mut self.server);
                desk.take(EditorInput::Connected);
                desk.exchange(&mut self.server);
                desk.ask(Command::Save, &mut self.server);
                desk.pause();
                while let Some(conflict) = desk.editor.document_merge() {
                    let Some(place) = conflict.changes().into_iter().find(|&place| conflict.is_open(place)) else {
                        break;
                    };
                    desk.command(Command::Decide { place, decision: Decision::MineTheirs });
                }
                desk.ask(Command::Save, &mut self.server);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_acknowledged_word_is_ever_missing(steps in prop::collection::vec((0..2usize, keeping()), 1..120)) {
        let mut world = World::new();
        for (who, what) in &steps {
            world.happens(*who, what);
            for desk in &world.desks {
                let mine = words(desk.editor.mine());
                let typed = &world.typed[usize::from(desk.editor.me().as_str() == "bob")];
                for word in typed {
                    prop_assert!(mine.contains(word.as_str()), "{word} left the screen of {}", desk.editor.me());
                }
            }
        }
        world.comes_to_rest();
        let versions: Vec<_> = world.server.versions.iter().map(|v| words(v.document.as_ref().unwrap())).collect();
        for pair in versions.windows(2) {
            prop_assert!(pair[0].is_subset(&pair[1]), "{:?} lacks {:?}", pair[1], pair[0].difference(&pair[1]));
        }
        let last = versions.last().unwrap();
        for word in world.typed.iter().flatten() {
            prop_assert!(last.contains(word.as_str()), "{word} never arrived");
        }
    }

    #[test]
    fn no_typed_word_goes_without_a_decision(steps in prop::collection::vec((0..2usize, deciding()), 1..160)) {
        let mut world = World::new();
        let mut decided = [false, false];
        for (who, what) in &steps {
            let before = world.dropped(*who).len();
            world.happens(*who, what);
            let let_go = matches!(what, Happens::Wants(Command::DiscardMine));
            let against = matches!(what, Happens::Decides(_, Decision::Mine | Decision::Theirs | Decision::Base | Decision::Edited(_)));
            decided[*who] |= let_go || against || matches!(what, Happens::BringsBack(_));
            if world.dropped(*who).len() > before {
                prop_assert!(decided[*who], "{:?} are gone, and nobody decided so", world.dropped(*who));
            }
        }
    }

    /// Whatever happens, what the machine says of itself fits together.
    #[test]
    fn the_machine_is_never_in_two_states(steps in prop::collection::vec((0..2usize, deciding()), 1..160)) {
        let mut world = World::new();
        for (who, what) in &steps {
            let revision = world.desks[*who].editor.revision();
            let mine = world.desks[*who].editor.mine().clone();
            world.happens(*who, what);
            let editor = &world.desks[*who].editor;
            prop_assert_eq!(editor.is_busy(), world.desks[*who].transit.is_some());
            let replaced = *editor.mine() != mine && !matches!(what, Happens::Types(_));
            prop_assert_eq!(editor.revision() > revision, replaced, "the buffer is loaded anew when it has to be");
            if !editor.is_merge_outdated() && editor.why_unavailable(&Command::Save).is_none() {
                let mut saving = editor.clone();
                saving.update(EditorInput::Command(Command::Save));
                prop_assert!(saving.is_busy(), "a save that is on sends a request");
            }
            prop_assert_eq!(world.desks[*who].draft.is_some(), editor.needs_draft(), "kept while it is needed");
        }
    }

    /// Whatever happened before a kill, an editor with the draft makes the same of the merge.
    #[test]
    fn a_draft_brings_the_merge_back(steps in prop::collection::vec((0..2usize, deciding()), 1..160)) {
        let mut world = World::new();
        for (who, what) in &steps {
            world.happens(*who, what);
        }
        for desk in &world.desks {
            // A merge is made again when typing pauses, and before anything is done with it.
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
