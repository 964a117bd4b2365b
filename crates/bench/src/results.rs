//! The measurements of a run.

use std::collections::BTreeMap;

use crate::cells::{CellKey, ServerUnderTest};
use crate::held::Held;
use crate::sample::{Cell, Sample};
use crate::settings::Settings;
use crate::versions::VersionsResults;
use crate::workload::Workload;

/// All measurements of a run.
#[derive(Default)]
pub(crate) struct BenchResults {
    pub(crate) file_system: String,
    pub(crate) settings: Settings,
    pub(crate) cells: BTreeMap<CellKey, Cell>,
    /// The server with few documents once more, in turns with the one with many.
    pub(crate) beside_many: BTreeMap<CellKey, Cell>,
    /// The server with few documents once more, in turns with itself while it is watched.
    pub(crate) beside_watched: BTreeMap<CellKey, Cell>,
    /// The yardstick `fdatasync`, in calls a second.
    pub(crate) syncs: Vec<f64>,
    /// The yardstick of one write a commit, in writes a second.
    pub(crate) single: Vec<f64>,
    /// The yardstick of 64 writes a commit, in writes a second.
    pub(crate) grouped: Vec<f64>,
    /// Memory of the server with few documents in bytes, after all that was done to it.
    pub(crate) resident_few: u64,
    /// Memory of the other servers, after the rounds.
    pub(crate) resident_others: BTreeMap<ServerUnderTest, u64>,
    /// Memory of the server with many documents.
    pub(crate) resident_many: u64,
    /// Memory of the server while it is watched.
    pub(crate) resident_watched: u64,
    pub(crate) versions: VersionsResults,
    pub(crate) held: Held,
}

impl BenchResults {
    /// Returns a cell of the table, or `None` if it was not measured.
    pub(crate) fn cell(&self, kind: Workload, connections: usize, on: ServerUnderTest) -> Option<&Cell> {
        self.cells.get(&(kind, connections, on))
    }

    /// Returns a cell of the server itself, with few documents.
    pub(crate) fn few(&self, kind: Workload, connections: usize) -> &Cell {
        &self.cells[&(kind, connections, ServerUnderTest::Few)]
    }
}

/// Adds a sample to its cell.
pub(crate) fn add(cells: &mut BTreeMap<CellKey, Cell>, key: CellKey, sample: Sample) {
    cells.entry(key).or_default().add(sample);
}
