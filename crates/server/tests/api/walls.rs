//! The walls between accounts, and before those who have none: every operation of the document × every kind of caller.
//!
//! An operation that the matrix does not know (open to everybody and not listed, or with an id in its path that nobody
//! told it how to fill) fails it.

use reqwest::Method;
use serde_json::{Value, json};

use self::operations::{Operation, all, protected, unused};
use crate::harness::{Caller, Device, PASSWORD, Person, Server};

mod operations;
mod tenants;

/// The tokens that open nothing, and a word for each.
fn wrong_tokens(phone: &Device<'_>, ada: &Person<'_>) -> Vec<(&'static str, String)> {
    let mut parts: Vec<&str> = ada.access.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    let without = format!("{none}.{}.", parts[1]);
    let none = format!("{none}.{}.{}", parts[1], parts[2]);
    let mut changed = ada.access.clone().into_bytes();
    let middle = parts[0].len() + 20;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    parts.pop();
    vec![
        ("nonsense", "nonsense".into()),
        ("a device's refresh token", phone.refresh.clone()),
        ("a person's refresh token", ada.refresh.clone()),
        ("a device's key", phone.key.clone()),
        ("no algorithm", none),
        ("no signature", without),
        ("cut off", parts.join(".")),
        ("changed", String::from_utf8(changed).unwrap()),
    ]
}

#[test]
fn nobody_gets_past() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "android");
    let mut callers: Vec<(&str, Caller<'_>)> = vec![("nobody", server.nobody())];
    for (word, token) in wrong_tokens(&phone, &ada) {
        callers.push((word, server.nobody().bearer(&token)));
    }
    callers.push(("another scheme", server.nobody().with("authorization", &format!("Basic {}", ada.access))));
    callers.push((
        "two in one",
        server.nobody().with("authorization", &format!("Bearer {} {}", ada.access, ada.access)),
    ));
    callers.push(("in the query", server.nobody()));
    callers.push((
        "in the refresh cookie",
        server.nobody().with("cookie", &format!("almanac_refresh={}", ada.refresh)),
    ));
    for operation in protected() {
        let path = operation.path(&unused());
        for (word, caller) in &callers {
            let joint = if path.contains('?') { "&" } else { "?" };
            let path = match *word {
                "in the query" => format!("{path}{joint}access_token={}", ada.access),
                _ => path.clone(),
            };
            // A bad body never beats a missing token, nor does a good one.
            for body in ["", "{", "{}"] {
                let caller = caller.with("content-type", "application/json");
                let answer = caller.raw(operation.method.clone(), &path, body);
                assert_eq!(answer.status, 401, "{word}: {} {body}: {}", operation.id, answer.text());
                let code = answer.json()["detail"]["error_code"].as_str().unwrap().to_owned();
                assert!(
                    ["TOKEN_MISSING", "TOKEN_INVALID"].contains(&code.as_str()),
                    "{code} {}",
                    operation.id
                );
            }
        }
    }
    assert_eq!(ada.get("/devices").ok()["devices"][0]["name"], "Phone");
}

#[test]
fn people_and_devices_are_not_taken_for_each_other() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "android");
    for operation in protected() {
        let path = operation.path(&unused());
        for (scheme, caller) in [("user_token", &*ada), ("device_token", &*phone)] {
            if !operation.takes(scheme) {
                let answer = operation.ask(caller, &path, &json!({}));
                answer.fails(403, "WRONG_TOKEN_KIND");
            }
        }
    }
    ada.get("/users/me").ok();
}

#[test]
fn what_was_taken_back_opens_nothing_from_the_next_request_on() {
    let server = Server::start();
    let ada = server.person("ada");
    let revoked = ada.device("Revoked", "android");
    ada.post("/devices/revoke", &json!({"device_id": revoked.id})).is(204);
    let deleted = ada.device("Deleted", "android");
    ada.delete(&format!("/devices/{}", deleted.id)).is(204);
    let gone = server.person("gone");
    let of_gone = gone.device("Of who is gone", "ios");
    gone.send(Method::DELETE, "/users/me", Some(&json!({"password": PASSWORD}))).is(204);
    let out = server.person("out");
    out.post("/auth/logout", &json!({"refresh_token": out.refresh})).is(204);
    let disabled = server.person("disabled");
    let of_disabled = disabled.device("Of who is disabled", "ios");
    server.sql("UPDATE users SET disabled_at = now() WHERE username = 'disabled'");
    for operation in protected() {
        let path = operation.path(&unused());
        let callers: [(&str, &str, &Caller<'_>); 7] = [
            ("device_token", "a device cut off", &revoked),
            ("device_token", "a device deleted", &deleted),
            ("device_token", "a device of an account deleted", &of_gone),
            ("device_token", "a device of an account disabled", &of_disabled),
            ("user_token", "an account deleted", &gone),
            ("user_token", "a place signed out", &out),
            ("user_token", "an account disabled", &disabled),
        ];
        for (scheme, word, caller) in callers {
            if operation.takes(scheme) {
                let answer = operation.ask(caller, &path, &json!({}));
                assert_eq!(answer.status, 401, "{word}: {}: {}", operation.id, answer.text());
            }
        }
        if operation.takes("device_key") {
            for device in [&revoked, &deleted, &of_gone, &of_disabled] {
                let caller = server.nobody().with("x-device-key", &device.key);
                assert_eq!(operation.ask(&caller, &path, &json!({"sessions": []})).status, 401);
            }
        }
    }
    // Nor do they get other tokens.
    for (path, token) in [
        ("/devices/refresh", &revoked.refresh),
        ("/devices/refresh", &of_gone.refresh),
        ("/devices/refresh", &of_disabled.refresh),
        ("/auth/refresh", &gone.refresh),
        ("/auth/refresh", &out.refresh),
        ("/auth/refresh", &disabled.refresh),
    ] {
        server.nobody().post(path, &json!({"refresh_token": token})).fails(401, "TOKEN_REVOKED");
    }
    server
        .nobody()
        .post("/devices/register", &json!({"platform": "ios", "device_key": of_disabled.key}))
        .is(403);
}

#[test]
fn admins_are_admins_no_longer_than_they_are() {
    let server = Server::start();
    let (admin, former, bob) = (server.person("admin"), server.person("former"), server.person("bob"));
    server.sql("UPDATE users SET role = 'admin' WHERE username = 'former'");
    let of_admins: Vec<Operation> = protected().into_iter().filter(|operation| operation.admin).collect();
    for operation in of_admins.iter().filter(|operation| operation.method == Method::GET) {
        let answer = operation.ask(&former, &operation.path(&unused()), &json!({}));
        assert_ne!(answer.status, 403, "{}", operation.id);
    }
    server.sql("UPDATE users SET role = 'user' WHERE username = 'former'");
    let ids = all([&admin.id; 12]);
    for operation in of_admins {
        for caller in [&*former, &*bob] {
            for ids in [&ids, &unused()] {
                let answer = operation.ask(caller, &operation.path(ids), &json!({}));
                answer.fails(403, "ADMIN_ONLY");
            }
        }
    }
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
    get(&sign(json!({"sub": other.owner.get("/users/me").ok()["id"]}), crate::harness::SECRET))
        .fails(401, "TOKEN_REVOKED");
}
