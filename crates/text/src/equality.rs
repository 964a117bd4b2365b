//! Whether two texts are equal, without reading what they share.
//!
//! A text and its snapshot share most of their pieces, at the same addresses. Such pieces are skipped, so comparing the
//! text on the screen with the saved one takes a few microseconds for each megabyte, and reads only what was edited.

use crate::rope::Text;
use crate::slice::{Chunks, TextSlice};

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.slice(..) == other.slice(..)
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.slice(..) == *other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self == other.as_str()
    }
}

impl PartialEq for TextSlice<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && have_equal_bytes(self.chunks(), other.chunks())
    }
}

impl Eq for TextSlice<'_> {}

impl PartialEq<str> for TextSlice<'_> {
    fn eq(&self, other: &str) -> bool {
        let mut rest = other.as_bytes();
        self.len() == other.len()
            && self.chunks().all(|chunk| {
                let is_next = rest.starts_with(chunk.as_bytes());
                rest = rest.get(chunk.len()..).unwrap_or_default();
                is_next
            })
    }
}

impl PartialEq<&str> for TextSlice<'_> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

/// Returns whether two texts of the same length have the same bytes.
///
/// Their pieces may end at different positions.
fn have_equal_bytes(mut left: Chunks<'_>, mut right: Chunks<'_>) -> bool {
    let (mut a, mut b): (&[u8], &[u8]) = (&[], &[]);
    loop {
        if a.is_empty() {
            let Some(chunk) = left.next() else { return true };
            a = chunk.as_bytes();
        }
        if b.is_empty() {
            let Some(chunk) = right.next() else { return true };
            b = chunk.as_bytes();
        }
        let common = a.len().min(b.len());
        let is_shared = std::ptr::eq(a.as_ptr(), b.as_ptr());
        if !is_shared && a[..common] != b[..common] {
            return false;
        }
        (a, b) = (&a[common..], &b[common..]);
    }
}
