//! A document server inside a test, for any code that speaks HTTP: a client, an editor, a proxy.
//!
//! ```text
//! cargo test -p ifmatch-server --example server_in_a_test
//! ```
//!
//! The server keeps its documents in memory and listens on a free port, so any number of tests can run at the same
//! time.

use std::error::Error;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use server::ServerOptions;
use store::SqliteStore;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A server that stops when the value is dropped: at the end of the test, even if the test fails.
struct TestServer {
    url: String,
    _stop: oneshot::Sender<()>,
}

impl TestServer {
    async fn start() -> Result<Self, Box<dyn Error>> {
        // Port 0 is any free port. A bound listener queues connections, so the test need not wait for the server.
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/api/documents/welcome", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            // An error means that the sender was dropped, which stops the server as well.
            let _ = stopped.await;
        };
        // For documents that outlive the server, use `SqliteStore::open` with a file in a temporary folder.
        let store = Arc::new(SqliteStore::memory()?);
        tokio::spawn(server::serve(listener, store, ServerOptions::default(), shutdown));
        Ok(Self { url, _stop: stop })
    }

    /// Saves a text. `condition` is a header field, such as `If-Match` and a tag.
    async fn put(&self, text: &str, condition: Option<(&str, &str)>) -> Result<Response<Incoming>, Box<dyn Error>> {
        let mut request = Request::put(&self.url).header("Content-Type", "application/json");
        if let Some((field, value)) = condition {
            request = request.header(field, value);
        }
        let body = Body::from(format!(r#"{{"title": "Welcome", "content": "{text}"}}"#));
        let client = Client::builder(TokioExecutor::new()).build_http();
        Ok(client.request(request.body(body)?).await?)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = TestServer::start().await?;

    // Ann creates the document, on the condition that it does not exist. The response names its first version.
    let created = server.put("Bring bread.", Some(("If-None-Match", "*"))).await?;
    assert_eq!(created.status(), 201);
    let first = created.headers()["ETag"].to_str()?;

    // A save that does not name the version that it replaces is refused: 428 Precondition Required.
    let blind = server.put("Bring salt.", None).await?;
    assert_eq!(blind.status(), 428);

    // A save that names the current version succeeds. The response has the tag of the new version.
    let saved = server.put("Bring bread and salt.", Some(("If-Match", first))).await?;
    assert_eq!(saved.status(), 200);
    let second = saved.headers()["ETag"].to_str()?;

    // Bob read the first version too, so his save would overwrite Ann's salt unseen: 412 Precondition Failed. The
    // response names the current version. He reads it, merges, and saves again.
    let stale = server.put("Bring bread and oil.", Some(("If-Match", first))).await?;
    assert_eq!(stale.status(), 412);
    assert_eq!(stale.headers()["ETag"].to_str()?, second);
    let merged = server.put("Bring bread, salt and oil.", Some(("If-Match", second))).await?;
    assert_eq!(merged.status(), 200);
    Ok(())
}

#[test]
fn only_a_write_that_names_the_current_version_succeeds() {
    main().unwrap();
}
