//! What was to be reached, as ratios in one run, and whether it was.

use crate::events;
use crate::focus::{self, Focus, Latency, Step};
use crate::household;
use crate::import;
use crate::ingest::{HTTP, Measured, Race, Sample, Way};
use crate::report::Report;
use crate::stats::{self, Question, Stats};
use crate::summary::{Spread, ms, thousands, two};
use crate::time;

/// Which side of the limit is right.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    AtLeast,
    AtMost,
}

/// A goal and what came out.
pub struct Goal {
    what: String,
    side: Side,
    limit: f64,
    unit: &'static str,
    /// Nothing where it was not measured.
    found: Option<Spread>,
}

impl Goal {
    /// A line of the table.
    pub fn line(&self) -> String {
        let Goal { what, side, limit, unit, found } = self;
        let sign = if *side == Side::AtLeast { "≥" } else { "≤" };
        let show: fn(f64) -> String = match *unit {
            " ms" => ms,
            " rows/s" => thousands,
            _ => two,
        };
        let (shown, met) = match found {
            None => ("-".to_owned(), "not measured"),
            Some(found) => (
                format!("{}{unit}", found.show(show)),
                if self.is_met(found.median) { "met" } else { "**not met**" },
            ),
        };
        format!("| {what} | {sign} {limit}{unit} | {shown} | {met} |")
    }

    fn is_met(&self, found: f64) -> bool {
        match self.side {
            Side::AtLeast => found >= self.limit,
            Side::AtMost => found <= self.limit,
        }
    }
}

/// All of them.
pub fn all(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    let mut goal = |what: &str, side, limit, unit, found| {
        goals.push(Goal { what: what.to_owned(), side, limit, unit, found });
    };
    let race = |way, batch, devices| report.race(&Race { way, batch, devices });
    let faster = |batch, devices, than, by: fn(&Sample) -> f64| {
        Some(ratio(race(HTTP, batch, devices)?, race(than, batch, devices)?, by))
    };
    goal(
        "rows/s, batch 1000 × 8 devices, to COPY's",
        Side::AtLeast,
        0.70,
        "",
        faster(1000, 8, Way::Copy, Sample::rate),
    );
    goal(
        "rows/s, batch 100 × 8 devices, to COPY's",
        Side::AtLeast,
        0.65,
        "",
        faster(100, 8, Way::Copy, Sample::rate),
    );
    let found = faster(1, 64, Way::Single, Sample::rate);
    goal("rows/s, batch 1 × 64 devices, to a transaction a request", Side::AtLeast, 2.5, "", found);
    let found = faster(1, 1, Way::Single, |sample| sample.p50);
    goal("p50, batch 1 × 1 device, to a transaction a request", Side::AtMost, 1.3, "", found);
    for (batch, limit) in [(1000, 5.5), (100, 8.0)] {
        let found = race(HTTP, batch, 8).map(|measured| measured.spread(Sample::cpu));
        goal(
            &format!("CPU of server and PostgreSQL for a million rows, batch {batch} × 8 devices"),
            Side::AtMost,
            limit,
            " s",
            found,
        );
    }
    let stats = report.stats.as_ref();
    for (question, name, limit) in [(Question::Today, "today", 0.25), (Question::Week, "week", 0.4)] {
        for (way, over) in
            [(stats::Way::Http(1), "over HTTP"), (stats::Way::Direct, "in the server and the database")]
        {
            let found = stats.and_then(|stats| growth(stats, question, way));
            goal(
                &format!("p50 of {name} {over}, with most to with least history"),
                Side::AtMost,
                1.5,
                "",
                found,
            );
        }
        for (way, on) in [(stats::Way::Direct, ""), (stats::Way::Together, ", on one processor")] {
            let found = stats.and_then(|stats| {
                let most = stats.find(stats.sizes.len().checked_sub(1)?, question, way)?;
                Some(most.p50())
            });
            goal(
                &format!("p50 of {name} in the server and the database{on}, with most history"),
                Side::AtMost,
                limit,
                " ms",
                found,
            );
        }
    }
    let focus = report.focus.as_ref();
    for (step, over) in
        [(Step::Complete, "in the server and the database"), (Step::HttpComplete, "over HTTP")]
    {
        let found =
            focus.and_then(|focus| Some(each(&focus.step(step)?.p50, &focus.step(Step::OneRow)?.p50)));
        goal(
            &format!("p50 of completing a session {over}, to a transaction of one row"),
            Side::AtMost,
            3.0,
            "",
            found,
        );
    }
    for question in focus::QUESTIONS {
        for (way, over) in
            [(focus::Way::Http, "over HTTP"), (focus::Way::Direct, "in the server and the database")]
        {
            let found = focus.and_then(|focus| crowding(focus, question, way, |found| &found.p99));
            let what = format!("p99 of {} {over}, with most to with fewest people", question.path());
            goal(&what, Side::AtMost, 1.5, "", found);
        }
        let found = focus
            .and_then(|focus| Some(focus.find(*focus.sizes.last()?, question, focus::Way::Direct)?.p50()));
        let what = format!("p50 of {} in the server and the database, with most people", question.path());
        goal(&what, Side::AtMost, 1.0, " ms", found);
    }
    for file in import::FILES {
        let found = report.imports.iter().find(|one| one.file == file).map(import::Measured::speed);
        goal(&format!("rows/s of a file of {}", file.name()), Side::AtLeast, 50_000.0, " rows/s", found);
    }
    for question in household::QUESTIONS {
        let found = report
            .household
            .as_ref()
            .and_then(|household| Some(household.find(question, focus::Way::Direct)?.p50()));
        let what = format!("p50 of {}, ten years, in the server and the database", question.path());
        goal(&what, Side::AtMost, 20.0, " ms", found);
    }
    let events = report.events.as_ref();
    for (race, (batch, devices, _)) in events::RACES.into_iter().enumerate() {
        let found = events.and_then(|events| Some(events.rates.get(race)?.ratio()));
        let what = format!("events/s, batch {batch} × {devices} browsers, to sessions of usage");
        goal(&what, Side::AtLeast, 0.8, "", found);
    }
    let found = events.and_then(|events| Some(events.asked.get(1)?[1].p50()));
    let what = "p50 of a dashboard over 365 days in the server and the database";
    goal(what, Side::AtMost, 10.0, " ms", found);
    for question in time::QUESTIONS {
        let found =
            report.time.as_ref().and_then(|time| Some(time.find(question, focus::Way::Direct)?.p50()));
        let what =
            format!("p50 of a report over all time entries, {question}, in the server and the database");
        goal(&what, Side::AtMost, 15.0, " ms", found);
    }
    for found in &report.deliveries {
        let (event, endpoints) = (found.event.name(), found.endpoints);
        let what = format!("webhooks a second, {event} to {endpoints} endpoints");
        goal(&what, Side::AtLeast, 3000.0, " a second", Some(found.speed()));
    }
    let memory = |mib| Some(Spread::of([mib]));
    goal("memory of the server (RSS), idle", Side::AtMost, 15.0, " MiB", memory(report.idle.resident));
    goal(
        "memory of the server (RSS), after the whole run",
        Side::AtMost,
        64.0,
        " MiB",
        memory(report.after.resident),
    );
    goals
}

/// How many times the other's figure, round by round.
pub fn ratio(one: &Measured, other: &Measured, figure: impl Fn(&Sample) -> f64) -> Spread {
    Spread::of(one.samples.iter().zip(&other.samples).map(|(one, other)| figure(one) / figure(other)))
}

/// How many times the others', round by round.
fn each(ones: &[f64], others: &[f64]) -> Spread {
    Spread::of(ones.iter().zip(others).map(|(one, other)| one / other))
}

/// How many times as long it takes with the most people as with the fewest, round by round.
fn crowding(
    focus: &Focus,
    question: focus::Question,
    way: focus::Way,
    figure: fn(&Latency) -> &Vec<f64>,
) -> Option<Spread> {
    let fewest = focus.find(*focus.sizes.first()?, question, way)?;
    let most = focus.find(*focus.sizes.last()?, question, way)?;
    Some(each(figure(most), figure(fewest)))
}

/// How many times as long it takes with the most history as with the least, round by round.
fn growth(stats: &Stats, question: Question, way: stats::Way) -> Option<Spread> {
    let least = stats.find(0, question, way)?;
    let most = stats.find(stats.sizes.len().checked_sub(1)?, question, way)?;
    Some(Spread::of(most.p50.iter().zip(&least.p50).map(|(most, least)| most / least)))
}
