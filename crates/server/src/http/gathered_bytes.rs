//! The bytes of a body that arrives in parts.

use axum::body::Bytes;

/// The parts of a body, joined.
///
/// A body that arrives in one part, as most do, is shared and not copied.
#[derive(Debug, Default)]
pub(crate) struct GatheredBytes {
    /// The only part so far.
    only: Bytes,
    /// All parts, if there are several.
    all: Vec<u8>,
}

impl GatheredBytes {
    pub(crate) fn len(&self) -> usize {
        self.as_slice().len()
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        if self.all.is_empty() { &self.only } else { &self.all }
    }

    /// Appends a part.
    pub(crate) fn push(&mut self, part: Bytes) {
        if self.len() == 0 {
            self.only = part;
            return;
        }
        if self.all.is_empty() {
            self.all.extend_from_slice(&std::mem::take(&mut self.only));
        }
        self.all.extend_from_slice(&part);
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        if self.all.is_empty() { self.only } else { self.all.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_gathered_in_order_and_a_single_one_is_shared() {
        let first = Bytes::from_static(b"one");
        let mut gathered = GatheredBytes::default();
        assert_eq!((gathered.len(), gathered.as_slice()), (0, &b""[..]));
        for part in [Bytes::new(), first.clone(), Bytes::new()] {
            gathered.push(part);
        }
        assert_eq!(gathered.as_slice(), b"one");
        gathered.push(Bytes::from_static(b", two"));
        gathered.push(Bytes::from_static(b", three"));
        assert_eq!((gathered.len(), gathered.as_slice()), (15, &b"one, two, three"[..]));
        assert_eq!(gathered.into_bytes(), "one, two, three");

        let mut single = GatheredBytes::default();
        single.push(first.clone());
        assert_eq!(single.into_bytes().as_ptr(), first.as_ptr());
    }
}
