//! What the time of a day went to, from the two streams that tell of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use foldhash::HashMap;

use crate::analytics::DayRow;
use crate::categories::score::Weighed;
use crate::categories::{Categories, Placed, Subject};
use crate::days::Calendar;
use crate::events::days::decode_hosts;
use crate::usage::browsers::is_browser;
use crate::usage::coverage::Coverage;
use crate::usage::{Kind, figures};

/// An app or a website. The empty website is that of pages without a host.
pub type Name<'a> = (Kind, &'a str);

/// A day of all devices and browsers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayTime<'a> {
    /// What its time went to, in milliseconds.
    pub names: BTreeMap<Name<'a>, i64>,
    /// Milliseconds in which any device or browser was used: each moment counts once.
    pub active_ms: i64,
    /// The same by what the wall clock showed, 0 to 23.
    pub hours_ms: [i64; 24],
    /// Sessions of usage that touch the day.
    pub sessions: i64,
}

/// A day's time by name, where `apps` is usage's and `hosts` that of browsers: what browsers show is theirs, browser apps
/// have what is beyond it, each in proportion, and everything else is as it is.
#[must_use]
pub fn merge<'a>(
    apps: impl IntoIterator<Item = (Name<'a>, i64)>,
    hosts: impl IntoIterator<Item = (&'a str, i64)>,
) -> BTreeMap<Name<'a>, i64> {
    let mut names: BTreeMap<Name<'a>, i64> = BTreeMap::new();
    let mut browsers: BTreeMap<&str, i64> = BTreeMap::new();
    for ((kind, name), ms) in apps {
        if kind == Kind::App && is_browser(name) {
            *browsers.entry(name).or_default() += ms;
        } else {
            *names.entry((kind, name)).or_default() += ms;
        }
    }
    let mut shown = 0;
    for (host, ms) in hosts {
        shown += ms;
        *names.entry((Kind::Website, host)).or_default() += ms;
    }
    let all: i64 = browsers.values().sum();
    let beyond = (all - shown).max(0);
    // What the first so many have is rounded, so that all together have exactly what is beyond.
    let until = |ms: i64| i64::try_from(i128::from(beyond) * i128::from(ms) / i128::from(all.max(1)));
    let mut before = 0;
    for (name, ms) in browsers {
        let part = until(before + ms).unwrap_or(0) - until(before).unwrap_or(0);
        before += ms;
        names.insert((Kind::App, name), part);
    }
    names.retain(|_, ms| *ms > 0);
    names
}

/// Days that have something, from the rows of usage and of browsers.
#[must_use]
pub fn days<'a>(
    calendar: &Calendar,
    usage: &'a [figures::DayRow],
    browsers: &'a [DayRow],
) -> BTreeMap<NaiveDate, DayTime<'a>> {
    let mut rows: BTreeMap<NaiveDate, (Vec<&'a figures::DayRow>, Vec<&'a DayRow>)> = BTreeMap::new();
    usage.iter().for_each(|row| rows.entry(row.date).or_default().0.push(row));
    browsers.iter().for_each(|row| rows.entry(row.date).or_default().1.push(row));
    let days = rows.into_iter();
    days.map(|(date, (usage, browsers))| (date, day_of(calendar, date, &usage, &browsers))).collect()
}

fn day_of<'a>(
    calendar: &Calendar,
    date: NaiveDate,
    usage: &[&'a figures::DayRow],
    browsers: &[&'a DayRow],
) -> DayTime<'a> {
    let mut coverage = Coverage::default();
    usage.iter().for_each(|row| coverage.unite(&row.day.coverage));
    browsers.iter().for_each(|row| coverage.unite(&Coverage::decode(&row.day.coverage).unwrap_or_default()));
    let day = calendar.day(date);
    let mut hours_ms = [0; 24];
    for hour in calendar.hours(day) {
        if let Some(sum) = hours_ms.get_mut(usize::from(hour.clock)) {
            *sum += coverage.length_within_ms(day.offset(hour.from), day.offset(hour.to));
        }
    }
    let apps = usage.iter().flat_map(|row| row.day.apps.iter());
    let hosts = browsers.iter().flat_map(|row| decode_hosts(&row.day.hosts));
    DayTime {
        names: merge(
            apps.map(|(kind, app, tally)| ((kind, app), tally.duration_ms)),
            hosts.map(|(host, tally)| (host, tally.duration_ms)),
        ),
        active_ms: coverage.length_ms(),
        hours_ms,
        sessions: usage.iter().map(|row| row.day.total.session_count).sum(),
    }
}

/// Puts names into categories. Days have most of them in common, and each is looked up once.
#[derive(Debug)]
pub struct Sorter<'a> {
    categories: &'a Categories,
    known: HashMap<Name<'a>, Option<&'a Placed>>,
}

impl<'a> Sorter<'a> {
    /// By these categories.
    #[must_use]
    pub fn new(categories: &'a Categories) -> Sorter<'a> {
        Sorter { categories, known: HashMap::default() }
    }

    /// The category of a name; pages without a host have none.
    pub fn place(&mut self, name: Name<'a>) -> Option<&'a Placed> {
        let categories = self.categories;
        *self.known.entry(name).or_insert_with(|| {
            let (kind, text) = name;
            let place = categories.find(Subject::of_usage(kind, text));
            place.and_then(|place| categories.all.get(place))
        })
    }

    /// What a day is worth.
    pub fn weigh(&mut self, day: &DayTime<'a>) -> Weighed {
        let mut weighed = Weighed::default();
        for (name, ms) in &day.names {
            weighed.add(*ms, self.place(*name).map(|placed| placed.weight));
        }
        weighed
    }
}
