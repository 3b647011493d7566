//! A household of ten years: how long its figures take, of meters of three types that are read every hour, and the load
//! profile of three of them.

use std::time::Instant;

use anyhow::Result;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::consumption::analytics::AnalyticsFilter;
use domain::consumption::{ConsumptionType, Unit};
use domain::meters::intervals::{Interval, Millionths, pack};
use domain::meters::profile::ProfileFilter;
use domain::meters::{MeterPatch, NewMeter};
use domain::valid::Valid;
use service::{Actor, App, consumption, meters};

use crate::fleet::{self, write_head};
use crate::focus::{Latency, WAYS, Way};
use crate::load::{self, Script};
use crate::random::Random;
use crate::stand::{Beside, Stand};
use crate::stats::{settings, wait_for_quiet};

/// Days of hourly intervals that a meter has.
const DAYS: u64 = 3652;

/// Three of electricity, whose profile is asked for; figures are of all.
const METERS: [(&str, ConsumptionType, Unit); 5] = [
    ("Attic", ConsumptionType::Electricity, Unit::KWh),
    ("Cellar", ConsumptionType::Electricity, Unit::KWh),
    ("Heat pump", ConsumptionType::Electricity, Unit::Wh),
    ("Stove", ConsumptionType::Gas, Unit::M3),
    ("Garden", ConsumptionType::Water, Unit::L),
];

/// What is asked for, of all ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// `GET /consumption/analytics?group_by=month`
    ByMonth,
    /// `GET /consumption/analytics?group_by=week`
    ByWeek,
    /// `GET /consumption/analytics?group_by=day`
    ByDay,
    /// `GET /consumption/profile?consumption_type=electricity`
    Profile,
}

/// All of them.
pub const QUESTIONS: [Question; 4] =
    [Question::ByMonth, Question::ByWeek, Question::ByDay, Question::Profile];

impl Question {
    /// Its path, below the API's base.
    pub fn path(self) -> &'static str {
        match self {
            Question::ByMonth => "/consumption/analytics?group_by=month",
            Question::ByWeek => "/consumption/analytics?group_by=week",
            Question::ByDay => "/consumption/analytics?group_by=day",
            Question::Profile => "/consumption/profile?consumption_type=electricity",
        }
    }
}

/// All that was measured.
pub struct Household {
    asked: Vec<(Question, Way, Latency)>,
}

impl Household {
    /// What was measured of a question.
    pub fn find(&self, question: Question, way: Way) -> Option<&Latency> {
        self.asked.iter().find(|one| (one.0, one.1) == (question, way)).map(|one| &one.2)
    }
}

/// An account with its meters, on a server of its own.
struct House {
    app: App,
    actor: Actor,
    token: String,
    beside: Beside,
}

/// Asks for figures, in turns, `rounds` times.
///
/// # Errors
/// When a request fails.
pub fn run(stand: &Stand, rounds: usize, requests: usize) -> Result<Household> {
    let house = furnish(stand)?;
    wait_for_quiet(stand)?;
    let turns = QUESTIONS.iter().flat_map(|question| WAYS.map(|way| (*question, way, Latency::default())));
    let mut measured = Household { asked: turns.collect() };
    // The first round only warms up.
    for round in 0..=rounds {
        for (question, way, latency) in &mut measured.asked {
            let mut found = ask(&house, *question, *way, requests)?;
            if round > 0 {
                latency.take(&mut found);
            }
        }
    }
    let show = crate::summary::ms;
    for (question, way, found) in &measured.asked {
        eprintln!(
            "{question:?} {way:?}: p50 {} ms, p99 {} ms",
            found.p50().show(show),
            found.p99().show(show)
        );
    }
    Ok(measured)
}

fn ask(house: &House, question: Question, way: Way, requests: usize) -> Result<Vec<f64>> {
    if way == Way::Http {
        let mut script = Script::default();
        let who = format!("Authorization: Bearer {}\r\n", house.token);
        let path = format!("/api/v1{}", question.path());
        script.add(|out| write_head("GET", &path, house.beside.address, &who, 0, out));
        (1..requests).for_each(|_| script.repeat());
        return Ok(load::run(house.beside.address, &[script])?.latencies);
    }
    let by = |group_by: &str| -> Result<AnalyticsFilter> {
        Ok(AnalyticsFilter {
            group_by: Some(serde_json::from_value(group_by.into())?),
            ..AnalyticsFilter::default()
        })
    };
    let (month, week, day) = (by("month")?, by("week")?, by("day")?);
    let profile =
        ProfileFilter { consumption_type: Some(ConsumptionType::Electricity), ..ProfileFilter::default() };
    let mut latencies = Vec::with_capacity(requests);
    for _ in 0..requests {
        crate::stop::check()?;
        let began = Instant::now();
        let cx = &mut house.app.context()?;
        match question {
            Question::ByMonth => drop(consumption::analyse(cx, &house.actor, &month)?),
            Question::ByWeek => drop(consumption::analyse(cx, &house.actor, &week)?),
            Question::ByDay => drop(consumption::analyse(cx, &house.actor, &day)?),
            Question::Profile => drop(meters::profile(cx, &house.actor, &profile)?),
        }
        latencies.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(latencies)
}

/// The meters, whose hours are put where an import would put them and derived by the server's own code.
fn furnish(stand: &Stand) -> Result<House> {
    let began = Instant::now();
    let beside = stand.beside("household")?;
    let token = fleet::sign_up(beside.address, "household@example.org")?;
    let app = App::open(&beside.url, &settings())?;
    let actor = service::tokens::verify(&app, &token)?;
    let mut conn = PgConnection::establish(&beside.url)?;
    let user = actor.user;
    conn.batch_execute(&format!(
        "INSERT INTO imports (user_id, id, number, kind, created_at) VALUES ('{user}', '{user}', 1, 'intervals', now())"
    ))?;
    let mut random = Random::new(5);
    for (name, consumption_type, unit) in METERS {
        let new = NewMeter { name: name.into(), consumption_type, unit, digits: None, id: None };
        let new = Valid::check(new).map_err(|fields| anyhow::anyhow!("{fields:?}"))?;
        let meter = meters::add(&mut app.context()?, &actor, &new)?.id;
        let first = NaiveDate::from_ymd_opt(2016, 1, 1).unwrap_or_default();
        let rows: Vec<String> = first
            .iter_days()
            .take(usize::try_from(DAYS)?)
            .map(|date| {
                let hex: String = pack(date, hours(date, &mut random).into_iter())
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                format!("('{user}', '{meter}', '{date}', 1, '\\x{hex}')")
            })
            .collect();
        conn.batch_execute(&format!("INSERT INTO meter_intervals VALUES {}", rows.join(",")))?;
        // Whatever changes a meter derives its days.
        let patch = MeterPatch { digits: Some(6), ..MeterPatch::default() };
        let meter = meters::update(&mut app.context()?, &actor, meter, &patch)?;
        anyhow::ensure!(meter.last_date.is_some(), "nothing was derived");
    }
    conn.batch_execute("VACUUM ANALYZE")?;
    eprintln!("{} meters of {DAYS} days of hours, in {:.0} s", METERS.len(), began.elapsed().as_secs_f64());
    Ok(House { app, actor, token, beside })
}

/// The hours of a date in UTC: up to 3 of the meter's unit each, in thousandths.
fn hours(date: NaiveDate, random: &mut Random) -> Vec<Interval> {
    let midnight: DateTime<chrono::Utc> = date.and_time(NaiveTime::MIN).and_utc();
    let hour = |hour| {
        let amount = Millionths::new(random.between(0, 3000) * 1000)?;
        Some(Interval { start: midnight + TimeDelta::hours(hour), length: 3600, amount })
    };
    (0..24).filter_map(hour).collect()
}
