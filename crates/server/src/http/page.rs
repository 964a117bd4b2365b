//! Pages of lists: at most the requested number of rows, and at most the budget's bytes.
//!
//! A page that ends early has a `next` like any other. It always has at least one row, or a client could never get past
//! a large row.

use std::io::{self, Write};

use serde::Serialize;

use crate::budget::{PAGE_BYTES, Uses};
use crate::state::SharedState;

/// The limits of a page.
pub(crate) struct PageBounds {
    pub(crate) rows: usize,
    pub(crate) bytes: usize,
    uses: Uses,
}

impl PageBounds {
    pub(crate) fn new(app: &SharedState, rows: usize) -> Self {
        Self { rows, bytes: app.options.budgets.size(&PAGE_BYTES), uses: app.metrics.budgets.clone() }
    }

    /// Takes the rows that fit as JSON. Returns them, and whether there are more.
    ///
    /// `more` says whether there are more rows after those of `rows`.
    pub(crate) fn fit<T: Serialize>(&self, rows: impl Iterator<Item = T>, more: bool) -> (Vec<T>, bool) {
        let (mut page, mut taken) = (Vec::new(), 0_usize);
        let mut rows = rows.peekable();
        while let Some(row) = rows.peek() {
            // Includes the comma before the next row.
            taken = taken.saturating_add(json_size(row) + 1);
            if page.len() == self.rows || (taken > self.bytes && !page.is_empty()) {
                break;
            }
            page.extend(rows.next());
        }
        let more = more || rows.peek().is_some();
        if more && page.len() < self.rows {
            self.uses.refused(&PAGE_BYTES);
        }
        (page, more)
    }
}

/// Returns the size of a value as JSON, in bytes.
fn json_size(value: &impl Serialize) -> usize {
    let mut size = ByteCounter(0);
    serde_json::to_writer(&mut size, value).expect("our own types are always JSON, and counting never fails");
    size.0
}

struct ByteCounter(usize);

impl Write for ByteCounter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_has_the_rows_that_fit_and_one_at_least() {
        let fit = |rows, bytes, row: &str, more| {
            let bounds = PageBounds { rows, bytes, uses: Uses::default() };
            let (page, more) = bounds.fit(std::iter::repeat_n(row, 3), more);
            (page.len(), more)
        };
        // Five bytes each, with quotes and comma.
        assert_eq!(fit(9, 15, "ab", false), (3, false));
        assert_eq!(fit(9, 14, "ab", false), (2, true));
        assert_eq!(fit(9, 0, "ab", false), (1, true));
        assert_eq!(fit(2, 99, "ab", false), (2, true));
        assert_eq!(fit(3, 99, "ab", true), (3, true));
        // The size of the JSON counts: each of these rows has six bytes.
        assert_eq!(fit(9, 30, "\u{1}\u{2}", false), (2, true));
    }
}
