//! The load generator and the yardsticks: what `make bench` runs.
//!
//! It starts a private PostgreSQL and the release server on it, and measures in turns: uploads over HTTP beside
//! PostgreSQL's own ways in ([`ingest`], [`bulk`], [`single`]), then a day's and a week's figures with little and
//! much history ([`stats`]), then completing a focus session, and leaderboards with few people and many ([`focus`]),
//! then the figures of a household's ten years ([`household`]), and its files ([`import`]), events of browsers with
//! a dashboard over a year of them ([`events`]), reports over 100,000 time entries ([`time`]), and webhooks that come
//! in ([`deliveries`]).
//! What came out goes to `docs/BENCHMARKS.md` ([`report`]), which says in words what is
//! measured and how to repeat it.

#![allow(clippy::print_stdout, reason = "a program whose output is for people")]

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand, ValueEnum};

use crate::report::Report;
use crate::stand::Stand;

mod bulk;
mod deliveries;
mod events;
mod fleet;
mod focus;
mod goals;
mod household;
mod import;
mod ingest;
mod load;
mod machine;
mod processes;
mod random;
mod report;
mod rows;
mod single;
mod stand;
mod stats;
mod stop;
mod summary;
mod tables;
mod time;
mod visits;

/// Measures Almanac beside yardsticks, in turns. Without options everything is measured, which takes about a
/// quarter of an hour, and docs/BENCHMARKS.md is written.
#[derive(Parser)]
struct Options {
    /// Two short rounds and little history, to see that everything works.
    #[arg(long)]
    quick: bool,
    /// Rounds that count; two more warm up.
    #[arg(long)]
    rounds: Option<usize>,
    /// How long each contender of the uploads runs in a round.
    #[arg(long)]
    seconds: Option<f64>,
    /// Measure this part only.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Of the uploads, measure only those whose name holds this, such as "1 × 64".
    #[arg(long, default_value = "")]
    filter: String,
    /// Also tell what each statement of an upload costs PostgreSQL (pg_stat_statements, which has a price itself).
    #[arg(long)]
    statements: bool,
    /// A directory on the disk to measure.
    #[arg(long, default_value = "/var/tmp")]
    data: PathBuf,
    /// The server to measure. Default: `almanac` beside this program.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Where to write what was measured. Default: docs/BENCHMARKS.md, if everything is measured.
    #[arg(long)]
    output: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Hidden>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Ingest,
    Stats,
    Focus,
    Household,
    Events,
    Time,
    Deliveries,
}

#[derive(Subcommand)]
enum Hidden {
    /// Serves a transaction a request on the database at URL.
    #[command(hide = true)]
    Yardstick { url: String },
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(Hidden::Yardstick { url }) = &options.command {
        return single::serve(url);
    }
    let server = options.server.clone().map_or_else(stand::server_binary, Ok)?;
    stop::listen()?;
    let stand = Stand::start(&options.data, &server, options.statements)?;
    let measured = measure(&options, &stand, &server);
    if measured.is_err() {
        eprintln!("The server's last words:\n{}", stand::log_tail(stand.dir()));
    }
    let report = measured?.to_string();
    println!("{report}");
    let whole = !options.quick && !options.statements && options.only.is_none() && options.filter.is_empty();
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/BENCHMARKS.md");
    match options.output {
        Some(output) => report::write(&output, &report),
        None if whole => report::write(&document, &report),
        None => Ok(()),
    }
}

fn measure(options: &Options, stand: &Stand, server: &Path) -> Result<Report> {
    let quick = options.quick;
    let rounds = options.rounds.unwrap_or(if quick { 2 } else { 7 });
    let seconds = options.seconds.unwrap_or(if quick { 0.3 } else { 1.5 });
    let (pid, postmaster) = stand.pids();
    eprintln!(
        "server {pid}, PostgreSQL {postmaster}, yardstick {}, in {}",
        stand.yardstick,
        stand.dir().display()
    );
    let machine = machine::describe(stand, server).context("describing the machine")?;
    let wanted = |part| options.only.is_none_or(|only| only == part);
    let ingest = match wanted(Part::Ingest) {
        false => Vec::new(),
        true => ingest::run(stand, rounds, seconds, &options.filter, options.statements)?,
    };
    let stats = match wanted(Part::Stats) {
        false => None,
        _ if quick => Some(stats::run(stand, rounds, &[20_000, 100_000], 100)?),
        _ => Some(stats::run(stand, rounds, &[100_000, 1_000_000, 10_000_000], 500)?),
    };
    let after = stand.memory()?;
    let focus = match wanted(Part::Focus) {
        false => None,
        _ if quick => Some(focus::run(stand, rounds, &[1_000, 10_000], 100)?),
        _ => Some(focus::run(stand, rounds, &[1_000, 100_000, 1_000_000], 500)?),
    };
    let household = match wanted(Part::Household) {
        false => None,
        true => Some(household::run(stand, rounds, if quick { 20 } else { 100 })?),
    };
    let imports = match wanted(Part::Household) {
        false => Vec::new(),
        true => import::run(stand, rounds.min(import::MOST_ROUNDS), quick)?,
    };
    let events = match wanted(Part::Events) {
        false => None,
        _ if quick => Some(events::run(stand, rounds, 200_000, 50)?),
        true => Some(events::run(stand, rounds, 5_000_000, 200)?),
    };
    let time = match wanted(Part::Time) {
        false => None,
        _ if quick => Some(time::run(stand, rounds, 20_000, 20)?),
        true => Some(time::run(stand, rounds, 100_000, 100)?),
    };
    let deliveries = match wanted(Part::Deliveries) {
        false => Vec::new(),
        true => deliveries::run(stand, rounds, if quick { 5 } else { 60 })?,
    };
    let idle = stand.idle;
    Ok(Report {
        machine,
        rounds,
        seconds,
        ingest,
        stats,
        focus,
        household,
        imports,
        events,
        time,
        deliveries,
        idle,
        after,
    })
}
