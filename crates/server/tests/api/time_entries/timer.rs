//! The timer: one runs at a time.

use super::*;

/// Makes the running entry older.
fn age(server: &Server, seconds: u32) {
    server.sql(&format!(
        "UPDATE time_entries SET started_at = started_at - interval '{seconds} seconds' WHERE ended_at IS NULL"
    ));
}

fn running(server: &Server) -> String {
    server.sql("SELECT count(*) FROM time_entries WHERE ended_at IS NULL")
}

#[test]
fn from_start_to_stop() {
    let server = Server::start();
    let ada = server.person("ada");
    ada.get("/time-entries/active").fails(404, "NO_ACTIVE_TIMER");
    let tides = project(&ada, &json!({"title": "Tides"}));
    let new = json!({"project_id": tides, "description": " Tables ", "tags": ["sea", " sea", "moon"], "billable": true});
    let runs = add(&ada, &new);
    for (field, value) in [
        ("user_id", json!(ada.id)),
        ("project_id", tides.clone()),
        ("description", json!("Tables")),
        ("tags", json!(["sea", "moon"])),
        ("billable", json!(true)),
        ("end_time", json!(null)),
        ("duration_minutes", json!(0)),
    ] {
        assert_eq!(runs[field], value, "{field}");
    }
    assert_eq!(ada.get("/time-entries/active").ok()["id"], runs["id"]);
    age(&server, 600);
    // It counts up to now in every total.
    let active = ada.get("/time-entries/active").ok();
    assert!(
        active["duration_seconds"].as_f64().unwrap() >= 600.0
            && active["duration_minutes"].as_i64().unwrap() >= 10
    );
    let listed = ada.get("/time-entries?running=true").ok();
    assert!(listed["time_entries"][0]["duration_seconds"].as_f64().unwrap() >= 600.0);
    assert!(ada.get("/projects").ok()["projects"][0]["total_seconds"].as_f64().unwrap() >= 600.0);
    let report = ada.get("/time-entries/report?group_by=tag").ok();
    assert!(report["total_seconds"].as_f64().unwrap() >= 600.0, "{report}");
    assert!(report["union_seconds"].as_f64().unwrap() >= 600.0 && report["entry_count"] == 1);

    let stopped = ada.raw(reqwest::Method::POST, &format!("{}/stop", path(&runs)), "").ok();
    let length = stopped["duration_seconds"].as_f64().unwrap();
    assert!(length >= 600.0 && !stopped["end_time"].is_null(), "{stopped}");
    // Twice changes nothing.
    let late = json!({"end_time": "2026-01-01T00:00:00Z"});
    assert_eq!(ada.post(&format!("{}/stop", path(&runs)), &late).ok(), stopped);
    ada.get("/time-entries/active").fails(404, "NO_ACTIVE_TIMER");
    assert_eq!(ada.get(&path(&runs)).ok(), stopped);
    server.verify();

    let again = ada.raw(reqwest::Method::POST, &format!("{}/restart", path(&runs)), "").is(201);
    assert_ne!(again["id"], runs["id"]);
    for field in ["project_id", "description", "tags", "billable"] {
        assert_eq!(again[field], runs[field], "{field}");
    }
    assert_eq!(ada.get("/time-entries/active").ok()["id"], again["id"]);
    assert_eq!(ada.get("/time-entries?running=false").ok()["total"], 1);
}

#[test]
fn stopped_when_it_is_said() {
    let server = Server::start();
    let ada = server.person("ada");
    let runs = add(&ada, &json!({}));
    age(&server, 3600);
    let start = ada.get(&path(&runs)).ok()["start_time"]
        .as_str()
        .unwrap()
        .parse::<chrono::DateTime<chrono::Utc>>()
        .unwrap();
    let stop = |end: chrono::DateTime<chrono::Utc>| {
        ada.post(&format!("{}/stop", path(&runs)), &json!({"end_time": end}))
    };
    stop(start - chrono::Duration::seconds(1)).names("end_time");
    stop(start + chrono::Duration::hours(2)).names("end_time");
    assert_eq!(stop(start + chrono::Duration::minutes(30)).ok()["duration_seconds"], 1800);
    ada.post("/time-entries/01a20000-0000-7000-8000-000000000000/stop", &json!({}))
        .fails(404, "TIME_ENTRY_NOT_FOUND");
}

#[test]
fn another_stops_the_first_at_the_same_instant() {
    let server = Server::start();
    let ada = server.person("ada");
    let first = add(&ada, &json!({"description": "one"}));
    age(&server, 60);
    let second = add(&ada, &json!({"description": "two"}));
    assert_eq!(ada.get(&path(&first)).ok()["end_time"], second["start_time"]);
    assert_eq!(running(&server), "1");
    // One that is said to have begun before the running one did.
    let early =
        json!({"description": "three", "start_time": chrono::Utc::now() - chrono::Duration::hours(1)});
    ada.post("/time-entries", &early).fails(409, "TIMER_RUNNING");
    assert_eq!(ada.get("/time-entries/active").ok()["id"], second["id"]);
    server.verify();
}

#[test]
fn a_double_click_makes_one() {
    let server = Server::start();
    let ada = server.person("ada");
    let began = chrono::Utc::now() - chrono::Duration::seconds(60);
    let start = |what: &str, ms: i64| {
        add(&ada, &json!({"description": what, "start_time": began + chrono::Duration::milliseconds(ms)}))
    };
    let first = start("one", 0);
    assert_eq!(start("one", 2000)["id"], first["id"]);
    assert_eq!(total(&ada), 1);
    // Something else is another, and so is the same some time later.
    start("two", 2000);
    start("two", 4001);
    assert_eq!(total(&ada), 3);
    // The same id is the same entry, whatever else it says.
    let id = "01a20000-0000-7000-8000-000000000001";
    let mine = add(&ada, &json!({"description": "three", "id": id}));
    assert_eq!(add(&ada, &json!({"description": "four", "id": id}))["description"], "three");
    ada.delete(&path(&mine)).is(204);
    ada.post("/time-entries", &json!({"id": id})).fails(409, "TIME_ENTRY_DELETED");
    server.verify();
}

#[test]
fn many_at_once_leave_one_running() {
    let server = Server::start();
    let ada = server.person("ada");
    std::thread::scope(|scope| {
        for n in 0..12 {
            let ada = &ada;
            scope.spawn(move || {
                add(ada, &json!({"description": format!("task {n}")}));
            });
        }
    });
    assert_eq!((running(&server).as_str(), total(&ada)), ("1", 12));
    // Each that ended did so when another began, or as it began.
    let loose = "SELECT count(*) FROM time_entries e WHERE ended_at IS NOT NULL AND NOT EXISTS \
        (SELECT FROM time_entries o WHERE o.id <> e.id AND o.started_at = e.ended_at)";
    assert_eq!(server.sql(loose), "0");
    server.verify();
    // The same at once is one.
    let bob = server.person("bob");
    let start = chrono::Utc::now();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let bob = &bob;
            scope.spawn(move || drop(add(bob, &json!({"description": "one", "start_time": start}))));
        }
    });
    assert_eq!(total(&bob), 1);
}

#[test]
fn the_database_holds_that_one_runs() {
    let server = Server::start();
    let ada = server.person("ada");
    add(&ada, &json!({}));
    let again = "DO $$ BEGIN \
        INSERT INTO time_entries SELECT user_id, gen_random_uuid(), project_id, description, started_at, ended_at, tags, billable, exclusive, import_id, created_at, updated_at FROM time_entries; \
        RAISE 'there are two'; EXCEPTION WHEN unique_violation THEN NULL; END $$";
    server.sql(again);
    assert_eq!(running(&server), "1");
}
