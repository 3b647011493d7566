//! When an entry began and ended, by what its row tells of a wall clock.
//!
//! Where a clock change repeats an hour, the duration says which of the two is meant, if the row tells one that fits;
//! otherwise the first time the clock shows it is meant, and the second where the row before began later on the same
//! clock (in files whose newest row is first: the other way round). A beginning that a clock change skips is none, and
//! is refused; an end that it skips is told by the clock as it went. Where times and duration contradict each other, times
//! count.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, Utc};

use crate::csv::Fault;
use crate::csv::dates::Told;
use crate::csv::local::Sequence;
use crate::days::Calendar;

/// By how much a duration may differ from the times beside it: many are told without seconds.
const ROUGHLY: TimeDelta = TimeDelta::seconds(60);

/// What a date and a time tell together, if they tell a date.
pub(super) fn told(date: Option<Told>, time: Option<Told>) -> Option<Told> {
    let on = match date {
        Some(Told::Date(date)) => Some(date),
        Some(Told::Wall(wall)) => Some(wall.date()),
        _ => None,
    };
    let time = time.map(|time| time.on(on));
    time.or(date).filter(|told| !matches!(told, Told::Time(_)))
}

/// How long something took: `1:30`, `1:30:15`, `1.5` or `1,5` hours. Whole numbers are none: hours or seconds, who knows.
pub(super) fn duration(text: &str) -> Option<TimeDelta> {
    let number = |digits: &str| -> Option<i64> {
        let is_number =
            !digits.is_empty() && digits.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().ok()).flatten()
    };
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let Some(minutes) = minutes else {
        let (whole, part) = hours.split_once(['.', ','])?;
        let places = u32::try_from(part.len()).ok()?;
        let milliseconds = number(part)? * 3_600_000 / 10_i64.checked_pow(places)?;
        return Some(TimeDelta::milliseconds(number(whole)? * 3_600_000 + milliseconds));
    };
    let seconds = seconds.map_or(Some(0), |seconds| number(seconds.split('.').next().unwrap_or_default()))?;
    Some(TimeDelta::seconds(number(hours)? * 3600 + number(minutes)? * 60 + seconds))
}

/// When it began and ended.
///
/// # Errors
/// `TIME_NOT_THERE`, `ENDS_BEFORE_START`, `END_MISSING`, `TIME_INVALID`.
pub(super) fn times(
    sequence: &mut Sequence,
    calendar: &Calendar,
    newest_first: bool,
    start: Told,
    end: Option<Told>,
    length: Option<TimeDelta>,
) -> Result<(DateTime<Utc>, DateTime<Utc>), Fault> {
    let moment = sequence.follow(calendar, start, newest_first)?;
    let Some(end) = end else {
        let length =
            length.ok_or(Fault::plain("END_MISSING", "tells neither its end nor how long it took"))?;
        return Ok((moment.at, moment.at + length));
    };
    if let Some(length) = length {
        // The beginning that is the next in the order of rows comes first, then the other of a repeated hour.
        let other = match (start, start.wall().map(|wall| calendar.at_wall(wall))) {
            (Told::Wall(_), Some(MappedLocalTime::Ambiguous(one, other))) => {
                Some(if moment.at == one { other } else { one })
            }
            _ => None,
        };
        for at in std::iter::once(moment.at).chain(other) {
            if let Some(end) = nearly(calendar, end, at + length).filter(|end| *end >= at) {
                sequence.go_on(at);
                return Ok((at, end));
            }
        }
    }
    // What ends when it begins took no time.
    let is_same = match (start, end) {
        (Told::Wall(start), Told::Wall(end)) => start == end,
        (Told::Wall(start), Told::Time(end)) => start.time() == end,
        (Told::At(start), Told::At(end)) => start == end,
        _ => false,
    };
    let end = if is_same { moment.at } else { moment.end(calendar, end)? };
    Ok((moment.at, end))
}

/// The instant near `about` at which the clock shows `end`, if it does.
fn nearly(calendar: &Calendar, end: Told, about: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let shown: NaiveDateTime = calendar.wall_at(about);
    let off = match end {
        Told::At(at) => at - about,
        Told::Wall(wall) => wall - shown,
        Told::Time(time) => {
            let off = time - shown.time();
            let day = TimeDelta::days(1);
            [off, off + day, off - day].into_iter().min_by_key(TimeDelta::abs)?
        }
        Told::Date(_) => return None,
    };
    let found = about + off;
    // Not over a change of clocks.
    let shows = match end {
        Told::Wall(wall) => calendar.wall_at(found) == wall,
        _ => true,
    };
    (off.abs() <= ROUGHLY && shows).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(text: &str) -> Told {
        match text.parse() {
            Ok(time) => Told::Time(time),
            Err(_) => Told::Wall(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()),
        }
    }

    /// Starts in UTC and lengths in minutes.
    fn read(rows: &[(&str, &str, &str)], newest_first: bool) -> Vec<Result<(String, i64), &'static str>> {
        let calendar = Calendar::in_zone(chrono_tz::Europe::Brussels);
        let mut sequence = Sequence::default();
        let mut one = |(start, end, length): &(&str, &str, &str)| {
            let end = (!end.is_empty()).then(|| wall(end));
            let (start, end) =
                times(&mut sequence, &calendar, newest_first, wall(start), end, duration(length))
                    .map_err(|fault| fault.code)?;
            Ok((start.format("%dT%H:%M").to_string(), (end - start).num_minutes()))
        };
        rows.iter().map(&mut one).collect()
    }

    fn found(at: &str, minutes: i64) -> Result<(String, i64), &'static str> {
        Ok((at.to_owned(), minutes))
    }

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("00:23:59", Some(1439)),
            ("1:30", Some(5400)),
            ("100:00:00", Some(360_000)),
            ("0:00:00", Some(0)),
            ("1.5", Some(5400)),
            ("0,25", Some(900)),
            ("1.50", Some(5400)),
            ("3600", None),
            ("", None),
            ("1:2:3:4", None),
            ("-1:00", None),
            ("1.", None),
            (".5", None),
            ("1e5.0", None),
            ("99999999:00", None),
        ] {
            assert_eq!(duration(text).map(|length| length.num_seconds()), seconds, "{text}");
        }
    }

    #[test]
    fn ends_are_told_in_many_ways() {
        assert_eq!(
            read(
                &[
                    ("2026-01-05 09:00:00", "2026-01-05 10:30:00", "1:30"),
                    ("2026-01-05 09:00:00", "10:30:00", ""),
                    ("2026-01-05 23:00:00", "00:30:00", "1:30"),
                    ("2026-01-05 23:00:00", "00:30:00", ""),
                    ("2026-01-05 09:00:00", "", "1.25"),
                    ("2026-01-05 09:00:00", "", ""),
                    ("2026-01-05 09:00:00", "2026-01-05 08:00:00", ""),
                    // No time, and a whole day.
                    ("2026-01-05 09:00:00", "2026-01-05 09:00:00", "0:00"),
                    ("2026-01-05 09:00:00", "09:00:00", ""),
                    ("2026-01-05 09:00:00", "09:00:00", "24:00"),
                    // A duration of another opinion.
                    ("2026-01-05 09:00:00", "2026-01-05 10:00:00", "0:45"),
                ],
                false
            ),
            [
                found("05T08:00", 90),
                found("05T08:00", 90),
                found("05T22:00", 90),
                found("05T22:00", 90),
                found("05T08:00", 75),
                Err("END_MISSING"),
                Err("ENDS_BEFORE_START"),
                found("05T08:00", 0),
                found("05T08:00", 0),
                found("05T08:00", 1440),
                found("05T08:00", 60),
            ]
        );
    }

    #[test]
    fn a_repeated_hour_is_told_by_the_duration_or_by_the_order_of_rows() {
        // In Brussels 02:00 to 03:00 of that night are there twice.
        assert_eq!(
            read(
                &[
                    ("2016-10-30 02:10:00", "2016-10-30 02:50:00", "0:40:00"),
                    ("2016-10-30 02:30:00", "2016-10-30 02:40:00", "1:10:00"),
                    ("2016-10-30 02:20:00", "2016-10-30 03:20:00", "1:00:00"),
                ],
                false
            ),
            [found("30T00:10", 40), found("30T00:30", 70), found("30T01:20", 60)]
        );
        let rows = [
            ("2016-10-30 02:10:00", "2016-10-30 02:20:00", "0:10"),
            ("2016-10-30 02:05:00", "2016-10-30 02:15:00", "0:10"),
        ];
        let told = [found("30T00:10", 10), found("30T01:05", 10)];
        assert_eq!(read(&rows, false), told);
        let newest_first: Vec<_> = rows.iter().rev().copied().collect();
        assert_eq!(read(&newest_first, true), told.into_iter().rev().collect::<Vec<_>>());
    }

    #[test]
    fn what_the_clocks_skip_is_not_there() {
        assert_eq!(
            read(
                &[
                    ("2016-03-27 02:30:00", "2016-03-27 03:30:00", "1:00"),
                    ("2016-03-27 01:30:00", "2016-03-27 02:30:00", ""),
                    ("2016-03-27 01:30:00", "2016-03-27 03:30:00", "1:00"),
                    ("2016-03-27 01:30:00", "2016-03-27 03:30:00", ""),
                ],
                false
            ),
            [Err("TIME_NOT_THERE"), found("27T00:30", 60), found("27T00:30", 60), found("27T00:30", 60)]
        );
    }
}
