//! Random words and seeds, for runs whose seed is not given.

use std::fmt::Write as _;

use super::error::SwarmCommandError;

/// Returns a word that tells the lines of this run from those of others in the same document.
pub(super) fn random_word() -> Result<String, SwarmCommandError> {
    let mut bytes = [0; 3];
    getrandom::fill(&mut bytes).map_err(SwarmCommandError::Random)?;
    Ok(bytes.iter().fold(String::new(), |mut word, byte| {
        // Writing into a string cannot fail.
        let _ = write!(word, "{byte:02x}");
        word
    }))
}

/// Returns a random seed that is easy to type again.
pub(super) fn random_seed() -> Result<u64, SwarmCommandError> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(SwarmCommandError::Random)?;
    Ok(u64::from(u32::from_le_bytes(bytes)))
}
