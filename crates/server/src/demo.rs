//! `almanac demo`: fills a running server with real usage and browsing of two devices, real focus, the tracked time of a
//! real term and what a real household consumed, and says how to see it.
//!
//! The data are measured sessions of a phone and of a PC (`data/app_usage/PROVENANCE.md`), pages that somebody went to on
//! both (`data/browser/PROVENANCE.md`), somebody's pomodoros (`data/focus/PROVENANCE.md`), a student's time entries
//! (`data/time_entries/PROVENANCE.md`), and meters (`data/household/PROVENANCE.md`). Nothing that was measured is made up:
//! their days are repeated in their order, one a day, each session at the time of day at which it happened, and what was
//! consumed in its season.
//! Which of them a date shows depends on the date alone, so that running it again adds what time has brought, and nothing
//! twice.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use clap::Args;
use flate2::read::GzDecoder;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::DataDir;
use crate::logging::tell;
use crate::secrets;
use crate::upload::{self, Connection, Device, Server, Tally};

mod browsing;
mod focus;
mod household;
mod time_entries;

/// What the account is called.
const NAME: &str = "demo";
/// Days of usage that are there after the first run. Two weeks, so that weekdays stay weekdays.
const FORTNIGHT: u64 = 14;
/// Days of focus: enough for a garden.
const FOUR_WEEKS: u64 = 28;
/// Days at the most that a later run catches up on.
const CATCH_UP: u64 = 366;
/// Sessions sent at once.
const BATCH: usize = 250;

/// Fill a running server with real usage, browsing, focus, time entries and consumption, and say how to see it
///
/// A fortnight of measured sessions of a phone and of a PC (from the test data of Plaso, Apache License 2.0), a fortnight
/// of pages that were gone to on such (by the webtrackR authors, MIT), four weeks of pomodoros (by niplav, CC BY 4.0), ten
/// weeks of a student's time entries (by ifrycolorado, MIT; who pays what for them is made up), and two years of
/// electricity, gas and water of households (by the opengrid authors, Apache License 2.0), moved by whole days so that
/// they end now. They go through the public API into the account `demo`, which is made for them; on a fresh server it is
/// the first, and so its admin. Running it again adds what time has brought since, and nothing twice.
///
/// The last lines say where to sign in, and with what: the password is made, and kept as demo.key in the directory of
/// the data.
#[derive(Args)]
pub struct Options {
    /// Time zone of the new account, by its IANA name [default: the machine's, else America/New_York]
    #[arg(long, value_name = "ZONE")]
    timezone: Option<Tz>,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    data: DataDir,
}

/// A device that was measured.
struct Measured {
    name: &'static str,
    platform: &'static str,
    model: &'static str,
    os_version: &'static str,
    /// CSV, compressed.
    sessions: &'static [u8],
    /// Where it was.
    zone: Tz,
}

const PHONE: Measured = Measured {
    name: "Pixel",
    platform: "android",
    model: "Google Pixel",
    os_version: "Android",
    sessions: include_bytes!(concat!(env!("OUT_DIR"), "/android_phone_a_span1_sessions.csv.gz")),
    zone: Tz::America__New_York,
};

const PC: Measured = Measured {
    name: "Work PC",
    platform: "windows",
    model: "PC",
    os_version: "Windows 10",
    sessions: include_bytes!(concat!(env!("OUT_DIR"), "/windows_pc_w_sessions.csv.gz")),
    zone: Tz::America__Los_Angeles,
};

/// Loads it.
///
/// # Errors
/// The server cannot be reached or refuses; the key cannot be kept.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let data = options.data.path()?;
    let secret = secrets::kept(&data, "demo.key")?;
    let key = secret.expose_secret();
    let zone = options.timezone.or_else(upload::local_zone).unwrap_or(PHONE.zone);

    let server = Server::new(&options.connection)?;
    let new = json!({
        "username": NAME, "email": "demo@example.org", "name": "Demo", "password": key, "timezone": zone.name(),
    });
    let person = server.sign_in(&new).map_err(|error| match server.has_answered() {
        true => error.context(format!(
            "the account {NAME} has another password than {}: delete the account, and run this again",
            data.join("demo.key").display()
        )),
        false => error,
    })?;
    let token = Some(person.access_token.as_str());
    let phone = server.register(&PHONE.registration(&format!("{key}.phone")), token)?;
    let pc = server.register(&PC.registration(&format!("{key}.pc")), token)?;
    // The account may be there for long, and may have moved.
    let timezone = person.user.timezone;
    if options.timezone.is_some_and(|asked| asked != timezone) {
        log::warn!(
            "the account of the demo is in {timezone} and stays there; the dashboard's settings change that"
        );
    }
    for (device, measured) in [(&phone, &PHONE), (&pc, &PC)] {
        let tally = load(device, measured, timezone)?;
        tell(&format!("{}: {tally}", upload::printable(&device.name)))?;
    }
    // The server's clock says what is past.
    let now = phone.upload(&[])?.server_time;
    tell(&format!("Browsing: {}", browsing::load(&phone, &pc, now, timezone)?))?;
    tell(&format!("Focus: {}", focus::load(&server, &person, now, timezone)?))?;
    tell(&format!("Time: {}", time_entries::load(&server, &person, now, timezone)?))?;
    tell(&format!("Household: {}", household::load(&server, &person, now, timezone)?))?;
    tell(&format!("Open {} and sign in:", upload::plain(&options.connection.url)))?;
    tell(&format!("  username  {NAME}"))?;
    tell(&format!("  password  {key}"))?;
    Ok(())
}

/// Uploads what a device is to have by now.
fn load(device: &Device<'_>, measured: &Measured, zone: Tz) -> anyhow::Result<Tally> {
    // The server's clock says what is past.
    let now = device.upload(&[])?.server_time;
    let sessions = measured.sessions()?.usage(newest(device)?, now, zone);
    let template = "{prefix:>8} {wide_bar:.cyan} {human_pos} of {human_len} sessions";
    let bar = upload::bar(u64::try_from(sessions.len()).ok(), template)?.with_prefix(measured.name);
    let mut tally = Tally::default();
    for batch in sessions.chunks(BATCH) {
        let receipt = device.upload(batch)?;
        for rejected in &receipt.rejected {
            log::warn!("{}: a session was refused: it {rejected}", measured.name);
        }
        tally.add(&receipt);
        bar.inc(u64::try_from(batch.len())?);
    }
    bar.finish_and_clear();
    Ok(tally)
}

/// When the newest session of a device begins.
fn newest(device: &Device<'_>) -> anyhow::Result<Option<DateTime<Utc>>> {
    #[derive(Deserialize)]
    struct Page {
        sessions: Vec<Listed>,
    }
    #[derive(Deserialize)]
    struct Listed {
        started_at: DateTime<Utc>,
    }
    let page: Page = device.get(&format!("/usage?limit=1&device_id={}", device.id))?;
    Ok(page.sessions.first().map(|session| session.started_at))
}

impl Measured {
    fn registration(&self, key: &str) -> Value {
        json!({
            "name": self.name, "platform": self.platform, "model": self.model, "os_version": self.os_version,
            "app_version": env!("CARGO_PKG_VERSION"), "device_key": key,
        })
    }

    fn sessions(&self) -> anyhow::Result<Rotation> {
        Rotation::read(self.sessions, self.zone, FORTNIGHT)
    }
}

/// Days that follow each other, and begin anew after the last.
struct Rotation(Vec<Day>);

struct Day {
    date: NaiveDate,
    sessions: Vec<Session>,
}

/// A session as the wall clock saw it.
struct Session {
    app: String,
    start: NaiveDateTime,
    length: TimeDelta,
}

impl Rotation {
    /// The last so many of a file's days on which there is anything.
    fn read(sessions: &[u8], zone: Tz, most: u64) -> anyhow::Result<Rotation> {
        #[derive(Deserialize)]
        struct Row {
            #[serde(alias = "label")]
            app: String,
            start: DateTime<Utc>,
            end: DateTime<Utc>,
        }
        let rows = csv::Reader::from_reader(GzDecoder::new(sessions)).into_deserialize();
        let rows = rows.map(|row: Result<Row, _>| row.map(|Row { app, start, end }| (app, start, end)));
        Ok(Rotation::of(rows.collect::<Result<Vec<_>, _>>()?, zone, most))
    }

    /// The last so many of the days on which there is anything: what for, from when to when.
    fn of(
        sessions: impl IntoIterator<Item = (String, DateTime<Utc>, DateTime<Utc>)>,
        zone: Tz,
        most: u64,
    ) -> Rotation {
        let mut days: BTreeMap<NaiveDate, Vec<Session>> = BTreeMap::new();
        for (app, start, end) in sessions.into_iter().filter(|(_, start, end)| start <= end) {
            let session =
                Session { app, start: start.with_timezone(&zone).naive_local(), length: end - start };
            days.entry(session.start.date()).or_default().push(session);
        }
        while u64::try_from(days.len()).is_ok_and(|days| days > most) {
            days.pop_first();
        }
        let mut days: Vec<_> = days.into_iter().map(|(date, sessions)| Day { date, sessions }).collect();
        days.iter_mut().for_each(|day| day.sessions.sort_by_key(|session| session.start));
        Rotation(days)
    }

    /// The day that a date shows. On the date of the last day that is the last day.
    fn on(&self, date: NaiveDate) -> Option<&Day> {
        let past_last = (date - self.0.last()?.date).num_days();
        let index = (past_last - 1).rem_euclid(i64::try_from(self.0.len()).ok()?);
        self.0.get(usize::try_from(index).ok()?)
    }

    /// The usage of a fortnight that ends now, or of all days since `newest`, as it is sent.
    fn usage(&self, newest: Option<DateTime<Utc>>, now: DateTime<Utc>, zone: Tz) -> Vec<Value> {
        self.placed(newest, now, zone, FORTNIGHT)
            .map(|(app, start, end)| json!({"app": app, "started_at": start, "ended_at": end.min(now)}))
            .collect()
    }

    /// The sessions of so many days, of which the last is today, or of all days since `newest`: what for,
    /// from when to when, in their order. The last may not have ended yet.
    fn placed(
        &self,
        newest: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
        zone: Tz,
        days: u64,
    ) -> impl Iterator<Item = (&str, DateTime<Utc>, DateTime<Utc>)> {
        let date = move |instant: DateTime<Utc>| instant.with_timezone(&zone).date_naive();
        let first = match newest {
            // One that was cut off at the last run may have begun a day before the newest.
            Some(newest) => (date(newest) - Days::new(1)).max(date(now) - Days::new(CATCH_UP)),
            None => date(now) - Days::new(days - 1),
        };
        let days = first.iter_days().take_while(move |day| *day <= date(now));
        days.flat_map(move |date| {
            self.on(date).into_iter().flat_map(move |day| {
                day.sessions.iter().filter_map(move |session| {
                    let start = instant(date.and_time(session.start.time()), zone)?;
                    (start <= now).then(|| (session.app.as_str(), start, start + session.length))
                })
            })
        })
    }
}

/// When the clock on the wall shows this: the first time, or, where it skips it, as long after the leap.
fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let later = |hours| zone.from_local_datetime(&(local + TimeDelta::hours(hours))).earliest();
    (0..=24).find_map(later).map(|at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests;
