//! One server a directory, and one PostgreSQL.
//!
//! Two locks (flock) say so, and the kernel drops them with the processes that hold them. The server holds
//! `server.lock`. `postgres.lock` is handed to PostgreSQL as its standard input, which every process it forks inherits:
//! while it is held, something of an earlier PostgreSQL lives, whatever `postmaster.pid` says; once it is free, nothing
//! does, and what that file names is dead, unreaped, or somebody else by now.

use crate::{
    error::{During, Error},
    pid_file_line,
};
use nix::{
    errno::Errno,
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    os::unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    path::Path,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

/// How long what a killed server left behind may take to end, before and after it is told to at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// The directory is ours, until this is dropped.
#[derive(Debug)]
pub(crate) struct Owned(File);

impl Owned {
    pub fn take(data: &Path) -> Result<Self, Error> {
        let mut file = open(&data.join("server.lock"))?;
        if !try_lock(&file, data)? {
            let mut pid = String::new();
            // The holder may not have written its number yet; the message does without.
            let _ = file.read_to_string(&mut pid);
            let pid = if pid.trim().is_empty() { "unknown".into() } else { pid.trim().into() };
            return Err(Error::InUse { data: data.to_owned(), pid });
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .during(|| format!("cannot write to {}", data.join("server.lock").display()))?;
        Ok(Self(file))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // Closing is not enough while a child that another thread is just starting still has a copy.
        if let Err(e) = self.0.unlock() {
            log::warn!("the data directory stays locked until this process ends: {e}");
        }
    }
}

/// PostgreSQL's lock, taken for the PostgreSQL that is about to start.
#[derive(Debug)]
pub(crate) struct Held(File);

impl Held {
    /// Waits for an earlier PostgreSQL to end, and has it end.
    pub fn take(data: &Path, cluster: &Path) -> Result<Self, Error> {
        let file = open(&data.join("postgres.lock"))?;
        let began = Instant::now();
        let mut told = None;
        loop {
            let orphan = postmaster(cluster);
            if orphan.is_none() && try_lock(&file, data)? {
                return Ok(Self(file));
            }
            let signal = if began.elapsed() < PATIENCE { Signal::SIGINT } else { Signal::SIGQUIT };
            if began.elapsed() > PATIENCE * 2 {
                return Err(Error::Orphan { data: data.to_owned() });
            }
            if let Some(pid) = orphan
                && told != Some((pid, signal))
            {
                log::warn!("stopping the PostgreSQL that an earlier server left behind (process {pid})");
                match kill(pid, signal) {
                    Err(Errno::ESRCH) => {}
                    sent => sent.during(|| format!("cannot stop process {pid}"))?,
                }
                told = Some((pid, signal));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The lock as a file to read from, in which there is nothing.
    pub fn into_stdin(self) -> Stdio {
        self.0.into()
    }
}

/// Removes what a dead PostgreSQL left, on which the next would stumble. For who has [`Held`].
pub(crate) fn clear_stale(cluster: &Path, socket: &Path) -> Result<(), Error> {
    let sockets = fs::read_dir(socket).into_iter().flatten().flatten().map(|e| e.path());
    for file in sockets.chain([cluster.join("postmaster.pid")]) {
        match fs::remove_file(&file) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            removed => removed.during(|| format!("cannot remove {}", file.display()))?,
        }
    }
    Ok(())
}

/// The live postmaster on the cluster, whoever started it. A process that has only inherited the number in
/// `postmaster.pid` does not run PostgreSQL with this directory.
fn postmaster(cluster: &Path) -> Option<Pid> {
    let pid: i32 = pid_file_line(cluster, 1)?.parse().ok().filter(|pid| *pid > 1)?;
    let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let mut words = line.split(|b| *b == 0);
    let runs_postgres = words.next().is_some_and(|program| program.ends_with(b"postgres"));
    let here = cluster.as_os_str().as_bytes();
    let names_it = words.any(|word| word.strip_prefix(b"-D").unwrap_or(word) == here);
    let in_it = fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == cluster);
    (runs_postgres && (names_it || in_it)).then(|| Pid::from_raw(pid))
}

fn open(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .during(|| format!("cannot open {}", path.display()))
}

fn try_lock(file: &File, data: &Path) -> Result<bool, Error> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(source)) => Err(source).during(|| format!("cannot lock {}", data.display())),
    }
}
