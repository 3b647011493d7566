//! Intervals: what a meter measured from one instant to another, as meters that are read by the hour, quarter or minute
//! tell it.
//!
//! Two of the same start and length are one interval, of which the newest import counts; undoing that import brings the
//! older amount back. One that overlaps another in any other way is refused: an instant is measured once.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::leb128;

/// Seconds that an interval has at the most: 25 hours, the longest local day.
pub const LONGEST: u32 = 90_000;
/// 999,999,999.999999.
const LARGEST: i64 = 999_999_999_999_999;

/// An amount of a meter's unit in millionths: 0 to 999,999,999.999999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millionths(i64);

impl Millionths {
    /// So many, if that is an amount.
    #[must_use]
    pub const fn new(millionths: i64) -> Option<Millionths> {
        if 0 <= millionths && millionths <= LARGEST { Some(Millionths(millionths)) } else { None }
    }

    /// How many.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

/// What was consumed from `start` on, for so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// When it begins, in whole seconds.
    pub start: DateTime<Utc>,
    /// Seconds, 1 to [`LONGEST`].
    pub length: u32,
    /// How much, in the meter's unit.
    pub amount: Millionths,
}

/// What became of an interval that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was not known.
    New,
    /// It was known with another amount, by an older import.
    Changed,
    /// It is known just so.
    Duplicate,
    /// It overlaps another, or is in the same file with another amount. It was not added.
    Overlaps,
}

/// Intervals of a meter in the order of time, each with the import that said it last.
#[derive(Clone, Debug, Default)]
pub struct Intervals(BTreeMap<i64, Known>);

#[derive(Clone, Copy, Debug)]
struct Known {
    length: u32,
    amount: Millionths,
    import: i32,
}

impl Intervals {
    /// Takes in what is kept, import by import in the order of their numbers.
    pub fn keep(&mut self, import: i32, interval: Interval) {
        let Interval { start, length, amount } = interval;
        self.0.insert(start.timestamp(), Known { length, amount, import });
    }

    /// Adds what the newest import says.
    pub fn add(&mut self, import: i32, interval: Interval) -> Added {
        let Interval { start, length, amount } = interval;
        let start = start.timestamp();
        let said = Known { length, amount, import };
        if let Some(known) = self.0.get_mut(&start) {
            return match (known.length == length, known.amount == amount) {
                (true, true) => Added::Duplicate,
                (true, false) if known.import != import => {
                    *known = said;
                    Added::Changed
                }
                _ => Added::Overlaps,
            };
        }
        let before = self.0.range(..start).next_back();
        let after = self.0.range(start..).next();
        let reaches_in = before.is_some_and(|(at, known)| at + i64::from(known.length) > start);
        let reaches_out = after.is_some_and(|(at, _)| start + i64::from(length) > *at);
        if reaches_in || reaches_out {
            return Added::Overlaps;
        }
        self.0.insert(start, said);
        Added::New
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = Interval> {
        self.0.iter().filter_map(|(start, known)| interval(*start, known))
    }

    /// Those that `import` said last and that start on `date`, in UTC.
    pub fn of_import(&self, import: i32, date: NaiveDate) -> impl Iterator<Item = Interval> {
        let midnight = midnight(date);
        let of_date = self.0.range(midnight..midnight + 86_400);
        of_date
            .filter(move |(_, known)| known.import == import)
            .filter_map(|(start, known)| interval(*start, known))
    }
}

fn interval(start: i64, known: &Known) -> Option<Interval> {
    let start = DateTime::from_timestamp(start, 0)?;
    Some(Interval { start, length: known.length, amount: known.amount })
}

/// The first second of a date in UTC.
fn midnight(date: NaiveDate) -> i64 {
    date.and_time(NaiveTime::MIN).and_utc().timestamp()
}

/// Intervals that start on `date` in UTC, in their order and without overlap, as bytes: of each the seconds since the end
/// of the one before (since midnight, of the first), its length and its amount.
#[must_use]
pub fn pack(date: NaiveDate, intervals: impl Iterator<Item = Interval>) -> Vec<u8> {
    let mut bytes = vec![];
    let mut end = midnight(date);
    for Interval { start, length, amount } in intervals {
        leb128::write(u64::try_from(start.timestamp() - end).unwrap_or(0), &mut bytes);
        leb128::write(length.into(), &mut bytes);
        leb128::write(u64::try_from(amount.0).unwrap_or(0), &mut bytes);
        end = start.timestamp() + i64::from(length);
    }
    bytes
}

/// Reads what [`pack`] has written; `None` where it has not.
#[must_use]
pub fn unpack(date: NaiveDate, mut bytes: &[u8]) -> Option<Vec<Interval>> {
    let mut intervals = Vec::with_capacity(bytes.len() / 6);
    let mut end = midnight(date);
    while !bytes.is_empty() {
        let start = end.checked_add_unsigned(leb128::read(&mut bytes)?)?;
        let length = u32::try_from(leb128::read(&mut bytes)?).ok()?;
        let amount = Millionths::new(i64::try_from(leb128::read(&mut bytes)?).ok()?)?;
        intervals.push(Interval { start: DateTime::from_timestamp(start, 0)?, length, amount });
        end = start + i64::from(length);
    }
    Some(intervals)
}

#[cfg(test)]
mod tests;
