//! The resources that the guard has a state for, in a bounded number.
//!
//! The least recently used are forgotten.
//!
//! Forgetting is safe: the next version of a resource gets a number that no tag has, so the tags of its clients are
//! stale, and they read again.

use std::collections::HashMap;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Mutex as WriteLock;

use crate::resource_key::ResourceKey;
use crate::versions::ResourceVersions;

/// One resource: its state, and the lock that writes to it take.
#[derive(Debug, Default)]
pub(crate) struct GuardedResource {
    versions: Mutex<ResourceVersions>,
    /// The lock that writes take, in the order of their arrival.
    ///
    /// It is held from the read that a write is judged by until the server has answered the write.
    pub(crate) lock: WriteLock<()>,
    waiting: AtomicUsize,
}

impl GuardedResource {
    /// Returns the state. It is locked only for moments, never while a request is sent.
    pub(crate) fn versions(&self) -> MutexGuard<'_, ResourceVersions> {
        // No code panics while it holds this lock, and the state is consistent between any two of its methods.
        self.versions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a write that waits for the lock, unless there are already `max` of them.
    pub(crate) fn enqueue(self: &Arc<Self>, max: usize) -> Option<QueuedWrite> {
        let entered = self
            .waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| (waiting < max).then_some(waiting + 1));
        entered.is_ok().then(|| QueuedWrite(Arc::clone(self)))
    }
}

/// A write that has a place in a resource's queue; dropping it gives the place up.
#[derive(Debug)]
pub(crate) struct QueuedWrite(Arc<GuardedResource>);

impl Drop for QueuedWrite {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The resources, in two generations: one that is used moves to the young one.
///
/// If the young generation is full, the old one is forgotten, and the young one becomes the old one. So a resource is
/// forgotten only after at least half of `capacity` others were used since, at a cost that does not depend on the
/// capacity.
#[derive(Debug)]
pub(crate) struct Resources {
    generations: Mutex<Generations>,
    /// How many resources a generation has.
    generation_size: usize,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<ResourceKey, Arc<GuardedResource>>,
    old: HashMap<ResourceKey, Arc<GuardedResource>>,
}

impl Resources {
    /// Creates room for `capacity` resources, besides those that requests are using.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { generations: Mutex::default(), generation_size: (capacity / 2).max(1) }
    }

    /// Returns the resource of a key; a new one if there is none.
    pub(crate) fn get(&self, key: ResourceKey) -> Arc<GuardedResource> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        let Generations { young, old } = &mut *generations;
        if let Some(resource) = young.get(&key) {
            return Arc::clone(resource);
        }
        let resource = old.remove(&key).unwrap_or_default();
        young.insert(key, Arc::clone(&resource));
        if young.len() > self.generation_size {
            let mut forgotten = mem::replace(old, mem::take(young));
            // A resource in use keeps its lock: a second one for the same key would let two writers in.
            forgotten.retain(|_, resource| Arc::strong_count(resource) > 1);
            old.extend(forgotten);
        }
        resource
    }

    /// Returns how many resources have a state.
    #[cfg(test)]
    fn len(&self) -> usize {
        let generations = self.generations.lock().unwrap();
        generations.young.len() + generations.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> ResourceKey {
        ResourceKey::of(&format!("/{number}").parse().unwrap()).unwrap()
    }

    #[test]
    fn recently_used_resource_is_kept_and_others_are_forgotten() {
        let resources = Resources::new(100);
        let kept = Arc::downgrade(&resources.get(key(0)));
        let forgotten = Arc::downgrade(&resources.get(key(1)));
        for number in 2..1000 {
            resources.get(key(number));
            resources.get(key(0));
            assert!(resources.len() <= 102);
        }
        assert!(kept.upgrade().is_some() && forgotten.upgrade().is_none());
    }

    #[test]
    fn resource_in_use_is_never_forgotten() {
        let resources = Resources::new(4);
        let used = resources.get(key(0));
        for number in 1..100 {
            resources.get(key(number));
        }
        assert!(Arc::ptr_eq(&used, &resources.get(key(0))));
    }

    #[test]
    fn queue_has_a_bound() {
        let resource = Arc::new(GuardedResource::default());
        let first = resource.enqueue(2).unwrap();
        let _second = resource.enqueue(2).unwrap();
        assert!(resource.enqueue(2).is_none());
        drop(first);
        assert!(resource.enqueue(2).is_some());
    }
}
