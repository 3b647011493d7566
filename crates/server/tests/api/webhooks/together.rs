//! Deliveries that wait at the same time are done together, and what becomes of each is what would of it alone.

use std::thread;
use std::time::Duration;

use super::*;

/// Delivers while somebody else holds the account, so that all wait but for what came first.
fn while_held<T: Send>(person: &Person<'_>, deliver: Vec<Box<dyn FnOnce() -> T + Send + '_>>) -> Vec<T> {
    let server = person.server;
    let hold = format!(
        "WITH held AS (SELECT user_id FROM users WHERE user_id = '{}' FOR UPDATE) SELECT pg_sleep(1.5) FROM held",
        person.id
    );
    thread::scope(|scope| {
        let holder = scope.spawn(|| server.sql(&hold));
        let held = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'WITH held%' AND state = 'active' \
                    AND datname = current_database()";
        while server.sql(held) != "1" {
            thread::sleep(Duration::from_millis(5));
        }
        let asking: Vec<_> = deliver.into_iter().map(|deliver| scope.spawn(deliver)).collect();
        let told = asking.into_iter().map(|one| one.join().unwrap()).collect();
        holder.join().unwrap();
        told
    })
}

/// Transactions that have put the deliveries into the list.
fn transactions(server: &Server) -> usize {
    server.sql("SELECT count(DISTINCT xmin::text) FROM webhook_deliveries").parse().unwrap()
}

fn of(kind: &str, data: Value) -> Value {
    json!({"type": kind, "data": data})
}

fn record(amount: f64, unit: &str) -> Value {
    json!({"consumption_type": "gas", "amount": amount, "unit": unit, "consumption_date": "2026-01-05"})
}

#[test]
fn what_is_wrong_among_good_ones_is_so_alone() {
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "standard");
    ada.post("/projects", &json!({"title": "Tides"})).is(201);
    let gone = ada.post("/time-entries", &entry("gone")["data"]).is(201)["id"].clone();
    ada.delete(&format!("/time-entries/{}", gone.as_str().unwrap())).is(204);
    let known = ada.post("/time-entries", &entry("known")["data"]).is(201)["id"].clone();
    let with = |field: &str, value: Value| {
        let mut body = entry(field);
        body["data"][field] = value;
        body
    };
    let nobodys = json!("01a20000-0000-7000-8000-000000000000");
    let consumption = |data: Value| of("consumption.recorded", data);
    let mut bodies: Vec<(String, Value, Value)> = vec![
        ("project".into(), with("project", json!("tides")), Value::Null),
        ("title".into(), with("project", json!("Ebb")), json!("PROJECT_NOT_FOUND")),
        ("project_id".into(), with("project_id", nobodys), json!("PROJECT_NOT_FOUND")),
        ("gone".into(), with("id", gone), json!("TIME_ENTRY_DELETED")),
        ("known".into(), with("id", known.clone()), Value::Null),
        ("times".into(), with("end_time", json!("2026-01-05T08:00:00Z")), json!("VALIDATION_ERROR")),
        (
            "records".into(),
            consumption(json!({"records": [record(2.0, "m3"), record(3.0, "m3")]})),
            Value::Null,
        ),
        (
            "unit".into(),
            consumption(json!({"records": [record(5.0, "m3"), record(7.0, "L")]})),
            json!("VALIDATION_ERROR"),
        ),
        ("timer".into(), of("time_entry.created", json!({"description": "now"})), Value::Null),
        (
            "early".into(),
            of("time_entry.created", json!({"start_time": "1999-01-01T00:00:00Z"})),
            json!("VALIDATION_ERROR"),
        ),
        ("weather".into(), of("weather.changed", json!({})), json!("TYPE_UNKNOWN")),
        ("title-less".into(), of("notification", json!({})), json!("VALIDATION_ERROR")),
    ];
    for n in 0..10 {
        bodies.push((format!("entry-{n}"), entry("good"), Value::Null));
        bodies.push((format!("record-{n}"), consumption(record(1.0, "m3")), Value::Null));
        bodies.push((format!("shown-{n}"), notification("good"), Value::Null));
    }
    let deliver = |(id, body, _): &(String, Value, Value)| {
        let (to, id, body) = (&to, id.clone(), body.clone());
        let deliver: Box<dyn FnOnce() -> Value + Send + '_> =
            Box::new(move || to.deliver(&id, &body).is(202));
        deliver
    };
    let told = while_held(&ada, bodies.iter().map(deliver).collect());
    for ((id, body, wanted), told) in bodies.iter().zip(told) {
        let listed = ada.get(&format!("{}/{id}", to.deliveries())).ok();
        assert_eq!((&listed["error_code"], &listed["status"]), (wanted, &told["status"]), "{id}: {listed}");
        assert_eq!(listed["body"], body.to_string(), "{id}");
        assert_eq!(told["id"], json!(id));
        let made = listed["made"].as_array().unwrap().len();
        let makes = match id.as_str() {
            "records" => 2,
            _ if !wanted.is_null() || id.starts_with("shown") => 0,
            _ => 1,
        };
        assert_eq!(made, makes, "{id}: {listed}");
    }
    assert!(transactions(&server) <= 5, "{} for {}", transactions(&server), bodies.len());
    // Known, of the project, the timer, and ten.
    assert_eq!(ada.get("/time-entries").ok()["total"], 13);
    let sums = ada.get("/consumption").ok();
    let amounts = sums["consumptions"].as_array().unwrap().iter().map(|one| one["amount"].as_f64().unwrap());
    assert_eq!((&sums["total"], amounts.sum::<f64>()), (&json!(12), 15.0));
    assert_eq!(ada.get("/time-entries/active").ok()["description"], "now");
    server.verify();
}

#[test]
fn overlaps_are_looked_at_one_by_one_where_they_are_forbidden() {
    let server = Server::start();
    let ada = server.person("ada");
    ada.patch("/users/me", &json!({"settings": {"overlap": "forbid"}})).ok();
    let to = endpoint(&ada, "standard");
    let deliver = |n: usize| {
        let to = &to;
        let deliver: Box<dyn FnOnce() -> Value + Send + '_> =
            Box::new(move || to.deliver(&n.to_string(), &entry(&n.to_string())).is(202));
        deliver
    };
    let told = while_held(&ada, (0..8).map(deliver).collect());
    assert_eq!(told.iter().filter(|told| told["status"] == "done").count(), 1, "{told:?}");
    let failed = ada.get(&format!("{}?status=failed", to.deliveries())).ok();
    for delivery in failed["deliveries"].as_array().unwrap() {
        assert_eq!(delivery["error_code"], "TIME_ENTRIES_OVERLAP");
        assert_eq!(delivery["made"], json!([]));
    }
    assert_eq!(failed["total"], 7);
    assert_eq!(ada.get("/time-entries").ok()["total"], 1);
    server.verify();
}

#[test]
fn the_same_id_among_others_is_one() {
    let server = Server::start();
    let ada = server.person("ada");
    let (to, other) = (endpoint(&ada, "standard"), endpoint(&ada, "secret-header"));
    let deliver = |n: usize| {
        let to = if n % 4 == 3 { &other } else { &to };
        let (id, body) = match n % 4 {
            0 => (n.to_string(), entry("each")),
            1 => ("same".to_owned(), entry("same")),
            2 => ("wrong".to_owned(), of("consumption.recorded", record(1.0, "kg"))),
            _ => ("same".to_owned(), of("consumption.recorded", record(1.0, "m3"))),
        };
        let deliver: Box<dyn FnOnce() -> (u16, Value) + Send + '_> = Box::new(move || {
            let answer = to.deliver(&id, &body);
            (answer.status, answer.json())
        });
        deliver
    };
    let told = while_held(&ada, (0..40).map(deliver).collect());
    for (kind, status, new) in [(0, "done", 10), (1, "done", 1), (2, "failed", 1), (3, "done", 1)] {
        let of_kind = || told.iter().skip(kind).step_by(4);
        assert!(of_kind().all(|(_, told)| told["status"] == status), "{told:?}");
        assert_eq!(of_kind().filter(|(code, _)| *code == 202).count(), new, "{told:?}");
        assert_eq!(of_kind().filter(|(code, _)| *code == 200).count(), 10 - new, "{told:?}");
    }
    assert_eq!(ada.get("/time-entries").ok()["total"], 11);
    assert_eq!(ada.get("/consumption").ok()["total"], 1);
    assert_eq!(ada.get(&to.deliveries()).ok()["total"], 12);
    server.verify();
}

/// Usage of several accounts goes together; one whose device is not theirs is alone with that.
#[test]
fn usage_of_several_accounts_is_each_ones_own() {
    let server = Server::start();
    let people: Vec<Person<'_>> = (0..4).map(|n| server.person(&format!("person{n}"))).collect();
    let endpoints: Vec<Endpoint<'_>> = people.iter().map(|person| endpoint(person, "standard")).collect();
    let phones: Vec<String> =
        people.iter().map(|person| person.device("Phone", "android").id.clone()).collect();
    let usage = |n: usize, app: &str| {
        let mut data = json!({"sessions":
            [{"app": app, "started_at": "2026-01-05T10:00:00Z", "ended_at": "2026-01-05T11:00:00Z"}]});
        match n % 4 {
            1 => data["device_id"] = json!(phones[n / 4 % 4]),
            2 => data["device_id"] = json!(phones[(n / 4 + 1) % 4]),
            3 => data["sessions"][0]["ended_at"] = json!("2026-01-05T09:00:00Z"),
            _ => {}
        }
        of("usage.recorded", data)
    };
    let deliver = |n: usize| {
        let (to, body) = (&endpoints[n / 4 % 4], usage(n, &format!("app{n}")));
        let deliver: Box<dyn FnOnce() -> Value + Send + '_> =
            Box::new(move || to.deliver(&n.to_string(), &body).is(202));
        deliver
    };
    let told = while_held(&people[0], (0..32).map(deliver).collect());
    for (n, told) in told.iter().enumerate() {
        let listed = people[n / 4 % 4].get(&format!("{}/{n}", endpoints[n / 4 % 4].deliveries())).ok();
        let wanted = [Value::Null, Value::Null, json!("DEVICE_NOT_FOUND"), json!("SESSIONS_REFUSED")];
        assert_eq!((&listed["error_code"], &listed["status"]), (&wanted[n % 4], &told["status"]), "{listed}");
    }
    for person in &people {
        assert_eq!(person.get("/usage").ok()["total"], 4);
        assert_eq!(person.get("/devices").ok()["total"], 2);
    }
    server.verify();
}

#[test]
fn accounts_do_not_wait_for_each_other() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let (adas, bobs) = (endpoint(&ada, "standard"), endpoint(&bob, "standard"));
    let deliver = |n: usize| {
        let to = if n.is_multiple_of(2) { &adas } else { &bobs };
        let deliver: Box<dyn FnOnce() -> Duration + Send + '_> = Box::new(move || {
            // After those of the one who waits.
            thread::sleep(Duration::from_millis(if n.is_multiple_of(2) { 0 } else { 100 }));
            let began = std::time::Instant::now();
            assert_eq!(to.deliver(&n.to_string(), &entry(&n.to_string())).is(202)["status"], "done");
            began.elapsed()
        });
        deliver
    };
    let took = while_held(&ada, (0..20).map(deliver).collect());
    let of = |kind: usize| took.iter().skip(kind).step_by(2);
    let (first, last) = (of(0).min().unwrap(), of(1).max().unwrap());
    assert!(*last * 2 < *first, "who is not held waited {last:?}, who is {first:?}");
    for person in [&ada, &bob] {
        assert_eq!(person.get("/time-entries").ok()["total"], 10);
    }
    server.verify();
}

#[test]
fn a_deleted_endpoint_among_others_is_not_found() {
    let server = Server::start();
    let ada = server.person("ada");
    let (to, gone) = (endpoint(&ada, "standard"), endpoint(&ada, "standard"));
    for to in [&to, &gone] {
        to.deliver("first", &notification("here")).is(202);
    }
    // This server is not told.
    server.sql(&format!("DELETE FROM webhook_endpoints WHERE id = '{}'", gone.id));
    let deliver = |n: usize| {
        let to = if n.is_multiple_of(3) { &gone } else { &to };
        let session = json!({"sessions": [{"app": n.to_string(),
            "started_at": "2026-01-05T10:00:00Z", "ended_at": "2026-01-05T11:00:00Z"}]});
        let body = if n < 15 { entry(&n.to_string()) } else { of("usage.recorded", session) };
        let deliver: Box<dyn FnOnce() -> Answer + Send + '_> =
            Box::new(move || to.deliver(&n.to_string(), &body));
        deliver
    };
    let told = while_held(&ada, (0..30).map(deliver).collect());
    for (n, answer) in told.into_iter().enumerate() {
        if n.is_multiple_of(3) {
            answer.fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
        } else {
            assert_eq!(answer.is(202)["status"], "done");
        }
    }
    assert_eq!(ada.get("/time-entries").ok()["total"], 10);
    assert_eq!(ada.get("/usage").ok()["total"], 10);
    assert_eq!(ada.get(&to.deliveries()).ok()["total"], 21);
    server.verify();
}
