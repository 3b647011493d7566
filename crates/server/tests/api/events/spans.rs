//! The pages of a day: they add up to its time, and say which page it was.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::visits::{batches, browsers, expected, visits};
use super::{NEW_YEAR, event, sync};
use crate::harness::{Caller, Server};

fn ms(instant: &Value) -> i64 {
    instant.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis()
}

/// Milliseconds by domain of a day's pages, which follow each other.
fn by_domain(day: &Value) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for device in day["devices"].as_array().unwrap() {
        let mut last = 0;
        for span in device["spans"].as_array().unwrap() {
            let (from, to) = (ms(&span["started_at"]), ms(&span["ended_at"]));
            assert!(last <= from && from < to, "{span}");
            last = to;
            *sums.entry(span["domain"].to_string()).or_default() += to - from;
        }
    }
    sums
}

/// The same, of the day in what time was spent on.
fn spent(caller: &Caller<'_>, query: &str) -> BTreeMap<String, BTreeMap<String, i64>> {
    let days = caller.get(&format!("/analytics/time-spent?days=366{query}")).ok()["days"].clone();
    let sums = |day: &Value| {
        let domains = day["domains"].as_array().unwrap().iter();
        let sum = |one: &Value| (one["seconds"].as_f64().unwrap() * 1000.0).round() as i64;
        domains.map(|one| (one["domain"].to_string(), sum(one))).filter(|(_, ms)| *ms > 0).collect()
    };
    days.as_array().unwrap().iter().map(|day| (day["date"].as_str().unwrap().to_owned(), sums(day))).collect()
}

#[test]
fn the_pages_of_a_day_add_up_to_its_time() {
    let server = Server::start();
    let ada = server.person("ada");
    let file = "panelist_1_events.csv.gz";
    let last: chrono::DateTime<chrono::Utc> = expected(file)["last_event"].as_str().unwrap().parse().unwrap();
    let weeks = (chrono::Utc::now() - last).num_days() / 7;
    let devices = visits(file, weeks * 7 * 86_400_000);
    for (browser, events) in browsers(&ada, &devices).iter().zip(devices.values()) {
        for batch in batches(events, 5000) {
            sync(browser, &json!(batch));
        }
    }
    let mut days = 0;
    for (query, zone) in [("", "UTC"), ("&tz=America/New_York", "America/New_York")] {
        let used: Vec<_> =
            spent(&ada, query).into_iter().filter(|(_, domains)| !domains.is_empty()).collect();
        // A day tells 50 domains at the most.
        for (date, domains) in used.iter().rev().filter(|(_, domains)| domains.len() < 50).take(20) {
            let day = ada.get(&format!("/events/spans?date={date}{query}")).ok();
            assert_eq!((&day["date"], &day["timezone"]), (&json!(date), &json!(zone)));
            assert_eq!(day["complete"], true);
            assert_eq!(by_domain(&day), *domains, "{date} {zone}");
            days += 1;
        }
    }
    assert_eq!(days, 40);
}

#[test]
fn each_page_is_told_with_its_title_and_its_browser() {
    let server = Server::start();
    let ada = server.person("ada");
    let firefox = ada.device("Firefox", "browser");
    let page = |id: &str, second: i64, url: &str, title: &str| {
        let mut event = event(id, "TAB_ACTIVATED", second, 1, url);
        event["payload"]["title"] = json!(title);
        event
    };
    // From before midnight into the new year, and one page until after its end.
    sync(
        &firefox,
        &json!([page("1", -60, "https://www.a.example/", "A"), page("2", 90, "https://b.a.example/", "B")]),
    );
    sync(
        &firefox,
        &json!([page("3", 200, "file:///tmp/x", "C"), page("4", 86_400 - 60, "https://a.example/", "A")]),
    );
    sync(
        &ada,
        &json!([event("5", "NAVIGATION", 10, 1, "https://c.example/"), event("6", "IDLE", 20, 1, "")]),
    );
    let day = |query: &str| ada.get(&format!("/events/spans?date=2026-01-01{query}")).ok();
    let span = |from: i64, to: i64, domain: Option<&str>, host: Option<&str>, title: Option<&str>| {
        let at = |second: i64| {
            let at = chrono::DateTime::from_timestamp_millis(NEW_YEAR + second * 1000).unwrap();
            at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
        };
        json!({"started_at": at(from), "ended_at": at(to), "domain": domain, "host": host, "title": title})
    };
    let mut pages = vec![
        span(0, 90, Some("a.example"), Some("a.example"), None),
        span(90, 200, Some("a.example"), Some("b.a.example"), Some("B")),
        span(200, 500, None, None, Some("C")),
    ];
    let own = json!({"device_id": null, "name": null, "spans": [span(10, 20, Some("c.example"), Some("c.example"), None)]});
    let all = |pages: &[Value]| json!([own, {"device_id": firefox.id, "name": "Firefox", "spans": pages}]);
    assert_eq!(day("")["devices"], all(&pages));
    // The last page has its time once something else was heard, however late.
    sync(&firefox, &json!([event("7", "HEARTBEAT", 3 * 86_400, 1, "https://a.example/")]));
    pages.push(span(86_340, 86_400, Some("a.example"), Some("a.example"), Some("A")));
    assert_eq!(day("")["devices"], all(&pages));
    assert_eq!(firefox.get("/events/spans?date=2026-01-01").ok(), day(""));
    // In another zone it is another day.
    assert_eq!(day("&tz=America/New_York")["devices"].as_array().unwrap().len(), 1);
    assert_eq!(day("&tz=UTC"), day(""));
    assert_eq!(server.person("bob").get("/events/spans?date=2026-01-01").ok()["devices"], json!([]));
    assert_eq!(ada.get("/events/spans").ok()["devices"], json!([]));
    ada.get("/events/spans?date=2026-13-01").fails(422, "VALIDATION_ERROR");
    ada.get("/events/spans?tz=Moon/Base").fails(422, "VALIDATION_ERROR");
}
