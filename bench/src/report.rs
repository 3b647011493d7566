//! What was measured, as the tables of docs/BENCHMARKS.md.

use std::fmt::{self, Display, Formatter};
use std::path::Path;

use anyhow::{Context, Result};

use crate::deliveries;
use crate::events::{self, Events};
use crate::focus::{self, Focus, Step};
use crate::goals::{self, ratio};
use crate::household::{self, Household};
use crate::import;
use crate::ingest::{BATCHES, COPY_MOST, DEVICES, HTTP, Measured, PERCENT, REPEATED, Race, Sample, Way};
use crate::processes::Memory;
use crate::stats::{self, QUESTIONS, Stats, WAYS};
use crate::summary::{Spread, float, ms, thousands, two};
use crate::time::{self, Time};

type Figure = fn(&Sample) -> f64;
type Show = fn(f64) -> String;

/// What stands around the part that is written here.
const BEGIN: &str = "<!-- measured: begin (written by `make bench`) -->";
const END: &str = "<!-- measured: end -->";

/// All that was measured.
pub struct Report {
    pub machine: Vec<(&'static str, String)>,
    pub rounds: usize,
    pub seconds: f64,
    pub ingest: Vec<Measured>,
    pub stats: Option<Stats>,
    pub focus: Option<Focus>,
    pub household: Option<Household>,
    pub imports: Vec<import::Measured>,
    pub events: Option<Events>,
    pub time: Option<Time>,
    pub deliveries: Vec<deliveries::Measured>,
    pub idle: Memory,
    pub after: Memory,
}

/// Puts `report` between the marks of the document at `path`; a document that is not there is the report alone.
///
/// # Errors
/// When the document has no marks.
pub fn write(path: &Path, report: &str) -> Result<()> {
    let written = format!("{BEGIN}\n{report}\n{END}");
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => written + "\n",
        found => {
            let text = found?;
            let (before, rest) =
                text.split_once(BEGIN).with_context(|| format!("{} lacks {BEGIN}", path.display()))?;
            let (_, after) =
                rest.split_once(END).with_context(|| format!("{} lacks {END}", path.display()))?;
            format!("{before}{written}{after}")
        }
    };
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

impl Report {
    /// What was measured of a race, if it was run.
    pub fn race(&self, race: &Race) -> Option<&Measured> {
        self.ingest.iter().find(|measured| measured.race == *race)
    }

    fn figure(&self, race: &Race, figure: Figure, show: Show) -> String {
        self.race(race).map_or("-".into(), |measured| measured.spread(figure).show(show))
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n### Goals\n\n| goal | wanted | found: median of {} rounds (lowest to highest) | |",
            self.rounds
        )?;
        writeln!(f, "| --- | --- | --- | --- |")?;
        for goal in goals::all(self) {
            writeln!(f, "{}", goal.line())?;
        }
        writeln!(f, "\n### Machine\n\n| | |\n| --- | --- |")?;
        for (what, found) in &self.machine {
            writeln!(f, "| {what} | {found} |")?;
        }
        let (rounds, seconds) = (self.rounds, self.seconds);
        writeln!(f, "| rounds | {rounds}, with about {seconds} s for each contender in each |")?;
        if !self.ingest.is_empty() {
            let samples = || self.ingest.iter().flat_map(|measured| &measured.samples);
            let strangers = Spread::of(samples().map(|sample| sample.used.strangers * 100.0));
            let shown = strangers.show(|part| format!("{part:.0}"));
            writeln!(f, "| processor time that went to others meanwhile | {shown} % |")?;
            let pace = Spread::of(samples().map(|sample| sample.pace));
            writeln!(f, "| pace of the processor: the same piece of work took | {} ms |", pace.show(ms))?;
            self.write_ingest(f)?;
        }
        if let Some(stats) = &self.stats {
            write_stats(stats, f)?;
        }
        if let Some(focus) = &self.focus {
            write_focus(focus, f)?;
        }
        if let Some(household) = &self.household {
            write_household(household, f)?;
        }
        if !self.imports.is_empty() {
            write_imports(&self.imports, f)?;
        }
        if let Some(events) = &self.events {
            write_events(events, f)?;
        }
        if let Some(time) = &self.time {
            write_time(time, f)?;
        }
        if !self.deliveries.is_empty() {
            write_deliveries(&self.deliveries, f)?;
        }
        writeln!(
            f,
            "\n### Memory of the server\n\n| | resident (RSS), MiB | of it not backed by files, MiB |\n| --- | --- | --- |"
        )?;
        for (when, memory) in [("idle, freshly started", self.idle), ("after the whole run", self.after)] {
            writeln!(f, "| {when} | {:.1} | {:.1} |", memory.resident, memory.anonymous)?;
        }
        Ok(())
    }
}

impl Report {
    fn write_ingest(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let http = |batch, devices| Race { way: HTTP, batch, devices };
        let local = |way, batch| Race { way, batch, devices: 8 };
        writeln!(f, "\n### Rows a second, durable when answered\n")?;
        writeln!(
            f,
            "| batch | HTTP, 1 device | HTTP, 8 devices | HTTP, 64 devices | COPY, 8 connections | UNNEST ON CONFLICT, 8 connections |"
        )?;
        writeln!(f, "| --- | --- | --- | --- | --- | --- |")?;
        for batch in BATCHES {
            write!(f, "| {batch}")?;
            let races = DEVICES.map(|devices| http(batch, devices)).into_iter();
            for race in races.chain([Way::Copy, Way::Unnest].map(|way| local(way, batch))) {
                write!(f, " | {}", self.figure(&race, Sample::rate, thousands))?;
            }
            writeln!(f, " |")?;
        }
        let most = local(Way::Copy, COPY_MOST);
        writeln!(
            f,
            "\nCOPY at its fastest, {} rows a transaction: {} rows/s, {} CPU s a million.",
            thousands(float(COPY_MOST)),
            self.figure(&most, Sample::rate, thousands),
            self.figure(&most, Sample::cpu, two)
        )?;

        writeln!(f, "\n### Small uploads, batch 1: beside a transaction a request\n")?;
        writeln!(
            f,
            "| devices | rows/s | a transaction a request | ratio | p50, ms | a transaction a request | ratio | CPU s a million | a transaction a request |"
        )?;
        writeln!(f, "| --- | --- | --- | --- | --- | --- | --- | --- | --- |")?;
        let figures: [(Figure, Show); 2] = [(Sample::rate, thousands), (p50, ms)];
        for devices in DEVICES {
            let (ours, single) = (http(1, devices), Race { way: Way::Single, batch: 1, devices });
            let ratio = |figure: Figure| match (self.race(&ours), self.race(&single)) {
                (Some(ours), Some(single)) => ratio(ours, single, figure).show(two),
                _ => "-".into(),
            };
            write!(f, "| {devices}")?;
            for (figure, show) in figures {
                write!(
                    f,
                    " | {} | {} | {}",
                    self.figure(&ours, figure, show),
                    self.figure(&single, figure, show),
                    ratio(figure)
                )?;
            }
            writeln!(
                f,
                " | {} | {} |",
                self.figure(&ours, Sample::cpu, two),
                self.figure(&single, Sample::cpu, two)
            )?;
        }

        writeln!(f, "\n### Latency of uploads and processor time\n")?;
        writeln!(f, "Milliseconds until a batch is answered; processor seconds for a million rows.\n")?;
        writeln!(
            f,
            "| way, batch × devices | p50, ms | p99, ms | CPU server | CPU PostgreSQL | CPU together | CPU load generator or client |"
        )?;
        writeln!(f, "| --- | --- | --- | --- | --- | --- | --- |")?;
        for race in Race::all() {
            let Some(measured) = self.race(&race) else { continue };
            let cpu = |part: fn(&Sample) -> f64| {
                measured.spread(|sample| part(sample) / sample.rows * 1e6).show(two)
            };
            writeln!(
                f,
                "| {} | {} | {} | {} | {} | {} | {} |",
                race.name(),
                measured.spread(p50).show(ms),
                measured.spread(|sample| sample.p99).show(ms),
                cpu(|sample| sample.used.server),
                cpu(|sample| sample.used.database),
                measured.spread(Sample::cpu).show(two),
                cpu(|sample| sample.used.ourselves),
            )?;
        }

        writeln!(f, "\n### Batches that are sent twice\n")?;
        writeln!(f, "Rows a second, new and repeated ones.\n")?;
        writeln!(
            f,
            "| batch × devices | none | {} % | {} % |\n| --- | --- | --- | --- |",
            PERCENT[0], PERCENT[1]
        )?;
        for (batch, devices) in REPEATED {
            write!(f, "| {batch} × {devices}")?;
            for repeated in [0].into_iter().chain(PERCENT) {
                let race = Race { way: Way::Http { repeated }, batch, devices };
                write!(f, " | {}", self.figure(&race, Sample::rate, thousands))?;
            }
            writeln!(f, " |")?;
        }
        Ok(())
    }
}

fn p50(sample: &Sample) -> f64 {
    sample.p50
}

fn write_stats(stats: &Stats, f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(f, "\n### A day's and a week's figures, by the length of the history\n")?;
    writeln!(
        f,
        "Milliseconds. A round trip to the database alone takes {}, and {} where both sides are on one processor: in the rest \
         a second one, which had nothing to do, is woken.\n",
        Spread::of(stats.round_trip.iter().copied()).show(ms),
        Spread::of(stats.round_trip_together.iter().copied()).show(ms)
    )?;
    writeln!(
        f,
        "| sessions of the account | figures of | way | p50 | p99 |\n| --- | --- | --- | --- | --- |"
    )?;
    for size in 0..stats.sizes.len() {
        for question in QUESTIONS {
            for way in WAYS {
                let Some(measured) = stats.find(size, question, way) else { continue };
                let of = match question {
                    stats::Question::Today => "a day",
                    stats::Question::Week => "a week",
                };
                let way = match way {
                    stats::Way::Http(1) => "HTTP, 1 connection".to_owned(),
                    stats::Way::Http(connections) => format!("HTTP, {connections} connections"),
                    stats::Way::Direct => "in the server and the database".to_owned(),
                    stats::Way::Together => "in the server and the database, on one processor".to_owned(),
                };
                let rows = thousands(float(measured.rows));
                writeln!(
                    f,
                    "| {rows} | {of} | {way} | {} | {} |",
                    measured.p50().show(ms),
                    measured.p99().show(ms)
                )?;
            }
        }
    }
    Ok(())
}

fn write_focus(focus: &Focus, f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(f, "\n### Completing a focus session\n\nMilliseconds.\n\n| | p50 | p99 |\n| --- | --- | --- |")?;
    for step in focus::STEPS {
        let Some(measured) = focus.step(step) else { continue };
        let what = match step {
            Step::OneRow => "a transaction of one row",
            Step::Complete => "completing, in the server and the database",
            Step::HttpStart => "starting, over HTTP",
            Step::HttpComplete => "completing, over HTTP",
        };
        writeln!(f, "| {what} | {} | {} |", measured.p50().show(ms), measured.p99().show(ms))?;
    }
    writeln!(f, "\n### Leaderboards and totals, by the number of people\n\nMilliseconds.\n")?;
    writeln!(f, "| people | asked for | way | p50 | p99 |\n| --- | --- | --- | --- | --- |")?;
    for size in &focus.sizes {
        for question in focus::QUESTIONS {
            for way in focus::WAYS {
                let Some(measured) = focus.find(*size, question, way) else { continue };
                let (p50, p99) = (measured.p50().show(ms), measured.p99().show(ms));
                let way = way.name();
                let people = thousands(float(*size));
                writeln!(f, "| {people} | `{}` | {way} | {p50} | {p99} |", question.path())?;
            }
        }
    }
    Ok(())
}

fn write_household(household: &Household, f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(f, "\n### A household's ten years: five meters, read every hour\n\nMilliseconds.\n")?;
    writeln!(f, "| asked for | way | p50 | p99 |\n| --- | --- | --- | --- |")?;
    for question in household::QUESTIONS {
        for way in focus::WAYS {
            let Some(measured) = household.find(question, way) else { continue };
            let (p50, p99) = (measured.p50().show(ms), measured.p99().show(ms));
            writeln!(f, "| `{}` | {} | {p50} | {p99} |", question.path(), way.name())?;
        }
    }
    Ok(())
}

fn write_time(time: &Time, f: &mut Formatter<'_>) -> fmt::Result {
    let entries = thousands(float(time.entries));
    writeln!(f, "\n### Reports over {entries} time entries\n\nMilliseconds.\n")?;
    writeln!(f, "| asked for | way | p50 | p99 |\n| --- | --- | --- | --- |")?;
    for question in time::QUESTIONS {
        for way in focus::WAYS {
            let Some(measured) = time.find(question, way) else { continue };
            let (p50, p99) = (measured.p50().show(ms), measured.p99().show(ms));
            writeln!(f, "| `/time-entries/report?{question}` | {} | {p50} | {p99} |", way.name())?;
        }
    }
    Ok(())
}

fn write_deliveries(measured: &[deliveries::Measured], f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(f, "\n### Webhooks, over {} connections\n", deliveries::SENDERS)?;
    writeln!(f, "| event | endpoints | deliveries/s | p50, ms |\n| --- | --- | --- | --- |")?;
    for found in measured {
        let (speed, p50) = (found.speed().show(thousands), found.p50().show(ms));
        writeln!(f, "| `{}` | {} | {speed} | {p50} |", found.event.name(), found.endpoints)?;
    }
    Ok(())
}

fn write_imports(imports: &[import::Measured], f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(f, "\n### Files of a household, imported over HTTP\n")?;
    writeln!(
        f,
        "| file | rows | MiB | rows/s, from the first byte to the report | server (RSS) before, MiB | at the most, MiB |"
    )?;
    writeln!(f, "| --- | --- | --- | --- | --- | --- |")?;
    for one in imports {
        let (name, rows, speed) = (one.file.name(), thousands(float(one.rows)), one.speed().show(thousands));
        let mib: Show = |mib| format!("{mib:.1}");
        let (before, peak) = (one.before().show(mib), one.peak().show(mib));
        writeln!(f, "| {name} | {rows} | {:.1} | {speed} | {before} | {peak} |", one.size)?;
    }
    Ok(())
}

fn write_events(events: &Events, f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(
        f,
        "\n### Events of browsers, beside sessions of usage\n\nRows a second, over HTTP, of the same devices in turns.\n"
    )?;
    writeln!(
        f,
        "| batch × devices | events/s | sessions/s | ratio | p50 of a batch of events, ms |\n| --- | --- | --- | --- | --- |"
    )?;
    for ((batch, devices, _), rates) in events::RACES.iter().zip(&events.rates) {
        let shown = |rounds: &[f64], show: Show| Spread::of(rounds.iter().copied()).show(show);
        writeln!(
            f,
            "| {batch} × {devices} | {} | {} | {} | {} |",
            shown(&rates.events, thousands),
            shown(&rates.usage, thousands),
            rates.ratio().show(two),
            shown(&rates.p50, ms)
        )?;
    }
    let rows = thousands(float(events.rows));
    writeln!(f, "\n### Analytics of an account with {rows} events\n\nMilliseconds.\n")?;
    writeln!(f, "| asked for | way | p50 | p99 |\n| --- | --- | --- | --- |")?;
    for ((name, days), [http, direct]) in events::QUESTIONS.iter().zip(&events.asked) {
        for (way, found) in [("HTTP, 1 connection", http), ("in the server and the database", direct)] {
            let (p50, p99) = (found.p50().show(ms), found.p99().show(ms));
            writeln!(f, "| `/analytics/{name}?days={days}` | {way} | {p50} | {p99} |")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_between_the_marks_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("BENCHMARKS.md");
        std::fs::write(&path, format!("before\n{BEGIN}\nold\n{END}\nafter\n")).unwrap();
        write(&path, "new").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("before\n{BEGIN}\nnew\n{END}\nafter\n"));
        std::fs::write(&path, "no marks").unwrap();
        assert!(write(&path, "new").is_err());
    }
}
