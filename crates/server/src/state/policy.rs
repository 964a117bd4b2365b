//! The current policy and its earlier entity tags.
//!
//! A policy is replaced under If-Match, like a document.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use contract::{EntityTag, Policy};
use precondition::{Conditions, HttpDate, Judgement, Method, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::guarded_setting::GuardedSetting;
use super::shared_cell::SharedCell;
use super::tag_history::TagHistory;
use crate::lock::lock;

/// The current policy and its tags.
pub(crate) struct PolicyCell {
    versions: Mutex<PolicyVersions>,
    /// Whether the policy is the strict one. Every request reads this, so it needs no lock.
    is_strict: AtomicBool,
}

#[derive(Clone, Serialize, Deserialize)]
struct PolicyVersions {
    policy: Policy,
    tags: TagHistory,
    /// The revision of the setting that all servers share; `None` if this server has its policy for itself.
    #[serde(skip)]
    revision: Option<u64>,
}

/// The policy under which a request is judged, and its revision if all servers of the store share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PinnedPolicy {
    pub(crate) policy: Policy,
    pub(crate) revision: Option<u64>,
}

impl PolicyCell {
    pub(crate) fn new(policy: Policy) -> Self {
        let mut versions = PolicyVersions { policy, tags: TagHistory::new('p'), revision: None };
        versions.set(policy);
        Self::of(versions)
    }

    fn of(versions: PolicyVersions) -> Self {
        let is_strict = versions.policy == Policy::default();
        Self { versions: Mutex::new(versions), is_strict: AtomicBool::new(is_strict) }
    }

    pub(crate) fn get(&self) -> Policy {
        if self.is_strict.load(Ordering::Acquire) { Policy::default() } else { self.lock().policy }
    }

    /// Returns the policy for a request that begins to be judged.
    ///
    /// `is_shared` says whether all servers of the store share the policy.
    pub(crate) fn pinned(&self, is_shared: bool) -> PinnedPolicy {
        if !is_shared {
            return PinnedPolicy { policy: self.get(), revision: None };
        }
        let versions = self.lock();
        PinnedPolicy { policy: versions.policy, revision: versions.revision }
    }

    fn lock(&self) -> MutexGuard<'_, PolicyVersions> {
        lock(&self.versions)
    }
}

impl GuardedSetting for PolicyCell {
    type Value = Policy;

    const NOUN: &'static str = "policy";

    fn with_etag(&self) -> (Policy, EntityTag) {
        let versions = self.lock();
        (versions.policy, versions.etag())
    }

    fn judge(&self, conditions: &Conditions, now: HttpDate) -> (Judgement, EntityTag) {
        let versions = self.lock();
        (versions.judge(conditions, now), versions.etag())
    }

    fn replace(&self, conditions: &Conditions, now: HttpDate, new: &Policy) -> (Judgement, EntityTag) {
        let mut versions = self.lock();
        let judgement = versions.judge(conditions, now);
        if judgement.verdict == Verdict::Proceed && *new != versions.policy {
            versions.set(*new);
            self.is_strict.store(*new == Policy::default(), Ordering::Release);
        }
        (judgement, versions.etag())
    }
}

impl SharedCell for PolicyCell {
    const NAME: &str = "policy";

    fn fork(&self) -> Self {
        Self::of(self.lock().clone())
    }

    fn to_json(&self) -> String {
        serde_json::to_string(&*self.lock()).unwrap_or_default()
    }

    fn adopt(&self, json: &str, revision: u64) -> Result<(), serde_json::Error> {
        let mut versions = self.lock();
        *versions = PolicyVersions { revision: Some(revision), ..serde_json::from_str(json)? };
        self.is_strict.store(versions.policy == Policy::default(), Ordering::Release);
        Ok(())
    }
}

impl PolicyVersions {
    fn judge(&self, conditions: &Conditions, now: HttpDate) -> Judgement {
        self.tags.judge(Method::Put, conditions, now, true)
    }

    fn set(&mut self, policy: Policy) {
        self.policy = policy;
        let words: Vec<String> = policy_pairs(policy).into_iter().map(|(_, word)| word).collect();
        self.tags.push(&words.join("-"));
    }

    fn etag(&self) -> EntityTag {
        self.tags.etag().expect("the first policy is a version")
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

/// Returns the members of a policy, each with its word in JSON.
fn policy_pairs(policy: Policy) -> Vec<(String, String)> {
    let Ok(Value::Object(members)) = serde_json::to_value(policy) else { return Vec::new() };
    let word = |value: Value| value.as_str().unwrap_or_default().to_owned();
    members.into_iter().map(|(name, value)| (name, word(value))).collect()
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
    fn policy_tag_has_number_and_words() {
        let (_, etag) = PolicyCell::new(Policy { etags: Etags::Seconds, ..Policy::default() }).with_etag();
        let tag = etag.to_string();
        assert!(tag.starts_with("\"p1-") && tag.contains("seconds") && tag.contains("required"), "{tag}");
    }
}
