//! Devices and their tokens.

mod claim;
mod pairing;

use serde_json::json;

use crate::harness::{Device, Server};

mod register {
    use super::*;

    #[test]
    fn gives_what_the_contract_says() {
        let server = Server::start();
        let new = json!({"name": "Pixel 7", "platform": "android", "device_key": "key-of-the-phone", "model": "GVU6C", "os_version": "14", "app_version": "1.2"});
        let answer = server.nobody().post("/devices/register", &new).is(201);
        for name in ["device_id", "access_token", "refresh_token", "created_at"] {
            assert!(answer[name].is_string(), "{name}: {answer}");
        }
        assert_eq!(answer["device_key"], "key-of-the-phone");
        assert_eq!((&answer["name"], &answer["platform"]), (&json!("Pixel 7"), &json!("android")));
        assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(86_400)));
        assert_eq!(answer["refresh_expires_in"], 30 * 86_400);
        let phone = Device::new(server.nobody(), answer);
        let listed = &phone.get("/devices").ok()["devices"][0];
        assert_eq!((&listed["model"], &listed["os_version"]), (&json!("GVU6C"), &json!("14")));
    }

    #[test]
    fn every_platform_and_no_other() {
        let server = Server::start();
        for platform in ["windows", "macos", "linux", "android", "ios", "browser", "other"] {
            let answer = server.nobody().post("/devices/register", &json!({"platform": platform})).is(201);
            assert_eq!((&answer["platform"], &answer["name"]), (&json!(platform), &json!(platform)));
            assert!(answer["device_key"].as_str().unwrap().len() >= 32);
        }
        server.nobody().post("/devices/register", &json!({"platform": "amiga"})).names("platform");
        server.nobody().post("/devices/register", &json!({"name": "x"})).names("platform");
    }

    #[test]
    fn a_known_key_gives_the_same_device() {
        let server = Server::start();
        let first = server.guest("Phone");
        let again = json!({"platform": "browser", "name": "Other", "device_key": first.key});
        let again = Device::new(server.nobody(), server.nobody().post("/devices/register", &again).is(201));
        assert_eq!(again.id, first.id);
        assert_ne!(again.access, first.access);
        let listed = again.get("/devices").ok();
        assert_eq!(listed["total"], 1);
        assert_eq!(listed["devices"][0]["name"], "Phone");
        assert_eq!(listed["devices"][0]["platform"], "android");
        first.get("/devices").ok();
    }

    #[test]
    fn without_a_token_every_device_has_an_account_of_its_own_which_only_it_reaches() {
        let server = Server::start();
        let (alice, bob) = (server.guest("A"), server.guest("B"));
        assert_eq!(alice.get("/devices").ok()["total"], 1);
        assert_eq!(bob.get("/devices").ok()["devices"][0]["name"], "B");
        assert_eq!(server.sql("SELECT count(*), count(username) FROM users"), "2|0");
        alice.get("/users/me").fails(403, "WRONG_TOKEN_KIND");
    }

    #[test]
    fn with_a_persons_token_it_is_theirs() {
        let server = Server::start();
        let ada = server.person("ada");
        let (phone, _pc) = (ada.device("Phone", "ios"), ada.device("PC", "linux"));
        let names = |answer: serde_json::Value| -> Vec<_> {
            let devices = answer["devices"].as_array().unwrap().clone();
            devices.iter().map(|device| (device["name"].clone(), device["current"].clone())).collect()
        };
        assert_eq!(
            names(ada.get("/devices").ok()),
            [(json!("Phone"), json!(false)), (json!("PC"), json!(false))]
        );
        assert_eq!(
            names(phone.get("/devices").ok()),
            [(json!("Phone"), json!(true))],
            "a device is shown itself"
        );
        phone.post("/devices/register", &json!({"platform": "ios"})).fails(403, "WRONG_TOKEN_KIND");
    }

    #[test]
    fn anothers_key_is_a_conflict_and_a_bad_token_is_no_guest() {
        let server = Server::start();
        let (alice, bob) = (server.device("A"), server.device("B"));
        alice
            .owner
            .post("/devices/register", &json!({"platform": "ios", "device_key": bob.key}))
            .fails(409, "DEVICE_KEY_TAKEN");
        server
            .nobody()
            .bearer("nonsense")
            .post("/devices/register", &json!({"platform": "ios"}))
            .fails(401, "TOKEN_INVALID");
        assert_eq!(server.sql("SELECT count(*) FROM devices"), "2");
    }

    #[test]
    fn a_zone_that_is_none_is_named() {
        let server = Server::start();
        server
            .nobody()
            .post("/devices/register", &json!({"platform": "ios", "timezone": "Mars/Base"}))
            .names("timezone");
        server
            .nobody()
            .post("/devices/register", &json!({"platform": "ios", "device_key": "short"}))
            .names("device_key");
        server
            .nobody()
            .post("/devices/register", &json!({"platform": "ios", "name": "a\u{0}b"}))
            .names("name");
    }

    #[test]
    fn one_key_registered_many_times_at_once_is_one_device() {
        let server = Server::start();
        let new = json!({"platform": "linux", "device_key": "the same for all of them"});
        let ids: std::collections::HashSet<String> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        server.nobody().post("/devices/register", &new).is(201)["device_id"].to_string()
                    })
                })
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(ids.len(), 1);
        assert_eq!(server.sql("SELECT count(*) FROM users"), "1");
    }
}

mod refresh {
    use super::*;

    #[test]
    fn in_the_body_or_as_bearer() {
        let server = Server::start();
        let phone = server.device("Phone");
        let next = server.nobody().post("/devices/refresh", &json!({"refresh_token": phone.refresh})).ok();
        assert_eq!(next["token_type"], "Bearer");
        let token = next["refresh_token"].as_str().unwrap();
        let last = server.nobody().bearer(token).raw(reqwest::Method::POST, "/devices/refresh", "").ok();
        server.nobody().bearer(last["access_token"].as_str().unwrap()).get("/devices").ok();
    }

    #[test]
    fn a_lost_answer_may_be_asked_for_again() {
        let server = Server::start();
        let phone = server.device("Phone");
        let body = json!({"refresh_token": phone.refresh});
        let first = server.nobody().post("/devices/refresh", &body).ok();
        let again = server.nobody().post("/devices/refresh", &body).ok();
        assert_eq!(first["refresh_token"], again["refresh_token"]);
    }

    #[test]
    fn refreshes_at_once_log_nobody_out() {
        let server = Server::start();
        let phone = server.device("Phone");
        let body = json!({"refresh_token": phone.refresh});
        let next: std::collections::HashSet<String> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        server.nobody().post("/devices/refresh", &body).ok()["refresh_token"].to_string()
                    })
                })
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(next.len(), 1);
    }

    #[test]
    fn a_token_whose_successor_was_used_ends_the_family() {
        let server = Server::start();
        let phone = server.device("Phone");
        let other = Device::new(
            server.nobody(),
            server
                .nobody()
                .post("/devices/register", &json!({"platform": "ios", "device_key": phone.key}))
                .is(201),
        );
        let turn = |token: &str| server.nobody().post("/devices/refresh", &json!({"refresh_token": token}));
        let second = turn(&phone.refresh).ok();
        let third = turn(second["refresh_token"].as_str().unwrap()).ok();
        turn(&phone.refresh).fails(401, "REFRESH_TOKEN_REUSED");
        turn(third["refresh_token"].as_str().unwrap()).fails(401, "TOKEN_REVOKED");
        for dead in [&phone.access, third["access_token"].as_str().unwrap()] {
            server.nobody().bearer(dead).get("/devices").fails(401, "TOKEN_REVOKED");
        }
        other.get("/devices").ok();
    }

    #[test]
    fn kinds_are_not_interchangeable() {
        let server = Server::start();
        let phone = server.device("Phone");
        server.nobody().bearer(&phone.refresh).get("/devices").fails(401, "TOKEN_INVALID");
        server
            .nobody()
            .post("/devices/refresh", &json!({"refresh_token": phone.access}))
            .fails(401, "TOKEN_INVALID");
        server.nobody().raw(reqwest::Method::POST, "/devices/refresh", "").fails(401, "TOKEN_MISSING");
        server.nobody().post("/devices/refresh", &json!({})).fails(401, "TOKEN_MISSING");
        server.nobody().post("/devices/refresh", &json!(null)).fails(401, "TOKEN_MISSING");
    }

    #[test]
    fn tokens_survive_a_restart() {
        let server = Server::start();
        let phone = server.device("Phone");
        let restarted = Server::on(&server.database, |_| {});
        restarted.nobody().bearer(&phone.access).get("/devices").ok();
        restarted.nobody().post("/devices/refresh", &json!({"refresh_token": phone.refresh})).ok();
    }
}

mod revoke {
    use super::*;

    #[test]
    fn a_device_cuts_itself_off() {
        let server = Server::start();
        let phone = server.device("Phone");
        phone.raw(reqwest::Method::POST, "/devices/revoke", "").is(204);
        phone.get("/devices").fails(401, "TOKEN_REVOKED");
        phone.get("/usage").fails(401, "TOKEN_REVOKED");
        phone.post("/usage/batch", &json!({"sessions": []})).fails(401, "TOKEN_REVOKED");
        server
            .nobody()
            .post("/devices/refresh", &json!({"refresh_token": phone.refresh}))
            .fails(401, "TOKEN_REVOKED");
        server
            .nobody()
            .with("x-device-key", &phone.key)
            .post("/usage/batch", &json!({"sessions": []}))
            .fails(401, "DEVICE_KEY_INVALID");
        server
            .nobody()
            .post("/devices/register", &json!({"platform": "ios", "device_key": phone.key}))
            .fails(403, "DEVICE_REVOKED");
    }

    #[test]
    fn its_person_cuts_it_off_and_its_data_stays() {
        let server = Server::start();
        let phone = server.device("Phone");
        let pc = phone.another("PC");
        pc.upload(
            &json!([{"app": "a", "started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T10:01:00Z"}]),
        );
        phone.post("/devices/revoke", &json!({"device_id": pc.id})).fails(404, "DEVICE_NOT_FOUND");
        phone.owner.post("/devices/revoke", &json!({})).names("device_id");
        phone.owner.post("/devices/revoke", &json!({"device_id": pc.id})).is(204);
        pc.get("/devices").fails(401, "TOKEN_REVOKED");
        let listed = phone.owner.get("/devices").ok();
        assert!(listed["devices"][1]["revoked_at"].is_string());
        assert_eq!(listed["devices"][1]["session_count"], 1);
        assert_eq!(phone.get("/usage").ok()["total"], 1);
        phone
            .owner
            .post("/devices/revoke", &json!({"device_id": uuid::Uuid::now_v7()}))
            .fails(404, "DEVICE_NOT_FOUND");
    }

    #[test]
    fn a_bad_body_does_not_hide_that_a_token_is_dead() {
        let server = Server::start();
        let phone = server.device("Phone");
        let json = phone.with("content-type", "application/json");
        json.raw(reqwest::Method::POST, "/usage/batch", "{").fails(400, "MALFORMED_REQUEST");
        phone.raw(reqwest::Method::POST, "/devices/revoke", "").is(204);
        for body in ["{", "[]", "{}", ""] {
            json.raw(reqwest::Method::POST, "/usage/batch", body).fails(401, "TOKEN_REVOKED");
        }
        phone.raw(reqwest::Method::POST, "/usage/batch", "x").fails(401, "TOKEN_REVOKED");
        json.raw(reqwest::Method::POST, "/usage/batch", vec![b' '; (8 << 20) + 1])
            .fails(401, "TOKEN_REVOKED");
        phone.get("/devices?limit=0").fails(401, "TOKEN_REVOKED");
    }
}

mod list {
    use super::*;

    #[test]
    fn page_by_page() {
        let server = Server::start();
        let first = server.person("ada");
        for number in 0..5 {
            first.device(&number.to_string(), "linux");
        }
        let mut names = vec![];
        let mut path = "/devices?limit=2".to_owned();
        loop {
            let page = first.get(&path).ok();
            assert_eq!(page["total"], 5);
            names.extend(
                page["devices"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|device| device["name"].as_str().unwrap().to_owned()),
            );
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/devices?limit=2&cursor={cursor}");
        }
        assert_eq!(names, ["0", "1", "2", "3", "4"]);
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=1001", "limit"),
            ("limit=x", "limit"),
            ("limit=1&limit=2", "limit"),
            ("cursor=x", "cursor"),
        ] {
            first.get(&format!("/devices?{query}")).names(field);
        }
    }

    #[test]
    fn names_change_and_devices_go_with_their_data() {
        let server = Server::start();
        let phone = server.device("Phone");
        let pc = phone.another("PC");
        let renamed = phone.owner.patch(&format!("/devices/{}", pc.id), &json!({"name": " Laptop "})).ok();
        assert_eq!(
            (&renamed["name"], &renamed["device_id"], &renamed["current"]),
            (&json!("Laptop"), &json!(pc.id), &json!(false))
        );
        phone.owner.patch(&format!("/devices/{}", pc.id), &json!({"name": "  "})).names("name");
        phone.owner.patch("/devices/7", &json!({"name": "x"})).fails(404, "DEVICE_NOT_FOUND");
        pc.upload(
            &json!([{"app": "a", "started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T10:01:00Z"}]),
        );
        phone.owner.delete(&format!("/devices/{}", pc.id)).is(204);
        phone.owner.delete(&format!("/devices/{}", pc.id)).fails(404, "DEVICE_NOT_FOUND");
        pc.get("/devices").fails(401, "TOKEN_REVOKED");
        assert_eq!(phone.get("/usage").ok()["total"], 0);
        assert_eq!(phone.get("/stats/today?date=2026-01-01").ok()["total_seconds"], 0);
        server.verify();
    }
}
