//! The real visits give exactly the figures that are expected of them; days put together give the same as all at once.

use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::batch::Batch;
use super::super::*;
use super::*;

fn data(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/browser").join(name);
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    if name.ends_with(".gz") {
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text
}

/// The visits of a file by device, read as a batch is.
fn visits(name: &str) -> BTreeMap<String, Vec<Event>> {
    let mut rows: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in data(name).lines().skip(1) {
        let mut cells = line.splitn(4, ',');
        let (id, ts) = (cells.next().unwrap(), cells.next().unwrap().parse::<i64>().unwrap());
        let (device, url) = (cells.next().unwrap(), cells.next().unwrap().trim_matches('"'));
        rows.entry(device.to_owned()).or_default().push(json!({
            "_id": id, "v": 1, "type": "TAB_ACTIVATED", "ts": ts, "payload": {"tabId": 1, "windowId": 1, "url": url},
        }));
    }
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let read = |rows: Vec<Value>| {
        rows.chunks(10_000)
            .flat_map(|rows| {
                let batch = Batch::read(json!({ "events": rows }).to_string().as_bytes(), now).unwrap();
                assert!(batch.rejected.is_empty(), "{:?}", batch.rejected.first());
                batch.events.into_iter().map(|sent| sent.event).collect::<Vec<_>>()
            })
            .collect()
    };
    rows.into_iter().map(|(device, rows)| (device, read(rows))).collect()
}

fn count_from(calendar: &Calendar, browser: Browser, events: &[Event]) -> BTreeMap<NaiveDate, BrowserDay> {
    let mut counting = Counting::new(calendar, browser);
    (0..).zip(events).for_each(|(place, event)| counting.count(&event.heard(place)));
    counting.finish()
}

fn count(calendar: &Calendar, events: &[Event]) -> BTreeMap<NaiveDate, BrowserDay> {
    count_from(calendar, Browser::default(), events)
}

/// Hosts of all days and devices together.
fn hosts<'a>(days: impl IntoIterator<Item = &'a BrowserDay>) -> HashMap<String, Tally> {
    let mut sum: HashMap<String, Tally> = HashMap::new();
    for (host, tally) in days.into_iter().flat_map(|day| &day.hosts) {
        sum.entry(if host.is_empty() { "(none)".into() } else { host.clone() }).or_default().add(*tally);
    }
    sum
}

fn check_file(name: &str) {
    let expected: Value = serde_json::from_str(&data("expected.json")).unwrap();
    let expected = &expected["files"][name];
    let visits = visits(name);
    for (device, events) in &visits {
        assert_eq!(json!(events.len()), expected["events_per_device"][device]);
    }
    for zone in ["America/New_York", "UTC"] {
        let calendar = Calendar::in_zone(zone.parse().unwrap());
        let days: Vec<BTreeMap<NaiveDate, BrowserDay>> =
            visits.values().map(|events| count(&calendar, events)).collect();
        let all = || days.iter().flat_map(BTreeMap::values);
        assert_eq!(json!(all().map(BrowserDay::events).sum::<i64>()), expected["events"]);
        assert_eq!(json!(all().map(BrowserDay::duration_ms).sum::<i64>()), expected["total_ms_capped"]);
        let hosts = hosts(all());
        assert_eq!(json!(hosts.values().filter(|host| host.events > 0).count()), expected["domains"]);
        for (host, events) in expected["top_25_domains_by_events"].as_object().unwrap() {
            assert_eq!(json!(hosts[host].events), *events, "{host}");
        }
        for (host, ms) in expected["top_25_domains_by_ms_capped"].as_object().unwrap() {
            assert_eq!(json!(hosts[host].duration_ms), *ms, "{host}");
        }
        let mut domains: HashMap<&str, Tally> = HashMap::new();
        for (host, tally) in &hosts {
            domains
                .entry(sites::domain(host).filter(|_| host != "(none)").unwrap_or("(none)"))
                .or_default()
                .add(*tally);
        }
        assert_eq!(json!(domains.len()), expected["registrable_domains"]);
        for (domain, figures) in expected["top_25_registrable_domains"].as_object().unwrap() {
            let Tally { duration_ms, events, .. } = domains[domain.as_str()];
            assert_eq!(json!({"events": events, "ms_capped": duration_ms}), *figures, "{domain}");
        }
        let local = &expected[format!("in_{zone}")];
        let mut by_date: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        let mut by_hour = [0; 24];
        for (date, day) in days.iter().flatten() {
            let sum = by_date.entry(date.to_string()).or_default();
            *sum = (sum.0 + day.events(), sum.1 + day.duration_ms());
            assert_eq!(day.hours.iter().sum::<i64>(), day.events());
            assert_eq!(day.hours_ms.iter().sum::<i64>(), day.duration_ms());
            assert_eq!(day.coverage.length_ms(), day.duration_ms(), "one browser shows one page at a time");
            by_hour.iter_mut().zip(day.hours).for_each(|(sum, events)| *sum += events);
        }
        let events: BTreeMap<_, _> =
            by_date.iter().filter(|(_, sum)| sum.0 > 0).map(|(d, sum)| (d, sum.0)).collect();
        assert_eq!(json!(events), local["events_per_local_date"]);
        let ms: BTreeMap<_, _> =
            by_date.iter().filter(|(_, sum)| sum.1 > 0).map(|(d, sum)| (d, sum.1)).collect();
        let expected = local["capped_ms_per_local_date"].as_object().unwrap();
        let expected: BTreeMap<_, _> = expected.iter().filter(|(_, ms)| **ms != json!(0)).collect();
        assert_eq!(json!(ms), json!(expected));
        assert_eq!(json!(by_hour), local["events_per_local_hour_of_day"]);
    }
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
fn registrable_domains_are_those_of_the_list() {
    for name in ["panelist_1_domains.csv", "panelist_2_domains.csv"] {
        for line in data(name).lines().skip(1) {
            let (host, domain) = line.split_once(',').unwrap();
            let host = host.strip_prefix("www.").unwrap_or(host);
            assert_eq!(sites::domain(host), Some(domain).filter(|domain| !domain.is_empty()), "{host}");
        }
    }
}

fn event(at_ms: i64, number: usize) -> Event {
    let host = ["a.example", "b.example", "c.example"][number % 3].to_owned();
    let what = ["TAB_ACTIVATED", "HEARTBEAT", "IDLE", "ACTIVE", "NAVIGATION"][number % 5];
    Event {
        id: EventId(Uuid::from_u128(u128::try_from(number).unwrap())),
        sent_id: None,
        v: 1,
        what: EventType::named(what),
        occurred_at: DateTime::from_timestamp_millis(at_ms).unwrap(),
        tab: Some(i64::try_from(number % 4).unwrap()),
        window: Some(1),
        active: None,
        page: sites::Page::read(&format!("https://{host}/")),
        title: None,
    }
}

fn merge(into: &mut BTreeMap<NaiveDate, BrowserDay>, days: BTreeMap<NaiveDate, BrowserDay>) {
    for (date, day) in days {
        let sum = Kept::from(&*into.entry(date).or_default()).with(&day).unwrap();
        into.insert(date, sum.unpack().unwrap());
    }
}

proptest! {
    #[test]
    fn what_follows_is_added_to_what_is_there(
        times in prop::collection::btree_set(0_i64..400_000_000, 1..80),
        cut in 0_usize..80,
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"]),
    ) {
        let calendar = Calendar::in_zone(zone.parse().unwrap());
        // Around a change of the clocks.
        let start = 1_774_500_000_000;
        let events: Vec<Event> = times.into_iter().enumerate().map(|(n, at)| event(start + at, n)).collect();
        let whole = count(&calendar, &events);
        let (early, _) = events.split_at(cut.min(events.len()));
        let mut parts = count(&calendar, early);
        let last = parts.values().filter_map(|day| day.end.clone()).next_back().unwrap_or_default();
        let last_heard = last.last();
        // Those of the first part have the same places in both.
        let mut counting = Counting::new(&calendar, last);
        (0..).zip(&events).skip(early.len()).for_each(|(place, event)| counting.count(&event.heard(place)));
        prop_assert_eq!(last_heard.is_some(), !early.is_empty());
        merge(&mut parts, counting.finish());
        prop_assert_eq!(parts, whole);
    }

    #[test]
    fn it_is_read_as_it_was_written(numbers in prop::collection::vec(("[a-z.]{0,12}", 0..i64::MAX >> 9, 0..9_i64, 0..9_i64), 0..20), hour in 0_usize..24) {
        let mut day = BrowserDay::default();
        for (name, duration_ms, events, visits) in numbers {
            day.hosts.insert(name.clone(), Tally { duration_ms, events, visits });
            day.types.insert(name, events);
            day.coverage.push(0, 5);
            day.hours[hour] = events;
            day.hours_ms[hour] = duration_ms;
        }
        let kept = Kept::from(&day);
        prop_assert_eq!(kept.clone().unpack(), Some(day.clone()));
        let hosts = kept.day.hosts.iter().skip(1).copied().collect();
        let cut = Kept { day: Packed { hosts, ..kept.day.clone() }, end: None };
        prop_assert_eq!(cut.clone().unpack().is_none(), !kept.day.hosts.is_empty());
        prop_assert_eq!(cut.with(&day).is_none(), !kept.day.hosts.is_empty());
    }

    #[test]
    fn any_bytes_are_read_or_not(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = (decode_types(&bytes).count(), hours::decode(&bytes));
        let _: BTreeSet<String> = decode_hosts(&bytes).map(|(host, _)| host.to_owned()).collect();
    }
}
