//! Sessions.

use super::*;

#[test]
fn a_session_from_start_to_end() {
    let server = Server::start();
    let ada = server.person("ada");
    ada.get("/sessions/active").fails(404, "NO_ACTIVE_SESSION");
    let begun = ada.post("/sessions", &json!({"duration_min": 25, "label": " Tides "}));
    let session = begun.is(201);
    for (field, value) in [
        ("user_id", json!(ada.id)),
        ("duration_min", json!(25)),
        ("label", json!("Tides")),
        ("completed", json!(false)),
        ("abandoned", json!(false)),
        ("ended_at", json!(null)),
        ("focus_min", json!(0)),
    ] {
        assert_eq!(session[field], value, "{field}");
    }
    assert_eq!(ada.get("/sessions/active").ok(), session);
    ada.post("/sessions", &json!({"duration_min": 50})).fails(409, "SESSION_ACTIVE");
    age(&server, 20 * 60 + 5);
    assert_eq!(ada.get(&path(&session)).ok()["focus_min"], 20);
    let done = ada.patch(&path(&session), &json!({"completed": true, "focus_min": 480})).ok();
    assert_eq!((&done["completed"], &done["focus_min"]), (&json!(true), &json!(20)));
    assert_eq!(totals(&ada), [20, 20, 1, 1]);
    // Once is enough.
    assert_eq!(ada.patch(&path(&session), &json!({"completed": true})).ok(), done);
    ada.patch(&path(&session), &json!({"abandoned": true})).fails(409, "SESSION_ENDED");
    assert_eq!(totals(&ada), [20, 20, 1, 1]);
    ada.get("/sessions/active").fails(404, "NO_ACTIVE_SESSION");
    let told = ada.patch(&path(&session), &json!({"label": "Moons"})).ok();
    assert_eq!(told["label"], "Moons");
    assert_eq!(ada.patch(&path(&session), &json!({"label": ""})).ok()["label"], json!(null));
    assert_eq!(ada.get("/users/me").ok()["xp_points"], 20);
    ada.delete(&path(&session)).is(204);
    ada.get(&path(&session)).fails(404, "SESSION_NOT_FOUND");
    ada.delete(&path(&session)).fails(404, "SESSION_NOT_FOUND");
    assert_eq!(totals(&ada), [0, 0, 0, 0]);
    server.verify();
}

#[test]
fn a_session_given_up_earns_nothing() {
    let server = Server::start();
    let ada = server.person("ada");
    let session = ada.post("/sessions", &json!({})).is(201);
    age(&server, 3600);
    let ended = ada.patch(&path(&session), &json!({"abandoned": true})).ok();
    assert_eq!(
        (&ended["abandoned"], &ended["completed"], &ended["focus_min"]),
        (&json!(true), &json!(false), &json!(60))
    );
    ada.patch(&path(&session), &json!({"completed": true})).fails(409, "SESSION_ENDED");
    assert_eq!(totals(&ada), [0, 0, 0, 0]);
    ada.delete(&path(&session)).is(204);
    server.verify();
}

#[test]
fn a_forgotten_timer_earns_what_was_planned() {
    let server = Server::start();
    let ada = server.person("ada");
    for (planned, age_of, minutes) in [(json!(25), 86_400, 25), (json!(null), 86_400, 480)] {
        let session = ada.post("/sessions", &json!({"duration_min": planned})).is(201);
        age(&server, age_of);
        let done = ada.patch(&path(&session), &json!({"completed": true})).ok();
        assert_eq!(done["focus_min"], minutes);
        ada.delete(&path(&session)).is(204);
    }
    server.verify();
}

#[test]
fn of_two_hundred_who_start_at_once_one_does() {
    let server = Server::start();
    let ada = server.person("ada");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..200)
            .map(|n| {
                let ada = &ada;
                scope.spawn(move || {
                    loop {
                        let answer = ada.post("/sessions", &json!({"duration_min": 1 + n % 60}));
                        if answer.status != 503 {
                            return answer.status;
                        }
                        // There are more of them than places.
                        std::thread::sleep(std::time::Duration::from_millis(50));
                    }
                })
            })
            .collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 199);
    assert_eq!(ada.get("/sessions").ok()["total"], 1);
    let running = ada.get("/sessions/active").ok();
    // Completed from everywhere at once, it is complete once.
    age(&server, 600);
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| ada.patch(&path(&running), &json!({"completed": true})));
        }
    });
    ada.patch(&path(&running), &json!({"completed": true})).ok();
    assert_eq!(totals(&ada)[2], 1);
    assert_eq!(server.sql("SELECT count(*) FROM xp_ledger"), "1");
    server.verify();
}

#[test]
fn what_was_kept_offline_counts_the_same_in_any_order() {
    let server = Server::start();
    let times = [
        ("2026-03-01T10:00:00Z", "2026-03-01T10:25:00Z"),
        ("2026-03-01T10:10:00+00:00", "2026-03-01T10:40:30Z"),
        ("2026-03-01T11:00:00+01:00", "2026-03-01T10:05:00Z"),
        ("2026-03-02T23:50:00", "2026-03-03T00:20:00"),
        ("2026-03-02T23:55:00Z", "2026-03-03T00:10:00Z"),
        ("2026-03-04T08:00:00Z", "2026-03-04T18:00:00Z"),
    ];
    let mut seen = vec![];
    for (turn, name) in ["ada", "bob", "eve"].into_iter().enumerate() {
        let person = server.person(name);
        let mut times = times.to_vec();
        times.rotate_left(turn * 2);
        if turn == 2 {
            times.reverse();
        }
        for (from, to) in times.iter().chain(times.iter()) {
            assert_eq!(offline(&person, from, to)["completed"], true);
        }
        assert_eq!(person.get("/sessions").ok()["total"], 6);
        seen.push((totals(&person), person.get("/stats/daily/5?to=2026-03-05").ok()));
    }
    // 25 + 15 + 0, 30 + 0, 480; each for itself 25 + 30 + 5, 30 + 15, 480.
    assert_eq!(seen[0].0, [40 + 30 + 480, 60 + 45 + 480, 6, 2]);
    let daily: Vec<Value> =
        seen[0].1["daily_stats"].as_array().unwrap().iter().map(|day| day["focus_min"].clone()).collect();
    assert_eq!(json!(daily), json!([0, 480, 0, 45, 60]));
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    server.verify();
}

#[test]
fn to_delete_takes_back_what_was_given() {
    let server = Server::start();
    let ada = server.person("ada");
    let long = offline(&ada, "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z");
    let inside = offline(&ada, "2026-03-01T10:10:00Z", "2026-03-01T10:40:00Z");
    let next = offline(&ada, "2026-03-02T10:00:00Z", "2026-03-02T10:30:00Z");
    assert_eq!(totals(&ada), [90, 120, 3, 2]);
    ada.delete(&path(&long)).is(204);
    assert_eq!(totals(&ada), [60, 60, 2, 2], "what it covered is earned by the other");
    ada.delete(&path(&inside)).is(204);
    assert_eq!(totals(&ada), [30, 30, 1, 1]);
    ada.delete(&path(&next)).is(204);
    assert_eq!(totals(&ada), [0, 0, 0, 0]);
    // Three that gave, three that took; nothing was written over.
    assert_eq!(server.sql("SELECT count(*), sum(xp) FROM xp_ledger"), "6|0");
    server.verify();
}

#[test]
fn an_id_is_one_session() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let own = "3f0c5c4e-6d5b-4c7e-8f0a-9b1d2c3e4f50";
    let session = json!({"id": own, "started_at": "2026-03-01T10:00:00Z", "ended_at": "2026-03-01T10:30:00Z", "completed": true});
    let first = ada.post("/sessions", &session).is(201);
    assert_eq!(first["id"], own);
    assert_eq!(ada.post("/sessions", &session).is(201), first);
    assert_eq!(totals(&ada)[2], 1);
    // Another's is another.
    bob.post("/sessions", &session).is(201);
    ada.delete(&path(&first)).is(204);
    assert_eq!((totals(&ada)[2], totals(&bob)[2]), (0, 1));
    // Who did not know that it was deleted sends it again.
    ada.post("/sessions", &session).fails(409, "SESSION_DELETED");
    let running = "3f0c5c4e-6d5b-4c7e-8f0a-9b1d2c3e4f51";
    let begun = ada.post("/sessions", &json!({"id": running})).is(201);
    assert_eq!(ada.post("/sessions", &json!({"id": running})).is(201)["id"], begun["id"]);
    ada.post("/sessions", &json!({})).fails(409, "SESSION_ACTIVE");
    server.verify();
}

#[test]
fn what_cannot_be_is_named() {
    let server = Server::start();
    let ada = server.person("ada");
    let ahead = ago(-600);
    for (body, field) in [
        (json!({"duration_min": 0}), "duration_min"),
        (json!({"duration_min": 481}), "duration_min"),
        (json!({"duration_min": "25"}), "duration_min"),
        (json!({"duration_min": 2.5}), "duration_min"),
        (json!({"label": "x".repeat(201)}), "label"),
        (json!({"label": "a\u{0}b"}), "label"),
        (json!({"id": "7"}), "id"),
        (json!({"started_at": "yesterday"}), "started_at"),
        (json!({"started_at": ahead}), "started_at"),
        (json!({"started_at": ago(9 * 3600)}), "started_at"),
        (json!({"started_at": ago(60), "ended_at": ahead, "completed": true}), "ended_at"),
        (json!({"started_at": "1999-01-01T00:00:00Z", "ended_at": "1999-01-01T01:00:00Z"}), "started_at"),
        (json!({"plant_type": ""}), "plant_type"),
    ] {
        ada.post("/sessions", &body).names(field);
    }
    for body in [
        json!({"completed": true}),
        json!({"ended_at": ago(60)}),
        json!({"started_at": ago(60), "ended_at": ago(60)}),
        json!({"started_at": ago(60), "ended_at": ago(120), "completed": true}),
    ] {
        assert_eq!(ada.post("/sessions", &body).status, 422, "{body}");
    }
    let session = ada.post("/sessions", &json!({})).is(201);
    assert_eq!(ada.patch(&path(&session), &json!({"completed": true, "abandoned": true})).status, 422);
    for query in ["from=x", "to=x", "limit=0", "limit=1001", "completed=maybe", "cursor=x"] {
        assert_eq!(ada.get(&format!("/sessions?{query}")).status, 422, "{query}");
    }
    assert_eq!(ada.get("/sessions").ok()["total"], 1);
}

#[test]
fn the_list_goes_page_by_page_and_from_day_to_day() {
    let server = Server::start();
    let ada = server.person("ada");
    ada.patch("/users/me", &json!({"timezone": "Asia/Kolkata"})).ok();
    for day in 1..=5 {
        offline(&ada, &format!("2026-03-0{day}T00:10:00+05:30"), &format!("2026-03-0{day}T00:35:00+05:30"));
    }
    ada.post("/sessions", &json!({"started_at": "2026-03-03T12:00:00Z", "ended_at": "2026-03-03T12:25:00Z"}))
        .is(201);
    let total = |query: &str| ada.get(&format!("/sessions?{query}")).ok()["total"].clone();
    assert_eq!(total(""), 6);
    assert_eq!(total("completed=true"), 5);
    assert_eq!(total("completed=false"), 1);
    assert_eq!(total("from=2026-03-02&to=2026-03-03"), 3);
    assert_eq!(total("from=2026-03-02T18:40:00Z&to=2026-03-03T18:40:00Z"), 2);
    let mut cursor = String::new();
    let mut starts: Vec<String> = vec![];
    loop {
        let page = ada.get(&format!("/sessions?limit=4{cursor}")).ok();
        assert_eq!(page["total"], 6);
        starts.extend(
            page["sessions"].as_array().unwrap().iter().map(|one| one["started_at"].as_str().unwrap().into()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(starts.len(), 6);
    assert!(starts.is_sorted_by(|a, b| a > b), "{starts:?}");
}
