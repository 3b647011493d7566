//! Devices that upload, each a guest account of its own unless told otherwise.

use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use uuid::Uuid;

use crate::load::{self, Script};
use crate::rows::{Row, Timeline, write_json};

/// Where an upload goes to.
#[derive(Clone, Copy)]
pub enum Door {
    /// The server's own, with the device's token.
    Api,
    /// The yardstick's, which is told who asks.
    Yardstick,
}

/// A device and what it will report next.
pub struct Device {
    pub user: Uuid,
    pub device: Uuid,
    pub token: String,
    pub timeline: Timeline,
}

#[derive(Deserialize)]
struct Registered {
    device_id: Uuid,
    access_token: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: Uuid,
}

#[derive(Deserialize)]
struct SignedIn {
    access_token: String,
}

/// Somebody registers; gives their access token.
///
/// # Errors
/// When the server does not take it.
pub fn sign_up(address: SocketAddr, email: &str) -> Result<String> {
    let body =
        format!(r#"{{"email":"{email}","password":"correct horse battery","timezone":"Europe/Berlin"}}"#);
    let mut request = Vec::new();
    write_head("POST", "/api/v1/auth/register", address, "", body.len(), &mut request);
    request.extend_from_slice(body.as_bytes());
    let answer = load::exchange(&mut TcpStream::connect(address)?, &request)?;
    let SignedIn { access_token } = serde_json::from_slice(&answer).context("an answer to a registration")?;
    Ok(access_token)
}

impl Device {
    /// Registers a device: of who is signed in with `token`, or of nobody.
    ///
    /// # Errors
    /// When the server does not take it.
    pub fn register(address: SocketAddr, token: Option<&str>, timeline: Timeline) -> Result<Device> {
        let body = r#"{"platform":"linux","timezone":"Europe/Berlin","name":"Bench"}"#;
        let mut request = Vec::new();
        let token = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
        write_head(
            "POST",
            "/api/v1/devices/register",
            address,
            &token.unwrap_or_default(),
            body.len(),
            &mut request,
        );
        request.extend_from_slice(body.as_bytes());
        let answer = load::exchange(&mut TcpStream::connect(address)?, &request)?;
        let Registered { device_id, access_token } =
            serde_json::from_slice(&answer).context("an answer to a registration")?;
        let claims = access_token.split('.').nth(1).context("a token without claims")?;
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?;
        Ok(Device { user: claims.sub, device: device_id, token: access_token, timeline })
    }

    /// What it reports next.
    pub fn take(&mut self, rows: usize) -> Vec<Row> {
        self.timeline.by_ref().take(rows).collect()
    }

    /// Adds the upload of `rows` to a script.
    pub fn write_upload(&self, door: Door, address: SocketAddr, rows: &[Row], script: &mut Script) {
        let mut body = Vec::with_capacity(rows.len() * 160 + 32);
        write_json(rows, &mut body);
        let (path, who) = match door {
            Door::Api => {
                ("/api/v1/usage/batch".to_owned(), format!("Authorization: Bearer {}\r\n", self.token))
            }
            Door::Yardstick => (format!("/users/{}/devices/{}/usage", self.user, self.device), String::new()),
        };
        script.add(|out| {
            write_head("POST", &path, address, &who, body.len(), out);
            out.extend_from_slice(&body);
        });
    }

    /// Adds a question to a script.
    pub fn write_get(&self, path: &str, address: SocketAddr, script: &mut Script) {
        let who = format!("Authorization: Bearer {}\r\n", self.token);
        script.add(|out| write_head("GET", path, address, &who, 0, out));
    }
}

/// The head of a request, with the head of a body of this length where it has one.
pub fn write_head(
    method: &str,
    path: &str,
    address: SocketAddr,
    headers: &str,
    length: usize,
    out: &mut Vec<u8>,
) {
    write_head_of("application/json", method, path, address, headers, length, out);
}

/// The same for a body of another kind.
pub fn write_head_of(
    kind: &str,
    method: &str,
    path: &str,
    address: SocketAddr,
    headers: &str,
    length: usize,
    out: &mut Vec<u8>,
) {
    let body = match length {
        0 => String::new(),
        length => format!("Content-Type: {kind}\r\nContent-Length: {length}\r\n"),
    };
    out.extend_from_slice(
        format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n{headers}{body}\r\n").as_bytes(),
    );
}
