//! The wall between two accounts.

use std::io::Read;

use reqwest::Method;
use serde_json::{Value, json};

use super::operations::{all, protected, unused};
use crate::harness::{Caller, Server};

#[test]
fn anothers_ids_answer_as_unused_ones() {
    let server = Server::start();
    let (alice, bob) = (server.person("alice"), server.person("bob"));
    // Of admins there are other tests: to them others are shown.
    server.sql("UPDATE users SET role = 'user'");
    let (phone, bobs) = (alice.device("Alice's", "android"), bob.device("Bob's", "android"));
    alice.patch("/users/me", &json!({"settings": {"public_profile": false}})).ok();
    let rows =
        json!([{"app": "private", "started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T11:00:00Z"}]);
    phone.upload(&rows);
    let now = chrono::Utc::now().timestamp_millis();
    let events = json!({"events": [
        {"_id": "one", "type": "PRIVATE", "ts": now - 1000, "payload": {"url": "https://private.example/private"}},
        {"_id": "two", "type": "NAVIGATION", "ts": now, "payload": {"url": "https://private.example/private"}},
    ]});
    for caller in [&*alice, &*phone] {
        assert_eq!(caller.post("/events/sync", &events).ok()["rejected"], json!([]));
    }
    let place = alice.get("/users/me/sessions").ok()["sessions"][0]["id"].as_str().unwrap().to_owned();
    let session = json!({"started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T10:30:00Z", "completed": true, "label": "private"});
    let session = alice.post("/sessions", &session).is(201)["id"].as_str().unwrap().to_owned();
    let plant = alice.get(&format!("/garden/session/{session}")).ok()["id"].as_str().unwrap().to_owned();
    let consumption = json!({"consumption_type": "gas", "amount": 7, "unit": "m3", "consumption_date": "2026-01-01", "description": "private"});
    let consumption = alice.post("/consumption", &consumption).is(201)["id"].as_str().unwrap().to_owned();
    let meter = json!({"name": "private", "consumption_type": "gas", "unit": "m3"});
    let meter = alice.post("/meters", &meter).is(201)["id"].as_str().unwrap().to_owned();
    let readings = format!("/meters/{meter}/readings");
    let reading = json!({"readings": [
        {"read_at": "2026-01-01T00:00:00Z", "reading": 3, "note": "private"},
        {"read_at": "2026-01-03T00:00:00Z", "reading": 7, "note": "private"},
    ]});
    let reading = alice.post(&readings, &reading).is(201)["readings"][0]["id"].as_str().unwrap().to_owned();
    let file = "date,gas m3,note\n2026-01-05,3,private\n";
    let import = alice.with("content-type", "text/csv").raw(
        Method::POST,
        "/consumption/import?file_name=private",
        file,
    );
    let import = import.ok()["import_id"].as_str().unwrap().to_owned();
    let project = alice.post("/projects", &json!({"title": "private", "client": "private"})).is(201);
    let project = project["id"].as_str().unwrap().to_owned();
    let entry = json!({"start_time": "2026-01-01T10:00:00Z", "end_time": "2026-01-01T10:30:00Z", "description": "private",
                       "project_id": project, "tags": ["private"]});
    let entry = alice.post("/time-entries", &entry).is(201)["id"].as_str().unwrap().to_owned();
    let file = "start,duration,project\n2026-01-02 09:00,1:00,private\n";
    let path = "/time-entries/import?file_name=private";
    let time_import = alice.with("content-type", "text/csv").raw(Method::POST, path, file).ok();
    let time_import = time_import["import_id"].as_str().unwrap().to_owned();
    let endpoint = alice.post("/webhook-endpoints", &json!({"name": "private", "scheme": "secret-header"}));
    let endpoint = endpoint.is(201);
    let secret = endpoint["secret"].as_str().unwrap().to_owned();
    let endpoint = endpoint["id"].as_str().unwrap().to_owned();
    let sender = server.nobody().with("x-webhook-secret", &secret).with("webhook-id", "private");
    let delivery = json!({"type": "notification", "data": {"title": "private"}});
    sender.post(&format!("/webhooks/{endpoint}"), &delivery).is(202);
    let deliveries = format!("/webhook-endpoints/{endpoint}/deliveries");
    let state = || {
        let hooks = (alice.get("/webhook-endpoints").ok(), alice.get(&deliveries).ok());
        let time = (alice.get("/time-entries").ok(), alice.get("/projects").ok());
        let time = (time, alice.get("/time-entries/report?to=2026-01-31").ok());
        let time = (time, alice.get("/time-entries/imports").ok());
        let household = (alice.get("/consumption").ok(), alice.get("/consumption/analytics").ok());
        let household = (household, alice.get("/meters").ok(), alice.get(&readings).ok());
        let household = (household, alice.get("/consumption/imports").ok());
        let browsing = (alice.get("/events").ok(), alice.get("/analytics/dashboard").ok());
        let browsing = (browsing, alice.get("/events/spans").ok());
        let focus = (alice.get("/sessions").ok(), alice.get("/garden").ok(), alice.get("/stats/me").ok());
        let day = alice.get("/stats/today?date=2026-01-01").ok();
        let week = alice.get("/stats/week?date=2026-01-01").ok();
        let places = alice.get("/users/me/sessions").ok();
        let account = (alice.get("/users/me").ok(), places);
        (
            alice.get("/devices").ok(),
            alice.get("/usage").ok(),
            day,
            week,
            account,
            (focus, household, browsing, time, hooks),
        )
    };
    let before = state();

    // Every id in every place: in the path, the query and the body.
    for operation in protected() {
        let session = if operation.path.starts_with("/users") { &place } else { &session };
        let import = if operation.path.starts_with("/time-entries") { &time_import } else { &import };
        let theirs = all([
            &phone.id,
            session,
            &alice.id,
            &alice.id,
            &plant,
            &consumption,
            &meter,
            &reading,
            import,
            &project,
            &entry,
            &endpoint,
        ]);
        let ask = |caller: &Caller<'_>, ids: &[(&str, &str)]| {
            let mut path = operation.path(ids);
            if path.starts_with("/stats") {
                path += if path.contains('?') { "&date=2026-01-01" } else { "?date=2026-01-01" };
            }
            let id = ids[0].1;
            let body = match operation.id.as_str() {
                "upload_usage" => json!({"sessions": [], "device_id": id}),
                "sync_events" => json!({"events": [], "device_id": id}),
                "claim_device" => json!({"device_key": "a key of nobody's"}),
                "change_password" => json!({"current_password": "wrong", "new_password": "another horse"}),
                "delete_account" => json!({"password": "wrong"}),
                "new_plant" => json!({"session_id": ids[1].1, "plant_type": "fern"}),
                "start_session" => json!({"completed": true}),
                "add_time_entry" => json!({"project_id": ids[9].1}),
                "replace_consumption" => {
                    json!({"consumption_type": "gas", "amount": 1, "unit": "m3", "consumption_date": "2026-01-02"})
                }
                "add_webhook_endpoint" => json!({"name": "mine"}),
                "replace_meter" => json!({"name": "mine now", "consumption_type": "gas", "unit": "m3"}),
                "add_readings" | "replace_reading" => {
                    json!({"read_at": "2026-01-02T00:00:00Z", "reading": 5})
                }
                _ => json!({"name": "Mine now", "device_id": id}),
            };
            let answer = operation.ask(caller, &path, &body);
            let mut json = match answer.header("content-type") {
                "" => Value::Null,
                "application/json" => answer.json(),
                // Its first line says when it was made.
                "application/gzip" => {
                    let mut text = String::new();
                    flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).unwrap();
                    json!(text.split_once('\n').map(|(_, things)| things))
                }
                _ => json!(answer.text()),
            };
            if let Some(detail) = json.get_mut("detail") {
                detail["request_id"] = Value::Null;
                detail["timestamp"] = Value::Null;
            }
            for changing in ["server_time", "updated_at", "code", "expires_at", "generated_at"] {
                if json.get(changing).is_some() {
                    json[changing] = Value::Null;
                }
            }
            (answer.status, json)
        };
        for (scheme, caller) in [("user_token", &*bob), ("device_token", &*bobs)] {
            if !operation.takes(scheme) || operation.id == "new_pairing_code" {
                continue;
            }
            let (anothers, nobodys) = (ask(caller, &theirs), ask(caller, &unused()));
            assert_eq!(anothers, nobodys, "{}", operation.id);
            assert!(!anothers.1.to_string().contains("private"), "{}", operation.id);
            if operation.path.contains("_id}") && !operation.admin {
                assert_eq!(anothers.0, 404, "{}: {}", operation.id, anothers.1);
            }
        }
    }
    let mut after = state();
    after.0["devices"][0]["last_seen_at"] = before.0["devices"][0]["last_seen_at"].clone();
    assert_eq!(after, before);

    // The same session of both is two sessions, and the same events are others.
    assert_eq!(bobs.upload(&rows)["accepted"], 1);
    assert_eq!(bobs.post("/events/sync", &events).ok()["synced"], 2);
    assert_eq!((state().1, state().5), (before.1, before.5));
    server.verify();
}

#[test]
fn anothers_cursor_shows_nothing_of_theirs() {
    let server = Server::start();
    let (alice, bob) = (server.device("Alice's"), server.device("Bob's"));
    let bob = &bob.owner;
    let row = |n: i64| json!({"app": format!("private {n}"), "started_at": format!("2026-01-01T1{n}:00:00Z"), "ended_at": format!("2026-01-01T1{n}:30:00Z")});
    alice.upload(&json!([row(1), row(2), row(3)]));
    alice.another("Second");
    for n in 1..=3 {
        let visit = json!([{"_id": n.to_string(), "type": "NAVIGATION", "ts": 1_767_225_600_000_i64 + n, "payload": {"title": "private"}}]);
        alice.post("/events/sync", &json!({"events": visit})).ok();
        let session = json!({"started_at": format!("2026-01-01T1{n}:00:00Z"), "ended_at": format!("2026-01-01T1{n}:30:00Z"), "label": "private"});
        alice.owner.post("/sessions", &session).is(201);
        let consumption = json!({"consumption_type": "gas", "amount": n, "unit": "m3", "consumption_date": "2026-01-01", "description": "private"});
        alice.owner.post("/consumption", &consumption).is(201);
        let meter = json!({"name": format!("private {n}"), "consumption_type": "gas", "unit": "m3"});
        alice.owner.post("/meters", &meter).is(201);
        let path = format!("/consumption/import?file_name=private%20{n}");
        let file = format!("date,gas m3\n2026-01-0{n},{n}\n");
        alice.owner.with("content-type", "text/csv").raw(Method::POST, &path, file).ok();
        let project = alice.owner.post("/projects", &json!({"title": format!("private {n}")})).is(201);
        let entry = json!({"start_time": format!("2026-01-01T1{n}:00:00Z"), "end_time": format!("2026-01-01T1{n}:30:00Z"),
                           "description": "private", "project_id": project["id"]});
        alice.owner.post("/time-entries", &entry).is(201);
        let endpoint = json!({"name": format!("private {n}"), "scheme": "github"});
        alice.owner.post("/webhook-endpoints", &endpoint).is(201);
        let path = format!("/time-entries/import?file_name=private%20{n}");
        let file = format!("start,duration\n2026-01-0{n} 09:00,1:00\n");
        alice.owner.with("content-type", "text/csv").raw(Method::POST, &path, file).ok();
    }
    for path in [
        "/usage",
        "/devices",
        "/sessions",
        "/garden",
        "/consumption",
        "/meters",
        "/consumption/imports",
        "/events",
        "/projects",
        "/time-entries",
        "/time-entries/imports",
        "/webhook-endpoints",
    ] {
        let cursor =
            alice.owner.get(&format!("{path}?limit=1")).ok()["next_cursor"].as_str().unwrap().to_owned();
        let seen = bob.get(&format!("{path}?limit=10&cursor={cursor}")).text();
        assert!(!seen.contains("private") && !seen.contains("Alice") && !seen.contains("Second"), "{seen}");
    }
}
