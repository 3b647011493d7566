//! A directory for one test, and the programs that run in it. Nothing of it stays behind, whatever becomes of the test.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use cluster::{Access, Cluster};
use rustix::process::{Pid, Signal, kill_process};

pub struct Place {
    dir: PathBuf,
    /// As long as it is open this process lives; then the rest is swept away.
    sweeper: Option<ChildStdin>,
}

impl Place {
    pub fn new() -> Place {
        // Not below the temporary directory of the environment, whose length is not ours: the socket's path is.
        let dir = tempfile::Builder::new().prefix("storm-").tempdir_in("/tmp").unwrap().keep();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(dir.join("pids")).unwrap();
        let script =
            "cat; cd \"$0\" && for pid in pids/*; do kill -9 \"${pid#pids/}\"; done; sleep 2; rm -rf \"$0\"";
        let mut sweeper = Command::new("sh");
        sweeper.args(["-c", script]).arg(&dir).stdin(Stdio::piped()).stderr(Stdio::null());
        let sweeper = sweeper.spawn().unwrap().stdin.take();
        Place { dir, sweeper }
    }

    /// Where PostgreSQL's files are, whoever runs it.
    pub fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// A PostgreSQL that is not the server's.
    pub fn postgres(&self) -> Cluster {
        Cluster::start(&cluster::Settings::new(self.data())).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The program, with a PostgreSQL of its own.
    pub fn serve(&self) -> Server {
        self.serve_with(&[("ALMANAC_DATA", self.data().to_str().unwrap())])
    }

    /// The program, on a PostgreSQL that is there. All that run so share their secrets.
    pub fn serve_on(&self, postgres: &Access) -> Server {
        let url = postgres.url(cluster::DATABASE);
        self.serve_with(&[
            ("DATABASE_URL", &url),
            ("ALMANAC_DATA", self.dir.join("secrets").to_str().unwrap()),
        ])
    }

    /// The program, set up by its environment.
    pub fn serve_with(&self, settings: &[(&str, &str)]) -> Server {
        let log = self.dir.join("server.log");
        let to = File::options().create(true).append(true).open(&log).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_almanac"));
        for name in
            ["DATABASE_URL", "JWT_SECRET", "HOST", "METRICS_ADDR", "TLS_CERT", "TLS_KEY", "API_BASE_PATH"]
        {
            command.env_remove(name);
        }
        command.envs([
            ("PORT", "0"),
            ("RATE_LIMIT", "off"),
            ("REGISTER_RATE_LIMIT", "off"),
            ("LOG", "warn"),
            ("BCRYPT_COST", "10"),
        ]);
        command.envs(settings.iter().copied()).current_dir(&self.dir);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(to).spawn().unwrap();
        let mark = self.dir.join("pids").join(child.id().to_string());
        File::create(&mark).unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let address =
            said.trim().strip_prefix("Almanac is ready: http://").and_then(|address| address.parse().ok());
        let server = Server { child, address: address.unwrap_or(SocketAddr::from(([0; 4], 0))), log, mark };
        assert!(address.is_some(), "the server did not start: {said}");
        server
    }

    /// The way in to the PostgreSQL that runs here.
    pub fn access(&self) -> Access {
        cluster::attach(&cluster::Settings::new(self.data())).unwrap().expect("a PostgreSQL that runs")
    }

    /// What a statement gives, past all walls, as psql writes it.
    pub fn sql(&self, sql: &str) -> String {
        let done = self.access().tool("psql").unwrap().args(["-XAtq", "-c", sql]).output().unwrap();
        assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// What is derived equals what it is derived from, and no session is without its device.
    #[track_caller]
    pub fn verify(&self) {
        let report = service::verify::run(&self.access().url(cluster::DATABASE)).unwrap();
        assert_eq!(report.differences, [""; 0]);
    }

    /// PostgreSQL's first process.
    pub fn postmaster(&self) -> Pid {
        let text = fs::read_to_string(self.data().join("pg/postmaster.pid")).unwrap();
        pid(text.lines().next().unwrap()).unwrap()
    }

    /// All of PostgreSQL's processes: each of them works in its directory.
    pub fn postgres_processes(&self) -> Vec<Pid> {
        let here = self.data().join("pg");
        let all = fs::read_dir("/proc").unwrap().flatten();
        all.filter(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == here))
            .filter_map(|entry| pid(entry.file_name().to_str()?))
            .collect()
    }

    /// Stops the clock of every process of PostgreSQL, until what is returned is dropped.
    pub fn freeze(&self) -> Frozen<'_> {
        kill_process(self.postmaster(), Signal::STOP).unwrap();
        let all = self.postgres_processes();
        for pid in &all {
            File::create(self.mark(*pid)).unwrap();
            // One may have ended just now.
            let _ = kill_process(*pid, Signal::STOP);
        }
        Frozen { place: self, all }
    }

    fn mark(&self, pid: Pid) -> PathBuf {
        self.dir.join("pids").join(pid.as_raw_nonzero().to_string())
    }

    /// What the servers said so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("server.log")).unwrap_or_default()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let gone = within(Duration::from_secs(12), || self.postgres_processes().is_empty());
        let log = self.log();
        drop(self.sweeper.take());
        if !thread::panicking() {
            assert!(gone, "PostgreSQL outlives its server");
            assert!(!log.contains(" panic: "), "{log}");
        }
    }
}

pub struct Frozen<'a> {
    place: &'a Place,
    all: Vec<Pid>,
}

impl Drop for Frozen<'_> {
    fn drop(&mut self) {
        for pid in &self.all {
            let _ = kill_process(*pid, Signal::CONT);
            let _ = fs::remove_file(self.place.mark(*pid));
        }
    }
}

/// A running program, which is killed at the end.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: PathBuf,
    mark: PathBuf,
}

impl Server {
    pub fn kill_9(mut self) {
        self.child.kill().unwrap();
    }

    pub fn terminate(&self) {
        kill_process(pid(&self.child.id().to_string()).unwrap(), Signal::TERM).unwrap();
    }

    /// How it ended, if it does within the time.
    pub fn ends_within(&mut self, time: Duration) -> Option<ExitStatus> {
        let mut status = None;
        within(time, || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status
    }

    pub fn process(&self) -> Pid {
        pid(&self.child.id().to_string()).unwrap()
    }

    /// Memory that is resident, in MiB.
    pub fn resident(&self) -> f64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the server said at last:\n{}", tail(&self.log));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.mark);
    }
}

fn tail(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

fn pid(text: &str) -> Option<Pid> {
    Pid::from_raw(text.trim().parse().ok()?)
}

/// Whether it becomes so in time.
pub fn within(time: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while !is_so() {
        if began.elapsed() > time {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
    true
}
