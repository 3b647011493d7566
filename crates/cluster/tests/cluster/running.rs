//! PostgreSQL's end while the server runs.

use crate::{
    holder::{Holder, Said},
    place::{Place, sql, try_sql, within},
};
use cluster::{Cluster, Error};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, getpgid},
};
use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

#[test]
fn a_server_learns_of_it_and_ends() {
    let place = Place::new();
    let mut holder = Holder::start(&place);
    let killed = Instant::now();
    kill(place.postmaster(), Signal::SIGKILL).unwrap();
    let Some(Said::Died(why)) = holder.says() else { panic!("it does not know") };
    assert!(killed.elapsed() < Duration::from_secs(1), "it took {:?}", killed.elapsed());
    assert!(why.starts_with("PostgreSQL ended (signal: 9 (SIGKILL)) while it was needed"), "{why}");
    assert_eq!(holder.exit_status().code(), Some(3));
}

/// Which the server does first, so that it can finish what it has accepted.
#[test]
fn ctrl_c_at_the_terminal_does_not_end_it() {
    let place = Place::new();
    let holder = Holder::start(&place);
    let group = |pid| getpgid(Some(pid)).unwrap();
    assert_ne!(group(place.postmaster()), group(holder.pid()), "a terminal signals a group");
}

#[test]
fn a_stop_from_outside_is_an_end_too() {
    let place = Place::new();
    let cluster = place.start();
    let end = end_of(&cluster);
    kill(place.postmaster(), Signal::SIGTERM).unwrap();
    match end.recv_timeout(Duration::from_secs(10)).unwrap() {
        Some(e @ Error::Died { status, .. }) => {
            assert!(status.success());
            assert!(e.to_string().contains("shut down"), "PostgreSQL's own words are missing: {e}");
        }
        other => panic!("{other:?}"),
    }
}

fn end_of(cluster: &Cluster) -> mpsc::Receiver<Option<Error>> {
    let watch = cluster.watch();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || tell.send(watch.wait()));
    told
}

#[test]
fn our_own_stop_is_none() {
    let place = Place::new();
    let cluster = place.start();
    let ends = [end_of(&cluster), end_of(&cluster)];
    cluster.stop();
    for end in ends {
        assert!(end.recv_timeout(Duration::from_secs(1)).unwrap().is_none());
    }
}

#[test]
fn a_session_that_crashes_is_not_the_end() {
    let place = Place::new();
    let cluster = place.start();
    let end = end_of(&cluster);
    let before = place.postmaster();
    let access = cluster.access().clone();
    let session = thread::spawn(move || try_sql(&access, "SELECT pg_sleep(60)"));
    let mut pid = String::new();
    assert!(within(Duration::from_secs(10), || {
        pid = sql(cluster.access(), "SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'");
        !pid.is_empty()
    }));
    kill(Pid::from_raw(pid.parse().unwrap()), Signal::SIGKILL).unwrap();
    assert!(session.join().unwrap().is_err());
    assert!(within(Duration::from_secs(20), || try_sql(cluster.access(), "SELECT 1").is_ok()));
    assert_eq!(place.postmaster(), before);
    assert!(end.try_recv().is_err(), "it was taken for the end");
    drop(cluster);
    assert!(end.recv_timeout(Duration::from_secs(1)).unwrap().is_none());
}
