//! What is killed, and comes back with all that it has acknowledged.

use std::thread;
use std::time::{Duration, Instant};

use rand::RngExt;
use rustix::process::{Signal, kill_process};

use crate::client::Client;
use crate::place::Place;
use crate::tracker::{Seed, Storm, Tracker, check, settle};

/// Two accounts, of three devices each.
fn accounts(address: std::net::SocketAddr) -> Vec<Tracker> {
    let mut trackers = Tracker::several(address, "Asia/Kolkata", 3, 100);
    trackers.extend(Tracker::several(address, "America/St_Johns", 3, 200));
    trackers
}

#[test]
fn the_server_20_times() {
    let (mut random, _seed) = Seed::random(1);
    let place = Place::new();
    let mut server = place.serve();
    let mut trackers = accounts(server.address);
    let mut cut_off = 0;
    for _ in 0..20 {
        let batches = random.random_range(10..60);
        let pause = Duration::from_micros(random.random_range(0..20_000));
        let address = server.address;
        let (killed, asked) = Storm::run(address, &mut trackers, |storm| {
            storm.wait(batches);
            thread::sleep(pause);
            let killed = Instant::now();
            server.kill_9();
            killed
        });
        cut_off += asked.iter().filter(|one| one.status.is_none() && one.began < killed).count();
        server = place.serve();
        check(&place, &trackers);
    }
    println!("{} rows, {cut_off} uploads cut off", trackers.iter().map(Tracker::rows).sum::<usize>());
    assert!(cut_off > 20, "only {cut_off} uploads were under way when the server was killed");
    let address = server.address;
    trackers.chunks_mut(3).for_each(|account| settle(&place, address, account));
}

#[test]
fn its_own_postgres_10_times() {
    let (mut random, _seed) = Seed::random(2);
    let place = Place::new();
    let mut server = place.serve();
    let mut trackers = accounts(server.address);
    let mut longest = Duration::ZERO;
    for _ in 0..10 {
        let batches = random.random_range(10..60);
        let (ended, asked) = Storm::run(server.address, &mut trackers, |storm| {
            storm.wait(batches);
            kill_process(place.postmaster(), Signal::KILL).unwrap();
            let killed = Instant::now();
            let ended = server.ends_within(Duration::from_secs(10));
            longest = longest.max(killed.elapsed());
            ended
        });
        let ended = ended.expect("the server ends when its PostgreSQL is gone");
        assert_eq!(ended.code(), Some(1));
        let slowest = asked.iter().map(|one| one.took).max().unwrap();
        assert!(slowest < Duration::from_secs(5), "an answer took {slowest:?}");
        server = place.serve();
        check(&place, &trackers);
    }
    println!("the server ended within {longest:?} of its PostgreSQL");
    assert!(place.log().contains("PostgreSQL"), "the reason is told");
    let address = server.address;
    trackers.chunks_mut(3).for_each(|account| settle(&place, address, account));
}

#[test]
fn another_postgres_10_times() {
    let (mut random, _seed) = Seed::random(3);
    let place = Place::new();
    let mut postgres = place.postgres();
    let server = place.serve_on(postgres.access());
    let mut trackers = accounts(server.address);
    for _ in 0..10 {
        let batches = random.random_range(10..60);
        let ((next, back), asked) = Storm::run(server.address, &mut trackers, |storm| {
            storm.wait(batches);
            kill_process(place.postmaster(), Signal::KILL).unwrap();
            thread::sleep(Duration::from_millis(random.random_range(0..500)));
            drop(postgres);
            let next = place.postgres();
            let back = Instant::now();
            storm.wait(batches);
            (next, back)
        });
        postgres = next;
        for one in &asked {
            assert!(matches!(one.status, Some(200 | 503)), "{one:?}");
            assert!(one.took < Duration::from_secs(5), "{one:?}");
            let late = one.began > back + Duration::from_secs(2);
            assert!(
                !late || one.status == Some(200),
                "{:?} after the database is back: {one:?}",
                one.began - back
            );
        }
        assert!(asked.iter().any(|one| one.status == Some(503)), "the database was never missed");
        check(&place, &trackers);
    }
    let address = server.address;
    trackers.chunks_mut(3).for_each(|account| settle(&place, address, account));
    drop(server);
}

/// Nobody asks while the database is away, so that nobody finds out which connections are dead.
#[test]
fn another_postgres_while_nothing_happens() {
    let place = Place::new();
    let postgres = place.postgres();
    let server = place.serve_on(postgres.access());
    let mut trackers = Tracker::several(server.address, "UTC", 16, 300);
    // All connections to the database are there.
    Storm::run(server.address, &mut trackers, |storm| storm.wait(300));
    kill_process(place.postmaster(), Signal::KILL).unwrap();
    drop(postgres);
    let _postgres = place.postgres();
    let mut client = Client::new(server.address);
    // Those who look after the server ask first.
    let began = Instant::now();
    while client.get("//health/ready", "").unwrap().status != 200 {
        assert!(began.elapsed() < Duration::from_secs(2), "not ready 2 s after its database");
        thread::sleep(Duration::from_millis(100));
    }
    thread::sleep(Duration::from_secs(2).saturating_sub(began.elapsed()));
    for _ in 0..20 {
        for path in ["/stats/today", "/usage", "/devices"] {
            client.get(path, &trackers[0].access).unwrap().is(200);
        }
        assert_eq!(trackers[0].step(&mut client).unwrap().status, Some(200));
    }
    settle(&place, server.address, &mut trackers);
    drop(server);
}
