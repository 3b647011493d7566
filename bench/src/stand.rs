//! What is measured: a private PostgreSQL on a real disk, durable as it comes, and the release server on it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use cluster::Cluster;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use rustix::process::{Pid, Signal, kill_process};

use crate::processes::{self, Memory};

/// Key of the server's tokens; the rows measured here are nobody's.
pub const SECRET: &str = "a key for benchmarks, whose rows are nobody's";

/// Requests a minute that are let through: as many as come, still being counted.
const MANY: &str = "100000000";

/// The cluster and the processes on it. All of it ends with this value.
pub struct Stand {
    /// Where the server listens.
    pub server: SocketAddr,
    /// Where the yardstick listens.
    pub yardstick: SocketAddr,
    /// The database, for libpq.
    pub url: String,
    /// Memory of the server before its first request of ours.
    pub idle: Memory,
    server_process: Process,
    yardstick_process: Process,
    postmaster: u32,
    cluster: Option<Cluster>,
    binary: PathBuf,
    dir: tempfile::TempDir,
}

/// Another server, which ends with this value.
pub struct Beside {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its database, for libpq.
    pub url: String,
    process: Process,
}

impl Beside {
    /// Its memory now, in MiB; from here on its largest is counted.
    ///
    /// # Errors
    /// When it has ended.
    pub fn start_peak(&self) -> Result<f64> {
        processes::start_peak(self.process.0.id())?;
        Ok(processes::memory(self.process.0.id())?.resident)
    }

    /// The most memory it had since, in MiB.
    ///
    /// # Errors
    /// When it has ended.
    pub fn peak(&self) -> Result<f64> {
        processes::peak(self.process.0.id())
    }
}

/// Processor seconds used so far.
#[derive(Clone, Copy)]
pub struct Meter {
    pub server: f64,
    pub yardstick: f64,
    pub database: f64,
    pub ourselves: f64,
    pub machine: f64,
    at: Instant,
}

impl Meter {
    /// What was used since `before`.
    pub fn since(self, before: Meter) -> Used {
        let seconds = (self.at - before.at).as_secs_f64();
        let cores =
            std::thread::available_parallelism().map_or(1.0, |cores| crate::summary::float(cores.get()));
        let mut used = Used {
            server: self.server - before.server + self.yardstick - before.yardstick,
            database: self.database - before.database,
            ourselves: self.ourselves - before.ourselves,
            strangers: 0.0,
        };
        let all = self.machine - before.machine;
        used.strangers = ((all - used.server - used.database - used.ourselves) / seconds / cores).max(0.0);
        used
    }
}

/// Processor seconds, and the part of the machine (0 to 1) that other processes had.
#[derive(Clone, Copy)]
pub struct Used {
    pub server: f64,
    pub database: f64,
    pub ourselves: f64,
    pub strangers: f64,
}

impl Stand {
    /// Starts everything; `data` is a directory on the disk that is to be measured. PostgreSQL counts `statements`
    /// where that is wanted.
    ///
    /// # Errors
    /// When something does not start; it says what.
    pub fn start(data: &Path, server: &Path, statements: bool) -> Result<Stand> {
        if !server.is_file() {
            bail!(
                "{} is not there: cargo build --release --package almanac-server --bin almanac",
                server.display()
            );
        }
        let dir = tempfile::Builder::new().prefix("almanac-bench-").tempdir_in(data)?;
        // PostgreSQL's user must get through, where we are root.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o711))?;
        let mut settings = cluster::Settings::new(dir.path().join("data"));
        #[allow(clippy::disallowed_methods, reason = "where programs are found")]
        let path = std::env::var_os("PATH");
        settings.path = path.unwrap_or_default();
        let mut cluster = Cluster::start(&settings)?;
        if statements {
            let mut conn = PgConnection::establish(&cluster.url(cluster::DATABASE))?;
            conn.batch_execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")?;
            conn.batch_execute("CREATE EXTENSION pg_stat_statements")?;
            cluster.stop();
            cluster = Cluster::start(&settings)?;
        }
        let url = cluster.url(cluster::DATABASE);
        let pid = fs::read_to_string(dir.path().join("data/pg/postmaster.pid"))?;
        let postmaster =
            pid.lines().next().unwrap_or_default().trim().parse().context("PostgreSQL's process id")?;

        let (mut server_process, address) = serve(server, &url, dir.path())?;
        wait_until_ready(&mut server_process, address)?;
        std::thread::sleep(Duration::from_secs(2));
        let idle = processes::memory(server_process.0.id())?;
        let (yardstick_process, yardstick) = yardstick(&url)?;
        Ok(Stand {
            server: address,
            yardstick,
            url,
            idle,
            server_process,
            yardstick_process,
            postmaster,
            cluster: Some(cluster),
            binary: server.to_owned(),
            dir,
        })
    }

    /// What all of them have used so far.
    ///
    /// # Errors
    /// When one of them has ended.
    pub fn meter(&self) -> Result<Meter> {
        Ok(Meter {
            server: processes::cpu(self.server_process.0.id())?,
            yardstick: processes::cpu(self.yardstick_process.0.id())?,
            database: processes::cpu_of_family(self.postmaster)?,
            ourselves: processes::cpu(std::process::id())?,
            machine: processes::cpu_of_machine()?,
            at: Instant::now(),
        })
    }

    /// Memory of the server now.
    ///
    /// # Errors
    /// When it has ended.
    pub fn memory(&self) -> Result<Memory> {
        processes::memory(self.server_process.0.id())
    }

    /// Process ids, for a profiler: the server's and PostgreSQL's first.
    pub fn pids(&self) -> (u32, u32) {
        (self.server_process.0.id(), self.postmaster)
    }

    /// A connection of its own.
    ///
    /// # Errors
    /// When the database is not there.
    pub fn connect(&self) -> Result<PgConnection> {
        Ok(PgConnection::establish(&self.url)?)
    }

    /// One more server, on a new database of the same PostgreSQL.
    ///
    /// # Errors
    /// When it does not start.
    pub fn beside(&self, name: &str) -> Result<Beside> {
        diesel::sql_query(format!("CREATE DATABASE {name}")).execute(&mut self.connect()?)?;
        let url = self.cluster.as_ref().context("PostgreSQL has ended")?.url(name);
        let dir = self.dir.path().join(name);
        fs::create_dir(&dir)?;
        let (mut process, address) = serve(&self.binary, &url, &dir)?;
        wait_until_ready(&mut process, address)?;
        Ok(Beside { address, url, process })
    }

    /// Where it keeps its files.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        self.server_process.stop();
        self.yardstick_process.stop();
        drop(self.cluster.take());
    }
}

/// A process that ends when this is dropped.
struct Process(Child);

impl Process {
    fn stop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            let _ = kill_process(Pid::from_child(&self.0), Signal::TERM);
            let began = Instant::now();
            while matches!(self.0.try_wait(), Ok(None)) && began.elapsed() < Duration::from_secs(15) {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The server as an operator starts it, but for its limits on how often one device may ask.
fn serve(server: &Path, url: &str, dir: &Path) -> Result<(Process, SocketAddr)> {
    let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let log = File::create(dir.join("server.log"))?;
    let child = Command::new(server)
        .arg("serve")
        .current_dir(dir)
        .env("DATABASE_URL", url)
        .env("HOST", "127.0.0.1")
        .env("PORT", address.port().to_string())
        .env("ALMANAC_DATA", dir.join("server"))
        .env("JWT_SECRET", SECRET)
        .env("RATE_LIMIT", MANY)
        .env("REGISTER_RATE_LIMIT", MANY)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .with_context(|| format!("cannot start {}", server.display()))?;
    Ok((Process(child), address))
}

fn wait_until_ready(server: &mut Process, address: SocketAddr) -> Result<()> {
    let began = Instant::now();
    loop {
        let mut answer = String::new();
        if let Ok(mut stream) = TcpStream::connect(address) {
            let request =
                format!("GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            let _ = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_string(&mut answer));
        }
        if answer.starts_with("HTTP/1.1 200") {
            return Ok(());
        }
        if let Some(status) = server.0.try_wait()? {
            bail!("the server ended at once: {status}");
        }
        if began.elapsed() > Duration::from_secs(30) {
            bail!("the server was not ready within 30 s; it said: {answer}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// This program once more, as the server it is compared with.
fn yardstick(url: &str) -> Result<(Process, SocketAddr)> {
    let child =
        Command::new(std::env::current_exe()?).arg("yardstick").arg(url).stdout(Stdio::piped()).spawn()?;
    let mut process = Process(child);
    let told = process.0.stdout.take().ok_or_else(|| anyhow!("the yardstick says nothing"))?;
    let mut line = String::new();
    BufReader::new(told).read_line(&mut line)?;
    Ok((process, line.trim().parse().context("the yardstick's address")?))
}

/// Where the server's binary is: beside this one.
pub fn server_binary() -> Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("almanac"))
}

/// The last lines the server wrote, for when something went wrong.
pub fn log_tail(dir: &Path) -> String {
    let text = fs::read(dir.join("server.log")).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
}
