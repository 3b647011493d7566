//! More than can be served.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chrono::Utc;
use serde_json::json;

use crate::client::{Client, request};
use crate::ledger::Session;
use crate::place::{Place, Server};
use crate::tracker::{Asked, Tracker, body, registered};

/// So many connections that each ask as fast as they are answered, for a while.
fn crowd(server: &Server, tokens: &[String], connections: usize, time: Duration) -> (Vec<Asked>, f64) {
    let over = AtomicBool::new(false);
    let address = server.address;
    thread::scope(|scope| {
        let clients: Vec<_> = (0..connections)
            .map(|number| {
                let (over, token) = (&over, tokens[number % tokens.len()].as_str());
                let small = thread::Builder::new().stack_size(256 * 1024);
                small.spawn_scoped(scope, move || one(address, token, number, over)).unwrap()
            })
            .collect();
        let began = Instant::now();
        let mut memory: f64 = 0.0;
        while began.elapsed() < time {
            memory = memory.max(server.resident());
            thread::sleep(Duration::from_millis(50));
        }
        over.store(true, Ordering::Relaxed);
        let all = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
        (all, memory)
    })
}

/// Uploads and reads in turns. Who is turned away waits a moment, though not as long as it was told.
fn one(address: SocketAddr, token: &str, number: usize, over: &AtomicBool) -> Vec<Asked> {
    let mut client = Client::new(address);
    let mut all = Vec::new();
    let start = Utc::now().timestamp_millis() - 86_400_000 + i64::try_from(number).unwrap() * 100_000;
    for turn in 0.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let began = Instant::now();
        let answer = if turn % 2 == 0 {
            let row = |row: i64| Session {
                start: start + turn * 20 + row,
                app: 0,
                end: start + turn * 20 + row + 9,
            };
            let batch: Vec<Session> = (0..20).map(row).collect();
            client.post("/usage/batch", token, &body(&batch))
        } else {
            client.get("/stats/today", token)
        };
        let answer = answer.expect("an answer");
        let retry_after = answer.header("retry-after").is_some();
        all.push(Asked { began, took: answer.took, status: Some(answer.status), retry_after });
        if answer.status != 200 {
            thread::sleep(Duration::from_millis(200));
        }
    }
    all
}

/// Answers with this status a second, and the time within which 95 of 100 came.
fn rate(asked: &[Asked], status: u16, time: Duration) -> (f64, Duration) {
    let mut took: Vec<Duration> =
        asked.iter().filter(|one| one.status == Some(status)).map(|one| one.took).collect();
    took.sort_unstable();
    let late = took.get(took.len() * 95 / 100).copied().unwrap_or_default();
    (took.len() as f64 / time.as_secs_f64(), late)
}

#[test]
fn who_cannot_be_served_is_told_so_at_once() {
    let place = Place::new();
    let server = place.serve();
    let trackers = Tracker::several(server.address, "UTC", 8, 900);
    let tokens: Vec<String> = trackers.iter().map(|tracker| tracker.access.clone()).collect();
    let time = Duration::from_secs(4);
    // Before and after: the machine may have other things to do.
    let (few, before) = crowd(&server, &tokens, 16, time / 2);
    let (many, memory) = crowd(&server, &tokens, 600, time);
    let (again, _) = crowd(&server, &tokens, 16, time / 2);
    let (most, _) = rate(&[few, again].concat(), 200, time);
    let (goodput, slow) = rate(&many, 200, time);
    let (refused, refusal) = rate(&many, 503, time);
    println!(
        "{most:.0}/s, then {goodput:.0}/s within {slow:?} and {refused:.0}/s refused within {refusal:?}; memory {before:.1} to {memory:.1} MiB"
    );
    for one in &many {
        assert!(matches!(one.status, Some(200 | 429 | 503)), "{one:?}");
        assert!(one.status == Some(200) || one.retry_after, "{one:?}");
        assert!(one.took < Duration::from_secs(5), "{one:?}");
    }
    assert!(refused > 10.0, "nobody was refused");
    assert!(refusal < Duration::from_secs(2), "who was refused waited {refusal:?} for it");
    assert!(goodput > 0.6 * most, "{goodput:.0} a second were served of {most:.0}");
    assert!(memory < before + 48.0, "memory grew from {before} to {memory} MiB");
    place.verify();
}

#[test]
fn large_bodies_that_never_end_leave_room_for_small_ones() {
    let place = Place::new();
    let server = place.serve();
    let address = server.address;
    let device = registered(address, "", json!({"platform": "linux"}));
    let token = device["access_token"].as_str().unwrap();
    let before = server.resident();
    // All but the last byte of 8 MiB, so often that it would be 480 MiB.
    let whole = request(
        "POST",
        "/usage/batch",
        token,
        &("{\"sessions\":[]}".to_owned() + &" ".repeat((8 << 20) - 15)),
    );
    let (mut refused, mut memory) = (0, before);
    let clients: Vec<Client> = thread::scope(|scope| {
        let sending: Vec<_> = (0..60)
            .map(|_| {
                scope.spawn(|| {
                    let mut client = Client::new(address);
                    // Who is refused is told while it still speaks, and may find the door shut.
                    let _ = client.send(&whole.as_bytes()[..whole.len() - 1]);
                    client
                })
            })
            .collect();
        sending.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut small = Client::new(address);
    let began = Instant::now();
    for turn in 0..20 {
        let start = Utc::now().timestamp_millis() - 60_000 + turn;
        let sent = body(&[Session { start, app: 0, end: start + 1 }]);
        let answer = small.post("/usage/batch", token, &sent).unwrap();
        assert!(answer.took < Duration::from_secs(2), "{answer:?}");
        answer.is(200);
        memory = memory.max(server.resident());
        thread::sleep(Duration::from_millis(50));
    }
    let mut served = 0;
    for mut client in clients {
        if client.is_open() && !client.is_silent_for(Duration::from_millis(5)) {
            refused += usize::from(client.receive().is_ok_and(|answer| answer.status == 503));
        } else if client.is_open() && client.send(b" ").is_ok() {
            served += usize::from(client.receive().is_ok_and(|answer| answer.status == 200));
        }
    }
    println!(
        "{served} served, {refused} refused after {:?}; memory {before:.1} to {memory:.1} MiB",
        began.elapsed()
    );
    assert!(served >= 5, "only {served} were served in the end");
    assert!(memory < before + 160.0, "memory grew from {before} to {memory} MiB");
}
