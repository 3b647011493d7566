//! How long a day and a week take, with little history and with much.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::usage::StatsFilter;
use service::App;

use crate::fleet::{self, Device, Door};
use crate::load::{self, Script};
use crate::machine;
use crate::rows::{DAY, Timeline};
use crate::stand::{SECRET, Stand};
use crate::summary::{Spread, float, quantile};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// `GET /stats/today`
    Today,
    /// `GET /stats/week`
    Week,
}

/// By which way it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Over HTTP, on so many connections at once.
    Http(usize),
    /// As a call in this process: the transaction's start, the figures, its end.
    Direct,
    /// The same, with the database's process on the same processor as the caller: what is left is work.
    Together,
}

/// Both questions.
pub const QUESTIONS: [Question; 2] = [Question::Today, Question::Week];
/// All ways.
pub const WAYS: [Way; 4] = [Way::Http(1), Way::Http(8), Way::Direct, Way::Together];

/// What was measured: milliseconds, a number a round.
pub struct Measured {
    /// Sessions of the account.
    pub rows: usize,
    pub question: Question,
    pub way: Way,
    pub p50: Vec<f64>,
    pub p99: Vec<f64>,
}

/// All that was measured.
pub struct Stats {
    /// Rows of history, as they were wanted.
    pub sizes: Vec<usize>,
    pub measured: Vec<Measured>,
    /// Milliseconds of one round trip to the database, a number a round.
    pub round_trip: Vec<f64>,
    /// The same, where both are on one processor.
    pub round_trip_together: Vec<f64>,
}

impl Stats {
    /// What was measured with the history of this size (its place in `sizes`).
    pub fn find(&self, size: usize, question: Question, way: Way) -> Option<&Measured> {
        let mut of_size = self.measured.iter().filter(|one| one.question == question && one.way == way);
        of_size.nth(size)
    }
}

impl Measured {
    /// Median and spread of the rounds' medians.
    pub fn p50(&self) -> Spread {
        Spread::of(self.p50.iter().copied())
    }

    /// Median and spread of the rounds' 99th percentiles.
    pub fn p99(&self) -> Spread {
        Spread::of(self.p99.iter().copied())
    }
}

struct Account {
    devices: Vec<Device>,
    rows: usize,
}

/// Gives an account of three devices each size of history, then asks in turns, `rounds` times.
///
/// # Errors
/// When a request fails, or an answer is empty.
pub fn run(stand: &Stand, rounds: usize, sizes: &[usize], requests: usize) -> Result<Stats> {
    let mut accounts = Vec::new();
    for (number, size) in sizes.iter().enumerate() {
        accounts.push(load_history(stand, *size, u64::try_from(number)?)?);
    }
    wait_for_quiet(stand)?;
    let app = App::open(&stand.url, &settings())?;
    // A day that is over, so that the hour of the measurement does not matter.
    let date = app.now().date_naive().pred_opt().context("a day before")?;

    let (measured, round_trip, round_trip_together) = (Vec::new(), Vec::new(), Vec::new());
    let mut stats = Stats { sizes: sizes.to_vec(), measured, round_trip, round_trip_together };
    for account in &accounts {
        for question in QUESTIONS {
            for way in WAYS {
                let (p50, p99) = (Vec::new(), Vec::new());
                stats.measured.push(Measured { rows: account.rows, question, way, p50, p99 });
            }
        }
    }
    // The first round only warms up.
    for round in 0..=rounds {
        let mut trips = direct(&app, requests, service::health::ping)?;
        let mut trips_together = {
            let _together = machine::Together::keep(stand)?;
            direct(&app, requests, service::health::ping)?
        };
        let asked = accounts.iter().flat_map(|account| QUESTIONS.map(|question| (account, question)));
        let asked = asked.flat_map(|(account, question)| WAYS.map(|way| (account, question, way)));
        for ((account, question, way), measured) in asked.zip(&mut stats.measured) {
            let mut latencies = ask(stand, &app, account, question, way, date, requests)?;
            if round > 0 {
                measured.p50.push(quantile(&mut latencies, 0.5));
                measured.p99.push(quantile(&mut latencies, 0.99));
            }
        }
        if round > 0 {
            stats.round_trip.push(quantile(&mut trips, 0.5));
            stats.round_trip_together.push(quantile(&mut trips_together, 0.5));
        }
    }
    for measured in &stats.measured {
        let Measured { rows, question, way, .. } = measured;
        let show = crate::summary::ms;
        eprintln!(
            "{rows:>9} rows: {question:?} {way:?}: p50 {} ms, p99 {} ms",
            measured.p50().show(show),
            measured.p99().show(show)
        );
    }
    Ok(stats)
}

/// How the server's parts are set up in this process.
pub fn settings() -> service::Settings {
    service::Settings {
        pool_size: 8,
        secret: SECRET.into(),
        lives: service::Lives {
            access: chrono::Duration::minutes(15),
            refresh: chrono::Duration::days(7),
            device_access: chrono::Duration::hours(24),
            device_refresh: chrono::Duration::days(30),
        },
        bcrypt_cost: 12,
        blocklist: domain::passwords::Blocklist::Common,
        ingest_writers: 1,
        insights: service::insights::providers::Setup::default(),
    }
}

fn ask(
    stand: &Stand,
    app: &App,
    account: &Account,
    question: Question,
    way: Way,
    date: NaiveDate,
    requests: usize,
) -> Result<Vec<f64>> {
    let first = account.devices.first().context("an account without a device")?;
    match way {
        Way::Http(connections) => {
            let path = match question {
                Question::Today => format!("/api/v1/stats/today?date={date}"),
                Question::Week => format!("/api/v1/stats/week?date={date}"),
            };
            let scripts: Vec<Script> = (0..connections)
                .map(|_| {
                    let mut script = Script::default();
                    first.write_get(&path, stand.server, &mut script);
                    (1..requests).for_each(|_| script.repeat());
                    script
                })
                .collect();
            Ok(load::run(stand.server, &scripts)?.latencies)
        }
        Way::Direct | Way::Together => {
            let together = || machine::Together::keep(stand);
            let _together = (way == Way::Together).then(together).transpose()?;
            let actor = service::tokens::verify(app, &first.token)?;
            let filter = StatsFilter { date: Some(date), ..StatsFilter::default() };
            // Three devices, each some 700 sessions a day.
            let busy = |sessions: i64, days: i64| {
                if sessions > 1000 * days {
                    Ok(())
                } else {
                    Err(service::Error::Internal("an empty day".into()))
                }
            };
            match question {
                Question::Today => direct(app, requests, |cx| {
                    service::usage::today(cx, &actor, &filter).and_then(|today| busy(today.session_count, 1))
                }),
                Question::Week => direct(app, requests, |cx| {
                    let week = service::usage::week(cx, &actor, &filter)?;
                    busy(week.days.iter().map(|day| day.session_count).sum(), 7)
                }),
            }
        }
    }
}

/// Milliseconds that each of `requests` calls took, its connection and its transaction included.
fn direct(
    app: &App,
    requests: usize,
    mut call: impl FnMut(&mut service::Context) -> service::Result<()>,
) -> Result<Vec<f64>> {
    let mut latencies = Vec::with_capacity(requests);
    for _ in 0..requests {
        crate::stop::check()?;
        let began = Instant::now();
        call(&mut app.context()?)?;
        latencies.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(latencies)
}

/// An account with three devices and about `rows` sessions up to now, through the server's front door.
fn load_history(stand: &Stand, rows: usize, seed: u64) -> Result<Account> {
    const DEVICES: u64 = 3;
    let now = machine::now().timestamp_millis();
    let days = i64::try_from(rows / 3 / 700)?.max(9);
    let start = now - days * DAY;
    if start < crate::rows::POSTGRES_EPOCH {
        bail!("{rows} rows would reach back behind the year 2000");
    }
    let token = fleet::sign_up(stand.server, &format!("history{seed}@example.org"))?;
    let mut devices: Vec<Device> = Vec::new();
    for device in 0..DEVICES {
        let timeline = Timeline::new(1_000_000 + seed * DEVICES + device, start);
        devices.push(Device::register(stand.server, Some(&token), timeline)?);
    }
    let (mut loaded, began) = (0, Instant::now());
    loop {
        let mut scripts = Vec::new();
        for device in &mut devices {
            let mut script = Script::default();
            for _ in 0..50 {
                let mut batch = device.take(1000);
                batch.retain(|row| row.ended <= now);
                if !batch.is_empty() {
                    device.write_upload(Door::Api, stand.server, &batch, &mut script);
                }
            }
            scripts.push(script);
        }
        let outcome = load::run(stand.server, &scripts)?;
        if outcome.accepted == 0 {
            break;
        }
        loaded += outcome.accepted;
    }
    let rate = float(loaded) / began.elapsed().as_secs_f64();
    eprintln!("a history of {loaded} sessions on {days} days, loaded with {rate:.0} rows/s");
    Ok(Account { devices, rows: loaded })
}

/// Writes out what has changed, and waits until PostgreSQL has tidied up after the load: three minutes at the most.
pub fn wait_for_quiet(stand: &Stand) -> Result<()> {
    let mut conn = stand.connect()?;
    diesel::sql_query("CHECKPOINT").execute(&mut conn)?;
    let began = Instant::now();
    let mut quiet = 0;
    while quiet < 5 && began.elapsed() < Duration::from_secs(180) {
        crate::stop::check()?;
        std::thread::sleep(Duration::from_secs(1));
        let tidying = "(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker')";
        let busy: i64 = diesel::select(diesel::dsl::sql::<BigInt>(tidying)).first(&mut conn)?;
        quiet = if busy == 0 { quiet + 1 } else { 0 };
    }
    Ok(())
}
