//! Real data gives exactly the figures that are expected of it: every one of `expected.json`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::harness::{Device, Server};

fn data(name: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/app_usage").join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn expected(name: &str) -> Value {
    let all: Value = serde_json::from_str(&data("expected.json")).unwrap();
    all["files"][name].clone()
}

/// The rows of a file as sessions.
fn sessions(name: &str) -> Vec<Value> {
    let text = data(name);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    rows.deserialize::<BTreeMap<String, String>>()
        .map(|row| {
            let row = row.unwrap();
            json!({"app": row["app"], "start": row["start"], "end": row["end"]})
        })
        .collect()
}

/// Milliseconds of a figure in seconds.
fn ms(seconds: &Value) -> i64 {
    let seconds = seconds.as_f64().unwrap();
    let ms = (seconds * 1000.0).round();
    assert_eq!(ms / 1000.0, seconds, "at most three decimals");
    ms as i64
}

fn ms_by_app(apps: &Value) -> BTreeMap<String, i64> {
    apps.as_array()
        .unwrap()
        .iter()
        .map(|app| (app["app"].as_str().unwrap().into(), ms(&app["seconds"])))
        .collect()
}

fn map(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// All days of a file as the server sees them from a zone (or its account's), against what is expected.
fn check_days(device: &Device<'_>, expected: &Value, zone: &str) {
    let mut apps: BTreeMap<String, i64> = BTreeMap::new();
    let mut by_hour = vec![0; 24];
    for (date, day) in map(&expected["per_local_date"]) {
        let seen = device.get(&format!("/stats/today?date={date}{zone}")).ok();
        assert_eq!(ms(&seen["total_seconds"]), day["total_ms_sum"], "{date}");
        assert_eq!(ms(&seen["active_seconds"]), day["total_ms_union"], "{date}");
        let repeated = expected["under_the_identity_rule_of_the_api"]["date_affected"] == json!(date);
        let touching = day["sessions_touching"].as_u64().unwrap() - u64::from(repeated);
        assert_eq!(seen["session_count"], touching, "{date}");
        let hours: Vec<i64> = seen["hours"].as_array().unwrap().iter().map(ms).collect();
        assert_eq!(json!(hours), day["hours_ms"], "{date}");
        by_hour.iter_mut().zip(hours).for_each(|(sum, more)| *sum += more);
        let seen = ms_by_app(&seen["apps"]);
        assert_eq!(json!(seen), day["per_app_ms"], "{date}");
        for (app, more) in seen {
            *apps.entry(app).or_default() += more;
        }
    }
    assert_eq!(json!(apps), expected["per_app_total_ms"]);
    assert_eq!(apps.values().sum::<i64>(), expected["total_ms_sum"]);
    assert_eq!(json!(by_hour), expected["per_local_hour_of_day_ms_sum"]);
}

fn check_file(name: &str, batch: usize) {
    let expected = expected(name);
    let zone = expected["timezone"].as_str().unwrap();
    let server = Server::start();
    let device = server.device_in("Device", zone);
    let rows = sessions(name);
    assert_eq!(rows.len(), expected["sessions"]);
    // Two rows of the PC's have the same device, app and start: they are one session.
    let different = expected["under_the_identity_rule_of_the_api"]["sessions"]
        .as_u64()
        .or(expected["sessions"].as_u64())
        .unwrap();
    let mut accepted = 0;
    for part in rows.chunks(batch) {
        let receipt = device.upload(&json!(part));
        assert_eq!(receipt["rejected"], json!([]));
        accepted += receipt["accepted"].as_u64().unwrap();
    }
    assert_eq!(accepted, different);
    // Once more, the other way round and cut otherwise: nothing changes.
    for part in rows.chunks(batch * 2 + 1).rev() {
        assert_eq!(device.upload(&json!(part))["duplicates"], json!(part.len()));
    }
    server.verify();

    assert_eq!(device.get("/usage?limit=1").ok()["total"], different);
    let mut listed = 0;
    for (app, sessions) in map(&expected["per_app_sessions"]) {
        let app: String = form_urlencoded::byte_serialize(app.as_bytes()).collect();
        let total = device.get(&format!("/usage?limit=1&app={app}")).ok()["total"].as_u64().unwrap();
        assert!(total <= sessions.as_u64().unwrap(), "{app}");
        listed += total;
    }
    assert_eq!(listed, different);
    let days = map(&expected["per_local_date"]);
    check_days(&device, &expected, "");
    check_days(&device, &expected, &format!("&tz={zone}"));

    for (monday, total) in map(&expected["per_week_starting_monday_ms_sum"]) {
        let week = device.get(&format!("/stats/week?calendar=true&date={monday}")).ok();
        assert_eq!(
            (&week["start_date"], ms(&week["total_seconds"])),
            (&json!(monday), total.as_i64().unwrap())
        );
        let union: i64 = days
            .iter()
            .filter(|(date, _)| {
                week["start_date"].as_str().unwrap() <= date.as_str()
                    && date.as_str() <= week["end_date"].as_str().unwrap()
            })
            .map(|(_, day)| day["total_ms_union"].as_i64().unwrap())
            .sum();
        assert_eq!(ms(&week["active_seconds"]), union);
        assert_eq!(ms_by_app(&week["apps"]).values().sum::<i64>(), total.as_i64().unwrap());
    }

    // The same rows in other zones: seen from there, and lived there.
    let mut zones = 0;
    for (figure, by_date) in
        map(&expected).iter().filter(|(figure, _)| figure.starts_with("per_date_ms_sum_in_"))
    {
        zones += 1;
        let zone = figure.trim_start_matches("per_date_ms_sum_in_");
        let there = server.device_in("There", zone);
        for part in rows.chunks(batch) {
            there.upload(&json!(part));
        }
        for (date, total) in map(by_date) {
            let from_here = device.get(&format!("/stats/today?date={date}&tz={zone}")).ok();
            let lived = there.get(&format!("/stats/today?date={date}")).ok();
            assert_eq!(ms(&from_here["total_seconds"]), total.as_i64().unwrap(), "{zone} {date}");
            for name in ["total_seconds", "active_seconds", "session_count", "apps", "hours", "from", "to"] {
                assert_eq!(from_here[name], lived[name], "{zone} {date} {name}");
            }
        }
    }
    assert!(zones > 0);
    server.verify();
}

#[test]
fn of_the_phone() {
    check_file("android_phone_a_span1_sessions.csv", 500);
}

#[test]
fn of_the_pc() {
    check_file("windows_pc_w_sessions.csv", 7);
}
