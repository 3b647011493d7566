//! Files of a household are imported over HTTP: how many rows a second, and what memory the server takes for them.

use std::fmt::Write;
use std::net::TcpStream;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, TimeZone};
use chrono_tz::Europe::Brussels;

use crate::fleet::{self, write_head_of};
use crate::load;
use crate::random::Random;
use crate::stand::{Beside, Stand};
use crate::stats::wait_for_quiet;
use crate::summary::{Spread, float, thousands};

/// Rounds at the most: each is some seconds.
pub const MOST_ROUNDS: usize = 3;

/// What is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// Records: an amount of a date, with its type, unit and description.
    Days,
    /// Ten years of hours of three meters, as a German utility writes them: wall-clock times, points in dates, commas in
    /// numbers.
    Hours,
    /// Two years of minutes of a meter, with their offsets.
    Minutes,
}

/// All of them.
pub const FILES: [File; 3] = [File::Days, File::Hours, File::Minutes];

impl File {
    /// How many rows it has.
    pub fn rows(self, quick: bool) -> usize {
        match self {
            File::Days => 100_000,
            File::Hours => 262_800,
            File::Minutes => 1_000_000,
        }
        .min(if quick { 20_000 } else { usize::MAX })
    }

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            File::Days => "records of days",
            File::Hours => "hours of three meters, by the wall clock",
            File::Minutes => "minutes of a meter, with offsets",
        }
    }

    fn write(self, rows: usize) -> Result<String> {
        let mut random = Random::new(11);
        let mut text = String::with_capacity(rows * 90);
        match self {
            File::Days => {
                text.push_str("consumption_type,amount,unit,consumption_date,description\n");
                let first = NaiveDate::from_ymd_opt(1990, 1, 1).context("a date")?;
                let types = [("electricity", "kWh"), ("water", "L"), ("gas", "m3")];
                for (row, (what, unit)) in (0..).zip(types.iter().cycle().take(rows)) {
                    let date = first + TimeDelta::days(row / 3 % 13_000);
                    let amount = random.between(0, 40_000);
                    writeln!(
                        text,
                        "{what},{}.{:03},{unit},{date},flat {}",
                        amount / 1000,
                        amount % 1000,
                        row / 39_000
                    )?;
                }
            }
            File::Hours => {
                text.push_str("Zählernummer;Einheit;Art;Zeitstempel von;Zeitstempel bis;Verbrauch\r\n");
                let first = Brussels.with_ymd_and_hms(2014, 1, 1, 0, 0, 0).single().context("a time")?;
                for (meter, what) in [("1EMH001", "Strom"), ("1EMH002", "Strom"), ("7GAS003", "Gas")] {
                    for hour in 0..i64::try_from(rows / 3)? {
                        let (start, end) =
                            (first + TimeDelta::hours(hour), first + TimeDelta::hours(hour + 1));
                        let amount = random.between(0, 4000);
                        let (form, wh) = ("%d.%m.%Y %H:%M", amount % 1000);
                        let (start, end) = (start.format(form), end.format(form));
                        write!(text, "{meter};kWh;{what};{start};{end};{},{wh:03}\r\n", amount / 1000)?;
                    }
                }
            }
            File::Minutes => {
                text.push_str("meter_id,type,unit,start,end,amount\n");
                let first = Brussels.with_ymd_and_hms(2024, 1, 1, 0, 0, 0).single().context("a time")?;
                let show = |at: DateTime<FixedOffset>| at.format("%Y-%m-%dT%H:%M:%S%:z").to_string();
                let at = |minute| show((first + TimeDelta::minutes(minute)).fixed_offset());
                let mut end = at(0);
                for minute in 0..i64::try_from(rows)? {
                    let start = std::mem::replace(&mut end, at(minute + 1));
                    writeln!(
                        text,
                        "6616,water,L,{start},{end},{}.{:03}",
                        random.between(0, 9),
                        random.between(0, 1000)
                    )?;
                }
            }
        }
        Ok(text)
    }
}

/// What was measured of a file.
pub struct Measured {
    pub file: File,
    /// Rows.
    pub rows: usize,
    /// Its size in MiB.
    pub size: f64,
    /// Rows a second, a number a round: from the first byte sent to the answer, which says that all is kept.
    speeds: Vec<f64>,
    /// Memory of the server in MiB, a number a round: before, and at the most meanwhile.
    before: Vec<f64>,
    peak: Vec<f64>,
}

impl Measured {
    /// Rows a second.
    pub fn speed(&self) -> Spread {
        Spread::of(self.speeds.iter().copied())
    }

    /// MiB before.
    pub fn before(&self) -> Spread {
        Spread::of(self.before.iter().copied())
    }

    /// MiB at the most.
    pub fn peak(&self) -> Spread {
        Spread::of(self.peak.iter().copied())
    }
}

/// Imports each file into a new account, in turns, `rounds` times.
///
/// # Errors
/// When a row is not taken.
pub fn run(stand: &Stand, rounds: usize, quick: bool) -> Result<Vec<Measured>> {
    let beside = stand.beside("imports")?;
    let mut measured = Vec::new();
    for file in FILES {
        let rows = file.rows(quick);
        let text = file.write(rows)?;
        wait_for_quiet(stand)?;
        let size = float(text.len()) / 1024.0 / 1024.0;
        let mut found = Measured { file, rows, size, speeds: vec![], before: vec![], peak: vec![] };
        // The first round only warms up.
        for round in 0..=rounds {
            crate::stop::check()?;
            let address = format!("{}-{round}@example.org", rows);
            let token = fleet::sign_up(beside.address, &address)?;
            let (seconds, before, peak) = import(&beside, &token, &text, rows)?;
            if round > 0 {
                found.speeds.push(float(rows) / seconds);
                found.before.push(before);
                found.peak.push(peak);
            }
        }
        let (speed, peak) = (found.speed().show(thousands), found.peak().show(|mib| format!("{mib:.1}")));
        eprintln!("{rows} {}: {speed} rows/s, at most {peak} MiB", file.name());
        measured.push(found);
    }
    Ok(measured)
}

/// Seconds, and the server's memory before and at the most.
fn import(beside: &Beside, token: &str, file: &str, rows: usize) -> Result<(f64, f64, f64)> {
    #[derive(serde::Deserialize)]
    struct Report {
        imported: usize,
    }
    let headers = format!("Authorization: Bearer {token}\r\n");
    let mut request = Vec::with_capacity(file.len() + 500);
    let path = "/api/v1/consumption/import?tz=Europe/Brussels";
    write_head_of("text/csv", "POST", path, beside.address, &headers, file.len(), &mut request);
    request.extend_from_slice(file.as_bytes());
    let mut stream = TcpStream::connect(beside.address)?;
    let before = beside.start_peak()?;
    let began = Instant::now();
    let answer = load::exchange(&mut stream, &request)?;
    let seconds = began.elapsed().as_secs_f64();
    let Report { imported } = serde_json::from_slice(&answer).context("a report of an import")?;
    if imported != rows {
        bail!("{imported} of {rows} rows were imported: {}", String::from_utf8_lossy(&answer));
    }
    Ok((seconds, before, beside.peak()?))
}
