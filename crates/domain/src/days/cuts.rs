//! Days cut into hours, kept while events or sessions are counted: those that follow each other are mostly of one day.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Calendar, Day, Hour};

/// Days cut into hours, as they were needed, by their first instants.
#[derive(Debug)]
pub(crate) struct Cuts<'a> {
    calendar: &'a Calendar,
    days: BTreeMap<DateTime<Utc>, CutDay>,
}

/// A day and its hours.
#[derive(Debug)]
pub(crate) struct CutDay {
    /// The day.
    pub day: Day,
    /// Its hours.
    pub hours: Vec<Hour>,
}

impl<'a> Cuts<'a> {
    pub fn new(calendar: &'a Calendar) -> Cuts<'a> {
        Cuts { calendar, days: BTreeMap::new() }
    }

    /// The day that holds `instant`.
    pub fn at(&mut self, instant: DateTime<Utc>) -> &CutDay {
        let near = self.days.range(..=instant).next_back();
        let from = match near {
            Some((from, cut)) if instant < cut.day.to => *from,
            _ => self.calendar.day_at(instant).from,
        };
        self.days.entry(from).or_insert_with(|| {
            let day = self.calendar.day_at(instant);
            CutDay { day, hours: self.calendar.hours(day) }
        })
    }
}
