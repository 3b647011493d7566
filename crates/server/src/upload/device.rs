//! A device that uploads: its tokens, its batches, and what becomes of them.

use std::cell::RefCell;
use std::fmt;

use anyhow::Context;
use chrono::{DateTime, Utc};
use indicatif::HumanCount;
use reqwest::{Method, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Server, printable};

/// A device that is registered.
pub struct Device<'a> {
    server: &'a Server,
    /// As the server knows it.
    pub id: String,
    /// What it is called there.
    pub name: String,
    tokens: RefCell<Tokens>,
}

#[derive(Deserialize)]
struct Registered {
    device_id: String,
    name: String,
    #[serde(flatten)]
    tokens: Tokens,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    refresh_token: String,
}

impl Server {
    /// Registers a device, anew or again: of who is signed in with `token`, or of nobody.
    ///
    /// # Errors
    /// The server refuses, or cannot be reached.
    pub fn register(&self, new: &Value, token: Option<&str>) -> anyhow::Result<Device<'_>> {
        let request = || {
            let request = self.http.post(format!("{}/devices/register", self.api)).json(new);
            match token {
                Some(token) => request.bearer_auth(token),
                None => request,
            }
        };
        let Registered { device_id, name, tokens } = self.exchange(request)?.read().context("registering")?;
        Ok(Device { server: self, id: device_id, name, tokens: RefCell::new(tokens) })
    }
}

/// What became of a batch.
#[derive(Deserialize)]
pub struct Receipt {
    accepted: u64,
    updated: u64,
    duplicates: u64,
    /// Rows that were refused.
    pub rejected: Vec<Rejected>,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
}

/// A row that was refused.
#[derive(Deserialize)]
pub struct Rejected {
    /// Its place in the batch, from 0.
    pub index: usize,
    error_code: String,
    message: String,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&format!("{} ({})", self.message, self.error_code)))
    }
}

impl Device<'_> {
    /// What is at a path of the API.
    ///
    /// # Errors
    /// The server refuses, or cannot be reached.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.call(&Method::GET, path, None)
    }

    /// Sends something in the device's name.
    ///
    /// # Errors
    /// The server refuses, or cannot be reached.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> anyhow::Result<T> {
        self.call(&Method::POST, path, Some(body.to_string()))
    }

    /// Uploads a batch of at most 10,000 sessions. It is durable when this returns.
    ///
    /// # Errors
    /// The server refuses all of it, or cannot be reached.
    pub fn upload(&self, sessions: &[Value]) -> anyhow::Result<Receipt> {
        self.post("/usage/batch", &json!({ "sessions": sessions })).context("uploading")
    }

    fn call<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        body: Option<String>,
    ) -> anyhow::Result<T> {
        let url = format!("{}{path}", self.server.api);
        let request = || {
            let request = self.server.http.request(method.clone(), &url);
            let request = request.bearer_auth(&self.tokens.borrow().access_token);
            match &body {
                Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(body.clone()),
                None => request,
            }
        };
        let answer = self.server.exchange(request)?;
        if answer.status != 401 {
            return answer.read();
        }
        self.renew()?;
        self.server.exchange(request)?.read()
    }

    /// Gets the next pair of tokens.
    fn renew(&self) -> anyhow::Result<()> {
        let sent = json!({ "refresh_token": self.tokens.borrow().refresh_token });
        let url = format!("{}/devices/refresh", self.server.api);
        let answer = self.server.exchange(|| self.server.http.post(&url).json(&sent))?;
        *self.tokens.borrow_mut() = answer.read().context("renewing the device's tokens")?;
        Ok(())
    }
}

/// What became of all batches.
#[derive(Default)]
pub struct Tally {
    accepted: u64,
    updated: u64,
    duplicates: u64,
    /// Rows that were refused, by the server or before.
    pub rejected: u64,
}

impl Tally {
    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.accepted + self.updated + self.duplicates + self.rejected
    }

    /// Counts a batch.
    pub fn add(&mut self, receipt: &Receipt) {
        self.accepted += receipt.accepted;
        self.updated += receipt.updated;
        self.duplicates += receipt.duplicates;
        self.rejected += u64::try_from(receipt.rejected.len()).unwrap_or(u64::MAX);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [accepted, updated, duplicates, rejected] =
            [self.accepted, self.updated, self.duplicates, self.rejected].map(HumanCount);
        write!(f, "{accepted} accepted, {updated} updated, {duplicates} duplicates, {rejected} rejected")
    }
}
