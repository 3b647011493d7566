//! Accounts: profiles, settings, and what others see.

use reqwest::Method;
use serde_json::json;

use crate::harness::{PASSWORD, Server};

#[test]
fn what_is_told_changes_and_the_rest_stays() {
    let server = Server::start();
    let ada = server.person("ada");
    let before = ada.get("/users/me").ok();
    for method in [Method::PATCH, Method::PUT] {
        let body = json!({"first_name": "Ada", "last_name": " Lovelace ", "settings": {"sync_interval": 60}});
        let user = ada.send(method, "/users/me", Some(&body)).ok();
        assert_eq!((&user["name"], &user["last_name"]), (&json!("Ada Lovelace"), &json!("Lovelace")));
        let settings = json!({"sync_interval": 60, "categorization": {}, "public_profile": true, "calorific_value": 11.2, "timer": null, "keep_queries": false, "keep_incognito": false, "insights": {"provider": null}});
        assert_eq!(user["settings"], settings);
        assert_eq!((&user["id"], &user["email"]), (&before["id"], &before["email"]));
    }
    let weights = json!({"example.org": 2, "games": {"weight": -2}});
    let body = json!({"settings": {"categorization": weights}, "name": "Countess"});
    let user = ada.patch("/users/me", &body).ok();
    assert_eq!(
        (&user["settings"]["categorization"], &user["settings"]["sync_interval"]),
        (&weights, &json!(60))
    );
    assert_eq!(ada.patch("/users/me", &json!({"first_name": "Augusta"})).ok()["name"], "Countess");
    assert_eq!(ada.patch("/users/me", &json!({"name": ""})).ok()["name"], json!(null));
    for (body, field) in [
        (json!({"settings": {"sync_interval": -1}}), "settings.sync_interval"),
        (json!({"settings": {"public_profile": "no"}}), "settings.public_profile"),
        (json!({"settings": 7}), "settings"),
        (json!({"settings": {"timer": {"short_break_min": 0}}}), "settings.timer.short_break_min"),
        (json!({"settings": {"timer": {"duration_min": 481}}}), "settings.timer.duration_min"),
        (json!({"settings": {"timer": {"plant": "x".repeat(65)}}}), "settings.timer.plant"),
        (json!({"settings": {"timer": {"breaks": "yes"}}}), "settings.timer.breaks"),
        (json!({"name": 7}), "name"),
        (json!({"email": "nobody"}), "email"),
        (json!({"username": "a b"}), "username"),
        (json!({"timezone": "Mars/Base"}), "timezone"),
    ] {
        ada.patch("/users/me", &body).names(field);
    }
}

#[test]
fn the_timer_is_set_for_all_devices_of_a_person() {
    let server = Server::start();
    let (ada, eve) = (server.person("ada"), server.person("eve"));
    let told = json!({"duration_min": null, "plant": "oak", "long_break_every": 3});
    ada.patch("/users/me", &json!({"settings": {"timer": told}})).ok();
    let set = json!({"duration_min": null, "plant": "oak", "breaks": true, "short_break_min": 5, "long_break_min": 15,
                     "long_break_every": 3, "auto_start": false});
    assert_eq!(ada.get("/users/me").ok()["settings"]["timer"], set);
    ada.patch("/users/me", &json!({"settings": {"sync_interval": 60}})).ok();
    assert_eq!(ada.get("/users/me").ok()["settings"]["timer"], set, "what is absent stays");
    assert_eq!(eve.get("/users/me").ok()["settings"]["timer"], json!(null));
}

#[test]
fn logins_change_and_free_what_they_were() {
    let server = Server::start();
    let (ada, eve) = (server.person("ada"), server.person("eve"));
    eve.patch("/users/me", &json!({"username": "ADA"})).fails(409, "USERNAME_TAKEN");
    eve.patch("/users/me", &json!({"email": "Ada@example.org"})).fails(409, "EMAIL_TAKEN");
    let own = ada.patch("/users/me", &json!({"username": "Ada"})).ok();
    assert_eq!(own["username"], "Ada", "its own in another case");
    let user = ada.patch("/users/me", &json!({"username": "countess", "email": "c@example.org"})).ok();
    assert_eq!((&user["username"], &user["email"]), (&json!("countess"), &json!("c@example.org")));
    eve.patch("/users/me", &json!({"username": "ada", "email": "ada@example.org"})).ok();
    let login = |name: &str| server.nobody().post("/login", &json!({"username": name, "password": PASSWORD}));
    assert_eq!(login("countess").ok()["user"]["id"], ada.id);
    assert_eq!(login("ada").ok()["user"]["id"], eve.id);
    login("eve").fails(401, "INVALID_CREDENTIALS");
    assert_eq!(server.sql("SELECT count(*) FROM logins"), "4");
}

#[test]
fn others_see_little_or_nothing() {
    let server = Server::start();
    let (ada, eve) = (server.person("ada"), server.person("eve"));
    let path = format!("/users/{}", ada.id);
    let seen = eve.get(&path).ok();
    assert_eq!(seen, json!({"id": ada.id, "username": ada.username, "lvl": 1, "xp_points": 0}));
    ada.patch("/users/me", &json!({"settings": {"public_profile": false}})).ok();
    eve.get(&path).fails(404, "USER_NOT_FOUND");
    eve.get("/users/7").fails(404, "USER_NOT_FOUND");
    ada.patch("/users/me", &json!({"settings": {"public_profile": true}})).ok();
    server.sql("UPDATE users SET disabled_at = now() WHERE username = 'ada'");
    eve.get(&path).fails(404, "USER_NOT_FOUND");
    let guest = server.guest("Phone");
    let of_guest = server.sql(&format!("SELECT user_id FROM devices WHERE id = '{}'", guest.id));
    eve.get(&format!("/users/{of_guest}")).fails(404, "USER_NOT_FOUND");
}
