//! Failover: the primary is killed under load, its replica is promoted, and the servers find it.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::io::ErrorKind;

use test_postgres::{ReplicatedCluster, Replication};
use tests::documents::{content, expect, get, put};
use tests::events::Events;
use tests::http::{Request, Response};
use tests::rng::{Rng, seed};
use tests::serve::Server;
use tests::until;

use crate::audit::Audit;
use crate::follower::{Follower, PATH};
use crate::load::{Attempt, Fate};
use crate::several::{start_servers, under_load};

#[test]
#[ignore = "starts PostgreSQL, which has to be installed"]
fn failover_to_a_synchronous_replica_loses_no_write() {
    let seed = seed("CRASH_SEED");
    println!("CRASH_SEED={seed}, failover to a synchronous replica");
    let mut rng = Rng::new(seed);
    let mut postgres = ReplicatedCluster::start(Replication::Synchronous);
    let servers = start_servers(&postgres.url());
    let mut followers: Vec<Follower> = servers.iter().map(|_| Follower::default()).collect();
    let streams: Vec<Events> = servers.iter().map(|server| Events::open(server, PATH, None)).collect();
    let (before, after) = (200 + rng.below(400), 200);
    let attempts = under_load(servers, followers.iter_mut().zip(streams).collect(), 0, &mut rng, |load, _| {
        load.wait_for(before);
        postgres.kill_primary();
        postgres.promote_replica();
        load.wait_for(after);
    });
    let servers = start_servers(&postgres.url());
    let mut audit = Audit::default();
    audit.follow_up(&servers[0], &attempts);
    for (follower, server) in followers.iter_mut().zip(&servers) {
        follower.check_against(&mut follower.resume(server), &audit.histories);
    }
    println!("{}; {} events, none missing or repeated", audit.counts, followers[0].received());
    assert!(audit.counts.acknowledged > 0, "{}", audit.counts);
}

/// The missing writes are the last ones: what a replica has is a state that the primary had.
#[test]
#[ignore = "starts PostgreSQL, which has to be installed"]
fn failover_to_an_asynchronous_replica_loses_the_newest() {
    let seed = seed("CRASH_SEED");
    println!("CRASH_SEED={seed}, failover to an asynchronous replica");
    let mut rng = Rng::new(seed);
    let mut postgres = ReplicatedCluster::start(Replication::Asynchronous);
    let servers = start_servers(&postgres.url());
    let (before, lag) = (200 + rng.below(400), 100);
    let attempts = under_load(servers, Vec::new(), 0, &mut rng, |load, _| {
        load.wait_for(before);
        // The replica lags, as behind a network that is busy.
        postgres.detach_replica();
        load.wait_for(lag);
        postgres.kill_primary();
    });
    postgres.promote_replica();
    let servers = start_servers(&postgres.url());
    let mut acknowledged: BTreeMap<&str, Vec<&Attempt>> = BTreeMap::new();
    for attempt in attempts.iter().filter(|attempt| matches!(attempt.fate, Fate::Acknowledged(Some(_)))) {
        acknowledged.entry(&attempt.document).or_default().push(attempt);
    }
    let (mut all, mut missing) = (0, 0);
    for (document, attempts) in acknowledged {
        let tags = Audit::tags(&servers[0], document);
        let mut numbered: Vec<_> = attempts.iter().filter_map(|attempt| attempt.fate.tag()).collect();
        numbered.sort_by_key(|tag| tests::documents::number(tag));
        let kept = numbered.iter().take_while(|tag| tags.contains(**tag)).count();
        assert!(numbered[kept..].iter().all(|tag| !tags.contains(*tag)), "{document}: {numbered:?} and {tags:?}");
        all += numbered.len();
        missing += numbered.len() - kept;
    }
    println!("{missing} of {all} acknowledged writes are missing");
    assert!((1..all).contains(&missing), "the replica had followed, but not to the end");
}

/// Sends a request until the server has found its database again.
fn patiently(server: &Server, request: &Request) -> Response {
    let found = OnceCell::new();
    until("the server finds its database", || {
        let response = server.answer(request);
        response.status != 503 && found.set(response).is_ok()
    });
    found.into_inner().expect("a response was found")
}

#[test]
#[ignore = "starts PostgreSQL, which has to be installed"]
fn lost_version_is_forgotten_and_old_primary_is_shunned() {
    let mut postgres = ReplicatedCluster::start(Replication::Asynchronous);
    let servers = start_servers(&postgres.url());
    let first = expect(201, servers[0].answer(&put("a", "one").with("If-None-Match", "*"))).etag();
    let versions = "SELECT count(*) FROM ifmatch.version";
    until("the replica has the document", || {
        postgres.ask_replica("SELECT to_regclass('ifmatch.version') IS NOT NULL") == "t"
            && postgres.ask_replica(versions) == "1"
    });
    let mut events = Events::open(&servers[1], PATH, Some("0"));
    assert_eq!(events.try_read().expect("an event").id, "1");
    postgres.detach_replica();
    let lost = expect(200, servers[0].answer(&put("a", "lost").with("If-Match", &first))).etag();
    assert_eq!(events.try_read().expect("an event").id, "2");
    assert_eq!(content(&servers[2], "a"), "lost");
    postgres.kill_primary();
    postgres.promote_replica();

    for server in &servers {
        let current = patiently(server, &get("a"));
        assert_eq!((current.status, current.etag()), (200, first.clone()), "the version before is current again");
        assert_eq!(patiently(server, &get("a").with("If-None-Match", &first)).status, 304);
        assert_eq!(patiently(server, &get("a").with("If-None-Match", &lost)).status, 200);
    }
    // This server wrote the lost version, so it would know best that the tag is stale.
    let again = expect(200, patiently(&servers[0], &put("a", "two").with("If-Match", &first))).etag();
    let refused = patiently(&servers[1], &put("a", "three").with("If-Match", &lost));
    assert_eq!((refused.status, refused.word("reason").as_deref()), (412, Some("unknown_tag")), "{refused}");
    let end = events.try_read().expect_err("a stream that has sent a lost event ends");
    assert_ne!(end.kind(), ErrorKind::TimedOut, "it ends at once: {end}");

    // The old primary comes back by itself, and takes writes. It is the first in the URL.
    postgres.revive_primary();
    assert_eq!(postgres.ask_primary("SELECT pg_is_in_recovery()"), "f");
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'ifmatch'";
    let mut seen = again;
    for round in 0..6 {
        assert_ne!(postgres.ask_replica(end), "0", "the servers are connected to the new primary");
        let server = &servers[round % servers.len()];
        seen = expect(200, patiently(server, &put("a", &round.to_string()).with("If-Match", &seen))).etag();
    }
    // A server that is started now has never seen the new primary.
    let late = start_servers(&postgres.url());
    assert_eq!(content(&late[0], "a"), "5");
    expect(200, late[0].answer(&put("a", "late").with("If-Match", &seen)));
    assert_eq!(postgres.ask_primary(versions), "2", "nothing was written to the old primary");
    assert_eq!(content(&servers[0], "a"), "late");
}
