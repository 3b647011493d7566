//! A place for one test: a data directory of its own, in which nothing stays behind.

use cluster::{Access, Cluster, Settings, attach};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, geteuid},
};
use std::{
    fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

pub const NOBODY: u32 = 65534;

pub struct Place {
    dir: TempDir,
    pub settings: Settings,
}

impl Place {
    pub fn new() -> Self {
        Self::named("data")
    }

    /// With the data directory so called.
    pub fn named(name: &str) -> Self {
        // Not below the temporary directory of the environment, whose length is not ours: the socket's path is.
        let dir = tempfile::Builder::new().prefix("cluster-").tempdir_in("/tmp").unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let settings = Settings::new(dir.path().join(name));
        Self { dir, settings }
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn data(&self) -> &Path {
        &self.settings.data
    }

    pub fn cluster(&self) -> PathBuf {
        self.data().join("pg")
    }

    pub fn start(&self) -> Cluster {
        Cluster::start(&self.settings).unwrap_or_else(|e| panic!("{e}"))
    }

    /// Why it does not start.
    pub fn refusal(&self) -> String {
        Cluster::start(&self.settings).expect_err("it started").to_string()
    }

    pub fn attach(&self) -> Access {
        attach(&self.settings).unwrap().expect("no cluster is running")
    }

    pub fn postmaster(&self) -> Pid {
        let text = fs::read_to_string(self.cluster().join("postmaster.pid")).unwrap();
        Pid::from_raw(text.lines().next().unwrap().parse().unwrap())
    }

    /// PostgreSQL's processes here, and holders.
    pub fn processes(&self) -> Vec<Pid> {
        let here = self.dir.path();
        let all = fs::read_dir("/proc").unwrap().flatten();
        all.filter(|e| fs::read_link(e.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(here)))
            .filter_map(|e| Some(Pid::from_raw(e.file_name().to_str()?.parse().ok()?)))
            .filter(|pid| *pid != Pid::this())
            .collect()
    }

    /// Whether all of them are gone within the time.
    pub fn is_empty_within(&self, time: Duration) -> bool {
        within(time, || self.processes().is_empty())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let empty = self.is_empty_within(Duration::from_secs(5));
        let left = self.processes();
        for pid in &left {
            let _ = kill(*pid, Signal::SIGKILL);
        }
        if !thread::panicking() {
            assert!(empty, "processes were left behind: {left:?}");
        }
    }
}

pub fn within(time: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while !is_so() {
        if began.elapsed() > time {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
    true
}

/// What one query answers, or the server's complaint.
pub fn try_sql(access: &Access, sql: &str) -> Result<String, String> {
    answer(access.tool("psql").unwrap(), sql)
}

pub fn sql(access: &Access, sql: &str) -> String {
    try_sql(access, sql).unwrap()
}

/// As another user than this process's.
pub fn sql_as(uid: u32, access: &Access, sql: &str) -> Result<String, String> {
    let mut psql = access.tool("psql").unwrap();
    if geteuid().is_root() {
        psql.uid(uid).gid(uid).current_dir("/");
    }
    answer(psql, sql)
}

pub fn answer(mut psql: Command, sql: &str) -> Result<String, String> {
    let out = psql.args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql]).output().unwrap();
    match out.status.success() {
        true => Ok(String::from_utf8(out.stdout).unwrap().trim_end().to_owned()),
        false => Err(String::from_utf8_lossy(&out.stderr).into_owned()),
    }
}
