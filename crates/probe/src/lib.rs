//! A conformance test of conditional requests, for one resource of any HTTP API.
//!
//! The checks are data: one row of a table each, with the question, the clause of the RFC, and which observations are
//! right or weak. Everything else is wrong. The engine sends the requests and reduces each response to an
//! [`Observed`]; [`ProbeCheck::mark_of`] judges that. So the list of the checks, the documentation and
//! every report come from one table.
//!
//! Begin with [`run_probe`]. The engine only reads, unless the plan allows writes. Then it writes to the one URL of the
//! plan (and creates and deletes at the URL for scratch resources, if there is one), and restores the original at the
//! end, after an error, and after it was asked to stop.
//!
//! | module | subject | pure |
//! | --- | --- | --- |
//! | `check`, `table` | the checks | yes |
//! | `observed` | a response, reduced to what a check asks | yes |
//! | `condition` | the conditions that are sent, and their field lines | yes |
//! | `message` | requests and responses as bytes | yes |
//! | `probe_url` | the address of a resource | yes |
//! | `body_template` | bodies of writes, and of the write that restores the original | yes |
//! | `version_source` | the place of the version in an API: `ETag`, or the body | yes |
//! | `plan`, `write_method` | what is asked, of which resource, and with which limits | yes |
//! | `finding`, `verdict`, `probe_report` | what was found; the sentence about it; all of it | yes |
//! | `remedy` | what to change in the server | yes |
//! | `report` | the findings as text, JSON, Markdown and JUnit | yes |
//! | `reference` | the list of the checks for `docs/probe.md` | yes |
//! | `transport` | the interface of the network | yes |
//! | `network` | the network: hyper, a connection for each request | no |
//! | `session` | the budget, the number of each write, what is known of the resource | except by its transport |
//! | `engine` and its folder | the order of the checks, a file for each group | except by its transport |
//!
//! *Not* here: files, the command line, and printing.

mod body_template;
mod check;
mod condition;
mod engine;
mod finding;
mod message;
mod network;
mod observed;
mod plan;
mod probe_report;
mod probe_url;
mod reference;
mod remedy;
mod report;
mod session;
mod table;
mod transport;
mod verdict;
mod version_source;
mod write_method;

pub use body_template::{BodyTemplate, TemplateError};
pub use check::{Ask, CheckGroup, CheckId, Mark, ProbeCheck};
pub use condition::{Condition, ReadCondition};
pub use engine::{ProbeError, run_probe};
pub use finding::CheckFinding;
pub use message::{BodyPace, FieldLine, ProbeRequest, ProbeResponse};
pub use network::{ProbeNetwork, TlsUnsupported};
pub use observed::Observed;
pub use plan::{CreatePlan, OriginalKeeper, ProbePlan, ProbeProgress};
pub use probe_report::{ProbeReport, Restoration};
pub use probe_url::{ProbeUrl, ProbeUrlError};
pub use reference::checks_list;
pub use report::{json, junit, markdown, text};
pub use table::CHECKS;
pub use transport::{ProbeTransport, SendError};
pub use verdict::ProbeVerdict;
pub use version_source::{VersionSource, VersionSourceError};
pub use write_method::WriteMethod;
