//! What is told of each feature.

use reqwest::Method;
use serde_json::{Value, json};

use super::stream::Stream;
use super::{session, visit};
use crate::harness::Server;

#[test]
fn an_account_is_told_of_its_own_and_of_nothing_else() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let (phone, bobs) = (ada.device("Phone", "android"), bob.device("Phone", "android"));
    let (of_ada, of_phone, of_bob) = (Stream::open(&ada), Stream::open(&phone), Stream::open(&bob));

    phone.upload(&session(1));
    of_ada.tells("usage.synced", &phone.id);
    of_phone.tells("usage.synced", &phone.id);
    // A large one goes another way, and what was known already is not told.
    let many: Vec<Value> = (0..1200).map(|number| session(number)[0].clone()).collect();
    phone.upload(&json!(many));
    of_ada.tells("usage.synced", &phone.id);
    phone.upload(&session(1));
    phone.upload(&json!(many));
    of_ada.is_silent();

    phone.post("/events/sync", &visit(1)).ok();
    of_ada.tells("events.synced", &phone.id);
    phone.post("/events/sync", &visit(1)).ok();
    of_ada.is_silent();
    ada.post("/events/sync", &visit(2)).ok();
    of_ada.tells("events.synced", &ada.id);

    ada.patch("/users/me", &json!({"name": "Ada"})).ok();
    of_ada.tells("account.updated", &ada.id);
    ada.patch(&format!("/devices/{}", phone.id), &json!({"name": "Other"})).ok();
    of_ada.tells("account.updated", &phone.id);
    let tablet = ada.device("Tablet", "ios");
    of_ada.tells("account.updated", &tablet.id);
    ada.post("/devices/revoke", &json!({"device_id": tablet.id})).is(204);
    of_ada.tells("account.updated", &tablet.id);

    let guest = server.guest("Found");
    guest.upload(&session(2));
    let of_guest = Stream::open(&guest);
    ada.post(&format!("/devices/{}/claim", guest.id), &json!({"device_key": guest.key})).ok();
    of_ada.tells("account.updated", &guest.id);
    of_ada.tells("usage.synced", &guest.id);
    of_ada.tells("events.synced", &guest.id);
    of_guest.ends();

    ada.delete(&format!("/devices/{}", guest.id)).is(204);
    of_ada.tells("account.updated", &guest.id);
    of_ada.is_silent();
    of_bob.is_silent();
    bobs.upload(&session(1));
    of_bob.tells("usage.synced", &bobs.id);
    of_ada.is_silent();
    assert_eq!(of_phone.next().0, "usage.synced");
}

#[test]
fn a_text_that_was_written_is_told_of_once() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let consumption =
        json!({"consumption_type": "gas", "amount": 5, "unit": "m3", "consumption_date": "2026-01-01"});
    ada.post("/consumption", &consumption).is(201);
    let (of_ada, of_bob) = (Stream::open(&ada), Stream::open(&bob));
    ada.get("/ai/daily-summary?date=2026-01-01").ok();
    of_ada.tells("insight.ready", &ada.id);
    ada.get("/ai/daily-summary?date=2026-01-01").ok();
    ada.get("/ai/preview?kind=daily-summary&date=2026-01-02").ok();
    of_ada.is_silent();
    of_bob.is_silent();
}

#[test]
fn focus_and_garden_are_told() {
    let server = Server::start();
    let ada = server.person("ada");
    let stream = Stream::open(&ada);
    let session = ada.post("/sessions", &json!({"duration_min": 25})).is(201);
    let id = session["id"].as_str().unwrap();
    let path = format!("/sessions/{id}");
    stream.tells("session.started", id);
    ada.patch(&path, &json!({"label": "Tides"})).ok();
    stream.tells("session.updated", id);
    let plant = ada.post("/garden", &json!({"session_id": id, "plant_type": "fern"})).is(201);
    stream.tells("garden.updated", plant["id"].as_str().unwrap());
    ada.patch(&path, &json!({"completed": true})).ok();
    stream.tells("session.completed", id);
    ada.delete(&path).is(204);
    stream.tells("session.deleted", id);
    // What was refused is not told, nor is what was known already.
    ada.delete(&path).fails(404, "SESSION_NOT_FOUND");
    let offline =
        json!({"started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T10:30:00Z", "completed": true});
    let kept = ada.post("/sessions", &offline).is(201);
    stream.tells("session.completed", kept["id"].as_str().unwrap());
    ada.post("/sessions", &offline).is(201);
    stream.is_silent();
}

#[test]
fn consumption_is_told() {
    let server = Server::start();
    let ada = server.person("ada");
    let stream = Stream::open(&ada);
    let new = |date: &str| json!({"consumption_type": "water", "amount": 80, "unit": "L", "consumption_date": date});
    let kept = ada.post("/consumption", &new("2026-01-01")).is(201);
    let id = kept["id"].as_str().unwrap();
    stream.tells("consumption.updated", id);
    let mut other = new("2026-01-02");
    other["id"] = json!("01a20000-0000-7000-8000-000000000001");
    let list = json!({"records": [other, new("2026-01-03")]});
    ada.post("/consumption", &list).is(201);
    stream.tells("consumption.updated", &ada.id);
    // What was known already is not told.
    ada.post("/consumption", &other).is(201);
    stream.is_silent();
    ada.delete(&format!("/consumption/{id}")).is(204);
    stream.tells("consumption.updated", id);
    // A meter and its readings.
    let meter =
        ada.post("/meters", &json!({"name": "Cellar", "consumption_type": "water", "unit": "m3"})).is(201);
    let meter = meter["id"].as_str().unwrap();
    stream.tells("consumption.updated", meter);
    let reading = json!({"read_at": "2026-01-01T00:00:00Z", "reading": 5});
    let kept = ada.post(&format!("/meters/{meter}/readings"), &reading).is(201);
    stream.tells("consumption.updated", meter);
    ada.post(&format!("/meters/{meter}/readings"), &reading).is(201);
    stream.is_silent();
    ada.delete(&format!("/meters/{meter}/readings/{}", kept["id"].as_str().unwrap())).is(204);
    stream.tells("consumption.updated", meter);
}

#[test]
fn time_is_told() {
    let server = Server::start();
    let ada = server.person("ada");
    let stream = Stream::open(&ada);
    let project = ada.post("/projects", &json!({"title": "Tides"})).is(201);
    let project = project["id"].as_str().unwrap();
    stream.tells("project.updated", project);
    let start = json!({"project_id": project, "start_time": chrono::Utc::now()});
    let runs = ada.post("/time-entries", &start).is(201);
    let id = runs["id"].as_str().unwrap();
    stream.tells("time_entry.updated", id);
    // A double click is nothing new, and neither is a second stop.
    ada.post("/time-entries", &start).is(201);
    stream.is_silent();
    ada.post(&format!("/time-entries/{id}/stop"), &json!({})).ok();
    stream.tells("time_entry.updated", id);
    ada.post(&format!("/time-entries/{id}/stop"), &json!({})).ok();
    stream.is_silent();
    let file = "start,duration\n2026-01-05 09:00,1:00\n";
    let import = || ada.with("content-type", "text/csv").raw(Method::POST, "/time-entries/import", file).ok();
    let report = import();
    stream.tells("time_entry.updated", &ada.id);
    import();
    stream.is_silent();
    let import = report["import_id"].as_str().unwrap();
    ada.delete(&format!("/time-entries/imports/{import}")).is(204);
    stream.tells("time_entry.updated", &ada.id);
    ada.delete(&format!("/time-entries/{id}")).is(204);
    stream.tells("time_entry.updated", id);
    ada.delete(&format!("/projects/{project}")).is(204);
    stream.tells("project.updated", project);
}
