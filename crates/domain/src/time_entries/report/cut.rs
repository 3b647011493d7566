//! Spans cut into local days.

use chrono::{DateTime, NaiveDate};

use crate::days::{Calendar, plus};

/// Milliseconds of a span on a day.
pub(super) type Piece = (NaiveDate, i64);

/// Cuts spans. Those that follow each other are mostly of one day.
pub(super) struct Cuts<'a> {
    calendar: &'a Calendar,
    /// The day that was looked up last: its first millisecond, the first after it, and its date.
    last: (i64, i64, NaiveDate),
}

impl<'a> Cuts<'a> {
    pub fn new(calendar: &'a Calendar) -> Cuts<'a> {
        Cuts { calendar, last: (0, 0, NaiveDate::MIN) }
    }

    /// The parts of a span in the order of their days, into `pieces`; one of no length is on the day of its beginning.
    pub fn pieces(&mut self, from: i64, to: i64, pieces: &mut Vec<Piece>) {
        pieces.clear();
        let mut at = from;
        loop {
            let (next, date) = self.day(at);
            let end = to.min(next);
            pieces.push((date, end - at));
            // (A day ends after any instant in it.)
            if end >= to || end <= at {
                return;
            }
            at = end;
        }
    }

    /// When the day of an instant ends, and its date.
    fn day(&mut self, at: i64) -> (i64, NaiveDate) {
        let (first, next, date) = self.last;
        if first <= at && at < next {
            return (next, date);
        }
        // Mostly it is the day after, of which one end is known.
        if next <= at && first < next {
            let after = plus(date, 1);
            let end = self.calendar.start(plus(after, 1)).timestamp_millis();
            if at < end {
                self.last = (next, end, after);
                return (end, after);
            }
        }
        let day = self.calendar.day_at(DateTime::from_timestamp_millis(at).unwrap_or_default());
        self.last = (day.from.timestamp_millis(), day.to.timestamp_millis(), day.date);
        (self.last.1, self.last.2)
    }
}
