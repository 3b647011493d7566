//! The private PostgreSQL cluster: made, started, watched and stopped by the server that uses it, over the programs of
//! an installed PostgreSQL, with nothing to set up.
//!
//! It owns the data directory and PostgreSQL's process. It knows nothing of what is stored, never reads the
//! environment, and never relaxes durability. Start reading at [`Cluster::start`].
//!
//! What is in the data directory, beside the server's own files:
//!
//! | name | what |
//! | --- | --- |
//! | `pg/` | the cluster |
//! | `run/` | PostgreSQL's socket, for its user (and root) only; in `/tmp` when the path is too long for a socket |
//! | `conf/` | PostgreSQL's configuration, written at each start; `ALTER SYSTEM` overrides it |
//! | `postgres.log`, `postgres.log.1` | what PostgreSQL says, at most about 10 MB each |
//! | `server.lock` | held by the server that owns the directory |
//! | `postgres.lock` | held by every process of PostgreSQL, so that none is ever overlooked |

mod access;
mod account;
mod binaries;
mod child;
mod config;
mod create;
mod error;
mod lock;
mod logfile;
mod machine;
mod postmaster;

pub use access::{Access, attach};
pub use binaries::{Tools, system_dirs, tools};
pub use error::Error;
pub use postmaster::Watch;

use account::Account;
use binaries::Server;
use error::During;
use logfile::LogFile;
use postmaster::Postmaster;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Instant,
};

/// The role that owns everything in the cluster; a superuser of it.
pub const ROLE: &str = "almanac";
/// The database made with the cluster.
pub const DATABASE: &str = "almanac";
/// The oldest major release of PostgreSQL that will do.
pub const OLDEST_MAJOR: u32 = 15;

/// What the cluster has to be told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The data directory; made if it is not there.
    pub data: PathBuf,
    /// The user who runs PostgreSQL when this process is root (`PG_RUN_AS`). Default: who owns the cluster, else
    /// `postgres`, else `nobody`.
    pub run_as: Option<String>,
    /// The directory of PostgreSQL's programs (`PG_BINDIR`). Default: searched for.
    pub bin_dir: Option<PathBuf>,
    /// Directories known to hold PostgreSQL: see [`system_dirs`].
    pub system_dirs: Vec<PathBuf>,
    /// Directories to search after those, in the form of `PATH`.
    pub path: OsString,
}

impl Settings {
    /// The usual settings for a data directory. `PATH` is the caller's to add.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            run_as: None,
            bin_dir: None,
            system_dirs: system_dirs(),
            path: OsString::new(),
        }
    }
}

/// A running cluster, which ends with this value: by [`Cluster::stop`], when dropped, and when this process dies.
#[derive(Debug)]
pub struct Cluster {
    postmaster: Arc<Postmaster>,
    access: Access,
    _owned: lock::Owned,
}

impl Cluster {
    /// Starts the cluster in a data directory, making it first if there is none. Blocks until PostgreSQL answers: some
    /// seconds the first time, a fraction of one later, and as long as recovery takes after a crash.
    ///
    /// One server owns a directory; for a second one see [`attach`]. What a killed server left running is stopped.
    pub fn start(settings: &Settings) -> Result<Self, Error> {
        let began = Instant::now();
        if settings.data.as_os_str().as_encoded_bytes().iter().any(|b| matches!(b, b'\n' | b'\r')) {
            return Err(Error::LineBreak { data: settings.data.clone() });
        }
        Account::make_passage(&settings.data)?;
        let data = settings.data.canonicalize().during(|| settings.data.display().to_string())?;
        let owned = lock::Owned::take(&data)?;
        let cluster = data.join("pg");
        let account = Account::choose(settings, &cluster)?;
        let server = Server::find(settings, &cluster)?;
        account.can_enter(&data, &server.program("postgres"))?;

        let socket = access::socket_dir(&data)?;
        let held = lock::Held::take(&data, &cluster)?;
        if !cluster.join("PG_VERSION").exists() {
            create::create(&server, &account, &data, &cluster)?;
        }
        lock::clear_stale(&cluster, &socket)?;
        account.make_private_dir(&socket)?;
        let config = config::write(&server, &account, &data, &cluster, &socket)?;
        let log = LogFile::open(&data)?;

        let mut command = account.command(&server.program("postgres"), child::OnOurDeath::ShutDown);
        command.arg("-D").arg(&cluster).args(["-c".into(), config::setting("config_file", &config)]);
        command.args(config::DURABLE.iter().flat_map(|setting| ["-c", setting]));
        let postmaster = Postmaster::start(command, held, log)?;
        postmaster.wait_until_ready(&cluster)?;
        log::info!("PostgreSQL is ready after {} ms, in {}", began.elapsed().as_millis(), data.display());
        Ok(Self { postmaster, access: Access::new(socket, server.tools()), _owned: owned })
    }

    /// The way in, which other threads may keep.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The address of a database of this cluster for libpq: see [`Access::url`].
    pub fn url(&self, database: &str) -> String {
        self.access.url(database)
    }

    /// A client program that connects to this cluster: see [`Access::tool`].
    pub fn tool(&self, name: &str) -> Result<Command, Error> {
        self.access.tool(name)
    }

    /// Tells when PostgreSQL has ended; for a thread of its own.
    pub fn watch(&self) -> Watch {
        Watch::new(&self.postmaster)
    }

    /// Ends every session and stops PostgreSQL, everything written out. It is given 7 s for that, then it is stopped at
    /// once: nothing committed is lost, the next start takes longer.
    pub fn stop(self) {
        self.postmaster.stop();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.postmaster.stop();
        access::remove_outside(self.access.socket_dir());
    }
}

/// Reads a line of the file in which PostgreSQL keeps its state: 1 its process, 5 its socket's directory, 8 its status.
fn pid_file_line(cluster: &Path, line: usize) -> Option<String> {
    let text = std::fs::read(cluster.join("postmaster.pid")).ok()?;
    let text = String::from_utf8_lossy(&text);
    text.lines().nth(line.checked_sub(1)?).map(|l| l.trim().to_owned())
}
