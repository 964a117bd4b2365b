//! Entity tags, conditional request fields, and the judgement of them: may this write go ahead, or would it destroy
//! what its writer has never seen?
//!
//! This crate is the part of a server that decides between `200`, `304`, `412 Precondition Failed` and
//! `428 Precondition Required`. It opens no socket, no file and no clock: [`judge`] is a function of the request's
//! fields and of what is stored. What follows is the chapter that belongs to it.
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
//! There will be no salt. Nobody made a mistake: each request was right, each was answered with success, and the server
//! did what it was told. Bob did not decide against the salt. He never saw it, and Ann will not hear that it is gone.
//!
//! To answer one request after the other does not help, as they came one after the other here. A lock would help, until
//! somebody goes to lunch with it. What is missing is one fact in Bob's request: *which version he means to replace*.
//! With it, the server can see that this is not the version it has, and say so instead of writing.
//!
//! # Validators: names for versions
//!
//! Such a fact needs a name for a version. HTTP calls it a *validator* (RFC 9110 section 8.8), and has two kinds.
//!
//! An **entity tag** ([`EntityTag`]) is a string in quotes that the server makes up, sends as `ETag`, and alone has to
//! understand. A *strong* tag changes whenever a byte changes. A *weak* one, `W/"…"`, stays the same as long as the
//! change does not matter to a reader. Hence two comparisons: for a cache, weak is enough; for a write it is not, since
//! an edit that does not matter to a reader is still somebody's edit.
//!
//! A **date** ([`HttpDate`]), sent as `Last-Modified`, is the older kind. It counts in seconds. Two saves within one
//! second have the same date, so the date cannot say which of them somebody saw.
//!
//! What should a tag be made of? Three schemes come to mind, and two of them have a hole; a [`policy`] can ask for any
//! of the three. A hash of the content names content, not versions: change A to B and back to A, and a writer who saw
//! the first A passes for one who saw the second. The second of the last change is a date in disguise. A number that
//! counts up and is never used again has no hole.
//!
//! # Four fields
//!
//! | field | the request goes on if | compares | false, when reading | false, when writing |
//! | --- | --- | --- | --- | --- |
//! | `If-Match` | the current version is one of these | strongly | 412 | 412 |
//! | `If-None-Match` | the current version is none of these | weakly | 304 | 412 |
//! | `If-Unmodified-Since` | nothing is newer than this | dates | 412 | 412 |
//! | `If-Modified-Since` | something is newer than this | dates | 304 | does not count |
//!
//! `*` in place of tags stands for whatever there is: `If-Match: *` wants there to be something, `If-None-Match: *`
//! wants there to be nothing. The two dates are understudies. Each is ignored where the tag field above it is sent.
//!
//! Bob's request, with the tag of what he read, and the server at version 2 by now:
//!
//! ```
//! use precondition::{
//!     Conditions, Current, FailureReason, HttpDate, BodyState, Method, Policy, JudgedRequest, Target, NoHistory, Verdict, judge,
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
//! // Bob names the version that he read, and it is not there any more.
//! let judgement = put(&Conditions::if_match(r#""v1-bread""#.parse()?));
//! let Verdict::Failed(failure) = judgement.verdict else { panic!("a false condition is a 412") };
//! assert_eq!(failure.sent, r#""v1-bread""#);
//! // Nothing is told about the past here, so the server cannot say that Bob is one version behind.
//! assert_eq!(failure.reason, FailureReason::UnknownTag);
//!
//! // He reads again, merges his oil into Ann's salt, and names what he has read now.
//! let judgement = put(&Conditions::if_match(r#""v2-salt""#.parse()?));
//! assert_eq!(judgement.verdict, Verdict::Proceed);
//! # Ok::<(), precondition::SyntaxError>(())
//! ```
//!
//! # The order
//!
//! Rules that contradict each other need an order, and [`judge`] has four steps. The first that applies decides.
//!
//! 1. **Is it there?** To read, change or delete what is not there is a 404, or a 410 where there was something. No
//!    condition makes it better, so none is looked at (RFC 9110 section 13.2.1). `PUT` passes: it may create.
//! 2. **Can the fields be read?** A malformed list of tags is a 400 that says which byte is wrong. The alternatives are
//!    worse. Taken for an absent field it lets the write through, and taken for a list that matches nothing it answers
//!    a typing error with 'somebody else changed this'.
//! 3. **Do the conditions hold?** `If-Match` first, then `If-None-Match`, each with its understudy (section 13.2.2).
//!    The first that is false decides. [`Failure`] says why, as far as it can be known from the [`History`].
//! 4. **Does a write name the version that it replaces?** That is the guard.
//!
//! # The guard
//!
//! All of this protects those who ask for protection. A client that sends no condition still overwrites whatever it
//! finds, and it takes only one such client to lose an update. So a server may insist, with
//! `428 Precondition Required` (RFC 6585 section 3):
//!
//! ```
//! # use precondition::{Conditions, Current, HttpDate, BodyState, Method, Policy, JudgedRequest, Target, NoHistory, judge};
//! use precondition::{RequiredReason, Verdict};
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
//! // A PUT, the current version being "v2-salt":
//! assert_eq!(verdict(&[]), Verdict::Required(RequiredReason::NoCondition));
//! // Conditions that are true, and prove nothing:
//! assert_eq!(verdict(&[("If-Match", "*")]), Verdict::Required(RequiredReason::WildcardNamesNoVersion));
//! assert_eq!(verdict(&[("If-None-Match", r#""v1-bread""#)]), Verdict::Required(RequiredReason::NamesNoVersion));
//! let ahead = [("If-Unmodified-Since", "Fri, 31 Dec 9999 23:59:59 GMT")];
//! assert_eq!(verdict(&ahead), Verdict::Required(RequiredReason::DateInFuture));
//! // A condition that is false is a 412, whatever else is missing:
//! assert!(matches!(verdict(&[("If-None-Match", "*")]), Verdict::Failed(_)));
//! # Ok::<(), precondition::SyntaxError>(())
//! ```
//!
//! It is tempting to put this check in front, as a filter that looks whether a field is there. [`guard`] argues why
//! that goes wrong in three ways; in short, whether a condition names a version is known only once it has been judged.
//!
//! # The lost answer
//!
//! The network may break between the write and its answer. The client sends the same `PUT` again, and `If-Match` is
//! false: the first attempt has replaced the version that it names. Here strictness alone would be wrong. With a
//! [`History`] that can tell, [`judge`] answers [`Verdict::AlreadyApplied`]:
//!
//! ```
//! # use precondition::{Conditions, Current, HttpDate, BodyState, Method, Policy, JudgedRequest, Target, Verdict, judge};
//! use precondition::{EntityTag, History};
//!
//! /// Version 2 was made from version 1, and the state that the request sends is that of version 2.
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
//! # What this crate cannot do for you
//!
//! A verdict is about the version that was shown to [`judge`]. Look, judge and write have to be one step, under one
//! lock or in one transaction. Between two steps there is room for another writer, and then both proceed. Servers that
//! judge when the fields have arrived and write when the body has are open for as long as the slowest upload takes. If
//! it pays to judge early, to spare a client a large body in vain, then judge twice; the second time counts.
//!
//! # Where things stand
//!
//! | module | subject |
//! | --- | --- |
//! | [`tag`], [`tag_list`], [`date`] | what the fields are made of, read from bytes |
//! | [`content_coding`] | what compressing proxies do to a tag |
//! | [`conditions`] | the four fields of a request |
//! | [`input`] | what is judged: method, conditions, the current version |
//! | [`evaluation`] | one condition: does it hold? |
//! | [`guard`] | does the write name what it replaces? |
//! | [`history`], [`failure`] | the past, and why a condition is false |
//! | [`judgement`] | all of it, in its order |
//! | [`policy`] | what the server insists on, and mistakes to learn from |
//!
//! The feature `serde` lets tags, policies and evaluations stand in JSON. Without it the crate has no dependency.

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
