//! The entity tags that the guard issues: a number that is never reused, a random epoch, and a hash.
//!
//! `"17-9f3a5c0211d4e870-d4f8c2a1b5e6"` is version 17 of all that this guard has numbered since it began; the epoch is
//! drawn at random when it begins; and the last part is a hash of the representation.
//!
//! - A hash alone would name contents, not versions: after A, B and A again, a writer who read the first A would pass
//!   for one who read the second.
//! - The number makes each version's tag new. It is one counter for all resources, so that a resource whose state was
//!   forgotten cannot get an old number again.
//! - The epoch makes the tags of an earlier run unequal to all later ones. Without it, a guard that begins again at 1
//!   would accept them.
//! - The hash distinguishes the representations of one version, for instance those in two languages.

use std::sync::atomic::{AtomicU64, Ordering};

use precondition::EntityTag;

use crate::fingerprint::Fingerprint;

/// Issues version numbers and tags.
#[derive(Debug)]
pub(crate) struct TagIssuer {
    epoch: u64,
    last: AtomicU64,
}

impl TagIssuer {
    /// Creates an issuer with a random epoch.
    ///
    /// # Errors
    ///
    /// The operating system has no random numbers.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut random = [0; 8];
        getrandom::fill(&mut random)?;
        Ok(Self { epoch: u64::from_le_bytes(random), last: AtomicU64::new(0) })
    }

    /// Returns a number that no other version has.
    pub(crate) fn next_version(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Returns the tag of a representation in a version.
    pub(crate) fn tag(&self, version: u64, fingerprint: &Fingerprint) -> EntityTag {
        let opaque = format!("{version}-{:016x}-{}", self.epoch, fingerprint.short());
        EntityTag::strong(opaque).expect("digits and hyphens are allowed in a tag")
    }

    /// Returns the version that a tag names, if this guard issued the tag.
    pub(crate) fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        let (version, epoch, _) = parts(tag)?;
        (epoch == self.epoch && version <= self.last.load(Ordering::Relaxed)).then_some(version)
    }

    /// Returns whether a tag has the form of ours, but another epoch: it was issued before the guard began.
    pub(crate) fn is_of_earlier_run(&self, tag: &EntityTag) -> bool {
        parts(tag).is_some_and(|(_, epoch, _)| epoch != self.epoch)
    }
}

/// Returns the version, the epoch and the hash in a tag of the guard's form.
fn parts(tag: &EntityTag) -> Option<(u64, u64, &str)> {
    let mut parts = str::from_utf8(tag.opaque()).ok()?.split('-');
    let (version, epoch, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let is_whole = parts.next().is_none() && epoch.len() == 16 && hash.len() == 2 * Fingerprint::SHORT_BYTES;
    is_whole.then_some((version.parse().ok()?, u64::from_str_radix(epoch, 16).ok()?, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Fingerprint {
        Fingerprint::of_content(&[], text.as_bytes())
    }

    #[test]
    fn tag_names_version_epoch_and_content() {
        let issuer = TagIssuer::new().unwrap();
        let version = issuer.next_version();
        let tag = issuer.tag(version, &of("A"));
        assert!(!tag.is_weak());
        assert_eq!(issuer.version_of(&tag), Some(version));
        assert_ne!(tag, issuer.tag(version, &of("B")), "two representations of one version");
        assert_ne!(tag, issuer.tag(issuer.next_version(), &of("A")), "A, then B, then A again");
    }

    #[test]
    fn tag_of_earlier_run_names_no_version() {
        let (before, now) = (TagIssuer::new().unwrap(), TagIssuer::new().unwrap());
        let tag = before.tag(before.next_version(), &of("A"));
        now.next_version();
        assert_eq!(now.version_of(&tag), None);
        assert!(now.is_of_earlier_run(&tag) && !before.is_of_earlier_run(&tag));
    }

    #[test]
    fn foreign_tag_names_no_version() {
        let issuer = TagIssuer::new().unwrap();
        for text in ["\"v5-d4f8c2a1\"", "\"65a1b2c3-d\"", "\"\"", "\"1-2-3\"", "\"1-0000000000000000-x\""] {
            let tag: EntityTag = text.parse().unwrap();
            assert!(issuer.version_of(&tag).is_none() && !issuer.is_of_earlier_run(&tag), "{text}");
        }
        // A number that has not been issued is not a version, whatever the epoch is.
        assert_eq!(issuer.version_of(&issuer.tag(9, &of("A"))), None);
    }
}
