//! Who waits is told how far it has come, and who goes away gives it up.

use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use reqwest::blocking::Response;

use super::*;

/// An archive that takes some seconds.
fn large() -> Vec<String> {
    let id = "00000000-0000-4000-8000-000000000001";
    let mut things = vec![
        json!({"device": {"device_id": id, "name": "Phone", "platform": "android", "created_at": "2026-01-01T00:00:00Z"}}),
    ];
    for minute in 0..100_000_i64 {
        let at =
            |second: i64| chrono::DateTime::from_timestamp(1_600_000_000 + minute * 60 + second, 0).unwrap();
        things.push(json!({"usage": {"device_id": id, "app": "a", "kind": "app", "started_at": at(0), "ended_at": at(30)}}));
    }
    archive(&things)
}

/// Sends an archive; the answer is read line by line.
fn lines(person: &Caller<'_>, lines: &[String]) -> BufReader<Response> {
    let client = reqwest::blocking::Client::builder().timeout(Duration::from_secs(120)).build().unwrap();
    let mut request = client.post(person.server.url("/import"));
    for (name, value) in &person.headers {
        request = request.header(name, value);
    }
    let request = request.header("content-type", "application/gzip").header("accept", "application/x-ndjson");
    let answer = request.body(gzip(&text(lines))).send().unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    BufReader::new(answer)
}

fn next(lines: &mut BufReader<Response>) -> Value {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap()
}

#[test]
fn who_goes_away_gives_it_up_and_who_waits_is_told() {
    let server = Server::start();
    let ada = server.person("ada");
    let archive = large();
    let mut first = lines(&ada, &archive);
    while next(&mut first)["progress"]["rows"] == 0 {}
    send(&ada, "", &archive[..1]).fails(503, "OVERLOADED");
    drop(first);
    let gone = Instant::now();
    while send(&ada, "?dry_run=true", &archive[..1]).status == 503 {
        assert!(gone.elapsed() < Duration::from_secs(10), "nobody noticed");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(rows(&server, &ada.id), 0);

    let mut told = lines(&ada, &archive);
    let (mut before, mut progress) = (0, 0);
    let report = loop {
        let line = next(&mut told);
        if let Some(report) = line.get("report") {
            break report.clone();
        }
        let [bytes, of] = ["bytes", "of"].map(|name| line["progress"][name].as_u64().unwrap());
        assert!(bytes >= before && bytes <= of, "{line}");
        (before, progress) = (bytes, progress + 1);
    };
    assert!(progress > 1 && before > 0, "{progress} {before}");
    assert_eq!(report["counts"]["usage"], 100_000);
    assert_eq!(ada.get("/usage?limit=1").ok()["total"], 100_000);
    server.verify();
}
