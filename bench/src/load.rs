//! The load generator: one thread that keeps some connections busy over epoll, each with one request under way.
//!
//! It shares the machine with what it measures. So the requests' bytes are made before the clock starts, an answer
//! is looked at for its status, its length and its two counts, and a read that did not fill the buffer is not
//! followed by another one.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::stop;

/// The requests of one connection, one after another.
#[derive(Default)]
pub struct Script {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Script {
    /// Adds a request with the bytes that `write` appends.
    pub fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    /// Adds the last request once more.
    pub fn repeat(&mut self) {
        let last = self.get(self.ends.len().saturating_sub(1)).to_vec();
        self.add(|out| out.extend_from_slice(&last));
    }

    fn get(&self, number: usize) -> &[u8] {
        let from = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let to = self.ends.get(number).copied().unwrap_or(from);
        self.bytes.get(from..to).unwrap_or_default()
    }
}

/// What was measured.
#[derive(Default)]
pub struct Outcome {
    /// From the first request to the last answer.
    pub seconds: f64,
    /// Of each request, in milliseconds.
    pub latencies: Vec<f64>,
    /// What the answers' `accepted` and `synced` add up to.
    pub accepted: usize,
    /// What the answers' `duplicates` add up to.
    pub duplicates: usize,
}

struct Connection<'a> {
    stream: TcpStream,
    script: &'a Script,
    /// The request under way, and how much of it is sent.
    current: usize,
    sent: usize,
    began: Instant,
    answer: Vec<u8>,
}

/// Runs each script on a connection of its own, all at once.
///
/// # Errors
/// When an answer is no 2xx, or a connection ends.
pub fn run(address: SocketAddr, scripts: &[Script]) -> Result<Outcome> {
    let mut poll = Poll::new()?;
    let mut connections = Vec::with_capacity(scripts.len());
    for (number, script) in scripts.iter().enumerate() {
        let stream = std::net::TcpStream::connect(address).context("no connection to the server")?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        poll.registry().register(&mut stream, Token(number), Interest::READABLE | Interest::WRITABLE)?;
        let answer = Vec::with_capacity(1 << 16);
        connections.push(Connection { stream, script, current: 0, sent: 0, began: Instant::now(), answer });
    }
    let mut outcome = Outcome::default();
    outcome.latencies.reserve(scripts.iter().map(|script| script.ends.len()).sum());
    let mut open = scripts.iter().filter(|script| !script.ends.is_empty()).count();
    let mut events = Events::with_capacity(256);
    let mut buffer = vec![0; 1 << 16];
    let began = Instant::now();
    for connection in connections.iter_mut().filter(|connection| !connection.script.ends.is_empty()) {
        connection.began = Instant::now();
        connection.send()?;
    }
    while open > 0 {
        stop::check()?;
        match poll.poll(&mut events, Some(Duration::from_secs(30))) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            polled => polled?,
        }
        if events.is_empty() {
            bail!("no answer for 30 s");
        }
        for event in &events {
            let Some(connection) = connections.get_mut(event.token().0) else { continue };
            if connection.current >= connection.script.ends.len() {
                continue;
            }
            connection.send()?;
            if event.is_readable() && connection.receive(&mut buffer, &mut outcome)? {
                open -= 1;
            }
        }
    }
    outcome.seconds = began.elapsed().as_secs_f64();
    Ok(outcome)
}

impl Connection<'_> {
    /// Sends what the socket takes of the request under way.
    fn send(&mut self) -> Result<()> {
        let request = self.script.get(self.current);
        while let Some(rest) = request.get(self.sent..).filter(|rest| !rest.is_empty()) {
            match self.stream.write(rest) {
                Ok(sent) => self.sent += sent,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error).context("the server closed a connection"),
            }
        }
        Ok(())
    }

    /// Takes in what has arrived; whether the script has come to its end.
    fn receive(&mut self, buffer: &mut [u8], outcome: &mut Outcome) -> Result<bool> {
        loop {
            let read = match self.stream.read(buffer) {
                Ok(0) => bail!("the server closed a connection"),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error).context("the server closed a connection"),
            };
            self.answer.extend_from_slice(buffer.get(..read).unwrap_or_default());
            if let Some(body) = whole_answer(&self.answer)? {
                outcome.latencies.push(self.began.elapsed().as_secs_f64() * 1000.0);
                outcome.accepted += count(body, b"\"accepted\":") + count(body, b"\"synced\":");
                outcome.duplicates += count(body, b"\"duplicates\":");
                self.answer.clear();
                self.current += 1;
                self.sent = 0;
                if self.current >= self.script.ends.len() {
                    return Ok(true);
                }
                self.began = Instant::now();
                self.send()?;
            }
            // What does not fill the buffer was all there is (epoll(7), on edge-triggered streams).
            if read < buffer.len() {
                return Ok(false);
            }
        }
    }
}

/// The body, once the answer is there as a whole.
fn whole_answer(answer: &[u8]) -> Result<Option<&[u8]>> {
    let Some(head) = find(answer, b"\r\n\r\n") else { return Ok(None) };
    let (head, body) = answer.split_at_checked(head + 4).unwrap_or_default();
    let length: usize = std::str::from_utf8(head)?
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .ok_or_else(|| anyhow!("an answer of unknown length: {}", String::from_utf8_lossy(answer)))?;
    if body.len() < length {
        return Ok(None);
    }
    if head.get(9) != Some(&b'2') {
        bail!("the server refused: {}", String::from_utf8_lossy(answer));
    }
    Ok(Some(body))
}

/// The number that follows `name`.
fn count(body: &[u8], name: &[u8]) -> usize {
    let Some(at) = find(body, name) else { return 0 };
    let digits =
        body.get(at + name.len()..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// One request on a connection that waits: for what is not measured.
///
/// # Errors
/// When the answer is no 2xx, or none comes.
pub fn exchange(stream: &mut std::net::TcpStream, request: &[u8]) -> Result<Vec<u8>> {
    stream.write_all(request)?;
    let mut answer = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            bail!("the server closed a connection");
        }
        answer.extend_from_slice(buffer.get(..read).unwrap_or_default());
        if let Some(body) = whole_answer(&answer)? {
            return Ok(body.to_vec());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_length_is_there() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 31\r\n\r\n{\"accepted\":12,\"duplicates\":345}";
        assert!(whole_answer(&answer[..60]).unwrap().is_none());
        let body = whole_answer(answer).unwrap().unwrap();
        assert_eq!((count(body, b"\"accepted\":"), count(body, b"\"duplicates\":")), (12, 345));
        assert!(whole_answer(b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n").is_err());
    }

    #[test]
    fn a_script_gives_its_requests_one_by_one() {
        let mut script = Script::default();
        script.add(|out| out.extend_from_slice(b"one"));
        script.add(|out| out.extend_from_slice(b"two"));
        script.repeat();
        assert_eq!(
            [script.get(0), script.get(1), script.get(2), script.get(3)],
            [&b"one"[..], b"two", b"two", b""]
        );
    }
}
