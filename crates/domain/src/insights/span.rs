//! What is known of the days of a period and of those before it.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::figures::{CategoryTime, DayOverview, Figures, NamedTime};
use super::measures::{Unit, rounded};
use super::{Kind, USUAL_DAYS};
use crate::analytics::productivity::Worth;
use crate::analytics::productivity::time::{DayTime, Name, Sorter, days};
use crate::categories::Categories;
use crate::categories::score::Weighed;
use crate::consumption::Figure;
use crate::consumption::units::{Canonical, ConsumptionType};
use crate::days::{Calendar, dates, plus};
use crate::focus::FocusSession;
use crate::numbers::Seconds;
use crate::{analytics, usage};

/// Names that are told of each kind.
const TOP: usize = 5;
/// The hours of the clock that are late.
const LATE: [usize; 6] = [23, 0, 1, 2, 3, 4];
/// Time that it takes to say how often apps were changed: half an hour.
const ENOUGH_MS: i64 = 30 * 60_000;

/// Which days are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What is written.
    pub kind: Kind,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
    /// The day that is not over.
    pub today: NaiveDate,
}

impl Asked {
    /// A day, some days that end today, or a week.
    #[must_use]
    pub fn new(
        kind: Kind,
        calendar: &Calendar,
        today: NaiveDate,
        date: Option<NaiveDate>,
        days: Option<i64>,
    ) -> Asked {
        let date = date.unwrap_or(today);
        let (first, last) = match kind {
            Kind::DailySummary => (date, date),
            Kind::ProductivityInsights => (plus(today, 1 - days.unwrap_or(7)), today),
            Kind::WeeklyReport => (calendar.week_start(date), plus(calendar.week_start(date), 6)),
        };
        Asked { kind, first, last, today }
    }

    /// The first of the days before, which say what is usual.
    #[must_use]
    pub fn before(&self) -> NaiveDate {
        plus(self.first, -USUAL_DAYS)
    }

    /// Whether the period has passed.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.last < self.today
    }

    /// How many days it has.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.last.signed_duration_since(self.first).num_days() + 1
    }
}

/// Rows of the days from [`Asked::before`] on.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Of devices.
    pub usage: Vec<usage::figures::DayRow>,
    /// Of browsers.
    pub browsers: Vec<analytics::DayRow>,
    /// Sessions of focus that started on them.
    pub focus: Vec<FocusSession>,
    /// What the household has taken.
    pub household: Vec<(ConsumptionType, NaiveDate, Canonical)>,
}

/// What is known of a day.
#[derive(Clone, Debug, Default)]
pub struct Day<'a> {
    /// What its time went to.
    pub time: DayTime<'a>,
    /// What it is worth.
    pub weighed: Weighed,
    /// Minutes of completed sessions of focus.
    pub focus_min: i64,
    /// How many of them there are.
    pub completed: i64,
    /// Sessions that were given up.
    pub abandoned: i64,
    /// What the household has taken, in thousandths of kWh or m3.
    pub household: Vec<(ConsumptionType, i128)>,
}

impl Day<'_> {
    /// Milliseconds between 23:00 and 05:00 by the clock.
    #[must_use]
    pub fn late_ms(&self) -> i64 {
        LATE.iter().filter_map(|hour| self.time.hours_ms.get(*hour)).sum()
    }

    /// Thousandths of changes between apps in an hour; nothing of little time.
    #[must_use]
    pub fn switches(&self) -> Option<i128> {
        switches(self.time.sessions, self.time.active_ms)
    }

    /// What the household has taken of one thing.
    #[must_use]
    pub fn taken(&self, what: ConsumptionType) -> Option<i128> {
        self.household.iter().find(|(of, _)| *of == what).map(|(_, amount)| *amount)
    }
}

fn switches(sessions: i64, active_ms: i64) -> Option<i128> {
    let per_hour = || rounded(i128::from(sessions) * 3_600_000_000, i128::from(active_ms));
    (active_ms >= ENOUGH_MS && sessions > 0).then(per_hour)
}

/// The days of a period and those before it.
#[derive(Debug)]
pub struct Span<'a> {
    /// Which.
    pub asked: Asked,
    days: BTreeMap<NaiveDate, Day<'a>>,
    /// What the clock showed when each completed session of focus began, and its minutes.
    pub starts: Vec<(u8, i64)>,
    sorter: Sorter<'a>,
}

impl<'a> Span<'a> {
    /// From the rows of its days.
    #[must_use]
    pub fn new(calendar: &Calendar, categories: &'a Categories, asked: Asked, rows: &'a Rows) -> Span<'a> {
        let mut sorter = Sorter::new(categories);
        let mut known: BTreeMap<NaiveDate, Day<'a>> = BTreeMap::new();
        for (date, time) in days(calendar, &rows.usage, &rows.browsers) {
            let weighed = sorter.weigh(&time);
            known.insert(date, Day { time, weighed, ..Day::default() });
        }
        let mut starts = vec![];
        for session in &rows.focus {
            let day = known.entry(calendar.date_at(session.started_at)).or_default();
            if session.completed {
                day.completed += 1;
                day.focus_min += i64::from(session.focus_min);
                starts.push((calendar.clock_at(session.started_at), i64::from(session.focus_min)));
            } else if session.abandoned {
                day.abandoned += 1;
            }
        }
        for (what, date, amount) in &rows.household {
            known.entry(*date).or_default().household.push((*what, amount.figure().0));
        }
        Span { asked, days: known, starts, sorter }
    }

    /// The days of the period that have something.
    pub fn own(&self) -> impl Iterator<Item = (NaiveDate, &Day<'a>)> {
        self.within(self.asked.first, self.asked.last)
    }

    /// The days before that have something.
    pub fn before(&self) -> impl Iterator<Item = (NaiveDate, &Day<'a>)> {
        self.within(self.asked.before(), plus(self.asked.first, -1))
    }

    fn within(&self, first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = (NaiveDate, &Day<'a>)> {
        self.days.range(first..=last).map(|(date, day)| (*date, day))
    }

    /// What the days `first..=last` add up to.
    #[must_use]
    pub fn figures(&mut self, first: NaiveDate, last: NaiveDate) -> Figures {
        let mut sum = Figures::default();
        let mut weighed = Weighed::default();
        let mut names: HashMap<Name<'a>, i64> = HashMap::new();
        let mut household: HashMap<ConsumptionType, i128> = HashMap::new();
        for (_, day) in self.within(first, last) {
            sum.active_days += i64::from(day.time.active_ms > 0);
            sum.active_seconds.0 += day.time.active_ms;
            sum.late_seconds.0 += day.late_ms();
            sum.sessions += day.time.sessions;
            sum.focus_seconds.0 += day.focus_min * 60_000;
            sum.focus_completed += day.completed;
            sum.focus_abandoned += day.abandoned;
            weighed.add_all(day.weighed);
            day.time.names.iter().for_each(|(name, ms)| *names.entry(*name).or_default() += ms);
            day.household.iter().for_each(|(what, amount)| *household.entry(*what).or_default() += amount);
        }
        let taken = |what| household.get(&what).map(|amount| Figure(*amount));
        sum.switches_per_hour = switches(sum.sessions, sum.active_seconds.0).map(Figure);
        sum.worth = Worth::from(weighed);
        sum.electricity_kwh = taken(ConsumptionType::Electricity);
        sum.gas_kwh = taken(ConsumptionType::Gas);
        sum.water_m3 = taken(ConsumptionType::Water);
        let mut categories: HashMap<String, i64> = HashMap::new();
        for (name, ms) in &names {
            if let Some(placed) = self.sorter.place(*name) {
                *categories.entry(quotable(&placed.name())).or_default() += ms;
            }
        }
        sum.categories =
            top(categories.into_iter().map(|(name, ms)| CategoryTime { name, seconds: Seconds(ms) }));
        let told = |((kind, name), ms): (Name<'_>, i64)| NamedTime {
            name: quotable(name),
            kind,
            seconds: Seconds(ms),
        };
        sum.apps = top(names.into_iter().filter(|((_, name), _)| !name.is_empty()).map(told));
        sum
    }

    /// Each day of the period.
    #[must_use]
    pub fn overview(&self) -> Vec<DayOverview> {
        let day = |date| {
            let day = self.days.get(&date).cloned().unwrap_or_default();
            let Worth { score, productive_seconds, distracting_seconds, .. } = Worth::from(day.weighed);
            DayOverview {
                date,
                active_seconds: Seconds(day.time.active_ms),
                score,
                productive_seconds,
                distracting_seconds,
                focus_seconds: Seconds(day.focus_min * 60_000),
            }
        };
        dates(self.asked.first, self.asked.last).map(day).collect()
    }
}

/// Those with the most time first, then by what they are called.
fn top<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all.truncate(TOP);
    all
}

/// A name that can stand in double quotes.
fn quotable(name: &str) -> String {
    name.replace(['"', '“', '”', '„'], "'")
}

/// In what something of the household is measured.
#[must_use]
pub fn unit_of(what: ConsumptionType) -> Unit {
    match what {
        ConsumptionType::Water => Unit::M3,
        ConsumptionType::Electricity | ConsumptionType::Gas => Unit::Kwh,
    }
}
