//! Devices that report usage: batches of all sizes, in order and out of it, once, again and a little longer.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::client::Client;
use crate::ledger::{APPS, Ledger, Session, totals};
use crate::place::Place;

const DAY: i64 = 86_400_000;

/// The same numbers in every run. A failure says the seed.
pub struct Seed(u64);

impl Seed {
    pub fn random(number: u64) -> (StdRng, Seed) {
        (StdRng::seed_from_u64(number), Seed(number))
    }
}

impl Drop for Seed {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the seed was {}", self.0);
        }
    }
}

/// A device.
pub struct Tracker {
    pub id: String,
    /// The access token of its person; empty for a guest's.
    pub owner: String,
    pub access: String,
    pub refresh: String,
    random: StdRng,
    ledger: Ledger,
    /// Batches of which it is not known whether they were kept.
    pending: Vec<Vec<Session>>,
    /// Up to where it has reported in order.
    now: i64,
    last: i64,
}

/// One request of a storm.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub began: Instant,
    pub took: Duration,
    /// Nothing, when no answer came.
    pub status: Option<u16>,
    pub retry_after: bool,
}

impl Tracker {
    /// A device of somebody new.
    pub fn register(address: SocketAddr, zone: &str, seed: u64) -> Tracker {
        let owner = signed_up(address, zone);
        let answer = registered(address, &owner, json!({"platform": "linux"}));
        Tracker { owner, ..Tracker::from_answer(&answer, seed) }
    }

    /// Another device of the same person.
    pub fn another(&self, address: SocketAddr, seed: u64) -> Tracker {
        let answer = registered(address, &self.owner, json!({"platform": "android"}));
        Tracker { owner: self.owner.clone(), ..Tracker::from_answer(&answer, seed) }
    }

    /// So many devices of one account.
    pub fn several(address: SocketAddr, zone: &str, count: u64, seed: u64) -> Vec<Tracker> {
        let first = Tracker::register(address, zone, seed);
        let others: Vec<_> = (1..count).map(|number| first.another(address, seed + number)).collect();
        std::iter::once(first).chain(others).collect()
    }

    pub fn from_answer(answer: &Value, seed: u64) -> Tracker {
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        let last = Utc::now().timestamp_millis();
        Tracker {
            id: text("device_id"),
            owner: String::new(),
            access: text("access_token"),
            refresh: text("refresh_token"),
            random: StdRng::seed_from_u64(seed),
            ledger: Ledger::default(),
            pending: Vec::new(),
            now: last - 5 * DAY,
            last,
        }
    }

    /// Sends one batch, new or again, and takes note. Fails when no answer comes.
    pub fn step(&mut self, client: &mut Client) -> io::Result<Asked> {
        let batch = self.next();
        self.upload(client, batch)
    }

    fn upload(&mut self, client: &mut Client, batch: Vec<Session>) -> io::Result<Asked> {
        let expected = self.ledger.send(&batch);
        let began = Instant::now();
        let answer = match client.post("/usage/batch", &self.access, &body(&batch)) {
            Ok(answer) => answer,
            Err(error) => {
                self.pending.push(batch);
                return Err(error);
            }
        };
        let retry_after = answer.header("retry-after").is_some();
        match answer.status {
            200 => {
                expected.check(&answer.json());
                self.ledger.keep(&batch);
            }
            503 => self.pending.push(batch),
            _ => panic!("{answer:?}"),
        }
        Ok(Asked { began, took: answer.took, status: Some(answer.status), retry_after })
    }

    fn next(&mut self) -> Vec<Session> {
        if !self.pending.is_empty() && self.random.random_bool(0.6) {
            let which = self.random.random_range(0..self.pending.len());
            return self.pending.swap_remove(which);
        }
        // The largest do not fit into what is written together with others.
        let size = match self.random.random_range(0..20) {
            0..8 => 1,
            8..15 => self.random.random_range(2..20),
            15..19 => self.random.random_range(20..100),
            _ => self.random.random_range(350..400),
        };
        match (self.random.random_range(0..10), self.ledger.first()) {
            // Again, and some of it a little longer.
            (0..4, Some(first)) => {
                let from = self.random.random_range(first..=self.last);
                let mut again = self.ledger.some(from, size);
                for session in &mut again {
                    if self.random.random_bool(0.3) {
                        session.end = (session.end + self.random.random_range(1..600_000)).min(self.last);
                    }
                }
                again
            }
            // From any time.
            (4..6, _) => {
                let from = self.last - 5 * DAY;
                let mut batch: Vec<Session> = (0..size)
                    .map(|_| {
                        let start = self.random.random_range(from..self.last);
                        self.session(start)
                    })
                    .collect();
                batch.sort_by_key(|session| (session.start, session.app));
                batch.dedup_by_key(|session| (session.start, session.app));
                batch
            }
            // In order.
            _ => (0..size)
                .map(|_| {
                    self.now = (self.now + self.random.random_range(1..60_000)).min(self.last);
                    self.session(self.now)
                })
                .fold(Vec::new(), |mut batch: Vec<Session>, session| {
                    if batch.iter().all(|other| (other.start, other.app) != (session.start, session.app)) {
                        batch.push(session);
                    }
                    batch
                }),
        }
    }

    fn session(&mut self, start: i64) -> Session {
        let length = if self.random.random_bool(0.1) { 4 * 3_600_000 } else { 120_000 };
        let end = (start + self.random.random_range(0..length)).min(self.last);
        Session { start, app: self.random.random_range(0..APPS.len()), end }
    }

    /// Sends what is uncertain until all of it is acknowledged.
    pub fn settle(&mut self, address: SocketAddr) {
        let mut client = Client::new(address);
        let began = Instant::now();
        while let Some(batch) = self.pending.pop() {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "{} batches are not taken",
                self.pending.len() + 1
            );
            let _ = self.upload(&mut client, batch);
        }
    }

    pub fn rows(&self) -> usize {
        self.ledger.len()
    }
}

/// Somebody registers; gives their access token, which outlives every test.
fn signed_up(address: SocketAddr, zone: &str) -> String {
    let email = format!("{}@example.org", uuid::Uuid::now_v7());
    let new = json!({"email": email, "password": "correct horse battery", "timezone": zone}).to_string();
    let answer = Client::new(address).post("/auth/register", "", &new).unwrap().is(201);
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Tells what a device was told when it registered.
pub fn registered(address: SocketAddr, token: &str, new: Value) -> Value {
    Client::new(address).post("/devices/register", token, &new.to_string()).unwrap().is(201)
}

/// A batch as it is sent.
pub fn body(batch: &[Session]) -> String {
    let row = |session: &Session| {
        let (kind, app) = APPS[session.app];
        let (start, end) = (instant(session.start), instant(session.end));
        format!(r#"{{"app":"{app}","kind":"{kind}","started_at":"{start}","ended_at":"{end}"}}"#)
    };
    format!(r#"{{"sessions":[{}]}}"#, batch.iter().map(row).collect::<Vec<_>>().join(","))
}

fn instant(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms).unwrap().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Trackers that report at the same time, each on a connection of its own, while `meanwhile` runs.
pub struct Storm {
    over: AtomicBool,
    acknowledged: AtomicUsize,
}

impl Storm {
    /// Blows until `meanwhile` returns; gives what was asked.
    pub fn run<T>(
        address: SocketAddr,
        trackers: &mut [Tracker],
        meanwhile: impl FnOnce(&Storm) -> T,
    ) -> (T, Vec<Asked>) {
        let storm = Storm { over: AtomicBool::new(false), acknowledged: AtomicUsize::new(0) };
        thread::scope(|scope| {
            let threads: Vec<_> =
                trackers.iter_mut().map(|tracker| scope.spawn(|| storm.blow(address, tracker))).collect();
            // However it ends, the threads must not go on.
            let over = Over(&storm);
            let done = meanwhile(&storm);
            drop(over);
            let asked = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
            (done, asked)
        })
    }

    fn blow(&self, address: SocketAddr, tracker: &mut Tracker) -> Vec<Asked> {
        let mut client = Client::new(address);
        let mut all = Vec::new();
        while !self.over.load(Ordering::Relaxed) {
            let began = Instant::now();
            let asked = tracker.step(&mut client).unwrap_or_else(|_| Asked {
                began,
                took: began.elapsed(),
                status: None,
                retry_after: false,
            });
            all.push(asked);
            if asked.status == Some(200) {
                self.acknowledged.fetch_add(1, Ordering::Relaxed);
            } else {
                thread::sleep(Duration::from_millis(30));
            }
        }
        all
    }

    /// Waits until so many more batches are acknowledged.
    #[track_caller]
    pub fn wait(&self, batches: usize) {
        let until = self.acknowledged.load(Ordering::Relaxed) + batches;
        let there = crate::place::within(Duration::from_secs(20), || {
            self.acknowledged.load(Ordering::Relaxed) >= until
        });
        assert!(
            there,
            "only {} of {until} batches were acknowledged",
            self.acknowledged.load(Ordering::Relaxed)
        );
    }
}

struct Over<'a>(&'a Storm);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::Relaxed);
    }
}

/// What is stored of the trackers' devices is what they were told, no more was sent, and the rest is undecided.
#[track_caller]
pub fn check(place: &Place, trackers: &[Tracker]) {
    for tracker in trackers {
        tracker.ledger.check(&stored(place, tracker));
    }
}

/// What is stored of the trackers' devices is what they were told, and what nobody was told is not.
#[track_caller]
pub fn check_answered(place: &Place, trackers: &[Tracker]) {
    for tracker in trackers {
        tracker.ledger.check_answered(&stored(place, tracker));
    }
}

/// All that was sent is acknowledged and stored, and the account's figures are what it adds up to.
#[track_caller]
pub fn settle(place: &Place, address: SocketAddr, account: &mut [Tracker]) {
    for tracker in account.iter_mut() {
        tracker.settle(address);
    }
    let ledgers: Vec<Vec<Session>> = account.iter().map(|tracker| tracker.ledger.all()).collect();
    for (tracker, ledger) in account.iter().zip(&ledgers) {
        assert!(stored(place, tracker) == *ledger, "device {} does not hold what it was told", tracker.id);
    }
    place.verify();
    let mut client = Client::new(address);
    let mut get = |path: &str| client.get(path, &account[0].access).unwrap().is(200);
    let sessions = || ledgers.iter().flatten();
    assert_eq!(get("/usage?limit=1")["total"], sessions().count());
    let week = get("/stats/week");
    let mut sum = 0;
    for day in week["days"].as_array().unwrap() {
        let (total, active) = totals(sessions(), at(&day["from"]), at(&day["to"]));
        assert_eq!((ms(&day["total_seconds"]), ms(&day["active_seconds"])), (total, active), "{day}");
        sum += total;
    }
    assert_eq!(ms(&week["total_seconds"]), sum);
    assert_eq!(sum, totals(sessions(), i64::MIN, i64::MAX).0, "all of it is of this week");
}

fn stored(place: &Place, tracker: &Tracker) -> Vec<Session> {
    let id = &tracker.id;
    let rows = place.sql(&format!(
        "SELECT (extract(epoch FROM started_at) * 1000)::bigint, kind, app, (extract(epoch FROM ended_at) * 1000)::bigint \
         FROM usage WHERE device_id = '{id}'"
    ));
    let session = |row: &str| {
        let [start, kind, app, end] = row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let app = APPS.iter().position(|known| *known == (kind, app)).expect("an app that was sent");
        Session { start: start.parse().unwrap(), app, end: end.parse().unwrap() }
    };
    let mut sessions: Vec<Session> = rows.lines().map(session).collect();
    sessions.sort_by_key(|session| (session.start, session.app));
    sessions
}

fn at(value: &Value) -> i64 {
    DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap().timestamp_millis()
}

/// Milliseconds of a number of seconds.
pub fn ms(value: &Value) -> i64 {
    (value.as_f64().unwrap() * 1000.0).round() as i64
}
