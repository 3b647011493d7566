//! Which instants wall clocks mean, row by row.
//!
//! Where a clock change repeats an hour, the first of two rows that tell the same means the earlier instant and the second
//! the later (in files whose newest row is first: the other way round). A time that a clock change skips is none, and is
//! refused. An end is the first instant after its start at which the clock shows it.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, Utc};

use super::Fault;
use super::dates::{Told, next_day};
use crate::days::Calendar;

/// What a time that a clock change skips is refused with.
const NOT_THERE: Fault =
    Fault::plain("TIME_NOT_THERE", "is a time that does not exist: the clocks were put forward over it");

/// An instant, and how it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: DateTime<Utc>,
    /// What the wall clock showed, where it was told so.
    pub wall: Option<NaiveDateTime>,
    /// The wall clock shows this again, and this is the first time.
    is_first_of_two: bool,
}

/// Rows that follow each other: those of one meter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequence {
    last: Option<DateTime<Utc>>,
}

impl Sequence {
    /// The last row began then.
    pub fn go_on(&mut self, at: DateTime<Utc>) {
        self.last = Some(at);
    }

    /// The instant that the next row tells. A date alone is its first instant; a time alone is none.
    ///
    /// # Errors
    /// `TIME_NOT_THERE`, `TIME_INVALID`.
    pub fn follow(&mut self, calendar: &Calendar, told: Told, newest_first: bool) -> Result<Moment, Fault> {
        let moment = match (told, told.wall()) {
            (Told::At(at), _) => Moment { at, wall: None, is_first_of_two: false },
            (Told::Date(date), _) => {
                Moment { at: calendar.midnight(date), wall: told.wall(), is_first_of_two: false }
            }
            (_, Some(wall)) => match calendar.at_wall(wall) {
                MappedLocalTime::Single(at) => Moment { at, wall: Some(wall), is_first_of_two: false },
                MappedLocalTime::Ambiguous(earlier, later) => {
                    let is_second = match (self.last, newest_first) {
                        (Some(last), false) => earlier <= last && last < later,
                        (Some(last), true) => earlier < last && last <= later,
                        (None, _) => false,
                    };
                    let is_later = is_second != newest_first;
                    let at = if is_later { later } else { earlier };
                    Moment { at, wall: Some(wall), is_first_of_two: !is_later }
                }
                MappedLocalTime::None => return Err(NOT_THERE),
            },
            (_, None) => return Err(Fault::plain("TIME_INVALID", "is a time without a date")),
        };
        self.last = Some(moment.at);
        Ok(moment)
    }
}

impl Moment {
    /// The end of what begins now, as it is told.
    ///
    /// # Errors
    /// `ENDS_BEFORE_START`, `TIME_NOT_THERE`, `TIME_INVALID`.
    pub fn end(&self, calendar: &Calendar, told: Told) -> Result<DateTime<Utc>, Fault> {
        let found = match (told, self.wall) {
            (Told::At(at), _) => Some(at),
            (Told::Time(_), None) => return Err(Fault::plain("TIME_INVALID", "is a time without a date")),
            (Told::Time(time), Some(wall)) => {
                let end = wall.date().and_time(time);
                // Midnight, or later: the next day's.
                self.first_after(calendar, end)
                    .or_else(|| next_day(end).and_then(|end| self.first_after(calendar, end)))
            }
            (Told::Date(date), _) => Some(calendar.midnight(date)),
            (Told::Wall(wall), _) => match self.first_after(calendar, wall) {
                None if calendar.at_wall(wall) == MappedLocalTime::None => return Err(NOT_THERE),
                found => found,
            },
        };
        found
            .filter(|end| *end > self.at)
            .ok_or(Fault::plain("ENDS_BEFORE_START", "ends before it starts, or when it starts"))
    }

    /// When the clock shows the same on the next day.
    #[must_use]
    pub fn next_day(&self, calendar: &Calendar) -> DateTime<Utc> {
        let wall = self.wall.unwrap_or_else(|| calendar.wall_at(self.at));
        let later = next_day(wall).and_then(|end| self.first_after(calendar, end));
        later.unwrap_or(self.at + TimeDelta::days(1))
    }

    /// The first instant after this one at which the clock shows `end`.
    fn first_after(&self, calendar: &Calendar, end: NaiveDateTime) -> Option<DateTime<Utc>> {
        let told = self.wall.map(|wall| end - wall).filter(|length| *length > TimeDelta::zero());
        // Up to the change itself the clock goes on as before: 02:45 to 03:00 is a quarter of an hour, not 75 minutes.
        if let (true, Some(told)) = (self.is_first_of_two, told)
            && matches!(calendar.at_wall(end - TimeDelta::seconds(1)), MappedLocalTime::Ambiguous(..))
        {
            return Some(self.at + told);
        }
        match calendar.at_wall(end) {
            MappedLocalTime::Single(at) => Some(at).filter(|at| *at > self.at),
            MappedLocalTime::Ambiguous(earlier, later) => {
                [earlier, later].into_iter().find(|at| *at > self.at)
            }
            // An end that is skipped is told by the clock as it went.
            MappedLocalTime::None => told.map(|told| self.at + told),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;
    use chrono_tz::Tz;

    use super::*;

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    /// Starts and lengths in minutes of rows that tell start and end, in UTC.
    fn read(rows: &[(&str, &str)], newest_first: bool) -> Vec<Result<(String, i64), &'static str>> {
        let calendar = Calendar::in_zone(chrono_tz::Europe::Brussels);
        let mut rows_before = Sequence::default();
        rows.iter()
            .map(|(start, end)| {
                let moment = rows_before
                    .follow(&calendar, Told::Wall(wall(start)), newest_first)
                    .map_err(|fault| fault.code)?;
                let end = match end.parse::<NaiveTime>() {
                    Ok(time) => Told::Time(time),
                    Err(_) => Told::Wall(wall(end)),
                };
                let end = moment.end(&calendar, end).map_err(|fault| fault.code)?;
                Ok((moment.at.format("%H:%M").to_string(), (end - moment.at).num_minutes()))
            })
            .collect()
    }

    fn found(rows: &[(&str, i64)]) -> Vec<Result<(String, i64), &'static str>> {
        rows.iter().map(|(at, minutes)| Ok(((*at).to_owned(), *minutes))).collect()
    }

    #[test]
    fn the_second_of_a_repeated_hour_is_the_later() {
        let rows = [
            ("2016-10-30 01:30", "2016-10-30 02:00"),
            ("2016-10-30 02:00", "2016-10-30 02:30"),
            ("2016-10-30 02:30", "2016-10-30 03:00"),
            ("2016-10-30 02:00", "2016-10-30 02:30"),
            ("2016-10-30 02:30", "2016-10-30 03:00"),
            ("2016-10-30 03:00", "2016-10-30 03:30"),
        ];
        let mut told = found(&[
            ("23:30", 30),
            ("00:00", 30),
            ("00:30", 30),
            ("01:00", 30),
            ("01:30", 30),
            ("02:00", 30),
        ]);
        assert_eq!(read(&rows, false), told);
        told.reverse();
        let newest_first: Vec<_> = rows.iter().rev().copied().collect();
        assert_eq!(read(&newest_first, true), told);
        // Ends by the new clock, and ends without a date.
        for rows in [
            [("2016-10-30 02:30", "2016-10-30 02:00"), ("2016-10-30 02:00", "2016-10-30 02:30")],
            [("2016-10-30 02:30", "02:00"), ("2016-10-30 02:00", "02:30")],
        ] {
            assert_eq!(read(&rows, false), found(&[("00:30", 30), ("01:00", 30)]));
        }
        // Hours, of which the first ends when the second begins; and a file twice in one.
        let hours = [("2016-10-30 02:00", "2016-10-30 03:00"), ("2016-10-30 02:00", "2016-10-30 03:00")];
        let later = [("2016-10-31 02:00", "2016-10-31 03:00")];
        let twice = [&hours[..], &later, &hours].concat();
        let hours = [("00:00", 60), ("01:00", 60)];
        assert_eq!(read(&twice, false), found(&[&hours[..], &[("01:00", 60)], &hours].concat()));
    }

    #[test]
    fn what_the_clocks_skip_is_not_there() {
        assert_eq!(
            read(
                &[
                    ("2016-03-27 01:00", "2016-03-27 02:00"),
                    ("2016-03-27 01:00", "2016-03-27 03:00"),
                    ("2016-03-27 02:00", "2016-03-27 03:00"),
                    ("2016-03-27 03:00", "2016-03-27 04:00"),
                ],
                false
            ),
            [
                Ok(("00:00".into(), 60)),
                Ok(("00:00".into(), 60)),
                Err("TIME_NOT_THERE"),
                Ok(("01:00".into(), 60))
            ]
        );
    }

    #[test]
    fn days_are_as_long_as_they_are() {
        for (start, end, hours) in [
            ("2016-03-27 00:00", "2016-03-28 00:00", 23),
            ("2016-10-30 00:00", "2016-10-31 00:00", 25),
            ("2016-10-31 00:00", "2016-11-01 00:00", 24),
            ("2016-10-31 23:45", "00:45", 1),
            ("2016-10-31 00:00", "00:00", 24),
        ] {
            let read = read(&[(start, end)], false);
            assert_eq!(read[0].as_ref().unwrap().1, hours * 60, "{start}");
        }
        assert_eq!(
            read(
                &[("2016-10-31 12:00", "2016-10-31 12:00"), ("2016-10-31 12:00", "2016-10-31 11:00")],
                false
            ),
            [Err("ENDS_BEFORE_START"), Err("ENDS_BEFORE_START")]
        );
    }

    proptest::proptest! {
        /// Rows of a quarter of an hour, written by any zone's wall clock, are the same instants again.
        #[test]
        fn a_series_is_read_as_it_was(
            zone in proptest::sample::select(chrono_tz::TZ_VARIANTS.as_slice()),
            first in 1_000_000_i64..2_200_000, newest_first: bool, hourly: bool,
        ) {
            let calendar = Calendar::in_zone(zone);
            // Clocks of whole quarters of an hour, as they are since 1972 all but everywhere, changed by whole hours.
            let step = if hourly { 60 } else { 15 };
            let mut told: Vec<DateTime<Utc>> = (0..24 * 4 * 60 / step * 15)
                .map(|place| DateTime::from_timestamp(first * 900 + place * step * 60, 0).unwrap())
                .collect();
            let offset = |at: &DateTime<Utc>| at.with_timezone(&zone).naive_local() - at.naive_utc();
            let by_hours = |pair: &[DateTime<Utc>]| (offset(&pair[0]) - offset(&pair[1])).num_minutes() % 60 == 0
                && (offset(&pair[0]) - offset(&pair[1])).num_minutes().abs() <= 60;
            proptest::prop_assume!(told.windows(2).all(by_hours) && offset(&told[0]).num_seconds() % 900 == 0);
            if newest_first {
                told.reverse();
            }
            let local = |at: DateTime<Utc>, zone: Tz| at.with_timezone(&zone).naive_local();
            let mut rows = Sequence::default();
            for at in told {
                let moment = rows.follow(&calendar, Told::Wall(local(at, zone)), newest_first).unwrap();
                proptest::prop_assert_eq!(moment.at, at);
                let end = at + TimeDelta::minutes(step);
                proptest::prop_assert_eq!(moment.end(&calendar, Told::Wall(local(end, zone))).unwrap(), end);
            }
        }
    }
}
