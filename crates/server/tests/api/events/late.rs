//! Late events, changed calendars, devices that change hands or go: days are always what the events add up to.

use serde_json::{Value, json};

use super::visits::shuffle;
use super::{NEW_YEAR, count, counts, event, ms_by_day, sync};
use crate::harness::Server;

const DAY: i64 = 86_400;

/// A week of somebody who leaves tabs and windows open, with nights and a day without.
fn life(seed: u64) -> Vec<Value> {
    let mut numbers: Vec<u64> = (0..2000).collect();
    shuffle(&mut numbers, seed);
    let mut numbers = numbers.into_iter();
    let mut next = |most: u64| (numbers.next().unwrap() % most) as i64;
    let mut events = vec![];
    for day in (0..9).filter(|day| *day != 4) {
        let mut second = day * DAY + 80_000;
        for _ in 0..12 {
            let what = [
                "TAB_ACTIVATED",
                "TAB_UPDATED",
                "TAB_CREATED",
                "TAB_REMOVED",
                "WINDOW_FOCUSED",
                "WINDOW_BLURRED",
                "NAVIGATION",
                "IDLE",
                "ACTIVE",
                "HEARTBEAT",
            ][next(10) as usize];
            let mut one = event(
                &format!("{}", events.len()),
                what,
                second,
                next(6),
                &format!("https://{}.example/", next(4)),
            );
            one["payload"]["windowId"] = json!(next(3));
            events.push(one);
            // Now and then two of the same millisecond; over midnight, too.
            second += next(4) * next(700);
        }
    }
    events
}

#[test]
fn in_any_order_and_cut_the_days_are_those_of_all_at_once() {
    for seed in 1..=6 {
        let server = Server::start();
        let ada = server.person_in("ada", ["UTC", "Europe/Berlin"][(seed % 2) as usize]);
        let (whole, parts) = (ada.device("Whole", "browser"), ada.device("Parts", "browser"));
        let mut events = life(seed);
        assert_eq!(counts(&sync(&whole, &json!(events))).2, 0);
        // Where two are of the same millisecond, arrival decides: keep one of them.
        events.dedup_by_key(|event| event["ts"].clone());
        let days = |device: &str| {
            server.sql(&format!("SELECT day, events, duration_ms, hours_ms, coverage, hosts, types, get_byte(browser, 0), substring(browser FROM 16) FROM browser_days WHERE device_id = '{device}' ORDER BY day"))
        };
        // Its ids are its own: the other browser's events are other events.
        for event in &mut events {
            event["_id"] = json!(format!("again {}", event["_id"].as_str().unwrap()));
        }
        let once = ada.device("Once", "browser");
        sync(&once, &json!(events));
        for event in &mut events {
            event["_id"] = json!(format!("and {}", event["_id"].as_str().unwrap()));
        }
        shuffle(&mut events, seed);
        for (number, batch) in events.chunks(1 + (seed as usize * 5) % 13).enumerate() {
            sync(&parts, &json!(batch));
            if number % 5 == 0 {
                server.verify();
            }
        }
        server.verify();
        assert_eq!(days(&parts.id), days(&once.id), "seed {seed}");
    }
}

#[test]
fn a_late_event_touches_the_days_that_it_changes_and_no_more() {
    let server = Server::start();
    let ada = server.person("ada");
    let firefox = ada.device("Firefox", "browser");
    let visit = |day: i64, second: i64, host: &str| {
        event(
            &format!("{day} {second} {host}"),
            "TAB_ACTIVATED",
            day * DAY + second,
            1,
            &format!("https://{host}.example/"),
        )
    };
    for day in 0..30 {
        // The last reaches into the next day.
        sync(&firefox, &json!([visit(day, 100, "a"), visit(day, 200, "b"), visit(day, DAY - 60, "c")]));
    }
    let versions = || {
        let rows = server.sql("SELECT xmin FROM browser_days ORDER BY day");
        rows.lines().map(ToOwned::to_owned).collect::<Vec<String>>()
    };
    let changed = |before: &[String], after: &[String]| -> Vec<usize> {
        before.iter().zip(after).enumerate().filter(|(_, (a, b))| a != b).map(|(day, _)| day).collect()
    };
    let before = versions();
    assert_eq!(counts(&sync(&firefox, &json!([visit(10, 150, "late")]))), (1, 0, 0));
    let after = versions();
    // The day before is counted anew as well: its last event may have been cut short.
    assert_eq!(changed(&before, &after), [9, 10]);
    server.verify();
    // At the end of a day, whose time the next day has: there it ends otherwise.
    sync(&firefox, &json!([visit(20, DAY - 30, "late")]));
    assert_eq!(changed(&after, &versions()), [19, 20, 21]);
    server.verify();
    // In a time from which nothing was known, and at its end.
    sync(&firefox, &json!([visit(-400, 5, "early"), visit(40, 5, "new")]));
    server.verify();
    assert_eq!(ms_by_day(&server)[0], ("2024-11-27".into(), 1, 300_000));
    assert_eq!(count(&ada, ""), 94);
}

#[test]
fn an_event_before_a_silence_gives_its_time_back() {
    let server = Server::start();
    let ada = server.person("ada");
    let firefox = ada.device("Firefox", "browser");
    let visit = |second: i64| event(&second.to_string(), "TAB_ACTIVATED", second, 1, "https://a.example/");
    sync(&firefox, &json!([visit(DAY - 60), visit(3 * DAY)]));
    let day = |date: &str, events: i64, ms: i64| (date.to_owned(), events, ms);
    let expected = [day("2026-01-01", 1, 60_000), day("2026-01-02", 0, 240_000), day("2026-01-04", 1, 0)];
    assert_eq!(ms_by_day(&server), expected);
    // The browser was idle from then on.
    sync(&firefox, &json!([{"_id": "idle", "type": "IDLE", "ts": NEW_YEAR + (DAY - 10) * 1000}]));
    assert_eq!(ms_by_day(&server), [day("2026-01-01", 2, 50_000), day("2026-01-04", 1, 0)]);
    server.verify();
}

#[test]
fn a_changed_calendar_counts_days_anew() {
    let server = Server::start();
    let ada = server.person("ada");
    let firefox = ada.device("Firefox", "browser");
    for (number, event) in life(3).into_iter().enumerate() {
        sync(if number % 3 == 0 { &ada } else { &firefox }, &json!([event]));
    }
    let before = ms_by_day(&server);
    let change = json!({"timezone": "Asia/Kolkata", "effective_from": "2026-01-04T12:00:00Z"});
    ada.patch("/users/me", &change).ok();
    server.verify();
    let after = ms_by_day(&server);
    assert_eq!(before[..3], after[..3]);
    assert_ne!(before, after);
    let sum =
        |days: &[(String, i64, i64)]| days.iter().fold((0, 0), |sum, day| (sum.0 + day.1, sum.1 + day.2));
    assert_eq!(sum(&before), sum(&after));
    ada.patch("/users/me", &json!({"day_start": "04:00", "effective_from": "2020-01-01T00:00:00Z"})).ok();
    server.verify();
    assert_eq!(sum(&before), sum(&ms_by_day(&server)));
    sync(&firefox, &json!([event("one more", "NAVIGATION", 2 * DAY, 1, "https://a.example/")]));
    server.verify();
}

#[test]
fn a_claimed_browser_brings_its_events() {
    let server = Server::start();
    let ada = server.person_in("ada", "Asia/Kolkata");
    let guest = server.guest("Firefox");
    let events = life(5);
    sync(&guest, &json!(events));
    // Some of them are there already, by another way.
    assert_eq!(counts(&sync(&ada, &json!(events[10..20]))), (10, 0, 0));
    let claimed = ada.post(&format!("/devices/{}/claim", guest.id), &json!({"device_key": guest.key})).ok();
    assert_eq!(claimed["name"], "Firefox");
    assert_eq!(count(&ada, ""), events.len() as u64);
    server.verify();
    let key = server.nobody().with("x-device-key", &guest.key);
    assert_eq!(counts(&sync(&key, &json!(events))), (0, events.len() as u64, 0));
    assert_eq!(server.sql("SELECT count(DISTINCT user_id) FROM events"), "1");
    server.verify();
}

#[test]
fn who_goes_leaves_nothing() {
    let server = Server::start();
    let (bob, ada) = (server.person("bob"), server.person("ada"));
    let (firefox, chrome) = (ada.device("Firefox", "browser"), ada.device("Chrome", "browser"));
    for (caller, name) in [(&*ada, "a"), (&*firefox, "b"), (&*chrome, "c"), (&*bob, "d")] {
        sync(caller, &json!([event(name, "NAVIGATION", 0, 1, "https://a.example/")]));
    }
    ada.delete(&format!("/devices/{}", firefox.id)).is(204);
    assert_eq!(count(&ada, ""), 2);
    server.verify();
    ada.send(reqwest::Method::DELETE, "/users/me", Some(&json!({"password": crate::harness::PASSWORD})))
        .is(204);
    assert_eq!(server.sql("SELECT count(*) FROM events"), "1");
    assert_eq!(server.sql("SELECT count(*) FROM browser_days"), "1");
    assert_eq!(count(&bob, ""), 1);
    server.verify();
}
