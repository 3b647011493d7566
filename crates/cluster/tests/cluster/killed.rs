//! Servers and PostgreSQLs that die, and what they leave.

use crate::{
    holder::{Holder, Said},
    load::Load,
    place::{Place, sql, within},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, geteuid},
};
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::{Child, Command},
    sync::atomic::Ordering,
    thread,
    time::{Duration, Instant},
};

/// A load that has come into its stride.
fn load(place: &Place) -> Load {
    let load = Load::start(&place.attach(), None);
    assert!(within(Duration::from_secs(20), || load.acknowledged.load(Ordering::Relaxed) > 300));
    load
}

#[test]
fn the_server() {
    let place = Place::new();
    let mut holder = Holder::start(&place);
    let load = load(&place);
    holder.kill_9();
    let again = Holder::start(&place);
    load.nothing_is_lost(&place.attach());
    assert!(again.took < Duration::from_secs(10), "the next start took {:?}", again.took);
}

#[test]
fn the_server_takes_postgres_along() {
    let place = Place::new();
    let mut holder = Holder::start(&place);
    holder.kill_9();
    assert!(place.is_empty_within(Duration::from_secs(5)), "PostgreSQL outlives its server");
}

#[test]
fn both() {
    let place = Place::new();
    let mut holder = Holder::start(&place);
    let load = load(&place);
    kill(place.postmaster(), Signal::SIGKILL).unwrap();
    holder.kill_9();
    let again = Holder::start(&place);
    load.nothing_is_lost(&place.attach());
    assert!(again.took < Duration::from_secs(15), "the next start took {:?}", again.took);
}

/// As where the kernel has no parent-death signal.
#[test]
fn a_postgres_without_a_server_is_stopped() {
    let place = Place::new();
    drop(place.start());
    let mut orphan = unsupervised(&place);
    let access = place.attach();
    let load = Load::start(&access, None);
    assert!(within(Duration::from_secs(20), || load.acknowledged.load(Ordering::Relaxed) > 300));
    let old = place.postmaster();
    let cluster = place.start();
    assert_ne!(place.postmaster(), old);
    assert!(orphan.wait().unwrap().success(), "it was to end in order");
    load.nothing_is_lost(cluster.access());
}

fn unsupervised(place: &Place) -> Child {
    let psql = cluster::tools(&place.settings).unwrap().command("psql").unwrap();
    let mut postgres = Command::new(Path::new(psql.get_program()).with_file_name("postgres"));
    let mut config = std::ffi::OsString::from("config_file=");
    config.push(place.data().join("conf/postgresql.conf"));
    postgres.arg("-D").arg(place.cluster()).arg("-c").arg(config).current_dir("/");
    if geteuid().is_root() {
        let owner = fs::metadata(place.cluster()).unwrap();
        postgres.uid(owner.uid()).gid(owner.gid());
    }
    let child = postgres.stderr(std::process::Stdio::null()).spawn().unwrap();
    assert!(within(Duration::from_secs(20), || matches!(cluster::attach(&place.settings), Ok(Some(_)))));
    child
}

/// A session that does not notice that its postmaster is dead still has the data in hand.
#[test]
fn a_session_that_lingers_is_waited_for() {
    let place = Place::new();
    let mut holder = Holder::start(&place);
    let postmaster = place.postmaster();
    let writer = sql(&place.attach(), "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'");
    let writer = Pid::from_raw(writer.parse().unwrap());
    kill(writer, Signal::SIGSTOP).unwrap();
    kill(postmaster, Signal::SIGKILL).unwrap();
    holder.kill_9();
    let began = Instant::now();
    let freed = thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        kill(writer, Signal::SIGCONT).unwrap();
    });
    let cluster = place.start();
    freed.join().unwrap();
    assert!(began.elapsed() >= Duration::from_secs(2), "it started beside a live process of the old one");
    assert_eq!(sql(cluster.access(), "SELECT 1"), "1");
}

/// The pid file and the socket's lock file name a process that is dead, or is somebody else by now.
#[test]
fn stale_pid_files() {
    let place = Place::new();
    drop(place.start());
    let owner = fs::metadata(place.cluster()).unwrap();
    let mut ended = Command::new("true").spawn().unwrap();
    ended.wait().unwrap();
    let mut somebody = Command::new("sleep");
    if geteuid().is_root() {
        // PostgreSQL takes a process of its own user for a postmaster.
        somebody.uid(owner.uid()).gid(owner.gid());
    }
    let mut somebody = somebody.arg("600").current_dir(place.dir()).spawn().unwrap();
    let mut unreaped = Command::new("true").spawn().unwrap();
    thread::sleep(Duration::from_millis(100));

    for pid in [ended.id(), somebody.id(), unreaped.id(), std::process::id()] {
        let text = format!(
            "{pid}\n{}\n1700000000\n5432\n{}\n\n  1  1\nready   \n",
            place.cluster().display(),
            place.data().join("run").display()
        );
        for file in [place.cluster().join("postmaster.pid"), place.data().join("run/.s.PGSQL.5432.lock")] {
            fs::write(&file, &text).unwrap();
            chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        fs::write(place.data().join("run/.s.PGSQL.5432"), "").unwrap();
        assert!(cluster::attach(&place.settings).unwrap().is_none(), "nothing runs there");
        let cluster = place.start();
        assert_eq!(sql(cluster.access(), "SELECT 1"), "1");
    }
    assert!(somebody.try_wait().unwrap().is_none(), "somebody else's process was stopped");
    somebody.kill().unwrap();
    somebody.wait().unwrap();
    unreaped.wait().unwrap();
}

#[test]
fn the_server_while_it_makes_the_cluster() {
    let place = Place::new();
    let mut holder = Holder::spawn(&place, None);
    let half_made = || {
        let files = fs::read_dir(place.data()).into_iter().flatten().flatten();
        files.into_iter().any(|f| f.path().join("base").exists() && f.file_name() != "pg")
    };
    assert!(within(Duration::from_secs(20), half_made));
    holder.kill_9();
    assert!(!place.cluster().exists());
    let again = Holder::spawn(&place, None);
    assert_eq!(again.says(), Some(Said::Ready));
    assert_eq!(sql(&place.attach(), "SELECT 1"), "1");
    assert!(!half_made(), "what was half made stays");
}
