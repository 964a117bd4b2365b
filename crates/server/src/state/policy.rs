//! The current policy and its earlier entity tags.
//!
//! A policy is replaced under If-Match, like a document.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use contract::{EntityTag, Policy};
use precondition::{
    BodyState, Conditions, Current, History, HttpDate, JudgedRequest, Judgement, Method, Target, Verdict, judge,
};
use serde_json::Value;

use crate::lock::lock;

/// How many tags are kept. The version of an older one is in the tag itself.
const MAX_TAGS: usize = 1000;

/// The current policy and its tags.
pub(crate) struct PolicyCell {
    versions: Mutex<PolicyVersions>,
    /// Whether the policy is the strict one. Every request reads this, so it needs no lock.
    is_strict: AtomicBool,
}

struct PolicyVersions {
    policy: Policy,
    /// The number of the current version.
    number: u64,
    /// The tags of the newest versions, at most [`MAX_TAGS`]; the last is the current one.
    tags: VecDeque<EntityTag>,
}

impl PolicyCell {
    pub(crate) fn new(policy: Policy) -> Self {
        let versions = PolicyVersions { policy, number: 1, tags: [policy_etag(1, policy)].into() };
        Self { versions: Mutex::new(versions), is_strict: AtomicBool::new(policy == Policy::default()) }
    }

    pub(crate) fn get(&self) -> Policy {
        if self.is_strict.load(Ordering::Acquire) { Policy::default() } else { self.lock().policy }
    }

    /// Returns the policy and its tag.
    pub(crate) fn with_etag(&self) -> (Policy, EntityTag) {
        let versions = self.lock();
        (versions.policy, versions.etag())
    }

    /// Judges conditions without a write. The policy may change before the write.
    pub(crate) fn judge(&self, conditions: &Conditions, now: HttpDate) -> (Judgement, EntityTag) {
        let versions = self.lock();
        (versions.judge(conditions, now), versions.etag())
    }

    /// Judges conditions and replaces the policy under one lock, as the store does for documents.
    pub(crate) fn replace(&self, conditions: &Conditions, now: HttpDate, new: Policy) -> (Judgement, EntityTag) {
        let mut versions = self.lock();
        let judgement = versions.judge(conditions, now);
        if judgement.verdict == Verdict::Proceed && new != versions.policy {
            versions.set(new);
            self.is_strict.store(new == Policy::default(), Ordering::Release);
        }
        (judgement, versions.etag())
    }

    fn lock(&self) -> MutexGuard<'_, PolicyVersions> {
        lock(&self.versions)
    }
}

impl PolicyVersions {
    /// Judges by the strict rules, whatever the policy says: otherwise there would be no way back to them.
    fn judge(&self, conditions: &Conditions, now: HttpDate) -> Judgement {
        let request = JudgedRequest { method: Method::Put, conditions, body: BodyState::Read, now };
        judge(&request, &undated_target(self.etag(), self.number), &Policy::default(), self)
    }

    fn set(&mut self, policy: Policy) {
        self.number += 1;
        self.policy = policy;
        if self.tags.len() == MAX_TAGS {
            self.tags.pop_front();
        }
        self.tags.push_back(policy_etag(self.number, policy));
    }

    fn etag(&self) -> EntityTag {
        self.tags.back().cloned().unwrap_or_else(|| policy_etag(1, self.policy))
    }
}

impl History for PolicyVersions {
    fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        let forgotten = self.number - self.tags.len() as u64;
        match self.tags.iter().position(|issued| issued == tag) {
            Some(place) => Some(forgotten + place as u64 + 1),
            None => number_in(tag).filter(|number| (1..=forgotten).contains(number)),
        }
    }

    /// A policy has no author, so a lost response cannot be recognized.
    ///
    /// A client that repeats a PUT must read first.
    fn applied_on(&self, _: &EntityTag) -> Option<EntityTag> {
        None
    }

    fn author_wrote_after(&self, _: &EntityTag) -> bool {
        false
    }
}

/// Returns the deliberate mistakes of a policy, such as `etags=content, judging=apart`.
///
/// `None` if it has none.
pub(crate) fn mistakes(policy: Policy) -> Option<String> {
    if policy == Policy::default() {
        // This runs for every response, and nearly always ends here.
        return None;
    }
    let right = policy_pairs(Policy::default());
    let made = policy_pairs(policy).into_iter().zip(right).filter(|(word, right)| word != right);
    let named: Vec<String> = made.map(|((name, word), _)| format!("{name}={word}")).collect();
    if named.is_empty() { None } else { Some(named.join(", ")) }
}

/// Returns the tag of a policy: its number and its words.
///
/// The words are in the tag because the numbers start again after a restart.
fn policy_etag(number: u64, policy: Policy) -> EntityTag {
    let words: Vec<String> = policy_pairs(policy).into_iter().map(|(_, word)| word).collect();
    let opaque = format!("p{number}-{}", words.join("-"));
    EntityTag::strong(opaque).expect("letters, digits and dashes are legal in a tag")
}

/// Returns the number in the tag of a policy.
fn number_in(tag: &EntityTag) -> Option<u64> {
    tag.to_string().strip_prefix("\"p")?.split_once('-')?.0.parse().ok()
}

/// Returns the members of a policy, each with its word in JSON.
fn policy_pairs(policy: Policy) -> Vec<(String, String)> {
    let Ok(Value::Object(members)) = serde_json::to_value(policy) else { return Vec::new() };
    let word = |value: Value| value.as_str().unwrap_or_default().to_owned();
    members.into_iter().map(|(name, value)| (name, word(value))).collect()
}

/// Returns the target of a judgement about something that has a tag and no date.
pub(crate) fn undated_target(etag: EntityTag, version: u64) -> Target {
    let last_modified = HttpDate::from_unix_seconds(0);
    Target::Exists(Current { etag, version, last_modified, shares_second: true })
}

#[cfg(test)]
mod tests {
    use precondition::policy::{Etags, Judging, Preconditions};

    use super::*;

    #[test]
    fn mistakes_are_named() {
        assert_eq!(mistakes(Policy::default()), None);
        let content = Policy { etags: Etags::Content, ..Policy::default() };
        assert_eq!(mistakes(content).as_deref(), Some("etags=content"));
        let two = Policy { judging: Judging::CheckThenAct, preconditions: Preconditions::Ignored, ..Policy::default() };
        let named = mistakes(two).unwrap();
        assert!(named.contains("judging=apart") && named.contains("preconditions=ignored"), "{named}");
    }

    #[test]
    fn old_tags_are_forgotten_and_still_stale() {
        let policies = [Policy::default(), Policy { etags: Etags::Content, ..Policy::default() }];
        let PolicyCell { versions, .. } = PolicyCell::new(policies[0]);
        let mut versions = versions.into_inner().unwrap();
        for number in 1..5 * MAX_TAGS {
            versions.set(policies[number % 2]);
        }
        assert_eq!((versions.tags.len(), versions.number), (MAX_TAGS, 5 * MAX_TAGS as u64));
        for number in [1, 2, 4000, 4001, 5000] {
            let issued = policy_etag(number, if number % 2 == 1 { policies[0] } else { policies[1] });
            assert_eq!(versions.version_of(&issued), Some(number), "{issued}");
        }
        for never in [policy_etag(4001, policies[1]), policy_etag(5001, policies[0]), policy_etag(0, policies[0])] {
            assert_eq!(versions.version_of(&never), None, "{never}");
        }
        assert_eq!(versions.version_of(&EntityTag::strong("x").unwrap()), None);
    }

    #[test]
    fn policy_tag_has_number_and_words() {
        let tag = policy_etag(3, Policy { etags: Etags::Seconds, ..Policy::default() }).to_string();
        assert!(tag.starts_with("\"p3-") && tag.contains("seconds") && tag.contains("required"), "{tag}");
    }
}
