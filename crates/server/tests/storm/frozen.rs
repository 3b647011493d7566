//! A database that neither answers nor goes away.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{Answer, Client};
use crate::place::{Place, within};
use crate::tracker::{Asked, Storm, Tracker, check, registered, settle};

/// Asks for all sorts of things that need the database, until it is told to stop.
fn reader(address: SocketAddr, tracker: (&str, &str), number: usize, over: &AtomicBool) -> Vec<Asked> {
    let (access, refresh) = tracker;
    let mut client = Client::new(address);
    let mut all = Vec::new();
    for turn in number.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let began = Instant::now();
        let answer = match turn % 6 {
            0 => client.get("/stats/today", access),
            1 => client.get("/stats/week", access),
            2 => client.get("/usage?limit=5", access),
            3 => client.get("/devices", access),
            4 => client.post("/devices/register", "", &json!({"platform": "ios"}).to_string()),
            _ => client.post("/devices/refresh", "", &json!({"refresh_token": refresh}).to_string()),
        };
        let answer = answer.expect("an answer");
        let retry_after = answer.header("retry-after").is_some();
        all.push(Asked { began, took: answer.took, status: Some(answer.status), retry_after });
        // Slowly, so that they are no more than can be served while nothing is wrong.
        thread::sleep(Duration::from_millis(400));
    }
    all
}

fn ask(client: &mut Client, path: &str) -> Answer {
    client.get(path, "").expect("an answer")
}

#[test]
fn for_20_seconds() {
    let place = Place::new();
    let server = place.serve();
    let address = server.address;
    let mut trackers = Tracker::several(address, "Australia/Lord_Howe", 6, 400);
    let guest = registered(address, "", json!({"platform": "macos"}));
    let tokens = (guest["access_token"].as_str().unwrap(), guest["refresh_token"].as_str().unwrap());
    let over = AtomicBool::new(false);
    let ((frozen, thawed, memory), uploads, reads) = thread::scope(|scope| {
        let readers: Vec<_> = (0..80)
            .map(|number| {
                scope.spawn({
                    let over = &over;
                    move || reader(address, tokens, number, over)
                })
            })
            .collect();
        let (when, uploads) = Storm::run(address, &mut trackers, |storm| {
            storm.wait(100);
            let ice = place.freeze();
            let frozen = Instant::now();
            let mut client = Client::new(address);
            let not_ready = || ask(&mut client, "//health/ready").status == 503;
            assert!(within(Duration::from_secs(3), not_ready), "still ready 3 s after its database stopped");
            let mut memory = Vec::new();
            while frozen.elapsed() < Duration::from_secs(20) {
                let live = ask(&mut client, "//health/live");
                assert!(live.status == 200 && live.took < Duration::from_secs(1), "{live:?}");
                let ready = ask(&mut client, "//health/ready");
                assert!(ready.status == 503 && ready.took < Duration::from_secs(5), "{ready:?}");
                memory.push(server.resident());
                thread::sleep(Duration::from_millis(200));
            }
            let thawed = Instant::now();
            drop(ice);
            let ready = || ask(&mut client, "//health/ready").status == 200;
            assert!(within(Duration::from_secs(2), ready), "not ready 2 s after its database");
            thread::sleep(Duration::from_secs(4).saturating_sub(thawed.elapsed()));
            (frozen, thawed, memory)
        });
        over.store(true, Ordering::Relaxed);
        let reads: Vec<Asked> = readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect();
        (when, uploads, reads)
    });

    let (mut refused, mut slowest, mut served_after) = (0, Duration::ZERO, 0);
    for one in uploads.iter().chain(&reads) {
        slowest = slowest.max(one.took);
        let ended = one.began + one.took;
        match one.status {
            Some(200 | 201) if ended < frozen || ended > thawed => {}
            // What was sent just before may have been answered just after.
            Some(200 | 201) if one.began < frozen => {}
            Some(503) if one.retry_after => refused += 1,
            _ => panic!(
                "{one:?}, {:?} after the database stopped",
                one.began.saturating_duration_since(frozen)
            ),
        }
        if one.began > thawed + Duration::from_secs(2) {
            assert!(
                matches!(one.status, Some(200 | 201)),
                "{:?} after the database is back: {one:?}",
                one.began - thawed
            );
            served_after += 1;
        }
    }
    println!(
        "{refused} refused, the slowest took {slowest:?}, {served_after} served afterwards, memory {memory:.1?}"
    );
    assert!(slowest < Duration::from_secs(5), "an answer took {slowest:?}");
    assert!(
        refused > 100 && served_after > 20,
        "{refused} were refused and {served_after} served afterwards"
    );
    let (early, late) = (memory[memory.len() / 4], memory[memory.len() - 1]);
    assert!(late < early + 8.0, "memory grew from {early} to {late} MiB");
    check(&place, &trackers);
    settle(&place, address, &mut trackers);
    drop(server);
}
