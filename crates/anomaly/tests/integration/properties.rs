//! Laws of the detector, on random schedules of a simulated server whose truth is known.

use contract::{AnomalyKind, Certainty};
use proptest::prelude::*;

use crate::simulation::{Action, Rules, Simulation};

const IGNORES_CONDITIONS: Rules = Rules {
    is_honest: false,
    has_tags: true,
    has_content_tags: false,
    names_version: false,
    is_sequential: true,
    is_json: false,
};

fn schedule(actions: &'static [Action]) -> impl Strategy<Value = Vec<(usize, Action)>> {
    prop::collection::vec((0..3_usize, prop::sample::select(actions)), 0..40)
}

const ALL: &[Action] = &[
    Action::Read,
    Action::Revalidate,
    Action::Head,
    Action::ReadList,
    Action::Add,
    Action::Add,
    Action::Replace,
    Action::Revert,
    Action::SaveUnchanged,
];

/// Each write adds a line that no version had before.
const NEW_LINES: &[Action] =
    &[Action::Read, Action::Revalidate, Action::Head, Action::ReadList, Action::Add, Action::Add, Action::Replace];

/// Without lists, everything that a client was shown is a version.
const VERSIONS: &[Action] =
    &[Action::Read, Action::Revalidate, Action::Head, Action::Add, Action::Add, Action::Replace];

/// No regression files: the printed smallest failing case becomes a test of its own.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn server_that_honours_conditions_is_never_accused(
        schedule in schedule(ALL),
        is_sequential: bool,
        has_content_tags: bool,
        is_json: bool,
    ) {
        let rules = Rules {
            is_honest: true,
            names_version: true,
            is_sequential,
            has_content_tags,
            is_json,
            ..IGNORES_CONDITIONS
        };
        let run = Simulation::run(rules, &schedule);
        prop_assert!(run.truth.is_empty(), "the simulation loses nothing");
        prop_assert_eq!(run.losses().count(), 0, "{:?}", run.losses().next());
        prop_assert!(run.found.iter().all(|(_, anomaly)| anomaly.kind != AnomalyKind::UnchangedTag));
    }

    #[test]
    fn each_true_loss_is_named_and_nothing_else(
        schedule in schedule(VERSIONS),
        has_tags: bool,
        is_json: bool,
    ) {
        let rules = Rules { has_tags, is_json, ..IGNORES_CONDITIONS };
        let run = Simulation::run(rules, &schedule);
        prop_assert_eq!(run.certain(), run.truth.clone());
        prop_assert_eq!(run.losses().filter(|(_, one)| one.certainty == Certainty::Possible).count(), 0);
    }

    #[test]
    fn ignored_conditions_are_named(schedule in schedule(VERSIONS), is_json: bool) {
        let rules = Rules { names_version: true, is_json, ..IGNORES_CONDITIONS };
        let run = Simulation::run(rules, &schedule);
        prop_assert_eq!(run.certain(), run.truth.clone());
    }

    #[test]
    fn certain_losses_are_true(
        schedule in schedule(NEW_LINES),
        is_sequential: bool,
        has_tags: bool,
        has_content_tags: bool,
        names_version: bool,
        is_json: bool,
    ) {
        let rules =
            Rules { is_honest: false, has_tags, has_content_tags, names_version, is_sequential, is_json };
        let run = Simulation::run(rules, &schedule);
        for (number, anomaly) in run.losses().filter(|(_, anomaly)| anomaly.is_certain_loss()) {
            // If two writes overlap, the observer cannot know which of them lost the other.
            prop_assert!(anomaly.exchanges.contains(number));
            prop_assert!(anomaly.exchanges.iter().any(|number| run.truth.contains(number)), "{anomaly:?}");
        }
    }

    #[test]
    fn true_losses_are_at_least_possible(
        schedule in schedule(VERSIONS),
        is_sequential: bool,
        has_tags: bool,
        has_content_tags: bool,
        names_version: bool,
        is_json: bool,
    ) {
        // A third write that overlaps may have brought the named version back. So the server is believed.
        let names_version = names_version && is_sequential && !has_content_tags;
        let rules =
            Rules { is_honest: false, has_tags, has_content_tags, names_version, is_sequential, is_json };
        let run = Simulation::run(rules, &schedule);
        for lost in &run.truth {
            let is_named = run.losses().any(|(_, anomaly)| anomaly.exchanges.contains(lost));
            prop_assert!(is_named, "exchange {lost} lost an update: {:?}", run.found);
        }
    }
}
