//! Events as a list, counted, and by domain.

use serde_json::{Value, json};

use super::{NEW_YEAR, count, event, sync};
use crate::harness::Server;

#[test]
fn newest_first_page_by_page_and_stable_under_inserts() {
    let server = Server::start();
    let ada = server.person("ada");
    let firefox = ada.device("Firefox", "browser");
    // Several of a millisecond, over several days.
    let events: Vec<Value> = (0..25)
        .map(|n| event(&format!("event {n}"), "NAVIGATION", n / 3 * 40_000, 1, "https://a.example/"))
        .collect();
    sync(&firefox, &json!(events));
    let mut seen: Vec<Value> = vec![];
    let mut path = "/events?limit=4".to_owned();
    for page in 0_i64.. {
        let answer = ada.get(&path).ok();
        assert_eq!(answer["total"], 25 + page);
        let events = answer["events"].as_array().unwrap();
        assert!(events.len() <= 4);
        seen.extend(events.iter().map(|one| json!([one["ts"], one["_id"]])));
        sync(
            &firefox,
            &json!([event(&format!("late {page}"), "NAVIGATION", 900_000 + page, 1, "https://b.example/")]),
        );
        let Some(cursor) = answer["next_cursor"].as_str() else { break };
        path = format!("/events?limit=4&cursor={cursor}");
    }
    assert_eq!(seen.len(), 25);
    let times: Vec<i64> = seen.iter().map(|one| one[0].as_i64().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b));
    let ids: std::collections::HashSet<&str> = seen.iter().map(|one| one[1].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 25);
}

#[test]
fn by_date_type_and_domain() {
    let server = Server::start();
    let ada = server.person_in("ada", "America/New_York");
    let (firefox, chrome) = (ada.device("Firefox", "browser"), ada.device("Chrome", "browser"));
    let day = 86_400;
    sync(
        &firefox,
        &json!([
            event("1", "TAB_ACTIVATED", 0, 1, "https://mail.example.co.uk/"),
            event("2", "NAVIGATION", 60, 1, "https://www.example.co.uk/a"),
            event("3", "NAVIGATION", day, 1, "https://other.example/"),
            event("4", "NAVIGATION", 3 * day, 1, "file:///home/ada/x"),
            {"_id": "5", "type": "IDLE", "ts": NEW_YEAR + 9 * day * 1000},
        ]),
    );
    sync(&chrome, &json!([event("6", "NAVIGATION", 30, 1, "https://mail.example.co.uk/")]));
    for (query, expected) in [
        ("", 6),
        ("type=NAVIGATION", 4),
        ("type=navigation", 0),
        ("type=IDLE", 1),
        ("domain=example.co.uk", 3),
        ("domain=www.Example.CO.uk", 3),
        ("domain=mail.example.co.uk", 2),
        ("domain=co.uk", 0),
        ("domain=other.example", 1),
        ("domain=", 0),
        ("type=NAVIGATION&domain=example.co.uk", 2),
        ("type=TAB_ACTIVATED&domain=mail.example.co.uk", 1),
        ("type=IDLE&domain=example.co.uk", 0),
        // In New York it was still 2025.
        ("start_date=2025-12-31&end_date=2025-12-31", 3),
        ("start_date=2026-01-01", 3),
        ("end_date=2026-01-01&type=NAVIGATION", 3),
        ("start_date=2026-01-01&domain=example.co.uk", 0),
        ("start_date=1970-01-01&end_date=9999-12-31", 6),
    ] {
        assert_eq!(count(&ada, query), expected, "{query}");
    }
    for (query, field) in [
        ("start_date=yesterday", "start_date"),
        ("end_date=2026-02-30", "end_date"),
        ("start_date=0000-01-01", "start_date"),
        ("start_date=2026-01-02&end_date=2026-01-01", "start_date"),
        ("limit=0", "limit"),
        ("cursor=AAAA", "cursor"),
        ("type=%00", "type"),
        ("domain=a&domain=b", "domain"),
    ] {
        ada.get(&format!("/events?{query}")).names(field);
    }
    for query in ["limit=0", "limit=1001", "days=0", "days=367", "days=-1", "days=x"] {
        ada.get(&format!("/events/domains?{query}")).names(query.split('=').next().unwrap());
    }
}

#[test]
fn domains_with_their_hosts() {
    let server = Server::start();
    let ada = server.person("ada");
    let firefox = ada.device("Firefox", "browser");
    let now = chrono::Utc::now().timestamp_millis();
    let visit = |id: &str, ago_s: i64, url: &str| json!({"_id": id, "type": "TAB_ACTIVATED", "ts": now - ago_s * 1000, "payload": {"tabId": 1, "windowId": 1, "url": url}});
    sync(
        &firefox,
        &json!([
            visit("1", 2000, "https://www.example.org/"),
            visit("2", 1990, "https://mail.example.org/"),
            visit("3", 1960, "chrome-extension://pgecldifgnpaaclnfhadlbifpnndcjck/popup.html"),
            visit("4", 1955, "file:///x"),
            visit("5", 1940, "https://other.example/"),
            visit("6", 1940, "https://another.example/"),
            visit("7", 1900, "https://example.org/"),
            visit("old", 40 * 86_400, "https://old.example/"),
        ]),
    );
    let answer = ada.get("/events/domains").ok();
    let host = |host: Value, count: i64, visits: i64, seconds: i64| json!({"host": host, "count": count, "visits": visits, "seconds": seconds});
    assert_eq!(
        answer,
        json!({"domains": [
            {"domain": "example.org", "count": 3, "visits": 3, "seconds": 40,
             "hosts": [host(json!("mail.example.org"), 1, 1, 30), host(json!("example.org"), 2, 2, 10)]},
            {"domain": "another.example", "count": 1, "visits": 1, "seconds": 40,
             "hosts": [host(json!("another.example"), 1, 1, 40)]},
            {"domain": null, "count": 2, "visits": 2, "seconds": 20,
             "hosts": [host(Value::Null, 1, 1, 15), host(json!("pgecldifgnpaaclnfhadlbifpnndcjck"), 1, 1, 5)]},
            {"domain": "other.example", "count": 1, "visits": 1, "seconds": 0,
             "hosts": [host(json!("other.example"), 1, 1, 0)]},
        ]})
    );
    let first = ada.get("/events/domains?limit=1").ok();
    assert_eq!(first["domains"], json!([answer["domains"][0]]));
    let all = ada.get("/events/domains?days=60").ok();
    // It was heard of for five minutes.
    assert_eq!(all["domains"][0]["domain"], "old.example");
    assert_eq!(all["domains"][0]["seconds"], 300);
}
