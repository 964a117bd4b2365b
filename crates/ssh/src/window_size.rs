//! The size of a client's terminal.

/// Columns and rows, within bounds.
///
/// The editor allocates memory for each cell. The protocol permits four billion columns (RFC 4254 section 6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WindowSize {
    columns: u16,
    rows: u16,
}

const MAX_COLUMNS: u16 = 500;
const MAX_ROWS: u16 = 250;

impl WindowSize {
    /// Returns the size nearest to the one that the client sent.
    ///
    /// A number that is 0, as of a client that does not know it, is 80 columns or 24 rows.
    pub(crate) fn nearest(columns: u32, rows: u32) -> Self {
        let bounded = |number: u32, usual: u16, most: u16| match u16::try_from(number) {
            Ok(0) => usual,
            Ok(number) => number.min(most),
            Err(_) => most,
        };
        Self { columns: bounded(columns, 80, MAX_COLUMNS), rows: bounded(rows, 24, MAX_ROWS) }
    }
}

impl From<WindowSize> for pty_process::Size {
    fn from(size: WindowSize) -> Self {
        Self::new(size.rows, size.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_is_bounded_and_never_zero() {
        let nearest = |columns, rows| {
            let size = WindowSize::nearest(columns, rows);
            (size.columns, size.rows)
        };
        assert_eq!(nearest(120, 40), (120, 40));
        assert_eq!(nearest(0, 0), (80, 24));
        assert_eq!(nearest(1, 1), (1, 1));
        assert_eq!(nearest(u32::MAX, 65_536), (500, 250));
        assert_eq!(nearest(501, 251), (500, 250));
    }
}
