//! Events come in.

use serde_json::{Value, json};

use super::{NEW_YEAR, count, counts, event, ms_by_day, sync};
use crate::harness::{Device, Server};

fn visit(id: &str, second: i64, url: &str) -> Value {
    event(id, "TAB_ACTIVATED", second, 1, url)
}

#[test]
fn new_known_and_wrong() {
    let server = Server::start();
    let ada = server.person("ada");
    let firefox = ada.device("Firefox", "browser");
    let events = json!([visit("one", 0, "https://a.example/"), visit("two", 60, "https://b.example/")]);
    assert_eq!(counts(&sync(&firefox, &events)), (2, 0, 0));
    assert_eq!(counts(&sync(&firefox, &events)), (0, 2, 0));
    let mut wrong = visit("three", 90, "https://c.example/");
    wrong["ts"] = json!("soon");
    let events = json!([
        visit("two", 60, "https://b.example/"),
        wrong,
        visit("four", 120, "https://c.example/"),
        visit("four", 120, "https://c.example/")
    ]);
    let receipt = sync(&firefox, &events);
    assert_eq!(counts(&receipt), (1, 2, 1));
    assert_eq!(receipt["rejected"][0]["index"], 1);
    assert_eq!(receipt["rejected"][0]["error_code"], "EVENT_INVALID");
    assert_eq!(ms_by_day(&server), [("2026-01-01".into(), 3, 120_000)]);
    assert_eq!(count(&ada, ""), 3);
    for body in [json!({}), json!([]), json!({"events": {}}), json!(null)] {
        firefox.post("/events/sync", &body).names("events");
    }
    let many: Vec<u8> = json!({"events": vec![0; 10_001]}).to_string().into_bytes();
    let caller = firefox.with("content-type", "application/json");
    caller.raw(reqwest::Method::POST, "/events/sync", many).fails(413, "TOO_MANY_EVENTS");
    assert_eq!(counts(&sync(&firefox, &json!([]))), (0, 0, 0));
    server.verify();
}

#[test]
fn by_a_person_a_device_and_its_key() {
    let server = Server::start();
    let ada = server.person("ada");
    let firefox = ada.device("Firefox", "browser");
    let key = server.nobody().with("x-device-key", &firefox.key);
    assert_eq!(counts(&sync(&ada, &json!([visit("one", 0, "https://a.example/")]))), (1, 0, 0));
    assert_eq!(counts(&sync(&firefox, &json!([visit("two", 10, "https://b.example/")]))), (1, 0, 0));
    assert_eq!(counts(&sync(&key, &json!([visit("three", 30, "https://b.example/")]))), (1, 0, 0));
    // The same event is the same, whoever brings it.
    assert_eq!(counts(&sync(&firefox, &json!([visit("one", 0, "https://a.example/")]))), (0, 1, 0));
    assert_eq!(counts(&sync(&ada, &json!([visit("four", 60, "https://a.example/")]))), (1, 0, 0));
    let listed = ada.get("/events").ok();
    let devices: Vec<&Value> =
        listed["events"].as_array().unwrap().iter().map(|one| &one["device_id"]).collect();
    assert_eq!(devices, [&Value::Null, &json!(firefox.id), &json!(firefox.id), &Value::Null]);
    // Each for itself: 20 seconds of the browser, a minute of the person's.
    assert_eq!(ms_by_day(&server), [("2026-01-01".into(), 4, 80_000)]);
    let board = firefox.get("/events/count").ok();
    assert_eq!(board["count"], 4);
    server.verify();
}

#[test]
fn every_kind_of_event_is_read() {
    let server = Server::start();
    let ada = server.person("ada");
    let firefox = ada.device("Firefox", "browser");
    let at = |id: &str, what: &str, second: i64, payload: Value| json!({"_id": id, "v": 2, "type": what, "ts": NEW_YEAR + second * 1000, "payload": payload});
    let events = json!([
        at("1", "WINDOW_FOCUSED", 0, json!({"windowId": 5})),
        at(
            "2",
            "TAB_ACTIVATED",
            10,
            json!({"tabId": 1, "windowId": 5, "url": "https://a.example/", "title": "A", "active": true})
        ),
        at("3", "NAVIGATION", 20, json!({"tabId": 1, "url": "https://b.example/"})),
        at("4", "IDLE", 50, json!({})),
        at("5", "HEARTBEAT", 90, json!({})),
        at("6", "ACTIVE", 100, json!({})),
        at("7", "WINDOW_BLURRED", 105, json!({"windowId": 5})),
        at("8", "DOWNLOAD_STARTED", 110, json!({"more": [1, 2]})),
    ]);
    assert_eq!(counts(&sync(&firefox, &events)), (8, 0, 0));
    // 10 s of a, then 30 s and 5 s of b.
    assert_eq!(ms_by_day(&server), [("2026-01-01".into(), 8, 45_000)]);
    let newest = &ada.get("/events").ok()["events"];
    assert_eq!(newest[0]["type"], "DOWNLOAD_STARTED");
    assert_eq!(
        newest[6],
        json!({"_id": "2", "v": 2, "type": "TAB_ACTIVATED", "ts": NEW_YEAR + 10_000, "device_id": firefox.id,
               "payload": {"tabId": 1, "windowId": 5, "url": "https://a.example/", "title": "A", "active": true},
               "host": "a.example", "domain": "a.example"})
    );
}

#[test]
fn large_ones_and_gzip() {
    use std::io::Write;
    let server = Server::start();
    let firefox = server.device("Firefox");
    let events: Vec<Value> =
        (0..5000).map(|n| visit(&format!("event {n}"), n, &format!("https://{}.example/", n % 9))).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(json!({"events": events}).to_string().as_bytes()).unwrap();
    let caller = firefox.with("content-type", "application/json").with("content-encoding", "gzip");
    let receipt = caller.raw(reqwest::Method::POST, "/events/sync", gzip.finish().unwrap()).ok();
    assert_eq!(counts(&receipt), (5000, 0, 0));
    assert_eq!(counts(&sync(&firefox, &json!(events[2000..4000]))), (0, 2000, 0));
    assert_eq!(ms_by_day(&server), [("2026-01-01".into(), 5000, 4_999_000)]);
    server.verify();
}

#[test]
fn many_at_once_of_one_browser_and_of_many() {
    let server = Server::start();
    // What has just happened waits together.
    let begin = chrono::Utc::now().timestamp_millis() - 30 * 3_600_000;
    let visit = |id: &str, second: i64, url: &str| {
        let mut event = visit(id, second, url);
        event["ts"] = json!(begin + second * 1000);
        event
    };
    let ada = server.person("ada");
    let firefox = ada.device("Firefox", "browser");
    let others: Vec<Device<'_>> = (0..3).map(|n| ada.device(&n.to_string(), "browser")).collect();
    std::thread::scope(|scope| {
        for thread in 0..4_i64 {
            let (firefox, others, ada, visit) = (&firefox, &others, &ada, &visit);
            scope.spawn(move || {
                for n in 0..30 {
                    // Seconds that the threads take in turns: each comes before and after others' of the same browser.
                    let second = n * 40 + thread * 10;
                    let own = visit(&format!("{thread} {n}"), second, &format!("https://{thread}.example/"));
                    let shared = visit(&format!("shared {n}"), n * 40 + 5, "https://shared.example/");
                    assert_eq!(counts(&sync(firefox, &json!([own]))).0, 1);
                    // The same event by all at once, each by a browser of its own or the person.
                    match others.get(thread as usize) {
                        Some(other) => sync(other, &json!([shared])),
                        None => sync(ada, &json!([shared])),
                    };
                    if n % 10 == 9 {
                        let many: Vec<Value> = (0..60)
                            .map(|m| {
                                visit(&format!("many {n} {m}"), 5000 + n * 100 + m, "https://many.example/")
                            })
                            .collect();
                        let browser = others.get(thread as usize).unwrap_or(firefox);
                        sync(browser, &json!(many));
                    }
                }
            });
        }
    });
    server.verify();
    assert_eq!(count(&ada, "domain=shared.example"), 30);
    assert_eq!(count(&ada, "domain=many.example"), 180);
    assert_eq!(ada.get("/events/count").ok()["count"], 120 + 30 + 180);
    // The browser was in front from the first of its own events to the last, each ten seconds.
    let ms =
        server.sql(&format!("SELECT sum(duration_ms) FROM browser_days WHERE device_id = '{}'", firefox.id));
    assert!(ms.parse::<i64>().unwrap() >= (30 * 40 - 10) * 1000, "{ms}");
}

#[test]
fn with_tokens_that_were_taken_back() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let (firefox, of_bob) = (ada.device("Firefox", "browser"), bob.device("Firefox", "browser"));
    ada.post("/auth/logout", &json!({"refresh_token": ada.refresh})).is(204);
    of_bob.post("/devices/revoke", &json!({})).is(204);
    for many in [1, 100] {
        let events: Vec<Value> =
            (0..many).map(|n| visit(&format!("{many} {n}"), n, "https://a.example/")).collect();
        for caller in [&*ada, &*of_bob] {
            caller.post("/events/sync", &json!({"events": events})).fails(401, "TOKEN_REVOKED");
        }
    }
    // A device goes on when its person signs out.
    assert_eq!(counts(&sync(&firefox, &json!([visit("one", 0, "https://a.example/")]))), (1, 0, 0));
    server.sql("UPDATE users SET disabled_at = now() WHERE username = 'bob'");
    bob.post("/events/sync", &json!({"events": [visit("two", 0, "https://a.example/")]}))
        .fails(401, "TOKEN_REVOKED");
    assert_eq!(server.sql("SELECT count(*) FROM events"), "1");
    server.verify();
}

#[test]
fn hostile_texts_are_texts() {
    let server = Server::start();
    let ada = server.person("ada");
    let texts = [
        "<script>alert(1)</script>",
        "'; DROP TABLE events; --",
        "=1+1",
        "\u{202e}abc",
        "\u{fffd}",
        "😀😀",
        "%00",
        "{}",
        "\\",
    ];
    for (number, text) in texts.into_iter().enumerate() {
        let mut one = visit(&format!("{text} {number}"), number as i64, "https://a.example/");
        one["type"] = json!(text);
        one["payload"]["title"] = json!(text);
        assert_eq!(counts(&sync(&ada, &json!([one]))), (1, 0, 0), "{text}");
        let query: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let listed = ada.get(&format!("/events?type={query}")).ok();
        assert_eq!(listed["total"], 1, "{text}");
        assert_eq!(listed["events"][0]["_id"], format!("{text} {number}"));
        assert_eq!(listed["events"][0]["payload"]["title"], text);
        assert_eq!(ada.get(&format!("/events/count?domain={query}")).ok()["count"], 0);
        let mut one = visit(&number.to_string(), 0, text);
        one["payload"]["url"] = json!(format!("https://{text}.example/{text}?{text}"));
        let receipt = sync(&ada, &json!([one]));
        assert_eq!(counts(&receipt).0 as usize + counts(&receipt).2, 1, "{receipt}");
    }
    // What PostgreSQL cannot hold costs its event.
    for (field, code) in [("_id", "ID_INVALID"), ("type", "TYPE_INVALID")] {
        let mut one = visit("x", 0, "https://a.example/");
        one[field] = json!("a\0b");
        assert_eq!(sync(&ada, &json!([one]))["rejected"][0]["error_code"], code);
    }
    server.verify();
}
