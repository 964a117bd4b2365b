//! Entity tags, conditional requests, and their evaluation: may this write go ahead?
//!
//! This crate decides between `200`, `304`, `412 Precondition Failed` and `428 Precondition Required`. It opens no
//! socket, reads no file and no clock: [`judge`] is a pure function of the request's fields and the stored state.
//!
//! # Where to begin
//!
//! - To evaluate a request, read the fields with [`Conditions::from_fields`], describe the stored state as a
//!   [`Target`], and call [`judge`]. Its [`Verdict`] says which status to send.
//! - To see verdicts without writing code, run the crate's example. It prints the conditions, the status and the clause
//!   of the RFC that decides:
//!
//!   ```text
//!   cargo run -p ifmatch-precondition --example evaluate -- PUT 'If-Match: "v1"' --current '"v2"'
//!   ```
//! - To learn why conditional requests exist, read on. The rest of this page is a short course.
//!
//! # The lost update
//!
//! Ann and Bob each open the same document. Ann saves, then Bob saves.
//!
//! ```text
//!     Ann                         the server                  Bob
//!     GET  ─────────────────────▶ "Bring bread."
//!                                 "Bring bread."  ◀───────── GET
//!     PUT "Bring bread, salt." ─▶ "Bring bread, salt."
//!                                 "Bring bread, oil."  ◀──── PUT "Bring bread, oil."
//! ```
//!
//! The salt is gone. Each request was correct, each got a success response, and the server did what it was told. Bob
//! did not decide against the salt: he never saw it. And Ann is not told.
//!
//! Handling one request at a time does not help: these two did arrive one after the other. A lock would help, until its
//! holder goes to lunch. What is missing is one fact in Bob's request: *which version he means to replace*. With that
//! fact the server can see that its version is a different one, and refuse the write.
//!
//! # Validators: names for versions
//!
//! That fact requires a name for each version. HTTP calls such a name a *validator* (RFC 9110 section 8.8), and has two
//! kinds.
//!
//! An **entity tag** ([`EntityTag`]) is a quoted string that the server makes up and sends as `ETag`; only the server
//! needs to understand it. A *strong* tag changes whenever a byte changes. A *weak* one, `W/"…"`, stays the same as
//! long as the change does not matter to a reader. Hence there are two comparisons. A weak comparison is enough for a
//! cache, but not for a write: an edit that does not matter to a reader still matters to its author.
//!
//! A **date** ([`HttpDate`]), sent as `Last-Modified`, is the older kind. Its resolution is one second. Two saves
//! within one second have the same date, so the date cannot tell which of them a client saw.
//!
//! What should a tag be made of? Three schemes come to mind, two of them are flawed, and a [`policy`] can select any of
//! the three. A hash of the content names content, not versions: change A to B and back to A, and a writer who saw the
//! first A passes for one who saw the second. The second of the last change is a date in disguise. A number that counts
//! up and is never reused has no flaw.
//!
//! # Four fields
//!
//! | field | the request proceeds if | comparison | if false, a read gets | if false, a write gets |
//! | --- | --- | --- | --- | --- |
//! | `If-Match` | the current version is in the list | strong | 412 | 412 |
//! | `If-None-Match` | the current version is not in the list | weak | 304 | 412 |
//! | `If-Unmodified-Since` | nothing is newer than the date | dates | 412 | 412 |
//! | `If-Modified-Since` | something is newer than the date | dates | 304 | not evaluated |
//!
//! `*` instead of tags matches any version: `If-Match: *` requires that the document exists, `If-None-Match: *` that it
//! does not. Each date field is a fallback: it is ignored if the tag field above it was sent.
//!
//! Bob's request names the tag of the version that he read, but the server is already at version 2:
//!
//! ```
//! use precondition::{
//!     BodyState, Conditions, Current, FailureReason, HttpDate, JudgedRequest, Method, NoHistory, Policy, Target,
//!     Verdict, judge,
//! };
//!
//! let current = Target::Exists(Current {
//!     etag: r#""v2-salt""#.parse()?,
//!     version: 2,
//!     last_modified: HttpDate::from_unix_seconds(1_795_323_611),
//!     shares_second: false,
//! });
//! let put = |conditions: &Conditions| {
//!     let now = HttpDate::from_unix_seconds(1_795_323_700);
//!     let request = JudgedRequest { method: Method::Put, conditions, body: BodyState::Read, now };
//!     judge(&request, &current, &Policy::default(), &NoHistory)
//! };
//!
//! // Bob names the version that he read. It is no longer the current one.
//! let judgement = put(&Conditions::if_match(r#""v1-bread""#.parse()?));
//! let Verdict::Failed(failure) = judgement.verdict else { panic!("a false condition is a 412") };
//! assert_eq!(failure.sent, r#""v1-bread""#);
//! // `NoHistory` knows no old versions, so the server cannot tell that Bob is one version behind.
//! assert_eq!(failure.reason, FailureReason::UnknownTag);
//!
//! // He reads again, merges his oil into Ann's salt, and names the version that he has read now.
//! let judgement = put(&Conditions::if_match(r#""v2-salt""#.parse()?));
//! assert_eq!(judgement.verdict, Verdict::Proceed);
//! # Ok::<(), precondition::SyntaxError>(())
//! ```
//!
//! # The order
//!
//! Rules that may contradict each other need an order. [`judge`] has four steps; the first that applies decides.
//!
//! 1. **Does the document exist?** A read, change or delete of a missing document is a 404, or a 410 if it was deleted.
//!    No condition can change that, so none is evaluated (RFC 9110 section 13.2.1). `PUT` continues: it may create.
//! 2. **Are the fields well-formed?** A malformed list of tags is a 400 that says which byte is wrong. The alternatives
//!    are worse. Treated as an absent field, it would let the write through; treated as a list that matches nothing, it
//!    would answer a typing error with 'another client changed this'.
//! 3. **Do the conditions hold?** `If-Match` is evaluated first, then `If-None-Match`, each with its fallback (section
//!    13.2.2). The first false condition decides. [`Failure`] gives the reason, as far as the [`History`] knows it.
//! 4. **Does a write name the version that it replaces?** This is the guard.
//!
//! # The guard
//!
//! So far, only clients that ask for protection are protected. A client that sends no condition still overwrites
//! whatever it finds, and one such client is enough to lose an update. A server may therefore insist on a condition,
//! with `428 Precondition Required` (RFC 6585 section 3):
//!
//! ```
//! # use precondition::{BodyState, Conditions, Current, HttpDate, JudgedRequest, Method, NoHistory, Policy, Target};
//! use precondition::{RequiredReason, Verdict, judge};
//!
//! # let target = Target::Exists(Current {
//! #     etag: r#""v2-salt""#.parse()?, version: 2,
//! #     last_modified: HttpDate::from_unix_seconds(1_795_323_611), shares_second: false,
//! # });
//! # let verdict = |fields: &[(&str, &str)]| {
//! #     let conditions = Conditions::from_fields(fields.iter().map(|(name, value)| (*name, value.as_bytes())));
//! #     let now = HttpDate::from_unix_seconds(1_795_323_700);
//! #     let request = JudgedRequest { method: Method::Put, conditions: &conditions, body: BodyState::Read, now };
//! #     judge(&request, &target, &Policy::default(), &NoHistory).verdict
//! # };
//! // A PUT; the current version is "v2-salt":
//! assert_eq!(verdict(&[]), Verdict::Required(RequiredReason::NoCondition));
//! // Conditions that are true, but prove nothing:
//! assert_eq!(verdict(&[("If-Match", "*")]), Verdict::Required(RequiredReason::WildcardNamesNoVersion));
//! assert_eq!(verdict(&[("If-None-Match", r#""v1-bread""#)]), Verdict::Required(RequiredReason::NamesNoVersion));
//! let ahead = [("If-Unmodified-Since", "Fri, 31 Dec 9999 23:59:59 GMT")];
//! assert_eq!(verdict(&ahead), Verdict::Required(RequiredReason::DateInFuture));
//! // A false condition is a 412, even if no version is named:
//! assert!(matches!(verdict(&[("If-None-Match", "*")]), Verdict::Failed(_)));
//! # Ok::<(), precondition::SyntaxError>(())
//! ```
//!
//! It is tempting to put this check in front, as a filter that only looks for the field. That goes wrong in three ways,
//! which [`guard`] explains. In short: whether a condition names a version is known only after its evaluation.
//!
//! # The lost response
//!
//! The network may break between the write and its response. The client sends the same `PUT` again, and `If-Match` is
//! now false: the first attempt has replaced the version that it names. A 412 would be wrong here. If the [`History`]
//! recognises the write, [`judge`] returns [`Verdict::AlreadyApplied`]:
//!
//! ```
//! # use precondition::{BodyState, Conditions, Current, HttpDate, JudgedRequest, Method, Policy, Target, Verdict};
//! use precondition::{EntityTag, History, judge};
//!
//! /// Version 2 was made from version 1, and the request carries the state of version 2.
//! struct Repeated {
//!     first: EntityTag,
//!     second: EntityTag,
//! }
//!
//! impl History for Repeated {
//!     fn version_of(&self, tag: &EntityTag) -> Option<u64> {
//!         (*tag == self.first).then_some(1).or((*tag == self.second).then_some(2))
//!     }
//!
//!     fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag> {
//!         (*parent == self.first).then(|| self.second.clone())
//!     }
//!
//!     fn author_wrote_after(&self, parent: &EntityTag) -> bool {
//!         *parent == self.first
//!     }
//! }
//!
//! let history = Repeated { first: r#""v1-bread""#.parse()?, second: r#""v2-salt""#.parse()? };
//! # let target = Target::Exists(Current {
//! #     etag: history.second.clone(), version: 2,
//! #     last_modified: HttpDate::from_unix_seconds(1_795_323_611), shares_second: false,
//! # });
//! let conditions = Conditions::if_match(history.first.clone());
//! let now = HttpDate::from_unix_seconds(1_795_323_700);
//! let request = JudgedRequest { method: Method::Put, conditions: &conditions, body: BodyState::Read, now };
//! let judgement = judge(&request, &target, &Policy::default(), &history);
//! assert_eq!(judgement.verdict, Verdict::AlreadyApplied);
//! assert_eq!(judgement.based_on, Some(history.first));
//! # Ok::<(), precondition::SyntaxError>(())
//! ```
//!
//! # What this crate cannot do
//!
//! A verdict is about the version that [`judge`] was given. Read, judge and write must be one step, under one lock or
//! in one transaction. Between two steps another writer can intervene, and then both writes proceed. A server that
//! evaluates the conditions when the header section arrives, and writes after the body, is vulnerable for as long as
//! the slowest upload takes. An early evaluation can spare the client a large body; then evaluate again before the
//! write. The second evaluation decides.
//!
//! # Modules
//!
//! | module | subject |
//! | --- | --- |
//! | [`tag`], [`tag_list`], [`date`] | the parts of field values, parsed from bytes |
//! | [`content_coding`] | suffixes that compressing proxies add to a tag |
//! | [`conditions`] | the four fields of a request |
//! | [`input`] | the input of [`judge`]: method, conditions, current version |
//! | [`evaluation`] | one condition: does it hold? |
//! | [`guard`] | does the write name the version that it replaces? |
//! | [`history`], [`failure`] | old versions, and why a condition is false |
//! | [`judgement`] | the whole evaluation, in order |
//! | [`policy`] | how strict the server is, and deliberate mistakes for lessons |
//!
//! The feature `serde` adds JSON for tags, policies and evaluations; `schema` adds their JSON Schemas. Without these
//! features the crate has no dependency.

mod calendar;
pub mod conditions;
pub mod content_coding;
pub mod date;
pub mod evaluation;
pub mod failure;
pub mod guard;
pub mod history;
pub mod input;
pub mod judgement;
pub mod policy;
mod reader;
mod replay;
mod syntax;
pub mod tag;
pub mod tag_list;

pub use conditions::{Conditions, Field};
pub use date::HttpDate;
pub use evaluation::{Comparison, Evaluation};
pub use failure::{Failure, FailureReason};
pub use guard::RequiredReason;
pub use history::{History, NoHistory};
pub use input::{BodyState, Current, JudgedRequest, Method, Target};
pub use judgement::{Judgement, Verdict, judge};
pub use policy::Policy;
pub use syntax::SyntaxError;
pub use tag::EntityTag;
pub use tag_list::{Member, TagList};
