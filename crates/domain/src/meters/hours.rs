//! What intervals add up to on a local date, by the hour that the clock shows when they start.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::intervals::Interval;
use crate::days::{Calendar, Day, Hour};
use crate::leb128;

/// Millionths of a meter's unit by the hour of the clock. An hour that the clock repeats has both; one in which no
/// interval starts has nothing, which is not the same as none consumed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours([Option<i64>; 24]);

impl Hours {
    /// Adds what was consumed in the hour `clock`, 0 to 23.
    fn add(&mut self, clock: u8, millionths: i64) {
        if let Some(hour) = self.0.get_mut(usize::from(clock)) {
            *hour = Some(hour.unwrap_or(0).saturating_add(millionths));
        }
    }

    /// All hours, from 0 to 23.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Option<i64>> {
        self.0.iter().copied()
    }

    /// What they add up to.
    #[must_use]
    pub fn total(&self) -> i128 {
        self.iter().flatten().map(i128::from).sum()
    }

    /// As bytes: which hours there are, a bit each, and their amounts.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(100);
        let bits = self.iter().rev().fold(0, |bits, hour| bits << 1 | u64::from(hour.is_some()));
        leb128::write(bits, &mut bytes);
        for hour in self.iter().flatten() {
            leb128::write(u64::try_from(hour).unwrap_or(0), &mut bytes);
        }
        bytes
    }

    /// Reads what [`Hours::pack`] has written; `None` where it has not.
    #[must_use]
    pub fn unpack(mut bytes: &[u8]) -> Option<Hours> {
        let bits = leb128::read(&mut bytes)?;
        let mut hours = Hours::default();
        for (place, hour) in hours.0.iter_mut().enumerate() {
            if bits >> place & 1 == 1 {
                *hour = Some(i64::try_from(leb128::read(&mut bytes)?).ok()?);
            }
        }
        (bits >> 24 == 0 && bytes.is_empty()).then_some(hours)
    }
}

/// Adds intervals up by the local dates on which they start.
#[derive(Debug)]
pub struct Dates<'a> {
    calendar: &'a Calendar,
    sums: BTreeMap<NaiveDate, Hours>,
    /// The day of the last interval, cut into its hours.
    day: Option<(Day, Vec<Hour>)>,
}

impl<'a> Dates<'a> {
    /// None yet, of an account with this calendar.
    #[must_use]
    pub fn new(calendar: &'a Calendar) -> Dates<'a> {
        Dates { calendar, sums: BTreeMap::new(), day: None }
    }

    /// Adds an interval. It is quick where they come in the order of time.
    pub fn add(&mut self, Interval { start, amount, .. }: Interval) {
        let (day, hours) = match self.day.take() {
            Some((day, hours)) if (day.from..day.to).contains(&start) => (day, hours),
            _ => {
                let day = self.calendar.day_at(start);
                let hours = self.calendar.hours(day);
                (day, hours)
            }
        };
        let hour = hours.iter().find(|hour| (hour.from..hour.to).contains(&start));
        let clock = hour.map_or_else(|| self.calendar.clock_at(start), |hour| hour.clock);
        self.sums.entry(day.date).or_default().add(clock, amount.get());
        self.day = Some((day, hours));
    }

    /// The dates that have some.
    #[must_use]
    pub fn sums(self) -> BTreeMap<NaiveDate, Hours> {
        self.sums
    }
}

#[cfg(test)]
mod tests;
