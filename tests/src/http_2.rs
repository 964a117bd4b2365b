//! An HTTP/2 client that sends exactly what it is told to, and never opens a window by itself.
//!
//! HTTP libraries manage windows themselves. This client answers pings, and implements as much of RFC 9113 and RFC 7541
//! as the tests need.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::PATIENCE;

/// Frame type of a part of a body.
pub const DATA: u8 = 0;
/// Frame type of a header section.
pub const HEADERS: u8 = 1;
/// Frame type that ends a stream at once.
pub const RST_STREAM: u8 = 3;
/// Frame type that ends a connection.
pub const GOAWAY: u8 = 7;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// A frame (RFC 9113 section 4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The frame type.
    pub kind: u8,
    /// The id of the stream, or 0 for the connection.
    pub stream: u32,
    /// The payload, without the frame header.
    pub payload: Vec<u8>,
}

/// An HTTP/2 connection without TLS.
#[derive(Debug)]
pub struct Http2Connection(TcpStream);

impl Http2Connection {
    /// Connects. Each response may have `window` bytes before the server has to wait for a window update.
    #[must_use]
    pub fn open(server: SocketAddr, window: u32) -> Self {
        let stream = TcpStream::connect_timeout(&server, PATIENCE).expect("the server accepts connections");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket has timeouts");
        let mut connection = Self(stream);
        connection.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        let initial_window_size = [&[0, 4], &window.to_be_bytes()[..]].concat();
        connection.send(SETTINGS, 0, 0, &initial_window_size);
        connection
    }

    /// Sends a GET on a stream; stream ids are odd and increase.
    pub fn get(&mut self, stream: u32, path: &str) {
        self.head(stream, &[0x82], path, &[], true);
    }

    /// Sends the head of a PUT; the body follows by `data`.
    pub fn put(&mut self, stream: u32, path: &str, fields: &[(&str, &str)]) {
        self.head(stream, b"\x02\x03PUT", path, fields, false);
    }

    fn head(&mut self, stream: u32, method: &[u8], path: &str, fields: &[(&str, &str)], ends: bool) {
        let text = |text: &str| [&[u8::try_from(text.len()).expect("it is short")], text.as_bytes()].concat();
        // Scheme and authority, then literals that are never indexed (RFC 7541 section 6.2.3).
        let mut block = [method, b"\x86\x41\x09localhost\x04", &text(path)].concat();
        for (name, value) in fields {
            block.extend([&[0x10], &text(name)[..], &text(value)].concat());
        }
        self.block(stream, &block, ends);
    }

    /// Sends a head that is encoded as HPACK (RFC 7541).
    pub fn block(&mut self, stream: u32, block: &[u8], ends: bool) {
        self.send(HEADERS, END_HEADERS | if ends { END_STREAM } else { 0 }, stream, block);
    }

    /// Sends a part of a body.
    pub fn data(&mut self, stream: u32, bytes: &[u8], ends: bool) {
        self.send(DATA, if ends { END_STREAM } else { 0 }, stream, bytes);
    }

    /// Enlarges the windows of a stream and of the connection by so many bytes.
    pub fn open_window(&mut self, stream: u32, bytes: u32) {
        self.send(WINDOW_UPDATE, 0, stream, &bytes.to_be_bytes());
        self.send(WINDOW_UPDATE, 0, 0, &bytes.to_be_bytes());
    }

    /// Reads frames up to the next one of this type; answers pings and settings, drops all others.
    #[must_use]
    pub fn next(&mut self, kind: u8) -> Frame {
        loop {
            let frame = self.try_next().expect("the server keeps the connection");
            if frame.kind == kind {
                return frame;
            }
        }
    }

    /// Reads a frame, and answers it if it is a ping or settings.
    ///
    /// # Errors
    ///
    /// If the connection ends.
    pub fn try_next(&mut self) -> io::Result<Frame> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head)?;
        let [l1, l2, l3, kind, flags, s1, s2, s3, s4] = head;
        let mut payload = vec![0; usize::try_from(u32::from_be_bytes([0, l1, l2, l3])).expect("24 bits")];
        self.0.read_exact(&mut payload)?;
        match kind {
            PING if flags & ACK == 0 => self.send(PING, ACK, 0, &payload),
            SETTINGS if flags & ACK == 0 => self.send(SETTINGS, ACK, 0, &[]),
            _ => {}
        }
        Ok(Frame { kind, stream: u32::from_be_bytes([s1, s2, s3, s4]), payload })
    }

    /// Sends a ping, and waits for the reply.
    pub fn ping(&mut self) {
        self.send(PING, 0, 0, b"12345678");
        // The server sends pings of its own.
        while self.next(PING).payload != b"12345678" {}
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).expect("a frame is small").to_be_bytes();
        self.write(&[&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat());
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).expect("the server reads what is sent");
    }
}
