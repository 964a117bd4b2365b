//! The verdict: one sentence about all findings.

use crate::check::{CheckId, Mark};
use crate::finding::CheckFinding;

/// The verdict of a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeVerdict {
    /// The sentence, without a full stop.
    pub sentence: String,
    /// Whether the probe saw an update get lost.
    pub loses_updates: bool,
}

/// The races whose writers send one tag.
const TAG_RACES: [CheckId; 6] =
    [CheckId::Race2, CheckId::Race8, CheckId::Race50, CheckId::SlowRace2, CheckId::SlowRace8, CheckId::SlowRace50];

impl ProbeVerdict {
    /// Returns the verdict about the findings.
    pub(crate) fn of(findings: &[CheckFinding], writes: bool, is_cut_short: bool) -> Self {
        if let Some(lost) = lost_update(findings) {
            return Self { sentence: format!("This server loses updates: {lost}"), loses_updates: true };
        }
        let with = |mark| findings.iter().filter(move |finding| finding.mark == mark);
        let wrong: Vec<_> = with(Mark::Wrong).collect();
        let sentence = match &wrong[..] {
            [] if is_cut_short => "Nothing is wrong so far, but the probe ended early".to_owned(),
            [] if !writes => {
                "Nothing is wrong with reading; add --write to learn whether updates can be lost".to_owned()
            }
            [] => sentence_without_faults(findings),
            [first, ..] => {
                let dangerous = wrong.iter().find(|finding| finding.check().can_lose_updates());
                let shown = dangerous.unwrap_or(first).check();
                let count = match wrong.len() {
                    1 => "1 check is wrong:".to_owned(),
                    count => format!("{count} checks are wrong, such as"),
                };
                let may = match (dangerous, writes) {
                    (Some(_), _) => "This server can lose updates",
                    (None, true) => "No update was lost",
                    (None, false) => "Only reads were sent",
                };
                format!("{may}; {count} {} ({})", shown.name, shown.asks)
            }
        };
        Self { sentence, loses_updates: false }
    }
}

fn sentence_without_faults(findings: &[CheckFinding]) -> String {
    let is_weak = |id| findings.iter().any(|finding| finding.id == id && finding.mark == Mark::Weak);
    let weak = findings.iter().filter(|finding| finding.mark == Mark::Weak).count();
    if is_weak(CheckId::NoCondition) {
        "This server guards each write that sends a condition; a write without one is accepted and may lose updates"
            .to_owned()
    } else if weak > 0 {
        format!("This server lost no update; {}", count_of(weak, "check is weak", "checks are weak"))
    } else {
        "This server loses no update".to_owned()
    }
}

/// Returns how an update was lost, if one was.
fn lost_update(findings: &[CheckFinding]) -> Option<String> {
    let wrong = |id| findings.iter().find(move |finding| finding.id == id && finding.mark == Mark::Wrong);
    let several = |finding: &&CheckFinding| finding.winners.is_some_and(|(winners, _)| winners > 1);
    let worst = TAG_RACES.into_iter().filter_map(wrong).filter(several).max_by_key(|finding| finding.winners);
    if let Some((winners, of)) = worst.and_then(|finding| finding.winners) {
        return Some(format!("{winners} of {of} writers with the same tag succeeded"));
    }
    if let Some((winners, of)) = wrong(CheckId::CreateRace).filter(several).and_then(|finding| finding.winners) {
        return Some(format!("{winners} of {of} creations of one resource succeeded"));
    }
    for (id, what) in [
        (CheckId::StaleTag, "a write with an old tag succeeded"),
        (CheckId::UnknownTag, "a write with a tag that was never issued succeeded"),
        (CheckId::RepeatedWrite, "a repeated write was carried out twice"),
    ] {
        if wrong(id).is_some() {
            return Some(what.to_owned());
        }
    }
    let marked = |id, mark| findings.iter().any(|finding| finding.id == id && finding.mark == mark);
    let has_no_version = findings.iter().any(|finding| finding.id == CheckId::EntityTag && finding.says == "no ETag");
    let is_unguarded = marked(CheckId::NoCondition, Mark::Weak) && has_no_version;
    is_unguarded.then(|| "it names no version, so that each write replaces whatever is there".to_owned())
}

fn count_of(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::CHECKS;

    /// A check, its mark, and for a race how many of how many writers succeeded.
    type NotRight = (CheckId, Mark, Option<(usize, usize)>);

    fn findings(wrong: &[NotRight]) -> Vec<CheckFinding> {
        let finding = |id| {
            let given = wrong.iter().find(|(given, ..)| *given == id);
            let (mark, winners) = given.map_or((Mark::Right, None), |(_, mark, winners)| (*mark, *winners));
            CheckFinding { id, mark, says: String::new(), exchange: None, winners }
        };
        CHECKS.iter().map(|check| finding(check.id)).collect()
    }

    fn sentence(wrong: &[NotRight]) -> String {
        ProbeVerdict::of(&findings(wrong), true, false).sentence
    }

    #[test]
    fn race_with_the_most_winners_is_the_verdict() {
        let races = [
            (CheckId::StaleTag, Mark::Wrong, None),
            (CheckId::Race8, Mark::Wrong, Some((3, 8))),
            (CheckId::SlowRace50, Mark::Wrong, Some((50, 50))),
        ];
        assert_eq!(sentence(&races), "This server loses updates: 50 of 50 writers with the same tag succeeded");
    }

    #[test]
    fn verdict_grows_with_the_fault() {
        assert_eq!(sentence(&[]), "This server loses no update");
        let stale = sentence(&[(CheckId::StaleTag, Mark::Wrong, None)]);
        assert_eq!(stale, "This server loses updates: a write with an old tag succeeded");
        let empty = sentence(&[(CheckId::EmptyField, Mark::Wrong, None), (CheckId::IfNoneMatch, Mark::Wrong, None)]);
        assert!(empty.starts_with("This server can lose updates; 2 checks are wrong, such as empty-field"), "{empty}");
        let reading = sentence(&[(CheckId::IfNoneMatch, Mark::Wrong, None)]);
        assert!(reading.starts_with("No update was lost; 1 check is wrong: none-match"), "{reading}");
        let unguarded = sentence(&[(CheckId::NoCondition, Mark::Weak, None)]);
        assert!(unguarded.contains("a write without one is accepted"), "{unguarded}");
        let weak = sentence(&[(CheckId::Aba, Mark::Weak, None)]);
        assert_eq!(weak, "This server lost no update; 1 check is weak");
    }

    #[test]
    fn probe_that_only_reads_promises_nothing() {
        let only_reads = ProbeVerdict::of(&findings(&[]), false, false).sentence;
        assert!(only_reads.contains("add --write"), "{only_reads}");
        assert!(ProbeVerdict::of(&findings(&[]), true, true).sentence.contains("ended early"));
    }
}
