//! The rules of a store, as tests that any backend runs.
//!
//! [`store_contract!`](crate::store_contract) expands to one `#[test]` for each rule, which is tested on a runtime of
//! one thread and on one of several. The rules use the trait
//! [`Store`](crate::Store) alone, and a [`TestDatabase`] of the backend to open stores with. So a rule is written once,
//! and a backend is finished when all of them pass. Tests of what only one backend has (files, locks, damage, plans of
//! queries) are beside that backend.
//!
//! The module is behind a feature, and not in the folder of the integration tests, so that a backend in another crate
//! can run the rules too. It is not a crate of its own, since the rules change with the trait. A backend enables
//! `contract-tests` in its dev-dependencies, and nothing of this is built into a program.
//!
//! ```
//! # use std::sync::Arc;
//! use store::contract_tests::TestDatabase;
//! use store::{SqliteStore, Store, StoreOptions};
//!
//! struct Memory;
//!
//! #[async_trait::async_trait]
//! impl TestDatabase for Memory {
//!     async fn open(&self, options: StoreOptions) -> Arc<dyn Store> {
//!         Arc::new(SqliteStore::memory_with(options).unwrap())
//!     }
//! }
//!
//! mod memory {
//!     store::store_contract!(volatile || super::Memory);
//! }
//! ```

mod database;
mod durability;
mod events;
mod reads;
pub mod requests;
mod tree;
mod writes;

use std::future::Future;
use std::time::Duration;

pub use database::TestDatabase;

/// Expands to one `#[test]` for each rule of a store.
///
/// The argument is called for each run of a rule, without arguments, and returns an empty [`TestDatabase`].
///
/// With `volatile` before it, the rules about what a store holds when it is opened again are left out: the database is
/// gone with its store.
///
/// All tests of one invocation are in the module of the invocation, so each backend needs a module of its own.
#[macro_export]
macro_rules! store_contract {
    (@rules $kind:ident [$($make:expr)?]) => {
        $crate::store_contract! { @$kind [$($make)?]
            writes::a_write_names_the_version_it_replaces
            writes::fifty_writers_with_one_tag_make_one_version
            writes::writes_are_made_in_the_order_of_their_first_poll
            writes::judged_apart_the_same_race_has_many_winners
            writes::what_happens_between_judging_and_writing_can_be_chosen
            writes::what_changes_nothing_makes_no_version
            writes::a_lost_answer_is_given_again
            writes::a_number_is_never_used_again
            writes::a_creation_is_made_once
            writes::a_patch_is_computed_against_the_current_version
            writes::time_never_goes_backwards_within_a_document
            writes::ignored_conditions_overwrite_and_report_the_lost_version
            writes::a_tag_of_content_comes_back_with_the_content
            writes::a_tag_of_seconds_is_shared_within_one
            writes::before_the_body_a_replay_is_left_open
            tree::documents_stay_in_a_tree
            tree::deleted_document_cannot_be_a_parent
            tree::nesting_deeper_than_the_limit_is_a_conflict
            tree::refused_delete_lists_a_hundred_children_and_counts_all
            reads::readers_see_what_was_acknowledged
            reads::cached_judgement_is_never_older_than_a_write
            reads::every_scalar_value_comes_back
            reads::the_chain_can_be_recomputed_from_what_is_read
            reads::tags_of_all_kinds_are_known_once_issued
            reads::versions_are_listed_newest_first_and_in_pages
            reads::documents_are_listed_by_id_in_pages_without_the_gone
            reads::page_stops_before_it_has_too_many_bytes
            reads::a_store_that_is_open_is_well
            events::each_version_is_an_event
            events::many_writes_to_many_documents_all_arrive
            events::follower_of_events_misses_none
            events::events_of_one_document_begin_after_any_place
            events::subscriber_of_one_document_hears_of_no_other
            durability::texts_outside_the_retention_are_removed
        }
    };
    (@durable_rules $kind:ident [$($make:expr)?]) => {
        $crate::store_contract! { @$kind [$($make)?]
            durability::reopened_store_holds_what_was_acknowledged
        }
    };
    (@test [$make:expr] $($module:ident::$rule:ident)*) => {
        $(
            #[test]
            fn $rule() {
                for threads in $crate::contract_tests::Threads::ALL {
                    $crate::contract_tests::rules::$rule(&$make(), threads);
                }
            }
        )*
    };
    (@function [] $($module:ident::$rule:ident)*) => {
        $(
            pub fn $rule(database: &dyn TestDatabase, threads: Threads) {
                run(super::$module::$rule(database), threads);
            }
        )*
    };
    (volatile $make:expr) => {
        $crate::store_contract! { @rules test [$make] }
    };
    ($make:expr) => {
        $crate::store_contract! { @rules test [$make] }
        $crate::store_contract! { @durable_rules test [$make] }
    };
}

/// The rules as functions for the macro.
///
/// The compiler reports a rule that is not on the macro's list as dead code.
#[doc(hidden)]
pub mod rules {
    use super::database::TestDatabase;
    use super::{Threads, run};

    crate::store_contract! { @rules function [] }
    crate::store_contract! { @durable_rules function [] }
}

/// The time after which a rule has failed: the store never did what the rule waits for.
const MAX_DURATION: Duration = Duration::from_secs(60);

/// The threads of the runtime on which a rule is tested.
#[derive(Debug, Clone, Copy)]
pub enum Threads {
    /// One thread, on which all tasks take turns.
    One,
    /// Several threads.
    Several,
}

impl Threads {
    /// All kinds of runtimes.
    pub const ALL: [Self; 2] = [Self::One, Self::Several];
}

/// Runs a rule on a runtime of its own. The test of a backend then needs none.
fn run(rule: impl Future<Output = ()>, threads: Threads) {
    let mut builder = match threads {
        Threads::One => tokio::runtime::Builder::new_current_thread(),
        Threads::Several => tokio::runtime::Builder::new_multi_thread(),
    };
    let limited = async { tokio::time::timeout(MAX_DURATION, rule).await };
    let result = builder.enable_all().build().expect("a runtime starts").block_on(limited);
    result.expect("the store does within a minute what the rule waits for");
}
