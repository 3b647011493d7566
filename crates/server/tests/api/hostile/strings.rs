//! The Big List of Naughty Strings in every place that takes a text: none is answered with a 5xx, what is accepted is
//! given back as it came (names without the space around them), and every answer is JSON.

use base64::Engine;
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use super::data;
use crate::harness::{Answer, Device, Person, SECRET, Server};

/// The list, and what it lacks.
fn strings() -> Vec<String> {
    let list: Vec<String> = serde_json::from_slice(&data("naughty-strings/blns.json")).unwrap();
    assert_eq!(list.len(), 485);
    let more = [
        "\u{0}",
        "a\u{0}b",
        "\u{1}\u{1f}\u{7f}\u{80}\u{9f}",
        "\u{feff}x",
        "\u{202e}x",
        "\u{fdd0}\u{fffe}\u{10ffff}",
        "e\u{301}\u{328}\u{301}",
        "a\r\nX-Injected: 1",
    ];
    list.into_iter().chain(more.map(ToOwned::to_owned)).collect()
}

/// Refused as what is wrong, or accepted: gives the body then.
#[track_caller]
fn accepted(answer: Answer, text: &str) -> Option<Value> {
    let (status, said) = (answer.status, answer.text());
    assert!(matches!(status, 200 | 201 | 401 | 404 | 409 | 422), "{text:?}: {status} {said}");
    assert!(answer.headers.get("x-injected").is_none());
    let body = answer.json();
    if status < 300 {
        return Some(body);
    }
    assert_eq!(body["detail"]["status_code"], status, "{said}");
    if status == 422 {
        assert!(!body["detail"]["fields"].as_array().unwrap().is_empty(), "{said}");
    }
    None
}

/// As names are kept: without the space around them; nothing where nothing is left.
fn kept(text: &str) -> Value {
    match text.trim() {
        "" => Value::Null,
        text => json!(text),
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[test]
fn people_and_their_names() {
    let server = Server::start();
    let ada = server.person("ada");
    let mut names = 0;
    for text in strings() {
        let all = json!({"name": text, "first_name": text, "last_name": text});
        if let Some(account) = accepted(ada.patch("/users/me", &all), &text) {
            let again = ada.get("/users/me").ok();
            for name in ["name", "first_name", "last_name"] {
                assert_eq!((&account[name], &again[name]), (&kept(&text), &kept(&text)), "{name}");
            }
            names += 1;
        } else {
            assert!(text.contains('\0') || text.chars().count() > 100, "{text:?} is a name");
        }
        for name in ["username", "email"] {
            if let Some(account) = accepted(ada.patch("/users/me", &json!({ name: text })), &text) {
                assert_eq!(account[name], text.trim());
            }
        }
        for name in ["timezone", "day_start", "week_start", "effective_from", "settings"] {
            accepted(ada.patch("/users/me", &json!({ name: text })), &text);
        }
        let settings = json!({"categorization": {text.clone(): text.clone(), "list": [text]}});
        if let Some(account) = accepted(ada.patch("/users/me", &json!({"settings": settings})), &text) {
            assert_eq!(account["settings"]["categorization"], settings["categorization"]);
            assert_eq!(ada.get("/auth/me").ok()["settings"], account["settings"]);
        } else {
            assert!(text.contains('\0'), "{text:?} is a category");
        }
    }
    assert!(names > 400, "{names}");
    server.verify();
}

#[test]
fn registering_and_signing_in() {
    let server = Server::start();
    let nobody = server.nobody();
    server.person("admin");
    let (mut usernames, mut passwords) = (0, 0);
    for (number, text) in strings().into_iter().enumerate() {
        for name in ["username", "email", "password"] {
            let email = format!("{name}{number}@example.org");
            let mut new = json!({"email": email, "password": "correct horse battery", "invite_code": text});
            new[name] = json!(text);
            let Some(answer) = accepted(nobody.post("/auth/register", &new), &text) else { continue };
            let person = Person::new(&server, answer.clone());
            match name {
                "username" if text.trim().is_empty() => {
                    assert_eq!(person.username, format!("username{number}"));
                }
                "username" => {
                    assert_eq!(person.username, text.trim());
                    usernames += 1;
                }
                "email" => assert_eq!(answer["user"]["email"], text.trim()),
                _ => {
                    let cut: String = text.chars().skip(1).collect();
                    let cut = json!({"username": person.username, "password": cut});
                    nobody.post("/auth/login", &cut).fails(401, "INVALID_CREDENTIALS");
                    passwords += 1;
                }
            }
            // What was chosen signs in, exactly as it was typed.
            let login = if name == "email" { text.trim() } else { person.username.as_str() };
            let again = json!({"username": login, "password": new["password"]});
            assert_eq!(nobody.post("/auth/login", &again).ok()["user"]["id"], person.id, "{name} {text:?}");
        }
        let stranger = json!({"username": format!("{text} {number}"), "email": text, "password": text});
        assert!(accepted(nobody.post("/auth/login", &stranger), &text).is_none());
        for (path, body) in [
            ("/auth/refresh", json!({"refresh_token": text})),
            ("/devices/refresh", json!({"refresh_token": text})),
            ("/auth/reset", json!({"token": text, "new_password": "correct horse battery"})),
            ("/auth/reset", json!({"token": "token", "new_password": text})),
            ("/devices/register", json!({"platform": "ios", "pairing_code": text})),
        ] {
            assert!(accepted(nobody.post(path, &body), &text).is_none(), "{path} {text:?}");
        }
        nobody.post("/auth/logout", &json!({"refresh_token": text})).is(204);
    }
    assert!(usernames > 30 && passwords > 200, "{usernames} {passwords}");
}

#[test]
fn devices() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "android");
    for text in strings() {
        let new = json!({"platform": "ios", "name": text, "os_version": text, "app_version": text});
        if let Some(answer) = accepted(ada.post("/devices/register", &new), &text) {
            let name = if text.trim().is_empty() { json!("ios") } else { kept(&text) };
            let device = Device::new(ada.clone(), answer);
            let shown = device.get("/devices").ok()["devices"][0].clone();
            assert_eq!(shown["name"], name);
            for field in ["os_version", "app_version"] {
                assert_eq!(shown[field].as_str().unwrap().trim(), text.trim());
            }
        } else {
            assert!(text.contains('\0') || text.chars().count() > 100, "{text:?} is a name");
        }
        for name in ["model", "timezone", "platform"] {
            let mut new = json!({"platform": "ios"});
            new[name] = json!(text);
            accepted(ada.post("/devices/register", &new), &text);
        }
        let new = json!({"platform": "ios", "device_key": text});
        if let Some(answer) = accepted(ada.post("/devices/register", &new), &text) {
            assert_eq!(answer["device_key"], text);
            let again = ada.post("/devices/register", &new).is(201);
            assert_eq!(again["device_id"], answer["device_id"], "the same key is the same device: {text:?}");
            let claim = format!("/devices/{}/claim", answer["device_id"].as_str().unwrap());
            ada.post(&claim, &json!({"device_key": text})).ok();
            if HeaderValue::from_str(&text).is_ok() && text.is_ascii() && text.trim() == text {
                let nobody = server.nobody().with("x-device-key", &text);
                nobody.post("/usage/batch", &json!({"sessions": []})).ok();
            }
        }
        let path = format!("/devices/{}", phone.id);
        if let Some(device) = accepted(ada.patch(&path, &json!({"name": text})), &text) {
            assert_eq!(device["name"], kept(&text));
            assert_eq!(phone.get("/devices").ok()["devices"][0]["name"], kept(&text));
        }
        accepted(ada.post(&format!("{path}/claim"), &json!({"device_key": text})), &text);
        accepted(ada.post("/devices/revoke", &json!({"device_id": text})), &text);
    }
    ada.get("/devices").ok();
    server.verify();
}

#[test]
fn usage() {
    let server = Server::start();
    let phone = server.device("Phone");
    let mut rows = vec![];
    let strings = strings();
    for (number, text) in strings.iter().enumerate() {
        for (place, name) in
            ["app", "title", "url", "kind", "started_at", "ended_at", "device"].into_iter().enumerate()
        {
            let at = |second: usize| {
                let at = chrono::DateTime::from_timestamp(
                    1_767_225_600 + i64::try_from(number * 100 + place * 10 + second).unwrap(),
                    0,
                );
                at.unwrap().to_rfc3339()
            };
            let mut row = json!({"app": "app", "started_at": at(0), "ended_at": at(5)});
            row[name] = json!(text);
            rows.push((name, text, row));
        }
    }
    let batch: Vec<&Value> = rows.iter().map(|(_, _, row)| row).collect();
    let receipt = phone.upload(&json!(batch));
    let refused: Vec<usize> = receipt["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["index"].as_u64().unwrap() as usize)
        .collect();
    let kept = receipt["accepted"].as_u64().unwrap() as usize;
    assert_eq!(kept + refused.len(), rows.len(), "{receipt}");

    // Every row that was kept is there, as it was sent.
    let mut shown = vec![];
    let mut cursor = String::new();
    loop {
        let page = phone.get(&format!("/usage?limit=1000{cursor}")).ok();
        shown.extend(page["sessions"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={}", encoded(next));
    }
    assert_eq!(shown.len(), kept);
    let mut texts = 0;
    for (index, (name, text, row)) in rows.iter().enumerate() {
        if refused.contains(&index) {
            let sound = !text.contains('\0') && !text.trim().is_empty() && text.chars().count() <= 255;
            assert!(
                !sound || !["app", "title", "url", "device"].contains(name),
                "{name} {text:?} was refused"
            );
            continue;
        }
        let started = |one: &Value| {
            one["started_at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap()
        };
        let found = shown.iter().find(|one| started(one) == started(row)).unwrap();
        for field in ["app", "title", "url"] {
            let sent = row[field].as_str().map(str::trim);
            assert_eq!(found[field].as_str().map(str::trim), sent, "{name} {text:?}");
        }
        texts += 1;
    }
    assert!(texts > 1500, "{texts}");
    // An app is found by its name.
    for (_, text, _) in rows.iter().filter(|(name, text, _)| *name == "app" && text.trim() == text.as_str()) {
        let page = phone.get(&format!("/usage?app={}", encoded(text)));
        if let Some(page) = accepted(page, text) {
            assert!(
                page["sessions"].as_array().unwrap().iter().all(|one| one["app"] == json!(text)),
                "{text:?}"
            );
        }
    }
    phone.get("/stats/week?date=2026-01-01").ok();
    server.verify();
}

#[test]
fn queries_paths_and_headers() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "android");
    for text in strings() {
        let shown = encoded(&text);
        for path in [
            "/usage?app=",
            "/usage?from=",
            "/usage?to=",
            "/usage?cursor=",
            "/usage?limit=",
            "/usage?device_id=",
            "/devices?cursor=",
            "/devices?limit=",
            "/stats/today?tz=",
            "/stats/today?date=",
            "/stats/today?device_id=",
            "/stats/week?calendar=",
            "/stats/week?",
            "/users/",
        ] {
            let answer = ada.get(&format!("{path}{shown}"));
            // An empty id, or one with a slash, is another path.
            if answer.status == 405 && path == "/users/" {
                continue;
            }
            accepted(answer, &text);
        }
        for (method, path) in
            [("PATCH", "/devices/"), ("DELETE", "/devices/"), ("DELETE", "/users/me/sessions/")]
        {
            let method = method.parse().unwrap();
            let path = format!("{path}{shown}");
            let answer = ada.send(method, &path, Some(&json!({"name": "x"})));
            assert!(matches!(answer.status, 404 | 405), "{path}: {} {}", answer.status, answer.text());
        }
        let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) else { continue };
        let value = value
            .to_str()
            .map_or_else(|_| String::from_utf8_lossy(value.as_bytes()).into_owned(), ToOwned::to_owned);
        let mut asks = (*ada).clone();
        for name in [
            "x-request-id",
            "user-agent",
            "if-none-match",
            "accept",
            "accept-language",
            "origin",
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "sec-fetch-site",
            "cookie",
        ] {
            asks = asks.with(name, &value);
        }
        let answer = asks.get("/users/me");
        assert_eq!(answer.status, 200, "{value:?}: {}", answer.text());
        let id = answer.header("x-request-id");
        assert!((1..=64).contains(&id.len()) && !id.contains(char::is_whitespace), "{id:?}");
        answer.json();
        for name in ["authorization", "x-device-key"] {
            let answer = server.nobody().with(name, &value).post("/usage/batch", &json!({"sessions": []}));
            assert_eq!(answer.status, 401, "{name}: {value:?}: {}", answer.text());
        }
        for name in ["content-type", "content-encoding"] {
            let sent = phone.with("content-type", "application/json").with(name, &value);
            let answer = sent.raw(Method::POST, "/usage/batch", "{\"sessions\":[]}");
            assert!(matches!(answer.status, 200 | 400 | 415), "{name}: {value:?}: {}", answer.text());
        }
    }
    assert_eq!(ada.get("/devices").ok()["total"], 1);
}

/// A browser's name is somebody else's text: it is shown in the list of signed-in places as it came.
#[test]
fn what_signs_in_calls_itself_anything() {
    let server = Server::start();
    let ada = server.person("ada");
    for text in strings() {
        let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) else { continue };
        let Ok(value) = value.to_str() else { continue };
        let login = json!({"username": "ada", "password": crate::harness::PASSWORD});
        let person =
            Person::new(&server, server.nobody().with("user-agent", value).post("/auth/login", &login).ok());
        let places = person.get("/users/me/sessions").ok();
        let here =
            places["sessions"].as_array().unwrap().iter().find(|place| place["current"] == true).unwrap();
        assert_eq!(here["user_agent"].as_str().unwrap_or_default().trim(), value.trim(), "{places}");
        ada.delete(&format!("/users/me/sessions/{}", here["id"].as_str().unwrap())).is(204);
    }
}

/// None of it has ever been a secret's way out.
#[test]
fn what_was_typed_is_not_told_back_in_errors() {
    let server = Server::start();
    let key = base64::engine::general_purpose::STANDARD.encode(SECRET);
    for text in ["hunter2-hunter2-hunter2", &key] {
        for (path, body) in [
            ("/auth/login", json!({"username": "ada", "password": text})),
            ("/auth/register", json!({"email": "no address", "password": text})),
            (
                "/auth/register",
                json!({"email": "a@example.org", "password": format!("{text}{}", "x".repeat(72))}),
            ),
            ("/auth/register", json!({"email": "a@example.org", "password": [text]})),
            ("/auth/register", json!({"email": "a@example.org", "password": {text: text}})),
            ("/auth/reset", json!({"token": text, "new_password": "correct horse battery"})),
            ("/auth/refresh", json!({"refresh_token": text})),
            ("/auth/refresh", json!({"refresh_token": [text]})),
            ("/devices/register", json!({"platform": "ios", "pairing_code": text})),
            ("/devices/register", json!({"platform": text, "device_key": [text]})),
        ] {
            let answer = server.nobody().post(path, &body);
            assert!((400..500).contains(&answer.status), "{path}");
            let named = body["platform"] == text;
            assert!(named || !answer.text().contains(text), "{path} {body}: {}", answer.text());
        }
    }
}
