//! Time entries: the timer, entries that are added and changed, overlaps, reports; real data.

use serde_json::{Value, json};

use crate::harness::{Caller, Person, Server};

mod entries;
mod figures;
mod import;
mod overlap;
mod report;
mod timer;

fn path(of: &Value) -> String {
    format!("/time-entries/{}", of["id"].as_str().unwrap())
}

/// An entry of the fifth of January 2026, from and to so many o'clock.
fn entry(from: &str, to: &str) -> Value {
    json!({"start_time": format!("2026-01-05T{from}Z"), "end_time": format!("2026-01-05T{to}Z")})
}

fn add(person: &Caller<'_>, entry: &Value) -> Value {
    person.post("/time-entries", entry).is(201)
}

/// A project's id.
fn project(person: &Caller<'_>, new: &Value) -> Value {
    person.post("/projects", new).is(201)["id"].clone()
}

fn total(person: &Caller<'_>) -> i64 {
    person.get("/time-entries").ok()["total"].as_i64().unwrap()
}
