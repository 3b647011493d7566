//! What is wrong is refused row by row, with its reason, at every place of a batch; the rest is kept; nothing is
//! answered with a 5xx.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Device, Server};

const GOOD: &str = r#"{"app":"good","started_at":"2026-01-01T10:00:00Z","ended_at":"2026-01-01T10:01:00Z"}"#;

/// Rows as they are written, and why each is refused.
fn bad_rows() -> Vec<(String, &'static str)> {
    let row = |fields: &str| {
        format!(r#"{{"started_at":"2026-01-01T10:00:00Z","ended_at":"2026-01-01T10:01:00Z",{fields}}}"#)
    };
    let times = |from: &str, to: &str| format!(r#"{{"app":"a","started_at":"{from}","ended_at":"{to}"}}"#);
    let ahead = |minutes: i64| (chrono::Utc::now() + chrono::TimeDelta::minutes(minutes)).to_rfc3339();
    let long = |count: usize| "x".repeat(count);
    vec![
        (times("2026-01-01T10:00:01Z", "2026-01-01T10:00:00Z"), "ENDS_BEFORE_START"),
        (times("2026-01-01T10:00:00Z", "2026-01-02T10:00:00.001Z"), "TOO_LONG"),
        (times(&ahead(-10), &ahead(6)), "IN_THE_FUTURE"),
        (times(&ahead(60), &ahead(61)), "IN_THE_FUTURE"),
        (times("1999-12-31T23:59:59.999Z", "2000-01-01T00:00:10Z"), "TOO_OLD"),
        (times("0000-01-01T00:00:00Z", "0000-01-01T00:00:01Z"), "TOO_OLD"),
        (times("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"), "IN_THE_FUTURE"),
        (times("2026-01-01T10:00:00+25:00", "2026-01-01T10:01:00Z"), "TIME_INVALID"),
        (times("2026-02-29T10:00:00Z", "2026-02-29T10:01:00Z"), "TIME_INVALID"),
        (times("2026-01-01", "2026-01-02"), "TIME_INVALID"),
        (times("", ""), "TIME_INVALID"),
        (times("2026-01-01T24:00:00Z", "2026-01-01T24:00:01Z"), "TIME_INVALID"),
        (times("\\u0000", "2026-01-01T10:01:00Z"), "TIME_INVALID"),
        (r#"{"app":"a","started_at":"2026-01-01T10:00:00Z"}"#.into(), "TIME_INVALID"),
        (r#"{"app":"a","started_at":1767261600,"ended_at":1767261660}"#.into(), "ROW_INVALID"),
        (row(r#""kind":"app""#), "APP_MISSING"),
        (row(r#""app":"""#), "APP_MISSING"),
        (row(r#""app":"  ""#), "APP_MISSING"),
        (row(r#""app":null"#), "APP_MISSING"),
        (row(&format!(r#""app":"{}""#, long(256))), "TEXT_TOO_LONG"),
        (row(&format!(r#""app":"a","title":"{}""#, long(1025))), "TEXT_TOO_LONG"),
        (row(&format!(r#""app":"a","url":"{}""#, long(2049))), "TEXT_TOO_LONG"),
        (row(&format!(r#""app":"a","title":"{}""#, long(1_000_000))), "TEXT_TOO_LONG"),
        (row(r#""app":"a\u0000b""#), "TEXT_INVALID"),
        (row(r#""app":"a","title":"\u0000""#), "TEXT_INVALID"),
        (row(r#""app":"\ud800""#), "TEXT_INVALID"),
        (row(r#""app":"a","url":"\udc00x""#), "TEXT_INVALID"),
        (row(r#""app":"a","duration_seconds":62"#), "DURATION_MISMATCH"),
        (row(r#""app":"a","duration_seconds":-60"#), "DURATION_MISMATCH"),
        (row(r#""app":"a","duration_seconds":1e300"#), "DURATION_MISMATCH"),
        (row(r#""app":"a","duration_seconds":1e100000"#), "ROW_INVALID"),
        (row(r#""app":"a","duration_seconds":"60""#), "ROW_INVALID"),
        (row(r#""app":"a","app":"b""#), "ROW_INVALID"),
        (row(r#""app":"a","app_name":"b""#), "ROW_INVALID"),
        (row(r#""app":5"#), "ROW_INVALID"),
        (row(r#""app":{"x":[]}"#), "ROW_INVALID"),
        (row(r#""app":"a","kind":"game""#), "ROW_INVALID"),
        (row(r#""app":"a","kind":7"#), "ROW_INVALID"),
        ("null".into(), "ROW_INVALID"),
        ("5".into(), "ROW_INVALID"),
        ("\"row\"".into(), "ROW_INVALID"),
        ("[]".into(), "ROW_INVALID"),
        (r#"["a","app",null,null,"2026-01-01T10:00:00Z","2026-01-01T10:01:00Z",60]"#.into(), "ROW_INVALID"),
        ("{}".into(), "APP_MISSING"),
    ]
}

fn send(device: &Device<'_>, rows: &[&str]) -> Value {
    let body = format!(r#"{{"sessions":[{}]}}"#, rows.join(","));
    device.with("content-type", "application/json").raw(Method::POST, "/usage/batch", body).ok()
}

#[test]
fn each_bad_row_at_each_place() {
    let server = Server::start();
    let phone = server.device("Phone");
    for (bad, code) in &bad_rows() {
        for place in 0..3 {
            let mut rows = vec![GOOD; 2];
            rows.insert(place, bad);
            let receipt = send(&phone, &rows);
            let rejected = &receipt["rejected"];
            assert_eq!(
                (&rejected[0]["index"], &rejected[0]["error_code"]),
                (&json!(place), &json!(code)),
                "{}",
                &bad[..bad.len().min(200)]
            );
            assert!(!rejected[0]["message"].as_str().unwrap().is_empty());
            assert_eq!(rejected.as_array().unwrap().len(), 1);
            let kept = receipt["accepted"].as_u64().unwrap() + receipt["duplicates"].as_u64().unwrap();
            assert_eq!(kept, 2, "the good rows are kept");
        }
    }
    assert_eq!(phone.get("/usage").ok()["total"], 1);
    server.verify();
}

#[test]
fn all_bad_rows_at_once_in_a_large_batch() {
    let server = Server::start();
    let phone = server.device("Phone");
    let bad = bad_rows();
    let mut rows: Vec<&str> = bad.iter().map(|(row, _)| row.as_str()).collect();
    rows.push(GOOD);
    let receipt = send(&phone, &rows);
    let codes: Vec<&str> = receipt["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["error_code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, bad.iter().map(|(_, code)| *code).collect::<Vec<_>>());
    assert_eq!(receipt["accepted"], 1);
}

#[test]
fn what_is_just_right() {
    let server = Server::start();
    let phone = server.device("Phone");
    let row = |app: &str, from: &str, to: &str| json!({"app": app, "started_at": from, "ended_at": to});
    let soon = (chrono::Utc::now() + chrono::TimeDelta::minutes(4)).to_rfc3339();
    let rows = json!([
        row(&"é".repeat(255), "2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z"),
        row("a day", "2026-01-01T10:00:00Z", "2026-01-02T10:00:00Z"),
        row("old", "2000-01-01T00:00:00Z", "2000-01-01T00:00:01Z"),
        row("leap", "2024-02-29T10:00:00+14:00", "2024-02-29T10:00:01+14:00"),
        row("soon", &soon, &soon),
        row("😀 <script>alert(1)</script> =1+1", "2026-01-01T10:00:00.9999Z", "2026-01-01T10:00:01Z"),
        {"app": "told", "started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T10:01:00Z", "duration_seconds": 60.9, "title": "", "url": null},
    ]);
    let receipt = phone.upload(&rows);
    assert_eq!((&receipt["rejected"], &receipt["accepted"]), (&json!([]), &json!(7)));
    server.verify();
}

#[test]
fn a_leap_second_is_the_second_after() {
    let server = Server::start();
    let phone = server.device("Phone");
    phone.upload(
        &json!([{"app": "a", "started_at": "2016-12-31T23:59:60Z", "ended_at": "2017-01-01T00:00:01Z"}]),
    );
    assert_eq!(phone.get("/stats/today?date=2017-01-01").ok()["total_seconds"], 1);
    server.verify();
}

#[test]
fn bodies_that_are_no_batch() {
    let server = Server::start();
    let phone = server.device("Phone").with("content-type", "application/json");
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let deep = format!(r#"{{"sessions":{deep}"#);
    for body in [
        "",
        "{",
        "sessions",
        "{\"sessions\":[}",
        "\u{feff}{\"sessions\":[]}",
        "{\"sessions\":[]}{}",
        "{\"sessions\":[NaN]}",
        "{'sessions':[]}",
        &deep,
    ] {
        let answer = phone.raw(Method::POST, "/usage/batch", body);
        assert_eq!(answer.status, 400, "{}: {}", &body[..body.len().min(40)], answer.text());
    }
    phone
        .raw(Method::POST, "/usage/batch", b"{\"sessions\":[\"\xff\"]}".to_vec())
        .fails(400, "MALFORMED_REQUEST");
    for body in [
        "null",
        "5",
        "[]",
        "\"x\"",
        "{}",
        "{\"sessions\":null}",
        "{\"sessions\":{}}",
        "{\"sessions\":[],\"logs\":[]}",
    ] {
        phone.raw(Method::POST, "/usage/batch", body).names("sessions");
    }
    let nested = format!(r#"{{"sessions":[{{"app":{}{}}}]}}"#, "[".repeat(100), "]".repeat(100));
    assert!(phone.raw(Method::POST, "/usage/batch", nested).status < 500);
}

/// Hostile texts in every place that takes text: none is answered with a 5xx, and none breaks the next request.
#[test]
fn hostile_text_everywhere() {
    let server = Server::start();
    let phone = server.device("Phone");
    let texts = [
        "",
        "\u{0}",
        "'; DROP TABLE users; --",
        "%00",
        "../../etc/passwd",
        "\u{202e}x",
        "𝕏",
        "\r\nX-Injected: 1",
        "{}",
        "-1",
        "1e400",
        "NaN",
        "true",
    ];
    let long = "x".repeat(20_000);
    for text in texts.into_iter().chain([long.as_str()]) {
        let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        for path in [
            "/usage?app=",
            "/usage?from=",
            "/usage?to=",
            "/usage?cursor=",
            "/usage?limit=",
            "/usage?device_id=",
            "/devices?cursor=",
            "/stats/today?tz=",
            "/stats/today?date=",
            "/stats/week?calendar=",
            "/devices/",
        ] {
            let answer = phone.get(&format!("{path}{encoded}"));
            assert!(answer.status < 500, "{path}{encoded}: {}", answer.text());
            assert!(answer.headers.get("x-injected").is_none());
        }
        for name in ["name", "platform", "device_key", "model", "os_version", "app_version", "timezone"] {
            let mut new = json!({"platform": "ios"});
            new[name] = json!(text);
            let answer = server.nobody().post("/devices/register", &new);
            assert!(answer.status < 500, "{name} {encoded}: {}", answer.text());
        }
        for name in ["timezone", "day_start", "week_start", "effective_from"] {
            assert!(phone.owner.patch("/users/me", &json!({ name: text })).status < 500, "{name} {encoded}");
        }
        assert!(
            phone.owner.patch(&format!("/devices/{}", phone.id), &json!({"name": text})).status < 500,
            "{encoded}"
        );
        assert!(
            server.nobody().post("/devices/refresh", &json!({"refresh_token": text})).status < 500,
            "{encoded}"
        );
        if let Ok(value) = reqwest::header::HeaderValue::from_str(text) {
            let value = value.to_str().unwrap_or_default();
            for name in [
                "authorization",
                "x-device-key",
                "x-request-id",
                "if-none-match",
                "accept-encoding",
                "content-encoding",
                "origin",
                "x-forwarded-for",
            ] {
                let answer = phone.with(name, value).post("/usage/batch", &json!({"sessions": []}));
                assert!(answer.status < 500, "{name}: {value}: {}", answer.text());
            }
        }
    }
    phone.get("/devices").ok();
    server.verify();
}
