//! The people in a sequence diagram: who has a lane, and who shares the lane of the others.
//!
//! With a few people, each has a lane. In a full room, only those have one who matter now: held at the gate, refused
//! with a 412, or writing. All others share one lane. An arrow in it has the sign of its person, so nothing is lost but
//! the name above.

use std::collections::BTreeSet;

use contract::Author;

/// The most people with a lane of their own, beside the lane of the others.
pub(crate) const MAX_LANES: usize = 8;

/// Why a person in the diagram matters now, the most important reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LaneReason {
    /// A request of the person is held at the gate.
    Held,
    /// A request of the person got a 412.
    Refused,
    /// The person writes.
    Writing,
    /// The person reads, or is told of a change.
    Reading,
}

/// The lanes of a diagram from left to right, without the server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DiagramPeople<'a> {
    /// The people with a lane of their own; `None` is for requests without an author.
    pub(crate) own: Vec<Option<&'a Author>>,
    /// How many people share the lane after those; 0 if there is none.
    pub(crate) folded: usize,
}

impl<'a> DiagramPeople<'a> {
    /// Returns the lanes for the people of a wire.
    ///
    /// `known` are the people in their usual order. `in_view` are the people whose arrows are shown or held, the newest
    /// first, with their reasons; a person may be there several times. `lanes` is how many lanes fit, and `total` how
    /// many people there are, who need not all be known.
    ///
    /// If there are more held people than lanes, the first of them have a lane.
    pub(crate) fn choose(
        known: &[Option<&'a Author>],
        in_view: &[(Option<&'a Author>, LaneReason)],
        lanes: usize,
        total: usize,
    ) -> Self {
        let mut all = known.to_vec();
        for (person, _) in in_view {
            if !all.contains(person) {
                all.push(*person);
            }
        }
        let total = total.max(all.len());
        if total == all.len() && total <= MAX_LANES.min(lanes) {
            return Self { own: all, folded: 0 };
        }
        let most = MAX_LANES.min(lanes.saturating_sub(1));
        let mut ranked = in_view.to_vec();
        // A stable sort: of those with equal reasons, the newest come first.
        ranked.sort_by_key(|(_, reason)| *reason);
        let mut chosen: BTreeSet<usize> = BTreeSet::new();
        for (person, _) in ranked {
            if chosen.len() == most {
                break;
            }
            chosen.extend(all.iter().position(|one| *one == person));
        }
        let own: Vec<_> = chosen.into_iter().map(|at| all[at]).collect();
        Self { folded: total - own.len(), own }
    }

    /// Returns the name of the lane that several people share, or `None` if there is none.
    pub(crate) fn others_name(&self) -> Option<String> {
        (self.folded > 0).then(|| format!("others ({})", self.folded))
    }

    /// Returns the number of lanes.
    pub(crate) fn lanes(&self) -> usize {
        self.own.len() + usize::from(self.folded > 0)
    }

    /// Returns the lane of a person, from 0; people without one of their own are in the last.
    pub(crate) fn lane_of(&self, person: Option<&Author>) -> usize {
        self.own.iter().position(|one| *one == person).unwrap_or_else(|| self.lanes().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn people(count: usize) -> Vec<Author> {
        (0..count).map(|number| format!("person-{number}").parse().unwrap()).collect()
    }

    fn reason() -> impl Strategy<Value = LaneReason> {
        prop::sample::select(vec![LaneReason::Held, LaneReason::Refused, LaneReason::Writing, LaneReason::Reading])
    }

    #[test]
    fn few_people_have_a_lane_each_in_their_order() {
        let people = people(3);
        let known: Vec<_> = people.iter().map(Some).chain([None]).collect();
        let lanes = DiagramPeople::choose(&known, &[(known[2], LaneReason::Held)], 20, 4);
        assert_eq!(lanes, DiagramPeople { own: known, folded: 0 });
    }

    #[test]
    fn readers_of_a_full_room_share_a_lane() {
        let people = people(25);
        let known: Vec<_> = people.iter().map(Some).collect();
        let readers = (0..20).map(|at| (known[at], LaneReason::Reading));
        let busy = [(known[24], LaneReason::Writing), (known[22], LaneReason::Held), (known[23], LaneReason::Refused)];
        let in_view: Vec<_> = readers.chain(busy).collect();
        let lanes = DiagramPeople::choose(&known, &in_view, 20, 25);
        assert_eq!((lanes.own.len(), lanes.folded), (8, 17));
        assert_eq!(&lanes.own[5..], &known[22..], "those who matter, in the order of arrival");
        assert_eq!(lanes.own[..5], known[..5], "the newest readers have what is left");
        assert_eq!((lanes.lane_of(known[22]), lanes.lane_of(known[20])), (5, 8));
    }

    #[test]
    fn person_who_is_not_known_shares_the_lane_of_the_others() {
        let people = people(2);
        let known = [Some(&people[0])];
        let lanes = DiagramPeople::choose(&known, &[], 20, 500);
        assert_eq!((lanes.folded, lanes.lane_of(Some(&people[1]))), (500, 0));
    }

    proptest! {
        #[test]
        fn every_arrow_has_a_lane_and_the_held_keep_theirs(
            count in 0_usize..40,
            hidden in 0_usize..400,
            lanes in 1_usize..30,
            shown in prop::collection::vec((any::<prop::sample::Index>(), reason()), 0..40),
        ) {
            let people = people(40);
            let known: Vec<_> = people.iter().take(count).map(Some).collect();
            let in_view: Vec<_> = shown.iter().map(|(at, reason)| (Some(at.get(&people)), *reason)).collect();
            let chosen = DiagramPeople::choose(&known, &in_view, lanes, count + hidden);
            prop_assert!(chosen.own.len() <= MAX_LANES && chosen.lanes() <= lanes, "{chosen:?}");
            for (person, _) in &in_view {
                prop_assert!(chosen.lane_of(*person) < chosen.lanes(), "{person:?} {chosen:?}");
                prop_assert!(chosen.own.contains(person) || chosen.folded > 0);
            }
            let held: BTreeSet<_> = in_view.iter().filter(|(_, reason)| *reason == LaneReason::Held).collect();
            let kept = held.iter().filter(|(person, _)| chosen.own.contains(person)).count();
            let room = if chosen.folded > 0 { MAX_LANES.min(lanes - 1) } else { MAX_LANES };
            prop_assert_eq!(kept, held.len().min(room), "{:?}", chosen);
            let everyone: BTreeSet<_> = known.iter().chain(in_view.iter().map(|(person, _)| person)).collect();
            prop_assert_eq!(chosen.own.len() + chosen.folded, everyone.len().max(count + hidden));
        }
    }
}
