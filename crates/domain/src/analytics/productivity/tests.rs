use proptest::prelude::*;
use serde_json::json;

use super::time::merge;
use super::*;
use crate::devices::Platform;
use crate::events::days::{BrowserDay, Packed, Tally};
use crate::ids::DeviceId;
use crate::usage::rollup::{self, DeviceDay};

const MINUTE: i64 = 60_000;

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn merged(apps: &[(Kind, &'static str, i64)], hosts: &[(&'static str, i64)]) -> Vec<(Kind, String, i64)> {
    let apps = apps.iter().map(|(kind, name, ms)| ((*kind, *name), *ms));
    let names = merge(apps, hosts.iter().copied());
    names.into_iter().map(|((kind, name), ms)| (kind, name.to_owned(), ms)).collect()
}

#[test]
fn pages_refine_the_time_of_their_browsers() {
    use Kind::{App, Website};
    type Named = (Kind, &'static str, i64);
    type Case = (&'static [Named], &'static [(&'static str, i64)], &'static [Named]);
    let cases: [Case; 9] = [
        (&[], &[], &[]),
        // No browser tells of pages: apps are all there is.
        (&[(App, "firefox", 100), (App, "code", 50)], &[], &[(App, "code", 50), (App, "firefox", 100)]),
        // Nothing but a browser: pages are all there is.
        (&[], &[("a.example", 70)], &[(Website, "a.example", 70)]),
        // Pages are a part of their browser's time, and the rest is the browser's.
        (&[(App, "firefox", 100)], &[("a.example", 70)], &[(App, "firefox", 30), (Website, "a.example", 70)]),
        // All of it.
        (&[(App, "firefox", 70)], &[("a.example", 70)], &[(Website, "a.example", 70)]),
        // More than it: pages of a machine that nothing else tells of.
        (&[(App, "firefox", 50)], &[("a.example", 70)], &[(Website, "a.example", 70)]),
        // Two browsers give in proportion.
        (
            &[(App, "chrome", 30), (App, "firefox", 60)],
            &[("a.example", 45)],
            &[(App, "chrome", 15), (App, "firefox", 30), (Website, "a.example", 45)],
        ),
        // What rounds adds up all the same.
        (
            &[(App, "arc", 1), (App, "chrome", 1), (App, "firefox", 1)],
            &[("a.example", 1)],
            &[(App, "chrome", 1), (App, "firefox", 1), (Website, "a.example", 1)],
        ),
        // Other apps, and websites that usage tells of, give nothing.
        (
            &[(App, "code", 10), (Website, "a.example", 20)],
            &[("a.example", 5)],
            &[(App, "code", 10), (Website, "a.example", 25)],
        ),
    ];
    for (apps, hosts, names) in cases {
        let names: Vec<_> = names.iter().map(|(kind, name, ms)| (*kind, (*name).to_owned(), *ms)).collect();
        assert_eq!(merged(apps, hosts), names, "{apps:?} {hosts:?}");
    }
}

const APPS: [&str; 5] = ["chrome.exe", "code", "firefox", "mail", "safari"];
const HOSTS: [&str; 4] = ["", "a.example", "b.example", "c.example"];

fn sum(parts: impl IntoIterator<Item = i64>) -> i64 {
    parts.into_iter().sum()
}

proptest! {
    #[test]
    fn a_day_has_other_apps_and_the_longer_of_browsers_and_pages(
        apps in prop::collection::vec((0..5_usize, 0..MINUTE * 60), 0..20),
        hosts in prop::collection::vec((0..4_usize, 0..MINUTE * 60), 0..20),
    ) {
        let apps: Vec<(Kind, &str, i64)> = apps.into_iter().map(|(app, ms)| (Kind::App, APPS[app], ms)).collect();
        let hosts: Vec<(&str, i64)> = hosts.into_iter().map(|(host, ms)| (HOSTS[host], ms)).collect();
        let named = merged(&apps, &hosts);
        let of_browsers = sum(apps.iter().filter(|(_, app, _)| ["chrome.exe", "firefox", "safari"].contains(app)).map(|one| one.2));
        let others = sum(apps.iter().map(|one| one.2)) - of_browsers;
        let shown = sum(hosts.iter().map(|one| one.1));
        prop_assert_eq!(sum(named.iter().map(|one| one.2)), others + of_browsers.max(shown));
        prop_assert!(named.iter().all(|(.., ms)| *ms > 0));
        // No browser has more than usage says.
        for (_, name, ms) in named.iter().filter(|one| one.0 == Kind::App) {
            prop_assert!(*ms <= sum(apps.iter().filter(|one| one.1 == name).map(|one| one.2)));
        }
        let (mut apps, mut hosts) = (apps, hosts);
        apps.reverse();
        hosts.reverse();
        prop_assert_eq!(merged(&apps, &hosts), named);
    }
}

/// A day of a device: apps one after another from the first instant on, in minutes.
fn usage(day: u32, apps: &[(&str, i64)]) -> figures::DayRow {
    let mut device = DeviceDay::default();
    let mut at = 0;
    for (app, minutes) in apps {
        let tally = rollup::Tally { duration_ms: minutes * MINUTE, session_count: 1, started_count: 1 };
        device.total.add(tally);
        device.apps.add(Kind::App, app, tally);
        let end = at + u32::try_from(minutes * MINUTE).unwrap();
        device.coverage.push(at, end);
        at = end;
    }
    let device_id = DeviceId(uuid::Uuid::from_u128(1));
    figures::DayRow {
        date: date(day),
        device_id,
        name: "Desk".into(),
        platform: Platform::Linux,
        day: device,
    }
}

/// A day of a browser that shows one host so many minutes from the first instant on.
fn browser(day: u32, host: &str, minutes: i64) -> DayRow {
    let mut browser = BrowserDay::default();
    browser.coverage.push(0, u32::try_from(minutes * MINUTE).unwrap());
    browser.hosts.insert(host.into(), Tally { duration_ms: minutes * MINUTE, events: 1, visits: 1 });
    DayRow { date: date(day), day: Packed::from(&browser) }
}

fn categories() -> Categories {
    let tree = json!([
        {"name": "Work", "weight": 2, "rules": [{"app": "code"}, {"domain": "github.com"}]},
        {"name": "Mail", "rules": [{"app": "mail"}]},
        {"name": "Fun", "weight": -2, "rules": [{"domain": "youtube.com"}, {"app": "game"}]},
    ]);
    Categories::new(&serde_json::from_value::<Vec<_>>(tree).unwrap()).unwrap()
}

fn productivity(usage: &[figures::DayRow], browsers: &[DayRow]) -> serde_json::Value {
    let period = Period { before: date(18), first: date(20), last: date(21) };
    let calendar = Calendar::in_zone(chrono_tz::UTC);
    serde_json::to_value(Productivity::new(&calendar, &categories(), period, usage, browsers)).unwrap()
}

#[test]
fn a_period_with_the_one_before() {
    let figures = productivity(
        &[
            usage(18, &[("game", 30), ("code", 10)]),
            usage(20, &[("code", 60), ("firefox", 60)]),
            usage(21, &[("mail", 20)]),
        ],
        &[browser(20, "www.youtube.com", 30), browser(21, "", 10)],
    );
    let worth = |one: &serde_json::Value| {
        ["score", "productive_seconds", "neutral_seconds", "distracting_seconds", "uncategorized_seconds"]
            .map(|name| one[name].clone())
    };
    // 60 minutes of 2, 30 of -2, 20 of 0 and 40 of none: 50 + 25 × 60 / 150.
    assert_eq!(worth(&figures), [json!(60), json!(3600), json!(1200), json!(1800), json!(2400)]);
    assert_eq!(worth(&figures["daily"][0]), [json!(63), json!(3600), json!(0), json!(1800), json!(1800)]);
    assert_eq!(worth(&figures["daily"][1]), [json!(50), json!(0), json!(1200), json!(0), json!(600)]);
    assert_eq!(worth(&figures["previous"]), [json!(25), json!(600), json!(0), json!(1800), json!(0)]);
    assert_eq!(
        figures["previous"]["change"],
        json!({"score": 35, "productive_seconds": 3000, "productive_percent": 500, "distracting_seconds": 0, "distracting_percent": 0})
    );
    assert_eq!(
        figures["top_productive"],
        json!([{"name": "code", "kind": "app", "category": "Work", "weight": 2, "seconds": 3600}])
    );
    assert_eq!(figures["top_distracting"][0]["name"], "www.youtube.com");
    // Moments that both tell of count once: 120 minutes on Friday, 20 on Saturday.
    assert_eq!(figures["active_seconds"], 8400);
    assert_eq!((&figures["weekdays"][4][1], &figures["weekdays"][5][0]), (&json!(3600), &json!(1200)));
    assert_eq!(figures["weekdays"][3], json!(vec![0; 24]));
}

#[test]
fn nothing_has_no_score() {
    let figures = productivity(&[], &[]);
    assert_eq!((&figures["score"], &figures["productive_seconds"]), (&json!(null), &json!(0)));
    assert_eq!(figures["daily"].as_array().unwrap().len(), 2);
    assert_eq!(figures["previous"]["change"]["score"], json!(null));
}
