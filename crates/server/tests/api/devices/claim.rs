//! Guests' devices become somebody's.

use serde_json::json;

use crate::harness::Server;

fn session(day: u32) -> serde_json::Value {
    json!({"app": "a", "started_at": format!("2026-01-{day:02}T23:30:00Z"), "ended_at": format!("2026-01-{:02}T00:30:00Z", day + 1)})
}

#[test]
fn the_device_moves_with_all_its_data_and_goes_on() {
    let server = Server::start();
    let ada = server.person_in("ada", "Asia/Kolkata");
    let phone = server.guest("Phone");
    phone.upload(&json!([session(1), session(2)]));
    ada.device("PC", "linux").upload(&json!([session(1)]));
    let claim = json!({"device_key": phone.key});
    let path = format!("/devices/{}/claim", phone.id);
    assert_eq!(ada.post(&path, &claim).ok()["session_count"], 2);
    assert_eq!(ada.post(&path, &claim).ok()["name"], "Phone", "claiming twice is claiming");
    assert_eq!(ada.get("/usage").ok()["total"], 3);
    // By the days of its new account.
    let day = ada.get("/stats/today?date=2026-01-02").ok();
    assert_eq!((&day["total_seconds"], &day["active_seconds"]), (&json!(7200), &json!(3600)));
    assert_eq!(server.sql("SELECT count(*) FROM users"), "1", "nothing is left of the guest");
    // Its access token was the guest's; the next refresh gives it those of its new account.
    phone.post("/usage/batch", &json!({"sessions": [session(3)]})).fails(401, "TOKEN_REVOKED");
    let next = server.nobody().post("/devices/refresh", &json!({"refresh_token": phone.refresh})).ok();
    let again = server.nobody().bearer(next["access_token"].as_str().unwrap());
    assert_eq!(
        again.post("/usage/batch", &json!({"sessions": [session(1), session(3)]})).ok()["duplicates"],
        1
    );
    let legacy = server.nobody().with("x-device-key", &phone.key);
    assert_eq!(legacy.post("/usage/batch", &json!({"sessions": [session(3)]})).ok()["duplicates"], 1);
    assert_eq!(ada.get("/usage").ok()["total"], 4);
    server.verify();
}

#[test]
fn only_with_its_key_and_only_a_guests() {
    let server = Server::start();
    let (ada, eve) = (server.person("ada"), server.person("eve"));
    let (phone, other) = (server.guest("Phone"), server.guest("Other"));
    let path = format!("/devices/{}/claim", phone.id);
    for key in [&other.key, "a key of nobody's"] {
        ada.post(&path, &json!({"device_key": key})).fails(404, "DEVICE_NOT_FOUND");
    }
    ada.post(&path, &json!({})).names("device_key");
    phone.post(&path, &json!({"device_key": phone.key})).fails(403, "WRONG_TOKEN_KIND");
    ada.post(&path, &json!({"device_key": phone.key})).ok();
    eve.post(&path, &json!({"device_key": phone.key})).fails(409, "DEVICE_CLAIMED");
    assert_eq!(eve.get("/devices").ok()["total"], 0);
}

#[test]
fn uploads_under_way_are_not_lost() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = server.guest("Phone");
    let accepted = std::thread::scope(|scope| {
        let uploads = scope.spawn(|| {
            let legacy = server.nobody().with("x-device-key", &phone.key);
            let mut accepted = 0;
            for n in 0..200 {
                let row = json!({"app": "a", "started_at": format!("2026-01-01T{:02}:{:02}:00Z", n / 60, n % 60), "ended_at": format!("2026-01-01T{:02}:{:02}:30Z", n / 60, n % 60)});
                // The key is looked up first: in between the device may have changed hands.
                let answer = legacy.post("/usage/batch", &json!({"sessions": [row]}));
                match answer.status {
                    200 => accepted += 1,
                    status => assert_eq!(status, 401, "{}", answer.text()),
                }
            }
            accepted
        });
        std::thread::sleep(std::time::Duration::from_millis(150));
        ada.post(&format!("/devices/{}/claim", phone.id), &json!({"device_key": phone.key})).ok();
        uploads.join().unwrap()
    });
    assert_eq!(ada.get("/usage").ok()["total"], accepted);
    server.verify();
}
