//! A relay between an editor and its server, which notes when the editor has been sent a refusal.
//!
//! From outside, only the network shows when the editor can know that its save was refused.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use crate::error::Error;

/// The beginning of a refusal.
///
/// Responses that follow each other on a connection never share a read: the editor waits.
const REFUSAL: &[u8] = b"HTTP/1.1 412";
const RESPONSE: &[u8] = b"HTTP/1.1 ";

/// The time of the last bytes of a refusal, shared with the threads that relay.
type RefusedAt = Arc<Mutex<Option<Instant>>>;

/// A relay. Its threads end with the connections, and the one that accepts them with the program.
pub(super) struct Relay {
    pub(super) address: SocketAddr,
    refused_at: RefusedAt,
}

impl Relay {
    /// Begins to relay connections to a server.
    ///
    /// # Errors
    ///
    /// If there is no port to listen on.
    pub(super) fn start(server: SocketAddr) -> Result<Self, Error> {
        let failed = || Error::while_doing("there is no port for a relay");
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed())?;
        let address = listener.local_addr().map_err(failed())?;
        let refused_at = RefusedAt::default();
        let noted = Arc::clone(&refused_at);
        thread::spawn(move || {
            for editor in listener.incoming().flatten() {
                // The editor notices a connection that ends.
                let _ = relay(editor, server, &noted);
            }
        });
        Ok(Self { address, refused_at })
    }

    /// Returns when the last bytes of a 412 were sent to the editor, or `None` if none was sent.
    pub(super) fn refused_at(&self) -> Option<Instant> {
        *self.refused_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Relays one connection in two threads.
fn relay(mut editor: TcpStream, server: SocketAddr, refused_at: &RefusedAt) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server)?;
    for stream in [&editor, &server] {
        stream.set_nodelay(true)?;
    }
    let (mut requests, mut upstream) = (editor.try_clone()?, server.try_clone()?);
    thread::spawn(move || copy(&mut requests, &mut upstream, |_| ()));
    let (refused_at, mut is_refusal) = (Arc::clone(refused_at), false);
    let note = move |bytes: &[u8]| {
        if bytes.starts_with(RESPONSE) {
            is_refusal = bytes.starts_with(REFUSAL);
        }
        if is_refusal {
            *refused_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
    };
    thread::spawn(move || copy(&mut server, &mut editor, note));
    Ok(())
}

/// Copies bytes until either side ends, and tells of them before they are sent on.
fn copy(from: &mut TcpStream, to: &mut TcpStream, mut tell: impl FnMut(&[u8])) {
    let mut bytes = vec![0; 256 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        tell(&bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    // The other side may be gone already.
    let _ = to.shutdown(Shutdown::Write);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that sends these responses to one connection.
    fn server(responses: &'static [&'static str]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4];
            for response in responses {
                stream.read_exact(&mut request).unwrap();
                stream.write_all(response.as_bytes()).unwrap();
            }
        });
        address
    }

    /// Sends a request, and reads a response of that length.
    fn exchange(stream: &mut TcpStream, length: usize) -> String {
        stream.write_all(b"PUT ").unwrap();
        let mut response = vec![0; length];
        stream.read_exact(&mut response).unwrap();
        String::from_utf8(response).unwrap()
    }

    #[test]
    fn only_a_412_is_noted_and_all_bytes_arrive() {
        let relay = Relay::start(server(&["HTTP/1.1 200 OK", "HTTP/1.1 412 NO"])).unwrap();
        let mut stream = TcpStream::connect(relay.address).unwrap();
        assert_eq!(exchange(&mut stream, 15), "HTTP/1.1 200 OK");
        assert_eq!(relay.refused_at(), None);
        let before = Instant::now();
        assert_eq!(exchange(&mut stream, 15), "HTTP/1.1 412 NO");
        assert!(relay.refused_at().is_some_and(|at| at >= before));
    }
}
