//! Days cut into hours, kept while events or sessions are counted: those that follow each other are mostly of one day.
//!
//! What is counted lies on whole milliseconds since 1970, and so here do the bounds of days: where a calendar was changed
//! between two of them, the day begins with the second.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Calendar, Day, Hour};
use crate::usage::coverage::Coverage;

/// Days cut into hours, as they were needed, by their first instants.
#[derive(Debug)]
pub(crate) struct Cuts<'a> {
    calendar: &'a Calendar,
    days: BTreeMap<i64, CutDay>,
}

/// A day and its hours: `from_ms <= t < to_ms`.
#[derive(Debug)]
pub(crate) struct CutDay {
    /// What people call it.
    pub date: NaiveDate,
    /// Its first instant.
    pub from_ms: i64,
    /// First instant of the day after.
    pub to_ms: i64,
    hours: Vec<CutHour>,
}

/// A stretch in which the wall clock shows one hour.
#[derive(Debug)]
struct CutHour {
    clock: usize,
    from_ms: i64,
    to_ms: i64,
}

impl<'a> Cuts<'a> {
    pub fn new(calendar: &'a Calendar) -> Cuts<'a> {
        Cuts { calendar, days: BTreeMap::new() }
    }

    /// The day that holds an instant of the years that there are dates of.
    pub fn at(&mut self, at_ms: i64) -> &CutDay {
        let calendar = self.calendar;
        let day = || calendar.day_at(DateTime::from_timestamp_millis(at_ms).unwrap_or_default());
        let from_ms = match self.days.range(..=at_ms).next_back() {
            Some((from_ms, near)) if at_ms < near.to_ms => *from_ms,
            _ => bound(day().from),
        };
        self.days.entry(from_ms).or_insert_with(|| CutDay::of(calendar, day()))
    }
}

impl CutDay {
    fn of(calendar: &Calendar, day: Day) -> CutDay {
        let cut = |hour: Hour| CutHour {
            clock: usize::from(hour.clock),
            from_ms: bound(hour.from),
            to_ms: bound(hour.to),
        };
        CutDay {
            date: day.date,
            from_ms: bound(day.from),
            to_ms: bound(day.to),
            hours: calendar.hours(day).into_iter().map(cut).collect(),
        }
    }

    /// What the wall clock shows at an instant of the day, 0 to 23.
    pub fn clock_at(&self, at_ms: i64) -> usize {
        self.hours.iter().find(|hour| hour.from_ms <= at_ms && at_ms < hour.to_ms).map_or(0, |hour| hour.clock)
    }

    /// Adds the part of `from_ms..to_ms` that is on the day to its hours (milliseconds by what the wall clock shows) and
    /// to its coverage.
    pub fn spend(&self, from_ms: i64, to_ms: i64, hours_ms: &mut [i64; 24], coverage: &mut Coverage) {
        for hour in self.hours.iter().filter(|hour| hour.from_ms < to_ms && from_ms < hour.to_ms) {
            if let Some(sum) = hours_ms.get_mut(hour.clock) {
                *sum += to_ms.min(hour.to_ms) - from_ms.max(hour.from_ms);
            }
        }
        let offset = |at_ms: i64| u32::try_from(at_ms - self.from_ms).unwrap_or(0);
        coverage.push(offset(from_ms), offset(to_ms));
    }
}

/// The first whole millisecond at or after an instant.
fn bound(at: DateTime<Utc>) -> i64 {
    let ms = at.timestamp_millis();
    if at.timestamp_subsec_micros() % 1000 == 0 { ms } else { ms + 1 }
}
