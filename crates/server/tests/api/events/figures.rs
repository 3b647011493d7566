//! Real visits give exactly the figures that are expected of them, in whatever batches and order they come.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::visits::{batches, browsers, expected, shuffle, visits};
use super::{counts, ms_by_day, sync};
use crate::harness::Server;

fn check_file(name: &str, zone: &str, size: usize, seed: Option<u64>) {
    let expected = expected(name);
    let server = Server::start();
    let ada = server.person_in("ada", zone);
    let devices = visits(name, 0);
    let browsers = browsers(&ada, &devices);
    let mut all: Vec<(usize, Vec<Value>)> = devices
        .values()
        .enumerate()
        .flat_map(|(browser, events)| batches(events, size).into_iter().map(move |batch| (browser, batch)))
        .collect();
    if let Some(seed) = seed {
        shuffle(&mut all, seed);
    }
    let mut synced = 0;
    for (browser, batch) in &all {
        let receipt = sync(&browsers[*browser], &json!(batch));
        assert_eq!(receipt["rejected"], json!([]));
        synced += receipt["synced"].as_u64().unwrap();
    }
    assert_eq!(synced, expected["events"]);
    // Once more, the other way round and cut otherwise: nothing changes.
    for (browser, events) in browsers.iter().zip(devices.values()) {
        for batch in events.chunks(1501).rev() {
            assert_eq!(counts(&sync(browser, &json!(batch))), (0, batch.len() as u64, 0));
        }
    }
    server.verify();

    let count = |query: &str| ada.get(&format!("/events/count?{query}")).ok()["count"].clone();
    assert_eq!(count(""), expected["events"]);
    for (domain, figures) in expected["top_25_registrable_domains"].as_object().unwrap() {
        if domain != "(none)" {
            assert_eq!(count(&format!("domain={domain}")), figures["events"], "{domain}");
        }
    }
    for (host, events) in expected["top_25_domains_by_events"].as_object().unwrap() {
        // Of a host that is itself a registrable domain, the filter means all of its hosts.
        if expected["top_25_registrable_domains"].get(host).is_none() && host != "(none)" {
            let selected = count(&format!("domain={host}"));
            assert!(selected.as_u64() >= events.as_u64(), "{host}");
        }
    }
    let local = &expected[format!("in_{zone}")];
    for (date, events) in local["events_per_local_date"].as_object().unwrap() {
        assert_eq!(count(&format!("start_date={date}&end_date={date}")), *events, "{date}");
    }
    let days = ms_by_day(&server);
    let events: BTreeMap<&str, i64> =
        days.iter().filter(|day| day.1 > 0).map(|(date, events, _)| (date.as_str(), *events)).collect();
    assert_eq!(json!(events), local["events_per_local_date"]);
    let ms: BTreeMap<&str, i64> =
        days.iter().filter(|day| day.2 > 0).map(|(date, _, ms)| (date.as_str(), *ms)).collect();
    let mut expected_ms = local["capped_ms_per_local_date"].as_object().unwrap().clone();
    expected_ms.retain(|_, ms| *ms != json!(0));
    assert_eq!(json!(ms), json!(expected_ms));
    let mut by_hour = [0; 24];
    for hours in server.sql("SELECT encode(hours, 'hex') FROM browser_days").lines() {
        let bytes: Vec<u8> = (0..hours.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hours[at..at + 2], 16).unwrap())
            .collect();
        let hours = domain::days::hours::decode(&bytes).unwrap();
        by_hour.iter_mut().zip(hours).for_each(|(sum, events)| *sum += events);
    }
    assert_eq!(json!(by_hour), local["events_per_local_hour_of_day"]);
}

#[test]
fn in_order() {
    check_file("panelist_1_events.csv.gz", "America/New_York", 9999, None);
}

#[test]
fn in_small_batches() {
    check_file("panelist_2_events.csv.gz", "UTC", 25, None);
}

#[test]
fn in_shuffled_batches() {
    check_file("panelist_1_events.csv.gz", "UTC", 300, Some(7));
    check_file("panelist_2_events.csv.gz", "America/New_York", 120, Some(8));
}
