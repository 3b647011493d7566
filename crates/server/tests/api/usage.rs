//! Uploads, and the list of what was uploaded.

use std::io::Write;

use serde_json::{Value, json};

use crate::harness::{Device, Server};

/// A session of an app, from a second of 2026-01-01 to another.
fn session(app: &str, from: i64, to: i64) -> Value {
    let at = |second: i64| chrono::DateTime::from_timestamp(1_767_225_600 + second, 0).unwrap().to_rfc3339();
    json!({"app": app, "started_at": at(from), "ended_at": at(to)})
}

fn counts(receipt: &Value) -> (u64, u64, u64, usize) {
    let count = |name: &str| receipt[name].as_u64().unwrap();
    (count("accepted"), count("updated"), count("duplicates"), receipt["rejected"].as_array().unwrap().len())
}

fn total(device: &Device<'_>) -> Value {
    device.get("/stats/today?date=2026-01-01").ok()["total_seconds"].clone()
}

mod upload {
    use super::*;

    #[test]
    fn new_known_and_extended() {
        let server = Server::start();
        let phone = server.device("Phone");
        let receipt = phone.upload(&json!([session("a", 0, 60), session("b", 60, 90)]));
        assert_eq!(counts(&receipt), (2, 0, 0, 0));
        assert!(receipt["server_time"].as_str().unwrap().ends_with('Z'));
        let receipt = phone.upload(&json!([session("a", 0, 60), session("b", 60, 120), session("c", 5, 6)]));
        assert_eq!(counts(&receipt), (1, 1, 1, 0));
        let receipt = phone.upload(&json!([session("a", 0, 30), session("b", 60, 61)]));
        assert_eq!(counts(&receipt), (0, 0, 2, 0), "an earlier end changes nothing");
        assert_eq!(total(&phone), 121);
        server.verify();
    }

    #[test]
    fn the_same_row_twice_in_a_batch() {
        let server = Server::start();
        let phone = server.device("Phone");
        let receipt = phone.upload(&json!([session("a", 0, 60), session("a", 0, 90), session("a", 0, 30)]));
        assert_eq!(counts(&receipt), (1, 0, 2, 0));
        assert_eq!(total(&phone), 90);
    }

    #[test]
    fn every_spelling_of_the_contract() {
        let server = Server::start();
        let phone = server.device("Phone");
        let (from, to) = ("2026-01-01T10:00:00Z", "2026-01-01T10:01:00Z");
        for (number, list) in ["sessions", "logs", "entries", "usage"].into_iter().enumerate() {
            let rows = json!([
                {"app": format!("{number}a"), "started_at": from, "ended_at": to, "kind": "app", "duration_seconds": 60},
                {"app_name": format!("{number}b"), "start": from, "end": to, "kind": "website", "title": "T", "url": "https://example.org/"},
                {"app": format!("{number}c"), "start_time": from, "end_time": to, "unknown": {"x": [1]}},
            ]);
            assert_eq!(
                counts(&phone.post("/usage/batch", &json!({ list: rows, "device": "x" })).ok()),
                (3, 0, 0, 0)
            );
        }
        let listed = phone.get("/usage?limit=1000").ok();
        assert_eq!(listed["total"], 12);
        let website = listed["sessions"].as_array().unwrap().iter().find(|one| one["app"] == "0b").unwrap();
        assert_eq!(
            (&website["kind"], &website["title"], &website["url"]),
            (&json!("website"), &json!("T"), &json!("https://example.org/"))
        );
        assert_eq!((&website["started_at"], &website["duration_seconds"]), (&json!(from), &json!(60)));
    }

    #[test]
    fn offsets_and_milliseconds_are_kept() {
        let server = Server::start();
        let phone = server.device("Phone");
        phone.upload(&json!([
            {"app": "a", "started_at": "2026-01-01T10:00:00.123456+05:30", "ended_at": "2026-01-01T10:00:01.999+05:30"},
            {"app": "b", "started_at": "2026-01-01T10:00:00", "ended_at": "2026-01-01T10:00:00.5"},
        ]));
        let listed = phone.get("/usage").ok();
        assert_eq!(listed["sessions"][1]["started_at"], "2026-01-01T04:30:00.123Z");
        assert_eq!(listed["sessions"][1]["duration_seconds"], 1.876);
        assert_eq!(listed["sessions"][0]["ended_at"], "2026-01-01T10:00:00.500Z");
    }

    #[test]
    fn with_the_device_key() {
        let server = Server::start();
        let phone = server.device("Phone");
        let legacy = server.nobody().with("x-device-key", &phone.key);
        let body = json!({"sessions": [session("a", 0, 60)]});
        assert_eq!(counts(&legacy.post("/usage/batch", &body).ok()), (1, 0, 0, 0));
        assert_eq!(total(&phone), 60);
        legacy
            .with("x-device-key", "another key")
            .post("/usage/batch", &body)
            .fails(401, "DEVICE_KEY_INVALID");
        legacy.get("/devices").fails(401, "TOKEN_MISSING");
        legacy.bearer("nonsense").post("/usage/batch", &body).fails(401, "TOKEN_INVALID");
    }

    #[test]
    fn a_large_batch_shuffled_and_cut_otherwise_is_the_same() {
        let server = Server::start();
        let (one, other) = (server.device("One"), server.device("Other"));
        let rows: Vec<Value> =
            (0..3000).map(|n| session(&format!("app {}", n % 7), n * 20, n * 20 + 30)).collect();
        assert_eq!(counts(&one.upload(&json!(rows))), (3000, 0, 0, 0));
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|n| (n * 7919) % 3001);
        for part in order.chunks(701) {
            let part: Vec<&Value> = part.iter().map(|n| &rows[*n]).collect();
            other.upload(&json!(part));
            other.upload(&json!(part));
        }
        let day = |device: &Device<'_>| {
            let mut day = device.get("/stats/today?date=2026-01-01").ok();
            day["devices"] = json!(null);
            day
        };
        assert_eq!(day(&one), day(&other));
        assert_eq!(day(&one)["total_seconds"], 90_000);
        assert_eq!(day(&one)["active_seconds"], 2999 * 20 + 30);
        server.verify();
    }

    #[test]
    fn small_ones_at_once() {
        let server = Server::start();
        let phone = server.device("Phone");
        let devices: Vec<Device<'_>> = (0..4).map(|n| phone.another(&n.to_string())).collect();
        std::thread::scope(|scope| {
            for device in &devices {
                scope.spawn(move || {
                    for n in 0..40 {
                        let receipt = device.upload(&json!([
                            session("a", n * 60, n * 60 + 61),
                            session("a", (n / 2) * 60, (n / 2) * 60 + 61)
                        ]));
                        assert_eq!(counts(&receipt).0, 1);
                    }
                });
            }
        });
        assert_eq!(total(&phone), 4 * 40 * 61);
        assert_eq!(phone.get("/stats/today?date=2026-01-01").ok()["active_seconds"], 40 * 60 + 1);
        server.verify();
    }

    #[test]
    fn gzip() {
        let server = Server::start();
        let phone = server.device("Phone");
        for rows in [3, 4000] {
            let rows: Vec<Value> = (0..rows).map(|n| session("a", n, n + 1)).collect();
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            gzip.write_all(json!({"sessions": rows}).to_string().as_bytes()).unwrap();
            let caller = phone.with("content-type", "application/json").with("content-encoding", "gzip");
            caller.raw(reqwest::Method::POST, "/usage/batch", gzip.finish().unwrap()).ok();
        }
        assert_eq!(phone.get("/usage?limit=1").ok()["total"], 4000);
    }
}

mod list {
    use super::*;

    #[test]
    fn newest_first_page_by_page_and_stable_under_inserts() {
        let server = Server::start();
        let phone = server.device("Phone");
        phone.upload(&json!((0..25).map(|n| session("a", n * 60, n * 60 + 60)).collect::<Vec<_>>()));
        let mut seen = vec![];
        let mut path = "/usage?limit=10".to_owned();
        for page in 0.. {
            let answer = phone.get(&path).ok();
            assert_eq!(answer["total"].as_i64().unwrap(), 25 + i64::from(page));
            seen.extend(
                answer["sessions"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one["started_at"].as_str().unwrap().to_owned()),
            );
            phone.upload(&json!([session("late", 10_000 + i64::from(page), 10_001 + i64::from(page))]));
            let Some(cursor) = answer["next_cursor"].as_str() else { break };
            path = format!("/usage?limit=10&cursor={cursor}");
        }
        let mut newest_first = seen.clone();
        newest_first.sort_by(|a, b| b.cmp(a));
        newest_first.dedup();
        assert_eq!((seen.len(), &seen), (25, &newest_first));
    }

    #[test]
    fn by_time_device_and_app() {
        let server = Server::start();
        let phone = server.device_in("Phone", "America/New_York");
        let pc = phone.another("PC");
        phone.upload(&json!([session("a", 0, 60), session("b", 60, 120), session("a", 86_400, 86_460)]));
        pc.upload(&json!([session("a", 30, 90)]));
        let count = |query: &str| phone.get(&format!("/usage?{query}")).ok()["total"].as_u64().unwrap();
        assert_eq!(count(""), 4);
        assert_eq!(count("app=a"), 3);
        assert_eq!(count("app=A"), 0);
        assert_eq!(count(&format!("device_id={}", pc.id)), 1);
        assert_eq!(count(&format!("device_id={}", uuid::Uuid::now_v7())), 0);
        assert_eq!(count("from=2026-01-01T00:01:00Z"), 3, "what ends at the very instant is before");
        assert_eq!(count("to=2026-01-01T00:00:30Z"), 1, "what starts at the very instant is after");
        assert_eq!(
            count("from=2026-01-01&to=2026-01-01"),
            1,
            "a date is the account's: in New York it was still 2025"
        );
        assert_eq!(count("from=2025-12-31&to=2025-12-31"), 3);
        assert_eq!(count("from=2026-01-01T01%3A01%3A00%2B01%3A00"), 3);
        for (query, field) in [
            ("from=yesterday", "from"),
            ("to=2026-02-30", "to"),
            ("device_id=7", "device_id"),
            ("limit=1e9", "limit"),
            ("limit=1000000000", "limit"),
            ("app=%00", "app"),
            ("cursor=AAAA", "cursor"),
        ] {
            phone.get(&format!("/usage?{query}")).names(field);
        }
    }
}
