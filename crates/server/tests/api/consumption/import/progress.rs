//! Imports that take their time: who waits is told how far they have come, and who goes away gives them up.

use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use reqwest::blocking::Response;

use super::*;

/// A file that takes some seconds.
fn large() -> Vec<u8> {
    let mut file = String::from("start,electricity kWh\n");
    for minute in 0..400_000 {
        let start = chrono::DateTime::from_timestamp(1_600_000_020 + minute * 60, 0).unwrap();
        file += &format!("{},0.{:03}\n", start.format("%Y-%m-%dT%H:%M:%SZ"), minute % 1000);
    }
    file.into_bytes()
}

/// Sends a file; the answer is read line by line.
fn lines(person: &Caller<'_>, query: &str, file: &[u8]) -> BufReader<Response> {
    let client = reqwest::blocking::Client::builder().timeout(Duration::from_secs(120)).build().unwrap();
    let mut request = client.post(person.server.url(&format!("/consumption/import?{query}")));
    for (name, value) in &person.headers {
        request = request.header(name, value);
    }
    let request =
        request.header("content-type", "text/csv").header("accept", "text/html, Application/X-NDJSON;q=0.9");
    let answer = request.body(file.to_vec()).send().unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    BufReader::new(answer)
}

fn next(lines: &mut BufReader<Response>) -> Value {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    assert!(line.ends_with('\n'), "{line:?}");
    serde_json::from_str(&line).unwrap()
}

#[test]
fn progress_is_told_and_then_the_report() {
    let server = Server::start();
    let ada = server.person("ada");
    let plain = import(&ada, "dry_run=true", FILE);
    let mut few = lines(&ada, "dry_run=true", FILE.as_bytes());
    let mut last = next(&mut few);
    while last.get("report").is_none() {
        last = next(&mut few);
    }
    assert_eq!(last["report"], plain);
    assert_eq!(few.read_line(&mut String::new()).unwrap(), 0, "the report is the last line");

    let file = large();
    let mut many = lines(&ada, "", &file);
    let (mut before, mut told) = (0, 0);
    let report = loop {
        let line = next(&mut many);
        if let Some(report) = line.get("report") {
            break report.clone();
        }
        let progress = &line["progress"];
        let [bytes, of, rows] = ["bytes", "of", "rows"].map(|name| progress[name].as_u64().unwrap());
        assert!(bytes >= before && bytes <= of && rows <= 400_000, "{line}");
        (before, told) = (bytes, told + 1);
    };
    assert!(told > 3 && before > 0, "{told} {before}");
    assert_eq!(counts(&report), [400_000, 0, 0, 0]);
    assert_eq!(ada.get("/consumption/imports").ok()["imports"][0]["imported"], 400_000);
}

#[test]
fn what_fails_after_the_first_line_is_the_last() {
    let server = Server::start();
    let ada = server.person("ada");
    let mut told = lines(&ada, "", b"what,is,this\n");
    let mut last = next(&mut told);
    while last.get("error").is_none() {
        last = next(&mut told);
    }
    let error = &last["error"];
    assert_eq!((&error["error_code"], &error["status_code"]), (&json!("VALIDATION_ERROR"), &json!(422)));
    assert_eq!(error["fields"][0]["code"], "HEADER_UNKNOWN");
    assert!(!error["request_id"].as_str().unwrap().is_empty());
    // What is wrong before the file is read is said as ever.
    let csv = ada.with("accept", "application/x-ndjson");
    send(&csv, "decimal=dot", FILE).names("decimal");
}

#[test]
fn who_goes_away_gives_it_up_and_two_are_worked_on_at_a_time() {
    let server = Server::start();
    let (ada, bob, eve) = (server.person("ada"), server.person("bob"), server.person("eve"));
    let file = large();
    let mut first = lines(&ada, "", &file);
    next(&mut first);
    // One an account; meanwhile others go on as ever.
    send(&ada, "", FILE).fails(503, "OVERLOADED");
    assert_eq!(counts(&import(&bob, "", FILE)), [2, 0, 1, 2]);
    let mut second = lines(&bob, "", &file);
    while next(&mut second)["progress"]["rows"] == 0 {}
    send(&eve, "", FILE).fails(503, "OVERLOADED");
    assert_eq!(eve.get("/consumption").ok()["total"], 0);
    let before = state(&bob);
    drop((first, second));
    let gone = Instant::now();
    while [&ada, &bob, &eve].iter().any(|one| send(one, "dry_run=true", FILE).status == 503) {
        assert!(gone.elapsed() < Duration::from_secs(10), "nobody noticed");
        std::thread::sleep(Duration::from_millis(100));
    }
    for table in ["meter_intervals", "meters"] {
        assert_eq!(server.sql(&format!("SELECT count(*) FROM {table}")), "0", "{table}");
    }
    assert_eq!(ada.get("/consumption").ok()["total"], 0);
    assert_eq!(state(&bob), before);
    assert_eq!(bob.get("/consumption/imports").ok()["total"], 1);
    server.verify();
}

#[test]
fn those_who_look_on_are_told_once_it_is_kept() {
    let server = Server::start();
    let ada = server.person("ada");
    let client = reqwest::blocking::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let live = client.get(server.url("/live")).bearer_auth(&ada.access).send().unwrap();
    let mut events =
        BufReader::new(live).lines().map_while(Result::ok).filter(|line| line.starts_with("event: "));
    assert_eq!(events.next().unwrap(), "event: hello");
    import(&ada, "dry_run=true", FILE);
    ada.patch("/users/me", &json!({"name": "Ada"})).ok();
    assert_eq!(events.next().unwrap(), "event: account.updated", "a rehearsal is no event");
    let report = import(&ada, "", FILE);
    assert_eq!(events.next().unwrap(), "event: consumption.updated");
    std::thread::sleep(Duration::from_millis(300));
    undo(&ada, &report);
    assert_eq!(events.next().unwrap(), "event: consumption.updated");
}
