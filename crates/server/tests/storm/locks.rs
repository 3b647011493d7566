//! Everything that writes to one account, at the same time.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rand::RngExt;
use serde_json::json;

use crate::client::{Answer, Client};
use crate::place::Place;
use crate::tracker::{Seed, Storm, Tracker, settle};

/// A device that comes and goes: its id, its key, its tokens.
type Passing = (String, String, String, String);

struct Turmoil<'a> {
    address: SocketAddr,
    /// The token of their person.
    keeper: &'a str,
    passing: Mutex<Vec<Passing>>,
    over: AtomicBool,
    busy: Mutex<usize>,
}

impl Turmoil<'_> {
    /// One of those who come and go.
    fn one(&self, turn: usize) -> Passing {
        let all = self.passing.lock().unwrap();
        all[turn % all.len()].clone()
    }

    /// Goes on until all is over. Whatever `ask` asks for, the answer is one of these, or it is busy.
    fn repeat(&self, statuses: &[u16], ask: impl Fn(&mut Client, usize) -> Answer) {
        let mut client = Client::new(self.address);
        let mut turn = 0;
        while !self.over.load(Ordering::Relaxed) {
            let answer = ask(&mut client, turn);
            match answer.status {
                503 => *self.busy.lock().unwrap() += 1,
                status => assert!(statuses.contains(&status), "{answer:?}"),
            }
            turn += 1;
            thread::sleep(Duration::from_millis(3));
        }
    }

    fn register(&self, client: &mut Client, turn: usize) -> Answer {
        let new = json!({"platform": "windows", "name": format!("passing {turn}")}).to_string();
        let answer = client.post("/devices/register", self.keeper, &new).unwrap();
        if answer.status == 201 {
            let device = answer.json();
            let text = |name: &str| device[name].as_str().unwrap().to_owned();
            let mut all = self.passing.lock().unwrap();
            all.push((text("device_id"), text("device_key"), text("access_token"), text("refresh_token")));
            if all.len() > 6 {
                all.remove(0);
            }
        }
        answer
    }
}

#[test]
fn nothing_waits_for_ever_and_nothing_is_left_behind() {
    let (mut random, _seed) = Seed::random(6);
    let place = Place::new();
    let server = place.serve();
    let address = server.address;
    let mut trackers = Tracker::several(address, "Europe/Lisbon", 2, 800);
    let keeper = trackers[0].owner.clone();
    let turmoil = Turmoil {
        address,
        keeper: &keeper,
        passing: Mutex::default(),
        over: AtomicBool::new(false),
        busy: Mutex::default(),
    };
    for turn in 0..4 {
        turmoil.register(&mut Client::new(address), turn).is(201);
    }
    let starts: Vec<i64> = (0..64).map(|_| random.random_range(1..400_000_000)).collect();
    let now = chrono::Utc::now();

    let (_, asked) = thread::scope(|scope| {
        let turmoil = &turmoil;
        // Two that report for those who come and go.
        for half in 0..2 {
            let starts = &starts;
            scope.spawn(move || {
                turmoil.repeat(&[200, 401], |client, turn| {
                    let rows: Vec<_> = starts[half * 32..][..1 + turn % 32]
                        .iter()
                        .map(|start| {
                            let at = now - chrono::TimeDelta::milliseconds(start + i64::try_from(turn).unwrap());
                            json!({"app": "a", "started_at": at.to_rfc3339(), "ended_at": (at + chrono::TimeDelta::seconds(1)).to_rfc3339()})
                        })
                        .collect();
                    let body = json!({"sessions": rows}).to_string();
                    client.post("/usage/batch", &turmoil.one(turn / 2).2, &body).unwrap()
                });
            });
        }
        scope.spawn(|| turmoil.repeat(&[201], |client, turn| turmoil.register(client, turn)));
        scope.spawn(|| {
            turmoil.repeat(&[200, 404], |client, turn| {
                let name = json!({"name": format!("number {turn}")}).to_string();
                client.ask("PATCH", &format!("/devices/{}", turmoil.one(turn).0), &keeper, &name).unwrap()
            });
        });
        scope.spawn(|| {
            turmoil.repeat(&[204, 404], |client, turn| {
                let device = json!({"device_id": turmoil.one(turn / 3).0}).to_string();
                client.post("/devices/revoke", &keeper, &device).unwrap()
            });
        });
        scope.spawn(|| {
            turmoil.repeat(&[204, 404], |client, turn| {
                thread::sleep(Duration::from_millis(10));
                client.ask("DELETE", &format!("/devices/{}", turmoil.one(turn).0), &keeper, "").unwrap()
            });
        });
        // With a key that may just be dying. (Dead, it is anybody's, and makes a new device of this account.)
        scope.spawn(|| {
            turmoil.repeat(&[201, 403], |client, turn| {
                let known = json!({"platform": "windows", "device_key": turmoil.one(turn).1, "os_version": (turn % 2 == 0).then_some("11")});
                client.post("/devices/register", &keeper, &known.to_string()).unwrap()
            });
        });
        scope.spawn(|| {
            turmoil.repeat(&[200, 401], |client, turn| {
                let body = json!({"refresh_token": turmoil.one(turn).3}).to_string();
                client.post("/devices/refresh", "", &body).unwrap()
            });
        });
        scope.spawn(|| {
            turmoil.repeat(&[200], |client, turn| {
                thread::sleep(Duration::from_millis(40));
                let zone = ["Asia/Tokyo", "America/Lima", "Europe/Lisbon"][turn % 3];
                let body = json!({"timezone": zone, "effective_from": "2001-01-01T00:00:00Z"}).to_string();
                client.ask("PATCH", "/users/me", &keeper, &body).unwrap()
            });
        });
        scope.spawn(|| {
            turmoil.repeat(&[200], |client, turn| {
                client.get(["/stats/week", "/usage", "/devices", "/stats/today"][turn % 4], &keeper).unwrap()
            });
        });
        let done = Storm::run(address, &mut trackers, |storm| {
            let began = Instant::now();
            while began.elapsed() < Duration::from_secs(12) {
                storm.wait(1);
            }
        });
        turmoil.over.store(true, Ordering::Relaxed);
        done
    });
    let busy = *turmoil.busy.lock().unwrap() + asked.iter().filter(|one| one.status == Some(503)).count();
    let deadlocks = place.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = 'almanac'");
    println!("{} uploads, {busy} times busy, {deadlocks} deadlocks", asked.len());
    assert!(asked.iter().all(|one| one.status.is_some()), "an upload was not answered");
    assert_eq!(deadlocks, "0");
    assert!(busy * 20 < asked.len(), "{busy} were told to come again though nobody was in the way for long");
    place.verify();

    // What is left is cleared away, so that the figures are those of the two that stay.
    let mut client = Client::new(address);
    loop {
        let devices = client.get("/devices?limit=200", &keeper).unwrap().is(200);
        if devices["total"] == trackers.len() {
            break;
        }
        for device in devices["devices"].as_array().unwrap() {
            let id = device["device_id"].as_str().unwrap();
            if trackers.iter().all(|tracker| tracker.id != id) {
                client.ask("DELETE", &format!("/devices/{id}"), &keeper, "").unwrap().is(204);
            }
        }
    }
    settle(&place, address, &mut trackers);
}
