//! Accounts that have something of everything.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::*;
use crate::events::visits;

fn data(name: &str) -> Vec<u8> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name);
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn rows(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = data(name);
    csv::Reader::from_reader(text.as_slice()).deserialize().map(Result::unwrap).collect()
}

/// Imports a file of consumption.
fn import(person: &Caller<'_>, query: &str, file: Vec<u8>, gzip: bool) {
    let caller = person.with("content-type", "text/csv");
    let caller = if gzip { caller.with("content-encoding", "gzip") } else { caller };
    caller.raw(Method::POST, &format!("/consumption/import?{query}"), file).ok();
}

/// A little of everything.
pub fn few(person: &Person<'_>) {
    let phone = person.device("Phone", "android");
    phone.upload(&json!([
        {"app": "<script>alert(1)</script>", "title": "=1+1 \u{2028}", "started_at": "2026-01-01T23:30:00Z", "ended_at": "2026-01-02T00:30:00Z"},
        {"app": "example.org", "kind": "website", "url": "https://example.org/?q=1", "started_at": "2026-01-02T10:00:00.123Z", "ended_at": "2026-01-02T11:00:00Z"},
    ]));
    let event = |id: &str, ms: i64, url: &str| {
        json!({"_id": id, "v": 2, "type": "TAB_ACTIVATED", "ts": 1_767_225_600_000_i64 + ms,
               "payload": {"tabId": 1, "windowId": 1, "url": url, "title": "T\"é\n"}})
    };
    let events = json!({"events": [
        event("z", 1000, "https://www.example.org/a?q=1#x"),
        event("a", 1000, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/x.html"),
        event("0192f0c1-2345-7abc-8def-0123456789ab", 61_000, "http://user:pw@example.com:8080/"),
        event("m", 90_000, "file:///etc/passwd"),
    ]});
    assert_eq!(person.post("/events/sync", &events).ok()["synced"], 4);
    let browser = person.device("Browser", "browser");
    // Of two months, the first of which is over.
    let own = [event("own", 500, "https://a.example/"), event("later", 3_000_000_000, "https://a.example/")];
    assert_eq!(browser.post("/events/sync", &json!({"events": own})).ok()["synced"], 2);
    let session = |from: &str, to: &str, completed: bool| json!({"started_at": format!("2026-01-0{from}:00Z"), "ended_at": format!("2026-01-0{to}:00Z"), "completed": completed, "label": "Tides"});
    for one in [
        session("1T10:00", "1T10:25", true),
        session("1T10:10", "1T10:40", true),
        session("2T23:50", "3T00:20", true),
        session("3T09:00", "3T09:10", false),
    ] {
        person.post("/sessions", &one).is(201);
    }
    let gone = person.post("/sessions", &session("4T10:00", "4T10:25", true)).is(201);
    person.delete(&format!("/sessions/{}", gone["id"].as_str().unwrap())).is(204);
    let record = |day: u32, id: u32| {
        json!({"consumption_type": "gas", "amount": 7.125, "unit": "m3", "consumption_date": format!("2026-01-0{day}"),
               "description": "cellar", "id": format!("00000000-0000-4000-8000-00000000000{id}")})
    };
    person.post("/consumption", &record(1, 1)).is(201);
    person.post("/consumption", &record(2, 2)).is(201);
    person.delete("/consumption/00000000-0000-4000-8000-000000000002").is(204);
    let meter = json!({"name": "tap", "consumption_type": "water", "unit": "m3", "digits": 5});
    let meter = person.post("/meters", &meter).is(201)["id"].as_str().unwrap().to_owned();
    let readings = json!({"readings": [
        {"read_at": "2026-01-01T08:00:00Z", "reading": 99_998.5, "note": "cellar"},
        {"read_at": "2026-01-04T08:00:00Z", "reading": 1.25},
        {"read_at": "2026-01-09T08:00:00Z", "reading": 7, "kind": "exchange", "new_reading": 0.5},
        {"read_at": "2026-01-12T08:00:00Z", "reading": 3},
    ]});
    person.post(&format!("/meters/{meter}/readings"), &readings).is(201);
    let intervals = "start,meter,gas m3\n2026-02-01 00:00,boiler,1.123456\n2026-02-01 01:00,boiler,2\n";
    import(person, "file_name=first.csv", intervals.into(), false);
    let intervals = "start,meter,gas m3\n2026-02-01 00:00,boiler,1.5\n2026-02-02 01:00,boiler,3\n";
    import(person, "file_name=second.csv", intervals.into(), false);
    let project = json!({"title": "Tide tables", "client": "Harbour", "color": "#1f7a8c", "hourly_rate": 85.5, "description": "d"});
    let project = person.post("/projects", &project).is(201)["id"].as_str().unwrap().to_owned();
    person.post("/projects", &json!({"title": "Old", "archived": true})).is(201);
    let entry = |day: u32, id: u32, project: Option<&str>| {
        json!({"project_id": project, "start_time": format!("2026-01-0{day}T09:00:00Z"), "end_time": format!("2026-01-0{day}T10:00:30Z"),
               "tags": ["b", "a"], "billable": true, "description": "Drew", "id": format!("00000000-0000-4000-8000-00000000010{id}")})
    };
    person.post("/time-entries", &entry(1, 1, Some(&project))).is(201);
    person.post("/time-entries", &entry(2, 2, None)).is(201);
    person.post("/time-entries", &entry(3, 3, None)).is(201);
    person.delete("/time-entries/00000000-0000-4000-8000-000000000103").is(204);
}

/// Another calendar with a history, settings, and what was measured: usage, visits, focus, a household, and time.
pub fn much(person: &Person<'_>) {
    few(person);
    for (zone, from) in
        [("America/New_York", "2016-06-01T12:00:00Z"), ("Asia/Kathmandu", "2024-03-01T00:00:00Z")]
    {
        let moved =
            json!({"timezone": zone, "effective_from": from, "day_start": "04:00", "week_start": "sunday"});
        person.patch("/users/me", &moved).ok();
    }
    let tree = json!([{"name": "Cards", "weight": -2, "rules": [{"app": "Solitaire"}]}]);
    let settings = json!({"sync_interval": 60, "calorific_value": 10.5, "keep_queries": true, "public_profile": false,
        "timer": {"duration_min": 50}, "overlap": "forbid", "categorization": {"categories": tree, "of_a_client": [1, null]}});
    person.patch("/users/me", &json!({"settings": settings, "first_name": "Ada", "last_name": "L"})).ok();
    let files = ["app_usage/android_phone_a_span1_sessions.csv", "app_usage/windows_pc_w_sessions.csv"];
    for (file, platform) in files.into_iter().zip(["android", "windows"]) {
        let session = |row: &BTreeMap<String, String>| json!({"app": row["app"], "start": row["start"], "end": row["end"]});
        let sessions: Vec<Value> = rows(file).iter().map(session).collect();
        let device = person.device(file, platform);
        sessions.chunks(5000).for_each(|some| drop(device.upload(&json!(some))));
    }
    let devices = visits::visits("panelist_1_events.csv.gz", 0);
    for (browser, events) in visits::browsers(person, &devices).iter().zip(devices.values()) {
        let some = &events[..events.len().min(1500)];
        browser.post("/events/sync", &json!({"events": some})).ok();
    }
    // And as if a fortnight of them had just been.
    let (first, last) = (&devices.values().next().unwrap()[0], chrono::Utc::now().timestamp_millis());
    let later = last - 20 * 86_400_000 - first["ts"].as_i64().unwrap();
    let devices = visits::visits("panelist_1_events.csv.gz", later);
    let recent: Vec<Value> = devices.values().next().unwrap()[..1000].to_vec();
    let recent: Vec<Value> = recent.into_iter().filter(|one| one["ts"].as_i64().unwrap() < last).collect();
    person.post("/events/sync", &json!({"events": recent})).ok();
    let pomodoros = rows("focus/pomodoro_n_2024.csv");
    for (place, row) in pomodoros.iter().filter(|row| row["start"] < row["end"]).take(150).enumerate() {
        let new = json!({"started_at": row["start"], "ended_at": row["end"], "label": row["label"], "completed": place % 7 != 0,
            "plant_type": (place % 3 == 0).then_some("rose")});
        person.post("/sessions", &new).is(201);
    }
    import(person, "", data("household/electricity_e1de_daily_2016.csv"), false);
    import(person, "", data("household/meter_readings_9afa_weekly.csv"), false);
    import(person, "", data("household/gas_313b_hourly_2016.csv.gz"), true);
}
