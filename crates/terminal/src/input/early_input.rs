//! The input that arrives while the terminal is asked for its background, before its keys are read.

#[cfg(unix)]
use crossterm::event::Event as Raw;

#[cfg(unix)]
use super::input_decoder::InputDecoder;

/// Early input, and the decoder that goes on with what [`read_terminal`](super::read_terminal) reads.
///
/// Empty on systems other than Unix: crossterm reads the console there, and the console is asked nothing.
#[derive(Debug, Default)]
pub struct EarlyInput {
    #[cfg(unix)]
    pub(super) decoder: InputDecoder,
    #[cfg(unix)]
    pub(super) events: Vec<Raw>,
    /// Whether the terminal has answered that it has kitty's keyboard protocol.
    #[cfg(unix)]
    pub(super) has_keyboard_protocol: bool,
}
