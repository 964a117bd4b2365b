//! A client that sends exactly the bytes it is told to: several field lines of one name, empty values, bytes that are
//! no ASCII, half a body.
//!
//! No HTTP library does that. They join, trim, refuse and add, and a test that means to send `If-Match:` with nothing
//! behind it would send something else. It reads just as much of HTTP/1.1 as the server answers with.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;

use crate::PATIENCE;

/// A request, as it will stand on the wire.
#[derive(Debug, Clone)]
pub struct Request {
    method: String,
    target: String,
    fields: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
}

impl Request {
    /// A request without a body.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), fields: Vec::new(), body: None }
    }

    /// One more field line, after those that are there, of the same name or not.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.fields.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// A body, with its `Content-Type` and its length.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.with("Content-Type", media_type)
    }

    /// A body of JSON.
    #[must_use]
    pub fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string())
    }

    /// Sends it over a connection of its own, and reads the answer.
    #[must_use]
    pub fn send(&self, server: SocketAddr) -> Response {
        self.try_send(server).expect("the server answers")
    }

    /// The same, where the server may be gone at any moment. An error says nothing about whether it was applied.
    pub fn try_send(&self, server: SocketAddr) -> io::Result<Response> {
        let mut connection = HttpConnection::try_open(server)?;
        connection.try_write(&self.clone().with("Connection", "close").to_bytes(server))?;
        connection.try_read(&self.method)
    }

    /// Line, fields and the empty line: all but the body.
    #[must_use]
    pub fn head(&self, server: SocketAddr) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\nHost: {server}\r\n", self.method, self.target).into_bytes();
        for (name, value) in &self.fields {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(if value.is_empty() { b":" } else { b": " });
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        if let Some(body) = &self.body {
            bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes
    }

    /// The method, without which an answer cannot be read.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The body alone, empty where there is none.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }

    fn to_bytes(&self, server: SocketAddr) -> Vec<u8> {
        let mut bytes = self.head(server);
        bytes.extend_from_slice(self.content());
        bytes
    }
}

/// An answer, as it stood on the wire.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The field lines in order, names as they were sent.
    pub fields: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The value of a field, which may stand there once at most.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut lines = self.fields.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let value = lines.next().map(|(_, value)| value.as_str());
        assert!(lines.next().is_none(), "{name} stands there twice: {self}");
        value
    }

    /// The `ETag`, which has to be there.
    #[must_use]
    pub fn etag(&self) -> String {
        self.field("ETag").unwrap_or_else(|| panic!("no ETag: {self}")).to_owned()
    }

    /// The body, which has to be JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"))
    }

    /// A member of the body that is text; none where it is not there, or is something else.
    #[must_use]
    pub fn word(&self, member: &str) -> Option<String> {
        self.json()[member].as_str().map(str::to_owned)
    }
}

impl std::fmt::Display for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.status)?;
        for (name, value) in &self.fields {
            writeln!(f, "{name}: {value}")?;
        }
        write!(f, "\n{}", String::from_utf8_lossy(&self.body))
    }
}

/// A connection, for whoever wants to send a request in pieces.
#[derive(Debug)]
pub struct HttpConnection(BufReader<TcpStream>);

impl HttpConnection {
    /// Connects.
    #[must_use]
    pub fn open(server: SocketAddr) -> Self {
        Self::try_open(server).expect("the server takes connections")
    }

    /// Sends these bytes.
    pub fn write(&mut self, bytes: &[u8]) {
        self.try_write(bytes).expect("the server reads what is sent");
    }

    /// Reads one answer to a request of that method, which may be an interim one such as 100.
    #[must_use]
    pub fn read(&mut self, method: &str) -> Response {
        self.try_read(method).expect("the server answers in time, and to the end")
    }

    /// Connects, where the server may be gone.
    pub fn try_open(server: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&server, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends these bytes, where the server may be gone.
    pub fn try_write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// Reads one answer, where the server may be gone at any moment.
    pub fn try_read(&mut self, method: &str) -> io::Result<Response> {
        let mut response = self.try_read_head()?;
        let status = response.status;
        let bodiless = method == "HEAD" || status < 200 || status == 204 || status == 304;
        if !bodiless {
            response.body = self.content(&response)?;
        }
        Ok(response)
    }

    /// Reads the status and the fields of an answer, and leaves the body to be read bit by bit.
    pub fn try_read_head(&mut self) -> io::Result<Response> {
        let status_line = self.line()?;
        let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status: u16 = status.unwrap_or_else(|| panic!("no status line: {status_line:?}"));
        let mut fields = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no field line: {line:?}"));
            fields.push((name.to_owned(), value.trim().to_owned()));
        }
        Ok(Response { status, fields, body: Vec::new() })
    }

    fn line(&mut self) -> io::Result<String> {
        let mut bytes = Vec::new();
        self.0.read_until(b'\n', &mut bytes)?;
        let line = bytes.strip_suffix(b"\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(String::from_utf8_lossy(line).into_owned())
    }

    fn content(&mut self, response: &Response) -> io::Result<Vec<u8>> {
        if response.field("Transfer-Encoding") == Some("chunked") {
            return self.chunks();
        }
        let mut body = Vec::new();
        match response.field("Content-Length") {
            Some(length) => {
                body.resize(length.parse().expect("a length is a number"), 0);
                self.0.read_exact(&mut body)?;
            }
            None => {
                self.0.read_to_end(&mut body)?;
            }
        }
        Ok(body)
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        while let Some(mut chunk) = self.try_read_chunk()? {
            body.append(&mut chunk);
        }
        Ok(body)
    }

    /// Reads the next chunk of a chunked body; none where it has ended.
    pub fn try_read_chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let line = self.line()?;
        let size = usize::from_str_radix(line.trim(), 16).expect("a chunk begins with its size");
        let mut chunk = vec![0; size];
        self.0.read_exact(&mut chunk)?;
        let end = self.line()?;
        assert_eq!(end, "", "a chunk ends with its line");
        Ok((size > 0).then_some(chunk))
    }
}
