//! ifmatch itself is right in everything, and only its deliberate mistakes are found.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use contract::Policy;
use probe::{ProbeNetwork, ProbeReport, ProbeRequest, ProbeResponse, ProbeTransport, Restoration, SendError};
use server::ServerOptions;
use store::{BetweenJudgeAndWrite, SqliteStore, StoreOptions, WriteRequest};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

use crate::harness::{faults, not_asked, plan_with_scratch, run};

const DOCUMENT: &str = r#"{"title":"Welcome","content":"Bring bread.\n"}"#;

/// Probes a server with this policy, as its JSON.
async fn probe(policy: &str) -> ProbeReport {
    probe_store(policy, SqliteStore::memory().unwrap(), |network| Box::new(network)).await
}

/// Probes a server with this policy and store. `wrap` makes the transport of the probe.
async fn probe_store(
    policy: &str,
    store: SqliteStore,
    wrap: impl FnOnce(ProbeNetwork) -> Box<dyn ProbeTransport>,
) -> ProbeReport {
    let policy: Policy = serde_json::from_str(policy).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move {
        let _ = stopped.await;
    };
    let options = ServerOptions { policy, ..ServerOptions::default() };
    let serving = tokio::spawn(server::serve(listener, Arc::new(store), options, shutdown));
    let url = format!("{origin}/api/documents/welcome");
    let plan = plan_with_scratch(&url, &format!("{origin}/api/documents/probe-{{{{n}}}}"));
    let network = ProbeNetwork::new(plan.url.clone(), Vec::new(), &client::TrustRoots::default()).unwrap();
    let network = wrap(network);
    create(&*network).await;
    let report = run(&plan, &*network).await;
    assert_eq!(report.restoration, Restoration::Restored, "{report:#?}");
    assert_eq!(body(&*network).await, DOCUMENT, "the original is restored");
    drop(stop);
    drop(serving);
    report
}

async fn create(network: &dyn ProbeTransport) {
    use probe::{BodyPace, FieldLine, ProbeRequest};
    let fields = vec![FieldLine::new("If-None-Match", "*"), FieldLine::new("Content-Type", "application/json")];
    let target = "/api/documents/welcome".to_owned();
    let body = Some(DOCUMENT.as_bytes().to_vec());
    let request = ProbeRequest { method: "PUT", target, fields, body, pace: BodyPace::AtOnce };
    let response = network.send_all(vec![request]).await.remove(0).unwrap();
    assert_eq!(response.status, 201);
}

async fn body(network: &dyn ProbeTransport) -> String {
    use probe::{BodyPace, ProbeRequest};
    let target = "/api/documents/welcome".to_owned();
    let request = ProbeRequest { method: "GET", target, fields: Vec::new(), body: None, pace: BodyPace::AtOnce };
    String::from_utf8(network.send_all(vec![request]).await.remove(0).unwrap().body).unwrap()
}

fn policy(preconditions: &str, etags: &str, judging: &str, dates: &str) -> String {
    format!(r#"{{"preconditions":"{preconditions}","etags":"{etags}","judging":"{judging}","dates":"{dates}"}}"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn ifmatch_is_right_in_everything() {
    let report = probe(&policy("required", "version", "atomic", "proven")).await;
    assert_eq!(faults(&report), [""; 0], "{}", probe::text(&report, 78));
    assert_eq!(not_asked(&report), [""; 0]);
    assert_eq!(report.verdict.sentence, "This server loses no update");
    assert!(report.is_passed() && report.notes.is_empty(), "{:?}", report.notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn optional_preconditions_are_found() {
    let report = probe(&policy("optional", "version", "atomic", "proven")).await;
    assert_eq!(faults(&report), ["!no-condition", "!future-date", "!write-none-match-other"]);
    assert!(report.is_passed());
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_that_repeat_with_the_content_are_found() {
    let report = probe(&policy("required", "content", "atomic", "proven")).await;
    assert_eq!(faults(&report), ["!a-b-a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_at_face_value_are_found() {
    let report = probe(&policy("required", "version", "atomic", "plain")).await;
    assert_eq!(faults(&report), ["!future-date", "!date-of-two-versions"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_of_whole_seconds_are_found() {
    let report = probe(&policy("required", "seconds", "atomic", "proven")).await;
    let races = ["race-2", "race-8", "race-50", "slow-race-2", "slow-race-8", "slow-race-50"];
    let expected: Vec<_> = ["same-second"].into_iter().chain(races).map(|name| format!("✗{name}")).collect();
    assert_eq!(faults(&report), expected);
    assert!(report.verdict.sentence.ends_with("of 50 writers with the same tag succeeded"), "{:?}", report.verdict);
}

/// Lets the first writer of a race wait, between judging and writing, until a second one is judged.
///
/// Whether two writers meet there would otherwise depend on the scheduler.
#[derive(Clone, Default)]
struct MeetingPoint(watch::Sender<Meeting>);

#[derive(Default)]
struct Meeting {
    /// How many writers have to be judged before one goes on.
    expected: usize,
    judged: usize,
}

#[async_trait]
impl BetweenJudgeAndWrite for MeetingPoint {
    async fn wait(&self, _: &WriteRequest) {
        self.0.send_modify(|meeting| meeting.judged += 1);
        self.0.subscribe().wait_for(|meeting| meeting.judged >= meeting.expected).await.unwrap();
    }
}

/// A network that says how many requests are sent at once.
struct MeetingNetwork {
    network: ProbeNetwork,
    point: MeetingPoint,
}

#[async_trait]
impl ProbeTransport for MeetingNetwork {
    async fn send_all(&self, requests: Vec<ProbeRequest>) -> Vec<Result<ProbeResponse, SendError>> {
        self.point.0.send_replace(Meeting { expected: requests.len().min(2), judged: 0 });
        self.network.send_all(requests).await
    }

    async fn pause(&self, time: Duration) {
        self.network.pause(time).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn judging_and_writing_in_two_steps_is_found() {
    let point = MeetingPoint::default();
    let options = StoreOptions { between: Arc::new(point.clone()), ..StoreOptions::default() };
    let store = SqliteStore::memory_with(options).unwrap();
    let apart = policy("required", "version", "apart", "proven");
    let report = probe_store(&apart, store, |network| Box::new(MeetingNetwork { network, point })).await;
    let races = ["race-2", "race-8", "race-50", "slow-race-2", "slow-race-8", "slow-race-50", "create-race"];
    assert_eq!(faults(&report), races.map(|name| format!("✗{name}")));
    assert!(report.verdict.loses_updates);
}

#[tokio::test(flavor = "multi_thread")]
async fn ignored_preconditions_are_found() {
    let report = probe(&policy("ignored", "version", "atomic", "proven")).await;
    // The syntax of a condition is checked even then.
    let expected = [
        "!no-condition",
        "✗stale-tag",
        "✗weak-tag",
        "✗unknown-tag",
        "✗list-without-current",
        "✗empty-field",
        "✗two-lines-without",
        "✗old-date",
        "!future-date",
        "!date-of-two-versions",
        "✗tag-beats-future-date",
        "!write-none-match-other",
        "✗write-none-match",
        "✗stale-patch",
        "✗create-over-existing",
        "✗update-missing",
        "✗stale-delete",
        "✗race-2",
        "✗race-8",
        "✗race-50",
        "✗slow-race-2",
        "✗slow-race-8",
        "✗slow-race-50",
        "✗create-race",
    ];
    assert_eq!(faults(&report), expected);
    assert_eq!(report.verdict.sentence, "This server loses updates: 50 of 50 writers with the same tag succeeded");
}
