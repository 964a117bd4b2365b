//! The laws of decisions: undo and repeated merges.

use crate::texts::{self, plain};
use merge::{Choice, Decision, Format, Merge, Region, Session, Side};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::ops::Range;

/// An action of the user.
#[derive(Debug, Clone)]
enum UserAction {
    Decide(Index, Decision),
    DecideAll(Vec<Index>, Decision),
    DecideFormat(Choice<Format>),
    Renew(Index),
    Undo,
    Redo,
}

fn decision() -> impl Strategy<Value = Decision> {
    prop_oneof![
        Just(Decision::Undecided),
        Just(Decision::Mine),
        Just(Decision::Theirs),
        Just(Decision::MineTheirs),
        Just(Decision::TheirsMine),
        Just(Decision::Base),
        texts::line().prop_map(|line| Decision::Edited(line.into_bytes())),
    ]
}

fn user_action() -> impl Strategy<Value = UserAction> {
    prop_oneof![
        4 => (any::<Index>(), decision()).prop_map(|(change, decision)| UserAction::Decide(change, decision)),
        1 => (vec(any::<Index>(), 0..4), decision()).prop_map(|(changes, decision)| UserAction::DecideAll(changes, decision)),
        1 => prop::sample::select(vec![Choice::Mine, Choice::Theirs, Choice::Base]).prop_map(UserAction::DecideFormat),
        2 => any::<Index>().prop_map(UserAction::Renew),
        1 => Just(UserAction::Undo),
        1 => Just(UserAction::Redo),
    ]
}

fn perform(session: &mut Session, user_action: UserAction, versions: &[Vec<u8>]) {
    let changes = session.changes().to_vec();
    match user_action {
        UserAction::Decide(change, decision) if !changes.is_empty() => session.decide(*change.get(&changes), decision),
        UserAction::DecideAll(some, decision) if !changes.is_empty() => {
            let some: Vec<usize> = some.iter().map(|change| *change.get(&changes)).collect();
            session.decide_all(&some, &decision);
        }
        UserAction::Decide(..) | UserAction::DecideAll(..) => {}
        UserAction::DecideFormat(choice) => session.decide_format(choice),
        UserAction::Renew(version) => _ = session.renew(versions[version.index(versions.len())].as_slice(), None),
        UserAction::Undo => _ = session.undo(),
        UserAction::Redo => _ = session.redo(),
    }
}

/// Returns everything that can be observed of a session, except its history.
fn observable(session: &Session) -> impl PartialEq + std::fmt::Debug + use<> {
    let merge = session.merge().clone();
    let regions = 0..merge.regions().len();
    let decisions: Vec<Decision> = regions.clone().map(|region| session.decision(region).clone()).collect();
    let carried: Vec<_> = regions.map(|region| session.carried(region, None)).collect();
    (merge, decisions, carried, session.format_choice().clone(), session.result())
}

/// An edit of one line of the base.
#[derive(Debug, Clone, Copy)]
enum LineEdit {
    Keep,
    Delete,
    Edit,
    EditAlike,
    Follow,
}

impl LineEdit {
    fn apply(self, line: &str, author: &str) -> Vec<String> {
        match self {
            Self::Keep => vec![line.to_owned()],
            Self::Delete => vec![],
            Self::Edit => vec![format!("{author} {line}")],
            Self::EditAlike => vec![format!("both {line}")],
            Self::Follow => vec![line.to_owned(), format!("added by {author}")],
        }
    }
}

/// Base, mine, and three versions of theirs.
///
/// The versions have most of their edits in common, as versions of one document do.
fn versions() -> impl Strategy<Value = [Vec<u8>; 5]> {
    let touch = || prop::sample::select(vec![LineEdit::Delete, LineEdit::Edit, LineEdit::EditAlike, LineEdit::Follow]);
    let seldom = || prop_oneof![3 => Just(LineEdit::Keep), 1 => touch()];
    let later = || prop::option::weighted(0.2, prop_oneof![Just(LineEdit::Keep), touch()]);
    vec((texts::line(), seldom(), seldom(), later(), later()), 0..12).prop_map(|story| {
        let mut versions = [const { Vec::new() }; 5];
        for (line, mine, first, second, third) in story {
            let touches = [LineEdit::Keep, mine, first, second.unwrap_or(first), third.unwrap_or(first)];
            for (number, (version, touch)) in versions.iter_mut().zip(touches).enumerate() {
                version.extend(touch.apply(&line, if number == 1 { "mine" } else { "theirs" }));
            }
        }
        versions.map(|version| plain(&version))
    })
}

/// Returns a session in which every change has a decision, in turn from the list; some are undecided.
fn decided([base, mine, theirs]: [&[u8]; 3], decisions: &[Decision]) -> Session {
    let mut session = Session::new(base, mine, theirs, None);
    for (&change, decision) in session.changes().to_vec().iter().zip(decisions.iter().cycle()) {
        session.decide_all(&[change], decision);
    }
    session
}

/// Returns the lines of a side in a region, each with an ending.
fn lines_of(session: &Session, region: &Region, side: Side) -> Vec<u8> {
    let lines = session.merge().text(side).lines(region.range(side));
    lines.flat_map(|line| [line.content, b"\n"].concat()).collect()
}

/// Returns the range of a region in base and mine, and its lines in theirs.
fn identity(session: &Session, region: &Region) -> (Range<usize>, Range<usize>, Vec<Vec<u8>>) {
    let theirs = session.merge().text(Side::Theirs).lines(region.theirs.clone());
    (region.base.clone(), region.mine.clone(), theirs.map(|line| line.content.to_vec()).collect())
}

proptest! {
    /// Law 15. After any actions, as many undos lead back to the start, and as many redos to the end.
    #[test]
    fn undo_leads_back(versions in versions(), acts in vec(user_action(), 0..20)) {
        let [base, mine, theirs @ ..] = versions;
        let mut session = Session::new(&base, &mine, &theirs[0], None);
        let first = observable(&session);
        for user_action in acts {
            perform(&mut session, user_action, &theirs);
        }
        while session.redo() {}
        let last = observable(&session);
        let mut steps = 0;
        while session.undo() {
            steps += 1;
        }
        prop_assert!(observable(&session) == first);
        for _ in 0..steps {
            prop_assert!(session.redo());
        }
        prop_assert!(observable(&session) == last);
        prop_assert!(!session.redo());
    }

    /// Law 15, for one step.
    #[test]
    fn undo_takes_back_one_step(versions in versions(), acts in vec(user_action(), 0..6), last in user_action()) {
        let [base, mine, theirs @ ..] = versions;
        let mut session = Session::new(&base, &mine, &theirs[0], None);
        for user_action in acts {
            perform(&mut session, user_action, &theirs);
        }
        let before = observable(&session);
        let undoing = matches!(last, UserAction::Undo | UserAction::Redo);
        perform(&mut session, last, &theirs);
        if !undoing && observable(&session) != before {
            prop_assert!(session.undo());
            prop_assert!(observable(&session) == before);
        }
    }

    /// Law 16. Renewing with the same version changes nothing, and there is no step to undo.
    #[test]
    fn same_version_changes_nothing([base, mine, theirs, ..] in versions(), decisions in vec(decision(), 1..5)) {
        let mut session = decided([&base, &mine, &theirs], &decisions);
        let before = session.clone();
        let report = session.renew(&theirs, None);
        prop_assert!(report.reopened.is_empty() && report.new.is_empty() && report.vanished == 0);
        prop_assert_eq!(session, before);
    }

    /// Law 16.
    ///
    /// A decision is kept exactly if the three texts of its region are unchanged, and so is its text.
    #[test]
    fn decisions_stay_with_their_texts([base, mine, first, second, _] in versions(), decisions in vec(decision(), 1..5)) {
        let mut session = decided([&base, &mine, &first], &decisions);
        let before = session.clone();
        let report = session.renew(&second, None);
        let known = |region: &Region| {
            let same = |&&change: &&usize| {
                identity(&before, &before.merge().regions()[change]) == identity(&session, region)
            };
            before.changes().iter().find(same).copied()
        };
        for &change in session.changes() {
            let earlier = known(&session.merge().regions()[change]);
            let expected = earlier.map_or(&Decision::Undecided, |earlier| before.decision(earlier));
            prop_assert_eq!(session.decision(change), expected);
            if let Some(earlier) = earlier {
                prop_assert_eq!(session.chosen(change), before.chosen(earlier));
            }
            let undecided = *session.decision(change) == Decision::Undecided;
            prop_assert_eq!(report.kept.contains(&change), !undecided);
            prop_assert!(undecided || !report.reopened.contains(&change) && !report.new.contains(&change));
        }
    }

    /// Law 16. A conflict that was open stays open, unless it is gone.
    #[test]
    fn newer_version_closes_no_conflict([base, mine, first, second, _] in versions(), decisions in vec(decision(), 1..5)) {
        let mut session = decided([&base, &mine, &first], &decisions);
        let open: Vec<_> = session.open().map(|region| identity(&session, &session.merge().regions()[region])).collect();
        session.renew(&second, None);
        let still: Vec<_> = session.open().map(|region| identity(&session, &session.merge().regions()[region])).collect();
        let all: Vec<_> = session.merge().regions().iter().map(|region| identity(&session, region)).collect();
        for conflict in &open {
            prop_assert!(still.contains(conflict) || !all.contains(conflict));
        }
    }

    /// Law 16.
    ///
    /// If base and mine of a region are unchanged, but theirs is not, the decision is carried over; otherwise none is.
    /// A decision for a side is carried over as the same side. A text written by hand is merged with what theirs
    /// changed after the decision.
    #[test]
    fn decisions_are_carried_to_another_text(
        [base, mine, first, second, _] in versions(),
        decisions in vec(decision(), 1..5),
    ) {
        let before = decided([&base, &mine, &first], &decisions);
        let mut session = before.clone();
        session.renew(&second, None);
        for &change in session.changes() {
            let region = &session.merge().regions()[change];
            let there = identity(&session, region);
            let about_another = |&&earlier: &&usize| {
                let (base, mine, theirs) = identity(&before, &before.merge().regions()[earlier]);
                (base, mine) == (there.0.clone(), there.1.clone()) && theirs != there.2
            };
            let earlier = before.changes().iter().find(about_another).copied();
            let expected = earlier.map(|earlier| before.decision(earlier)).filter(|was| **was != Decision::Undecided);
            let carried = session.carried(change, None);
            prop_assert_eq!(carried.as_ref().map(merge::CarriedDecision::decision), expected);
            let Some((carried, earlier)) = carried.zip(earlier) else { continue };
            let Decision::Edited(text) = carried.decision() else {
                prop_assert_eq!(carried.proposal(), Some(carried.decision().clone()));
                continue;
            };
            let by_hand = if text.is_empty() || text.ends_with(b"\n") { text.clone() } else { [text, &b"\n"[..]].concat() };
            let met = lines_of(&before, &before.merge().regions()[earlier], Side::Theirs);
            let now = lines_of(&session, region, Side::Theirs);
            let nested = Session::new(&met, &by_hand, &now, None);
            prop_assert_eq!(carried.nested().map(Merge::regions), Some(nested.merge().regions()));
            if let Some(result) = nested.result() {
                prop_assert_eq!(carried.proposal(), Some(Decision::Edited(result)));
            }
        }
    }

    /// Law 14.
    ///
    /// A decision that is carried over decides nothing by itself. Taking it settles its region and no other, in one
    /// step, and with the sides of the nested merge exchanged it is the same.
    #[test]
    fn carried_decision_is_only_a_proposal([base, mine, first, second, _] in versions(), decisions in vec(decision(), 1..5)) {
        let mut session = decided([&base, &mine, &first], &decisions);
        session.renew(&second, None);
        let before = session.clone();
        for change in session.changes().to_vec() {
            let open = session.undecided();
            let Some(carried) = session.carried(change, None) else { continue };
            prop_assert_eq!((session.decision(change), session.undecided()), (&Decision::Undecided, open));
            if let Some((nested, was)) = carried.nested().zip(carried.proposal()) {
                let [met, by_hand, now] = [Side::Base, Side::Mine, Side::Theirs].map(|side| nested.text(side).bytes());
                if let Some(result) = Session::new(met, now, by_hand, None).result() {
                    prop_assert_eq!(was, Decision::Edited(result));
                }
            }
            let Some(settled) = carried.proposal() else { continue };
            let closes = usize::from(session.is_open(change));
            session.decide(change, settled);
            prop_assert_eq!(session.undecided(), open - closes);
            prop_assert_eq!(session.carried(change, None), None);
            prop_assert!(session.undo());
            prop_assert!(observable(&session) == observable(&before));
        }
    }

    /// Law 16. Intermediate versions do not matter: the last version determines what is open.
    #[test]
    fn intermediate_versions_do_not_matter([base, mine, first, second, third] in versions(), decisions in vec(decision(), 1..5)) {
        let mut slowly = decided([&base, &mine, &first], &decisions);
        let mut at_once = slowly.clone();
        slowly.renew(&second, None);
        slowly.renew(&third, None);
        at_once.renew(&third, None);
        prop_assert!(observable(&slowly) == observable(&at_once));
    }

    /// Law 16, with the sides exchanged: an edit of mine has the effect of a newer version of theirs.
    #[test]
    fn renewing_mine_mirrors_renewing_theirs(
        [base, mine, first, second, _] in versions(),
        decisions in vec(decision(), 1..5),
    ) {
        let mirrored: Vec<Decision> = decisions.iter().cloned().map(mirror).collect();
        let mut newer = decided([&base, &mine, &first], &decisions);
        let mut typed = decided([&base, &first, &mine], &mirrored);
        let (newer_report, typed_report) = (newer.renew(&second, None), typed.renew_mine(&second, None));
        prop_assert_eq!(newer_report, typed_report);
        prop_assert_eq!(newer.changes(), typed.changes());
        for &change in newer.changes() {
            prop_assert_eq!(typed.decision(change), &mirror(newer.decision(change).clone()));
            let [newer, typed] = [&newer, &typed].map(|session| session.carried(change, None));
            let [newer_was, typed_was] = [&newer, &typed].map(|was| was.as_ref().map(|was| was.decision().clone()));
            prop_assert_eq!(typed_was, newer_was.map(mirror));
            prop_assert_eq!(newer.map(|was| was.changed()), typed.as_ref().map(|_| Side::Theirs));
            prop_assert!(typed.is_none_or(|was| was.changed() == Side::Mine));
        }
        prop_assert!(first == second || !typed.undo(), "the steps before were about another text");
    }

    /// Law 16. Renewing with the same mine changes nothing, and the steps stay.
    #[test]
    fn same_mine_changes_nothing([base, mine, theirs, ..] in versions(), decisions in vec(decision(), 1..5)) {
        let mut session = decided([&base, &mine, &theirs], &decisions);
        let before = session.clone();
        session.renew_mine(&mine, None);
        prop_assert_eq!(session, before);
    }

    /// The records of a session are all of it, except its steps.
    ///
    /// Over the same texts everything is restored, and with a newer version it continues as the session itself would.
    #[test]
    fn records_restore_a_session(
        versions in versions(),
        acts in vec(user_action(), 0..12),
        typed in any::<Index>(),
        more in vec(user_action(), 0..4),
        next in any::<Index>(),
    ) {
        let [base, mine, theirs @ ..] = versions;
        let mut session = Session::new(&base, &mine, &theirs[0], None);
        for user_action in acts {
            perform(&mut session, user_action, &theirs);
        }
        let mine = [&mine, &theirs[1]][typed.index(2)];
        session.renew_mine(mine, None);
        for user_action in more {
            perform(&mut session, user_action, &theirs);
        }
        let now = session.merge().text(Side::Theirs).bytes().to_vec();
        let again = |theirs: &[u8]| {
            Session::new(&base, mine, theirs, None).restored(session.records(), session.format_choice().clone())
        };
        let mut same = again(&now);
        prop_assert!(observable(&same) == observable(&session));
        prop_assert_eq!(same.records(), session.records());
        let newer = next.get(&theirs).clone();
        let mut there = again(&newer);
        session.renew(&newer, None);
        same.renew(&newer, None);
        prop_assert!(observable(&same) == observable(&session));
        prop_assert!(observable(&there) == observable(&session));
        prop_assert!(!there.undo(), "what came back is no step");
    }

    /// No text written by hand is lost: it is a decision, carried over to an open conflict, or displaced.
    #[test]
    fn no_text_by_hand_is_lost([base, mine, first, second, _] in versions(), text in texts::line()) {
        let text = text.into_bytes();
        let mut session = decided([&base, &mine, &first], &[Decision::Edited(text.clone())]);
        let written = session.changes().len();
        session.renew(&second, None);
        let carries = |change: usize| {
            let carried = session.carried(change, None);
            session.is_open(change) && carried.is_some_and(|was| *was.decision() == Decision::Edited(text.clone()))
        };
        let stands = |change: usize| *session.decision(change) == Decision::Edited(text.clone());
        let here = session.changes().iter().filter(|&&change| stands(change) || carries(change)).count();
        prop_assert_eq!(here + session.displaced_texts().len(), written);
    }
}

/// Returns the decision with the sides exchanged.
fn mirror(decision: Decision) -> Decision {
    match decision {
        Decision::Mine => Decision::Theirs,
        Decision::Theirs => Decision::Mine,
        Decision::MineTheirs => Decision::TheirsMine,
        Decision::TheirsMine => Decision::MineTheirs,
        other => other,
    }
}
