//! PostgreSQL's first process: started, watched and stopped.

use crate::{
    error::{During, Error},
    lock::Held,
    logfile::LogFile,
    pid_file_line,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::{
    io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, ExitStatus},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

/// How PostgreSQL is stopped: its fast shutdown (sessions end, everything is written out), its immediate one (which the
/// next start recovers from, as from a crash), and none at all; and how long each may take: 10 s in all, which is what
/// container engines grant.
const STOPS: [(Signal, Duration); 3] = [
    (Signal::SIGINT, Duration::from_secs(7)),
    (Signal::SIGQUIT, Duration::from_secs(2)),
    (Signal::SIGKILL, Duration::from_secs(1)),
];

#[derive(Debug)]
pub(crate) struct Postmaster {
    pid: Pid,
    log: LogFile,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// We asked for the end.
    stopping: bool,
    /// It has come; the process id is nobody's, or somebody else's.
    ended: Option<ExitStatus>,
}

impl Postmaster {
    pub fn start(mut command: Command, lock: Held, log: LogFile) -> Result<Arc<Self>, Error> {
        command.stdin(lock.into_stdin()).stdout(log.writer()?).stderr(log.writer()?);
        // Ctrl-C at the terminal is for us, and we stop PostgreSQL after the last request.
        command.process_group(0);
        // The thread that starts it has to live as long as it does: the kernel's parent-death signal is about threads.
        let (tell, told) = mpsc::sync_channel(1);
        let cannot = || "cannot start PostgreSQL".into();
        thread::Builder::new()
            .name("postgres-wait".into())
            .spawn(move || {
                let started = command.spawn().and_then(|child| Ok((Pid::from_raw(pid_of(&child)?), child)));
                // It has its own copies of the lock and the log by now.
                drop(command);
                match started {
                    Err(e) => drop(tell.send(Err(e))),
                    Ok((pid, child)) => {
                        let this =
                            Arc::new(Self { pid, log, state: Mutex::default(), changed: Condvar::new() });
                        drop(tell.send(Ok(Arc::clone(&this))));
                        this.wait_for(child);
                    }
                }
            })
            .during(cannot)?;
        let this = told.recv().map_err(io::Error::other).and_then(|started| started).during(cannot)?;
        let rotating = Arc::clone(&this);
        let spawned =
            thread::Builder::new().name("postgres-log".into()).spawn(move || rotating.keep_log_small());
        match spawned.during(cannot) {
            Ok(_) => Ok(this),
            Err(e) => {
                this.stop();
                Err(e)
            }
        }
    }

    fn wait_for(&self, mut child: Child) {
        self.wait_unreaped();
        let mut state = self.lock();
        state.ended = Some(child.wait().unwrap_or_default());
        self.changed.notify_all();
    }

    /// Until the child is reaped its number is not given to another process: nobody is signalled by mistake.
    #[cfg(target_os = "linux")]
    fn wait_unreaped(&self) {
        use nix::{errno::Errno, sys::wait};
        let unreaped = wait::WaitPidFlag::WEXITED | wait::WaitPidFlag::WNOWAIT;
        while wait::waitid(wait::Id::Pid(self.pid), unreaped) == Err(Errno::EINTR) {}
    }

    #[cfg(not(target_os = "linux"))]
    fn wait_unreaped(&self) {}

    fn keep_log_small(&self) {
        while self.wait(Duration::from_secs(60)).is_none() {
            self.log.keep_small();
        }
    }

    /// PostgreSQL writes its status to line 8 of its pid file. Recovery after a crash may take long.
    pub fn wait_until_ready(&self, cluster: &Path) -> Result<(), Error> {
        let ours = self.pid.to_string();
        let mut told = Instant::now();
        loop {
            if let Some(status) = self.wait(Duration::from_millis(10)) {
                return Err(Error::DidNotStart {
                    status,
                    log: self.log.path().to_owned(),
                    tail: self.log.tail(),
                });
            }
            if pid_file_line(cluster, 1).as_ref() == Some(&ours)
                && pid_file_line(cluster, 8).as_deref() == Some("ready")
            {
                return Ok(());
            }
            if told.elapsed() > Duration::from_secs(10) {
                log::info!(
                    "PostgreSQL is still starting: {}",
                    self.log.tail().lines().last().unwrap_or_default()
                );
                told = Instant::now();
            }
        }
    }

    /// Once it has ended, how.
    fn wait(&self, at_most: Duration) -> Option<ExitStatus> {
        let waiting = self.changed.wait_timeout_while(self.lock(), at_most, |state| state.ended.is_none());
        waiting.unwrap_or_else(PoisonError::into_inner).0.ended
    }

    /// Returns once PostgreSQL is gone.
    pub fn stop(&self) {
        self.lock().stopping = true;
        for (signal, patience) in STOPS {
            let asked = Instant::now();
            {
                let state = self.lock();
                if state.ended.is_some() {
                    return;
                }
                if let Err(e) = kill(self.pid, signal) {
                    log::error!("cannot stop PostgreSQL (process {}): {e}", self.pid);
                }
            }
            if self.wait(patience).is_some() {
                log::info!("PostgreSQL stopped after {} ms", asked.elapsed().as_millis());
                return;
            }
            log::warn!("PostgreSQL did not stop within {} s of {signal}", patience.as_secs());
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pid_of(child: &Child) -> io::Result<i32> {
    child.id().try_into().map_err(io::Error::other)
}

/// Tells when PostgreSQL has ended.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Postmaster>);

impl Watch {
    pub(crate) fn new(postmaster: &Arc<Postmaster>) -> Self {
        Self(Arc::clone(postmaster))
    }

    /// Blocks until PostgreSQL has ended. None when it was to ([`crate::Cluster::stop`]); the error when it died, and
    /// the server has nothing to serve from. A session that crashes is not its end: PostgreSQL recovers from that itself.
    pub fn wait(&self) -> Option<Error> {
        let ended = |state: &mut State| state.ended.is_none();
        let waiting = self.0.changed.wait_while(self.0.lock(), ended);
        let state = waiting.unwrap_or_else(PoisonError::into_inner);
        let status = state.ended.filter(|_| !state.stopping)?;
        Some(Error::Died { status, log: self.0.log.path().to_owned(), tail: self.0.log.tail() })
    }
}
