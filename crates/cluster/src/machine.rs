//! How much memory there is.

use std::{fs, path::Path};

/// Bytes this process may use: the machine's memory, or less where a control group (a container, a service) has a
/// limit. None where neither is told.
pub(crate) fn memory() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/cgroup").map(|groups| limits(&groups)).unwrap_or_default();
    let all = fs::read_to_string("/proc/meminfo").ok().and_then(|text| total(&text));
    limits.into_iter().chain(all).min()
}

/// `MemTotal:       24683784 kB`
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// The limits of our own group and of those around it (cgroup v2: `0::/path`; v1: `9:memory:/path`).
fn limits(groups: &str) -> Vec<u64> {
    let mut found = Vec::new();
    for group in groups.lines() {
        let (root, file, path) = match group.splitn(3, ':').collect::<Vec<_>>()[..] {
            ["0", "", path] => ("/sys/fs/cgroup", "memory.max", path),
            [_, "memory", path] => ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", path),
            _ => continue,
        };
        for dir in Path::new(path.trim_start_matches('/')).ancestors() {
            let text = fs::read_to_string(Path::new(root).join(dir).join(file)).unwrap_or_default();
            // `max`, which is no number, is no limit.
            found.extend(text.trim().parse::<u64>());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read() {
        assert_eq!(total("MemFree: 1 kB\nMemTotal:       24683784 kB\n"), Some(24_683_784 * 1024));
        assert_eq!(total("nothing"), None);
    }

    #[test]
    fn there_is_some_and_not_more_than_the_machine_has() {
        let all = total(&fs::read_to_string("/proc/meminfo").unwrap()).unwrap();
        let ours = memory().unwrap();
        assert!(ours > 64 << 20 && ours <= all, "{ours} of {all}");
    }
}
