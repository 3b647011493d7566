//! The same sessions, sent in any other way, add up to the same figures.

use std::thread;

use chrono::Utc;
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde_json::{Value, json};

use crate::client::Client;
use crate::ledger::{APPS, Session};
use crate::place::{Place, Server};
use crate::tracker::{Seed, Tracker, body};

const DAY: i64 = 86_400_000;

/// Sessions of one device: they overlap, cross midnights, and some begin at the same moment.
fn sessions(random: &mut StdRng, count: usize) -> Vec<Session> {
    let now = Utc::now().timestamp_millis();
    let mut all: Vec<Session> = (0..count)
        .map(|_| {
            let start = random.random_range(now - 5 * DAY..now) / 250 * 250;
            let longest = if random.random_bool(0.02) { DAY } else { 900_000 };
            Session {
                start,
                app: random.random_range(0..APPS.len()),
                end: (start + random.random_range(0..longest)).min(now),
            }
        })
        .collect();
    all.sort_by_key(|session| (session.start, session.app));
    all.dedup_by_key(|session| (session.start, session.app));
    all
}

/// The same otherwise: some several times, some shorter at first or later on, in any order, in batches of any size.
fn otherwise(random: &mut StdRng, sessions: &[Session]) -> Vec<Vec<Session>> {
    let mut all = sessions.to_vec();
    for session in sessions {
        for _ in 0..random.random_range(0..3) {
            all.push(Session { end: random.random_range(session.start..=session.end), ..*session });
        }
        if random.random_bool(0.3) {
            all.push(*session);
        }
    }
    all.shuffle(random);
    let mut batches = Vec::new();
    while !all.is_empty() {
        let size = [1, 5, 40, 380][random.random_range(0..4_usize)].min(all.len());
        batches.push(all.split_off(all.len() - size));
    }
    batches
}

/// The figures of an account, without what names its devices.
fn figures(server: &Server, account: &[Tracker]) -> Vec<Value> {
    let mut client = Client::new(server.address);
    let mut get = |path: &str| client.get(path, &account[0].access).unwrap().is(200);
    let mut all = vec![get("/stats/week"), get("/usage?limit=1")["total"].clone()];
    for day in 0..5 {
        let date = (Utc::now() - chrono::TimeDelta::days(day)).date_naive();
        all.push(get(&format!("/stats/today?date={date}")));
    }
    all.push(get("/stats/week?tz=America/St_Johns"));
    for one in &mut all {
        for device in one.get_mut("devices").and_then(Value::as_array_mut).into_iter().flatten() {
            device["device_id"] = json!(null);
        }
    }
    all
}

#[test]
fn any_order_any_cut_any_number_of_times() {
    let (mut random, _seed) = Seed::random(5);
    let place = Place::new();
    let server = place.serve();
    let account = || {
        let first = Tracker::register(server.address, "Asia/Kolkata", 0);
        let second = first.another(server.address, 0);
        [first, second]
    };
    let rows = [sessions(&mut random, 1500), sessions(&mut random, 600)];

    let once = account();
    let mut client = Client::new(server.address);
    for (tracker, rows) in once.iter().zip(&rows) {
        let receipt = client.post("/usage/batch", &tracker.access, &body(rows)).unwrap().is(200);
        assert_eq!(receipt["accepted"], rows.len());
    }
    let expected = figures(&server, &once);
    assert_eq!(expected[1], rows[0].len() + rows[1].len());

    for _ in 0..3 {
        let again = account();
        let mut sent: Vec<(String, String)> = Vec::new();
        for (tracker, rows) in again.iter().zip(&rows) {
            let batches = otherwise(&mut random, rows);
            sent.extend(batches.iter().map(|batch| (tracker.access.clone(), body(batch))));
        }
        sent.shuffle(&mut random);
        thread::scope(|scope| {
            for part in sent.chunks(sent.len().div_ceil(8)) {
                let mut client = Client::new(server.address);
                scope.spawn(move || {
                    for (token, body) in part {
                        client.post("/usage/batch", token, body).unwrap().is(200);
                    }
                });
            }
        });
        let found = figures(&server, &again);
        for (expected, found) in expected.iter().zip(&found) {
            assert_eq!(expected, found);
        }
    }
    place.verify();
}
