//! JSONTestSuite: what is not JSON is refused as that, what is JSON is never called malformed, and nothing is answered
//! with a 5xx or not at all.

use reqwest::Method;
use serde_json::Value;

use super::{data, send};
use crate::harness::{Caller, Server};

/// Every body and its name: as text, and, where a byte was no UTF-8, with such a byte too.
fn bodies() -> Vec<(String, Vec<u8>)> {
    let suite: Value = serde_json::from_slice(&data("json-test-suite/parsing.json")).unwrap();
    let mut all = vec![
        ("n_structure_100000_opening_arrays".to_owned(), "[".repeat(100_000).into_bytes()),
        ("n_structure_open_array_object".to_owned(), format!("{}\n", "[{\"\":".repeat(50_000)).into_bytes()),
    ];
    for test in suite.as_array().unwrap() {
        let (name, input) = (test["name"].as_str().unwrap(), test["input"].as_str().unwrap());
        all.push((name.to_owned(), input.into()));
        if input.contains('\u{fffd}') {
            let bytes = input.bytes().collect::<Vec<_>>();
            let mut raw = vec![];
            let mut rest = bytes.as_slice();
            while let Some((first, after)) = rest.split_first() {
                match rest.strip_prefix("\u{fffd}".as_bytes()) {
                    Some(after) => (raw.push(0xff), rest = after).1,
                    None => (raw.push(*first), rest = after).1,
                }
            }
            all.push((format!("{} with a byte that is no UTF-8", name.replace("i_", "n_")), raw));
        }
    }
    assert_eq!(all.iter().filter(|(name, _)| name.starts_with("n_")).count(), 188 + 25);
    assert_eq!(all.iter().filter(|(name, _)| name.starts_with("y_")).count(), 95);
    all
}

/// What the bodies are sent to, where nothing that they say can succeed.
fn ask(caller: &Caller<'_>, method: &Method, path: &str) {
    for (name, body) in bodies() {
        let size = body.len();
        let answer = send(caller, method, path, body);
        let (status, text) = (answer.status, answer.text());
        let wanted: &[u16] = match name.as_bytes()[0] {
            // An ordinary body is at most 64 KiB. A type that is wrong may be met before what is no JSON.
            b'n' if size > 64 * 1024 && !["/usage/batch", "/events/sync"].contains(&path) => &[413],
            b'n' => &[400, 422],
            b'y' => &[422],
            _ => &[400, 422],
        };
        assert!(wanted.contains(&status), "{method} {path} {name}: {status} {text}");
        let detail = &answer.json()["detail"];
        assert_eq!(detail["status_code"], status, "{name}");
        if status == 422 {
            assert!(!detail["fields"].as_array().unwrap().is_empty(), "{name}: {text}");
        }
    }
}

#[test]
fn at_the_doors() {
    let server = Server::start();
    let nobody = server.nobody();
    for path in ["/auth/login", "/auth/register", "/auth/reset", "/devices/register"] {
        ask(&nobody, &Method::POST, path);
    }
}

#[test]
fn behind_them() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "android");
    ask(&phone, &Method::POST, "/usage/batch");
    ask(&ada, &Method::POST, "/events/sync");
    ask(&ada, &Method::PATCH, "/users/me/password");
    ask(&ada, &Method::POST, &format!("/devices/{}/claim", phone.id));
    // Nobody was told by it, and everything still serves.
    assert_eq!(phone.get("/usage").ok()["total"], 0);
    ada.get("/users/me").ok();
}

/// Where every field is optional, any object is taken, and nothing else.
#[test]
fn where_everything_is_optional() {
    let server = Server::start();
    let ada = server.person("ada");
    let before = ada.get("/users/me").ok();
    for (name, body) in bodies() {
        let object = body.trim_ascii_start().starts_with(b"{");
        let answer = send(&ada, &Method::PATCH, "/users/me", body);
        let wanted: &[u16] = match name.as_bytes()[0] {
            b'y' if object => &[200],
            b'y' => &[422],
            b'n' => &[400, 413, 422],
            _ => &[200, 400, 422],
        };
        assert!(wanted.contains(&answer.status), "{name}: {} {}", answer.status, answer.text());
    }
    assert_eq!(ada.get("/users/me").ok(), before);
}
