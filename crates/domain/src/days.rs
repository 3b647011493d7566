//! Local days: the one place where a day is cut.
//!
//! An account has a [`Calendar`]: its time zone, the hour its day starts at and the day its week starts on,
//! each with the instant from which it holds. A day is a half-open range of instants, so that every instant
//! belongs to exactly one day, whatever the clocks did: the date never goes back. Where a traveller's clock
//! does, the day is longer (a flight west), and where it jumps, shorter (a flight east).
//!
//! Wall-clock rules are those of the IANA time zone database. A start of day that a clock change skips is the
//! instant of the change; one that a clock change repeats is the first of the two.

use chrono::{
    DateTime, Datelike, Days, Duration, MappedLocalTime, Months, NaiveDate, NaiveDateTime, Offset, TimeZone,
    Timelike, Utc, Weekday,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

mod calendar;
pub(crate) mod cuts;
pub mod hours;
mod start;

pub use calendar::{Calendar, Entry};
pub use start::{DayStart, WeekStart};

/// A local day: the instants `from <= t < to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// What people call it.
    pub date: NaiveDate,
    /// Its first instant.
    pub from: DateTime<Utc>,
    /// The first instant of the day after.
    pub to: DateTime<Utc>,
}

impl Day {
    /// Its length: 24 hours, 23 or 25 where clocks change.
    #[must_use]
    pub fn length(&self) -> Duration {
        self.to - self.from
    }

    /// Milliseconds after its first instant; 0 before it.
    #[must_use]
    pub fn offset(&self, instant: DateTime<Utc>) -> u32 {
        u32::try_from((instant - self.from).num_milliseconds()).unwrap_or(0)
    }
}

/// A stretch of a day in which the wall clock shows one hour: `from <= t < to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// What the clock shows, 0 to 23.
    pub clock: u8,
    /// First instant.
    pub from: DateTime<Utc>,
    /// First instant after.
    pub to: DateTime<Utc>,
}

/// No date of ours is earlier.
pub const FIRST: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a date");
/// No date of ours is later.
pub const LAST: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date");

/// The dates `first..=last`.
pub fn dates(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |date| *date <= last)
}

/// The first day of the month with `date`.
#[must_use]
pub fn month_start(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

/// The first day of the month after that with `date`, held inside the calendar's range.
#[must_use]
pub fn next_month(date: NaiveDate) -> NaiveDate {
    month_start(date).checked_add_months(Months::new(1)).unwrap_or(LAST)
}

/// The date `days` after `date` (before, where negative), held inside the calendar's range.
#[must_use]
pub fn plus(date: NaiveDate, days: i64) -> NaiveDate {
    let step = Days::new(days.unsigned_abs());
    if days < 0 { date.checked_sub_days(step) } else { date.checked_add_days(step) }.unwrap_or(date)
}

/// Wall clock of `zone` at `instant`.
fn wall(zone: Tz, instant: DateTime<Utc>) -> NaiveDateTime {
    instant.with_timezone(&zone).naive_local()
}

/// The first instant at which the wall clock of `zone` shows `target` or later.
fn first_at(zone: Tz, target: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&target) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at.with_timezone(&Utc),
        // Skipped by a clock change (a whole day was, in Samoa in 2011): look for the change.
        MappedLocalTime::None => {
            let middle = target.and_utc();
            search(middle - Duration::hours(30), middle + Duration::hours(30), |t| wall(zone, t) >= target)
        }
    }
}

/// The first millisecond in `(no, yes]` for which `holds`, which is false at `no`, true at `yes` and changes once.
fn search(no: DateTime<Utc>, yes: DateTime<Utc>, holds: impl Fn(DateTime<Utc>) -> bool) -> DateTime<Utc> {
    let (mut no, mut yes) = (no, yes);
    while yes - no > Duration::milliseconds(1) {
        let middle = no + Duration::milliseconds((yes - no).num_milliseconds() / 2);
        if holds(middle) { yes = middle } else { no = middle }
    }
    yes
}

/// Cuts `[from, to)` where the clock of `zone` shows another hour, or is changed.
fn hours_in(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>, into: &mut Vec<Hour>) {
    let offset = |t: DateTime<Utc>| zone.offset_from_utc_datetime(&t.naive_utc()).fix();
    let mut at = from;
    while at < to {
        let local = wall(zone, at);
        let shown = Duration::seconds(i64::from(local.minute() * 60 + local.second()))
            + Duration::nanoseconds(i64::from(local.nanosecond()));
        let mut next = (at + (Duration::hours(1) - shown)).min(to);
        let here = offset(at);
        if offset(next - Duration::milliseconds(1)) != here {
            next = search(at, next, |t| offset(t) != here);
        }
        into.push(Hour { clock: u8::try_from(local.hour()).unwrap_or(0), from: at, to: next });
        at = next;
    }
}

#[cfg(test)]
mod tests;
