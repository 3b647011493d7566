//! Webhooks that come in: signed, done once, listed and replayed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::harness::{Answer, Caller, Person, Server};

mod endpoints;
mod events;
mod once;
mod signatures;
mod together;

/// Somebody's endpoint, and how its sender delivers.
struct Endpoint<'a> {
    server: &'a Server,
    id: String,
    secret: String,
    scheme: &'static str,
}

fn endpoint<'a>(person: &Person<'a>, scheme: &'static str) -> Endpoint<'a> {
    let made = person.post("/webhook-endpoints", &json!({"name": "Home", "scheme": scheme})).is(201);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    Endpoint { server: person.server, id: text("id"), secret: text("secret"), scheme }
}

impl<'a> Endpoint<'a> {
    fn path(&self) -> String {
        format!("/webhooks/{}", self.id)
    }

    fn deliveries(&self) -> String {
        format!("/webhook-endpoints/{}/deliveries", self.id)
    }

    /// Who delivers `body` with this id, signed now.
    fn signed(&self, id: &str, body: &str) -> Caller<'a> {
        self.signed_at(id, body, Utc::now().timestamp())
    }

    fn signed_at(&self, id: &str, body: &str, seconds: i64) -> Caller<'a> {
        let caller = self.server.nobody().with("content-type", "application/json");
        match self.scheme {
            "standard" => {
                let key = STANDARD.decode(self.secret.strip_prefix("whsec_").unwrap()).unwrap();
                let signature = STANDARD.encode(hmac(&key, &format!("{id}.{seconds}.{body}")));
                caller
                    .with("webhook-id", id)
                    .with("webhook-timestamp", &seconds.to_string())
                    .with("webhook-signature", &format!("v1,{signature}"))
            }
            "github" => {
                let signature: String =
                    hmac(self.secret.as_bytes(), body).iter().map(|byte| format!("{byte:02x}")).collect();
                let event = if body.contains("head_commit") { "push" } else { "ping" };
                caller
                    .with("x-github-delivery", id)
                    .with("x-github-event", event)
                    .with("x-hub-signature-256", &format!("sha256={signature}"))
            }
            _ => caller.with("x-webhook-id", id).with("x-webhook-secret", &self.secret),
        }
    }

    fn deliver(&self, id: &str, body: &Value) -> Answer {
        let body = body.to_string();
        self.send(&self.signed(id, &body), body)
    }

    fn send(&self, caller: &Caller<'a>, body: impl Into<Vec<u8>>) -> Answer {
        caller.raw(Method::POST, &self.path(), body)
    }
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn notification(title: &str) -> Value {
    json!({"type": "notification", "timestamp": "2026-11-22T12:00:00Z", "data": {"title": title}})
}

fn entry(description: &str) -> Value {
    json!({"type": "time_entry.created", "data": {
        "description": description, "start_time": "2026-01-05T09:00:00Z", "end_time": "2026-01-05T10:00:00Z",
    }})
}
