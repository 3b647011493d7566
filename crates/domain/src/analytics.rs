//! Analytics: what days of browsers add up to, as it is sent.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use foldhash::HashMap;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::accounts::check_timezone;
use crate::days::{self, Calendar, hours};
use crate::events::days::{Packed, Tally, decode_types};
use crate::events::list::Hosts;
use crate::numbers::{Seconds, percent_more};
use crate::usage::coverage::Coverage;

pub mod productivity;

/// Domains on the dashboard.
const TOP_DOMAINS: usize = 10;
/// Types on the dashboard, the frequent ones: an extension may send as many as it likes.
const MOST_TYPES: usize = 100;
/// Domains of a period that are told one by one, and of a day.
const MOST_DOMAINS: usize = 1000;
const MOST_DOMAINS_OF_A_DAY: usize = 50;

/// Which days are asked for.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AnalyticsDays {
    /// Days that end today, 1 to 366 (7).
    #[validate(range(min = 1, max = 366, code = "DAYS_INVALID", message = "must be 1 to 366"))]
    #[param(minimum = 1, maximum = 366)]
    pub days: Option<i64>,
    /// IANA time zone to see the days from, in place of the account's.
    #[validate(custom(function = check_timezone))]
    pub tz: Option<String>,
}

/// Days, and as many before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first of the days before.
    pub before: NaiveDate,
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

impl Period {
    /// So many days that end with `today`: 7 where it is not said.
    #[must_use]
    pub fn ending(today: NaiveDate, days: Option<i64>) -> Period {
        let days = days.unwrap_or(7);
        let first = days::plus(today, 1 - days);
        Period { before: days::plus(first, -days), first, last: today }
    }
}

/// A day of one browser.
#[derive(Clone, Debug)]
pub struct DayRow {
    /// Local date.
    pub date: NaiveDate,
    /// What it has.
    pub day: Packed,
}

/// What the days before add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// Their events.
    pub events: i64,
    /// Milliseconds that pages were in front.
    pub duration_ms: i64,
}

impl Before {
    /// What these days add up to.
    #[must_use]
    pub fn of(rows: &[DayRow]) -> Before {
        rows.iter().fold(Before::default(), |sum, DayRow { day, .. }| Before {
            events: sum.events + day.events,
            duration_ms: sum.duration_ms + day.duration_ms,
        })
    }
}

/// A day on the dashboard.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct DailyEvents {
    /// Which day.
    pub date: NaiveDate,
    /// Its events.
    pub count: i64,
    /// How long pages were in front, of all browsers.
    pub seconds: Seconds,
}

/// A domain on the dashboard.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TopDomain {
    /// The registrable domain; none: pages of none, such as files and extensions.
    #[schema(example = "example.org")]
    pub domain: Option<String>,
    /// Events that name a page of it.
    pub count: i64,
    /// Its time in front.
    pub seconds: Seconds,
}

/// How often something happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TypeCount {
    /// What.
    #[serde(rename = "type")]
    #[schema(example = "TAB_ACTIVATED")]
    pub what: String,
    /// How often.
    pub count: i64,
}

/// What all days have in an hour.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct HourActivity {
    /// What the wall clock showed, 0 to 23.
    pub hour: usize,
    /// Events.
    pub count: i64,
    /// How long pages were in front.
    pub seconds: Seconds,
}

/// By how much more it was than before (less where it is below zero).
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct BrowsingChange {
    /// Time.
    pub seconds: Seconds,
    /// The same in percent of the time before, rounded; none where there was none.
    pub percent: Option<i64>,
}

/// The days before.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct PreviousDays {
    /// Their first.
    pub start_date: NaiveDate,
    /// Their last.
    pub end_date: NaiveDate,
    /// Their events.
    pub total_events: i64,
    /// How long pages were in front, of all browsers.
    pub seconds: Seconds,
    /// How the period differs.
    pub change: BrowsingChange,
}

/// What browsers did in a period.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Dashboard {
    /// Its first day.
    pub start_date: NaiveDate,
    /// Its last.
    pub end_date: NaiveDate,
    /// The zone whose days they are.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// All events.
    pub total_events: i64,
    /// How long pages were in front: two browsers at once count twice.
    pub seconds: Seconds,
    /// The same, each moment once.
    pub attention_seconds: Seconds,
    /// How often a page came to the front.
    pub visits: i64,
    /// Every day, oldest first.
    pub daily_events: Vec<DailyEvents>,
    /// The ten with the most time.
    pub top_domains: Vec<TopDomain>,
    /// The most frequent first, 100 at the most.
    pub event_types: Vec<TypeCount>,
    /// By what the wall clock showed, 0 to 23; an hour that a clock change repeats holds both.
    #[schema(min_items = 24, max_items = 24)]
    pub hourly_activity: Vec<HourActivity>,
    /// How long pages were in front on each weekday, Monday first, by what the wall clock showed.
    #[schema(min_items = 7, max_items = 7)]
    pub weekdays: Vec<Vec<Seconds>>,
    /// As many days before.
    pub previous: PreviousDays,
}

impl Dashboard {
    /// The dashboard of `period`, from the rows of its days, what hosts have in `months` whose days' rows do not say it,
    /// and what the days before add up to.
    #[must_use]
    pub fn new(
        calendar: &Calendar,
        period: Period,
        rows: &[DayRow],
        months: &[Vec<u8>],
        before: Before,
    ) -> Dashboard {
        let mut daily: BTreeMap<NaiveDate, (i64, i64)> = BTreeMap::new();
        let mut hourly = [(0, 0); 24];
        let mut weekdays = [[0; 24]; 7];
        let mut types: HashMap<&str, i64> = HashMap::default();
        for DayRow { date, day } in rows {
            let sum = daily.entry(*date).or_default();
            *sum = (sum.0 + day.events, sum.1 + day.duration_ms);
            let hours_ms = hours::decode(&day.hours_ms).unwrap_or_default();
            let hours = hours::decode(&day.hours).unwrap_or_default();
            for (sum, (events, ms)) in hourly.iter_mut().zip(hours.into_iter().zip(hours_ms)) {
                *sum = (sum.0 + events, sum.1 + ms);
            }
            let weekday = usize::try_from(date.weekday().num_days_from_monday()).unwrap_or(0);
            if let Some(hours) = weekdays.get_mut(weekday) {
                hours.iter_mut().zip(hours_ms).for_each(|(sum, ms)| *sum += ms);
            }
            for (what, count) in decode_types(&day.types) {
                *types.entry(what).or_default() += count;
            }
        }
        let mut event_types: Vec<TypeCount> =
            types.into_iter().map(|(what, count)| TypeCount { what: what.to_owned(), count }).collect();
        event_types.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.what.cmp(&b.what)));
        event_types.truncate(MOST_TYPES);
        let domains = of_domains(rows, months);
        let top = |(domain, Tally { duration_ms, events, .. }): &(Option<&str>, Tally)| TopDomain {
            domain: domain.map(ToOwned::to_owned),
            count: *events,
            seconds: Seconds(*duration_ms),
        };
        let seconds = daily.values().map(|(_, ms)| Seconds(*ms)).sum();
        Dashboard {
            start_date: period.first,
            end_date: period.last,
            timezone: calendar.current().timezone.name().to_owned(),
            total_events: daily.values().map(|(events, _)| events).sum(),
            seconds,
            attention_seconds: Seconds(attention_ms(rows)),
            visits: domains.iter().map(|(_, tally)| tally.visits).sum(),
            daily_events: days::dates(period.first, period.last)
                .map(|date| {
                    let (count, ms) = daily.get(&date).copied().unwrap_or_default();
                    DailyEvents { date, count, seconds: Seconds(ms) }
                })
                .collect(),
            top_domains: domains.iter().take(TOP_DOMAINS).map(top).collect(),
            event_types,
            hourly_activity: hourly
                .into_iter()
                .enumerate()
                .map(|(hour, (count, ms))| HourActivity { hour, count, seconds: Seconds(ms) })
                .collect(),
            weekdays: weekdays.map(|hours| hours.map(Seconds).to_vec()).to_vec(),
            previous: PreviousDays {
                start_date: period.before,
                end_date: days::plus(period.first, -1),
                total_events: before.events,
                seconds: Seconds(before.duration_ms),
                change: BrowsingChange {
                    seconds: Seconds(seconds.0 - before.duration_ms),
                    percent: percent_more(seconds.0, before.duration_ms),
                },
            },
        }
    }
}

/// Milliseconds in which any browser showed a page. One browser shows one page at a time, so that only days of several
/// have moments in common.
fn attention_ms(rows: &[DayRow]) -> i64 {
    let mut days: HashMap<NaiveDate, Vec<&Packed>> = HashMap::default();
    for DayRow { date, day } in rows {
        days.entry(*date).or_default().push(day);
    }
    let length = |browsers: Vec<&Packed>| match browsers.as_slice() {
        [one] => one.duration_ms,
        several => {
            let mut coverages = several.iter().map(|day| Coverage::decode(&day.coverage).unwrap_or_default());
            let mut all = coverages.next().unwrap_or_default();
            coverages.for_each(|other| all.unite(&other));
            all.length_ms()
        }
    };
    days.into_values().map(length).sum()
}

fn of_domains<'a>(rows: &'a [DayRow], months: &'a [Vec<u8>]) -> Vec<(Option<&'a str>, Tally)> {
    Hosts::of(rows.iter().map(|row| &row.day.hosts).chain(months).map(Vec::as_slice)).by_domain()
}

/// Time spent on a domain.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DomainTime {
    /// The registrable domain; none: pages of none, such as files and extensions.
    #[schema(example = "example.org")]
    pub domain: Option<String>,
    /// Its time in front.
    pub seconds: Seconds,
    /// How often a page of it came to the front.
    pub visits: i64,
}

/// Time spent on a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayTime {
    /// Which day.
    pub date: NaiveDate,
    /// How long pages were in front, of all browsers.
    pub seconds: Seconds,
    /// How often a page came to the front.
    pub visits: i64,
    /// The 50 domains with the most time.
    pub domains: Vec<DomainTime>,
}

/// Where the time of a period went.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimeSpent {
    /// Its first day.
    pub start_date: NaiveDate,
    /// Its last.
    pub end_date: NaiveDate,
    /// The zone whose days they are.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// How long pages were in front: two browsers at once count twice.
    pub total_seconds: Seconds,
    /// How often a page came to the front.
    pub visits: i64,
    /// The 1000 domains with the most time.
    pub domains: Vec<DomainTime>,
    /// Every day, oldest first.
    pub days: Vec<DayTime>,
}

impl TimeSpent {
    /// The time of `period`, from the rows of its days.
    #[must_use]
    pub fn new(calendar: &Calendar, period: Period, rows: &[DayRow]) -> TimeSpent {
        let mut by_date: HashMap<NaiveDate, Vec<&Packed>> = HashMap::default();
        for DayRow { date, day } in rows {
            by_date.entry(*date).or_default().push(day);
        }
        let days: Vec<DayTime> = days::dates(period.first, period.last)
            .map(|date| {
                let browsers = by_date.remove(&date).unwrap_or_default();
                let domains = Hosts::of(browsers.iter().map(|day| day.hosts.as_slice())).by_domain();
                DayTime {
                    date,
                    seconds: browsers.iter().map(|day| Seconds(day.duration_ms)).sum(),
                    visits: domains.iter().map(|(_, tally)| tally.visits).sum(),
                    domains: times(domains, MOST_DOMAINS_OF_A_DAY),
                }
            })
            .collect();
        TimeSpent {
            start_date: period.first,
            end_date: period.last,
            timezone: calendar.current().timezone.name().to_owned(),
            total_seconds: days.iter().map(|day| day.seconds).sum(),
            visits: days.iter().map(|day| day.visits).sum(),
            domains: times(of_domains(rows, &[]), MOST_DOMAINS),
            days,
        }
    }
}

fn times(domains: Vec<(Option<&str>, Tally)>, most: usize) -> Vec<DomainTime> {
    let time = |(domain, Tally { duration_ms, visits, .. }): (Option<&str>, Tally)| DomainTime {
        domain: domain.map(ToOwned::to_owned),
        seconds: Seconds(duration_ms),
        visits,
    };
    domains.into_iter().take(most).map(time).collect()
}

#[cfg(test)]
mod tests;
