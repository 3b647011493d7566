//! Focus sessions: started, ended, kept offline, deleted; their points, days, streaks and plants.

use std::path::PathBuf;

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::harness::{Person, Server};

mod garden;
mod sessions;
mod stats;

/// A session kept offline.
fn offline(person: &Person<'_>, from: &str, to: &str) -> Value {
    person.post("/sessions", &json!({"started_at": from, "ended_at": to, "completed": true})).is(201)
}

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap().to_owned()
}

fn path(of: &Value) -> String {
    format!("/sessions/{}", id(of))
}

/// Points, minutes, sessions, best streak.
fn totals(person: &Person<'_>) -> [i64; 4] {
    let me = person.get("/stats/me").ok();
    ["xp_points", "total_focus_min", "total_sessions", "best_streak"].map(|name| me[name].as_i64().unwrap())
}

/// The running session began this long ago, as the server reckons.
fn age(server: &Server, seconds: i64) {
    server.sql(&format!("UPDATE focus_sessions SET started_at = date_trunc('milliseconds', now()) - interval '{seconds} s' WHERE ended_at IS NULL"));
}

fn ago(seconds: i64) -> String {
    (Utc::now() - TimeDelta::seconds(seconds)).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
