//! The program is told to stop while everybody talks to it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{Client, request};
use crate::ledger::Session;
use crate::place::{Place, Server, within};
use crate::tracker::{Tracker, body, check_answered, settle};

#[test]
fn in_order() {
    let place = Place::new();
    let mut server = place.serve();
    let address = server.address;
    let mut trackers = Tracker::several(address, "Europe/Berlin", 6, 500);
    let late = trackers[0].another(address, 600);
    let stopping = AtomicBool::new(false);

    // Somebody who has asked and is silent now, somebody who has opened a door and said nothing, and somebody in the
    // middle of a sentence.
    let mut silent = Client::new(address);
    silent.get("//health/live", "").unwrap().is(200);
    let start = chrono::Utc::now().timestamp_millis() - 3_600_000;
    let sentence =
        request("POST", "/usage/batch", &late.access, &body(&[Session { start, app: 0, end: start + 5 }]));
    let (first_half, second_half) = sentence.as_bytes().split_at(sentence.len() - 40);
    let mut speaker = Client::new(address);
    speaker.send(first_half).unwrap();

    let told = thread::scope(|scope| {
        let clients: Vec<_> =
            trackers.iter_mut().map(|tracker| scope.spawn(|| talk(&server, tracker, &stopping))).collect();
        thread::sleep(Duration::from_millis(700));
        let readiness = scope.spawn(|| watch_readiness(&server));
        thread::sleep(Duration::from_millis(300));
        stopping.store(true, Ordering::SeqCst);
        server.terminate();
        let told = Instant::now();

        let refusals = readiness.join().unwrap();
        assert!(refusals > 0, "readiness was not denied before connections were");
        // The door is shut by now, and the one in the middle of a sentence is heard out.
        speaker.send(second_half).unwrap();
        let answer = speaker.receive().expect("what was accepted is answered");
        assert!(answer.closes(), "a kept connection is told to close: {answer:?}");
        assert_eq!(answer.is(200)["accepted"], 1);
        assert!(silent.is_closed_within(Duration::from_secs(8)), "a silent connection stays open");
        let (answered, unanswered, closed) = clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .fold((0, 0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1, sum.2 + one.2));
        println!(
            "{refusals} times not ready; {answered} answered, {unanswered} not let in, {closed} told to close"
        );
        assert!(closed > 0, "no kept connection was told to close");
        told
    });
    let ended = server.ends_within(Duration::from_secs(10).saturating_sub(told.elapsed()));
    println!("it took {:?}", told.elapsed());
    assert_eq!(ended.expect("it ends within 10 s").code(), Some(0));
    assert!(
        within(Duration::from_secs(1), || !place.data().join("pg/postmaster.pid").exists()),
        "PostgreSQL is left"
    );

    let server = place.serve();
    check_answered(&place, &trackers);
    assert_eq!(place.sql(&format!("SELECT count(*) FROM usage WHERE device_id = '{}'", late.id)), "1");
    // (The sentence is not in a ledger.)
    Client::new(server.address)
        .ask("DELETE", &format!("/devices/{}", late.id), &trackers[0].owner, "")
        .unwrap()
        .is(204);
    settle(&place, server.address, &mut trackers);
}

/// Uploads until told to close: how many requests were answered, how many were not, and whether we were told. A request
/// may cross with the end of a connection that was silent for a moment; then it must not have been taken.
fn talk(server: &Server, tracker: &mut Tracker, stopping: &AtomicBool) -> (usize, usize, usize) {
    let mut client = Client::new(server.address);
    let (mut answered, mut unanswered) = (0, 0);
    loop {
        if !client.is_open() && stopping.load(Ordering::SeqCst) && answered > 0 {
            return (answered, unanswered, 1);
        }
        match tracker.step(&mut client) {
            Ok(asked) => {
                assert_eq!(asked.status, Some(200), "{asked:?}");
                answered += 1;
            }
            Err(_) => {
                unanswered += 1;
                return (answered, unanswered, 0);
            }
        }
    }
}

/// How often readiness was denied before nobody was let in any more.
fn watch_readiness(server: &Server) -> usize {
    let mut refusals = 0;
    loop {
        // On a connection of its own each time, as orchestrators ask.
        match Client::new(server.address).get("//health/ready", "") {
            Ok(answer) if answer.status == 503 => refusals += 1,
            Ok(answer) => {
                assert_eq!(refusals, 0, "ready again while stopping");
                answer.is(200);
            }
            Err(_) => return refusals,
        }
        thread::sleep(Duration::from_millis(10));
    }
}
