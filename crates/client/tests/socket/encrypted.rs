//! Servers at https addresses: which certificate is trusted, and the message for one that is not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use client::{Client, ClientError, ClientLimits, TransportError, TrustRoots};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const POLICY: &str = r#"{"preconditions":"required","etags":"version","judging":"atomic","dates":"proven"}"#;

/// A certificate in PEM, and its key.
struct Identity {
    certificate: String,
    key: KeyPair,
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).unwrap()
}

fn self_signed(params: &CertificateParams) -> Identity {
    let key = KeyPair::generate().unwrap();
    Identity { certificate: params.self_signed(&key).unwrap().pem(), key }
}

/// Serves one connection, with a policy if the handshake succeeds; returns the port.
fn serve(identity: &Identity) -> (u16, JoinHandle<()>) {
    let chain = CertificateDer::pem_slice_iter(identity.certificate.as_bytes()).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(identity.key.serialize_pem().as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        // If the client does not trust the certificate, the handshake fails; the test asserts that on the client's
        // side.
        let _ = answer(StreamOwned::new(ServerConnection::new(Arc::new(config)).unwrap(), stream));
    });
    (port, thread)
}

fn answer(mut stream: StreamOwned<ServerConnection, TcpStream>) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"p0-1\"\r\nConnection: close\r\n";
    write!(stream, "{head}Content-Length: {}\r\n\r\n{POLICY}", POLICY.len())?;
    stream.conn.send_close_notify();
    stream.flush()
}

/// Returns the result of a client with that trust at a server with that certificate.
async fn asked(trust: &TrustRoots, host: &str, identity: &Identity) -> Result<(), ClientError> {
    let (port, thread) = serve(identity);
    let url = format!("https://{host}:{port}");
    let client = Client::with_trust(trust, &url, "alice".parse().unwrap(), ClientLimits::default()).unwrap();
    let answer = client.policy().await.map(|_| ());
    thread.join().unwrap();
    answer
}

fn only(certificate: &str) -> TrustRoots {
    TrustRoots::only(certificate.as_bytes()).unwrap()
}

/// Asserts that the certificate was rejected, for that reason.
///
/// Only if the issuer is unknown does it help to name a certificate with `--ca`, and only then the message says so.
fn untrusted(answer: Result<(), ClientError>, why: &str) {
    let error = answer.expect_err(why);
    assert!(matches!(&error, ClientError::Lost(TransportError::Untrusted { .. })), "{error:?}");
    let said = error.to_string();
    assert!(said.starts_with("not sent,") && said.contains(why), "{said}");
    assert_eq!(said.contains("--ca FILE"), why.contains("issuer"), "{said}");
}

#[tokio::test]
async fn a_named_certificate_is_trusted() {
    let own = self_signed(&params("localhost"));
    asked(&only(&own.certificate), "localhost", &own).await.unwrap();
}

#[tokio::test]
async fn a_certificate_signed_by_a_named_authority_is_trusted() {
    let mut authority = params("The school");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&authority_key).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let certificate = params("localhost").signed_by(&key, &Issuer::new(authority, authority_key)).unwrap().pem();
    asked(&only(&root), "localhost", &Identity { certificate, key }).await.unwrap();
}

#[tokio::test]
async fn an_untrusted_certificate_is_rejected_with_its_reason() {
    let own = self_signed(&params("localhost"));
    let other = self_signed(&params("localhost"));
    untrusted(asked(&TrustRoots::default(), "localhost", &own).await, "its issuer is not one that this client trusts");
    untrusted(
        asked(&only(&other.certificate), "localhost", &own).await,
        "its issuer is not one that this client trusts",
    );
    untrusted(asked(&only(&own.certificate), "127.0.0.1", &own).await, "another host name");
    let mut past = params("localhost");
    (past.not_before, past.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
    let past = self_signed(&past);
    untrusted(asked(&only(&past.certificate), "localhost", &past).await, "expired");
    let mut future = params("localhost");
    (future.not_before, future.not_after) = (date_time_ymd(3001, 1, 1), date_time_ymd(3002, 1, 1));
    let future = self_signed(&future);
    untrusted(asked(&only(&future.certificate), "localhost", &future).await, "not valid yet");
    let mut authority = params("localhost");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = self_signed(&authority);
    untrusted(asked(&only(&authority.certificate), "localhost", &authority).await, "basicConstraints=CA:FALSE");
}

#[tokio::test]
async fn pinned_certificate_is_the_only_one_that_is_trusted() {
    let own = self_signed(&params("class.example"));
    let other = self_signed(&params("localhost"));
    let trust = TrustRoots::pinned(own.certificate.as_bytes()).unwrap();
    asked(&trust, "localhost", &own).await.unwrap();
    untrusted(
        asked(&trust, "localhost", &other).await,
        "it is not the one that is pinned; the server may have a new one",
    );
}

#[tokio::test]
async fn server_without_tls_is_told_from_a_closed_port() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let error = crate::alice(&url).policy().await.unwrap_err();
    assert!(matches!(&error, ClientError::Lost(TransportError::NotSent { .. })), "{error:?}");
    assert!(error.to_string().contains("does not speak TLS"), "{error}");
    thread.join().unwrap();
    let error = crate::alice(&url).policy().await.unwrap_err();
    assert!(error.to_string().contains("connection refused"), "{error}");
}
