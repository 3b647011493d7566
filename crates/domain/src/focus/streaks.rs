//! Streaks: days in a row with a completed session. Derived from the days, never counted up.

use chrono::NaiveDate;

use crate::days::{Calendar, plus};

/// The runs of days of an account that matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Streaks {
    /// Days of the longest run.
    pub best: i32,
    /// Days of the last run.
    pub last: i32,
    /// Its last day.
    pub last_date: Option<NaiveDate>,
}

impl Streaks {
    /// Of these days, which come in their order. A date that a change of zone jumped over breaks nothing.
    #[must_use]
    pub fn of(dates: &[NaiveDate], calendar: &Calendar) -> Streaks {
        let mut streaks = Streaks::default();
        for date in dates {
            let goes_on = streaks.last_date.is_some_and(|last| before(*date, calendar) == last);
            streaks.last = if goes_on { streaks.last + 1 } else { 1 };
            streaks.best = streaks.best.max(streaks.last);
            streaks.last_date = Some(*date);
        }
        streaks
    }

    /// Days of the run that still goes on: today without a session does not break it yet.
    #[must_use]
    pub fn current(&self, today: NaiveDate, calendar: &Calendar) -> i32 {
        let goes_on = self.last_date.is_some_and(|last| last >= before(today, calendar));
        if goes_on { self.last } else { 0 }
    }
}

/// The last day before `date` that had any time in it.
fn before(date: NaiveDate, calendar: &Calendar) -> NaiveDate {
    let mut before = plus(date, -1);
    // Only a zone that moved over the date line skips a day, and never two.
    for _ in 0..2 {
        let day = calendar.day(before);
        if day.from < day.to {
            break;
        }
        before = plus(before, -1);
    }
    before
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use proptest::prelude::*;

    use super::*;
    use crate::days::{DayStart, Entry, WeekStart};

    fn dates(texts: &[&str]) -> Vec<NaiveDate> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn utc() -> Calendar {
        Calendar::in_zone(Tz::UTC)
    }

    #[test]
    fn runs_of_days() {
        for (days, best, last) in [
            (&[][..], 0, 0),
            (&["2026-11-21"], 1, 1),
            (&["2026-11-20", "2026-11-21"], 2, 2),
            (&["2026-02-28", "2026-03-01"], 2, 2),
            (&["2024-02-28", "2024-03-01"], 1, 1),
            (&["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-10", "2026-11-11"], 3, 2),
        ] {
            let streaks = Streaks::of(&dates(days), &utc());
            assert_eq!((streaks.best, streaks.last), (best, last), "{days:?}");
        }
    }

    #[test]
    fn today_does_not_break_it_and_yesterday_does() {
        let streaks = Streaks::of(&dates(&["2026-11-20", "2026-11-21"]), &utc());
        for (today, current) in [("2026-11-21", 2), ("2026-11-22", 2), ("2026-11-23", 0)] {
            assert_eq!(streaks.current(today.parse().unwrap(), &utc()), current, "{today}");
        }
        assert_eq!(Streaks::default().current("2026-11-21".parse().unwrap(), &utc()), 0);
    }

    #[test]
    fn a_day_that_never_was_breaks_nothing() {
        // Samoa went over the date line: 30 December 2011 was left out.
        let samoa = Calendar::in_zone(Tz::Pacific__Apia);
        let streaks = Streaks::of(&dates(&["2011-12-29", "2011-12-31"]), &samoa);
        assert_eq!(streaks.best, 2);
        assert_eq!(
            Streaks::of(&dates(&["2011-12-29"]), &samoa).current("2011-12-31".parse().unwrap(), &samoa),
            1
        );
        // A flight from Honolulu to Kiritimati does the same.
        let entry = |from: Option<&str>, timezone| Entry {
            from: from.map(|at| at.parse().unwrap()),
            timezone,
            day_start: DayStart::default(),
            week_start: WeekStart::default(),
        };
        let flown = Calendar::in_zone(Tz::Pacific__Honolulu)
            .changed(entry(Some("2026-11-22T10:00:00Z"), Tz::Pacific__Kiritimati));
        assert_eq!(flown.date_at("2026-11-22T09:59:59Z".parse().unwrap()).to_string(), "2026-11-21");
        assert_eq!(flown.date_at("2026-11-22T10:00:00Z".parse().unwrap()).to_string(), "2026-11-23");
        assert_eq!(Streaks::of(&dates(&["2026-11-21", "2026-11-23"]), &flown).best, 2);
    }

    proptest! {
        /// As many days as a person would count with a finger on the page.
        #[test]
        fn as_counted_by_hand(days in prop::collection::btree_set(0..60i64, 0..40)) {
            let first: NaiveDate = "2026-01-01".parse().unwrap();
            let dates: Vec<NaiveDate> = days.iter().map(|day| plus(first, *day)).collect();
            let streaks = Streaks::of(&dates, &utc());
            let longest = (0..60).map(|start| (start..60).take_while(|day| days.contains(day)).count()).max().unwrap();
            prop_assert_eq!(usize::try_from(streaks.best).unwrap(), longest);
            for today in 0..62i64 {
                let upto: Vec<NaiveDate> = dates.iter().copied().filter(|date| *date <= plus(first, today)).collect();
                let run = |from: i64| (0..=from).rev().take_while(|day| days.contains(day)).count();
                let by_hand = if days.contains(&today) { run(today) } else { run(today - 1) };
                let current = Streaks::of(&upto, &utc()).current(plus(first, today), &utc());
                prop_assert_eq!(usize::try_from(current).unwrap(), by_hand, "{}", today);
            }
        }
    }
}
