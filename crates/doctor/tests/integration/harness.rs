//! A server in this process, and an examination in a form that tests compare.

use std::sync::Arc;
use std::time::Duration;

use client::{Client, ClientError, ClientLimits};
use contract::{DocumentId, Policy};
use doctor::{DoctorPlan, Examination, ExaminationError, PathMark, PathReport};
use server::ServerOptions;
use store::SqliteStore;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A server that ends when this is dropped.
pub(crate) struct TestServer {
    pub(crate) url: String,
    _stop: oneshot::Sender<()>,
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::start_with(ServerOptions::default()).await
    }

    pub(crate) async fn with_policy(policy: Policy) -> Self {
        Self::start_with(ServerOptions { policy, ..ServerOptions::default() }).await
    }

    pub(crate) async fn start_with(options: ServerOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        tokio::spawn(server::serve(listener, Arc::new(SqliteStore::memory().unwrap()), options, shutdown));
        Self { url, _stop: stop }
    }
}

pub(crate) fn plan() -> DoctorPlan {
    DoctorPlan { scratch: scratch(), read_only: false, slow: false }
}

pub(crate) fn scratch() -> DocumentId {
    "doctor-test".parse().unwrap()
}

pub(crate) fn client(url: &str) -> Result<Client, ClientError> {
    let limits =
        ClientLimits { silence: Duration::from_secs(10), answer: Duration::from_secs(60), ..ClientLimits::default() };
    Client::with_limits(url, "dora".parse().unwrap(), limits)
}

/// Examines the path to `url`, as far as there is a server.
pub(crate) async fn examine(url: &str, plan: DoctorPlan) -> Result<PathReport, ExaminationError> {
    let mut examination = Examination::new(client(url)?, &client, plan);
    examination.examine().await?;
    Ok(examination.report())
}

/// Returns the names of the checks that are broken (`✗name`) or weak (`!name`), in order.
pub(crate) fn faults(report: &PathReport) -> Vec<String> {
    let found = report.findings.iter().filter(|finding| finding.judgement.mark.needs_change());
    found.map(|finding| format!("{}{}", finding.judgement.mark.sign(), finding.check.name)).collect()
}

/// Returns what was found about a check.
pub(crate) fn found<'a>(report: &'a PathReport, name: &str) -> (PathMark, &'a str) {
    let finding = report.findings.iter().find(|finding| finding.check.name == name).unwrap();
    (finding.judgement.mark, finding.judgement.found.as_str())
}

/// Returns the statuses of GETs of a document, and of the list, past every middleman.
pub(crate) async fn is_gone(server: &TestServer, id: &DocumentId) -> bool {
    let documents = client(&server.url).unwrap().documents().await.unwrap();
    documents.iter().all(|entry| entry.id != *id)
}
