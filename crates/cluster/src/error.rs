//! What can go wrong, each said as a sentence that names the way out.

use std::{io, path::PathBuf, process::ExitStatus};

/// Why the cluster is not running, or not to be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No directory that was searched holds PostgreSQL's server.
    #[error(
        "no PostgreSQL server was found on this machine: install it (Debian and Ubuntu: `apt-get install \
         postgresql`), say where its programs are with PG_BINDIR, or name a running database with DATABASE_URL"
    )]
    NoServer,
    /// No directory that was searched holds PostgreSQL's client programs.
    #[error(
        "PostgreSQL's client programs (pg_dump, pg_restore, psql) were not found on this machine: install them \
         (Debian and Ubuntu: `apt-get install postgresql-client`), or say where they are with PG_BINDIR"
    )]
    NoClient,
    /// `bin_dir` was given and does not hold what is needed.
    #[error("PG_BINDIR is {}, and there is no {program} in it: name the directory that holds PostgreSQL's programs", dir.display())]
    BinDir {
        /// The directory given.
        dir: PathBuf,
        /// The first program missing.
        program: String,
    },
    /// Only releases older than are supported were found.
    #[error(
        "PostgreSQL {} or newer is needed, and this machine has {found}: install a newer one, or say where it is with PG_BINDIR",
        crate::OLDEST_MAJOR
    )]
    TooOld {
        /// Releases and where they are.
        found: String,
    },
    /// The data was written by a release that is not installed.
    #[error(
        "the data in {} was written by PostgreSQL {need}, and this machine has {found}: install PostgreSQL {need} \
         (or say where its programs are with PG_BINDIR), or move the data into the newer one with pg_dumpall",
        cluster.display()
    )]
    OtherMajor {
        /// The cluster's directory.
        cluster: PathBuf,
        /// Its major release.
        need: String,
        /// Releases and where they are.
        found: String,
    },
    /// A client program is missing beside the server's.
    #[error("{} does not exist: install PostgreSQL's client programs of the same release as its server", program.display())]
    NoTool {
        /// The path looked for.
        program: PathBuf,
    },
    /// Root needs an ordinary user to run PostgreSQL, and none of these can be it.
    #[error(
        "PostgreSQL does not run as root, and there is no ordinary user {names} to run it: create one, or name another with PG_RUN_AS"
    )]
    NoUser {
        /// The names tried.
        names: String,
    },
    /// Only root can run PostgreSQL as somebody else.
    #[error(
        "PG_RUN_AS is {wanted}, but this server runs as {user} and only root can change to another user: leave PG_RUN_AS out"
    )]
    NotRoot {
        /// The user asked for.
        wanted: String,
        /// The user this process is.
        user: String,
    },
    /// The user id has no name, without which PostgreSQL does not start.
    #[error(
        "the user id {uid} has no name, and PostgreSQL does not run without one: add the user to /etc/passwd, or run the server as a user who has a name"
    )]
    NoName {
        /// The user id.
        uid: u32,
    },
    /// The user that runs PostgreSQL cannot get to its data.
    #[error(
        "PostgreSQL does not run as root, and the user {user}, who runs it, cannot enter {}: choose a data directory \
         elsewhere (such as /var/lib/almanac), or let that user in with `chmod o+x {}`",
        dir.display(), dir.display()
    )]
    Unreachable {
        /// Who runs PostgreSQL.
        user: String,
        /// The outermost directory closed to it.
        dir: PathBuf,
    },
    /// The user that runs PostgreSQL cannot execute it.
    #[error("the user {user}, who runs PostgreSQL, cannot execute {}: {source}", program.display())]
    NotExecutable {
        /// Who runs PostgreSQL.
        user: String,
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another server holds the directory.
    #[error("another server is already running on {} (process {pid}): stop it, or give this one a data directory of its own", data.display())]
    InUse {
        /// The data directory.
        data: PathBuf,
        /// The other server's process id, as it wrote it down.
        pid: String,
    },
    /// Processes that a killed server left behind do not end.
    #[error("processes of an earlier PostgreSQL still use {} and do not end: see `fuser -v {}/postgres.lock`, end them, and start again", data.display(), data.display())]
    Orphan {
        /// The data directory.
        data: PathBuf,
    },
    /// Something is where the cluster belongs, and it is not one.
    #[error("{} is there, but it is not a PostgreSQL cluster (it has no PG_VERSION): restore it from a backup, or move it away to start empty", dir.display())]
    NotACluster {
        /// The directory.
        dir: PathBuf,
    },
    /// The cluster's files belong to another user than runs PostgreSQL.
    #[error("the cluster in {} belongs to {owner}, and PostgreSQL would run as {user}: give it to that user with `chown -R {user} {}`, or run the server as its owner", dir.display(), dir.display())]
    Owner {
        /// The cluster's directory.
        dir: PathBuf,
        /// Whose it is.
        owner: String,
        /// Who was to run PostgreSQL.
        user: String,
    },
    /// The directory for the socket is somebody else's or open to others.
    #[error("{} is to hold PostgreSQL's socket, but it is not a directory that only {user} can use: remove it, or choose a data directory with a shorter, simpler path", dir.display())]
    SocketDir {
        /// The directory.
        dir: PathBuf,
        /// Who runs PostgreSQL.
        user: String,
    },
    /// PostgreSQL's files keep one path a line.
    #[error(
        "the data directory {data:?} has a line break in its path, which PostgreSQL cannot hold: choose another"
    )]
    LineBreak {
        /// The data directory.
        data: PathBuf,
    },
    /// The new cluster could not be made.
    #[error("PostgreSQL could not make a new cluster: {output}")]
    Create {
        /// What PostgreSQL said.
        output: String,
    },
    /// PostgreSQL ended before it was ready.
    #[error("PostgreSQL did not start ({status}); the last it said, from {}:\n{tail}", log.display())]
    DidNotStart {
        /// How it ended.
        status: ExitStatus,
        /// PostgreSQL's log.
        log: PathBuf,
        /// The last lines of it.
        tail: String,
    },
    /// PostgreSQL ended, and nobody here had asked it to.
    #[error("PostgreSQL ended ({status}) while it was needed; the last it said, from {}:\n{tail}", log.display())]
    Died {
        /// How it ended.
        status: ExitStatus,
        /// PostgreSQL's log.
        log: PathBuf,
        /// The last lines of it.
        tail: String,
    },
    /// The system refused something.
    #[error("{what}: {source}")]
    Io {
        /// What was tried, with the path.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Says what was being done when the system refused.
pub(crate) trait During<T> {
    fn during(self, what: impl FnOnce() -> String) -> Result<T, Error>;
}

impl<T, E: Into<io::Error>> During<T> for Result<T, E> {
    fn during(self, what: impl FnOnce() -> String) -> Result<T, Error> {
        self.map_err(|e| Error::Io { what: what(), source: e.into() })
    }
}
