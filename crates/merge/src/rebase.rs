//! Repeats a merge over another base, after the file that the base was read from has changed.
//!
//! The lines of the base no longer identify the place of a decision, so its three texts have to. Regions with the same
//! three texts are matched in order: of two with equal text, neither takes the decision of the other.

use crate::decision::Decision;
use crate::engine::Merge;
use crate::region::{Region, Side};
use crate::remerge::COMPARISON_FORMAT;
use crate::report::MergeReport;
use crate::state::SessionState;
use crate::text::LineText;
use std::time::Instant;

impl SessionState {
    /// Returns this state over another base, the report on the decisions, and the lost manual texts.
    ///
    /// A text written by hand is lost if it has no place over the new base.
    pub(crate) fn rebase(&self, base: &[u8], deadline: Option<Instant>) -> (Self, MergeReport, Vec<Vec<u8>>) {
        let text = |side| self.merge.text(side).clone();
        let merge = Merge::of(LineText::new(base), text(Side::Mine), text(Side::Theirs), deadline);
        let mut rebased = Self::new(merge);
        rebased.format.clone_from(&self.format);
        let decided = self.merge.changes().iter().filter(|&&change| self.decisions[change] != Decision::Undecided);
        let mut left: Vec<([Vec<u8>; 3], &Decision)> =
            decided.map(|&change| (self.texts(&self.merge.regions()[change]), &self.decisions[change])).collect();
        let mut report = MergeReport::default();
        for change in rebased.merge.changes().to_vec() {
            let region = &rebased.merge.regions()[change];
            let (texts, is_conflict) = (rebased.texts(region), region.kind.is_conflict());
            if let Some(at) = left.iter().position(|(about, _)| *about == texts) {
                rebased.decisions[change] = left.remove(at).1.clone();
                report.kept.push(change);
            } else if is_conflict {
                report.new.push(change);
            }
        }
        report.vanished = left.len();
        let lost = left.into_iter().filter_map(|(_, decision)| match decision {
            Decision::Edited(text) => Some(text.clone()),
            _ => None,
        });
        let lost = lost.collect();
        (rebased, report, lost)
    }

    /// Returns the three texts of a region.
    fn texts(&self, region: &Region) -> [Vec<u8>; 3] {
        [Side::Base, Side::Mine, Side::Theirs].map(|side| {
            let mut writer = self.writer_as(COMPARISON_FORMAT);
            writer.write(self.merge.text(side).lines(region.range(side)), self.merge.format(side).ending);
            writer.into_piece()
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{Decision, Session};

    #[test]
    fn decision_survives_another_base_if_its_texts_do() {
        let mut session = Session::new(b"a\nb\nc\nd\ne\n", b"A\nb\nC\nd\nE\n", b"x\nb\ny\nd\nz\n", None);
        session.decide(0, Decision::Theirs);
        session.decide(2, Decision::Edited(b"by hand\n".to_vec()));
        session.decide(4, Decision::Mine);
        // One more line at the top, and a different one in the middle.
        let (report, lost_texts) = session.renew_base(b"0\na\nb\nother\nd\ne\n", None);
        assert_eq!((report.kept.len(), report.new.len(), report.vanished), (1, 2, 2), "{report:?}");
        assert_eq!(lost_texts, [b"by hand\n"]);
        let last = *session.changes().last().unwrap();
        assert_eq!(session.decision(last), &Decision::Mine);
        assert!(!session.undo());
    }

    #[test]
    fn equal_regions_keep_their_own_decisions() {
        let mut session = Session::new(b"a\n-\na\n", b"m\n-\nm\n", b"t\n-\nt\n", None);
        session.decide(0, Decision::Mine);
        session.decide(2, Decision::Theirs);
        let (report, lost) = session.renew_base(b"a\n-\na\n", None);
        assert_eq!((report.kept.as_slice(), lost.len()), (&[0, 2][..], 0));
        assert_eq!(session.result().unwrap(), b"m\n-\nt\n");
    }
}
