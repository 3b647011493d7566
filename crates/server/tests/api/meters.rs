//! Meters: their readings, and what these say of days; real data.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Caller, Server};

mod derived;
mod figures;
mod readings;

fn path(of: &Value) -> String {
    format!("/meters/{}", of["id"].as_str().unwrap())
}

/// A meter of electricity, in kWh.
fn meter(person: &Caller<'_>, name: &str) -> Value {
    person.post("/meters", &json!({"name": name, "consumption_type": "electricity", "unit": "kWh"})).is(201)
}

fn reading(read_at: &str, reading: impl serde::Serialize) -> Value {
    json!({"read_at": read_at, "reading": reading})
}

/// What a meter was read to show, at midnight (UTC) of days of January 2026.
fn read(person: &Caller<'_>, meter: &Value, readings: &[(u32, f64)]) -> Vec<Value> {
    let readings: Vec<Value> =
        readings.iter().map(|(day, shown)| reading(&format!("2026-01-{day:02}T00:00:00Z"), shown)).collect();
    let kept = person.post(&format!("{}/readings", path(meter)), &json!({"readings": readings})).is(201);
    assert_eq!(kept["total"], readings.len());
    kept["readings"].as_array().unwrap().clone()
}

/// A reading's status and consumption, oldest first.
fn judged(person: &Caller<'_>, meter: &Value) -> Vec<String> {
    let list = person.get(&format!("{}/readings?limit=1000", path(meter))).ok();
    let readings = list["readings"].as_array().unwrap();
    assert_eq!(list["total"], readings.len());
    let said = |one: &Value| format!("{} {}", one["status"].as_str().unwrap(), one["consumption"]);
    readings.iter().rev().map(said).collect()
}

/// The derived records: date, amount, whether estimated; oldest first.
fn days(person: &Caller<'_>) -> Vec<(String, String, bool)> {
    let list = person.get("/consumption?sort=date&limit=1000").ok();
    let records = list["consumptions"].as_array().unwrap().iter();
    records
        .map(|one| {
            let date = one["consumption_date"].as_str().unwrap().to_owned();
            (date, one["amount"].to_string(), one["estimated"].as_bool().unwrap())
        })
        .collect()
}

#[test]
fn a_meter_lives_and_goes() {
    let server = Server::start();
    let ada = server.person("ada");
    let new = json!({"name": " Cellar ", "consumption_type": "water", "unit": "L", "digits": 5});
    let kept = ada.post("/meters", &new).is(201);
    for (name, expected) in [
        ("name", json!("Cellar")),
        ("consumption_type", json!("water")),
        ("unit", json!("L")),
        ("digits", json!(5)),
        ("readings", json!(0)),
        ("last_reading", Value::Null),
        ("first_date", Value::Null),
        ("last_date", Value::Null),
    ] {
        assert_eq!(kept[name], expected, "{name}");
    }
    assert_eq!(ada.get(&path(&kept)).ok(), kept);
    // The same id is the same meter; the same name is another only where the type is.
    let mut again = new.clone();
    again["id"] = kept["id"].clone();
    again["name"] = json!("Another");
    assert_eq!(ada.post("/meters", &again).is(201), kept);
    ada.post("/meters", &new).fails(409, "METER_EXISTS");
    let gas = json!({"name": "Cellar", "consumption_type": "gas", "unit": "m3"});
    let gas = ada.post("/meters", &gas).is(201);
    let list = ada.get("/meters").ok();
    assert_eq!((&list["meters"], &list["total"]), (&json!([kept, gas]), &json!(2)));
    let first = ada.get("/meters?limit=1").ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(ada.get(&format!("/meters?limit=1&cursor={cursor}")).ok()["meters"], json!([gas]));

    let changed = ada.patch(&path(&kept), &json!({"unit": "m3"})).ok();
    assert_eq!(
        (&changed["unit"], &changed["digits"], &changed["name"]),
        (&json!("m3"), &json!(5), &kept["name"])
    );
    ada.patch(&path(&kept), &json!({"unit": "kWh"})).names("unit");
    ada.patch(&path(&gas), &json!({"name": "Cellar"})).ok();
    let put = json!({"name": "Attic", "consumption_type": "water", "unit": "L"});
    let put = ada.send(Method::PUT, &path(&kept), Some(&put)).ok();
    assert_eq!(
        (&put["name"], &put["digits"], &put["created_at"]),
        (&json!("Attic"), &Value::Null, &kept["created_at"])
    );
    let other = json!({"name": "Attic", "consumption_type": "gas", "unit": "m3"});
    ada.send(Method::PUT, &path(&kept), Some(&other)).names("consumption_type");
    let water = json!({"name": "Cellar", "consumption_type": "water", "unit": "L"});
    ada.post("/meters", &water).is(201);
    ada.patch(&path(&kept), &json!({"name": "Cellar"})).fails(409, "METER_EXISTS");

    let readings = format!("{}/readings", path(&kept));
    ada.post(&readings, &reading("2026-01-01T00:00:00Z", 12345)).is(201);
    ada.post(&readings, &reading("2026-01-03T00:00:00Z", 12347)).is(201);
    ada.patch(&path(&kept), &json!({"unit": "m3"})).fails(409, "METER_IN_USE");
    ada.patch(&path(&kept), &json!({"digits": 4})).names("digits");
    let used = ada.patch(&path(&kept), &json!({"digits": 5, "unit": "L"})).ok();
    assert_eq!(
        json!([used["readings"], used["last_reading"], used["first_date"], used["last_date"]]),
        json!([2, {"read_at": "2026-01-03T00:00:00Z", "reading": 12347}, "2026-01-01", "2026-01-02"])
    );
    ada.post(&readings, &reading("2026-01-04T00:00:00Z", 100_000)).names("reading");
    assert_eq!(days(&ada).len(), 2);
    server.verify();
    ada.delete(&path(&kept)).is(204);
    assert!(days(&ada).is_empty());
    assert_eq!(server.sql("SELECT count(*) FROM consumption_days"), "0");
    assert_eq!(server.sql("SELECT count(*) FROM meter_readings"), "0");
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        let body = (method != Method::GET && method != Method::DELETE).then_some(&water);
        ada.send(method, &path(&kept), body).fails(404, "METER_NOT_FOUND");
    }
    ada.get(&readings).fails(404, "METER_NOT_FOUND");
    ada.post(&readings, &reading("2026-01-01T00:00:00Z", 1)).fails(404, "METER_NOT_FOUND");
    server.verify();
}

#[test]
fn wrong_fields_are_named() {
    let server = Server::start();
    let ada = server.person("ada");
    for (field, value) in [
        ("name", json!(" ")),
        ("name", json!("x".repeat(101))),
        ("name", json!("a\0")),
        ("consumption_type", json!("heat")),
        ("unit", json!("L")),
        ("digits", json!(0)),
        ("digits", json!(10)),
        ("digits", json!(-1)),
        ("digits", json!(100_000)),
        ("id", json!("7")),
    ] {
        let mut new = json!({"name": "Cellar", "consumption_type": "gas", "unit": "m3"});
        new[field] = value;
        ada.post("/meters", &new).names(field);
    }
    assert_eq!(ada.get("/meters").ok()["total"], 0);
    let meter = meter(&ada, "Cellar");
    let readings = format!("{}/readings", path(&meter));
    for (field, value) in [
        ("read_at", json!("2026-01-32T00:00:00Z")),
        ("read_at", json!("2026-01-01")),
        ("read_at", json!("1970-01-01T23:59:59Z")),
        ("read_at", json!("9999-01-01T00:00:00Z")),
        ("reading", json!(-1)),
        ("reading", json!("1.0001")),
        ("reading", json!(1_000_000_000)),
        ("kind", json!("guess")),
        ("new_reading", json!(5)),
        ("note", json!("x".repeat(501))),
        ("id", json!("7")),
    ] {
        let mut new = reading("2026-01-01T00:00:00Z", 5);
        new[field] = value;
        ada.post(&readings, &new).names(field);
        let list = json!({"readings": [reading("2026-01-01T00:00:00Z", 5), new]});
        ada.post(&readings, &list).names(&format!("readings[1].{field}"));
    }
    ada.post(&readings, &json!({"readings": [5]})).names("readings[0]");
    ada.post(&readings, &json!({"reading": 5})).names("read_at");
    let too_many: Vec<Value> = (0..10_001).map(|_| json!({})).collect();
    ada.post(&readings, &json!({"readings": too_many})).fails(413, "TOO_MANY_READINGS");
    assert_eq!(ada.get(&readings).ok()["total"], 0);
    for (query, field) in [
        ("", "consumption_type"),
        ("consumption_type=heat", "consumption_type"),
        ("consumption_type=gas&unit=L", "unit"),
        ("consumption_type=gas&start_date=2026-02-01&end_date=2026-01-01", "start_date"),
        (&format!("consumption_type=gas&meter_id={}", meter["id"].as_str().unwrap()), "consumption_type"),
        ("meter_id=7", "meter_id"),
    ] {
        ada.get(&format!("/consumption/profile?{query}")).names(field);
    }
}

#[test]
fn anothers_meters_are_not_there() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let (mine, theirs) = (meter(&ada, "Cellar"), meter(&bob, "Cellar"));
    let kept = read(&ada, &mine, &[(1, 5.0), (2, 7.0)]);
    for what in [String::new(), "/readings".into(), format!("/readings/{}", kept[0]["id"].as_str().unwrap())]
    {
        bob.get(&format!("{}{what}", path(&mine))).fails(404, "METER_NOT_FOUND");
    }
    // A reading of another's meter is none of mine, and its id is free here.
    let of_mine = format!("{}/readings/{}", path(&theirs), kept[0]["id"].as_str().unwrap());
    bob.get(&of_mine).fails(404, "READING_NOT_FOUND");
    bob.delete(&of_mine).fails(404, "READING_NOT_FOUND");
    let mut same = reading("2026-01-01T00:00:00Z", 9);
    same["id"] = kept[0]["id"].clone();
    assert_eq!(bob.post(&format!("{}/readings", path(&theirs)), &same).is(201)["reading"], 9);
    let profile = format!("/consumption/profile?meter_id={}", mine["id"].as_str().unwrap());
    bob.get(&profile).fails(404, "METER_NOT_FOUND");
    ada.get(&profile).ok();
    assert!(days(&bob).is_empty());
    server.verify();
}
