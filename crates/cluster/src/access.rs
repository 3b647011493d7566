//! The way in to a running cluster: its socket, and the programs that use it.

use crate::{DATABASE, Error, ROLE, Settings, Tools, binaries::Server, error::During, pid_file_line};
use std::{
    fs,
    os::unix::{fs::MetadataExt, net::UnixStream},
    path::{Path, PathBuf},
    process::Command,
};

/// PostgreSQL names its socket by the port, though there is none.
const SOCKET: &str = ".s.PGSQL.5432";
/// A socket's path has 103 bytes at most on macOS, and 107 on Linux; the name and the slash take 14.
const LONGEST_DIR: usize = 103 - SOCKET.len() - 1;
/// Where the socket goes when the data directory's path will not do.
const OUTSIDE: &str = "/tmp";

/// How to connect to a running cluster. The kernel vouches for who connects (peer authentication over a socket): the
/// user that runs PostgreSQL, and the user of the server that started it.
#[derive(Clone, Debug)]
pub struct Access {
    socket_dir: PathBuf,
    tools: Tools,
}

impl Access {
    pub(crate) fn new(socket_dir: PathBuf, tools: Tools) -> Self {
        Self { socket_dir, tools }
    }

    pub(crate) fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The address of `database` for libpq, as the role [`ROLE`]. It holds no secret.
    pub fn url(&self, database: &str) -> String {
        let host = self.socket_dir.as_os_str().as_encoded_bytes();
        format!("postgres://{ROLE}@{}/{}", percent_encoded(host), percent_encoded(database.as_bytes()))
    }

    /// A command that runs one of PostgreSQL's client programs (pg_dump, pg_restore, psql), of the cluster's release, on
    /// this cluster: on [`DATABASE`] unless an argument names another. It runs as this process's user, whom the cluster
    /// lets in and whose files it reads and writes.
    pub fn tool(&self, name: &str) -> Result<Command, Error> {
        let mut command = self.tools.command(name)?;
        command.env("PGHOST", &self.socket_dir).env("PGUSER", ROLE).env("PGDATABASE", DATABASE);
        Ok(command)
    }
}

/// The way in to a cluster that another process runs, if one does: for a backup beside a running server.
pub fn attach(settings: &Settings) -> Result<Option<Access>, Error> {
    let cluster = settings.data.join("pg");
    let (Some(dir), Some("ready")) = (pid_file_line(&cluster, 5), pid_file_line(&cluster, 8).as_deref())
    else {
        return Ok(None);
    };
    let dir = PathBuf::from(dir);
    if UnixStream::connect(dir.join(SOCKET)).is_err() {
        return Ok(None);
    }
    let server = Server::find(settings, &cluster)?;
    Ok(Some(Access::new(dir, server.tools())))
}

/// The directory for the socket: in the data directory; outside when its path is too long for a socket, or libpq would
/// take it for several. There its name is the data directory's number, the same at each start.
pub(crate) fn socket_dir(data: &Path) -> Result<PathBuf, Error> {
    let dir = data.join("run");
    if dir.to_str().is_some_and(|d| d.len() <= LONGEST_DIR && !d.contains(',')) {
        return Ok(dir);
    }
    let of = fs::metadata(data).during(|| data.display().to_string())?;
    Ok(Path::new(OUTSIDE).join(format!("almanac-{:x}-{:x}", of.dev(), of.ino())))
}

/// Takes an emptied directory outside the data directory away.
pub(crate) fn remove_outside(socket_dir: &Path) {
    if socket_dir.parent() == Some(Path::new(OUTSIDE))
        && let Err(e) = fs::remove_dir(socket_dir)
    {
        log::debug!("{} stays: {e}", socket_dir.display());
    }
}

fn percent_encoded(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, &b| {
        if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
        out
    })
}
