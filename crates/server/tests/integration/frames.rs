//! The parts of HTTP/2 that the tests write by hand (RFC 9113, RFC 7541).

use crate::wire::{Connection, Running};

pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const CONTINUATION: u8 = 9;
pub(crate) const DATA: u8 = 0;
pub(crate) const PING: u8 = 6;
pub(crate) const ACK: u8 = 1;
/// Methods in the static table of HPACK (RFC 7541 appendix A), and one that is not in it.
pub(crate) const GET: &[u8] = &[0x82];
pub(crate) const PUT: &[u8] = &[0x02, 3, b'P', b'U', b'T'];

/// Returns the fields of a request. The path is a literal that is never indexed.
pub(crate) fn request(method: &[u8], path: &str) -> Vec<u8> {
    let length = u8::try_from(path.len()).unwrap();
    [method, &[0x86, 0x41, 9], b"localhost", &[0x04, length], path.as_bytes()].concat()
}

/// Returns a field that is never indexed.
pub(crate) fn literal(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    [vec![0x10], text(name), text(value)].concat()
}

pub(crate) async fn http_2(server: &Running) -> Connection {
    let mut connection = server.connect().await;
    connection.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    connection.write(&frame(SETTINGS, 0, 0, b"")).await;
    connection
}

/// Returns the body of the response on a stream.
pub(crate) async fn answering(connection: &mut Connection, stream: u32) -> String {
    loop {
        let (kind, on, payload) = next_frame(connection).await;
        if (kind, on) == (DATA, stream) {
            return String::from_utf8(payload).unwrap();
        }
    }
}

pub(crate) const HEADERS: u8 = 1;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// Returns an HTTP/2 frame (RFC 9113 section 4.1).
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend_from_slice(&[kind, flags]);
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

pub(crate) async fn next_frame(connection: &mut Connection) -> (u8, u32, Vec<u8>) {
    frame_if_any(connection).await.expect("the connection closed too early")
}

pub(crate) async fn frame_if_any(connection: &mut Connection) -> Option<(u8, u32, Vec<u8>)> {
    let head = connection.bytes_if_any(9).await?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
    let payload = connection.bytes(length.try_into().unwrap()).await;
    Some((head[3], stream, payload))
}
