//! Guarded writes of etcd, over its gateway of HTTP and JSON.
//!
//! A write is a transaction: if the key was last modified at this revision, put the value; else return the key. So it
//! is the same as a PUT with If-Match, and a 412 with the current tag and document. The value is as long as a document.

use crate::connection::BenchConnection;
use crate::error::Error;
use crate::workload::Workload;

/// A connection that writes a key.
pub(crate) struct EtcdWriter {
    pub(crate) kind: Workload,
    pub(crate) key: String,
    pub(crate) who: usize,
    pub(crate) turn: u64,
    /// The revision at which the key was last modified, as far as this writer knows.
    pub(crate) revision: String,
    /// How many bytes the value has.
    pub(crate) bytes: usize,
}

impl EtcdWriter {
    pub(crate) fn next(&mut self, request: &mut Vec<u8>) {
        self.turn += 1;
        let Self { key, revision, .. } = self;
        let value = value(self.who, self.turn, self.bytes);
        let body = format!(
            "{{\"compare\":[{{\"key\":\"{key}\",\"target\":\"MOD\",\"result\":\"EQUAL\",\
             \"modRevision\":\"{revision}\"}}],\
             \"success\":[{{\"requestPut\":{{\"key\":\"{key}\",\"value\":\"{value}\"}}}}],\
             \"failure\":[{{\"requestRange\":{{\"key\":\"{key}\"}}}}]}}"
        );
        post(request, "/v3/kv/txn", &body);
    }

    /// Takes a response, and returns whether the value was put.
    pub(crate) fn on_response(&mut self, body: &[u8], status: u16) -> Result<bool, Error> {
        let body = String::from_utf8_lossy(body);
        let is_put = body.contains("\"succeeded\":true");
        // The revision in the header of a response is that of the transaction.
        let revision = member(&body, if is_put { "\"revision\":\"" } else { "\"mod_revision\":\"" });
        match revision {
            Some(revision) if status == 200 && (is_put || self.kind == Workload::Contend) => {
                revision.clone_into(&mut self.revision);
                Ok(is_put)
            }
            _ => Err(Error::Answer { what: "a transaction of etcd".to_owned(), status }),
        }
    }
}

/// Puts a value without a condition, and returns the revision.
pub(crate) async fn put(connection: &mut BenchConnection, key: &str, bytes: usize) -> Result<String, Error> {
    let mut request = Vec::new();
    post(&mut request, "/v3/kv/put", &format!("{{\"key\":\"{key}\",\"value\":\"{}\"}}", value(0, 0, bytes)));
    let head = connection.exchange(&request).await?;
    let body = String::from_utf8_lossy(connection.body(head));
    let revision = member(&body, "\"revision\":\"").map(str::to_owned);
    revision.ok_or_else(|| Error::Answer { what: "a put of etcd".to_owned(), status: head.status })
}

/// Returns a key in Base64. The digits are characters of Base64, so they need not be encoded.
pub(crate) fn key(number: usize) -> String {
    format!("{number:08}")
}

/// Returns a value in Base64 that no other write has, of at least `bytes` bytes when decoded.
///
/// The text is put together from characters of Base64, so it need not be encoded.
fn value(who: usize, turn: u64, bytes: usize) -> String {
    let length = bytes.div_ceil(3) * 4;
    let mut text = format!("{who:06}{turn:012}");
    text.extend(std::iter::repeat_n("ifmatch+", length / 8 + 1));
    text.truncate(length);
    text
}

fn post(request: &mut Vec<u8>, path: &str, body: &str) {
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n");
    request.extend_from_slice(head.as_bytes());
    request.extend_from_slice(body.as_bytes());
}

/// Returns the digits behind the first `name`.
fn member<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(name)?;
    rest.split_once('"').map(|(digits, _)| digits)
}
