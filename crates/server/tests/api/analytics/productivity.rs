//! Productivity: what time was worth, by usage and browsers together.

use serde_json::{Value, json};

use super::{ms, sum_ms};
use crate::events::sync;
use crate::harness::Server;

/// The instant so many minutes after noon, two days ago.
fn at(minutes: i64) -> chrono::DateTime<chrono::Utc> {
    let noon = (chrono::Utc::now().date_naive() - chrono::Days::new(2)).and_hms_opt(12, 0, 0).unwrap();
    noon.and_utc() + chrono::TimeDelta::minutes(minutes)
}

fn session(app: &str, from: i64, to: i64) -> Value {
    json!({"app": app, "started_at": at(from), "ended_at": at(to)})
}

fn visit(id: &str, minute: i64, url: &str) -> Value {
    json!({"_id": id, "type": "NAVIGATION", "ts": at(minute).timestamp_millis(), "payload": {"url": url}})
}

fn worth(figures: &Value) -> [Value; 5] {
    ["score", "productive_seconds", "neutral_seconds", "distracting_seconds", "uncategorized_seconds"]
        .map(|name| figures[name].clone())
}

#[test]
fn browsers_refine_what_usage_says() {
    let server = Server::start();
    let ada = server.person("ada");
    let (desk, firefox) = (ada.device("Desk", "linux"), ada.device("Firefox", "browser"));
    desk.upload(&json!([
        session("code", 0, 30),
        session("firefox", 30, 50),
        session("what is this", 50, 55)
    ]));
    let seen = |days: u32| ada.get(&format!("/analytics/productivity?days={days}")).ok();
    assert_eq!(worth(&seen(7)), [json!(77), json!(1800), json!(0), json!(0), json!(1500)]);
    // Four minutes of each of three pages, of the browser's twenty.
    sync(
        &firefox,
        &json!([
            visit("1", 30, "https://github.com/a"),
            visit("2", 34, "https://www.youtube.com/b"),
            visit("3", 38, "https://example.org/"),
            visit("4", 42, "about:blank"),
        ]),
    );
    let figures = seen(7);
    let uncategorized = ms(&figures["uncategorized_seconds"]);
    assert_eq!(
        (ms(&figures["productive_seconds"]), ms(&figures["distracting_seconds"])),
        (2_040_000, 240_000)
    );
    // All that usage has and no more, whatever browsers say of the same time.
    assert_eq!(2_040_000 + 240_000 + uncategorized, 55 * 60_000);
    assert_eq!(figures["active_seconds"], 3300);
    assert_eq!(figures["top_productive"][0]["name"], "code");
    assert_eq!(
        figures["top_productive"][1],
        json!({"name": "github.com", "kind": "website", "category": "Work > Coding", "weight": 2, "seconds": 240})
    );
    assert_eq!(figures["top_distracting"][0]["name"], "youtube.com");
    let daily = figures["daily"].as_array().unwrap();
    assert_eq!(daily.len(), 7);
    assert_eq!(worth(&daily[4]), worth(&figures));
    let hours: i64 =
        figures["weekdays"].as_array().unwrap().iter().flat_map(|day| day.as_array().unwrap()).map(ms).sum();
    assert_eq!(hours, ms(&figures["active_seconds"]));
    // Of two days the day is the first; of one it is before.
    assert_eq!(worth(&seen(3)), worth(&figures));
    assert_eq!(seen(2)["score"], json!(null));
    assert_eq!(worth(&seen(2)["previous"]), worth(&figures));
    assert_eq!(sum_ms(&figures["top_productive"]), ms(&figures["productive_seconds"]));

    // Categories of one's own count at once, and for past days.
    let tree = json!([{"name": "Bad", "weight": -2, "rules": [{"app": "code"}]}]);
    ada.patch("/users/me", &json!({"settings": {"categorization": {"categories": tree}}})).ok();
    assert_eq!(ms(&seen(7)["distracting_seconds"]), 1_800_000);
}

#[test]
fn from_another_zone_it_is_as_if_lived_there() {
    let server = Server::start();
    let (here, there) = (server.person("here"), server.person_in("there", "Pacific/Auckland"));
    for who in [&here, &there] {
        // Over midnight of both.
        let sessions = json!([session("code", -90, 10), session("game", 700, 740)]);
        who.device("Desk", "linux").upload(&sessions);
        let browser = who.device("Firefox", "browser");
        sync(
            &browser,
            &json!([visit("1", 718, "https://github.com/a"), visit("2", 722, "https://example.org/")]),
        );
    }
    let lived = there.get("/analytics/productivity?days=5").ok();
    assert_eq!(here.get("/analytics/productivity?days=5&tz=Pacific/Auckland").ok(), lived);
    assert_ne!(here.get("/analytics/productivity?days=5").ok()["weekdays"], lived["weekdays"]);
}

#[test]
fn is_each_account_s_own() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    ada.device("Desk", "linux").upload(&json!([session("code", 0, 30)]));
    assert_eq!(
        worth(&bob.get("/analytics/productivity").ok()),
        [json!(null), json!(0), json!(0), json!(0), json!(0)]
    );
    server.nobody().get("/analytics/productivity").fails(401, "TOKEN_MISSING");
}
