//! Analytics: what days of browsers add up to, and that all say the same.

use serde_json::{Value, json};

use crate::events::sync;
use crate::events::visits::{batches, browsers, expected, visits};
use crate::harness::{Caller, Server};

mod productivity;

const DAY_MS: i64 = 86_400_000;

fn ms(seconds: &Value) -> i64 {
    (seconds.as_f64().unwrap() * 1000.0).round() as i64
}

fn sum_ms(list: &Value) -> i64 {
    list.as_array().unwrap().iter().map(|one| ms(&one["seconds"])).sum()
}

fn sum(list: &Value, name: &str) -> i64 {
    list.as_array().unwrap().iter().map(|one| one[name].as_i64().unwrap()).sum()
}

/// The real visits of a file, so many whole weeks later that they end in the last eight days.
fn upload<'a>(owner: &Caller<'a>, name: &str) -> i64 {
    let last: chrono::DateTime<chrono::Utc> = expected(name)["last_event"].as_str().unwrap().parse().unwrap();
    let weeks = (chrono::Utc::now() - last).num_days() / 7;
    let later_ms = weeks * 7 * DAY_MS;
    let devices = visits(name, later_ms);
    for (browser, events) in browsers(owner, &devices).iter().zip(devices.values()) {
        for batch in batches(events, 5000) {
            sync(browser, &json!(batch));
        }
    }
    later_ms
}

/// What different figures have in common.
fn check_agreement(caller: &Caller<'_>, days: u32) -> Value {
    let board = caller.get(&format!("/analytics/dashboard?days={days}")).ok();
    let spent = caller.get(&format!("/analytics/time-spent?days={days}")).ok();
    let domains = caller.get(&format!("/events/domains?days={days}&limit=1000")).ok()["domains"].clone();
    let total = ms(&board["seconds"]);
    for sums in [
        sum_ms(&board["daily_events"]),
        sum_ms(&board["hourly_activity"]),
        board["weekdays"].as_array().unwrap().iter().flat_map(|day| day.as_array().unwrap()).map(ms).sum(),
        ms(&spent["total_seconds"]),
        sum_ms(&spent["domains"]),
        sum_ms(&spent["days"]),
        sum_ms(&domains),
        domains.as_array().unwrap().iter().map(|domain| sum_ms(&domain["hosts"])).sum(),
    ] {
        assert_eq!(sums, total, "{days} days");
    }
    let (first, last) = (board["start_date"].as_str().unwrap(), board["end_date"].as_str().unwrap());
    let count =
        caller.get(&format!("/events/count?start_date={first}&end_date={last}")).ok()["count"].clone();
    for sums in [
        &board["total_events"],
        &json!(sum(&board["daily_events"], "count")),
        &json!(sum(&board["event_types"], "count")),
        &json!(sum(&board["hourly_activity"], "count")),
    ] {
        assert_eq!(*sums, count, "{days} days");
    }
    assert_eq!((&spent["start_date"], &spent["end_date"]), (&board["start_date"], &board["end_date"]));
    assert_eq!(spent["visits"], sum(&spent["domains"], "visits"));
    assert_eq!(spent["visits"], sum(&spent["days"], "visits"));
    assert_eq!(
        (&board["visits"], sum(&domains, "visits")),
        (&spent["visits"], spent["visits"].as_i64().unwrap())
    );
    for domain in domains.as_array().unwrap() {
        assert_eq!(domain["visits"], sum(&domain["hosts"], "visits"), "{domain}");
    }
    for (top, domain) in board["top_domains"].as_array().unwrap().iter().zip(domains.as_array().unwrap()) {
        for name in ["domain", "count", "seconds"] {
            assert_eq!(top[name], domain[name]);
        }
    }
    for (day, spent) in
        board["daily_events"].as_array().unwrap().iter().zip(spent["days"].as_array().unwrap())
    {
        assert_eq!((&day["date"], &day["seconds"]), (&spent["date"], &spent["seconds"]));
    }
    assert_eq!(board["daily_events"].as_array().unwrap().len(), days as usize);
    assert!(ms(&board["attention_seconds"]) <= total);
    board
}

fn check_file(name: &str) {
    let server = Server::start();
    let ada = server.person("ada");
    let later_ms = upload(&ada, name);
    let expected = expected(name);
    let board = check_agreement(&ada, 366);
    assert_eq!(board["total_events"], expected["events"]);
    assert_eq!(ms(&board["seconds"]), expected["total_ms_capped"]);
    let hours: Vec<&Value> =
        board["hourly_activity"].as_array().unwrap().iter().map(|hour| &hour["count"]).collect();
    assert_eq!(json!(hours), expected["in_UTC"]["events_per_local_hour_of_day"]);
    for day in board["daily_events"].as_array().unwrap() {
        let date: chrono::NaiveDate = day["date"].as_str().unwrap().parse().unwrap();
        let was = (date - chrono::TimeDelta::milliseconds(later_ms)).to_string();
        let local = |figure: &str| expected["in_UTC"][figure][&was].as_i64().unwrap_or(0);
        assert_eq!(day["count"], local("events_per_local_date"), "{date}");
        assert_eq!(ms(&day["seconds"]), local("capped_ms_per_local_date"), "{date}");
    }
    let domains = ada.get("/events/domains?days=366&limit=1000").ok()["domains"].clone();
    let domains = domains.as_array().unwrap();
    assert_eq!(domains.len() as u64, expected["registrable_domains"].as_u64().unwrap());
    let mut found = 0;
    for (domain, figures) in expected["top_25_registrable_domains"].as_object().unwrap() {
        let name = if domain == "(none)" { Value::Null } else { json!(domain) };
        let one = domains.iter().find(|one| one["domain"] == name).unwrap();
        assert_eq!(
            (&one["count"], ms(&one["seconds"])),
            (&figures["events"], figures["ms_capped"].as_i64().unwrap()),
            "{domain}"
        );
        found += 1;
    }
    assert_eq!(found, 25);
    let hosts = |host: &str| {
        let name = if host == "(none)" { Value::Null } else { json!(host) };
        domains
            .iter()
            .flat_map(|domain| domain["hosts"].as_array().unwrap())
            .find(|one| one["host"] == name)
            .unwrap()
            .clone()
    };
    for (host, events) in expected["top_25_domains_by_events"].as_object().unwrap() {
        assert_eq!(hosts(host)["count"], *events, "{host}");
    }
    for (host, ms_capped) in expected["top_25_domains_by_ms_capped"].as_object().unwrap() {
        assert_eq!(ms(&hosts(host)["seconds"]), *ms_capped, "{host}");
    }
    for days in [1, 7, 30, 100] {
        check_agreement(&ada, days);
    }

    // From another zone it is as if they had been lived there.
    let there = server.person_in("there", "America/New_York");
    upload(&there, name);
    for days in [7, 200, 366] {
        for path in ["dashboard", "time-spent", "productivity"] {
            let seen = ada.get(&format!("/analytics/{path}?days={days}&tz=America/New_York")).ok();
            assert_eq!(seen, there.get(&format!("/analytics/{path}?days={days}")).ok(), "{path} {days}");
            let own = ada.get(&format!("/analytics/{path}?days={days}&tz=UTC")).ok();
            assert_eq!(own, ada.get(&format!("/analytics/{path}?days={days}")).ok());
        }
    }
    server.verify();
}

#[test]
fn of_the_first_panelist() {
    check_file("panelist_1_events.csv.gz");
}

#[test]
fn of_the_second_panelist() {
    check_file("panelist_2_events.csv.gz");
}

#[test]
fn nothing_is_zeros() {
    let server = Server::start();
    let ada = server.person("ada");
    let board = check_agreement(&ada, 7);
    assert_eq!((&board["total_events"], &board["seconds"]), (&json!(0), &json!(0)));
    assert_eq!(board["previous"]["change"], json!({"seconds": 0, "percent": null}));
    assert_eq!(board["weekdays"].as_array().unwrap().len(), 7);
}

#[test]
fn two_browsers_at_once_and_the_days_before() {
    let server = Server::start();
    let ada = server.person("ada");
    let (firefox, chrome) = (ada.device("Firefox", "browser"), ada.device("Chrome", "browser"));
    let noon = chrono::Utc::now().date_naive() - chrono::Days::new(2);
    let noon = noon.and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp_millis();
    let visit = |id: &str, at: i64| json!({"_id": id, "type": "NAVIGATION", "ts": noon + at * 1000, "payload": {"url": "https://a.example/"}});
    sync(
        &firefox,
        &json!([
            visit("1", 0),
            visit("2", 100),
            visit("before", -7 * 86_400),
            visit("before 2", -7 * 86_400 + 50)
        ]),
    );
    sync(&chrome, &json!([visit("3", 40), visit("4", 160)]));
    let board = check_agreement(&ada, 7);
    // Five minutes of what came last the week before are of that week.
    assert_eq!((&board["seconds"], &board["attention_seconds"]), (&json!(220), &json!(160)));
    assert_eq!(board["previous"]["seconds"], 350);
    assert_eq!(board["previous"]["total_events"], 2);
    assert_eq!(board["previous"]["change"], json!({"seconds": -130, "percent": -37}));
    assert_eq!(board["hourly_activity"][12], json!({"hour": 12, "count": 4, "seconds": 220}));
}

#[test]
fn is_not_sent_again_to_who_has_it() {
    let server = Server::start();
    let ada = server.person("ada");
    for path in
        ["/analytics/dashboard", "/analytics/time-spent", "/analytics/productivity", "/events/domains"]
    {
        let first = ada.get(path);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/"), "{path}");
        assert_eq!(ada.with("if-none-match", &tag).get(path).status, 304, "{path}");
        let event = json!([{"_id": path, "type": "NAVIGATION", "ts": chrono::Utc::now().timestamp_millis(), "payload": {"url": format!("https://a.example{path}")}}]);
        sync(&ada, &event);
        assert_eq!(ada.with("if-none-match", &tag).get(path).status, 200, "{path}");
    }
}

#[test]
fn what_is_asked_must_make_sense() {
    let server = Server::start();
    let ada = server.person("ada");
    for path in ["/analytics/dashboard", "/analytics/time-spent", "/analytics/productivity"] {
        for (query, field) in [
            ("days=0", "days"),
            ("days=367", "days"),
            ("days=-1", "days"),
            ("days=a", "days"),
            ("days=1&days=2", "days"),
            ("tz=Mars", "tz"),
            ("tz=", "tz"),
            ("tz=%00", "tz"),
        ] {
            ada.get(&format!("{path}?{query}")).names(field);
        }
        ada.get(&format!("{path}?days=366&tz=Pacific/Apia")).ok();
    }
}
