//! What was consumed between two readings, put on days: evenly by time, so that the days add up to it exactly.

use chrono::{DateTime, NaiveDate, Utc};

use crate::consumption::{Amount, divided};
use crate::days::{Calendar, Day};

/// What was consumed between two readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When the first was read.
    pub from: DateTime<Utc>,
    /// When the second was.
    pub to: DateTime<Utc>,
    /// How much, in the meter's unit.
    pub amount: Amount,
}

impl Span {
    /// Thousandths of the amount that have been consumed by `at`: rounded here and nowhere else, so that what lies
    /// between two instants is the difference, and all parts add up to the whole.
    fn until(&self, at: DateTime<Utc>) -> i64 {
        let all = i128::from(self.amount.thousandths());
        let elapsed = (at.clamp(self.from, self.to) - self.from).num_milliseconds();
        let length = (self.to - self.from).num_milliseconds();
        if length <= 0 {
            return 0;
        }
        i64::try_from(divided(all * i128::from(elapsed), length.into())).unwrap_or(i64::MAX)
    }

    /// Thousandths that fall on a day; nothing where it has no part of the span.
    fn on(&self, day: &Day) -> Option<i64> {
        let some = self.from.max(day.from) < self.to.min(day.to);
        some.then(|| self.until(day.to) - self.until(day.from))
    }

    /// Whether it lies within one day.
    fn is_within(&self, day: &Day) -> bool {
        day.from <= self.from && self.to <= day.to
    }
}

/// What spans put on a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allocated {
    /// Thousandths of the meter's unit.
    pub thousandths: i64,
    /// A span that reaches over the edge of a day has a part in it.
    pub estimated: bool,
}

/// What spans put on the dates `first..=last`, in their order. A date of which no span has a part is left out: what was
/// consumed on it is not known. The spans come oldest first, and do not overlap.
#[must_use]
pub fn allocate(
    calendar: &Calendar,
    spans: &[Span],
    (first, last): (NaiveDate, NaiveDate),
) -> Vec<(NaiveDate, Allocated)> {
    let mut dates = vec![];
    let mut spans = spans.iter().peekable();
    for day in calendar.days(first, last) {
        let mut found: Option<Allocated> = None;
        while spans.next_if(|span| span.to <= day.from).is_some() {}
        for span in spans.clone().take_while(|span| span.from < day.to) {
            let Some(thousandths) = span.on(&day) else { continue };
            let sum = found.get_or_insert_default();
            sum.thousandths = sum.thousandths.saturating_add(thousandths);
            sum.estimated |= !span.is_within(&day);
        }
        dates.extend(found.map(|sum| (day.date, sum)));
    }
    dates
}

#[cfg(test)]
mod tests;
