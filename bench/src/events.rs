//! How fast events of browsers get in, beside sessions of usage, and how long a dashboard takes over a year of them.

use std::time::Instant;

use anyhow::{Context, Result, bail};
use chrono::Duration;
use domain::analytics::AnalyticsDays;
use service::{App, analytics};

use crate::fleet::{self, Device, Door, write_head};
use crate::focus::Latency;
use crate::load::{self, Script};
use crate::machine;
use crate::rows::{DAY, Timeline};
use crate::stand::Stand;
use crate::stats::{settings, wait_for_quiet};
use crate::summary::{Spread, float, quantile};
use crate::visits::{self, Visits};

/// Rows a batch, devices, and batches of each device in a round.
pub const RACES: [(usize, usize, usize); 3] = [(1, 64, 60), (100, 8, 10), (1000, 8, 8)];

/// What is asked for: the name of the analysis and its days.
pub const QUESTIONS: [(&str, i64); 3] = [("dashboard", 7), ("dashboard", 365), ("time-spent", 365)];

/// What was measured of a race: rows a second, a number a round.
#[derive(Default)]
pub struct Rates {
    pub events: Vec<f64>,
    pub usage: Vec<f64>,
    /// Milliseconds until a batch of events was answered.
    pub p50: Vec<f64>,
}

impl Rates {
    /// How many times usage's, round by round.
    pub fn ratio(&self) -> Spread {
        Spread::of(self.events.iter().zip(&self.usage).map(|(events, usage)| events / usage))
    }
}

/// All that was measured.
pub struct Events {
    /// Events of the account that is asked.
    pub rows: usize,
    /// As [`RACES`].
    pub rates: Vec<Rates>,
    /// As [`QUESTIONS`]: over HTTP on one connection, and as a call in this process.
    pub asked: Vec<[Latency; 2]>,
}

/// A browser, and what it will report next.
struct Browser {
    device: Device,
    visits: Visits,
}

impl Browser {
    /// Reports events from `start` on; its sessions, which last longer, are of the year before.
    fn register(stand: &Stand, token: Option<&str>, seed: u64, start: i64) -> Result<Browser> {
        let device = Device::register(stand.server, token, Timeline::new(seed, start - 365 * DAY))?;
        Ok(Browser { device, visits: Visits::new(seed, start) })
    }

    /// Adds a sync of what it reports next up to `until` to a script, if there is anything.
    fn write_sync(&mut self, stand: &Stand, batch: usize, until: i64, script: &mut Script) {
        let visits: Vec<_> = self.visits.by_ref().take(batch).filter(|visit| visit.at < until).collect();
        if visits.is_empty() {
            return;
        }
        let mut body = Vec::with_capacity(visits.len() * 256);
        visits::write_json(&visits, &mut body);
        let who = format!("Authorization: Bearer {}\r\n", self.device.token);
        script.add(|out| {
            write_head("POST", "/api/v1/events/sync", stand.server, &who, body.len(), out);
            out.extend_from_slice(&body);
        });
    }
}

/// Syncs events and uploads sessions in turns, `rounds` times; then gives an account of two browsers about `rows` events
/// in a year, and asks.
///
/// # Errors
/// When a request fails.
pub fn run(stand: &Stand, rounds: usize, rows: usize, requests: usize) -> Result<Events> {
    let mut rates = Vec::new();
    for (race, (batch, devices, batches)) in RACES.into_iter().enumerate() {
        // Small ones are of what has just happened, which waits together; large ones may be of any time.
        let days = if batch < 1000 { 2 } else { 300 };
        let start = machine::now().timestamp_millis() - days * DAY + DAY / 24;
        let mut browsers = Vec::new();
        for browser in 0..devices {
            let seed = u64::try_from(5000 + race * 100 + browser)?;
            browsers.push(Browser::register(stand, None, seed, start)?);
        }
        let mut found = Rates::default();
        // The first round only warms up.
        for round in 0..=rounds {
            let (events, mut latencies) = sync(stand, &mut browsers, batch, batches)?;
            let usage = upload(stand, &mut browsers, batch, batches)?;
            if round > 0 {
                found.events.push(events);
                found.usage.push(usage);
                found.p50.push(quantile(&mut latencies, 0.5));
            }
        }
        let (events, usage) =
            (Spread::of(found.events.iter().copied()), Spread::of(found.usage.iter().copied()));
        let show = crate::summary::thousands;
        eprintln!("{batch} × {devices}: {} events/s, {} sessions/s", events.show(show), usage.show(show));
        rates.push(found);
    }
    let (rows, asked) = ask(stand, rounds, rows, requests)?;
    Ok(Events { rows, rates, asked })
}

/// Events a second, and how long each batch took.
fn sync(stand: &Stand, browsers: &mut [Browser], batch: usize, batches: usize) -> Result<(f64, Vec<f64>)> {
    let script = |browser: &mut Browser| {
        let mut script = Script::default();
        (0..batches).for_each(|_| browser.write_sync(stand, batch, i64::MAX, &mut script));
        script
    };
    let scripts: Vec<Script> = browsers.iter_mut().map(script).collect();
    let outcome = load::run(stand.server, &scripts)?;
    Ok((rate(&outcome, batch * batches * scripts.len())?, outcome.latencies))
}

/// Sessions a second of the same devices, in as many batches.
fn upload(stand: &Stand, browsers: &mut [Browser], batch: usize, batches: usize) -> Result<f64> {
    let script = |browser: &mut Browser| {
        let mut script = Script::default();
        for _ in 0..batches {
            let rows = browser.device.take(batch);
            browser.device.write_upload(Door::Api, stand.server, &rows, &mut script);
        }
        script
    };
    let scripts: Vec<Script> = browsers.iter_mut().map(script).collect();
    rate(&load::run(stand.server, &scripts)?, batch * batches * scripts.len())
}

fn rate(outcome: &load::Outcome, sent: usize) -> Result<f64> {
    if outcome.accepted != sent {
        bail!("of {sent} rows {} were taken", outcome.accepted);
    }
    Ok(float(sent) / outcome.seconds)
}

fn ask(stand: &Stand, rounds: usize, rows: usize, requests: usize) -> Result<(usize, Vec<[Latency; 2]>)> {
    let token = fleet::sign_up(stand.server, "browsing@example.org")?;
    let rows = load_history(stand, rows, &token)?;
    wait_for_quiet(stand)?;
    let app = App::open(&stand.url, &settings())?;
    let actor = service::tokens::verify(&app, &token)?;
    let mut asked: Vec<[Latency; 2]> = QUESTIONS.iter().map(|_| Default::default()).collect();
    for round in 0..=rounds {
        for ((name, days), [http, direct]) in QUESTIONS.into_iter().zip(&mut asked) {
            let mut script = Script::default();
            let who = format!("Authorization: Bearer {token}\r\n");
            let path = format!("/api/v1/analytics/{name}?days={days}");
            script.add(|out| write_head("GET", &path, stand.server, &who, 0, out));
            (1..requests).for_each(|_| script.repeat());
            let mut over_http = load::run(stand.server, &[script])?.latencies;
            let filter = AnalyticsDays { days: Some(days), tz: None };
            let mut within = Vec::with_capacity(requests);
            for _ in 0..requests {
                crate::stop::check()?;
                let began = Instant::now();
                let cx = &mut app.context()?;
                let seconds = match name {
                    "dashboard" => analytics::dashboard(cx, &actor, &filter)?.seconds,
                    _ => analytics::time_spent(cx, &actor, &filter)?.total_seconds,
                };
                within.push(began.elapsed().as_secs_f64() * 1000.0);
                // Two browsers, each some hours a day, of a week at the least.
                if seconds.0 < 7 * 4 * 3_600_000 {
                    bail!("{name} of {days} days says {seconds:?}");
                }
            }
            if round > 0 {
                http.take(&mut over_http);
                direct.take(&mut within);
            }
        }
    }
    let show = crate::summary::ms;
    for ((name, days), [http, direct]) in QUESTIONS.iter().zip(&asked) {
        eprintln!(
            "{name} of {days} days: HTTP p50 {} ms, direct p50 {} ms",
            http.p50().show(show),
            direct.p50().show(show)
        );
    }
    Ok((rows, asked))
}

/// A year of two browsers with about `rows` events, through the server's front door.
fn load_history(stand: &Stand, rows: usize, token: &str) -> Result<usize> {
    let now = machine::now();
    // The more days, the more events: what is measured is always asked for a year.
    let days = i64::try_from(rows / 2 / 6800)?.clamp(8, 365);
    let start = (now - Duration::days(days)).timestamp_millis();
    let mut browsers = vec![];
    for seed in 0..2 {
        browsers.push(Browser::register(stand, Some(token), 9000 + seed, start)?);
    }
    let (mut loaded, began) = (0, Instant::now());
    loop {
        let mut scripts = Vec::new();
        for browser in &mut browsers {
            let mut script = Script::default();
            for _ in 0..20 {
                browser.write_sync(stand, 5000, now.timestamp_millis(), &mut script);
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
    eprintln!("a history of {loaded} events on {days} days, loaded with {rate:.0} events/s");
    Some(loaded).filter(|loaded| *loaded > 0).context("no history")
}
