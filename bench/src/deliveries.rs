//! How many webhooks a second are taken in, each signed as Standard Webhooks asks, and done when it is answered.

use std::net::TcpStream;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use crate::fleet::{self, write_head};
use crate::load::{self, Script};
use crate::machine;
use crate::stand::Stand;
use crate::stats::wait_for_quiet;
use crate::summary::{Spread, float, quantile};

/// Connections that deliver at once.
pub const SENDERS: usize = 64;

/// Accounts, each with an endpoint, that deliveries go to in turns.
const ACCOUNTS: usize = 8;

/// What is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message for the person.
    Notification,
    /// An entry of some minutes, which is over.
    TimeEntry,
    /// A session of an app.
    Usage,
    /// A day's electricity.
    Consumption,
}

/// All of them.
pub const EVENTS: [Event; 4] = [Event::Notification, Event::TimeEntry, Event::Usage, Event::Consumption];

impl Event {
    /// As deliveries name it.
    pub fn name(self) -> &'static str {
        match self {
            Event::Notification => "notification",
            Event::TimeEntry => "time_entry.created",
            Event::Usage => "usage.recorded",
            Event::Consumption => "consumption.recorded",
        }
    }

    /// The data of the delivery of this number, before `now`; no two are of the same time.
    fn data(self, number: usize, now: DateTime<Utc>) -> Result<Value> {
        let end = now - TimeDelta::minutes(10 * i64::try_from(number)?);
        let start = end - TimeDelta::minutes(7);
        Ok(match self {
            Event::Notification => json!({"title": "Backup done", "text": format!("{number} files")}),
            Event::TimeEntry => {
                json!({"start_time": start, "end_time": end, "description": format!("ticket {number}")})
            }
            Event::Usage => json!({"sessions": [{
                "app": "com.example.editor", "started_at": start, "ended_at": end,
            }]}),
            Event::Consumption => json!({
                "consumption_type": "electricity", "amount": "1.25", "unit": "kWh",
                "consumption_date": end.date_naive().to_string(),
            }),
        })
    }
}

/// What was measured of an event.
pub struct Measured {
    pub event: Event,
    /// To how many endpoints, each of an account of its own.
    pub endpoints: usize,
    speeds: Vec<f64>,
    p50: Vec<f64>,
}

impl Measured {
    /// Deliveries a second.
    pub fn speed(&self) -> Spread {
        Spread::of(self.speeds.iter().copied())
    }

    /// Milliseconds until one is answered.
    pub fn p50(&self) -> Spread {
        Spread::of(self.p50.iter().copied())
    }
}

#[derive(Deserialize)]
struct Endpoint {
    id: Uuid,
    secret: String,
}

/// Delivers `each` of each event from every sender, to one endpoint and to several, in turns, `rounds` times.
///
/// # Errors
/// When a delivery is not taken in.
pub fn run(stand: &Stand, rounds: usize, each: usize) -> Result<Vec<Measured>> {
    let beside = stand.beside("deliveries")?;
    let mut endpoints = Vec::new();
    for account in 0..ACCOUNTS {
        let token = fleet::sign_up(beside.address, &format!("deliveries-{account}@example.org"))?;
        let body = r#"{"name":"Bench","scheme":"standard"}"#;
        let who = format!("Authorization: Bearer {token}\r\n");
        let mut request = Vec::new();
        write_head("POST", "/api/v1/webhook-endpoints", beside.address, &who, body.len(), &mut request);
        request.extend_from_slice(body.as_bytes());
        let answer = load::exchange(&mut TcpStream::connect(beside.address)?, &request)?;
        endpoints.push(serde_json::from_slice::<Endpoint>(&answer).context("an endpoint")?);
    }
    wait_for_quiet(stand)?;
    let contenders = EVENTS.iter().flat_map(|event| [1, ACCOUNTS].map(|endpoints| (*event, endpoints)));
    let mut measured: Vec<Measured> = contenders
        .map(|(event, endpoints)| Measured { event, endpoints, speeds: vec![], p50: vec![] })
        .collect();
    let mut number = 0;
    // The first round only warms up.
    for round in 0..=rounds {
        for found in &mut measured {
            let now = machine::now();
            let mut scripts = Vec::new();
            for (_, endpoint) in (0..SENDERS).zip(endpoints.iter().take(found.endpoints).cycle()) {
                let mut script = Script::default();
                for _ in 0..each {
                    number += 1;
                    let body = json!({
                        "type": found.event.name(), "timestamp": now, "data": found.event.data(number, now)?,
                    });
                    write_delivery(endpoint, beside.address, number, now, &body.to_string(), &mut script)?;
                }
                scripts.push(script);
            }
            let mut outcome = load::run(beside.address, &scripts)?;
            let done = outcome.latencies.len();
            anyhow::ensure!(done == SENDERS * each, "{done} were taken in");
            if round > 0 {
                found.speeds.push(float(done) / outcome.seconds);
                found.p50.push(quantile(&mut outcome.latencies, 0.5));
            }
        }
    }
    let undone =
        diesel::dsl::sql::<BigInt>("(SELECT count(*) FROM webhook_deliveries WHERE status <> 'done')");
    let undone: i64 = diesel::select(undone).first(&mut PgConnection::establish(&beside.url)?)?;
    anyhow::ensure!(undone == 0, "{undone} were not done");
    for found in &measured {
        let speed = found.speed().show(crate::summary::thousands);
        eprintln!("{} to {} endpoints: {speed} a second", found.event.name(), found.endpoints);
    }
    Ok(measured)
}

fn write_delivery(
    endpoint: &Endpoint,
    address: std::net::SocketAddr,
    number: usize,
    now: DateTime<Utc>,
    body: &str,
    script: &mut Script,
) -> Result<()> {
    let (id, at) = (format!("msg_{number}"), now.timestamp());
    let key = STANDARD.decode(endpoint.secret.trim_start_matches("whsec_"))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key)?;
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let headers =
        format!("webhook-id: {id}\r\nwebhook-timestamp: {at}\r\nwebhook-signature: v1,{signature}\r\n");
    script.add(|out| {
        write_head("POST", &format!("/api/v1/webhooks/{}", endpoint.id), address, &headers, body.len(), out);
        out.extend_from_slice(body.as_bytes());
    });
    Ok(())
}
