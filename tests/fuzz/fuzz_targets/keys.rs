//! Decodes arbitrary bytes as a terminal's input: all at once, in pieces, and byte by byte.
//!
//! The first byte chooses where the pieces end; the rest is the input.

#![no_main]

use libfuzzer_sys::fuzz_target;
use terminal::input::Decoder;

fuzz_target!(|bytes: &[u8]| {
    let Some((&size, stream)) = bytes.split_first() else { return };
    let whole = read([stream]);
    assert_eq!(read(stream.chunks(usize::from(size).max(1))), whole, "pieces of {size}");
    assert_eq!(read(stream.chunks(1)), whole, "byte by byte");
    gets_through_after(stream);
});

/// Returns the events of these reads, as text.
fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    let mut decoder = Decoder::default();
    pieces.into_iter().flat_map(|piece| decoder.push(piece)).map(|event| format!("{event:?}")).collect()
}

/// Asserts that a key is decoded after a pause, whatever came before.
fn gets_through_after(stream: &[u8]) {
    let mut decoder = Decoder::default();
    drop(decoder.push(stream));
    for silences in 0.. {
        if decoder.timeout().is_none() {
            break;
        }
        assert!(silences < 2, "it waits again and again");
        drop(decoder.expire());
    }
    let key = decoder.push(b"q");
    assert_eq!(key.len(), 1, "{key:?}");
    assert!(format!("{key:?}").contains("Char('q')"), "{key:?}");
}
