//! A server in another process, which holds a cluster: this test binary again, at the test `holder::hold` with the
//! settings among its arguments.

use crate::place::{Place, sql, within};
use cluster::{Cluster, Settings};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use signal_hook::{consts::SIGTERM, iterator::Signals};
use std::{
    ffi::OsString,
    fs,
    io::{self, BufRead, BufReader, Read},
    os::unix::{
        ffi::{OsStrExt, OsStringExt},
        fs::PermissionsExt,
        process::CommandExt,
    },
    process::{Child, ChildStdin, Command, ExitStatus, Stdio, exit},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn hold() {
    if let Some(settings) = asked_to_hold() {
        serve(&settings);
    }
    // Not asked: the holder itself is what is tested here.
    let place = Place::new();
    let mut holder = Holder::start(&place);
    assert_eq!(sql(&place.attach(), "SELECT 1"), "1");
    holder.signal(Signal::SIGTERM);
    assert!(holder.exit_status().success());
}

fn asked_to_hold() -> Option<Settings> {
    let value = |name: &[u8]| {
        let mut args = std::env::args_os();
        args.find_map(|arg| arg.as_bytes().strip_prefix(name).map(|value| OsString::from_vec(value.to_vec())))
    };
    let mut settings = Settings::new(value(b"data=")?);
    settings.run_as = value(b"run_as=").map(|name| name.into_string().unwrap());
    Some(settings)
}

/// What a server does, and no more.
fn serve(settings: &Settings) -> ! {
    let mut signals = Signals::new([SIGTERM]).unwrap();
    // Whoever started it holds the other end: it does not outlive a test that was killed.
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        exit(9)
    });
    let cluster = Cluster::start(settings).unwrap_or_else(|e| {
        println!("\nFAILED {}", e.to_string().replace('\n', " "));
        exit(1)
    });
    println!("\nREADY");
    let watch = cluster.watch();
    thread::spawn(move || {
        if let Some(e) = watch.wait() {
            println!("\nDIED {}", e.to_string().replace('\n', " "));
            exit(3)
        }
    });
    signals.forever().next();
    cluster.stop();
    exit(0)
}

#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Ready,
    Failed(String),
    Died(String),
}

pub struct Holder {
    child: Child,
    said: Receiver<(Said, Duration)>,
    /// From its start until it was ready.
    pub took: Duration,
    _stdin: ChildStdin,
}

impl Holder {
    /// Ready to serve.
    pub fn start(place: &Place) -> Self {
        Self::spawn(place, None).ready()
    }

    /// As another user; root only.
    pub fn start_as(uid: u32, place: &Place) -> Self {
        Self::spawn(place, Some(uid)).ready()
    }

    fn ready(mut self) -> Self {
        let (said, took) = self.said.recv_timeout(PATIENCE).unwrap();
        assert_eq!(said, Said::Ready);
        self.took = took;
        self
    }

    pub fn spawn(place: &Place, uid: Option<u32>) -> Self {
        Self::spawn_with(place, |mut holder| {
            if let Some(uid) = uid {
                holder.uid(uid).gid(uid);
            }
            holder
        })
    }

    /// By a command made of the holder's own.
    pub fn spawn_with(place: &Place, change: impl FnOnce(Command) -> Command) -> Self {
        // A copy, because another user may not get at the original.
        let program = place.dir().join("holder");
        if !program.exists() {
            fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut data = OsString::from("data=");
        data.push(place.data());
        let mut command = Command::new(program);
        command.args(["--exact", "holder::hold", "--nocapture"]).arg(data);
        command.args(place.settings.run_as.as_ref().map(|name| format!("run_as={name}")));
        let mut command = change(command);
        let began = Instant::now();
        command.current_dir(place.dir()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = loop {
            match command.spawn() {
                // Another test's child, just forked, still has the copy open for writing.
                Err(e) if e.kind() == io::ErrorKind::ExecutableFileBusy => thread::yield_now(),
                spawned => break spawned.unwrap(),
            }
        };
        let out = BufReader::new(child.stdout.take().unwrap());
        let stdin = child.stdin.take().unwrap();
        let (tell, said) = channel();
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let word = match line.split_once(' ').unwrap_or((&line, "")) {
                    ("READY", "") => Said::Ready,
                    ("FAILED", why) => Said::Failed(why.into()),
                    ("DIED", why) => Said::Died(why.into()),
                    _ => continue,
                };
                let _ = tell.send((word, began.elapsed()));
            }
        });
        Self { child, said, took: Duration::ZERO, _stdin: stdin }
    }

    /// The next it says; None when it ends without.
    pub fn says(&self) -> Option<Said> {
        self.said.recv_timeout(PATIENCE).ok().map(|(said, _)| said)
    }

    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().unwrap())
    }

    pub fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
    }

    pub fn kill_9(&mut self) {
        self.signal(Signal::SIGKILL);
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub fn exit_status(&mut self) -> ExitStatus {
        let mut status = None;
        let ended = within(Duration::from_secs(30), || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        assert!(ended, "the holder does not end");
        status.unwrap()
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
