//! The version graph as rows: versions in, lanes, edges and labels out.
//!
//! The newest version is at the top. That is where `git log --graph` has it, which the people in the room have looked
//! at for years; what just happened is where the eye begins; and while versions are made, nobody has to scroll to see
//! the newest. The wire runs the other way, because it is a tale that is told from its beginning.
//!
//! Each version is a node in the first lane, in the order of the server. What leads down from it is what its writer
//! held. Mostly that is the version below, and a plain line. A writer who held an older one has an edge that leaves the
//! first lane and goes round what was buried: it does not meet the parent. Where the base is not known, the way to the
//! parent is only dotted. Edges to the same base share their last stretch, so that a room full of stale writers needs
//! one lane and not fifty.
//!
//! An edge leaves in the second row of its version and arrives in the first row of its base. So what arrives at a
//! version and what leaves it never share a row, and no two edges share a cell unless they lead to the same place. An
//! edge that runs across another lane passes behind it.
//!
//! This is arithmetic: what a label says and what a mark looks like is for others to decide.

use super::lineage::{LineageEntry, WriteBase};

/// What stands in one cell of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum GraphCell {
    /// Nothing.
    #[default]
    Blank,
    /// A version.
    Node,
    /// On to the version below: the parent, which the writer held.
    Line,
    /// On to the version below: the parent, and nobody knows whether the writer held it.
    Dotted,
    /// An edge leaves the first lane.
    Leaves,
    /// An edge goes to the side.
    Across,
    /// An edge turns down into a lane of its own.
    Turns,
    /// An edge joins another to the same base.
    Joins,
    /// An edge goes down in its lane.
    Down,
    /// An edge leaves its lane for its base.
    Returns,
    /// An edge arrives at its base.
    Arrives,
}

impl GraphCell {
    /// Whether this is a part of an edge that goes round something.
    pub(crate) fn goes_round(self) -> bool {
        !matches!(self, Self::Blank | Self::Node | Self::Line | Self::Dotted)
    }
}

/// One row of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GraphRow<L> {
    /// The place in the list of the version that it belongs to.
    pub(crate) at: usize,
    /// The cells, [`VersionGraph::columns`] of them.
    pub(crate) marks: Vec<GraphCell>,
    /// What stands beside them; none where the edges need a row more than the words.
    pub(crate) label: Option<L>,
}

/// The graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionGraph<L> {
    pub(crate) rows: Vec<GraphRow<L>>,
    /// How many cells each row has.
    pub(crate) columns: usize,
}

/// How many columns the graph may take of so many: the words need the rest.
pub(crate) const fn most_columns(width: usize) -> usize {
    width / 2
}

/// Lays a history out in so many columns. `label` gives the lines that stand beside a version, in the room that is
/// left.
pub(crate) fn lay_out<L>(
    history: &[LineageEntry],
    width: usize,
    mut label: impl FnMut(usize, usize) -> Vec<L>,
) -> VersionGraph<L> {
    let lanes = GraphLanes::assign(history);
    let columns = lanes.columns();
    let room = width.saturating_sub(columns.min(most_columns(width)) + 1);
    let mut rows = Vec::new();
    for at in 0..history.len() {
        let mut labels = label(at, room).into_iter();
        let height = labels.len().max(2);
        for row in 0..height {
            rows.push(GraphRow { at, marks: lanes.marks(history, at, row), label: labels.next() });
        }
    }
    VersionGraph { rows, columns }
}

/// Which edge runs in which lane, where it needs one. Lanes are counted from the first beside the nodes, which is 1.
struct GraphLanes {
    /// For each version, the lane that its own edge runs in, or joins; none where it needs none.
    own: Vec<Option<usize>>,
    /// For each version, what lanes hold below its first row: the place of the base that each leads to.
    held: Vec<Vec<Option<usize>>>,
}

impl GraphLanes {
    fn assign(history: &[LineageEntry]) -> Self {
        let mut lanes = Self { own: Vec::new(), held: Vec::new() };
        let mut now: Vec<Option<usize>> = Vec::new();
        for (at, told) in history.iter().enumerate() {
            // What led here has arrived.
            now.iter_mut().filter(|lane| **lane == Some(at)).for_each(|lane| *lane = None);
            let own = if let WriteBase::Older(base) = told.base { Some(lane_to(&mut now, base)) } else { None };
            lanes.own.push(own);
            lanes.held.push(now.clone());
        }
        lanes
    }

    fn columns(&self) -> usize {
        1 + 2 * self.held.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// What lanes hold above the second row of the version at that place.
    fn above(&self, at: usize) -> &[Option<usize>] {
        at.checked_sub(1).map_or(&[], |before| &self.held[before])
    }

    /// The cells of one row of a version, counted from 0.
    fn marks(&self, history: &[LineageEntry], at: usize, row: usize) -> Vec<GraphCell> {
        let mut marks = vec![GraphCell::Blank; self.columns()];
        let running = if row == 0 { self.above(at) } else { &self.held[at] };
        for (lane, _) in running.iter().enumerate().filter(|(_, base)| base.is_some()) {
            marks[column(lane + 1)] = GraphCell::Down;
        }
        marks[0] = first_lane(history, at, row);
        match row {
            0 => {
                if let Some(lane) = self.above(at).iter().position(|base| *base == Some(at)) {
                    run_to(&mut marks, column(lane + 1), GraphCell::Returns);
                    marks[1] = GraphCell::Arrives;
                }
            }
            1 => {
                if let Some(lane) = self.own[at] {
                    let joins = self.above(at).get(lane - 1).copied().flatten() == self.held[at][lane - 1];
                    run_to(&mut marks, column(lane), if joins { GraphCell::Joins } else { GraphCell::Turns });
                }
            }
            _ => {}
        }
        marks
    }
}

/// The lane that leads to that base: the one that there is, or else the first that is free.
fn lane_to(now: &mut Vec<Option<usize>>, base: usize) -> usize {
    let there = now.iter().position(|lane| *lane == Some(base));
    let lane = there.or_else(|| now.iter().position(Option::is_none)).unwrap_or(now.len());
    if lane == now.len() {
        now.push(None);
    }
    now[lane] = Some(base);
    lane + 1
}

/// The column of a lane: between two of them there is room for what runs across.
const fn column(lane: usize) -> usize {
    2 * lane
}

/// Runs an edge from beside the first lane to a column, behind whatever goes down on its way.
fn run_to(marks: &mut [GraphCell], column: usize, end: GraphCell) {
    for mark in &mut marks[1..column] {
        if *mark == GraphCell::Blank {
            *mark = GraphCell::Across;
        }
    }
    marks[column] = end;
}

/// What stands in the first lane.
fn first_lane(history: &[LineageEntry], at: usize, row: usize) -> GraphCell {
    let told = &history[at];
    match (&told.base, row) {
        (_, 0) => GraphCell::Node,
        (WriteBase::Older(_), 1) => GraphCell::Leaves,
        (WriteBase::Older(_), _) => GraphCell::Blank,
        // The first version of all has nothing below it.
        _ if told.version.parent_etag.is_none() => GraphCell::Blank,
        (WriteBase::Parent, _) => GraphCell::Line,
        (WriteBase::Nothing | WriteBase::Unnamed | WriteBase::Strange(_), _) => GraphCell::Dotted,
    }
}

#[cfg(test)]
mod tests;
