//! Codes by which a new device joins an account.

use serde_json::json;

use crate::harness::{Device, Server};

#[test]
fn a_code_makes_a_new_device_theirs_once() {
    let server = Server::start();
    let (ada, eve) = (server.person("ada"), server.person("eve"));
    let code = ada.post("/devices/pairing-code", &json!(null)).is(201)["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 9);
    // As people type it.
    let typed = code.to_lowercase().replace('-', " ");
    let new = json!({"platform": "ios", "name": "Phone", "pairing_code": typed});
    let phone = Device::new(server.nobody(), server.nobody().post("/devices/register", &new).is(201));
    assert_eq!(ada.get("/devices").ok()["devices"][0]["device_id"], phone.id);
    assert_eq!(eve.get("/devices").ok()["total"], 0);
    server.nobody().post("/devices/register", &new).names("pairing_code");
    assert_eq!(server.sql("SELECT count(*) FROM devices"), "1");
}

#[test]
fn a_newer_code_replaces_the_older_and_none_serves_for_long() {
    let server = Server::start();
    let ada = server.person("ada");
    let code = || ada.post("/devices/pairing-code", &json!(null)).is(201)["code"].clone();
    let register = |code: &serde_json::Value| {
        server.nobody().post("/devices/register", &json!({"platform": "ios", "pairing_code": code}))
    };
    let (old, new) = (code(), code());
    register(&old).names("pairing_code");
    server.sql("UPDATE pairing_codes SET expires_at = expires_at - interval '10 min'");
    register(&new).names("pairing_code");
    register(&json!("")).names("pairing_code");
    assert_eq!(server.sql("SELECT count(*) FROM users"), "1", "and no guest is made in its place");
}

#[test]
fn one_code_used_many_times_at_once_is_one_device() {
    let server = Server::start();
    let ada = server.person("ada");
    let code = ada.post("/devices/pairing-code", &json!(null)).is(201)["code"].clone();
    let new = json!({"platform": "ios", "pairing_code": code});
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> =
            (0..8).map(|_| scope.spawn(|| server.nobody().post("/devices/register", &new).status)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(ada.get("/devices").ok()["total"], 1);
}
