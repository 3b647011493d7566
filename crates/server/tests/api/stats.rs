//! Days and weeks: what is in them, and where they begin.

use serde_json::{Value, json};

use crate::harness::{Device, Server};

fn session(app: &str, from: &str, to: &str) -> Value {
    json!({"app": app, "started_at": from, "ended_at": to})
}

fn today(device: &Device<'_>, query: &str) -> Value {
    device.get(&format!("/stats/today?{query}")).ok()
}

#[test]
fn a_day_has_the_shape_of_the_contract() {
    let server = Server::start();
    let phone = server.device_in("Phone", "Europe/Berlin");
    let pc = phone.another("PC");
    phone.upload(&json!([
        session("a", "2026-01-01T10:00:00Z", "2026-01-01T10:30:00.5Z"),
        session("b", "2026-01-01T10:20:00Z", "2026-01-01T11:10:00Z"),
        session("a", "2025-12-31T10:00:00Z", "2025-12-31T10:00:07Z"),
    ]));
    pc.upload(&json!([{"app": "a", "kind": "website", "started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T10:10:00Z"}]));
    let day = today(&phone, "date=2026-01-01");
    assert_eq!(
        (&day["date"], &day["timezone"], &day["day_start"]),
        (&json!("2026-01-01"), &json!("Europe/Berlin"), &json!("00:00"))
    );
    assert_eq!((&day["from"], &day["to"]), (&json!("2025-12-31T23:00:00Z"), &json!("2026-01-01T23:00:00Z")));
    assert_eq!(
        (&day["total_seconds"], &day["active_seconds"], &day["session_count"]),
        (&json!(5400.5), &json!(4200), &json!(3))
    );
    assert_eq!(
        day["apps"],
        json!([
            {"app": "b", "kind": "app", "category": null, "seconds": 3000, "session_count": 1, "share": 0.5555},
            {"app": "a", "kind": "app", "category": null, "seconds": 1800.5, "session_count": 1, "share": 0.3334},
            {"app": "a", "kind": "website", "category": null, "seconds": 600, "session_count": 1, "share": 0.1111},
        ])
    );
    assert_eq!(
        day["devices"],
        json!([
            {"device_id": phone.id, "name": "Phone", "platform": "android", "seconds": 4800.5},
            {"device_id": pc.id, "name": "PC", "platform": "windows", "seconds": 600},
        ])
    );
    let hours = day["hours"].as_array().unwrap();
    assert_eq!((hours.len(), &hours[11], &hours[12]), (24, &json!(4800.5), &json!(600)));
    assert_eq!(day["previous"], json!({"date": "2025-12-31", "total_seconds": 7, "active_seconds": 7}));
    let one = today(&phone, &format!("date=2026-01-01&device_id={}", pc.id));
    assert_eq!((&one["total_seconds"], one["devices"].as_array().unwrap().len()), (&json!(600), 1));
}

#[test]
fn without_a_date_it_is_today() {
    let server = Server::start();
    let phone = server.device_in("Phone", "Pacific/Kiritimati");
    let now = chrono::Utc::now();
    let local =
        |at: chrono::DateTime<chrono::Utc>| (at + chrono::TimeDelta::hours(14)).date_naive().to_string();
    let day = today(&phone, "");
    assert!(day["date"] == local(now) || day["date"] == local(chrono::Utc::now()), "{day}");
    assert_eq!(today(&phone, "tz=UTC")["timezone"], "UTC");
}

#[test]
fn sessions_are_cut_at_local_midnight() {
    let server = Server::start();
    let phone = server.device_in("Phone", "America/St_Johns");
    phone.upload(&json!([session("a", "2026-01-02T03:00:00Z", "2026-01-02T04:00:00Z")]));
    for (date, seconds, hour) in [("2026-01-01", 1800, 23), ("2026-01-02", 1800, 0)] {
        let day = today(&phone, &format!("date={date}"));
        assert_eq!(
            (&day["total_seconds"], &day["session_count"], &day["hours"][hour]),
            (&json!(seconds), &json!(1), &json!(seconds))
        );
    }
    let elsewhere = today(&phone, "date=2026-01-02&tz=UTC");
    assert_eq!((&elsewhere["total_seconds"], &elsewhere["timezone"]), (&json!(3600), &json!("UTC")));
    let week = phone.get("/stats/week?date=2026-01-02").ok();
    assert_eq!(
        (&week["total_seconds"], &week["apps"][0]["session_count"]),
        (&json!(3600), &json!(1)),
        "one session, though of two days"
    );
}

#[test]
fn days_of_23_and_25_hours() {
    let server = Server::start();
    let phone = server.device_in("Phone", "Europe/Berlin");
    phone.upload(&json!([
        session("a", "2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z"),
        session("a", "2025-10-25T22:00:00Z", "2025-10-26T22:00:00Z"),
        session("b", "2025-10-26T22:00:00Z", "2025-10-26T23:00:00Z"),
    ]));
    for query in ["", "&tz=Europe/Berlin"] {
        let spring = today(&phone, &format!("date=2025-03-30{query}"));
        assert_eq!((&spring["total_seconds"], &spring["hours"][2]), (&json!(23 * 3600), &json!(0)));
        let autumn = today(&phone, &format!("date=2025-10-26{query}"));
        assert_eq!((&autumn["total_seconds"], &autumn["hours"][2]), (&json!(25 * 3600), &json!(7200)));
        let sum: i64 = autumn["hours"].as_array().unwrap().iter().map(|hour| hour.as_i64().unwrap()).sum();
        assert_eq!(sum, 25 * 3600);
    }
}

#[test]
fn a_week_is_seven_days_that_add_up() {
    let server = Server::start();
    let phone = server.device_in("Phone", "Europe/Berlin");
    let rows: Vec<Value> = (1..=20)
        .map(|day| {
            session("a", &format!("2026-01-{day:02}T12:00:00Z"), &format!("2026-01-{day:02}T12:00:{day:02}Z"))
        })
        .collect();
    phone.upload(&json!(rows));
    let week = phone.get("/stats/week?date=2026-01-15").ok();
    assert_eq!((&week["start_date"], &week["end_date"]), (&json!("2026-01-09"), &json!("2026-01-15")));
    assert_eq!(
        (&week["from"], &week["to"]),
        (&json!("2026-01-08T23:00:00Z"), &json!("2026-01-15T23:00:00Z"))
    );
    let days = week["days"].as_array().unwrap();
    assert_eq!(days.len(), 7);
    assert_eq!(
        (&days[0]["date"], &days[0]["total_seconds"], &days[0]["from"]),
        (&json!("2026-01-09"), &json!(9), &week["from"])
    );
    assert_eq!(
        (&week["total_seconds"], &week["apps"][0]["session_count"]),
        (&json!((9..=15).sum::<i64>()), &json!(7))
    );
    assert_eq!(
        week["previous"],
        json!({"start_date": "2026-01-02", "end_date": "2026-01-08", "total_seconds": 35, "active_seconds": 35})
    );
    let calendar = phone.get("/stats/week?date=2026-01-15&calendar=true").ok();
    assert_eq!(
        (&calendar["start_date"], &calendar["end_date"]),
        (&json!("2026-01-12"), &json!("2026-01-18"))
    );
    phone
        .owner
        .patch("/users/me", &json!({"week_start": "sunday", "effective_from": "2020-01-01T00:00:00Z"}))
        .ok();
    assert_eq!(phone.get("/stats/week?date=2026-01-15&calendar=true").ok()["start_date"], "2026-01-11");
}

#[test]
fn a_day_may_start_at_four() {
    let server = Server::start();
    let phone = server.device("Phone");
    phone.upload(&json!([session("a", "2026-01-02T03:30:00Z", "2026-01-02T04:30:00Z")]));
    assert_eq!(today(&phone, "date=2026-01-01")["total_seconds"], 0);
    phone
        .owner
        .patch("/users/me", &json!({"day_start": "04:00", "effective_from": "2020-01-01T00:00:00Z"}))
        .ok();
    let day = today(&phone, "date=2026-01-01");
    assert_eq!(
        (&day["total_seconds"], &day["hours"][3], &day["day_start"]),
        (&json!(1800), &json!(1800), &json!("04:00"))
    );
    let day = today(&phone, "date=2026-01-02");
    assert_eq!((&day["total_seconds"], &day["hours"][4]), (&json!(1800), &json!(1800)));
    server.verify();
}

#[test]
fn past_days_keep_the_zone_they_were_lived_in() {
    let server = Server::start();
    let phone = server.device_in("Phone", "America/New_York");
    phone.upload(&json!([session("a", "2026-01-02T03:00:00Z", "2026-01-02T04:00:00Z")]));
    let account = phone.owner.patch("/users/me", &json!({"timezone": "Asia/Kolkata"})).ok();
    assert_eq!(account["timezone"], "Asia/Kolkata");
    assert_eq!(today(&phone, "date=2026-01-01")["total_seconds"], 3600);
    phone.owner.patch("/users/me", &json!({"effective_from": "2026-01-01T00:00:00Z"})).ok();
    assert_eq!(today(&phone, "date=2026-01-01")["total_seconds"], 0);
    assert_eq!(today(&phone, "date=2026-01-02")["total_seconds"], 3600);
    server.verify();
}

#[test]
fn the_account_says_what_holds() {
    let server = Server::start();
    let phone = server.device_in("Phone", "Europe/Berlin");
    let account = phone.owner.get("/users/me").ok();
    assert_eq!(
        (&account["timezone"], &account["day_start"], &account["week_start"]),
        (&json!("Europe/Berlin"), &json!("00:00"), &json!("monday"))
    );
    assert!(
        account["id"].is_string() && account["created_at"].is_string() && account["updated_at"].is_string()
    );
    for (body, field) in [
        (json!({"timezone": "Mars/Base"}), "timezone"),
        (json!({"timezone": 5}), "timezone"),
        (json!({"day_start": "24:00"}), "day_start"),
        (json!({"week_start": "someday"}), "week_start"),
        (json!({"effective_from": "soon"}), "effective_from"),
    ] {
        phone.owner.patch("/users/me", &body).names(field);
    }
    assert_eq!(phone.owner.patch("/users/me", &json!({})).ok(), account);
}

#[test]
fn a_query_that_is_none_is_named() {
    let server = Server::start();
    let phone = server.device("Phone");
    for path in ["/stats/today", "/stats/week"] {
        for (query, field) in [
            ("tz=Mars/Base", "tz"),
            ("tz=", "tz"),
            ("date=2026-02-29", "date"),
            ("date=tomorrow", "date"),
            ("device_id=x", "device_id"),
            ("date=2026-01-01&date=2026-01-02", "date"),
        ] {
            phone.get(&format!("{path}?{query}")).names(field);
        }
        for date in ["1900-01-01", "9999-12-31", "+262142-12-31", "-262143-01-01"] {
            let answer = phone.get(&format!("{path}?date={}", date.replace('+', "%2B")));
            assert!(answer.status < 500, "{path} {date}: {}", answer.text());
        }
    }
}
