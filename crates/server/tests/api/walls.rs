//! The walls between accounts, and before those who have none: every operation, from the document.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Caller, Device, Server};

/// Every operation: method, path, and what it takes.
fn operations() -> Vec<(Method, String, Value)> {
    let document = serde_json::to_value(http_api::openapi()).unwrap();
    let mut operations = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((method.to_uppercase().parse().unwrap(), path.clone(), operation.clone()));
        }
    }
    assert!(operations.len() >= 16);
    operations
}

fn protected() -> Vec<(Method, String, Value)> {
    let takes = |operation: &Value| operation["security"].as_array().cloned().unwrap_or_default();
    let needs = |(_, _, operation): &(Method, String, Value)| {
        takes(operation).iter().any(|one| one.get("device_token").is_some())
            && !takes(operation).contains(&json!({}))
    };
    operations().into_iter().filter(needs).collect()
}

/// The tokens that open nothing, and a word for each.
fn wrong_tokens(phone: &Device<'_>) -> Vec<(&'static str, String)> {
    let mut parts: Vec<&str> = phone.access.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    let without = format!("{none}.{}.", parts[1]);
    let none = format!("{none}.{}.{}", parts[1], parts[2]);
    let mut changed = phone.access.clone().into_bytes();
    let middle = parts[0].len() + 20;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    parts.pop();
    vec![
        ("nonsense", "nonsense".into()),
        ("a refresh token", phone.refresh.clone()),
        ("its key", phone.key.clone()),
        ("no algorithm", none),
        ("no signature", without),
        ("cut off", parts.join(".")),
        ("changed", String::from_utf8(changed).unwrap()),
    ]
}

#[test]
fn nobody_gets_past() {
    let server = Server::start();
    let phone = server.device("Phone");
    let mut callers: Vec<(&str, Caller<'_>)> = vec![("nobody", server.nobody())];
    for (word, token) in wrong_tokens(&phone) {
        callers.push((word, server.nobody().bearer(&token)));
    }
    callers
        .push(("another scheme", server.nobody().with("authorization", &format!("Basic {}", phone.access))));
    callers.push((
        "two in one",
        server.nobody().with("authorization", &format!("Bearer {} {}", phone.access, phone.access)),
    ));
    callers.push(("in the query", server.nobody()));
    for (method, path, operation) in protected() {
        let path = path.replace("{device_id}", &phone.id);
        for (word, caller) in &callers {
            let path = if *word == "in the query" {
                format!("{path}?access_token={}", phone.access)
            } else {
                path.clone()
            };
            // A bad body never beats a missing token, nor does a good one.
            for body in ["", "{", "{}"] {
                let caller = caller.with("content-type", "application/json");
                let answer = caller.raw(method.clone(), &path, body);
                assert_eq!(answer.status, 401, "{word}: {method} {path} {body}: {}", answer.text());
                let code = answer.json()["detail"]["error_code"].as_str().unwrap().to_owned();
                assert!(
                    ["TOKEN_MISSING", "TOKEN_INVALID"].contains(&code.as_str()),
                    "{code} {}",
                    operation["operationId"]
                );
            }
        }
    }
    assert_eq!(phone.get("/devices").ok()["devices"][0]["name"], "Phone");
}

#[test]
fn a_token_that_has_run_out() {
    let server = Server::start();
    let phone = server.device("Phone");
    let claims: Value = {
        use base64::Engine;
        let part = phone.access.split('.').nth(1).unwrap();
        serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap())
            .unwrap()
    };
    let sign = |changes: Value, secret: &str| {
        let mut claims = claims.clone();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
        jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap()
    };
    let get = |token: &str| server.nobody().bearer(token).get("/devices");
    get(&sign(json!({}), crate::harness::SECRET)).ok();
    get(&sign(json!({}), "another key of which nobody knows a thing")).fails(401, "TOKEN_INVALID");
    get(&sign(json!({"exp": claims["iat"].as_i64().unwrap() - 1}), crate::harness::SECRET))
        .fails(401, "TOKEN_EXPIRED");
    for changes in [
        json!({"iss": "another"}),
        json!({"aud": "another"}),
        json!({"type": "access"}),
        json!({"type": "device_refresh"}),
        json!({"sub": "not a uuid"}),
        json!({"sub": null}),
        json!({"exp": "tomorrow"}),
        json!({"exp": null}),
        json!({"iat": null}),
        json!({"sid": null}),
        json!({"jti": 7}),
    ] {
        let answer = get(&sign(changes.clone(), crate::harness::SECRET));
        assert_eq!(answer.status, 401, "{changes}: {}", answer.text());
    }
    // Somebody else's device, or a family of nobody's, with a good signature: the database knows better.
    let other = server.device("Other");
    get(&sign(json!({"device_id": other.id}), crate::harness::SECRET)).fails(401, "TOKEN_REVOKED");
    get(&sign(json!({"sid": uuid::Uuid::now_v7()}), crate::harness::SECRET)).fails(401, "TOKEN_REVOKED");
    get(&sign(json!({"sub": other.get("/users/me").ok()["id"]}), crate::harness::SECRET))
        .fails(401, "TOKEN_REVOKED");
}

#[test]
fn anothers_ids_answer_as_unused_ones() {
    let server = Server::start();
    let (alice, bob) = (server.device("Alice's"), server.device("Bob's"));
    let rows =
        json!([{"app": "private", "started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T11:00:00Z"}]);
    alice.upload(&rows);
    let state = |device: &Device<'_>| {
        let day = device.get("/stats/today?date=2026-01-01").ok();
        let week = device.get("/stats/week?date=2026-01-01").ok();
        (device.get("/devices").ok(), device.get("/usage").ok(), day, week, device.get("/users/me").ok())
    };
    let before = state(&alice);

    // Every id in every place: in the path, the query and the body.
    let unused = uuid::Uuid::now_v7().to_string();
    for (method, path, operation) in protected() {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let in_query = parameters.iter().any(|one| one["in"] == "query" && one["name"] == "device_id");
        let ask = |id: &str| {
            let mut path = path.replace("{device_id}", id);
            if in_query {
                path += &format!("?device_id={id}");
            }
            if path.starts_with("/stats") {
                path += "&date=2026-01-01";
            }
            let body = match path.as_str() {
                "/usage/batch" => json!({"sessions": [], "device_id": id}),
                _ => json!({"name": "Mine now", "device_id": id}),
            };
            let body = operation.get("requestBody").map(|_| &body);
            let answer = bob.send(method.clone(), &path, body);
            let mut json = if answer.body.is_empty() { Value::Null } else { answer.json() };
            if let Some(detail) = json.get_mut("detail") {
                detail["request_id"] = Value::Null;
                detail["timestamp"] = Value::Null;
            }
            json["server_time"] = Value::Null;
            (answer.status, json)
        };
        let (theirs, nobodys) = (ask(&alice.id), ask(&unused));
        assert_eq!(theirs, nobodys, "{method} {path}");
        assert!(!theirs.1.to_string().contains("private"), "{method} {path}");
        if path.contains("{device_id}") || path == "/devices/revoke" {
            assert_eq!(
                (theirs.0, &theirs.1["detail"]["error_code"]),
                (404, &json!("DEVICE_NOT_FOUND")),
                "{method} {path}"
            );
        }
    }
    let mut after = state(&alice);
    after.0["devices"][0]["last_seen_at"] = before.0["devices"][0]["last_seen_at"].clone();
    assert_eq!(after, before);

    // The same session of both is two sessions.
    assert_eq!(bob.upload(&rows)["accepted"], 1);
    assert_eq!(state(&alice).1, before.1);
    server.verify();
}

#[test]
fn anothers_cursor_shows_nothing_of_theirs() {
    let server = Server::start();
    let (alice, bob) = (server.device("Alice's"), server.device("Bob's"));
    let row = |n: i64| json!({"app": format!("private {n}"), "started_at": format!("2026-01-01T1{n}:00:00Z"), "ended_at": format!("2026-01-01T1{n}:30:00Z")});
    alice.upload(&json!([row(1), row(2), row(3)]));
    alice.another("Second");
    for path in ["/usage", "/devices"] {
        let cursor = alice.get(&format!("{path}?limit=1")).ok()["next_cursor"].as_str().unwrap().to_owned();
        let seen = bob.get(&format!("{path}?limit=10&cursor={cursor}")).text();
        assert!(!seen.contains("private") && !seen.contains("Alice") && !seen.contains("Second"), "{seen}");
    }
}
