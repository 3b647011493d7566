//! Devices of all, and what goes on on the server.

use std::time::{Duration, Instant};

use super::*;

#[test]
fn all_devices_with_their_owners() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let guest = server.guest("Guest's tablet");
    bob.device("Laptop", "linux").upload(&SESSION());
    let phone = bob.device("Phone", "linux");
    ada.device("Desktop", "linux");
    let all = ada.get("/admin/devices").ok();
    // Those of the newest account first.
    assert_eq!(names(&all, "devices", "name"), ["Guest's tablet", "Phone", "Laptop", "Desktop"]);
    assert_eq!(all["total"], 4);
    let devices = &all["devices"];
    assert_eq!(devices[0]["owner"]["username"], Value::Null);
    assert_eq!(devices[1]["owner"], json!({"id": bob.id, "username": "bob"}));
    assert_eq!((&devices[2]["session_count"], &devices[3]["session_count"]), (&json!(1), &json!(0)));
    assert_eq!(devices[1]["device_id"], json!(phone.id));
    assert!(!all.to_string().contains(&phone.key));
    for limit in [1, 2, 3, 5] {
        assert_eq!(pages(&ada, "/admin/devices?", limit, "devices", "name"), names(&all, "devices", "name"));
    }
    let guests = devices[0]["owner"]["id"].as_str().unwrap();
    for (query, found) in [
        (format!("user_id={}", bob.id), vec!["Phone", "Laptop"]),
        (format!("user_id={guests}"), vec!["Guest's tablet"]),
        (format!("user_id={}&query=lap", bob.id), vec!["Laptop"]),
        (format!("user_id={}", uuid::Uuid::now_v7()), vec![]),
        ("query=BOB".into(), vec!["Phone", "Laptop"]),
        ("query=ANDROID".into(), vec!["Guest's tablet"]),
        ("query=%25".into(), vec![]),
    ] {
        let list = ada.get(&format!("/admin/devices?{query}")).ok();
        assert_eq!(names(&list, "devices", "name"), found, "{query}");
        assert_eq!(list["total"], found.len());
    }
    for (query, field) in
        [("user_id=bob", "user_id"), ("cursor=x", "cursor"), ("cursor=x.y", "cursor"), ("limit=0", "limit")]
    {
        ada.get(&format!("/admin/devices?{query}")).names(field);
    }

    // By the contract's other way.
    assert_eq!(ada.get("/devices?scope=all").ok(), all);
    assert_eq!(pages(&ada, "/devices?scope=all&", 3, "devices", "name"), names(&all, "devices", "name"));
    let own = ada.get("/devices?scope=own").ok();
    assert_eq!((names(&own, "devices", "name"), &own), (vec!["Desktop".into()], &ada.get("/devices").ok()));
    assert!(own["devices"][0].get("owner").is_none());
    ada.get("/devices?scope=any").names("scope");
    bob.get("/devices?scope=all").fails(403, "ADMIN_ONLY");
    phone.get("/devices?scope=all").fails(403, "ADMIN_ONLY");
    guest.get("/devices?scope=all").fails(403, "ADMIN_ONLY");
    server.nobody().get("/devices?scope=all").fails(401, "TOKEN_MISSING");
    assert_eq!(phone.get("/devices?scope=own").ok()["total"], 1);
}

#[test]
fn people_devices_and_tables_are_counted() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    server.person("eve");
    let (phone, _) = (bob.device("Phone", "linux"), bob.device("Laptop", "linux"));
    server.guest("Guest's").upload(&SESSION());
    ada.patch(&path(&bob), &json!({"role": "admin", "is_active": false})).ok();
    server.sql(&format!("UPDATE devices SET revoked_at = now() WHERE id = '{}'", phone.id));
    let stats = ada.get("/admin/stats").ok();
    assert_eq!(stats["people"], json!({"total": 3, "active": 2, "disabled": 1, "admins": 2}));
    assert_eq!(stats["guests"], 1);
    assert_eq!(stats["devices"], json!({"total": 3, "revoked": 1, "seen_last_day": 1}));
    server.sql("UPDATE devices SET last_seen_at = now() - interval '25 hours'");
    assert_eq!(ada.get("/admin/stats").ok()["devices"]["seen_last_day"], 0);
    let storage = &stats["storage"];
    assert!(storage["database_bytes"].as_u64().unwrap() > 1_000_000);
    let tables = names(storage, "tables", "name");
    for table in ["usage", "usage_days", "users", "audit", "ingest_minutes"] {
        assert!(tables.contains(&table.to_owned()), "{tables:?}");
    }
    server.sql("ANALYZE");
    let storage = &ada.get("/admin/stats").ok()["storage"]["tables"];
    let users = storage.as_array().unwrap().iter().find(|table| table["name"] == "users").unwrap();
    assert_eq!(users["rows"], 4);
    assert!(users["bytes"].as_u64().unwrap() > 8192);
}

/// The sums of the last hour, and of today.
fn uploads(stats: &Value) -> [[u64; 5]; 2] {
    let names = ["batches", "accepted", "updated", "duplicates", "rejected"];
    let (minutes, days) =
        (stats["ingest"]["minutes"].as_array().unwrap(), stats["ingest"]["days"].as_array().unwrap());
    assert_eq!((minutes.len(), days.len()), (60, 30));
    let of = |rows: &[Value], name: &str| rows.iter().map(|row| row[name].as_u64().unwrap()).sum::<u64>();
    // Around midnight, what is of the last hour may be of yesterday.
    [names.map(|name| of(minutes, name)), names.map(|name| of(&days[28..], name))]
}

#[test]
fn what_several_processes_were_sent_is_one_figure() {
    let server = Server::start();
    let other = Server::on(&server.database, |_| {});
    let ada = server.person("ada");
    server.sql(
        // (Days are subtracted from a date: from an instant they would be the session's zone's.)
        "INSERT INTO ingest_minutes \
         SELECT ((now() AT TIME ZONE 'UTC')::date - n)::timestamp AT TIME ZONE 'UTC', 1, b, c, d, e \
         FROM (VALUES (29, 2, 3, 4, 5), (40, 1, 1, 1, 1)) days (n, b, c, d, e)",
    );
    let phone = ada.device("Phone", "linux");
    let ada_there = other.nobody().bearer(&ada.access);
    let new = ada_there.post("/devices/register", &json!({"platform": "ios"})).is(201);
    let there = Device::new(ada_there, new);
    let row = |hour: u32, end: &str| json!({"app": "a", "started_at": format!("2026-01-01T{hour}:00:00Z"), "ended_at": end});
    phone.upload(&json!([row(10, "2026-01-01T10:01:00Z"), row(11, "2026-01-01T11:01:00Z")]));
    phone.upload(&json!([
        row(10, "2026-01-01T10:02:00Z"),
        row(11, "2026-01-01T11:01:00Z"),
        row(12, "2026-01-01T11:00:00Z")
    ]));
    there.upload(&json!([row(10, "2026-01-01T10:01:00Z")]));
    // A large one, which goes another way.
    let large = json!({"sessions": [row(13, "2026-01-01T13:01:00Z")], "padding": "x".repeat(100_000)});
    there.post("/usage/batch", &large).ok();
    // What is refused as a whole is no upload.
    phone.post("/usage/batch", &json!({"sessions": 7})).names("sessions");

    // Each process tells every ten seconds.
    let stats = once_there_are(&ada, 4, 15);
    assert_eq!(uploads(&stats), [[4, 4, 1, 1, 1]; 2], "{}", stats["ingest"]);
    let first = &stats["ingest"]["days"][0];
    assert_eq!((&first["batches"], &first["rejected"]), (&json!(1), &json!(5)));
    let minutes = stats["ingest"]["minutes"].as_array().unwrap();
    assert!(minutes.windows(2).all(|pair| pair[0]["at"].as_str() < pair[1]["at"].as_str()));
    assert_eq!(
        server.sql("SELECT count(*) FROM ingest_minutes WHERE minute < now() - interval '35 days'"),
        "0"
    );

    // A process that ends takes nothing with it.
    there.upload(&json!([row(15, "2026-01-01T15:01:00Z")]));
    drop(other);
    assert_eq!(uploads(&once_there_are(&ada, 5, 5))[0], [5, 5, 1, 1, 1]);
}

/// The figures, when so many uploads are in them, or at the end of so many seconds.
fn once_there_are(ada: &Person<'_>, batches: u64, seconds: u64) -> Value {
    let began = Instant::now();
    loop {
        let stats = ada.get("/admin/stats").ok();
        if uploads(&stats)[0][0] >= batches || began.elapsed() > Duration::from_secs(seconds) {
            return stats;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn days_are_those_of_who_asks() {
    let server = Server::start();
    let ada = server.person("ada");
    let today = |zone: &str| {
        let since_ever = json!({"timezone": zone, "effective_from": "2000-01-01T00:00:00Z"});
        ada.patch("/users/me", &since_ever).ok();
        ada.get("/admin/stats").ok()["ingest"]["days"][29]["date"].as_str().unwrap().to_owned()
    };
    // 26 hours apart: never the same day.
    assert_ne!(today("Pacific/Kiritimati"), today("Etc/GMT+12"));
}
