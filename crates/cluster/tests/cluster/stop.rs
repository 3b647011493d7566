//! The end that was asked for.

use crate::{
    holder::Holder,
    load::Load,
    place::{Place, within},
};
use nix::sys::signal::Signal;
use std::{
    fs,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

#[test]
fn sigterm_under_load() {
    let place = Place::new();
    let mut holder = Holder::start(&place);
    let load = Load::start(&place.attach(), None);
    assert!(within(Duration::from_secs(20), || load.acknowledged.load(Ordering::Relaxed) > 1000));
    let asked = Instant::now();
    holder.signal(Signal::SIGTERM);
    assert!(holder.exit_status().success());
    assert!(asked.elapsed() < Duration::from_secs(10), "it took {:?}", asked.elapsed());
    assert!(place.is_empty_within(Duration::ZERO), "PostgreSQL outlives its server");
    let log = fs::read_to_string(place.data().join("postgres.log")).unwrap();
    assert!(log.lines().last().unwrap().ends_with("database system is shut down"), "{log}");

    let cluster = place.start();
    let log = fs::read_to_string(place.data().join("postgres.log")).unwrap();
    assert!(!log.contains("not properly shut down"), "{log}");
    load.nothing_is_lost(cluster.access());
}

/// A process of PostgreSQL that does not answer must not keep the server from ending.
#[test]
fn a_postgres_that_hangs() {
    let place = Place::new();
    let cluster = place.start();
    nix::sys::signal::kill(place.postmaster(), Signal::SIGSTOP).unwrap();
    let asked = Instant::now();
    cluster.stop();
    assert!(asked.elapsed() < Duration::from_secs(13), "it took {:?}", asked.elapsed());
    assert!(place.is_empty_within(Duration::from_secs(5)));
    drop(place.start());
}
