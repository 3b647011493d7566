//! The pages of a day add up to its time, whatever the events; titles are those of the pages.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::attention::{Place, SILENCE_MS};
use super::super::days::Counting;
use super::*;
use crate::days::Calendar;

const MINUTE: i64 = 60_000;

#[derive(Clone, Debug)]
struct Told {
    at_ms: i64,
    what: &'static str,
    tab: Option<i64>,
    host: Option<&'static str>,
    title: Option<&'static str>,
}

fn told(minute: i64, what: &'static str, tab: i64) -> Told {
    Told { at_ms: minute * MINUTE, what, tab: Some(tab), host: None, title: None }
}

impl Told {
    fn page(self, host: &'static str, title: &'static str) -> Told {
        Told { host: Some(host), title: Some(title).filter(|title| !title.is_empty()), ..self }
    }
}

fn heard<T>(events: &[Told], mut each: impl FnMut(&Heard<'_>, Option<&str>) -> T) -> Vec<T> {
    let hear = |(sequence, told): (i64, &Told)| {
        let what = EventType::named(told.what);
        let place = Place { at_ms: told.at_ms, sequence };
        let heard =
            Heard { place, what: &what, tab: told.tab, window: Some(1), host: told.host, active: None };
        each(&heard, told.title)
    };
    (0..).zip(events).map(hear).collect()
}

/// The first day of 1970, as (minute, minute, host, title).
fn first_day(events: &[Told], is_heard_later: bool) -> Vec<(i64, i64, String, String)> {
    let day = Calendar::in_zone(chrono_tz::UTC).day(NaiveDate::default());
    let mut watching = Watching::new(day, Browser::default());
    heard(events, |event, title| watching.hear(event, title));
    let minute = |at: DateTime<Utc>| at.timestamp_millis() / MINUTE;
    let spans = watching.finish(is_heard_later).into_iter();
    spans
        .map(|span| {
            let (from, to) = (minute(span.started_at), minute(span.ended_at));
            (from, to, span.host.unwrap_or_default(), span.title.unwrap_or_default())
        })
        .collect()
}

fn are(expected: &[(i64, i64, &str, &str)]) -> Vec<(i64, i64, String, String)> {
    expected.iter().map(|(from, to, host, title)| (*from, *to, (*host).into(), (*title).into())).collect()
}

#[test]
fn a_page_is_one_span_until_another_is_in_front() {
    let events = [
        told(0, "TAB_ACTIVATED", 1).page("a.example", "One"),
        told(3, "HEARTBEAT", 1),
        told(5, "TAB_ACTIVATED", 2).page("b.example", "Two"),
        told(6, "TAB_ACTIVATED", 1),
        told(8, "IDLE", 1),
        told(9, "ACTIVE", 1),
        told(10, "WINDOW_BLURRED", 1),
    ];
    let expected = [
        (0, 5, "a.example", "One"),
        (5, 6, "b.example", "Two"),
        (6, 8, "a.example", "One"),
        (9, 10, "a.example", "One"),
    ];
    assert_eq!(first_day(&events, false), are(&expected));
}

#[test]
fn a_title_that_comes_later_names_the_page_from_its_beginning() {
    let events = [
        told(0, "NAVIGATION", 1).page("a.example", ""),
        told(1, "TAB_UPDATED", 1).page("a.example", "One"),
        told(3, "NAVIGATION", 1).page("a.example", ""),
        told(4, "TAB_UPDATED", 1).page("a.example", "Two"),
        told(5, "NAVIGATION", 1).page("b.example", ""),
        told(6, "IDLE", 1),
    ];
    let expected = [(0, 3, "a.example", "One"), (3, 5, "a.example", "Two"), (5, 6, "b.example", "")];
    assert_eq!(first_day(&events, false), are(&expected));
}

#[test]
fn a_day_ends_at_its_end() {
    let late = told(1438, "TAB_ACTIVATED", 1).page("a.example", "One");
    assert_eq!(first_day(std::slice::from_ref(&late), false), []);
    assert_eq!(first_day(std::slice::from_ref(&late), true), are(&[(1438, 1440, "a.example", "One")]));
    for (next, end) in [(1439, 1439), (1441, 1440), (1450, 1440)] {
        let events = [late.clone(), told(next, "IDLE", 1), told(1460, "TAB_ACTIVATED", 1)];
        assert_eq!(first_day(&events, true), are(&[(1438, end, "a.example", "One")]));
    }
}

#[test]
fn no_more_are_told_than_are_read() {
    let span = PageSpan {
        started_at: DateTime::UNIX_EPOCH,
        ended_at: DateTime::UNIX_EPOCH,
        domain: None,
        host: None,
        title: None,
    };
    let of = |count: usize| BrowserSpans { device_id: None, name: None, spans: vec![span.clone(); count] };
    let day = |counts: &[usize]| {
        DaySpans::new(NaiveDate::default(), "UTC".into(), counts.iter().map(|count| of(*count)).collect())
    };
    assert!(day(&[6_000, 4_000]).complete);
    let cut = day(&[6_000, 0, 4_001]);
    assert!(!cut.complete);
    assert_eq!(cut.devices.iter().map(|device| device.spans.len()).collect::<Vec<_>>(), [6_000, 4_000]);
}

fn events() -> impl Strategy<Value = Vec<Told>> {
    let whats =
        ["TAB_ACTIVATED", "NAVIGATION", "TAB_UPDATED", "TAB_REMOVED", "WINDOW_BLURRED", "IDLE", "HEARTBEAT"];
    let event = (0..900_i64, prop::sample::select(whats.to_vec()), 0..3_i64, 0..4_usize);
    prop::collection::vec(event, 1..60).prop_map(|events| {
        let mut at_ms = 0;
        let tell = |(seconds, what, tab, host): (i64, &'static str, i64, usize)| {
            // Now and then half a day passes.
            at_ms += if seconds > 850 { 700 * MINUTE } else { seconds * 1000 };
            let host = ["a.example", "b.example", "www.c.example"].get(host).copied();
            Told { at_ms, what, tab: Some(tab), host, title: host.filter(|_| seconds % 2 == 0) }
        };
        events.into_iter().map(tell).collect()
    })
}

proptest! {
    #[test]
    fn the_pages_of_a_day_add_up_to_its_time(
        events in events(),
        zone in prop::sample::select(vec!["UTC", "Asia/Kathmandu", "America/New_York"]),
    ) {
        let calendar = Calendar::in_zone(zone.parse().unwrap());
        let mut counting = Counting::new(&calendar, Browser::default());
        heard(&events, |event, _| counting.count(event));
        let counted = counting.finish();
        let ms = |at: DateTime<Utc>| at.timestamp_millis();
        let dates: BTreeSet<NaiveDate> = counted.keys().copied().collect();
        for date in dates {
            let day = calendar.day(date);
            let before = counted.range(..date).rev().find_map(|(_, day)| day.end.clone());
            let later = counted.range(date..).skip(1).any(|(_, day)| day.end.is_some());
            let mut watching = Watching::new(day, before.unwrap_or_default());
            heard(&events, |event, title| {
                if (ms(day.from)..ms(day.to) + SILENCE_MS).contains(&event.place.at_ms) {
                    watching.hear(event, title);
                }
            });
            let mut sums: BTreeMap<String, i64> = BTreeMap::new();
            let mut last = day.from;
            for span in watching.finish(later) {
                prop_assert!(last <= span.started_at && span.started_at < span.ended_at && span.ended_at <= day.to);
                prop_assert!(span.title.is_none() || span.title == span.host);
                last = span.ended_at;
                *sums.entry(span.host.unwrap_or_default()).or_default() += ms(span.ended_at) - ms(span.started_at);
            }
            let hosts = counted[&date].hosts.iter().filter(|(_, tally)| tally.duration_ms > 0);
            let expected: BTreeMap<String, i64> = hosts.map(|(host, tally)| (host.clone(), tally.duration_ms)).collect();
            prop_assert_eq!(sums, expected, "{}", date);
        }
    }
}
