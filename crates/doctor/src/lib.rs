//! An examination of the path between a client and an ifmatch server: proxies, gateways and caches.
//!
//! The server never sends a weak tag, never codes a body, and answers every refusal with problem details. Whatever
//! arrives otherwise was changed on the path. So an examination sends a few requests through the path, keeps the
//! responses as [`Evidence`], and compares them with what the server is known to send.
//!
//! The checks are data: one row of [`CHECKS`] each, with the question, the judge (a pure function of the evidence), the
//! consequence for users, and the lines that change it in the configuration of each common proxy. Reports and
//! `docs/doctor.md` are made from this table.
//!
//! Begin with [`Examination`]. It reads, and it writes to one scratch document, which it creates and deletes, unless
//! the plan says that it only reads.
//!
//! | module | subject | pure |
//! | --- | --- | --- |
//! | `checks`, `check` | the table of the checks | yes |
//! | `configuration` | lines in the configuration of a proxy | yes |
//! | `judgement` | the result of a check | yes |
//! | `evidence` | everything that an examination has seen | yes |
//! | `step` | the requests of an examination | yes |
//! | `received_tag` | the tag that the server issued, from the one that arrived | yes |
//! | `proxy_kind` | which proxy it is, by the fields and pages that it adds | yes |
//! | `redirect` | the address to which a redirect leads | yes |
//! | `scratch_text` | the texts of the scratch document | yes |
//! | `path_report` | the findings, and a sentence about them | yes |
//! | `reference` | the checks as a page | yes |
//! | `examination` | the requests, sent in their order | no |
//! | `event_watch` | an event stream, with times | no |
//!
//! *Not* here: the command line, and what is printed.

mod check;
mod checks;
mod configuration;
mod event_watch;
mod evidence;
mod examination;
mod judgement;
mod path_report;
mod proxy_kind;
mod received_tag;
mod redirect;
mod reference;
mod scratch_text;
mod step;

pub use check::PathCheck;
pub use checks::CHECKS;
pub use configuration::ProxyChange;
pub use event_watch::{IdleStream, WatchedStream};
pub use evidence::{Evidence, WritingState};
pub use examination::{DoctorPlan, Examination, ExaminationError, Reconnect};
pub use judgement::{PathJudgement, PathMark};
pub use path_report::{PathFinding, PathReport, ScratchState};
pub use proxy_kind::ProxyKind;
pub use redirect::FollowedRedirect;
pub use reference::checks_page;
pub use step::ExamStep;
