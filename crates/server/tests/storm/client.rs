//! One connection that asks and waits. No more of HTTP than the tests need, so that they see what comes over the
//! wire and when, and a thousand of them cost little.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
    /// From the first byte of the request to the last of the answer.
    pub took: Duration,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// Whether no other request may follow on this connection.
    pub fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    pub fn error_code(&self) -> String {
        self.json()["detail"]["error_code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A connection, made when it is needed and again when it has ended.
pub struct Client {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Client {
        Client { address, stream: None }
    }

    /// An answer, or why none came. A connection that the server has closed is not tried again by itself.
    pub fn ask(&mut self, method: &str, path: &str, token: &str, body: &str) -> io::Result<Answer> {
        let began = Instant::now();
        self.send(request(method, path, token, body).as_bytes())?;
        let mut answer = self.receive()?;
        answer.took = began.elapsed();
        Ok(answer)
    }

    pub fn get(&mut self, path: &str, token: &str) -> io::Result<Answer> {
        self.ask("GET", path, token, "")
    }

    pub fn post(&mut self, path: &str, token: &str, body: &str) -> io::Result<Answer> {
        self.ask("POST", path, token, body)
    }

    /// Bytes of a request.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let sent = self.stream().and_then(|stream| stream.get_mut().write_all(bytes));
        if sent.is_err() {
            self.stream = None;
        }
        sent
    }

    /// The answer to what was sent.
    pub fn receive(&mut self) -> io::Result<Answer> {
        let received = self.stream().and_then(read);
        if received.as_ref().map_or(true, Answer::closes) {
            self.stream = None;
        }
        received
    }

    /// Whether there is a connection that may be used again.
    pub fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Whether the server closes the connection, with nothing more to say, within the time.
    pub fn is_closed_within(&mut self, time: Duration) -> bool {
        let Some(stream) = &mut self.stream else { return true };
        stream.get_ref().set_read_timeout(Some(time)).unwrap();
        let closed = matches!(stream.fill_buf(), Ok([]));
        stream.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
        closed
    }

    /// Whether the server says nothing for so long.
    pub fn is_silent_for(&mut self, time: Duration) -> bool {
        let Some(stream) = &mut self.stream else { return false };
        stream.get_ref().set_read_timeout(Some(time)).unwrap();
        let silent = stream.fill_buf().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        stream.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
        silent
    }

    fn stream(&mut self) -> io::Result<&mut BufReader<TcpStream>> {
        if self.stream.is_none() {
            let stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            self.stream = Some(BufReader::new(stream));
        }
        Ok(self.stream.as_mut().unwrap())
    }
}

/// A request's bytes. A path below the API's base, or with two slashes any.
pub fn request(method: &str, path: &str, token: &str, body: &str) -> String {
    let path = match path.strip_prefix("//") {
        Some(root) => format!("/{root}"),
        None => format!("/api/v1{path}"),
    };
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
    if !token.is_empty() {
        head.push_str(&format!("authorization: Bearer {token}\r\n"));
    }
    if !body.is_empty() {
        head.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    } else if method != "GET" {
        head.push_str("content-length: 0\r\n");
    }
    format!("{head}\r\n{body}")
}

fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Answer> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let status = head.get(9..12).and_then(|status| status.parse().ok()).expect("a status");
    let mut answer = Answer { status, head, body: String::new(), took: Duration::ZERO };
    let length = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    answer.body = String::from_utf8(body).expect("UTF-8");
    Ok(answer)
}
