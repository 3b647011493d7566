//! Overlaps: allowed, told, forbidden.

use super::*;

fn set(person: &Caller<'_>, overlap: &str) {
    person.patch("/users/me", &json!({"settings": {"overlap": overlap}})).ok();
}

#[test]
fn are_told_where_that_is_wanted() {
    let server = Server::start();
    let ada = server.person("ada");
    let first = add(&ada, &entry("09:00:00", "10:00:00"));
    assert_eq!(add(&ada, &entry("09:30:00", "09:40:00")).get("warnings"), None);
    set(&ada, "warn");
    let second = add(&ada, &entry("09:59:59.999", "10:30:00"));
    assert_eq!(second["warnings"], json!([{"code": "OVERLAPS", "entry_ids": [first["id"]]}]));
    // What touches, or takes no time, overlaps nothing.
    for (from, to) in [("10:30:00", "11:00:00"), ("08:00:00", "09:00:00"), ("09:30:00", "09:30:00")] {
        assert_eq!(add(&ada, &entry(from, to)).get("warnings"), None, "{from}");
    }
    let moved = ada.patch(&path(&second), &json!({"start_time": "2026-01-05T10:00:00Z"})).ok();
    assert_eq!(moved.get("warnings"), None);
    // A day-long one has them all in it; one that runs has no end.
    let runs = add(&ada, &json!({}));
    let day = json!({"start_time": "2026-01-05T00:00:00Z", "end_time": "2026-01-06T00:00:00Z"});
    assert_eq!(add(&ada, &day)["warnings"][0]["entry_ids"].as_array().unwrap().len(), 5);
    let start = runs["start_time"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let around = json!({"start_time": start - chrono::Duration::seconds(60), "end_time": start + chrono::Duration::seconds(1)});
    assert_eq!(add(&ada, &around)["warnings"][0]["entry_ids"], json!([runs["id"]]));
}

#[test]
fn are_refused_where_they_are_forbidden() {
    let server = Server::start();
    let ada = server.person("ada");
    set(&ada, "forbid");
    let first = add(&ada, &entry("09:00:00", "10:00:00"));
    let refused = |entry: &Value| {
        let detail = ada.post("/time-entries", entry).fails(409, "TIME_ENTRIES_OVERLAP");
        detail["message"].as_str().unwrap().to_owned()
    };
    assert!(refused(&entry("09:30:00", "09:40:00")).contains(first["id"].as_str().unwrap()));
    refused(&entry("08:00:00", "11:00:00"));
    let second = add(&ada, &entry("10:00:00", "11:00:00"));
    add(&ada, &entry("09:30:00", "09:30:00"));
    let over = json!({"start_time": "2026-01-05T09:59:00Z"});
    ada.patch(&path(&second), &over).fails(409, "TIME_ENTRIES_OVERLAP");
    ada.post(&format!("{}/duplicate", path(&second)), &json!({})).fails(409, "TIME_ENTRIES_OVERLAP");
    ada.patch(&path(&second), &json!({"description": "the same time"})).ok();
    // Timers follow each other.
    add(&ada, &json!({"description": "one"}));
    let runs = add(&ada, &json!({"description": "two"}));
    let now = chrono::Utc::now();
    let beside = json!({"start_time": now - chrono::Duration::minutes(1), "end_time": now});
    refused(&beside);
    ada.post(&format!("{}/stop", path(&runs)), &json!({})).ok();
    server.verify();
    // Who else asks has no part in it.
    add(&server.person("bob"), &entry("09:30:00", "09:40:00"));
    set(&ada, "allow");
    add(&ada, &entry("09:30:00", "09:40:00"));
}

#[test]
fn cannot_be_forbidden_while_there_are_some() {
    let server = Server::start();
    let ada = server.person("ada");
    let first = add(&ada, &entry("09:00:00", "10:00:00"));
    add(&ada, &entry("09:30:00", "09:40:00"));
    let forbid = || ada.patch("/users/me", &json!({"settings": {"overlap": "forbid", "sync_interval": 77}}));
    let detail = forbid().fails(409, "TIME_ENTRIES_OVERLAP");
    assert!(detail["message"].as_str().unwrap().starts_with("1 entries"), "{detail}");
    let settings = ada.get("/users/me").ok()["settings"].clone();
    assert_eq!((&settings["overlap"], &settings["sync_interval"]), (&json!("allow"), &json!(300)));
    ada.delete(&path(&first)).is(204);
    forbid().ok();
    ada.post("/time-entries", &entry("09:30:00", "10:00:00")).fails(409, "TIME_ENTRIES_OVERLAP");
    ada.patch("/users/me", &json!({"settings": {"overlap": "never"}})).names("settings.overlap");
}

#[test]
fn the_database_holds_it() {
    let server = Server::start();
    let ada = server.person("ada");
    set(&ada, "forbid");
    add(&ada, &entry("09:00:00", "10:00:00"));
    let again = "DO $$ BEGIN \
        INSERT INTO time_entries SELECT user_id, gen_random_uuid(), project_id, description, started_at + interval '59 minutes', ended_at, tags, billable, exclusive, import_id, created_at, updated_at FROM time_entries; \
        RAISE 'they overlap'; EXCEPTION WHEN exclusion_violation THEN NULL; END $$";
    server.sql(again);
    // Many at once: one of them is kept.
    std::thread::scope(|scope| {
        for n in 0..8 {
            let ada = &ada;
            scope.spawn(move || {
                let entry = entry(&format!("12:0{n}:00"), "13:00:00");
                let answer = ada.post("/time-entries", &entry);
                if answer.status != 201 {
                    answer.fails(409, "TIME_ENTRIES_OVERLAP");
                }
            });
        }
    });
    assert_eq!(total(&ada), 2);
    server.verify();
}
