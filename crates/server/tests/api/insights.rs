//! Insights: days and weeks in words, by the program itself and by providers that speak their real protocols.

use serde_json::{Value, json};

use crate::harness::{Caller, Server};

mod budget;
mod fake;
mod hostile;
mod providers;

/// The instant so many minutes after noon, some days ago.
pub fn at(days: u64, minutes: i64) -> chrono::DateTime<chrono::Utc> {
    let noon = (chrono::Utc::now().date_naive() - chrono::Days::new(days)).and_hms_opt(12, 0, 0).unwrap();
    noon.and_utc() + chrono::TimeDelta::minutes(minutes)
}

/// The date some days ago.
pub fn date(days: u64) -> String {
    at(days, 0).date_naive().to_string()
}

pub fn session(app: &str, days: u64, from: i64, to: i64) -> Value {
    json!({"app": app, "started_at": at(days, from), "ended_at": at(days, to)})
}

/// Two hours of work on each of ten days, and four on the last: two days ago.
pub fn work(owner: &Caller<'_>) {
    let new = json!({"name": "Desk", "platform": "linux"});
    let desk = crate::harness::Device::new(owner.clone(), owner.post("/devices/register", &new).is(201));
    let mut sessions: Vec<Value> = (3..13).map(|days| session("code", days, 0, 120)).collect();
    sessions.push(session("code", 2, 0, 240));
    desk.upload(&json!(sessions));
}

fn daily(caller: &Caller<'_>, days: u64) -> Value {
    caller.get(&format!("/ai/daily-summary?date={}", date(days))).ok()
}

#[test]
fn a_day_in_words() {
    let server = Server::start();
    let ada = server.person("ada");
    work(&ada);
    let day = daily(&ada, 2);
    assert_eq!((&day["date"], &day["is_over"]), (&json!(date(2)), &json!(true)));
    let expected = format!(
        "On {} devices were used for 4 h. Productive: 4 h, distracting: 0 s, a score of 100.",
        date(2)
    );
    assert_eq!(day["summary"], expected);
    assert_eq!(day["highlights"][0], "Most time of a category: \"Work > Coding\", 4 h.");
    assert_eq!(day["figures"]["active_seconds"], 14_400);
    assert_eq!(day["figures"]["apps"], json!([{"name": "code", "kind": "app", "seconds": 14_400}]));
    let insight = &day["insights"][0];
    assert_eq!(insight["kind"], "change");
    assert_eq!(insight["text"], "Time at screens: 4 h, 100 % more than usual (2 h, the median of 10 days).");
    assert_eq!(insight["evidence"][0], json!({"name": "active_seconds", "value": 14_400, "unit": "seconds"}));
    assert_eq!(
        (&day["provider"], &day["fallback"], &day["cached"]),
        (&json!("builtin"), &json!(null), &json!(false))
    );
    // It is kept, word for word.
    let mut again = daily(&ada, 2);
    assert_eq!(again["cached"], true);
    again["cached"] = json!(false);
    assert_eq!(again, day);
}

#[test]
fn late_data_is_told_of() {
    let server = Server::start();
    let ada = server.person("ada");
    work(&ada);
    let first = daily(&ada, 2);
    ada.device("Phone", "android").upload(&json!([session("com.instagram.android", 2, 240, 300)]));
    let second = daily(&ada, 2);
    assert_eq!((&second["cached"], &second["figures"]["active_seconds"]), (&json!(false), &json!(18_000)));
    assert_ne!(first["summary"], second["summary"]);
    assert_eq!(daily(&ada, 2)["cached"], true);
    assert_eq!(server.sql("SELECT count(*) FROM insights"), "1");
    // Categories of one's own change what days are worth.
    let tree = json!([{"name": "Bad", "weight": -2, "rules": [{"app": "code"}]}]);
    ada.patch("/users/me", &json!({"settings": {"categorization": {"categories": tree}}})).ok();
    assert_eq!(daily(&ada, 2)["figures"]["score"], 10);
}

#[test]
fn some_days_and_a_week() {
    let server = Server::start();
    let ada = server.person("ada");
    work(&ada);
    let days = ada.get("/ai/productivity-insights?days=5").ok();
    assert_eq!((&days["from"], &days["to"]), (&json!(date(4)), &json!(date(0))));
    assert_eq!(days["figures"]["active_days"], 3);
    assert!(days["summary"].as_str().unwrap().contains("8 h, on 3 days"));
    assert_eq!(ada.get("/ai/productivity-insights").ok()["from"], date(6));

    let week = ada.get(&format!("/ai/weekly-report?date={}", date(9))).ok();
    assert_eq!(week["days"].as_array().unwrap().len(), 7);
    let (first, last) = (week["start_date"].as_str().unwrap(), week["end_date"].as_str().unwrap());
    assert!(first <= date(9).as_str() && date(9).as_str() <= last);
    let sum: i64 =
        week["days"].as_array().unwrap().iter().map(|day| day["active_seconds"].as_i64().unwrap()).sum();
    assert_eq!(week["figures"]["active_seconds"], sum);
    let change = &week["changes"][0];
    assert_eq!((&change["name"], &change["value"]), (&json!("active_seconds"), &json!(sum)));
    assert_eq!(change["before"], week["previous"]["active_seconds"]);
    assert_eq!(week["provider"], "builtin");
    // A date selects its week, whichever of its days it is.
    let same = ada.get(&format!("/ai/weekly-report?date={first}")).ok();
    assert_eq!((&same["summary"], &same["cached"]), (&week["summary"], &json!(true)));
}

#[test]
fn nothing_recorded_is_said_so() {
    let server = Server::start();
    let ada = server.person("ada");
    let day = ada.get("/ai/daily-summary").ok();
    assert_eq!(day["summary"], format!("So far on {} nothing was recorded.", date(0)));
    assert_eq!(
        (&day["insights"], &day["highlights"], &day["figures"]["score"]),
        (&json!([]), &json!([]), &json!(null))
    );
    ada.get("/ai/productivity-insights").ok();
    ada.get("/ai/weekly-report").ok();
    assert_eq!(server.sql("SELECT count(*) FROM insights"), "0");
    for date in ["1970-01-01", "9999-12-31"] {
        ada.get(&format!("/ai/daily-summary?date={date}")).ok();
        ada.get(&format!("/ai/weekly-report?date={date}")).ok();
    }
}

#[test]
fn what_is_asked_must_make_sense() {
    let server = Server::start();
    let ada = server.person("ada");
    for (path, field) in [
        ("daily-summary?date=yesterday", "date"),
        ("daily-summary?date=2026-02-30", "date"),
        ("daily-summary?date=1969-12-31", "date"),
        ("daily-summary?date=10000-01-01", "date"),
        ("weekly-report?date=1", "date"),
        ("productivity-insights?days=0", "days"),
        ("productivity-insights?days=367", "days"),
        ("productivity-insights?days=a", "days"),
        ("preview?kind=a", "kind"),
        ("preview", "kind"),
        ("preview?kind=daily-summary&days=0", "days"),
    ] {
        ada.get(&format!("/ai/{path}")).names(field);
    }
    ada.get("/ai/productivity-insights?days=366").ok();
}

#[test]
fn is_each_account_s_own() {
    let server = Server::start();
    let (bob, ada) = (server.person("bob"), server.person("ada"));
    work(&ada);
    daily(&ada, 2);
    assert_eq!(server.sql("SELECT count(*) FROM insights"), "1");
    let of_bob = daily(&bob, 2);
    assert_eq!((&of_bob["figures"]["active_seconds"], &of_bob["cached"]), (&json!(0), &json!(false)));
    server.nobody().get("/ai/daily-summary").fails(401, "TOKEN_MISSING");
    ada.send(reqwest::Method::DELETE, "/users/me", Some(&json!({"password": crate::harness::PASSWORD})))
        .is(204);
    assert_eq!(server.sql("SELECT count(*) FROM insights"), "0");
    server.verify();
}
