//! A cache that is wrong on purpose: it answers 304 from its memory, without a check.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use tests::http::{HttpConnection, Response};

/// The tags that the cache has seen last, by path.
type Tags = Arc<Mutex<HashMap<String, String>>>;

/// The cache, which listens until the process ends.
pub(crate) struct StaleCache(SocketAddr);

impl StaleCache {
    /// Starts a cache in front of a server.
    pub(crate) fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let tags = Tags::default();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let tags = Arc::clone(&tags);
                // A connection ends with an error when its client hangs up.
                thread::spawn(move || serve(BufReader::new(client), server, &tags));
            }
        });
        Self(address)
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.0
    }
}

/// A request, as it is passed on.
struct PassedRequest {
    method: String,
    path: String,
    if_none_match: Option<String>,
    bytes: Vec<u8>,
}

fn serve(mut client: BufReader<TcpStream>, server: SocketAddr, tags: &Tags) -> io::Result<()> {
    let mut server = HttpConnection::try_open(server)?;
    loop {
        let request = read_request(&mut client)?;
        let cached = tags.lock().expect("no thread panics with it").get(&request.path).cloned();
        if let Some(tag) = cached.filter(|tag| request.if_none_match.as_ref() == Some(tag)) {
            client.get_mut().write_all(format!("HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n").as_bytes())?;
            continue;
        }
        server.try_write(&request.bytes)?;
        let response = server.try_read(&request.method)?;
        if let Some(tag) = response.field("ETag") {
            tags.lock().expect("no thread panics with it").insert(request.path, tag.to_owned());
        }
        write_response(client.get_mut(), &response)?;
    }
}

fn read_request(client: &mut impl BufRead) -> io::Result<PassedRequest> {
    let (mut bytes, mut length, mut if_none_match, mut lines) = (Vec::new(), 0, None, Vec::new());
    loop {
        let mut line = String::new();
        client.read_line(&mut line)?;
        bytes.extend_from_slice(line.as_bytes());
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().expect("a length is a number"),
            Some(("If-None-Match", value)) => if_none_match = Some(value.to_owned()),
            _ => {}
        }
        match line.as_str() {
            "" => return Err(io::ErrorKind::UnexpectedEof.into()),
            "\r\n" => break,
            _ => lines.push(line),
        }
    }
    let mut content = vec![0; length];
    client.read_exact(&mut content)?;
    bytes.append(&mut content);
    let mut words = lines[0].split(' ').map(str::to_owned);
    let (method, path) = words.next().zip(words.next()).expect("a request begins with its method and its path");
    Ok(PassedRequest { method, path, if_none_match, bytes })
}

fn write_response(client: &mut TcpStream, response: &Response) -> io::Result<()> {
    let mut bytes = format!("HTTP/1.1 {} Passed\r\n", response.status).into_bytes();
    for (name, value) in response.fields.iter().filter(|(name, _)| !is_framing(name)) {
        write!(bytes, "{name}: {value}\r\n")?;
    }
    if response.status != 304 {
        write!(bytes, "Content-Length: {}\r\n", response.body.len())?;
    }
    client.write_all(&[&bytes, &b"\r\n"[..], &response.body].concat())
}

/// Returns whether a field describes the length of the body, which has been read.
fn is_framing(name: &str) -> bool {
    ["content-length", "transfer-encoding"].iter().any(|framing| name.eq_ignore_ascii_case(framing))
}
