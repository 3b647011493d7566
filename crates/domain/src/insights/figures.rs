//! What a period adds up to, as it is sent, and what differs from the one before.

use std::cmp::{Ordering, Reverse};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::Data;
use super::measures::{Measure, Unit};
use crate::analytics::productivity::Worth;
use crate::consumption::Figure;
use crate::numbers::{Seconds, percent_more};
use crate::usage::Kind;

/// A category's time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryTime {
    /// Its names, from the top down: `Work > Coding`.
    pub name: String,
    /// Its time.
    pub seconds: Seconds,
}

/// An app's or a website's time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedTime {
    /// The app as it was sent, or the host.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its time.
    pub seconds: Seconds,
}

impl Ord for CategoryTime {
    fn cmp(&self, other: &CategoryTime) -> Ordering {
        (Reverse(self.seconds), &self.name).cmp(&(Reverse(other.seconds), &other.name))
    }
}

impl PartialOrd for CategoryTime {
    fn partial_cmp(&self, other: &CategoryTime) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NamedTime {
    fn cmp(&self, other: &NamedTime) -> Ordering {
        (Reverse(self.seconds), &self.name, self.kind).cmp(&(Reverse(other.seconds), &other.name, other.kind))
    }
}

impl PartialOrd for NamedTime {
    fn partial_cmp(&self, other: &NamedTime) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What some days add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Figures {
    /// Days on which something was used.
    pub active_days: i64,
    /// Time in which any device or browser was used: each moment once.
    pub active_seconds: Seconds,
    /// The part of it between 23:00 and 05:00 by the clock.
    pub late_seconds: Seconds,
    /// Sessions of usage.
    pub sessions: i64,
    /// Sessions in an hour of `active_seconds`; none of less than half an hour.
    pub switches_per_hour: Option<Figure>,
    /// Time by what it is worth.
    #[serde(flatten)]
    pub worth: Worth,
    /// Completed sessions of focus, in whole minutes.
    pub focus_seconds: Seconds,
    /// How many they are.
    pub focus_completed: i64,
    /// Sessions of focus that were given up.
    pub focus_abandoned: i64,
    /// Electricity; none where nothing is known of it.
    pub electricity_kwh: Option<Figure>,
    /// Gas.
    pub gas_kwh: Option<Figure>,
    /// Water.
    pub water_m3: Option<Figure>,
    /// The five categories with the most time.
    pub categories: Vec<CategoryTime>,
    /// The five apps and websites with the most time.
    pub apps: Vec<NamedTime>,
}

impl Figures {
    /// Each of them, with its name and unit.
    #[must_use]
    pub fn measures(&self) -> Vec<Measure> {
        let Worth { score, productive_seconds, neutral_seconds, distracting_seconds, uncategorized_seconds } =
            self.worth;
        let mut all = vec![
            Measure::count("active_days", self.active_days),
            Measure::time("active_seconds", self.active_seconds.0),
            Measure::time("late_seconds", self.late_seconds.0),
            Measure::count("sessions", self.sessions),
            Measure::time("productive_seconds", productive_seconds.0),
            Measure::time("neutral_seconds", neutral_seconds.0),
            Measure::time("distracting_seconds", distracting_seconds.0),
            Measure::time("uncategorized_seconds", uncategorized_seconds.0),
            Measure::time("focus_seconds", self.focus_seconds.0),
            Measure::count("focus_completed", self.focus_completed),
            Measure::count("focus_abandoned", self.focus_abandoned),
        ];
        all.extend(score.map(|score| points("score", score)));
        for (name, value, unit) in [
            ("switches_per_hour", self.switches_per_hour, Unit::PerHour),
            ("electricity_kwh", self.electricity_kwh, Unit::Kwh),
            ("gas_kwh", self.gas_kwh, Unit::Kwh),
            ("water_m3", self.water_m3, Unit::M3),
        ] {
            all.extend(value.map(|value| Measure::new(name, value.0, unit)));
        }
        all.extend(self.categories.iter().map(|one| Measure::time(&one.name, one.seconds.0)));
        all.extend(self.apps.iter().map(|one| Measure::time(&one.name, one.seconds.0)));
        all
    }

    /// What texts may call by name.
    fn names(&self) -> impl Iterator<Item = &str> {
        let categories = self.categories.iter().map(|one| one.name.as_str());
        categories.chain(self.apps.iter().map(|one| one.name.as_str()))
    }
}

fn points(name: &str, score: i64) -> Measure {
    Measure::new(name, i128::from(score) * 1000, Unit::Points)
}

/// How a figure differs from the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Change {
    /// Which figure.
    #[schema(example = "active_seconds")]
    pub name: String,
    /// In what.
    pub unit: Unit,
    /// What it is.
    pub value: Figure,
    /// What it was.
    pub before: Figure,
    /// By how much it is more (less where below zero).
    pub change: Figure,
    /// The same in percent of what it was, rounded; none where that was nothing.
    pub percent: Option<i64>,
}

impl Change {
    /// How `now` differs from `was`, where both are known.
    #[must_use]
    pub fn all(now: &Figures, was: &Figures) -> Vec<Change> {
        const COMPARED: [&str; 8] = [
            "active_seconds",
            "productive_seconds",
            "distracting_seconds",
            "focus_seconds",
            "score",
            "electricity_kwh",
            "gas_kwh",
            "water_m3",
        ];
        let (now, was) = (now.measures(), was.measures());
        let find = |all: &[Measure], name: &str| all.iter().find(|one| one.name == name).cloned();
        let change = |name: &str| {
            let (now, was) = (find(&now, name)?, find(&was, name)?);
            let small = |figure: Figure| i64::try_from(figure.0).ok();
            Some(Change {
                name: now.name,
                unit: now.unit,
                value: now.value,
                before: was.value,
                change: Figure(now.value.0 - was.value.0),
                percent: percent_more(small(now.value)?, small(was.value)?),
            })
        };
        COMPARED.into_iter().filter_map(change).collect()
    }

    fn measures(&self) -> Vec<Measure> {
        let named = |value: Figure| Measure::new(&self.name, value.0, self.unit);
        let mut all = vec![named(self.value), named(self.before), named(self.change)];
        all.extend(self.percent.map(|percent| Measure::percent(&self.name, percent)));
        all
    }
}

/// A day of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayOverview {
    /// Which day.
    pub date: NaiveDate,
    /// Time in which any device or browser was used.
    pub active_seconds: Seconds,
    /// 0 to 100.
    pub score: Option<i64>,
    /// Time of weights above 0.
    pub productive_seconds: Seconds,
    /// Time of weights below 0.
    pub distracting_seconds: Seconds,
    /// Completed sessions of focus.
    pub focus_seconds: Seconds,
}

impl DayOverview {
    fn measures(&self) -> Vec<Measure> {
        let mut all = vec![
            Measure::time("active_seconds", self.active_seconds.0),
            Measure::time("productive_seconds", self.productive_seconds.0),
            Measure::time("distracting_seconds", self.distracting_seconds.0),
            Measure::time("focus_seconds", self.focus_seconds.0),
        ];
        all.extend(self.score.map(|score| points("score", score)));
        all
    }
}

impl Data {
    /// Every figure in it.
    #[must_use]
    pub fn measures(&self) -> Vec<Measure> {
        let figures = [Some(&self.figures), self.previous.as_ref()].into_iter().flatten();
        let mut all: Vec<Measure> = figures.flat_map(Figures::measures).collect();
        all.extend(self.changes.iter().flat_map(Change::measures));
        all.extend(self.days.iter().flat_map(DayOverview::measures));
        all.extend(self.insights.iter().flat_map(|insight| insight.evidence.iter().cloned()));
        all
    }

    /// What its texts may call by name.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let figures = [Some(&self.figures), self.previous.as_ref()].into_iter().flatten();
        figures.flat_map(Figures::names).collect()
    }
}
