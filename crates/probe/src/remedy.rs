//! Remedies: a sentence for each kind of fault about the change that a server needs.

use traffic::shell_quoted;

use crate::check::{CheckId as Id, Mark};
use crate::finding::CheckFinding;
use crate::probe_report::ProbeReport;

/// The most remedies that a report begins or ends with.
const MAX_REMEDIES: usize = 3;

/// Faults in the order in which they should be mended: the first ones often cause the later ones.
const ORDER: [Id; 12] = [
    Id::EntityTag,
    Id::TagChanges,
    Id::StaleTag,
    Id::UnknownTag,
    Id::SameSecond,
    Id::Race50,
    Id::Race8,
    Id::Race2,
    Id::SlowRace50,
    Id::CreateOverExisting,
    Id::CreateRace,
    Id::EmptyField,
];

/// Returns the change that a check which is not right asks for, or `None` if its consequence says it.
pub(crate) const fn remedy_of(id: Id) -> Option<&'static str> {
    Some(match id {
        Id::EntityTag => "send a strong entity tag with each GET: a number of the version, or a hash of the content",
        Id::TagChanges | Id::SameSecond => {
            "make the tag from a counter or a hash that changes with each write; a time is too coarse"
        }
        Id::Aba => "make the tag from a counter, which never comes back, instead of a hash of the content",
        Id::NoCondition | Id::NoneMatchOtherWrite => {
            "refuse a write that names no version with 428 (Precondition Required)"
        }
        Id::StaleTag
        | Id::UnknownTag
        | Id::ListWithoutCurrent
        | Id::TwoLinesWithout
        | Id::StalePatch
        | Id::UpdateMissing
        | Id::StaleDelete
        | Id::RepeatedWrite => {
            "evaluate If-Match before each write, and answer 412 (Precondition Failed) if it does not hold"
        }
        Id::WeakTag => "compare the tags of If-Match strongly: one with W/ never matches",
        Id::EmptyField | Id::MalformedField => {
            "if If-Match is there but has no valid tag, refuse the write with 412 or 400"
        }
        Id::OldDate => "evaluate If-Unmodified-Since, or refuse writes that depend on it",
        Id::FutureDate | Id::DateOfTwoVersions => "require If-Match: a date does not identify a version",
        Id::TagBeatsFutureDate => "if there is an If-Match, ignore If-Unmodified-Since",
        Id::NoneMatchCurrentWrite | Id::CreateOverExisting => {
            "evaluate If-None-Match before each write, and answer 412 (Precondition Failed) if it does not hold"
        }
        Id::Race2 | Id::Race8 | Id::Race50 => {
            "compare the version and write in one step: one transaction, a lock for each resource, or UPDATE … WHERE \
             version = …"
        }
        Id::SlowRace2 | Id::SlowRace8 | Id::SlowRace50 => {
            "evaluate the condition when the body has arrived, in the same step as the write"
        }
        Id::CreateRace => "create in one step: with a unique key, or under a lock",
        _ => return None,
    })
}

/// Returns the most urgent remedies, each once, with the name of a check that shows the fault.
pub(crate) fn first_remedies(findings: &[CheckFinding]) -> Vec<(&'static str, &'static str)> {
    let mut first: Vec<(&str, &str)> = Vec::new();
    for mark in [Mark::Wrong, Mark::Weak] {
        let found = || findings.iter().filter(move |finding| finding.mark == mark);
        let ordered = ORDER.iter().filter_map(|id| found().find(|finding| finding.id == *id));
        for finding in ordered.chain(found()) {
            if let Some(remedy) = remedy_of(finding.id)
                && !first.iter().any(|(known, _)| *known == remedy)
            {
                first.push((remedy, finding.check().name));
            }
        }
        // What is only weak is not mentioned beside what is wrong.
        if !first.is_empty() {
            break;
        }
    }
    first.truncate(MAX_REMEDIES);
    first
}

/// The advice before the server is changed. The command of [`guard_command`] follows it.
pub(crate) const GUARD_ADVICE: &str =
    "let all clients use the address of a proxy that evaluates their conditions for this server";

/// Returns the command that starts such a proxy, or `None` if the server loses no update.
pub(crate) fn guard_command(report: &ProbeReport) -> Option<String> {
    let is_dangerous = |finding: &CheckFinding| {
        finding.mark == Mark::Wrong && finding.check().can_lose_updates() && remedy_of(finding.id).is_some()
    };
    let can_lose = report.verdict.loses_updates || report.findings.iter().any(is_dangerous);
    let ca = report.ca_file.as_deref().map(|file| format!(" --ca {}", quoted_if_needed(file))).unwrap_or_default();
    can_lose.then(|| format!("ifmatch proxy --to {}{ca} --guard", quoted_if_needed(&report.origin)))
}

/// Returns a word for a shell, without quotes if no shell needs them.
fn quoted_if_needed(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._/:".contains(c);
    if word.chars().all(is_plain) { word.to_owned() } else { shell_quoted(word) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::CHECKS;

    fn remedies(faults: &[(Id, Mark)]) -> Vec<&'static str> {
        let finding = |id| {
            let mark = faults.iter().find(|(fault, _)| *fault == id).map_or(Mark::Right, |(_, mark)| *mark);
            CheckFinding { id, mark, says: String::new(), exchange: None, winners: None }
        };
        let findings: Vec<_> = CHECKS.iter().map(|check| finding(check.id)).collect();
        first_remedies(&findings).into_iter().map(|(_, check)| check).collect()
    }

    #[test]
    fn cause_comes_before_its_effects() {
        let ignored = [(Id::EmptyField, Mark::Wrong), (Id::StaleTag, Mark::Wrong), (Id::SlowRace2, Mark::Wrong)];
        assert_eq!(remedies(&ignored), ["stale-tag", "empty-field", "slow-race-2"]);
        let coarse = [(Id::Race50, Mark::Wrong), (Id::SameSecond, Mark::Wrong), (Id::NoCondition, Mark::Weak)];
        assert_eq!(remedies(&coarse), ["same-second", "race-50"]);
    }

    #[test]
    fn weak_checks_are_remedied_if_nothing_is_wrong() {
        assert_eq!(remedies(&[(Id::NoCondition, Mark::Weak), (Id::NoneMatchOtherWrite, Mark::Weak)]), ["no-condition"]);
        assert_eq!(remedies(&[]), [""; 0]);
    }

    #[test]
    fn each_check_that_can_lose_an_update_has_a_remedy() {
        let harmless = [Id::CurrentTag, Id::ListWithCurrent, Id::AnyVersion, Id::TwoLines, Id::CurrentDate]
            .into_iter()
            .chain([Id::TagBeatsOldDate, Id::TagOfWrite, Id::TagOfRefusal, Id::PreferRepresentation])
            .chain([Id::CachedRefusal, Id::CreateNew, Id::CurrentDelete]);
        let harmless: Vec<_> = harmless.collect();
        for check in CHECKS.iter().filter(|check| check.can_lose_updates()) {
            assert_eq!(remedy_of(check.id).is_none(), harmless.contains(&check.id), "{}", check.name);
        }
    }
}
