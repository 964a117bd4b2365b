//! The settings that all servers share, and the policy by which a write is judged.

use std::sync::Arc;
use std::time::Duration;

use precondition::Conditions;
use precondition::policy::Judging;
use store::contract_tests::requests::{create, document, id, own, request, revalidation};
use store::{DocumentChange, DocumentState, POLICY_SETTING, SharedSettings, Store, StoreError, WriteRequest};

use crate::database::{Database, end_connections, until_blocked};
use crate::saved_state::SavedState;

/// Opens a store, and joins with these settings. Returns whether it is the only server.
async fn joined(database: &Database, initial: &[(&'static str, &str)]) -> (Arc<dyn Store>, bool) {
    let store: Arc<dyn Store> = database.server().await;
    let initial: Vec<_> = initial.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let is_only = settings(&store).join(&initial).await.unwrap();
    (store, is_only)
}

fn settings(store: &Arc<dyn Store>) -> Arc<dyn SharedSettings> {
    store.shared_settings().unwrap()
}

/// Returns all settings as a server without a copy sees them, by name, and the greatest revision.
async fn read(store: &Arc<dyn Store>) -> (Vec<(String, String)>, u64) {
    let mut all = settings(store).changes_after(0).await.unwrap().changed;
    let last = all.iter().map(|setting| setting.revision).max().unwrap_or(0);
    all.sort_by(|one, other| one.name.cmp(&other.name));
    (all.into_iter().map(|setting| (setting.name, setting.value)).collect(), last)
}

/// Returns the revision of one setting.
async fn revision_of(store: &Arc<dyn Store>, name: &str) -> u64 {
    let all = settings(store).changes_after(0).await.unwrap().changed;
    all.iter().find(|setting| setting.name == name).unwrap().revision
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn put(name: &str, content: &str, conditions: Conditions, policy_revision: u64) -> WriteRequest {
    let change = DocumentChange::put(document(content));
    WriteRequest { policy_revision: Some(policy_revision), ..request(name, conditions, change) }
}

#[tokio::test]
async fn server_that_joins_others_adopts_their_settings() {
    let database = Database::create();
    let (first, is_only) = joined(&database, &[("policy", "1"), ("gate", "1")]).await;
    assert!(is_only);
    let (second, is_only) = joined(&database, &[("policy", "2"), ("gate", "2"), ("room", "2")]).await;
    assert!(!is_only);
    let expected = vec![pair("gate", "1"), pair("policy", "1"), pair("room", "2")];
    for server in [&first, &second] {
        assert_eq!(read(server).await.0, expected);
    }
    let (_, last) = read(&first).await;
    drop((first, second));
    // PostgreSQL notices the end of a session when it reads from the connection.
    let alone = async {
        loop {
            if let (third, true) = joined(&database, &[("policy", "3")]).await {
                return third;
            }
        }
    };
    let third = tokio::time::timeout(Duration::from_secs(10), alone).await.expect("the others have gone");
    let (all, revision) = read(&third).await;
    assert_eq!(all, [pair("policy", "3")]);
    assert!(revision > last, "a revision never comes back");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_together_have_the_settings_of_one() {
    let database = Database::create();
    drop(database.server().await);
    let starting: Vec<_> = (0..6)
        .map(|number| {
            let (url, value) = (database.url(), number.to_string());
            tokio::spawn(async move {
                let store = store::open(&url).await.unwrap();
                let is_only = settings(&store).join(&[("policy", value.clone())]).await.unwrap();
                (store, is_only.then_some(value))
            })
        })
        .collect();
    let mut servers = Vec::new();
    for server in starting {
        servers.push(server.await.unwrap());
    }
    let first: Vec<_> = servers.iter().filter_map(|(_, value)| value.clone()).collect();
    assert_eq!(first.len(), 1, "one of them was the first");
    for (server, _) in &servers {
        assert_eq!(read(server).await.0, [pair("policy", &first[0])]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_changes_of_one_revision_is_made() {
    let database = Database::create();
    let (first, _) = joined(&database, &[("policy", "0"), ("question", "0")]).await;
    let (second, _) = joined(&database, &[]).await;
    for round in 0..40 {
        let name = ["policy", "question"][round % 2];
        let (_, seen) = read(&first).await;
        let seen_of_it = revision_of(&first, name).await;
        let changes = [&first, &second].map(|server| {
            let settings = settings(server);
            tokio::spawn(async move {
                let value = format!("{round} of {}", settings.server());
                (settings.replace(name, seen_of_it, &value).await.unwrap(), value)
            })
        });
        let [one, other] = changes;
        let (one, other) = (one.await.unwrap(), other.await.unwrap());
        let made: Vec<_> = [one, other].into_iter().filter(|(revision, _)| revision.is_some()).collect();
        assert_eq!(made.len(), 1, "round {round}");
        for server in [&first, &second] {
            let changed = settings(server).changes_after(seen).await.unwrap().changed;
            assert_eq!(changed.len(), 1, "only what has changed");
            assert_eq!((Some(changed[0].revision), &changed[0].value), (made[0].0, &made[0].1));
        }
    }
}

/// As after a failover to a replica that had not received the newest settings.
///
/// Later changes follow the ones before.
#[tokio::test]
async fn lost_settings_are_current_on_no_server() {
    let database = Database::create();
    let (first, _) = joined(&database, &[("policy", "0"), ("gate", "0")]).await;
    let (second, _) = joined(&database, &[]).await;
    let seen = own(&create(&*first, "a", "one").await);
    let before = read(&first).await.1;
    let saved = SavedState::of(&database).await;
    let lost = settings(&first).replace(POLICY_SETTING, before, "lost").await.unwrap().unwrap();
    saved.restore().await;
    let gate = settings(&second).replace("gate", before, "1").await.unwrap().unwrap();
    let current = vec![pair("gate", "1"), pair("policy", "0")];
    for known in [lost, before, 0] {
        let changes = settings(&first).changes_after(known).await.unwrap();
        assert_eq!(changes.revision, gate);
        let named: Vec<_> = changes.changed.into_iter().map(|setting| pair(&setting.name, &setting.value)).collect();
        if known == before {
            assert_eq!(named, current[..1], "this revision was not lost");
        } else {
            assert_eq!(read(&first).await.0, current);
            assert_eq!(named.len(), 2, "all settings after {known}");
        }
    }
    let stale = put("a", "two", Conditions::if_match(seen.clone()), lost);
    assert_eq!(first.write(stale.clone()).await.unwrap_err(), StoreError::SettingsChanged);
    let of_all = WriteRequest { policy_revision: Some(before), settings_revision: Some(lost), ..stale };
    assert_eq!(first.write(of_all).await.unwrap_err(), StoreError::SettingsChanged);
    let judged = first.judge(revalidation("a", &seen)).await.unwrap();
    assert_eq!(judged.settings, Some(gate));
    assert_eq!(settings(&first).replace(POLICY_SETTING, lost, "1").await, Ok(None));
}

#[tokio::test]
async fn change_is_announced_to_the_other_server() {
    let database = Database::create();
    let (first, _) = joined(&database, &[("policy", "0")]).await;
    let (second, _) = joined(&database, &[]).await;
    let heard = settings(&second);
    let mut seen = 0;
    // The first returns at once, and the next when nothing more is heard.
    loop {
        let now = heard.changed(seen).await;
        if now == seen {
            break;
        }
        seen = now;
    }
    let (_, revision) = read(&first).await;
    assert!(settings(&first).replace("policy", revision, "1").await.unwrap().is_some());
    assert_ne!(heard.changed(seen).await, seen);
}

#[tokio::test]
async fn write_under_a_replaced_policy_is_not_judged() {
    let database = Database::create();
    let (first, _) = joined(&database, &[("policy", "0"), ("gate", "0")]).await;
    let (second, _) = joined(&database, &[]).await;
    let old = read(&second).await.1;
    let write = |name, content, conditions, revision| second.write(put(name, content, conditions, revision));
    let made = write("a", "one", Conditions::if_none_match_any(), old).await.unwrap();
    let seen = own(made.appended().unwrap());
    let new = settings(&first).replace(POLICY_SETTING, old, "1").await.unwrap().unwrap();
    // Neither one that would be made nor one that would be refused, by either way of judging.
    for judging in [Judging::Atomic, Judging::CheckThenAct] {
        for conditions in [Conditions::if_match(seen.clone()), Conditions::if_none_match_any()] {
            let mut stale = put("a", "two", conditions, old);
            stale.policy.judging = judging;
            assert_eq!(second.write(stale).await.unwrap_err(), StoreError::SettingsChanged);
        }
    }
    let DocumentState::Exists(current) = second.read(&id("a")).await.unwrap() else { panic!("deleted") };
    assert_eq!(own(&current), seen);
    assert!(write("a", "two", Conditions::if_match(seen), new).await.unwrap().appended().is_some());
    // Other settings do not concern a write.
    let gate = revision_of(&first, "gate").await;
    settings(&first).replace("gate", gate, "1").await.unwrap().unwrap();
    assert!(write("b", "one", Conditions::if_none_match_any(), new).await.unwrap().appended().is_some());
}

/// A write that was judged under the old policy is committed before the new one is acknowledged.
#[tokio::test]
async fn new_policy_waits_for_writes_in_progress() {
    let database = Database::create();
    let (first, _) = joined(&database, &[("policy", "0")]).await;
    let (second, _) = joined(&database, &[]).await;
    let revision = read(&first).await.1;
    let seen = own(&create(&*first, "a", "one").await);
    let mut holder = database.connect().await;
    let admin = database.connect().await;
    let hold = holder.transaction().await.unwrap();
    hold.execute("SELECT FROM ifmatch.document WHERE id = 'a' FOR UPDATE", &[]).await.unwrap();
    let writer = first.clone();
    let write =
        tokio::spawn(async move { writer.write(put("a", "two", Conditions::if_match(seen), revision)).await.unwrap() });
    until_blocked(&admin, 1).await;
    let leader = settings(&second);
    let change = tokio::spawn(async move { leader.replace(POLICY_SETTING, revision, "1").await.unwrap() });
    until_blocked(&admin, 2).await;
    assert_eq!(read(&second).await.0, [pair("policy", "0")]);
    hold.rollback().await.unwrap();
    assert!(write.await.unwrap().appended().is_some());
    assert!(change.await.unwrap().is_some());
}

/// A write that begins while the policy is being replaced waits, and is judged under no old policy.
#[tokio::test]
async fn write_waits_for_a_change_of_policy_in_progress() {
    let database = Database::create();
    let (first, _) = joined(&database, &[("policy", "0")]).await;
    let (second, _) = joined(&database, &[]).await;
    let revision = read(&first).await.1;
    let seen = own(&create(&*first, "a", "one").await);
    let mut holder = database.connect().await;
    let admin = database.connect().await;
    // The change has the lock of the policy, and waits for that of the counter.
    let hold = holder.transaction().await.unwrap();
    hold.execute("SELECT FROM ifmatch.setting_counter FOR UPDATE", &[]).await.unwrap();
    let leader = settings(&second);
    let change = tokio::spawn(async move { leader.replace(POLICY_SETTING, revision, "1").await.unwrap() });
    until_blocked(&admin, 1).await;
    let (writer, stale) = (first.clone(), put("a", "two", Conditions::if_match(seen.clone()), revision));
    let write = tokio::spawn(async move { writer.write(stale).await });
    until_blocked(&admin, 2).await;
    hold.rollback().await.unwrap();
    let new = change.await.unwrap().expect("the change is made");
    assert_eq!(write.await.unwrap().unwrap_err(), StoreError::SettingsChanged);
    let again = first.write(put("a", "two", Conditions::if_match(seen), new)).await.unwrap();
    assert!(again.appended().is_some());
}

#[tokio::test]
async fn server_that_stopped_does_not_run() {
    let database = Database::create();
    let (first, _) = joined(&database, &[]).await;
    let (second, _) = joined(&database, &[]).await;
    settings(&second).publish("[\"bob\"]").await.unwrap();
    let (own, other) = (settings(&first).server(), settings(&second).server());
    let servers = || async { settings(&first).servers().await.unwrap() };
    let mut expected = vec![(own, ""), (other, "[\"bob\"]")];
    expected.sort_unstable();
    let found = servers().await;
    assert_eq!(found.iter().map(|server| (server.number, &*server.presence)).collect::<Vec<_>>(), expected);
    drop(second);
    let gone = async {
        while servers().await.len() > 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("the second has gone");
    assert_eq!(servers().await[0].number, own);
}

/// After its connections were broken, a server still runs, and keeps its settings.
#[tokio::test]
async fn server_whose_connection_was_lost_still_runs() {
    let database = Database::create();
    let (first, _) = joined(&database, &[("policy", "0")]).await;
    let admin = database.connect().await;
    let holder = "SELECT max(pid) FROM pg_locks
                  WHERE locktype = 'advisory' AND objsubid = 2
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let before: Option<i32> = admin.query_one(holder, &[]).await.unwrap().get(0);
    end_connections(&admin).await;
    // Waits until the connection is made anew.
    let held = async {
        loop {
            let now: Option<i32> = admin.query_one(holder, &[]).await.unwrap().get(0);
            if now.is_some() && now != before {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), held).await.expect("the lock is held again");
    let (second, is_only) = joined(&database, &[("policy", "1")]).await;
    assert!(!is_only);
    assert_eq!(read(&second).await.0, [pair("policy", "0")]);
    assert_eq!(settings(&first).servers().await.unwrap().len(), 2);
}
