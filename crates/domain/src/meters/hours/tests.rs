use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::super::intervals::Millionths;
use super::*;
use crate::days::{DayStart, Entry, WeekStart};

fn hourly(from: &str, count: i64) -> Vec<Interval> {
    let from: DateTime<Utc> = from.parse().unwrap();
    (0..count)
        .map(|hour| Interval {
            start: from + Duration::hours(hour),
            length: 3600,
            amount: Millionths::new(hour + 1).unwrap(),
        })
        .collect()
}

fn counted(calendar: &Calendar, intervals: &[Interval]) -> BTreeMap<NaiveDate, Hours> {
    let mut dates = Dates::new(calendar);
    intervals.iter().for_each(|one| dates.add(*one));
    dates.sums()
}

#[test]
fn days_of_23_and_25_hours_are_right() {
    // 29 March 2026: the clocks of Brussels go from 2 to 3; midnight is 23:00 UTC, then 22:00.
    let spring =
        counted(&Calendar::in_zone(chrono_tz::Europe::Brussels), &hourly("2026-03-28T23:00:00Z", 23 + 24));
    let days: Vec<(String, i128, usize)> = spring
        .iter()
        .map(|(date, hours)| (date.to_string(), hours.total(), hours.iter().flatten().count()))
        .collect();
    assert_eq!(days, [("2026-03-29".into(), (1..=23).sum(), 23), ("2026-03-30".into(), (24..=47).sum(), 24)]);
    let first: Vec<Option<i64>> = spring.values().next().unwrap().iter().collect();
    assert_eq!(first[..5], [Some(1), Some(2), None, Some(3), Some(4)]);
    // 25 October: from 3 back to 2.
    let autumn =
        counted(&Calendar::in_zone(chrono_tz::Europe::Brussels), &hourly("2026-10-24T22:00:00Z", 25));
    assert_eq!(autumn.len(), 1);
    let hours: Vec<Option<i64>> = autumn.values().next().unwrap().iter().collect();
    assert_eq!(hours[..5], [Some(1), Some(2), Some(3 + 4), Some(5), Some(6)]);
    assert_eq!(autumn.values().next().unwrap().total(), (1..=25).sum());
}

#[test]
fn an_hour_without_an_interval_is_not_one_of_none_consumed() {
    let mut two = hourly("2026-01-01T00:00:00Z", 2);
    two[1].amount = Millionths::new(0).unwrap();
    let hours = counted(&Calendar::in_zone(Tz::UTC), &two).into_values().next().unwrap();
    assert_eq!(hours.iter().take(3).collect::<Vec<_>>(), [Some(1), Some(0), None]);
    assert_eq!(Hours::unpack(&hours.pack()), Some(hours));
    assert_eq!(Hours::unpack(&[]), None);
    assert_eq!(Hours::unpack(&[1]), None);
    assert_eq!(Hours::unpack(&[0, 0]), None);
    assert_eq!(Hours::unpack(&[0x80, 0x80, 0x80, 0x08]), None, "an hour after the last");
}

proptest! {
    #[test]
    fn what_is_packed_is_unpacked(hours in proptest::array::uniform24(proptest::option::of(0..=i64::MAX))) {
        let hours = Hours(hours);
        prop_assert_eq!(Hours::unpack(&hours.pack()), Some(hours));
    }

    /// Whatever the calendar, nothing is lost and each interval is where that says its start is.
    #[test]
    fn all_is_counted_where_it_starts(
        (home, away) in (zones(), zones()),
        (leaves, day_start) in (0..700_000_i64, 0..24_u16),
        from in 0..500_000_i64,
        count in 1..400_i64,
        minutes in 1..120_i64,
    ) {
        let at = |thousands: i64| DateTime::from_timestamp(1_000_000_000 + thousands * 1000, 0).unwrap();
        let day_start = DayStart::new(day_start, 0).unwrap();
        let journey = Entry { from: Some(at(leaves)), timezone: away, day_start, week_start: WeekStart::Monday };
        let calendar = Calendar::in_zone(home).changed(journey);
        let intervals: Vec<Interval> = (0..count).map(|n| Interval {
            start: at(from) + Duration::minutes(n * minutes),
            length: u32::try_from(minutes * 60).unwrap(),
            amount: Millionths::new(n).unwrap(),
        }).collect();
        let mut expected: BTreeMap<NaiveDate, Hours> = BTreeMap::new();
        for one in &intervals {
            expected.entry(calendar.date_at(one.start)).or_default().add(calendar.clock_at(one.start), one.amount.get());
        }
        prop_assert_eq!(&counted(&calendar, &intervals), &expected);
        // In any order.
        let mut turned = intervals;
        turned.reverse();
        prop_assert_eq!(&counted(&calendar, &turned), &expected);
    }
}

fn zones() -> impl Strategy<Value = Tz> {
    prop_oneof![
        Just(chrono_tz::Europe::Brussels),
        Just(chrono_tz::America::New_York),
        Just(chrono_tz::Asia::Kathmandu),
        Just(chrono_tz::Australia::Lord_Howe),
        Just(chrono_tz::Pacific::Apia),
    ]
}
