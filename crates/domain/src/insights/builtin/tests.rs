use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::categories::Categories;
use crate::consumption::units::{Canonical, ConsumptionType};
use crate::days::Calendar;
use crate::devices::Platform;
use crate::focus::FocusSession;
use crate::ids::{DeviceId, FocusSessionId, UserId};
use crate::insights::claims::Allowed;
use crate::insights::span::{Asked, Rows};
use crate::insights::{Insight, InsightKind};
use crate::usage::figures::DayRow;
use crate::usage::rollup::{DeviceDay, Tally};
use crate::usage::{self};

/// The day that is not over: a Sunday.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

/// So many days before.
fn back(days: i64) -> NaiveDate {
    plus(today(), -days)
}

/// An app in front from an hour of a day on, in so many sessions.
fn used(date: NaiveDate, app: &str, hour: u32, minutes: u32, sessions: i64) -> DayRow {
    let mut day = DeviceDay::default();
    let tally =
        Tally { duration_ms: i64::from(minutes) * 60_000, session_count: sessions, started_count: sessions };
    day.total.add(tally);
    day.apps.add(usage::Kind::App, app, tally);
    day.coverage.push(hour * 3_600_000, hour * 3_600_000 + minutes * 60_000);
    let device_id = DeviceId(uuid::Uuid::from_u128(1));
    DayRow { date, device_id, name: "Desk".into(), platform: Platform::Linux, day }
}

fn focused(date: NaiveDate, hour: i64, minutes: i32, completed: bool) -> FocusSession {
    let started_at = date.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::hours(hour);
    FocusSession {
        id: FocusSessionId(uuid::Uuid::nil()),
        user_id: UserId(uuid::Uuid::nil()),
        duration_min: Some(minutes),
        label: None,
        completed,
        abandoned: !completed,
        created_at: started_at,
        started_at,
        ended_at: None,
        focus_min: if completed { minutes } else { 0 },
    }
}

/// Hundredths of a kWh or m3.
fn taken(
    what: ConsumptionType,
    date: NaiveDate,
    hundredths: i128,
) -> (ConsumptionType, NaiveDate, Canonical) {
    (what, date, Canonical(hundredths * 10_i128.pow(16)))
}

fn categories() -> Categories {
    let tree = json!([
        {"name": "Work", "weight": 2, "rules": [{"app": "code"}]},
        {"name": "Fun 24", "weight": -2, "rules": [{"app": "game 7"}]},
    ]);
    Categories::new(&serde_json::from_value::<Vec<_>>(tree).unwrap()).unwrap()
}

fn data(kind: Kind, date: NaiveDate, rows: &Rows) -> Data {
    let (calendar, categories) = (Calendar::in_zone(chrono_tz::UTC), categories());
    let asked = Asked::new(kind, &calendar, today(), Some(date), None);
    Data::of(Span::new(&calendar, &categories, asked, rows))
}

/// Four weeks of days that are alike, two hours of work in 20 sessions each.
fn usual() -> Rows {
    let usage = (2..40).map(|days| used(back(days), "code", 9, 120, 20)).collect();
    let household = (2..40).map(|days| taken(ConsumptionType::Electricity, back(days), 800)).collect();
    Rows { usage, household, ..Rows::default() }
}

/// A week with something of everything.
pub fn week() -> Data {
    let mut rows = usual();
    rows.usage.push(used(back(1), "game 7", 22, 119, 3));
    rows.focus = (1..6).map(|days| focused(back(days), 10, 50, true)).collect();
    rows.household.push(taken(ConsumptionType::Electricity, back(1), 1437));
    data(Kind::WeeklyReport, back(1), &rows)
}

fn kinds(insights: &[Insight]) -> Vec<InsightKind> {
    insights.iter().map(|insight| insight.kind).collect()
}

fn check(data: &Data) {
    let allowed = Allowed::by(data);
    let Text { summary, highlights } = write(data);
    let texts = data.insights.iter().flat_map(|insight| [&insight.title, &insight.text]);
    for text in highlights.iter().chain([&summary]).chain(texts) {
        assert_eq!(allowed.check(text), Ok(()), "{text}\n{data:#?}");
    }
    // Each finding stands on its own evidence.
    for insight in &data.insights {
        let own = Data {
            insights: vec![insight.clone()],
            figures: Figures::default(),
            previous: None,
            changes: vec![],
            days: vec![],
            ..data.clone()
        };
        for text in [&insight.title, &insight.text] {
            assert_eq!(Allowed::by(&own).check(text), Ok(()), "{text}");
        }
    }
}

#[test]
fn a_day_like_any_other_has_no_findings() {
    let data = data(Kind::DailySummary, back(2), &usual());
    assert_eq!(kinds(&data.insights), []);
    let text = write(&data);
    assert_eq!(
        text.summary,
        "On 2026-11-20 devices were used for 2 h. Productive: 2 h, distracting: 0 s, a score of 100."
    );
    assert_eq!(
        text.highlights,
        [
            "Most time of a category: \"Work\", 2 h.",
            "Most time of an app or website: \"code\", 2 h.",
            "Electricity: 8 kWh."
        ]
    );
}

#[test]
fn what_nobody_recorded() {
    let data = data(Kind::DailySummary, today(), &Rows::default());
    assert_eq!(write(&data).summary, "So far on 2026-11-22 nothing was recorded.");
    assert_eq!((data.is_over, data.insights.len()), (false, 0));
}

/// What a day says that is as usual but for `change`.
fn found(date: NaiveDate, change: impl FnOnce(&mut Rows)) -> Vec<String> {
    let mut rows = usual();
    change(&mut rows);
    let data = data(Kind::DailySummary, date, &rows);
    check(&data);
    data.insights.into_iter().map(|insight| format!("{}. {}", insight.title, insight.text)).collect()
}

#[test]
fn what_is_found_on_a_day() {
    let day = back(1);
    assert_eq!(
        found(day, |rows| rows.usage.push(used(day, "code", 9, 240, 40))),
        [
            "Time at screens: more than usual. Time at screens: 4 h, 100 % more than usual (2 h, the median of 28 days).",
            "Productive time: more than usual. Productive time: 4 h, 100 % more than usual (2 h, the median of 28 days)."
        ]
    );
    assert_eq!(
        found(day, |rows| rows.usage.push(used(day, "code", 9, 120, 60))),
        [
            "More changes between apps. Apps changed 30 times an hour, 200 % more than usual (10, the median of 28 days)."
        ]
    );
    assert_eq!(
        found(day, |rows| rows.usage.extend([used(day, "code", 9, 70, 12), used(day, "code", 1, 40, 6)])),
        ["Late at night. 40 min of use between 23:00 and 05:00."]
    );
    let sessions = |kept: usize, given_up: usize| {
        let all = (0..kept + given_up).map(move |number| focused(day, 9, 25, number < kept));
        found(day, |rows| {
            rows.usage.push(used(day, "code", 9, 120, 20));
            rows.focus = all.collect();
        })
    };
    assert_eq!(sessions(3, 0), ["Focus kept. All 3 sessions of focus were completed: 1 h 15 min."]);
    assert_eq!(sessions(1, 2), ["Focus broken. 2 sessions of focus were given up and 1 completed: 25 min."]);
    assert_eq!(sessions(2, 1), [""; 0]);
    assert_eq!(
        found(day, |rows| {
            rows.usage.push(used(day, "code", 9, 120, 20));
            rows.household.push(taken(ConsumptionType::Electricity, day, 1437));
        }),
        [
            "Electricity on 2026-11-21: much. On 2026-11-21 the household took 14.37 kWh of electricity, 80 % more than usual (8 kWh, the median of 28 days)."
        ]
    );
}

#[test]
fn a_day_that_is_not_over_has_not_less_than_usual() {
    assert_eq!(found(today(), |rows| rows.usage.push(used(today(), "code", 9, 31, 5))), [""; 0]);
    let less = found(back(1), |rows| rows.usage.push(used(back(1), "code", 9, 31, 5)));
    assert_eq!(less.len(), 2, "{less:?}");
    let more = found(today(), |rows| rows.usage.push(used(today(), "code", 9, 300, 50)));
    assert_eq!(more.len(), 2, "{more:?}");
    let little = found(today(), |rows| {
        rows.usage.push(used(today(), "code", 9, 120, 20));
        rows.household.push(taken(ConsumptionType::Electricity, today(), 1));
    });
    assert_eq!(little, [""; 0]);
}

#[test]
fn nothing_is_usual_before_a_week_is_known() {
    let day = back(1);
    let rows = |known: i64| Rows {
        usage: (2..2 + known)
            .map(|days| used(back(days), "code", 9, 120, 20))
            .chain([used(day, "code", 9, 300, 50)])
            .collect(),
        ..Rows::default()
    };
    assert_eq!(kinds(&data(Kind::DailySummary, day, &rows(6)).insights), []);
    assert_eq!(kinds(&data(Kind::DailySummary, day, &rows(7)).insights), [InsightKind::Change; 2]);
}

#[test]
fn the_hours_in_which_focus_begins() {
    let mut rows = usual();
    rows.focus =
        (1..8).map(|days| focused(back(days), if days % 3 == 0 { 16 } else { 9 }, 30, true)).collect();
    let data = data(Kind::WeeklyReport, back(1), &rows);
    let best = data.insights.iter().find(|insight| insight.kind == InsightKind::BestHours).unwrap();
    assert_eq!(best.text, "Of 3 h 30 min of focus in 35 days, 2 h 30 min began between 08:00 and 10:00.");
    check(&data);
}

#[test]
fn a_week_beside_the_one_before() {
    let data = week();
    // From Monday to Sunday.
    assert_eq!((data.from, data.to, data.is_over, data.days.len()), (back(6), today(), false, 7));
    let active = &data.changes[0];
    assert_eq!((active.name.as_str(), active.percent), ("active_seconds", Some(-14)));
    assert_eq!(data.previous.as_ref().unwrap().active_days, 7);
    let text = write(&data);
    assert_eq!(
        text.summary,
        "So far from 2026-11-16 to 2026-11-22 devices were used for 11 h 59 min, on 6 days. Productive: 10 h, \
         distracting: 1 h 59 min, a score of 83. Completed sessions of focus: 5, 4 h 10 min together."
    );
    check(&data);
    // A week that is over may have less.
    let mut rows = usual();
    rows.usage.retain(|row| row.date != back(8));
    let text = write(&self::data(Kind::WeeklyReport, back(8), &rows));
    assert!(
        text.summary.ends_with("Time at screens: 14 % less than in the week before (14 h)."),
        "{}",
        text.summary
    );
}

prop_compose! {
    fn rows()(
        days in prop::collection::vec((0..50_i64, 0..3_usize, 0..20_u32, 1..240_u32, 1..99_i64), 0..60),
        focus in prop::collection::vec((0..50_i64, 0..24_i64, 1..480_i32, any::<bool>()), 0..40),
        household in prop::collection::vec((0..50_i64, 0..3_usize, 0..100_000_i128), 0..60),
    ) -> Rows {
        let app = |number: usize| ["code", "game 7", "say \"9\" 8"][number];
        let mut rows = Rows {
            usage: days.into_iter().map(|(days, which, hour, minutes, sessions)| used(back(days), app(which), hour, minutes, sessions)).collect(),
            focus: focus.into_iter().map(|(days, hour, minutes, kept)| focused(back(days), hour, minutes, kept)).collect(),
            household: household.into_iter().map(|(days, what, amount)| taken(ConsumptionType::ALL[what], back(days), amount)).collect(),
            ..Rows::default()
        };
        rows.household.sort_by_key(|(what, date, _)| (what.as_str(), *date));
        rows.household.dedup_by_key(|(what, date, _)| (*what, *date));
        rows
    }
}

proptest! {
    #[test]
    fn what_is_written_states_nothing_but_figures(rows in rows(), date in 0..14_i64) {
        for kind in [Kind::DailySummary, Kind::ProductivityInsights, Kind::WeeklyReport] {
            check(&data(kind, back(date), &rows));
        }
    }

    #[test]
    fn the_same_rows_in_another_order_say_the_same(rows in rows()) {
        let mut other = rows.clone();
        other.usage.reverse();
        other.focus.reverse();
        other.household.reverse();
        let (one, two) = (data(Kind::WeeklyReport, back(1), &rows), data(Kind::WeeklyReport, back(1), &other));
        prop_assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&two).unwrap());
    }
}
