//! Five years of somebody's work: 100,000 time entries come from a file, and reports are made over all of them.

use std::fmt::Write;
use std::io::Cursor;
use std::time::Instant;

use anyhow::Result;
use chrono::{NaiveDate, TimeDelta};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::time_entries::import::TimeImportOptions;
use domain::time_entries::report::ReportFilter;
use domain::valid::Valid;
use service::time_entries::{self, import};
use service::{Actor, App};

use crate::fleet::{self, write_head};
use crate::focus::{Latency, WAYS, Way};
use crate::load::{self, Script};
use crate::random::Random;
use crate::stand::{Beside, Stand};
use crate::stats::{settings, wait_for_quiet};

/// What is asked for, of all entries.
pub const QUESTIONS: [&str; 4] =
    ["group_by=project", "group_by=project,day", "group_by=tag,month", "group_by=client,week&rounding=up:15"];

/// All that was measured.
pub struct Time {
    /// Entries there are.
    pub entries: usize,
    asked: Vec<(&'static str, Way, Latency)>,
}

impl Time {
    /// What was measured of a question.
    pub fn find(&self, question: &str, way: Way) -> Option<&Latency> {
        self.asked.iter().find(|one| (one.0, one.1) == (question, way)).map(|one| &one.2)
    }
}

/// Somebody with their entries, on a server of its own.
struct Desk {
    app: App,
    actor: Actor,
    token: String,
    beside: Beside,
}

/// Asks for reports over `entries` entries, in turns, `rounds` times.
///
/// # Errors
/// When a request fails.
pub fn run(stand: &Stand, rounds: usize, entries: usize, requests: usize) -> Result<Time> {
    let desk = furnish(stand, entries)?;
    wait_for_quiet(stand)?;
    let turns = QUESTIONS.iter().flat_map(|question| WAYS.map(|way| (*question, way, Latency::default())));
    let mut measured = Time { entries, asked: turns.collect() };
    // The first round only warms up.
    for round in 0..=rounds {
        for (question, way, latency) in &mut measured.asked {
            let mut found = ask(&desk, question, *way, requests)?;
            if round > 0 {
                latency.take(&mut found);
            }
        }
    }
    let show = crate::summary::ms;
    for (question, way, found) in &measured.asked {
        eprintln!("{question} {way:?}: p50 {} ms, p99 {} ms", found.p50().show(show), found.p99().show(show));
    }
    Ok(measured)
}

fn ask(desk: &Desk, question: &str, way: Way, requests: usize) -> Result<Vec<f64>> {
    if way == Way::Http {
        let mut script = Script::default();
        let who = format!("Authorization: Bearer {}\r\n", desk.token);
        let path = format!("/api/v1/time-entries/report?{question}");
        script.add(|out| write_head("GET", &path, desk.beside.address, &who, 0, out));
        (1..requests).for_each(|_| script.repeat());
        return Ok(load::run(desk.beside.address, &[script])?.latencies);
    }
    let mut filter = ReportFilter::default();
    for pair in question.split('&') {
        match pair.split_once('=') {
            Some(("group_by", by)) => filter.group_by = Some(by.to_owned()),
            Some(("rounding", rounding)) => filter.rounding = Some(rounding.to_owned()),
            _ => anyhow::bail!("{pair} is not asked for"),
        }
    }
    let filter = Valid::check(filter).map_err(|fields| anyhow::anyhow!("{fields:?}"))?;
    let mut latencies = Vec::with_capacity(requests);
    for _ in 0..requests {
        crate::stop::check()?;
        let began = Instant::now();
        drop(time_entries::report(&mut desk.app.context()?, &desk.actor, &filter)?);
        latencies.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(latencies)
}

fn furnish(stand: &Stand, entries: usize) -> Result<Desk> {
    let began = Instant::now();
    let beside = stand.beside("time")?;
    let token = fleet::sign_up(beside.address, "time@example.org")?;
    let app = App::open(&beside.url, &settings())?;
    let actor = service::tokens::verify(&app, &token)?;
    let mut file = Cursor::new(write(entries)?);
    // No hour of a file in UTC is skipped by a clock change.
    let options = TimeImportOptions { tz: Some("UTC".to_owned()), ..TimeImportOptions::default() };
    let report = import::import(&mut app.context()?, &actor, &options, &mut file, &mut |_| true)?;
    anyhow::ensure!(usize::try_from(report.imported)? == entries, "{} were imported", report.imported);
    let mut conn = PgConnection::establish(&beside.url)?;
    conn.batch_execute("VACUUM ANALYZE")?;
    eprintln!("{entries} time entries, in {:.0} s", began.elapsed().as_secs_f64());
    Ok(Desk { app, actor, token, beside })
}

/// A file of entries of some minutes each, 55 a day, as Toggl Track writes them.
fn write(entries: usize) -> Result<String> {
    let mut random = Random::new(17);
    let mut text =
        "Client,Project,Description,Billable,Start date,Start time,End date,End time,Tags\n".to_owned();
    let first = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default();
    for entry in 0..i64::try_from(entries)? {
        let start = first.and_hms_opt(0, 0, 0).unwrap_or_default()
            + TimeDelta::days(entry / 55)
            + TimeDelta::minutes(entry % 55 * 26);
        let end = start + TimeDelta::seconds(random.between(60, 1500));
        let (project, tags) = (random.between(0, 12), random.between(0, 6));
        let billable = if random.between(0, 3) > 0 { "Yes" } else { "No" };
        let show = "%Y-%m-%d,%H:%M:%S";
        writeln!(
            text,
            "client {},project {project},task {},{billable},{},{},\"tag {tags}, tag {}\"",
            project / 3,
            random.between(0, 200),
            start.format(show),
            end.format(show),
            tags / 2 + 6
        )?;
    }
    Ok(text)
}
