//! What processes have used: processor time and memory, as Linux counts them (proc(5)).

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result, anyhow};

use crate::summary::float;

/// A process's line in /proc.
struct Line {
    parent: u32,
    /// Clock ticks of its own, and of its children that have ended and were waited for.
    own: usize,
    reaped: usize,
}

fn line(pid: u32) -> Result<Line> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name, in brackets, may hold anything.
    let (_, rest) = text.rsplit_once(')').ok_or_else(|| anyhow!("/proc/{pid}/stat: {text}"))?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |place: usize| -> Result<usize> {
        let field = fields.get(place - 3).ok_or_else(|| anyhow!("/proc/{pid}/stat: {text}"))?;
        Ok(field.parse()?)
    };
    let parent = u32::try_from(number(4)?)?;
    Ok(Line { parent, own: number(14)? + number(15)?, reaped: number(16)? + number(17)? })
}

/// Seconds that a process has used: all its threads, and its children that have ended.
pub fn cpu(pid: u32) -> Result<f64> {
    let line = line(pid)?;
    Ok(seconds(line.own + line.reaped))
}

/// Seconds that a process and all that descend from it have used, those that have ended included.
pub fn cpu_of_family(root: u32) -> Result<f64> {
    let mut lines = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // One that has just ended is counted by its parent.
        if let Ok(line) = line(pid) {
            lines.insert(pid, line);
        }
    }
    let of_family = |mut pid: u32| {
        while pid != root {
            match lines.get(&pid) {
                Some(line) => pid = line.parent,
                None => return false,
            }
        }
        true
    };
    let ticks =
        lines.iter().filter(|(pid, _)| of_family(**pid)).map(|(_, line)| line.own + line.reaped).sum();
    Ok(seconds(ticks))
}

/// Seconds that all processors together have worked since the machine started.
pub fn cpu_of_machine() -> Result<f64> {
    let text = fs::read_to_string("/proc/stat")?;
    let fields = text.lines().next().unwrap_or_default().split_whitespace().skip(1);
    let ticks: Vec<usize> = fields.map(str::parse).collect::<Result<_, _>>()?;
    // user, nice, system, idle, waiting for a disk, interrupts, soft interrupts, stolen
    Ok(seconds([0, 1, 2, 5, 6, 7].iter().filter_map(|place| ticks.get(*place)).sum()))
}

fn seconds(ticks: usize) -> f64 {
    float(ticks) / float(usize::try_from(rustix::param::clock_ticks_per_second()).unwrap_or(100))
}

/// Memory of a process, in MiB.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// All that is resident: `VmRSS`.
    pub resident: f64,
    /// Without the pages of files, which the system may take back at any time: `RssAnon`.
    pub anonymous: f64,
}

/// Memory of a process.
pub fn memory(pid: u32) -> Result<Memory> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let mib = |name: &str| -> Result<f64> {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .context("no such line in /proc/…/status")?;
        Ok(line.trim_start_matches(':').trim().trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
    };
    Ok(Memory { resident: mib("VmRSS")?, anonymous: mib("RssAnon")? })
}

/// From now on the largest memory of a process is counted anew (proc(5), `clear_refs`).
pub fn start_peak(pid: u32) -> Result<()> {
    fs::write(format!("/proc/{pid}/clear_refs"), "5").context("cannot forget the largest memory")
}

/// The most memory of a process since then, in MiB: `VmHWM`.
pub fn peak(pid: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line =
        text.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM in /proc/…/status")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted() {
        let me = std::process::id();
        let before = (cpu(me).unwrap(), cpu_of_machine().unwrap());
        let began = std::time::Instant::now();
        while began.elapsed().as_millis() < 300 {
            std::hint::black_box(began);
        }
        assert!(cpu(me).unwrap() - before.0 > 0.05);
        assert!(cpu_of_machine().unwrap() - before.1 > 0.05);
        assert!(cpu_of_family(me).unwrap() >= before.0);
        let memory = memory(me).unwrap();
        assert!(memory.resident >= memory.anonymous && memory.anonymous > 0.0);
        start_peak(me).unwrap();
        let before = peak(me).unwrap();
        let large = std::hint::black_box(vec![1_u8; 32 << 20]);
        drop(large);
        assert!(peak(me).unwrap() > before + 30.0);
    }
}
