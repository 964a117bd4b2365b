//! Everything that is remembered, within limits: bodies, resources and callers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::body::BodyStore;
use crate::caller::CallerMemory;
use crate::recency::RecencyMap;
use crate::resource::ResourceMemory;
use crate::sighting::CallerView;

/// The most open responses that are remembered.
const MAX_OPEN_RESPONSES: usize = 4096;

/// The most writes without a response that are remembered. A proxy has fewer connections.
const MAX_OPEN_WRITES: usize = 4096;

/// The limits of what a detector remembers; the oldest is forgotten first, and the report counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryLimits {
    /// The most resources.
    pub resources: usize,
    /// The most callers.
    pub callers: usize,
    /// The most bytes of all kept bodies.
    pub body_bytes: usize,
    /// The most different responses that are remembered for each caller.
    pub responses_per_caller: usize,
    /// The most writes, refused writes, and tags that are remembered for each resource.
    pub events_per_resource: usize,
}

impl Default for MemoryLimits {
    /// Returns the limits of a proxy that runs for days: at most about 64 MiB.
    fn default() -> Self {
        Self {
            resources: 4096,
            callers: 512,
            body_bytes: 32 * 1024 * 1024,
            responses_per_caller: 256,
            events_per_resource: 16,
        }
    }
}

/// How much was forgotten because of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct ForgottenCounts {
    /// Resources, with their writes and tags.
    pub resources: u64,
    /// Callers, with the responses that they were sent.
    pub callers: u64,
    /// Responses that a caller was sent.
    pub responses: u64,
    /// Writes of a resource.
    pub writes: u64,
    /// Bodies.
    pub bodies: u64,
}

impl ForgottenCounts {
    /// Returns whether anything was forgotten.
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }
}

/// The memory of a detector.
#[derive(Debug)]
pub(crate) struct DetectorMemory {
    pub(crate) limits: MemoryLimits,
    pub(crate) store: BodyStore,
    pub(crate) resources: RecencyMap<ResourceMemory>,
    pub(crate) callers: RecencyMap<CallerMemory>,
    /// Responses whose body has not ended, by number: the caller, and when the head arrived.
    open: BTreeMap<u64, (Arc<str>, u64)>,
    /// Writes without a response, by number: the target, and when the request was forwarded.
    open_writes: BTreeMap<u64, (Box<str>, u64)>,
    forgotten: ForgottenCounts,
    /// The latest moment of what callers were shown who are forgotten.
    callers_forgotten_until: Option<u64>,
    /// The latest moment of an exchange so far.
    latest: u64,
    /// A resource and a caller of which nothing is remembered.
    empty: (ResourceMemory, CallerMemory),
}

/// The memory of one resource, for the rules.
#[derive(Clone, Copy)]
pub(crate) struct MemoryView<'a> {
    memory: &'a DetectorMemory,
    pub(crate) store: &'a BodyStore,
    pub(crate) resource: &'a ResourceMemory,
    target: &'a str,
}

impl DetectorMemory {
    pub(crate) fn new(limits: MemoryLimits) -> Self {
        Self {
            limits,
            store: BodyStore::new(limits.body_bytes),
            resources: RecencyMap::new(limits.resources),
            callers: RecencyMap::new(limits.callers),
            open: BTreeMap::new(),
            open_writes: BTreeMap::new(),
            forgotten: ForgottenCounts::default(),
            callers_forgotten_until: None,
            latest: 0,
            empty: <(ResourceMemory, CallerMemory)>::default(),
        }
    }

    /// Returns how much was forgotten.
    pub(crate) fn forgotten(&self) -> ForgottenCounts {
        ForgottenCounts { bodies: self.store.forgotten, ..self.forgotten }
    }

    /// Returns the view of a resource.
    pub(crate) fn view<'a>(&'a self, target: &'a str) -> MemoryView<'a> {
        let resource = self.resources.get(target).unwrap_or(&self.empty.0);
        MemoryView { memory: self, store: &self.store, resource, target }
    }

    /// Records that the head of a response arrived.
    pub(crate) fn open(&mut self, number: u64, caller: &str, answered: u64) {
        self.latest = self.latest.max(answered);
        self.open.insert(number, (Arc::from(caller), answered));
        if self.open.len() > MAX_OPEN_RESPONSES {
            self.open.pop_first();
            // Any caller may have been shown something by the forgotten one.
            self.callers_forgotten_until = Some(self.latest);
        }
    }

    /// Records that a write was forwarded.
    pub(crate) fn begin_write(&mut self, number: u64, target: &str, forwarded: u64) {
        self.open_writes.insert(number, (target.into(), forwarded));
        if self.open_writes.len() > MAX_OPEN_WRITES {
            self.open_writes.pop_first();
        }
    }

    /// Records that an exchange has ended, at this moment or before.
    pub(crate) fn end(&mut self, number: u64, moment: u64) {
        self.latest = self.latest.max(moment);
        self.open.remove(&number);
        self.open_writes.remove(&number);
    }

    /// Returns a caller's shared name and its memory.
    pub(crate) fn caller(&mut self, name: &str) -> (Arc<str>, &mut CallerMemory) {
        let is_new = self.callers.get(name).is_none();
        let (name, memory, has_forgotten) = self.callers.use_or_insert(name);
        if has_forgotten {
            self.forgotten.callers += 1;
            self.callers_forgotten_until = Some(self.latest);
        }
        if is_new {
            memory.forgotten_until = self.callers_forgotten_until;
        }
        (name, memory)
    }

    /// Returns a resource's shared target and its memory.
    pub(crate) fn resource(&mut self, target: &str) -> (Arc<str>, &mut ResourceMemory) {
        let (target, memory, has_forgotten) = self.resources.use_or_insert(target);
        self.forgotten.resources += u64::from(has_forgotten);
        (target, memory)
    }

    pub(crate) fn count_forgotten_response(&mut self) {
        self.forgotten.responses += 1;
    }

    pub(crate) fn count_forgotten_write(&mut self) {
        self.forgotten.writes += 1;
    }
}

impl<'a> MemoryView<'a> {
    /// Returns what is known about a caller and this resource.
    pub(crate) fn caller(&self, name: &'a str) -> CallerView<'a> {
        let memory = self.memory;
        let open = memory.open.iter().find(|(_, (caller, _))| **caller == *name);
        let known = memory.callers.get(name);
        CallerView {
            name,
            memory: known.unwrap_or(&memory.empty.1),
            forgotten_until: known.map_or(memory.callers_forgotten_until, |known| known.forgotten_until),
            resource: self.resource,
            target: self.target,
            store: self.store,
            open: open.map(|(number, (_, answered))| (*number, *answered)),
        }
    }

    /// Returns whether a write without a response yet may have been applied before `answered`.
    pub(crate) fn has_open_write(&self, answered: u64) -> bool {
        let mut open = self.memory.open_writes.values();
        open.any(|(target, forwarded)| **target == *self.target && *forwarded < answered)
    }
}
