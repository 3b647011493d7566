//! The figures of a day and of a week, as they are sent.

use std::collections::BTreeMap;

use foldhash::HashMap;

use super::*;
use crate::categories::figures::{CategoryFigures, Sorting};
use crate::categories::{Categories, Placed, Subject};
use crate::days::{self, Calendar, Day, DayStart};
use crate::devices::Platform;
use crate::numbers::Share;
use crate::usage::coverage::Coverage;
use crate::usage::rollup::{DeviceDay, Tally};

/// One device's day.
#[derive(Clone, Debug)]
pub struct DayRow {
    /// Local date.
    pub date: NaiveDate,
    /// Which device.
    pub device_id: DeviceId,
    /// Its name.
    pub name: String,
    /// What it runs.
    pub platform: Platform,
    /// What it did; of a day before the period without its apps.
    pub day: DeviceDay,
}

/// An app's part of the figures.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppFigure {
    /// Which app or website.
    #[schema(example = "com.reddit.frontpage")]
    pub app: String,
    /// What it is.
    pub kind: Kind,
    /// Its category, from the top down: `Work > Coding`.
    #[schema(example = "Leisure > Social media")]
    pub category: Option<String>,
    /// Its time.
    pub seconds: Seconds,
    /// Its sessions that touch the period.
    pub session_count: i64,
    /// Its part of `total_seconds`.
    pub share: Share,
}

/// A device's part of the figures.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeviceFigure {
    /// The device.
    pub device_id: DeviceId,
    /// Its name.
    pub name: String,
    /// What it runs.
    pub platform: Platform,
    /// Its time.
    pub seconds: Seconds,
}

/// The figures of the day before.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviousDay {
    /// Which day.
    pub date: NaiveDate,
    /// All sessions added up.
    pub total_seconds: Seconds,
    /// Each moment once.
    pub active_seconds: Seconds,
}

/// The figures of one local day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Today {
    /// Which day.
    pub date: NaiveDate,
    /// The zone whose day it is.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// When the account's days start, by the wall clock.
    #[schema(value_type = String, example = "00:00")]
    pub day_start: DayStart,
    /// First instant of the day.
    pub from: DateTime<Utc>,
    /// First instant of the day after.
    pub to: DateTime<Utc>,
    /// All sessions added up: two screens at once count twice.
    pub total_seconds: Seconds,
    /// The length of their union: each moment counts once.
    pub active_seconds: Seconds,
    /// Sessions that touch the day.
    pub session_count: i64,
    /// Longest first.
    pub apps: Vec<AppFigure>,
    /// By the account's categories.
    pub categories: CategoryFigures,
    /// Longest first.
    pub devices: Vec<DeviceFigure>,
    /// By what the wall clock showed, 0 to 23; an hour that a clock change repeats holds both.
    #[schema(min_items = 24, max_items = 24)]
    pub hours: Vec<Seconds>,
    /// The day before.
    pub previous: PreviousDay,
}

/// One day of a week.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WeekDay {
    /// Which day.
    pub date: NaiveDate,
    /// First instant of the day.
    pub from: DateTime<Utc>,
    /// First instant of the day after.
    pub to: DateTime<Utc>,
    /// All sessions added up.
    pub total_seconds: Seconds,
    /// Each moment once.
    pub active_seconds: Seconds,
    /// Sessions that touch the day.
    pub session_count: i64,
}

/// The figures of the week before.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviousWeek {
    /// Its first day.
    pub start_date: NaiveDate,
    /// Its last day.
    pub end_date: NaiveDate,
    /// All sessions added up.
    pub total_seconds: Seconds,
    /// Each moment once.
    pub active_seconds: Seconds,
}

/// The figures of seven local days.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Week {
    /// The first day.
    pub start_date: NaiveDate,
    /// The last day.
    pub end_date: NaiveDate,
    /// The zone whose days they are.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// When the account's days start, by the wall clock.
    #[schema(value_type = String, example = "00:00")]
    pub day_start: DayStart,
    /// First instant of the first day.
    pub from: DateTime<Utc>,
    /// First instant after the last day.
    pub to: DateTime<Utc>,
    /// All sessions added up.
    pub total_seconds: Seconds,
    /// Each moment once.
    pub active_seconds: Seconds,
    /// The seven days, oldest first.
    pub days: Vec<WeekDay>,
    /// Longest first.
    pub apps: Vec<AppFigure>,
    /// By the account's categories.
    pub categories: CategoryFigures,
    /// Longest first.
    pub devices: Vec<DeviceFigure>,
    /// The seven days before.
    pub previous: PreviousWeek,
}

/// Which days a week shows, and the seven before.
#[must_use]
pub fn week_of(calendar: &Calendar, date: NaiveDate, calendar_week: bool) -> (NaiveDate, NaiveDate) {
    let first = if calendar_week { calendar.week_start(date) } else { days::plus(date, -6) };
    (first, days::plus(first, 6))
}

impl Today {
    /// The day of `date` from rows of that day and the one before.
    #[must_use]
    pub fn new(calendar: &Calendar, categories: &Categories, date: NaiveDate, rows: &[DayRow]) -> Today {
        let sums = Sums::of(rows);
        let Day { from, to, .. } = calendar.day(date);
        let day = sums.day(date);
        let before = sums.day(days::plus(date, -1));
        let (apps, categories) = apps(rows, categories, date, date, day.total.duration_ms);
        Today {
            date,
            timezone: calendar.current().timezone.name().to_owned(),
            day_start: calendar.current().day_start,
            from,
            to,
            total_seconds: Seconds(day.total.duration_ms),
            active_seconds: Seconds(day.active_ms),
            session_count: day.total.session_count,
            apps,
            categories,
            devices: devices(rows, date, date),
            hours: day.hours_ms.into_iter().map(Seconds).collect(),
            previous: PreviousDay {
                date: days::plus(date, -1),
                total_seconds: Seconds(before.total.duration_ms),
                active_seconds: Seconds(before.active_ms),
            },
        }
    }
}

impl Week {
    /// The seven days from `first` on, from rows of them and of the seven before.
    #[must_use]
    pub fn new(calendar: &Calendar, categories: &Categories, first: NaiveDate, rows: &[DayRow]) -> Week {
        let sums = Sums::of(rows);
        let last = days::plus(first, 6);
        let days: Vec<WeekDay> = calendar
            .days(first, last)
            .map(|Day { date, from, to }| {
                let sum = sums.day(date);
                WeekDay {
                    date,
                    from,
                    to,
                    total_seconds: Seconds(sum.total.duration_ms),
                    active_seconds: Seconds(sum.active_ms),
                    session_count: sum.total.session_count,
                }
            })
            .collect();
        let total_seconds: Seconds = days.iter().map(|day| day.total_seconds).sum();
        let (start_date, end_date) = (days::plus(first, -7), days::plus(first, -1));
        let before = || days::dates(start_date, end_date).map(|date| sums.day(date));
        let (apps, categories) = apps(rows, categories, first, last, total_seconds.0);
        Week {
            start_date: first,
            end_date: last,
            timezone: calendar.current().timezone.name().to_owned(),
            day_start: calendar.current().day_start,
            from: calendar.start(first),
            to: calendar.start(days::plus(last, 1)),
            total_seconds,
            active_seconds: days.iter().map(|day| day.active_seconds).sum(),
            apps,
            categories,
            devices: devices(rows, first, last),
            days,
            previous: PreviousWeek {
                start_date,
                end_date,
                total_seconds: before().map(|day| Seconds(day.total.duration_ms)).sum(),
                active_seconds: before().map(|day| Seconds(day.active_ms)).sum(),
            },
        }
    }
}

/// One day of all devices.
#[derive(Clone, Debug, Default)]
struct Sum {
    total: Tally,
    active_ms: i64,
    hours_ms: [i64; 24],
}

struct Sums(BTreeMap<NaiveDate, Sum>);

impl Sums {
    fn of(rows: &[DayRow]) -> Sums {
        let mut sums: BTreeMap<NaiveDate, (Sum, Coverage)> = BTreeMap::new();
        for DayRow { date, day, .. } in rows {
            let (sum, coverage) = sums.entry(*date).or_default();
            sum.total.add(day.total);
            for (hour, more) in sum.hours_ms.iter_mut().zip(day.hours_ms) {
                *hour += more;
            }
            coverage.unite(&day.coverage);
        }
        let sum = |(sum, coverage): (Sum, Coverage)| Sum { active_ms: coverage.length_ms(), ..sum };
        Sums(sums.into_iter().map(|(date, one)| (date, sum(one))).collect())
    }

    fn day(&self, date: NaiveDate) -> Sum {
        self.0.get(&date).cloned().unwrap_or_default()
    }
}

/// Rows of a stretch of days.
fn of_days(rows: &[DayRow], first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = &DayRow> {
    rows.iter().filter(move |row| first <= row.date && row.date <= last)
}

/// Apps, and what they are by category.
fn apps(
    rows: &[DayRow],
    categories: &Categories,
    first: NaiveDate,
    last: NaiveDate,
    total_ms: i64,
) -> (Vec<AppFigure>, CategoryFigures) {
    let mut sums: HashMap<(Kind, &str), Tally> = HashMap::default();
    for DayRow { date, day, .. } in of_days(rows, first, last) {
        for (kind, app, tally) in day.apps.iter() {
            // A session that touches several of the days counts on the first of them.
            let session_count = if *date == first { tally.session_count } else { tally.started_count };
            sums.entry((kind, app)).or_default().add(Tally { session_count, ..tally });
        }
    }
    let mut sorting = Sorting::new(categories);
    let figure = |((kind, app), Tally { duration_ms, session_count, .. }): ((_, &str), _)| AppFigure {
        app: app.to_owned(),
        kind,
        category: sorting.add(Subject::of_usage(kind, app), duration_ms).map(Placed::name),
        seconds: Seconds(duration_ms),
        session_count,
        share: Share::of(duration_ms, total_ms),
    };
    let mut apps: Vec<AppFigure> = sums.into_iter().map(figure).collect();
    apps.sort_unstable_by(|a, b| {
        b.seconds.cmp(&a.seconds).then_with(|| (&a.app, a.kind).cmp(&(&b.app, b.kind)))
    });
    (apps, sorting.figures())
}

fn devices(rows: &[DayRow], first: NaiveDate, last: NaiveDate) -> Vec<DeviceFigure> {
    let mut devices: BTreeMap<DeviceId, DeviceFigure> = BTreeMap::new();
    for row in of_days(rows, first, last) {
        let device = devices.entry(row.device_id).or_insert_with(|| DeviceFigure {
            device_id: row.device_id,
            name: row.name.clone(),
            platform: row.platform,
            seconds: Seconds(0),
        });
        device.seconds.0 += row.day.total.duration_ms;
    }
    let mut devices: Vec<DeviceFigure> = devices.into_values().collect();
    devices.sort_by_key(|device| std::cmp::Reverse(device.seconds));
    devices
}
