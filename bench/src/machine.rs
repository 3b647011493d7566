//! On what it was measured.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::{Result, anyhow};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
    thread_native_id,
};

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

/// Processors that do not go to sleep, as long as it is there.
pub struct Awake(Arc<AtomicBool>);

impl Awake {
    /// A thread a processor spins, and gives way at once to whatever else there is to do.
    ///
    /// # Errors
    /// Where the system has no such threads.
    pub fn keep() -> Result<Awake> {
        let awake = Awake(Arc::new(AtomicBool::new(true)));
        for _ in 0..std::thread::available_parallelism()?.get() {
            let (spins, (told, heard)) = (awake.0.clone(), std::sync::mpsc::channel());
            std::thread::spawn(move || {
                let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
                let set = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy);
                drop(told.send(set));
                while spins.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
            heard.recv()?.map_err(|error| anyhow!("no thread that gives way: {error:?}"))?;
        }
        Ok(awake)
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
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
