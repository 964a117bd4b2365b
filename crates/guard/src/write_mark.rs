//! The mark that a write is at the server.

use std::sync::Arc;

use crate::resources::GuardedResource;
use crate::shared::Shared;

/// Marks a resource as being written until it is dropped, which begins a new version.
///
/// So the version ends however the write ends: by a response, an error, a timeout or a panic.
#[derive(Debug)]
pub(crate) struct WriteMark<S> {
    shared: Arc<Shared<S>>,
    resource: Arc<GuardedResource>,
    changed: bool,
}

impl<S> WriteMark<S> {
    /// Marks a resource.
    pub(crate) fn begin(shared: &Arc<Shared<S>>, resource: Arc<GuardedResource>) -> Self {
        resource.versions().begin_write();
        Self { shared: Arc::clone(shared), resource, changed: true }
    }

    /// Ends the mark of a write that is known to have changed nothing. The version stays.
    pub(crate) fn end_without_change(mut self) {
        self.changed = false;
    }
}

impl<S> Drop for WriteMark<S> {
    fn drop(&mut self) {
        let mut versions = self.resource.versions();
        if self.changed { versions.end_write(&self.shared.issuer) } else { versions.end_refused_write() }
    }
}
