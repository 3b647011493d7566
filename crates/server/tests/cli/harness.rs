//! Places to run the program in.
//!
//! `Place::new()` is a directory and an empty database; `place.serve()` a server there; `place.run(&["demo", …])` what a
//! command says, as [`Said`], of which `ok()` and `fails()` say what was expected.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use cluster::{Access, Cluster};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// The one cluster of the run. It ends with the process, and so does what is on the disk.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
    let dir = open_dir().keep();
    // Nothing runs at the end of a process; but its end of a pipe is closed.
    let mut swept = Command::new("sh");
    let swept = swept.args(["-c", "cat; sleep 2; rm -rf \"$0\""]).arg(&dir).stdin(Stdio::piped()).spawn();
    std::mem::forget(swept.unwrap().stdin.take());
    Cluster::start(&cluster::Settings::new(dir.join("data"))).unwrap()
});

/// A directory that PostgreSQL's user may enter, with a path short enough for a socket.
fn open_dir() -> TempDir {
    let dir = tempfile::Builder::new().prefix("cli-").tempdir_in("/tmp").unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

/// A directory, and a database.
pub struct Place {
    dir: TempDir,
    /// Which database, if it is not the program's own.
    database: Option<String>,
}

impl Place {
    /// With an empty database in the common cluster.
    pub fn new() -> Place {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let database = format!("cli_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        psql(CLUSTER.access(), "postgres", &format!("CREATE DATABASE {database}"));
        Place { dir: open_dir(), database: Some(database) }
    }

    /// Where the program has a PostgreSQL of its own.
    pub fn private() -> Place {
        Place { dir: open_dir(), database: None }
    }

    /// A file here.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file here.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    /// The program, with nothing of this environment's own settings.
    pub fn almanac(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_almanac"));
        for name in ["JWT_SECRET", "HOST", "METRICS_ADDR", "TLS_CERT", "TLS_KEY", "API_BASE_PATH"] {
            command.env_remove(name);
        }
        match &self.database {
            Some(database) => command.env("DATABASE_URL", CLUSTER.url(database)),
            None => command.env_remove("DATABASE_URL"),
        };
        command.env("ALMANAC_DATA", self.path("data")).env("POOL_SIZE", "4").env("WORKERS", "1");
        command.envs([
            ("PORT", "0"),
            ("RATE_LIMIT", "off"),
            ("REGISTER_RATE_LIMIT", "off"),
            ("LOG", "info"),
            ("BCRYPT_COST", "10"),
        ]);
        command.args(arguments).current_dir(self.dir.path()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Said {
        Said::of(self.almanac(arguments).output().unwrap())
    }

    /// The same with something on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.almanac(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Said::of(child.wait_with_output().unwrap())
    }

    /// A server.
    pub fn serve(&self) -> Server {
        let log = fs::File::options().create(true).append(true).open(self.path("server.log")).unwrap();
        let mut child = self.almanac(&["serve"]).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let url = said.trim().strip_prefix("Almanac is ready: ").map(ToOwned::to_owned);
        let log = || fs::read_to_string(self.path("server.log")).unwrap();
        Server { url: url.unwrap_or_else(|| panic!("no server: {}", log())), child }
    }

    /// What a statement gives, past all walls, as psql writes it. A private PostgreSQL must be running.
    pub fn sql(&self, sql: &str) -> String {
        match &self.database {
            Some(database) => psql(CLUSTER.access(), database, sql),
            None => {
                let access = cluster::attach(&cluster::Settings::new(self.path("data"))).unwrap().unwrap();
                psql(&access, cluster::DATABASE, sql)
            }
        }
    }

    /// Every table, with how many rows it has and what they are; but those into which a server writes by itself.
    pub fn hashes(&self) -> Vec<String> {
        let tables = self.sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' \
             AND tablename NOT IN ('ingest_minutes', 'rate_limits', 'focus_summary') AND tablename NOT LIKE 'standing%' ORDER BY 1",
        );
        let hash = |table: &str| {
            let rows =
                format!("SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t");
            format!("{table} {}", self.sql(&rows))
        };
        tables.lines().map(hash).collect()
    }

    /// The rights of a file here.
    pub fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o777
    }
}

/// What a statement gives, as psql writes it.
pub fn psql(access: &Access, database: &str, sql: &str) -> String {
    let mut psql = access.tool("psql").unwrap();
    let done = psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql]).output().unwrap();
    assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

/// A server, which is stopped with this value.
pub struct Server {
    pub url: String,
    child: Child,
}

impl Server {
    /// What a path gives to somebody who signs in.
    pub fn get_as(&self, username: &str, password: &str, path: &str) -> Value {
        let client = reqwest::blocking::Client::new();
        let url = |path: &str| format!("{}/api{path}", self.url);
        let body = serde_json::json!({"username": username, "password": password});
        let signed_in = client.post(url("/login")).json(&body).send().unwrap();
        let signed_in: Value = signed_in.error_for_status().unwrap().json().unwrap();
        let token = signed_in["access_token"].as_str().unwrap();
        let answer = client.get(url(path)).bearer_auth(token).send().unwrap();
        answer.error_for_status().unwrap().json().unwrap()
    }

    /// What a path gives to the device that has this key.
    pub fn get(&self, key: &str, path: &str) -> Value {
        let client = reqwest::blocking::Client::new();
        let new = serde_json::json!({"platform": "browser", "device_key": key});
        let url = |path: &str| format!("{}/api{path}", self.url);
        let device = client.post(url("/devices/register")).json(&new).send().unwrap();
        let device: Value = device.error_for_status().unwrap().json().unwrap();
        let token = device["access_token"].as_str().unwrap();
        let answer = client.get(url(path)).bearer_auth(token).send().unwrap();
        answer.error_for_status().unwrap().json().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let ended = self.child.wait().unwrap();
        if !std::thread::panicking() {
            assert!(ended.success(), "the server did not end well: {ended}");
        }
    }
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: Output) -> Said {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// It went well. Gives its lines.
    #[track_caller]
    pub fn ok(&self) -> Vec<&str> {
        assert_eq!(self.code, 0, "{self:?}");
        self.out.lines().collect()
    }

    /// It failed, and told this as its error. Gives its lines.
    #[track_caller]
    pub fn fails(&self, why: &str) -> Vec<&str> {
        assert_eq!(self.code, 1, "{self:?}");
        let last = self.err.lines().last().unwrap_or_default();
        assert!(last.contains(" ERROR ") && last.contains(why), "{self:?}");
        assert!(!self.err.contains("panic"), "{self:?}");
        self.out.lines().collect()
    }
}

/// The path of a file as text.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
