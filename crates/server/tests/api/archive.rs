//! The archive: the whole account out, and into another that has nothing yet.

use std::io::{Read, Write};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, PASSWORD, Person, Server};

mod bad_files;
mod deletion;
mod fill;
mod progress;
mod round_trip;

/// The lines of somebody's archive.
#[track_caller]
fn export(person: &Caller<'_>) -> Vec<String> {
    let answer = person.get("/export");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/gzip");
    let mut text = String::new();
    flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).unwrap();
    assert!(text.ends_with('\n'));
    text.lines().map(ToOwned::to_owned).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn text(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

/// Sends an archive.
fn send(person: &Caller<'_>, query: &str, lines: &[String]) -> Answer {
    let file = gzip(&text(lines));
    person.with("content-type", "application/gzip").raw(Method::POST, &format!("/import{query}"), file)
}

/// The last line, for such lines before it.
fn end(lines: &[String]) -> String {
    let mut counts = json!({});
    for line in lines.iter().skip(1) {
        let line: Value = serde_json::from_str(line).unwrap();
        let name = match line.as_object().unwrap().keys().next().unwrap().as_str() {
            name @ ("usage" | "consumption" | "deleted" | "intervals") => name.to_owned(),
            "time_entry" => "time_entries".to_owned(),
            name => format!("{name}s"),
        };
        counts[&name] = json!(counts[&name].as_u64().unwrap_or(0) + 1);
    }
    json!({"end": counts}).to_string()
}

/// A first line.
fn header() -> String {
    json!({"almanac": 1, "exported_at": "2026-11-01T00:00:00Z", "account": {
        "name": "Ada", "settings": {}, "calendar": [{"from": null, "timezone": "Europe/Berlin"}],
    }})
    .to_string()
}

/// An archive of these things.
fn archive(things: &[Value]) -> Vec<String> {
    let mut lines = vec![header()];
    lines.extend(things.iter().map(Value::to_string));
    let end = end(&lines);
    lines.push(end);
    lines
}

/// How many rows an account has, in all tables.
fn rows(server: &Server, user: &str) -> u64 {
    let tables = server.sql(
        "SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) \
         WHERE table_schema = 'public' AND column_name = 'user_id' AND table_type = 'BASE TABLE' \
           AND table_name NOT IN ('users', 'logins', 'token_families', 'standings', 'standings_due')",
    );
    let count = |table: &str| -> u64 {
        server.sql(&format!("SELECT count(*) FROM {table} WHERE user_id = '{user}'")).parse().unwrap()
    };
    tables.lines().map(count).sum()
}

#[test]
fn an_account_with_nothing() {
    let server = Server::start();
    let ada = server.person("ada");
    let answer = ada.get("/export");
    let name = answer.header("content-disposition").to_owned();
    let today = chrono::Utc::now().date_naive();
    assert_eq!(name, format!("attachment; filename=\"almanac-ada-{today}.ndjson.gz\""));
    assert_eq!(answer.header("cache-control"), "no-store");
    let lines = export(&ada);
    assert_eq!(lines.len(), 2);
    let first: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!((&first["almanac"], &first["account"]["username"]), (&json!(1), &json!("ada")));
    assert_eq!(first["account"]["calendar"][0]["timezone"], "UTC");
    let report = send(&ada, "", &lines).ok();
    assert_eq!((&report["dry_run"], &report["counts"]["usage"]), (&json!(false), &json!(0)));
    // What is sent plain is taken as well, and empty lines are none.
    let plain = ada.with("content-type", "application/x-ndjson");
    plain.raw(Method::POST, "/import", format!("{}\n\n{}", lines[0], lines[1])).ok();
    plain.with("content-encoding", "gzip").raw(Method::POST, "/import", gzip(&text(&lines))).ok();
    server.verify();
}

#[test]
fn nothing_secret_is_in_it() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "android");
    let all = text(&export(&ada));
    assert!(all.contains(&phone.id));
    for secret in [&phone.key, &phone.access, &phone.refresh, &ada.refresh, &ada.id, "example.org", "$2"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[test]
fn only_an_account_with_nothing_takes_one_in() {
    let server = Server::start();
    let ada = server.person("ada");
    let lines = archive(&[]);
    let record =
        json!({"consumption_type": "gas", "amount": 7, "unit": "m3", "consumption_date": "2026-01-01"});
    let id = ada.post("/consumption", &record).is(201)["id"].as_str().unwrap().to_owned();
    send(&ada, "", &lines).fails(409, "ACCOUNT_NOT_EMPTY");
    // Nor one that has deleted something, which could come back.
    ada.delete(&format!("/consumption/{id}")).is(204);
    send(&ada, "?dry_run=true", &lines).fails(409, "ACCOUNT_NOT_EMPTY");
    for (name, path, thing) in [
        ("bob", "/projects", json!({"title": "Tides"})),
        ("eve", "/devices/register", json!({"platform": "linux"})),
        ("joe", "/sessions", json!({})),
        ("kim", "/time-entries", json!({})),
        ("lea", "/meters", json!({"name": "m", "consumption_type": "gas", "unit": "m3"})),
    ] {
        let person = server.person(name);
        person.post(path, &thing).is(201);
        send(&person, "", &lines).fails(409, "ACCOUNT_NOT_EMPTY");
    }
    assert_eq!(ada.get("/users/me").ok()["timezone"], "UTC");
}

#[test]
fn a_rehearsal_keeps_nothing() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    fill::few(&ada);
    let lines = export(&ada);
    let before = bob.get("/users/me").ok();
    let tried = send(&bob, "?dry_run=true", &lines).ok();
    assert_eq!((rows(&server, &bob.id), bob.get("/users/me").ok()), (0, before));
    let report = send(&bob, "", &lines).ok();
    assert_eq!((&tried["dry_run"], &tried["counts"]), (&json!(true), &report["counts"]));
    assert!(rows(&server, &bob.id) > 10);
}

#[test]
fn what_runs_goes_on() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let session = ada.post("/sessions", &json!({"duration_min": 25, "label": "Tides"})).is(201);
    let entry = ada.post("/time-entries", &json!({"description": "Tides"})).is(201);
    // One that was forgotten longer ago than a timer may be started.
    server.sql("UPDATE time_entries SET started_at = started_at - interval '2000 hours'");
    server.sql("UPDATE focus_sessions SET started_at = started_at - interval '2000 hours'");
    send(&bob, "", &export(&ada)).ok();
    for (path, id) in [("/sessions/active", &session["id"]), ("/time-entries/active", &entry["id"])] {
        let (mine, theirs) = (bob.get(path).ok(), ada.get(path).ok());
        assert_eq!(mine["id"], *id);
        for field in ["started_at", "start_time", "created_at", "label", "description", "duration_min"] {
            assert_eq!(mine[field], theirs[field], "{field}");
        }
    }
    let id = entry["id"].as_str().unwrap();
    assert!(bob.post(&format!("/time-entries/{id}/stop"), &json!({})).ok()["end_time"].is_string());
    server.verify();
}

#[test]
fn a_device_that_came_without_its_key_is_listed_and_reports_nothing() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let phone = ada.device("Phone", "android");
    let row = json!([{"app": "a", "started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T11:00:00Z"}]);
    phone.upload(&row);
    send(&bob, "", &export(&ada)).ok();
    let devices = bob.get("/devices").ok();
    assert_eq!((&devices["devices"][0]["name"], &devices["total"]), (&json!("Phone"), &json!(1)));
    // The tracker goes on with the account it knows; both accounts are as they were, also when one lets go of it.
    assert_eq!(phone.upload(&row)["duplicates"], 1);
    bob.delete(&format!("/devices/{}", phone.id)).is(204);
    assert_eq!(phone.upload(&row)["duplicates"], 1);
    assert_eq!(ada.get("/usage").ok()["total"], 1);
    assert_eq!(bob.get("/usage").ok()["total"], 0);
    server.verify();
}

#[test]
fn a_guests_device_is_not_claimed_into_an_account_that_has_its_id() {
    let server = Server::start();
    let (guest, bob) = (server.guest("Phone"), server.person("bob"));
    let device = json!({"device": {"device_id": guest.id, "name": "Phone", "platform": "android", "created_at": "2026-01-01T00:00:00Z"}});
    send(&bob, "", &archive(&[device])).ok();
    let claim = json!({"device_key": guest.key});
    bob.post(&format!("/devices/{}/claim", guest.id), &claim).fails(409, "DEVICE_EXISTS");
    guest.get("/devices").ok();
}

#[test]
fn it_is_not_for_devices_nor_for_nobody() {
    let server = Server::start();
    let phone = server.device("Phone");
    let lines = archive(&[]);
    phone.get("/export").fails(403, "WRONG_TOKEN_KIND");
    send(&phone, "", &lines).fails(403, "WRONG_TOKEN_KIND");
    server.nobody().get("/export").fails(401, "TOKEN_MISSING");
    send(&server.nobody(), "", &lines).fails(401, "TOKEN_MISSING");
}
