//! Productivity: what the time of a period is worth, by the account's categories.
//!
//! Two streams tell of time. Usage says which app was in front, browsers say which page; while a page is in front so is
//! its browser, so that browsers' time refines the time of usage's browser apps ([`browsers`](crate::usage::browsers)) and
//! is never added to it. Of each day, all devices and browsers together:
//!
//! - apps that are no browsers, and the websites of usage, count as they are;
//! - the hosts that browsers showed count as they are;
//! - browser apps count with what they have beyond all hosts, each in proportion to its time.
//!
//! So a day has the time of the other apps, and the longer of browser apps' and hosts' time. It is made from what days add
//! up to, so that what it costs depends on the days that are asked for; titles are not in there, and rules over titles
//! find nothing here.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use foldhash::HashMap;
use serde::Serialize;
use utoipa::ToSchema;

use self::time::{DayTime, Name, Sorter, days};
use super::{DayRow, Period};
use crate::categories::score::Weighed;
use crate::categories::{Categories, Placed};
use crate::days::{self, Calendar, plus};
use crate::numbers::{Seconds, percent_more};
use crate::usage::{Kind, figures};

pub mod time;

/// Names that are told of each kind.
const TOP: usize = 10;

/// Time by what it is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Worth {
    /// 0 (all very distracting) to 100 (all very productive): 50 + 25 × Σ(seconds × weight) / Σ(seconds), rounded; none
    /// where less than 5 minutes are of a category.
    #[schema(minimum = 0, maximum = 100)]
    pub score: Option<i64>,
    /// Time of weights above 0.
    pub productive_seconds: Seconds,
    /// Time of weight 0.
    pub neutral_seconds: Seconds,
    /// Time of weights below 0.
    pub distracting_seconds: Seconds,
    /// Time of no category.
    pub uncategorized_seconds: Seconds,
}

impl From<Weighed> for Worth {
    fn from(weighed: Weighed) -> Worth {
        Worth {
            score: weighed.score(),
            productive_seconds: Seconds(weighed.productive_ms),
            neutral_seconds: Seconds(weighed.neutral_ms),
            distracting_seconds: Seconds(weighed.distracting_ms),
            uncategorized_seconds: Seconds(weighed.uncategorized_ms),
        }
    }
}

/// What a day is worth.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct DailyWorth {
    /// Which day.
    pub date: NaiveDate,
    /// Its time.
    #[serde(flatten)]
    pub worth: Worth,
}

/// An app or a website, and what its time is worth.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WeighedName {
    /// The app as it was sent, or the host.
    #[schema(example = "github.com")]
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its category, from the top down: `Work > Coding`.
    #[schema(example = "Work > Coding")]
    pub category: String,
    /// From -2 (very distracting) to 2 (very productive).
    pub weight: i8,
    /// Its time.
    pub seconds: Seconds,
}

/// By how much more it was than before (less where it is below zero).
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct WorthChange {
    /// Points of the score; none where either has none.
    pub score: Option<i64>,
    /// Productive time.
    pub productive_seconds: Seconds,
    /// The same in percent of the time before, rounded; none where there was none.
    pub productive_percent: Option<i64>,
    /// Distracting time.
    pub distracting_seconds: Seconds,
    /// The same in percent of the time before, rounded; none where there was none.
    pub distracting_percent: Option<i64>,
}

/// The days before.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct PreviousWorth {
    /// Their first.
    pub start_date: NaiveDate,
    /// Their last.
    pub end_date: NaiveDate,
    /// Their time.
    #[serde(flatten)]
    pub worth: Worth,
    /// How the period differs.
    pub change: WorthChange,
}

/// What the time of a period is worth.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Productivity {
    /// Its first day.
    pub start_date: NaiveDate,
    /// Its last.
    pub end_date: NaiveDate,
    /// The zone whose days they are.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// Its time.
    #[serde(flatten)]
    pub worth: Worth,
    /// Time in which any device or browser was used: each moment once.
    pub active_seconds: Seconds,
    /// Every day, oldest first.
    pub daily: Vec<DailyWorth>,
    /// The ten apps and websites of weights above 0 with the most time.
    pub top_productive: Vec<WeighedName>,
    /// The ten of weights below 0 with the most time.
    pub top_distracting: Vec<WeighedName>,
    /// `active_seconds` on each weekday, Monday first, by what the wall clock showed, 0 to 23.
    #[schema(min_items = 7, max_items = 7)]
    pub weekdays: Vec<Vec<Seconds>>,
    /// As many days before.
    pub previous: PreviousWorth,
}

impl Productivity {
    /// What `period` is worth, from the rows of its days and of those before.
    #[must_use]
    pub fn new(
        calendar: &Calendar,
        categories: &Categories,
        period: Period,
        usage: &[figures::DayRow],
        browsers: &[DayRow],
    ) -> Productivity {
        let days = days(calendar, usage, browsers);
        let mut sorter = Sorter::new(categories);
        let mut daily: BTreeMap<NaiveDate, Weighed> = BTreeMap::new();
        let mut before = Weighed::default();
        let mut names: HashMap<Name<'_>, i64> = HashMap::default();
        let mut weekdays = [[0; 24]; 7];
        let mut active_ms = 0;
        for (date, day) in &days {
            let weighed = sorter.weigh(day);
            if *date < period.first {
                before.add_all(weighed);
                continue;
            }
            daily.insert(*date, weighed);
            active_ms += day.active_ms;
            day.names.iter().for_each(|(name, ms)| *names.entry(*name).or_default() += ms);
            add_hours(&mut weekdays, *date, day);
        }
        let mut whole = Weighed::default();
        daily.values().for_each(|weighed| whole.add_all(*weighed));
        let (worth, was) = (Worth::from(whole), Worth::from(before));
        Productivity {
            start_date: period.first,
            end_date: period.last,
            timezone: calendar.current().timezone.name().to_owned(),
            worth,
            active_seconds: Seconds(active_ms),
            daily: days::dates(period.first, period.last)
                .map(|date| DailyWorth { date, worth: daily.get(&date).copied().unwrap_or_default().into() })
                .collect(),
            top_productive: top(&names, |weight| weight > 0, &mut sorter),
            top_distracting: top(&names, |weight| weight < 0, &mut sorter),
            weekdays: weekdays.map(|hours| hours.map(Seconds).to_vec()).to_vec(),
            previous: PreviousWorth {
                start_date: period.before,
                end_date: plus(period.first, -1),
                worth: was,
                change: change(worth, was),
            },
        }
    }
}

fn add_hours(weekdays: &mut [[i64; 24]; 7], date: NaiveDate, day: &DayTime<'_>) {
    let weekday = usize::try_from(date.weekday().num_days_from_monday()).unwrap_or(0);
    if let Some(hours) = weekdays.get_mut(weekday) {
        hours.iter_mut().zip(day.hours_ms).for_each(|(sum, ms)| *sum += ms);
    }
}

fn top<'a>(
    names: &HashMap<Name<'a>, i64>,
    is_wanted: fn(i8) -> bool,
    sorter: &mut Sorter<'a>,
) -> Vec<WeighedName> {
    let mut found: Vec<(i64, Name<'a>, &Placed)> = names
        .iter()
        .filter_map(|(name, ms)| sorter.place(*name).map(|placed| (*ms, *name, placed)))
        .filter(|(.., placed)| is_wanted(placed.weight))
        .collect();
    found.sort_unstable_by_key(|(ms, name, _)| (std::cmp::Reverse(*ms), *name));
    let told = |(ms, (kind, name), placed): (i64, Name<'a>, &Placed)| WeighedName {
        name: name.to_owned(),
        kind,
        category: placed.name(),
        weight: placed.weight,
        seconds: Seconds(ms),
    };
    found.into_iter().take(TOP).map(told).collect()
}

fn change(now: Worth, was: Worth) -> WorthChange {
    let more = |now: Seconds, was: Seconds| (Seconds(now.0 - was.0), percent_more(now.0, was.0));
    let (productive_seconds, productive_percent) = more(now.productive_seconds, was.productive_seconds);
    let (distracting_seconds, distracting_percent) = more(now.distracting_seconds, was.distracting_seconds);
    WorthChange {
        score: now.score.zip(was.score).map(|(now, was)| now - was),
        productive_seconds,
        productive_percent,
        distracting_seconds,
        distracting_percent,
    }
}

#[cfg(test)]
mod tests;
