//! What intervals add up to on a local date, by the hour that the clock shows when they start.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::intervals::Interval;
use crate::days::Calendar;
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

/// The dates of the account on which these intervals start, with what they add up to. The intervals come oldest first.
#[must_use]
pub fn count(calendar: &Calendar, intervals: impl Iterator<Item = Interval>) -> BTreeMap<NaiveDate, Hours> {
    let mut dates = BTreeMap::new();
    let mut intervals = intervals.peekable();
    while let Some(first) = intervals.peek() {
        let day = calendar.day_at(first.start);
        let mut hours = Hours::default();
        for hour in calendar.hours(day) {
            while let Some(one) = intervals.next_if(|one| one.start < hour.to) {
                hours.add(hour.clock, one.amount.get());
            }
        }
        dates.insert(day.date, hours);
    }
    dates
}

#[cfg(test)]
mod tests;
