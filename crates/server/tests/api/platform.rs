//! What surrounds the features: errors, headers, hosts, origins, limits, compression, health, documents.

mod errors;
mod for_operators;
mod headers;
mod paths;
mod who_may_ask;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{METRICS_TOKEN, Server};

/// Sends bytes as they are, and gives what comes until the connection is closed.
fn talk(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}
