//! What each type of event does.

use super::*;

/// The newest delivery to an endpoint.
fn newest(person: &Person<'_>, to: &Endpoint<'_>) -> Value {
    person.get(&format!("{}?limit=1", to.deliveries())).ok()["deliveries"][0].clone()
}

#[test]
fn a_time_entry_is_added() {
    let server = Server::start();
    let ada = server.person("ada");
    let project = ada.post("/projects", &json!({"title": "Ström & Söhne"})).is(201);
    ada.post("/projects", &json!({"title": "Old", "archived": true})).is(201);
    let to = endpoint(&ada, "standard");
    let mut body = entry("drew the tables");
    body["data"]["project"] = json!("STRÖM & söhne");
    body["data"]["tags"] = json!(["sea"]);
    body["data"]["billable"] = json!(true);
    to.deliver("one", &body).is(202);
    let listed = newest(&ada, &to);
    let entry = ada.get(&format!("/time-entries/{}", listed["made"][0].as_str().unwrap())).ok();
    for (field, value) in [
        ("description", json!("drew the tables")),
        ("project_id", project["id"].clone()),
        ("tags", json!(["sea"])),
        ("billable", json!(true)),
        ("duration_seconds", json!(3600)),
    ] {
        assert_eq!(entry[field], value, "{field}");
    }
    assert_eq!((&listed["type"], &listed["status"]), (&json!("time_entry.created"), &json!("done")));
    // Without times a timer runs, from when it came.
    to.deliver("two", &json!({"type": "time_entry.created", "data": {"description": "now"}})).is(202);
    let running = ada.get("/time-entries/active").ok();
    assert_eq!((&running["description"], &running["end_time"]), (&json!("now"), &Value::Null));
    server.verify();
}

#[test]
fn consumption_is_added_one_record_or_several() {
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "secret-header");
    let record = |amount: f64, unit: &str| json!({"consumption_type": "gas", "amount": amount, "unit": unit, "consumption_date": "2026-01-05"});
    let of = |data: Value| json!({"type": "consumption.recorded", "data": data});
    to.deliver("one", &of(record(1.5, "m3"))).is(202);
    to.deliver("two", &of(json!({"records": [record(2.0, "m3"), record(3.0, "m3")]}))).is(202);
    assert_eq!(newest(&ada, &to)["made"].as_array().unwrap().len(), 2);
    // All or none.
    to.deliver("three", &of(json!({"records": [record(2.0, "m3"), record(3.0, "L")]}))).is(202);
    let failed = newest(&ada, &to);
    assert_eq!((&failed["status"], &failed["error_code"]), (&json!("failed"), &json!("VALIDATION_ERROR")));
    assert!(failed["message"].as_str().unwrap().starts_with("data.records[1].unit"), "{failed}");
    let sums = ada.get("/consumption").ok();
    let amounts: f64 =
        sums["consumptions"].as_array().unwrap().iter().map(|one| one["amount"].as_f64().unwrap()).sum();
    assert_eq!((sums["total"].as_i64(), amounts), (Some(3), 6.5));
    server.verify();
}

#[test]
fn usage_is_of_a_device_or_of_the_endpoints_own() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let (phone, bobs) = (ada.device("Phone", "android"), bob.device("Bob's", "android"));
    let to = endpoint(&ada, "standard");
    let session = |app: &str| json!({"app": app, "started_at": "2026-01-05T10:00:00Z", "ended_at": "2026-01-05T11:00:00Z"});
    let of = |data: Value| json!({"type": "usage.recorded", "data": data});
    to.deliver("phone", &of(json!({"device_id": phone.id, "sessions": [session("a")]}))).is(202);
    assert_eq!(newest(&ada, &to)["made"], json!([phone.id]));
    to.deliver("own", &of(json!({"sessions": [session("b"), session("b"), {"app": "x"}]}))).is(202);
    let own = newest(&ada, &to);
    assert_eq!(own["status"], "done");
    assert!(
        own["message"].as_str().unwrap().starts_with("1 of 3 sessions were refused; sessions[2]"),
        "{own}"
    );
    let devices = ada.get("/devices").ok();
    let named = |name: &str| {
        devices["devices"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone()
    };
    assert_eq!((&named("Home")["platform"], &named("Home")["device_id"]), (&json!("other"), &own["made"][0]));
    to.deliver("again", &of(json!({"sessions": [session("c")]}))).is(202);
    assert_eq!(ada.get("/devices").ok()["total"], 2);
    assert_eq!(ada.get("/stats/today?date=2026-01-05").ok()["total_seconds"], 3 * 3600);
    // Another's device is none, and neither is one that was cut off.
    ada.post("/devices/revoke", &json!({"device_id": phone.id})).is(204);
    for (id, device) in [("bobs", &bobs.id), ("revoked", &phone.id)] {
        to.deliver(id, &of(json!({"device_id": device, "sessions": [session("d")]}))).is(202);
        let failed = newest(&ada, &to);
        assert_eq!((&failed["id"], &failed["error_code"]), (&json!(id), &json!("DEVICE_NOT_FOUND")));
    }
    to.deliver("refused", &of(json!({"sessions": [{"app": "x"}]}))).is(202);
    assert_eq!(newest(&ada, &to)["error_code"], "SESSIONS_REFUSED");
    assert_eq!(bob.get("/usage").ok()["total"], 0);
    assert_eq!(ada.get("/usage").ok()["total"], 3);
    server.verify();
}

#[test]
fn a_push_is_noted_on_the_running_entry() {
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "github");
    let push = |message: &str, commits: usize| {
        json!({"ref": "refs/heads/main", "repository": {"full_name": "mary/tides"},
               "head_commit": {"message": message}, "commits": vec![json!({}); commits]})
    };
    to.deliver("ping", &json!({"zen": "Keep it logically awesome."})).is(202);
    let ping = newest(&ada, &to);
    assert_eq!((&ping["type"], &ping["status"]), (&json!("github.ping"), &json!("done")));
    assert_eq!(to.deliver("early", &push("Too early", 1)).is(202)["status"], "unhandled");
    assert_eq!(newest(&ada, &to)["error_code"], "NO_ACTIVE_TIMER");
    let running = ada.post("/time-entries", &json!({"description": "Tables"})).is(201);
    let path = format!("/time-entries/{}", running["id"].as_str().unwrap());
    for (id, message, commits) in
        [("a", "Fix the tables\n\nAt length.", 1), ("b", "Draw", 3), ("c", "Draw", 3)]
    {
        assert_eq!(to.deliver(id, &push(message, commits)).is(202)["status"], "done");
    }
    let said = "Tables\nmary/tides: Fix the tables\nmary/tides: Draw (and 2 more)";
    assert_eq!(ada.get(&path).ok()["description"], said);
    assert_eq!(newest(&ada, &to)["made"], json!([running["id"]]));
    // There is an end to it.
    ada.patch(&path, &json!({"description": "x".repeat(2990)})).ok();
    to.deliver("d", &push("No room for this", 1)).is(202);
    assert_eq!(newest(&ada, &to)["error_code"], "DESCRIPTION_FULL");
    let star = r#"{"action": "created"}"#;
    let signed = to.signed("star", star).with("x-github-event", "star");
    assert_eq!(to.send(&signed, star).is(202)["status"], "unhandled");
    assert_eq!(newest(&ada, &to)["type"], "github.star");
    server.verify();
}

#[test]
fn anything_else_is_kept_and_listed() {
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "standard");
    assert_eq!(to.deliver("one", &notification("Hello")).is(202)["status"], "done");
    assert_eq!(newest(&ada, &to)["message"], "Hello");
    let body = r#"{"type": "weather.changed", "data": {"wind": 1e100000}}"#;
    assert_eq!(to.send(&to.signed("two", body), body).is(202)["status"], "unhandled");
    assert_eq!(ada.get(&format!("{}/two", to.deliveries())).ok()["body"], body);
    let of = |query: &str| ada.get(&format!("{}?{query}", to.deliveries())).ok()["total"].clone();
    assert_eq!(
        (of("type=notification"), of("status=unhandled"), of("status=failed")),
        (json!(1), json!(1), json!(0))
    );
}

/// Whatever is sent by who knows the secret is answered, listed, and shown as it came.
#[test]
fn hostile_bodies_are_listed_with_what_is_wrong() {
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "secret-header");
    let typed = |kind: &str, data: &str| format!(r#"{{"type": "{kind}", "data": {data}}}"#).into_bytes();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let mut bodies: Vec<Vec<u8>> = vec![
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{".to_vec(),
        b"\xff\xfe{}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"{}\0".to_vec(),
        br#"{"type": "notification", "type": "notification"}"#.to_vec(),
        br#"{"type": "a\u0000b", "data": {}}"#.to_vec(),
        br#"{"type": "\ud800", "data": {}}"#.to_vec(),
        format!(r#"{{"type": "{}"}}"#, "x".repeat(1_000_000)).into_bytes(),
        deep.clone().into_bytes(),
    ];
    for kind in ["time_entry.created", "consumption.recorded", "usage.recorded", "notification"] {
        for data in [
            "null",
            "[]",
            "7",
            "1e100000",
            "{}",
            r#"{"records": null, "sessions": null, "title": null, "start_time": 5}"#,
            r#"{"records": [1e100000], "sessions": {}, "title": "\u0000", "description": "\u0000"}"#,
            r#"{"amount": 1e100000, "title": "\ud800", "id": "\u0000", "project": {}}"#,
            r#"{"amount": -1, "consumption_type": "gas", "unit": "m3", "consumption_date": "0000-00-00", "end_time": "9999-12-31T23:59:59Z"}"#,
        ] {
            bodies.push(typed(kind, data));
        }
        bodies.push(typed(kind, &deep));
    }
    let count = bodies.len();
    for (number, body) in bodies.into_iter().enumerate() {
        let id = format!("n{number}");
        let answer = to.send(&to.signed(&id, ""), body.clone());
        let said = String::from_utf8_lossy(&body).chars().take(200).collect::<String>();
        let status = answer.is(202)["status"].clone();
        // An entry needs nothing but to be one.
        let may_be = said.contains("time_entry.created") && said.contains("{}");
        assert!(status == "failed" || may_be, "{said}: {status}");
        let shown = ada.get(&format!("{}/{id}", to.deliveries())).ok();
        assert_eq!(shown["body"], json!(String::from_utf8_lossy(&body)), "{said}");
    }
    assert_eq!(ada.get(&to.deliveries()).ok()["total"], count);
    assert_eq!(ada.get("/consumption").ok()["total"], 0);
    server.verify();
}

#[test]
fn who_looks_on_is_told() {
    use std::io::Read;
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "standard");
    let client = reqwest::blocking::Client::builder().timeout(None).build().unwrap();
    let stream = client.get(server.url("/live")).header("authorization", format!("Bearer {}", ada.access));
    let mut stream = stream.send().unwrap();
    let mut heard = String::new();
    let mut until = |wanted: &[&str]| {
        let mut bytes = [0; 4096];
        while !wanted.iter().all(|one| heard.contains(one)) {
            let count = stream.read(&mut bytes).unwrap();
            assert!(count > 0, "it ended: {heard}");
            heard.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
        std::mem::take(&mut heard)
    };
    until(&["event: hello"]);
    to.deliver("one", &notification("Hello")).is(202);
    let told = until(&["event: notification.received", "event: webhook.received"]);
    assert!(told.contains(&to.id), "{told}");
    to.deliver("two", &entry("x")).is(202);
    let told = until(&["event: time_entry.updated", "event: webhook.received"]);
    assert!(!told.contains("notification.received"), "{told}");
}
