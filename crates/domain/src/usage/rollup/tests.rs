use super::*;
use crate::instants::instant;
use chrono::Duration;
use proptest::prelude::*;

fn session(app: &str, from: &str, to: &str) -> Session {
    let key = Key { started_at: instant(from).unwrap(), kind: Kind::App, app: app.into() };
    Session { key, ended_at: instant(to).unwrap(), title: None, url: None }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_session_is_cut_at_local_midnight_and_each_day_gets_its_part() {
    let berlin = Calendar::in_zone(chrono_tz::Europe::Berlin);
    let mut rollup = Rollup::new(&berlin);
    rollup.count(&session("x", "2024-06-01T21:30:00Z", "2024-06-01T22:10:00Z"), None);
    let (first, second) = (&rollup.days[&date("2024-06-01")], &rollup.days[&date("2024-06-02")]);
    assert_eq!((first.total.duration_ms, second.total.duration_ms), (1_800_000, 600_000));
    assert_eq!((first.total.session_count, second.total.session_count), (1, 1));
    assert_eq!((first.total.started_count, second.total.started_count), (1, 0));
    assert_eq!((first.hours_ms[23], second.hours_ms[0]), (1_800_000, 600_000));
}

#[test]
fn a_session_that_ends_at_midnight_does_not_touch_the_day_after() {
    let utc = Calendar::in_zone(chrono_tz::UTC);
    let mut rollup = Rollup::new(&utc);
    rollup.count(&session("x", "2024-06-01T23:00:00Z", "2024-06-02T00:00:00Z"), None);
    rollup.count(&session("x", "2024-06-03T00:00:00Z", "2024-06-03T00:00:00Z"), None);
    let days: Vec<_> = rollup.days.keys().copied().collect();
    assert_eq!(days, [date("2024-06-01"), date("2024-06-03")]);
    assert_eq!(
        rollup.days[&date("2024-06-03")].total,
        Tally { duration_ms: 0, session_count: 1, started_count: 1 }
    );
}

#[test]
fn a_repeated_hour_holds_both() {
    let berlin = Calendar::in_zone(chrono_tz::Europe::Berlin);
    let mut rollup = Rollup::new(&berlin);
    rollup.count(&session("x", "2024-10-26T22:00:00Z", "2024-10-27T03:00:00Z"), None);
    let day = &rollup.days[&date("2024-10-27")];
    assert_eq!(&day.hours_ms[..5], [3_600_000, 3_600_000, 7_200_000, 3_600_000, 0]);
}

#[test]
fn a_session_over_a_short_day_touches_three() {
    let calendar = Calendar::in_zone(chrono_tz::America::New_York);
    let moved = crate::days::Entry {
        from: instant("2024-06-11T05:00:00Z"),
        timezone: chrono_tz::Etc::GMTMinus14,
        ..*calendar.current()
    };
    let calendar = calendar.changed(moved); // 11 June lasts from 04:00Z to 10:00Z
    let mut rollup = Rollup::new(&calendar);
    rollup.count(&session("x", "2024-06-11T03:00:00Z", "2024-06-11T11:00:00Z"), None);
    let parts: Vec<_> = rollup.days.values().map(|day| day.total.duration_ms / 3_600_000).collect();
    assert_eq!(parts, [1, 6, 1]);
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let zones = prop::sample::select(chrono_tz::TZ_VARIANTS.as_slice());
    (zones.clone(), zones, 0_u16..24).prop_map(|(first, then, hour)| {
        let calendar = Calendar::in_zone(first);
        calendar.changed(crate::days::Entry {
            from: instant("2024-03-20T12:00:00Z"),
            timezone: then,
            day_start: crate::days::DayStart::new(hour, 0).unwrap(),
            ..*calendar.current()
        })
    })
}

prop_compose! {
    fn sessions()(rows in prop::collection::vec((0_i64..1_000_000_000, 0_i64..=LONGEST_MS, 0..4_usize), 1..60)) -> Vec<Session> {
        let start = instant("2024-03-15T00:00:00Z").unwrap();
        rows.into_iter().map(|(from, length, app)| {
            let started_at = start + Duration::milliseconds(from);
            let key = Key { started_at, kind: Kind::App, app: ["a", "b", "c", "d"][app].into() };
            Session { key, ended_at: started_at + Duration::milliseconds(length), title: None, url: None }
        }).collect()
    }
}

proptest! {
    #[test]
    fn any_zone_keeps_the_total_and_hours_add_up_to_the_day(calendar in calendars(), sessions in sessions()) {
        let mut rollup = Rollup::new(&calendar);
        for session in &sessions {
            rollup.count(session, None);
        }
        let given: i64 = sessions.iter().map(|s| ms(s.ended_at) - ms(s.key.started_at)).sum();
        prop_assert_eq!(rollup.days.values().map(|day| day.total.duration_ms).sum::<i64>(), given);
        prop_assert_eq!(rollup.days.values().map(|day| day.total.started_count).sum::<i64>(), i64::try_from(sessions.len()).unwrap());
        for day in rollup.days.values() {
            prop_assert_eq!(day.hours_ms.iter().sum::<i64>(), day.total.duration_ms);
            prop_assert!(day.coverage.length_ms() <= day.total.duration_ms);
            let mut apps = Tally::default();
            day.apps.iter().for_each(|(_, _, tally)| apps.add(tally));
            prop_assert_eq!(apps, day.total);
        }
    }

    #[test]
    fn order_and_growth_do_not_matter(calendar in calendars(), sessions in sessions(), grown in prop::collection::vec(0..100_i64, 60)) {
        let mut at_once = Rollup::new(&calendar);
        for session in &sessions {
            at_once.count(session, None);
        }
        let mut by_parts = Rollup::new(&calendar);
        for (session, percent) in sessions.iter().rev().zip(grown) {
            let length = ms(session.ended_at) - ms(session.key.started_at);
            let early = session.key.started_at + Duration::milliseconds(length * percent / 100);
            by_parts.count(&Session { ended_at: early, ..session.clone() }, None);
            by_parts.count(session, Some(early));
        }
        prop_assert_eq!(&at_once.days, &by_parts.days);
    }
}
