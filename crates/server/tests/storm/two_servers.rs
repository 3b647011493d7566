//! Two servers on one database: what one of them is told, the other knows.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::thread;

use chrono::Utc;
use cluster::Cluster;
use rand::RngExt;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::ledger::{APPS, Session};
use crate::place::{Place, Server};
use crate::tracker::{Seed, Storm, Tracker, body, ms, settle};

struct Pair {
    servers: [Server; 2],
    _postgres: Cluster,
    place: Place,
}

impl Pair {
    fn start() -> Pair {
        let place = Place::new();
        let postgres = place.postgres();
        let servers = [place.serve_on(postgres.access()), place.serve_on(postgres.access())];
        Pair { servers, _postgres: postgres, place }
    }

    fn addresses(&self) -> [SocketAddr; 2] {
        [self.servers[0].address, self.servers[1].address]
    }

    /// Asks `count` times, half of them here and half there, all at the same moment.
    fn at_once(&self, count: usize, ask: impl Fn(&mut Client) -> Answer + Sync) -> Vec<Answer> {
        let barrier = Barrier::new(count);
        thread::scope(|scope| {
            let asking: Vec<_> = (0..count)
                .map(|number| {
                    let (ask, barrier, address) = (&ask, &barrier, self.addresses()[number % 2]);
                    scope.spawn(move || {
                        let mut client = Client::new(address);
                        client.get("//health/live", "").unwrap().is(200);
                        barrier.wait();
                        ask(&mut client)
                    })
                })
                .collect();
            asking.into_iter().map(|one| one.join().unwrap()).collect()
        })
    }
}

fn sum(answers: &[Answer], name: &str) -> u64 {
    answers.iter().map(|answer| answer.json()[name].as_u64().unwrap()).sum()
}

#[test]
fn a_batch_on_both_at_once_counts_once() {
    let (mut random, _seed) = Seed::random(4);
    let pair = Pair::start();
    let tracker = Tracker::register(pair.addresses()[0], "UTC", 700);
    let before = Utc::now().timestamp_millis() - 6 * 3_600_000;
    let mut total = 0;
    // Small ones, which are written together with others, and one that is not.
    for rows in [1, 7, 60, 380] {
        let start = before + i64::from(rows);
        let mut batch: Vec<Session> = (0..rows)
            .map(|row| Session {
                start: start + i64::from(row) * 7_000,
                app: random.random_range(0..APPS.len()),
                end: 0,
            })
            .collect();
        for grown in [false, true] {
            for session in &mut batch {
                session.end =
                    session.start + random.random_range(1_000..500_000) + if grown { 500_000 } else { 0 };
            }
            let text = body(&batch);
            let answers =
                pair.at_once(50, |client| client.post("/usage/batch", &tracker.access, &text).unwrap());
            let refused = answers.iter().find(|answer| answer.status != 200);
            assert!(refused.is_none(), "{refused:?}");
            let (counted, other) = if grown { ("updated", "accepted") } else { ("accepted", "updated") };
            assert_eq!((sum(&answers, counted), sum(&answers, other)), (rows as u64, 0), "{rows} rows");
            assert_eq!(sum(&answers, "duplicates"), 49 * rows as u64);
        }
        total += batch.iter().map(|session| session.end - session.start).sum::<i64>();
    }
    for address in pair.addresses() {
        let week = Client::new(address).get("/stats/week", &tracker.access).unwrap().is(200);
        assert_eq!(ms(&week["total_seconds"]), total);
    }
    pair.place.verify();
}

#[test]
fn what_one_revokes_the_other_refuses_from_the_next_request_on() {
    let pair = Pair::start();
    let [here, there] = pair.addresses();
    let keeper = Tracker::register(here, "UTC", 710);
    for turn in 0..10 {
        let (here, there) = if turn % 2 == 0 { (here, there) } else { (there, here) };
        let gone = keeper.another(here, 720 + turn);
        let mut client = Client::new(there);
        // It is known there, and what can be remembered is.
        let sent = body(&[Session {
            start: Utc::now().timestamp_millis() - 60_000,
            app: 0,
            end: Utc::now().timestamp_millis(),
        }]);
        client.post("/usage/batch", &gone.access, &sent).unwrap().is(200);
        client.get("/stats/today", &gone.access).unwrap().is(200);
        let refresh = json!({"refresh_token": gone.refresh}).to_string();
        if turn % 3 == 0 {
            Client::new(here)
                .ask("DELETE", &format!("/devices/{}", gone.id), &keeper.owner, "")
                .unwrap()
                .is(204);
        } else {
            let device = json!({"device_id": gone.id}).to_string();
            Client::new(here).post("/devices/revoke", &keeper.owner, &device).unwrap().is(204);
        }
        // Each of these is the first in some turn.
        let mut refused: Vec<(&str, &str)> = vec![
            ("/usage/batch", &sent),
            ("/devices/refresh", &refresh),
            ("/stats/today", ""),
            ("/usage", ""),
            ("/devices", ""),
            ("/devices/revoke", "{}"),
        ];
        let first = usize::try_from(turn).unwrap() % refused.len();
        refused.rotate_left(first);
        for (path, body) in refused {
            let token = if path == "/devices/refresh" { "" } else { &gone.access };
            let answer = client.ask(if body.is_empty() { "GET" } else { "POST" }, path, token, body).unwrap();
            assert_eq!(
                (answer.status, answer.error_code().as_str()),
                (401, "TOKEN_REVOKED"),
                "{path}: {answer:?}"
            );
        }
    }
    pair.place.verify();
}

#[test]
fn a_token_refreshed_on_both_at_once_has_one_successor() {
    let pair = Pair::start();
    let tracker = Tracker::register(pair.addresses()[0], "UTC", 730);
    let show = |token: &str| json!({"refresh_token": token}).to_string();
    let mut parents = vec![];
    let mut token = tracker.refresh.clone();
    for _ in 0..5 {
        let answers = pair.at_once(20, |client| client.post("/devices/refresh", "", &show(&token)).unwrap());
        let next: Vec<Value> =
            answers.into_iter().map(|answer| answer.is(200)["refresh_token"].clone()).collect();
        assert!(next.iter().all(|one| *one == next[0]), "two successors");
        assert_ne!(next[0], token);
        parents.push(token);
        token = next[0].as_str().unwrap().to_owned();
    }
    // The parent of the parent of what was used last: somebody else has it.
    let stolen = &parents[parents.len() - 2];
    let answers = pair.at_once(2, |client| client.post("/devices/refresh", "", &show(stolen)).unwrap());
    let codes: Vec<String> = answers.iter().map(Answer::error_code).collect();
    assert!(codes.contains(&"REFRESH_TOKEN_REUSED".to_owned()), "{codes:?}");
    for answer in pair.at_once(2, |client| client.post("/devices/refresh", "", &show(&token)).unwrap()) {
        assert_eq!((answer.status, answer.error_code().as_str()), (401, "TOKEN_REVOKED"));
    }
    for answer in pair.at_once(2, |client| client.get("/devices", &tracker.access).unwrap()) {
        assert_eq!(answer.status, 401);
    }
}

#[test]
fn a_zone_changed_on_one_while_the_other_counts() {
    let pair = Pair::start();
    let [here, there] = pair.addresses();
    let mut trackers = Tracker::several(there, "UTC", 4, 740);
    let (access, owner) = (trackers[0].access.clone(), trackers[0].owner.clone());
    Storm::run(there, &mut trackers, |storm| {
        let mut client = Client::new(here);
        for (turn, zone) in
            ["Asia/Kolkata", "America/St_Johns", "Pacific/Apia", "Europe/Berlin", "UTC", "Asia/Tokyo"]
                .iter()
                .cycle()
                .take(12)
                .enumerate()
        {
            storm.wait(15);
            let from = Utc::now() - chrono::TimeDelta::hours(40 * i64::try_from(turn % 4).unwrap());
            let change = json!({"timezone": zone, "day_start": format!("0{}:00", turn % 5), "effective_from": from.to_rfc3339()});
            let changed = client.ask("PATCH", "/users/me", &owner, &change.to_string()).unwrap();
            assert_eq!(changed.is(200)["timezone"], *zone);
            // What the other remembers of the calendar does not count any more. (Asked now and then: it learns by that.)
            if turn % 4 == 3 {
                let today = |address| {
                    Client::new(address).get("/stats/today?date=2020-01-01", &access).unwrap().is(200)
                };
                assert_eq!(today(there)["timezone"], today(here)["timezone"]);
            }
        }
    });
    let figures = |address| Client::new(address).get("/stats/week", &access).unwrap().is(200);
    assert_eq!(figures(here), figures(there));
    pair.place.verify();
    settle(&pair.place, here, &mut trackers);
}
