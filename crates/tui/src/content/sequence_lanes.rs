//! The lanes of a sequence diagram: a pure function of the width and the names.
//!
//! The authors are close together on the left, each in a column of at least a few cells. Between the last author and
//! the server is a lane for words. A wide diagram has a margin behind the server, for its findings.

/// From this width on, there is a margin behind the server.
const WIDE_COLUMNS: u16 = 76;

/// The preferred width of the lane for words.
const LANE_COLUMNS: u16 = 34;

/// The minimum width of an author's column: a sign, the tip of an arrow, and a blank.
const PERSON_COLUMNS: u16 = 3;

/// The columns between the frame and the first lifeline, and between the last lifeline and the frame.
const EDGE_COLUMNS: u16 = 1;

/// The columns between the gate and the server: `held` with a blank on either side.
const HELD_COLUMNS: u16 = 6;

/// The columns of the lanes, counted from the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SequenceLanes {
    /// The number of authors with a column of their own; the others share the last one.
    pub(crate) shown: usize,
    /// The distance between two authors.
    pitch: u16,
    /// The server's lifeline.
    pub(crate) server: u16,
    /// The columns behind the server's lifeline.
    pub(crate) margin: u16,
}

impl SequenceLanes {
    /// Returns how many lanes fit in a width, beside the server's; at least one.
    pub(crate) fn capacity(width: u16) -> usize {
        let (server, _) = Self::server_columns(width);
        let room = server.saturating_sub(EDGE_COLUMNS) - LANE_COLUMNS.min(server / 2);
        usize::from(room / PERSON_COLUMNS).max(1)
    }

    /// Returns the column of the server's lifeline, and the columns behind it.
    const fn server_columns(width: u16) -> (u16, u16) {
        let margin = if width >= WIDE_COLUMNS { width / 4 + 3 } else { 0 };
        (width.saturating_sub(1 + EDGE_COLUMNS + margin), margin)
    }

    /// Returns the lanes for a width, and for authors whose names (and signs) have these widths.
    pub(crate) fn new(width: u16, names: &[usize]) -> Self {
        let (server, margin) = Self::server_columns(width);
        let room = server.saturating_sub(EDGE_COLUMNS) - LANE_COLUMNS.min(server / 2);
        let shown = names.len().min(Self::capacity(width)).max(1);
        let widest = names.iter().max().map_or(0, |width| u16::try_from(*width).unwrap_or(u16::MAX));
        let share = room / u16::try_from(shown).unwrap_or(u16::MAX);
        let pitch = share.min(widest.saturating_add(2)).max(PERSON_COLUMNS);
        Self { shown, pitch, server, margin }
    }

    /// Returns the column of an author's lifeline.
    pub(crate) fn person(&self, at: usize) -> u16 {
        let at = u16::try_from(at.min(self.shown - 1)).unwrap_or(u16::MAX);
        at.saturating_mul(self.pitch).saturating_add(EDGE_COLUMNS)
    }

    /// Returns the first column of the lane for words: after the last author and the tip of an arrow.
    pub(crate) fn lane(&self) -> u16 {
        self.person(self.shown - 1) + 3
    }

    /// Returns how many columns of words fit in the lane.
    ///
    /// There is a blank on either side, and the tip of an arrow.
    pub(crate) fn words(&self) -> u16 {
        self.server.saturating_sub(self.lane() + 3)
    }

    /// Returns the column of the gate.
    ///
    /// If there is room, the word `held` fits between the gate and the server.
    pub(crate) fn gate(&self) -> u16 {
        self.server.saturating_sub(HELD_COLUMNS + 1).max(self.lane() + 5).min(self.server.saturating_sub(1))
    }

    /// Returns how many columns of words fit between the gate and the server.
    pub(crate) fn after_gate(&self) -> usize {
        self.server.saturating_sub(self.gate() + 2).into()
    }

    /// Returns the first column of the server's name.
    ///
    /// The name is over the lifeline if it fits, otherwise it ends at the edge.
    pub(crate) fn server_name(&self) -> u16 {
        let half = if self.margin > 0 { 2 } else { 5 };
        self.server.saturating_sub(half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_people_in_a_wide_area_have_names_and_a_word_lane() {
        let lanes = SequenceLanes::new(78, &[7, 5]);
        assert_eq!((lanes.shown, lanes.person(0), lanes.person(1)), (2, 1, 10));
        assert!(lanes.words() > 30, "{lanes:?}");
        assert!(lanes.margin >= 22, "{lanes:?}");
    }

    #[test]
    fn a_person_in_a_narrow_area_has_a_few_cells() {
        let lanes = SequenceLanes::new(38, &[20; 5]);
        assert_eq!((lanes.shown, lanes.margin), (5, 0));
        assert_eq!(lanes.person(1), EDGE_COLUMNS + PERSON_COLUMNS);
        assert!(lanes.words() >= 14, "{lanes:?}");
        assert!(lanes.lane() < lanes.gate() && lanes.gate() + HELD_COLUMNS < lanes.server, "{lanes:?}");
    }

    #[test]
    fn people_without_a_column_share_the_last() {
        let lanes = SequenceLanes::new(38, &[9; 40]);
        assert!(lanes.shown < 40);
        assert_eq!(lanes.person(39), lanes.person(lanes.shown - 1));
    }

    proptest::proptest! {
        #[test]
        fn lanes_are_in_order_in_a_comfortable_area(width in 20_u16.., names in proptest::collection::vec(0_usize..99, 0..70)) {
            let lanes = SequenceLanes::new(width, &names);
            let last = lanes.person(lanes.shown - 1);
            proptest::prop_assert!(last < lanes.lane() && lanes.lane() < lanes.gate(), "{lanes:?}");
            proptest::prop_assert!(lanes.gate() < lanes.server && lanes.server < width, "{lanes:?}");
        }
    }
}
