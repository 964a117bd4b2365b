//! The plan of a probe: the resource, the permissions and the limits.

use std::io;

use crate::body_template::BodyTemplate;
use crate::probe_url::ProbeUrl;
use crate::version_source::VersionSource;
use crate::write_method::WriteMethod;

/// The URL at which scratch resources are created and deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePlan {
    /// The URL; `{{n}}` in it is replaced by a number.
    pub url: ProbeUrl,
}

/// One probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbePlan {
    /// The resource.
    pub url: ProbeUrl,
    /// Whether the probe may write to the resource.
    pub writes: bool,
    /// The method of a write.
    pub method: WriteMethod,
    /// The body of a write; `None` for a copy of the representation.
    pub body: Option<BodyTemplate>,
    /// The place of scratch resources; `None` if none are created.
    pub create: Option<CreatePlan>,
    /// The place of the version.
    pub version: VersionSource,
    /// The most requests that are sent.
    pub max_requests: usize,
    /// The number of the first write. Numbers are searched for in representations, so they should be long.
    pub first_number: u64,
}

/// How far a probe is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProbeProgress {
    /// The check that is asked now.
    pub check: &'static str,
    /// How many checks are answered.
    pub answered: usize,
    /// How many requests were sent.
    pub requests: usize,
}

/// Keeps the original while the probe writes, so that it survives this process.
pub trait OriginalKeeper: Send + Sync {
    /// Keeps a representation.
    ///
    /// # Errors
    ///
    /// If the original cannot be kept; then nothing is written to the server.
    fn keep(&self, original: &[u8]) -> io::Result<()>;

    /// Drops it: the server has it again.
    fn drop_original(&self);

    /// Returns the place of the original, for people.
    fn place(&self) -> String;
}
