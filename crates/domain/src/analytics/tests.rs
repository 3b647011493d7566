use proptest::prelude::*;

use super::*;
use crate::events::days::BrowserDay;

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

/// A day that shows a host from a millisecond of its first hour to another.
fn row(day: u32, host: &str, from: u32, to: u32) -> DayRow {
    let length = i64::from(to) - i64::from(from);
    let mut browser = BrowserDay::default();
    browser.types.insert("NAVIGATION".into(), 1);
    browser.hours[0] = 1;
    browser.hours_ms[0] = length;
    browser.coverage.push(from, to);
    browser.hosts.insert(host.into(), Tally { duration_ms: length, events: 1, visits: 2 });
    DayRow { date: date(day), day: Packed::from(&browser) }
}

fn dashboard(rows: &[DayRow], before: Before) -> Dashboard {
    let period = Period::ending(date(22), None);
    Dashboard::new(&Calendar::in_zone(chrono_tz::UTC), period, rows, &[], before)
}

#[test]
fn a_period_ends_today_and_has_one_before() {
    let period = Period { before: date(9), first: date(16), last: date(22) };
    assert_eq!(Period::ending(date(22), None), period);
    assert_eq!(
        Period::ending(date(22), Some(1)),
        Period { before: date(21), first: date(22), last: date(22) }
    );
}

#[test]
fn days_add_up() {
    let rows = [
        row(20, "mail.example.org", 0, 3000),
        row(20, "example.org", 2000, 4000),
        row(22, "", 0, 1500),
        row(22, "other.example", 0, 6000),
    ];
    let board = dashboard(&rows, Before { events: 3, duration_ms: 10_000 });
    assert_eq!((board.total_events, board.seconds), (4, Seconds(12_500)));
    assert_eq!(board.attention_seconds, Seconds(4000 + 6000), "what two browsers show at once counts once");
    let days: Vec<(i64, i64)> = board.daily_events.iter().map(|day| (day.count, day.seconds.0)).collect();
    assert_eq!(days, [(0, 0), (0, 0), (0, 0), (0, 0), (2, 5000), (0, 0), (2, 7500)]);
    let top: Vec<(Option<&str>, i64, i64)> =
        board.top_domains.iter().map(|top| (top.domain.as_deref(), top.count, top.seconds.0)).collect();
    let expected = [(Some("other.example"), 1, 6000), (Some("example.org"), 2, 5000), (None, 1, 1500)];
    assert_eq!(top, expected);
    assert_eq!((board.hourly_activity[0].count, board.hourly_activity[0].seconds), (4, Seconds(12_500)));
    // 20 November 2026 is a Friday, the 22nd a Sunday.
    assert_eq!((board.weekdays[4][0], board.weekdays[6][0]), (Seconds(5000), Seconds(7500)));
    assert_eq!((board.event_types[0].what.as_str(), board.event_types[0].count), ("NAVIGATION", 4));
    assert_eq!((board.previous.start_date, board.previous.end_date), (date(9), date(15)));
    assert_eq!((board.previous.change.seconds, board.previous.change.percent), (Seconds(2500), Some(25)));
    assert_eq!(dashboard(&rows, Before::default()).previous.change.percent, None);
}

#[test]
fn nothing_is_zeros() {
    let board = dashboard(&[], Before::default());
    assert_eq!((board.total_events, board.seconds, board.daily_events.len()), (0, Seconds(0), 7));
    assert_eq!((board.hourly_activity.len(), board.weekdays.len(), board.weekdays[0].len()), (24, 7, 24));
    assert!(board.top_domains.is_empty() && board.event_types.is_empty());
}

proptest! {
    #[test]
    fn every_figure_says_the_same(
        spans in prop::collection::vec((16_u32..=22, 0_usize..5, 0_u32..3_000_000, 0_u32..600_000), 0..40)
    ) {
        let hosts = ["a.example", "www.b.example", "b.example", "", "pgecldifgnpaaclnfhadlbifpnndcjck"];
        let rows: Vec<DayRow> =
            spans.iter().map(|(day, host, from, length)| row(*day, hosts[*host], *from, from + length)).collect();
        let board = dashboard(&rows, Before::default());
        let spent = TimeSpent::new(&Calendar::in_zone(chrono_tz::UTC), Period::ending(date(22), None), &rows);
        let days: Vec<Packed> = rows.iter().map(|row| row.day.clone()).collect();
        let domains = crate::events::list::Domains::new(&days, 1000).domains;
        let total = spans.iter().map(|(.., length)| Seconds(i64::from(*length))).sum::<Seconds>();
        prop_assert!(board.attention_seconds <= board.seconds);
        for sum in [
            board.seconds,
            board.daily_events.iter().map(|day| day.seconds).sum(),
            board.top_domains.iter().map(|top| top.seconds).sum(),
            board.hourly_activity.iter().map(|hour| hour.seconds).sum(),
            board.weekdays.iter().flatten().copied().sum(),
            spent.total_seconds,
            spent.domains.iter().map(|one| one.seconds).sum(),
            spent.days.iter().flat_map(|day| &day.domains).map(|one| one.seconds).sum(),
            domains.iter().map(|one| one.seconds).sum(),
            domains.iter().flat_map(|one| &one.hosts).map(|host| host.seconds).sum(),
        ] {
            prop_assert_eq!(sum, total);
        }
        let counts = i64::try_from(spans.len()).unwrap();
        prop_assert_eq!(board.total_events, counts);
        prop_assert_eq!(domains.iter().map(|one| one.count).sum::<i64>(), counts);
        prop_assert_eq!((spent.visits, spent.domains.iter().map(|one| one.visits).sum::<i64>()), (2 * counts, 2 * counts));
    }
}
