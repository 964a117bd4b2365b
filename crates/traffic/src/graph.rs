//! The version graph as rows of cells: lanes, edges and labels.
//!
//! The newest version is at the top, as in `git log --graph`, so that users see new versions without scrolling. (The
//! list of exchanges has the newest at the bottom, because people read it from the beginning.)
//!
//! Each version is a node in the first lane, in the order of the server. The edge down from it leads to its base. The
//! base is mostly the version below, and the edge a plain line. If the base is older, the edge leaves the first lane
//! and goes round the versions that were overwritten unseen. If the base is not known, the line to the parent is
//! dotted. Edges to the same base share their last part, so that fifty stale writers need one lane.
//!
//! An edge leaves in the second row of its version and arrives in the first row of its base. So arriving and leaving
//! edges never share a row, and no two edges share a cell unless they have the same base. An edge that runs across
//! another lane passes behind it.
//!
//! What is *not* here: the words of a label and the glyphs of a cell.

use crate::lineage::{LineageEntry, WriteBase};

/// One cell of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GraphCell {
    /// Nothing.
    #[default]
    Blank,
    /// A version.
    Node,
    /// A line to the version below: the parent, which is the base.
    Line,
    /// A line to the version below: the parent, which may or may not be the base.
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
    /// Returns whether the cell is a part of an edge that goes round versions.
    #[must_use]
    pub fn goes_round(self) -> bool {
        !matches!(self, Self::Blank | Self::Node | Self::Line | Self::Dotted)
    }
}

/// One row of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphRow<L> {
    /// The index of the version that the row belongs to.
    pub at: usize,
    /// The cells, [`VersionGraph::columns`] of them.
    pub marks: Vec<GraphCell>,
    /// The label beside them, or `None` if the edges need more rows than the label has lines.
    pub label: Option<L>,
}

/// The graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionGraph<L> {
    /// The rows, from the top.
    pub rows: Vec<GraphRow<L>>,
    /// How many cells each row has.
    pub columns: usize,
}

/// Returns how many of `width` columns the graph may take; the labels need the rest.
#[must_use]
pub const fn most_columns(width: usize) -> usize {
    width / 2
}

/// Lays a history out in `width` columns.
///
/// `label` returns the lines beside the version at an index, for the columns that are left.
pub fn lay_out<L>(
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

/// The lanes of the edges. Lanes are counted from 1; lane 1 is beside the nodes.
struct GraphLanes {
    /// For each version, the lane in which its edge runs or which it joins; `None` if it needs none.
    own: Vec<Option<usize>>,
    /// For each version, the lanes below its first row: the index of the base to which each lane leads.
    held: Vec<Vec<Option<usize>>>,
}

impl GraphLanes {
    fn assign(history: &[LineageEntry]) -> Self {
        let mut lanes = Self { own: Vec::new(), held: Vec::new() };
        let mut now: Vec<Option<usize>> = Vec::new();
        for (at, entry) in history.iter().enumerate() {
            // Edges to this version have arrived.
            now.iter_mut().filter(|lane| **lane == Some(at)).for_each(|lane| *lane = None);
            let own = if let WriteBase::Older(base) = entry.base { Some(lane_to(&mut now, base)) } else { None };
            lanes.own.push(own);
            lanes.held.push(now.clone());
        }
        lanes
    }

    fn columns(&self) -> usize {
        1 + 2 * self.held.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// Returns the lanes above the second row of the version at `at`.
    fn above(&self, at: usize) -> &[Option<usize>] {
        at.checked_sub(1).map_or(&[], |before| &self.held[before])
    }

    /// Returns the cells of one row of a version; its rows are counted from 0.
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

/// Returns the lane that leads to a base: one that already does, or else the first free lane.
fn lane_to(now: &mut Vec<Option<usize>>, base: usize) -> usize {
    let there = now.iter().position(|lane| *lane == Some(base));
    let lane = there.or_else(|| now.iter().position(Option::is_none)).unwrap_or(now.len());
    if lane == now.len() {
        now.push(None);
    }
    now[lane] = Some(base);
    lane + 1
}

/// Returns the column of a lane. Between two lanes is a column for edges that run across.
const fn column(lane: usize) -> usize {
    2 * lane
}

/// Draws an edge from the first lane to a column. It passes behind the edges that go down.
fn run_to(marks: &mut [GraphCell], column: usize, end: GraphCell) {
    for mark in &mut marks[1..column] {
        if *mark == GraphCell::Blank {
            *mark = GraphCell::Across;
        }
    }
    marks[column] = end;
}

/// Returns the cell in the first lane.
fn first_lane(history: &[LineageEntry], at: usize, row: usize) -> GraphCell {
    let entry = &history[at];
    match (&entry.base, row) {
        (_, 0) => GraphCell::Node,
        (WriteBase::Older(_), 1) => GraphCell::Leaves,
        (WriteBase::Older(_), _) => GraphCell::Blank,
        // The first version of all has nothing below it.
        _ if entry.version.parent_etag.is_none() => GraphCell::Blank,
        (WriteBase::Parent, _) => GraphCell::Line,
        (WriteBase::Nothing | WriteBase::Unnamed | WriteBase::Strange(_), _) => GraphCell::Dotted,
    }
}

#[cfg(test)]
mod tests;
