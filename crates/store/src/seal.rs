//! Checksums of rows, for any backend: a database does not notice a bit that has flipped on the disk.
//!
//! A seal is SHA-256, cut to 16 bytes, over the values in order: for each a byte for its type, its length in 8 bytes
//! (big-endian), and its bytes; a number has 8 bytes (big-endian). It protects from decay, not from a person who can
//! write to the database.

use sha2::{Digest, Sha256};

/// The bytes of a seal.
pub(crate) type Seal = [u8; 16];

/// A value that a seal covers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SealedValue<'a> {
    /// No value.
    Null,
    /// An integer.
    Integer(i64),
    /// A number that is not an integer, which this program never writes.
    Real(f64),
    /// The bytes of a text.
    Text(&'a [u8]),
    /// Other bytes.
    Blob(&'a [u8]),
}

/// Returns the seal of these values.
pub(crate) fn seal_of<'a>(values: impl IntoIterator<Item = SealedValue<'a>>) -> Seal {
    let mut hash = Sha256::new();
    for value in values {
        let (kind, bytes): (u8, &[u8]) = match &value {
            SealedValue::Null => (0, &[]),
            SealedValue::Integer(number) => (1, &number.to_be_bytes()),
            SealedValue::Real(number) => (2, &number.to_be_bytes()),
            SealedValue::Text(text) => (3, text),
            SealedValue::Blob(bytes) => (4, bytes),
        };
        hash.update([kind]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    let mut seal = Seal::default();
    seal.copy_from_slice(&hash.finalize()[..size_of::<Seal>()]);
    seal
}
