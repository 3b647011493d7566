//! A delivery is done once, and what it makes is there once, however often it comes and is replayed.

use std::thread;

use super::*;

#[test]
fn the_same_id_again_is_answered_and_not_done() {
    let server = Server::start();
    let ada = server.person("ada");
    for scheme in ["standard", "secret-header"] {
        let to = endpoint(&ada, scheme);
        assert_eq!(to.deliver("one", &entry(scheme)).is(202), json!({"id": "one", "status": "done"}));
        assert_eq!(to.deliver("one", &entry("another")).ok(), json!({"id": "one", "status": "done"}));
        // Of another endpoint it is another delivery.
        endpoint(&ada, scheme).deliver("one", &entry("elsewhere")).is(202);
    }
    let entries = ada.get("/time-entries").ok();
    assert_eq!(entries["total"], 4);
    assert!(!entries.to_string().contains("another"));
}

#[test]
fn fifty_at_once_are_one() {
    let server = Server::start();
    let ada = server.person("ada");
    let record = json!({"type": "consumption.recorded", "data":
        {"consumption_type": "gas", "amount": 1, "unit": "m3", "consumption_date": "2026-01-05"}});
    let session = json!({"type": "usage.recorded", "data": {"sessions":
        [{"app": "a", "started_at": "2026-01-05T10:00:00Z", "ended_at": "2026-01-05T11:00:00Z"}]}});
    for (number, body) in [entry("once"), record, session, notification("once")].iter().enumerate() {
        let to = endpoint(&ada, "standard");
        let statuses: Vec<u16> = thread::scope(|scope| {
            let asking: Vec<_> =
                (0..50).map(|_| scope.spawn(|| to.deliver(&format!("once-{number}"), body).status)).collect();
            asking.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let count = |status| statuses.iter().filter(|one| **one == status).count();
        assert_eq!((count(202), count(200)), (1, 49), "{body} {statuses:?}");
        assert_eq!(ada.get(&to.deliveries()).ok()["total"], 1);
    }
    for list in ["/time-entries", "/consumption", "/usage", "/devices"] {
        assert_eq!(ada.get(list).ok()["total"], 1, "{list}");
    }
    server.verify();
}

/// Different deliveries at once, each with something of its own, while the account is used: all of it is there.
#[test]
fn many_at_once_are_all_there() {
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "standard");
    thread::scope(|scope| {
        for sender in 0..4 {
            let to = &to;
            scope.spawn(move || {
                for n in 0..10 {
                    let id = format!("{sender}-{n}");
                    let session = json!({"type": "usage.recorded", "data": {"sessions": [{"app": id,
                        "started_at": "2026-01-05T10:00:00Z", "ended_at": "2026-01-05T11:00:00Z"}]}});
                    let body = if n % 2 == 0 { entry(&id) } else { session };
                    assert_eq!(to.deliver(&id, &body).is(202)["status"], "done");
                }
            });
        }
    });
    assert_eq!(ada.get("/time-entries").ok()["total"], 20);
    assert_eq!(ada.get("/usage").ok()["total"], 20);
    assert_eq!(ada.get("/devices").ok()["total"], 1);
    server.verify();
}

#[test]
fn a_replay_does_what_could_not_be_done_and_nothing_twice() {
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "standard");
    let mut body = entry("drew the tables");
    body["data"]["project"] = json!("Tide Tables");
    assert_eq!(to.deliver("msg/1 ?", &body).is(202)["status"], "failed");
    let failed = &ada.get(&to.deliveries()).ok()["deliveries"][0];
    assert_eq!((&failed["status"], &failed["error_code"]), (&json!("failed"), &json!("PROJECT_NOT_FOUND")));
    // A space is no part of an id that is kept: it is called otherwise.
    let id = failed["id"].as_str().unwrap().to_owned();
    assert_ne!(id, "msg/1 ?");
    let path = format!("{}/{id}/replay", to.deliveries());
    assert_eq!(ada.post(&path, &json!({})).ok()["status"], "failed");
    assert_eq!(ada.get("/time-entries").ok()["total"], 0);

    let project = ada.post("/projects", &json!({"title": "tide TABLES"})).is(201);
    let done = ada.post(&path, &json!({})).ok();
    assert_eq!((&done["status"], &done["error_code"]), (&json!("done"), &Value::Null));
    let entries = ada.get("/time-entries").ok();
    let entry = &entries["time_entries"][0];
    assert_eq!((&entry["project_id"], &done["made"]), (&project["id"], &json!([entry["id"]])));
    // Again, and the sender's own again: the same entry.
    ada.post(&path, &json!({})).ok();
    assert_eq!(to.deliver("msg/1 ?", &body).ok(), json!({"id": id, "status": "done"}));
    assert_eq!(ada.get("/time-entries").ok(), entries);
    // What its person has deleted does not come back.
    ada.delete(&format!("/time-entries/{}", entry["id"].as_str().unwrap())).is(204);
    assert_eq!(ada.post(&path, &json!({})).ok()["error_code"], "TIME_ENTRY_DELETED");
    assert_eq!(ada.get("/time-entries").ok()["total"], 0);
    server.verify();
}

#[test]
fn ids_are_found_in_paths_whatever_they_hold() {
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "standard");
    for (id, path) in [
        ("msg_1", "msg_1"),
        ("a/b", "a%2Fb"),
        ("100%", "100%25"),
        ("%2F", "%252F"),
        ("a+b?c#d", "a%2Bb%3Fc%23d"),
        ("\"<'&>", "%22%3C%27%26%3E"),
    ] {
        assert_eq!(to.deliver(id, &notification(id)).is(202)["id"], id);
        let path = format!("{}/{path}", to.deliveries());
        let shown = ada.get(&path).ok();
        assert_eq!((&shown["id"], &shown["message"]), (&json!(id), &json!(id)));
        assert_eq!(shown["body"], notification(id).to_string());
        assert_eq!(ada.post(&format!("{path}/replay"), &json!({})).ok()["id"], id);
    }
    for path in ["unknown", "%00", "a%2fc"] {
        ada.get(&format!("{}/{path}", to.deliveries())).fails(404, "DELIVERY_NOT_FOUND");
    }
}

#[test]
fn what_is_old_is_forgotten_and_what_is_not_is_kept() {
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "secret-header");
    for id in ["ancient", "old", "lately"] {
        to.deliver(id, &notification(id)).is(202);
    }
    let age = |id: &str, days: i64| {
        let at = format!("received_at - interval '{days} days'");
        server.sql(&format!("UPDATE webhook_deliveries SET received_at = {at} WHERE id = '{id}'"));
    };
    age("ancient", 91);
    age("old", 89);
    age("lately", 6);
    // A server that has not looked the endpoint up yet.
    let delivered = |id: &str| {
        let server = Server::on(&server.database, |_| {});
        let body = notification(id).to_string();
        let caller = Caller { server: &server, headers: to.signed(id, &body).headers };
        caller.raw(Method::POST, &to.path(), body).is(202);
    };
    let kept = || -> Vec<String> {
        let listed = ada.get(&format!("{}?limit=4", to.deliveries())).ok();
        let listed = listed["deliveries"].as_array().unwrap().clone();
        listed.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    delivered("first");
    assert_eq!(kept(), ["first", "lately", "old"]);
    // A thousand more: of what is over a week old there is nothing to be kept then.
    server.sql(
        "INSERT INTO webhook_deliveries (user_id, endpoint_id, id, kind, status, made, body, received_at, worked_at) \
         SELECT user_id, endpoint_id, n::text, kind, status, made, body, now() - interval '8 days', now() \
         FROM webhook_deliveries, generate_series(1, 1000) n WHERE id = 'first'",
    );
    server.sql("UPDATE webhook_deliveries SET received_at = now() - interval '9 days' WHERE id = '1'");
    delivered("second");
    let total = ada.get(&to.deliveries()).ok()["total"].as_i64().unwrap();
    assert_eq!(total, 1000 + 2, "the last thousand, and what came at the same instant as the last of them");
    assert_eq!(kept()[..3], ["second", "first", "lately"]);
}
