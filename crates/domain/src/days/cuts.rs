//! Days cut into hours, kept while events or sessions are counted: those that follow each other are mostly of one day.
//!
//! What is counted lies on whole milliseconds since 1970, and so here do the bounds of days: where a calendar was changed
//! between two of them, the day begins with the second.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Calendar, Day, Hour};
use crate::usage::coverage::Coverage;

/// Days cut into hours, as they were needed, by their first instants.
#[derive(Debug)]
pub(crate) struct Cuts<'a> {
    calendar: &'a Calendar,
    days: BTreeMap<i64, CutDay>,
    /// From when to when the day is that was asked for last: mostly it is the next, too.
    near: Range<i64>,
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
        Cuts { calendar, days: BTreeMap::new(), near: 0..0 }
    }

    /// The day that holds an instant of the years that there are dates of.
    pub fn at(&mut self, at_ms: i64) -> &CutDay {
        let calendar = self.calendar;
        let day = || calendar.day_at(DateTime::from_timestamp_millis(at_ms).unwrap_or_default());
        if !self.near.contains(&at_ms) {
            self.near = match self.days.range(..=at_ms).next_back() {
                Some((from_ms, known)) if at_ms < known.to_ms => *from_ms..known.to_ms,
                _ => {
                    let day = day();
                    bound(day.from)..bound(day.to)
                }
            };
        }
        self.days.entry(self.near.start).or_insert_with(|| CutDay::of(calendar, day()))
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
        self.hours
            .iter()
            .find(|hour| hour.from_ms <= at_ms && at_ms < hour.to_ms)
            .map_or(0, |hour| hour.clock)
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
    if at.timestamp_subsec_micros().is_multiple_of(1000) { ms } else { ms + 1 }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::days::Entry;
    use crate::instants::instant;

    #[test]
    fn a_calendar_that_changes_between_two_milliseconds_cuts_at_the_second() {
        let berlin = Calendar::in_zone(chrono_tz::Europe::Berlin);
        let at = instant("2026-03-01T12:00:00.000Z").unwrap() + Duration::microseconds(1);
        let timezone = chrono_tz::Pacific::Auckland; // where it is 2 March already
        let calendar = berlin.changed(Entry { from: Some(at), timezone, ..*berlin.current() });
        let noon = at.timestamp_millis();
        let mut cuts = Cuts::new(&calendar);
        let (before, after) = (cuts.at(noon).date, cuts.at(noon + 1).date);
        assert_eq!((before.to_string(), after.to_string()), ("2026-03-01".into(), "2026-03-02".into()));
        let first = cuts.at(noon);
        assert_eq!(first.to_ms, noon + 1);
        let (mut hours, mut coverage) = ([0; 24], Coverage::default());
        first.spend(noon - 500, first.to_ms, &mut hours, &mut coverage);
        assert_eq!((hours.iter().sum::<i64>(), coverage.length_ms()), (501, 501));
    }
}
