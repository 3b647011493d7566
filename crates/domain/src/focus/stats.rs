//! Figures of focus, made from what days add up to.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::streaks::Streaks;
use crate::accounts::level;
use crate::days::{self, Calendar, month_start, next_month, plus};
use crate::ids::UserId;
use crate::numbers::percent_more;

/// How many weeks, and how many months, trends show.
const PERIODS: usize = 12;

/// What somebody's focus adds up to, as it is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Points.
    pub xp_points: i64,
    /// Whole minutes of completed sessions.
    pub focus_min: i64,
    /// Completed sessions.
    pub sessions: i64,
    /// Days in a row.
    pub streaks: Streaks,
    /// When it changed.
    pub updated_at: Option<DateTime<Utc>>,
}

/// What somebody's focus adds up to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FocusTotals {
    /// Whose it is.
    pub user_id: UserId,
    /// Whole minutes of completed sessions, each for itself.
    pub total_focus_min: i64,
    /// Completed sessions.
    pub total_sessions: i64,
    /// Days in a row with a completed session, up to today or yesterday.
    pub current_streak: i32,
    /// The most days in a row.
    pub best_streak: i32,
    /// Points: one a minute, none twice where sessions overlap.
    pub xp_points: i64,
    /// The level that they make: see `Level` in `docs/CLIENTS.md`.
    pub lvl: i64,
    /// When it changed; none before the first session.
    pub updated_at: Option<DateTime<Utc>>,
}

impl Totals {
    /// As they are shown on the day `today`.
    #[must_use]
    pub fn shown(&self, user: UserId, today: NaiveDate, calendar: &Calendar) -> FocusTotals {
        FocusTotals {
            user_id: user,
            total_focus_min: self.focus_min,
            total_sessions: self.sessions,
            current_streak: self.streaks.current(today, calendar),
            best_streak: self.streaks.best,
            xp_points: self.xp_points,
            lvl: level(self.xp_points),
            updated_at: self.updated_at,
        }
    }
}

/// What a day's completed sessions add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FocusDay {
    /// The local day on which they started.
    pub date: NaiveDate,
    /// Whole minutes.
    pub focus_min: i64,
    /// How many there are.
    pub sessions_completed: i64,
}

/// Up to which day days are asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DailyFilter {
    /// The last day (today).
    pub to: Option<NaiveDate>,
}

/// Days, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DailyFocus {
    /// Newest first, without a gap.
    pub daily_stats: Vec<FocusDay>,
}

impl DailyFocus {
    /// The days up to `last`, so many as asked; those that have no row are zero.
    #[must_use]
    pub fn new(last: NaiveDate, count: u16, rows: &[FocusDay]) -> DailyFocus {
        let known: HashMap<NaiveDate, FocusDay> = rows.iter().map(|row| (row.date, *row)).collect();
        let days = (0..i64::from(count)).map(|back| plus(last, -back));
        let day = |date| FocusDay { date, focus_min: 0, sessions_completed: 0 };
        DailyFocus {
            daily_stats: days.map(|date| known.get(&date).copied().unwrap_or_else(|| day(date))).collect(),
        }
    }
}

/// How a figure differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FocusChange {
    /// Minutes more, or fewer where below zero.
    pub focus_min: i64,
    /// The same in percent of the period before, rounded; none where that had none.
    pub percent: Option<i64>,
}

/// A week or a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FocusPeriod {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day, though it may not have come yet.
    pub to: NaiveDate,
    /// Whole minutes of completed sessions.
    pub focus_min: i64,
    /// How many there are.
    pub sessions_completed: i64,
    /// Against the period before.
    pub change: FocusChange,
}

/// Weeks and months, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FocusTrends {
    /// Twelve weeks, the current one first.
    pub weekly: Vec<FocusPeriod>,
    /// Twelve months, the current one first.
    pub monthly: Vec<FocusPeriod>,
}

/// The first day that trends at `today` need.
#[must_use]
pub fn trends_from(today: NaiveDate) -> NaiveDate {
    month_before(month_start(today), PERIODS)
}

impl FocusTrends {
    /// Up to `today`, from the days since [`trends_from`].
    #[must_use]
    pub fn new(calendar: &Calendar, today: NaiveDate, days: &[FocusDay]) -> FocusTrends {
        let week = calendar.week_start(today);
        let weeks = (0..=PERIODS).map(|back| plus(week, -7 * i64::try_from(back).unwrap_or(0)));
        let months = (0..=PERIODS).map(|back| month_before(month_start(today), back));
        FocusTrends {
            weekly: periods(weeks, plus(week, 7), days),
            monthly: periods(months, next_month(today), days),
        }
    }
}

/// The periods that begin at `starts`, newest first, each with its change; the last is only compared with.
fn periods(starts: impl Iterator<Item = NaiveDate>, after: NaiveDate, days: &[FocusDay]) -> Vec<FocusPeriod> {
    let mut after = after;
    let all: Vec<FocusPeriod> = starts
        .map(|from| {
            let to = plus(after, -1);
            after = from;
            let within = days.iter().filter(|day| (from..=to).contains(&day.date));
            let (focus_min, sessions_completed) =
                within.fold((0, 0), |sum, day| (sum.0 + day.focus_min, sum.1 + day.sessions_completed));
            FocusPeriod {
                from,
                to,
                focus_min,
                sessions_completed,
                change: FocusChange { focus_min: 0, percent: None },
            }
        })
        .collect();
    all.iter()
        .zip(all.iter().skip(1))
        .map(|(period, before)| {
            let focus_min = period.focus_min - before.focus_min;
            let percent = percent_more(period.focus_min, before.focus_min);
            FocusPeriod { change: FocusChange { focus_min, percent }, ..*period }
        })
        .collect()
}

fn month_before(first: NaiveDate, months: usize) -> NaiveDate {
    first.checked_sub_months(Months::new(u32::try_from(months).unwrap_or(0))).unwrap_or(days::FIRST)
}

/// Which days are asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HoursFilter {
    /// The first day (90 days before `to`).
    pub from: Option<NaiveDate>,
    /// The last day (today).
    pub to: Option<NaiveDate>,
}

/// What sessions that started in an hour of the day add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FocusHour {
    /// What the wall clock showed, 0 to 23.
    pub hour: u8,
    /// Whole minutes.
    pub focus_min: i64,
    /// Completed sessions.
    pub sessions: i64,
}

/// What sessions that started on a day of the week add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FocusWeekday {
    /// 1 is Monday, 7 is Sunday (ISO 8601).
    pub weekday: u8,
    /// Whole minutes.
    pub focus_min: i64,
    /// Completed sessions.
    pub sessions: i64,
}

/// When somebody focuses.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FocusHours {
    /// The first day that is counted.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
    /// By the hour in which sessions started.
    pub hours: Vec<FocusHour>,
    /// By the day of the week on which they started.
    pub weekdays: Vec<FocusWeekday>,
}

impl FocusHours {
    /// Of completed sessions: when each started and its minutes.
    #[must_use]
    pub fn new(
        calendar: &Calendar,
        (from, to): (NaiveDate, NaiveDate),
        sessions: &[(DateTime<Utc>, i64)],
    ) -> FocusHours {
        let mut hours: Vec<FocusHour> =
            (0..24).map(|hour| FocusHour { hour, ..FocusHour::default() }).collect();
        let mut weekdays: Vec<FocusWeekday> =
            (1..=7).map(|weekday| FocusWeekday { weekday, ..FocusWeekday::default() }).collect();
        for (at, minutes) in sessions {
            if let Some(hour) = hours.get_mut(usize::from(calendar.clock_at(*at))) {
                hour.focus_min += minutes;
                hour.sessions += 1;
            }
            let number = calendar.date_at(*at).weekday().number_from_monday();
            if let Some(weekday) = weekdays.iter_mut().find(|day| u32::from(day.weekday) == number) {
                weekday.focus_min += minutes;
                weekday.sessions += 1;
            }
        }
        FocusHours { from, to, hours, weekdays }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn day(text: &str, focus_min: i64) -> FocusDay {
        FocusDay { date: date(text), focus_min, sessions_completed: 1 }
    }

    #[test]
    fn days_without_a_session_are_zero() {
        let daily = DailyFocus::new(date("2026-03-01"), 3, &[day("2026-02-27", 25)]).daily_stats;
        let told: Vec<_> = daily.iter().map(|day| (day.date.to_string(), day.focus_min)).collect();
        assert_eq!(told, [("2026-03-01".into(), 0), ("2026-02-28".into(), 0), ("2026-02-27".into(), 25)]);
    }

    #[test]
    fn weeks_and_months_with_their_change() {
        let calendar = Calendar::in_zone(Tz::UTC);
        let days =
            [day("2026-11-22", 30), day("2026-11-15", 20), day("2026-11-14", 25), day("2026-10-31", 50)];
        // 2026-11-22 is a Sunday.
        let trends = FocusTrends::new(&calendar, date("2026-11-22"), &days);
        assert_eq!((trends.weekly.len(), trends.monthly.len()), (12, 12));
        let told = |period: &FocusPeriod| {
            (
                period.from.to_string(),
                period.to.to_string(),
                period.focus_min,
                period.change.focus_min,
                period.change.percent,
            )
        };
        assert_eq!(told(&trends.weekly[0]), ("2026-11-16".into(), "2026-11-22".into(), 30, -15, Some(-33)));
        assert_eq!(told(&trends.weekly[1]), ("2026-11-09".into(), "2026-11-15".into(), 45, 45, None));
        assert_eq!(told(&trends.monthly[0]), ("2026-11-01".into(), "2026-11-30".into(), 75, 25, Some(50)));
        assert_eq!(told(&trends.monthly[1]), ("2026-10-01".into(), "2026-10-31".into(), 50, 50, None));
        assert_eq!(trends_from(date("2026-11-22")), date("2025-11-01"));
    }

    #[test]
    fn hours_are_those_of_the_wall_clock() {
        let calendar = Calendar::in_zone(Tz::Europe__Berlin);
        let at = |text: &str| text.parse().unwrap();
        let sessions = [(at("2026-07-01T22:30:00Z"), 25), (at("2026-01-01T22:30:00Z"), 10)];
        let hours = FocusHours::new(&calendar, (date("2026-01-01"), date("2026-12-31")), &sessions);
        assert_eq!((hours.hours[0].focus_min, hours.hours[23].focus_min), (25, 10));
        // 2 July and 1 January 2026 are Thursdays.
        assert_eq!((hours.weekdays[3].focus_min, hours.weekdays[3].sessions), (35, 2));
    }
}
