//! The walls between accounts, and before those who have none: every operation of the document × every kind of caller.
//!
//! An operation that the matrix does not know (open to everybody and not listed, or with an id in its path that nobody
//! told it how to fill) fails it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, Device, PASSWORD, Person, Server};

/// Operations that ask for no access token.
const OPEN: [&str; 18] = [
    "register",
    "sign_up",
    "login",
    "log_in",
    "refresh_session",
    "logout",
    "reset_password",
    "register_device",
    "refresh_device",
    "show_health",
    "show_health_at_base",
    "show_liveness",
    "show_liveness_at_base",
    "show_readiness",
    "show_readiness_at_base",
    "show_metrics",
    "show_document",
    "show_reader",
];

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    id: String,
    /// Schemes of credentials that it takes.
    takes: Vec<String>,
    /// It is for admins.
    admin: bool,
    /// It takes a body.
    body: bool,
    /// Ids that its query takes.
    in_query: Vec<String>,
}

impl Operation {
    fn takes(&self, scheme: &str) -> bool {
        self.takes.iter().any(|one| one == scheme)
    }

    /// Its path with ids in it, also in its query.
    fn path(&self, ids: &[(&str, &str)]) -> String {
        let mut path = self.path.clone();
        for (name, id) in ids {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        assert!(!path.contains('{'), "the matrix does not know how to fill {}", self.path);
        let query: Vec<String> = ids
            .iter()
            .filter(|(name, _)| self.in_query.iter().any(|one| one == name))
            .map(|(name, id)| format!("{name}={id}"))
            .collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// Asks with a body where it takes one.
    fn ask(&self, caller: &Caller<'_>, path: &str, body: &Value) -> Answer {
        caller.send(self.method.clone(), path, self.body.then_some(body))
    }
}

/// Every operation that asks for an access token.
fn protected() -> Vec<Operation> {
    let document = serde_json::to_value(http_api::openapi()).unwrap();
    let mut operations = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let security = operation["security"].as_array().cloned().unwrap_or_default();
            let takes: Vec<String> =
                security.iter().flat_map(|one| one.as_object().unwrap().keys().cloned()).collect();
            let open = security.is_empty() || security.contains(&json!({})) || takes == ["metrics_token"];
            assert_eq!(open, OPEN.contains(&id.as_str()), "{id} is open to everybody, or is said to be");
            if open {
                continue;
            }
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let in_query = parameters
                .iter()
                .filter(|one| one["in"] == "query" && one["name"].as_str().unwrap().ends_with("_id"))
                .map(|one| one["name"].as_str().unwrap().to_owned());
            operations.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                id,
                takes,
                admin: operation["tags"][0] == "admin",
                body: operation.get("requestBody").is_some(),
                in_query: in_query.collect(),
            });
        }
    }
    assert!(operations.len() >= 18);
    operations
}

/// Ids that nobody has.
fn unused() -> [(&'static str, &'static str); 10] {
    all(["01a20000-0000-7000-8000-000000000000"; 9])
}

/// What paths are filled with.
fn all(
    [device, session, user, invite, plant, consumption, meter, reading, import]: [&str; 9],
) -> [(&'static str, &str); 10] {
    [
        ("device_id", device),
        ("session_id", session),
        ("user_id", user),
        ("invite_id", invite),
        ("plant_id", plant),
        ("consumption_id", consumption),
        ("meter_id", meter),
        ("reading_id", reading),
        ("import_id", import),
        ("days", "7"),
    ]
}

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
    let ids = all([&admin.id; 9]);
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

#[test]
fn anothers_ids_answer_as_unused_ones() {
    let server = Server::start();
    let (alice, bob) = (server.person("alice"), server.person("bob"));
    // Of admins there are other tests: to them others are shown.
    server.sql("UPDATE users SET role = 'user'");
    let (phone, bobs) = (alice.device("Alice's", "android"), bob.device("Bob's", "android"));
    alice.patch("/users/me", &json!({"settings": {"public_profile": false}})).ok();
    let rows =
        json!([{"app": "private", "started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T11:00:00Z"}]);
    phone.upload(&rows);
    let now = chrono::Utc::now().timestamp_millis();
    let events = json!({"events": [
        {"_id": "one", "type": "PRIVATE", "ts": now - 1000, "payload": {"url": "https://private.example/private"}},
        {"_id": "two", "type": "NAVIGATION", "ts": now, "payload": {"url": "https://private.example/private"}},
    ]});
    for caller in [&*alice, &*phone] {
        assert_eq!(caller.post("/events/sync", &events).ok()["rejected"], json!([]));
    }
    let place = alice.get("/users/me/sessions").ok()["sessions"][0]["id"].as_str().unwrap().to_owned();
    let session = json!({"started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T10:30:00Z", "completed": true, "label": "private"});
    let session = alice.post("/sessions", &session).is(201)["id"].as_str().unwrap().to_owned();
    let plant = alice.get(&format!("/garden/session/{session}")).ok()["id"].as_str().unwrap().to_owned();
    let consumption = json!({"consumption_type": "gas", "amount": 7, "unit": "m3", "consumption_date": "2026-01-01", "description": "private"});
    let consumption = alice.post("/consumption", &consumption).is(201)["id"].as_str().unwrap().to_owned();
    let meter = json!({"name": "private", "consumption_type": "gas", "unit": "m3"});
    let meter = alice.post("/meters", &meter).is(201)["id"].as_str().unwrap().to_owned();
    let readings = format!("/meters/{meter}/readings");
    let reading = json!({"readings": [
        {"read_at": "2026-01-01T00:00:00Z", "reading": 3, "note": "private"},
        {"read_at": "2026-01-03T00:00:00Z", "reading": 7, "note": "private"},
    ]});
    let reading = alice.post(&readings, &reading).is(201)["readings"][0]["id"].as_str().unwrap().to_owned();
    let file = "date,gas m3,note\n2026-01-05,3,private\n";
    let import = alice.with("content-type", "text/csv").raw(
        Method::POST,
        "/consumption/import?file_name=private",
        file,
    );
    let import = import.ok()["import_id"].as_str().unwrap().to_owned();
    let state = || {
        let household = (alice.get("/consumption").ok(), alice.get("/consumption/analytics").ok());
        let household = (household, alice.get("/meters").ok(), alice.get(&readings).ok());
        let household = (household, alice.get("/consumption/imports").ok());
        let browsing = (alice.get("/events").ok(), alice.get("/analytics/dashboard").ok());
        let browsing = (browsing, alice.get("/events/spans").ok());
        let focus = (alice.get("/sessions").ok(), alice.get("/garden").ok(), alice.get("/stats/me").ok());
        let day = alice.get("/stats/today?date=2026-01-01").ok();
        let week = alice.get("/stats/week?date=2026-01-01").ok();
        let places = alice.get("/users/me/sessions").ok();
        let account = (alice.get("/users/me").ok(), places);
        (
            alice.get("/devices").ok(),
            alice.get("/usage").ok(),
            day,
            week,
            account,
            (focus, household, browsing),
        )
    };
    let before = state();

    // Every id in every place: in the path, the query and the body.
    for operation in protected() {
        let session = if operation.path.starts_with("/users") { &place } else { &session };
        let theirs =
            all([&phone.id, session, &alice.id, &alice.id, &plant, &consumption, &meter, &reading, &import]);
        let ask = |caller: &Caller<'_>, ids: &[(&str, &str)]| {
            let mut path = operation.path(ids);
            if path.starts_with("/stats") {
                path += if path.contains('?') { "&date=2026-01-01" } else { "?date=2026-01-01" };
            }
            let id = ids[0].1;
            let body = match operation.id.as_str() {
                "upload_usage" => json!({"sessions": [], "device_id": id}),
                "sync_events" => json!({"events": [], "device_id": id}),
                "claim_device" => json!({"device_key": "a key of nobody's"}),
                "change_password" => json!({"current_password": "wrong", "new_password": "another horse"}),
                "delete_account" => json!({"password": "wrong"}),
                "new_plant" => json!({"session_id": ids[1].1, "plant_type": "fern"}),
                "start_session" => json!({"completed": true}),
                "replace_consumption" => {
                    json!({"consumption_type": "gas", "amount": 1, "unit": "m3", "consumption_date": "2026-01-02"})
                }
                "replace_meter" => json!({"name": "mine now", "consumption_type": "gas", "unit": "m3"}),
                "add_readings" | "replace_reading" => {
                    json!({"read_at": "2026-01-02T00:00:00Z", "reading": 5})
                }
                _ => json!({"name": "Mine now", "device_id": id}),
            };
            let answer = operation.ask(caller, &path, &body);
            let mut json = match answer.header("content-type") {
                "" => Value::Null,
                "application/json" => answer.json(),
                _ => json!(answer.text()),
            };
            if let Some(detail) = json.get_mut("detail") {
                detail["request_id"] = Value::Null;
                detail["timestamp"] = Value::Null;
            }
            for changing in ["server_time", "updated_at", "code", "expires_at", "generated_at"] {
                if json.get(changing).is_some() {
                    json[changing] = Value::Null;
                }
            }
            (answer.status, json)
        };
        for (scheme, caller) in [("user_token", &*bob), ("device_token", &*bobs)] {
            if !operation.takes(scheme) || operation.id == "new_pairing_code" {
                continue;
            }
            let (anothers, nobodys) = (ask(caller, &theirs), ask(caller, &unused()));
            assert_eq!(anothers, nobodys, "{}", operation.id);
            assert!(!anothers.1.to_string().contains("private"), "{}", operation.id);
            if operation.path.contains("_id}") && !operation.admin {
                assert_eq!(anothers.0, 404, "{}: {}", operation.id, anothers.1);
            }
        }
    }
    let mut after = state();
    after.0["devices"][0]["last_seen_at"] = before.0["devices"][0]["last_seen_at"].clone();
    assert_eq!(after, before);

    // The same session of both is two sessions, and the same events are others.
    assert_eq!(bobs.upload(&rows)["accepted"], 1);
    assert_eq!(bobs.post("/events/sync", &events).ok()["synced"], 2);
    assert_eq!((state().1, state().5), (before.1, before.5));
    server.verify();
}

#[test]
fn anothers_cursor_shows_nothing_of_theirs() {
    let server = Server::start();
    let (alice, bob) = (server.device("Alice's"), server.device("Bob's"));
    let bob = &bob.owner;
    let row = |n: i64| json!({"app": format!("private {n}"), "started_at": format!("2026-01-01T1{n}:00:00Z"), "ended_at": format!("2026-01-01T1{n}:30:00Z")});
    alice.upload(&json!([row(1), row(2), row(3)]));
    alice.another("Second");
    for n in 1..=3 {
        let visit = json!([{"_id": n.to_string(), "type": "NAVIGATION", "ts": 1_767_225_600_000_i64 + n, "payload": {"title": "private"}}]);
        alice.post("/events/sync", &json!({"events": visit})).ok();
        let session = json!({"started_at": format!("2026-01-01T1{n}:00:00Z"), "ended_at": format!("2026-01-01T1{n}:30:00Z"), "label": "private"});
        alice.owner.post("/sessions", &session).is(201);
        let consumption = json!({"consumption_type": "gas", "amount": n, "unit": "m3", "consumption_date": "2026-01-01", "description": "private"});
        alice.owner.post("/consumption", &consumption).is(201);
        let meter = json!({"name": format!("private {n}"), "consumption_type": "gas", "unit": "m3"});
        alice.owner.post("/meters", &meter).is(201);
        let path = format!("/consumption/import?file_name=private%20{n}");
        let file = format!("date,gas m3\n2026-01-0{n},{n}\n");
        alice.owner.with("content-type", "text/csv").raw(Method::POST, &path, file).ok();
    }
    for path in [
        "/usage",
        "/devices",
        "/sessions",
        "/garden",
        "/consumption",
        "/meters",
        "/consumption/imports",
        "/events",
    ] {
        let cursor =
            alice.owner.get(&format!("{path}?limit=1")).ok()["next_cursor"].as_str().unwrap().to_owned();
        let seen = bob.get(&format!("{path}?limit=10&cursor={cursor}")).text();
        assert!(!seen.contains("private") && !seen.contains("Alice") && !seen.contains("Second"), "{seen}");
    }
}
