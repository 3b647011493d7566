//! On what it was measured.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};

use crate::stand::Stand;
use crate::summary::{Spread, ms};

/// What it was, and how it was.
pub fn describe(stand: &Stand, server: &Path) -> Result<Vec<(&'static str, String)>> {
    let cpus = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpus.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(": ")).map_or("unknown", |(_, model)| model);
    let cores = std::thread::available_parallelism()?;
    let memory = fs::read_to_string("/proc/meminfo")?;
    let memory = memory.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let setting = |name: &str| -> Result<String> {
        let shown = diesel::dsl::sql::<Text>(&format!("current_setting('{name}')"));
        Ok(diesel::select(shown).first(&mut stand.connect()?)?)
    };
    let durable = ["fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size"];
    let durable = durable.iter().map(|name| Ok(format!("`{name} = {}`", setting(name)?)));
    Ok(vec![
        ("processor", format!("{cores} × {model}")),
        ("memory", format!("{:.0} GiB", memory / 1024.0 / 1024.0)),
        ("system", format!("Linux {}", kernel.trim())),
        (
            "disk",
            format!(
                "{}; writing 8 KiB and waiting for it takes {} ms",
                file_system(stand.dir()),
                syncing(stand.dir())?.show(ms)
            ),
        ),
        (
            "PostgreSQL",
            format!("{}; {}", setting("server_version")?, durable.collect::<Result<Vec<_>>>()?.join(", ")),
        ),
        ("server", said(server, &["--version"])),
        ("compiler", said(Path::new("rustc"), &["--version"])),
        ("date", now().format("%F").to_string()),
    ])
}

/// The time.
#[allow(clippy::disallowed_methods, reason = "histories end now, and reports have a date")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Milliseconds that a piece of work takes which is always the same: adding up 4 MiB of numbers, in their order and
/// out of it. Where processors are shared with others, it tells how even their pace was.
pub fn pace() -> f64 {
    let numbers: Vec<u32> = (0..1 << 20).collect();
    let began = Instant::now();
    let (mut sum, mut at) = (0_u32, 0_u32);
    for number in numbers.iter().chain(&numbers) {
        at = at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223 ^ number);
        let place = usize::try_from(at >> 12).unwrap_or(0);
        sum = sum.wrapping_add(numbers.get(place).copied().unwrap_or(0));
    }
    std::hint::black_box(sum);
    began.elapsed().as_secs_f64() * 1000.0
}

/// This thread and PostgreSQL's sessions on one processor, as long as it is there: whoever is next need not wait until
/// another processor has woken.
pub struct Together {
    threads: Vec<Option<Pid>>,
    before: CpuSet,
}

impl Together {
    /// Takes the first processor that this thread may use.
    ///
    /// # Errors
    /// Where PostgreSQL's processes are another user's.
    pub fn keep(stand: &Stand) -> Result<Together> {
        let sessions =
            "pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        let sessions: Vec<i32> =
            diesel::select(diesel::dsl::sql::<Integer>(sessions)).load(&mut stand.connect()?)?;
        let threads = sessions.into_iter().map(Pid::from_raw).filter(Option::is_some).chain([None]).collect();
        let before = sched_getaffinity(None)?;
        let first = (0..CpuSet::MAX_CPU).find(|cpu| before.is_set(*cpu)).context("no processor")?;
        let mut one = CpuSet::new();
        one.set(first);
        let together = Together { threads, before };
        together.threads.iter().try_for_each(|thread| sched_setaffinity(*thread, &one))?;
        Ok(together)
    }
}

impl Drop for Together {
    fn drop(&mut self) {
        for thread in &self.threads {
            // A session may have ended.
            let _ = sched_setaffinity(*thread, &self.before);
        }
    }
}

fn said(program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or("unknown".into(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The kind of file system that holds `dir`.
fn file_system(dir: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let holding = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        let (point, kind) = (fields.next()?, fields.next()?);
        dir.starts_with(point).then_some((point.len(), kind))
    });
    holding.max().map_or("unknown".into(), |(_, kind)| kind.to_owned())
}

/// Milliseconds that a commit waits for the disk at the least.
fn syncing(dir: &Path) -> Result<Spread> {
    let path = dir.join("sync");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        file.write_all(&[7; 8192])?;
        file.sync_data()?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    fs::remove_file(path)?;
    let quantile = |at| crate::summary::quantile(&mut times.clone(), at);
    Ok(Spread { median: quantile(0.5), lowest: quantile(0.01), highest: quantile(0.99) })
}
