//! An HTTP/1.1 client that sends exactly the bytes it is given.
//!
//! Those may be repeated fields, empty values, non-ASCII bytes or half a body. HTTP libraries join, trim, refuse and
//! add fields, so a test that means to send an empty `If-Match:` would send something else. This client parses only as
//! much of HTTP/1.1 as the server uses in its responses.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;

use crate::PATIENCE;

/// A request, byte for byte as it is sent.
#[derive(Debug, Clone)]
pub struct Request {
    method: String,
    target: String,
    fields: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
}

impl Request {
    /// Creates a request without a body.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), fields: Vec::new(), body: None }
    }

    /// Appends a field line; earlier lines with the same name are kept.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.fields.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Sets the body, its `Content-Type` and `Content-Length`.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.with("Content-Type", media_type)
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string())
    }

    /// Sends the request over a new connection, and returns the response.
    #[must_use]
    pub fn send(&self, server: SocketAddr) -> Response {
        self.try_send(server).expect("the server answers")
    }

    /// Like `send`, for a server that may go away at any moment.
    ///
    /// # Errors
    ///
    /// If there is no complete response; the server may have applied the request all the same.
    pub fn try_send(&self, server: SocketAddr) -> io::Result<Response> {
        let mut connection = HttpConnection::try_open(server)?;
        connection.try_write(&self.clone().with("Connection", "close").to_bytes(server))?;
        connection.try_read(&self.method)
    }

    /// Returns the request line, the fields and the empty line.
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

    /// Returns the method, which decides how the response is parsed.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the body, which is empty if the request has none.
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

/// A response, with its fields as they were received.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The field lines in order, with names spelled as received.
    pub fields: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// Returns the value of a field, or `None` if it is absent; a repeated field fails the test.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut lines = self.fields.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let value = lines.next().map(|(_, value)| value.as_str());
        assert!(lines.next().is_none(), "{name} is repeated: {self}");
        value
    }

    /// Returns the `ETag`; the test fails without one.
    #[must_use]
    pub fn etag(&self) -> String {
        self.field("ETag").unwrap_or_else(|| panic!("no ETag: {self}")).to_owned()
    }

    /// Returns the body as JSON; the test fails if it is not valid JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("not valid JSON ({error}): {self}"))
    }

    /// Returns a string member of the JSON body, or `None` if the member is absent or not a string.
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

/// A connection, for tests that send a request in pieces.
#[derive(Debug)]
pub struct HttpConnection(BufReader<TcpStream>);

impl HttpConnection {
    /// Connects to the server.
    #[must_use]
    pub fn open(server: SocketAddr) -> Self {
        Self::try_open(server).expect("the server accepts connections")
    }

    /// Sends these bytes.
    pub fn write(&mut self, bytes: &[u8]) {
        self.try_write(bytes).expect("the server reads what is sent");
    }

    /// Reads one response to a request with this method; interim responses such as 100 count.
    #[must_use]
    pub fn read(&mut self, method: &str) -> Response {
        self.try_read(method).expect("the server answers in time, and to the end")
    }

    /// Connects to a server that may be gone.
    ///
    /// # Errors
    ///
    /// If the server does not accept the connection in time.
    pub fn try_open(server: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&server, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends these bytes to a server that may be gone.
    ///
    /// # Errors
    ///
    /// If the connection is closed, or the server does not read them in time.
    pub fn try_write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// Reads one response from a server that may go away at any moment.
    ///
    /// # Errors
    ///
    /// If the response does not come in time, or ends too early.
    pub fn try_read(&mut self, method: &str) -> io::Result<Response> {
        let mut response = self.try_read_head()?;
        let status = response.status;
        let bodiless = method == "HEAD" || status < 200 || status == 204 || status == 304;
        if !bodiless {
            response.body = self.content(&response)?;
        }
        Ok(response)
    }

    /// Reads the status and fields of a response, and leaves its body unread.
    ///
    /// # Errors
    ///
    /// If they do not come in time, or end too early.
    pub fn try_read_head(&mut self) -> io::Result<Response> {
        let status_line = self.line()?;
        let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status: u16 = status.unwrap_or_else(|| panic!("not a status line: {status_line:?}"));
        let mut fields = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("not a field line: {line:?}"));
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

    /// Reads the next chunk of a chunked body, or `None` at the end of the body.
    ///
    /// # Errors
    ///
    /// If the chunk does not come in time, or ends too early.
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
