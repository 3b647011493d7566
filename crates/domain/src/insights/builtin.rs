//! The text that this program writes by itself: the same figures give the same words.

use chrono::NaiveDate;

use super::figures::{Change, Figures};
use super::finders;
use super::measures::Measure;
use super::span::Span;
use super::{Data, Kind, Text};
use crate::analytics::productivity::Worth;
use crate::days::plus;

impl Data {
    /// All that is said of a period.
    #[must_use]
    pub fn of(mut span: Span<'_>) -> Data {
        let asked = span.asked;
        let is_week = asked.kind == Kind::WeeklyReport;
        let figures = span.figures(asked.first, asked.last);
        let previous = is_week.then(|| span.figures(plus(asked.first, -7), plus(asked.first, -1)));
        Data {
            from: asked.first,
            to: asked.last,
            is_over: asked.is_over(),
            changes: previous.as_ref().map(|previous| Change::all(&figures, previous)).unwrap_or_default(),
            figures,
            previous,
            days: if is_week { span.overview() } else { vec![] },
            insights: finders::find(&span),
        }
    }

    /// Whether nothing is known of the period.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.figures == Figures::default()
    }

    fn period(&self) -> String {
        match (self.from == self.to, self.is_over) {
            (true, true) => format!("On {}", self.from),
            (true, false) => format!("So far on {}", self.from),
            (false, true) => format!("From {} to {}", self.from, self.to),
            (false, false) => format!("So far from {} to {}", self.from, self.to),
        }
    }
}

/// Writes about a period.
#[must_use]
pub fn write(data: &Data) -> Text {
    let Figures { active_days, active_seconds, focus_completed, focus_seconds, worth, .. } = &data.figures;
    let mut sentences = vec![];
    if active_seconds.0 > 0 {
        let time = Measure::time("active_seconds", active_seconds.0);
        let days = Measure::count("active_days", *active_days);
        sentences.push(match data.from == data.to {
            true => format!("{} devices were used for {time}.", data.period()),
            false => format!("{} devices were used for {time}, on {days} days.", data.period()),
        });
        sentences.extend(of_worth(*worth));
    }
    if *focus_completed > 0 {
        let time = Measure::time("focus_seconds", focus_seconds.0);
        let sessions = Measure::count("focus_completed", *focus_completed);
        sentences.push(format!("Completed sessions of focus: {sessions}, {time} together."));
    }
    sentences.extend(changed(data));
    if sentences.is_empty() {
        sentences.push(format!("{} nothing was recorded.", data.period()));
    }
    Text { summary: sentences.join(" "), highlights: highlights(data) }
}

fn of_worth(worth: Worth) -> Option<String> {
    let score = Measure::count("score", worth.score?);
    let time = |name: &str, seconds: crate::numbers::Seconds| Measure::time(name, seconds.0);
    let productive = time("productive_seconds", worth.productive_seconds);
    let distracting = time("distracting_seconds", worth.distracting_seconds);
    Some(format!("Productive: {productive}, distracting: {distracting}, a score of {score}."))
}

/// What differs from the week before. A week that is not over can only have more.
fn changed(data: &Data) -> Option<String> {
    let active = data.changes.iter().find(|change| change.name == "active_seconds")?;
    if !data.is_over && active.change.0 < 0 {
        return None;
    }
    let percent = Measure::percent("percent", active.percent.filter(|percent| *percent != 0)?);
    let was = Measure::new("active_seconds", active.before.0, active.unit);
    let more = if active.change.0 < 0 { "less" } else { "more" };
    Some(format!("Time at screens: {percent} {more} than in the week before ({was})."))
}

fn highlights(data: &Data) -> Vec<String> {
    let figures = &data.figures;
    let mut all = vec![];
    if let Some(top) = figures.categories.first() {
        let time = Measure::time("seconds", top.seconds.0);
        all.push(format!("Most time of a category: \"{}\", {time}.", top.name));
    }
    if let Some(top) = figures.apps.first() {
        let time = Measure::time("seconds", top.seconds.0);
        all.push(format!("Most time of an app or website: \"{}\", {time}.", top.name));
    }
    if let Some((date, seconds)) = best_day(data) {
        all.push(format!("Most productive day: {date}, {}.", Measure::time("productive_seconds", seconds)));
    }
    let taken = |name: &str| figures.measures().into_iter().find(|one| one.name == name);
    for (name, what) in [("electricity_kwh", "Electricity"), ("gas_kwh", "Gas"), ("water_m3", "Water")] {
        all.extend(taken(name).map(|amount| format!("{what}: {amount}.")));
    }
    all.extend(data.insights.iter().map(|insight| insight.title.clone()));
    all
}

fn best_day(data: &Data) -> Option<(NaiveDate, i64)> {
    let best = data.days.iter().rev().max_by_key(|day| day.productive_seconds)?;
    (best.productive_seconds.0 > 0).then_some((best.date, best.productive_seconds.0))
}

#[cfg(test)]
pub(super) mod tests;
