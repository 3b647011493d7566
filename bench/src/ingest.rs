//! How fast rows get in, the server's way and others, in turns.

use anyhow::{Context, Result, bail};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Text};

use crate::bulk::{self, Columns};
use crate::fleet::{Device, Door};
use crate::load::{self, Outcome, Script};
use crate::machine;
use crate::random::Random;
use crate::rows::{DAY, Timeline};
use crate::stand::{Stand, Used};
use crate::summary::{Spread, float, quantile, whole};

/// By which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The server's HTTP interface, `repeated` percent of the batches being sent twice.
    Http { repeated: usize },
    /// Binary COPY.
    Copy,
    /// INSERT … SELECT FROM unnest(…) ON CONFLICT DO NOTHING.
    Unnest,
    /// A plain server that makes a transaction of each request.
    Single,
}

/// A way, with batches of a size, from so many devices or connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Race {
    pub way: Way,
    pub batch: usize,
    pub devices: usize,
}

/// Rows a transaction with which COPY is at its fastest.
pub const COPY_MOST: usize = 10_000;
/// How many rows a batch has.
pub const BATCHES: [usize; 4] = [1, 10, 100, 1000];
/// How many devices upload at a time.
pub const DEVICES: [usize; 3] = [1, 8, 64];
/// The server's way, without repetition.
pub const HTTP: Way = Way::Http { repeated: 0 };
/// Which of them are measured with batches repeated, and how many percent.
pub const REPEATED: [(usize, usize); 3] = [(1, 64), (100, 8), (1000, 8)];
/// See [`REPEATED`].
pub const PERCENT: [usize; 2] = [1, 20];

impl Race {
    /// All that are run.
    pub fn all() -> Vec<Race> {
        let mut all = Vec::new();
        for batch in BATCHES {
            all.extend(DEVICES.map(|devices| Race { way: HTTP, batch, devices }));
            all.extend([Way::Copy, Way::Unnest].map(|way| Race { way, batch, devices: 8 }));
        }
        for (batch, devices) in REPEATED {
            all.extend(PERCENT.map(|repeated| Race { way: Way::Http { repeated }, batch, devices }));
        }
        all.push(Race { way: Way::Copy, batch: COPY_MOST, devices: 8 });
        all.extend(DEVICES.map(|devices| Race { way: Way::Single, batch: 1, devices }));
        all
    }

    /// Its name.
    pub fn name(&self) -> String {
        let Race { way, batch, devices } = self;
        let way = match way {
            Way::Http { repeated: 0 } => "HTTP".to_owned(),
            Way::Http { repeated } => format!("HTTP, {repeated} % repeated,"),
            Way::Copy => "COPY".to_owned(),
            Way::Unnest => "UNNEST".to_owned(),
            Way::Single => "transaction a request".to_owned(),
        };
        format!("{way} {batch} × {devices}")
    }
}

/// What was measured in one round.
#[derive(Clone, Copy)]
pub struct Sample {
    /// Rows sent, the repeated ones included.
    pub rows: f64,
    pub seconds: f64,
    /// Milliseconds until a batch was answered: half of them, and 99 of 100.
    pub p50: f64,
    pub p99: f64,
    pub used: Used,
    /// See [`machine::pace`].
    pub pace: f64,
}

impl Sample {
    /// Rows a second.
    pub fn rate(&self) -> f64 {
        self.rows / self.seconds
    }

    /// Processor seconds of a server (where there is one) and PostgreSQL for a million rows.
    pub fn cpu(&self) -> f64 {
        (self.used.server + self.used.database) / self.rows * 1e6
    }
}

/// All rounds of a race.
pub struct Measured {
    pub race: Race,
    pub samples: Vec<Sample>,
}

impl Measured {
    /// Median and spread of a figure.
    pub fn spread(&self, figure: impl Fn(&Sample) -> f64) -> Spread {
        Spread::of(self.samples.iter().map(figure))
    }
}

struct Contender {
    race: Race,
    devices: Vec<Device>,
    /// Batches that each device sends in a round.
    batches: usize,
    samples: Vec<Sample>,
    kept: usize,
}

/// Runs all races whose name holds `filter`, in turns, `rounds` times, each for about `seconds` a round.
///
/// # Errors
/// When a request fails, or when rows that were acknowledged are not there.
pub fn run(
    stand: &Stand,
    rounds: usize,
    seconds: f64,
    filter: &str,
    statements: bool,
) -> Result<Vec<Measured>> {
    let mut contenders = Vec::new();
    let mut seed = 0;
    for race in Race::all().into_iter().filter(|race| race.name().contains(filter)) {
        let mut devices = Vec::with_capacity(race.devices);
        for _ in 0..race.devices {
            seed += 1;
            // From 2001 on, not all at the same hour of the same day.
            let start = 978_307_200_000 + i64::try_from(seed % 300).unwrap_or(0) * DAY;
            devices.push(Device::register(stand.server, None, Timeline::new(seed, start))?);
        }
        let batches = (400 / race.batch / race.devices).max(1);
        contenders.push(Contender { race, devices, batches, samples: Vec::new(), kept: 0 });
    }
    let mut random = Random::new(7);
    // Two rounds only warm up and tell how much fits into the time.
    for round in 0..rounds + 2 {
        // Those that are compared with each other run one after another, in changing order.
        random.shuffle(&mut contenders);
        contenders.sort_by_key(|contender| (contender.race.batch, contender.race.devices));
        for contender in &mut contenders {
            let sample = contender.measure(stand).with_context(|| contender.race.name())?;
            let time = if round == 0 { seconds.min(0.5) } else { seconds };
            let fits = float(contender.batches) * time / sample.seconds;
            contender.batches = whole(fits).max(1);
            if round < 2 {
                if statements {
                    forget_statements(stand)?;
                }
                continue;
            }
            eprintln!(
                "round {}: {:34} {:>8.0} rows/s   p50 {:.3} ms  p99 {:.3} ms   {:.2} + {:.2} CPU s a million, generator {:.2}; others {:.0} %",
                round - 1,
                contender.race.name(),
                sample.rate(),
                sample.p50,
                sample.p99,
                sample.used.server / sample.rows * 1e6,
                sample.used.database / sample.rows * 1e6,
                sample.used.ourselves / sample.rows * 1e6,
                sample.used.strangers * 100.0
            );
            contender.samples.push(sample);
            if statements {
                tell_statements(stand, sample.rows)?;
            }
        }
    }
    let kept = contenders.iter().map(|contender| contender.kept).sum();
    compare(stand, kept)?;
    Ok(contenders.into_iter().map(|Contender { race, samples, .. }| Measured { race, samples }).collect())
}

/// Microseconds that each statement took PostgreSQL for a row, and how often a thousand rows called it; and from then
/// on it counts anew.
fn tell_statements(stand: &Stand, rows: f64) -> Result<()> {
    let mut conn = stand.connect()?;
    let counted = diesel::dsl::sql::<(Double, BigInt, Text)>(
        "total_exec_time, calls, left(regexp_replace(query, '\\s+', ' ', 'g'), 90) FROM pg_stat_statements \
         ORDER BY total_exec_time DESC LIMIT 12",
    );
    for (ms, calls, text) in diesel::select(counted).load::<(f64, i64, String)>(&mut conn)? {
        let calls = float(usize::try_from(calls)?);
        eprintln!("    {:8.3} µs  {:8.2}  {text}", ms * 1000.0 / rows, calls * 1000.0 / rows);
    }
    forget_statements(stand)
}

fn forget_statements(stand: &Stand) -> Result<()> {
    diesel::sql_query("SELECT pg_stat_statements_reset()").execute(&mut stand.connect()?)?;
    Ok(())
}

/// Every row that was acknowledged must be there, and no other.
fn compare(stand: &Stand, acknowledged: usize) -> Result<()> {
    let found: i64 = diesel::select(diesel::dsl::sql::<BigInt>("(SELECT count(*) FROM usage)"))
        .first(&mut stand.connect()?)?;
    eprintln!("{acknowledged} rows acknowledged, {found} found");
    if i64::try_from(acknowledged) != Ok(found) {
        bail!("{acknowledged} rows were acknowledged, but the table holds {found}");
    }
    Ok(())
}

impl Contender {
    fn measure(&mut self, stand: &Stand) -> Result<Sample> {
        let Race { way, batch, .. } = self.race;
        let batches = self.batches;
        let pace = machine::pace();
        let (before, outcome) = match way {
            Way::Http { repeated } => {
                let scripts = self.scripts(Door::Api, stand, repeated);
                (stand.meter()?, load::run(stand.server, &scripts)?)
            }
            Way::Single => {
                let scripts = self.scripts(Door::Yardstick, stand, 0);
                (stand.meter()?, load::run(stand.yardstick, &scripts)?)
            }
            Way::Copy => {
                let work = self.work(|device| {
                    let rows = device.take(batch);
                    let mut bytes = Vec::with_capacity(batch * 160 + 32);
                    crate::rows::write_copy(device.user, device.device, &rows, &mut bytes);
                    Ok(bytes)
                })?;
                (
                    stand.meter()?,
                    bulk::race(&stand.url, &work, |conn, bytes: &Vec<u8>| bulk::copy(conn, bytes))?,
                )
            }
            Way::Unnest => {
                let work = self.work(|device| {
                    let rows = device.take(batch);
                    Columns::of(device.user, device.device, &rows)
                })?;
                (stand.meter()?, bulk::race(&stand.url, &work, bulk::unnest)?)
            }
        };
        let used = stand.meter()?.since(before);
        let Outcome { seconds, mut latencies, accepted, duplicates } = outcome;
        let sent = batches * batch * self.devices.len();
        if accepted != sent || accepted + duplicates != latencies.len() * batch {
            bail!("of {sent} new rows {accepted} were taken, and {duplicates} as duplicates");
        }
        self.kept += accepted;
        let (p50, p99) = (quantile(&mut latencies, 0.5), quantile(&mut latencies, 0.99));
        Ok(Sample { rows: float(accepted + duplicates), seconds, p50, p99, used, pace })
    }

    fn scripts(&mut self, door: Door, stand: &Stand, repeated: usize) -> Vec<Script> {
        let (batches, batch) = (self.batches, self.race.batch);
        let address = match door {
            Door::Api => stand.server,
            Door::Yardstick => stand.yardstick,
        };
        let mut sent = 0;
        let script = |device: &mut Device| {
            let mut script = Script::default();
            for _ in 0..batches {
                let rows = device.take(batch);
                device.write_upload(door, address, &rows, &mut script);
                sent += repeated;
                if sent >= 100 {
                    sent -= 100;
                    script.repeat();
                }
            }
            script
        };
        self.devices.iter_mut().map(script).collect()
    }

    fn work<T>(&mut self, mut piece: impl FnMut(&mut Device) -> Result<T>) -> Result<Vec<Vec<T>>> {
        let batches = self.batches;
        self.devices.iter_mut().map(|device| (0..batches).map(|_| piece(device)).collect()).collect()
    }
}
