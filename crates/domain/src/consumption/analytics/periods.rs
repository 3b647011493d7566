//! The dates that are asked for, and the periods they make.

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::days::{self, Calendar, month_start, plus};
use crate::valid::FieldError;

/// Periods of one type at the most.
const MOST_PERIODS: usize = 10_000;

/// How dates are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GroupBy {
    /// Each for itself.
    Day,
    /// Weeks of the account's calendar.
    Week,
    /// Calendar months.
    #[default]
    Month,
    /// Calendar years.
    Year,
}

impl GroupBy {
    /// The first day of the period with `date`.
    fn start(self, date: NaiveDate, calendar: &Calendar) -> NaiveDate {
        match self {
            GroupBy::Day => date,
            GroupBy::Week => calendar.week_start(date),
            GroupBy::Month => month_start(date),
            GroupBy::Year => date.with_ordinal(1).unwrap_or(date),
        }
    }

    /// The first day of the period after the one that begins on `start`.
    fn next(self, start: NaiveDate, calendar: &Calendar) -> NaiveDate {
        let months = |count| start.checked_add_months(Months::new(count)).unwrap_or(NaiveDate::MAX);
        match self {
            GroupBy::Day => plus(start, 1),
            // Where the account's week has changed, one is longer.
            GroupBy::Week => {
                let next = calendar.week_start(plus(start, 7));
                if next > start { next } else { plus(start, 7) }
            }
            GroupBy::Month => months(1),
            GroupBy::Year => months(12),
        }
    }

    /// What the period that begins on `start` is called.
    pub(super) fn label(self, start: NaiveDate) -> String {
        match self {
            GroupBy::Day | GroupBy::Week => start.to_string(),
            GroupBy::Month => format!("{:04}-{:02}", start.year(), start.month()),
            GroupBy::Year => format!("{:04}", start.year()),
        }
    }
}

/// The dates `first..=last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first.
    pub first: NaiveDate,
    /// The last.
    pub last: NaiveDate,
}

impl Range {
    /// The dates from `first` to `last`; where one is not said, from or to what was `found`.
    #[must_use]
    pub fn asked(
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
        found: Option<(NaiveDate, NaiveDate)>,
        today: NaiveDate,
    ) -> Range {
        let (earliest, latest) = found.unwrap_or((today, today));
        match (first, last) {
            (Some(first), Some(last)) => Range { first, last },
            (Some(first), None) => Range { first, last: latest.max(first) },
            (None, Some(last)) => Range { first: earliest.min(last), last },
            (None, None) => Range { first: earliest, last: latest },
        }
    }

    /// How many calendar months it is, if it is whole ones.
    fn months(self) -> Option<u32> {
        let after = plus(self.last, 1);
        let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
        let whole = self.first.day() == 1 && after.day() == 1;
        u32::try_from(months(after) - months(self.first)).ok().filter(|_| whole)
    }

    /// The dates just before: as many months where these are whole ones, else as many days.
    #[must_use]
    pub fn before(self) -> Range {
        let last = plus(self.first, -1);
        let first = match self.months() {
            Some(months) => self.first.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN),
            None => plus(last, -self.last.signed_duration_since(self.first).num_days()),
        };
        // No record is older than the first of our dates.
        Range { first: first.max(days::FIRST).min(last), last }
    }

    /// The same dates a year before; the end of a month stays one where these are whole months.
    #[must_use]
    pub fn last_year(self) -> Range {
        let back = |date: NaiveDate| date.checked_sub_months(Months::new(12)).unwrap_or(NaiveDate::MIN);
        let last = match self.months() {
            Some(_) => plus(back(plus(self.last, 1)), -1),
            None => back(self.last),
        };
        Range { first: back(self.first), last }
    }

    /// The first days of the periods that have some of these dates, and the first after them.
    ///
    /// # Errors
    /// There are too many.
    pub fn periods(self, by: GroupBy, calendar: &Calendar) -> Result<Vec<NaiveDate>, FieldError> {
        let mut starts = vec![by.start(self.first, calendar)];
        let mut at = by.next(by.start(self.first, calendar), calendar);
        while at <= self.last {
            if starts.len() == MOST_PERIODS {
                let message = "would make more than 10000 periods: ask for fewer dates, or longer periods";
                return Err(FieldError::new("group_by", message, "PERIODS_TOO_MANY"));
            }
            starts.push(at);
            at = by.next(at, calendar);
        }
        starts.push(at);
        Ok(starts)
    }
}
