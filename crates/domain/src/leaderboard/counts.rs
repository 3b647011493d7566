//! How many people have how much: what a rank among millions is read from.
//!
//! People are counted in buckets of values on five levels: at the lowest a bucket is one value, at each higher one it
//! is 64 buckets of the level below. Who has more than some value is in the rest of its 64 on each level, so that a rank
//! is a sum of a few hundred numbers at the most, however many people there are; and somebody who gets on changes ten.
//! Who has nothing is ahead of nobody, and is not counted.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Board, Period, Periods, Standing};

const LEVELS: u32 = 5;
/// A bucket is 2 to the power of so many of the level below.
const BITS: u32 = 6;

/// Where people are counted: board, first day, level, bucket.
pub type Bucket = (&'static str, NaiveDate, i16, i64);

/// What is counted: board and period.
const COUNTED: [(Board, Period); 8] = [
    (Board::Xp, Period::All),
    (Board::FocusTime, Period::All),
    (Board::Streak, Period::All),
    (Board::Sessions, Period::All),
    (Board::FocusTime, Period::Month),
    (Board::Sessions, Period::Month),
    (Board::FocusTime, Period::Week),
    (Board::Sessions, Period::Week),
];

/// All that [`name`] gives.
pub const NAMES: [&str; 8] = [
    "xp",
    "focus-time",
    "streak",
    "sessions",
    "focus-time/month",
    "sessions/month",
    "focus-time/week",
    "sessions/week",
];

/// What the counts of a board go by.
#[must_use]
pub fn name(board: Board, period: Period) -> &'static str {
    match (board, period) {
        (Board::Xp, _) => "xp",
        (Board::Streak, _) => "streak",
        (Board::FocusTime, Period::All) => "focus-time",
        (Board::FocusTime, Period::Month) => "focus-time/month",
        (Board::FocusTime, Period::Week) => "focus-time/week",
        (Board::Sessions, Period::All) => "sessions",
        (Board::Sessions, Period::Month) => "sessions/month",
        (Board::Sessions, Period::Week) => "sessions/week",
    }
}

/// On each level the buckets, from one to another, whose people have more than `value`.
#[must_use]
pub fn above(value: i64) -> Vec<(i16, i64, i64)> {
    (0..LEVELS)
        .map(|level| {
            let bucket = value >> (BITS * level);
            let last = if level + 1 == LEVELS { i64::MAX } else { bucket | ((1 << BITS) - 1) };
            (number(level), bucket + 1, last)
        })
        .collect()
}

fn number(level: u32) -> i16 {
    i16::try_from(level).unwrap_or(i16::MAX)
}

/// What changes when standings do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// People.
    pub people: i64,
    /// Of them, those who are not hidden.
    pub visible: i64,
    /// Completed sessions.
    pub sessions: i64,
    /// Their minutes.
    pub focus_min: i64,
    /// People by their last day.
    pub days: BTreeMap<NaiveDate, i64>,
    /// People by what they have.
    pub counts: BTreeMap<Bucket, i64>,
}

impl Changes {
    /// A standing comes.
    pub fn add(&mut self, standing: &Standing, periods: &Periods) {
        self.change(1, standing, periods);
    }

    /// A standing goes.
    pub fn remove(&mut self, standing: &Standing, periods: &Periods) {
        self.change(-1, standing, periods);
    }

    fn change(&mut self, sign: i64, standing: &Standing, periods: &Periods) {
        self.people += sign;
        self.sessions += sign * standing.sessions;
        self.focus_min += sign * standing.focus_min;
        if let Some(date) = standing.active_on {
            *self.days.entry(date).or_default() += sign;
        }
        if standing.hidden {
            return;
        }
        self.visible += sign;
        for (board, period) in COUNTED {
            let value = standing.value(board, period, periods);
            if value <= 0 {
                continue;
            }
            for level in 0..LEVELS {
                let bucket =
                    (name(board, period), periods.since(period), number(level), value >> (BITS * level));
                *self.counts.entry(bucket).or_default() += sign;
            }
        }
    }

    /// Without what stays as it is.
    #[must_use]
    pub fn trimmed(mut self) -> Changes {
        self.days.retain(|_, people| *people != 0);
        self.counts.retain(|_, people| *people != 0);
        self
    }
}

/// How many have more than `value` on a board of these `counts`, by the way that the database goes too.
#[cfg(test)]
pub(super) fn count_above(
    counts: &BTreeMap<Bucket, i64>,
    (name, since): (&'static str, NaiveDate),
    value: i64,
) -> i64 {
    let ranges = above(value).into_iter();
    let found = ranges.filter(|(_, from, to)| from <= to).map(|(level, from, to)| {
        counts
            .range((name, since, level, from)..=(name, since, level, to))
            .map(|(_, people)| people)
            .sum::<i64>()
    });
    found.sum()
}
