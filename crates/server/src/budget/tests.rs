//! Tests of the table of budgets: its rows, and how values are parsed.

use std::collections::BTreeSet;

use super::values::amount;
use super::*;

#[test]
fn names_are_unique_and_rows_are_whole() {
    let names: BTreeSet<&str> = ALL.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), ALL.len());
    for row in ALL {
        assert!(row.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", row.name);
        assert!(!row.bounds.is_empty() && !row.refusal.is_empty(), "{}", row.name);
        // Both are cells of a Markdown table.
        assert!(!row.bounds.contains('|') && !row.refusal.contains('|'), "{}", row.name);
    }
}

#[test]
fn chosen_value_replaces_the_default() {
    let budgets: Budgets =
        ["record-bytes=1", "record-bytes=16MiB"].map(|text| text.parse::<Chosen>().unwrap()).into_iter().collect();
    assert_eq!(budgets.of(&RECORD_BYTES), 16 * 1024 * 1024);
    assert_eq!(budgets.of(&GATE_TIME), 600);
    for wrong in ["record-bytes", "head-bytes=2", "nothing=1", "record-bytes=0", "record-bytes=1m", "record-bytes="] {
        assert!(wrong.parse::<Chosen>().is_err(), "{wrong}");
    }
    assert_eq!(amount("2h", Unit::Seconds), Some(7200));
    assert_eq!(amount("18446744073709551615KiB", Unit::Bytes), None);
}
